/* The order of a graph, and the backward pass. */

#include "node.h"

/* The block of the last order waits here for the next one: fresh memory costs the system more than the walk itself. */
enum { KEPT_MOST = 1 << 20 };
static Node **kept_block = NULL;
static Py_ssize_t kept_size = 0;

/* Make an order's block larger. The path of the walk grows from its left end, the finished nodes from its right end. */
static int order_grow(Order *order, Py_ssize_t depth) {
    Py_ssize_t size = order->size ? 2 * order->size : 1024;
    Node **block;
    if (order->size == 0 && kept_block != NULL) {
        size = kept_size;
        block = kept_block;
        kept_block = NULL;
    } else if ((block = PyMem_Malloc((size_t)size * sizeof(Node *))) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    Node **first = block + size - order->count;
    if (order->size != 0) {
        memcpy(block, order->block, (size_t)depth * sizeof(Node *));
        memcpy(first, order->first, (size_t)order->count * sizeof(Node *));
        PyMem_Free(order->block);
    }
    order->block = block;
    order->first = first;
    order->size = size;
    return 0;
}

/* Keep the block for the next order, if it is not larger than the one that waits. */
void order_free(Order *order) {
    if (order->size > KEPT_MOST || (kept_block != NULL && kept_size >= order->size)) {
        PyMem_Free(order->block);
        return;
    }
    PyMem_Free(kept_block);
    kept_block = order->block;
    kept_size = order->size;
}

/* Set the marks of a walk that cannot go on to 0 again. */
static void abandon(Order *order, Py_ssize_t depth) {
    for (Py_ssize_t i = 0; i < order->count; i++) {
        order->first[i]->mark = 0;
    }
    for (Py_ssize_t i = 0; i < depth; i++) {
        order->block[i]->mark = 0;
    }
    order_free(order);
}

/* Put the nodes below a root into the order of a pass: depth first, operands from left to right, read backwards.
 *
 * A node is on the path or finished, never both, so that one block of a pointer a node holds the two. The caller sets
 * the marks to 0 again, in a loop that it needs anyway. */
int order_of(Node *root, Order *order) {
    Py_ssize_t depth = 1;
    *order = (Order){NULL, NULL, 0, 0, 0};
    if (order_grow(order, 0) < 0) {
        return -1;
    }
    root->mark = 1;
    order->block[0] = root;
    while (depth > 0) {
        Node *node = order->block[depth - 1], *below = NULL;
        Link *links = LINKS(node);
        uint64_t count = (uint64_t)COUNT(node), next = node->mark - 1;
        /* each step adds at most the operands that are leaves, this node, and one to the path */
        while (depth + order->count + (Py_ssize_t)(count - next) + 1 > order->size) {
            if (order_grow(order, depth) < 0) {
                abandon(order, depth);
                return -1;
            }
        }
        while (next < count && below == NULL) {
            Node *operand = links[next++].operand;
            if (operand->mark == 0 && operand->arity == 0) {
                operand->mark = DONE;
                *--order->first = operand;
                order->count++;
                order->flags |= operand->flags;
            } else if (operand->mark == 0) {
                below = operand;
            } else if (operand->mark != DONE) {
                abandon(order, depth);
                return raise_made(shared.cycle_error, (PyObject *)operand);
            }
        }
        if (below != NULL) {
            node->mark = (uint32_t)next + 1;
            below->mark = 1;
            order->block[depth++] = below;
            if (below->arity == 2) {
                PREFETCH(below->pair[1].operand);
            }
        } else {
            node->mark = DONE;
            *--order->first = node;
            order->count++;
            order->flags |= node->flags;
            depth--;
        }
    }
    return 0;
}

PyObject *node_postorder(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Order order;
    if (order_of((Node *)self, &order) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < order.count; i++) {
        order.first[i]->mark = 0; /* before the list: making one may start a collection, which runs any code */
        Py_INCREF((PyObject *)order.first[i]);
    }
    PyObject *list = PyList_New(order.count);
    for (Py_ssize_t i = 0; i < order.count; i++) {
        PyObject *node = (PyObject *)order.first[order.count - 1 - i];
        if (list != NULL) {
            PyList_SET_ITEM(list, i, node);
        } else {
            Py_DECREF(node);
        }
    }
    order_free(&order);
    return list;
}

/* Whether the gradient flows to an operand: not to a constant, not to the side of a choice that was not taken, and not
 * through an operation that has no local derivatives. */
int flows(const Node *node, const Link *link) {
    if (node->flags & NO_PARTIALS || KIND(link->operand) == CONSTANT) {
        return 0;
    }
    return !(node->rule < 256 && rule_is_gate[node->rule] && link->partial == 0.0);
}

/* Add a contribution. The first one of a pass replaces the number of an inner node and is added to that of a leaf. */
static inline void add(Node *operand, double contribution) {
    double before = operand->flags & REACHED || operand->arity == 0 ? operand->grad : 0.0;
    operand->grad = before + contribution;
    operand->flags = (uint16_t)((operand->flags & ~GRAD_INT) | REACHED);
}

static inline void push(Node *node) {
    double grad = node->grad;
    if (node->arity == MANY || node->flags & NO_PARTIALS) {
        Link *links = LINKS(node);
        for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
            if (flows(node, &links[i])) {
                add(links[i].operand, links[i].partial * grad);
            }
        }
        return;
    }
    for (uint32_t i = 0; i < node->arity; i++) {
        Node *operand = node->pair[i].operand;
        if (KIND(operand) != CONSTANT) {
            add(operand, node->pair[i].partial * grad);
        }
    }
}

static int call_own(Node *node) {
    PyObject *own = node_own(node);
    if (own == NULL) { /* somebody has emptied the node's __dict__ */
        node->flags &= (uint16_t)~HAS_OWN;
        push(node);
        return 0;
    }
    Py_INCREF(own);
    PyObject *result = PyObject_CallNoArgs(own);
    Py_DECREF(own);
    Py_XDECREF(result);
    Link *links = LINKS(node);
    for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
        links[i].operand->flags |= REACHED; /* it has written whatever it wanted */
    }
    return result == NULL ? -1 : 0;
}

/* After a pass the gradient counts as computed. */
static inline void settle(Node *node, int is_root) {
    if (KIND(node) == CONSTANT && !is_root) {
        return;
    }
    int keeps = node->arity == 0 && !is_root && STATE(node) == STATE_COMPUTED;
    node->passes = keeps ? node->passes + 1 : 1;
    node->flags = (uint16_t)((node->flags & ~(GRAD_INT | STATE_MASK)) | STATE_COMPUTED << STATE_SHIFT);
    if (node->dict != NULL && (node->arity != 0 || is_root)) {
        node_note_by_hand(node, 0.0, 0);
    }
}

/* What a pass overwrites in a node. A `_backward` of the user's own may fail halfway, and then all of it is put back. */
typedef struct {
    double grad;
    uint16_t flags;
    uint32_t passes;
    PyObject *by_hand;
} Place;

/* A pass inside another one's `_backward` finds what the outer one has reached so far, and leaves it so. */
static char *take_reached(const Order *order) {
    char *reached = PyMem_Malloc((size_t)order->count);
    if (reached == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < order->count; i++) {
        reached[i] = (order->first[i]->flags & REACHED) != 0;
        order->first[i]->flags &= (uint16_t)~REACHED;
    }
    return reached;
}

static void give_reached(const Order *order, char *reached) {
    for (Py_ssize_t i = 0; i < order->count; i++) {
        order->first[i]->flags |= (uint16_t)(reached[i] ? REACHED : 0);
    }
    PyMem_Free(reached);
}

static Place *remember(const Order *order) {
    Place *places = PyMem_Calloc((size_t)order->count, sizeof(Place));
    if (places == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = order->first[i];
        Py_INCREF((PyObject *)node); /* a callback may take the graph apart */
        PyObject *by_hand = node->dict ? PyDict_GetItem(node->dict, shared.by_hand) : NULL;
        Py_XINCREF(by_hand);
        places[i] = (Place){node->grad, node->flags, node->passes, by_hand};
    }
    return places;
}

static void put_back(const Order *order, Place *places, int also_gradients) {
    const uint16_t kept = STATE_MASK | (also_gradients ? GRAD_INT : 0);
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = order->first[i];
        if (also_gradients) {
            node->grad = places[i].grad;
            node->mark = 0;
            node->flags &= (uint16_t)~REACHED;
        }
        node->flags = (uint16_t)((node->flags & ~kept) | (places[i].flags & kept));
        node->passes = places[i].passes;
        if (places[i].by_hand != NULL && node->dict != NULL) {
            PyDict_SetItem(node->dict, shared.by_hand, places[i].by_hand);
        }
    }
}

static void forget(const Order *order, Place *places) {
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Py_XDECREF(places[i].by_hand);
        Py_DECREF((PyObject *)order->first[i]);
    }
    PyMem_Free(places);
}

typedef struct {
    Node *node;
    double grad;
    int is_int;
} Written;

static void forget_written(Written *list, Py_ssize_t count) {
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_DECREF((PyObject *)list[i].node);
    }
    PyMem_Free(list);
}

/* The leaves that hold a number written by hand, to which this pass adds. */
static Written *written_by_hand(const Order *order, Node *root, Py_ssize_t *count) {
    Written *list = NULL;
    *count = 0;
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = order->first[i];
        if (node->arity == 0 && STATE(node) == STATE_HAND && node->grad != 0.0 && node != root &&
            KIND(node) != CONSTANT) {
            if ((*count & (*count - 1)) == 0) { /* full at each power of two */
                Written *larger = PyMem_Realloc(list, (size_t)(*count ? 2 * *count : 1) * sizeof(Written));
                if (larger == NULL) {
                    forget_written(list, *count);
                    PyErr_NoMemory();
                    *count = -1;
                    return NULL;
                }
                list = larger;
            }
            Py_INCREF((PyObject *)node);
            list[(*count)++] = (Written){node, node->grad, (node->flags & GRAD_INT) != 0};
        }
    }
    return list;
}

/* One pass over an order, after which all marks are 0 again.
 *
 * A `_backward` of the user's own writes gradients as a hand does: it must find the inner ones at 0, and they are
 * settled afterwards. */
static int sweep(const Order *order, Node *root, int has_own) {
    Node **nodes = order->first;
    for (Py_ssize_t i = 0; has_own && i < order->count; i++) {
        nodes[i]->mark = 0;
        if (nodes[i]->arity != 0) {
            nodes[i]->grad = 0.0;
            nodes[i]->flags &= (uint16_t)~GRAD_INT;
        }
    }
    root->grad = 1.0;
    root->flags = (uint16_t)((root->flags & ~GRAD_INT) | REACHED);
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = nodes[i];
        if (i + 8 < order->count) {
            PREFETCH(nodes[i + 8]);
        }
        if (UNLIKELY(node->flags & HAS_OWN)) {
            if (call_own(node) < 0) {
                return -1;
            }
        } else if (node->flags & REACHED) {
            push(node);
        } else if (node->arity != 0) {
            node->grad = 0.0;
        }
        node->mark = 0;
        node->flags &= (uint16_t)~REACHED;
        if (!has_own) {
            settle(node, node == root);
        }
    }
    return 0;
}

PyObject *node_backward(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Node *root = (Node *)self;
    Order order;
    Place *places = NULL;
    Py_ssize_t written_count = 0;
    if (order_of(root, &order) < 0) {
        return NULL;
    }
    int has_own = order.flags & HAS_OWN, has_hand = order.flags & STATE_HAND << STATE_SHIFT;
    int is_inside = order.flags & REACHED;
    char *reached = NULL;
    Written *written = has_hand ? written_by_hand(&order, root, &written_count) : NULL;
    if (written_count < 0 || (has_own && (places = remember(&order)) == NULL) ||
        (is_inside && (reached = take_reached(&order)) == NULL)) {
        if (places != NULL) {
            forget(&order, places);
        }
        abandon(&order, 0);
        forget_written(written, written_count);
        return NULL;
    }
    int failed = sweep(&order, root, has_own) < 0;
    if (places != NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        put_back(&order, places, failed);
        PyErr_Restore(type, value, traceback);
        for (Py_ssize_t i = 0; i < order.count && !failed; i++) {
            settle(order.first[i], order.first[i] == root);
        }
    }
    if (reached != NULL) {
        give_reached(&order, reached);
    }
    for (Py_ssize_t i = 0; i < written_count && !failed; i++) {
        failed = node_note_by_hand(written[i].node, written[i].grad, written[i].is_int) < 0;
    }
    if (places != NULL) {
        forget(&order, places);
    }
    forget_written(written, written_count);
    order_free(&order);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* `node._backward()` as it is called by hand: one rule, added to the operands. */
PyObject *node_push_by_hand(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Node *node = (Node *)self;
    Link *links = LINKS(node);
    for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
        links[i].operand->flags |= REACHED; /* by hand, everything is added */
    }
    push(node);
    for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
        Node *operand = links[i].operand;
        operand->flags &= (uint16_t)~REACHED;
        if (KIND(operand) != CONSTANT) {
            operand->flags &= (uint16_t)~GRAD_INT;
            SET_STATE(operand, STATE_COMPUTED);
            operand->passes = operand->passes ? operand->passes : 1;
        }
    }
    Py_RETURN_NONE;
}
