/* The functions that formulas call: those of the C library, as CPython's math calls them.
 *
 * What Python computes differently from C (the remainder), or differently from one version to the next (hypot, cbrt), is
 * spelt out here as it is in ieee.py, so that both engines give the same bits. tape/c_functions.py reads this file too, and
 * copies into the C that a program is written as what that calls: a line `#define c_name name`, or a function whose head
 * and last brace begin a line. HAS_CBRT says whether CPython's math has cbrt.
 */
#ifndef CHAINRULE_FUNCTIONS_H
#define CHAINRULE_FUNCTIONS_H

#include <math.h>

#define c_abs fabs
#define c_exp exp
#define c_expm1 expm1
#define c_log log
#define c_log2 log2
#define c_log10 log10
#define c_log1p log1p
#define c_sqrt sqrt
#define c_sin sin
#define c_cos cos
#define c_tan tan
#define c_asin asin
#define c_acos acos
#define c_atan atan
#define c_atan2 atan2
#define c_sinh sinh
#define c_cosh cosh
#define c_tanh tanh
#define c_asinh asinh
#define c_acosh acosh
#define c_atanh atanh
#define c_erf erf
#define c_erfc erfc
#define c_floor floor
#define c_ceil ceil
#define c_trunc trunc
#define c_rint rint
#define c_fmod fmod

/* The size of x with the sign of y. A nan counts as positive: which sign bit it has depends on the machine. */
static inline double c_copysign(double x, double y) {
    return copysign(x, y != y ? 1.0 : y);
}

/* Python's x % y: the remainder with the sign of y. */
static inline double modulo(double x, double y) {
    if (y == 0.0) {
        return NAN;
    }
    double rest = fmod(x, y);
    if (rest != 0.0) {
        return (y < 0.0) != (rest < 0.0) ? rest + y : rest;
    }
    return copysign(0.0, y);
}

/* Python's x // y, in the steps of CPython's own. */
static inline double quotient(double x, double y) {
    if (y == 0.0) {
        return x / y;
    }
    double rest = fmod(x, y), ratio = (x - rest) / y;
    if (rest != 0.0 && (y < 0.0) != (rest < 0.0)) {
        ratio -= 1.0;
    }
    if (ratio == 0.0) {
        return copysign(0.0, x / y);
    }
    double whole = floor(ratio);
    return ratio - whole > 0.5 ? whole + 1.0 : whole;
}

/* The bits that two whole numbers within 2**53 have in common; nan for others. GCC takes the conversion of -0.0 to an
 * integer and back for a rounding, which would keep its sign. */
static inline double c_bitwise_and(double x, double y) {
    if (!(fabs(x) < 9007199254740992.0 && fabs(y) < 9007199254740992.0)) {
        return NAN;
    }
    if (x == 0.0) {
        return y == floor(y) ? 0.0 : NAN;
    }
    long long a = (long long)x, b = (long long)y;
    return (double)a == x && (double)b == y ? (double)(a & b) : NAN;
}

static inline double c_hypot(double x, double y) {
    x = fabs(x);
    y = fabs(y);
    if (x < y) {
        double larger = y;
        y = x;
        x = larger;
    }
    if (isinf(x) || isinf(y)) {
        return INFINITY;
    }
    if (x == 0.0 || isnan(x) || isnan(y)) {
        return x + y;
    }
    double ratio = y / x;
    return x * sqrt(1.0 + ratio * ratio);
}

static inline double c_cbrt(double x) {
#if HAS_CBRT
    return cbrt(x);
#else
    if (!isfinite(x) || x == 0.0) {
        return x;
    }
    double root = copysign(pow(fabs(x), 1.0 / 3.0), x);
    return root - (root - x / (root * root)) / 3.0;
#endif
}

#endif
