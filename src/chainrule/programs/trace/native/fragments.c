/* Fragments, read from Python. */

#include "tape.h"

void fragment_free(Fragment *fragment) {
    PyMem_Free(fragment->constants);
    PyMem_Free(fragment->code);
    *fragment = (Fragment){0};
}

/* Read an int from `least` to `limit - 1`. */
static int read_int(PyObject *object, long least, long limit, int32_t *number) {
    long value = PyLong_AsLong(object);
    if (value == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (value < least || value >= limit) {
        PyErr_Format(PyExc_ValueError, "a fragment needs an int from %ld to %ld here, but has %ld", least, limit - 1,
                     value);
        return -1;
    }
    *number = (int32_t)value;
    return 0;
}

static int read_constants(PyObject *constants, Fragment *fragment) {
    for (int32_t i = 0; i < fragment->constant_count; i++) {
        fragment->constants[i] = PyFloat_AsDouble(PyTuple_GET_ITEM(constants, i));
        if (fragment->constants[i] == -1.0 && PyErr_Occurred()) {
            return -1;
        }
    }
    return 0;
}

static int read_assignment(PyObject *object, long locals, Assignment *assignment) {
    PyObject *item = PySequence_Tuple(object);
    int failed = item == NULL;
    if (!failed && PyTuple_GET_SIZE(item) != 4) {
        PyErr_SetString(PyExc_ValueError, "each item of a fragment's code needs an operation and three operands");
        failed = 1;
    }
    failed = failed || read_int(PyTuple_GET_ITEM(item, 0), INT32_MIN, INT32_MAX, &assignment->op) < 0;
    for (int k = 0; k < 3 && !failed; k++) {
        failed = read_int(PyTuple_GET_ITEM(item, k + 1), -1, locals, &assignment->operands[k]) < 0;
    }
    Py_XDECREF(item);
    return failed ? -1 : 0;
}

static int read_parts(PyObject *constants, PyObject *code, PyObject *result, Fragment *fragment) {
    Py_ssize_t constant_count = PyTuple_GET_SIZE(constants), code_count = PyTuple_GET_SIZE(code);
    if (constant_count > INT32_MAX / 2 || code_count > INT32_MAX / 2 - FIRST_CONSTANT) {
        PyErr_SetString(PyExc_OverflowError, "the fragment is too long");
        return -1;
    }
    fragment->constant_count = (int32_t)constant_count;
    fragment->code_count = (int32_t)code_count;
    fragment->constants = PyMem_Calloc((size_t)constant_count + 1, sizeof *fragment->constants);
    fragment->code = PyMem_Calloc((size_t)code_count + 1, sizeof *fragment->code);
    if (fragment->constants == NULL || fragment->code == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int failed = read_constants(constants, fragment) < 0;
    long locals = FIRST_CONSTANT + (long)constant_count;
    for (int32_t i = 0; i < code_count && !failed; i++, locals++) {
        failed = read_assignment(PyTuple_GET_ITEM(code, i), locals, &fragment->code[i]) < 0;
    }
    return failed ? -1 : read_int(result, 0, locals, &fragment->result);
}

/* Read a fragment of Python's. If that fails, there is nothing to free. */
int fragment_read(PyObject *object, Fragment *fragment) {
    *fragment = (Fragment){0};
    PyObject *all = PySequence_Tuple(object), *constants = NULL, *code = NULL;
    if (all != NULL && PyTuple_GET_SIZE(all) != 3) {
        PyErr_SetString(PyExc_ValueError, "a fragment has constants, code and a result");
    } else if (all != NULL) {
        constants = PySequence_Tuple(PyTuple_GET_ITEM(all, 0));
        code = constants ? PySequence_Tuple(PyTuple_GET_ITEM(all, 1)) : NULL;
    }
    int failed = code == NULL || read_parts(constants, code, PyTuple_GET_ITEM(all, 2), fragment) < 0;
    Py_XDECREF(constants);
    Py_XDECREF(code);
    Py_XDECREF(all);
    if (failed) {
        fragment_free(fragment);
    }
    return failed ? -1 : 0;
}
