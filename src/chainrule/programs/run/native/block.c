/* Running a plan over a block of rows: each step is a loop over the rows. */

#include "rows.h"

/* No row depends on another one, even if the result takes the slot of an operand. */
#if defined(__clang__)
#define EACH_ROW _Pragma("clang loop vectorize(assume_safety)") for (int r = 0; r < LANES; r++)
#elif defined(__GNUC__)
#define EACH_ROW _Pragma("GCC ivdep") for (int r = 0; r < LANES; r++)
#else
#define EACH_ROW for (int r = 0; r < LANES; r++)
#endif

#ifdef __GNUC__
#define AT(slot) ((double *)__builtin_assume_aligned(slots + (size_t)(slot) * LANES, 64))
#else
#define AT(slot) (slots + (size_t)(slot) * LANES)
#endif

/* Give up a row, for this reason, unless that has happened already. */
static inline void give_up(Block *block, int row, int32_t reason) {
    if (block->status[row] == DONE) {
        block->status[row] = reason;
        block->alive--;
    }
}

/* The position that an index selects; -1 if it is out of range, and the row is given up. */
static inline int64_t position_of(Block *block, int row, double index, uint32_t length) {
    int64_t selected = position(index, length);
    if (UNLIKELY(selected < 0)) {
        give_up(block, row, FAULT);
    }
    return selected;
}

static void take(const Plan *plan, const Step *step, double *slots, Block *block) {
    const Span *table = &plan->tables[step->b];
    for (int r = 0; r < LANES; r++) {
        int64_t selected = position_of(block, r, AT(step->a)[r], table->count);
        if (selected >= 0) {
            AT(step->out)[r] = AT(plan->entries[table->first + selected])[r];
        }
    }
}

static void scatter(const Plan *plan, const Step *step, double *slots, Block *block) {
    const Span *scatter = &plan->scatters[step->b];
    memset(AT(step->out), 0, (scatter->length + (size_t)1) * LANES * sizeof *slots);
    for (uint32_t i = scatter->first; i < scatter->first + scatter->count; i++) {
        const double *index = AT(plan->pairs[2 * i]), *number = AT(plan->pairs[2 * i + 1]);
        for (int r = 0; r < LANES; r++) {
            int64_t selected = position_of(block, r, index[r], scatter->length);
            if (selected >= 0) {
                AT(step->out + 1 + selected)[r] += number[r];
            }
        }
    }
}

/* Give up the rows with the other outcome; without a branch, because either outcome may be as likely. */
static inline void guard(const Step *step, double *slots, Block *block) {
    const double *xs = AT(step->a);
    int32_t *status = block->status, guard = (int32_t)step->c;
    int outcome = step->b != 0, lost = 0;
    EACH_ROW {
        int is_lost = ((xs[r] != 0.0) != outcome) & (status[r] == DONE);
        status[r] = is_lost ? guard : status[r];
        lost += is_lost;
    }
    block->alive -= lost;
}

static void call(const Plan *plan, const Step *step, double *slots, Block *block) {
    int32_t rows[LANES];
    uint32_t count = 0;
    for (int32_t r = 0; r < LANES; r++) {
        if (block->status[r] == DONE) {
            rows[count++] = r;
        }
    }
    block->raised = call_function(plan, step->b, plan->operands, LANES, rows, count, step->out, slots) != DONE;
}

#define OPERANDS_1 const double *xs = AT(step->a);
#define OPERANDS_2 OPERANDS_1 const double *ys = AT(step->b);
#define OPERANDS_3 OPERANDS_2 const double *zs = AT(step->c);
#define ROW_1(name) op_##name(xs[r])
#define ROW_2(name) op_##name(xs[r], ys[r])
#define ROW_3(name) op_##name(xs[r], ys[r], zs[r])

/* Run all steps for a block, or as many as the row that gets furthest needs. */
VERSIONS void block_run(const Plan *plan, double *slots, Block *block) {
    for (const Step *step = plan->steps;; step++) {
        double *out = AT(step->out);
        switch (step->op) {
#define ROW(name, number, arity)         \
    case number: {                       \
        OPERANDS_##arity                 \
        EACH_ROW out[r] = ROW_##arity(name); \
        break;                           \
    }
            ALL_ROWS(ROW)
#define DOT(name, result, operands)                                                                  \
    case DO_##name: {                                                                                \
        const double *xs = AT(step->a), *ys = AT(step->b), *zs = AT(step->c), *ws = AT(step->d);     \
        EACH_ROW {                                                                                   \
            double x = xs[r], y = ys[r], z = zs[r], w = ws[r];                                       \
            (void)x, (void)y, (void)z, (void)w;                                                      \
            out[r] = result;                                                                         \
        }                                                                                            \
        break;                                                                                       \
    }
            ALL_DOTS(DOT)
        case DO_SINCOS: {
            const double *xs = AT(step->a);
            double *cosines = AT(step->b);
            EACH_ROW sincos(xs[r], &out[r], &cosines[r]);
            break;
        }
        case DO_GUARD: {
            const double *xs = AT(step->a);
            int unlike = 0, outcome = step->b != 0;
            EACH_ROW unlike |= (xs[r] != 0.0) != outcome;
            if (UNLIKELY(unlike)) {
                guard(step, slots, block);
                if (block->alive == 0) {
                    return;
                }
            }
            break;
        }
        case DO_TAKE:
        case DO_SCATTER:
            (step->op == DO_TAKE ? take : scatter)(plan, step, slots, block);
            if (block->alive == 0) {
                return;
            }
            break;
        case DO_CALL:
            call(plan, step, slots, block);
            if (block->raised) {
                return;
            }
            break;
        case DO_END:
            return;
        }
    }
}
