/* Machine.rows: from arrays to columns, each of which is checked to lie within its array. */

#include "rows.h"

/* The arrays of one side, and the columns in them. */
typedef struct {
    Py_buffer layout[3]; /* leaf, offset and stride of each column */
    Py_buffer *views;
    Py_ssize_t count; /* of open views */
    Column *columns;
} Side;

typedef struct {
    Side sources, targets;
    Py_buffer which, failed;
    Workspace *workspace;
    Rows rows;
} Call;

static void side_free(Side *side) {
    for (Py_ssize_t i = 0; i < side->count; i++) {
        PyBuffer_Release(&side->views[i]);
    }
    for (int i = 0; i < 3; i++) {
        PyBuffer_Release(&side->layout[i]);
    }
    PyMem_Free(side->views);
    PyMem_Free(side->columns);
}

/* The lowest address of an array, and the number of its bytes from there on. */
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
    side->views = new_zeros((size_t)count, sizeof *side->views);
    int failed = side->views == NULL;
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        Py_buffer *view = &side->views[i];
        failed = PyObject_GetBuffer(PyTuple_GET_ITEM(items, i), view, PyBUF_STRIDES | PyBUF_FORMAT | flags) < 0;
        side->count += !failed;
        if (!failed && !has_format(view, "d", sizeof(double))) {
            PyErr_Format(PyExc_ValueError, "%s: array %zd needs float64 numbers", what, i);
            failed = 1;
        }
    }
    Py_DECREF(items);
    return failed ? -1 : 0;
}

/* Whether rows 0 to `last` of a column lie within so many bytes. Nothing here can overflow. */
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

static int set_columns(Side *side, uint32_t count, int64_t last, int is_target, const char *what) {
    const int32_t *leaf = side->layout[0].buf;
    const int64_t *offset = side->layout[1].buf, *stride = side->layout[2].buf;
    for (uint32_t i = 0; i < count; i++) {
        int64_t bytes = 0;
        if (leaf[i] < 0 || leaf[i] >= side->count) {
            return FAIL(PyExc_ValueError, "%s: array number %u is missing", what, i);
        }
        char *lowest = extent(&side->views[leaf[i]], &bytes);
        side->columns[i].stride = stride[i];
        if (last < 0 && (stride[i] != 0 || !is_target)) {
            continue; /* without rows, nothing is read, and only sums are written */
        }
        if (!is_within(offset[i], stride[i], last, bytes) || ((uintptr_t)lowest + (uintptr_t)offset[i]) % 8 != 0 ||
            stride[i] % 8 != 0) {
            return FAIL(PyExc_ValueError, "%s: number %u isn't aligned, or not within its array", what, i);
        }
        side->columns[i].start = lowest + offset[i];
    }
    return 0;
}

static int side_open(Side *side, PyObject *object, uint32_t count, int64_t last, int flags, const char *what) {
    if (!PyTuple_Check(object) || PyTuple_GET_SIZE(object) != 4) {
        return FAIL(PyExc_TypeError, "%s: (arrays, leaf, offset, stride) is needed", what);
    }
    for (int i = 0; i < 3; i++) {
        if (view_ints(PyTuple_GET_ITEM(object, i + 1), &side->layout[i], i == 0 ? 4 : 8, count, 0, what) < 0) {
            return -1;
        }
    }
    side->columns = new_zeros(count, sizeof *side->columns);
    if (side->columns == NULL || open_arrays(side, PyTuple_GET_ITEM(object, 0), flags, what) < 0) {
        return -1;
    }
    return set_columns(side, count, last, flags & PyBUF_WRITABLE, what);
}

/* The largest row index, -1 without rows, or -2 with an error. */
static int64_t last_row(const Rows *rows) {
    int64_t last = rows->which ? -1 : rows->count - 1;
    for (int64_t i = 0; rows->which != NULL && i < rows->count; i++) {
        if (rows->which[i] < 0) {
            PyErr_SetString(PyExc_ValueError, "which: row indices start at 0");
            return -2;
        }
        last = rows->which[i] > last ? rows->which[i] : last;
    }
    return last;
}

static int call_open(Call *call, Machine *machine, PyObject *sources, PyObject *targets, PyObject *which,
                     PyObject *failed) {
    Rows *rows = &call->rows;
    const Plan *plan = &machine->plan;
    if (rows->count < 0) {
        return FAIL(PyExc_ValueError, "rows: a number of 0 or more is needed");
    }
    if ((which != Py_None && view_ints(which, &call->which, 8, rows->count, 0, "which") < 0) ||
        (failed != Py_None && view_ints(failed, &call->failed, 4, rows->count, PyBUF_WRITABLE, "failed") < 0)) {
        return -1;
    }
    rows->which = call->which.buf;
    rows->failed = call->failed.buf;
    int64_t last = last_row(rows);
    if (last < -1 || side_open(&call->sources, sources, plan->input_count, last, 0, "sources") < 0 ||
        side_open(&call->targets, targets, plan->output_count, last, PyBUF_WRITABLE, "targets") < 0) {
        return -1;
    }
    rows->sources = call->sources.columns;
    rows->targets = call->targets.columns;
    rows->sums = PyMem_Malloc((size_t)plan->output_count * LANES * sizeof *rows->sums);
    call->workspace = rows->sums ? workspace_take(machine, LANES) : (void *)PyErr_NoMemory();
    if (call->workspace == NULL) {
        return -1;
    }
    rows->slots = call->workspace->slots;
    return 0;
}

static void call_close(Call *call, Machine *machine) {
    if (call->workspace != NULL) {
        workspace_give(machine, call->workspace, LANES);
    }
    PyMem_Free(call->rows.sums);
    side_free(&call->sources);
    side_free(&call->targets);
    PyBuffer_Release(&call->which);
    PyBuffer_Release(&call->failed);
}

PyObject *machine_rows(PyObject *self, PyObject *args, PyObject *names) {
    static char *keywords[] = {"sources", "targets", "rows", "which", "failed", NULL};
    PyObject *sources, *targets, *which = Py_None, *failed = Py_None, *result = NULL;
    Machine *machine = (Machine *)self;
    Call call = {.workspace = NULL};
    long long count;
    if (!PyArg_ParseTupleAndKeywords(args, names, "OOL|OO:rows", keywords, &sources, &targets, &count, &which,
                                     &failed)) {
        return NULL;
    }
    call.rows.count = count;
    if (call_open(&call, machine, sources, targets, which, failed) == 0) {
        int code;
        if (machine->plan.call_count > 0) {
            code = rows_run(&machine->plan, &call.rows); /* Python lets other threads run */
        } else {
            Py_BEGIN_ALLOW_THREADS
            code = rows_run(&machine->plan, &call.rows);
            Py_END_ALLOW_THREADS
        }
        result = code == RAISED ? NULL : PyLong_FromLongLong(call.rows.failures);
    }
    call_close(&call, machine);
    return result;
}
