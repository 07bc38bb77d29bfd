/* What NumPy calls on a Value: a ufunc of single numbers is computed here, everything else in Python. */

#include "../../table/native/protocol.h"

#include "../../table/native/rules.h"

#include "node.h"

/* Whether Values record an operation; a comparison of them gives a bool. */
static int is_eager(long rule) {
    switch (rule) {
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_EQ:
    case OP_NE:
        return 0;
    default:
        return 1;
    }
}

/* __array_ufunc__(ufunc, method, *inputs, **keywords) */
PyObject *node_array_ufunc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    long rule = plain_ufunc(python.ufuncs, args, count, names);
    if (rule >= 0 && is_eager(rule) && rule_arity(rule) == count - 2) {
        PyObject *operands[4] = {PyDict_GetItem(python.ufuncs, args[0])};
        memcpy(operands + 1, args + 2, (size_t)(count - 2) * sizeof *operands);
        PyObject *made = node_apply(self, operands, count - 1);
        if (made != Py_NotImplemented) {
            return made;
        }
        Py_DECREF(made);
    }
    return PyErr_Occurred() ? NULL : PyObject_Vectorcall(python.array_ufunc, args, (size_t)count, names);
}
