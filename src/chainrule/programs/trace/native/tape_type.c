/* The type Tape. The docstrings of its methods are those of tape.py. */

#include "tape.h"

PyTypeObject *tape_type = NULL;

static PyObject *tape_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    static char *names[] = {"replays", "rewrites", NULL};
    int replays = 1, rewrites = 1;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$pp:Tape", names, &replays, &rewrites)) {
        return NULL;
    }
    PyObject *most = PyObject_GetAttrString(python.errors, "MAX_NODES");
    Py_ssize_t limit = most ? PyLong_AsSsize_t(most) : -1;
    Py_XDECREF(most);
    Tape *tape = PyErr_Occurred() ? NULL : (Tape *)type->tp_alloc(type, 0);
    if (tape != NULL) {
        tape->replays = (char)replays;
        tape->rewrites = (char)rewrites;
        tape->most = limit < INT32_MAX ? limit : INT32_MAX;
    }
    return (PyObject *)tape;
}

static void tape_dealloc(PyObject *self) {
    Tape *tape = (Tape *)self;
    PyTypeObject *type = Py_TYPE(self);
    void *blocks[] = {tape->nodes.items,  tape->inputs.items,   tape->members.items, tape->sums.items,    tape->node_ids.slots,
                      tape->tables.items, tape->scatters.items, tape->guards.items,  tape->guarded.items,
                      tape->calls.items};
    PyObject_GC_UnTrack(self);
    tape_clear(self);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        PyMem_Free(blocks[i]);
    }
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- arguments -------------------------------------------------------------------------------- */

/* Read an int, clipped to int32. Returns false with an error if it isn't one. */
int read_int(PyObject *object, void *to) {
    Py_ssize_t number = PyNumber_AsSsize_t(object, NULL);
    *(int32_t *)to = number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : (int32_t)number;
    return number != -1 || !PyErr_Occurred();
}

/* Read the id of a node, which may be a region. */
static int32_t read_node(const Tape *tape, PyObject *object) {
    int32_t node;
    if (!read_int(object, &node)) {
        return FAILED;
    }
    return (uint32_t)node < (uint32_t)tape->nodes.count ? node : raise_no_number(tape, node);
}

/* Read nodes that are numbers into new memory; NULL with an error. There may be many of them in a range, which has no object
 * for each. */
int32_t *nodes_read(const Tape *tape, PyObject *object, Py_ssize_t *count) {
    ARRAY(int32_t) nodes = {NULL, 0, 0};
    PyObject *iterator = PyObject_GetIter(object), *item = NULL;
    int failed = iterator == NULL || !RESERVE(nodes, 1);
    while (!failed && (item = PyIter_Next(iterator)) != NULL) {
        int32_t node;
        failed = !read_int(item, &node) || (!tape_has(tape, node) && raise_no_number(tape, node)) || !RESERVE(nodes, 1);
        Py_DECREF(item);
        if (!failed) {
            nodes.items[nodes.count++] = node;
        }
    }
    Py_XDECREF(iterator);
    *count = nodes.count;
    if (!failed && *count > INT32_MAX / 2) {
        PyErr_SetString(PyExc_OverflowError, "too many nodes");
    }
    if (PyErr_Occurred()) {
        PyMem_Free(nodes.items);
        return NULL;
    }
    return nodes.items;
}

/* View numbers as float64: an array of them, or any other iterable. Returns -1 with an error. */
int numbers_read(PyObject *object, Py_buffer *view) {
    if (PyObject_GetBuffer(object, view, PyBUF_ND | PyBUF_FORMAT) == 0) {
        if (strcmp(view->format, "d") == 0) {
            return 0;
        }
        PyBuffer_Release(view);
    }
    PyErr_Clear();
    PyObject *array = PyObject_CallFunction(python.array, "sO", "d", object);
    int failed = array == NULL || PyObject_GetBuffer(array, view, PyBUF_ND) < 0;
    Py_XDECREF(array);
    return failed ? -1 : 0;
}

static PyObject *node_object(int32_t node) {
    return node < 0 ? NULL : PyLong_FromLong(node);
}

/* ---- recording -------------------------------------------------------------------------------- */

int32_t tape_input(Tape *tape, double value) {
    int32_t node = !RESERVE(tape->inputs, 1) ? FAILED : tape_push(tape, NODE(INPUT, (int32_t)tape->inputs.count, -1, -1, value));
    if (node >= 0) {
        tape->inputs.items[tape->inputs.count++] = node;
    }
    return node;
}

static PyObject *method_input(PyObject *self, PyObject *x) {
    double value = PyFloat_AsDouble(x);
    return value == -1.0 && PyErr_Occurred() ? NULL : node_object(tape_input((Tape *)self, value));
}

static PyObject *method_constant(PyObject *self, PyObject *x) {
    double value = PyFloat_AsDouble(x);
    return value == -1.0 && PyErr_Occurred() ? NULL : node_object(tape_constant((Tape *)self, value));
}

static PyObject *method_copy(PyObject *self, PyObject *x) {
    int32_t node;
    return read_int(x, &node) ? node_object(tape_copy((Tape *)self, node)) : NULL;
}

static PyObject *method_append(PyObject *self, PyObject *args) {
    int32_t op, x, y = -1, z = -1;
    if (!PyArg_ParseTuple(args, "O&O&|O&O&:append", read_int, &op, read_int, &x, read_int, &y, read_int, &z)) {
        return NULL;
    }
    return node_object(tape_append((Tape *)self, op, x, y, z));
}

static PyObject *method_expand(PyObject *self, PyObject *args) {
    PyObject *source, *sequence;
    Fragment fragment;
    Py_ssize_t count;
    int32_t operands[3] = {-1, -1, -1}, out = -1, node = FAILED;
    if (!PyArg_ParseTuple(args, "OO|O&:expand", &source, &sequence, read_int, &out)) {
        return NULL;
    }
    int32_t *nodes = nodes_read((Tape *)self, sequence, &count);
    if (nodes != NULL && count > 3) {
        PyErr_SetString(PyExc_ValueError, "a fragment has at most three operands");
    } else if (nodes != NULL && fragment_read(source, &fragment) == 0) {
        memcpy(operands, nodes, (size_t)count * sizeof *nodes);
        node = tape_expand((Tape *)self, &fragment, operands, out);
        fragment_free(&fragment);
    }
    PyMem_Free(nodes);
    return node_object(node);
}

static PyObject *method_take(PyObject *self, PyObject *args) {
    PyObject *sequence;
    Py_ssize_t count;
    int32_t index, table = TABLE_UNKNOWN;
    if (!PyArg_ParseTuple(args, "OO&:take", &sequence, read_int, &index)) {
        return NULL;
    }
    int32_t *entries = nodes_read((Tape *)self, sequence, &count);
    int32_t node = entries ? tape_take((Tape *)self, entries, (int32_t)count, index, &table) : FAILED;
    PyMem_Free(entries);
    return node_object(node);
}

static PyObject *method_take_each(PyObject *self, PyObject *args) {
    Tape *tape = (Tape *)self;
    PyObject *sequence, *indices, *nodes = NULL;
    Py_ssize_t count, index_count;
    int32_t table = TABLE_UNKNOWN, *index = NULL;
    if (!PyArg_ParseTuple(args, "OO:take_each", &sequence, &indices)) {
        return NULL;
    }
    int32_t *entries = nodes_read(tape, sequence, &count);
    if (entries != NULL && (index = nodes_read(tape, indices, &index_count)) != NULL) {
        nodes = PyList_New(index_count);
    }
    for (Py_ssize_t i = 0; nodes != NULL && i < index_count; i++) {
        PyObject *node = node_object(tape_take(tape, entries, (int32_t)count, index[i], &table));
        if (node == NULL) {
            Py_CLEAR(nodes);
        } else {
            PyList_SET_ITEM(nodes, i, node);
        }
    }
    PyMem_Free(entries);
    PyMem_Free(index);
    return nodes;
}

static PyObject *method_scatter(PyObject *self, PyObject *args) {
    PyObject *sequence, *pairs;
    Py_ssize_t length, two;
    if (!PyArg_ParseTuple(args, "nO:scatter", &length, &sequence) || (pairs = PySequence_Tuple(sequence)) == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(pairs);
    int32_t *nodes = new_zeros(2 * (size_t)count, sizeof *nodes), node = nodes ? 0 : FAILED;
    for (Py_ssize_t i = 0; node == 0 && i < count; i++) {
        int32_t *pair = nodes_read((Tape *)self, PyTuple_GET_ITEM(pairs, i), &two);
        if (pair == NULL || two != 2) {
            node = pair ? FAIL(PyExc_ValueError, "scatter needs pairs of an index and a number") : FAILED;
        } else {
            memcpy(nodes + 2 * i, pair, 2 * sizeof *pair);
        }
        PyMem_Free(pair);
    }
    if (length > INT32_MAX || count > INT32_MAX / 2) {
        node = out_of_memory(); /* as in the interpreted twin, which makes a list of the sums */
    } else if (node == 0) {
        node = tape_scatter((Tape *)self, length < 0 ? -1 : (int32_t)length, nodes, (int32_t)count);
    }
    PyMem_Free(nodes);
    Py_DECREF(pairs);
    return node_object(node);
}

static PyObject *method_entry(PyObject *self, PyObject *args) {
    int32_t region, index;
    if (!PyArg_ParseTuple(args, "O&O&:entry", read_int, &region, read_int, &index)) {
        return NULL;
    }
    return node_object(tape_entry((Tape *)self, region, index));
}

static PyObject *method_guard(PyObject *self, PyObject *x) {
    int32_t condition;
    int outcome = read_int(x, &condition) ? tape_guard((Tape *)self, condition) : FAILED;
    return outcome < 0 ? NULL : PyBool_FromLong(outcome);
}

static PyObject *method_forget_guards(PyObject *self, PyObject *x) {
    Py_ssize_t count = PyNumber_AsSsize_t(x, PyExc_OverflowError);
    if (count < 0) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "a number of 0 or more is needed");
    }
    tape_forget_guards((Tape *)self, count);
    Py_RETURN_NONE;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static PyObject *method_value(PyObject *self, PyObject *x) {
    int32_t node = read_node((Tape *)self, x);
    return node < 0 ? NULL : PyFloat_FromDouble(((Tape *)self)->nodes.items[node].value);
}

static PyObject *method_node(PyObject *self, PyObject *x) {
    int32_t id = read_node((Tape *)self, x);
    if (id < 0) {
        return NULL;
    }
    Node node = ((Tape *)self)->nodes.items[id];
    return Py_BuildValue("(iiii)", node.op, node.x, node.y, node.z);
}

static PyObject *method_is_constant(PyObject *self, PyObject *x) {
    int32_t node = read_node((Tape *)self, x);
    return node < 0 ? NULL : PyBool_FromLong(tape_is_constant((Tape *)self, node));
}

static PyObject *method_check(PyObject *self, PyObject *args) {
    Py_ssize_t count;
    int32_t *nodes = nodes_read((Tape *)self, args, &count);
    if (nodes == NULL) {
        return NULL;
    }
    PyMem_Free(nodes);
    Py_RETURN_NONE;
}

static Py_ssize_t tape_len(PyObject *self) {
    return ((Tape *)self)->nodes.count;
}

/* ---- the type --------------------------------------------------------------------------------- */

static PyMethodDef methods[] = {
    {"input", method_input, METH_O, "input($self, value, /)\n--\n\n"},
    {"constant", method_constant, METH_O, "constant($self, value, /)\n--\n\n"},
    {"copy", method_copy, METH_O, "copy($self, x, /)\n--\n\n"},
    {"append", method_append, METH_VARARGS, "append($self, op, x, y=-1, z=-1, /)\n--\n\n"},
    {"expand", method_expand, METH_VARARGS, "expand($self, fragment, operands, out=-1, /)\n--\n\n"},
    {"take", method_take, METH_VARARGS, "take($self, entries, index, /)\n--\n\n"},
    {"take_each", method_take_each, METH_VARARGS, "take_each($self, entries, indices, /)\n--\n\n"},
    {"scatter", method_scatter, METH_VARARGS, "scatter($self, length, pairs, /)\n--\n\n"},
    {"entry", method_entry, METH_VARARGS, "entry($self, region, index, /)\n--\n\n"},
    {"call", tape_call, METH_VARARGS, "call($self, function, operands, results=None, /)\n--\n\n"},
    {"call_at", tape_call_at, METH_O, "call_at($self, region, /)\n--\n\n"},
    {"override", tape_override, METH_VARARGS, "override($self, x, region=-1, index=-1, /)\n--\n\n"},
    {"forget_guards", method_forget_guards, METH_O, "forget_guards($self, count, /)\n--\n\n"},
    {"guard", method_guard, METH_O, "guard($self, condition, /)\n--\n\n"},
    {"value", method_value, METH_O, "value($self, node, /)\n--\n\n"},
    {"node", method_node, METH_O, "node($self, node, /)\n--\n\n"},
    {"is_constant", method_is_constant, METH_O, "is_constant($self, node, /)\n--\n\n"},
    {"check", method_check, METH_VARARGS, "check($self, /, *nodes)\n--\n\n"},
    {"arrays", tape_arrays, METH_NOARGS, "arrays($self, /)\n--\n\n"},
    {"fork", tape_fork, METH_NOARGS, "fork($self, /)\n--\n\n"},
    {NULL, NULL, 0, NULL}};

static PyMemberDef members[] = {{"closed", T_BOOL, offsetof(Tape, closed), 0, NULL},
                                {"replays", T_BOOL, offsetof(Tape, replays), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Tape(*, replays=True, rewrites=True)\n--\n\nA recording. Node ids are 0, 1, 2 ...; operands come before their users."},
    {Py_tp_new, tape_new},
    {Py_tp_dealloc, tape_dealloc},
    {Py_tp_traverse, tape_traverse},
    {Py_tp_clear, tape_clear},
    {Py_tp_methods, methods},
    {Py_tp_getset, tape_attributes},
    {Py_tp_members, members},
    {Py_sq_length, tape_len},
    {0, NULL}};

int tape_add_type(PyObject *module) {
    static PyType_Spec spec = {"chainrule.programs.trace._native.Tape", sizeof(Tape), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                               slots};
    tape_type = (PyTypeObject *)PyType_FromSpec(&spec); /* kept for as long as the process lives */
    return tape_type == NULL ? -1 : PyModule_AddObjectRef(module, "Tape", (PyObject *)tape_type);
}
