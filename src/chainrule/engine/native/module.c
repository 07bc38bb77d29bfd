/* The module `chainrule.engine._native`. */

#include "../../table/native/rules.h"

#include "node.h"

struct PythonObjects python;
SCOPE_LOCAL uint32_t current_scope = 0;
PyObject *on_create = NULL, *on_compare = NULL, *on_truth = NULL, *on_attribute = NULL;

/* Raise the error that a function of refusals.py makes of these arguments, as Py_BuildValue takes them. Returns -1. */
int raise_made(PyObject *maker, const char *format, ...) {
    va_list values;
    va_start(values, format);
    PyObject *arguments = Py_VaBuildValue(format, values);
    va_end(values);
    PyObject *error = arguments ? PyObject_CallObject(maker, arguments) : NULL;
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    }
    Py_XDECREF(arguments);
    Py_XDECREF(error);
    return -1;
}

PyObject *tuple_of(PyObject *const *items, Py_ssize_t count) {
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(items[i]));
    }
    return tuple;
}

/* Call a hook; 0 also without a hook. */
int call_hook(PyObject *hook, PyObject *x) {
    PyObject *done = hook ? PyObject_CallOneArg(hook, x) : NULL;
    Py_XDECREF(done);
    return hook != NULL && done == NULL ? -1 : 0;
}

static PyObject *set_scope(PyObject *Py_UNUSED(module), PyObject *number) {
    unsigned long scope = PyLong_AsUnsignedLong(number);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (scope >= 1UL << 24) {
        PyErr_SetString(PyExc_OverflowError, "more than 16,777,215 different scopes");
        return NULL;
    }
    current_scope = (uint32_t)scope;
    Py_RETURN_NONE;
}

static PyObject *open_scope(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(arguments)) {
    return PyLong_FromLong(current_scope);
}

static PyObject *set_hooks(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *hooks[4];
    PyObject **targets[4] = {&on_create, &on_compare, &on_truth, &on_attribute};
    if (!PyArg_ParseTuple(args, "OOOO", &hooks[0], &hooks[1], &hooks[2], &hooks[3])) {
        return NULL;
    }
    for (int i = 0; i < 4; i++) {
        PyObject *old = *targets[i];
        *targets[i] = hooks[i] == Py_None ? NULL : Py_NewRef(hooks[i]);
        Py_XDECREF(old);
    }
    Py_RETURN_NONE;
}

static PyMethodDef module_methods[] = {
    {"set_scope", set_scope, METH_O, "Give the nodes made from now on this scope, a number in SCOPES."},
    {"open_scope", open_scope, METH_NOARGS, "The scope of the nodes made now, a number in SCOPES."},
    {"compute", (PyCFunction)(void (*)(void))compute_arrays, METH_FASTCALL,
     "Compute a rule for each element of arrays of float64; False where that is left to Python."},
    {"set_hooks", set_hooks, METH_VARARGS,
     "Set the functions called with each new node, comparison by ==, question of truth and attribute; None for none."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "chainrule.engine._native", "The compiled engine; value.py is its readable twin.", -1,
    module_methods, NULL, NULL, NULL, NULL};

/* ---- loading -------------------------------------------------------------------------------------------------- */

static PyObject *import(const char *module, const char *name) {
    PyObject *home = PyImport_ImportModule(module), *object = home ? PyObject_GetAttrString(home, name) : NULL;
    Py_XDECREF(home);
    return object;
}

static int python_load(void) {
#define LOAD(field, module, name) &&(python.field = import("chainrule." module, name)) != NULL
#define INTERN(field, name) &&(python.field = PyUnicode_InternFromString(name)) != NULL
    return 1 PYTHON_OBJECTS(LOAD) PYTHON_NAMES(INTERN) ? 0 : -1;
}

static int is_of_this_table(void) {
    return PyUnicode_Check(python.fingerprint) &&
           PyUnicode_CompareWithASCIIString(python.fingerprint, FINGERPRINT) == 0;
}

PyMODINIT_FUNC PyInit__native(void) {
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "the compiled engine lives in the main interpreter only");
        return NULL;
    }
    if (python_load() < 0 || !is_of_this_table()) {
        PyErr_Clear(); /* whatever is missing: the Python around it is not of this build */
        PyErr_SetString(PyExc_ImportError,
                        "the compiled engine was built from another table of operations; install again");
        return NULL;
    }
    PyObject *made = PyModule_Create(&module);
    if (made != NULL && (type_make() < 0 || PyModule_AddObjectRef(made, "Value", (PyObject *)value_type) < 0)) {
        Py_CLEAR(made);
    }
    return made;
}
