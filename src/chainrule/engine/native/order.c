/* The order of a graph: each node after all its users, as a pass needs it. */

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
void order_abandon(Order *order, Py_ssize_t depth) {
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
                order_abandon(order, depth);
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
                order_abandon(order, depth);
                return raise_made(python.cycle_error, "(O)", operand);
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
