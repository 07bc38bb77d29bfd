/* The Python objects that C uses, and errors that Python makes. */

#include "node.h"

struct PythonObjects python;

static PyObject *import(const char *module, const char *name) {
    PyObject *home = PyImport_ImportModule(module), *object = home ? PyObject_GetAttrString(home, name) : NULL;
    Py_XDECREF(home);
    return object;
}

int python_load(void) {
#define LOAD(field, module, name) &&(python.field = import("chainrule." module, name)) != NULL
#define INTERN(field, name) &&(python.field = PyUnicode_InternFromString(name)) != NULL
    return 1 PYTHON_OBJECTS(LOAD) PYTHON_NAMES(INTERN) ? 0 : -1;
}

/* Raise the error that a function of refusals.py makes of an object. Returns -1. */
int raise_made(PyObject *maker, PyObject *x) {
    PyObject *error = PyObject_CallOneArg(maker, x);
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    return -1;
}
