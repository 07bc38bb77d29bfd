/* Applying a linear map: which input moves which output, and the tangents of groups of inputs.
 *
 * The tangents of LANES groups are computed at once. A group in which a variable doesn't move is left out of its sums, as
 * `tangents` leaves it out: there its tangent is -0.0, which changes nothing when it is added. What is the same in every run
 * is computed once.
 */
#include "linear.h"

#include <math.h>

/* ---- which input moves which output ------------------------------------------------------------- */

typedef struct {
    int32_t *stack, *seen; /* seen: the last output that a variable was found for, plus 1 */
} Search;

static int compare_ints(const void *a, const void *b) {
    return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

/* The inputs that move an output, as a list. */
static PyObject *inputs_of(const Linear *linear, Search *search, Py_ssize_t output) {
    int32_t *stack = search->stack, mark = (int32_t)output + 1;
    Py_ssize_t depth = 0, found = 0, size = linear->variables.count;
    if (linear->outputs[output] >= 0) {
        stack[depth++] = linear->outputs[output];
        search->seen[stack[0]] = mark;
    }
    while (depth > 0) { /* what waits is at the bottom of the stack, what was found at its top */
        int32_t it = stack[--depth];
        const Variable *variable = &linear->variables.items[it];
        if (it < linear->input_count) {
            stack[size - ++found] = it;
        }
        for (int32_t k = 0; k < variable->count; k++) {
            int32_t source = linear->terms.items[variable->first + k].source;
            if (search->seen[source] != mark) {
                search->seen[source] = mark;
                stack[depth++] = source;
            }
        }
    }
    qsort(stack + size - found, (size_t)found, sizeof *stack, compare_ints);
    PyObject *list = PyList_New(found);
    for (Py_ssize_t i = 0; list != NULL && i < found; i++) {
        PyObject *input = PyLong_FromLong(stack[size - found + i]);
        if (input == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SET_ITEM(list, i, input);
        }
    }
    return list;
}

PyObject *linear_pattern(PyObject *self, PyObject *Py_UNUSED(unused)) {
    const Linear *linear = (Linear *)self;
    size_t size = (size_t)linear->variables.count;
    Search search = {new_zeros(size, sizeof(int32_t)), new_zeros(size, sizeof(int32_t))};
    PyObject *rows = search.stack && search.seen ? PyList_New(linear->output_count) : NULL;
    for (Py_ssize_t i = 0; rows != NULL && i < linear->output_count; i++) {
        PyObject *row = inputs_of(linear, &search, i);
        if (row == NULL) {
            Py_CLEAR(rows);
        } else {
            PyList_SET_ITEM(rows, i, row);
        }
    }
    PyMem_Free(search.stack);
    PyMem_Free(search.seen);
    return rows;
}

/* ---- groups of inputs --------------------------------------------------------------------------- */

/* Number the static variables whose tangents an output or another variable needs. */
static void mark_kept(Linear *linear) {
    Variable *variables = linear->variables.items;
    linear->kept_count = 0;
    for (Py_ssize_t i = 0; i < linear->variables.count; i++) {
        variables[i].kept = -1;
    }
    for (Py_ssize_t i = 0; i < linear->variables.count; i++) {
        int is_dynamic = (variables[i].flags & (IS_STATIC | IS_NEEDED)) == IS_NEEDED;
        for (int32_t k = 0; is_dynamic && k < variables[i].count; k++) {
            Variable *source = &variables[linear->terms.items[variables[i].first + k].source];
            if (source->flags & IS_STATIC && source->kept < 0) {
                source->kept = (int32_t)linear->kept_count++;
            }
        }
    }
    for (Py_ssize_t i = 0; i < linear->output_count; i++) {
        if (linear->outputs[i] >= 0) {
            Variable *source = &variables[linear->outputs[i]];
            if (source->flags & IS_STATIC && source->kept < 0) {
                source->kept = (int32_t)linear->kept_count++;
            }
        }
    }
}

static inline Py_ssize_t blocks_of(const Linear *linear) {
    return (linear->group_count + LANES - 1) / LANES;
}

PyObject *linear_prepare(PyObject *self, PyObject *groups) {
    Linear *linear = (Linear *)self;
    PyObject *items = PySequence_Tuple(groups);
    int failed = items == NULL || PyTuple_GET_SIZE(items) != linear->input_count;
    if (items != NULL && failed) {
        PyErr_SetString(PyExc_ValueError, "a group for each input is needed");
    }
    if (!failed && linear->group_of == NULL) {
        failed = (linear->group_of = new_zeros((size_t)linear->input_count, sizeof(int32_t))) == NULL;
    }
    linear->group_count = 0;
    for (Py_ssize_t i = 0; !failed && i < linear->input_count; i++) {
        long group = PyLong_AsLong(PyTuple_GET_ITEM(items, i));
        failed = PyErr_Occurred() || group < 0 || group >= linear->input_count;
        linear->group_of[i] = failed ? 0 : (int32_t)group;
        linear->group_count = !failed && group >= linear->group_count ? group + 1 : linear->group_count;
    }
    Py_XDECREF(items);
    if (failed) {
        return PyErr_Occurred() ? NULL : (PyErr_SetString(PyExc_ValueError, "a group is an index"), NULL);
    }
    mark_kept(linear);
    size_t kept = (size_t)(linear->kept_count * blocks_of(linear)), count = (size_t)linear->variables.count;
    void *old[] = {linear->tangents, linear->moving, linear->kept, linear->kept_moving};
    for (int i = 0; i < 4; i++) {
        PyMem_Free(old[i]);
    }
    linear->tangents = new_zeros(count, sizeof(Tangent));
    linear->moving = new_zeros(count, 1);
    linear->kept = new_zeros(kept, sizeof(Tangent));
    linear->kept_moving = new_zeros(kept, 1);
    linear->is_prepared = 0;
    if (!linear->tangents || !linear->moving || !linear->kept || !linear->kept_moving) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- tangents ------------------------------------------------------------------------------------ */

static const Tangent STILL = {{-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0}};

/* A tangent times a weight, in the lanes in which it moves. */
static inline Tangent times(const Tangent *tangent, double weight, unsigned moving, int flags) {
    Tangent product;
    if (flags & IS_GATE && weight == 0.0) {
        for (int r = 0; r < LANES; r++) {
            product.lanes[r] = moving >> r & 1 ? 0.0 : -0.0;
        }
        return product;
    }
    if (flags & IS_SWITCH) {
        return *tangent;
    }
    for (int r = 0; r < LANES; r++) {
        product.lanes[r] = tangent->lanes[r] * weight;
    }
    if (moving != 0xff) {
        for (int r = 0; r < LANES; r++) {
            product.lanes[r] = moving >> r & 1 ? product.lanes[r] : -0.0;
        }
    }
    return product;
}

/* Compute a variable's tangents in a block of groups. */
static inline void compute(const Linear *linear, Py_ssize_t i, Py_ssize_t block) {
    const Variable *variables = linear->variables.items, *it = &variables[i];
    Tangent sum = STILL;
    unsigned moving = 0;
    for (int32_t k = 0; k < it->count; k++) {
        Term term = linear->terms.items[it->first + k];
        int32_t kept = linear->is_prepared ? variables[term.source].kept : -1;
        Py_ssize_t at = kept < 0 ? term.source : block * linear->kept_count + kept;
        unsigned source_moving = kept < 0 ? linear->moving[at] : linear->kept_moving[at];
        if (source_moving == 0) {
            continue;
        }
        const Tangent *source = kept < 0 ? &linear->tangents[at] : &linear->kept[at];
        Tangent product = times(source, linear->weights[term.weight], source_moving, it->flags);
        for (int r = 0; r < LANES; r++) {
            sum.lanes[r] += product.lanes[r];
        }
        moving |= source_moving;
    }
    linear->moving[i] = (unsigned char)moving;
    if (moving != 0) {
        linear->tangents[i] = sum;
    }
}

/* Compute what is the same in every run, and keep what others need. */
static void prepare_block(Linear *linear, Py_ssize_t block) {
    for (Py_ssize_t i = 0; i < linear->input_count; i++) {
        Py_ssize_t lane = linear->group_of[i] - block * LANES;
        linear->tangents[i] = STILL;
        linear->moving[i] = 0;
        if (lane >= 0 && lane < LANES) {
            linear->tangents[i].lanes[lane] = 1.0;
            linear->moving[i] = (unsigned char)(1u << lane);
        }
    }
    for (Py_ssize_t i = 0; i < linear->variables.count; i++) {
        const Variable *it = &linear->variables.items[i];
        if ((it->flags & (IS_STATIC | IS_NEEDED)) != (IS_STATIC | IS_NEEDED)) {
            continue;
        }
        if (i >= linear->input_count) {
            compute(linear, i, block);
        }
        if (it->kept >= 0) {
            linear->kept[block * linear->kept_count + it->kept] = linear->tangents[i];
            linear->kept_moving[block * linear->kept_count + it->kept] = linear->moving[i];
        }
    }
}

/* Write the tangents of the outputs: groups in rows. */
static void write_block(const Linear *linear, Py_ssize_t block, double *out) {
    Py_ssize_t count = linear->group_count - block * LANES;
    for (Py_ssize_t i = 0; i < linear->output_count; i++) {
        int32_t variable = linear->outputs[i], kept = variable < 0 ? -1 : linear->variables.items[variable].kept;
        Py_ssize_t at = kept < 0 ? variable : block * linear->kept_count + kept;
        unsigned moving = variable < 0 ? 0 : kept < 0 ? linear->moving[at] : linear->kept_moving[at];
        for (Py_ssize_t r = 0; r < LANES && r < count; r++) {
            const Tangent *tangent = kept < 0 ? &linear->tangents[variable < 0 ? 0 : at] : &linear->kept[at];
            out[(block * LANES + r) * linear->output_count + i] = moving >> r & 1 ? tangent->lanes[r] : 0.0;
        }
    }
}

VERSIONS static void run(Linear *linear, double *out) {
    for (Py_ssize_t block = 0; block < blocks_of(linear) && !linear->is_prepared; block++) {
        prepare_block(linear, block);
    }
    linear->is_prepared = 1;
    for (Py_ssize_t block = 0; block < blocks_of(linear); block++) {
        for (Py_ssize_t i = 0; i < linear->dynamic.count; i++) {
            compute(linear, linear->dynamic.items[i], block);
        }
        write_block(linear, block, out);
    }
}

static int view_doubles(PyObject *object, Py_buffer *view, Py_ssize_t count, int flags) {
    if (PyObject_GetBuffer(object, view, PyBUF_ND | PyBUF_FORMAT | flags) < 0) {
        return -1;
    }
    if (view->itemsize != 8 || view->format == NULL || strcmp(view->format, "d") != 0 || view->len != 8 * count) {
        PyBuffer_Release(view);
        return FAIL(PyExc_ValueError, "%zd float64 numbers are needed", count);
    }
    return 0;
}

PyObject *linear_run(PyObject *self, PyObject *args) {
    Linear *linear = (Linear *)self;
    PyObject *partials, *target;
    Py_buffer weights, out;
    if (!PyArg_ParseTuple(args, "OO:run", &partials, &target)) {
        return NULL;
    }
    if (linear->tangents == NULL) {
        PyErr_SetString(PyExc_ValueError, "the groups are missing");
        return NULL;
    }
    if (view_doubles(partials, &weights, linear->partials.count, 0) < 0) {
        return NULL;
    }
    int failed = view_doubles(target, &out, linear->group_count * linear->output_count, PyBUF_WRITABLE) < 0;
    if (!failed) {
        if (weights.len > 0) {
            memcpy(linear->weights, weights.buf, (size_t)weights.len);
        }
        run(linear, out.buf);
        PyBuffer_Release(&out);
    }
    PyBuffer_Release(&weights);
    return failed ? NULL : Py_NewRef(Py_None);
}
