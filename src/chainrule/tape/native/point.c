/* A program at one point: one number for each slot. */

#include "machine.h"

#define ROW_1(name) op_##name(slots[step->a])
#define ROW_2(name) op_##name(slots[step->a], slots[step->b])
#define ROW_3(name) op_##name(slots[step->a], slots[step->b], slots[step->c])

static int take(const Plan *plan, const Step *step, double *slots, Fault *fault) {
    const Span *table = &plan->tables[step->b];
    double index = slots[step->a];
    int64_t at = position(index, table->count);
    if (at < 0) {
        *fault = (Fault){step->c, 0, index};
        return FAULT;
    }
    slots[step->out] = slots[plan->entries[table->first + at]];
    return DONE;
}

static int scatter(const Plan *plan, const Step *step, double *slots, Fault *fault) {
    const Span *scatter = &plan->scatters[step->b];
    double *sums = slots + step->out + 1;
    memset(slots + step->out, 0, (scatter->length + (size_t)1) * sizeof *slots);
    for (uint32_t i = scatter->first; i < scatter->first + scatter->count; i++) {
        double index = slots[plan->pairs[2 * i]];
        int64_t at = position(index, scatter->length);
        if (at < 0) {
            *fault = (Fault){step->c, 0, index};
            return FAULT;
        }
        sums[at] += slots[plan->pairs[2 * i + 1]];
    }
    return DONE;
}

/* Where labels are values, each step ends with a jump of its own to the next one: the processor learns what follows what. */
#ifdef __GNUC__
#define STEP(number) do_##number:
#define DOTS do_DOT:
#define AGAIN goto *labels[step->op]
#else
#define STEP(number) case number:
#define DOT_CASE(name, result, sign) case DO_##name:
#define DOTS ALL_DOTS(DOT_CASE)
#define AGAIN continue
#endif
#define NEXT  \
    step++;   \
    AGAIN

static inline double with_sign(double x, uint8_t sign) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits ^= (uint64_t)sign << 63;
    memcpy(&x, &bits, sizeof bits);
    return x;
}

/* Do all steps. Returns DONE, FAULT, or the number of the guard that has the other outcome. */
int point_run(const Plan *plan, double *slots, Fault *fault) {
    const Step *step = plan->steps;
#ifdef __GNUC__
#define ROW_LABEL(name, number, arity) [number] = &&do_##number,
#define DOT_LABEL(name, result, sign) [DO_##name] = &&do_DOT,
    static const void *const labels[DO_COUNT] = {
        ALL_ROWS(ROW_LABEL) ALL_DOTS(DOT_LABEL)[DO_TAKE] = &&do_DO_TAKE,
        [DO_SCATTER] = &&do_DO_SCATTER,
        [DO_GUARD] = &&do_DO_GUARD,
        [DO_END] = &&do_DO_END,
        [DO_SINCOS] = &&do_DO_SINCOS,
    };
    goto *labels[step->op];
#else
    for (;;)
        switch (step->op)
#endif
    {
#define ROW(name, number, arity)           \
    STEP(number) {                         \
        slots[step->out] = ROW_##arity(name); \
        NEXT;                              \
    }
        ALL_ROWS(ROW)
        DOTS {
            do {
                double w = with_sign(slots[step->d], step->sign);
                slots[step->out] = slots[step->a] * slots[step->b] + slots[step->c] * w;
                step++;
            } while (step->is_dot);
            AGAIN;
        }
        STEP(DO_SINCOS) {
            double sine, cosine;
            sincos(slots[step->a], &sine, &cosine);
            slots[step->out] = sine;
            slots[step->b] = cosine;
            NEXT;
        }
        STEP(DO_TAKE) {
            if (UNLIKELY(take(plan, step, slots, fault) != DONE)) {
                return FAULT;
            }
            NEXT;
        }
        STEP(DO_SCATTER) {
            if (UNLIKELY(scatter(plan, step, slots, fault) != DONE)) {
                return FAULT;
            }
            NEXT;
        }
        STEP(DO_GUARD) {
            if (UNLIKELY((slots[step->a] != 0.0) != (step->b != 0))) {
                return (int)step->c;
            }
            NEXT;
        }
        STEP(DO_END) {
            return DONE;
        }
    }
}
