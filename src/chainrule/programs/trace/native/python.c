/* The Python objects that C uses, and errors that Python builds. */

#include "tape.h"

struct PythonObjects python;

static PyObject *import(const char *module, const char *name) {
    PyObject *imported = PyImport_ImportModule(module), *object = imported ? PyObject_GetAttrString(imported, name) : NULL;
    Py_XDECREF(imported);
    return object;
}

int python_load(PyObject *Py_UNUSED(module)) {
#define LOAD(field, module, name) &&(python.field = import(module, name)) != NULL
    if (1 PYTHON_OBJECTS(LOAD) && PyList_Check(python.rules)) {
        return 0;
    }
    PyErr_Clear();
    PyErr_SetString(PyExc_ImportError, "the compiled tape was built from other sources; install again");
    return -1;
}

/* Raise the error that a Python function returns. Returns -1. */
int raise_from(PyObject *maker, const char *format, ...) {
    va_list values;
    va_start(values, format);
    PyObject *arguments = Py_VaBuildValue(format, values);
    va_end(values);
    PyObject *error = arguments ? PyObject_CallObject(maker, arguments) : NULL;
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    }
    Py_XDECREF(error);
    Py_XDECREF(arguments);
    return -1;
}
