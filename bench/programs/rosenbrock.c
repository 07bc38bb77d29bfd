/* Rosenbrock's valley and its gradient by hand. */

#define N 100
#include "by_hand.h"

static inline number work(const number *x, number *gradient) {
    number total = {0};
    number before = {0}; /* what the term before gives to this number */
    for (int i = 0; i < N - 1; i++) {
        number rise = x[i + 1] - x[i] * x[i], rest = 1.0 - x[i];
        total += 100.0 * rise * rise + rest * rest;
        if (gradient) {
            gradient[i] = before - 400.0 * rise * x[i] - 2.0 * rest;
            before = 200.0 * rise;
        }
    }
    if (gradient) gradient[N - 1] = before;
    return total;
}
