/* Birth and death of nodes. */

#include "node.h"

/* Nodes of a finished step are used again by the next one. A step of a small network has some 10,000 to 60,000. */
enum { FREE_MOST = 1 << 16, SORTED_LEAST = 1 << 12 };
static Node *free_nodes[FREE_MOST];
static Py_ssize_t free_count = 0;

/* Sort free nodes by address, the lowest last, where it is taken first: a radix sort.
 *
 * Graphs die in another order than they are made in. Without this the nodes of a step lie in memory ever more at random,
 * and every walk over them waits for the memory. */
static void sort_free(Node **nodes, Py_ssize_t count) {
    enum { BITS = 11, ALIGNMENT = 4, SIZE = 1 << BITS };
    static Node *sorted[FREE_MOST];
    static uint32_t start[SIZE]; /* not on the stack, which may be small */
    uintptr_t differ = 0;
    for (Py_ssize_t i = 1; i < count; i++) {
        differ |= (uintptr_t)nodes[i] ^ (uintptr_t)nodes[0];
    }
    for (int shift = ALIGNMENT; shift < (int)(8 * sizeof differ) && differ >> shift != 0; shift += BITS) {
        uint32_t total = 0;
        memset(start, 0, sizeof start);
        for (Py_ssize_t i = 0; i < count; i++) {
            start[~((uintptr_t)nodes[i] >> shift) % SIZE]++;
        }
        for (int digit = 0; digit < SIZE; digit++) {
            total += start[digit];
            start[digit] = total - start[digit];
        }
        for (Py_ssize_t i = 0; i < count; i++) {
            sorted[start[~((uintptr_t)nodes[i] >> shift) % SIZE]++] = nodes[i];
        }
        memcpy(nodes, sorted, (size_t)count * sizeof *nodes);
    }
}

/* Return a leaf with the number 0, outside the garbage collector. */
Node *node_new(PyTypeObject *type) {
    Node *node;
    if (type == value_type) {
        if (free_count > 0) {
            node = free_nodes[--free_count]; /* it has kept its reference to the type */
            Py_SET_REFCNT((PyObject *)node, 1);
            if (free_count > 4) { /* the next ones are rarely in the cache */
                __builtin_prefetch(free_nodes[free_count - 4], 1);
                __builtin_prefetch(&free_nodes[free_count - 4]->pair, 1);
            }
        } else {
            node = PyObject_GC_New(Node, type);
        }
    } else {
        node = (Node *)type->tp_alloc(type, 0);
        if (node != NULL) {
            PyObject_GC_UnTrack(node);
        }
    }
    if (node == NULL) {
        return NULL;
    }
    node->data = 0.0;
    node->grad = 0.0;
    node->dict = NULL;
    node->weakrefs = NULL;
    node->rule = 0;
    node->flags = 0;
    node->passes = 0;
    node->scope = current_scope;
    node->arity = 0;
    node->mark = 0;
    return node;
}

/* Make room for operands. The caller fills the links before anything else can see them. */
int node_reserve(Node *node, Py_ssize_t count) {
    if (count <= 2) {
        node->arity = (uint32_t)count;
        return 0;
    }
    Link *links = PyMem_Calloc((size_t)count, sizeof(Link));
    if (links == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    node->arity = MANY;
    node->many.count = count;
    node->many.links = links;
    return 0;
}

static Node *dead = NULL; /* nodes that wait to be freed, linked by next_dead */

/* Give up the reference to an operand. A plain node of which it was the last one dies at once, without the calls. */
static inline void release(Node *operand) {
    if (operand == NULL) {
        return;
    }
    if (Py_REFCNT((PyObject *)operand) == 1 && Py_TYPE(operand) == value_type && !(operand->flags & TRACKED) &&
        operand->weakrefs == NULL) {
        operand->next_dead = dead;
        dead = operand;
        if (operand->arity == 2) {
            __builtin_prefetch(operand->pair[0].operand);
            __builtin_prefetch(operand->pair[1].operand);
        }
    } else {
        Py_DECREF((PyObject *)operand);
    }
}

static inline void release_operands(Node *node) {
    if (node->arity == MANY) {
        Link *links = node->many.links;
        Py_ssize_t count = node->many.count;
        node->arity = 0;
        for (Py_ssize_t i = 0; i < count; i++) {
            release(links[i].operand);
        }
        PyMem_Free(links);
        return;
    }
    Node *x = node->arity > 0 ? node->pair[0].operand : NULL;
    Node *y = node->arity > 1 ? node->pair[1].operand : NULL;
    node->arity = 0;
    release(x);
    release(y);
}

void node_track(Node *node) {
    if (!(node->flags & TRACKED)) {
        node->flags |= TRACKED;
        PyObject_GC_Track(node);
    }
}

int node_traverse(PyObject *self, visitproc visit, void *arg) {
    Node *node = (Node *)self;
    Link *links = LINKS(node);
    for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
        Py_VISIT((PyObject *)links[i].operand);
    }
    Py_VISIT(node->dict);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

/* Free all that wait. What dies meanwhile only joins them, so that the C stack stays flat however deep the graph is,
 * also where a subclass's own deallocation lies between. */
static void bury(void) {
    static int is_burying = 0;
    if (is_burying) {
        return;
    }
    is_burying = 1;
    Py_ssize_t before = free_count;
    while (dead != NULL) {
        Node *node = dead;
        dead = node->next_dead;
        release_operands(node);
        Py_CLEAR(node->dict);
        PyTypeObject *type = Py_TYPE(node);
        if (type == value_type && free_count < FREE_MOST) {
            free_nodes[free_count++] = node;
        } else {
            type->tp_free(node);
            Py_DECREF(type);
        }
    }
    is_burying = 0;
    if (free_count - before >= SORTED_LEAST) {
        sort_free(free_nodes + before, free_count - before);
    }
}

void node_dealloc(PyObject *self) {
    Node *node = (Node *)self;
    PyObject_GC_UnTrack(self);
    if (node->weakrefs != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    node->next_dead = dead;
    dead = node;
    bury();
}

void node_drop_operands(Node *node) {
    release_operands(node);
    bury();
}

int node_clear(PyObject *self) {
    Node *node = (Node *)self;
    node->flags &= (uint16_t)~HAS_OWN;
    node->rule = 0;
    Py_CLEAR(node->dict);
    node_drop_operands(node);
    return 0;
}
