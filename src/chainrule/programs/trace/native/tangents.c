/* Forward mode: `tangents`. */

#include "derivatives.h"

static int32_t take_tangent(Sweep *sweep, const Node *it, int32_t zero) {
    Table table = sweep->tape->tables.items[it->x];
    if (sweep->tables[it->x].tangents == NULL) {
        int32_t *entries = allocate((size_t)table.count, sizeof *entries, 0);
        if (entries == NULL) {
            return FAILED;
        }
        for (int32_t i = 0; i < table.count; i++) {
            int32_t tangent = sweep->flow[sweep->tape->members.items[table.first + i]];
            entries[i] = tangent < 0 ? zero : tangent;
        }
        sweep->tables[it->x].tangents = entries;
    }
    return tape_take(sweep->tape, sweep->tables[it->x].tangents, table.count, it->y, &sweep->tables[it->x].tangent_table);
}

static int32_t scatter_tangent(Sweep *sweep, const Node *it, int32_t zero) {
    Scatter scatter = sweep->tape->scatters.items[it->x];
    int32_t *pairs = allocate((size_t)scatter.count, 2 * sizeof *pairs, 0);
    if (pairs == NULL) {
        return FAILED;
    }
    for (Py_ssize_t i = 0; i < scatter.count; i++) {
        const int32_t *pair = sweep->tape->members.items + scatter.first + 2 * i;
        pairs[2 * i] = pair[0];
        pairs[2 * i + 1] = sweep->flow[pair[1]] < 0 ? zero : sweep->flow[pair[1]];
    }
    int32_t region = tape_scatter(sweep->tape, scatter.length, pairs, scatter.count);
    PyMem_Free(pairs);
    return region;
}

static int32_t operation_tangent(Sweep *sweep, int32_t node, const Node *it) {
    int32_t operands[3] = {it->x, it->y, it->z}, total = NOTHING, partial;
    const Recipe *recipe = recipe_of(it->op);
    for (int argnum = 0; recipe != NULL && argnum < recipe->arity; argnum++) {
        if (sweep->marks[operands[argnum]] & REACHED) {
            int32_t part = times_partial(sweep->tape, recipe, node, argnum, sweep->flow[operands[argnum]], &partial);
            if (part >= 0) {
                total = total < 0 ? part : tape_append(sweep->tape, OP_ADD, total, part, -1);
            }
            if (part == FAILED || total == FAILED) {
                return FAILED;
            }
        }
    }
    return recipe == NULL ? FAILED : total >= 0 && is_zero(sweep->tape, total) ? NOTHING : total;
}

/* The tangent of a node; NOTHING if it is 0. */
static int32_t tangent_of(Sweep *sweep, int32_t node) {
    Node it = sweep->tape->nodes.items[node];
    if (sweep->marks[node] & STOP || !depends(sweep, &it)) {
        return NOTHING;
    }
    int32_t zero = tape_constant(sweep->tape, 0.0);
    if (zero < 0) {
        return FAILED;
    }
    switch (it.op) {
    case COPY:
        return sweep->flow[it.x];
    case TAKE:
        return take_tangent(sweep, &it, zero);
    case SCATTER:
        return scatter_tangent(sweep, &it, zero);
    case ENTRY:
        return tape_entry(sweep->tape, sweep->flow[it.x], it.y);
    default:
        return operation_tangent(sweep, node, &it);
    }
}

PyObject *tape_tangents(PyObject *Py_UNUSED(module), PyObject *args, PyObject *keywords) {
    static char *names[] = {"tape", "wrt", "seeds", "outputs", NULL};
    PyObject *tape, *outputs, *seeds, *wrt, *tangents = NULL;
    Sweep sweep;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!OOO:tangents", names, tape_type, &tape, &wrt, &seeds,
                                     &outputs)) {
        return NULL;
    }
    int failed = sweep_start(&sweep, tape, outputs, seeds, wrt, 1) < 0;
    for (Py_ssize_t i = 0; !failed && i < sweep.wrt_count; i++) {
        if (sweep.wrt[i] < sweep.end && !is_zero(sweep.tape, sweep.seeds[i])) {
            sweep.marks[sweep.wrt[i]] |= REACHED;
            sweep.flow[sweep.wrt[i]] = sweep.seeds[i];
        }
    }
    for (int32_t node = sweep.first; !failed && node < sweep.end; node++) {
        int32_t tangent = tangent_of(&sweep, node);
        if (tangent >= 0) {
            sweep.marks[node] |= REACHED;
            sweep.flow[node] = tangent;
        }
        failed = tangent == FAILED;
    }
    if (!failed) {
        tangents = flow_list(&sweep, sweep.outputs, sweep.output_count);
    }
    sweep_free(&sweep);
    return tangents;
}
