/* The type `Machine`: a tape made ready to be done again. */

#include "machine.h"

#include <structmember.h>

PyTypeObject *machine_type = NULL;

enum { LINE = 64 }; /* bytes of a line of the cache */

/* Shorter programs are done before letting other threads run would have paid. */
enum { LONG_PROGRAM = 2000 };

/* ---- workspaces, all under the global lock ----------------------------------------------------- */

static Workspace *workspace_new(const Plan *plan, uint32_t lanes) {
    size_t count = lanes == 1 ? plan->point_slot_count : plan->slot_count;
    size_t size = (count * lanes + 1) * sizeof(double);
    Workspace *room = PyMem_RawMalloc(sizeof *room + size + LINE);
    if (room == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    uintptr_t after = (uintptr_t)(room + 1);
    room->slots = (double *)((after + LINE - 1) / LINE * LINE);
    for (uint32_t i = 0; i < plan->constant_count; i++) {
        for (uint32_t r = 0; r < lanes; r++) {
            room->slots[((size_t)plan->input_count + i) * lanes + r] = plan->constants[i];
        }
    }
    return room;
}

static Workspace **idle(Machine *machine, uint32_t lanes) {
    return lanes == 1 ? &machine->idle_points : &machine->idle_rows;
}

/* A room nobody else is in, or NULL with an error. */
Workspace *workspace_take(Machine *machine, uint32_t lanes) {
    Workspace **first = idle(machine, lanes), *room = *first;
    if (UNLIKELY(room == NULL)) {
        return workspace_new(&machine->plan, lanes);
    }
    *first = room->next;
    return room;
}

void workspace_give(Machine *machine, Workspace *room, uint32_t lanes) {
    Workspace **first = idle(machine, lanes);
    room->next = *first;
    *first = room;
}

/* ---- runs -------------------------------------------------------------------------------------- */

/* Do the program at a point. The results are in the room, which is to be given back unless there was NO_MEMORY. */
int machine_run(Machine *machine, const double *inputs, Workspace **room) {
    const Plan *plan = &machine->plan;
    int result;
    if ((*room = workspace_take(machine, 1)) == NULL) {
        return NO_MEMORY;
    }
    if (plan->input_count > 0) { /* an empty array may have no address */
        memcpy((*room)->slots, inputs, plan->input_count * sizeof(double));
    }
    if (plan->step_count < LONG_PROGRAM) {
        result = point_run(plan, (*room)->slots, &(*room)->fault);
    } else {
        Py_BEGIN_ALLOW_THREADS
        result = point_run(plan, (*room)->slots, &(*room)->fault);
        Py_END_ALLOW_THREADS
    }
    if (UNLIKELY(result == FAULT)) {
        machine->fault = (*room)->fault;
    }
    return result;
}

static PyObject *machine_point(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    Machine *machine = (Machine *)self;
    const Plan *plan = &machine->plan;
    Py_buffer inputs, outputs;
    Workspace *room;
    if (nargs != 2) {
        PyErr_Format(PyExc_TypeError, "point() takes inputs and outputs (%zd given)", nargs);
        return NULL;
    }
    if (view_floats(args[0], &inputs, plan->input_count, 0, "inputs") < 0) {
        return NULL;
    }
    if (view_floats(args[1], &outputs, plan->output_count, PyBUF_WRITABLE, "outputs") < 0) {
        PyBuffer_Release(&inputs);
        return NULL;
    }
    int result = machine_run(machine, inputs.buf, &room);
    if (result == DONE) {
        for (uint32_t i = 0; i < plan->output_count; i++) {
            ((double *)outputs.buf)[i] = room->slots[plan->outputs[i]];
        }
    }
    if (result != NO_MEMORY) {
        workspace_give(machine, room, 1);
    }
    PyBuffer_Release(&inputs);
    PyBuffer_Release(&outputs);
    return result == NO_MEMORY ? NULL : PyLong_FromLong(result);
}

/* ---- the type ---------------------------------------------------------------------------------- */

static PyObject *machine_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keywords[] = {"arrays", "outputs", NULL};
    PyObject *arrays, *outputs;
    TapeArrays tape;
    if (!PyArg_ParseTupleAndKeywords(args, names, "OO:Machine", keywords, &arrays, &outputs)) {
        return NULL;
    }
    Machine *self = (Machine *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->fault.node = -1;
    if (arrays_read(&tape, arrays, outputs) < 0 || plan_make(&self->plan, &tape) < 0) {
        Py_CLEAR(self);
    }
    arrays_free(&tape);
    return (PyObject *)self;
}

static void machine_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Machine *machine = (Machine *)self;
    Workspace *rooms[] = {machine->idle_points, machine->idle_rows};
    for (int i = 0; i < 2; i++) {
        for (Workspace *room = rooms[i], *next; room != NULL; room = next) {
            next = room->next;
            PyMem_RawFree(room);
        }
    }
    plan_free(&machine->plan);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *get_fault(PyObject *self, void *Py_UNUSED(closure)) {
    const Fault *fault = &((Machine *)self)->fault;
    if (fault->node < 0) {
        Py_RETURN_NONE;
    }
    return Py_BuildValue("LdL", (long long)fault->node, fault->index, (long long)fault->row);
}

static PyObject *get_nodes(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromUnsignedLong(((Machine *)self)->plan.step_count - 1); /* without the one that ends it */
}

static PyObject *get_workspace(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromSize_t((size_t)((Machine *)self)->plan.slot_count * LANES * sizeof(double));
}

static PyGetSetDef attributes[] = {
    {"fault", get_fault, NULL, "The last index fault, (node, index, row), or None.", NULL},
    {"nodes", get_nodes, NULL, "How many steps the program has.", NULL},
    {"workspace", get_workspace, NULL, "How many bytes a sweep over rows needs for its numbers.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static PyMethodDef methods[] = {
    {"point", (PyCFunction)(void (*)(void))machine_point, METH_FASTCALL,
     "point($self, inputs, outputs, /)\n--\n\nCompute the outputs at one point; -1 if it was done."},
    {"rows", (PyCFunction)(void (*)(void))machine_rows, METH_VARARGS | METH_KEYWORDS,
     "rows($self, sources, targets, rows, which=None, failed=None)\n--\n\n"
     "Compute the outputs for each row; returns how many rows failed."},
    {"bind", (PyCFunction)(void (*)(void))machine_bind, METH_FASTCALL,
     "bind($self, inputs, outputs, otherwise, /)\n--\n\nA function without arguments that does point on two arrays."},
    {"call", machine_call, METH_O,
     "call($self, array, /)\n--\n\n(output 0, an array of the others) at a point, or NotImplemented."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Machine(arrays, outputs)\n--\n\nA tape made ready to be done again; tape/machine.py says what it does."},
    {Py_tp_new, machine_new},
    {Py_tp_dealloc, machine_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, NULL}};

static PyType_Spec spec = {"chainrule.programs.run._native.Machine", sizeof(Machine), 0, Py_TPFLAGS_DEFAULT, slots};

int machine_add_type(PyObject *module) {
    machine_type = (PyTypeObject *)PyType_FromSpec(&spec);
    return machine_type == NULL ? -1 : PyModule_AddObjectRef(module, "Machine", (PyObject *)machine_type);
}
