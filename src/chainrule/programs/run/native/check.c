/* Whether arrays are a valid tape: known operations, operands before their users, indices within tables and regions. */

#include "plan.h"

#define ARITY(name, number, arity) [number] = arity,
const unsigned char ARITIES[OP_COUNT] = {ALL_ROWS(ARITY)};

static int raise_at(int32_t node, const char *what) {
    return FAIL(PyExc_ValueError, "node %ld: %s", (long)node, what);
}

static const char LATE[] = "an operand doesn't come before it";

static int check_special(Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    const Span *tables = work->plan->tables, *scatters = work->plan->scatters, *calls = work->plan->calls, *region;
    int32_t x = tape->x[node], y = tape->y[node];
    switch (tape->op[node]) {
    case INPUT:
        if (x < 0 || x >= tape->inputs.count || tape->inputs.items[x] != node) {
            return raise_at(node, "it isn't in the list of inputs");
        }
        work->slot[node] = (uint32_t)x;
        return 0;
    case CONSTANT:
        return 0;
    case COPY:
    case OVERRIDE:
        if (x < 0 || x >= node) {
            return raise_at(node, LATE);
        }
        work->source[node] = work->source[x];
        return 0;
    case TAKE:
        if (x < 0 || x >= tape->tables.count) {
            return raise_at(node, "unknown table");
        }
        return y < 0 || y >= node || tables[x].last >= node ? raise_at(node, LATE) : 0;
    case SCATTER:
        if (x < 0 || x >= tape->scatters.count) {
            return raise_at(node, "unknown scatter");
        }
        return scatters[x].last >= node ? raise_at(node, LATE) : 0;
    case ENTRY:
        if (x < 0 || x >= node || !is_region(tape->op[x])) {
            return raise_at(node, "its operand isn't a region before it");
        }
        region = tape->op[x] == CALL ? &calls[tape->x[x]] : &scatters[tape->x[x]];
        return y < 0 || (uint32_t)y >= region->length ? raise_at(node, "the region is too short") : 0;
    case CALL:
        if (x < 0 || x >= tape->calls.count) {
            return raise_at(node, "unknown call");
        }
        return calls[x].last >= node ? raise_at(node, LATE) : 0;
    default:
        return raise_at(node, "unknown operation");
    }
}

static int check_nodes(Work *work) {
    const TapeArrays *tape = work->tape;
    for (int32_t node = 0; node < tape->count; node++) {
        int32_t op = tape->op[node];
        if (work->source != NULL) {
            work->source[node] = node;
        }
        if (op <= OP_OWN || op >= OP_COUNT) {
            if (check_special(work, node) < 0) {
                return -1;
            }
            continue;
        }
        for (int k = 0; k < ARITIES[op]; k++) {
            if (UNLIKELY((uint32_t)tape->operands[k][node] >= (uint32_t)node)) { /* unsigned, negative ones are large */
                return raise_at(node, LATE);
            }
        }
    }
    return 0;
}

/* Check a tape, follow its copies and give the inputs their slots. Returns -1 with an error. */
int arrays_check(Work *work) {
    const TapeArrays *tape = work->tape;
    for (int32_t i = 0; i < tape->inputs.count; i++) {
        int32_t node = tape->inputs.items[i];
        if (tape->op[node] != INPUT || tape->x[node] != i) {
            return raise_at(node, "it isn't the input that the list of inputs says");
        }
    }
    return check_nodes(work);
}
