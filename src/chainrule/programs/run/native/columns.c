/* Machine.rows: arrays into places, each of which is checked to lie within its array. */

#include "machine.h"

#include <stdlib.h>

/* The arrays of one side, and the places in them. */
typedef struct {
    Py_buffer *views;
    Py_ssize_t count; /* of views that are open */
    Place *places;
} Side;

typedef struct {
    Side sources, targets;
    Py_buffer which, failed;
    Workspace *room;
    Rows rows;
} Sweep;

static void side_free(Side *side) {
    for (Py_ssize_t i = 0; i < side->count; i++) {
        PyBuffer_Release(&side->views[i]);
    }
    PyMem_Free(side->views);
    PyMem_Free(side->places);
}

/* The lowest address of an array; its bytes from there on. */
static char *extent(const Py_buffer *view, int64_t *bytes) {
    char *lowest = view->buf;
    *bytes = view->itemsize;
    for (int i = 0; i < view->ndim; i++) {
        if (view->shape[i] == 0) {
            *bytes = 0;
            return lowest;
        }
        int64_t span = (int64_t)(view->shape[i] - 1) * view->strides[i];
        lowest += span < 0 ? span : 0;
        *bytes += span < 0 ? -span : span;
    }
    return lowest;
}

static int open_arrays(Side *side, PyObject *arrays, int flags, const char *what) {
    PyObject *items = PySequence_Tuple(arrays);
    if (items == NULL) {
        return -1;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(items);
    side->views = PyMem_Calloc((size_t)count, sizeof *side->views);
    int failed = side->views == NULL;
    if (failed) {
        PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        Py_buffer *view = &side->views[i];
        failed = PyObject_GetBuffer(PyTuple_GET_ITEM(items, i), view, PyBUF_STRIDES | PyBUF_FORMAT | flags) < 0;
        side->count += !failed;
        if (!failed && !is_float64(view)) {
            PyErr_Format(PyExc_ValueError, "%s: array %zd is not one of float64 numbers", what, i);
            failed = 1;
        }
    }
    Py_DECREF(items);
    return failed ? -1 : 0;
}

/* Whether rows 0 to last of a place lie within so many bytes. Nothing here can overflow. */
static int is_within(int64_t offset, int64_t stride, int64_t last, int64_t bytes) {
    int64_t most = bytes - (int64_t)sizeof(double);
    if (offset < 0 || offset > most || stride == 0 || last <= 0) {
        return offset >= 0 && offset <= most;
    }
    if (stride > most || stride < -most) {
        return 0;
    }
    return last <= (stride > 0 ? (most - offset) / stride : offset / -stride);
}

static int place_all(Side *side, uint32_t count, const int32_t *leaf, const int64_t *offset, const int64_t *stride,
                     int64_t last, int is_target, const char *what) {
    for (uint32_t i = 0; i < count; i++) {
        int64_t bytes = 0;
        if (leaf[i] < 0 || leaf[i] >= side->count) {
            PyErr_Format(PyExc_ValueError, "%s: number %u lies in no array", what, i);
            return -1;
        }
        char *lowest = extent(&side->views[leaf[i]], &bytes);
        side->places[i].stride = stride[i];
        if (last < 0 && (stride[i] != 0 || !is_target)) {
            continue; /* without rows nothing is read, and nothing written but sums */
        }
        if (!is_within(offset[i], stride[i], last, bytes) || ((uintptr_t)lowest + (uintptr_t)offset[i]) % 8 != 0 ||
            stride[i] % 8 != 0) {
            PyErr_Format(PyExc_ValueError, "%s: number %u is not within its array, or not aligned", what, i);
            return -1;
        }
        side->places[i].start = lowest + offset[i];
    }
    return 0;
}

static int side_open(Side *side, PyObject *object, uint32_t count, int64_t last, int flags, const char *what) {
    Py_buffer views[3];
    const void *columns[3] = {NULL, NULL, NULL};
    if (!PyTuple_Check(object) || PyTuple_GET_SIZE(object) != 4) {
        PyErr_Format(PyExc_TypeError, "%s: (arrays, leaf, offset, stride) is needed", what);
        return -1;
    }
    int open = 0, result = -1;
    for (; open < 3; open++) {
        Py_ssize_t size = open == 0 ? sizeof(int32_t) : sizeof(int64_t);
        columns[open] = view_ints(PyTuple_GET_ITEM(object, open + 1), &views[open], size, count, 0, what);
        if (columns[open] == NULL) {
            break;
        }
    }
    side->places = PyMem_Calloc(count, sizeof *side->places);
    if (side->places == NULL) {
        PyErr_NoMemory();
    } else if (open == 3 && open_arrays(side, PyTuple_GET_ITEM(object, 0), flags, what) == 0) {
        result = place_all(side, count, columns[0], columns[1], columns[2], last, flags & PyBUF_WRITABLE, what);
    }
    while (open > 0) {
        PyBuffer_Release(&views[--open]);
    }
    return result;
}

/* The largest number of a row, -1 where there are none, or -2 with an error. */
static int64_t last_row(const Rows *rows) {
    int64_t last = rows->which ? -1 : rows->count - 1;
    for (int64_t i = 0; rows->which != NULL && i < rows->count; i++) {
        if (rows->which[i] < 0) {
            PyErr_SetString(PyExc_ValueError, "which: rows are counted from 0");
            return -2;
        }
        last = rows->which[i] > last ? rows->which[i] : last;
    }
    return last;
}

static int sweep_open(Sweep *sweep, Machine *machine, PyObject *sources, PyObject *targets, PyObject *which,
                      PyObject *failed) {
    Rows *rows = &sweep->rows;
    const Plan *plan = &machine->plan;
    if (rows->count < 0) {
        PyErr_SetString(PyExc_ValueError, "rows: a number from 0 on is needed");
        return -1;
    }
    if (which != Py_None && (rows->which = view_ints(which, &sweep->which, 8, rows->count, 0, "which")) == NULL) {
        return -1;
    }
    if (failed != Py_None && (rows->failed = (int32_t *)view_ints(failed, &sweep->failed, 4, rows->count,
                                                                  PyBUF_WRITABLE, "failed")) == NULL) {
        return -1;
    }
    int64_t last = last_row(rows);
    if (last < -1 || side_open(&sweep->sources, sources, plan->input_count, last, 0, "sources") < 0 ||
        side_open(&sweep->targets, targets, plan->output_count, last, PyBUF_WRITABLE, "targets") < 0) {
        return -1;
    }
    rows->sources = sweep->sources.places;
    rows->targets = sweep->targets.places;
    rows->sums = PyMem_Malloc((size_t)plan->output_count * LANES * sizeof *rows->sums);
    sweep->room = rows->sums ? workspace_take(machine, LANES) : (void *)PyErr_NoMemory();
    if (sweep->room == NULL) {
        return -1;
    }
    rows->slots = sweep->room->slots;
    return 0;
}

static void sweep_close(Sweep *sweep, Machine *machine) {
    if (sweep->room != NULL) {
        workspace_give(machine, sweep->room, LANES);
    }
    PyMem_Free(sweep->rows.sums);
    side_free(&sweep->sources);
    side_free(&sweep->targets);
    PyBuffer_Release(&sweep->which);
    PyBuffer_Release(&sweep->failed);
}

PyObject *machine_rows(PyObject *self, PyObject *args, PyObject *names) {
    static char *keywords[] = {"sources", "targets", "rows", "which", "failed", NULL};
    PyObject *sources, *targets, *which = Py_None, *failed = Py_None, *result = NULL;
    Machine *machine = (Machine *)self;
    Sweep sweep = {.room = NULL};
    long long count;
    if (!PyArg_ParseTupleAndKeywords(args, names, "OOL|OO:rows", keywords, &sources, &targets, &count, &which,
                                     &failed)) {
        return NULL;
    }
    sweep.rows.count = count;
    if (sweep_open(&sweep, machine, sources, targets, which, failed) == 0) {
        Py_BEGIN_ALLOW_THREADS
        rows_run(&machine->plan, &sweep.rows);
        Py_END_ALLOW_THREADS
        if (sweep.rows.fault.node >= 0) {
            machine->fault = sweep.rows.fault;
        }
        result = PyLong_FromLongLong(sweep.rows.failures);
    }
    sweep_close(&sweep, machine);
    return result;
}
