/* What gradient.c, tangents.c and slopes.c share (derivatives.c, partials.c): a sweep over a tape, whose derivatives go on the
 * same tape or, in slopes.c, are numbers. */
#ifndef CHAINRULE_DERIVATIVES_H
#define CHAINRULE_DERIVATIVES_H

#include "tape.h"

/* A node depends on one of `wrt` (forward: changes with it); is one; isn't needed for the outputs (forward). */
enum { REACHED = 1, STOP = 2, NEEDLESS = 4 };
enum { TABLE_NEW, TABLE_FLAT, TABLE_REACHED }; /* a table: not examined yet; constant; depends on one of `wrt` */

/* A condition that must hold for a node to have any influence: that one side of a choice was taken. Where it doesn't hold
 * the adjoint is 0, and must stay 0 even if a local derivative below is infinite. */
typedef struct {
    int32_t node, choice, outer; /* not 0 if it holds; the node that decides between two sides, or -1; the id of a gate */
} Gate;
enum { ALWAYS }; /* the id of the gate that holds everywhere, whose node is NOTHING */

typedef struct {
    int state;               /* TABLE_... */
    ARRAY(int32_t) adjoints; /* index and adjoint of each take in turn */
    int32_t gate;            /* of the takes; -1 before the first */
    int32_t next_due;        /* the next table that is due at the same node, in a ring */
    int32_t tangent_table;   /* the id of the table of the entries' tangents */
} TableSweep;

typedef enum { REVERSE, FORWARD, NUMERIC } Mode; /* recorded, in either mode; in numbers, in reverse mode */

/* The state of a gradient or of tangents. Only nodes, tables and regions that existed at the start have entries here. */
typedef struct {
    Tape *tape;
    PyObject *module; /* that of the function, which Python calls again for the transpose of a jvp */
    int32_t first, end; /* the nodes to visit, `end` excluded */
    int32_t *outputs, *seeds, *wrt;
    Py_buffer numbers; /* the seeds, if they are numbers */
    Py_ssize_t output_count, seed_count, wrt_count, table_count;
    unsigned char *marks;
    int32_t *flow; /* of a node: the node of its adjoint or tangent, or FAILED; NULL if NUMERIC */
    TableSweep *tables;
    /* Reverse mode: */
    int32_t *gate_of;      /* of a node: its gate, or -1 before it is reached */
    int32_t *due;          /* of a node: the last of the tables whose adjoints are added up there, or -1 */
    ARRAY(Gate) gates;
    /* Both: */
    int32_t *sum_flow; /* of each of tape->sums: its adjoint, or the tangent of a result, or -1 */
    /* Forward mode: */
    int32_t *tangents; /* like tape->members, with tangents instead of numbers */
} Sweep;

/* A local derivative; absent if it is 0 by its formula, or its operand isn't reached. */
typedef struct {
    double value;
    char is_constant, is_absent;
} Partial;

/* A tape that partials are recorded on for a moment. */
typedef struct {
    Tape *tape;
} Scratch;

int scratch_start(Scratch *scratch);
void scratch_free(Scratch *scratch);
int partials_of(Scratch *scratch, const Tape *tape, const Node *it, const unsigned char *marks, Partial *partials);

/* The node that decides between the two sides of a gate, or -1. */
static inline int32_t choice_of(const Recipe *recipe, int32_t node, const Node *it) {
    return it->op == OP_WHERE ? it->x : recipe->arity == 2 ? node : -1;
}

int sweep_start(Sweep *sweep, PyObject *module, PyObject *args, PyObject *keywords, Mode mode);
void sweep_free(Sweep *sweep);
int depends(Sweep *sweep, const Node *node);
void mark_reached(Sweep *sweep);
void table_due(Sweep *sweep, int32_t id);
int is_zero(const Tape *tape, int32_t node);
int32_t only_where(Tape *tape, int32_t condition, int32_t number);
int32_t times_partial(Tape *tape, const Recipe *recipe, int32_t node, int argnum, int32_t factor, int32_t *partial);

/* call_sweeps.c */
PyObject *call_pulled(Sweep *sweep, int32_t region);
int32_t call_tangents(Sweep *sweep, int32_t region);
void mark_needless(Sweep *sweep);

PyObject *flow_list(Sweep *sweep, const int32_t *nodes, Py_ssize_t count);

#endif
