/* Operations on arrays, each array in a single call: of Values, and of plain float64 numbers. */

#include "../../table/native/loops.h"

#include "../../table/native/rules.h"

#include "node.h"

/* ---- Values ---------------------------------------------------------------------------------------------------- */

/* The current element of an array, a new reference. */
static PyObject *element(const Loop *loop, int i) {
    return loop->is_object[i] ? Py_NewRef(loop_object(loop, i)) : PyFloat_FromDouble(loop_number(loop, i));
}

/* Apply a rule to the current elements of arrays. */
static PyObject *apply_to_elements(PyObject *self, PyObject *rule, const Loop *loop) {
    PyObject *operands[4] = {rule, NULL, NULL, NULL}, *made = NULL;
    int failed = 0;
    for (int i = 1; i < loop->count; i++) {
        failed |= (operands[i] = element(loop, i)) == NULL;
    }
    if (!failed) {
        made = node_apply_or_raise(self, operands, loop->count);
    }
    for (int i = 1; i < loop->count; i++) {
        Py_XDECREF(operands[i]);
    }
    return made;
}

/* value._elementwise(rule, target, x, y, z): write the node for each element to the target, in C order, so that an
 * operand may be the target itself, moved by a step. */
PyObject *node_elementwise(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Loop loop;
    PyObject *made = self;
    if (count < 2 || loop_open(&loop, args + 1, count - 1) < 0) {
        return count < 2 ? PyErr_Format(PyExc_TypeError, "a loop needs a rule and arrays") : NULL;
    }
    if (!loop.is_empty) {
        do {
            if ((made = apply_to_elements(self, args[0], &loop)) != NULL) {
                loop_write(&loop, made);
            }
        } while (made != NULL && loop_next(&loop));
    }
    loop_close(&loop);
    return made ? Py_NewRef(Py_False) : NULL;
}

/* Add the product of the current elements to a sum, which is NULL at first and is replaced. */
static PyObject *add_product(const Loop *loop, PyObject *sum) {
    PyObject *x = element(loop, 1), *y = x ? element(loop, 2) : NULL, *product = y ? PyNumber_Multiply(x, y) : NULL;
    Py_XDECREF(x);
    Py_XDECREF(y);
    if (sum != NULL && product != NULL) {
        Py_SETREF(product, PyNumber_Add(sum, product));
    }
    Py_XDECREF(sum);
    return product;
}

/* value._inner(target, x, y): write the sums of the products along the last axis, where the target has length 1. */
PyObject *node_inner(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Loop loop;
    PyObject *sum = NULL;
    int failed = 0;
    if (count != 3 || loop_open(&loop, args, count) < 0) {
        return count != 3 ? PyErr_Format(PyExc_TypeError, "an inner product needs a target and two arrays") : NULL;
    }
    if (!loop.is_empty) {
        do {
            failed = (sum = add_product(&loop, sum)) == NULL;
            if (!failed && loop_is_last(&loop)) {
                loop_write(&loop, sum);
                sum = NULL;
            }
        } while (!failed && loop_next(&loop));
    }
    loop_close(&loop);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* ---- plain numbers --------------------------------------------------------------------------------------------- */

/* Compute a row for all elements. Returns 0 where the number is that of an operation that `define` added. */
static int compute_all(long rule, Loop *loop) {
#define WRITE(result)                                       \
    do {                                                    \
        double out = result;                                \
        memcpy(loop->at[TARGET], &out, sizeof out);         \
    } while (loop_next(loop))
    switch (rule) {
#define ROW_1(name, NUMBER, keeps_int)          \
    case NUMBER:                                \
        WRITE(op_##name(loop_number(loop, 1))); \
        return 1;
#define ROW_2(name, NUMBER, keeps_int)                                \
    case NUMBER:                                                      \
        WRITE(op_##name(loop_number(loop, 1), loop_number(loop, 2))); \
        return 1;
#define ROW_3(name, NUMBER, keeps_int)                                                      \
    case NUMBER:                                                                            \
        WRITE(op_##name(loop_number(loop, 1), loop_number(loop, 2), loop_number(loop, 3))); \
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

/* compute(rule, target, x, y, z): write the result of a rule for each element of arrays of float64. Returns whether there is
 * such a rule in C. */
PyObject *compute_arrays(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Loop loop;
    long rule = count ? PyLong_AsLong(args[0]) : -1;
    if (rule < 2 || rule >= PyList_GET_SIZE(python.rules) || rule_arity(rule) != count - 2) {
        PyErr_Clear();
        return PyErr_Format(PyExc_TypeError, "compute needs the number of a rule, a target and an array for each operand");
    }
    if (loop_open(&loop, args + 1, count - 1) < 0) {
        return NULL;
    }
    int found = 1;
    for (int i = 0; i < loop.count; i++) {
        found &= !loop.is_object[i];
    }
    found = found && (loop.is_empty || compute_all(rule, &loop));
    loop_close(&loop);
    return PyBool_FromLong(found);
}
