/* In which order steps are done.
 *
 * Over rows it is the order in which they were recorded: a step is many there already, and numbers are used soon.
 *
 * At one point a jump to each step, and the wait for what was computed just before it, would cost more than the steps. So
 * they are done in groups of the same kind. Each step goes to the first group of its kind that comes after all its
 * operands, or to a new one at the end: no step of a group needs another. Groups are made anew every WINDOW steps.
 *
 * Guards and index faults stay in order: the first one that fails decides what a run returns.
 */
#include "plan.h"

/* The order for rows, of all nodes that are needed, and after which one each guard is asked. */
int plan_order(Work *work) {
    const TapeArrays *tape = work->tape;
    Py_ssize_t guard = 0;
    work->order_count = 0;
    for (int32_t node = 0; node < tape->count; node++) {
        if ((work->state[node] & (USED | IS_FACTOR | IS_DONE)) == USED) {
            work->order[work->order_count++] = node;
        }
        for (; guard < tape->guards.count && work->guard_at[guard] == node; guard++) {
            work->asked[guard] = work->order_count > 0 ? work->order[work->order_count - 1] : -1;
        }
    }
    return 0;
}

/* ---- times: the number of the last group that a node needs ------------------------------------- */

static inline int32_t later(const Work *work, int32_t time, int32_t node) {
    int32_t other = work->time[follow(work, node)];
    return other > time ? other : time;
}

/* The last group with an operand of a node. What has an index comes after all groups anyway. */
static inline int32_t operands_time(const Work *work, int32_t node) {
    const TapeArrays *tape = work->tape;
    int32_t op = tape->op[node], time = 0;
    if (op > 0) {
        time = later(work, 0, tape->x[node]);
        if (ARITIES[op] > 1) {
            time = later(work, time, tape->y[node]);
            if (ARITIES[op] > 2) {
                time = later(work, time, tape->z[node]);
            }
        }
    } else if (op == ENTRY) {
        time = work->time[tape->x[node]];
    }
    return time;
}

/* ---- groups ------------------------------------------------------------------------------------ */

/* Steps of a group whose operands stand in a row. */
typedef struct {
    int32_t x, y, dx, dy, count; /* places of the operands of the last step, how far from those before; steps */
} Series;

enum { MANY = 4 }; /* series that are told apart in a group */

typedef struct {
    int32_t first, end;  /* groups of this window */
    int32_t question;    /* the last group with a question or an index so far, or 0 */
    int32_t size, count; /* of a window; steps in this one */
    int32_t *at;         /* of each node its place in the order */
    int32_t *nodes, *group, *place;       /* of this window's steps, and of its groups */
    int32_t *kinds, kind_count[DO_COUNT]; /* this window's groups of each kind, in rows of `size` */
    Py_ssize_t guard, asked;              /* guards that have groups, that have places */
} Groups;

/* The first group of its kind that comes after its operands, or a new one at the end. */
static int32_t find_group(Groups *groups, uint32_t kind, int32_t time) {
    int32_t *first = groups->kinds + (size_t)kind * (size_t)groups->size, *at = first;
    int32_t count = groups->kind_count[kind];
    for (int32_t n = count; n > 0;) {
        int32_t half = (n + 1) / 2;
        at += at[half - 1] <= time ? half : 0;
        n -= half;
    }
    if (at == first + count) {
        groups->kind_count[kind]++;
        *at = groups->end++;
    }
    return *at;
}

/* Where an operand stands, or the first factor of one that is a product done in the same step. */
static inline int32_t place_of(const Groups *groups, const Work *work, int32_t node) {
    node = follow(work, node);
    if (work->state[node] & IS_FACTOR) {
        node = follow(work, work->tape->x[node]);
    }
    return work->tape->op[node] > 0 ? groups->at[node] : node;
}

/* The series to which a step belongs: that in which its operands stand next to those of the step before. What belongs to
 * none begins one, or goes to the last. */
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
    if (k == *count && k < MANY) {
        series[(*count)++].count = 0;
    }
    k -= k == MANY;
    series[k].count++;
    series[k].x = x;
    series[k].y = y;
    return k;
}

/* Put the steps of a group in such an order that their operands stand in a row, as far as it is easily seen. */
static void line_up(Groups *groups, Work *work, int32_t begin, int32_t end) {
    const TapeArrays *tape = work->tape;
    int32_t *order = work->order, *nodes = groups->nodes, *which = groups->group, count = 0, total = end - begin;
    Series series[MANY];
    for (int32_t i = 0; total >= TOGETHER && i < total; i++) {
        int32_t node = nodes[i] = order[begin + i];
        int32_t y = ARITIES[tape->op[node]] > 1 ? place_of(groups, work, tape->y[node]) : 0;
        which[i] = series_of(series, &count, place_of(groups, work, tape->x[node]), y);
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
        groups->at[order[i]] = i;
    }
}

/* Put the steps of a window in order. */
static void close_window(Groups *groups, Work *work) {
    int32_t count = groups->end - groups->first, *place = groups->place, start = work->order_count;
    memset(place, 0, ((size_t)count + 1) * sizeof *place);
    for (int32_t i = 0; i < groups->count; i++) {
        place[groups->group[i] - groups->first + 1]++;
    }
    for (int32_t i = 0; i < count; i++) {
        work->group_start[groups->first + i] = start + place[i];
        place[i + 1] += place[i];
    }
    for (int32_t i = 0; i < groups->count; i++) {
        work->order[start + place[groups->group[i] - groups->first]++] = groups->nodes[i];
    }
    work->order_count += groups->count;
    work->group_start[groups->end] = work->order_count;
    for (int32_t i = 0; i < count; i++) {
        line_up(groups, work, work->group_start[groups->first + i], work->group_start[groups->first + i + 1]);
    }
    for (; groups->asked < groups->guard; groups->asked++) {
        int32_t group = work->asked[groups->asked] - groups->first;
        int32_t end = start + (group < 0 ? 0 : place[group]);
        work->asked[groups->asked] = end > 0 ? work->order[end - 1] : -1;
    }
    groups->first = groups->end;
    groups->count = 0;
    memset(groups->kind_count, 0, sizeof groups->kind_count);
}

/* Put a node that has a step of its own into a group. Questions and indices have groups of their own, one after the other,
 * each after all groups so far. */
static void add_step(Groups *groups, Work *work, int32_t node) {
    int32_t *time = work->time;
    if (groups->count == groups->size) {
        close_window(groups, work);
    }
    if (work->tape->op[node] > 0) {
        time[node] = find_group(groups, kind_of(work, node), time[node]);
    } else {
        time[node] = groups->question = groups->end++;
    }
    if (work->state[node] & DOES_BOTH) {
        time[work->angles[follow(work, work->tape->x[node])]] = time[node];
    }
    groups->nodes[groups->count] = node;
    groups->group[groups->count++] = time[node];
}

static void set_groups(Groups *groups, Work *work) {
    const TapeArrays *tape = work->tape;
    for (int32_t node = 0; node < tape->count; node++) {
        unsigned char state = work->state[node];
        int32_t op = tape->op[node];
        if ((state & (USED | IS_DONE)) == USED) {
            work->time[node] = operands_time(work, node);
            if ((op > 0 && !(state & IS_FACTOR)) || op == TAKE || op == SCATTER) {
                add_step(groups, work, node);
            }
        }
        for (; groups->guard < tape->guards.count && work->guard_at[groups->guard] == node; groups->guard++) {
            groups->question = later(work, groups->question, tape->guards.items[groups->guard]);
            work->asked[groups->guard] = groups->question;
        }
    }
    close_window(groups, work);
}

/* The order for a point, of all nodes with steps, in groups; and after which one each guard is asked. Returns -1 without
 * memory. */
int plan_groups(Work *work) {
    int32_t size = work->plan->step_count < WINDOW ? (int32_t)work->plan->step_count : WINDOW;
    int32_t *room = PyMem_Malloc((DO_COUNT + 4) * (size_t)size * sizeof *room);
    if (room == NULL) {
        return -1;
    }
    Groups groups = {.first = 1, .end = 1, .size = size, .nodes = room};
    groups.group = room + size;
    groups.place = room + 2 * size;
    groups.kinds = room + 4 * size;
    groups.at = (int32_t *)work->idle; /* no slot is free yet */
    work->order_count = 0;
    set_groups(&groups, work);
    PyMem_Free(room);
    return 0;
}
