/* Reverse mode in numbers: `slopes` computes what `gradient` records, to the same bits. */

#include "derivatives.h"

/* What `gradient` keeps as nodes, as numbers. A gate's node is 1 if it holds. */
typedef struct {
    Sweep sweep;
    Scratch scratch;
    double *adjoints;     /* of each node */
    double *sum_adjoints; /* of each of tape->sums */
    double **table_sums;  /* of each table: the adjoints of its entries; NULL before the first take */
} Numbers;

/* ---- gates: as in gradient.c ------------------------------------------------------------------------------------ */

static int32_t gate_make(Sweep *sweep, int32_t holds, int32_t choice, int32_t outer) {
    if (!RESERVE(sweep->gates, 1)) {
        return FAILED;
    }
    sweep->gates.items[sweep->gates.count] = (Gate){holds, choice, outer};
    return (int32_t)sweep->gates.count++;
}

static int32_t gate_inner(Sweep *sweep, int32_t outer, int32_t choice, const Partial *side) {
    if (side->is_constant) {
        return outer;
    }
    int holds = side->value != 0.0 && (outer == ALWAYS || sweep->gates.items[outer].node);
    return gate_make(sweep, holds, choice, outer);
}

static int32_t gate_either(Sweep *sweep, int32_t first, int32_t second) {
    const Gate *gates = sweep->gates.items;
    Gate a = gates[first], b = gates[second];
    if (first == ALWAYS || second == ALWAYS) {
        return ALWAYS;
    }
    if (first == second) {
        return first;
    }
    if (a.choice == b.choice && a.choice >= 0 && a.outer == b.outer) {
        return a.outer;
    }
    return gate_make(sweep, a.node || b.node, -1, ALWAYS);
}

static int reach(Sweep *sweep, int32_t *at, int32_t gate) {
    return *at = *at < 0 ? gate : gate_either(sweep, *at, gate);
}

/* ---- adjoints --------------------------------------------------------------------------------------------------- */

static int add(Numbers *numbers, int32_t node, double contribution, int32_t gate) {
    int32_t *at = &numbers->sweep.gate_of[node];
    double *adjoint = &numbers->adjoints[node];
    *adjoint = *at < 0 ? contribution : *adjoint + contribution;
    return reach(&numbers->sweep, at, gate);
}

/* The entry that an index selects, which has been checked. */
static int64_t selected(const Tape *tape, int32_t index, int32_t length) {
    return position(tape->nodes.items[index].value, (uint32_t)length);
}

static int note_take(Numbers *numbers, const Node *it, double adjoint, int32_t gate) {
    Sweep *sweep = &numbers->sweep;
    Table table = sweep->tape->tables.items[it->x];
    if (reach(sweep, &sweep->tables[it->x].gate, gate) < 0) {
        return FAILED;
    }
    if (numbers->table_sums[it->x] == NULL) {
        if ((numbers->table_sums[it->x] = new_zeros((size_t)table.count, sizeof(double))) == NULL) {
            return FAILED;
        }
        table_due(sweep, it->x);
    }
    numbers->table_sums[it->x][selected(sweep->tape, it->y, table.count)] += adjoint;
    return 0;
}

/* Pass the sums of the tables that are due at a node to their entries. */
static int spread_tables(Numbers *numbers, int32_t last) {
    const Sweep *sweep = &numbers->sweep;
    int32_t id = last;
    do {
        id = sweep->tables[id].next_due;
        Table table = sweep->tape->tables.items[id];
        for (int32_t i = 0; i < table.count; i++) {
            int32_t entry = sweep->tape->members.items[table.first + i];
            if (sweep->marks[entry] & REACHED &&
                add(numbers, entry, numbers->table_sums[id][i], sweep->tables[id].gate) < 0) {
                return FAILED;
            }
        }
    } while (id != last);
    return 0;
}

static int spread_region(Numbers *numbers, int32_t id, int32_t gate) {
    const Tape *tape = numbers->sweep.tape;
    Scatter scatter = tape->scatters.items[id];
    const double *adjoints = numbers->sum_adjoints + scatter.first_sum;
    for (Py_ssize_t i = 0; i < scatter.count; i++) {
        const int32_t *pair = tape->members.items + scatter.first + 2 * i;
        if (numbers->sweep.marks[pair[1]] & REACHED &&
            add(numbers, pair[1], adjoints[selected(tape, pair[0], scatter.length)], gate) < 0) {
            return FAILED;
        }
    }
    return 0;
}

/* Through a partial a contribution flows, or 0. */
static double times(const Recipe *recipe, double adjoint, const Partial *partial) {
    double product = recipe->is_switch ? adjoint : adjoint * partial->value;
    return recipe->is_gate && partial->value == 0.0 ? 0.0 : product;
}

static int spread_operation(Numbers *numbers, int32_t node, double adjoint, int32_t gate) {
    Sweep *sweep = &numbers->sweep;
    const Node *it = &sweep->tape->nodes.items[node];
    const Recipe *recipe = recipe_of(it->op);
    Partial partials[3];
    if (recipe == NULL || partials_of(&numbers->scratch, sweep->tape, it, sweep->marks, partials) < 0) {
        return FAILED;
    }
    int is_closed = gate != ALWAYS && !sweep->gates.items[gate].node;
    for (int k = 0; k < recipe->arity; k++) {
        const Partial *partial = &partials[k];
        if (partial->is_absent) {
            continue;
        }
        int32_t behind = gate;
        double contribution = times(recipe, adjoint, partial);
        if (recipe->is_gate) {
            behind = gate_inner(sweep, gate, choice_of(recipe, node, it), partial);
        } else if (is_closed && !partial->is_constant) {
            contribution = 0.0;
        }
        if (behind < 0 || add(numbers, it->operands[k], contribution, behind) < 0) {
            return FAILED;
        }
    }
    return 0;
}

/* Pass the adjoint of a node to its operands. Returns a negative number with an error. */
static int spread(Numbers *numbers, int32_t node) {
    Sweep *sweep = &numbers->sweep;
    if (sweep->table_count > 0 && sweep->due[node] >= 0 && spread_tables(numbers, sweep->due[node]) < 0) {
        return FAILED;
    }
    const Tape *tape = sweep->tape;
    Node it = tape->nodes.items[node];
    int32_t gate = sweep->gate_of[node];
    double adjoint = numbers->adjoints[node];
    if (gate < 0 || sweep->marks[node] & STOP) {
        return 0;
    }
    switch (it.op) {
    case INPUT:
    case CONSTANT:
        return 0;
    case COPY:
        return add(numbers, it.x, adjoint, gate);
    case SCATTER:
        return spread_region(numbers, it.x, gate);
    case ENTRY:
        numbers->sum_adjoints[tape->scatters.items[tape->nodes.items[it.x].x].first_sum + it.y] = adjoint;
        return reach(sweep, &sweep->gate_of[it.x], gate);
    case TAKE:
        return note_take(numbers, &it, adjoint, gate);
    default:
        return spread_operation(numbers, node, adjoint, gate);
    }
}

/* ---- slopes ----------------------------------------------------------------------------------------------------- */

static int numbers_start(Numbers *numbers, PyObject *module, PyObject *args, PyObject *keywords) {
    Sweep *sweep = &numbers->sweep;
    if (sweep_start(sweep, module, args, keywords, NUMERIC) < 0 || scratch_start(&numbers->scratch) < 0 ||
        (numbers->adjoints = new_zeros((size_t)sweep->end, sizeof(double))) == NULL ||
        (numbers->sum_adjoints = new_zeros((size_t)sweep->tape->sums.count, sizeof(double))) == NULL ||
        (numbers->table_sums = new_zeros((size_t)sweep->table_count, sizeof(double *))) == NULL) {
        return -1;
    }
    mark_reached(sweep);
    return gate_make(sweep, 1, -1, ALWAYS);
}

static void numbers_free(Numbers *numbers) {
    for (Py_ssize_t i = 0; numbers->table_sums != NULL && i < numbers->sweep.table_count; i++) {
        PyMem_Free(numbers->table_sums[i]);
    }
    PyMem_Free(numbers->table_sums);
    PyMem_Free(numbers->sum_adjoints);
    PyMem_Free(numbers->adjoints);
    scratch_free(&numbers->scratch);
    sweep_free(&numbers->sweep);
}

static PyObject *result(const Numbers *numbers) {
    const Sweep *sweep = &numbers->sweep;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, sweep->wrt_count * (Py_ssize_t)sizeof(double));
    for (Py_ssize_t i = 0; bytes != NULL && i < sweep->wrt_count; i++) {
        int32_t node = sweep->wrt[i];
        int is_reached = node < sweep->end && sweep->gate_of[node] >= 0;
        double adjoint = is_reached ? numbers->adjoints[node] : 0.0;
        memcpy(PyBytes_AS_STRING(bytes) + (size_t)i * sizeof adjoint, &adjoint, sizeof adjoint);
    }
    return bytes ? PyObject_CallFunction(python.array, "sN", "d", bytes) : NULL;
}

PyObject *tape_slopes(PyObject *module, PyObject *args, PyObject *keywords) {
    Numbers numbers = {.adjoints = NULL};
    Sweep *sweep = &numbers.sweep;
    int failed = numbers_start(&numbers, module, args, keywords) < 0;
    for (Py_ssize_t i = 0; !failed && i < sweep->output_count; i++) {
        double seed = ((const double *)sweep->numbers.buf)[i];
        if (sweep->marks[sweep->outputs[i]] & REACHED && seed != 0.0) {
            failed = add(&numbers, sweep->outputs[i], seed, ALWAYS) < 0;
        }
    }
    for (int32_t node = sweep->end - 1; !failed && node >= sweep->first; node--) {
        failed = spread(&numbers, node) < 0;
    }
    PyObject *slopes = failed ? NULL : result(&numbers);
    numbers_free(&numbers);
    return slopes;
}
