/* The type Machine: a tape that is planned for replay. */

#include "plan.h"

enum { CACHE_LINE = 64 }; /* bytes */

/* ---- workspaces, guarded by the global interpreter lock ---------------------------------------- */

static Workspace *workspace_new(const Plan *plan, uint32_t lanes) {
    size_t count = lanes == 1 ? plan->point_slot_count : plan->slot_count;
    Workspace *workspace = PyMem_RawMalloc(sizeof *workspace + count * lanes * sizeof(double) + CACHE_LINE);
    if (workspace == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    uintptr_t after = (uintptr_t)(workspace + 1);
    workspace->slots = (double *)((after + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    for (uint32_t i = 0; i < plan->constant_count; i++) {
        for (uint32_t r = 0; r < lanes; r++) {
            workspace->slots[((size_t)plan->input_count + i) * lanes + r] = plan->constants[i];
        }
    }
    return workspace;
}

static Workspace **idle(Machine *machine, uint32_t lanes) {
    return lanes == 1 ? &machine->idle_points : &machine->idle_rows;
}

/* A workspace for exclusive use; NULL with an error. */
Workspace *workspace_take(Machine *machine, uint32_t lanes) {
    Workspace **first = idle(machine, lanes), *workspace = *first;
    if (UNLIKELY(workspace == NULL)) {
        return workspace_new(&machine->plan, lanes);
    }
    *first = workspace->next;
    return workspace;
}

void workspace_give(Machine *machine, Workspace *workspace, uint32_t lanes) {
    Workspace **first = idle(machine, lanes);
    workspace->next = *first;
    *first = workspace;
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
    if (arrays_read(&tape, arrays, outputs) < 0 || plan_make(&self->plan, &tape) < 0) {
        Py_CLEAR(self);
    }
    arrays_free(&tape);
    return (PyObject *)self;
}

static void machine_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Machine *machine = (Machine *)self;
    Workspace *lists[] = {machine->idle_points, machine->idle_rows};
    for (int i = 0; i < 2; i++) {
        for (Workspace *workspace = lists[i], *next; workspace != NULL; workspace = next) {
            next = workspace->next;
            PyMem_RawFree(workspace);
        }
    }
    plan_free(&machine->plan);
    type->tp_free(self);
    Py_DECREF(type);
}

static int machine_traverse(PyObject *self, visitproc visit, void *arg) {
    const Plan *plan = &((Machine *)self)->plan;
    Py_VISIT(Py_TYPE(self));
    for (uint32_t i = 0; i < plan->call_count; i++) {
        Py_VISIT(plan->functions[i]);
    }
    return 0;
}

static int machine_clear(PyObject *self) {
    Plan *plan = &((Machine *)self)->plan;
    for (uint32_t i = 0; i < plan->call_count; i++) {
        Py_CLEAR(plan->functions[i]);
    }
    return 0;
}

static PyMethodDef methods[] = {
    {"point", (PyCFunction)(void (*)(void))machine_point, METH_FASTCALL,
     "point($self, inputs, outputs, /)\n--\n\nCompute the outputs at one point; returns -1 if that succeeded."},
    {"rows", (PyCFunction)(void (*)(void))machine_rows, METH_VARARGS | METH_KEYWORDS,
     "rows($self, sources, targets, rows, which=None, failed=None)\n--\n\n"
     "Compute the outputs for each row; returns the number of rows that failed."},
    {"bind", (PyCFunction)(void (*)(void))machine_bind, METH_FASTCALL,
     "bind($self, inputs, outputs, otherwise, /)\n--\n\nA function without arguments that runs `point` on two arrays."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Machine(arrays, outputs)\n--\n\nA tape that is planned for replay; machine.py explains it."},
    {Py_tp_new, machine_new},
    {Py_tp_dealloc, machine_dealloc},
    {Py_tp_traverse, machine_traverse},
    {Py_tp_clear, machine_clear},
    {Py_tp_methods, methods},
    {0, NULL}};

PyTypeObject *machine_type;

int machine_add_type(PyObject *module) {
    static PyType_Spec spec = {"chainrule.programs.run._native.Machine", sizeof(Machine), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                               slots};
    machine_type = (PyTypeObject *)PyType_FromSpec(&spec); /* kept for as long as the process lives */
    return machine_type == NULL ? -1 : PyModule_AddObjectRef(module, "Machine", (PyObject *)machine_type);
}
