/* Operations on arrays of tracers, each array in a single call. */

#include "../../../table/native/loops.h"

#include "tape.h"

/* The node of the current element of an array. */
static inline int32_t node_at(Tape *tape, const Loop *loop, int i, int32_t op) {
    if (!loop->is_object[i]) {
        return tape_constant(tape, loop_number(loop, i));
    }
    PyObject *object = loop_object(loop, i);
    int32_t node = tracer_node_of(tape, object);
    return node == NOTHING ? raise_from(python.wrong_operand, "(i(O))", op, object) : node;
}

/* Write a node to the target. */
static inline int write_node(Tape *tape, const Loop *loop, int32_t node) {
    PyObject *tracer = node < 0 ? NULL : tracer_new(tape, node);
    if (tracer != NULL) {
        loop_write(loop, tracer);
    }
    return tracer == NULL ? -1 : 0;
}

/* Apply an operation to the current elements. */
static int step(Tape *tape, const Loop *loop, int32_t op, int *is_special) {
    int32_t nodes[3] = {-1, -1, -1};
    double sum = 0.0;
    for (int i = 1; i < loop->count; i++) {
        if ((nodes[i - 1] = node_at(tape, loop, i, op)) < 0) {
            return -1;
        }
        sum += fabs(tape->nodes.items[nodes[i - 1]].value);
    }
    int32_t node = tape_append(tape, op, nodes[0], nodes[1], nodes[2]);
    if (write_node(tape, loop, node) < 0) {
        return -1;
    }
    *is_special |= isfinite(sum) && !isfinite(tape->nodes.items[node].value);
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

/* tracer._inner(target, x, y): write the sums of the products along the last axis, where the target has length 1. */
PyObject *tracer_inner(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Tape *tape = ((Tracer *)self)->tape;
    Loop loop;
    int32_t sum = -1;
    int failed = tape->closed ? raise_from(python.escaped, "(O)", self) : 0;
    if (failed || loop_open(&loop, args, count) < 0) {
        return NULL;
    }
    if (loop.count != 3) {
        failed = FAIL(PyExc_TypeError, "an inner product needs a target and two arrays");
    }
    if (!loop.is_empty && !failed) {
        do {
            int32_t x = node_at(tape, &loop, 1, OP_MUL), y = x < 0 ? FAILED : node_at(tape, &loop, 2, OP_MUL);
            int32_t product = y < 0 ? FAILED : tape_append(tape, OP_MUL, x, y, -1);
            sum = product >= 0 && loop_step(&loop) ? tape_append(tape, OP_ADD, sum, product, -1) : product;
            failed = sum < 0 || (loop_is_last(&loop) && write_node(tape, &loop, sum) < 0);
        } while (!failed && loop_next(&loop));
    }
    loop_close(&loop);
    return failed ? NULL : Py_NewRef(Py_None);
}
