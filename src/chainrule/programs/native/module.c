/* The module `chainrule.programs._native`: its types. */

#include "machine.h"

/* Whether the table of operations around this build is the one it was built from. */
static int check_table(void) {
    PyObject *rules = PyImport_ImportModule("chainrule.table.rules");
    PyObject *mark = rules ? PyObject_GetAttrString(rules, "FINGERPRINT") : NULL;
    int is_same = mark != NULL && PyUnicode_Check(mark) && PyUnicode_CompareWithASCIIString(mark, FINGERPRINT) == 0;
    Py_XDECREF(mark);
    Py_XDECREF(rules);
    if (!is_same) {
        PyErr_Clear(); /* whatever is missing: the Python around it is not of this build */
        PyErr_SetString(PyExc_ImportError,
                        "the compiled tape was built from another table of operations; install again");
    }
    return is_same ? 0 : -1;
}

typedef int AddType(PyObject *module);
AddType taping_add; /* of tape.h: Tape, Tracer, gradient and tangents */
static AddType *const types[] = {machine_add_type, bound_add_type, taping_add};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "chainrule.programs._native", "The compiled tape; machine.py is a readable twin.", -1,
    NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) {
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "the compiled tape lives in the main interpreter only");
        return NULL;
    }
    PyObject *module = check_table() < 0 ? NULL : PyModule_Create(&definition);
    for (size_t i = 0; module != NULL && i < sizeof types / sizeof *types; i++) {
        if (types[i](module) < 0) {
            Py_CLEAR(module);
        }
    }
    return module;
}
