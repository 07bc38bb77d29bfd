/* The type `Value`. */

#include "docs.h"
#include "operations.h"

PyTypeObject *value_type = NULL;

static int value_bool(PyObject *self) {
    return call_hook(on_truth, self) < 0 ? -1 : 1;
}

#define FAST(function) (PyCFunction)(void (*)(void))function
#define NOARGS_ENTRY(name, NUMBER, keeps_int) {#name, method_##name, METH_NOARGS, DOC_##name},
#define ENTRY(name, NUMBER, keeps_int) {#name, FAST(method_##name), METH_FASTCALL | METH_KEYWORDS, DOC_##name},
#define NOARGS_ALIAS(alias, name) {#alias, method_##name, METH_NOARGS, DOC_##name},
#define ALIAS(alias, name) {#alias, FAST(method_##name), METH_FASTCALL | METH_KEYWORDS, DOC_##name},
static PyMethodDef methods[] = {
    {"backward", node_backward, METH_NOARGS, "backward($self)\n--\n\n" DOC_backward},
    {"_postorder", node_postorder, METH_NOARGS, NULL},
    {"_push_once", node_push_once, METH_NOARGS, NULL},
    {"_apply", FAST(node_apply), METH_FASTCALL, NULL},
    {"_apply_or_raise", FAST(node_apply_or_raise), METH_FASTCALL, NULL},
    {"_elementwise", FAST(node_elementwise), METH_FASTCALL, NULL},
    {"_inner", FAST(node_inner), METH_FASTCALL, NULL},
    {"__array_ufunc__", FAST(node_array_ufunc), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"_build", value_build, METH_VARARGS | METH_STATIC, NULL},
    {"_relink", node_relink_by_hand, METH_VARARGS, NULL},
    {"_rewrite", value_rewrite, METH_VARARGS, NULL},
    UNARY_METHODS(NOARGS_ENTRY)
    UNARY_ALIASES(NOARGS_ALIAS)
    BINARY_METHODS(ENTRY)
    BINARY_ALIASES(ALIAS)
    TERNARY_METHODS(ENTRY)
    TERNARY_ALIASES(ALIAS)
    {NULL, NULL, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Value(data, _children=(), _op='', label='')\n--\n\n" DOC_Value},
    {Py_tp_new, value_new},
    {Py_tp_init, value_init},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_traverse, node_traverse},
    {Py_tp_clear, node_clear},
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

/* Make the type, which lives as long as the process. */
int type_make(void) {
    PyType_Spec spec = {"chainrule.engine._native.Value", sizeof(Node), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};
    PyObject *type = PyType_FromSpecWithBases(&spec, python.face);
    PyObject *home = PyUnicode_FromString("chainrule"); /* where a pickle finds the class, whichever engine reads */
    if (type == NULL || home == NULL || PyObject_SetAttrString(type, "__module__", home) < 0) {
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
