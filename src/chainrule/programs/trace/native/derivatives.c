/* What gradient.c and tangents.c share. Both record the same nodes as derivatives.py, in the same order. */

#include "derivatives.h"

/* New memory whose bytes are all the same; NULL with an error. */
void *allocate(size_t count, size_t size, int byte) {
    void *items = count < (size_t)PY_SSIZE_T_MAX / size ? PyMem_Malloc(count * size + 1) : NULL;
    return items ? memset(items, byte, count * size) : PyErr_NoMemory();
}

void sweep_free(Sweep *sweep) {
    for (Py_ssize_t i = 0; i < sweep->table_count; i++) {
        PyMem_Free(sweep->tables ? sweep->tables[i].adjoints.items : NULL);
        PyMem_Free(sweep->tables ? sweep->tables[i].tangents : NULL);
    }
    for (Py_ssize_t i = 0; i < sweep->scatter_count; i++) {
        PyMem_Free(sweep->sum_adjoints ? sweep->sum_adjoints[i] : NULL);
    }
    void *blocks[] = {sweep->outputs, sweep->seeds, sweep->wrt,          sweep->marks,   sweep->flow,
                      sweep->tables,  sweep->due,   sweep->sum_adjoints, sweep->gate_of, sweep->gates.items};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        PyMem_Free(blocks[i]);
    }
}

int sweep_start(Sweep *sweep, PyObject *tape, PyObject *outputs, PyObject *seeds, PyObject *wrt, int is_forward) {
    *sweep = (Sweep){.tape = (Tape *)tape};
    if ((sweep->outputs = nodes_read(sweep->tape, outputs, &sweep->output_count)) == NULL ||
        (sweep->seeds = nodes_read(sweep->tape, seeds, &sweep->seed_count)) == NULL ||
        (sweep->wrt = nodes_read(sweep->tape, wrt, &sweep->wrt_count)) == NULL) {
        return -1;
    }
    Py_ssize_t paired = is_forward ? sweep->wrt_count : sweep->output_count;
    if (paired != sweep->seed_count) {
        return raise_from(python.unpaired, "(nn)", paired, sweep->seed_count);
    }
    for (Py_ssize_t i = 0; i < sweep->output_count; i++) {
        sweep->end = sweep->outputs[i] >= sweep->end ? sweep->outputs[i] + 1 : sweep->end;
    }
    sweep->first = sweep->end;
    sweep->table_count = sweep->tape->tables.count;
    sweep->scatter_count = sweep->tape->scatters.count;
    size_t end = (size_t)sweep->end, tables = (size_t)sweep->table_count;
    if ((sweep->marks = allocate(end, 1, 0)) == NULL ||
        (sweep->flow = allocate(end, sizeof *sweep->flow, 0xff)) == NULL ||
        (sweep->tables = new_zeros(tables, sizeof *sweep->tables)) == NULL ||
        (sweep->sum_adjoints = allocate((size_t)sweep->scatter_count, sizeof *sweep->sum_adjoints, 0)) == NULL) {
        return -1;
    }
    for (size_t i = 0; i < tables; i++) {
        sweep->tables[i].tangent_table = TABLE_UNKNOWN;
    }
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

/* Whether an operand of a node is reached. */
int depends(Sweep *sweep, const Node *it) {
    const Tape *tape = sweep->tape;
    if (it->op >= 2) {
        return ((it->x >= 0 ? sweep->marks[it->x] : 0) | (it->y >= 0 ? sweep->marks[it->y] : 0) |
                (it->z >= 0 ? sweep->marks[it->z] : 0)) & REACHED;
    }
    if (it->op == COPY || it->op == ENTRY) {
        return sweep->marks[it->x] & REACHED;
    }
    if (it->op == TAKE) { /* a table's entries come before whatever reads it */
        if (sweep->tables[it->x].state == TABLE_NEW) {
            Table table = tape->tables.items[it->x];
            sweep->tables[it->x].state = TABLE_FLAT;
            for (int32_t i = 0; i < table.count; i++) {
                if (sweep->marks[tape->members.items[table.first + i]] & REACHED) {
                    sweep->tables[it->x].state = TABLE_REACHED;
                }
            }
        }
        return sweep->tables[it->x].state == TABLE_REACHED;
    }
    if (it->op == SCATTER) {
        Scatter scatter = tape->scatters.items[it->x];
        for (Py_ssize_t i = 0; i < scatter.count; i++) {
            if (sweep->marks[tape->members.items[scatter.first + 2 * i + 1]] & REACHED) {
                return 1;
            }
        }
    }
    return 0;
}

/* A number if a condition holds, otherwise 0. */
int32_t only_where(Tape *tape, int32_t condition, int32_t number) {
    int32_t zero = tape_constant(tape, 0.0);
    return zero < 0 ? FAILED : tape_append(tape, OP_WHERE, condition, number, zero);
}

/* An adjoint or a tangent times a local derivative; NOTHING if the formula of that is 0. */
int32_t times_partial(Tape *tape, const Recipe *recipe, int32_t node, int argnum, int32_t factor, int32_t *partial) {
    Node it = tape->nodes.items[node];
    int32_t operands[3] = {it.x, it.y, it.z};
    *partial = tape_expand(tape, &recipe->partials[argnum], operands, node);
    if (*partial < 0 || is_zero(tape, *partial)) {
        return *partial < 0 ? FAILED : NOTHING;
    }
    return recipe->is_gate ? only_where(tape, *partial, factor) : tape_append(tape, OP_MUL, factor, *partial, -1);
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
