/* From rows in memory to blocks of rows and back. */

#include "rows.h"

/* Adjacent columns are copied together, so many at a time: a cache line holds eight numbers. */
enum { TILE = 8 };

/* The number of adjacent columns from the first one on, at most TILE. */
static int tile(const Column *columns, uint32_t count) {
    int n = 1;
    while (n < TILE && (uint32_t)n < count && columns[n].stride == columns->stride &&
           columns[n].start == columns->start + (size_t)n * sizeof(double)) {
        n++;
    }
    return n;
}

static inline double *row_of(Column column, int64_t index) {
    return (double *)(column.start + index * column.stride);
}

/* Scattered rows would be waited for one after the other. */
#ifdef __GNUC__
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

/* Fill in adjacent inputs; a constant width makes a faster loop. */
static inline void load_tile(double *slot, Column column, int width, const Block *block) {
    for (int r = 0; r < LANES; r++) {
        const double *row = row_of(column, block->row[r]);
        if (block->ahead != NULL) {
            const double *next = row_of(column, block->ahead[r]);
            PREFETCH(next);
            PREFETCH(next + width - 1);
        }
        for (int k = 0; k < width; k++) {
            slot[k * LANES + r] = row[k];
        }
    }
}

/* Fill in the inputs of a block; those that all rows share are in their slots already. */
static void load(const Plan *plan, const Rows *rows, const Block *block) {
    for (uint32_t i = 0; i < plan->input_count;) {
        Column column = rows->sources[i];
        double *slot = rows->slots + (size_t)i * LANES;
        int width = tile(rows->sources + i, plan->input_count - i);
        i += (uint32_t)width;
        if (column.stride == 0) {
            continue;
        }
        if (width == TILE) {
            load_tile(slot, column, TILE, block);
        } else {
            load_tile(slot, column, width, block);
        }
    }
}

static void add_up(const double *slot, double *sums, const Block *block) {
    if (block->alive == LANES) {
        for (int r = 0; r < LANES; r++) {
            sums[r] += slot[r];
        }
        return;
    }
    for (int r = 0; r < LANES; r++) {
        sums[r] += block->status[r] == DONE ? slot[r] : 0.0;
    }
}

static void store(const Plan *plan, const Rows *rows, const Block *block) {
    for (uint32_t i = 0; i < plan->output_count;) {
        Column column = rows->targets[i];
        if (column.stride == 0) {
            add_up(rows->slots + (size_t)plan->outputs[i] * LANES, rows->sums + (size_t)i * LANES, block);
            i++;
            continue;
        }
        int width = tile(rows->targets + i, plan->output_count - i);
        const double *slots[TILE];
        for (int k = 0; k < width; k++) {
            slots[k] = rows->slots + (size_t)plan->outputs[i + (uint32_t)k] * LANES;
        }
        i += (uint32_t)width;
        for (int r = 0; r < LANES; r++) {
            if (block->status[r] != DONE) {
                continue;
            }
            double *row = row_of(column, block->row[r]);
            if (width == TILE) {
                for (int k = 0; k < TILE; k++) {
                    row[k] = slots[k][r];
                }
            } else {
                for (int k = 0; k < width; k++) {
                    row[k] = slots[k][r];
                }
            }
        }
    }
}

/* Fill in the inputs that all rows share, once a call. */
static void share(const Plan *plan, const Rows *rows) {
    for (uint32_t i = 0; i < plan->input_count; i++) {
        if (rows->sources[i].stride == 0) {
            double number = *(const double *)rows->sources[i].start;
            for (int r = 0; r < LANES; r++) {
                rows->slots[(size_t)i * LANES + (size_t)r] = number;
            }
        }
    }
}

/* Add up the lanes of each sum. */
static void fold(const Plan *plan, const Rows *rows) {
    for (uint32_t i = 0; i < plan->output_count; i++) {
        if (rows->targets[i].stride == 0) {
            double *lanes = rows->sums + (size_t)i * LANES;
            for (int half = LANES / 2; half > 0; half /= 2) {
                for (int r = 0; r < half; r++) {
                    lanes[r] += lanes[r + half];
                }
            }
            *(double *)rows->targets[i].start = lanes[0];
        }
    }
}

static void begin(Block *block, const Rows *rows, int64_t first) {
    int64_t left = rows->count - first;
    block->alive = left < LANES ? (int)left : LANES;
    block->ahead = rows->which && left >= 2 * LANES ? rows->which + first + LANES : NULL;
    for (int r = 0; r < LANES; r++) {
        int64_t position = first + (r < block->alive ? r : block->alive - 1);
        block->row[r] = rows->which ? rows->which[position] : position;
        block->status[r] = r < block->alive ? DONE : PADDING;
    }
}

static void report(const Block *block, Rows *rows, int64_t first) {
    int64_t left = rows->count - first;
    int count = left < LANES ? (int)left : LANES;
    if (rows->failed != NULL) {
        memcpy(rows->failed + first, block->status, (size_t)count * sizeof *rows->failed);
    }
    rows->failures += count - block->alive;
}

/* Run a plan over all rows; see struct Rows. Returns DONE, or RAISED with an error. */
int rows_run(const Plan *plan, Rows *rows) {
    Block block = {.raised = 0};
    rows->failures = 0;
    memset(rows->sums, 0, (size_t)plan->output_count * LANES * sizeof *rows->sums);
    if (rows->count > 0) {
        share(plan, rows);
    }
    for (int64_t first = 0; first < rows->count; first += LANES) {
        begin(&block, rows, first);
        load(plan, rows, &block);
        block_run(plan, rows->slots, &block);
        if (block.raised) {
            return RAISED;
        }
        if (block.alive > 0) {
            store(plan, rows, &block);
        }
        report(&block, rows, first);
    }
    fold(plan, rows);
    return DONE;
}
