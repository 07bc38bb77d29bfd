/* Calls of functions outside. Their results are regions, like sums. */

#include "tape.h"

/* ---- recording -------------------------------------------------------------------------------- */

/* The bytes of the values of nodes. */
static PyObject *values_of(const Tape *tape, const int32_t *nodes, Py_ssize_t count) {
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, count * (Py_ssize_t)sizeof(double));
    for (Py_ssize_t i = 0; bytes != NULL && i < count; i++) {
        memcpy(PyBytes_AS_STRING(bytes) + (size_t)i * sizeof(double), &tape->nodes.items[nodes[i]].value, sizeof(double));
    }
    return bytes;
}

/* The results of a function, as bytes; a new reference. */
static PyObject *results_of(const Tape *tape, PyObject *function, const int32_t *operands, Py_ssize_t count) {
    PyObject *values = values_of(tape, operands, count);
    PyObject *results = values ? PyObject_CallMethod(function, "run", "iO", 1, values) : NULL;
    Py_XDECREF(values);
    return results;
}

/* Append a call with these results. */
static int32_t push_call(Tape *tape, PyObject *function, const int32_t *operands, Py_ssize_t count, PyObject *results) {
    Py_ssize_t size;
    char *bytes;
    if (PyBytes_AsStringAndSize(results, &bytes, &size) < 0) {
        return FAILED;
    }
    Py_ssize_t length = size / (Py_ssize_t)sizeof(double);
    if (length > INT32_MAX || !RESERVE(tape->sums, length) || !RESERVE(tape->calls, 1) || !RESERVE(tape->members, count)) {
        return PyErr_Occurred() ? FAILED : out_of_memory();
    }
    int32_t region = tape_push(tape, NODE(CALL, (int32_t)tape->calls.count, -1, -1, 0.0));
    if (region >= 0) {
        Py_ssize_t first = store(tape, operands, count);
        Call call = {Py_NewRef(function), first, tape->sums.count, (int32_t)count, (int32_t)length};
        if (length > 0) {
            memcpy(tape->sums.items + tape->sums.count, bytes, (size_t)length * sizeof(double));
        }
        tape->calls.items[tape->calls.count++] = call;
        tape->sums.count += length;
    }
    return region;
}

/* The call of an equal function on the same operands, or a new one. */
static int32_t share_call(Tape *tape, PyObject *function, const int32_t *operands, Py_ssize_t count, PyObject *results) {
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)operands, (Py_ssize_t)sizeof *operands * count);
    PyObject *key = bytes ? PyTuple_Pack(2, function, bytes) : NULL, *known = NULL, *id = NULL;
    int32_t region = FAILED;
    Py_XDECREF(bytes);
    if (key == NULL || (tape->call_ids == NULL && (tape->call_ids = PyDict_New()) == NULL)) {
        Py_XDECREF(key);
        return FAILED;
    }
    if ((known = PyDict_GetItemWithError(tape->call_ids, key)) != NULL) {
        region = (int32_t)PyLong_AsLong(known);
    } else if (!PyErr_Occurred()) {
        results = results == Py_None ? results_of(tape, function, operands, count) : Py_NewRef(results);
        if (results != NULL && (region = push_call(tape, function, operands, count, results)) >= 0) {
            id = PyLong_FromLong(region);
            region = id == NULL || PyDict_SetItem(tape->call_ids, key, id) < 0 ? FAILED : region;
        }
        Py_XDECREF(results);
        Py_XDECREF(id);
    }
    Py_DECREF(key);
    return region;
}

PyObject *tape_call(PyObject *self, PyObject *args) {
    Tape *tape = (Tape *)self;
    PyObject *function, *sequence, *results = Py_None;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(args, "OO|O:call", &function, &sequence, &results)) {
        return NULL;
    }
    int32_t *operands = nodes_read(tape, sequence, &count);
    int32_t region = operands ? share_call(tape, function, operands, count, results) : FAILED;
    PyMem_Free(operands);
    return region < 0 ? NULL : PyLong_FromLong(region);
}

PyObject *tape_override(PyObject *self, PyObject *args) {
    Tape *tape = (Tape *)self;
    int32_t x, region = -1, index = -1, length, node;
    if (!PyArg_ParseTuple(args, "O&|O&O&:override", read_int, &x, read_int, &region, read_int, &index)) {
        return NULL;
    }
    if (!tape_has(tape, x)) {
        raise_no_number(tape, x);
        return NULL;
    }
    if (region == -1) {
        node = tape_is_constant(tape, x) ? x : tape_share(tape, NODE(OVERRIDE, x, -1, -1, tape->nodes.items[x].value));
    } else if (region_of(tape, region, &length) < 0 || tape->nodes.items[region].op != CALL) {
        node = raise_from(python.no_region, "(in)", region, tape->nodes.count);
    } else if (index < 0 || index >= length) {
        node = raise_from(python.no_entry, "(ii)", index, length);
    } else {
        node = tape_share(tape, NODE(OVERRIDE, x, region, index, tape->nodes.items[x].value));
    }
    return node < 0 ? NULL : PyLong_FromLong(node);
}

/* ---- reading ---------------------------------------------------------------------------------- */

static PyObject *operands_of(const Tape *tape, const Call *call) {
    PyObject *operands = PyTuple_New(call->count);
    for (Py_ssize_t i = 0; operands != NULL && i < call->count; i++) {
        PyObject *node = PyLong_FromLong(tape->members.items[call->first + i]);
        if (node == NULL) {
            Py_CLEAR(operands);
        } else {
            PyTuple_SET_ITEM(operands, i, node);
        }
    }
    return operands;
}

PyObject *tape_call_at(PyObject *self, PyObject *object) {
    Tape *tape = (Tape *)self;
    int32_t region, length;
    if (!read_int(object, &region)) {
        return NULL;
    }
    if (region_of(tape, region, &length) < 0 || tape->nodes.items[region].op != CALL) {
        raise_from(python.no_region, "(in)", region, tape->nodes.count);
        return NULL;
    }
    const Call *call = &tape->calls.items[tape->nodes.items[region].x];
    PyObject *operands = operands_of(tape, call);
    const char *results = (const char *)(tape->sums.items ? tape->sums.items + call->first_sum : NULL);
    Py_ssize_t size = (Py_ssize_t)sizeof(double) * length;
    return operands ? Py_BuildValue("(ONy#)", call->function, operands, results ? results : "", size) : NULL;
}

PyObject *get_calls(PyObject *self, void *Py_UNUSED(closure)) {
    const Tape *tape = (Tape *)self;
    PyObject *list = PyList_New(tape->calls.count);
    for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {
        const Call *call = &tape->calls.items[i];
        PyObject *operands = operands_of(tape, call);
        PyObject *item = operands ? Py_BuildValue("(ONi)", call->function, operands, call->length) : NULL;
        if (item == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

/* ---- ownership -------------------------------------------------------------------------------- */

int copy_calls(const Tape *tape, Tape *fork) {
    if (tape->calls.count == 0) {
        return 0;
    }
    if (!RESERVE(fork->calls, tape->calls.count) || (fork->call_ids = PyDict_Copy(tape->call_ids)) == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < tape->calls.count; i++) {
        fork->calls.items[i] = tape->calls.items[i];
        Py_INCREF(fork->calls.items[i].function);
    }
    fork->calls.count = tape->calls.count;
    return 0;
}

int tape_traverse(PyObject *self, visitproc visit, void *arg) {
    Tape *tape = (Tape *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(tape->table_ids);
    Py_VISIT(tape->call_ids);
    for (Py_ssize_t i = 0; i < tape->calls.count; i++) {
        Py_VISIT(tape->calls.items[i].function);
    }
    return 0;
}

int tape_clear(PyObject *self) {
    Tape *tape = (Tape *)self;
    Py_CLEAR(tape->table_ids);
    Py_CLEAR(tape->call_ids);
    for (Py_ssize_t i = 0; i < tape->calls.count; i++) {
        Py_CLEAR(tape->calls.items[i].function);
    }
    return 0;
}
