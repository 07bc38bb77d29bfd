/* Fragments, read from Python. */

#include "tape.h"

void fragment_free(Fragment *fragment) {
    PyMem_Free(fragment->constants);
    PyMem_Free(fragment->code);
    *fragment = (Fragment){0};
}

/* Check that a local is defined before it is used. */
static int check_local(int32_t local, int32_t least, Py_ssize_t count) {
    return local >= least && local < count
               ? 0
               : FAIL(PyExc_ValueError, "a fragment needs a local from %d to %zd here, but has %d", least, count - 1, local);
}

static int read_assignment(PyObject *item, Py_ssize_t locals, Assignment *to) {
    int32_t *operands = to->operands;
    if (!PyTuple_Check(item) ||
        !PyArg_ParseTuple(item, "iiii", &to->op, &operands[0], &operands[1], &operands[2])) {
        return PyErr_Occurred() ? -1 : FAIL(PyExc_TypeError, "the code of a fragment consists of tuples");
    }
    for (int k = 0; k < 3; k++) {
        if (check_local(operands[k], -1, locals) < 0) {
            return -1;
        }
    }
    return 0;
}

static int read_parts(PyObject *constants, PyObject *code, Fragment *fragment) {
    Py_ssize_t constant_count = PyTuple_GET_SIZE(constants), code_count = PyTuple_GET_SIZE(code);
    if (constant_count > INT32_MAX / 4 || code_count > INT32_MAX / 4) {
        return FAIL(PyExc_OverflowError, "the fragment is too long");
    }
    fragment->constant_count = (int32_t)constant_count;
    fragment->code_count = (int32_t)code_count;
    fragment->constants = new_zeros((size_t)constant_count, sizeof *fragment->constants);
    fragment->code = new_zeros((size_t)code_count, sizeof *fragment->code);
    int failed = fragment->constants == NULL || fragment->code == NULL;
    for (Py_ssize_t i = 0; i < constant_count && !failed; i++) {
        fragment->constants[i] = PyFloat_AsDouble(PyTuple_GET_ITEM(constants, i));
        failed = fragment->constants[i] == -1.0 && PyErr_Occurred();
    }
    for (Py_ssize_t i = 0; i < code_count && !failed; i++) {
        failed = read_assignment(PyTuple_GET_ITEM(code, i), FIRST_CONSTANT + constant_count + i, &fragment->code[i]) < 0;
    }
    return failed ? -1 : check_local(fragment->result, 0, FIRST_CONSTANT + constant_count + code_count);
}

/* Read the named tuple `Fragment`. If that fails, there is nothing to free. */
int fragment_read(PyObject *object, Fragment *fragment) {
    PyObject *constants, *code;
    *fragment = (Fragment){0};
    if (!PyTuple_Check(object)) {
        return FAIL(PyExc_TypeError, "a fragment is a tuple, but got %.100s", Py_TYPE(object)->tp_name);
    }
    if (!PyArg_ParseTuple(object, "O!O!i", &PyTuple_Type, &constants, &PyTuple_Type, &code, &fragment->result) ||
        read_parts(constants, code, fragment) < 0) {
        fragment_free(fragment);
        return -1;
    }
    return 0;
}
