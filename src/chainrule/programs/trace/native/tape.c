/* Nodes in flat arrays: what is computed of constants is a constant, what a row knows to be simpler is recorded
 * simpler, and what is there already is not recorded again. */

#include "tape.h"

/* ---- arrays that grow ----------------------------------------------------------------------------------------- */

/* The items where there is room for so many more, else as they were, and an error is set. */
void *array_enlarged(void *items, Py_ssize_t *room, Py_ssize_t count, Py_ssize_t more, size_t size) {
    Py_ssize_t most = PY_SSIZE_T_MAX / (Py_ssize_t)size, wanted = count < 16 ? 32 : count < most / 2 ? 2 * count : most;
    if (more <= most - count) {
        wanted = wanted < count + more ? count + more : wanted;
        void *larger = PyMem_Realloc(items, (size_t)wanted * size);
        if (larger != NULL) {
            *room = wanted;
            return larger;
        }
    }
    PyErr_NoMemory();
    return items;
}

/* ---- the hash table ------------------------------------------------------------------------------------------- */

static inline uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return value == value ? bits : UINT64_C(0x7ff8000000000000); /* one nan */
}

/* A node's identity is its operation and its operands; a constant's is its bits. */
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

/* Where a node stands, or the free slot where it would stand.
 *
 * The table is made of lines of the cache. A node belongs into the line of its latest operand, which was used a
 * moment ago: what is recorded one after the other lies side by side. Where that line is full, it belongs into one that
 * follows the other operands, for a number that is used with each of many; where that is full too, chance decides. */
enum { LINE = 8, FULL = 6 };
static inline Slot *slot_of(const Tape *tape, const Index *index, const Node *node, uint32_t hash) {
    uint32_t x = (uint32_t)node->x, y = (uint32_t)node->y, z = (uint32_t)node->z; /* -1: none */
    uint32_t latest = node->x > node->y ? x : y;
    latest = node->z > (int32_t)latest ? z : latest;
    uint32_t home = latest / FULL, next = latest * UINT32_C(0x9e3779b1) + (x + y + z - latest) / FULL;
    if (node->op == CONSTANT) {
        home = next = hash;
    }
    for (uint32_t step = hash | 1;; home = next, next += step) {
        Slot *line = index->slots + (home & (index->size / LINE - 1)) * LINE;
        for (int i = 0; i < LINE; i++) {
            if (line[i].number == 0 ||
                (line[i].hash == hash && is_same(&tape->nodes.items[line[i].number - 1], node))) {
                return &line[i];
            }
        }
    }
}

/* Make the table twice as large. The lines of the new one are filled one after the other. */
static int enlarge(Tape *tape) {
    Index larger = {.size = tape->known.size ? 2 * tape->known.size : 16 * LINE, .used = tape->known.used};
    larger.slots = PyMem_Calloc(larger.size, sizeof(Slot));
    if (larger.slots == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < tape->nodes.count; i++) {
        const Node *node = &tape->nodes.items[i];
        if (node->op != INPUT && node->op != COPY && node->op != SCATTER) {
            uint32_t hash = hash_of(node);
            *slot_of(tape, &larger, node, hash) = (Slot){hash, (uint32_t)i + 1};
        }
    }
    PyMem_Free(tape->known.slots);
    tape->known = larger;
    return 0;
}

/* ---- recording ------------------------------------------------------------------------------------------------ */

/* Append a node that is shared with no other. */
int32_t tape_push(Tape *tape, Node node) {
    if (tape->nodes.count == INT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "a tape holds at most 2147483647 nodes");
        return FAILED;
    }
    if (!RESERVE(tape->nodes, 1)) {
        return FAILED;
    }
    tape->nodes.items[tape->nodes.count] = node;
    return (int32_t)tape->nodes.count++;
}

/* The node that is the same, or else this one, appended. */
int32_t tape_share(Tape *tape, Node node) {
    if (UNLIKELY(tape->known.used >= tape->known.size / LINE * FULL) && enlarge(tape) < 0) {
        return FAILED;
    }
    uint32_t hash = hash_of(&node);
    Slot *slot = slot_of(tape, &tape->known, &node, hash);
    if (slot->number != 0) {
        return (int32_t)(slot->number - 1);
    }
    int32_t made = tape_push(tape, node);
    if (made >= 0) {
        *slot = (Slot){hash, (uint32_t)made + 1};
        tape->known.used++;
    }
    return made;
}

int32_t tape_constant(Tape *tape, double value) {
    return tape_share(tape, (Node){CONSTANT, -1, -1, -1, value});
}

int32_t tape_no_number(const Tape *tape, int32_t node) {
    return raise_of(taping.no_number, "(in)", node, tape->nodes.count);
}

int32_t tape_copy(Tape *tape, int32_t x) {
    if (!tape_has(tape, x)) {
        return tape_no_number(tape, x);
    }
    return tape_push(tape, (Node){COPY, x, -1, -1, tape->nodes.items[x].value});
}

/* Whether a rewrite fits an operand: a certain constant, sign of zero included, or the result of a certain rule. */
static int fits(const Rewrite *rewrite, const Node *operand) {
    if (rewrite->op) {
        return operand->op == rewrite->op;
    }
    return operand->op == CONSTANT && operand->value == rewrite->number &&
           bits_of(operand->value) == bits_of(rewrite->number);
}

/* What a row records instead of an operation; NOTHING where no rewrite fits. */
static int32_t rewritten(Tape *tape, const Recipe *row, const int32_t *operands) {
    for (int i = 0; i < row->rewrite_count; i++) {
        const Rewrite *rewrite = &row->rewrites[i];
        const Node *operand = &tape->nodes.items[operands[rewrite->place]];
        if (fits(rewrite, operand)) {
            int32_t changed[3] = {operands[0], operands[1], operands[2]};
            if (rewrite->op) {
                changed[rewrite->place] = operand->x;
            }
            if (Py_EnterRecursiveCall(" while an operation is rewritten")) {
                return FAILED;
            }
            int32_t made = tape_expand(tape, &rewrite->to, changed, -1);
            Py_LeaveRecursiveCall();
            return made;
        }
    }
    return NOTHING;
}

static inline uint64_t kind_of(const Node *node) {
    return node->op == CONSTANT ? 1 : node->op >= 64 ? ~UINT64_C(0) : node->op < 0 ? 0 : UINT64_C(1) << node->op;
}

int32_t tape_append(Tape *tape, int32_t op, int32_t x, int32_t y, int32_t z) {
    const Recipe *row = recipe_of(op);
    if (UNLIKELY(row == NULL)) {
        return FAILED;
    }
    int32_t operands[3] = {x, y, z};
    double numbers[3] = {0.0}, value;
    uint64_t kinds = 0;
    int is_constant = 1;
    for (int i = 0; i < row->arity; i++) {
        if (UNLIKELY(!tape_has(tape, operands[i]))) {
            return tape_no_number(tape, operands[i]);
        }
        const Node *operand = &tape->nodes.items[operands[i]];
        numbers[i] = operand->value;
        kinds |= kind_of(operand);
        is_constant &= operand->op == CONSTANT;
    }
    for (int i = row->arity; i < 3; i++) {
        operands[i] = -1;
    }
    if (kinds & row->rewritten && !is_constant) {
        int32_t made = rewritten(tape, row, operands);
        if (made != NOTHING) {
            return made;
        }
    }
    if (UNLIKELY(recipe_value(row, op, numbers, &value) < 0)) {
        return FAILED;
    }
    if (is_constant) {
        return tape_constant(tape, value);
    }
    int swaps = row->commutes && operands[0] > operands[1];
    return tape_share(tape, (Node){op, operands[swaps], operands[!swaps], operands[2], value});
}

/* Record a fragment. The operands are three, -1 where there is none; `out` is -1 where it is of no use. */
int32_t tape_expand(Tape *tape, const Fragment *text, const int32_t *operands, int32_t out) {
    if (text->code_count + text->constant_count == 0 && text->result < OUT && operands[text->result] >= 0) {
        return operands[text->result];
    }
    enum { FEW = 40 };
    int32_t few[FEW], *nodes = few, made = FAILED;
    Py_ssize_t count = (Py_ssize_t)LOCALS + text->constant_count + text->code_count, next = LOCALS;
    if (count > FEW && (nodes = PyMem_Malloc((size_t)count * sizeof *nodes)) == NULL) {
        PyErr_NoMemory();
        return FAILED;
    }
    memcpy(nodes, operands, 3 * sizeof *nodes);
    nodes[OUT] = out;
    for (int32_t i = 0; i < text->constant_count; i++) {
        if ((nodes[next++] = tape_constant(tape, text->constants[i])) < 0) {
            goto done;
        }
    }
    for (int32_t i = 0; i < text->code_count; i++) {
        const Assignment *item = &text->code[i];
        int32_t x = item->places[0], y = item->places[1], z = item->places[2];
        nodes[next] = tape_append(tape, item->op, x < 0 ? -1 : nodes[x], y < 0 ? -1 : nodes[y], z < 0 ? -1 : nodes[z]);
        if (nodes[next++] < 0) {
            goto done;
        }
    }
    made = nodes[text->result];
    if (UNLIKELY(!tape_has(tape, made))) {
        made = tape_no_number(tape, made);
    }
done:
    if (nodes != few) {
        PyMem_Free(nodes);
    }
    return made;
}
