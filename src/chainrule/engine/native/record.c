/* A node as a record of its fields: what copies and files keep of it. */

#include "../../table/native/rules.h"

#include "node.h"

static long call_for_number(PyObject *function, PyObject *argument) {
    PyObject *number = PyObject_CallOneArg(function, argument);
    long index = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    return index;
}

/* Value._build(class, operands, fields, attributes): the node that `_fields` described. */
PyObject *value_build(PyObject *Py_UNUSED(self), PyObject *args) {
    PyObject *type, *operands, *data, *grad, *rule, *partials, *scope, *attributes;
    int kind, state, data_int, grad_int;
    unsigned passes;
    double data_number, grad_number;
    if (!PyArg_ParseTuple(args, "O!O!(OOOO!iiIO)O", &PyType_Type, &type, &PyTuple_Type, &operands, &data, &grad,
                          &rule, &PyTuple_Type, &partials, &kind, &state, &passes, &scope, &attributes)) {
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)type, value_type)) {
        PyErr_SetString(PyExc_TypeError, "_build needs Value or a subclass of it");
        return NULL;
    }
    long rule_number = call_for_number(python.rule_number, rule);
    long scope_number = rule_number < 0 ? -1 : call_for_number(python.scope_number, scope);
    if (scope_number < 0 || read_number(data, &data_number, &data_int, "data") < 0 ||
        read_number(grad, &grad_number, &grad_int, "grad") < 0) {
        return NULL;
    }
    Py_ssize_t arity = rule_arity(rule_number), count = PyTuple_GET_SIZE(operands);
    if (arity < 0 || (rule_number == OP_OWN ? count == 0 : count != arity)) {
        PyErr_Format(PyExc_ValueError, "_build: %zd operands do not fit the rule", count);
        return NULL;
    }
    Node *node = node_new((PyTypeObject *)type);
    if (node != NULL) {
        node->rule = (uint16_t)rule_number;
    }
    if (node == NULL || node_links(node, operands, partials) < 0) {
        Py_XDECREF((PyObject *)node);
        return NULL;
    }
    node->data = data_number;
    node->grad = grad_number;
    node->flags = (uint16_t)((node->flags & NO_PARTIALS) | (data_int ? DATA_INT : 0) | (grad_int ? GRAD_INT : 0) |
                             (kind & 3) << KIND_SHIFT | (state & 3) << STATE_SHIFT);
    node->passes = passes;
    node->scope = (uint32_t)scope_number;
    if (PyDict_Check(attributes) && node_set_attributes(node, attributes) < 0) {
        Py_CLEAR(node);
    }
    return (PyObject *)node;
}

/* value._rewrite(data, partials): take the numbers of a new forward pass. */
PyObject *value_rewrite(PyObject *self, PyObject *args) {
    Node *node = (Node *)self;
    PyObject *data, *partials;
    if (!PyArg_ParseTuple(args, "OO!", &data, &PyTuple_Type, &partials) || set_data(self, data, NULL) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(partials) && i < COUNT(node); i++) {
        PyObject *partial = PyTuple_GET_ITEM(partials, i);
        double number = partial == Py_None ? 0.0 : PyFloat_AsDouble(partial); /* may run any code */
        if (i < COUNT(node)) {
            LINKS(node)[i].partial = number;
        }
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}
