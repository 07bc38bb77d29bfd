/* In which order steps are done.
 *
 * A result can be used only some steps after it was computed, at one point: until then the processor waits. So each step
 * gets a time, `DELAY` after the last of its operands, but not before the steps before it had their turn; and a step
 * goes at most `REACH` steps further back than where it was recorded, so that numbers are not kept for long.
 *
 * Guards and index faults stay in order: the first one that fails decides what a run returns.
 */
#include "plan.h"

/* Both in steps, both found by measuring. */
enum { DELAY = 4, REACH = 32 };

typedef struct {
    int32_t *time;  /* of each node that is needed */
    int32_t *table; /* when the last entry of each table is there, or -1 */
    int32_t latest; /* the node with the last question or index so far, or -1 */
} Times;

static inline int32_t later(const Times *times, const Work *work, int32_t time, int32_t node) {
    int32_t other = times->time[follow(work, node)];
    return other > time ? other : time;
}

static int32_t last_of(const Times *times, const Work *work, const Numbers *firsts, const Numbers *nodes, int32_t k) {
    int32_t time = 0;
    for (int32_t i = firsts->items[k]; i < firsts->items[k + 1]; i++) {
        time = later(times, work, time, nodes->items[i]);
    }
    return time;
}

/* When the last operand of a node is computed. */
static inline int32_t operands_time(Times *times, const Work *work, int32_t node) {
    const Tape *tape = work->tape;
    int32_t op = tape->op[node], time = 0;
    if (op > 0) {
        time = later(times, work, 0, tape->x[node]);
        if (ARITIES[op] > 1) {
            time = later(times, work, time, tape->y[node]);
            if (ARITIES[op] > 2) {
                time = later(times, work, time, tape->z[node]);
            }
        }
    } else if (op == TAKE) {
        int32_t k = tape->x[node];
        if (times->table[k] < 0) {
            times->table[k] = last_of(times, work, &tape->tables, &tape->entries, k);
        }
        time = later(times, work, times->table[k], tape->y[node]);
    } else if (op == SCATTER) {
        time = last_of(times, work, &tape->scatters, &tape->pairs, tape->x[node]);
    } else if (op == ENTRY) {
        time = times->time[tape->x[node]];
    }
    return time;
}

static inline int comes_after(const Times *times, int32_t a, int32_t b) {
    return times->time[a] > times->time[b] || (times->time[a] == times->time[b] && a > b);
}

/* The time of a node that has a step of its own, whose turn it is. */
static int32_t time_of(Times *times, const Work *work, int32_t node, int32_t turn) {
    int32_t op = work->tape->op[node], time = operands_time(times, work, node);
    if (op > 0 || op == TAKE || op == SCATTER) {
        time += DELAY;
    }
    time = time < turn ? turn : time > turn + REACH ? turn + REACH : time;
    if (op == TAKE || op == SCATTER) {
        time = times->latest >= 0 && times->time[times->latest] > time ? times->time[times->latest] : time;
        times->latest = node;
    }
    return time;
}

/* Give each needed node its time; returns the end of all times. */
static int32_t set_times(Times *times, Work *work) {
    const Tape *tape = work->tape;
    int32_t turn = 0, end = 0;
    Py_ssize_t guard = 0;
    for (int32_t node = 0; node < tape->count; node++) {
        unsigned char state = work->state[node];
        if (state & IS_FACTOR) {
            times->time[node] = operands_time(times, work, node);
        } else if (state & USED) {
            int32_t time = times->time[node] = time_of(times, work, node, turn);
            end = time > end ? time : end;
            turn += !(state & IS_DONE);
        }
        for (; guard < tape->guards.count && work->guard_at[guard] == node; guard++) {
            int32_t condition = follow(work, tape->guards.items[guard]);
            if (times->latest < 0 || comes_after(times, condition, times->latest)) {
                times->latest = condition;
            }
            work->guard_at[guard] = times->latest;
        }
    }
    return end + 1;
}

/* Sort the nodes that are to be computed by their times; of the same time, those recorded first come first. */
static int sort(Work *work, const int32_t *time, int32_t end) {
    const Tape *tape = work->tape;
    int32_t *place = PyMem_Calloc((size_t)end + 1, sizeof *place);
    if (place == NULL) {
        return -1;
    }
    for (int32_t node = 0; node < tape->count; node++) {
        if ((work->state[node] & (USED | IS_FACTOR)) == USED) {
            place[time[node] + 1]++;
        }
    }
    for (int32_t i = 0; i < end; i++) {
        place[i + 1] += place[i];
    }
    work->order_count = place[end];
    for (int32_t node = 0; node < tape->count; node++) {
        if ((work->state[node] & (USED | IS_FACTOR)) == USED) {
            work->order[place[time[node]]++] = node;
        }
    }
    PyMem_Free(place);
    return 0;
}

/* Find the order of all nodes that are needed, and after which one each guard is asked. Returns -1 without memory. */
int plan_order(Work *work) {
    size_t tables = (size_t)work->tape->tables.count;
    Times times = {work->time, PyMem_Malloc(tables * sizeof(int32_t)), -1};
    if (times.table == NULL) {
        return -1;
    }
    memset(times.table, 0xFF, tables * sizeof *times.table);
    int32_t end = set_times(&times, work);
    PyMem_Free(times.table);
    return sort(work, work->time, end);
}
