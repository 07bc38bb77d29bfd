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
        return FAIL(PyExc_TypeError, "%s: an int is needed, but got %.100s", what, Py_TYPE(object)->tp_name);
    }
    long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow || number < 0 || number > most) {
        return FAIL(PyExc_ValueError, "%s: an int from 0 to %ld is needed, but got %S", what, (long)most, object);
    }
    return (int32_t)number;
}

static int check_tuple(PyObject *object, Py_ssize_t length, const char *what) {
    if (!PyTuple_Check(object) || (length >= 0 && PyTuple_GET_SIZE(object) != length)) {
        return FAIL(PyExc_TypeError, "%s: a tuple%s is needed", what, length == 2 ? " of two" : "");
    }
    return 0;
}

/* Append the nodes of a sequence. */
static int read_nodes(const TapeArrays *tape, Ints *ints, PyObject *sequence, const char *what) {
    PyObject *items = PySequence_Fast(sequence, what);
    int failed = items == NULL;
    for (Py_ssize_t i = 0; !failed && i < PySequence_Fast_GET_SIZE(items); i++) {
        int32_t node = read_int(PySequence_Fast_GET_ITEM(items, i), tape->count - 1, what);
        failed = node < 0 || push(ints, node) < 0;
    }
    Py_XDECREF(items);
    return failed ? -1 : 0;
}

/* Append the span of the members from `first` on; a pair is two members. */
static int push_span(Spans *spans, const Ints *members, Py_ssize_t first, int32_t length, int width) {
    int32_t last = -1;
    if (members->count > INT32_MAX / 2) {
        return FAIL(PyExc_ValueError, "the tape is too long");
    }
    if (!RESERVE(*spans, 1)) {
        return -1;
    }
    for (Py_ssize_t i = first; i < members->count; i++) {
        last = members->items[i] > last ? members->items[i] : last;
    }
    uint32_t count = (uint32_t)((members->count - first) / width);
    spans->items[spans->count++] = (Span){(uint32_t)(first / width), count, (uint32_t)length, last, 0};
    return 0;
}

static int read_table(TapeArrays *tape, PyObject *item) {
    Py_ssize_t first = tape->entries.count;
    int failed = check_tuple(item, -1, "tables") < 0 || read_nodes(tape, &tape->entries, item, "tables") < 0;
    return failed ? -1 : push_span(&tape->tables, &tape->entries, first, 0, 1);
}

static int read_scatter(TapeArrays *tape, PyObject *item) {
    static const char what[] = "scatters";
    Py_ssize_t first = tape->pairs.count;
    if (check_tuple(item, 2, what) < 0 || check_tuple(PyTuple_GET_ITEM(item, 1), -1, what) < 0) {
        return -1;
    }
    PyObject *pairs = PyTuple_GET_ITEM(item, 1);
    int32_t length = read_int(PyTuple_GET_ITEM(item, 0), INT32_MAX - 1, what);
    int failed = length < 0;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_GET_SIZE(pairs); i++) {
        PyObject *pair = PyTuple_GET_ITEM(pairs, i);
        failed = check_tuple(pair, 2, what) < 0 || read_nodes(tape, &tape->pairs, pair, what) < 0;
    }
    return failed ? -1 : push_span(&tape->scatters, &tape->pairs, first, length, 2);
}

static int read_call(TapeArrays *tape, PyObject *item) {
    static const char what[] = "calls";
    Py_ssize_t first = tape->operands_of_calls.count;
    if (check_tuple(item, 3, what) < 0 || check_tuple(PyTuple_GET_ITEM(item, 1), -1, what) < 0 ||
        read_nodes(tape, &tape->operands_of_calls, PyTuple_GET_ITEM(item, 1), what) < 0) {
        return -1;
    }
    int32_t length = read_int(PyTuple_GET_ITEM(item, 2), INT32_MAX - 1, what);
    if (length < 0 || !RESERVE(tape->functions, 1) ||
        push_span(&tape->calls, &tape->operands_of_calls, first, length, 1) < 0) {
        return -1;
    }
    tape->functions.items[tape->functions.count++] = Py_NewRef(PyTuple_GET_ITEM(item, 0));
    return 0;
}

static int read_guard(TapeArrays *tape, PyObject *item) {
    if (check_tuple(item, 2, "guards") < 0) {
        return -1;
    }
    int32_t node = read_int(PyTuple_GET_ITEM(item, 0), tape->count - 1, "guards");
    int32_t outcome = node < 0 ? -1 : read_int(PyTuple_GET_ITEM(item, 1), 1, "guards");
    if (outcome < 0 || !RESERVE(tape->guards, 1)) {
        return -1;
    }
    Guard *guard = tape->guards.items + tape->guards.count++;
    *guard = (Guard){node, outcome, node};
    if (tape->guards.count > 1 && guard[-1].after > node) {
        guard->after = guard[-1].after;
    }
    return 0;
}

static int read_input(TapeArrays *tape, PyObject *item) {
    int32_t node = read_int(item, tape->count - 1, "inputs");
    return node < 0 ? -1 : push(&tape->inputs, node);
}

/* Read each item of a list among the arrays. */
static int read_list(TapeArrays *tape, PyObject *arrays, const char *name, int (*read)(TapeArrays *, PyObject *)) {
    PyObject *list = PyObject_GetAttrString(arrays, name), *items = list ? PySequence_Fast(list, name) : NULL;
    int failed = items == NULL;
    for (Py_ssize_t i = 0; !failed && i < PySequence_Fast_GET_SIZE(items); i++) {
        failed = read(tape, PySequence_Fast_GET_ITEM(items, i)) < 0;
    }
    Py_XDECREF(items);
    Py_XDECREF(list);
    return failed ? -1 : 0;
}

/* View an attribute that holds the bytes of numbers of this size. Returns how many, or -1 with an error. */
static Py_ssize_t read_column(PyObject *arrays, const char *name, Py_buffer *view, Py_ssize_t size) {
    PyObject *column = PyObject_GetAttrString(arrays, name);
    int failed = column == NULL || PyObject_GetBuffer(column, view, PyBUF_SIMPLE) < 0;
    Py_XDECREF(column);
    if (failed) {
        return -1;
    }
    if (view->len % size || (view->len && (uintptr_t)view->buf % (uintptr_t)size) || view->len / size > INT32_MAX / 2) {
        return FAIL(PyExc_ValueError, "%s: aligned numbers of %zd bytes are needed, at most %d", name, size, INT32_MAX / 2);
    }
    return view->len / size;
}

static int read_columns(TapeArrays *tape, PyObject *arrays) {
    static const char *const names[] = {"ops", "x", "y", "z", "values"};
    for (int i = 0; i < 5; i++) {
        Py_ssize_t count = read_column(arrays, names[i], &tape->views[i], i < 4 ? sizeof(int32_t) : sizeof(double));
        if (count < 0 || (i > 0 && count != tape->count)) {
            return count < 0 ? -1 : FAIL(PyExc_ValueError, "the columns of the tape differ in length");
        }
        tape->count = (int32_t)count;
    }
    tape->op = tape->views[0].buf;
    tape->operands[0] = tape->x = tape->views[1].buf;
    tape->operands[1] = tape->y = tape->views[2].buf;
    tape->operands[2] = tape->views[3].buf;
    tape->value = tape->views[4].buf;
    return 0;
}

void arrays_free(TapeArrays *tape) {
    void *lists[] = {tape->tables.items, tape->scatters.items, tape->entries.items, tape->pairs.items,
                     tape->guards.items, tape->inputs.items,   tape->outputs.items, tape->calls.items,
                     tape->operands_of_calls.items};
    for (Py_ssize_t i = 0; tape->functions.items != NULL && i < tape->functions.count; i++) {
        Py_DECREF(tape->functions.items[i]);
    }
    PyMem_Free(tape->functions.items);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        PyMem_Free(lists[i]);
    }
    for (int i = 0; i < 5; i++) {
        PyBuffer_Release(&tape->views[i]);
    }
}

/* Read a tape and its outputs. Returns -1 with an error; call arrays_free in any case. */
int arrays_read(TapeArrays *tape, PyObject *arrays, PyObject *outputs) {
    *tape = (TapeArrays){0};
    if (read_columns(tape, arrays) < 0 ||
        read_list(tape, arrays, "tables", read_table) < 0 || read_list(tape, arrays, "scatters", read_scatter) < 0 ||
        read_list(tape, arrays, "calls", read_call) < 0 || read_list(tape, arrays, "guards", read_guard) < 0 || read_list(tape, arrays, "inputs", read_input) < 0) {
        return -1;
    }
    return read_nodes(tape, &tape->outputs, outputs, "outputs");
}
