/* What a pass keeps of the graph as it was: what was written by hand, and all of it where a `_backward` may fail. */

#include "node.h"

/* What a pass overwrites in a node. */
struct NodeState {
    double grad;
    uint16_t flags;
    uint32_t passes;
    PyObject *by_hand;
};

/* A leaf, and the number written into its gradient by hand, to which the pass adds. */
struct LeafNumber {
    Node *leaf;
    double grad;
    int is_int;
};

static int keep_states(Snapshot *before, const Order *order) {
    before->states = PyMem_Calloc((size_t)order->count, sizeof *before->states);
    if (before->states == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = order->first[i];
        Py_INCREF((PyObject *)node); /* a callback may take the graph apart */
        PyObject *by_hand = node->dict ? PyDict_GetItem(node->dict, python.by_hand) : NULL;
        Py_XINCREF(by_hand);
        before->states[i] = (struct NodeState){node->grad, node->flags, node->passes, by_hand};
    }
    return 0;
}

/* A pass inside another one's `_backward` finds what the outer one has reached so far, and leaves it so. */
static int keep_reached(Snapshot *before, const Order *order) {
    before->reached = PyMem_Malloc((size_t)order->count);
    if (before->reached == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < order->count; i++) {
        before->reached[i] = (order->first[i]->flags & REACHED) != 0;
        order->first[i]->flags &= (uint16_t)~REACHED;
    }
    return 0;
}

static int keep_numbers(Snapshot *before, const Order *order, const Node *root) {
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = order->first[i];
        if (node->arity != 0 || STATE(node) != STATE_HAND || node->grad == 0.0 || node == root || KIND(node) == CONSTANT) {
            continue;
        }
        Py_ssize_t count = before->leaf_count;
        if ((count & (count - 1)) == 0) { /* full at each power of two */
            size_t size = (size_t)(count ? 2 * count : 1) * sizeof *before->leaves;
            struct LeafNumber *larger = PyMem_Realloc(before->leaves, size);
            if (larger == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            before->leaves = larger;
        }
        before->leaves[before->leaf_count++] =
            (struct LeafNumber){(Node *)Py_NewRef((PyObject *)node), node->grad, (node->flags & GRAD_INT) != 0};
    }
    return 0;
}

int snapshot_take(Snapshot *before, const Order *order, const Node *root) {
    *before = (Snapshot){NULL, NULL, NULL, 0};
    if ((order->flags & STATE_HAND << STATE_SHIFT && keep_numbers(before, order, root) < 0) ||
        (order->flags & HAS_OWN && keep_states(before, order) < 0) ||
        (order->flags & REACHED && keep_reached(before, order) < 0)) {
        snapshot_free(before, order);
        return -1;
    }
    return 0;
}

/* After own operations: put the states back, which they may have changed, and the gradients too where one failed. */
void snapshot_put_back(const Snapshot *before, const Order *order, int also_gradients) {
    const uint16_t kept = STATE_MASK | (also_gradients ? GRAD_INT : 0);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (Py_ssize_t i = 0; i < order->count; i++) {
        Node *node = order->first[i];
        struct NodeState *state = &before->states[i];
        if (also_gradients) {
            node->grad = state->grad;
            node->mark = 0;
            node->flags &= (uint16_t)~REACHED;
        }
        node->flags = (uint16_t)((node->flags & ~kept) | (state->flags & kept));
        node->passes = state->passes;
        if (state->by_hand != NULL && node->dict != NULL) {
            PyDict_SetItem(node->dict, python.by_hand, state->by_hand);
        }
    }
    PyErr_Restore(type, value, traceback);
}

/* After a pass: mark what the outer one had reached. */
void snapshot_put_back_reached(const Snapshot *before, const Order *order) {
    for (Py_ssize_t i = 0; before->reached != NULL && i < order->count; i++) {
        order->first[i]->flags |= (uint16_t)(before->reached[i] ? REACHED : 0);
    }
}

/* After a pass: note in each leaf the number written by hand that its gradient contains. */
int snapshot_note_by_hand(const Snapshot *before) {
    for (Py_ssize_t i = 0; i < before->leaf_count; i++) {
        if (node_note_by_hand(before->leaves[i].leaf, before->leaves[i].grad, before->leaves[i].is_int) < 0) {
            return -1;
        }
    }
    return 0;
}

void snapshot_free(Snapshot *before, const Order *order) {
    for (Py_ssize_t i = 0; before->states != NULL && i < order->count; i++) {
        Py_XDECREF(before->states[i].by_hand);
        Py_DECREF((PyObject *)order->first[i]);
    }
    for (Py_ssize_t i = 0; i < before->leaf_count; i++) {
        Py_DECREF((PyObject *)before->leaves[i].leaf);
    }
    PyMem_Free(before->states);
    PyMem_Free(before->reached);
    PyMem_Free(before->leaves);
}
