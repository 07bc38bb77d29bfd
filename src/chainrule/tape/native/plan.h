/* What planning works on. */
#ifndef CHAINRULE_PLAN_H
#define CHAINRULE_PLAN_H

#include "machine.h"

/* The state of a node. A factor is a product with one user, a sum or difference, in whose step it is done. Of a sine and a
 * cosine of the same number the earlier one does both. */
enum { USED = 1, USED_AGAIN = 2, BY_SUM = 4, IS_FACTOR = 8, DOES_BOTH = 16, IS_DONE = 32 };
#define NOWHERE UINT32_MAX

typedef struct {
    uint32_t first, count;
} Region;

typedef struct {
    const Tape *tape;
    Plan *plan;
    int32_t *angles;      /* of each node the last sine or cosine of it; NULL where there are not both */
    int32_t *real;        /* what a node copies, or itself; NULL where there are no copies */
    unsigned char *state; /* of each node */
    uint32_t *slot;       /* of each node; of a scatter its region, which begins with the scatter's own 0.0 */
    int32_t *guard_at;    /* after which node a guard is asked */
    int32_t *time;        /* when a node is computed */
    int32_t *order;       /* the nodes that are needed, in the order in which they are computed */
    int32_t order_count;
    uint32_t *idle;       /* slots that are free */
    uint32_t idle_count;
    uint64_t next;   /* the first slot never used */
    Region *regions; /* regions that are free */
    uint32_t region_count;
    Step *step; /* the one written last */
    int out_of_memory;
} Work;

/* Slots of constants that every program has. */
#define ONE(plan) ((plan)->input_count)
#define MINUS_ZERO(plan) ((plan)->input_count + 1)

static inline int32_t follow(const Work *work, int32_t node) {
    return work->real ? work->real[node] : node;
}

/* check.c */
extern const unsigned char ARITIES[OP_COUNT];
int tape_check(Work *work);

/* needs.c */
void plan_needs(Work *work);

/* order.c */
int plan_order(Work *work);

/* steps.c */
void plan_steps(Work *work);

#endif
