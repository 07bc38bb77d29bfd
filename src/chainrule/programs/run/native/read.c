/* A tape in arrays, out of Python objects. Whatever is wrong with it is found here: tapes come from files too. */

#include "machine.h"

static int push(Numbers *numbers, int32_t number) {
    if (numbers->count == numbers->size) {
        Py_ssize_t size = numbers->size ? 2 * numbers->size : 16;
        int32_t *items = PyMem_Realloc(numbers->items, (size_t)size * sizeof *items);
        if (items == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        numbers->items = items;
        numbers->size = size;
    }
    numbers->items[numbers->count++] = number;
    return 0;
}

/* A whole number from 0 to most, or -1 with an error. Only ints: no code of anybody's runs while lists are being read. */
static int32_t read_index(PyObject *object, int32_t most, const char *what) {
    int overflow = 0;
    if (!PyLong_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s: an int is needed, not %.100s", what, Py_TYPE(object)->tp_name);
        return -1;
    }
    long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow || number < 0 || number > most) {
        PyErr_Format(PyExc_ValueError, "%s: %S is not within 0 ... %ld", what, object, (long)most);
        return -1;
    }
    return (int32_t)number;
}

static int check_tuple(PyObject *object, Py_ssize_t length, const char *what) {
    if (!PyTuple_Check(object) || (length >= 0 && PyTuple_GET_SIZE(object) != length)) {
        PyErr_Format(PyExc_TypeError, "%s: a tuple%s is needed", what, length == 2 ? " of two" : "");
        return -1;
    }
    return 0;
}

typedef int Reader(TapeArrays *tape, PyObject *item);

static int read_list(TapeArrays *tape, PyObject *list, const char *name, Reader *read) {
    PyObject *items = PySequence_Fast(list, name);
    int failed = items == NULL;
    for (Py_ssize_t i = 0; !failed && i < PySequence_Fast_GET_SIZE(items); i++) {
        failed = read(tape, PySequence_Fast_GET_ITEM(items, i)) < 0;
    }
    Py_XDECREF(items);
    return failed ? -1 : 0;
}

static int read_attribute(TapeArrays *tape, PyObject *arrays, const char *name, Reader *read) {
    PyObject *list = PyObject_GetAttrString(arrays, name);
    int failed = list == NULL || read_list(tape, list, name, read) < 0;
    Py_XDECREF(list);
    return failed ? -1 : 0;
}

static int fits(const Numbers *numbers) {
    if (numbers->count > INT32_MAX / 2) {
        PyErr_SetString(PyExc_ValueError, "the tape is too long");
        return -1;
    }
    return 0;
}

static int read_table(TapeArrays *tape, PyObject *item) {
    int failed = check_tuple(item, -1, "tables") < 0;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_GET_SIZE(item); i++) {
        int32_t node = read_index(PyTuple_GET_ITEM(item, i), tape->count - 1, "tables");
        failed = node < 0 || push(&tape->entries, node) < 0;
    }
    return failed || fits(&tape->entries) < 0 ? -1 : push(&tape->tables, (int32_t)tape->entries.count);
}

static int read_pair(TapeArrays *tape, PyObject *item) {
    for (int i = 0; i < 2; i++) {
        int32_t node = check_tuple(item, 2, "scatters") < 0
                           ? -1
                           : read_index(PyTuple_GET_ITEM(item, i), tape->count - 1, "scatters");
        if (node < 0 || push(&tape->pairs, node) < 0) {
            return -1;
        }
    }
    return 0;
}

static int read_scatter(TapeArrays *tape, PyObject *item) {
    if (check_tuple(item, 2, "scatters") < 0 || check_tuple(PyTuple_GET_ITEM(item, 1), -1, "scatters") < 0) {
        return -1;
    }
    PyObject *pairs = PyTuple_GET_ITEM(item, 1);
    int32_t length = read_index(PyTuple_GET_ITEM(item, 0), INT32_MAX - 1, "scatters");
    int failed = length < 0 || push(&tape->lengths, length) < 0;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_GET_SIZE(pairs); i++) {
        failed = read_pair(tape, PyTuple_GET_ITEM(pairs, i)) < 0;
    }
    return failed || fits(&tape->pairs) < 0 ? -1 : push(&tape->scatters, (int32_t)tape->pairs.count);
}

static int read_guard(TapeArrays *tape, PyObject *item) {
    if (check_tuple(item, 2, "guards") < 0) {
        return -1;
    }
    int32_t node = read_index(PyTuple_GET_ITEM(item, 0), tape->count - 1, "guards");
    int32_t outcome = node < 0 ? -1 : read_index(PyTuple_GET_ITEM(item, 1), 1, "guards");
    return outcome < 0 || push(&tape->guards, node) < 0 ? -1 : push(&tape->outcomes, outcome);
}

static int read_input(TapeArrays *tape, PyObject *item) {
    int32_t node = read_index(item, tape->count - 1, "inputs");
    return node < 0 ? -1 : push(&tape->inputs, node);
}

static int read_output(TapeArrays *tape, PyObject *item) {
    int32_t node = read_index(item, tape->count - 1, "outputs");
    return node < 0 ? -1 : push(&tape->outputs, node);
}

/* A column of the arrays: the bytes of so many numbers of the given size. */
static const void *read_column(PyObject *arrays, const char *name, Py_buffer *view, Py_ssize_t size) {
    PyObject *column = PyObject_GetAttrString(arrays, name);
    int failed = column == NULL || PyObject_GetBuffer(column, view, PyBUF_SIMPLE) < 0;
    Py_XDECREF(column);
    if (failed) {
        return NULL;
    }
    if (view->len % size || (view->len && (uintptr_t)view->buf % (uintptr_t)size) ||
        view->len / size > INT32_MAX / 2) {
        PyErr_Format(PyExc_ValueError, "%s: aligned numbers of %zd bytes are needed, not too many", name, size);
        return NULL;
    }
    return view->len ? view->buf : "";
}

static int read_columns(TapeArrays *tape, PyObject *arrays) {
    Py_ssize_t size = sizeof(int32_t);
    if ((tape->op = read_column(arrays, "ops", &tape->views[0], size)) == NULL ||
        (tape->x = read_column(arrays, "x", &tape->views[1], size)) == NULL ||
        (tape->y = read_column(arrays, "y", &tape->views[2], size)) == NULL ||
        (tape->z = read_column(arrays, "z", &tape->views[3], size)) == NULL ||
        (tape->value = read_column(arrays, "values", &tape->views[4], sizeof(double))) == NULL) {
        return -1;
    }
    Py_ssize_t count = tape->views[0].len / size;
    for (int i = 1; i < 5; i++) {
        if (tape->views[i].len != count * (i == 4 ? (Py_ssize_t)sizeof(double) : size)) {
            PyErr_SetString(PyExc_ValueError, "the columns of the tape are not equally long");
            return -1;
        }
    }
    tape->count = (int32_t)count;
    return 0;
}

void arrays_free(TapeArrays *tape) {
    Numbers *lists[] = {&tape->tables, &tape->entries, &tape->scatters, &tape->pairs, &tape->lengths,
                        &tape->guards, &tape->outcomes, &tape->inputs, &tape->outputs};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        PyMem_Free(lists[i]->items);
    }
    for (int i = 0; i < 5; i++) {
        PyBuffer_Release(&tape->views[i]);
    }
}

/* Read a tape and the numbers of its outputs. Returns -1 with an error; arrays_free is due in any case. */
int arrays_read(TapeArrays *tape, PyObject *arrays, PyObject *outputs) {
    memset(tape, 0, sizeof *tape);
    if (read_columns(tape, arrays) < 0 || push(&tape->tables, 0) < 0 || push(&tape->scatters, 0) < 0 ||
        read_attribute(tape, arrays, "tables", read_table) < 0 || read_attribute(tape, arrays, "scatters", read_scatter) < 0 ||
        read_attribute(tape, arrays, "guards", read_guard) < 0 || read_attribute(tape, arrays, "inputs", read_input) < 0) {
        return -1;
    }
    return read_list(tape, outputs, "outputs", read_output);
}
