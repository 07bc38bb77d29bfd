/* What gradient.c and tangents.c share. Both record the same nodes as derivatives.py, in the same order. */

#include "derivatives.h"

void sweep_free(Sweep *sweep) {
    PyBuffer_Release(&sweep->numbers);
    for (Py_ssize_t i = 0; sweep->tables != NULL && i < sweep->table_count; i++) {
        PyMem_Free(sweep->tables[i].adjoints.items);
    }
    void *blocks[] = {sweep->outputs, sweep->seeds, sweep->wrt,          sweep->marks,       sweep->flow,    sweep->tables,
                      sweep->gate_of, sweep->due,   sweep->sum_flow, sweep->gates.items, sweep->tangents};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        PyMem_Free(blocks[i]);
    }
}

/* New memory for node ids, which are all -1; NULL with an error. */
static int32_t *new_ids(Py_ssize_t count) {
    int32_t *ids = new_zeros((size_t)count, sizeof *ids);
    return ids ? memset(ids, 0xff, (size_t)count * sizeof *ids) : NULL;
}

static int allocate(Sweep *sweep, Mode mode) {
    const Tape *tape = sweep->tape;
    sweep->table_count = tape->tables.count;
    if ((sweep->marks = new_zeros((size_t)sweep->end, 1)) == NULL ||
        (mode != NUMERIC && (sweep->flow = new_ids(sweep->end)) == NULL) ||
        (sweep->tables = new_zeros((size_t)sweep->table_count, sizeof *sweep->tables)) == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < sweep->table_count; i++) {
        sweep->tables[i].gate = -1;
        sweep->tables[i].tangent_table = TABLE_UNKNOWN;
    }
    if (mode == FORWARD) {
        Py_ssize_t results = tape->calls.count > 0 ? tape->sums.count : 0;
        return (sweep->tangents = new_ids(tape->members.count)) == NULL || (sweep->sum_flow = new_ids(results)) == NULL ? -1 : 0;
    }
    return (sweep->gate_of = new_ids(sweep->end)) == NULL || (sweep->sum_flow = new_ids(tape->sums.count)) == NULL ||
                   (sweep->due = new_ids(sweep->table_count ? sweep->end : 0)) == NULL
               ? -1
               : 0;
}

/* Read the seeds: nodes, or numbers for a sweep in numbers. */
static int read_seeds(Sweep *sweep, PyObject *seeds, Mode mode) {
    if (mode != NUMERIC) {
        return (sweep->seeds = nodes_read(sweep->tape, seeds, &sweep->seed_count)) == NULL ? -1 : 0;
    }
    if (numbers_read(seeds, &sweep->numbers) < 0) {
        return -1;
    }
    sweep->seed_count = sweep->numbers.len / (Py_ssize_t)sizeof(double);
    return 0;
}

/* Read the arguments of `gradient`, `tangents` or `slopes`, and mark `wrt`. Returns -1 with an error; call sweep_free in any
 * case. */
int sweep_start(Sweep *sweep, PyObject *module, PyObject *args, PyObject *keywords, Mode mode) {
    static char *names[2][5] = {{"tape", "outputs", "seeds", "wrt", NULL}, {"tape", "wrt", "seeds", "outputs", NULL}};
    PyObject *tape, *seeds, *paired, *others;
    int is_forward = mode == FORWARD;
    *sweep = (Sweep){.module = module};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, is_forward ? "O!OOO:tangents" : "O!OOO:gradient", names[is_forward],
                                     tape_type, &tape, &paired, &seeds, &others)) {
        return -1;
    }
    sweep->tape = (Tape *)tape;
    if ((sweep->outputs = nodes_read(sweep->tape, is_forward ? others : paired, &sweep->output_count)) == NULL ||
        read_seeds(sweep, seeds, mode) < 0 ||
        (sweep->wrt = nodes_read(sweep->tape, is_forward ? paired : others, &sweep->wrt_count)) == NULL) {
        return -1;
    }
    Py_ssize_t count = is_forward ? sweep->wrt_count : sweep->output_count;
    if (count != sweep->seed_count) {
        return raise_from(python.unpaired, "(nn)", count, sweep->seed_count);
    }
    for (Py_ssize_t i = 0; i < sweep->output_count; i++) {
        sweep->end = sweep->outputs[i] >= sweep->end ? sweep->outputs[i] + 1 : sweep->end;
    }
    if (allocate(sweep, mode) < 0) {
        return -1;
    }
    sweep->first = sweep->end;
    for (Py_ssize_t i = 0; i < sweep->wrt_count; i++) {
        if (sweep->wrt[i] < sweep->end) {
            sweep->marks[sweep->wrt[i]] = STOP;
            sweep->first = sweep->wrt[i] < sweep->first ? sweep->wrt[i] : sweep->first;
        }
    }
    return 0;
}

int is_zero(const Tape *tape, int32_t node) {
    return tape_is_constant(tape, node) && tape->nodes.items[node].value == 0.0;
}

/* Whether one of some nodes is reached. */
static int is_any_reached(const Sweep *sweep, const int32_t *nodes, Py_ssize_t count, int step) {
    for (Py_ssize_t i = 0; i < count; i++) {
        if (sweep->marks[nodes[i * step]] & REACHED) {
            return 1;
        }
    }
    return 0;
}

/* Whether an operand of a node is reached. */
int depends(Sweep *sweep, const Node *it) {
    const Tape *tape = sweep->tape;
    if (it->op > OP_OWN) {
        return is_any_reached(sweep, it->operands, it->y < 0 ? 1 : it->z < 0 ? 2 : 3, 1);
    }
    if (it->op == TAKE) { /* a table's entries come before whatever reads it */
        int *state = &sweep->tables[it->x].state;
        if (*state == TABLE_NEW) {
            Table table = tape->tables.items[it->x];
            int is_reached = is_any_reached(sweep, tape->members.items + table.first, table.count, 1);
            *state = is_reached ? TABLE_REACHED : TABLE_FLAT;
        }
        return *state == TABLE_REACHED;
    }
    if (it->op == SCATTER) {
        Scatter scatter = tape->scatters.items[it->x];
        return is_any_reached(sweep, tape->members.items + scatter.first + 1, scatter.count, 2);
    }
    if (it->op == CALL) {
        Call call = tape->calls.items[it->x];
        return is_any_reached(sweep, tape->members.items + call.first, call.count, 1);
    }
    if (it->op == OVERRIDE) {
        return is_any_reached(sweep, &it->y, it->y >= 0, 1);
    }
    return is_any_reached(sweep, it->operands, it->op == COPY || it->op == ENTRY, 1);
}

/* Mark the nodes that depend on `wrt`. */
void mark_reached(Sweep *sweep) {
    for (int32_t node = sweep->first; node < sweep->end; node++) {
        if (sweep->marks[node] & STOP || depends(sweep, &sweep->tape->nodes.items[node])) {
            sweep->marks[node] |= REACHED;
        }
    }
}

/* Note that the adjoints of all takes from a table are added up at its last entry. */
void table_due(Sweep *sweep, int32_t id) {
    Table table = sweep->tape->tables.items[id];
    int32_t last = -1;
    for (int32_t i = 0; i < table.count; i++) {
        int32_t entry = sweep->tape->members.items[table.first + i];
        last = sweep->marks[entry] & REACHED && entry > last ? entry : last;
    }
    int32_t *due = &sweep->due[last];
    TableSweep *before = &sweep->tables[*due < 0 ? id : *due];
    sweep->tables[id].next_due = *due < 0 ? id : before->next_due;
    before->next_due = id;
    *due = id;
}

/* A number if a condition holds, otherwise 0. */
int32_t only_where(Tape *tape, int32_t condition, int32_t number) {
    int32_t zero = tape_constant(tape, 0.0);
    return zero < 0 ? FAILED : tape_append(tape, OP_WHERE, condition, number, zero);
}

/* An adjoint or a tangent times a local derivative; NOTHING if the formula of that is 0. */
int32_t times_partial(Tape *tape, const Recipe *recipe, int32_t node, int argnum, int32_t factor, int32_t *partial) {
    Node it = tape->nodes.items[node];
    *partial = tape_expand(tape, &recipe->partials[argnum], it.operands, node);
    if (*partial < 0 || is_zero(tape, *partial)) {
        return *partial < 0 ? FAILED : NOTHING;
    }
    int32_t product = recipe->is_switch ? factor : tape_append(tape, OP_MUL, factor, *partial, -1);
    return recipe->is_gate && product >= 0 ? only_where(tape, *partial, product) : product;
}

PyObject *flow_list(Sweep *sweep, const int32_t *nodes, Py_ssize_t count) {
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
        int32_t node = nodes[i] < sweep->end ? sweep->flow[nodes[i]] : FAILED;
        node = node < 0 ? tape_constant(sweep->tape, 0.0) : node;
        PyObject *number = node < 0 ? NULL : PyLong_FromLong(node);
        if (number == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SET_ITEM(list, i, number);
        }
    }
    return list;
}
