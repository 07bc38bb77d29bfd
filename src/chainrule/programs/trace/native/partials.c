/* The numbers of local derivatives. A partial is recorded on a tape of a few nodes, which then forgets it: so it is rewritten
 * and rounded as it would be on the recording's own tape. */

#include "derivatives.h"

/* The nodes that a scratch tape begins with: the operands, the result, and what the operands themselves are computed from,
 * because there are rewrites for the operand of a negation. */
enum { KEPT = 7 };

int scratch_start(Scratch *scratch) {
    *scratch = (Scratch){(Tape *)tape_type->tp_alloc(tape_type, 0)};
    if (scratch->tape == NULL || !RESERVE(scratch->tape->nodes, KEPT)) {
        return -1;
    }
    scratch->tape->most = INT32_MAX;
    scratch->tape->is_scratch = scratch->tape->rewrites = 1;
    return 0;
}

void scratch_free(Scratch *scratch) {
    Py_CLEAR(scratch->tape);
}

/* Fill in the operands and the result of an operation. */
static void load(Tape *scratch, const Tape *tape, const Node *it, int arity) {
    Node *nodes = scratch->nodes.items;
    for (int k = 0; k < 3; k++) {
        Node operand = k < arity ? tape->nodes.items[it->operands[k]] : NODE(COPY, -1, -1, -1, 0.0);
        nodes[k] = NODE(operand.op == SCATTER ? COPY : operand.op, FIRST_CONSTANT + k, -1, -1, operand.value);
        nodes[FIRST_CONSTANT + k] = NODE(COPY, -1, -1, -1, 0.0);
        if (operand.op == OP_NEG) {
            const Node *below = &tape->nodes.items[operand.x];
            nodes[FIRST_CONSTANT + k] = NODE(below->op == CONSTANT ? CONSTANT : COPY, -1, -1, -1, below->value);
        }
    }
    nodes[OUT] = NODE(it->op, 0, arity > 1 ? 1 : -1, arity > 2 ? 2 : -1, it->value);
}

/* A partial that is a constant or an operand, such as those of sums and products; 0 if it is another formula. */
static int read_simple(const Tape *tape, const Node *it, const Fragment *fragment, Partial *partial) {
    if (fragment->code_count > 0) {
        return 0;
    }
    if (fragment->result >= FIRST_CONSTANT) {
        *partial = (Partial){fragment->constants[fragment->result - FIRST_CONSTANT], 1, 0};
    } else if (fragment->result == OUT) {
        *partial = (Partial){it->value, 0, 0};
    } else {
        const Node *operand = &tape->nodes.items[it->operands[fragment->result]];
        *partial = (Partial){operand->value, operand->op == CONSTANT, 0};
    }
    partial->is_absent = partial->is_constant && partial->value == 0.0;
    return 1;
}

/* Compute the partials of an operation with respect to the operands that are reached; the others are absent, as are those
 * that are 0 by their formula. */
int partials_of(Scratch *scratch, const Tape *tape, const Node *it, const unsigned char *marks, Partial *partials) {
    Tape *small = scratch->tape;
    const Recipe *recipe = recipe_of(it->op);
    if (recipe == NULL) {
        return FAILED;
    }
    int32_t operands[3] = {0, recipe->arity > 1 ? 1 : -1, recipe->arity > 2 ? 2 : -1};
    int is_loaded = 0;
    for (int k = 0; k < recipe->arity; k++) {
        partials[k].is_absent = !(marks[it->operands[k]] & REACHED);
        if (partials[k].is_absent || read_simple(tape, it, &recipe->partials[k], &partials[k])) {
            continue;
        }
        if (!is_loaded) {
            load(small, tape, it, recipe->arity);
            is_loaded = 1;
        }
        small->nodes.count = KEPT;
        int32_t node = tape_expand(small, &recipe->partials[k], operands, OUT);
        if (node < 0) {
            return FAILED;
        }
        partials[k].value = small->nodes.items[node].value;
        partials[k].is_constant = tape_is_constant(small, node);
        partials[k].is_absent = is_zero(small, node);
    }
    return 0;
}
