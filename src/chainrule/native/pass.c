/* The order of a graph, and the backward pass. */

#include "node.h"

/* Make an order's block larger. The path of the walk grows from its left end, the finished nodes from its right end. */
static int order_grow(Order *order, Py_ssize_t *size, Py_ssize_t depth) {
    Py_ssize_t larger = *size ? 2 * *size : 1024;
    Node **block = PyMem_Malloc((size_t)larger * sizeof(Node *));
    if (block == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    Node **first = block + larger - order->count;
    if (*size) {
        memcpy(block, order->block, (size_t)depth * sizeof(Node *));
        memcpy(first, order->first, (size_t)order->count * sizeof(Node *));
    }
    PyMem_Free(order->block);
    order->block = block;
    order->first = first;
    *size = larger;
    return 0;
}

static void report_cycle(Node *node) {
    PyObject *errors = PyImport_ImportModule("chainrule.node");
    PyObject *error = errors ? PyObject_CallMethod(errors, "cycle_error", "O", (PyObject *)node) : NULL;
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    }
    Py_XDECREF(error);
    Py_XDECREF(errors);
}

void order_free(Order *order) {
    PyMem_Free(order->block);
}

static inline void finish(Order *order, Node *node) {
    node->mark = DONE;
    *--order->first = node;
    order->count++;
    order->flags |= node->flags;
}

/* Put the nodes below a root into the order of a pass: depth first, operands from left to right, read backwards.
 *
 * A node is on the path or finished, never both, so that one block of a pointer a node holds the two. The caller sets
 * the marks to 0 again, in a loop that it needs anyway. */
int order_of(Node *root, Order *order) {
    Py_ssize_t size = 0, depth = 0;
    Node *closing = NULL;
    int failed;
    order->block = order->first = NULL;
    order->count = 0;
    order->flags = 0;
    failed = order_grow(order, &size, 0);
    if (failed) {
        return -1;
    }
    root->mark = 1;
    order->block[depth++] = root;
    while (depth > 0) {
        Node *node = order->block[depth - 1];
        if (node->mark - 1 < (uint64_t)COUNT(node)) {
            Node *operand = LINKS(node)[node->mark - 1].operand;
            node->mark++;
            if (operand->mark == 0) {
                if (depth + order->count == size && (failed = order_grow(order, &size, depth))) {
                    break;
                }
                if (operand->arity == 0) {
                    finish(order, operand);
                } else {
                    operand->mark = 1;
                    order->block[depth++] = operand;
                }
            } else if (operand->mark != DONE) {
                closing = operand;
                break;
            }
        } else {
            depth--;
            finish(order, node);
        }
    }
    if (closing == NULL && !failed) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < order->count; i++) {
        order->first[i]->mark = 0;
    }
    for (Py_ssize_t i = 0; i < depth; i++) {
        order->block[i]->mark = 0;
    }
    if (closing != NULL) {
        report_cycle(closing);
    }
    order_free(order);
    return -1;
}

PyObject *node_postorder(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Order order;
    if (order_of((Node *)self, &order) < 0) {
        return NULL;
    }
    PyObject *list = PyList_New(order.count);
    for (Py_ssize_t i = 0; list != NULL && i < order.count; i++) {
        PyList_SET_ITEM(list, i, Py_NewRef((PyObject *)order.first[order.count - 1 - i]));
    }
    for (Py_ssize_t i = 0; i < order.count; i++) {
        order.first[i]->mark = 0;
    }
    order_free(&order);
    return list;
}

/* Whether the gradient flows to an operand: not to a constant, not to the side of a choice that was not taken, and not
 * through an operation that has no local derivatives. */
int flows(const Node *node, const Link *link) {
    extern const unsigned char rule_is_gate[];
    if (node->flags & NO_PARTIALS || KIND(link->operand) == CONSTANT) {
        return 0;
    }
    return !(node->rule < 256 && rule_is_gate[node->rule] && link->partial == 0.0);
}

static inline void push(Node *node) {
    double grad = node->grad;
    if (node->arity == MANY || node->flags & NO_PARTIALS) {
        Link *links = LINKS(node);
        for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
            if (flows(node, &links[i])) {
                links[i].operand->grad += links[i].partial * grad;
                links[i].operand->flags |= REACHED;
            }
        }
        return;
    }
    for (uint32_t i = 0; i < node->arity; i++) {
        Node *operand = node->pair[i].operand;
        if (KIND(operand) != CONSTANT) {
            operand->grad += node->pair[i].partial * grad;
            operand->flags |= REACHED;
        }
    }
}

static int call_own(Node *node) {
    PyObject *own = PyDict_GetItemWithError(node->dict, shared.own);
    if (own == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    Py_INCREF(own);
    PyObject *result = PyObject_CallNoArgs(own);
    Py_DECREF(own);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

/* After a pass the gradient counts as computed. */
static inline void settle(Node *node, int is_root) {
    if (KIND(node) == CONSTANT && !is_root) {
        return;
    }
    int keeps = node->arity == 0 && !is_root && STATE(node) == STATE_COMPUTED;
    node->passes = keeps ? node->passes + 1 : 1;
    node->flags &= (uint16_t)~GRAD_INT;
    SET_STATE(node, STATE_COMPUTED);
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
                    PyMem_Free(list);
                    PyErr_NoMemory();
                    *count = -1;
                    return NULL;
                }
                list = larger;
            }
            list[(*count)++] = (Written){node, node->grad, (node->flags & GRAD_INT) != 0};
        }
    }
    return list;
}

/* One pass over an order. Nodes with a `_backward` of the user's own are settled afterwards, since that code writes
 * gradients as a hand does. */
static int sweep(const Order *order, Node *root, int has_own) {
    Node **nodes = order->first;
    for (Py_ssize_t i = 0; i < order->count; i++) {
        nodes[i]->mark = 0;
        nodes[i]->flags &= (uint16_t)~REACHED;
        if (nodes[i]->arity != 0) {
            nodes[i]->grad = 0.0;
            nodes[i]->flags &= (uint16_t)~GRAD_INT;
        }
    }
    root->grad = 1.0;
    root->flags = (uint16_t)((root->flags & ~GRAD_INT) | REACHED);
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = nodes[i];
        if (UNLIKELY(node->flags & HAS_OWN)) {
            if (call_own(node) < 0) {
                return -1;
            }
        } else if (node->flags & REACHED) {
            push(node);
        }
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
    Written *written = has_hand ? written_by_hand(&order, root, &written_count) : NULL;
    if (written_count < 0 || (has_own && (places = remember(&order)) == NULL)) {
        for (Py_ssize_t i = 0; i < order.count; i++) {
            order.first[i]->mark = 0;
        }
        PyMem_Free(written);
        order_free(&order);
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
    for (Py_ssize_t i = 0; i < written_count && !failed; i++) {
        failed = node_note_by_hand(written[i].node, written[i].grad, written[i].is_int) < 0;
    }
    if (places != NULL) {
        forget(&order, places);
    }
    PyMem_Free(written);
    order_free(&order);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* `node._backward()` as it is called by hand: one rule, added to the operands. */
PyObject *node_push_by_hand(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Node *node = (Node *)self;
    node->flags |= REACHED;
    push(node);
    Link *links = LINKS(node);
    for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
        Node *operand = links[i].operand;
        if (KIND(operand) != CONSTANT) {
            operand->flags &= (uint16_t)~GRAD_INT;
            SET_STATE(operand, STATE_COMPUTED);
            operand->passes = operand->passes ? operand->passes : 1;
        }
    }
    Py_RETURN_NONE;
}
