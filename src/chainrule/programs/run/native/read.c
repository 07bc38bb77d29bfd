/* A tape as arrays, read from Python. Tapes come from files too: everything that could be wrong with one is found here and
 * in check.c. */

#include "plan.h"

static int push(Ints *ints, int32_t number) {
    if (!RESERVE(*ints, 1)) {
        return -1;
    }
    ints->items[ints->count++] = number;
    return 0;
}

/* Read an int from 0 to `most`, or -1 with an error. Only ints, so that no foreign code runs while lists are read. */
static int32_t read_int(PyObject *object, int32_t most, const char *what) {
    int overflow = 0;
    if (!PyLong_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s: an int is needed, but got %.100s", what, Py_TYPE(object)->tp_name);
        return -1;
    }
    long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow || number < 0 || number > most) {
        PyErr_Format(PyExc_ValueError, "%s: an int from 0 to %ld is needed, but got %S", what, (long)most, object);
        return -1;
    }
    return (int32_t)number;
}

/* Read the id of a node and append it. */
static int push_node(const TapeArrays *tape, Ints *ints, PyObject *object, const char *what) {
    int32_t node = read_int(object, tape->count - 1, what);
    return node < 0 ? -1 : push(ints, node);
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

/* Append the end of a list of lists. */
static int push_end(Ints *ends, const Ints *members) {
    if (members->count > INT32_MAX / 2) {
        PyErr_SetString(PyExc_ValueError, "the tape is too long");
        return -1;
    }
    return push(ends, (int32_t)members->count);
}

static int read_table(TapeArrays *tape, PyObject *item) {
    int failed = check_tuple(item, -1, "tables") < 0;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_GET_SIZE(item); i++) {
        failed = push_node(tape, &tape->entries, PyTuple_GET_ITEM(item, i), "tables") < 0;
    }
    return failed ? -1 : push_end(&tape->tables, &tape->entries);
}

static int read_scatter(TapeArrays *tape, PyObject *item) {
    static const char what[] = "scatters";
    if (check_tuple(item, 2, what) < 0 || check_tuple(PyTuple_GET_ITEM(item, 1), -1, what) < 0) {
        return -1;
    }
    PyObject *pairs = PyTuple_GET_ITEM(item, 1);
    int32_t length = read_int(PyTuple_GET_ITEM(item, 0), INT32_MAX - 1, what);
    int failed = length < 0 || push(&tape->lengths, length) < 0;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_GET_SIZE(pairs); i++) {
        PyObject *pair = PyTuple_GET_ITEM(pairs, i);
        failed = check_tuple(pair, 2, what) < 0 || push_node(tape, &tape->pairs, PyTuple_GET_ITEM(pair, 0), what) < 0 ||
                 push_node(tape, &tape->pairs, PyTuple_GET_ITEM(pair, 1), what) < 0;
    }
    return failed ? -1 : push_end(&tape->scatters, &tape->pairs);
}

static int read_guard(TapeArrays *tape, PyObject *item) {
    if (check_tuple(item, 2, "guards") < 0 || push_node(tape, &tape->guards, PyTuple_GET_ITEM(item, 0), "guards") < 0) {
        return -1;
    }
    int32_t outcome = read_int(PyTuple_GET_ITEM(item, 1), 1, "guards");
    return outcome < 0 ? -1 : push(&tape->outcomes, outcome);
}

static int read_input(TapeArrays *tape, PyObject *item) {
    return push_node(tape, &tape->inputs, item, "inputs");
}

static int read_output(TapeArrays *tape, PyObject *item) {
    return push_node(tape, &tape->outputs, item, "outputs");
}

/* The bytes of an attribute that holds numbers of this size. */
static const void *read_column(PyObject *arrays, const char *name, Py_buffer *view, Py_ssize_t size) {
    PyObject *column = PyObject_GetAttrString(arrays, name);
    int failed = column == NULL || PyObject_GetBuffer(column, view, PyBUF_SIMPLE) < 0;
    Py_XDECREF(column);
    if (failed) {
        return NULL;
    }
    if (view->len % size || (view->len && (uintptr_t)view->buf % (uintptr_t)size) || view->len / size > INT32_MAX / 2) {
        PyErr_Format(PyExc_ValueError, "%s: aligned numbers of %zd bytes are needed, at most %d", name, size, INT32_MAX / 2);
        return NULL;
    }
    return view->len ? view->buf : "";
}

static int read_columns(TapeArrays *tape, PyObject *arrays) {
    Py_ssize_t size = sizeof(int32_t), count;
    if ((tape->op = read_column(arrays, "ops", &tape->views[0], size)) == NULL ||
        (tape->x = read_column(arrays, "x", &tape->views[1], size)) == NULL ||
        (tape->y = read_column(arrays, "y", &tape->views[2], size)) == NULL ||
        (tape->z = read_column(arrays, "z", &tape->views[3], size)) == NULL ||
        (tape->value = read_column(arrays, "values", &tape->views[4], sizeof(double))) == NULL) {
        return -1;
    }
    count = tape->views[0].len / size;
    for (int i = 1; i < 5; i++) {
        if (tape->views[i].len != count * (i == 4 ? (Py_ssize_t)sizeof(double) : size)) {
            PyErr_SetString(PyExc_ValueError, "the columns of the tape differ in length");
            return -1;
        }
    }
    tape->count = (int32_t)count;
    return 0;
}

void arrays_free(TapeArrays *tape) {
    Ints *lists[] = {&tape->tables, &tape->entries,  &tape->scatters, &tape->pairs,  &tape->lengths,
                     &tape->guards, &tape->outcomes, &tape->inputs,   &tape->outputs};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        PyMem_Free(lists[i]->items);
    }
    for (int i = 0; i < 5; i++) {
        PyBuffer_Release(&tape->views[i]);
    }
}

/* Read a tape and its outputs. Returns -1 with an error; call arrays_free in any case. */
int arrays_read(TapeArrays *tape, PyObject *arrays, PyObject *outputs) {
    *tape = (TapeArrays){0};
    if (read_columns(tape, arrays) < 0 || push(&tape->tables, 0) < 0 || push(&tape->scatters, 0) < 0 ||
        read_attribute(tape, arrays, "tables", read_table) < 0 ||
        read_attribute(tape, arrays, "scatters", read_scatter) < 0 ||
        read_attribute(tape, arrays, "guards", read_guard) < 0 ||
        read_attribute(tape, arrays, "inputs", read_input) < 0) {
        return -1;
    }
    return read_list(tape, outputs, "outputs", read_output);
}
