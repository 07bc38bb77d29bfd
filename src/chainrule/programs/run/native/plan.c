/* From a tape to a program: what is needed, which operations are done as one, in which order, where values live.
 *
 * Passes over the nodes: forward, everything is checked (check.c); backward, what is needed is marked, and how often it is
 * used (needs.c); then twice, for a point and for rows: forward, the order is found (order.c); backward, steps are written
 * (steps.c), of which groups are made for a point (point.c).
 */
#include "plan.h"

static void *room(Work *work, size_t count, size_t size) {
    void *made = PyMem_Calloc(count, size);
    work->out_of_memory |= made == NULL;
    return made;
}

/* Memory for everything; the number of steps is known only later. */
static int make_room(Work *work) {
    const TapeArrays *tape = work->tape;
    Plan *plan = work->plan;
    size_t constants = 0, scatters = 0, copies = 0, sines = 0, cosines = 0, count = (size_t)tape->count;
    for (size_t i = 0; i < count; i++) {
        sines += tape->op[i] == OP_SIN;
        cosines += tape->op[i] == OP_COS;
        constants += tape->op[i] == CONSTANT;
        scatters += tape->op[i] == SCATTER;
        copies += tape->op[i] == COPY;
    }
    plan->input_count = (uint32_t)tape->inputs.count;
    plan->output_count = (uint32_t)tape->outputs.count;
    plan->constants = room(work, constants, sizeof *plan->constants);
    plan->outputs = room(work, plan->output_count, sizeof *plan->outputs);
    plan->input_is_used = room(work, plan->input_count, sizeof *plan->input_is_used);
    plan->tables = room(work, (size_t)tape->tables.count, sizeof *plan->tables);
    plan->scatters = room(work, (size_t)tape->scatters.count, sizeof *plan->scatters);
    plan->entries = room(work, (size_t)tape->entries.count, sizeof *plan->entries);
    plan->pairs = room(work, (size_t)tape->pairs.count, sizeof *plan->pairs);
    plan->point_entries = room(work, (size_t)tape->entries.count, sizeof *plan->point_entries);
    plan->point_pairs = room(work, (size_t)tape->pairs.count, sizeof *plan->point_pairs);
    work->real = copies ? room(work, count, sizeof *work->real) : NULL;
    work->angles = HAS_SINCOS && sines && cosines ? room(work, count, sizeof *work->angles) : NULL;
    work->state = room(work, count, sizeof *work->state);
    work->slot = room(work, count, sizeof *work->slot);
    work->idle = room(work, count, sizeof *work->idle);
    work->time = room(work, count, sizeof *work->time);
    work->order = room(work, count, sizeof *work->order);
    work->guard_at = room(work, (size_t)tape->guards.count, sizeof *work->guard_at);
    work->asked = room(work, (size_t)tape->guards.count, sizeof *work->asked);
    work->group_start = room(work, count + 2, sizeof *work->group_start);
    work->block = room(work, count + 2, sizeof *work->block);
    work->next_block = room(work, count + 2, sizeof *work->next_block);
    work->regions = room(work, scatters, sizeof *work->regions);
    if (work->out_of_memory) {
        PyErr_NoMemory();
        return -1;
    }
    memset(work->block, 0xFF, (count + 2) * sizeof *work->block);
    memset(work->slot, 0xFF, count * sizeof *work->slot); /* NOWHERE */
    return 0;
}

/* Tables and scatters as they are in the tape; and each guard after its condition, but after all guards before it. */
static void place(Work *work) {
    const TapeArrays *tape = work->tape;
    Plan *plan = work->plan;
    for (Py_ssize_t k = 0; k < tape->tables.count - 1; k++) {
        int32_t first = tape->tables.items[k];
        plan->tables[k] = (Span){(uint32_t)first, (uint32_t)(tape->tables.items[k + 1] - first), 0, 0};
    }
    for (Py_ssize_t k = 0; k < tape->scatters.count - 1; k++) {
        int32_t first = tape->scatters.items[k];
        plan->scatters[k] = (Span){(uint32_t)first / 2, (uint32_t)(tape->scatters.items[k + 1] - first) / 2,
                                   (uint32_t)tape->lengths.items[k], 0};
    }
    for (Py_ssize_t i = 0; i < tape->guards.count; i++) {
        int32_t node = tape->guards.items[i];
        work->guard_at[i] = i > 0 && work->guard_at[i - 1] > node ? work->guard_at[i - 1] : node;
    }
}

/* Write the steps in some order. The outputs get slots first, the same ones in each order. Returns -1 without memory. */
static int write_steps(Work *work, int (*order)(Work *), uint32_t *entries, uint32_t *pairs, uint32_t *slot_count) {
    Plan *plan = work->plan;
    work->entries = entries;
    work->pairs = pairs;
    work->idle_count = work->region_count = 0;
    work->next = plan->input_count + plan->constant_count;
    if (order(work) < 0) {
        return -1;
    }
    plan_steps(work);
    *slot_count = (uint32_t)work->next;
    work->passes--;
    return work->next > INT32_MAX ? -1 : 0;
}

/* Inputs and constants keep their slots. */
static void clear_slots(Work *work) {
    const TapeArrays *tape = work->tape;
    for (int32_t node = 0; node < tape->count; node++) {
        if (tape->op[node] != INPUT && tape->op[node] != CONSTANT) {
            work->slot[node] = NOWHERE;
        }
    }
}

static int make(Work *work) {
    Plan *plan = work->plan;
    if (make_room(work) < 0 || arrays_check(work) < 0) {
        return -1;
    }
    place(work);
    plan->step_count = (uint32_t)work->tape->guards.count + 1;
    plan_needs(work);
    plan->steps = PyMem_Malloc(plan->step_count * sizeof *plan->steps);
    if (plan->steps == NULL || write_steps(work, plan_groups, plan->point_entries, plan->point_pairs, &plan->point_slot_count) < 0 ||
        point_pack(plan) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    clear_slots(work);
    PyMem_Free(work->group_start);
    work->group_start = NULL;
    if (write_steps(work, plan_order, plan->entries, plan->pairs, &plan->slot_count) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* Make the program of a tape. Returns -1 with an error; plan_free is due in any case. */
int plan_make(Plan *plan, const TapeArrays *tape) {
    Work work = {.tape = tape, .plan = plan, .passes = 2};
    int result = make(&work);
    void *rooms[] = {work.real,  work.angles, work.state,   work.slot,        work.idle,  work.time,      work.order,
                     work.asked, work.guard_at, work.regions, work.group_start, work.block, work.next_block};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        PyMem_Free(rooms[i]);
    }
    return result;
}

void plan_free(Plan *plan) {
    void *rooms[] = {plan->steps,  plan->constants, plan->outputs, plan->input_is_used,
                     plan->tables, plan->scatters,  plan->entries, plan->pairs,
                     plan->groups, plan->point_entries, plan->point_pairs};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        PyMem_Free(rooms[i]);
    }
}
