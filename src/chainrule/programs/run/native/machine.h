/* Replaying in C: the types and functions that the files of this folder share.
 *
 * read.c     a tape as arrays, read from Python (plan.h, like the next five)
 * plan.c     from a tape to a plan: the passes, and memory
 * check.c    whether the arrays are a valid tape
 * needs.c    which nodes are needed, and which operations share a step
 * order.c    the order of the steps
 * steps.c    the steps, and the slots of their values
 * point.c    a plan at one point, in groups of steps of the same kind
 * outside.c  calls of functions outside
 * block.c    a plan over one block of 64 rows (rows.h)
 * rows.c     rows in memory to blocks and back, and sums (rows.h)
 * columns.c  Machine.rows
 * buffers.c  arrays from Python
 * machine.c  the type Machine
 * calls.c    Machine.point and Machine.bind
 * caller.c   the type Caller, from Python objects to Python objects
 * module.c   the module
 *
 * machine.py and caller.py are the readable twins; both give the same bits.
 */
#ifndef CHAINRULE_MACHINE_H
#define CHAINRULE_MACHINE_H

#include "../../native/shared.h"

/* Sums, differences, products, and sums of products are all computed as x * y + z * w, with some operands left out. Each
 * operation is rounded as in a step of its own. DOT(name, result, operands) */
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

/* The kinds of steps that aren't operations of the table. */
enum { DO_TAKE = OP_COUNT, DO_SCATTER, DO_CALL, DO_GUARD, DO_END, DO_SINCOS, ALL_DOTS(DOT_NUMBER) DO_RUN, DO_CHAIN, DO_COUNT };

/* A sine and a cosine together cost as much as one, but only glibc is known to give them the bits of sin and cos: it
 * computes all three with the same code. */
#ifdef __GLIBC__
#define HAS_SINCOS 1
#else
#define HAS_SINCOS 0
#define sincos(x, s, c) ((void)(*(s) = sin(x), *(c) = cos(x)))
#endif

enum { DONE = -1, FAULT = -2, NO_MEMORY = -3, RAISED = -4 }; /* results of a run, besides the id of a guard; the last two set an error */
enum { BATCH = 8 };  /* so many steps at a point run at once if their slots are consecutive */
enum { LANES = 64 }; /* rows in a block; sums over rows have so many partial sums, which is visible in their rounding */

typedef struct {
    uint32_t op; /* OP_... or DO_... */
    union {
        struct {
            uint32_t out; /* a slot, as are a to d, except for
                           * TAKE: index, table. SCATTER: -, scatter. CALL: -, call. GUARD: condition, outcome, guard.
                           * SINCOS: out and b are the slots of sin and cos. */
            uint32_t a, b, c, d;
        };
        uint32_t all[5];
    };
} Step;

/* A table, a scatter or a call. */
typedef struct {
    uint32_t first, count; /* entries, pairs, or operands */
    uint32_t length;       /* of a region */
    int32_t last;          /* while planning: the largest node id among them; and how many passes have yet to give slots */
    uint32_t passes_left;  /* to the entries of a table */
} Span;

/* The slots of a plan are the inputs, then the constants, then what is computed. Inputs and constants keep theirs. */
typedef struct {
    Step *steps;
    uint32_t step_count, slot_count, point_slot_count, input_count, constant_count, output_count;
    double *constants;
    uint32_t *outputs;          /* slots */
    Span *tables, *scatters, *calls;
    PyObject **functions;       /* of the calls; owned */
    uint32_t call_count;
    uint32_t *entries, *pairs;  /* slots; pairs are index and number in turn */
    uint32_t *operands;         /* of the calls: slots */
    uint32_t *groups;           /* the steps for a point, in an order and with slots of their own; see point.c */
    uint32_t *point_entries, *point_pairs, *point_operands;
} Plan;

/* Memory for a run. A machine keeps one for each thread that was running it at the same time. */
typedef struct Workspace {
    struct Workspace *next;
    double *slots; /* aligned to a cache line */
} Workspace;

typedef struct {
    PyObject_HEAD
    Plan plan;
    Workspace *idle_points, *idle_rows;
} Machine;

/* point.c */
int point_pack(Plan *plan);
int point_run(const Plan *plan, double *slots);

/* outside.c */
int call_function(const Plan *plan, uint32_t call, const uint32_t *operands, uint32_t lanes, const int32_t *rows,
                  uint32_t row_count, uint32_t region, double *slots);

/* machine.c */
extern PyTypeObject *machine_type;
int machine_add_type(PyObject *module);
Workspace *workspace_take(Machine *machine, uint32_t lanes);
void workspace_give(Machine *machine, Workspace *workspace, uint32_t lanes);

/* buffers.c */
int has_format(const Py_buffer *view, const char *letters, Py_ssize_t size);
int view_floats(PyObject *object, Py_buffer *view, uint32_t count, int flags, const char *what);
int view_ints(PyObject *object, Py_buffer *view, Py_ssize_t size, int64_t count, int flags, const char *what);

/* columns.c */
PyObject *machine_rows(PyObject *self, PyObject *args, PyObject *names);

/* calls.c */
PyObject *machine_point(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
PyObject *machine_bind(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
int machine_run(Machine *machine, const double *inputs, Workspace **workspace);

/* caller.c */
int caller_add_type(PyObject *module);

/* Copy the outputs from `first` on. */
static inline void copy_outputs(const Plan *plan, const double *slots, uint32_t first, double *outputs) {
    for (uint32_t i = first; i < plan->output_count; i++) {
        *outputs++ = slots[plan->outputs[i]];
    }
}

#endif
