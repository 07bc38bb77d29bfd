/* A program over rows, in blocks of LANES rows: each step is a loop over the rows of a block. */

#include "block.h"

/* Where the linker can choose among versions of a function, each processor gets its widest vectors. All versions give
 * the same bits: no multiply-adds (-ffp-contract=off), and every number is computed on its own. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define VERSIONS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VERSIONS
#endif

/* No row has to do with another, whether or not the result lies where an operand did. */
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

/* Leave out a row that still counts, for this reason. */
static inline void lose(Block *block, int row, int32_t reason) {
    if (block->status[row] == DONE) {
        block->status[row] = reason;
        block->alive--;
    }
}

/* An index that is right, or the first one of the table and a row lost. */
static inline int64_t index_of(Block *block, int row, double index, uint32_t length, uint32_t node) {
    int64_t at = position(index, length);
    if (UNLIKELY(at < 0)) {
        if (block->status[row] == DONE) {
            block->faults[row] = (Fault){node, row, index};
        }
        lose(block, row, FAULT);
    }
    return at;
}

static void take(const Plan *plan, const Step *step, double *slots, Block *block) {
    const Span *table = &plan->tables[step->b];
    for (int r = 0; r < LANES; r++) {
        int64_t at = index_of(block, r, AT(step->a)[r], table->count, step->c);
        if (at >= 0) {
            AT(step->out)[r] = AT(plan->entries[table->first + at])[r];
        }
    }
}

static void scatter(const Plan *plan, const Step *step, double *slots, Block *block) {
    const Span *scatter = &plan->scatters[step->b];
    memset(AT(step->out), 0, (scatter->length + (size_t)1) * LANES * sizeof *slots);
    for (uint32_t i = scatter->first; i < scatter->first + scatter->count; i++) {
        const double *index = AT(plan->pairs[2 * i]), *number = AT(plan->pairs[2 * i + 1]);
        for (int r = 0; r < LANES; r++) {
            int64_t at = index_of(block, r, index[r], scatter->length, step->c);
            if (at >= 0) {
                AT(step->out + 1 + at)[r] += number[r];
            }
        }
    }
}

static void guard(const Step *step, double *slots, Block *block) {
    for (int r = 0; r < LANES; r++) {
        if ((AT(step->a)[r] != 0.0) != (step->b != 0)) {
            lose(block, r, (int32_t)step->c);
        }
    }
}

#define OPERANDS_1 const double *xs = AT(step->a);
#define OPERANDS_2 OPERANDS_1 const double *ys = AT(step->b);
#define OPERANDS_3 OPERANDS_2 const double *zs = AT(step->c);
#define ROW_1(name) op_##name(xs[r])
#define ROW_2(name) op_##name(xs[r], ys[r])
#define ROW_3(name) op_##name(xs[r], ys[r], zs[r])

/* Do all steps for a block, or as many as any row gets through. */
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
            take(plan, step, slots, block);
            if (block->alive == 0) {
                return;
            }
            break;
        case DO_SCATTER:
            scatter(plan, step, slots, block);
            if (block->alive == 0) {
                return;
            }
            break;
        case DO_END:
            return;
        }
    }
}
