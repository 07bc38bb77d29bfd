/* The time of a C function without the call from Python: so many calls through a pointer, which no
   compiler looks through. In seconds a call. */

#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

double time_point(
    void (*f)(const double *, double *, double *), long calls, const double *x, double *value,
    double *gradient
) {
    double begin = now();
    for (long i = 0; i < calls; i++) f(x, value, gradient);
    return (now() - begin) / calls;
}

double time_rows(
    void (*f)(long, const double *, double *, double *), long rows, const double *x, double *value,
    double *gradient
) {
    double begin = now();
    f(rows, x, value, gradient);
    return now() - begin;
}
