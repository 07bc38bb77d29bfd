/* Recording in C, and what its files share.
 *
 * recipes.c      what recording needs to know of an operation, asked of Python once
 * tape.c         nodes in flat arrays; folding, rewriting and sharing
 * tables.c       tables, regions of sums, and conditions
 * tape_face.c    the type Tape: what Python calls
 * tape_copies.c  a tape as Python objects, and as another tape
 * tracer.c       the type Tracer: operators and methods
 * derivatives.c  what gradient.c and tangents.c share
 *
 * tape.py, traced.py and derivatives.py are the readable twins: both record the same nodes with the same numbers.
 */
#ifndef CHAINRULE_TAPE_H
#define CHAINRULE_TAPE_H

#include "../../native/shared.h"

/* What a function gives that is to give a node: no node. An error is set with FAILED only. */
enum { FAILED = -1, NOTHING = -2 };

/* An array that grows. */
#define ARRAY(type)              \
    struct {                     \
        type *items;             \
        Py_ssize_t count, room;  \
    }
/* Whether there is room for so many more items, after an attempt to make it; an error is set where there is none. */
#define RESERVE(array, more)                                                                                 \
    ((array).room - (array).count >= (more) ||                                                               \
     ((array).items = array_enlarged((array).items, &(array).room, (array).count, more, sizeof *(array).items), \
      (array).room - (array).count >= (more)))
void *array_enlarged(void *items, Py_ssize_t *room, Py_ssize_t count, Py_ssize_t more, size_t size);

/* ---- recipes -------------------------------------------------------------------------------------------------- */

enum { OUT = 3, LOCALS = 4 }; /* of a fragment: x, y, z, out */

typedef struct {
    int32_t op, places[3];
} Assignment;

typedef struct {
    int32_t constant_count, code_count, result;
    double *constants;
    Assignment *code;
} Fragment;

typedef struct {
    int32_t place, op;
    double number;
    Fragment to;
} Rewrite;

/* One operation, as a tape records it; kept for as long as the process lives. */
typedef struct {
    PyObject *rule; /* its entry in RULES */
    int arity, commutes, is_gate, rewrite_count;
    uint64_t rewritten; /* bit op: some rewrite looks for a result of that op; bit 0: for a constant */
    Fragment partials[3];
    Rewrite *rewrites;
} Recipe;

extern struct Taping {
    PyObject *rules, *recipe;
    PyObject *no_number, *no_operation, *no_region, *no_entry, *no_length, *no_position, *too_many_guards; /* errors */
    PyObject *arrays, *array;                                                                         /* classes */
    PyObject *is_value, *operand_number, *wrong_operand, *mixed, *escaped, *not_hashable, *not_a_number, *not_an_index, *unpaired;
    long most_guards;
} taping;
extern struct Recipes {
    Recipe **items; /* by the numbers of the rules; NULL where one was not met yet */
    Py_ssize_t count, room, built_in; /* of which these never change */
} recipes;

int python_load(PyObject *module);
int raise_of(PyObject *maker, const char *format, ...);
const Recipe *recipe_ask(int32_t op);
int recipe_value(const Recipe *row, int32_t op, const double *x, double *out);
int fragment_read(PyObject *given, Fragment *made);
void fragment_free(Fragment *fragment);

/* The recipe of a rule; NULL with an error where there is none. */
static inline const Recipe *recipe_of(int32_t op) {
    if (UNLIKELY((uint32_t)op >= (uint32_t)recipes.built_in || recipes.items[op] == NULL)) {
        return recipe_ask(op);
    }
    return recipes.items[op];
}

/* ---- the tape ------------------------------------------------------------------------------------------------- */

typedef struct {
    int32_t op, x, y, z;
    double value;
} Node;

/* A hash table of numbers; what they stand for is compared in its own place. Its size is a power of two. */
typedef struct {
    uint32_t hash, number; /* 1 + the number; 0: free */
} Slot;

typedef struct {
    Slot *slots;
    size_t size, used;
} Index;

typedef struct {
    Py_ssize_t first; /* of the entries, in `places` */
    int32_t count;
    uint32_t hash;
} Table;

typedef struct {
    Py_ssize_t first, first_sum; /* of the pairs, in `places`: index and number in turn; of the sums, in `sums` */
    int32_t count, length;
} Scatter;

typedef struct {
    int32_t condition, outcome;
} Guard;

typedef struct {
    PyObject_HEAD
    ARRAY(Node) nodes;
    ARRAY(int32_t) inputs;
    ARRAY(int32_t) places; /* nodes, of tables and scatters */
    ARRAY(double) sums;    /* the values of the sums of all scatters */
    ARRAY(Table) tables;
    ARRAY(Scatter) scatters;
    ARRAY(Guard) guards;
    ARRAY(unsigned char) asked; /* for each node whether it is the condition of a guard; as long as needed */
    Index known, known_tables;
    char closed; /* whether its Tracer numbers may no longer be computed with */
} Tape;

extern PyTypeObject *tape_type, *tracer_type;

/* Whether a node is a number; a region of sums is none. */
static inline int tape_has(const Tape *tape, int32_t node) {
    return (uint32_t)node < (uint32_t)tape->nodes.count && tape->nodes.items[node].op != SCATTER;
}

static inline int tape_is_constant(const Tape *tape, int32_t node) {
    return tape->nodes.items[node].op == CONSTANT;
}

/* tape.c: each gives a node, or FAILED */
int32_t tape_push(Tape *tape, Node node);
int32_t tape_share(Tape *tape, Node node);
int32_t tape_constant(Tape *tape, double value);
int32_t tape_copy(Tape *tape, int32_t x);
int32_t tape_append(Tape *tape, int32_t op, int32_t x, int32_t y, int32_t z);
int32_t tape_expand(Tape *tape, const Fragment *text, const int32_t *operands, int32_t out);
int32_t tape_no_number(const Tape *tape, int32_t node);

/* tables.c: likewise */
int32_t tape_take(Tape *tape, const int32_t *entries, int32_t count, int32_t index, int32_t *table);
int32_t tape_scatter(Tape *tape, int32_t length, const int32_t *pairs, int32_t count);
int32_t tape_entry(Tape *tape, int32_t region, int32_t place);
int tape_guard(Tape *tape, int32_t condition);
enum { TABLE_UNKNOWN = -1, TABLE_OF_ONE = -2 };

/* tape_face.c */
int32_t *nodes_read(const Tape *tape, PyObject *given, Py_ssize_t *count);
int tape_add_type(PyObject *module);

/* tape_copies.c */
PyObject *tape_get_ops(PyObject *self, void *closure);
PyObject *tape_get_tables(PyObject *self, void *closure);
PyObject *tape_get_scatters(PyObject *self, void *closure);
PyObject *tape_get_guards(PyObject *self, void *closure);
PyObject *tape_get_inputs(PyObject *self, void *closure);
PyObject *tape_arrays(PyObject *self, PyObject *unused);
PyObject *tape_fork(PyObject *self, PyObject *unused);

/* tracer.c */
int tracer_add_type(PyObject *module);

/* gradient.c, tangents.c */
PyObject *tape_gradient(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *tape_tangents(PyObject *module, PyObject *args, PyObject *keywords);

#endif
