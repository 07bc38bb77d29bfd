/* A point, from Python: Machine.point, and Machine.bind, a function without arguments on two arrays that don't move. */

#include "machine.h"

enum { LONG_PLAN = 2000 }; /* steps; a shorter run ends before letting other threads run would pay */

/* Run a plan at a point. The results are in the workspace, which must be given back, except after NO_MEMORY. */
int machine_run(Machine *machine, const double *inputs, Workspace **workspace) {
    const Plan *plan = &machine->plan;
    int result;
    if ((*workspace = workspace_take(machine, 1)) == NULL) {
        return NO_MEMORY;
    }
    if (plan->input_count > 0) { /* an empty array may have no address */
        memcpy((*workspace)->slots, inputs, plan->input_count * sizeof(double));
    }
    if (plan->step_count < LONG_PLAN || plan->call_count > 0) {
        result = point_run(plan, (*workspace)->slots);
    } else {
        Py_BEGIN_ALLOW_THREADS
        result = point_run(plan, (*workspace)->slots);
        Py_END_ALLOW_THREADS
    }
    return result;
}

typedef struct {
    Machine *machine;
    Py_buffer inputs, outputs;
} Point;

static void point_close(Point *point) {
    PyBuffer_Release(&point->inputs);
    PyBuffer_Release(&point->outputs);
}

/* View inputs and outputs. Returns -1 with an error; call point_close in any case. */
static int point_open(Point *point, PyObject *machine, PyObject *inputs, PyObject *outputs) {
    const Plan *plan = &((Machine *)machine)->plan;
    *point = (Point){(Machine *)machine, {NULL}, {NULL}};
    return view_floats(inputs, &point->inputs, plan->input_count, 0, "inputs") < 0
               ? -1
               : view_floats(outputs, &point->outputs, plan->output_count, PyBUF_WRITABLE, "outputs");
}

static int point_compute(const Point *point) {
    Workspace *workspace;
    int result = machine_run(point->machine, point->inputs.buf, &workspace);
    if (result == DONE) {
        copy_outputs(&point->machine->plan, workspace->slots, 0, point->outputs.buf);
    }
    if (result != NO_MEMORY) {
        workspace_give(point->machine, workspace, 1);
    }
    return result;
}

PyObject *machine_point(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    Point point;
    if (nargs != 2) {
        PyErr_Format(PyExc_TypeError, "point() takes inputs and outputs (%zd given)", nargs);
        return NULL;
    }
    int result = point_open(&point, self, args[0], args[1]) < 0 ? NO_MEMORY : point_compute(&point);
    point_close(&point);
    return result <= NO_MEMORY ? NULL : PyLong_FromLong(result);
}

/* ---- Machine.bind ------------------------------------------------------------------------------ */

static void bound_free(PyObject *capsule) {
    Point *point = PyCapsule_GetPointer(capsule, NULL);
    point_close(point);
    PyMem_Free(point);
}

static PyObject *bound_call(PyObject *self, PyObject *Py_UNUSED(unused)) {
    int result = point_compute(PyCapsule_GetPointer(PyTuple_GET_ITEM(self, 0), NULL));
    if (UNLIKELY(result != DONE)) {
        return result <= NO_MEMORY ? NULL : PyObject_CallFunction(PyTuple_GET_ITEM(self, 1), "i", result);
    }
    Py_RETURN_NONE;
}

/* The function's `self` is a tuple of the point, `otherwise` and the machine, so the garbage collector finds cycles. */
PyObject *machine_bind(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    static PyMethodDef definition = {"bound", bound_call, METH_NOARGS, "Compute the outputs from the inputs."};
    if (nargs != 3) {
        PyErr_Format(PyExc_TypeError, "bind() takes inputs, outputs and otherwise (%zd given)", nargs);
        return NULL;
    }
    Point *point = new_zeros(1, sizeof *point);
    PyObject *capsule = point ? PyCapsule_New(point, NULL, bound_free) : NULL, *parts = NULL, *function = NULL;
    if (capsule == NULL) {
        PyMem_Free(point);
        return NULL;
    }
    if (point_open(point, self, args[0], args[1]) == 0 && (parts = PyTuple_Pack(3, capsule, args[2], self)) != NULL) {
        function = PyCFunction_New(&definition, parts);
    }
    Py_XDECREF(parts);
    Py_DECREF(capsule);
    return function;
}
