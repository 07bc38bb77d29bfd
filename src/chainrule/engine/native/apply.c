/* Operations: from numbers to nodes, to a result and its local derivatives. */

#include "../../table/native/rules.h"

#include "node.h"

#define GATE_ROW(name, NUMBER, keeps_int, standard) [NUMBER] = 1,
const unsigned char rule_is_gate[256] = {GATES(GATE_ROW)};

PyObject *number_object(double data, int is_int) {
    return is_int ? PyLong_FromDouble(data) : PyFloat_FromDouble(data);
}

/* Read what `node.number` or `node.operand_number` made of an object. */
static int read_plain(PyObject *x, double *data, int *is_int) {
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
    PyObject *plain = PyObject_CallFunction(shared.number, "Os", x, what);
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
    PyObject *plain = PyObject_CallOneArg(shared.operand_number, x);
    if (plain == NULL) {
        return -1;
    }
    int found = plain != Py_NotImplemented && read_plain(plain, data, is_int);
    Py_DECREF(plain);
    return found;
}

/* A new reference to the node of an operand; a number becomes a constant. NULL without an error: not implemented. */
static inline Node *as_node(PyObject *x) {
    if (IS_NODE(x)) {
        Py_INCREF(x);
        return (Node *)x;
    }
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

/* Let rules.check raise where Python itself would raise for a result that is not finite. */
static int check(int rule, Node **nodes, Py_ssize_t count, double out) {
    int failed = -1;
    PyObject *numbers = PyTuple_New(count), *operands = PyTuple_New(count);
    if (numbers != NULL && operands != NULL) {
        for (Py_ssize_t i = 0; i < count; i++) {
            PyTuple_SET_ITEM(numbers, i, number_object(nodes[i]->data, nodes[i]->flags & DATA_INT));
            Py_INCREF((PyObject *)nodes[i]);
            PyTuple_SET_ITEM(operands, i, (PyObject *)nodes[i]);
        }
        PyObject *done = PyErr_Occurred() ? NULL
                                          : PyObject_CallFunction(shared.check, "OOdO",
                                                                  PyList_GET_ITEM(shared.rules, rule), numbers,
                                                                  out, operands);
        failed = done == NULL ? -1 : 0;
        Py_XDECREF(done);
    }
    Py_XDECREF(numbers);
    Py_XDECREF(operands);
    return failed;
}

/* Store the result of ints as an int where that is exact. */
static int store_int(Node *made, int rule, Node **nodes, Py_ssize_t count, double out) {
    if (rule == OP_POW && nodes[1]->data < 0.0) {
        return 0;
    }
    if (fabs(out) < EXACT) {
        made->data = out + 0.0; /* there is no int -0 */
        made->flags |= DATA_INT;
        return 0;
    }
    if (fabs(out) != EXACT) {
        return 0;
    }
    PyObject *numbers = PyTuple_New(count);
    if (numbers == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(numbers, i, number_object(nodes[i]->data, 1));
    }
    int is_int = 0;
    PyObject *exact =
        PyObject_CallFunction(shared.int_result, "OOd", PyList_GET_ITEM(shared.rules, rule), numbers, out);
    Py_DECREF(numbers);
    if (exact == NULL) {
        return -1;
    }
    read_plain(exact, &made->data, &is_int);
    made->flags |= (uint16_t)(is_int ? DATA_INT : 0);
    Py_DECREF(exact);
    return 0;
}

static int call_hook(Node *made) {
    PyObject *done = PyObject_CallOneArg(on_create, (PyObject *)made);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* The rare parts of making a node; steals the references to the operands also where it fails. */
static PyObject *finish_slowly(Node *made, int rule, int is_whole, Node **nodes, Py_ssize_t count, double out) {
    for (Py_ssize_t i = 0; i < count; i++) {
        if (nodes[i]->flags & OVER_OWN) { /* else a cycle through the closure would run through an unseen node */
            made->flags |= OVER_OWN;
            node_track(made);
        }
    }
    if ((!isfinite(out) && check(rule, nodes, count, out) < 0) ||
        (is_whole && isfinite(out) && store_int(made, rule, nodes, count, out) < 0) ||
        (on_create != NULL && call_hook(made) < 0)) {
        Py_DECREF((PyObject *)made);
        return NULL;
    }
    return (PyObject *)made;
}

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

/* A partial by a constant is not computed. */
#define UNLESS_CONSTANT(node, partial) (KIND(node) == CONSTANT ? 0.0 : (partial))

#define UNARY(name, NUMBER, keeps_int, standard)                                                     \
    static PyObject *apply_##name(PyObject *self) {                                                  \
        Node *x = (Node *)self;                                                                      \
        double out = op_##name(x->data);                                                             \
        Py_INCREF(self);                                                                             \
        return make_unary(NUMBER, keeps_int, x, out, UNLESS_CONSTANT(x, d0_##name(x->data, out)));   \
    }
UNARY_OPERATORS(UNARY)
UNARY_METHODS(UNARY)

#define BINARY(name, NUMBER, keeps_int, standard)                                                    \
    static PyObject *apply_##name(PyObject *left, PyObject *right) {                                 \
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

static PyObject *apply_power(PyObject *x, PyObject *y, PyObject *modulus) {
    return modulus == Py_None ? apply_pow(x, y) : Py_NewRef(Py_NotImplemented);
}

static PyObject *apply_pos(PyObject *self) {
    return Py_NewRef(self);
}

/* ---- any operation by its number ------------------------------------------------------------------------------ */

/* Compute a row of the table. Returns 0 where the number is that of an operation that `define` added. */
static int compute(int rule, const double *x, double *out, double *partials) {
    switch (rule) {
#define ROW_1(name, NUMBER, keeps_int, standard) \
    case NUMBER:                                 \
        *out = op_##name(x[0]);                  \
        partials[0] = d0_##name(x[0], *out);     \
        return 1;
#define ROW_2(name, NUMBER, keeps_int, standard)   \
    case NUMBER:                                   \
        *out = op_##name(x[0], x[1]);              \
        partials[0] = d0_##name(x[0], x[1], *out); \
        partials[1] = d1_##name(x[0], x[1], *out); \
        return 1;
#define ROW_3(name, NUMBER, keeps_int, standard)         \
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
    PyObject *arguments[4] = {NULL}, *value = NULL, *formulas = PyObject_GetAttrString(rule, "partials");
    PyObject *function = PyObject_GetAttrString(rule, "value");
    int failed = function == NULL || formulas == NULL;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        failed = (arguments[i] = PyFloat_FromDouble(x[i])) == NULL;
    }
    if (!failed) {
        value = PyObject_Vectorcall(function, arguments, (size_t)count, NULL);
        failed = value == NULL || ((*out = PyFloat_AsDouble(value)) == -1.0 && PyErr_Occurred());
    }
    arguments[count] = value;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        if (KIND(nodes[i]) != CONSTANT) {
            PyObject *partial =
                PyObject_Vectorcall(PyTuple_GET_ITEM(formulas, i), arguments, (size_t)count + 1, NULL);
            failed = partial == NULL || ((partials[i] = PyFloat_AsDouble(partial)) == -1.0 && PyErr_Occurred());
            Py_XDECREF(partial);
        }
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_XDECREF(arguments[i]);
    }
    Py_XDECREF(value);
    Py_XDECREF(function);
    Py_XDECREF(formulas);
    return failed ? -1 : 0;
}

/* How many operands a rule has; 0 for a leaf and for an operation of the user's own. */
Py_ssize_t rule_arity(long rule) {
    PyObject *formulas = PyObject_GetAttrString(PyList_GET_ITEM(shared.rules, rule), "partials");
    Py_ssize_t arity = formulas ? PyObject_Size(formulas) : -1;
    Py_XDECREF(formulas);
    return arity;
}

static int keeps_int(PyObject *rule) {
    PyObject *keeps = PyObject_GetAttrString(rule, "keeps_int");
    int answer = keeps == NULL ? -1 : PyObject_IsTrue(keeps);
    Py_XDECREF(keeps);
    return answer;
}

/* Make the node of any operation on up to three operands; steals the references to them. */
static PyObject *make(int number, Node **nodes, Py_ssize_t count) {
    double x[3] = {0.0}, partials[3] = {0.0}, out = 0.0;
    PyObject *rule = PyList_GET_ITEM(shared.rules, number);
    PyTypeObject *type = value_type;
    int is_whole = keeps_int(rule);
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
    if (number < 2 || number >= PyList_GET_SIZE(shared.rules) || rule_arity(number) != nargs - 1) {
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
static PyObject *or_raise(PyObject *made, long number, PyObject *const *operands, Py_ssize_t count) {
    if (made != Py_NotImplemented) {
        return made;
    }
    Py_DECREF(made);
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(operands[i]));
    }
    PyObject *error = tuple ? PyObject_CallFunction(shared.wrong_operand, "lO", number, tuple) : NULL;
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    }
    Py_XDECREF(error);
    Py_XDECREF(tuple);
    return NULL;
}

PyObject *node_apply_or_raise(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    PyObject *made = node_apply(self, args, nargs);
    return made == NULL ? NULL : or_raise(made, PyLong_AsLong(args[0]), args + 1, nargs - 1);
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
        int place = name && name[0] && !name[1] ? name[0] - 'x' : 0;
        fits = place >= 1 && place < arity && given[place] == NULL;
        if (fits) {
            given[place] = args[nargs + i];
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
    static PyObject *method_##name(PyObject *self, PyObject *Py_UNUSED(no)) {  \
        return apply_##name(self);                                             \
    }
UNARY_METHODS(WRAP_UNARY)
#define WRAP(name, NUMBER, arity, standard)                                                                   \
    static PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) { \
        return call_method(NUMBER, arity, standard, self, args, nargs, names);                                 \
    }
#define WRAP_BINARY(name, NUMBER, keeps_int, standard)                                                         \
    static PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) { \
        if (nargs == 1 && names == NULL) {                                                                     \
            PyObject *operands[2] = {self, args[0]}, *made = apply_##name(self, args[0]);                      \
            return made ? or_raise(made, NUMBER, operands, 2) : NULL;                                          \
        }                                                                                                      \
        return call_method(NUMBER, 2, standard, self, args, nargs, names);                                     \
    }
#define WRAP_TERNARY(name, NUMBER, keeps_int, standard) WRAP(name, NUMBER, 3, standard)
BINARY_METHODS(WRAP_BINARY)
TERNARY_METHODS(WRAP_TERNARY)

#define ENTRY_UNARY(name, NUMBER, keeps_int, standard) {#name, method_##name, METH_NOARGS, DOC_##name},
#define ENTRY(name, NUMBER, keeps_int, standard) \
    {#name, (PyCFunction)(void (*)(void))method_##name, METH_FASTCALL | METH_KEYWORDS, DOC_##name},
#define ALIAS_UNARY(alias, name) {#alias, method_##name, METH_NOARGS, DOC_##name},
#define ALIAS(alias, name) \
    {#alias, (PyCFunction)(void (*)(void))method_##name, METH_FASTCALL | METH_KEYWORDS, DOC_##name},
PyMethodDef operation_methods[] = {
    UNARY_METHODS(ENTRY_UNARY) BINARY_METHODS(ENTRY) TERNARY_METHODS(ENTRY) UNARY_ALIASES(ALIAS_UNARY)
        BINARY_ALIASES(ALIAS){NULL, NULL, 0, NULL}};

PyType_Slot operation_slots[OPERATION_SLOTS] = {
    {Py_nb_add, apply_add},          {Py_nb_subtract, apply_sub},
    {Py_nb_multiply, apply_mul},     {Py_nb_true_divide, apply_div},
    {Py_nb_floor_divide, apply_floordiv}, {Py_nb_remainder, apply_mod},
    {Py_nb_power, apply_power},      {Py_nb_negative, apply_neg},
    {Py_nb_absolute, apply_abs},     {Py_nb_positive, apply_pos},
    {0, NULL}};
