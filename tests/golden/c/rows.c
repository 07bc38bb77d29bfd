/* Value and gradient of squared_error, written by chainrule out of 1 recorded path.
 *
 * int squared_error(const double *inputs, double *value, double *gradient)
 *   inputs    6 numbers: w[0], w[1], w[2], x[0], x[1], y
 *   value     one number
 *   gradient  3 numbers, by w[0], w[1], w[2]
 *   returns   0; 1 where a condition has an answer that was not recorded; 2 where an index is outside
 *             of its table; 3 where memory is short. Unless it is 0 nothing is written.
 *
 * size_t squared_error_rows(size_t rows, const double *inputs, double *values, double *gradients)
 *   rows      how many rows there are
 *   inputs    as above, one after the other: one number each for all rows of w[0], w[1], w[2]; rows
 *             numbers each of x[0], x[1], y
 *   values    the mean over the rows, one number
 *   gradients as above, one number each for all rows: w[0], w[1], w[2]
 *   returns   how many rows could not be computed: they are nan, and so are sums
 *
 * Build with: cc -O3 -march=native -ffp-contract=off -fno-math-errno -fno-trapping-math
 * With -ffp-contract=off the numbers are those of the program, bit for bit.
 */

#include <math.h>
#include <stddef.h>

int squared_error(const double *inputs, double *value, double *gradient);
size_t squared_error_rows(size_t rows, const double *inputs, double *values, double *gradients);

/* The sum of the lanes, by halves. */
static double fold(double *lanes) {
    for (int i = 0; i < 32; i++) lanes[i] += lanes[i + 32];
    for (int i = 0; i < 16; i++) lanes[i] += lanes[i + 16];
    for (int i = 0; i < 8; i++) lanes[i] += lanes[i + 8];
    for (int i = 0; i < 4; i++) lanes[i] += lanes[i + 4];
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

static int squared_error_path1(
    const double *restrict inputs, double *restrict value, double *restrict gradient) {
    const double v6 = inputs[0] * inputs[3];
    const double v7 = inputs[1] * inputs[4];
    const double v8 = v6 + v7;
    const double v9 = inputs[2] + v8;
    const double v10 = tanh(v9);
    const double v11 = v10 - inputs[5];
    const double v13 = v11 * v11;
    const double v15 = v11 + v11;
    const double v16 = v10 * v10;
    const double v17 = 1.0 - v16;
    const double v18 = v15 * v17;
    const double v19 = inputs[4] * v18;
    const double v20 = inputs[3] * v18;
    *value = v13;
    gradient[0] = v20;
    gradient[1] = v19;
    gradient[2] = v18;
    return -1;
}

int squared_error(const double *inputs, double *value, double *gradient) {
    const int code = squared_error_path1(inputs, value, gradient);
    return code == -2 ? 2 : code < -2 ? 3 : 0;
}

static void squared_error_rows_0(
    size_t rows, size_t row, size_t count, const double *restrict inputs,
    double *restrict values, double *restrict gradients,
    double (*restrict w)[16], double *restrict sums) {
    (void)rows, (void)row, (void)inputs, (void)values, (void)gradients, (void)w, (void)sums;
    const double x0 = inputs[0];
    const double *restrict x3 = inputs + 3 + row;
    const double x1 = inputs[1];
    const double *restrict x4 = inputs + 3 + rows + row;
    const double x2 = inputs[2];
    const double *restrict x5 = inputs + 3 + 2 * rows + row;
    for (size_t i = 0; i < count; i++) {
        const double v6 = x0 * x3[i];
        const double v7 = x1 * x4[i];
        const double v8 = v6 + v7;
        const double v9 = x2 + v8;
        w[0][i] = v9;
    }
    for (size_t i = 0; i < count; i++) {
        const double v9 = w[0][i];
        const double v10 = tanh(v9);
        w[1][i] = v10;
    }
    for (size_t i = 0; i < count; i++) {
        const double v10 = w[1][i];
        const double v11 = v10 - x5[i];
        const double v13 = v11 * v11;
        sums[0 * 64 + i] += v13;
        const double v15 = v11 + v11;
        const double v16 = v10 * v10;
        const double v17 = 1.0 - v16;
        const double v18 = v15 * v17;
        sums[3 * 64 + i] += v18;
        const double v19 = x4[i] * v18;
        sums[2 * 64 + i] += v19;
        const double v20 = x3[i] * v18;
        sums[1 * 64 + i] += v20;
    }
}

size_t squared_error_rows(size_t rows, const double *inputs, double *values, double *gradients) {
    double space[288];
    double (*w)[16] = (double (*)[16])space, *sums = space + 32;
    for (size_t i = 0; i < 256; i++) sums[i] = 0.0;
    for (size_t row = 0; row < rows; row += 16) {
        const size_t count = rows - row < 16 ? rows - row : 16;
        squared_error_rows_0(rows, row, count, inputs, values, gradients, w, sums + row % 64);
    }
    values[0] = fold(sums + 0) / (double)rows;
    gradients[0] = fold(sums + 64) / (double)rows;
    gradients[1] = fold(sums + 128) / (double)rows;
    gradients[2] = fold(sums + 192) / (double)rows;
    return 0;
}
