/* The order of the steps.
 *
 * Over rows it is the order of the recording: a step is many computations there anyway, and values are used soon.
 *
 * At one point a jump for each step, and the wait for the value that was computed just before, would cost more than the
 * steps. So they run in groups of the same kind. Each step goes to the first group of its kind that comes after all its
 * operands, or to a new one at the end, so no step of a group needs another. Groups are formed anew every WINDOW steps.
 *
 * Guards, index faults and calls stay in order: the first one that fails decides what a run returns.
 */
#include "plan.h"

/* The order for rows, of all nodes that are needed, and the node after which each guard is checked. */
int order_for_rows(Work *work) {
    const TapeArrays *tape = work->tape;
    Py_ssize_t guard = 0;
    work->order_count = 0;
    for (int32_t node = 0; node < tape->count; node++) {
        if ((work->state[node] & (USED | IS_FACTOR | IS_DONE)) == USED) {
            work->order[work->order_count++] = node;
        }
        for (; guard < tape->guards.count && tape->guards.items[guard].after == node; guard++) {
            work->guard_after[guard] = work->order_count > 0 ? work->order[work->order_count - 1] : -1;
        }
    }
    return 0;
}

/* ---- the last group that a node needs --------------------------------------------------------- */

static inline int32_t later(const Work *work, int32_t group, int32_t node) {
    int32_t other = work->group[follow(work, node)];
    return other > group ? other : group;
}

/* The last group with an operand of a node. TAKE, SCATTER and CALL come after all groups anyway. */
static inline int32_t operands_group(const Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    int32_t op = tape->op[node], group = 0;
    if (op > 0) {
        for (int k = 0; k < ARITIES[op]; k++) {
            group = later(work, group, tape->operands[k][node]);
        }
    } else if (op == ENTRY) {
        group = work->group[tape->x[node]];
    }
    return group;
}

/* ---- groups ----------------------------------------------------------------------------------- */

/* Steps of a group whose operands are evenly spaced. */
typedef struct {
    int32_t x, y, dx, dy, count; /* positions of the last step's operands; their distance to those before; steps */
} Series;

enum { MAX_SERIES = 4 }; /* in a group */

typedef struct {
    int32_t first, end;  /* groups of this window */
    int32_t ordered;     /* the last group with a guard, an index or a call so far, or 0 */
    int32_t size, count; /* of a window; steps in this one */
    int32_t *index;      /* of each node: its index in the order */
    int32_t *nodes, *group, *offset;      /* of this window's steps, and of its groups */
    int32_t *kinds, kind_count[DO_COUNT]; /* this window's groups of each kind, in rows of `size` */
    Py_ssize_t grouped, ordered_guards;   /* how many guards have a group, how many a node in the order */
} Groups;

/* The first group of a kind that comes after the operands, or a new one at the end. */
static int32_t find_group(Groups *groups, uint32_t kind, int32_t after) {
    int32_t *first = groups->kinds + (size_t)kind * (size_t)groups->size, *found = first;
    int32_t count = groups->kind_count[kind];
    for (int32_t n = count; n > 0;) {
        int32_t half = (n + 1) / 2;
        found += found[half - 1] <= after ? half : 0;
        n -= half;
    }
    if (found == first + count) {
        groups->kind_count[kind]++;
        *found = groups->end++;
    }
    return *found;
}

/* The position of an operand; for a factor, that of its own first operand. */
static inline int32_t position_of(const Groups *groups, const Work *work, int32_t node) {
    node = follow(work, node);
    if (work->state[node] & IS_FACTOR) {
        node = follow(work, work->tape->x[node]);
    }
    return work->tape->op[node] > 0 ? groups->index[node] : node;
}

/* The series of a step: the one whose last step has operands next to this one's. Without one, the step begins a new
 * series, or goes to the last one. */
static int32_t series_of(Series *series, int32_t *count, int32_t x, int32_t y) {
    int32_t k = 0;
    for (; k < *count; k++) {
        int32_t dx = x - series[k].x, dy = y - series[k].y;
        if (series[k].count > 1 ? dx == series[k].dx && dy == series[k].dy
                                : dx >= -1 && dx <= 1 && dy >= -1 && dy <= 1 && (dx != 0 || dy != 0)) {
            series[k].dx = dx;
            series[k].dy = dy;
            break;
        }
    }
    if (k == *count && k < MAX_SERIES) {
        series[(*count)++].count = 0;
    }
    k -= k == MAX_SERIES;
    series[k].count++;
    series[k].x = x;
    series[k].y = y;
    return k;
}

/* Sort the steps of a group so that their operands are evenly spaced, as far as that is easy to see. */
static void sort_group(Groups *groups, Work *work, int32_t begin, int32_t end) {
    const TapeArrays *tape = work->tape;
    int32_t *order = work->order, *nodes = groups->nodes, *which = groups->group, count = 0, total = end - begin;
    Series series[MAX_SERIES];
    for (int32_t i = 0; total >= BATCH && i < total; i++) {
        int32_t node = nodes[i] = order[begin + i];
        int32_t y = ARITIES[tape->op[node]] > 1 ? position_of(groups, work, tape->y[node]) : 0;
        which[i] = series_of(series, &count, position_of(groups, work, tape->x[node]), y);
    }
    for (int32_t k = 0, to = begin; k < count; to += series[k++].count) {
        int is_reversed = series[k].count > 1 && (series[k].dx ? series[k].dx : series[k].dy) < 0;
        for (int32_t i = 0, j = 0; i < total; i++) {
            if (which[i] == k) {
                order[is_reversed ? to + series[k].count - 1 - j : to + j] = nodes[i];
                j++;
            }
        }
    }
    for (int32_t i = begin; i < end; i++) {
        groups->index[order[i]] = i;
    }
}

/* Order the steps of a window: a counting sort by group. */
static void close_window(Groups *groups, Work *work) {
    int32_t count = groups->end - groups->first, *offset = groups->offset, start = work->order_count;
    memset(offset, 0, ((size_t)count + 1) * sizeof *offset);
    for (int32_t i = 0; i < groups->count; i++) {
        offset[groups->group[i] - groups->first + 1]++;
    }
    for (int32_t i = 0; i < count; i++) {
        work->group_start[groups->first + i] = start + offset[i];
        offset[i + 1] += offset[i];
    }
    for (int32_t i = 0; i < groups->count; i++) {
        work->order[start + offset[groups->group[i] - groups->first]++] = groups->nodes[i];
    }
    work->order_count += groups->count;
    work->group_start[groups->end] = work->order_count;
    for (int32_t i = 0; i < count; i++) {
        sort_group(groups, work, work->group_start[groups->first + i], work->group_start[groups->first + i + 1]);
    }
    for (; groups->ordered_guards < groups->grouped; groups->ordered_guards++) {
        int32_t *after = &work->guard_after[groups->ordered_guards], group = *after - groups->first;
        int32_t end = start + (group < 0 ? 0 : offset[group]);
        *after = end > 0 ? work->order[end - 1] : -1;
    }
    groups->first = groups->end;
    groups->count = 0;
    memset(groups->kind_count, 0, sizeof groups->kind_count);
}

/* Put a step into a group. Each call and each step with an index gets a group of its own, after all groups so far. */
static void add_step(Groups *groups, Work *work, int32_t node) {
    int32_t *group = work->group;
    if (groups->count == groups->size) {
        close_window(groups, work);
    }
    if (work->tape->op[node] > 0) {
        group[node] = find_group(groups, kind_of(work, node), group[node]);
    } else {
        group[node] = groups->ordered = groups->end++;
    }
    if (work->state[node] & DOES_BOTH) {
        group[work->angles[follow(work, work->tape->x[node])]] = group[node];
    }
    groups->nodes[groups->count] = node;
    groups->group[groups->count++] = group[node];
}

static void group_steps(Groups *groups, Work *work) {
    const TapeArrays *tape = work->tape;
    for (int32_t node = 0; node < tape->count; node++) {
        unsigned char state = work->state[node];
        int32_t op = tape->op[node];
        if ((state & (USED | IS_DONE)) == USED) {
            work->group[node] = operands_group(work, node);
            if ((op > 0 && !(state & IS_FACTOR)) || op == TAKE || is_region(op)) {
                add_step(groups, work, node);
            }
        }
        for (; groups->grouped < tape->guards.count && tape->guards.items[groups->grouped].after == node; groups->grouped++) {
            groups->ordered = later(work, groups->ordered, tape->guards.items[groups->grouped].node);
            work->guard_after[groups->grouped] = groups->ordered;
        }
    }
    close_window(groups, work);
}

/* The order for a point, of all nodes with steps, in groups, and the node after which each guard is checked. Returns -1
 * without memory. */
int order_for_point(Work *work) {
    int32_t size = work->plan->step_count < WINDOW ? (int32_t)work->plan->step_count : WINDOW;
    int32_t *memory = PyMem_Malloc((DO_COUNT + 4) * (size_t)size * sizeof *memory);
    if (memory == NULL) {
        return -1;
    }
    Groups groups = {.first = 1, .end = 1, .size = size, .nodes = memory};
    groups.group = memory + size;
    groups.offset = memory + 2 * size;
    groups.kinds = memory + 4 * size;
    groups.index = (int32_t *)work->idle; /* no slot is free yet */
    work->order_count = 0;
    group_steps(&groups, work);
    PyMem_Free(memory);
    return 0;
}
