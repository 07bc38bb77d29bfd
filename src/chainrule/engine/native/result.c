/* The rare parts of making the node of an operation: errors, ints, hooks. */

#include "../../table/native/rules.h"

#include "node.h"

/* The numbers of the operands as a tuple. */
static PyObject *numbers_of(Node **nodes, Py_ssize_t count) {
    PyObject *numbers = PyTuple_New(count);
    for (Py_ssize_t i = 0; numbers != NULL && i < count; i++) {
        PyTuple_SET_ITEM(numbers, i, data_of(nodes[i]));
    }
    if (PyErr_Occurred()) {
        Py_CLEAR(numbers);
    }
    return numbers;
}

/* Let rules.check raise where Python itself would raise for a result that is not finite. */
static int check(int rule, Node **nodes, Py_ssize_t count, double out) {
    PyObject *numbers = numbers_of(nodes, count), *rule_object = PyList_GET_ITEM(python.rules, rule);
    PyObject *done = numbers ? PyObject_CallFunction(python.check, "ONdN", rule_object, numbers, out,
                                                     tuple_of((PyObject **)nodes, count))
                             : NULL;
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

/* Store the result of ints as an int where that is exact. */
static int store_int(Node *made, int rule, Node **nodes, Py_ssize_t count, double out) {
    if (rule == OP_POW && nodes[1]->data < 0.0) {
        return 0;
    }
    if (fabs(out) < EXACT) {
        made->data = out + 0.0; /* an int cannot be -0 */
        made->flags |= DATA_INT;
        return 0;
    }
    if (fabs(out) != EXACT) {
        return 0;
    }
    PyObject *numbers = numbers_of(nodes, count), *rule_object = PyList_GET_ITEM(python.rules, rule);
    PyObject *exact = numbers ? PyObject_CallFunction(python.int_result, "ONd", rule_object, numbers, out) : NULL;
    int is_int = 0;
    if (exact == NULL) {
        return -1;
    }
    read_plain(exact, &made->data, &is_int);
    made->flags |= (uint16_t)(is_int ? DATA_INT : 0);
    Py_DECREF(exact);
    return 0;
}

/* The rare parts of making a node; steals the references to the operands also where it fails. */
PyObject *finish_slowly(Node *made, int rule, int is_whole, Node **nodes, Py_ssize_t count, double out) {
    for (Py_ssize_t i = 0; i < count; i++) {
        if (nodes[i]->flags & OVER_OWN) { /* else a cycle through the closure would run through an unseen node */
            made->flags |= OVER_OWN;
            node_track(made);
        }
    }
    if ((!isfinite(out) && check(rule, nodes, count, out) < 0) ||
        (is_whole && isfinite(out) && store_int(made, rule, nodes, count, out) < 0) ||
        call_hook(on_create, (PyObject *)made) < 0) {
        Py_DECREF((PyObject *)made);
        return NULL;
    }
    return (PyObject *)made;
}
