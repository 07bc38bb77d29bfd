/* Recording in C: the types and functions that the files of this folder share.
 *
 * python.c          the Python objects that C uses, and errors that Python builds
 * fragments.c       fragments, read from Python
 * recipes.c         how each operation is recorded, read from Python at its first use
 * tape.c            nodes in flat arrays: folding, rewriting and sharing
 * tables.c          tables, regions of sums, and guards
 * calls.c           calls of functions outside
 * tape_type.c       the type Tape
 * tape_copies.c     a tape as Python objects, and as another tape
 * operands.c        operands with their kinds, and the kind of a result
 * tracer.c          the type Tracer, and its operators
 * tracer_kinds.c    what it does as a whole number or a condition
 * tracer_methods.c  its named methods
 * loops.c           operations on arrays of tracers
 * protocol.c        what NumPy calls
 * derivatives.c     what gradient.c, tangents.c and slopes.c share
 * partials.c        the numbers of local derivatives
 * linear.c          derivatives as linear maps (linear.h), and directions.c, which applies them
 * call_sweeps.c     the derivatives of calls, which Python records
 * module.c          the module
 *
 * tape.py, tracer.py and derivatives.py are the readable twins; they record the same nodes with the same values.
 */
#ifndef CHAINRULE_TAPE_H
#define CHAINRULE_TAPE_H

#include "../../native/shared.h"

#include <structmember.h>

/* What a function that returns a node id returns instead. Only FAILED sets an error. */
enum { FAILED = -1, NOTHING = -2 };

/* ---- python.c --------------------------------------------------------------------------------- */

/* OBJECT(name in C, module, name in Python) */
#define PYTHON_OBJECTS(OBJECT)                                           \
    OBJECT(rules, "chainrule.table.rules", "RULES")                      \
    OBJECT(register_operand, "chainrule.engine.dispatch", "register_operand") \
    OBJECT(ufuncs, "chainrule.engine.protocol", "UFUNCS")                \
    OBJECT(array_ufunc, "chainrule.engine.protocol", "array_ufunc")      \
    OBJECT(is_value, "chainrule.engine.node", "is_value")                \
    OBJECT(plain_operand, "chainrule.engine.kinds", "plain_operand") \
    OBJECT(examine, "chainrule.programs.trace.exceptional", "examine") \
    OBJECT(warn_unraised, "chainrule.programs.trace.exceptional", "warn_unraised") \
    OBJECT(no_digits, "chainrule.programs.trace.errors", "no_digits") \
    OBJECT(no_attribute, "chainrule.programs.trace.errors", "no_attribute") \
    OBJECT(no_bits, "chainrule.programs.trace.errors", "no_bits") \
    OBJECT(no_flag_arithmetic, "chainrule.programs.trace.errors", "no_flag_arithmetic") \
    OBJECT(wrong_operand, "chainrule.engine.refusals", "wrong_operand")  \
    OBJECT(equip, "chainrule.programs.trace.scalar", "equip")            \
    OBJECT(recipe, "chainrule.programs.trace.recipes", "recipe")         \
    OBJECT(arrays, "chainrule.programs.trace.tape", "Arrays")            \
    OBJECT(errors, "chainrule.programs.trace", "errors")              \
    OBJECT(no_number, "chainrule.programs.trace.tape", "no_number")      \
    OBJECT(no_operation, "chainrule.programs.trace.tape", "no_operation") \
    OBJECT(no_region, "chainrule.programs.trace.tape", "no_region")      \
    OBJECT(no_entry, "chainrule.programs.trace.tape", "no_entry")        \
    OBJECT(no_length, "chainrule.programs.trace.tape", "no_length")      \
    OBJECT(no_position, "chainrule.programs.trace.tape", "no_position")  \
    OBJECT(not_in_table, "chainrule.programs.trace.errors", "not_in_table") \
    OBJECT(too_many_nodes, "chainrule.programs.trace.errors", "too_many_nodes") \
    OBJECT(number_of, "chainrule.programs.trace.errors", "number_of")  \
    OBJECT(escaped, "chainrule.programs.trace.errors", "escaped")      \
    OBJECT(not_hashable, "chainrule.programs.trace.errors", "not_hashable") \
    OBJECT(not_a_number, "chainrule.programs.trace.errors", "not_a_number") \
    OBJECT(not_an_index, "chainrule.programs.trace.errors", "not_an_index") \
    OBJECT(pull, "chainrule.programs.derive.calls", "pull")            \
    OBJECT(push, "chainrule.programs.derive.calls", "push")            \
    OBJECT(unpaired, "chainrule.programs.derive.derivatives", "unpaired") \
    OBJECT(array, "array", "array")

#define PYTHON_FIELD(field, module, name) PyObject *field;
extern struct PythonObjects {
    PYTHON_OBJECTS(PYTHON_FIELD)
} python;

int python_load(PyObject *module);
int raise_from(PyObject *maker, const char *format, ...);

/* ---- fragments.c and recipes.c ---------------------------------------------------------------- */

/* The locals of a fragment: 0 to 2 are the operands, OUT is the result of the operation, then come constants and code. */
enum { OUT = 3, FIRST_CONSTANT = 4 };

typedef struct {
    int32_t op, operands[3]; /* locals; -1 for none */
} Assignment;

typedef struct {
    int32_t constant_count, code_count, result; /* a local */
    double *constants;
    Assignment *code;
} Fragment;

/* A simpler form of an operation for an operand that is a certain constant, or, if `op` isn't 0, the result of that op. */
typedef struct {
    int32_t argnum, op;
    double number;
    Fragment simpler;
} Rewrite;

/* The kinds of traced numbers, as in kinds.py. */
enum { KIND_NUMBER = 0, KIND_WHOLE = 1, KIND_FLAG = 3, KIND_CONDITION = 7 };

/* How an operation is recorded; kept for as long as the process lives. */
typedef struct {
    PyObject *rule; /* its entry in RULES */
    int arity, commutes, is_gate, is_switch, raises, rewrite_count;
    int kinds, uncarried[3]; /* the kinds that the result can have; all kinds for each operand whose kind doesn't matter */
    uint64_t rewrite_mask; /* bit op: a rewrite looks for the result of that op; bit 0: for a constant */
    Fragment partials[3];
    Rewrite *rewrites;
} Recipe;

extern struct Recipes {
    Recipe **items; /* by op; NULL for an op not met yet */
    Py_ssize_t count, capacity, built_in; /* recipes before `built_in` never change */
} recipes;

int fragment_read(PyObject *object, Fragment *fragment);
void fragment_free(Fragment *fragment);
const Recipe *recipe_read(int32_t op);
int recipe_value(const Recipe *recipe, int32_t op, const double *x, double *out);

/* The recipe of an operation; NULL with an error if it is unknown. */
static inline const Recipe *recipe_of(int32_t op) {
    if (UNLIKELY((uint32_t)op >= (uint32_t)recipes.built_in || recipes.items[op] == NULL)) {
        return recipe_read(op);
    }
    return recipes.items[op];
}

/* ---- the tape --------------------------------------------------------------------------------- */

typedef struct {
    int32_t op;
    union {
        struct {
            int32_t x, y, z;
        };
        int32_t operands[3];
    };
    double value;
} Node;
#define NODE(op, x, y, z, value) ((Node){op, {{x, y, z}}, value})

/* A hash table of node ids; the nodes are compared where they are. Its size is a power of two. */
typedef struct {
    uint32_t hash, id_plus_1; /* 0: free */
} Slot;

typedef struct {
    Slot *slots;
    size_t size, used;
} HashTable;

typedef struct {
    Py_ssize_t first; /* entry, in `members` */
    int32_t count;
} Table;

typedef struct {
    Py_ssize_t first, first_sum; /* the first pair (index, number) in `members`; the first sum in `sums` */
    int32_t count, length;
} Scatter;

typedef struct {
    PyObject *function;
    Py_ssize_t first, first_sum; /* the first operand, in `members`; the first result, in `sums` */
    int32_t count, length;
} Call;

typedef struct {
    int32_t condition, outcome;
} Guard;

typedef struct {
    PyObject_HEAD
    ARRAY(Node) nodes;
    ARRAY(int32_t) inputs;
    ARRAY(int32_t) members; /* node ids: the entries of all tables, the pairs of all scatters, the operands of all calls */
    ARRAY(double) sums;     /* the values of the sums of all scatters and of the results of all calls */
    ARRAY(Table) tables;
    ARRAY(Scatter) scatters;
    ARRAY(Call) calls;
    ARRAY(Guard) guards;
    ARRAY(unsigned char) guarded; /* of a node: whether it is the condition of a guard; only as long as needed */
    HashTable node_ids;
    PyObject *table_ids; /* a dict from the bytes of the entries; NULL without tables */
    PyObject *call_ids;  /* a dict from the function and the bytes of the operands; NULL without calls */
    Py_ssize_t most; /* nodes */
    char closed;     /* whether its tracers can no longer be computed with */
    char rewrites;   /* whether operations are recorded in a simpler form, if there is one */
    char replays;    /* whether it needs guards, and shares nodes other than constants and sums */
    char is_scratch; /* whether it shares nothing */
} Tape;

typedef struct {
    PyObject_HEAD
    Tape *tape;
    int32_t node, kind;
} Tracer;

/* An operand of an operation: its node, or NOTHING or FAILED, and its kind. */
typedef struct {
    int32_t node, kind;
} Operand;

extern PyTypeObject *tape_type, *tracer_type;

/* Whether a node is a number; a region isn't one. */
static inline int tape_has(const Tape *tape, int32_t node) {
    return (uint32_t)node < (uint32_t)tape->nodes.count && !is_region(tape->nodes.items[node].op);
}

/* The first number of a region, in `sums`, and how many there are; -1 if the node isn't a region. */
static inline Py_ssize_t region_of(const Tape *tape, int32_t node, int32_t *length) {
    if ((uint32_t)node >= (uint32_t)tape->nodes.count || !is_region(tape->nodes.items[node].op)) {
        return -1;
    }
    int32_t id = tape->nodes.items[node].x;
    int is_call = tape->nodes.items[node].op == CALL;
    *length = is_call ? tape->calls.items[id].length : tape->scatters.items[id].length;
    return is_call ? tape->calls.items[id].first_sum : tape->scatters.items[id].first_sum;
}

static inline int tape_is_constant(const Tape *tape, int32_t node) {
    return tape->nodes.items[node].op == CONSTANT;
}

/* tape.c: each returns a node, or FAILED */
int32_t tape_push(Tape *tape, Node node);
int32_t tape_share(Tape *tape, Node node);
int32_t tape_constant(Tape *tape, double value);
int32_t tape_copy(Tape *tape, int32_t x);
int32_t tape_append(Tape *tape, int32_t op, int32_t x, int32_t y, int32_t z);
int32_t tape_expand(Tape *tape, const Fragment *fragment, const int32_t *operands, int32_t out);
int32_t raise_no_number(const Tape *tape, int32_t node);

/* tables.c: likewise */
enum { TABLE_UNKNOWN = -1 };
int32_t tape_take(Tape *tape, const int32_t *entries, int32_t count, int32_t index, int32_t *table);
int32_t tape_scatter(Tape *tape, int32_t length, const int32_t *pairs, int32_t count);
int32_t tape_entry(Tape *tape, int32_t region, int32_t index);
int tape_guard(Tape *tape, int32_t condition);
void tape_forget_guards(Tape *tape, Py_ssize_t count);
int check_numbers(const Tape *tape, const int32_t *nodes, Py_ssize_t count);
Py_ssize_t store(Tape *tape, const int32_t *nodes, Py_ssize_t count);
int copy_calls(const Tape *tape, Tape *fork);

/* calls.c: the methods of the type Tape */
PyObject *tape_call(PyObject *self, PyObject *args);
PyObject *tape_call_at(PyObject *self, PyObject *region);
PyObject *tape_override(PyObject *self, PyObject *args);
PyObject *get_calls(PyObject *self, void *closure);
int tape_traverse(PyObject *self, visitproc visit, void *arg);
int tape_clear(PyObject *self);

/* tape_type.c */
int read_int(PyObject *object, void *to);
int32_t tape_input(Tape *tape, double value);
int numbers_read(PyObject *object, Py_buffer *view);
int32_t *nodes_read(const Tape *tape, PyObject *object, Py_ssize_t *count);
int tape_add_type(PyObject *module);

/* tape_copies.c */
extern PyGetSetDef tape_attributes[];
PyObject *tape_arrays(PyObject *self, PyObject *unused);
PyObject *tape_fork(PyObject *self, PyObject *unused);

/* operands.c */
Operand operand_read(Tape *tape, PyObject *x);
Operand operand_record(Tape *tape, int32_t op, const Operand *operands);
int operand_warn(const Tape *tape, int32_t op, const Operand *operands, Operand result);

/* tracer.c */
PyObject *tracer_new(Tape *tape, Operand operand);
Operand tracer_operand(Tape *tape, PyObject *x);
int tracer_read(Tape *tape, PyObject *const *operands, Py_ssize_t count, Operand *read);
PyObject *tracer_try_to_apply(PyObject *self, int32_t op, PyObject *const *operands, Py_ssize_t count);
PyObject *tracer_apply(PyObject *self, int32_t op, PyObject *const *operands, Py_ssize_t count);
PyObject *tracer_inputs(PyObject *module, PyObject *args);
int tracer_add_type(PyObject *module);

/* tracer_kinds.c */
PyObject *tracer_invert(PyObject *self);
PyObject *tracer_positive(PyObject *self);
PyObject *tracer_divmod(PyObject *x, PyObject *y);
PyObject *tracer_round(PyObject *self, int32_t op);

/* tracer_methods.c */
extern PyMethodDef tracer_methods[];
extern PyGetSetDef tracer_attributes[];
extern PyMemberDef tracer_members[];
PyObject *tracer_repr(PyObject *self);
PyObject *tracer_not_a_number(PyObject *self);

/* loops.c */
PyObject *tracer_elementwise(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *tracer_inner(PyObject *self, PyObject *const *args, Py_ssize_t count);

/* protocol.c */
PyObject *tracer_array_ufunc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

/* linear.c */
PyObject *tape_linearize(PyObject *module, PyObject *args);
int linear_add_type(PyObject *module);

/* gradient.c, tangents.c, slopes.c */
PyObject *tape_gradient(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *tape_slopes(PyObject *module, PyObject *args, PyObject *keywords);
PyObject *tape_tangents(PyObject *module, PyObject *args, PyObject *keywords);

#endif
