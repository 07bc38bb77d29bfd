/* The type Tracer: what a function sees while it is recorded. */

#include "tape.h"

typedef struct {
    PyObject_HEAD
    Tape *tape;
    int32_t node;
} Tracer;

PyTypeObject *tracer_type = NULL;

/* ---- birth and death ------------------------------------------------------------------------------------------ */

enum { FREE_MOST = 1 << 12 };
static Tracer *free_traced[FREE_MOST]; /* each has kept its reference to the type */
static Py_ssize_t free_count = 0;

/* A new Tracer; NULL where there is no node. */
static inline PyObject *tracer_new(Tape *tape, int32_t node) {
    Tracer *made;
    if (UNLIKELY(node < 0)) {
        return NULL;
    }
    if (free_count > 0) {
        made = free_traced[--free_count];
        Py_SET_REFCNT((PyObject *)made, 1);
    } else {
        made = PyObject_New(Tracer, tracer_type);
        if (made == NULL) {
            return NULL;
        }
    }
    Py_INCREF((PyObject *)tape);
    made->tape = tape;
    made->node = node;
    return (PyObject *)made;
}

static void tracer_dealloc(PyObject *self) {
    Py_DECREF((PyObject *)((Tracer *)self)->tape);
    if (free_count < FREE_MOST) {
        free_traced[free_count++] = (Tracer *)self;
    } else {
        PyTypeObject *type = Py_TYPE(self);
        PyObject_Free(self);
        Py_DECREF(type);
    }
}

static PyObject *tracer_construct(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *keywords) {
    static char *names[] = {"tape", "node", NULL};
    PyObject *tape, *number;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!O:Tracer", names, tape_type, &tape, &number)) {
        return NULL;
    }
    Py_ssize_t node = PyNumber_AsSsize_t(number, NULL);
    if ((node < 0 || node >= ((Tape *)tape)->nodes.count) && !PyErr_Occurred()) {
        raise_of(taping.no_number, "(On)", number, ((Tape *)tape)->nodes.count);
    }
    return PyErr_Occurred() ? NULL : tracer_new((Tape *)tape, (int32_t)node);
}

/* ---- operations ----------------------------------------------------------------------------------------------- */

#define EXACT (1LL << 53)

/* The node of an operand that is neither a number of this recording nor a float. */
static int32_t node_slowly(Tape *tape, PyObject *x) {
    if (PyLong_CheckExact(x)) {
        int overflow;
        long long whole = PyLong_AsLongLongAndOverflow(x, &overflow);
        if (!overflow && whole >= -EXACT && whole <= EXACT) {
            return tape_constant(tape, (double)whole);
        }
    }
    PyObject *answer = Py_TYPE(x) == tracer_type ? Py_NewRef(Py_True) : PyObject_CallOneArg(taping.is_value, x);
    int is_strange = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    if (is_strange != 0) {
        return is_strange < 0 ? FAILED : raise_of(taping.mixed, "(O)", x);
    }
    PyObject *plain = PyObject_CallOneArg(taping.operand_number, x);
    if (plain == NULL || plain == Py_NotImplemented) {
        Py_XDECREF(plain);
        return plain ? NOTHING : FAILED;
    }
    double value = PyFloat_AsDouble(plain);
    Py_DECREF(plain);
    return value == -1.0 && PyErr_Occurred() ? FAILED : tape_constant(tape, value);
}

/* The node of an operand; NOTHING where Python should ask it itself. */
static inline int32_t node_of(Tape *tape, PyObject *x) {
    if (Py_TYPE(x) == tracer_type && ((Tracer *)x)->tape == tape) {
        return ((Tracer *)x)->node;
    }
    return PyFloat_Check(x) ? tape_constant(tape, PyFloat_AS_DOUBLE(x)) : node_slowly(tape, x);
}

/* Whether the recording is still going on; else an error is set that names a number of it among these. */
static inline int is_open(const Tape *tape, PyObject *const *operands, Py_ssize_t count) {
    for (Py_ssize_t i = 0; UNLIKELY(tape->closed) && i < count; i++) {
        if (Py_TYPE(operands[i]) == tracer_type && ((Tracer *)operands[i])->tape == tape) {
            raise_of(taping.escaped, "(O)", operands[i]);
            break;
        }
    }
    return !tape->closed;
}

static PyObject *apply(Tape *tape, int32_t op, PyObject *const *operands, Py_ssize_t count) {
    int32_t nodes[3] = {-1, -1, -1};
    if (!is_open(tape, operands, count)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        nodes[i] = node_of(tape, operands[i]);
        if (UNLIKELY(nodes[i] < 0)) {
            return nodes[i] == NOTHING ? Py_NewRef(Py_NotImplemented) : NULL;
        }
    }
    return tracer_new(tape, tape_append(tape, op, nodes[0], nodes[1], nodes[2]));
}

/* The same where an operation has no operator, and so no reflected one to try. */
static PyObject *apply_or_raise(Tape *tape, int32_t op, PyObject *const *operands, Py_ssize_t count) {
    PyObject *made = apply(tape, op, operands, count);
    if (made != Py_NotImplemented) {
        return made;
    }
    Py_DECREF(made);
    PyObject *others = PyList_New(0);
    int failed = others == NULL;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        failed = Py_TYPE(operands[i]) != tracer_type && PyList_Append(others, operands[i]) < 0;
    }
    if (!failed) {
        raise_of(taping.wrong_operand, "(iO)", op, others);
    }
    Py_XDECREF(others);
    return NULL;
}

static inline PyObject *apply_one(int32_t op, PyObject *x) {
    Tracer *self = (Tracer *)x;
    if (!is_open(self->tape, &x, 1)) {
        return NULL;
    }
    return tracer_new(self->tape, tape_append(self->tape, op, self->node, -1, -1));
}

static inline PyObject *apply_two(int32_t op, PyObject *x, PyObject *y) {
    PyObject *operands[2] = {x, y};
    return apply(((Tracer *)(Py_TYPE(x) == tracer_type ? x : y))->tape, op, operands, 2);
}

#define UNARY_OPERATOR(name, NUMBER, keeps_int, standard) \
    static PyObject *tracer_##name(PyObject *x) {         \
        return apply_one(NUMBER, x);                      \
    }
UNARY_OPERATORS(UNARY_OPERATOR)
#define BINARY_OPERATOR(name, NUMBER, keeps_int, standard)     \
    static PyObject *tracer_##name(PyObject *x, PyObject *y) { \
        return apply_two(NUMBER, x, y);                        \
    }
BINARY_OPERATORS(BINARY_OPERATOR)

static PyObject *tracer_power(PyObject *x, PyObject *y, PyObject *modulus) {
    return modulus == Py_None ? tracer_pow(x, y) : Py_NewRef(Py_NotImplemented);
}

/* Both conditions, or one of them, without asking for either: where(x, y != 0, 0) or where(x, 1, y != 0). */
static PyObject *logic(PyObject *x, PyObject *y, int is_and) {
    Tape *tape = ((Tracer *)(Py_TYPE(x) == tracer_type ? x : y))->tape;
    PyObject *zero = PyFloat_FromDouble(0.0), *one = PyFloat_FromDouble(1.0), *made = NULL;
    if (zero != NULL && one != NULL) {
        PyObject *truth = apply(tape, OP_NE, (PyObject *[]){y, zero}, 2);
        if (truth == NULL || truth == Py_NotImplemented) {
            made = truth;
        } else {
            made = apply(tape, OP_WHERE, (PyObject *[]){x, is_and ? truth : one, is_and ? zero : truth}, 3);
            Py_DECREF(truth);
        }
    }
    Py_XDECREF(zero);
    Py_XDECREF(one);
    return made;
}

static PyObject *tracer_and(PyObject *x, PyObject *y) {
    return logic(x, y, 1);
}

static PyObject *tracer_or(PyObject *x, PyObject *y) {
    return logic(x, y, 0);
}

static PyObject *tracer_invert(PyObject *self) {
    PyObject *zero = PyFloat_FromDouble(0.0), *made = zero ? apply_two(OP_EQ, self, zero) : NULL;
    Py_XDECREF(zero);
    return made;
}

static PyObject *tracer_round_down(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return apply_one(OP_FLOOR, self);
}

static PyObject *tracer_round_up(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return apply_one(OP_CEIL, self);
}

static PyObject *tracer_itself(PyObject *self) {
    return Py_NewRef(self);
}

static PyObject *tracer_compare(PyObject *self, PyObject *other, int operator) {
    static const int32_t ops[] = {
        [Py_LT] = OP_LT, [Py_LE] = OP_LE, [Py_EQ] = OP_EQ, [Py_NE] = OP_NE, [Py_GT] = OP_GT, [Py_GE] = OP_GE};
    PyObject *operands[2] = {self, other};
    return apply(((Tracer *)self)->tape, ops[operator], operands, 2);
}

/* traced._method(number, x, y, z): the operation with this number in RULES. */
static PyObject *tracer_method(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count < 2 || count > 4) {
        PyErr_SetString(PyExc_TypeError, "_method needs the number of a rule and one to three operands");
        return NULL;
    }
    Py_ssize_t op = PyNumber_AsSsize_t(args[0], NULL);
    if (op == -1 && PyErr_Occurred()) {
        return NULL;
    }
    op = op > INT32_MAX ? INT32_MAX : op < -1 ? -1 : op;
    return apply_or_raise(((Tracer *)self)->tape, (int32_t)op, args + 1, count - 1);
}

/* ---- methods -------------------------------------------------------------------------------------------------- */

/* Call a method with its operands by position or as y=, z=; `standard` stands for one that is left out. */
static PyObject *call_method(int number, int arity, double standard, PyObject *self, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *names) {
    PyObject *given[3] = {self, NULL, NULL};
    Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    int fits = nargs + named < arity;
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
    PyObject *usual = given[arity - 1] == NULL && standard == standard ? PyFloat_FromDouble(standard) : NULL;
    given[arity - 1] = given[arity - 1] ? given[arity - 1] : usual;
    for (int i = 0; i < arity; i++) {
        fits = fits && given[i] != NULL;
    }
    PyObject *made = NULL;
    if (fits) {
        made = apply_or_raise(((Tracer *)self)->tape, number, given, arity);
    } else if (!PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "this operation of a traced number takes %d more operand%s, as %s", arity - 1,
                     arity == 2 ? "" : "s", arity == 2 ? "y" : "y and z");
    }
    Py_XDECREF(usual);
    return made;
}

#define UNARY_METHOD(name, NUMBER, keeps_int, standard)                             \
    static PyObject *tracer_##name(PyObject *self, PyObject *Py_UNUSED(unused)) {   \
        return apply_one(NUMBER, self);                                             \
    }
UNARY_METHODS(UNARY_METHOD)
#define METHOD(name, NUMBER, arity, standard)                                                                  \
    static PyObject *tracer_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) { \
        return call_method(NUMBER, arity, standard, self, args, nargs, names);                                 \
    }
#define BINARY_METHOD(name, NUMBER, keeps_int, standard) METHOD(name, NUMBER, 2, standard)
#define TERNARY_METHOD(name, NUMBER, keeps_int, standard) METHOD(name, NUMBER, 3, standard)
BINARY_METHODS(BINARY_METHOD)
TERNARY_METHODS(TERNARY_METHOD)

/* ---- what Python asks of a number ----------------------------------------------------------------------------- */

static PyObject *get_data(PyObject *self, void *Py_UNUSED(closure)) {
    const Tracer *it = (Tracer *)self;
    return PyFloat_FromDouble(it->tape->nodes.items[it->node].value);
}

static PyObject *get_tape(PyObject *self, void *Py_UNUSED(closure)) {
    return Py_NewRef((PyObject *)((Tracer *)self)->tape);
}

static PyObject *get_node(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(((Tracer *)self)->node);
}

static int tracer_bool(PyObject *self) {
    return !is_open(((Tracer *)self)->tape, &self, 1) ? -1 : tape_guard(((Tracer *)self)->tape, ((Tracer *)self)->node);
}

static PyObject *tracer_not_a_number(PyObject *Py_UNUSED(self)) {
    raise_of(taping.not_a_number, "()");
    return NULL;
}

static PyObject *tracer_complex(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return tracer_not_a_number(self);
}

static PyObject *tracer_not_an_index(PyObject *Py_UNUSED(self)) {
    raise_of(taping.not_an_index, "()");
    return NULL;
}

static Py_hash_t tracer_hash(PyObject *Py_UNUSED(self)) {
    raise_of(taping.not_hashable, "()");
    return -1;
}

static PyObject *tracer_repr(PyObject *self) {
    PyObject *data = get_data(self, NULL), *text = data ? PyUnicode_FromFormat("Tracer(%R)", data) : NULL;
    Py_XDECREF(data);
    return text;
}

static PyObject *tracer_format(PyObject *self, PyObject *spec) {
    if (PyUnicode_Check(spec) && PyUnicode_GetLength(spec) == 0) {
        return PyObject_Repr(self);
    }
    PyObject *data = get_data(self, NULL), *text = data ? PyObject_Format(data, spec) : NULL;
    Py_XDECREF(data);
    return text;
}

static PyObject *tracer_copy(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return Py_NewRef(self);
}

/* ---- the type ------------------------------------------------------------------------------------------------- */

#define ENTRY_UNARY(name, NUMBER, keeps_int, standard) {#name, tracer_##name, METH_NOARGS, DOC_##name},
#define ENTRY_MORE(name, NUMBER, keeps_int, standard) \
    {#name, (PyCFunction)(void (*)(void))tracer_##name, METH_FASTCALL | METH_KEYWORDS, DOC_##name},
#define ALIAS_UNARY(alias, name) {#alias, tracer_##name, METH_NOARGS, DOC_##name},
#define ALIAS_MORE(alias, name) \
    {#alias, (PyCFunction)(void (*)(void))tracer_##name, METH_FASTCALL | METH_KEYWORDS, DOC_##name},
static PyMethodDef tracer_methods[] = {
    UNARY_METHODS(ENTRY_UNARY) BINARY_METHODS(ENTRY_MORE) TERNARY_METHODS(ENTRY_MORE) UNARY_ALIASES(ALIAS_UNARY)
        BINARY_ALIASES(ALIAS_MORE)
    {"_method", (PyCFunction)(void (*)(void))tracer_method, METH_FASTCALL,
     "Apply the rule with this number; raise where an operand is no number."},
    {"__complex__", tracer_complex, METH_NOARGS, NULL},
    {"__format__", tracer_format, METH_O, NULL},
    {"__floor__", tracer_round_down, METH_NOARGS, NULL},
    {"__ceil__", tracer_round_up, METH_NOARGS, NULL},
    {"conjugate", tracer_copy, METH_NOARGS, "The number itself; NumPy asks for it."},
    {"__copy__", tracer_copy, METH_NOARGS, NULL},
    {"__deepcopy__", tracer_copy, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

static PyGetSetDef tracer_attributes[] = {
    {"data", get_data, NULL, "The number that it has while it is recorded.", NULL},
    {"tape", get_tape, NULL, "The recording that it belongs to.", NULL},
    {"node", get_node, NULL, "Its number there.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot tracer_slots[] = {
    {Py_tp_doc, "Tracer(tape, node)\n--\n\n"
                "A number of a recording.\n\n"
                "It can be computed with like a float. A comparison gives a traced condition, of which `if` and\n"
                "`while` ask for the truth; that question is part of the recording.\n"},
    {Py_tp_new, tracer_construct},
    {Py_tp_dealloc, tracer_dealloc},
    {Py_tp_methods, tracer_methods},
    {Py_tp_getset, tracer_attributes},
    {Py_tp_repr, tracer_repr},
    {Py_tp_hash, tracer_hash},
    {Py_tp_richcompare, tracer_compare},
    {Py_nb_add, tracer_add},
    {Py_nb_subtract, tracer_sub},
    {Py_nb_multiply, tracer_mul},
    {Py_nb_true_divide, tracer_div},
    {Py_nb_floor_divide, tracer_floordiv},
    {Py_nb_remainder, tracer_mod},
    {Py_nb_power, tracer_power},
    {Py_nb_negative, tracer_neg},
    {Py_nb_absolute, tracer_abs},
    {Py_nb_positive, tracer_itself},
    {Py_nb_bool, tracer_bool},
    {Py_nb_and, tracer_and},
    {Py_nb_or, tracer_or},
    {Py_nb_invert, tracer_invert},
    {Py_nb_float, tracer_not_a_number},
    {Py_nb_int, tracer_not_a_number},
    {Py_nb_index, tracer_not_an_index},
    {0, NULL}};

int tracer_add_type(PyObject *module) {
    static PyType_Spec spec = {"chainrule.programs.trace._native.Tracer", sizeof(Tracer), 0, Py_TPFLAGS_DEFAULT, tracer_slots};
    tracer_type = (PyTypeObject *)PyType_FromSpec(&spec); /* kept for as long as the process lives */
    if (tracer_type == NULL) {
        return -1;
    }
    tracer_type->tp_name = "Tracer"; /* as Python's messages call a class */
    return PyModule_AddObjectRef(module, "Tracer", (PyObject *)tracer_type);
}
