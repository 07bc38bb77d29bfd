/* What gradient and tangents share: a sweep over a tape, recorded on the same tape. */
#ifndef CHAINRULE_DERIVATIVES_H
#define CHAINRULE_DERIVATIVES_H

#include "tape.h"

enum { REACHED = 1, STOP = 2 };                /* of a node: depends on one of `wrt`, or moves; is one of `wrt` */
enum { TABLE_NEW, TABLE_FLAT, TABLE_REACHED }; /* of a table: not looked at; flat; depends on one of `wrt` */

/* The condition on which a node is felt at all: a side of a choice that was taken. Where it does not hold the adjoint
 * is 0, and has to stay 0 also where a local derivative below is infinite. */
typedef struct {
    int32_t node, choice, outer; /* not 0 where it holds; what the choice depends on, or -1; the number of a gate */
} Gate;
enum { NOT_REACHED, ALWAYS, GATES }; /* instead of the number of a gate; gates count from GATES */

/* A gradient or a tangent on its way through a tape. Its tables and regions are those that were there at the start. */
typedef struct {
    Tape *tape;
    int32_t first, end; /* the nodes from here to before there are looked at */
    int32_t *outputs, *seeds, *wrt;
    Py_ssize_t output_count, seed_count, wrt_count;
    unsigned char *marks;
    int32_t *flow; /* of each node its adjoint or its tangent, a node; or FAILED */
    Py_ssize_t table_count, scatter_count;
    unsigned char *table_states;
    ARRAY(int32_t) *taken; /* of a table: what its takes bring, index and adjoint in turn */
    int32_t *due;          /* of a node: the last of the tables to add up there, or -1; NULL where there is none */
    int32_t *next_due;     /* of a table: the one after it at that node, in a ring */
    int32_t **regions;     /* of a scatter: the adjoints of its sums */
    ARRAY(Gate) gates;
    int32_t *gate_of;      /* of a node, and behind them of a table: a gate; NULL where there is no choice */
    int32_t **moved;       /* of a table: the tangents of its entries */
    int32_t *moved_tables; /* of a table: the number of the table of these */
} Sweep;

void *filled(size_t count, size_t size, int byte);
int sweep_start(Sweep *sweep, PyObject *tape, PyObject *outputs, PyObject *seeds, PyObject *wrt, int is_forward);
void sweep_free(Sweep *sweep);
int depends(Sweep *sweep, const Node *it);
int is_zero(const Tape *tape, int32_t node);
int32_t only_where(Tape *tape, int32_t condition, int32_t number);
int32_t times_partial(Tape *tape, const Recipe *row, int32_t node, int place, int32_t factor, int32_t *partial);
PyObject *flow_list(Sweep *sweep, const int32_t *nodes, Py_ssize_t count);

#endif
