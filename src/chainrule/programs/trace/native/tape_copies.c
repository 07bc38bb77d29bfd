/* A tape as Python objects, and as another tape. */

#include "tape.h"

/* ---- Python objects --------------------------------------------------------------------------- */

/* The bytes of one field of all nodes. */
static inline PyObject *column(const Tape *tape, size_t offset, size_t size) {
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, tape->nodes.count * (Py_ssize_t)size);
    for (Py_ssize_t i = 0; bytes != NULL && i < tape->nodes.count; i++) {
        memcpy(PyBytes_AS_STRING(bytes) + (size_t)i * size, (const char *)&tape->nodes.items[i] + offset, size);
    }
    return bytes;
}
#define COLUMN(tape, field) column(tape, offsetof(Node, field), sizeof(((Node *)0)->field))

static PyObject *table_item(const Tape *tape, Py_ssize_t i) {
    Table table = tape->tables.items[i];
    PyObject *entries = PyTuple_New(table.count);
    for (Py_ssize_t k = 0; entries != NULL && k < table.count; k++) {
        PyTuple_SET_ITEM(entries, k, PyLong_FromLong(tape->members.items[table.first + k]));
    }
    return entries;
}

static PyObject *scatter_item(const Tape *tape, Py_ssize_t i) {
    Scatter scatter = tape->scatters.items[i];
    PyObject *pairs = PyTuple_New(scatter.count);
    for (Py_ssize_t k = 0; pairs != NULL && k < scatter.count; k++) {
        const int32_t *pair = tape->members.items + scatter.first + 2 * k;
        PyTuple_SET_ITEM(pairs, k, Py_BuildValue("(ii)", pair[0], pair[1]));
    }
    return pairs ? Py_BuildValue("(iN)", scatter.length, pairs) : NULL;
}

static PyObject *guard_item(const Tape *tape, Py_ssize_t i) {
    Guard guard = tape->guards.items[i];
    return Py_BuildValue("(iO)", guard.condition, guard.outcome ? Py_True : Py_False);
}

static PyObject *input_item(const Tape *tape, Py_ssize_t i) {
    return PyLong_FromLong(tape->inputs.items[i]);
}

/* An attribute that is a list of items. */
#define LIST(field, item)                                                          \
    static PyObject *get_##field(PyObject *self, void *Py_UNUSED(closure)) {       \
        const Tape *tape = (Tape *)self;                                           \
        PyObject *list = PyList_New(tape->field.count);                            \
        for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {   \
            PyObject *object = item(tape, i);                                      \
            if (object == NULL) {                                                  \
                Py_CLEAR(list);                                                    \
                break;                                                             \
            }                                                                      \
            PyList_SET_ITEM(list, i, object);                                      \
        }                                                                          \
        return list;                                                               \
    }
LIST(tables, table_item)
LIST(scatters, scatter_item)
LIST(guards, guard_item)
LIST(inputs, input_item)

static PyObject *get_ops(PyObject *self, void *Py_UNUSED(closure)) {
    PyObject *bytes = COLUMN((const Tape *)self, op);
    return bytes ? PyObject_CallFunction(python.array, "sN", "i", bytes) : NULL;
}

PyGetSetDef tape_attributes[] = {
    {"ops", get_ops, NULL, NULL, NULL},
    {"tables", get_tables, NULL, NULL, NULL},
    {"scatters", get_scatters, NULL, NULL, NULL},
    {"guards", get_guards, NULL, NULL, NULL},
    {"inputs", get_inputs, NULL, NULL, NULL},
    {"calls", get_calls, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

PyObject *tape_arrays(PyObject *self, PyObject *Py_UNUSED(unused)) {
    const Tape *tape = (Tape *)self;
    PyObject *fields[] = {COLUMN(tape, op),        COLUMN(tape, x),          COLUMN(tape, y),
                          COLUMN(tape, z),         COLUMN(tape, value),      get_tables(self, NULL),
                          get_scatters(self, NULL), get_guards(self, NULL), get_inputs(self, NULL),
                          get_calls(self, NULL)};
    size_t count = sizeof fields / sizeof *fields;
    PyObject *arrays = PyErr_Occurred() ? NULL : PyObject_Vectorcall(python.arrays, fields, count, NULL);
    for (size_t i = 0; i < count; i++) {
        Py_XDECREF(fields[i]);
    }
    return arrays;
}

/* ---- forks ------------------------------------------------------------------------------------ */

/* Copy an array; false with an error if memory runs out. */
#define COPY_ARRAY(field)                                                                                            \
    (tape->field.count == 0 ||                                                                                       \
     (RESERVE(fork->field, tape->field.count) &&                                                                     \
      (memcpy(fork->field.items, tape->field.items, (size_t)tape->field.count * sizeof *tape->field.items),          \
       (fork->field.count = tape->field.count) > 0)))

static int copy_ids(const Tape *tape, Tape *fork) {
    size_t size = tape->node_ids.size * sizeof(Slot);
    if (size > 0) {
        fork->node_ids = tape->node_ids;
        if ((fork->node_ids.slots = PyMem_Malloc(size)) == NULL) {
            return out_of_memory();
        }
        memcpy(fork->node_ids.slots, tape->node_ids.slots, size);
    }
    fork->table_ids = tape->table_ids ? PyDict_Copy(tape->table_ids) : NULL;
    return tape->table_ids && !fork->table_ids ? -1 : 0;
}

PyObject *tape_fork(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Tape *tape = (Tape *)self, *fork = (Tape *)tape_type->tp_alloc(tape_type, 0);
    if (fork != NULL) {
        fork->most = tape->most;
        fork->replays = tape->replays;
        fork->rewrites = tape->rewrites;
    }
    if (fork != NULL &&
        !(COPY_ARRAY(nodes) && COPY_ARRAY(inputs) && COPY_ARRAY(members) && COPY_ARRAY(sums) && COPY_ARRAY(tables) &&
          COPY_ARRAY(scatters) && COPY_ARRAY(guards) && COPY_ARRAY(guarded) &&
          copy_ids(tape, fork) == 0 && copy_calls(tape, fork) == 0)) {
        Py_CLEAR(fork);
    }
    return (PyObject *)fork;
}
