/* Any operation by its number, those that `define` added too. */

#include "../../table/native/rules.h"

#include "node.h"

enum { RULE_VALUE = 2, RULE_PARTIALS, RULE_KEEPS_INT }; /* fields of a Rule, see rules.py */

/* Compute a row of the table. Returns 0 where the number is that of an operation that `define` added. */
static int compute(int rule, const double *x, double *out, double *partials) {
    switch (rule) {
#define ROW_1(name, NUMBER, keeps_int)       \
    case NUMBER:                             \
        *out = op_##name(x[0]);              \
        partials[0] = d0_##name(x[0], *out); \
        return 1;
#define ROW_2(name, NUMBER, keeps_int)             \
    case NUMBER:                                   \
        *out = op_##name(x[0], x[1]);              \
        partials[0] = d0_##name(x[0], x[1], *out); \
        partials[1] = d1_##name(x[0], x[1], *out); \
        return 1;
#define ROW_3(name, NUMBER, keeps_int)                   \
    case NUMBER:                                         \
        *out = op_##name(x[0], x[1], x[2]);              \
        partials[0] = d0_##name(x[0], x[1], x[2], *out); \
        partials[1] = d1_##name(x[0], x[1], x[2], *out); \
        partials[2] = d2_##name(x[0], x[1], x[2], *out); \
        return 1;
        UNARY_OPERATORS(ROW_1)
        UNARY_METHODS(ROW_1)
        BINARY_OPERATORS(ROW_2)
        BINARY_METHODS(ROW_2)
        TERNARY_METHODS(ROW_3)
    default:
        return 0;
    }
}

/* Compute a rule of RULES that has no row in C. */
static int compute_defined(PyObject *rule, const double *x, Py_ssize_t count, Node **nodes, double *out,
                           double *partials) {
    PyObject *arguments[4] = {NULL}, *value = NULL;
    int failed = 0;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        failed = (arguments[i] = PyFloat_FromDouble(x[i])) == NULL;
    }
    if (!failed) {
        value = PyObject_Vectorcall(PyTuple_GET_ITEM(rule, RULE_VALUE), arguments, (size_t)count, NULL);
        failed = value == NULL || ((*out = PyFloat_AsDouble(value)) == -1.0 && PyErr_Occurred());
    }
    arguments[count] = value;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        if (KIND(nodes[i]) != CONSTANT) {
            PyObject *formula = PyTuple_GET_ITEM(PyTuple_GET_ITEM(rule, RULE_PARTIALS), i);
            PyObject *partial = PyObject_Vectorcall(formula, arguments, (size_t)count + 1, NULL);
            failed = partial == NULL || ((partials[i] = PyFloat_AsDouble(partial)) == -1.0 && PyErr_Occurred());
            Py_XDECREF(partial);
        }
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_XDECREF(arguments[i]);
    }
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

/* How many operands a rule has; 0 for a leaf and for an operation of the user's own. */
Py_ssize_t rule_arity(long rule) {
    return PyTuple_GET_SIZE(PyTuple_GET_ITEM(PyList_GET_ITEM(python.rules, rule), RULE_PARTIALS));
}

/* Make the node of any operation on up to three operands; steals the references to them. */
static PyObject *make(int number, Node **nodes, Py_ssize_t count) {
    double x[3] = {0.0}, partials[3] = {0.0}, out = 0.0;
    PyObject *rule = PyList_GET_ITEM(python.rules, number);
    PyTypeObject *type = value_type;
    int is_whole = PyTuple_GET_ITEM(rule, RULE_KEEPS_INT) == Py_True;
    Node *made = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        x[i] = nodes[i]->data;
        is_whole = is_whole && nodes[i]->flags & DATA_INT;
        type = type == value_type ? Py_TYPE(nodes[i]) : type;
    }
    if (compute(number, x, &out, partials) || compute_defined(rule, x, count, nodes, &out, partials) == 0) {
        made = node_new(type);
    }
    if (made == NULL || node_reserve(made, count) < 0) {
        for (Py_ssize_t i = 0; i < count; i++) {
            Py_DECREF((PyObject *)nodes[i]);
        }
        Py_XDECREF((PyObject *)made);
        return NULL;
    }
    made->data = out;
    made->rule = (uint16_t)number;
    for (Py_ssize_t i = 0; i < count; i++) {
        LINKS(made)[i] = (Link){nodes[i], UNLESS_CONSTANT(nodes[i], partials[i])};
    }
    return finish_slowly(made, number, is_whole, nodes, count, out);
}

/* value._apply(number, x, y, z): the operation with this number in RULES. */
PyObject *node_apply(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs) {
    Node *nodes[3];
    long number = nargs >= 2 && nargs <= 4 ? PyLong_AsLong(args[0]) : -1;
    if (number < 2 || number >= PyList_GET_SIZE(python.rules) || rule_arity(number) != nargs - 1) {
        PyErr_Clear();
        PyErr_SetString(PyExc_ValueError, "_apply needs the number of a rule and its operands");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < nargs - 1; i++) {
        nodes[i] = as_node(args[i + 1]);
        if (nodes[i] == NULL) {
            while (i-- > 0) {
                Py_DECREF((PyObject *)nodes[i]);
            }
            return PyErr_Occurred() ? NULL : Py_NewRef(Py_NotImplemented);
        }
    }
    return make((int)number, nodes, nargs - 1);
}

/* Raise for an operation that has no operator, and so no reflected one to try. */
PyObject *raise_unless_made(PyObject *made, long number, PyObject *const *operands, Py_ssize_t count) {
    if (made != Py_NotImplemented) {
        return made;
    }
    Py_DECREF(made);
    raise_made(python.wrong_operand, "lN", number, tuple_of(operands, count));
    return NULL;
}

PyObject *node_apply_or_raise(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    PyObject *made = node_apply(self, args, nargs);
    return made == NULL ? NULL : raise_unless_made(made, PyLong_AsLong(args[0]), args + 1, nargs - 1);
}
