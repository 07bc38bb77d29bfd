/* NumPy's protocols, as a Value and a tracer answer them. */
#ifndef CHAINRULE_PROTOCOL_H
#define CHAINRULE_PROTOCOL_H

#include <Python.h>

/* The rule of an ordinary call of a ufunc, out of the arguments of __array_ufunc__ and the dict of known ufuncs; -1 for
 * another one, or with an error. */
static inline long plain_ufunc(PyObject *ufuncs, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    if (count < 3 || count > 5 || (names != NULL && PyTuple_GET_SIZE(names)) || !PyUnicode_Check(args[1]) ||
        PyUnicode_CompareWithASCIIString(args[1], "__call__") != 0) {
        return -1;
    }
    PyObject *number = PyDict_GetItemWithError(ufuncs, args[0]);
    return number ? PyLong_AsLong(number) : -1;
}

#endif
