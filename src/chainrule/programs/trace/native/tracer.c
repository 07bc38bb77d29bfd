/* The type Tracer: what a function computes with while it is recorded. Here are its operators. */

#include "tape.h"

PyTypeObject *tracer_type = NULL;

/* ---- creation --------------------------------------------------------------------------------- */

enum { MAX_FREE = 1 << 12 };
static Tracer *free_tracers[MAX_FREE]; /* each keeps its reference to the type */
static Py_ssize_t free_count = 0;

/* A new tracer; NULL for an unknown node. */
PyObject *tracer_new(Tape *tape, Operand operand) {
    Tracer *tracer;
    if (UNLIKELY(operand.node < 0)) {
        return NULL;
    }
    if (free_count > 0) {
        tracer = free_tracers[--free_count];
        Py_SET_REFCNT((PyObject *)tracer, 1);
    } else {
        tracer = PyObject_New(Tracer, tracer_type);
        if (tracer == NULL) {
            return NULL;
        }
    }
    Py_INCREF((PyObject *)tape);
    tracer->tape = tape;
    tracer->node = operand.node;
    tracer->kind = operand.kind;
    return (PyObject *)tracer;
}

static void tracer_dealloc(PyObject *self) {
    Py_DECREF((PyObject *)((Tracer *)self)->tape);
    if (free_count < MAX_FREE) {
        free_tracers[free_count++] = (Tracer *)self;
    } else {
        PyTypeObject *type = Py_TYPE(self);
        PyObject_Free(self);
        Py_DECREF(type);
    }
}

static PyObject *tracer_construct(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *keywords) {
    static char *names[] = {"tape", "node", "kind", NULL};
    PyObject *tape, *number;
    int kind = KIND_NUMBER;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!O|i:Tracer", names, tape_type, &tape, &number, &kind)) {
        return NULL;
    }
    Py_ssize_t node = PyNumber_AsSsize_t(number, NULL);
    if ((node < 0 || node >= ((Tape *)tape)->nodes.count) && !PyErr_Occurred()) {
        raise_from(python.no_number, "(On)", number, ((Tape *)tape)->nodes.count);
    }
    return PyErr_Occurred() ? NULL : tracer_new((Tape *)tape, (Operand){(int32_t)node, kind});
}

/* A tracer for each of some numbers, which become inputs. */
PyObject *tracer_inputs(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *tape, *numbers;
    Py_buffer view;
    if (!PyArg_ParseTuple(args, "O!O:inputs", tape_type, &tape, &numbers) || numbers_read(numbers, &view) < 0) {
        return NULL;
    }
    Py_ssize_t count = view.len / (Py_ssize_t)sizeof(double);
    PyObject *tracers = PyList_New(count);
    for (Py_ssize_t i = 0; tracers != NULL && i < count; i++) {
        int32_t node = tape_input((Tape *)tape, ((const double *)view.buf)[i]);
        PyObject *tracer = node < 0 ? NULL : tracer_new((Tape *)tape, (Operand){node, KIND_NUMBER});
        if (tracer == NULL) {
            Py_CLEAR(tracers);
        } else {
            PyList_SET_ITEM(tracers, i, tracer);
        }
    }
    PyBuffer_Release(&view);
    return tracers;
}

/* ---- operations ------------------------------------------------------------------------------- */

/* An operand; its node is NOTHING if it isn't a number, and Python should try its reflected operator. */
Operand tracer_operand(Tape *tape, PyObject *x) {
    if (Py_TYPE(x) == tracer_type && ((Tracer *)x)->tape == tape) {
        return (Operand){((Tracer *)x)->node, ((Tracer *)x)->kind};
    }
    return PyFloat_Check(x) ? (Operand){tape_constant(tape, PyFloat_AS_DOUBLE(x)), KIND_NUMBER} : operand_read(tape, x);
}

/* Whether the recording goes on; otherwise, an error names one of its tracers among the operands. */
static inline int is_open(const Tape *tape, PyObject *const *operands, Py_ssize_t count) {
    for (Py_ssize_t i = 0; UNLIKELY(tape->closed) && i < count; i++) {
        if (Py_TYPE(operands[i]) == tracer_type && ((Tracer *)operands[i])->tape == tape) {
            raise_from(python.escaped, "(O)", operands[i]);
            break;
        }
    }
    return !tape->closed;
}

/* Read operands, at most three. Returns 1; 0 if Python should try the reflected operator, or -1 with an error. */
int tracer_read(Tape *tape, PyObject *const *operands, Py_ssize_t count, Operand *read) {
    read[0] = read[1] = read[2] = (Operand){-1, KIND_NUMBER};
    if (!is_open(tape, operands, count)) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        read[i] = tracer_operand(tape, operands[i]);
        if (UNLIKELY(read[i].node < 0)) {
            return read[i].node == NOTHING ? 0 : -1;
        }
    }
    return 1;
}

/* The tracer of an operation on single numbers. */
static inline PyObject *record_one(Tape *tape, int32_t op, const Operand *operands) {
    Operand result = operand_record(tape, op, operands);
    double out = result.node < 0 ? 0.0 : tape->nodes.items[result.node].value;
    if (UNLIKELY(out - out != 0.0) && operand_warn(tape, op, operands, result) < 0) {
        return NULL;
    }
    return tracer_new(tape, result);
}

static PyObject *apply(Tape *tape, int32_t op, PyObject *const *operands, Py_ssize_t count) {
    Operand read[3];
    int is_read = tracer_read(tape, operands, count, read);
    if (UNLIKELY(is_read <= 0)) {
        return is_read ? NULL : Py_NewRef(Py_NotImplemented);
    }
    return record_one(tape, op, read);
}

/* Apply an operation; NotImplemented if an operand isn't a number. */
PyObject *tracer_try_to_apply(PyObject *self, int32_t op, PyObject *const *operands, Py_ssize_t count) {
    return apply(((Tracer *)self)->tape, op, operands, count);
}

/* Apply an operation that has no operator, and so no reflected one to try: an operand that isn't a number is an error. */
PyObject *tracer_apply(PyObject *self, int32_t op, PyObject *const *operands, Py_ssize_t count) {
    Tape *tape = ((Tracer *)self)->tape;
    PyObject *result = apply(tape, op, operands, count);
    for (Py_ssize_t i = 0; result == Py_NotImplemented && i < count; i++) {
        if (Py_TYPE(operands[i]) != tracer_type && tracer_operand(tape, operands[i]).node == NOTHING) {
            raise_from(python.wrong_operand, "(i(O))", op, operands[i]);
            Py_CLEAR(result);
        }
    }
    return result;
}

/* ---- operators -------------------------------------------------------------------------------- */

static inline Tape *tape_of(PyObject *x, PyObject *y) {
    return ((Tracer *)(Py_TYPE(x) == tracer_type ? x : y))->tape;
}

static inline PyObject *apply_two(int32_t op, PyObject *x, PyObject *y) {
    return apply(tape_of(x, y), op, (PyObject *[]){x, y}, 2);
}

/* Like apply, but without a check of the operand, which is a tracer for sure. */
static inline PyObject *apply_one(int32_t op, PyObject *x) {
    Tape *tape = ((Tracer *)x)->tape;
    Operand operands[3] = {{((Tracer *)x)->node, ((Tracer *)x)->kind}, {-1, 0}, {-1, 0}};
    return is_open(tape, &x, 1) ? record_one(tape, op, operands) : NULL;
}

#define UNARY_OPERATOR(name, NUMBER, keeps_int)   \
    static PyObject *tracer_##name(PyObject *x) { \
        return apply_one(NUMBER, x);              \
    }
UNARY_OPERATORS(UNARY_OPERATOR)
#define BINARY_OPERATOR(name, NUMBER, keeps_int)               \
    static PyObject *tracer_##name(PyObject *x, PyObject *y) { \
        return apply_two(NUMBER, x, y);                        \
    }
BINARY_OPERATORS(BINARY_OPERATOR)
BINARY_OPERATOR(and, OP_BITWISE_AND, )
BINARY_OPERATOR(or, OP_BITWISE_OR, )
BINARY_OPERATOR(xor, OP_BITWISE_XOR, )
BINARY_OPERATOR(lshift, OP_LEFT_SHIFT, )
BINARY_OPERATOR(rshift, OP_RIGHT_SHIFT, )

static PyObject *tracer_power(PyObject *x, PyObject *y, PyObject *modulus) {
    return modulus == Py_None ? tracer_pow(x, y) : Py_NewRef(Py_NotImplemented);
}

static PyObject *tracer_compare(PyObject *self, PyObject *other, int operator) {
    static const int32_t ops[] = {
        [Py_LT] = OP_LT, [Py_LE] = OP_LE, [Py_EQ] = OP_EQ, [Py_NE] = OP_NE, [Py_GT] = OP_GT, [Py_GE] = OP_GE};
    return apply(((Tracer *)self)->tape, ops[operator], (PyObject *[]){self, other}, 2);
}

static int tracer_bool(PyObject *self) {
    const Tracer *tracer = (Tracer *)self;
    return is_open(tracer->tape, &self, 1) ? tape_guard(tracer->tape, tracer->node) : -1;
}

static PyObject *tracer_index(PyObject *Py_UNUSED(self)) {
    raise_from(python.not_an_index, "()");
    return NULL;
}

static Py_hash_t tracer_hash(PyObject *Py_UNUSED(self)) {
    return raise_from(python.not_hashable, "()");
}

/* ---- the type --------------------------------------------------------------------------------- */

static PyType_Slot slots[] = {
    {Py_tp_doc, "Tracer(tape, node, kind=0)\n--\n\n"
                "A number of a recording, which can be used like a float, an int or a bool: its kind.\n\n"
                "A comparison returns a traced condition. When `if` or `while` tests it, the recording gets a guard.\n"},
    {Py_tp_new, tracer_construct},
    {Py_tp_dealloc, tracer_dealloc},
    {Py_tp_methods, tracer_methods},
    {Py_tp_getset, tracer_attributes},
    {Py_tp_members, tracer_members},
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
    {Py_nb_positive, tracer_positive},
    {Py_nb_bool, tracer_bool},
    {Py_nb_and, tracer_and},
    {Py_nb_or, tracer_or},
    {Py_nb_xor, tracer_xor},
    {Py_nb_lshift, tracer_lshift},
    {Py_nb_rshift, tracer_rshift},
    {Py_nb_invert, tracer_invert},
    {Py_nb_divmod, tracer_divmod},
    {Py_nb_float, tracer_not_a_number},
    {Py_nb_int, tracer_not_a_number},
    {Py_nb_index, tracer_index},
    {0, NULL}};

int tracer_add_type(PyObject *module) {
    static PyType_Spec spec = {"chainrule.programs.trace._native.Tracer", sizeof(Tracer), 0, Py_TPFLAGS_DEFAULT, slots};
    tracer_type = (PyTypeObject *)PyType_FromSpec(&spec); /* kept for as long as the process lives */
    if (tracer_type == NULL) {
        return -1;
    }
    tracer_type->tp_name = "Tracer"; /* the name of a class in Python's messages */
    PyObject *type = (PyObject *)tracer_type, *registered = PyObject_CallOneArg(python.register_operand, type);
    PyObject *equipped = registered ? PyObject_CallOneArg(python.equip, type) : NULL;
    Py_XDECREF(registered);
    if (equipped == NULL) {
        return -1;
    }
    Py_DECREF(equipped);
    return PyModule_AddObjectRef(module, "Tracer", (PyObject *)tracer_type);
}
