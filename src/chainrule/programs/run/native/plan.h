/* What planning works on. */
#ifndef CHAINRULE_PLAN_H
#define CHAINRULE_PLAN_H

#include "machine.h"

/* The state of a node. A factor is a product with one user, a sum or difference, in whose step it is done. Of a sine and a
 * cosine of the same number the earlier one does both. */
enum { USED = 1, USED_AGAIN = 2, BY_SUM = 4, IS_FACTOR = 8, DOES_BOTH = 16, IS_DONE = 32 };
#define NOWHERE UINT32_MAX

/* Groups are made of so many steps at a time, so that numbers are not kept for long. Found by measuring. */
enum { WINDOW = 1024 };

typedef struct {
    uint32_t first, count;
} Region;

typedef struct {
    const TapeArrays *tape;
    Plan *plan;
    int32_t *angles;      /* of each node the last sine or cosine of it; NULL where there are not both */
    int32_t *real;        /* what a node copies, or itself; NULL where there are no copies */
    unsigned char *state; /* of each node */
    uint32_t *slot;       /* of each node; of a scatter its region, which begins with the scatter's own 0.0 */
    int32_t *guard_at;    /* after which node a guard was asked */
    int32_t *asked;       /* after which node a guard is to be asked, in this order; -1: before all */
    int32_t *time;        /* of each node its group, from 1 on; where it has no step, the last group that it needs, or 0 */
    int32_t *order;       /* the nodes that have steps, and, for rows, inputs and the like, as they are computed */
    int32_t order_count;
    int32_t *group_start; /* where in the order each group begins; NULL where there are none */
    uint32_t *block;      /* of each group: the first of the slots in a row that its results have, or NOWHERE */
    int32_t *next_block;  /* of a group whose block is free: another one of that size, or 0 */
    int32_t free_block[WINDOW / TOGETHER + 1]; /* such a group for each size in units of TOGETHER, or 0 */
    uint32_t *idle;       /* slots that are free */
    uint32_t idle_count;
    uint64_t next;   /* the first slot never used */
    Region *regions; /* regions that are free */
    uint32_t region_count;
    int has_outputs;           /* whether they have slots */
    uint32_t passes;           /* of plan_steps that are left, this one too */
    uint32_t *entries, *pairs; /* of the plan, as Plan has them, for rows or for a point */
    Step *step;                /* the one written last */
    int out_of_memory;
} Work;

static inline int32_t follow(const Work *work, int32_t node) {
    return work->real ? work->real[node] : node;
}

/* Which one of ALL_DOTS a sum or difference is; of a sum the first term is the product, if there is one. */
static inline uint32_t form_of_sum(const Work *work, int32_t node) {
    static const uint8_t forms[2][4] = {{DO_sum, DO_product_plus, DO_product_plus, DO_products_plus},
                                        {DO_difference, DO_product_less, DO_less_product, DO_products_less}};
    const TapeArrays *tape = work->tape;
    int x = (work->state[follow(work, tape->x[node])] & IS_FACTOR) != 0;
    int y = (work->state[follow(work, tape->y[node])] & IS_FACTOR) != 0;
    return forms[tape->op[node] == OP_SUB][x + 2 * y];
}

/* Which step a node has: OP_... or DO_... */
static inline uint32_t kind_of(const Work *work, int32_t node) {
    int32_t op = work->tape->op[node];
    if (op == OP_ADD || op == OP_SUB) {
        return form_of_sum(work, node);
    }
    if (op == OP_MUL || op == OP_NEG) {
        return op == OP_MUL ? DO_product : DO_opposite;
    }
    return work->state[node] & DOES_BOTH ? DO_SINCOS : (uint32_t)op;
}

/* check.c */
extern const unsigned char ARITIES[OP_COUNT];
int arrays_check(Work *work);

/* needs.c */
void plan_needs(Work *work);

/* order.c */
int plan_order(Work *work);
int plan_groups(Work *work);

/* steps.c */
void plan_steps(Work *work);

#endif
