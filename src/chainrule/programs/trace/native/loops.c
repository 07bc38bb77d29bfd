/* Operations on arrays of tracers, each array in a single call. */

#include "../../../table/native/loops.h"

#include "tape.h"

/* The current element of an array. */
static inline Operand operand_at(Tape *tape, const Loop *loop, int i, int32_t op) {
    if (!loop->is_object[i]) {
        return (Operand){tape_constant(tape, loop_number(loop, i)), KIND_NUMBER};
    }
    PyObject *object = loop_object(loop, i);
    Operand operand = tracer_operand(tape, object);
    if (operand.node == NOTHING) {
        operand.node = raise_from(python.wrong_operand, "(i(O))", op, object);
    }
    return operand;
}

/* Write a result to the target. A condition is one of an array's there. */
static inline int write_result(Tape *tape, const Loop *loop, Operand result) {
    result.kind = result.kind == KIND_CONDITION ? KIND_FLAG : result.kind;
    PyObject *tracer = tracer_new(tape, result);
    if (tracer != NULL) {
        loop_write(loop, tracer);
    }
    return tracer == NULL ? -1 : 0;
}

/* Apply an operation to the current elements. */
static int step(Tape *tape, const Loop *loop, int32_t op, int *is_special) {
    Operand operands[3] = {{-1, 0}, {-1, 0}, {-1, 0}};
    double sum = 0.0;
    for (int i = 1; i < loop->count; i++) {
        operands[i - 1] = operand_at(tape, loop, i, op);
        if (operands[i - 1].node < 0) {
            return -1;
        }
        sum += fabs(tape->nodes.items[operands[i - 1].node].value);
    }
    Operand result = operand_record(tape, op, operands);
    if (write_result(tape, loop, result) < 0) {
        return -1;
    }
    *is_special |= isfinite(sum) && !isfinite(tape->nodes.items[result.node].value);
    return 0;
}

static int loop_start(PyObject *self, PyObject *const *args, Py_ssize_t count, Loop *loop, int32_t *op) {
    Tape *tape = ((Tracer *)self)->tape;
    if (tape->closed) {
        return raise_from(python.escaped, "(O)", self);
    }
    Py_ssize_t number = count ? PyNumber_AsSsize_t(args[0], NULL) : -1;
    *op = number < 2 || number > INT32_MAX ? -1 : (int32_t)number;
    const Recipe *recipe = PyErr_Occurred() ? NULL : recipe_of(*op);
    if (recipe == NULL) {
        return -1;
    }
    if (recipe->arity != count - 2) {
        return FAIL(PyExc_TypeError, "a loop over this operation needs a target and %d arrays", recipe->arity);
    }
    return loop_open(loop, args + 1, count - 1);
}

/* tracer._elementwise(op, target, x, y, z): write the result for each element to the target, in C order, so that an operand
 * may be the target itself, moved by a step. Returns whether finite operands gave a result that isn't finite. */
PyObject *tracer_elementwise(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Tape *tape = ((Tracer *)self)->tape;
    Loop loop;
    int32_t op = -1;
    int is_special = 0, failed = 0;
    if (loop_start(self, args, count, &loop, &op) < 0) {
        return NULL;
    }
    if (!loop.is_empty) {
        do {
            failed = step(tape, &loop, op, &is_special);
        } while (!failed && loop_next(&loop));
    }
    loop_close(&loop);
    return failed ? NULL : PyBool_FromLong(is_special);
}

/* Add the product of the current elements to a sum, or begin it with them. */
static int add_product(Tape *tape, const Loop *loop, Operand *sum) {
    Operand factors[3] = {operand_at(tape, loop, 1, OP_MUL), {-1, 0}, {-1, 0}}, terms[3] = {*sum, {-1, 0}, {-1, 0}};
    if (factors[0].node < 0 || (factors[1] = operand_at(tape, loop, 2, OP_MUL)).node < 0) {
        return -1;
    }
    terms[1] = operand_record(tape, OP_MUL, factors);
    *sum = terms[1].node >= 0 && loop_step(loop) ? operand_record(tape, OP_ADD, terms) : terms[1];
    return sum->node < 0 ? -1 : 0;
}

/* tracer._inner(target, x, y): write the sums of the products along the last axis, where the target has length 1. */
PyObject *tracer_inner(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Tape *tape = ((Tracer *)self)->tape;
    Loop loop;
    Operand sum = {-1, KIND_NUMBER};
    int failed = tape->closed ? raise_from(python.escaped, "(O)", self) : 0;
    if (failed || loop_open(&loop, args, count) < 0) {
        return NULL;
    }
    if (loop.count != 3) {
        failed = FAIL(PyExc_TypeError, "an inner product needs a target and two arrays");
    }
    if (!loop.is_empty && !failed) {
        do {
            failed = add_product(tape, &loop, &sum) < 0 || (loop_is_last(&loop) && write_result(tape, &loop, sum) < 0);
        } while (!failed && loop_next(&loop));
    }
    loop_close(&loop);
    return failed ? NULL : Py_NewRef(Py_None);
}
