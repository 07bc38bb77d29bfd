/* The steps of a program, and where its values live.
 *
 * They are written from the last to the first: a value gets a slot at its last use and frees it where it is computed, so
 * that the slot freed last, whose line is in the cache, is taken next.
 */
#include "plan.h"

/* ---- slots ------------------------------------------------------------------------------------- */

/* Find or make room for so many numbers in a row. */
static uint32_t take_region(Work *work, uint32_t count) {
    uint32_t end = work->region_count, tries = end < 16 ? end : 16;
    for (uint32_t i = end - tries; i < end; i++) {
        if (work->regions[i].count >= count) {
            uint32_t first = work->regions[i].first;
            work->regions[i] = work->regions[--work->region_count];
            return first;
        }
    }
    work->next += count;
    return (uint32_t)(work->next - count);
}

static uint32_t slot_of(Work *work, int32_t node) {
    uint32_t slot = work->slot[node];
    if (slot != NOWHERE) {
        return slot;
    }
    int32_t op = work->tape->op[node];
    if (UNLIKELY(op == SCATTER || op == ENTRY)) {
        int32_t scatter = op == ENTRY ? work->tape->x[node] : node;
        if (work->slot[scatter] == NOWHERE) {
            uint32_t length = (uint32_t)work->tape->lengths.items[work->tape->x[scatter]];
            work->slot[scatter] = take_region(work, length + 1);
        }
        slot = work->slot[scatter] + (op == ENTRY ? 1 + (uint32_t)work->tape->y[node] : 0);
    } else {
        slot = work->idle_count ? work->idle[--work->idle_count] : (uint32_t)work->next++;
    }
    return work->slot[node] = slot;
}

/* The slot of an operand, which is to be found where it is computed, further on in this pass. */
static inline uint32_t operand(Work *work, int32_t node) {
    return slot_of(work, follow(work, node));
}

/* ---- steps ------------------------------------------------------------------------------------- */

/* Write a step before those written already; its slot is free before it. */
static inline Step *emit(Work *work, uint16_t op, int32_t node) {
    Step *step = --work->step;
    *step = (Step){.op = op, .out = work->slot[node]};
    return step;
}

static inline void release(Work *work, uint32_t slot) {
    work->idle[work->idle_count++] = slot;
}

static void write_special(Work *work, int32_t node) {
    const Tape *tape = work->tape;
    Plan *plan = work->plan;
    int32_t k = tape->x[node];
    if (tape->op[node] == TAKE) {
        Step *step = emit(work, DO_TAKE, node);
        Span *table = &plan->tables[k];
        release(work, step->out);
        step->a = operand(work, tape->y[node]);
        step->b = (uint32_t)k;
        step->c = (uint32_t)node;
        for (uint32_t i = table->first; table->is_used && i < table->first + table->count; i++) {
            plan->entries[i] = operand(work, tape->entries.items[i]);
        }
        table->is_used = 0; /* its last use is the first one met */
    } else if (tape->op[node] == SCATTER) {
        Step *step = emit(work, DO_SCATTER, node);
        const Span *scatter = &plan->scatters[k];
        step->b = (uint32_t)k;
        step->c = (uint32_t)node;
        for (uint32_t i = 2 * scatter->first; i < 2 * (scatter->first + scatter->count); i++) {
            plan->pairs[i] = operand(work, tape->pairs.items[i]);
        }
        /* Only now: no sum may lie where something to be added does. */
        work->regions[work->region_count++] = (Region){step->out, scatter->length + 1};
    }
}

/* Both factors of a product that is done in this step, or a number and 1. Returns whether it is a product. */
static int write_term(Work *work, int32_t node, uint32_t *x, uint32_t *y) {
    const Tape *tape = work->tape;
    node = follow(work, node);
    if (work->state[node] & IS_FACTOR) {
        *x = operand(work, tape->x[node]);
        *y = operand(work, tape->y[node]);
        return 1;
    }
    *x = slot_of(work, node);
    *y = ONE(work->plan);
    return 0;
}

/* A sum or difference, with products in it or without. */
static void write_sum(Work *work, int32_t node, Step *step) {
    static const uint16_t ops[2][4] = {{DO_sum, DO_product_plus, DO_product_plus, DO_products_plus},
                                       {DO_difference, DO_product_less, DO_less_product, DO_products_less}};
    const Tape *tape = work->tape;
    int32_t x = tape->x[node], y = tape->y[node];
    int sign = tape->op[node] == OP_SUB;
    if (!sign && !(work->state[follow(work, x)] & IS_FACTOR)) { /* a product goes first */
        int32_t first = x;
        x = y;
        y = first;
    }
    int form = write_term(work, x, &step->a, &step->b);
    form += 2 * write_term(work, y, &step->c, &step->d);
    step->sign = (uint8_t)sign;
    step->op = ops[sign][form];
}

static void write_dot(Work *work, int32_t node, Step *step) {
    const Tape *tape = work->tape;
    step->is_dot = 1;
    step->a = step->c = MINUS_ZERO(work->plan);
    step->b = step->d = ONE(work->plan);
    if (step->op == OP_MUL) {
        step->op = DO_product;
        step->a = operand(work, tape->x[node]);
        step->b = operand(work, tape->y[node]);
    } else if (step->op == OP_NEG) {
        step->op = DO_opposite;
        step->sign = 1;
        step->c = operand(work, tape->x[node]);
    } else {
        write_sum(work, node, step);
    }
}

static void write_sincos(Work *work, int32_t node, Step *step) {
    const Tape *tape = work->tape;
    int32_t other = work->angles[follow(work, tape->x[node])];
    int is_sin = tape->op[node] == OP_SIN;
    step->op = DO_SINCOS;
    step->out = work->slot[is_sin ? node : other];
    step->b = work->slot[is_sin ? other : node];
    release(work, step->b);
}

static void write_operation(Work *work, int32_t node) {
    const Tape *tape = work->tape;
    int32_t op = tape->op[node];
    Step *step = emit(work, (uint16_t)op, node);
    if (work->state[node] & DOES_BOTH) {
        write_sincos(work, node, step);
    }
    release(work, step->out);
    if (op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_NEG) {
        write_dot(work, node, step);
        return;
    }
    step->a = operand(work, tape->x[node]);
    if (ARITIES[op] > 1) {
        step->b = operand(work, tape->y[node]);
        if (ARITIES[op] > 2) {
            step->c = operand(work, tape->z[node]);
        }
    }
}

/* Write all steps, the last one first. */
void plan_steps(Work *work) {
    const Tape *tape = work->tape;
    Plan *plan = work->plan;
    Py_ssize_t guard = tape->guards.count;
    work->step = plan->steps + plan->step_count;
    *--work->step = (Step){.op = DO_END};
    for (Py_ssize_t i = 0; i < tape->outputs.count; i++) {
        plan->outputs[i] = operand(work, tape->outputs.items[i]);
    }
    for (int32_t i = work->order_count - 1; i >= 0; i--) {
        int32_t node = work->order[i];
        while (guard > 0 && work->guard_at[guard - 1] == node) {
            guard--;
            *--work->step = (Step){.op = DO_GUARD,
                                   .a = operand(work, tape->guards.items[guard]),
                                   .b = (uint32_t)tape->outcomes.items[guard],
                                   .c = (uint32_t)guard};
        }
        if ((work->state[node] & (USED | IS_FACTOR | IS_DONE)) != USED) {
            continue;
        }
        if (tape->op[node] < 0) {
            write_special(work, node);
        } else {
            write_operation(work, node);
        }
    }
}
