/* The type Tape: what Python reads and calls. */

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
    PyMem_Free(tape->nodes.items);
    PyMem_Free(tape->inputs.items);
    PyMem_Free(tape->places.items);
    PyMem_Free(tape->sums.items);
    PyMem_Free(tape->tables.items);
    PyMem_Free(tape->scatters.items);
    PyMem_Free(tape->guards.items);
    PyMem_Free(tape->asked.items);
    PyMem_Free(tape->known.slots);
    PyMem_Free(tape->known_tables.slots);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- arguments ------------------------------------------------------------------------------------------------ */

/* An int as int32, clipped; -1 with an error where it is no int. */
static int32_t read_int(PyObject *x) {
    Py_ssize_t number = PyNumber_AsSsize_t(x, NULL);
    return number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : (int32_t)number;
}

/* The number of a node that is there, a region of sums too. */
static int32_t read_node(const Tape *tape, PyObject *x) {
    int32_t node = read_int(x);
    if ((node < 0 || node >= tape->nodes.count) && !PyErr_Occurred()) {
        return tape_no_number(tape, node);
    }
    return node;
}

/* Read nodes that are numbers into memory of their own; NULL with an error. */
int32_t *nodes_read(const Tape *tape, PyObject *given, Py_ssize_t *count) {
    PyObject *tuple = PySequence_Tuple(given);
    int32_t *nodes = tuple ? PyMem_Calloc((size_t)PyTuple_GET_SIZE(tuple) + 1, sizeof *nodes) : NULL;
    if (nodes == NULL) {
        Py_XDECREF(tuple);
        return tuple ? (int32_t *)PyErr_NoMemory() : NULL;
    }
    *count = PyTuple_GET_SIZE(tuple);
    int failed = *count > INT32_MAX / 2;
    if (failed) {
        PyErr_SetString(PyExc_OverflowError, "too many nodes");
    }
    for (Py_ssize_t i = 0; i < *count && !failed; i++) {
        nodes[i] = read_int(PyTuple_GET_ITEM(tuple, i));
        failed = PyErr_Occurred() || (!tape_has(tape, nodes[i]) && tape_no_number(tape, nodes[i]) < 0);
    }
    Py_DECREF(tuple);
    if (failed) {
        PyMem_Free(nodes);
        return NULL;
    }
    return nodes;
}

static int takes(const char *name, Py_ssize_t given, Py_ssize_t least, Py_ssize_t most) {
    if (given < least || given > most) {
        PyErr_Format(PyExc_TypeError, "%s() takes %zd to %zd arguments, but got %zd", name, least, most, given);
        return 0;
    }
    return 1;
}

static PyObject *node_object(int32_t node) {
    return node < 0 ? NULL : PyLong_FromLong(node);
}

/* ---- recording ------------------------------------------------------------------------------------------------ */

static PyObject *face_input(PyObject *self, PyObject *x) {
    Tape *tape = (Tape *)self;
    double value = PyFloat_AsDouble(x);
    if ((value == -1.0 && PyErr_Occurred()) || !RESERVE(tape->inputs, 1)) {
        return NULL;
    }
    int32_t node = tape_push(tape, (Node){INPUT, (int32_t)tape->inputs.count, -1, -1, value});
    if (node >= 0) {
        tape->inputs.items[tape->inputs.count++] = node;
    }
    return node_object(node);
}

static PyObject *face_constant(PyObject *self, PyObject *x) {
    double value = PyFloat_AsDouble(x);
    return value == -1.0 && PyErr_Occurred() ? NULL : node_object(tape_constant((Tape *)self, value));
}

static PyObject *face_copy(PyObject *self, PyObject *x) {
    int32_t node = read_node((Tape *)self, x);
    return node < 0 ? NULL : node_object(tape_copy((Tape *)self, node));
}

static PyObject *face_append(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    int32_t given[4] = {-1, -1, -1, -1};
    if (!takes("append", count, 2, 4)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        given[i] = read_int(args[i]);
        if (given[i] == -1 && PyErr_Occurred()) {
            return NULL;
        }
    }
    return node_object(tape_append((Tape *)self, given[0], given[1], given[2], given[3]));
}

static PyObject *face_expand(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    Fragment text;
    int32_t operands[3] = {-1, -1, -1}, out = -1, made = FAILED;
    Py_ssize_t operand_count = 0;
    if (!takes("expand", count, 2, 3)) {
        return NULL;
    }
    int32_t *given = nodes_read((Tape *)self, args[1], &operand_count);
    if (given == NULL || fragment_read(args[0], &text) < 0) {
        PyMem_Free(given);
        return NULL;
    }
    out = count > 2 ? read_int(args[2]) : -1;
    if (operand_count > 3) {
        PyErr_SetString(PyExc_ValueError, "a fragment has at most three operands");
    }
    if (!PyErr_Occurred()) {
        memcpy(operands, given, (size_t)operand_count * sizeof *given);
        made = tape_expand((Tape *)self, &text, operands, out);
    }
    PyMem_Free(given);
    fragment_free(&text);
    return node_object(made);
}

static PyObject *face_take(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    Tape *tape = (Tape *)self;
    Py_ssize_t count;
    int32_t index = takes("take", nargs, 2, 2) ? read_node(tape, args[1]) : FAILED, table = TABLE_UNKNOWN, made;
    int32_t *entries = index < 0 ? NULL : nodes_read(tape, args[0], &count);
    if (entries == NULL) {
        return NULL;
    }
    made = tape_take(tape, entries, (int32_t)count, index, &table);
    PyMem_Free(entries);
    return node_object(made);
}

/* Lay the pairs one behind the other. */
static PyObject *flat(PyObject *pairs) {
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

static PyObject *face_scatter(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    Tape *tape = (Tape *)self;
    Py_ssize_t count, length = takes("scatter", nargs, 2, 2) ? PyNumber_AsSsize_t(args[0], PyExc_OverflowError) : -1;
    PyObject *items = PyErr_Occurred() ? NULL : flat(args[1]);
    int32_t *nodes = items ? nodes_read(tape, items, &count) : NULL, made;
    Py_XDECREF(items);
    if (nodes == NULL) {
        return NULL;
    }
    if (length > INT32_MAX) {
        PyErr_NoMemory(); /* as for the list of sums that the interpreted twin would make */
        made = FAILED;
    } else {
        made = tape_scatter(tape, length < 0 ? -1 : (int32_t)length, nodes, (int32_t)(count / 2));
    }
    PyMem_Free(nodes);
    return node_object(made);
}

static PyObject *face_entry(PyObject *self, PyObject *const *args, Py_ssize_t nargs) {
    int32_t region = takes("entry", nargs, 2, 2) ? read_int(args[0]) : FAILED;
    int32_t place = PyErr_Occurred() ? FAILED : read_int(args[1]);
    return PyErr_Occurred() ? NULL : node_object(tape_entry((Tape *)self, region, place));
}

static PyObject *face_guard(PyObject *self, PyObject *x) {
    int32_t condition = read_node((Tape *)self, x);
    int outcome = condition < 0 ? FAILED : tape_guard((Tape *)self, condition);
    return outcome < 0 ? NULL : PyBool_FromLong(outcome);
}

/* ---- reading -------------------------------------------------------------------------------------------------- */

static PyObject *face_value(PyObject *self, PyObject *x) {
    int32_t node = read_node((Tape *)self, x);
    return node < 0 ? NULL : PyFloat_FromDouble(((Tape *)self)->nodes.items[node].value);
}

static PyObject *face_node(PyObject *self, PyObject *x) {
    int32_t number = read_node((Tape *)self, x);
    if (number < 0) {
        return NULL;
    }
    Node node = ((Tape *)self)->nodes.items[number];
    return Py_BuildValue("(iiii)", node.op, node.x, node.y, node.z);
}

static PyObject *face_is_constant(PyObject *self, PyObject *x) {
    int32_t node = read_node((Tape *)self, x);
    return node < 0 ? NULL : PyBool_FromLong(tape_is_constant((Tape *)self, node));
}

static PyObject *face_check(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    for (Py_ssize_t i = 0; i < count; i++) {
        int32_t node = read_int(args[i]);
        if (PyErr_Occurred() || (!tape_has((Tape *)self, node) && tape_no_number((Tape *)self, node) < 0)) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static Py_ssize_t face_len(PyObject *self) {
    return ((Tape *)self)->nodes.count;
}

#define FAST(name) (PyCFunction)(void (*)(void))face_##name, METH_FASTCALL
static PyMethodDef tape_methods[] = {
    {"input", face_input, METH_O, "input($self, value, /)\n--\n\nRecord an input with its example number."},
    {"constant", face_constant, METH_O,
     "constant($self, value, /)\n--\n\nRecord a constant; the same bits give the same node."},
    {"copy", face_copy, METH_O, "copy($self, x, /)\n--\n\nRecord the same number under an identity of its own."},
    {"append", FAST(append),
     "append($self, op, x, y=-1, z=-1, /)\n--\n\nRecord an operation, and return the node that holds its result."},
    {"expand", FAST(expand),
     "expand($self, text, operands, out=-1, /)\n--\n\nRecord a fragment, and return the node that holds its result."},
    {"take", FAST(take),
     "take($self, entries, index, /)\n--\n\n"
     "Record `entries[index]`, where the index may change from replay to replay."},
    {"scatter", FAST(scatter),
     "scatter($self, length, pairs, /)\n--\n\n"
     "Record a region of sums: for each pair (index, number) the number is added at the index."},
    {"entry", FAST(entry), "entry($self, region, place, /)\n--\n\nRecord one of the sums of a region."},
    {"guard", face_guard, METH_O,
     "guard($self, condition, /)\n--\n\nAnswer a condition, and record that a replay must answer it alike."},
    {"value", face_value, METH_O,
     "value($self, node, /)\n--\n\nThe number that a node had when it was recorded."},
    {"node", face_node, METH_O, "node($self, node, /)\n--\n\nWhat a node is, and its operands: `(op, x, y, z)`."},
    {"is_constant", face_is_constant, METH_O,
     "is_constant($self, node, /)\n--\n\nWhether a node is the same number in every replay."},
    {"check", FAST(check),
     "check($self, /, *nodes)\n--\n\nCheck that nodes are numbers of this tape; a region of sums is none."},
    {"arrays", tape_arrays, METH_NOARGS, "arrays($self, /)\n--\n\nThe tape as flat arrays."},
    {"fork", tape_fork, METH_NOARGS,
     "fork($self, /)\n--\n\nA copy to record further on; this tape stays as it is."},
    {NULL, NULL, 0, NULL}};

static PyObject *tape_get_closed(PyObject *self, void *Py_UNUSED(closure)) {
    return PyBool_FromLong(((Tape *)self)->closed);
}

static int tape_set_closed(PyObject *self, PyObject *truth, void *Py_UNUSED(closure)) {
    int closed = truth ? PyObject_IsTrue(truth) : 0;
    ((Tape *)self)->closed = closed > 0;
    return closed < 0 ? -1 : 0;
}

static PyGetSetDef tape_attributes[] = {
    {"ops", tape_get_ops, NULL, "What each node is: a rule's number, or INPUT ... ENTRY.", NULL},
    {"tables", tape_get_tables, NULL, "What TAKE takes from: node numbers.", NULL},
    {"scatters", tape_get_scatters, NULL, "What SCATTER adds up: the length of the region, and (index, number) pairs.",
     NULL},
    {"guards", tape_get_guards, NULL, "The conditions that were asked, and what they answered.", NULL},
    {"inputs", tape_get_inputs, NULL, "The inputs, in order.", NULL},
    {"closed", tape_get_closed, tape_set_closed, "Whether its Tracer numbers may no longer be computed with.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot tape_slots[] = {
    {Py_tp_doc, "Tape()\n--\n\n"
                "A recording. Nodes are known by their numbers, 0, 1, 2 ..., operands before their users."},
    {Py_tp_new, tape_new},
    {Py_tp_dealloc, tape_dealloc},
    {Py_tp_methods, tape_methods},
    {Py_tp_getset, tape_attributes},
    {Py_sq_length, face_len},
    {0, NULL}};

int tape_add_type(PyObject *module) {
    static PyType_Spec spec = {"chainrule.programs.trace._native.Tape", sizeof(Tape), 0, Py_TPFLAGS_DEFAULT, tape_slots};
    tape_type = (PyTypeObject *)PyType_FromSpec(&spec); /* kept for as long as the process lives */
    return tape_type == NULL ? -1 : PyModule_AddObjectRef(module, "Tape", (PyObject *)tape_type);
}
