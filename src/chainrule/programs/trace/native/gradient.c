/* Reverse mode: `gradient`. */

#include "derivatives.h"

/* ---- gates ----------------------------------------------------------------------------------------------------- */

static int32_t gate_make(Sweep *sweep, int32_t node, int32_t choice, int32_t outer) {
    if (node < 0 || !RESERVE(sweep->gates, 1)) {
        return FAILED;
    }
    sweep->gates.items[sweep->gates.count] = (Gate){node, choice, outer};
    return (int32_t)sweep->gates.count++ + GATES;
}

/* The gate of one side of a choice; `side` is not 0 if that one was taken. */
static int32_t gate_inner(Sweep *sweep, int32_t outer, int32_t choice, int32_t side) {
    if (tape_is_constant(sweep->tape, side)) {
        return outer;
    }
    int32_t node = outer < GATES ? side : only_where(sweep->tape, sweep->gates.items[outer - GATES].node, side);
    return gate_make(sweep, node, choice, outer);
}

static int32_t gate_node(const Sweep *sweep, int32_t gate) {
    return gate < GATES ? -1 : sweep->gates.items[gate - GATES].node;
}

/* The gate of a node that is reached through two gates. */
static int32_t gate_either(Sweep *sweep, int32_t first, int32_t second) {
    if (first < GATES || second < GATES) {
        return ALWAYS;
    }
    Gate a = sweep->gates.items[first - GATES], b = sweep->gates.items[second - GATES];
    if (a.node == b.node) {
        return first;
    }
    if (a.choice == b.choice && a.choice >= 0 && gate_node(sweep, a.outer) == gate_node(sweep, b.outer)) {
        return a.outer; /* both sides of one choice */
    }
    return gate_make(sweep, tape_append(sweep->tape, OP_WHERE, a.node, a.node, b.node), -1, ALWAYS);
}

static int32_t gate_of(const Sweep *sweep, int32_t key) {
    return sweep->gate_of ? sweep->gate_of[key] : ALWAYS;
}

/* Note that a node, or a table (then `key` is `end` plus its id), is reached through a gate. */
static int reach(Sweep *sweep, int32_t key, int32_t gate) {
    if (sweep->gate_of != NULL) {
        int32_t before = sweep->gate_of[key];
        gate = before == NOT_REACHED ? gate : gate_either(sweep, before, gate);
        if (gate < 0) {
            return -1;
        }
        sweep->gate_of[key] = gate;
    }
    return 0;
}

static int add(Sweep *sweep, int32_t node, int32_t contribution, int32_t gate) {
    if (contribution < 0 || reach(sweep, node, gate) < 0) {
        return -1;
    }
    if (sweep->flow[node] >= 0) {
        contribution = tape_append(sweep->tape, OP_ADD, sweep->flow[node], contribution, -1);
    }
    if (contribution < 0) {
        return -1;
    }
    sweep->flow[node] = contribution;
    return 0;
}

/* Note the adjoint of a TAKE. The adjoints of all takes from a table are added up at its last entry. */
static int note_take(Sweep *sweep, int32_t id, int32_t index, int32_t adjoint) {
    Table table = sweep->tape->tables.items[id];
    if (sweep->tables[id].adjoints.count == 0) {
        int32_t last = -1;
        for (int32_t i = 0; i < table.count; i++) {
            int32_t entry = sweep->tape->members.items[table.first + i];
            last = sweep->marks[entry] & REACHED && entry > last ? entry : last;
        }
        if (sweep->due == NULL &&
            (sweep->due = allocate((size_t)sweep->end, sizeof *sweep->due, 0xff)) == NULL) {
            return -1;
        }
        int32_t before = sweep->due[last];
        sweep->tables[id].next_due = before < 0 ? id : sweep->tables[before].next_due;
        if (before >= 0) {
            sweep->tables[before].next_due = id;
        }
        sweep->due[last] = id;
    }
    if (!RESERVE(sweep->tables[id].adjoints, 2)) {
        return -1;
    }
    int32_t *pair = sweep->tables[id].adjoints.items + sweep->tables[id].adjoints.count;
    pair[0] = index;
    pair[1] = adjoint;
    sweep->tables[id].adjoints.count += 2;
    return 0;
}

/* Add up the adjoints of all takes from a table, and pass the sums to its entries. */
static int spread_table(Sweep *sweep, int32_t id) {
    Table table = sweep->tape->tables.items[id];
    const int32_t *pairs = sweep->tables[id].adjoints.items;
    int32_t region = tape_scatter(sweep->tape, table.count, pairs, (int32_t)(sweep->tables[id].adjoints.count / 2));
    int32_t gate = gate_of(sweep, sweep->end + id);
    for (int32_t i = 0; region >= 0 && i < table.count; i++) {
        int32_t entry = sweep->tape->members.items[table.first + i];
        if (sweep->marks[entry] & REACHED && add(sweep, entry, tape_entry(sweep->tape, region, i), gate) < 0) {
            return -1;
        }
    }
    return region < 0 ? -1 : 0;
}

/* Pass the adjoints of a region's sums to the numbers that were added there. */
static int spread_region(Sweep *sweep, int32_t id, int32_t gate) {
    Scatter scatter = sweep->tape->scatters.items[id];
    int32_t *entries = sweep->sum_adjoints[id], zero = tape_constant(sweep->tape, 0.0), table = TABLE_UNKNOWN;
    for (int32_t i = 0; i < scatter.length; i++) {
        entries[i] = entries[i] < 0 ? zero : entries[i];
    }
    for (int32_t i = 0; zero >= 0 && i < scatter.count; i++) {
        const int32_t *pair = sweep->tape->members.items + scatter.first + 2 * (Py_ssize_t)i;
        int32_t index = pair[0], it = pair[1];
        if (sweep->marks[it] & REACHED &&
            add(sweep, it, tape_take(sweep->tape, entries, scatter.length, index, &table), gate) < 0) {
            return -1;
        }
    }
    return zero < 0 ? -1 : 0;
}

static int note_entry(Sweep *sweep, int32_t region, int32_t index, int32_t adjoint) {
    int32_t id = sweep->tape->nodes.items[region].x, length = sweep->tape->scatters.items[id].length;
    if (sweep->sum_adjoints[id] == NULL &&
        (sweep->sum_adjoints[id] = allocate((size_t)length, sizeof **sweep->sum_adjoints, 0xff)) == NULL) {
        return -1;
    }
    sweep->sum_adjoints[id][index] = adjoint;
    return 0;
}

/* Pass the adjoint of an operation to its operands. */
static int spread_operation(Sweep *sweep, int32_t node, const Node *it, int32_t adjoint, int32_t gate) {
    int32_t operands[3] = {it->x, it->y, it->z}, partial;
    const Recipe *recipe = recipe_of(it->op);
    for (int argnum = 0; recipe != NULL && argnum < recipe->arity; argnum++) {
        if (!(sweep->marks[operands[argnum]] & REACHED)) {
            continue;
        }
        int32_t contribution = times_partial(sweep->tape, recipe, node, argnum, adjoint, &partial), behind = gate;
        if (contribution == NOTHING) {
            continue;
        }
        if (contribution >= 0 && recipe->is_gate) {
            behind = gate_inner(sweep, gate, it->x, partial);
        } else if (contribution >= 0 && gate >= GATES && !tape_is_constant(sweep->tape, partial)) {
            contribution = only_where(sweep->tape, gate_node(sweep, gate), contribution);
        }
        if (behind < 0 || add(sweep, operands[argnum], contribution, behind) < 0) {
            return -1;
        }
    }
    return recipe == NULL ? -1 : 0;
}

static int spread(Sweep *sweep, int32_t node) {
    int32_t last = sweep->due ? sweep->due[node] : -1;
    for (int32_t table = last; table >= 0;) {
        table = sweep->tables[table].next_due;
        if (spread_table(sweep, table) < 0) {
            return -1;
        }
        table = table == last ? -1 : table;
    }
    Node it = sweep->tape->nodes.items[node];
    if (it.op == SCATTER) {
        return sweep->sum_adjoints[it.x] ? spread_region(sweep, it.x, gate_of(sweep, node)) : 0;
    }
    int32_t adjoint = sweep->flow[node];
    if (adjoint < 0 || sweep->marks[node] & STOP) {
        return 0;
    }
    int32_t gate = gate_of(sweep, node);
    switch (it.op) {
    case INPUT:
    case CONSTANT:
        return 0;
    case COPY:
        return add(sweep, it.x, adjoint, gate);
    case ENTRY:
        return reach(sweep, it.x, gate) < 0 ? -1 : note_entry(sweep, it.x, it.y, adjoint);
    case TAKE:
        return reach(sweep, sweep->end + it.x, gate) < 0 ? -1 : note_take(sweep, it.x, it.y, adjoint);
    default:
        return spread_operation(sweep, node, &it, adjoint, gate);
    }
}

PyObject *tape_gradient(PyObject *Py_UNUSED(module), PyObject *args, PyObject *keywords) {
    static char *names[] = {"tape", "outputs", "seeds", "wrt", NULL};
    PyObject *tape, *outputs, *seeds, *wrt, *gradient = NULL;
    Sweep sweep;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!OOO:gradient", names, tape_type, &tape, &outputs, &seeds,
                                     &wrt)) {
        return NULL;
    }
    int failed = sweep_start(&sweep, tape, outputs, seeds, wrt, 0) < 0, has_choices = 0;
    for (int32_t node = sweep.first; !failed && node < sweep.end; node++) {
        if (sweep.marks[node] & STOP || depends(&sweep, &sweep.tape->nodes.items[node])) {
            sweep.marks[node] |= REACHED;
            int32_t op = sweep.tape->nodes.items[node].op;
            const Recipe *recipe = op > OP_OWN ? recipe_of(op) : NULL;
            failed = recipe == NULL && op > OP_OWN;
            has_choices |= recipe != NULL && recipe->is_gate;
        }
    }
    if (has_choices) {
        size_t keys = (size_t)sweep.end + (size_t)sweep.table_count;
        failed = keys > INT32_MAX || (sweep.gate_of = allocate(keys, sizeof *sweep.gate_of, NOT_REACHED)) == NULL;
    }
    for (Py_ssize_t i = 0; !failed && i < sweep.output_count; i++) {
        if (sweep.marks[sweep.outputs[i]] & REACHED && !is_zero(sweep.tape, sweep.seeds[i])) {
            failed = add(&sweep, sweep.outputs[i], sweep.seeds[i], ALWAYS) < 0;
        }
    }
    for (int32_t node = sweep.end - 1; !failed && node >= sweep.first; node--) {
        failed = spread(&sweep, node) < 0;
    }
    if (!failed) {
        gradient = flow_list(&sweep, sweep.wrt, sweep.wrt_count);
    }
    sweep_free(&sweep);
    return gradient;
}
