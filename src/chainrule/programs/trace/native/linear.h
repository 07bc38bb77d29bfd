/* Derivatives as linear maps (linear.c makes them, directions.c applies them). */
#ifndef CHAINRULE_LINEAR_H
#define CHAINRULE_LINEAR_H

#include "derivatives.h"

enum { LANES = 8, ALL_LANES = 0xff }; /* directions that are computed at once */
/* Static: its tangents are the same in every run. Needed: an output depends on it. */
enum { IS_GATE = 1, IS_SWITCH = 2, IS_STATIC = 4, IS_NEEDED = 8 };

/* A term of a variable: another variable times a weight. */
typedef struct {
    int32_t source, weight;
} Term;

/* A number that moves with the inputs: the sum of its terms. */
typedef struct {
    Py_ssize_t first; /* term */
    int32_t count, flags;
} Variable;

typedef struct {
    double lanes[LANES];
} Tangent;

/* A variable to compute in a block of groups: the sum of so many terms, the next ones in a list. */
typedef struct {
    int32_t variable, count, flags;
} Move;

/* A term in a block: the slot of its tangents, its weight, and the lanes in which it moves. Or a result: its slot, the number
 * of the output, and the lanes. */
typedef struct {
    int32_t slot, weight;
    uint32_t moving;
} Pull;

/* The ends of the moves and landings of a block. */
typedef struct {
    Py_ssize_t move_end, landing_end;
} Block;

typedef struct {
    PyObject_HEAD
    ARRAY(Variable) variables; /* sources come first; the inputs come before all others */
    ARRAY(Term) terms;
    ARRAY(int32_t) partials; /* the nodes of the weights that change from run to run; the first weights */
    ARRAY(double) constants; /* the other weights */
    int32_t *outputs;        /* variables, or -1 */
    int32_t *group_of;       /* of each input */
    double *weights;
    ARRAY(Move) moves;       /* block by block */
    ARRAY(Pull) pulls, landings;
    Block *blocks;
    ARRAY(Tangent) kept;     /* what is the same in every run, while moves are listed */
    Tangent *tangents;       /* of each variable, then those kept; NULL before the groups are set */
    Py_ssize_t input_count, output_count, group_count;
} Linear;

/* directions.c */
PyObject *linear_pattern(PyObject *self, PyObject *unused);
PyObject *linear_prepare(PyObject *self, PyObject *groups);
PyObject *linear_run(PyObject *self, PyObject *args);

#endif
