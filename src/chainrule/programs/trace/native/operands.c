/* The operands of operations: their nodes and kinds, and the kind of a result. */

#include "tape.h"

#define EXACT 9007199254740992.0 /* 2**53 */
#define NO_OPERAND(reason) ((Operand){reason, KIND_NUMBER})

/* ---- reading ---------------------------------------------------------------------------------- */

/* Read a plain number with the help of Python; NOTHING if it isn't one. */
static Operand read_in_python(Tape *tape, PyObject *x) {
    PyObject *plain = PyObject_CallOneArg(python.plain_operand, x);
    if (plain == NULL || plain == Py_None) {
        Py_XDECREF(plain);
        return NO_OPERAND(plain ? NOTHING : FAILED);
    }
    double value;
    Operand operand;
    int is_read = PyArg_ParseTuple(plain, "di", &value, &operand.kind);
    operand.node = is_read ? tape_constant(tape, value) : FAILED;
    Py_DECREF(plain);
    return operand;
}

/* Read an operand that is neither a tracer of this recording nor a float. */
Operand operand_read(Tape *tape, PyObject *x) {
    if (PyLong_CheckExact(x) || PyBool_Check(x)) {
        int overflow;
        long long whole = PyLong_AsLongLongAndOverflow(x, &overflow);
        if (!overflow && whole >= -(long long)EXACT && whole <= (long long)EXACT) {
            return (Operand){tape_constant(tape, (double)whole), PyBool_Check(x) ? KIND_CONDITION : KIND_WHOLE};
        }
    }
    PyObject *is_value = Py_TYPE(x) == tracer_type ? Py_NewRef(Py_True) : PyObject_CallOneArg(python.is_value, x);
    int is_foreign = is_value ? PyObject_IsTrue(is_value) : -1;
    Py_XDECREF(is_value);
    if (is_foreign > 0) {
        PyObject *number = PyObject_CallOneArg(python.number_of, x);
        int32_t node = number ? tape_constant(tape, PyFloat_AS_DOUBLE(number)) : FAILED;
        Py_XDECREF(number);
        return (Operand){node, KIND_NUMBER};
    }
    return is_foreign ? NO_OPERAND(FAILED) : read_in_python(tape, x);
}

/* ---- recording -------------------------------------------------------------------------------- */

/* The numbers of the operands of an operation, as a tuple. */
static PyObject *numbers_of(const Tape *tape, const Operand *operands, int count) {
    PyObject *numbers = PyTuple_New(count);
    for (int i = 0; numbers != NULL && i < count; i++) {
        PyObject *number = PyFloat_FromDouble(tape->nodes.items[operands[i].node].value);
        if (number == NULL) {
            Py_CLEAR(numbers);
        } else {
            PyTuple_SET_ITEM(numbers, i, number);
        }
    }
    return numbers;
}

/* Have Python examine a whole number that is too large, or missing. Returns -1 with an error. */
static int examine(const Tape *tape, int32_t op, const Operand *operands, Operand result) {
    PyObject *numbers = numbers_of(tape, operands, recipe_of(op)->arity);
    double out = tape->nodes.items[result.node].value;
    PyObject *done = numbers ? PyObject_CallFunction(python.examine, "iNdi", op, numbers, out, result.kind) : NULL;
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/* Have Python warn where it would raise for an operation on single numbers. Returns -1 with an error. */
int operand_warn(const Tape *tape, int32_t op, const Operand *operands, Operand result) {
    const Recipe *recipe = recipe_of(op);
    for (int i = 0; i < recipe->arity; i++) {
        if (isnan(tape->nodes.items[operands[i].node].value)) {
            return 0;
        }
    }
    if (!recipe->raises) {
        return 0;
    }
    PyObject *numbers = numbers_of(tape, operands, recipe->arity);
    double out = tape->nodes.items[result.node].value;
    PyObject *done = numbers ? PyObject_CallFunction(python.warn_unraised, "iNd", op, numbers, out) : NULL;
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/* Record an operation whose result has this kind, unless it is a power with a negative exponent. */
static Operand record_as(Tape *tape, int32_t op, const Operand *operands, int32_t kind) {
    Operand result = {tape_append(tape, op, operands[0].node, operands[1].node, operands[2].node), kind};
    if (UNLIKELY(result.node < 0)) {
        return result;
    }
    if (op == OP_POW && tape->nodes.items[operands[1].node].value < 0.0) {
        result.kind = KIND_NUMBER;
    }
    int is_exceptional = result.kind == KIND_WHOLE && !(fabs(tape->nodes.items[result.node].value) <= EXACT);
    if (UNLIKELY(is_exceptional) && examine(tape, op, operands, result) < 0) {
        result.node = FAILED;
    }
    return result;
}

/* Arithmetic on conditions in arrays that NumPy has, besides their product: True + True is True. */
static Operand record_flags(Tape *tape, int32_t op, const Operand *operands) {
    if (op != OP_ADD) {
        raise_from(python.no_flag_arithmetic, "()");
        return NO_OPERAND(FAILED);
    }
    Operand either[] = {operands[0], {tape_constant(tape, 1.0), KIND_FLAG}, operands[1]};
    return operand_record(tape, OP_WHERE, either);
}

/* An operator on bits: of conditions a condition, without a guard; of whole numbers that of their bits. */
static Operand record_bits(Tape *tape, int32_t op, const Operand *operands) {
    Operand choice[3] = {operands[0], operands[1], {-1, KIND_NUMBER}}, result;
    int32_t common = operands[0].kind & operands[1].kind;
    if (common == KIND_NUMBER) {
        raise_from(python.no_bits, "(i)", op);
        return NO_OPERAND(FAILED);
    }
    if (common == KIND_WHOLE || op == OP_LEFT_SHIFT || op == OP_RIGHT_SHIFT) {
        return record_as(tape, op, operands, KIND_WHOLE);
    }
    if (op == OP_BITWISE_XOR) {
        result = operand_record(tape, OP_NE, operands);
    } else {
        int is_and = op == OP_BITWISE_AND;
        choice[is_and ? 2 : 1] = (Operand){tape_constant(tape, is_and ? 0.0 : 1.0), KIND_NUMBER};
        choice[is_and ? 1 : 2] = operands[1];
        result = operand_record(tape, OP_WHERE, choice);
    }
    result.kind = common;
    return result;
}

/* Record an operation on as many operands as it needs. */
Operand operand_record(Tape *tape, int32_t op, const Operand *operands) {
    const Recipe *recipe = recipe_of(op);
    if (UNLIKELY(recipe == NULL)) {
        return NO_OPERAND(FAILED);
    }
    if (UNLIKELY(op >= OP_BITWISE_AND && op <= OP_RIGHT_SHIFT)) {
        return record_bits(tape, op, operands);
    }
    int32_t common = KIND_CONDITION;
    for (int i = 0; i < recipe->arity; i++) {
        common &= operands[i].kind | recipe->uncarried[i];
    }
    int32_t kind = common & recipe->kinds;
    if (UNLIKELY(common == KIND_FLAG && recipe->kinds == KIND_WHOLE)) {
        if (op == OP_ADD || op == OP_SUB || op == OP_NEG) {
            return record_flags(tape, op, operands);
        }
        kind = op == OP_MUL || op == OP_ABS ? KIND_FLAG : KIND_WHOLE;
    }
    return record_as(tape, op, operands, kind);
}
