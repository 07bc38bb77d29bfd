/* Value and gradient of doubling, written by chainrule out of 3 recorded paths.
 *
 * int doubling(const double *inputs, double *value, double *gradient)
 *   inputs    1 number: x
 *   value     one number
 *   gradient  1 number, by x
 *   returns   0; 1 where a condition has an answer that was not recorded; 2 where an index is outside
 *             of its table; 3 where memory is short. Unless it is 0 nothing is written.
 *
 * size_t doubling_rows(size_t rows, const double *inputs, double *values, double *gradients)
 *   rows      how many rows there are
 *   inputs    number k of row r is inputs[k * rows + r], k as above
 *   values    one number a row
 *   gradients number k of row r is gradients[k * rows + r], k as above
 *   returns   how many rows could not be computed: they are nan, and so are sums
 *
 * Build with: cc -O3 -march=native -ffp-contract=off -fno-math-errno -fno-trapping-math
 * With -ffp-contract=off the numbers are those of the program, bit for bit.
 */

#include <math.h>
#include <stddef.h>

int doubling(const double *inputs, double *value, double *gradient);
size_t doubling_rows(size_t rows, const double *inputs, double *values, double *gradients);

static int doubling_path1(
    const double *restrict inputs, double *restrict value, double *restrict gradient) {
    const double v2 = inputs[0] < 100.0;
    if (v2 == 0.0) return 0;
    const double v4 = inputs[0] * 2.0;
    const double v5 = v4 < 100.0;
    if (v5 == 0.0) return 1;
    const double v6 = 2.0 * v4;
    const double v7 = v6 < 100.0;
    if (v7 == 0.0) return 2;
    const double v8 = 2.0 * v6;
    const double v9 = v8 < 100.0;
    if (v9 != 0.0) return 3;
    const double v11 = v8 * 3.0;
    *value = v11;
    gradient[0] = 24.0;
    return -1;
}

static int doubling_path2(
    const double *restrict inputs, double *restrict value, double *restrict gradient) {
    const double v2 = inputs[0] < 100.0;
    if (v2 == 0.0) return 0;
    const double v4 = inputs[0] * 2.0;
    const double v5 = v4 < 100.0;
    if (v5 != 0.0) return 1;
    *value = v4;
    gradient[0] = 2.0;
    return -1;
}

static int doubling_path3(
    const double *restrict inputs, double *restrict value, double *restrict gradient) {
    const double v2 = inputs[0] < 100.0;
    if (v2 != 0.0) return 0;
    const double v3 = -inputs[0];
    *value = v3;
    gradient[0] = (-1.0);
    return -1;
}

int doubling(const double *inputs, double *value, double *gradient) {
    typedef int (*path)(const double *, double *, double *);
    static const path paths[] = {doubling_path1, doubling_path2, doubling_path3};
    /* For each path and condition the path for its other answer, or -1. */
    static const int first[] = {0, 4, 6};
    static const int otherwise[] = {2, 1, -1, -1, 2, 0, 0};
    int number = 0, code;
    while ((code = paths[number](inputs, value, gradient)) >= 0) {
        number = otherwise[first[number] + code];
        if (number < 0) return 1;
    }
    return code == -2 ? 2 : code < -2 ? 3 : 0;
}

size_t doubling_rows(size_t rows, const double *inputs, double *values, double *gradients) {
    size_t failed = 0;
    double space[3];
    double *x = space, *out = x + 1, *sums = out + 2;
    (void)sums;
    for (size_t row = 0; row < rows; row++) {
        x[0] = inputs[row];
        if (doubling(x, out, out + 1)) {
            failed++;
            for (int i = 0; i < 2; i++) out[i] = NAN;
        }
        values[row] = out[0];
        gradients[row] = out[1];
    }
    return failed;
}
