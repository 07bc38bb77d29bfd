/* The type Tape. The docstrings of its methods are those of tape.py. */

#include "tape.h"

PyTypeObject *tape_type = NULL;

static PyObject *tape_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    if (PyTuple_GET_SIZE(args) > 0 || (keywords != NULL && PyDict_GET_SIZE(keywords) > 0)) {
        PyErr_SetString(PyExc_TypeError, "Tape() takes no arguments");
        return NULL;
    }
    return type->tp_alloc(type, 0);
}

static void tape_dealloc(PyObject *self) {
    Tape *tape = (Tape *)self;
    PyTypeObject *type = Py_TYPE(self);
    void *blocks[] = {tape->nodes.items,  tape->inputs.items,   tape->members.items, tape->sums.items,    tape->node_ids.slots,
                      tape->tables.items, tape->scatters.items, tape->guards.items,  tape->guarded.items};
    Py_XDECREF(tape->table_ids);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        PyMem_Free(blocks[i]);
    }
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- arguments -------------------------------------------------------------------------------- */

/* Read an int, clipped to int32; -1 with an error if it isn't one. */
static int32_t read_int(PyObject *object) {
    Py_ssize_t number = PyNumber_AsSsize_t(object, NULL);
    return number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : (int32_t)number;
}

/* Read the id of a node, which may be a region of sums; -1 with an error if there is none. */
static int32_t read_node(const Tape *tape, PyObject *object) {
    int32_t node = read_int(object);
    if ((node < 0 || node >= tape->nodes.count) && !PyErr_Occurred()) {
        return raise_no_number(tape, node);
    }
    return node;
}

/* Read the id of a node that is a number. */
static int32_t read_number(const Tape *tape, PyObject *object) {
    int32_t node = read_int(object);
    return PyErr_Occurred() ? FAILED : tape_has(tape, node) ? node : raise_no_number(tape, node);
}

/* Read nodes that are numbers into new memory; NULL with an error. */
int32_t *nodes_read(const Tape *tape, PyObject *object, Py_ssize_t *count) {
    PyObject *tuple = PySequence_Tuple(object);
    *count = tuple ? PyTuple_GET_SIZE(tuple) : 0;
    int32_t *nodes = tuple ? new_zeros((size_t)*count, sizeof *nodes) : NULL;
    if (nodes == NULL) {
        Py_XDECREF(tuple);
        return NULL;
    }
    int failed = *count > INT32_MAX / 2 && FAIL(PyExc_OverflowError, "too many nodes");
    for (Py_ssize_t i = 0; i < *count && !failed; i++) {
        failed = (nodes[i] = read_number(tape, PyTuple_GET_ITEM(tuple, i))) < 0;
    }
    Py_DECREF(tuple);
    if (failed) {
        PyMem_Free(nodes);
        return NULL;
    }
    return nodes;
}

static int check_count(const char *name, Py_ssize_t count, Py_ssize_t least, Py_ssize_t most) {
    return count >= least && count <= most
               ? 0
               : FAIL(PyExc_TypeError, "%s() takes %zd to %zd arguments, but got %zd", name, least, most, count);
}

static PyObject *node_object(int32_t node) {
    return node < 0 ? NULL : PyLong_FromLong(node);
}

/* ---- recording -------------------------------------------------------------------------------- */

static PyObject *method_input(PyObject *self, PyObject *x) {
    Tape *tape = (Tape *)self;
    double value = PyFloat_AsDouble(x);
    if ((value == -1.0 && PyErr_Occurred()) || !RESERVE(tape->inputs, 1)) {
        return NULL;
    }
    int32_t node = tape_push(tape, NODE(INPUT, (int32_t)tape->inputs.count, -1, -1, value));
    if (node >= 0) {
        tape->inputs.items[tape->inputs.count++] = node;
    }
    return node_object(node);
}

static PyObject *method_constant(PyObject *self, PyObject *x) {
    double value = PyFloat_AsDouble(x);
    return value == -1.0 && PyErr_Occurred() ? NULL : node_object(tape_constant((Tape *)self, value));
}

static PyObject *method_copy(PyObject *self, PyObject *x) {
    int32_t node = read_node((Tape *)self, x);
    return node < 0 ? NULL : node_object(tape_copy((Tape *)self, node));
}

static PyObject *method_append(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    int32_t numbers[4] = {-1, -1, -1, -1}; /* op, x, y, z */
    if (check_count("append", count, 2, 4) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        numbers[i] = read_int(args[i]);
        if (numbers[i] == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return node_object(tape_append((Tape *)self, numbers[0], numbers[1], numbers[2], numbers[3]));
}

static PyObject *method_expand(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Fragment fragment;
    int32_t operands[3] = {-1, -1, -1}, out, node = FAILED;
    Py_ssize_t operand_count = 0;
    if (check_count("expand", count, 2, 3) < 0) {
        return NULL;
    }
    int32_t *nodes = nodes_read((Tape *)self, args[1], &operand_count);
    if (nodes == NULL || fragment_read(args[0], &fragment) < 0) {
        PyMem_Free(nodes);
        return NULL;
    }
    out = count > 2 ? read_int(args[2]) : -1;
    if (operand_count > 3) {
        PyErr_SetString(PyExc_ValueError, "a fragment has at most three operands");
    }
    if (!PyErr_Occurred()) {
        memcpy(operands, nodes, (size_t)operand_count * sizeof *nodes);
        node = tape_expand((Tape *)self, &fragment, operands, out);
    }
    PyMem_Free(nodes);
    fragment_free(&fragment);
    return node_object(node);
}

static PyObject *method_take(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    Tape *tape = (Tape *)self;
    Py_ssize_t count;
    int32_t index = check_count("take", nargs, 2, 2) < 0 ? FAILED : read_node(tape, args[1]), table = TABLE_UNKNOWN;
    int32_t *entries = index < 0 ? NULL : nodes_read(tape, args[0], &count);
    if (entries == NULL) {
        return NULL;
    }
    int32_t node = tape_take(tape, entries, (int32_t)count, index, &table);
    PyMem_Free(entries);
    return node_object(node);
}

/* Put all pairs into one tuple. */
static PyObject *concatenate(PyObject *pairs) {
    PyObject *all = PySequence_Tuple(pairs), *items = all ? PyTuple_New(2 * PyTuple_GET_SIZE(all)) : NULL;
    for (Py_ssize_t i = 0; items != NULL && i < PyTuple_GET_SIZE(all); i++) {
        PyObject *pair = PySequence_Tuple(PyTuple_GET_ITEM(all, i));
        if (pair == NULL || PyTuple_GET_SIZE(pair) != 2) {
            if (pair != NULL) {
                PyErr_SetString(PyExc_ValueError, "scatter needs pairs of an index and a number");
            }
            Py_CLEAR(items);
        } else {
            PyTuple_SET_ITEM(items, 2 * i, Py_NewRef(PyTuple_GET_ITEM(pair, 0)));
            PyTuple_SET_ITEM(items, 2 * i + 1, Py_NewRef(PyTuple_GET_ITEM(pair, 1)));
        }
        Py_XDECREF(pair);
    }
    Py_XDECREF(all);
    return items;
}

static PyObject *method_scatter(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    Tape *tape = (Tape *)self;
    Py_ssize_t count, length = check_count("scatter", nargs, 2, 2) < 0 ? -1 : PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
    PyObject *items = PyErr_Occurred() ? NULL : concatenate(args[1]);
    int32_t *nodes = items ? nodes_read(tape, items, &count) : NULL, node = FAILED;
    Py_XDECREF(items);
    if (nodes == NULL) {
        return NULL;
    }
    if (length > INT32_MAX) {
        PyErr_NoMemory(); /* as in the interpreted twin, which makes a list of the sums */
    } else {
        node = tape_scatter(tape, length < 0 ? -1 : (int32_t)length, nodes, (int32_t)(count / 2));
    }
    PyMem_Free(nodes);
    return node_object(node);
}

static PyObject *method_entry(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    int32_t region = check_count("entry", nargs, 2, 2) < 0 ? FAILED : read_int(args[0]);
    int32_t index = PyErr_Occurred() ? FAILED : read_int(args[1]);
    return PyErr_Occurred() ? NULL : node_object(tape_entry((Tape *)self, region, index));
}

static PyObject *method_guard(PyObject *self, PyObject *x) {
    int32_t condition = read_node((Tape *)self, x);
    int outcome = condition < 0 ? FAILED : tape_guard((Tape *)self, condition);
    return outcome < 0 ? NULL : PyBool_FromLong(outcome);
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

static PyObject *method_check(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    for (Py_ssize_t i = 0; i < count; i++) {
        if (read_number((Tape *)self, args[i]) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static Py_ssize_t tape_len(PyObject *self) {
    return ((Tape *)self)->nodes.count;
}

/* ---- the type --------------------------------------------------------------------------------- */

#define FAST(name) (PyCFunction)(void (*)(void))method_##name, METH_FASTCALL
static PyMethodDef methods[] = {
    {"input", method_input, METH_O, "input($self, value, /)\n--\n\n"},
    {"constant", method_constant, METH_O, "constant($self, value, /)\n--\n\n"},
    {"copy", method_copy, METH_O, "copy($self, x, /)\n--\n\n"},
    {"append", FAST(append), "append($self, op, x, y=-1, z=-1, /)\n--\n\n"},
    {"expand", FAST(expand), "expand($self, fragment, operands, out=-1, /)\n--\n\n"},
    {"take", FAST(take), "take($self, entries, index, /)\n--\n\n"},
    {"scatter", FAST(scatter), "scatter($self, length, pairs, /)\n--\n\n"},
    {"entry", FAST(entry), "entry($self, region, index, /)\n--\n\n"},
    {"guard", method_guard, METH_O, "guard($self, condition, /)\n--\n\n"},
    {"value", method_value, METH_O, "value($self, node, /)\n--\n\n"},
    {"node", method_node, METH_O, "node($self, node, /)\n--\n\n"},
    {"is_constant", method_is_constant, METH_O, "is_constant($self, node, /)\n--\n\n"},
    {"check", FAST(check), "check($self, /, *nodes)\n--\n\n"},
    {"arrays", tape_arrays, METH_NOARGS, "arrays($self, /)\n--\n\n"},
    {"fork", tape_fork, METH_NOARGS, "fork($self, /)\n--\n\n"},
    {NULL, NULL, 0, NULL}};

static PyMemberDef members[] = {{"closed", T_BOOL, offsetof(Tape, closed), 0, NULL}, {NULL, 0, 0, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Tape()\n--\n\nA recording. Node ids are 0, 1, 2 ...; operands come before their users."},
    {Py_tp_new, tape_new},
    {Py_tp_dealloc, tape_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, tape_attributes},
    {Py_tp_members, members},
    {Py_sq_length, tape_len},
    {0, NULL}};

int tape_add_type(PyObject *module) {
    static PyType_Spec spec = {"chainrule.programs.trace._native.Tape", sizeof(Tape), 0, Py_TPFLAGS_DEFAULT, slots};
    tape_type = (PyTypeObject *)PyType_FromSpec(&spec); /* kept for as long as the process lives */
    return tape_type == NULL ? -1 : PyModule_AddObjectRef(module, "Tape", (PyObject *)tape_type);
}
