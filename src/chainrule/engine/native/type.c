/* The type `Value`. */

#include "operations.h"

#include <structmember.h>

PyTypeObject *value_type = NULL;

static int value_bool(PyObject *self) {
    return ((Node *)self)->data != 0.0;
}

static PyMemberDef members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(Node, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

#define FAST(function) (PyCFunction)(void (*)(void))function
#define NOARGS_ENTRY(name, NUMBER, keeps_int, standard) {#name, method_##name, METH_NOARGS, DOC_##name},
#define ENTRY(name, NUMBER, keeps_int, standard) {#name, FAST(method_##name), METH_FASTCALL | METH_KEYWORDS, DOC_##name},
#define NOARGS_ALIAS(alias, name) {#alias, method_##name, METH_NOARGS, DOC_##name},
#define ALIAS(alias, name) {#alias, FAST(method_##name), METH_FASTCALL | METH_KEYWORDS, DOC_##name},
static PyMethodDef methods[] = {
    {"backward", node_backward, METH_NOARGS,
     "backward($self)\n--\n\n"
     "Compute the gradient of this node with respect to every node below it.\n\n"
     "This node's gradient becomes 1. Inner nodes get this pass's gradient. Leaves add it to what they hold, so that\n"
     "two passes give twice the gradient until it is set to 0.\n\n"
     "Raises:\n    GraphError: The graph has a cycle, made by hand.\n\n"
     "Cost: O(nodes) time; no recursion at any depth.\n"},
    {"_postorder", node_postorder, METH_NOARGS,
     "The nodes below this one and itself, operands before their users."},
    {"_push_by_hand", node_push_by_hand, METH_NOARGS, "Add this node's gradient to its operands, by its rule."},
    {"_apply", FAST(node_apply), METH_FASTCALL, "Apply the rule with this number."},
    {"_apply_or_raise", FAST(node_apply_or_raise), METH_FASTCALL,
     "Apply the rule with this number; raise where an operand isn't a number."},
    {"_build", value_build, METH_VARARGS | METH_STATIC, "Make a node of class `type` from its fields."},
    {"_rewrite", value_rewrite, METH_VARARGS, "Take the numbers of a new forward pass."},
    UNARY_METHODS(NOARGS_ENTRY)
    UNARY_ALIASES(NOARGS_ALIAS)
    BINARY_METHODS(ENTRY)
    BINARY_ALIASES(ALIAS)
    TERNARY_METHODS(ENTRY)
    {NULL, NULL, 0, NULL}};

static PyType_Slot slots[] = {
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
    {Py_tp_members, members},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_nb_bool, value_bool},
    {Py_nb_add, apply_add},
    {Py_nb_subtract, apply_sub},
    {Py_nb_multiply, apply_mul},
    {Py_nb_true_divide, apply_div},
    {Py_nb_floor_divide, apply_floordiv},
    {Py_nb_remainder, apply_mod},
    {Py_nb_power, apply_power},
    {Py_nb_negative, apply_neg},
    {Py_nb_absolute, apply_abs},
    {Py_nb_positive, apply_pos},
    {0, NULL}};

static int set_defaults(PyObject *type) {
    PyObject *nothing = PyUnicode_FromString(""), *zero = PyLong_FromLong(0);
    int failed = nothing == NULL || zero == NULL || PyObject_SetAttr(type, python.label, nothing) < 0 ||
                 PyObject_SetAttr(type, python.own_op, nothing) < 0 ||
                 PyObject_SetAttr(type, python.own, Py_None) < 0 || PyObject_SetAttr(type, python.by_hand, zero) < 0;
    Py_XDECREF(nothing);
    Py_XDECREF(zero);
    return failed ? -1 : 0;
}

/* Make the type, which lives as long as the process. */
int type_make(void) {
    PyType_Spec spec = {"chainrule.engine._native.Value", sizeof(Node), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};
    PyObject *type = PyType_FromSpecWithBases(&spec, python.face);
    PyObject *home = PyUnicode_FromString("chainrule"); /* where a pickle finds the class, whichever engine reads */
    if (type == NULL || home == NULL || set_defaults(type) < 0 || PyObject_SetAttrString(type, "__module__", home) < 0) {
        Py_XDECREF(type);
        Py_XDECREF(home);
        return -1;
    }
    Py_DECREF(home);
    value_type = (PyTypeObject *)type;
    value_type->tp_name = "Value"; /* as Python's messages call a class */
    value_type->tp_vectorcall = value_vectorcall;
    return 0;
}
