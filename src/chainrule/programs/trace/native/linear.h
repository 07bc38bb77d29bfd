/* Derivatives as linear maps (linear.c makes them, directions.c applies them). */
#ifndef CHAINRULE_LINEAR_H
#define CHAINRULE_LINEAR_H

#include "derivatives.h"

enum { LANES = 8 }; /* directions that are computed at once */
/* Static: its tangents are the same in every run. Needed: an output depends on it. */
enum { IS_GATE = 1, IS_SWITCH = 2, IS_STATIC = 4, IS_NEEDED = 8 };

/* A term of a variable: another variable times a weight. */
typedef struct {
    int32_t source, weight;
} Term;

/* A number that moves with the inputs: the sum of its terms. */
typedef struct {
    Py_ssize_t first; /* term */
    int32_t count;
    int32_t kept; /* of a static one that others use: where its tangents are kept; else -1 */
    int32_t flags;
} Variable;

typedef struct {
    double lanes[LANES];
} Tangent;

typedef struct {
    PyObject_HEAD
    ARRAY(Variable) variables; /* sources come first; the inputs come before all others */
    ARRAY(Term) terms;
    ARRAY(int32_t) dynamic;  /* the needed variables that are not static */
    ARRAY(int32_t) partials; /* the nodes of the weights that change from run to run; the first weights */
    ARRAY(double) constants; /* the other weights */
    int32_t *outputs;        /* variables, or -1 */
    int32_t *group_of;       /* of each input */
    double *weights;
    Tangent *tangents, *kept;            /* of each variable; of each kept one in each block of groups */
    unsigned char *moving, *kept_moving; /* the lanes in which it moves */
    Py_ssize_t input_count, output_count, group_count, kept_count;
    int is_prepared; /* whether what is kept has been computed */
} Linear;

/* directions.c */
PyObject *linear_pattern(PyObject *self, PyObject *unused);
PyObject *linear_prepare(PyObject *self, PyObject *groups);
PyObject *linear_run(PyObject *self, PyObject *args);

#endif
