/* A node of the compiled engine, and what the files of this folder share.
 *
 * life.c       birth and death: the free list, garbage collection, the release that does not recurse
 * construct.c  from arguments to a node
 * operations.c the operators and methods of the table's rows; apply.c any operation by its number; result.c the rare parts
 * order.c      the order of a graph; backward.c the pass; snapshot.c what a pass keeps of the graph as it was
 * attributes.c what Python reads, writes and compares; record.c a node from its fields
 * type.c       the type; module.c the module; numbers.c numbers from Python and back
 *
 * value.py and backward.py are the readable twin: both behave alike to the last bit.
 */
#ifndef CHAINRULE_NODE_H
#define CHAINRULE_NODE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <stddef.h>
#include <stdint.h>

typedef struct Node Node;

/* One operand, and the local derivative with respect to it. */
typedef struct {
    Node *operand;
    double partial;
} Link;

struct Node {
    PyObject_HEAD
    double data;
    union {
        double grad;
        Node *next_dead; /* only while it is being released */
    };
    uint16_t rule;
    uint16_t flags;
    uint32_t mark;      /* of a walk: 0 unseen, then 1 + the next operand, at last DONE; 0 between walks */
    uint32_t arity : 8; /* MANY where there are more than two operands */
    uint32_t scope : 24;
    uint32_t passes;
    union {
        Link pair[2];
        struct {
            Py_ssize_t count;
            Link *links;
        } many;
    };
    PyObject *dict; /* attributes: label, an own _backward, whatever somebody sets; made on demand */
    PyObject *weakrefs;
};

enum { MANY = 255 };
enum { VARIABLE, CONSTANT, PARAMETER };
enum { STATE_NONE, STATE_HAND, STATE_COMPUTED };
#define DONE UINT32_MAX
#define EXACT 9007199254740992.0 /* 2**53 */

enum {
    DATA_INT = 1,       /* data reads as an int */
    GRAD_INT = 2,       /* grad reads as an int */
    KIND_SHIFT = 2,     /* two bits: VARIABLE, CONSTANT, PARAMETER */
    STATE_SHIFT = 4,    /* two bits: STATE_* */
    HAS_OWN = 64,       /* dict["_own"] is a _backward of its own */
    NO_PARTIALS = 128,  /* operands without local derivatives: nothing flows */
    REACHED = 256,      /* something flowed into it in this pass; 0 between passes */
    TRACKED = 512,      /* takes part in garbage collection */
    OVER_OWN = 1024,    /* has a _backward of its own, or was computed from such a node */
    KIND_MASK = 3 << KIND_SHIFT,
    STATE_MASK = 3 << STATE_SHIFT,
};

#define KIND(node) (((node)->flags & KIND_MASK) >> KIND_SHIFT)
#define STATE(node) (((node)->flags & STATE_MASK) >> STATE_SHIFT)
#define SET_KIND(node, kind) ((node)->flags = ((node)->flags & ~KIND_MASK) | ((kind) << KIND_SHIFT))
#define SET_STATE(node, state) ((node)->flags = ((node)->flags & ~STATE_MASK) | ((state) << STATE_SHIFT))
#define LINKS(node) ((node)->arity == MANY ? (node)->many.links : (node)->pair)
#define COUNT(node) ((node)->arity == MANY ? (node)->many.count : (Py_ssize_t)(node)->arity)
#define IS_NODE(object) (Py_TYPE(object) == value_type || PyObject_TypeCheck(object, value_type))
/* Bring the fields from grad to the operands, at most two cache lines, on their way. */
#define PREFETCH(node)                                 \
    do {                                               \
        __builtin_prefetch(&(node)->grad);             \
        __builtin_prefetch(&(node)->pair[1].partial);  \
    } while (0)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Where the C library allows it, the fast way to a variable of the thread. */
#ifdef __GLIBC__
#define SCOPE_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define SCOPE_LOCAL _Thread_local
#endif

/* ---- module.c and type.c -------------------------------------------------------------------------------------- */

/* OBJECT(name in C, module, name in Python) */
#define PYTHON_OBJECTS(OBJECT)                                  \
    OBJECT(fingerprint, "table.rules", "FINGERPRINT")           \
    OBJECT(rules, "table.rules", "RULES")                       \
    OBJECT(check, "table.rules", "check")                       \
    OBJECT(int_result, "table.rules", "int_result")             \
    OBJECT(rule_number, "table.rules", "rule_number")           \
    OBJECT(scope_number, "engine.session", "scope_number")      \
    OBJECT(number, "engine.numbers", "number")                  \
    OBJECT(operand_number, "engine.numbers", "operand_number")  \
    OBJECT(read_arguments, "engine.dialects", "read_arguments") \
    OBJECT(face, "engine.face", "Face")                         \
    OBJECT(wrong_operand, "engine.refusals", "wrong_operand")   \
    OBJECT(ufuncs, "engine.protocol", "UFUNCS")                 \
    OBJECT(array_ufunc, "engine.protocol", "array_ufunc")       \
    OBJECT(not_a_function, "engine.refusals", "not_a_function") \
    OBJECT(cycle_error, "engine.refusals", "cycle_error")       \
    OBJECT(warn_of_loss, "engine.refusals", "warn_of_loss")

/* NAME(name in C, attribute of a node) */
#define PYTHON_NAMES(NAME)  \
    NAME(own, "_own")       \
    NAME(own_op, "_own_op") \
    NAME(by_hand, "by_hand")

#define PYTHON_FIELD(field, ...) PyObject *field;
extern struct PythonObjects {
    PYTHON_OBJECTS(PYTHON_FIELD)
    PYTHON_NAMES(PYTHON_FIELD)
} python;

int raise_made(PyObject *maker, const char *format, ...);
PyObject *tuple_of(PyObject *const *items, Py_ssize_t count);

extern PyTypeObject *value_type;
extern SCOPE_LOCAL uint32_t current_scope;               /* each thread has its own */
extern PyObject *on_create, *on_compare, *on_truth, *on_attribute; /* may be NULL */
int call_hook(PyObject *hook, PyObject *x);
int type_make(void);

/* ---- numbers.c ------------------------------------------------------------------------------------------------ */

PyObject *number_object(double data, int is_int);
PyObject *data_of(const Node *node);
PyObject *grad_of(const Node *node);
int read_plain(PyObject *x, double *data, int *is_int);
int read_number(PyObject *x, double *data, int *is_int, const char *what);
int read_operand(PyObject *x, double *data, int *is_int);
Node *constant_node(PyObject *x);

/* A new reference to the node of an operand; a number becomes a constant. NULL and no error set: not implemented. */
static inline Node *as_node(PyObject *x) {
    return IS_NODE(x) ? (Node *)Py_NewRef(x) : constant_node(x);
}

/* ---- life.c --------------------------------------------------------------------------------------------------- */

Node *node_new(PyTypeObject *type);
void node_dealloc(PyObject *self);
int node_traverse(PyObject *self, visitproc visit, void *arg);
int node_clear(PyObject *self);
void node_drop_operands(Node *node);
int node_reserve(Node *node, Py_ssize_t count);
void node_track(Node *node);

/* ---- result.c and apply.c ------------------------------------------------------------------------------------- */

PyObject *finish_slowly(Node *made, int rule, int is_whole, Node **nodes, Py_ssize_t count, double out);
Py_ssize_t rule_arity(long rule);
PyObject *node_apply(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
PyObject *node_apply_or_raise(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
PyObject *raise_unless_made(PyObject *made, long number, PyObject *const *operands, Py_ssize_t count);

/* ---- loops.c and protocol.c ----------------------------------------------------------------------------------- */

PyObject *node_elementwise(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *node_inner(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *compute_arrays(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *node_array_ufunc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

/* A partial with respect to a constant is not computed. */
#define UNLESS_CONSTANT(node, partial) (KIND(node) == CONSTANT ? 0.0 : (partial))

/* ---- order.c, backward.c and snapshot.c ----------------------------------------------------------------------- */

/* A graph in the order of a pass: the root first, each operand after all its users. */
typedef struct {
    Node **block;
    Node **first;
    Py_ssize_t count, size;
    uint16_t flags; /* of all nodes together */
} Order;

int order_of(Node *root, Order *order);
void order_free(Order *order);
void order_abandon(Order *order, Py_ssize_t depth);
PyObject *node_postorder(PyObject *self, PyObject *unused);

PyObject *node_backward(PyObject *self, PyObject *unused);
PyObject *node_push_once(PyObject *self, PyObject *unused);
PyObject *node_relink_by_hand(PyObject *self, PyObject *operands);
int flows(const Node *node, const Link *link);

/* What a pass keeps of the graph as it was. */
typedef struct {
    struct NodeState *states;  /* of all nodes; NULL where none has a `_backward` of its own */
    char *reached;             /* by an outer pass, in whose `_backward` this one runs; else NULL */
    struct LeafNumber *leaves; /* that hold a number written by hand */
    Py_ssize_t leaf_count;
} Snapshot;

int snapshot_take(Snapshot *before, const Order *order, const Node *root);
void snapshot_put_back(const Snapshot *before, const Order *order, int also_gradients);
void snapshot_put_back_reached(const Snapshot *before, const Order *order);
int snapshot_note_by_hand(const Snapshot *before);
void snapshot_free(Snapshot *before, const Order *order);

/* ---- construct.c and record.c --------------------------------------------------------------------------------- */

PyObject *value_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
int value_init(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *value_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names);
int node_links(Node *node, PyObject *operands, PyObject *partials);
int node_relink(Node *node, PyObject *arguments);
int node_set_attributes(Node *node, PyObject *attributes);

PyObject *value_build(PyObject *self, PyObject *args);
PyObject *value_rewrite(PyObject *self, PyObject *args);

/* ---- attributes.c --------------------------------------------------------------------------------------------- */

extern PyGetSetDef attributes[];
extern PyMemberDef members[];
int set_data(PyObject *self, PyObject *x, void *closure);
PyObject *value_richcompare(PyObject *self, PyObject *other, int operator);
Py_hash_t value_hash(PyObject *self);
int value_setattro(PyObject *self, PyObject *name, PyObject *x);
int node_note(Node *node, PyObject *name, PyObject *x);
PyObject *node_own(Node *node);
int node_note_by_hand(Node *node, double number, int is_int);

#endif
