/* Lotka and Volterra's equation, 200 steps of Runge and Kutta, and its gradient by hand. */

#define N 4
#include "by_hand.h"

#define STEPS 200
#define STEP 0.05
#define HALF (STEP / 2)
#define SIXTH (STEP / 6)

typedef struct {
    number u, v;
} state;

static inline state growth(state at, const number *p) {
    return (state){(p[0] - p[1] * at.v) * at.u, (p[3] * at.u - p[2]) * at.v};
}

static inline state ahead(state at, double step, state slope) {
    return (state){at.u + step * slope.u, at.v + step * slope.v};
}

/* The adjoint of growth: by the state, and added up by the rates. */
static inline state back(state at, const number *p, state by, number *by_p) {
    number bred = by.u * at.u, fed = by.v * at.v;
    by_p[0] += bred;
    by_p[1] -= bred * at.v;
    by_p[2] -= fed;
    by_p[3] += fed * at.u;
    return (state){
        by.u * (p[0] - p[1] * at.v) + fed * p[3],
        by.v * (p[3] * at.u - p[2]) - bred * p[1],
    };
}

static inline number work(const number *p, number *gradient) {
    const number zero = {0};
    state at = {zero + 10.0, zero + 5.0}, seen[STEPS];
    for (int i = 0; i < STEPS; i++) {
        if (gradient) seen[i] = at;
        state a = growth(at, p), c = growth(ahead(at, HALF, a), p);
        state e = growth(ahead(at, HALF, c), p), g = growth(ahead(at, STEP, e), p);
        at.u += SIXTH * (a.u + 2.0 * c.u + 2.0 * e.u + g.u);
        at.v += SIXTH * (a.v + 2.0 * c.v + 2.0 * e.v + g.v);
    }
    number u = at.u - 3.0, v = at.v - 2.0;
    if (!gradient) return u * u + v * v;
    state by = {2.0 * u, 2.0 * v};
    number found[N] = {zero, zero, zero, zero};
    for (int i = STEPS - 1; i >= 0; i--) {
        state first = seen[i];
        state second = ahead(first, HALF, growth(first, p));
        state third = ahead(first, HALF, growth(second, p));
        state fourth = ahead(first, STEP, growth(third, p));
        state none = {zero, zero}, one = ahead(none, SIXTH, by), two = ahead(none, 2 * SIXTH, by);
        state h = back(fourth, p, one, found);
        state f = back(third, p, ahead(two, STEP, h), found);
        state d = back(second, p, ahead(two, HALF, f), found);
        state b = back(first, p, ahead(one, HALF, d), found);
        by.u += h.u + f.u + d.u + b.u;
        by.v += h.v + f.v + d.v + b.v;
    }
    for (int i = 0; i < N; i++) gradient[i] = found[i];
    return u * u + v * v;
}
