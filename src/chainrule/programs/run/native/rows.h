/* Running a plan over rows, in blocks of LANES rows. */
#ifndef CHAINRULE_ROWS_H
#define CHAINRULE_ROWS_H

#include "machine.h"

/* A number for each row, in memory. */
typedef struct {
    char *start;
    int64_t stride; /* in bytes */
} Column;

typedef struct {
    const Column *sources, *targets; /* of each input and output; a target with stride 0 is a sum */
    int64_t count;
    const int64_t *which; /* row indices; NULL for 0, 1, 2 ... */
    int32_t *failed;      /* or NULL */
    double *slots;        /* LANES numbers for each slot; constants are filled in */
    double *sums;         /* LANES numbers for each output */
    int64_t failures;
} Rows;

enum { PADDING = -3 }; /* the status of a row behind the last one; otherwise DONE, FAULT, or the id of a guard */

typedef struct {
    int raised;            /* whether a call has set an error */
    int alive;             /* how many rows have the status DONE */
    int32_t status[LANES];
    const int64_t *ahead;  /* the row indices of the next block, if rows are scattered in memory; else NULL */
    int64_t row[LANES];    /* row indices; padding repeats the last row, whose numbers do no harm */
} Block;

/* block.c */
void block_run(const Plan *plan, double *slots, Block *block);

/* rows.c */
int rows_run(const Plan *plan, Rows *rows);

#endif
