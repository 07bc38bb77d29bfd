/* The steps of a plan, and the slots of its values.
 *
 * Steps are written from the last to the first: a value gets a slot at its last use and frees it where it is computed. The
 * slot that was freed last, whose cache line is at hand, is taken next. At a point the results of a large group get
 * consecutive slots, a block, which is taken and freed as a whole.
 */
#include "plan.h"

/* ---- slots ------------------------------------------------------------------------------------- */

/* Consecutive slots, free ones or new ones. */
static uint32_t take_region(Work *work, uint32_t count) {
    uint32_t end = work->region_count, tries = end < 16 ? end : 16;
    for (uint32_t i = end - tries; i < end; i++) {
        if (work->regions[i].count >= count) {
            uint32_t first = work->regions[i].first;
            work->regions[i] = work->regions[--work->region_count];
            return first;
        }
    }
    work->next_slot += count;
    return (uint32_t)(work->next_slot - count);
}

/* A block for a group of so many steps. */
static uint32_t take_block(Work *work, int32_t count) {
    int32_t units = (count + BATCH - 1) / BATCH, free = work->free_block[units];
    if (free == 0) {
        work->next_slot += (uint32_t)(units * BATCH);
        return (uint32_t)work->next_slot - (uint32_t)(units * BATCH);
    }
    work->free_block[units] = work->next_block[free];
    return work->block[free];
}

/* Give all results of a large group their block when the first of them is needed. NOWHERE if the node has none. */
static uint32_t slot_in_block(Work *work, int32_t node) {
    if (work->group_start == NULL || work->state[node] & (DOES_BOTH | IS_DONE)) {
        return NOWHERE;
    }
    int32_t group = work->group[node], begin = work->group_start[group], count = work->group_start[group + 1] - begin;
    if (count < BATCH) {
        return NOWHERE;
    }
    uint32_t first = work->block[group] = take_block(work, count);
    for (int32_t i = 0; i < count; i++) {
        uint32_t *slot = &work->slot[work->order[begin + i]];
        *slot = *slot == NOWHERE ? first + (uint32_t)i : *slot; /* outputs have theirs */
    }
    return work->slot[node];
}

static int is_in_block(const Work *work, int32_t node, uint32_t slot) {
    if (work->group_start == NULL) {
        return 0;
    }
    int32_t group = work->group[node];
    uint32_t first = work->block[group], count = (uint32_t)(work->group_start[group + 1] - work->group_start[group]);
    return first != NOWHERE && slot >= first && slot - first < count;
}

/* After the first step of a group, which is written last, its block is free. */
static void release_block(Work *work, int32_t node, int32_t i) {
    int32_t group = work->group[node], begin = work->group_start[group];
    if (i == begin && work->block[group] != NOWHERE) {
        int32_t *free = &work->free_block[(work->group_start[group + 1] - begin + BATCH - 1) / BATCH];
        work->next_block[group] = *free;
        *free = group;
    }
}

static uint32_t slot_of(Work *work, int32_t node) {
    uint32_t slot = work->slot[node];
    if (slot != NOWHERE) {
        return slot;
    }
    int32_t op = work->tape->op[node];
    if (UNLIKELY(is_region(op) || op == ENTRY)) {
        int32_t region = op == ENTRY ? work->tape->x[node] : node, id = work->tape->x[region];
        if (work->slot[region] == NOWHERE) {
            const Plan *plan = work->plan;
            const Span *span = work->tape->op[region] == CALL ? &plan->calls[id] : &plan->scatters[id];
            work->slot[region] = take_region(work, span->length + 1);
        }
        slot = work->slot[region] + (op == ENTRY ? 1 + (uint32_t)work->tape->y[node] : 0);
    } else if (!work->has_outputs || (slot = slot_in_block(work, node)) == NOWHERE) {
        slot = work->idle_count ? work->idle[--work->idle_count] : (uint32_t)work->next_slot++;
    }
    return work->slot[node] = slot;
}

/* The slot of an operand, which is computed by a step that is written later. */
static inline uint32_t operand(Work *work, int32_t node) {
    return slot_of(work, follow(work, node));
}

/* ---- steps ------------------------------------------------------------------------------------- */

/* Write a step in front of those written so far. */
static inline Step *emit(Work *work, uint32_t op, int32_t node) {
    Step *step = --work->step;
    *step = (Step){.op = op, .out = work->slot[node]};
    return step;
}

static inline void release(Work *work, uint32_t slot) {
    work->idle[work->idle_count++] = slot;
}

static void write_special(Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    Plan *plan = work->plan;
    int32_t k = tape->x[node];
    if (tape->op[node] == TAKE) {
        Step *step = emit(work, DO_TAKE, node);
        Span *table = &plan->tables[k];
        uint32_t is_first = table->passes_left == work->passes_left; /* the last use, which comes first here */
        release(work, step->out);
        step->a = operand(work, tape->y[node]);
        step->b = (uint32_t)k;
        for (uint32_t i = table->first; is_first && i < table->first + table->count; i++) {
            work->entries[i] = operand(work, tape->entries.items[i]);
        }
        table->passes_left -= is_first;
    } else if (tape->op[node] == SCATTER) {
        Step *step = emit(work, DO_SCATTER, node);
        const Span *scatter = &plan->scatters[k];
        step->b = (uint32_t)k;
        for (uint32_t i = 2 * scatter->first; i < 2 * (scatter->first + scatter->count); i++) {
            work->pairs[i] = operand(work, tape->pairs.items[i]);
        }
        /* Only now, so that no sum shares a slot with a number that is added. */
        work->regions[work->region_count++] = (Region){step->out, scatter->length + 1};
    } else if (tape->op[node] == CALL) {
        Step *step = emit(work, DO_CALL, node);
        const Span *call = &plan->calls[k];
        step->b = (uint32_t)k;
        for (uint32_t i = call->first; i < call->first + call->count; i++) {
            work->operands[i] = operand(work, tape->operands_of_calls.items[i]);
        }
        work->regions[work->region_count++] = (Region){step->out, call->length + 1};
    }
}

/* Both factors of a product that shares this step, or a single operand. */
static void write_term(Work *work, int32_t node, uint32_t *x, uint32_t *y) {
    const TapeArrays *tape = work->tape;
    node = follow(work, node);
    if (work->state[node] & IS_FACTOR) {
        *x = operand(work, tape->x[node]);
        *y = operand(work, tape->y[node]);
    } else {
        *x = slot_of(work, node);
    }
}

/* A sum or difference, possibly of products. */
static void write_sum(Work *work, int32_t node, Step *step) {
    const TapeArrays *tape = work->tape;
    int32_t x = tape->x[node], y = tape->y[node];
    step->op = kind_of_sum(work, node);
    if (step->op == DO_product_plus && !is_factor(work, x)) {
        int32_t first = x;
        x = y;
        y = first;
    }
    write_term(work, x, &step->a, &step->b);
    write_term(work, y, &step->c, &step->d);
}

static void write_dot(Work *work, int32_t node, Step *step) {
    const TapeArrays *tape = work->tape;
    if (step->op == OP_MUL) {
        step->op = DO_product;
        step->a = operand(work, tape->x[node]);
        step->b = operand(work, tape->y[node]);
    } else if (step->op == OP_NEG) {
        step->op = DO_opposite;
        step->c = operand(work, tape->x[node]);
    } else {
        write_sum(work, node, step);
    }
}

static void write_sincos(Work *work, int32_t node, Step *step) {
    const TapeArrays *tape = work->tape;
    int32_t other = work->angles[follow(work, tape->x[node])];
    int is_sin = tape->op[node] == OP_SIN;
    step->op = DO_SINCOS;
    step->out = work->slot[is_sin ? node : other];
    step->b = work->slot[is_sin ? other : node];
    release(work, step->b);
}

static void write_operation(Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    int32_t op = tape->op[node];
    Step *step = emit(work, (uint32_t)op, node);
    if (work->state[node] & DOES_BOTH) {
        write_sincos(work, node, step);
    }
    if (!is_in_block(work, node, step->out)) {
        release(work, step->out);
    }
    if (op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_NEG) {
        write_dot(work, node, step);
        return;
    }
    for (int k = 0; k < ARITIES[op]; k++) {
        step->all[1 + k] = operand(work, tape->operands[k][node]);
    }
}

static void write_guard(Work *work, Py_ssize_t guard) {
    *--work->step = (Step){.op = DO_GUARD,
                           .a = operand(work, work->tape->guards.items[guard].node),
                           .b = (uint32_t)work->tape->guards.items[guard].outcome,
                           .c = (uint32_t)guard};
}

/* Write all steps, the last one first. */
void plan_steps(Work *work) {
    const TapeArrays *tape = work->tape;
    Plan *plan = work->plan;
    Py_ssize_t guard = tape->guards.count;
    work->step = plan->steps + plan->step_count;
    work->has_outputs = 0;
    *--work->step = (Step){.op = DO_END};
    for (Py_ssize_t i = 0; i < tape->outputs.count; i++) {
        plan->outputs[i] = operand(work, tape->outputs.items[i]);
    }
    work->has_outputs = 1;
    for (int32_t i = work->order_count - 1; i >= 0; i--) {
        int32_t node = work->order[i];
        for (; guard > 0 && work->guard_after[guard - 1] == node; guard--) {
            write_guard(work, guard - 1);
        }
        if (tape->op[node] < 0) {
            write_special(work, node);
        } else {
            write_operation(work, node);
        }
        if (work->group_start != NULL) {
            release_block(work, node, i);
        }
    }
    for (; guard > 0; guard--) {
        write_guard(work, guard - 1);
    }
}
