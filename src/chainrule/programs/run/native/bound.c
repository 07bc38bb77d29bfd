/* The shortest ways from Python to a point: Bound, a call without arguments on two arrays that don't move, and Machine.call,
 * from an array to a number and an array. */

#include "machine.h"

#include <structmember.h>

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    Machine *machine;
    Py_buffer inputs, outputs;
    PyObject *otherwise;
} Bound;

static PyTypeObject *bound_type = NULL;

static PyObject *bound_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names) {
    Bound *bound = (Bound *)self;
    Machine *machine = bound->machine;
    Workspace *workspace;
    (void)args;
    if (PyVectorcall_NARGS(nargsf) != 0 || (names != NULL && PyTuple_GET_SIZE(names) != 0)) {
        PyErr_SetString(PyExc_TypeError, "a bound program takes no arguments");
        return NULL;
    }
    int result = machine_run(machine, bound->inputs.buf, &workspace);
    if (result == NO_MEMORY) {
        return NULL;
    }
    if (result == DONE) {
        copy_outputs(&machine->plan, workspace->slots, 0, bound->outputs.buf);
    }
    workspace_give(machine, workspace, 1);
    if (UNLIKELY(result != DONE)) {
        return PyObject_CallFunction(bound->otherwise, "i", result);
    }
    Py_RETURN_NONE;
}

PyObject *machine_bind(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    const Plan *plan = &((Machine *)self)->plan;
    if (nargs != 3) {
        PyErr_Format(PyExc_TypeError, "bind() takes inputs, outputs and otherwise (%zd given)", nargs);
        return NULL;
    }
    Bound *bound = (Bound *)bound_type->tp_alloc(bound_type, 0);
    if (bound == NULL) {
        return NULL;
    }
    bound->vectorcall = bound_vectorcall;
    bound->machine = (Machine *)Py_NewRef(self);
    bound->otherwise = Py_NewRef(args[2]);
    if (view_floats(args[0], &bound->inputs, plan->input_count, 0, "inputs") < 0 ||
        view_floats(args[1], &bound->outputs, plan->output_count, PyBUF_WRITABLE, "outputs") < 0) {
        Py_DECREF(bound);
        return NULL;
    }
    return (PyObject *)bound;
}

static int bound_traverse(PyObject *self, visitproc visit, void *arg) {
    Bound *bound = (Bound *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(bound->machine);
    Py_VISIT(bound->otherwise);
    Py_VISIT(bound->inputs.obj);
    Py_VISIT(bound->outputs.obj);
    return 0;
}

static int bound_clear(PyObject *self) {
    Py_CLEAR(((Bound *)self)->otherwise); /* the rest is needed as long as it can be called */
    return 0;
}

static void bound_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Bound *bound = (Bound *)self;
    PyObject_GC_UnTrack(self);
    bound_clear(self);
    PyBuffer_Release(&bound->inputs);
    PyBuffer_Release(&bound->outputs);
    Py_XDECREF(bound->machine);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- Machine.call ------------------------------------------------------------------------------ */

/* An array like the input with the results of a run but the first one. */
static PyObject *array_of_outputs(const Plan *plan, const double *slots, PyObject *array) {
    static PyObject *copy = NULL;
    Py_buffer view;
    if (copy == NULL && (copy = PyUnicode_InternFromString("copy")) == NULL) {
        return NULL;
    }
    PyObject *others = PyObject_CallMethodNoArgs(array, copy);
    if (others == NULL || view_floats(others, &view, plan->output_count - 1, PyBUF_WRITABLE, "copy()") < 0) {
        Py_XDECREF(others);
        return NULL;
    }
    copy_outputs(plan, slots, 1, view.buf);
    PyBuffer_Release(&view);
    return others;
}

/* The results of a run as Python objects: the first one as a float, the others as an array. */
static PyObject *wrap_outputs(const Plan *plan, const double *slots, PyObject *array) {
    PyObject *value = PyFloat_FromDouble(slots[plan->outputs[0]]);
    if (value == NULL || plan->output_count == 1) {
        return value;
    }
    PyObject *others = array_of_outputs(plan, slots, array), *both = others ? PyTuple_New(2) : NULL;
    if (both == NULL) {
        Py_XDECREF(others);
        Py_DECREF(value);
        return NULL;
    }
    PyTuple_SET_ITEM(both, 0, value);
    PyTuple_SET_ITEM(both, 1, others);
    return both;
}

PyObject *machine_call(PyObject *self, PyObject *array) {
    Machine *machine = (Machine *)self;
    const Plan *plan = &machine->plan;
    Py_buffer view;
    Workspace *workspace;
    if (plan->output_count != 1 && plan->output_count != plan->input_count + 1) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (view_floats(array, &view, plan->input_count, 0, "array") < 0) {
        PyErr_Clear();
        Py_RETURN_NOTIMPLEMENTED;
    }
    int result = machine_run(machine, view.buf, &workspace);
    PyBuffer_Release(&view);
    if (result == NO_MEMORY) {
        return NULL;
    }
    PyObject *result_object = result == DONE ? wrap_outputs(plan, workspace->slots, array) : PyLong_FromLong(result);
    workspace_give(machine, workspace, 1);
    return result_object;
}

/* ---- the type ---------------------------------------------------------------------------------- */

static PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Bound, vectorcall), READONLY, NULL}, {NULL, 0, 0, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A program on two arrays. A call without arguments computes one from the other."},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, members},
    {Py_tp_traverse, bound_traverse},
    {Py_tp_clear, bound_clear},
    {Py_tp_dealloc, bound_dealloc},
    {0, NULL}};

int bound_add_type(PyObject *module) {
    static PyType_Spec spec = {
        "chainrule.programs.run._native.Bound", sizeof(Bound), 0,
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    bound_type = (PyTypeObject *)PyType_FromSpec(&spec);
    return bound_type == NULL ? -1 : PyModule_AddObjectRef(module, "Bound", (PyObject *)bound_type);
}
