/* Reverse mode: `gradient`. */

#include "derivatives.h"

/* ---- gates ----------------------------------------------------------------------------------------------------- */

static int32_t gate_make(Sweep *sweep, int32_t node, int32_t choice, int32_t outer) {
    if (node == FAILED || !RESERVE(sweep->gates, 1)) {
        return FAILED;
    }
    sweep->gates.items[sweep->gates.count] = (Gate){node, choice, outer};
    return (int32_t)sweep->gates.count++;
}

/* The gate of one side of a choice; `side` is not 0 if that one was taken. */
static int32_t gate_inner(Sweep *sweep, int32_t outer, int32_t choice, int32_t side) {
    if (tape_is_constant(sweep->tape, side)) {
        return outer;
    }
    int32_t node = outer == ALWAYS ? side : only_where(sweep->tape, sweep->gates.items[outer].node, side);
    return gate_make(sweep, node, choice, outer);
}

/* The gate of a node that is reached through two gates. */
static int32_t gate_either(Sweep *sweep, int32_t first, int32_t second) {
    const Gate *gates = sweep->gates.items;
    Gate a = gates[first], b = gates[second];
    if (first == ALWAYS || second == ALWAYS) {
        return ALWAYS;
    }
    if (a.node == b.node) {
        return first;
    }
    if (a.choice == b.choice && a.choice >= 0 && gates[a.outer].node == gates[b.outer].node) {
        return a.outer; /* both sides of one choice */
    }
    return gate_make(sweep, tape_append(sweep->tape, OP_WHERE, a.node, a.node, b.node), -1, ALWAYS);
}

/* Note that a node or table, whose gate is at `at`, is reached through a gate. */
static int reach(Sweep *sweep, int32_t *at, int32_t gate) {
    return *at = *at < 0 ? gate : gate_either(sweep, *at, gate);
}

/* ---- adjoints -------------------------------------------------------------------------------------------------- */

static int add(Sweep *sweep, int32_t node, int32_t contribution, int32_t gate) {
    if (contribution < 0 || reach(sweep, &sweep->gate_of[node], gate) < 0) {
        return FAILED;
    }
    int32_t *adjoint = &sweep->flow[node];
    return *adjoint = *adjoint < 0 ? contribution : tape_append(sweep->tape, OP_ADD, *adjoint, contribution, -1);
}

/* Note the adjoint of a TAKE. */
static int note_take(Sweep *sweep, int32_t id, int32_t index, int32_t adjoint) {
    TableSweep *it = &sweep->tables[id];
    if (it->adjoints.count == 0) {
        table_due(sweep, id);
    }
    if (!RESERVE(it->adjoints, 2)) {
        return FAILED;
    }
    it->adjoints.items[it->adjoints.count++] = index;
    it->adjoints.items[it->adjoints.count++] = adjoint;
    return 0;
}

/* Add up the adjoints of all takes from a table, and pass the sums to its entries. */
static int spread_table(Sweep *sweep, int32_t id) {
    Table table = sweep->tape->tables.items[id];
    const TableSweep *it = &sweep->tables[id];
    int32_t region = tape_scatter(sweep->tape, table.count, it->adjoints.items, (int32_t)(it->adjoints.count / 2));
    for (int32_t i = 0; region >= 0 && i < table.count; i++) {
        int32_t entry = sweep->tape->members.items[table.first + i];
        if (sweep->marks[entry] & REACHED && add(sweep, entry, tape_entry(sweep->tape, region, i), it->gate) < 0) {
            return FAILED;
        }
    }
    return region;
}

/* Pass the adjoints of a region's sums to the numbers that were added there. */
static int spread_region(Sweep *sweep, int32_t id, int32_t gate) {
    Scatter scatter = sweep->tape->scatters.items[id];
    int32_t *entries = sweep->sum_flow + scatter.first_sum, zero = tape_constant(sweep->tape, 0.0);
    int32_t table = TABLE_UNKNOWN;
    for (int32_t i = 0; i < scatter.length; i++) {
        entries[i] = entries[i] < 0 ? zero : entries[i];
    }
    for (Py_ssize_t i = 0; zero >= 0 && i < scatter.count; i++) {
        const int32_t *pair = sweep->tape->members.items + scatter.first + 2 * i;
        int32_t index = pair[0], it = pair[1];
        if (sweep->marks[it] & REACHED &&
            add(sweep, it, tape_take(sweep->tape, entries, scatter.length, index, &table), gate) < 0) {
            return FAILED;
        }
    }
    return zero;
}

/* Pass the adjoint of an operation to its operands. */
static int spread_operation(Sweep *sweep, int32_t node, const Node *it, int32_t adjoint, int32_t gate) {
    int32_t partial;
    const Recipe *recipe = recipe_of(it->op);
    for (int argnum = 0; recipe != NULL && argnum < recipe->arity; argnum++) {
        int32_t operand = it->operands[argnum], behind = gate, contribution;
        if (!(sweep->marks[operand] & REACHED) ||
            (contribution = times_partial(sweep->tape, recipe, node, argnum, adjoint, &partial)) == NOTHING) {
            continue;
        }
        if (contribution >= 0 && recipe->is_gate) {
            behind = gate_inner(sweep, gate, choice_of(recipe, node, it), partial);
        } else if (contribution >= 0 && gate != ALWAYS && !tape_is_constant(sweep->tape, partial)) {
            contribution = only_where(sweep->tape, sweep->gates.items[gate].node, contribution);
        }
        if (behind < 0 || add(sweep, operand, contribution, behind) < 0) {
            return FAILED;
        }
    }
    return recipe == NULL ? FAILED : 0;
}

/* Pass the adjoints of a call's results to its operands. */
static int spread_call(Sweep *sweep, int32_t region, int32_t id, int32_t gate) {
    PyObject *contributions = call_pulled(sweep, region);
    Py_ssize_t count = contributions ? PyList_GET_SIZE(contributions) : -1, first = sweep->tape->calls.items[id].first;
    int failed = count < 0;
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        int32_t operand = sweep->tape->members.items[first + i], node = FAILED;
        failed = !read_int(PyList_GET_ITEM(contributions, i), &node);
        if (failed || !(sweep->marks[operand] & REACHED) || node < 0 || is_zero(sweep->tape, node)) {
            continue;
        }
        if (gate != ALWAYS) {
            node = only_where(sweep->tape, sweep->gates.items[gate].node, node);
        }
        failed = add(sweep, operand, node, gate) < 0;
    }
    Py_XDECREF(contributions);
    return failed ? FAILED : 0;
}

/* Add to the adjoint of a result of a call. There can be several overrides for it, if the function was called again with the
 * same arguments. */
static int32_t add_to_result(Sweep *sweep, int32_t region, int32_t index, int32_t adjoint) {
    int32_t length;
    Py_ssize_t at = region_of(sweep->tape, region, &length) + index;
    int32_t sum = sweep->sum_flow[at];
    return sweep->sum_flow[at] = sum < 0 ? adjoint : tape_append(sweep->tape, OP_ADD, sum, adjoint, -1);
}

static int spread_tables(Sweep *sweep, int32_t last) {
    for (int32_t table = sweep->tables[last].next_due;; table = sweep->tables[table].next_due) {
        int result = spread_table(sweep, table);
        if (result < 0 || table == last) {
            return result;
        }
    }
}

/* Pass the adjoint of a node to its operands. Returns a negative number with an error. */
static int spread(Sweep *sweep, int32_t node) {
    if (sweep->table_count > 0 && sweep->due[node] >= 0 && spread_tables(sweep, sweep->due[node]) < 0) {
        return FAILED;
    }
    Node it = sweep->tape->nodes.items[node];
    int32_t adjoint = sweep->flow[node], gate = sweep->gate_of[node], length;
    if (gate < 0 || sweep->marks[node] & STOP) {
        return 0;
    }
    switch (it.op) {
    case INPUT:
    case CONSTANT:
        return 0;
    case COPY:
        return add(sweep, it.x, adjoint, gate);
    case SCATTER:
        return spread_region(sweep, it.x, gate);
    case CALL:
        return spread_call(sweep, node, it.x, gate);
    case ENTRY:
        sweep->sum_flow[region_of(sweep->tape, it.x, &length) + it.y] = adjoint;
        return reach(sweep, &sweep->gate_of[it.x], gate);
    case OVERRIDE:
        return add_to_result(sweep, it.y, it.z, adjoint) < 0 ? FAILED : reach(sweep, &sweep->gate_of[it.y], gate);
    case TAKE:
        return reach(sweep, &sweep->tables[it.x].gate, gate) < 0 ? FAILED : note_take(sweep, it.x, it.y, adjoint);
    default:
        return spread_operation(sweep, node, &it, adjoint, gate);
    }
}

PyObject *tape_gradient(PyObject *module, PyObject *args, PyObject *keywords) {
    Sweep sweep;
    int failed = sweep_start(&sweep, module, args, keywords, REVERSE) < 0 || gate_make(&sweep, NOTHING, -1, ALWAYS) < 0;
    if (!failed) {
        mark_reached(&sweep);
    }
    for (Py_ssize_t i = 0; !failed && i < sweep.output_count; i++) {
        if (sweep.marks[sweep.outputs[i]] & REACHED && !is_zero(sweep.tape, sweep.seeds[i])) {
            failed = add(&sweep, sweep.outputs[i], sweep.seeds[i], ALWAYS) < 0;
        }
    }
    for (int32_t node = sweep.end - 1; !failed && node >= sweep.first; node--) {
        failed = spread(&sweep, node) < 0;
    }
    PyObject *gradient = failed ? NULL : flow_list(&sweep, sweep.wrt, sweep.wrt_count);
    sweep_free(&sweep);
    return gradient;
}
