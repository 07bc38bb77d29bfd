/* A tape as Python objects, and as another tape. */

#include "tape.h"

#define COLUMN(field, type)                                                                            \
    static PyObject *column_##field(Tape *tape) {                                                      \
        PyObject *bytes = PyBytes_FromStringAndSize(NULL, tape->nodes.count * (Py_ssize_t)sizeof(type)); \
        for (Py_ssize_t i = 0; bytes != NULL && i < tape->nodes.count; i++) {                          \
            memcpy(PyBytes_AS_STRING(bytes) + i * (Py_ssize_t)sizeof(type), &tape->nodes.items[i].field, \
                   sizeof(type));                                                                      \
        }                                                                                              \
        return bytes;                                                                                  \
    }
COLUMN(op, int32_t)
COLUMN(x, int32_t)
COLUMN(y, int32_t)
COLUMN(z, int32_t)
COLUMN(value, double)

/* A list of what `item` gives for each of `count`. */
static PyObject *list_of(Tape *tape, Py_ssize_t count, PyObject *(*item)(Tape *, Py_ssize_t)) {
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
        PyObject *made = item(tape, i);
        if (made == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SET_ITEM(list, i, made);
        }
    }
    return list;
}

static PyObject *table_item(Tape *tape, Py_ssize_t i) {
    Table table = tape->tables.items[i];
    PyObject *entries = PyTuple_New(table.count);
    for (Py_ssize_t k = 0; entries != NULL && k < table.count; k++) {
        PyTuple_SET_ITEM(entries, k, PyLong_FromLong(tape->places.items[table.first + k]));
    }
    return entries;
}

static PyObject *scatter_item(Tape *tape, Py_ssize_t i) {
    Scatter scatter = tape->scatters.items[i];
    PyObject *pairs = PyTuple_New(scatter.count);
    for (Py_ssize_t k = 0; pairs != NULL && k < scatter.count; k++) {
        const int32_t *pair = tape->places.items + scatter.first + 2 * k;
        PyTuple_SET_ITEM(pairs, k, Py_BuildValue("(ii)", pair[0], pair[1]));
    }
    return pairs ? Py_BuildValue("(iN)", scatter.length, pairs) : NULL;
}

static PyObject *guard_item(Tape *tape, Py_ssize_t i) {
    Guard guard = tape->guards.items[i];
    return Py_BuildValue("(iO)", guard.condition, guard.outcome ? Py_True : Py_False);
}

static PyObject *input_item(Tape *tape, Py_ssize_t i) {
    return PyLong_FromLong(tape->inputs.items[i]);
}

PyObject *tape_get_tables(PyObject *self, void *Py_UNUSED(closure)) {
    return list_of((Tape *)self, ((Tape *)self)->tables.count, table_item);
}

PyObject *tape_get_scatters(PyObject *self, void *Py_UNUSED(closure)) {
    return list_of((Tape *)self, ((Tape *)self)->scatters.count, scatter_item);
}

PyObject *tape_get_guards(PyObject *self, void *Py_UNUSED(closure)) {
    return list_of((Tape *)self, ((Tape *)self)->guards.count, guard_item);
}

PyObject *tape_get_inputs(PyObject *self, void *Py_UNUSED(closure)) {
    return list_of((Tape *)self, ((Tape *)self)->inputs.count, input_item);
}

PyObject *tape_get_ops(PyObject *self, void *Py_UNUSED(closure)) {
    PyObject *bytes = column_op((Tape *)self);
    return bytes ? PyObject_CallFunction(taping.array, "sN", "i", bytes) : NULL;
}

PyObject *tape_arrays(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Tape *tape = (Tape *)self;
    PyObject *parts[9] = {column_op(tape),
                          column_x(tape),
                          column_y(tape),
                          column_z(tape),
                          column_value(tape),
                          tape_get_tables(self, NULL),
                          tape_get_scatters(self, NULL),
                          tape_get_guards(self, NULL),
                          tape_get_inputs(self, NULL)};
    PyObject *made = NULL;
    if (!PyErr_Occurred()) {
        made = PyObject_Vectorcall(taping.arrays, parts, 9, NULL);
    }
    for (int i = 0; i < 9; i++) {
        Py_XDECREF(parts[i]);
    }
    return made;
}

#define INDEX_COPIED(to, from)                                                                                     \
    ((from).size == 0 || ((to).slots = PyMem_Malloc((from).size * sizeof(Slot))) != NULL                           \
         ? ((from).size ? (void)memcpy((to).slots, (from).slots, (from).size * sizeof(Slot)) : (void)0,            \
            (to).size = (from).size, (to).used = (from).used, 1)                                                   \
         : (PyErr_NoMemory(), 0))
#define ARRAY_COPIED(to, from)                                                                                     \
    ((from).count == 0 || RESERVE(to, (from).count)                                                                \
         ? ((from).count ? (void)memcpy((to).items, (from).items, (size_t)(from).count * sizeof *(from).items)     \
                         : (void)0,                                                                                \
            (to).count = (from).count, 1)                                                                          \
         : 0)

PyObject *tape_fork(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Tape *tape = (Tape *)self, *made = (Tape *)tape_type->tp_alloc(tape_type, 0);
    if (made == NULL) {
        return NULL;
    }
    int is_whole = ARRAY_COPIED(made->nodes, tape->nodes) && ARRAY_COPIED(made->inputs, tape->inputs) &&
                   ARRAY_COPIED(made->places, tape->places) && ARRAY_COPIED(made->sums, tape->sums) &&
                   ARRAY_COPIED(made->tables, tape->tables) && ARRAY_COPIED(made->scatters, tape->scatters) &&
                   ARRAY_COPIED(made->guards, tape->guards) && ARRAY_COPIED(made->asked, tape->asked) &&
                   INDEX_COPIED(made->known, tape->known) && INDEX_COPIED(made->known_tables, tape->known_tables);
    if (!is_whole) {
        Py_CLEAR(made);
    }
    return (PyObject *)made;
}
