/* A program at one point: one number for each slot.
 *
 * The steps stand in groups: the kind of all of them, how many words the group has, and for each step the slot of its
 * result and those of its operands. So there is one jump for a group, not for each step, and where no step needs the one
 * before, as within a group of order.c, the processor does several at once. Where all slots lie in a row, even their
 * numbers need not be read: such a run is the kind DO_RUN.
 */
#include "machine.h"

/* ---- packing ----------------------------------------------------------------------------------- */

#define DOT_FIELDS(name, result, operands) [DO_##name] = operands,
#define ROW_FIELDS(name, number, arity) [number] = (1 << (arity)) - 1,
enum { HAS_NO_OUT = 16 };
enum { RUN_WORDS = 12, MOST_WORDS = 7 }; /* of a run, which is TOGETHER steps or more; of a step that is a group */
static const unsigned char FIELDS[DO_COUNT] = {
    ALL_ROWS(ROW_FIELDS) ALL_DOTS(DOT_FIELDS)[DO_SINCOS] = HAS_A | HAS_B,
    [DO_TAKE] = HAS_A | HAS_B | HAS_C,
    [DO_SCATTER] = HAS_B | HAS_C,
    [DO_GUARD] = HAS_A | HAS_B | HAS_C | HAS_NO_OUT,
    [DO_END] = HAS_NO_OUT,
};

static uint32_t *pack_step(uint32_t *to, const Step *step) {
    unsigned fields = FIELDS[step->op];
    if (!(fields & HAS_NO_OUT)) {
        *to++ = step->out;
    }
    for (int k = 0; k < 4; k++) {
        if (fields >> k & 1) {
            *to++ = step->all[k + 1];
        }
    }
    return to;
}

/* How many steps from here on, `most` of which are alike, can be done TOGETHER: their results lie in a row, and so do
 * their operands, or are the same one; and none of these is a result of the steps before it here, as it may be where one
 * group follows another of its kind. */
static uint32_t run_length(const Step *step, size_t most) {
    const uint32_t *first = step->all, *second = step[1].all;
    size_t length = 1;
    if (second[0] != first[0] + 1) {
        return 0;
    }
    for (int k = 1; k <= 4; k++) {
        uint32_t by = second[k] - first[k], ahead = by ? first[0] - first[k] - 1 : first[k] - first[0];
        if (by > 1) {
            return 0;
        }
        if (FIELDS[step->op] >> (k - 1) & 1 && ahead < most) { /* as an unsigned number, large where it is negative */
            most = ahead + by;
        }
    }
    for (int is_regular = 1; is_regular && length < most; length += (size_t)is_regular) {
        for (int k = 0; k <= 4; k++) {
            is_regular &= step[length].all[k] - first[k] == (second[k] - first[k]) * (uint32_t)length;
        }
    }
    return (uint32_t)(length / TOGETHER * TOGETHER);
}

static uint32_t *pack_run(uint32_t *to, const Step *step, uint32_t length) {
    *to++ = DO_RUN;
    *to++ = step->op;
    *to++ = length;
    *to++ = step->out;
    for (int k = 1; k <= 4; k++) {
        *to++ = step->all[k];
        *to++ = step[1].all[k] - step->all[k];
    }
    return to;
}

/* Make groups of the steps. Returns -1 without memory. */
int point_pack(Plan *plan) {
    uint32_t *to = plan->groups = PyMem_Malloc((size_t)plan->step_count * MOST_WORDS * sizeof *to), *group = NULL;
    if (to == NULL) {
        return -1;
    }
    const Step *step = plan->steps, *last = step + plan->step_count - 1, *alike = step;
    while (step <= last) {
        for (; alike <= last && alike->op == step->op; alike++) {
        }
        size_t most = (size_t)(alike - step);
        uint32_t run = most >= TOGETHER && step->op >= DO_sum ? run_length(step, most) : 0;
        if (run > 0) {
            to = pack_run(to, step, run);
            step += run;
            group = NULL;
            continue;
        }
        if (group == NULL || *group != step->op) {
            group = to;
            *to++ = step->op;
            *to++ = 0;
        }
        to = pack_step(to, step++);
        group[1] = (uint32_t)(to - group);
    }
    uint32_t *fitting = PyMem_Realloc(plan->groups, (size_t)(to - plan->groups) * sizeof *to);
    plan->groups = fitting ? fitting : plan->groups;
    return 0;
}

/* ---- running ----------------------------------------------------------------------------------- */

static int take(const Plan *plan, const uint32_t *at, double *slots, Fault *fault) {
    const Span *table = &plan->tables[at[2]];
    double index = slots[at[1]];
    int64_t place = position(index, table->count);
    if (place < 0) {
        *fault = (Fault){at[3], 0, index};
        return FAULT;
    }
    slots[at[0]] = slots[plan->point_entries[table->first + place]];
    return DONE;
}

static int scatter(const Plan *plan, const uint32_t *at, double *slots, Fault *fault) {
    const Span *scatter = &plan->scatters[at[1]];
    double *sums = slots + at[0] + 1;
    memset(slots + at[0], 0, (scatter->length + (size_t)1) * sizeof *slots);
    for (uint32_t i = scatter->first; i < scatter->first + scatter->count; i++) {
        double index = slots[plan->point_pairs[2 * i]];
        int64_t place = position(index, scatter->length);
        if (place < 0) {
            *fault = (Fault){at[2], 0, index};
            return FAULT;
        }
        sums[place] += slots[plan->point_pairs[2 * i + 1]];
    }
    return DONE;
}

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define VERSIONS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VERSIONS
#endif

/* Do a run of steps, TOGETHER at once. It has a kind, a count, the first result; the first of each operand, and by how much
 * the next one is further on. All versions give the same bits: no multiply-adds, and no sums over lanes. */
VERSIONS void point_steps(const uint32_t *run, double *slots) {
    double same[4][TOGETHER], results[TOGETHER];
    const double *from[4];
    double *out = slots + run[3], *end = out + run[2];
    size_t by[4];
    for (int k = 0; k < 4; k++) {
        from[k] = slots + run[4 + 2 * k];
        by[k] = run[5 + 2 * k] * TOGETHER;
        if (by[k] == 0) {
            for (int i = 0; i < TOGETHER; i++) {
                same[k][i] = *from[k];
            }
            from[k] = same[k];
        }
    }
    switch (run[1]) {
#define RUN(name, result, operands)                             \
    case DO_##name:                                             \
        for (; out < end; out += TOGETHER) {                    \
            for (int i = 0; i < TOGETHER; i++) {                \
                double x = (operands)&HAS_A ? from[0][i] : 0.0; \
                double y = (operands)&HAS_B ? from[1][i] : 0.0; \
                double z = (operands)&HAS_C ? from[2][i] : 0.0; \
                double w = (operands)&HAS_D ? from[3][i] : 0.0; \
                (void)x, (void)y, (void)z, (void)w;             \
                results[i] = result;                            \
            }                                                   \
            memcpy(out, results, sizeof results);               \
            for (int k = 0; k < 4; k++) {                       \
                from[k] += by[k];                               \
            }                                                   \
        }                                                       \
        break;
        ALL_DOTS(RUN)
    }
}

/* Where labels are values, each group ends with a jump of its own to the next one: the processor learns what follows. */
#ifdef __GNUC__
#define GROUP(number) do_##number:
#define NEXT goto *labels[*at]
#else
#define GROUP(number) case number:
#define NEXT continue
#endif
/* The words of the steps of a group, so many for each, one step after the other. */
#define EACH(words) for (const uint32_t *end = (at += 2, at - 2 + at[-1]); at < end; at += (words))

#define ROW_1(name) op_##name(slots[at[1]])
#define ROW_2(name) op_##name(slots[at[1]], slots[at[2]])
#define ROW_3(name) op_##name(slots[at[1]], slots[at[2]], slots[at[3]])
#define COUNT(has) (((has) & 1) + ((has) >> 1 & 1) + ((has) >> 2 & 1) + ((has) >> 3 & 1))
#define IF(has, bit) ((has) & (bit) ? slots[at[1 + COUNT((has) & ((bit) - 1))]] : 0.0)

/* Do all steps. Returns DONE, FAULT, or the number of the guard that has the other outcome. */
int point_run(const Plan *plan, double *slots, Fault *fault) {
    const uint32_t *at = plan->groups;
#ifdef __GNUC__
#define ROW_LABEL(name, number, arity) [number] = &&do_##number,
#define DOT_LABEL(name, result, operands) [DO_##name] = &&do_DO_##name,
    static const void *const labels[DO_COUNT] = {
        ALL_ROWS(ROW_LABEL) ALL_DOTS(DOT_LABEL)[DO_TAKE] = &&do_DO_TAKE,
        [DO_SCATTER] = &&do_DO_SCATTER,
        [DO_GUARD] = &&do_DO_GUARD,
        [DO_END] = &&do_DO_END,
        [DO_SINCOS] = &&do_DO_SINCOS,
        [DO_RUN] = &&do_DO_RUN,
    };
    NEXT;
#else
    for (;;)
        switch (*at)
#endif
    {
#define ROW(name, number, arity)                              \
    GROUP(number) {                                           \
        EACH(1 + (arity)) slots[at[0]] = ROW_##arity(name);   \
        NEXT;                                                 \
    }
        ALL_ROWS(ROW)
#define DOT(name, result, operands)                                                                      \
    GROUP(DO_##name) {                                                                                   \
        EACH(1 + COUNT(operands)) {                                                                      \
            double x = IF(operands, HAS_A), y = IF(operands, HAS_B);                                     \
            double z = IF(operands, HAS_C), w = IF(operands, HAS_D);                                     \
            (void)x, (void)y, (void)z, (void)w;                                                          \
            slots[at[0]] = result;                                                                       \
        }                                                                                                \
        NEXT;                                                                                            \
    }
        ALL_DOTS(DOT)
        GROUP(DO_RUN) {
            point_steps(at, slots);
            at += RUN_WORDS;
            NEXT;
        }
        GROUP(DO_SINCOS) {
            EACH(3) {
                double sine, cosine;
                sincos(slots[at[1]], &sine, &cosine);
                slots[at[0]] = sine;
                slots[at[2]] = cosine;
            }
            NEXT;
        }
        GROUP(DO_TAKE) {
            EACH(4) {
                if (UNLIKELY(take(plan, at, slots, fault) != DONE)) {
                    return FAULT;
                }
            }
            NEXT;
        }
        GROUP(DO_SCATTER) {
            EACH(3) {
                if (UNLIKELY(scatter(plan, at, slots, fault) != DONE)) {
                    return FAULT;
                }
            }
            NEXT;
        }
        GROUP(DO_GUARD) {
            EACH(3) {
                if (UNLIKELY((slots[at[0]] != 0.0) != (at[1] != 0))) {
                    return (int)at[2];
                }
            }
            NEXT;
        }
        GROUP(DO_END) {
            return DONE;
        }
    }
}
