/* The operators and methods of a Value, one a row of the table. */

#include "../../table/native/methods.h"

#include "operations.h"

static inline PyTypeObject *class_of(Node *x, Node *y) {
    return Py_TYPE(x) == value_type ? Py_TYPE(y) : Py_TYPE(x);
}

/* Make the node of an operation on one operand; steals the reference to it. */
static inline PyObject *make_unary(int rule, int keeps_int, Node *x, double out, double by_x) {
    Node *made = node_new(Py_TYPE(x));
    if (UNLIKELY(made == NULL)) {
        Py_DECREF((PyObject *)x);
        return NULL;
    }
    made->data = out;
    made->rule = (uint16_t)rule;
    made->arity = 1;
    made->pair[0] = (Link){x, by_x};
    int is_whole = keeps_int && x->flags & DATA_INT;
    if (UNLIKELY(!isfinite(out) || is_whole || on_create != NULL || x->flags & OVER_OWN)) {
        return finish_slowly(made, rule, is_whole, &x, 1, out);
    }
    return (PyObject *)made;
}

static inline PyObject *make_binary(int rule, int keeps_int, Node *x, Node *y, double out, double by_x,
                                    double by_y) {
    Node *made = node_new(class_of(x, y));
    if (UNLIKELY(made == NULL)) {
        Py_DECREF((PyObject *)x);
        Py_DECREF((PyObject *)y);
        return NULL;
    }
    made->data = out;
    made->rule = (uint16_t)rule;
    made->arity = 2;
    made->pair[0] = (Link){x, by_x};
    made->pair[1] = (Link){y, by_y};
    int is_whole = keeps_int && x->flags & y->flags & DATA_INT;
    if (UNLIKELY(!isfinite(out) || is_whole || on_create != NULL || (x->flags | y->flags) & OVER_OWN)) {
        Node *nodes[2] = {x, y};
        return finish_slowly(made, rule, is_whole, nodes, 2, out);
    }
    return (PyObject *)made;
}

#define UNARY(name, NUMBER, keeps_int)                                                             \
    PyObject *apply_##name(PyObject *self) {                                                       \
        Node *x = (Node *)self;                                                                    \
        double out = op_##name(x->data);                                                           \
        Py_INCREF(self);                                                                           \
        return make_unary(NUMBER, keeps_int, x, out, UNLESS_CONSTANT(x, d0_##name(x->data, out))); \
    }
UNARY_OPERATORS(UNARY)
UNARY_METHODS(UNARY)

#define BINARY(name, NUMBER, keeps_int)                                     \
    PyObject *apply_##name(PyObject *left, PyObject *right) {               \
        Node *x = as_node(left);                                            \
        Node *y = x ? as_node(right) : NULL;                                \
        if (UNLIKELY(y == NULL)) {                                          \
            Py_XDECREF((PyObject *)x);                                      \
            return PyErr_Occurred() ? NULL : Py_NewRef(Py_NotImplemented);  \
        }                                                                   \
        double out = op_##name(x->data, y->data);                           \
        double by_x = UNLESS_CONSTANT(x, d0_##name(x->data, y->data, out)); \
        double by_y = UNLESS_CONSTANT(y, d1_##name(x->data, y->data, out)); \
        return make_binary(NUMBER, keeps_int, x, y, out, by_x, by_y);       \
    }
BINARY_OPERATORS(BINARY)
BINARY_METHODS(BINARY)

PyObject *apply_power(PyObject *x, PyObject *y, PyObject *modulus) {
    return modulus == Py_None ? apply_pow(x, y) : Py_NewRef(Py_NotImplemented);
}

PyObject *apply_pos(PyObject *self) {
    return Py_NewRef(self);
}

/* ---- methods -------------------------------------------------------------------------------------------------- */

static PyObject *call_method(int number, int arity, PyObject *self, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *names) {
    PyObject *values[4] = {PyLong_FromLong(number), Py_NewRef(self), NULL, NULL}, *made = NULL;
    if (values[0] != NULL && read_operands("Value", number, arity, args, nargs, names, values + 1) == 0) {
        made = node_apply_or_raise(self, values, arity + 1);
    }
    for (int i = 0; i < 4; i++) {
        Py_XDECREF(values[i]);
    }
    return made;
}

#define WRAP_UNARY(name, NUMBER, keeps_int)                            \
    PyObject *method_##name(PyObject *self, PyObject *Py_UNUSED(no)) { \
        return apply_##name(self);                                     \
    }
UNARY_METHODS(WRAP_UNARY)
#define WRAP(name, NUMBER, arity)                                                                   \
    PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) {        \
        return call_method(NUMBER, arity, self, args, nargs, names);                                 \
    }
#define WRAP_BINARY(name, NUMBER, keeps_int)                                                            \
    PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) { \
        if (nargs == 1 && names == NULL) {                                                              \
            PyObject *operands[2] = {self, args[0]}, *made = apply_##name(self, args[0]);               \
            return made ? raise_unless_made(made, NUMBER, operands, 2) : NULL;                          \
        }                                                                                               \
        return call_method(NUMBER, 2, self, args, nargs, names);                                        \
    }
#define WRAP_TERNARY(name, NUMBER, keeps_int) WRAP(name, NUMBER, 3)
BINARY_METHODS(WRAP_BINARY)
TERNARY_METHODS(WRAP_TERNARY)
