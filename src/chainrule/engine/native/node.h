/* A node of the compiled engine, and what the files of this folder share.
 *
 * life.c       birth and death: the free list, garbage collection, the release that does not recurse
 * construct.c  from arguments to a node
 * apply.c      operations: numbers to nodes, results, local derivatives
 * pass.c       the order of a graph and the backward pass
 * face.c       what Python reads and writes: attributes, comparisons, copies
 * module.c     the type and the module
 *
 * value.py and backward.py are the readable twin: both behave alike to the last bit.
 */
#ifndef CHAINRULE_NODE_H
#define CHAINRULE_NODE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stddef.h>
#include <stdint.h>

typedef struct Node Node;

/* One operand, and the local derivative by it. */
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

/* A graph in the order of a pass: the root first, each operand after all its users. */
typedef struct {
    Node **block;
    Node **first;
    Py_ssize_t count, size;
    uint16_t flags; /* of all nodes together */
} Order;

/* Where the C library allows it, the fast way to a variable of the thread. */
#ifdef __GLIBC__
#define SCOPE_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define SCOPE_LOCAL _Thread_local
#endif

/* module.c */
extern PyTypeObject *value_type;
extern SCOPE_LOCAL uint32_t current_scope; /* each thread has its own */
extern PyObject *on_create, *on_compare, *on_attribute; /* NULL where there is none */
extern struct Shared {
    PyObject *rules, *scopes; /* the lists RULES and SCOPES */
    PyObject *check, *int_result;
    PyObject *number, *operand_number, *read_arguments, *rule_number, *scope_number, *fields;
    PyObject *wrong_operand, *not_a_function, *cycle_error; /* they make an error */
    PyObject *own, *own_op, *label, *by_hand; /* interned names */
} shared;

int raise_made(PyObject *maker, PyObject *x);

/* life.c */
Node *node_new(PyTypeObject *type);
void node_dealloc(PyObject *self);
int node_traverse(PyObject *self, visitproc visit, void *arg);
int node_clear(PyObject *self);
void node_drop_operands(Node *node);
int node_reserve(Node *node, Py_ssize_t count);
void node_track(Node *node);

/* apply.c */
extern const unsigned char rule_is_gate[256];
extern PyMethodDef operation_methods[];
enum { OPERATION_SLOTS = 11 }; /* with the one that ends the list */
extern PyType_Slot operation_slots[OPERATION_SLOTS];
int read_number(PyObject *x, double *data, int *is_int, const char *what);
int read_operand(PyObject *x, double *data, int *is_int);
Py_ssize_t rule_arity(long rule);
PyObject *number_object(double data, int is_int);
PyObject *node_apply(PyObject *self, PyObject *const *args, Py_ssize_t nargs);
PyObject *node_apply_or_raise(PyObject *self, PyObject *const *args, Py_ssize_t nargs);

/* pass.c */
int order_of(Node *root, Order *order);
void order_free(Order *order);
PyObject *node_postorder(PyObject *self, PyObject *unused);
PyObject *node_backward(PyObject *self, PyObject *unused);
PyObject *node_push_by_hand(PyObject *self, PyObject *unused);
int flows(const Node *node, const Link *link);

/* construct.c */
PyObject *value_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
int value_init(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *value_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names);
PyObject *value_build(PyObject *self, PyObject *args);
int node_links(Node *node, PyObject *operands, PyObject *partials);

/* face.c */
extern PyMethodDef face_methods[];
extern PyGetSetDef face_attributes[];
PyObject *value_repr(PyObject *self);
PyObject *value_richcompare(PyObject *self, PyObject *other, int operator);
Py_hash_t value_hash(PyObject *self);
int value_setattro(PyObject *self, PyObject *name, PyObject *x);
int node_note(Node *node, PyObject *name, PyObject *x);
PyObject *node_own(Node *node);
int node_note_by_hand(Node *node, double number, int is_int);

#endif
