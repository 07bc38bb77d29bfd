/* The operators and methods of a Value, one a row of the table. */

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

#define UNARY(name, NUMBER, keeps_int, standard)                                                     \
    PyObject *apply_##name(PyObject *self) {                                                         \
        Node *x = (Node *)self;                                                                      \
        double out = op_##name(x->data);                                                             \
        Py_INCREF(self);                                                                             \
        return make_unary(NUMBER, keeps_int, x, out, UNLESS_CONSTANT(x, d0_##name(x->data, out)));   \
    }
UNARY_OPERATORS(UNARY)
UNARY_METHODS(UNARY)

#define BINARY(name, NUMBER, keeps_int, standard)                                                    \
    PyObject *apply_##name(PyObject *left, PyObject *right) {                                        \
        Node *x = as_node(left);                                                                     \
        Node *y = x ? as_node(right) : NULL;                                                         \
        if (UNLIKELY(y == NULL)) {                                                                   \
            Py_XDECREF((PyObject *)x);                                                               \
            return PyErr_Occurred() ? NULL : Py_NewRef(Py_NotImplemented);                           \
        }                                                                                            \
        double out = op_##name(x->data, y->data);                                                    \
        double by_x = UNLESS_CONSTANT(x, d0_##name(x->data, y->data, out));                          \
        double by_y = UNLESS_CONSTANT(y, d1_##name(x->data, y->data, out));                          \
        return make_binary(NUMBER, keeps_int, x, y, out, by_x, by_y);                                \
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

/* Call a method with its operands by position or as y=, z=; `standard` stands for one that is left out. */
static PyObject *call_method(int number, int arity, double standard, PyObject *self, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *names) {
    PyObject *given[3] = {self, NULL, NULL}, *number_and_operands[4];
    Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    int fits = nargs + named < arity + (nargs + named == 0);
    for (Py_ssize_t i = 0; i < nargs && fits; i++) {
        given[i + 1] = args[i];
    }
    for (Py_ssize_t i = 0; i < named && fits; i++) {
        const char *name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(names, i));
        int argnum = name && name[0] && !name[1] ? name[0] - 'x' : 0;
        fits = argnum >= 1 && argnum < arity && given[argnum] == NULL;
        if (fits) {
            given[argnum] = args[nargs + i];
        }
    }
    PyObject *usual = given[arity - 1] == NULL && !isnan(standard) ? PyFloat_FromDouble(standard) : NULL;
    given[arity - 1] = given[arity - 1] ? given[arity - 1] : usual;
    for (int i = 0; i < arity; i++) {
        fits = fits && given[i] != NULL;
        number_and_operands[i + 1] = given[i];
    }
    PyObject *made = NULL;
    if (fits && (number_and_operands[0] = PyLong_FromLong(number)) != NULL) {
        made = node_apply_or_raise(self, number_and_operands, arity + 1);
        Py_DECREF(number_and_operands[0]);
    } else if (!PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "this operation of a Value takes %d more operand%s, as %s", arity - 1,
                     arity == 2 ? "" : "s", arity == 2 ? "y" : "y and z");
    }
    Py_XDECREF(usual);
    return made;
}

#define WRAP_UNARY(name, NUMBER, keeps_int, standard)                          \
    PyObject *method_##name(PyObject *self, PyObject *Py_UNUSED(no)) {         \
        return apply_##name(self);                                             \
    }
UNARY_METHODS(WRAP_UNARY)
#define WRAP(name, NUMBER, arity, standard)                                                                   \
    PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) {        \
        return call_method(NUMBER, arity, standard, self, args, nargs, names);                                 \
    }
#define WRAP_BINARY(name, NUMBER, keeps_int, standard)                                                         \
    PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) {        \
        if (nargs == 1 && names == NULL) {                                                                     \
            PyObject *operands[2] = {self, args[0]}, *made = apply_##name(self, args[0]);                      \
            return made ? raise_unless_made(made, NUMBER, operands, 2) : NULL;                                          \
        }                                                                                                      \
        return call_method(NUMBER, 2, standard, self, args, nargs, names);                                     \
    }
#define WRAP_TERNARY(name, NUMBER, keeps_int, standard) WRAP(name, NUMBER, 3, standard)
BINARY_METHODS(WRAP_BINARY)
TERNARY_METHODS(WRAP_TERNARY)
