/* Running a plan at one point: one number for each slot.
 *
 * The steps are packed in groups: their kind, the number of words in the group, and for each step the slots of its result
 * and of its operands. So there is one jump for a group instead of one for each step, and if no step needs the one before,
 * as in a group of order.c, the processor overlaps several. If all slots are evenly spaced, they needn't even be listed:
 * such a run is of the kind DO_RUN. A sum that is added up in one slot is of the kind DO_CHAIN: it stays in a register.
 */
#include "machine.h"

/* ---- packing ----------------------------------------------------------------------------------- */

#define DOT_FIELDS(name, result, operands) [DO_##name] = operands,
#define ROW_FIELDS(name, number, arity) [number] = (1 << (arity)) - 1,
enum { HAS_NO_OUT = 16 };
enum { RUN_WORDS = 12, MAX_WORDS = 7 }; /* of a run, which is BATCH steps or more; of a group of one step */
static const unsigned char FIELDS[DO_COUNT] = {
    ALL_ROWS(ROW_FIELDS) ALL_DOTS(DOT_FIELDS)[DO_SINCOS] = HAS_A | HAS_B,
    [DO_TAKE] = HAS_A | HAS_B,
    [DO_SCATTER] = HAS_B,
    [DO_CALL] = HAS_B,
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

/* How many of the next `most` steps, all of one kind, can run in batches: their results have consecutive slots, as have
 * their operands, unless they are the same; and no operand is a result of an earlier step here, as it can be if one group
 * follows another of its kind. */
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
        if (FIELDS[step->op] >> (k - 1) & 1 && ahead < most) { /* unsigned, a negative number is large */
            most = ahead + by;
        }
    }
    for (int is_regular = 1; is_regular && length < most; length += (size_t)is_regular) {
        for (int k = 0; k <= 4; k++) {
            is_regular &= step[length].all[k] - first[k] == (second[k] - first[k]) * (uint32_t)length;
        }
    }
    return (uint32_t)(length / BATCH * BATCH);
}

/* How many of the next `most` steps, all of one kind, are a chain: each changes the number in one slot, as in a sum, by
 * operands that are evenly spaced. */
static uint32_t chain_length(const Step *step, size_t most) {
    const uint32_t *first = step->all, *second = step[1].all;
    uint32_t out = first[0], length = 0;
    for (int k = 1; k <= 4; k++) {
        length |= FIELDS[step->op] >> (k - 1) & 1 && first[k] == out;
    }
    for (int is_regular = (int)length; is_regular && length < most; length += (uint32_t)is_regular) {
        const uint32_t *next = step[length].all;
        is_regular = next[0] == out;
        for (int k = 1; k <= 4; k++) {
            is_regular &= next[k] - first[k] == (second[k] - first[k]) * length && (next[k] == out) == (first[k] == out);
        }
    }
    return length;
}

static uint32_t *pack_run(uint32_t *to, uint32_t kind, const Step *step, uint32_t length) {
    *to++ = kind;
    *to++ = step->op;
    *to++ = length;
    *to++ = step->out;
    for (int k = 1; k <= 4; k++) {
        *to++ = step->all[k];
        *to++ = step[1].all[k] - step->all[k];
    }
    return to;
}

/* Pack the steps in groups. Returns -1 without memory. */
int point_pack(Plan *plan) {
    uint32_t *to = plan->groups = PyMem_Malloc((size_t)plan->step_count * MAX_WORDS * sizeof *to), *group = NULL;
    if (to == NULL) {
        return -1;
    }
    const Step *step = plan->steps, *last = step + plan->step_count - 1, *alike = step;
    while (step <= last) {
        for (; alike <= last && alike->op == step->op; alike++) {
        }
        size_t most = (size_t)(alike - step);
        int is_long = most >= BATCH && step->op >= DO_sum;
        uint32_t run = is_long ? run_length(step, most) : 0, chain = is_long && run == 0 ? chain_length(step, most) : 0;
        if (run > 0 || chain >= BATCH) {
            to = pack_run(to, run > 0 ? DO_RUN : DO_CHAIN, step, run > 0 ? run : chain);
            step += run > 0 ? run : chain;
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

static int take(const Plan *plan, const uint32_t *at, double *slots) {
    const Span *table = &plan->tables[at[2]];
    int64_t selected = position(slots[at[1]], table->count);
    if (selected < 0) {
        return FAULT;
    }
    slots[at[0]] = slots[plan->point_entries[table->first + selected]];
    return DONE;
}

static int scatter(const Plan *plan, const uint32_t *at, double *slots) {
    const Span *scatter = &plan->scatters[at[1]];
    double *sums = slots + at[0] + 1;
    memset(slots + at[0], 0, (scatter->length + (size_t)1) * sizeof *slots);
    for (uint32_t i = scatter->first; i < scatter->first + scatter->count; i++) {
        int64_t selected = position(slots[plan->point_pairs[2 * i]], scatter->length);
        if (selected < 0) {
            return FAULT;
        }
        sums[selected] += slots[plan->point_pairs[2 * i + 1]];
    }
    return DONE;
}

/* Run steps in batches. The words of a run are its kind, a count, the first result, and for each operand its first slot and
 * the distance to the next one. */
VERSIONS void point_steps(const uint32_t *run, double *slots) {
    double same[4][BATCH], results[BATCH];
    const double *from[4];
    double *out = slots + run[3], *end = out + run[2];
    size_t by[4];
    for (int k = 0; k < 4; k++) {
        from[k] = slots + run[4 + 2 * k];
        by[k] = run[5 + 2 * k] * BATCH;
        if (by[k] == 0) {
            for (int i = 0; i < BATCH; i++) {
                same[k][i] = *from[k];
            }
            from[k] = same[k];
        }
    }
    switch (run[1]) {
#define RUN(name, result, operands)                             \
    case DO_##name:                                             \
        for (; out < end; out += BATCH) {                    \
            for (int i = 0; i < BATCH; i++) {                \
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

/* Run a chain. Its words are those of a run. */
static void point_chain(const uint32_t *run, double *slots) {
    const double *from[4];
    ptrdiff_t by[4];
    int is_chained[4];
    double *out = slots + run[3], number = *out;
    for (int k = 0; k < 4; k++) {
        from[k] = slots + run[4 + 2 * k];
        by[k] = (int32_t)run[5 + 2 * k];
        is_chained[k] = from[k] == out;
    }
#define LINK(k) (is_chained[k] ? number : from[k][i * by[k]])
#define CHAIN(name, result, operands)                     \
    case DO_##name:                                       \
        for (ptrdiff_t i = 0; i < run[2]; i++) {          \
            double x = (operands)&HAS_A ? LINK(0) : 0.0;  \
            double y = (operands)&HAS_B ? LINK(1) : 0.0;  \
            double z = (operands)&HAS_C ? LINK(2) : 0.0;  \
            double w = (operands)&HAS_D ? LINK(3) : 0.0;  \
            (void)x, (void)y, (void)z, (void)w;           \
            number = result;                              \
        }                                                 \
        break;
    switch (run[1]) {
        ALL_DOTS(CHAIN)
    }
    *out = number;
}

/* With labels as values, each group ends with a jump of its own, so the processor learns which kind follows which. */
#ifdef __GNUC__
#define GROUP(number) do_##number:
#define NEXT goto *labels[*at]
#else
#define GROUP(number) case number:
#define NEXT continue
#endif
/* Loop over the steps of a group, which have so many words each. */
#define EACH(words) for (const uint32_t *end = (at += 2, at - 2 + at[-1]); at < end; at += (words))

#define ROW_1(name) op_##name(slots[at[1]])
#define ROW_2(name) op_##name(slots[at[1]], slots[at[2]])
#define ROW_3(name) op_##name(slots[at[1]], slots[at[2]], slots[at[3]])
#define COUNT(has) (((has) & 1) + ((has) >> 1 & 1) + ((has) >> 2 & 1) + ((has) >> 3 & 1))
#define IF(has, bit) ((has) & (bit) ? slots[at[1 + COUNT((has) & ((bit) - 1))]] : 0.0)

/* A row of the table, and a dot: their labels, and their groups. */
#define ROW_LABEL(name, number, arity) [number] = &&do_##number,
#define DOT_LABEL(name, result, operands) [DO_##name] = &&do_DO_##name,
#define ROW(name, number, arity)                            \
    GROUP(number) {                                         \
        EACH(1 + (arity)) slots[at[0]] = ROW_##arity(name); \
        NEXT;                                               \
    }
#define DOT(name, result, operands)                                                  \
    GROUP(DO_##name) {                                                               \
        EACH(1 + COUNT(operands)) {                                                  \
            double x = IF(operands, HAS_A), y = IF(operands, HAS_B);                 \
            double z = IF(operands, HAS_C), w = IF(operands, HAS_D);                 \
            (void)x, (void)y, (void)z, (void)w;                                      \
            slots[at[0]] = result;                                                   \
        }                                                                            \
        NEXT;                                                                        \
    }
/* A step that can fail. */
#define STEP(number, words, is_done, result)      \
    GROUP(number) {                               \
        EACH(words) {                             \
            if (UNLIKELY(!(is_done))) {           \
                return result;                    \
            }                                     \
        }                                         \
        NEXT;                                     \
    }

/* Run a plan. Returns DONE, FAULT, RAISED, or the id of the first guard that has the other outcome. */
int point_run(const Plan *plan, double *slots) {
    const uint32_t *at = plan->groups;
#ifdef __GNUC__
    static const void *const labels[DO_COUNT] = {
        ALL_ROWS(ROW_LABEL) ALL_DOTS(DOT_LABEL)[DO_TAKE] = &&do_DO_TAKE,
        [DO_SCATTER] = &&do_DO_SCATTER,
        [DO_CALL] = &&do_DO_CALL,
        [DO_GUARD] = &&do_DO_GUARD,
        [DO_END] = &&do_DO_END,
        [DO_SINCOS] = &&do_DO_SINCOS,
        [DO_RUN] = &&do_DO_RUN,
        [DO_CHAIN] = &&do_DO_CHAIN,
    };
    NEXT;
#else
    for (;;)
        switch (*at)
#endif
    {
        ALL_ROWS(ROW)
        ALL_DOTS(DOT)
        GROUP(DO_RUN) {
            point_steps(at, slots);
            at += RUN_WORDS;
            NEXT;
        }
        GROUP(DO_CHAIN) {
            point_chain(at, slots);
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
        STEP(DO_TAKE, 3, take(plan, at, slots) == DONE, FAULT)
        STEP(DO_SCATTER, 2, scatter(plan, at, slots) == DONE, FAULT)
        STEP(DO_CALL, 2, call_function(plan, at[1], plan->point_operands, 1, NULL, 1, at[0], slots) == DONE, RAISED)
        STEP(DO_GUARD, 3, (slots[at[0]] != 0.0) == (at[1] != 0), (int)at[2])
        GROUP(DO_END) {
            return DONE;
        }
    }
}
