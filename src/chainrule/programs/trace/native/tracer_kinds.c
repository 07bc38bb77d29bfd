/* What a traced number does as a whole number or a condition. */

#include "tape.h"

static PyObject *traced(Tape *tape, Operand operand, int32_t kind) {
    operand.kind = kind;
    return tracer_new(tape, operand);
}

static Operand constant(Tape *tape, double value) {
    return (Operand){tape_constant(tape, value), KIND_NUMBER};
}

/* ~x is -1 - x for a whole number, and x == 0 for a condition. */
PyObject *tracer_invert(PyObject *self) {
    Tape *tape = ((Tracer *)self)->tape;
    Operand x[3], minus_x[3];
    if (tracer_read(tape, &self, 1, x) < 0) {
        return NULL;
    }
    if (x->kind == KIND_NUMBER) {
        raise_from(python.no_bits, "(i)", 0);
        return NULL;
    }
    if (x->kind == KIND_WHOLE) {
        minus_x[0] = (Operand){tape_constant(tape, -1.0), KIND_WHOLE};
        minus_x[1] = *x;
        return tracer_new(tape, operand_record(tape, OP_SUB, minus_x));
    }
    x[1] = constant(tape, 0.0);
    return traced(tape, operand_record(tape, OP_EQ, x), x->kind);
}

PyObject *tracer_positive(PyObject *self) {
    const Tracer *tracer = (Tracer *)self;
    if (tracer->kind == KIND_FLAG) {
        raise_from(python.no_flag_arithmetic, "()");
        return NULL;
    }
    return tracer->kind == KIND_CONDITION ? tracer_new(tracer->tape, (Operand){tracer->node, KIND_WHOLE}) : Py_NewRef(self);
}

PyObject *tracer_divmod(PyObject *x, PyObject *y) {
    Tape *tape = ((Tracer *)(Py_TYPE(x) == tracer_type ? x : y))->tape;
    Operand operands[3];
    int is_read = tracer_read(tape, (PyObject *[]){x, y}, 2, operands);
    if (is_read <= 0) {
        return is_read ? NULL : Py_NewRef(Py_NotImplemented);
    }
    PyObject *quotient = tracer_new(tape, operand_record(tape, OP_FLOORDIV, operands));
    PyObject *rest = quotient ? tracer_new(tape, operand_record(tape, OP_MOD, operands)) : NULL;
    PyObject *both = rest ? PyTuple_Pack(2, quotient, rest) : NULL;
    Py_XDECREF(quotient);
    Py_XDECREF(rest);
    return both;
}

/* A number rounded down, up, or, for OP_WHERE, to zero, which is a whole number. */
PyObject *tracer_round(PyObject *self, int32_t op) {
    Tape *tape = ((Tracer *)self)->tape;
    Operand x[3], choice[3];
    if (tracer_read(tape, &self, 1, x) < 0) {
        return NULL;
    }
    x->kind = KIND_WHOLE;
    if (op != OP_WHERE) {
        return tracer_new(tape, operand_record(tape, op, x));
    }
    x[1] = constant(tape, 0.0);
    choice[0] = operand_record(tape, OP_LT, x);
    choice[1] = operand_record(tape, OP_CEIL, x);
    choice[2] = operand_record(tape, OP_FLOOR, x);
    int is_recorded = choice[0].node >= 0 && choice[1].node >= 0 && choice[2].node >= 0;
    return is_recorded ? tracer_new(tape, operand_record(tape, OP_WHERE, choice)) : NULL;
}
