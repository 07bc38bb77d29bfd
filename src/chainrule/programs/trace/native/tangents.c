/* Forward mode: `tangents`. */

#include "derivatives.h"

static int32_t take_tangent(Sweep *sweep, const Node *it, int32_t zero) {
    Table table = sweep->tape->tables.items[it->x];
    int32_t *entries = sweep->tangents + table.first, *id = &sweep->tables[it->x].tangent_table;
    for (int32_t i = 0; *id == TABLE_UNKNOWN && i < table.count; i++) {
        int32_t tangent = sweep->flow[sweep->tape->members.items[table.first + i]];
        entries[i] = tangent < 0 ? zero : tangent;
    }
    return tape_take(sweep->tape, entries, table.count, it->y, id);
}

static int32_t scatter_tangent(Sweep *sweep, const Node *it, int32_t zero) {
    Scatter scatter = sweep->tape->scatters.items[it->x];
    int32_t *pairs = sweep->tangents + scatter.first;
    for (Py_ssize_t i = 0; i < 2 * (Py_ssize_t)scatter.count; i += 2) {
        const int32_t *pair = sweep->tape->members.items + scatter.first + i;
        pairs[i] = pair[0];
        pairs[i + 1] = sweep->flow[pair[1]] < 0 ? zero : sweep->flow[pair[1]];
    }
    return tape_scatter(sweep->tape, scatter.length, pairs, scatter.count);
}

static int32_t operation_tangent(Sweep *sweep, int32_t node, const Node *it) {
    int32_t total = NOTHING, partial;
    const Recipe *recipe = recipe_of(it->op);
    for (int argnum = 0; recipe != NULL && argnum < recipe->arity; argnum++) {
        int32_t operand = it->operands[argnum];
        if (sweep->marks[operand] & REACHED) {
            int32_t part = times_partial(sweep->tape, recipe, node, argnum, sweep->flow[operand], &partial);
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

/* The tangent of a number of a region. */
static int32_t entry_tangent(Sweep *sweep, int32_t region, int32_t index) {
    int32_t length;
    if (sweep->tape->nodes.items[region].op == SCATTER) {
        return tape_entry(sweep->tape, sweep->flow[region], index);
    }
    int32_t tangent = sweep->sum_flow[region_of(sweep->tape, region, &length) + index];
    return is_zero(sweep->tape, tangent) ? NOTHING : tangent;
}

/* The tangent of a node; NOTHING if it is 0. */
static int32_t tangent_of(Sweep *sweep, int32_t node) {
    Node it = sweep->tape->nodes.items[node];
    if (sweep->marks[node] & (STOP | NEEDLESS) || !depends(sweep, &it)) {
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
    case CALL:
        return call_tangents(sweep, node);
    case ENTRY:
        return entry_tangent(sweep, it.x, it.y);
    case OVERRIDE:
        return entry_tangent(sweep, it.y, it.z);
    default:
        return operation_tangent(sweep, node, &it);
    }
}

PyObject *tape_tangents(PyObject *module, PyObject *args, PyObject *keywords) {
    Sweep sweep;
    int failed = sweep_start(&sweep, module, args, keywords, FORWARD) < 0;
    for (Py_ssize_t i = 0; !failed && i < sweep.wrt_count; i++) {
        if (sweep.wrt[i] < sweep.end && !is_zero(sweep.tape, sweep.seeds[i])) {
            sweep.marks[sweep.wrt[i]] |= REACHED;
            sweep.flow[sweep.wrt[i]] = sweep.seeds[i];
        }
    }
    if (!failed && sweep.tape->calls.count > 0) {
        mark_needless(&sweep);
    }
    for (int32_t node = sweep.first; !failed && node < sweep.end; node++) {
        int32_t tangent = tangent_of(&sweep, node);
        if (tangent >= 0) {
            sweep.marks[node] |= REACHED;
            sweep.flow[node] = tangent;
        }
        failed = tangent == FAILED;
    }
    PyObject *tangents = failed ? NULL : flow_list(&sweep, sweep.outputs, sweep.output_count);
    sweep_free(&sweep);
    return tangents;
}
