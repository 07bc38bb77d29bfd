/* The type `Value` and the module `chainrule.engine._native`. */

#include "../../table/native/rules.h"

#include "node.h"

#include <structmember.h>

PyTypeObject *value_type = NULL;
SCOPE_LOCAL uint32_t current_scope = 0;
PyObject *on_create = NULL, *on_compare = NULL, *on_attribute = NULL;
struct Shared shared;

/* Raise the error that a function of refusals.py makes of an object, or of nothing. Returns -1. */
int raise_made(PyObject *maker, PyObject *x) {
    PyObject *error = PyObject_CallFunctionObjArgs(maker, x, NULL);
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    return -1;
}

static int value_bool(PyObject *self) {
    return ((Node *)self)->data != 0.0;
}

static PyMemberDef value_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(Node, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

static PyType_Slot face_slots[] = {
    {Py_tp_doc, "Value(data, _children=(), _op='', label='')\n--\n\n"
                "A number that remembers where it came from.\n\n"
                "Args:\n"
                "    data: Its number; an int stays an int.\n"
                "    _children: The operands it was computed from, or its label. Only for an operation of your own.\n"
                "    _op: The operation's name, or the local derivatives by the operands.\n"
                "    label: Its name in pictures and messages.\n\n"
                "Raises:\n"
                "    WrongType: The number isn't a number, or the arguments are those of no known dialect.\n\n"
                "Example:\n"
                "    >>> a = Value(2.0, label=\"a\")\n"
                "    >>> L = a * a\n"
                "    >>> L.backward()\n"
                "    >>> a.grad\n"
                "    4.0\n"},
    {Py_tp_new, value_new},
    {Py_tp_init, value_init},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_traverse, node_traverse},
    {Py_tp_clear, node_clear},
    {Py_tp_repr, value_repr},
    {Py_tp_hash, value_hash},
    {Py_tp_richcompare, value_richcompare},
    {Py_tp_setattro, value_setattro},
    {Py_tp_members, value_members},
    {Py_tp_getset, face_attributes},
    {Py_nb_bool, value_bool},
};

static Py_ssize_t count_methods(const PyMethodDef *methods) {
    Py_ssize_t count = 0;
    while (methods[count].ml_name != NULL) {
        count++;
    }
    return count;
}

static PyObject *part_of(const char *module, const char *name) {
    PyObject *home = PyErr_Occurred() ? NULL : PyImport_ImportModule(module);
    PyObject *part = home ? PyObject_GetAttrString(home, name) : NULL;
    Py_XDECREF(home);
    return part;
}

/* The slots of the face, then those of the operations, then all methods in one list, which lives as long as the type. */
static PyObject *make_type(void) {
    Py_ssize_t face_count = count_methods(face_methods), count = count_methods(operation_methods);
    PyMethodDef *methods = PyMem_Malloc((size_t)(face_count + count + 1) * sizeof(PyMethodDef));
    if (methods == NULL) {
        return PyErr_NoMemory();
    }
    memcpy(methods, face_methods, (size_t)face_count * sizeof(PyMethodDef));
    memcpy(methods + face_count, operation_methods, (size_t)(count + 1) * sizeof(PyMethodDef));
    PyType_Slot slots[sizeof face_slots / sizeof *face_slots + OPERATION_SLOTS + 1];
    memcpy(slots, face_slots, sizeof face_slots);
    PyType_Slot *next = slots + sizeof face_slots / sizeof *face_slots;
    *next++ = (PyType_Slot){Py_tp_methods, methods};
    memcpy(next, operation_slots, OPERATION_SLOTS * sizeof(PyType_Slot));
    PyType_Spec spec = {"chainrule.engine._native.Value", sizeof(Node), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};
    PyObject *base = part_of("chainrule.engine.face", "Face");
    PyObject *type = base ? PyType_FromSpecWithBases(&spec, base) : NULL;
    Py_XDECREF(base);
    return type;
}

static int set_defaults(PyObject *type) {
    PyObject *nothing = PyUnicode_FromString(""), *zero = PyLong_FromLong(0);
    int failed = nothing == NULL || zero == NULL || PyObject_SetAttr(type, shared.label, nothing) < 0 ||
                 PyObject_SetAttr(type, shared.own_op, nothing) < 0 ||
                 PyObject_SetAttr(type, shared.own, Py_None) < 0 || PyObject_SetAttr(type, shared.by_hand, zero) < 0;
    Py_XDECREF(nothing);
    Py_XDECREF(zero);
    return failed ? -1 : 0;
}

/* What both engines share, from Python. */
static int load_shared(void) {
    static const char rules[] = "chainrule.table.rules", numbers[] = "chainrule.engine.numbers";
    static const char refusals[] = "chainrule.engine.refusals", session[] = "chainrule.engine.session";
    PyObject *fingerprint = part_of(rules, "FINGERPRINT");
    int is_same = fingerprint != NULL && PyUnicode_Check(fingerprint) &&
                  PyUnicode_CompareWithASCIIString(fingerprint, FINGERPRINT) == 0;
    Py_XDECREF(fingerprint);
    shared = (struct Shared){
        .rules = part_of(rules, "RULES"),
        .check = part_of(rules, "check"),
        .int_result = part_of(rules, "int_result"),
        .rule_number = part_of(rules, "rule_number"),
        .scopes = part_of(session, "SCOPES"),
        .scope_number = part_of(session, "scope_number"),
        .number = part_of(numbers, "number"),
        .operand_number = part_of(numbers, "operand_number"),
        .read_arguments = part_of("chainrule.engine.dialects", "read_arguments"),
        .fields = part_of("chainrule.engine.node", "Fields"),
        .wrong_operand = part_of(refusals, "wrong_operand"),
        .not_a_function = part_of(refusals, "not_a_function"),
        .cycle_error = part_of(refusals, "cycle_error"),
        .own = PyUnicode_InternFromString("_own"),
        .own_op = PyUnicode_InternFromString("_own_op"),
        .label = PyUnicode_InternFromString("label"),
        .by_hand = PyUnicode_InternFromString("by_hand"),
    };
    return PyErr_Occurred() || !is_same ? -1 : 0;
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

static PyObject *set_hooks(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *hooks[3];
    PyObject **places[3] = {&on_create, &on_compare, &on_attribute};
    if (!PyArg_ParseTuple(args, "OOO", &hooks[0], &hooks[1], &hooks[2])) {
        return NULL;
    }
    for (int i = 0; i < 3; i++) {
        PyObject *old = *places[i];
        *places[i] = hooks[i] == Py_None ? NULL : Py_NewRef(hooks[i]);
        Py_XDECREF(old);
    }
    Py_RETURN_NONE;
}

static PyMethodDef module_methods[] = {
    {"set_scope", set_scope, METH_O, "Give the nodes made from now on this scope, an index into SCOPES."},
    {"set_hooks", set_hooks, METH_VARARGS,
     "Set the functions called with each new node, comparison by == and attribute; None for none."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "chainrule.engine._native", "The compiled engine; value.py is its readable twin.", -1,
    module_methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) {
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "the compiled engine lives in the main interpreter only");
        return NULL;
    }
    if (load_shared() < 0) {
        PyErr_Clear(); /* whatever is missing: the Python around it is not of this build */
        PyErr_SetString(PyExc_ImportError,
                        "the compiled engine was built from another table of operations; install again");
        return NULL;
    }
    PyObject *made = PyModule_Create(&module), *type = NULL;
    if (made == NULL || (type = make_type()) == NULL || set_defaults(type) < 0 ||
        PyModule_AddObjectRef(made, "Value", type) < 0) {
        Py_XDECREF(type);
        Py_XDECREF(made);
        return NULL;
    }
    value_type = (PyTypeObject *)type; /* kept for as long as the process lives */
    value_type->tp_name = "Value";     /* as Python's messages call a class */
    PyObject *home = PyUnicode_FromString("chainrule"); /* where a pickle finds the class, whichever engine reads */
    if (home == NULL || PyObject_SetAttrString(type, "__module__", home) < 0) {
        PyErr_Clear();
    }
    Py_XDECREF(home);
    value_type->tp_vectorcall = value_vectorcall;
    return made;
}
