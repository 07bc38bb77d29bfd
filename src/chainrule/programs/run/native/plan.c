/* From a tape to a plan: which nodes are needed, which operations share a step, in which order, and where values live.
 *
 * These are passes over the nodes. Forward, everything is checked (check.c). Backward, nodes that are needed are marked, and
 * their uses counted (needs.c). Then, for a point and again for rows: forward, the order is decided (order.c); backward, the
 * steps are written (steps.c). For a point they are packed into groups (point.c).
 */
#include "plan.h"

static void *allocate(Work *work, size_t count, size_t size) {
    void *array = PyMem_Calloc(count, size);
    work->out_of_memory |= array == NULL;
    return array;
}

/* The same for an array that is needed during planning only. */
static void *allocate_here(Work *work, size_t count, size_t size) {
    return work->arrays[work->array_count++] = allocate(work, count, size);
}

static size_t count_ops(const TapeArrays *tape, int32_t op) {
    size_t count = 0;
    for (int32_t i = 0; i < tape->count; i++) {
        count += tape->op[i] == op;
    }
    return count;
}

/* Allocate all arrays but the steps, whose number isn't known yet. */
static int allocate_arrays(Work *work) {
    const TapeArrays *tape = work->tape;
    Plan *plan = work->plan;
    size_t count = (size_t)tape->count;
    plan->input_count = (uint32_t)tape->inputs.count;
    plan->output_count = (uint32_t)tape->outputs.count;
    plan->constants = allocate(work, count_ops(tape, CONSTANT), sizeof *plan->constants);
    plan->outputs = allocate(work, plan->output_count, sizeof *plan->outputs);
    plan->entries = allocate(work, (size_t)tape->entries.count, sizeof *plan->entries);
    plan->pairs = allocate(work, (size_t)tape->pairs.count, sizeof *plan->pairs);
    plan->point_entries = allocate(work, (size_t)tape->entries.count, sizeof *plan->point_entries);
    plan->point_pairs = allocate(work, (size_t)tape->pairs.count, sizeof *plan->point_pairs);
    plan->operands = allocate(work, (size_t)tape->operands_of_calls.count, sizeof *plan->operands);
    plan->point_operands = allocate(work, (size_t)tape->operands_of_calls.count, sizeof *plan->point_operands);
    if (count_ops(tape, COPY) + count_ops(tape, OVERRIDE) > 0) {
        work->source = allocate_here(work, count, sizeof *work->source);
    }
    if (HAS_SINCOS && count_ops(tape, OP_SIN) > 0 && count_ops(tape, OP_COS) > 0) {
        work->angles = allocate_here(work, count, sizeof *work->angles);
    }
    work->state = allocate_here(work, count, sizeof *work->state);
    work->slot = allocate_here(work, count, sizeof *work->slot);
    work->idle = allocate_here(work, count, sizeof *work->idle);
    work->group = allocate_here(work, count, sizeof *work->group);
    work->order = allocate_here(work, count, sizeof *work->order);
    work->guard_after = allocate_here(work, (size_t)tape->guards.count, sizeof *work->guard_after);
    work->group_start = allocate_here(work, count + 2, sizeof *work->group_start);
    work->block = allocate_here(work, count + 2, sizeof *work->block);
    work->next_block = allocate_here(work, count + 2, sizeof *work->next_block);
    work->regions = allocate_here(work, count_ops(tape, SCATTER) + count_ops(tape, CALL), sizeof *work->regions);
    if (work->out_of_memory) {
        return out_of_memory();
    }
    memset(work->block, 0xFF, (count + 2) * sizeof *work->block);
    memset(work->slot, 0xFF, count * sizeof *work->slot); /* NOWHERE */
    return 0;
}

/* Write the steps in an order. The outputs get slots first, the same ones in each order. Returns -1 without memory. */
static int write_steps(Work *work, int (*order)(Work *), uint32_t *slot_count) {
    Plan *plan = work->plan;
    int is_point = order == order_for_point;
    work->entries = is_point ? plan->point_entries : plan->entries;
    work->pairs = is_point ? plan->point_pairs : plan->pairs;
    work->operands = is_point ? plan->point_operands : plan->operands;
    work->idle_count = work->region_count = 0;
    work->next_slot = plan->input_count + plan->constant_count;
    if (order(work) < 0) {
        return -1;
    }
    plan_steps(work);
    *slot_count = (uint32_t)work->next_slot;
    work->passes_left--;
    return work->next_slot > INT32_MAX ? -1 : 0;
}

/* Forget all slots but those of inputs and constants. */
static void clear_slots(Work *work) {
    const TapeArrays *tape = work->tape;
    for (int32_t node = 0; node < tape->count; node++) {
        if (tape->op[node] != INPUT && tape->op[node] != CONSTANT) {
            work->slot[node] = NOWHERE;
        }
    }
}

static int write_plan(Work *work) {
    Plan *plan = work->plan;
    plan->step_count = (uint32_t)work->tape->guards.count + 1;
    plan_needs(work);
    plan->steps = PyMem_Malloc(plan->step_count * sizeof *plan->steps);
    if (plan->steps == NULL ||
        write_steps(work, order_for_point, &plan->point_slot_count) < 0 ||
        point_pack(plan) < 0) {
        return -1;
    }
    clear_slots(work);
    work->group_start = NULL;
    return write_steps(work, order_for_rows, &plan->slot_count);
}

/* Plan the replay of a tape. Returns -1 with an error; call plan_free in any case. */
int plan_make(Plan *plan, TapeArrays *tape) {
    Work work = {.tape = tape, .plan = plan, .passes_left = PASSES};
    plan->tables = tape->tables.items;
    plan->scatters = tape->scatters.items;
    plan->calls = tape->calls.items;
    plan->functions = tape->functions.items;
    plan->call_count = (uint32_t)tape->calls.count;
    tape->tables.items = tape->scatters.items = tape->calls.items = NULL;
    tape->functions.items = NULL;
    int result = allocate_arrays(&work) < 0 || arrays_check(&work) < 0 ? -1 : 0;
    if (result == 0 && write_plan(&work) < 0) {
        result = out_of_memory();
    }
    while (work.array_count > 0) {
        PyMem_Free(work.arrays[--work.array_count]);
    }
    return result;
}

void plan_free(Plan *plan) {
    void *arrays[] = {plan->steps, plan->constants, plan->outputs,       plan->tables,      plan->scatters,
                      plan->calls, plan->entries,   plan->pairs,         plan->operands,    plan->groups,
                      plan->functions, plan->point_entries, plan->point_pairs, plan->point_operands};
    for (uint32_t i = 0; i < plan->call_count; i++) {
        Py_XDECREF(plan->functions[i]);
    }
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        PyMem_Free(arrays[i]);
    }
}
