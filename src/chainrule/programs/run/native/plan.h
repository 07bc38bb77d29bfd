/* From a tape to a plan. */
#ifndef CHAINRULE_PLAN_H
#define CHAINRULE_PLAN_H

#include "machine.h"

typedef ARRAY(int32_t) Ints;
typedef ARRAY(Span) Spans;

typedef struct {
    int32_t node, outcome;
    int32_t after; /* the node after which it was recorded: its own, or that of a guard before it */
} Guard;

/* A tape, read from Python. */
typedef struct {
    int32_t count;
    const int32_t *op, *x, *y, *operands[3]; /* x and y are the first two */
    const double *value;
    Py_buffer views[5];
    Spans tables, scatters, calls;         /* moved to the plan */
    ARRAY(PyObject *) functions;           /* of the calls; moved to the plan */
    Ints entries, pairs, operands_of_calls, inputs, outputs; /* nodes, two for a pair */
    ARRAY(Guard) guards;
} TapeArrays;

/* The state of a node. A factor is a product that is computed in the step of its only user, a sum or difference. Of a sine
 * and a cosine of the same number, the earlier one computes both. */
enum { USED = 1, USED_AGAIN = 2, BY_SUM = 4, IS_FACTOR = 8, DOES_BOTH = 16, IS_DONE = 32 };
#define NOWHERE UINT32_MAX

enum { PASSES = 2 };    /* the steps are written twice: for a point, and for rows */
enum { WINDOW = 1024 }; /* groups are formed among so many steps, so that values don't live long; found by measuring */
enum { ARRAYS = 16 };

typedef struct {
    uint32_t first, count;
} Region;

typedef struct {
    const TapeArrays *tape;
    Plan *plan;
    int32_t *angles;      /* of each node: the last sine or cosine of it; NULL unless the tape has both */
    int32_t *source;      /* of each node: the node that it is a copy of, or itself; NULL without copies */
    unsigned char *state; /* of each node */
    uint32_t *slot;       /* of each node; for a scatter, of its region, which begins with the scatter's own 0.0 */
    int32_t *guard_after; /* of each guard: the node after which it is checked in this order; -1: before all */
    int32_t *group;       /* of each node: its group, from 1 on, or, without a step, the last group that it needs, or 0 */
    int32_t *order;       /* the nodes with steps in the order of computation; for rows, inputs and the like, too */
    int32_t order_count;
    int32_t *group_start; /* of each group: its first index in the order; NULL without groups */
    uint32_t *block;      /* of each group: the first of the consecutive slots of its results, or NOWHERE */
    int32_t *next_block;  /* of a group whose block is free: the next such group of that size, or 0 */
    int32_t free_block[WINDOW / BATCH + 1]; /* for each size, in units of BATCH: the first such group, or 0 */
    uint32_t *idle;       /* free slots */
    uint32_t idle_count;
    uint64_t next_slot;   /* the first slot never used */
    Region *regions;      /* free regions */
    uint32_t region_count;
    int has_outputs;           /* whether the outputs have slots */
    uint32_t passes_left;      /* of PASSES, this one included */
    uint32_t *entries, *pairs, *operands; /* the plan's, for rows or for a point */
    Step *step;                /* the last one written */
    void *arrays[ARRAYS];      /* all arrays above, to be freed */
    int array_count, out_of_memory;
} Work;

/* The node whose value a node has: copies are looked through. */
static inline int32_t follow(const Work *work, int32_t node) {
    return work->source ? work->source[node] : node;
}

static inline int is_factor(const Work *work, int32_t node) {
    return (work->state[follow(work, node)] & IS_FACTOR) != 0;
}

/* The kind of a sum's or difference's step. If one term of a sum is a product, it counts as the first. */
static inline uint32_t kind_of_sum(const Work *work, int32_t node) {
    static const uint8_t kinds[2][4] = {{DO_sum, DO_product_plus, DO_product_plus, DO_products_plus},
                                        {DO_difference, DO_product_less, DO_less_product, DO_products_less}};
    const TapeArrays *tape = work->tape;
    return kinds[tape->op[node] == OP_SUB][is_factor(work, tape->x[node]) + 2 * is_factor(work, tape->y[node])];
}

/* The kind of a node's step: OP_... or DO_... */
static inline uint32_t kind_of(const Work *work, int32_t node) {
    int32_t op = work->tape->op[node];
    if (op == OP_ADD || op == OP_SUB) {
        return kind_of_sum(work, node);
    }
    if (op == OP_MUL || op == OP_NEG) {
        return op == OP_MUL ? DO_product : DO_opposite;
    }
    return work->state[node] & DOES_BOTH ? DO_SINCOS : (uint32_t)op;
}

/* read.c */
int arrays_read(TapeArrays *tape, PyObject *arrays, PyObject *outputs);
void arrays_free(TapeArrays *tape);

/* plan.c */
int plan_make(Plan *plan, TapeArrays *tape);
void plan_free(Plan *plan);

/* check.c */
extern const unsigned char ARITIES[OP_COUNT];
int arrays_check(Work *work);

/* needs.c */
void plan_needs(Work *work);

/* order.c */
int order_for_rows(Work *work);
int order_for_point(Work *work);

/* steps.c */
void plan_steps(Work *work);

#endif
