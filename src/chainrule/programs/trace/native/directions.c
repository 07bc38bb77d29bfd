/* Applying a linear map: which input moves which output, and the tangents of groups of inputs.
 *
 * The tangents of LANES groups, a block, are computed at once. A group in which a variable doesn't move is left out of its
 * sums, as `tangents` leaves it out: there its tangent is -0.0, which changes nothing when it is added. What is the same in
 * every run is computed when the groups are set. What remains for a block are moves: the variables that change from run to
 * run, with the terms that move there. A variable with a single such term, of weight 1, is only another name of it.
 */
#include "linear.h"

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

static const Tangent STILL = {{-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0}};

/* A sum plus a tangent times a weight, in the lanes in which it moves. */
static inline Tangent plus(Tangent sum, const Tangent *tangent, double weight, unsigned moving, int flags) {
    Tangent product = *tangent;
    if (flags & IS_GATE && weight == 0.0) {
        for (int r = 0; r < LANES; r++) {
            product.lanes[r] = moving >> r & 1 ? 0.0 : -0.0;
        }
    } else if (!(flags & IS_SWITCH)) {
        for (int r = 0; r < LANES; r++) {
            product.lanes[r] = tangent->lanes[r] * weight;
        }
        for (int r = 0; r < LANES && moving != ALL_LANES; r++) {
            product.lanes[r] = moving >> r & 1 ? product.lanes[r] : -0.0;
        }
    }
    for (int r = 0; r < LANES; r++) {
        sum.lanes[r] += product.lanes[r];
    }
    return sum;
}

/* State while the moves of a block are listed. */
typedef struct {
    Linear *linear;
    Tangent *tangents;     /* of each static variable */
    unsigned char *moving; /* of each variable: the lanes in which it moves */
    int32_t *slots;        /* of each variable: where its tangents are in a run, or NOWHERE */
} Planning;
enum { NOWHERE = -1 };

/* Where the tangents of a variable are in a run; those of a static one are kept. FAILED without memory. */
static int32_t slot_of(Planning *planning, int32_t variable) {
    Linear *linear = planning->linear;
    int32_t *slot = &planning->slots[variable];
    if (*slot == NOWHERE) {
        if (!RESERVE(linear->kept, 1)) {
            return FAILED;
        }
        linear->kept.items[linear->kept.count] = planning->tangents[variable];
        *slot = (int32_t)(linear->variables.count + linear->kept.count++);
    }
    return *slot;
}

static void compute_static(Planning *planning, Py_ssize_t variable) {
    const Linear *linear = planning->linear;
    const Variable *it = &linear->variables.items[variable];
    Tangent sum = STILL;
    for (int32_t k = 0; k < it->count; k++) {
        Term term = linear->terms.items[it->first + k];
        unsigned moving = planning->moving[term.source];
        if (moving != 0) {
            sum = plus(sum, &planning->tangents[term.source], linear->weights[term.weight], moving, it->flags);
            planning->moving[variable] |= (unsigned char)moving;
        }
    }
    planning->tangents[variable] = sum;
}

/* List the terms of a variable that move. Returns -1 without memory. */
static int add_move(Planning *planning, Py_ssize_t variable) {
    Linear *linear = planning->linear;
    const Variable *it = &linear->variables.items[variable];
    Move move = {(int32_t)variable, 0, it->flags};
    for (int32_t k = 0; k < it->count; k++) {
        Term term = linear->terms.items[it->first + k];
        unsigned moving = planning->moving[term.source];
        if (moving == 0) {
            continue;
        }
        int32_t slot = slot_of(planning, term.source);
        if (slot == FAILED || !RESERVE(linear->pulls, 1)) {
            return -1;
        }
        linear->pulls.items[linear->pulls.count++] = (Pull){slot, term.weight, moving};
        planning->moving[variable] |= (unsigned char)moving;
        move.count++;
    }
    if (move.count == 1) {
        const Pull *only = &linear->pulls.items[linear->pulls.count - 1];
        if (only->weight >= linear->partials.count && linear->weights[only->weight] == 1.0) {
            planning->slots[variable] = only->slot;
            linear->pulls.count--;
            return 0;
        }
    }
    if (move.count > 0) {
        planning->slots[variable] = (int32_t)variable;
        if (!RESERVE(linear->moves, 1)) {
            return -1;
        }
        linear->moves.items[linear->moves.count++] = move;
    }
    return 0;
}

/* List the moves of a block, and where the tangents of the outputs are. Returns -1 without memory. */
static int plan_block(Planning *planning, Py_ssize_t block) {
    Linear *linear = planning->linear;
    for (Py_ssize_t i = 0; i < linear->variables.count; i++) {
        const Variable *it = &linear->variables.items[i];
        planning->moving[i] = 0;
        planning->slots[i] = NOWHERE;
        if (i < linear->input_count) {
            Py_ssize_t lane = linear->group_of[i] - block * LANES;
            planning->tangents[i] = STILL;
            if (lane >= 0 && lane < LANES) {
                planning->tangents[i].lanes[lane] = 1.0;
                planning->moving[i] = (unsigned char)(1u << lane);
            }
        } else if ((it->flags & (IS_NEEDED | IS_STATIC)) == (IS_NEEDED | IS_STATIC)) {
            compute_static(planning, i);
        } else if (it->flags & IS_NEEDED && add_move(planning, i) < 0) {
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < linear->output_count; i++) {
        int32_t variable = linear->outputs[i];
        unsigned moving = variable < 0 ? 0 : planning->moving[variable];
        int32_t slot = moving ? slot_of(planning, variable) : 0;
        if (slot == FAILED || !RESERVE(linear->landings, 1)) {
            return -1;
        }
        linear->landings.items[linear->landings.count] = (Pull){slot, (int32_t)i, moving};
        linear->landings.count += moving != 0;
    }
    linear->blocks[block] = (Block){linear->moves.count, linear->landings.count};
    return 0;
}

static inline Py_ssize_t blocks_of(const Linear *linear) {
    return (linear->group_count + LANES - 1) / LANES;
}

/* Compute what is the same in every run, and list the rest. Returns -1 without memory. */
static int plan(Linear *linear) {
    size_t count = (size_t)linear->variables.count;
    PyMem_Free(linear->blocks);
    PyMem_Free(linear->tangents);
    linear->tangents = NULL;
    linear->moves.count = linear->pulls.count = linear->landings.count = linear->kept.count = 0;
    linear->blocks = new_zeros((size_t)blocks_of(linear), sizeof *linear->blocks);
    Planning planning = {linear, new_zeros(count, sizeof(Tangent)), new_zeros(count, 1), new_zeros(count, sizeof(int32_t))};
    int failed = !linear->blocks || !planning.tangents || !planning.moving || !planning.slots;
    for (Py_ssize_t block = 0; !failed && block < blocks_of(linear); block++) {
        failed = plan_block(&planning, block) < 0;
    }
    size_t kept = (size_t)linear->kept.count;
    if (!failed && (linear->tangents = new_zeros(count + kept, sizeof(Tangent))) != NULL && kept > 0) {
        memcpy(linear->tangents + count, linear->kept.items, kept * sizeof(Tangent));
    }
    PyMem_Free(planning.tangents);
    PyMem_Free(planning.moving);
    PyMem_Free(planning.slots);
    PyMem_Free(linear->kept.items);
    linear->kept.items = NULL;
    linear->kept.count = linear->kept.capacity = 0;
    return linear->tangents == NULL ? -1 : 0;
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
    return plan(linear) < 0 ? NULL : Py_NewRef(Py_None);
}

/* ---- tangents ------------------------------------------------------------------------------------ */

/* Write the derivatives along each group: groups in rows. */
VERSIONS static void run(const Linear *linear, double *out) {
    Tangent *tangents = linear->tangents;
    const Pull *pull = linear->pulls.items, *landing = linear->landings.items;
    const Move *move = linear->moves.items;
    memset(out, 0, (size_t)(linear->group_count * linear->output_count) * sizeof *out);
    for (Py_ssize_t block = 0; block < blocks_of(linear); block++) {
        for (; move < linear->moves.items + linear->blocks[block].move_end; move++) {
            Tangent sum = STILL;
            for (const Pull *end = pull + move->count; pull < end; pull++) {
                sum = plus(sum, &tangents[pull->slot], linear->weights[pull->weight], pull->moving, move->flags);
            }
            tangents[move->variable] = sum;
        }
        for (; landing < linear->landings.items + linear->blocks[block].landing_end; landing++) {
            double *at = out + block * LANES * linear->output_count + landing->weight;
            for (int r = 0; r < LANES; r++) {
                if (landing->moving >> r & 1) {
                    at[r * linear->output_count] = tangents[landing->slot].lanes[r];
                }
            }
        }
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
