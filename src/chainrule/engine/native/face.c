/* What Python asks of every object: its text, comparisons, hash and attributes of its own. */

#include "node.h"

/* Write into the node's own dict, past any __setattr__ or slots of a subclass. */
int node_note(Node *node, PyObject *name, PyObject *x) {
    if (node->dict == NULL && (node->dict = PyDict_New()) == NULL) {
        return -1;
    }
    if (PyObject_IS_GC(x)) {
        node_track(node);
    }
    return PyDict_SetItem(node->dict, name, x);
}

/* Note the number written by hand that a computed gradient contains; 0 forgets it. */
int node_note_by_hand(Node *node, double number, int is_int) {
    if (number == 0.0) {
        if (node->dict != NULL && PyDict_Contains(node->dict, python.by_hand) == 1) {
            return PyDict_DelItem(node->dict, python.by_hand);
        }
        return 0;
    }
    PyObject *written = number_object(number, is_int);
    int failed = written == NULL || node_note(node, python.by_hand, written) < 0;
    Py_XDECREF(written);
    return failed ? -1 : 0;
}

/* The _backward of its own, borrowed; NULL without an error where there is none. */
PyObject *node_own(Node *node) {
    return node->dict ? PyDict_GetItem(node->dict, python.own) : NULL;
}

/* Set any attribute. A node that holds an object of the garbage collector takes part in collection from then on. */
int value_setattro(PyObject *self, PyObject *name, PyObject *x) {
    if (on_attribute != NULL && x != NULL && PyUnicode_Check(name) && PyUnicode_GetLength(name) > 0 &&
        PyUnicode_READ_CHAR(name, 0) != '_') {
        PyObject *done = PyObject_CallFunctionObjArgs(on_attribute, self, name, x, NULL);
        if (done == NULL) {
            return -1;
        }
        Py_DECREF(done);
    }
    if (PyObject_GenericSetAttr(self, name, x) < 0) {
        return -1;
    }
    if (x != NULL && PyObject_IS_GC(x)) {
        node_track((Node *)self);
    }
    return 0;
}

PyObject *value_repr(PyObject *self) {
    Node *node = (Node *)self;
    PyObject *data = data_of(node), *grad = grad_of(node), *text = NULL;
    PyObject *label = PyObject_GetAttr(self, python.label);
    const char *name = Py_TYPE(self)->tp_name;
    if (data != NULL && grad != NULL && label != NULL) {
        int is_bare = PyUnicode_Check(label) && PyUnicode_GetLength(label) == 0;
        text = is_bare ? PyUnicode_FromFormat("%s(data=%S, grad=%S)", name, data, grad)
                       : PyUnicode_FromFormat("%s(data=%S, grad=%S, label=%R)", name, data, grad, label);
    }
    Py_XDECREF(data);
    Py_XDECREF(grad);
    Py_XDECREF(label);
    return text;
}

PyObject *value_richcompare(PyObject *self, PyObject *other, int operator) {
    Node *node = (Node *)self;
    double y;
    int is_int;
    if (operator == Py_EQ || operator == Py_NE) { /* identity, which Python falls back on */
        return !IS_NODE(other) && call_hook(on_compare, other) < 0 ? NULL : Py_NewRef(Py_NotImplemented);
    }
    if (IS_NODE(other)) {
        y = ((Node *)other)->data;
    } else {
        int found = read_operand(other, &y, &is_int);
        if (found <= 0) {
            return found < 0 ? NULL : Py_NewRef(Py_NotImplemented);
        }
    }
    Py_RETURN_RICHCOMPARE(node->data, y, operator);
}

Py_hash_t value_hash(PyObject *self) {
    return PyBaseObject_Type.tp_hash(self);
}
