/* Which nodes the outputs and guards need, how often they are used, and which operations share a step. */

#include "plan.h"

static inline void use(Work *work, int32_t node, unsigned char how) {
    node = follow(work, node);
    work->state[node] |= work->state[node] & USED ? USED | USED_AGAIN : how;
}

/* Mark a node that needs a slot of its own. */
static inline void keep(Work *work, int32_t node) {
    work->state[follow(work, node)] |= USED | USED_AGAIN;
}

static void keep_all(Work *work, const int32_t *nodes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        keep(work, nodes[i]);
    }
}

static void use_special(Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    Plan *plan = work->plan;
    int32_t k = tape->x[node];
    switch (tape->op[node]) {
    case CONSTANT:
        work->slot[node] = plan->input_count + plan->constant_count;
        plan->constants[plan->constant_count++] = tape->value[node];
        break;
    case TAKE:
        plan->step_count++;
        keep(work, tape->y[node]);
        if (plan->tables[k].passes_left == 0) {
            plan->tables[k].passes_left = PASSES;
            keep_all(work, tape->entries.items + plan->tables[k].first, plan->tables[k].count);
        }
        break;
    case SCATTER:
        plan->step_count++;
        keep_all(work, tape->pairs.items + 2 * (size_t)plan->scatters[k].first, 2 * (size_t)plan->scatters[k].count);
        break;
    case CALL:
        plan->step_count++;
        keep_all(work, tape->operands_of_calls.items + plan->calls[k].first, plan->calls[k].count);
        break;
    case ENTRY:
        keep(work, k);
        break;
    default: /* INPUT; COPY and OVERRIDE, whose users use the source */
        break;
    }
}

/* Note a sine or cosine. Returns whether it also computes the other one, which comes later on the tape and has been noted.
 * An angle has at most one such pair, because a tape has no node twice. */
static int does_both(Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    int32_t *noted = &work->angles[follow(work, tape->x[node])]; /* 0: none; node 0 has no operand */
    if (*noted == 0) {
        *noted = node;
    } else if (tape->op[*noted] != tape->op[node] && !(work->state[*noted] & IS_DONE)) {
        work->state[*noted] |= IS_DONE;
        work->state[node] |= DOES_BOTH;
        return 1;
    }
    return 0;
}

static void use_operation(Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    int32_t op = tape->op[node];
    unsigned char how = op == OP_ADD || op == OP_SUB ? USED | BY_SUM : USED;
    if (op == OP_MUL && work->state[node] == (USED | BY_SUM)) {
        work->state[node] |= IS_FACTOR;
    } else if (work->angles == NULL || (op != OP_SIN && op != OP_COS) || !does_both(work, node)) {
        work->plan->step_count++;
    }
    for (int k = 0; k < ARITIES[op]; k++) {
        use(work, tape->operands[k][node], how);
    }
}

/* Count uses and steps, the last node first: an operation that isn't needed uses nothing. */
void plan_needs(Work *work) {
    const TapeArrays *tape = work->tape;
    keep_all(work, tape->outputs.items, (size_t)tape->outputs.count);
    for (Py_ssize_t i = 0; i < tape->guards.count; i++) {
        keep(work, tape->guards.items[i].node);
    }
    for (int32_t node = tape->count - 1; node >= 0; node--) {
        if (!(work->state[node] & USED)) {
            continue;
        }
        if (tape->op[node] < 0) {
            use_special(work, node);
        } else {
            use_operation(work, node);
        }
    }
}
