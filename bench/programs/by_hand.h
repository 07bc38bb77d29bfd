/* What the C written by hand shares: one text for one point (`number` is a double) and, with ROWS
   defined, for rows (`number` is a vector with one row a lane). */

#include <math.h>
#include <stddef.h>

#if !defined ROWS
#define LANES 1
typedef double number;
#else
#if defined __AVX512F__
#define LANES 8
#define VECTOR(name) _ZGVeN8v_##name
#elif defined __AVX2__
#define LANES 4
#define VECTOR(name) _ZGVdN4v_##name
#else
#define LANES 2
#define VECTOR(name) _ZGVbN2v_##name
#endif
typedef double number __attribute__((vector_size(8 * LANES)));
#if defined __x86_64__ && defined __GLIBC__ /* the vector functions of its libmvec */
number VECTOR(sin)(number), VECTOR(cos)(number);
#define sin VECTOR(sin)
#define cos VECTOR(cos)
#else
static number each(double (*function)(double), number x) {
    for (int lane = 0; lane < LANES; lane++) x[lane] = function(x[lane]);
    return x;
}
#define sin(x) each(sin, x)
#define cos(x) each(cos, x)
#endif
#endif

/* What each file defines: the value at x; and the gradient, unless it is NULL. */
static inline __attribute__((always_inline)) number work(const number *x, number *gradient);

#ifndef ROWS

void value(const double *x, double *value, double *gradient) { *value = work(x, NULL); }

void gradient(const double *x, double *value, double *gradient) { *value = work(x, gradient); }

#else

/* Rows of N numbers each, one behind the other. */
void rows(long count, const double *x, double *value, double *gradient) {
    for (long row = 0; row < count; row += LANES) {
        long here = count - row < LANES ? count - row : LANES;
        number in[N], out[N];
        for (int i = 0; i < N; i++)
            for (int lane = 0; lane < LANES; lane++)
                in[i][lane] = x[(row + (lane < here ? lane : 0)) * N + i];
        number found = work(in, out);
        for (int lane = 0; lane < here; lane++) {
            value[row + lane] = found[lane];
            for (int i = 0; i < N; i++) gradient[(row + lane) * N + i] = out[i][lane];
        }
    }
}

#endif
