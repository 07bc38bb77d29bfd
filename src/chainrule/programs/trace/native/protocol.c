/* What NumPy calls on a tracer: a ufunc of single numbers is recorded here, everything else in Python. */

#include "../../../table/native/protocol.h"

#include "tape.h"

/* __array_ufunc__(ufunc, method, *inputs, **keywords) */
PyObject *tracer_array_ufunc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    long op = plain_ufunc(python.ufuncs, args, count, names);
    if (op >= 0 && recipe_of((int32_t)op) != NULL && recipe_of((int32_t)op)->arity == count - 2) {
        PyObject *result = tracer_try_to_apply(self, (int32_t)op, args + 2, count - 2);
        if (result != Py_NotImplemented) {
            if (result != NULL && ((Tracer *)result)->kind == KIND_CONDITION) {
                ((Tracer *)result)->kind = KIND_FLAG; /* to a ufunc a condition is one of an array's */
            }
            return result;
        }
        Py_DECREF(result);
    }
    return PyErr_Occurred() ? NULL : PyObject_Vectorcall(python.array_ufunc, args, (size_t)count, names);
}
