/* The robot arm and its gradient by hand. */

#define N 7
#include "by_hand.h"

static const double UP[N] = {0.34, 0.05, 0.40, 0.05, 0.40, 0.05, 0.13};
static const double OUT[N] = {0.02, 0.05, 0.02, 0.03, 0.02, 0.02, 0.01};
#define TWISTS(f) {f(-1.5), f(1.5), f(1.4), f(-1.5), f(-1.4), f(1.5), f(0.2)}
static const double C[N] = TWISTS(__builtin_cos), S[N] = TWISTS(__builtin_sin);
static const double TARGET[3] = {0.45, 0.30, 0.60};
static const double POSE[3][3] = {{0.9, 0.3, -0.3}, {0.3, -0.95, 0.0}, {-0.3, 0.0, -0.95}};
#define REST 0.5
#define TOOL 0.11

static inline number work(const number *x, number *gradient) {
    const number zero = {0};
    /* The axes before each joint, and after the last one. */
    number axis[N + 1][3][3], c[N], s[N], place[3] = {zero, zero, zero};
    for (int a = 0; a < 3; a++)
        for (int i = 0; i < 3; i++) axis[0][a][i] = zero + (a == i);
#pragma GCC unroll 7
    for (int j = 0; j < N; j++) {
        c[j] = cos(x[j]), s[j] = sin(x[j]);
        for (int i = 0; i < 3; i++) {
            number u = axis[j][0][i], v = axis[j][1][i], w = axis[j][2][i];
            number turned = c[j] * u + s[j] * v, other = c[j] * v - s[j] * u;
            place[i] += UP[j] * w + OUT[j] * turned;
            axis[j + 1][0][i] = turned;
            axis[j + 1][1][i] = C[j] * other + S[j] * w;
            axis[j + 1][2][i] = C[j] * w - S[j] * other;
        }
    }
    number total = zero, off[3], back[3][3]; /* half of the gradients with respect to place and axes */
    for (int i = 0; i < 3; i++) {
        off[i] = place[i] + TOOL * axis[N][2][i] - TARGET[i];
        total += off[i] * off[i];
        for (int a = 0; a < 3; a++) {
            back[a][i] = axis[N][a][i] - POSE[a][i];
            total += back[a][i] * back[a][i];
        }
        back[2][i] += TOOL * off[i];
    }
    for (int j = 0; j < N; j++) total += 0.01 * (x[j] - REST) * (x[j] - REST);
    if (!gradient) return total;
#pragma GCC unroll 7
    for (int j = N - 1; j >= 0; j--) {
        number by_c = zero, by_s = zero;
        for (int i = 0; i < 3; i++) {
            number u = axis[j][0][i], v = axis[j][1][i];
            number other = C[j] * back[1][i] - S[j] * back[2][i];
            number turned = back[0][i] + OUT[j] * off[i];
            back[2][i] = S[j] * back[1][i] + C[j] * back[2][i] + UP[j] * off[i];
            by_c += turned * u + other * v;
            by_s += turned * v - other * u;
            back[0][i] = c[j] * turned - s[j] * other;
            back[1][i] = s[j] * turned + c[j] * other;
        }
        gradient[j] = 2.0 * (c[j] * by_s - s[j] * by_c + 0.01 * (x[j] - REST));
    }
    return total;
}
