/* Nodes in flat arrays. An operation on constants becomes a constant, one with a simpler form is recorded in that form,
 * and one that is on the tape already is not recorded again. */

#include "tape.h"

/* ---- the hash table of nodes ------------------------------------------------------------------ */

static inline uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return value == value ? bits : UINT64_C(0x7ff8000000000000); /* a single nan */
}

/* A node is identified by its operation and operands, a constant by its bits. */
static inline uint32_t hash_of(const Node *node) {
    uint64_t a = (uint64_t)(uint32_t)node->x << 32 | (uint32_t)node->y;
    uint64_t b = (uint64_t)(uint32_t)node->op << 32 | (uint32_t)node->z;
    if (node->op == CONSTANT) {
        a = bits_of(node->value);
    }
    a = (a ^ a >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + b;
    a = (a ^ a >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(a >> 32);
}

static inline int is_same(const Node *a, const Node *b) {
    return a->op == b->op && a->x == b->x && a->y == b->y && a->z == b->z &&
           (a->op != CONSTANT || bits_of(a->value) == bits_of(b->value));
}

/* The slot of a node, or the free slot that it would take.
 *
 * The table consists of cache lines. A node's first choice is the line of its latest operand, which was used a moment
 * ago, so nodes recorded one after the other lie side by side. If that line is full, the next choice depends on the other
 * operands as well, for a number that is combined with each of many; after that the hash decides. */
enum { LINE = 8, FULL = 6 };
static inline Slot *slot_of(const Tape *tape, const HashTable *table, const Node *node, uint32_t hash) {
    uint32_t x = (uint32_t)node->x, y = (uint32_t)node->y, z = (uint32_t)node->z; /* -1: none */
    uint32_t latest = node->x > node->y ? x : y;
    latest = node->z > (int32_t)latest ? z : latest;
    uint32_t home = latest / FULL, next = latest * UINT32_C(0x9e3779b1) + (x + y + z - latest) / FULL;
    if (node->op == CONSTANT) {
        home = next = hash;
    }
    for (uint32_t step = hash | 1;; home = next, next += step) {
        Slot *line = table->slots + (home & (table->size / LINE - 1)) * LINE;
        for (int i = 0; i < LINE; i++) {
            if (line[i].id_plus_1 == 0 ||
                (line[i].hash == hash && is_same(&tape->nodes.items[line[i].id_plus_1 - 1], node))) {
                return &line[i];
            }
        }
    }
}

/* Whether a node like this one is recorded only once. */
static inline int is_shared(const Tape *tape, const Node *node) {
    return tape->replays || (!tape->is_scratch && (node->op == CONSTANT || node->op == ENTRY));
}

/* Double the table. Filling it in the order of the nodes fills one line after the other. */
static int enlarge(Tape *tape) {
    HashTable larger = {.size = tape->node_ids.size ? 2 * tape->node_ids.size : 16 * LINE, .used = tape->node_ids.used};
    larger.slots = PyMem_Calloc(larger.size, sizeof(Slot));
    if (larger.slots == NULL) {
        return out_of_memory();
    }
    for (Py_ssize_t i = 0; i < tape->nodes.count; i++) {
        const Node *node = &tape->nodes.items[i];
        if (node->op != INPUT && node->op != COPY && !is_region(node->op) && is_shared(tape, node)) {
            uint32_t hash = hash_of(node);
            *slot_of(tape, &larger, node, hash) = (Slot){hash, (uint32_t)i + 1};
        }
    }
    PyMem_Free(tape->node_ids.slots);
    tape->node_ids = larger;
    return 0;
}

/* ---- recording -------------------------------------------------------------------------------- */

/* Append a node, even if there is one like it. */
int32_t tape_push(Tape *tape, Node node) {
    if (UNLIKELY(tape->nodes.count >= tape->most)) {
        return raise_from(python.too_many_nodes, "(n)", tape->most);
    }
    if (!RESERVE(tape->nodes, 1)) {
        return FAILED;
    }
    tape->nodes.items[tape->nodes.count] = node;
    return (int32_t)tape->nodes.count++;
}

/* Return the node like this one, or append it. */
int32_t tape_share(Tape *tape, Node node) {
    if (!is_shared(tape, &node)) {
        return tape_push(tape, node);
    }
    if (UNLIKELY(tape->node_ids.used >= tape->node_ids.size / LINE * FULL) && enlarge(tape) < 0) {
        return FAILED;
    }
    uint32_t hash = hash_of(&node);
    Slot *slot = slot_of(tape, &tape->node_ids, &node, hash);
    if (slot->id_plus_1 != 0) {
        return (int32_t)(slot->id_plus_1 - 1);
    }
    int32_t id = tape_push(tape, node);
    if (id >= 0) {
        *slot = (Slot){hash, (uint32_t)id + 1};
        tape->node_ids.used++;
    }
    return id;
}

int32_t tape_constant(Tape *tape, double value) {
    return tape_share(tape, NODE(CONSTANT, -1, -1, -1, value));
}

int32_t raise_no_number(const Tape *tape, int32_t node) {
    return raise_from(python.no_number, "(in)", node, tape->nodes.count);
}

int32_t tape_copy(Tape *tape, int32_t x) {
    if (!tape_has(tape, x)) {
        return raise_no_number(tape, x);
    }
    return tape_push(tape, NODE(COPY, x, -1, -1, tape->nodes.items[x].value));
}

static int fits(const Rewrite *rewrite, const Node *operand) {
    if (rewrite->op) {
        return operand->op == rewrite->op;
    }
    return operand->op == CONSTANT && operand->value == rewrite->number && /* nan never fits */
           bits_of(operand->value) == bits_of(rewrite->number);
}

/* Record the simpler form of an operation; NOTHING if no rewrite fits. */
static int32_t append_simpler(Tape *tape, const Recipe *recipe, const int32_t *operands) {
    for (int i = 0; i < recipe->rewrite_count; i++) {
        const Rewrite *rewrite = &recipe->rewrites[i];
        const Node *operand = &tape->nodes.items[operands[rewrite->argnum]];
        if (fits(rewrite, operand)) {
            int32_t changed[3] = {operands[0], operands[1], operands[2]};
            if (rewrite->op) {
                changed[rewrite->argnum] = operand->x;
            }
            if (Py_EnterRecursiveCall(" while simplifying an operation")) {
                return FAILED;
            }
            int32_t node = tape_expand(tape, &rewrite->simpler, changed, -1);
            Py_LeaveRecursiveCall();
            return node;
        }
    }
    return NOTHING;
}

/* The bit of a node in Recipe.rewrite_mask. */
static inline uint64_t mask_of(const Node *node) {
    return node->op == CONSTANT ? 1 : node->op >= 64 ? ~UINT64_C(0) : node->op < 0 ? 0 : UINT64_C(1) << node->op;
}

int32_t tape_append(Tape *tape, int32_t op, int32_t x, int32_t y, int32_t z) {
    const Recipe *recipe = recipe_of(op);
    if (UNLIKELY(recipe == NULL)) {
        return FAILED;
    }
    int32_t operands[3] = {x, y, z};
    double numbers[3] = {0.0}, value;
    uint64_t mask = 0;
    int is_constant = 1;
    for (int i = 0; i < recipe->arity; i++) {
        if (UNLIKELY(!tape_has(tape, operands[i]))) {
            return raise_no_number(tape, operands[i]);
        }
        const Node *operand = &tape->nodes.items[operands[i]];
        numbers[i] = operand->value;
        mask |= mask_of(operand);
        is_constant &= operand->op == CONSTANT;
    }
    for (int i = recipe->arity; i < 3; i++) {
        operands[i] = -1;
    }
    if (mask & recipe->rewrite_mask && !is_constant && tape->rewrites) {
        int32_t simpler = append_simpler(tape, recipe, operands);
        if (simpler != NOTHING) {
            return simpler;
        }
    }
    if (UNLIKELY(recipe_value(recipe, op, numbers, &value) < 0)) {
        return FAILED;
    }
    if (is_constant) {
        return tape_constant(tape, value);
    }
    int swaps = recipe->commutes && operands[0] > operands[1];
    return tape_share(tape, NODE(op, operands[swaps], operands[!swaps], operands[2], value));
}

/* Record a fragment. There are three operands; -1 stands for a missing one, or for an `out` that isn't used. */
int32_t tape_expand(Tape *tape, const Fragment *fragment, const int32_t *operands, int32_t out) {
    if (fragment->code_count + fragment->constant_count == 0 && fragment->result < OUT &&
        operands[fragment->result] >= 0) {
        return operands[fragment->result];
    }
    enum { FEW = 40 };
    int32_t few[FEW], *nodes = few, result = FAILED;
    Py_ssize_t count = (Py_ssize_t)FIRST_CONSTANT + fragment->constant_count + fragment->code_count, next = FIRST_CONSTANT;
    if (count > FEW && (nodes = new_zeros((size_t)count, sizeof *nodes)) == NULL) {
        return FAILED;
    }
    memcpy(nodes, operands, 3 * sizeof *nodes);
    nodes[OUT] = out;
    for (int32_t i = 0; i < fragment->constant_count; i++) {
        if ((nodes[next++] = tape_constant(tape, fragment->constants[i])) < 0) {
            goto done;
        }
    }
    for (int32_t i = 0; i < fragment->code_count; i++) {
        const Assignment *item = &fragment->code[i];
        int32_t x = item->operands[0], y = item->operands[1], z = item->operands[2];
        nodes[next] = tape_append(tape, item->op, x < 0 ? -1 : nodes[x], y < 0 ? -1 : nodes[y], z < 0 ? -1 : nodes[z]);
        if (nodes[next++] < 0) {
            goto done;
        }
    }
    result = nodes[fragment->result];
    if (UNLIKELY(!tape_has(tape, result))) {
        result = raise_no_number(tape, result);
    }
done:
    if (nodes != few) {
        PyMem_Free(nodes);
    }
    return result;
}
