/* The derivatives of calls of functions outside: calls.py records them, on the tape of the sweep. */

#include "derivatives.h"

/* pull(tape, region, cotangents, wanted, Tracer, gradient), or push(tape, region, tangents, Tracer, gradient): a list. The
 * lists are stolen; `wanted` is NULL for push. */
static PyObject *record(Sweep *sweep, int32_t region, PyObject *flow, PyObject *wanted) {
    PyObject *gradient = PyObject_GetAttrString(sweep->module, "gradient"), *id = PyLong_FromLong(region), *nodes = NULL;
    if (flow != NULL && gradient != NULL && id != NULL) {
        PyObject *of_pull[] = {(PyObject *)sweep->tape, id, flow, wanted, (PyObject *)tracer_type, gradient};
        PyObject *of_push[] = {(PyObject *)sweep->tape, id, flow, (PyObject *)tracer_type, gradient};
        nodes = wanted ? PyObject_Vectorcall(python.pull, of_pull, 6, NULL) : PyObject_Vectorcall(python.push, of_push, 5, NULL);
    }
    if (nodes != NULL && !PyList_Check(nodes)) {
        PyErr_SetString(PyExc_TypeError, "the derivative of a call needs a list of nodes");
        Py_CLEAR(nodes);
    }
    Py_XDECREF(flow);
    Py_XDECREF(wanted);
    Py_XDECREF(gradient);
    Py_XDECREF(id);
    return nodes;
}

/* What the adjoints of a call's results contribute to those of its operands: a list of nodes. */
PyObject *call_pulled(Sweep *sweep, int32_t region) {
    Call call = sweep->tape->calls.items[sweep->tape->nodes.items[region].x];
    int32_t zero = tape_constant(sweep->tape, 0.0);
    PyObject *flow = PyList_New(call.length), *wanted = PyList_New(call.count);
    if (zero < 0 || flow == NULL || wanted == NULL) {
        Py_XDECREF(flow);
        Py_XDECREF(wanted);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < call.length; i++) {
        int32_t adjoint = sweep->sum_flow[call.first_sum + i];
        PyList_SET_ITEM(flow, i, PyLong_FromLong(adjoint < 0 ? zero : adjoint));
    }
    for (Py_ssize_t i = 0; i < call.count; i++) {
        int is_wanted = sweep->marks[sweep->tape->members.items[call.first + i]] & REACHED;
        PyList_SET_ITEM(wanted, i, PyBool_FromLong(is_wanted));
    }
    return record(sweep, region, flow, wanted);
}

static int check_length(PyObject *nodes, int32_t length) {
    return PyList_GET_SIZE(nodes) == length ? 0 : FAIL(PyExc_ValueError, "%d tangents of results are needed", (int)length);
}

/* Record the tangents of a call's results. Returns the region. */
int32_t call_tangents(Sweep *sweep, int32_t region) {
    Call call = sweep->tape->calls.items[sweep->tape->nodes.items[region].x];
    PyObject *flow = PyList_New(call.count);
    for (Py_ssize_t i = 0; flow != NULL && i < call.count; i++) {
        int32_t operand = sweep->tape->members.items[call.first + i];
        PyList_SET_ITEM(flow, i, PyLong_FromLong(sweep->marks[operand] & REACHED ? sweep->flow[operand] : -1));
    }
    PyObject *nodes = record(sweep, region, flow, NULL);
    int failed = nodes == NULL || check_length(nodes, call.length) < 0;
    for (Py_ssize_t i = 0; !failed && i < call.length; i++) {
        failed = !read_int(PyList_GET_ITEM(nodes, i), &sweep->sum_flow[call.first_sum + i]);
    }
    Py_XDECREF(nodes);
    return failed ? FAILED : region;
}

/* ---- what a forward sweep can leave out -------------------------------------------------------- */

static void need(Sweep *sweep, const int32_t *nodes, Py_ssize_t count, int step) {
    for (Py_ssize_t i = 0; i < count; i++) {
        sweep->marks[nodes[i * step]] &= (unsigned char)~NEEDLESS;
    }
}

static void need_operands(Sweep *sweep, const Node *it) {
    const Tape *tape = sweep->tape;
    const int32_t *members = tape->members.items;
    if (it->op > OP_OWN) {
        need(sweep, it->operands, it->y < 0 ? 1 : it->z < 0 ? 2 : 3, 1);
    } else if (it->op == COPY || it->op == ENTRY) {
        need(sweep, &it->x, 1, 1);
    } else if (it->op == OVERRIDE) {
        need(sweep, &it->y, it->y >= 0, 1);
    } else if (it->op == TAKE) {
        need(sweep, members + tape->tables.items[it->x].first, tape->tables.items[it->x].count, 1);
    } else if (it->op == SCATTER) {
        need(sweep, members + tape->scatters.items[it->x].first + 1, tape->scatters.items[it->x].count, 2);
    } else if (it->op == CALL) {
        need(sweep, members + tape->calls.items[it->x].first, tape->calls.items[it->x].count, 1);
    }
}

/* Mark the nodes that the outputs don't need: a call need not have a derivative if its results are among them. */
void mark_needless(Sweep *sweep) {
    for (int32_t node = 0; node < sweep->end; node++) {
        sweep->marks[node] |= NEEDLESS;
    }
    need(sweep, sweep->outputs, sweep->output_count, 1);
    for (int32_t node = sweep->end - 1; node >= 0; node--) {
        if (!(sweep->marks[node] & NEEDLESS)) {
            need_operands(sweep, &sweep->tape->nodes.items[node]);
        }
    }
}
