/* The type Caller: a program's calls at one point, from Python objects to Python objects, without looking anything up.
 *
 * A caller knows the structure of the arguments and of the result, and a machine for each of some paths. Everything else,
 * such as an array of ints or a path that it doesn't know, is NotImplemented and goes the long way.
 */
#include "machine.h"

/* A structure is a sequence of these, each container before its parts; the numbers are how many dimensions and their lengths,
 * or how many parts. */
enum { NUMBER, AN_ARRAY, A_LIST, A_TUPLE };
enum { MAX_DEPTH = 50 };

typedef struct {
    Machine *machine;
    Py_ssize_t count;        /* of guards */
    unsigned char *outcomes; /* of each guard */
    int32_t *others;         /* of each guard: the path to try where it has the other outcome, or -1 */
} Route;

typedef struct {
    PyObject_HEAD
    ARRAY(int64_t) source, target; /* structures */
    uint32_t input_count, output_count;
    PyObject *shapes, *array_type, *empty; /* the shapes of the arrays in the result; numpy.ndarray and numpy.empty */
    ARRAY(Route) routes;
    int32_t latest; /* the route to try first */
} Caller;

/* How many numbers a structure has, and, added to `arrays`, how many arrays; -1 if it isn't valid. */
static int64_t count_numbers(const int64_t **code, const int64_t *end, int depth, Py_ssize_t *arrays) {
    int64_t kind = *code < end ? *(*code)++ : -1, count = 1;
    if (kind == NUMBER) {
        return 1;
    }
    if (kind < 0 || kind > A_TUPLE || *code >= end || **code < 0 || **code > INT32_MAX || depth > MAX_DEPTH) {
        return -1;
    }
    int64_t parts = *(*code)++;
    if (kind == AN_ARRAY) {
        *arrays += 1;
        for (int64_t i = 0; i < parts; i++) {
            int64_t length = *code < end ? *(*code)++ : -1;
            if (length < 0 || (length > 0 && count > INT32_MAX / length)) {
                return -1;
            }
            count *= length;
        }
        return count;
    }
    count = 0;
    for (int64_t i = 0; i < parts && count >= 0 && count <= INT32_MAX; i++) {
        int64_t inner = count_numbers(code, end, depth + 1, arrays);
        count = inner < 0 ? -1 : count + inner;
    }
    return count <= INT32_MAX ? count : -1;
}

/* ---- from Python objects to numbers ------------------------------------------------------------ */

/* Read numbers of a structure. Returns 0 if the object has another one; no error is set. */
static int read_object(const Caller *caller, const int64_t **code, PyObject *object, double **to);

static int read_array(const Caller *caller, const int64_t **code, PyObject *object, double **to) {
    Py_buffer view;
    int64_t dimensions = *(*code)++;
    if ((PyObject *)Py_TYPE(object) != caller->array_type) {
        return 0;
    }
    if (PyObject_GetBuffer(object, &view, PyBUF_ND | PyBUF_FORMAT) < 0) {
        PyErr_Clear();
        return 0;
    }
    int fits = view.ndim == dimensions && has_format(&view, "d", sizeof(double));
    for (int64_t i = 0; fits && i < dimensions; i++) {
        fits = view.shape[i] == (*code)[i];
    }
    if (fits) {
        *code += dimensions;
        if (view.len > 0) { /* an empty array may have no address */
            memcpy(*to, view.buf, (size_t)view.len);
        }
        *to += view.len / (Py_ssize_t)sizeof(double);
    }
    PyBuffer_Release(&view);
    return fits;
}

static int read_parts(const Caller *caller, const int64_t **code, PyObject *object, double **to) {
    Py_ssize_t count = *(*code)++;
    if (Py_SIZE(object) != count) {
        return 0;
    }
    PyObject **items = PySequence_Fast_ITEMS(object);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!read_object(caller, code, items[i], to)) {
            return 0;
        }
    }
    return 1;
}

static int read_object(const Caller *caller, const int64_t **code, PyObject *object, double **to) {
    switch (*(*code)++) {
    case NUMBER:
        if (!PyFloat_Check(object)) {
            return 0;
        }
        *(*to)++ = PyFloat_AS_DOUBLE(object);
        return 1;
    case AN_ARRAY:
        return read_array(caller, code, object, to);
    case A_LIST:
        return PyList_CheckExact(object) && read_parts(caller, code, object, to);
    default:
        return PyTuple_CheckExact(object) && read_parts(caller, code, object, to);
    }
}

/* ---- from numbers to Python objects ------------------------------------------------------------ */

typedef struct {
    const Caller *caller;
    const int64_t *code;
    const Plan *plan;
    const double *slots;
    uint32_t output;  /* the next one */
    Py_ssize_t array; /* the next one */
} Writer;

static PyObject *write_array(Writer *writer) {
    Py_buffer view;
    PyObject *array = PyObject_CallOneArg(writer->caller->empty, PyTuple_GET_ITEM(writer->caller->shapes, writer->array++));
    writer->code += 1 + writer->code[0];
    if (array == NULL || PyObject_GetBuffer(array, &view, PyBUF_ND | PyBUF_WRITABLE) < 0) {
        Py_XDECREF(array);
        return NULL;
    }
    double *to = view.buf; /* the array is new and has the shape that the code says, in float64 */
    for (Py_ssize_t i = 0; i < view.len / (Py_ssize_t)sizeof(double) && writer->output < writer->plan->output_count; i++) {
        to[i] = writer->slots[writer->plan->outputs[writer->output++]];
    }
    PyBuffer_Release(&view);
    return array;
}

static PyObject *write_object(Writer *writer) {
    int64_t kind = *writer->code++;
    if (kind == NUMBER) {
        return PyFloat_FromDouble(writer->slots[writer->plan->outputs[writer->output++]]);
    }
    if (kind == AN_ARRAY) {
        return write_array(writer);
    }
    Py_ssize_t count = *writer->code++;
    PyObject *parts = kind == A_LIST ? PyList_New(count) : PyTuple_New(count);
    for (Py_ssize_t i = 0; parts != NULL && i < count; i++) {
        PyObject *part = write_object(writer);
        if (part == NULL) {
            Py_CLEAR(parts);
        } else {
            PySequence_Fast_ITEMS(parts)[i] = part;
        }
    }
    return parts;
}

/* ---- a call ------------------------------------------------------------------------------------ */

/* Run the latest route, then those that its guards lead to. Returns the machine that ran to its end, a new reference, with
 * its workspace; NULL if none did, with an error if memory is short. */
static Machine *follow(Caller *caller, const double *inputs, Workspace **workspace) {
    int32_t at = caller->latest, code = -1;
    while (caller->routes.count > 0) {
        Machine *machine = (Machine *)Py_NewRef((PyObject *)caller->routes.items[at].machine);
        int32_t before = code;
        code = machine_run(machine, inputs, workspace);
        if (code == DONE) {
            caller->latest = at;
            return machine;
        }
        if (code != NO_MEMORY) {
            workspace_give(machine, *workspace, 1);
        }
        Py_DECREF((PyObject *)machine);
        at = code > before ? caller->routes.items[at].others[code] : -1;
        if (at < 0) {
            return NULL;
        }
    }
    return NULL;
}

static PyObject *compute(Caller *caller, const double *inputs) {
    Workspace *workspace;
    Machine *machine = follow(caller, inputs, &workspace);
    if (machine == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_NotImplemented);
    }
    Writer writer = {caller, caller->target.items, &machine->plan, workspace->slots, 0, 0};
    PyObject *result = write_object(&writer);
    workspace_give(machine, workspace, 1);
    Py_DECREF((PyObject *)machine);
    return result;
}

static PyObject *caller_run(PyObject *self, PyObject *arguments) {
    enum { FEW = 32 };
    Caller *caller = (Caller *)self;
    double few[FEW], *inputs = few, *to;
    if (caller->routes.count == 0) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    uint32_t count = caller->input_count;
    if (count > FEW && (inputs = PyMem_Malloc(count * sizeof *inputs)) == NULL) {
        return PyErr_NoMemory();
    }
    const int64_t *code = caller->source.items;
    to = inputs;
    PyObject *result = NULL;
    if (read_object(caller, &code, arguments, &to)) {
        result = compute(caller, inputs);
    } else {
        result = Py_NewRef(Py_NotImplemented);
    }
    if (inputs != few) {
        PyMem_Free(inputs);
    }
    return result;
}

/* ---- routes ------------------------------------------------------------------------------------ */

/* Connect two routes at the first guard that has another outcome in one than in the other. */
static void connect(Caller *caller, int32_t one, int32_t other) {
    Route *a = &caller->routes.items[one], *b = &caller->routes.items[other];
    for (Py_ssize_t i = 0; i < a->count && i < b->count; i++) {
        if (a->outcomes[i] != b->outcomes[i]) {
            a->others[i] = a->others[i] < 0 ? other : a->others[i];
            b->others[i] = b->others[i] < 0 ? one : b->others[i];
            return;
        }
    }
}

static PyObject *caller_add(PyObject *self, PyObject *args) {
    Caller *caller = (Caller *)self;
    PyObject *machine;
    const char *outcomes;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(args, "O!y#:add", machine_type, &machine, &outcomes, &count) || !RESERVE(caller->routes, 1)) {
        return NULL;
    }
    const Plan *plan = &((Machine *)machine)->plan;
    if (plan->input_count != caller->input_count || plan->output_count != caller->output_count) {
        PyErr_SetString(PyExc_ValueError, "the machine has other numbers of inputs or outputs");
        return NULL;
    }
    int32_t number = (int32_t)caller->routes.count;
    Route route = {NULL, count, new_zeros((size_t)count, 1), new_zeros((size_t)count, sizeof(int32_t))};
    if (route.outcomes == NULL || route.others == NULL) {
        PyMem_Free(route.outcomes);
        PyMem_Free(route.others);
        return NULL;
    }
    route.machine = (Machine *)Py_NewRef(machine);
    for (Py_ssize_t i = 0; i < count; i++) {
        route.outcomes[i] = outcomes[i] != 0;
        route.others[i] = -1;
    }
    caller->routes.items[caller->routes.count++] = route;
    for (int32_t i = 0; i < number; i++) {
        connect(caller, i, number);
    }
    caller->latest = number;
    return PyLong_FromLong(number + 1);
}

/* ---- the type ---------------------------------------------------------------------------------- */

#define READ_CODE(field, object)                                                                        \
    do {                                                                                                \
        PyObject *items = PySequence_Tuple(object);                                                     \
        for (Py_ssize_t i = 0; items != NULL && i < PyTuple_GET_SIZE(items) && !PyErr_Occurred(); i++) { \
            if (RESERVE(field, 1)) {                                                                    \
                (field).items[(field).count++] = PyLong_AsLongLong(PyTuple_GET_ITEM(items, i));         \
            }                                                                                           \
        }                                                                                               \
        Py_XDECREF(items);                                                                              \
    } while (0)

/* Check both structures. */
static int check_codes(Caller *caller) {
    const int64_t *source = caller->source.items, *target = caller->target.items;
    const int64_t *source_end = source + caller->source.count, *target_end = target + caller->target.count;
    Py_ssize_t read = 0, written = 0;
    int64_t inputs = count_numbers(&source, source_end, 0, &read);
    int64_t outputs = count_numbers(&target, target_end, 0, &written);
    if (inputs < 0 || outputs < 0 || source != source_end || target != target_end ||
        written != PyTuple_GET_SIZE(caller->shapes)) {
        return FAIL(PyExc_ValueError, "the code of a structure is needed");
    }
    caller->input_count = (uint32_t)inputs;
    caller->output_count = (uint32_t)outputs;
    return 0;
}

static PyObject *caller_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords)) {
    PyObject *source, *target, *shapes, *array_type, *empty;
    if (!PyArg_ParseTuple(args, "OOO!OO:Caller", &source, &target, &PyTuple_Type, &shapes, &array_type, &empty)) {
        return NULL;
    }
    Caller *self = (Caller *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->shapes = Py_NewRef(shapes);
    self->array_type = Py_NewRef(array_type);
    self->empty = Py_NewRef(empty);
    READ_CODE(self->source, source);
    READ_CODE(self->target, target);
    if (PyErr_Occurred() || check_codes(self) < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

/* A machine may call functions outside, which may refer to the program. */
static int caller_traverse(PyObject *self, visitproc visit, void *arg) {
    const Caller *caller = (Caller *)self;
    for (Py_ssize_t i = 0; i < caller->routes.count; i++) {
        Py_VISIT((PyObject *)caller->routes.items[i].machine);
    }
    Py_VISIT(caller->empty);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int caller_clear(PyObject *self) {
    Caller *caller = (Caller *)self;
    Py_ssize_t count = caller->routes.count;
    Route *routes = caller->routes.items;
    caller->routes.items = NULL;
    caller->routes.count = caller->routes.capacity = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_DECREF((PyObject *)routes[i].machine);
        PyMem_Free(routes[i].outcomes);
        PyMem_Free(routes[i].others);
    }
    PyMem_Free(routes);
    Py_CLEAR(caller->empty);
    return 0;
}

static void caller_dealloc(PyObject *self) {
    Caller *caller = (Caller *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    caller_clear(self);
    PyMem_Free(caller->source.items);
    PyMem_Free(caller->target.items);
    Py_XDECREF(caller->shapes);
    Py_XDECREF(caller->array_type);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"run", caller_run, METH_O, "run($self, arguments, /)\n--\n\nThe result for a tuple of arguments, or NotImplemented."},
    {"add", caller_add, METH_VARARGS, "add($self, machine, outcomes, /)\n--\n\nAdd a path; returns how many there are."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Caller(source, target, shapes, array_type, empty)\n--\n\nA program's calls at one point; caller.py explains it."},
    {Py_tp_new, caller_new},
    {Py_tp_dealloc, caller_dealloc},
    {Py_tp_traverse, caller_traverse},
    {Py_tp_clear, caller_clear},
    {Py_tp_methods, methods},
    {0, NULL}};

int caller_add_type(PyObject *module) {
    static PyType_Spec spec = {"chainrule.programs.run._native.Caller", sizeof(Caller), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
    PyObject *type = PyType_FromSpec(&spec);
    int failed = type == NULL || PyModule_AddObjectRef(module, "Caller", type) < 0;
    Py_XDECREF(type);
    return failed ? -1 : 0;
}
