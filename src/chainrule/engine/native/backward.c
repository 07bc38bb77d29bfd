/* The backward pass: reverse accumulation over the order of a graph. */

#include "../../table/native/rules.h"

#include "node.h"

#define GATE_ROW(name, NUMBER, keeps_int) [NUMBER] = 1,
static const unsigned char is_gate[256] = {GATES(GATE_ROW)};

/* Whether the gradient flows to an operand: not to a constant, not to the side of a choice that was not taken, and not
 * through an operation that has no local derivatives. */
int flows(const Node *node, const Link *link) {
    if (node->flags & NO_PARTIALS || KIND(link->operand) == CONSTANT) {
        return 0;
    }
    return !(node->rule < 256 && is_gate[node->rule] && link->partial == 0.0);
}

/* Add a contribution. The first one of a pass replaces the number of an inner node, unless it `keeps` what is there, and
 * is added to that of a leaf. */
static inline void add(Node *operand, double contribution, int keeps) {
    double before = operand->flags & REACHED || operand->arity == 0 || keeps ? operand->grad : 0.0;
    operand->grad = before + contribution;
    operand->flags = (uint16_t)((operand->flags & ~GRAD_INT) | REACHED);
}

/* Warn where a gradient arrives at an operation made by hand and goes no further. */
static int warn_of_loss(Node *node) {
    int is_lost = node->rule == OP_OWN && node->flags & NO_PARTIALS && !(node->flags & HAS_OWN) && node->grad != 0.0;
    return is_lost ? call_hook(python.warn_of_loss, (PyObject *)node) : 0;
}

static inline void push(Node *node, int keeps) {
    double grad = node->grad;
    if (node->arity == MANY || node->flags & NO_PARTIALS) {
        Link *links = LINKS(node);
        for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
            if (flows(node, &links[i])) {
                add(links[i].operand, links[i].partial * grad, keeps);
            }
        }
        return;
    }
    for (uint32_t i = 0; i < node->arity; i++) {
        Node *operand = node->pair[i].operand;
        double partial = node->pair[i].partial;
        if (KIND(operand) != CONSTANT && (partial != 0.0 || !(node->rule < 256 && is_gate[node->rule]))) {
            add(operand, partial * grad, keeps);
        }
    }
}

static int call_own(Node *node) {
    PyObject *own = node_own(node);
    if (own == NULL) { /* somebody has emptied the node's __dict__ */
        node->flags &= (uint16_t)~HAS_OWN;
        push(node, 1);
        return 0;
    }
    Py_INCREF(own);
    PyObject *result = PyObject_CallNoArgs(own);
    Py_DECREF(own);
    Py_XDECREF(result);
    Link *links = LINKS(node);
    for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
        links[i].operand->flags |= REACHED; /* which gradients it wrote is unknown */
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

/* One pass over an order, after which all marks are 0 again.
 *
 * A `_backward` of the user's own writes gradients as a hand does, of any node: it must find the inner ones at 0, what it
 * writes is kept, and they are settled afterwards. */
static int sweep(const Order *order, Node *root, int has_own, Node **lost) {
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
            push(node, has_own);
            if (UNLIKELY(node->flags & NO_PARTIALS) && *lost == NULL) {
                *lost = node;
            }
        } else if (node->arity != 0 && !has_own) {
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
    Snapshot before;
    if (order_of(root, &order) < 0) {
        return NULL;
    }
    if (snapshot_take(&before, &order, root) < 0) {
        order_abandon(&order, 0);
        return NULL;
    }
    Node *lost = NULL;
    int has_own = order.flags & HAS_OWN, failed = sweep(&order, root, has_own, &lost) < 0;
    if (has_own) {
        snapshot_put_back(&before, &order, failed);
        for (Py_ssize_t i = 0; i < order.count && !failed; i++) {
            settle(order.first[i], order.first[i] == root);
        }
    }
    snapshot_put_back_reached(&before, &order);
    failed = failed || snapshot_note_by_hand(&before) < 0;
    snapshot_free(&before, &order);
    Py_XINCREF((PyObject *)lost);
    order_free(&order);
    failed = failed || (lost != NULL && warn_of_loss(lost) < 0);
    Py_XDECREF((PyObject *)lost);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* `node._backward()` as it is called by hand: one rule, added to the operands. */
PyObject *node_push_once(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Node *node = (Node *)self;
    Link *links = LINKS(node);
    push(node, 1); /* by hand, everything is added */
    for (Py_ssize_t i = 0, count = COUNT(node); i < count; i++) {
        Node *operand = links[i].operand;
        operand->flags &= (uint16_t)~REACHED;
        if (KIND(operand) != CONSTANT) {
            operand->flags &= (uint16_t)~GRAD_INT;
            SET_STATE(operand, STATE_COMPUTED);
            operand->passes = operand->passes ? operand->passes : 1;
        }
    }
    return warn_of_loss(node) < 0 ? NULL : Py_NewRef(Py_None);
}
