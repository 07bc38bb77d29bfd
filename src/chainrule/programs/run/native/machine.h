/* What the files of this folder share: the program of a Machine and the numbers it works on.
 *
 * read.c     a tape in arrays, out of Python objects
 * plan.c     from a tape to a program: check.c, whether it is one; needs.c, what is needed, and which operations are
 *            done as one; order.c, in which order; steps.c, the steps, and where values live
 * point.c    a program at one point, in groups of steps of the same kind
 * block.c    a program over one block of 64 rows
 * rows.c     from rows in memory to blocks and back, and sums
 * machine.c  the type Machine
 * buffers.c  what Python hands over as arrays
 * columns.c  Machine.rows
 * bound.c    the type Bound, and the shortest way from an array to a gradient
 * module.c   the module
 *
 * machine.py is the readable twin: both give the same bits.
 */
#ifndef CHAINRULE_MACHINE_H
#define CHAINRULE_MACHINE_H

#include "../../native/shared.h"

/* Sums, differences, products, and sums of products are all done as x * y + z * w, in so far as there are these operands.
 * Every operation is rounded, as in steps of its own. DOT(name, result, operands) */
enum { HAS_A = 1, HAS_B = 2, HAS_C = 4, HAS_D = 8 };
#define ALL_DOTS(DOT) \
    DOT(sum, x + z, HAS_A | HAS_C) \
    DOT(difference, x - z, HAS_A | HAS_C) \
    DOT(product, x * y, HAS_A | HAS_B) \
    DOT(opposite, -z, HAS_C) \
    DOT(product_plus, x * y + z, HAS_A | HAS_B | HAS_C) \
    DOT(product_less, x * y - z, HAS_A | HAS_B | HAS_C) \
    DOT(less_product, x - z * w, HAS_A | HAS_C | HAS_D) \
    DOT(products_plus, x * y + z * w, HAS_A | HAS_B | HAS_C | HAS_D) \
    DOT(products_less, x * y - z * w, HAS_A | HAS_B | HAS_C | HAS_D)
#define DOT_NUMBER(name, result, operands) DO_##name,

/* What a step does that is no operation of the table. */
enum { DO_TAKE = OP_COUNT, DO_SCATTER, DO_GUARD, DO_END, DO_SINCOS, ALL_DOTS(DOT_NUMBER) DO_RUN, DO_COUNT };

/* Both at once cost as much as one. Only where they are known to have the bits of sin and cos: GNU's library computes all
 * three by the same code. */
#ifdef __GLIBC__
#define HAS_SINCOS 1
#else
#define HAS_SINCOS 0
#define sincos(x, s, c) ((void)(*(s) = sin(x), *(c) = cos(x)))
#endif

enum { DONE = -1, FAULT = -2 }; /* results of a run; otherwise the number of a guard */
enum { TOGETHER = 8 };          /* so many steps are done at once, at a point, where their slots lie in a row */
enum { LANES = 64 };            /* sums over rows have so many partial sums; part of what a result is */

typedef struct {
    uint32_t op; /* OP_... or DO_... */
    union {
        struct {
            uint32_t out; /* a slot, as a to d are; but for these:
                           * TAKE: index, table, node. SCATTER: -, scatter, node. GUARD: condition, outcome, guard.
                           * SINCOS: out and b are the slots of sin and cos. */
            uint32_t a, b, c, d;
        };
        uint32_t all[5]; /* of them */
    };
} Step;

typedef struct {
    uint32_t first, count; /* of entries, or of pairs */
    uint32_t length;       /* of a region */
    uint32_t is_used;      /* while planning: how often its entries, of a table, are yet to get slots */
} Span;

/* Slots: the inputs, then the constants (1 and -0.0 first), then what is computed. Inputs and constants keep theirs. */
typedef struct {
    Step *steps;
    uint32_t step_count, slot_count, point_slot_count, input_count, constant_count, output_count;
    double *constants;
    uint32_t *outputs;          /* slots */
    unsigned char *input_is_used;
    Span *tables, *scatters;
    uint32_t *entries, *pairs;  /* slots; of pairs index and number in turn */
    uint32_t *groups;           /* the steps for a point, in another order and with other slots; point.c says how */
    uint32_t *point_entries, *point_pairs;
} Plan;

/* A tape as it came. */
typedef struct {
    int32_t *items;
    Py_ssize_t count, size;
} Numbers;

typedef struct {
    int32_t count;
    const int32_t *op, *x, *y, *z;
    const double *value;
    Py_buffer views[5];
    Numbers tables, entries;         /* where each table begins, and the end; nodes */
    Numbers scatters, pairs, lengths; /* likewise; index and number in turn; of each region */
    Numbers guards, outcomes;        /* nodes; 0 or 1 */
    Numbers inputs, outputs;         /* nodes */
} TapeArrays;

typedef struct {
    int64_t node, row;
    double index;
} Fault;

/* A place in memory for each row. */
typedef struct {
    char *start;
    int64_t stride; /* in bytes */
} Place;

typedef struct {
    const Place *sources, *targets; /* for each input and output; a target with stride 0 is a sum */
    int64_t count;
    const int64_t *which; /* numbers of rows, or NULL: 0, 1, 2 ... */
    int32_t *failed;      /* or NULL */
    double *slots;        /* LANES numbers for each slot, the constants in place */
    double *sums;         /* LANES numbers for each output */
    int64_t failures;
    Fault fault; /* of the first faulty row; node -1 where there is none */
} Rows;

/* read.c */
int arrays_read(TapeArrays *tape, PyObject *arrays, PyObject *outputs);
void arrays_free(TapeArrays *tape);

/* plan.c */
int plan_make(Plan *plan, const TapeArrays *tape);
void plan_free(Plan *plan);

/* point.c */
int point_pack(Plan *plan);
int point_run(const Plan *plan, double *slots, Fault *fault);

/* rows.c */
void rows_run(const Plan *plan, Rows *rows);

/* A room to compute in. A machine keeps one for each thread that was in it at the same time. */
typedef struct Workspace {
    struct Workspace *next;
    Fault fault;
    double *slots; /* on a line of the cache */
} Workspace;

typedef struct {
    PyObject_HEAD
    Plan plan;
    Workspace *idle_points, *idle_rows;
    Fault fault; /* of the last run that had one; node -1 before */
} Machine;

enum { NO_MEMORY = -3 }; /* a further result of a run: there is a MemoryError */

/* machine.c */
extern PyTypeObject *machine_type;
int machine_add_type(PyObject *module);
Workspace *workspace_take(Machine *machine, uint32_t lanes);
void workspace_give(Machine *machine, Workspace *room, uint32_t lanes);
int machine_run(Machine *machine, const double *inputs, Workspace **room);

/* buffers.c */
int is_float64(const Py_buffer *view);
int view_floats(PyObject *object, Py_buffer *view, uint32_t count, int flags, const char *what);
const void *view_ints(PyObject *object, Py_buffer *view, Py_ssize_t size, int64_t count, int flags, const char *what);

/* columns.c */
PyObject *machine_rows(PyObject *self, PyObject *args, PyObject *names);

/* bound.c */
int bound_add_type(PyObject *module);
PyObject *machine_bind(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
PyObject *machine_call(PyObject *self, PyObject *array);

#endif
