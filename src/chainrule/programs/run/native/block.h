/* One block of rows. */
#ifndef CHAINRULE_BLOCK_H
#define CHAINRULE_BLOCK_H

#include "machine.h"

enum { BEHIND = -3 }; /* the status of a row behind the last one; otherwise DONE, FAULT, or the number of a guard */

typedef struct {
    int alive;             /* how many rows have the status DONE */
    int32_t status[LANES]; /* of each row */
    int64_t number[LANES]; /* of each row; behind the end that of the last row, whose numbers are harmless */
    Fault faults[LANES];   /* of rows with the status FAULT */
} Block;

void block_run(const Plan *plan, double *slots, Block *block);

#endif
