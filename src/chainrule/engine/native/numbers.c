/* Numbers from Python to C and back. */

#include "node.h"

PyObject *number_object(double data, int is_int) {
    return is_int ? PyLong_FromDouble(data) : PyFloat_FromDouble(data);
}

PyObject *data_of(const Node *node) {
    return number_object(node->data, node->flags & DATA_INT);
}

PyObject *grad_of(const Node *node) {
    return number_object(node->grad, node->flags & GRAD_INT);
}

/* Read what numbers.py made of an object. */
int read_plain(PyObject *x, double *data, int *is_int) {
    if (PyFloat_Check(x)) { /* NumPy's float64 is one too */
        *data = PyFloat_AS_DOUBLE(x);
        *is_int = 0;
        return 1;
    }
    if (PyLong_CheckExact(x)) {
        int overflow;
        long long whole = PyLong_AsLongLongAndOverflow(x, &overflow);
        if (!overflow && whole >= -(1LL << 53) && whole <= (1LL << 53)) {
            *data = (double)whole;
            *is_int = 1;
            return 1;
        }
    }
    return 0;
}

/* Read a number that is to be stored. Returns 0, or -1 with an error that says what was needed. */
int read_number(PyObject *x, double *data, int *is_int, const char *what) {
    if (read_plain(x, data, is_int)) {
        return 0;
    }
    PyObject *plain = PyObject_CallFunction(python.number, "Os", x, what);
    if (plain == NULL) {
        return -1;
    }
    read_plain(plain, data, is_int);
    Py_DECREF(plain);
    return 0;
}

/* Read a number that stands in an expression. Returns 1, or 0 where Python should ask the object itself, or -1. */
int read_operand(PyObject *x, double *data, int *is_int) {
    if (read_plain(x, data, is_int)) {
        return 1;
    }
    PyObject *plain = PyObject_CallOneArg(python.operand_number, x);
    if (plain == NULL) {
        return -1;
    }
    int found = plain != Py_NotImplemented && read_plain(plain, data, is_int);
    Py_DECREF(plain);
    return found;
}

/* The node of a number in an expression. NULL and no error set: Python should ask the object itself. */
Node *constant_node(PyObject *x) {
    double data;
    int is_int;
    if (read_operand(x, &data, &is_int) <= 0) {
        return NULL;
    }
    Node *node = node_new(value_type);
    if (node != NULL) {
        node->data = data;
        node->flags = (uint16_t)((is_int ? DATA_INT : 0) | CONSTANT << KIND_SHIFT);
    }
    return node;
}
