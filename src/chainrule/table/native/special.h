/* Generated from special.py by tools/generate_rules.py; change that, then run `make rules`. */

#ifndef CHAINRULE_SPECIAL_H
#define CHAINRULE_SPECIAL_H

#include <math.h>

/* sin(pi * x), which is 0 at the whole numbers. */
static inline double c_sine_of_pi(double x) {
    double rest;
    rest = x - (2.0 * rint((0.5 * x)));
    if (fabs(rest) > 0.5) {
        rest = copysign(1.0, rest) - rest;
    }
    return sin((3.141592653589793 * rest));
}

/* log(gamma(x)) - ((x - 1/2) * log(x) - x + log(2 * pi) / 2), for x from 10. */
static inline double c_stirling(double x) {
    double t;
    t = (1.0 / x) / x;
    return ((((((((0.17964437236883057 * t - 0.029550653594771242) * t + 0.00641025641025641) * t - 0.0019175269175269176) * t + 0.0008417508417508417) * t - 0.0005952380952380953) * t + 0.0007936507936507937) * t - 0.002777777777777778) * t + 0.08333333333333333) / x;
}

/* The gamma function; nan at the negative whole numbers. */
static inline double c_gamma(double x) {
    double divisor, factor, half, product, rest, size, t;
    if ((x != x) || (x == INFINITY)) {
        return x;
    }
    if ((x <= 0.0) && (x == floor(x))) {
        return (x == 0.0) ? (1.0 / x) : NAN;
    }
    if (fabs(x) > 20.0) {
        size = fabs(x);
        if (size > 186.0) {
            return (x > 0.0) ? INFINITY : copysign(0.0, c_sine_of_pi(x));
        }
        half = pow(size, ((0.5 * size) - 0.25));
        rest = half * exp((-size));
        factor = 2.5066282746310007 * exp(c_stirling(size));
        if (x > 0.0) {
            return (half * rest) * factor;
        }
        return ((((-3.141592653589793) / (x * c_sine_of_pi(x))) / factor) / rest) / half;
    }
    product = 1.0;
    while (x > 2.0) {
        x -= 1.0;
        product *= x;
    }
    divisor = 1.0;
    while (x < 1.0) {
        divisor *= x;
        x += 1.0;
    }
    t = x - 1.5;
    return product / (divisor * (((((((((((((((((-2.76936022375562e-10 * t - 8.475278521147793e-10) * t + 1.7107616495239485e-08) * t - 8.917479963625388e-08) * t + 5.7941594656335966e-08) * t + 2.1562132202348084e-06) * t - 1.3896805564037045e-05) * t + 2.5355203461086256e-05) * t + 0.00015235762075417166) * t - 0.0011107302544683159) * t + 0.002120731442573585) * t + 0.006612897826817975) * t - 0.04215516936853562) * t + 0.050966860247706226) * t + 0.17510202604393457) * t - 0.5266544355255445) * t - 0.0411745264452831) * t + 1.1283791670955126));
}

/* The logarithm of gamma, for x > 0. */
static inline double c_lgamma_of_positive(double x) {
    double product, t;
    if (x < 1.0) {
        t = x - 1.0;
        return ((((((((((((((((((((((((((((((3.9592899392841773e-10 * t - 8.152852870624974e-10) * t - 1.1901740908188623e-09) * t + 2.444386936885692e-09) * t + 4.305220610785349e-09) * t - 8.87711600370437e-09) * t + 3.821541398410965e-10) * t - 9.172949166290702e-10) * t + 2.4876913129422816e-08) * t - 5.1889381335192836e-08) * t + 8.858800462314761e-08) * t - 1.8624721164419038e-07) * t + 4.0491176292722286e-07) * t - 8.554195306752008e-07) * t + 1.8077244952477939e-06) * t - 3.8465374565754054e-06) * t + 8.22227252824938e-06) * t - 1.7661849545809686e-05) * t + 3.8168877217049974e-05) * t - 8.309510094797398e-05) * t + 0.00018255264018626728) * t - 0.0004057073998333553) * t + 0.0009153769221939477) * t - 0.0021081308338353785) * t + 0.004998641164698706) * t - 0.012384192193374183) * t + 0.032965000621155816) * t - 0.1003173016743539) * t + 0.42278433509846713) * x) * t) - log(x);
    }
    if (x >= 10.0) {
        return ((x - 0.5) * (log(x) - 1.0)) + ((0.9189385332046728 - 0.5) + c_stirling(x));
    }
    product = 1.0;
    while (x > 3.0) {
        x -= 1.0;
        product *= x;
    }
    t = x - 2.0;
    return ((((((((((((((((((((((((((((((3.9592899392841773e-10 * t - 8.152852870624974e-10) * t - 1.1901740908188623e-09) * t + 2.444386936885692e-09) * t + 4.305220610785349e-09) * t - 8.87711600370437e-09) * t + 3.821541398410965e-10) * t - 9.172949166290702e-10) * t + 2.4876913129422816e-08) * t - 5.1889381335192836e-08) * t + 8.858800462314761e-08) * t - 1.8624721164419038e-07) * t + 4.0491176292722286e-07) * t - 8.554195306752008e-07) * t + 1.8077244952477939e-06) * t - 3.8465374565754054e-06) * t + 8.22227252824938e-06) * t - 1.7661849545809686e-05) * t + 3.8168877217049974e-05) * t - 8.309510094797398e-05) * t + 0.00018255264018626728) * t - 0.0004057073998333553) * t + 0.0009153769221939477) * t - 0.0021081308338353785) * t + 0.004998641164698706) * t - 0.012384192193374183) * t + 0.032965000621155816) * t - 0.1003173016743539) * t + 0.42278433509846713) * (x - 1.0)) * t) + log(product);
}

/* The logarithm of the absolute value of gamma; inf at its poles. */
static inline double c_lgamma(double x) {
    double left, right, t;
    if ((x > 0.0) || (x != x)) {
        return c_lgamma_of_positive(x);
    }
    if (x == floor(x)) {
        return INFINITY;
    }
    if (x > (-0.5)) {
        return (((((((((((((((((((((((((((((((3.9592899392841773e-10 * x - 8.152852870624974e-10) * x - 1.1901740908188623e-09) * x + 2.444386936885692e-09) * x + 4.305220610785349e-09) * x - 8.87711600370437e-09) * x + 3.821541398410965e-10) * x - 9.172949166290702e-10) * x + 2.4876913129422816e-08) * x - 5.1889381335192836e-08) * x + 8.858800462314761e-08) * x - 1.8624721164419038e-07) * x + 4.0491176292722286e-07) * x - 8.554195306752008e-07) * x + 1.8077244952477939e-06) * x - 3.8465374565754054e-06) * x + 8.22227252824938e-06) * x - 1.7661849545809686e-05) * x + 3.8168877217049974e-05) * x - 8.309510094797398e-05) * x + 0.00018255264018626728) * x - 0.0004057073998333553) * x + 0.0009153769221939477) * x - 0.0021081308338353785) * x + 0.004998641164698706) * x - 0.012384192193374183) * x + 0.032965000621155816) * x - 0.1003173016743539) * x + 0.42278433509846713) * (x + 1.0)) * x) - log1p(x)) - log((-x));
    }
    if ((-2.75) < x && x < (-2.375)) {
        t = x + 2.5625;
        left = (x + 2.7476826467274127) + -9.055340329338315e-17;
        right = (x + 2.4570247382208006) + 3.7075610815513266e-17;
        return ((((((((((((((((((((((((((((-4455468173.77598 * t + 2013244045.0736346) * t + 187090593.27446476) * t - 83476245.85828474) * t - 83091162.65358782) * t + 37770577.55367707) * t - 9324667.07642579) * t + 4293170.412963477) * t - 2285916.570540177) * t + 1056843.3836934285) * t - 471551.4509903466) * t + 220378.58716260342) * t - 100429.75784388969) * t + 47636.54064150215) * t - 21574.091590380067) * t + 10463.78837612055) * t - 4694.691386749558) * t + 2356.2949152268793) * t - 1037.363168911509) * t + 549.488365162525) * t - 233.568696692152) * t + 134.96136002863327) * t - 53.87158614495094) * t + 35.99079197306005) * t - 12.859501753663485) * t + 11.16546444815241) * t - 3.2956531500945063) * t + 5.448962268750848) * left) * right;
    }
    return log((3.141592653589793 / fabs((x * c_sine_of_pi(x))))) - c_lgamma_of_positive((-x));
}

/* The slope of lgamma; nan at the negative whole numbers. */
static inline double c_digamma(double x) {
    double rest, t, total;
    if ((x != x) || (x == INFINITY)) {
        return x;
    }
    if ((x <= 0.0) && (x == floor(x))) {
        return (x == 0.0) ? ((-1.0) / x) : NAN;
    }
    total = 0.0;
    if (x < (-10.0)) {
        rest = x - rint(x);
        total = ((-1.0) / x) - (3.141592653589793 / tan((3.141592653589793 * rest)));
        x = -x;
    }
    while (x < 1.0) {
        total -= 1.0 / x;
        x += 1.0;
    }
    if (x >= 10.0) {
        t = (1.0 / x) / x;
        return total + ((log(x) - (0.5 / x)) + ((((((((0.4432598039215686 * t - 0.08333333333333333) * t + 0.021092796092796094) * t - 0.007575757575757576) * t + 0.004166666666666667) * t - 0.003968253968253968) * t + 0.008333333333333333) * t - 0.08333333333333333) * t));
    }
    while (x > 2.0) {
        x -= 1.0;
        total += 1.0 / x;
    }
    t = x - 1.5;
    return total + ((((((((((((((((((((((((-8.153978973309418e-05 * t + 0.00012230983055406747) * t - 6.11554261750751e-05) * t + 9.173383289174792e-05) * t - 0.0002178682145501451) * t + 0.0003268068044141764) * t - 0.0004599625144612576) * t + 0.0006899717801166841) * t - 0.001042261556504223) * t + 0.0015635679757533885) * t - 0.002344650082351321) * t + 0.0035180800751066694) * t - 0.00528001782089874) * t + 0.007927024067961237) * t - 0.011908215172584002) * t + 0.017907248195969127) * t - 0.02697579684427536) * t + 0.04076083394462657) * t - 0.06192213327165706) * t + 0.09498872445283) * t - 0.14840492305391761) * t + 0.24054248424078736) * t - 0.42362742128146047) * t + 0.9510558760318328) * ((x - 1.4616321449683622) - 9.549995429965697e-17));
}

/* The sum of (x + k)**-s over k = 0, 1, 2, ..., for x > 0 and s > 1, by Euler and Maclaurin. */
static inline double c_zeta(double s, double x) {
    double last, series, t, term, total;
    total = 0.0;
    while (x < (10.0 + (2.0 * s))) {
        total += pow(x, (-s));
        x += 1.0;
    }
    last = pow(x, (-s));
    total += ((last * x) / (s - 1.0)) + (0.5 * last);
    t = (1.0 / x) / x;
    term = last * (s / x);
    series = term / 12.0;
    term *= ((s + 1.0) * (s + 2.0)) * t;
    series -= term / 720.0;
    term *= ((s + 3.0) * (s + 4.0)) * t;
    series += term / 30240.0;
    term *= ((s + 5.0) * (s + 6.0)) * t;
    series -= term / 1209600.0;
    term *= ((s + 7.0) * (s + 8.0)) * t;
    series += term / 47900160.0;
    term *= ((s + 9.0) * (s + 10.0)) * t;
    series -= term * 5.284190138687493e-10;
    term *= ((s + 11.0) * (s + 12.0)) * t;
    series += term * 1.3382536530684679e-11;
    return total + series;
}

/* The n-th derivative of digamma. */
static inline double c_polygamma(double n, double x) {
    double below, left, sign;
    if ((n != floor(n)) || (n < 0.0) || (n > 170.0) || (x != x)) {
        return NAN;
    }
    if (n == 0.0) {
        return c_digamma(x);
    }
    sign = (floor((0.5 * n)) == (0.5 * n)) ? (-1.0) : 1.0;
    if (x > 0.0) {
        return (sign * c_gamma((n + 1.0))) * c_zeta((n + 1.0), x);
    }
    if (x == floor(x)) {
        return ((x == 0.0) || (sign == 1.0)) ? (sign * INFINITY) : NAN;
    }
    below = floor(x);
    left = c_zeta((n + 1.0), ((below + 1.0) - x)) - c_zeta((n + 1.0), (1.0 - x));
    return (sign * c_gamma((n + 1.0))) * (c_zeta((n + 1.0), (x - below)) + (sign * left));
}

/* lgamma(x) + lgamma(y) - lgamma(x + y) for x, y > 0, without the cancellation. */
static inline double c_betaln(double x, double y) {
    double product, rest;
    if (x > y) {
        return c_betaln(y, x);
    }
    if (x < 0.0) {
        return NAN;
    }
    if (y < 4.0) {
        return c_lgamma(x) + (c_lgamma(y) - c_lgamma((x + y)));
    }
    product = 1.0;
    while (y < 10.0) {
        product *= 1.0 + (x / y);
        y += 1.0;
    }
    rest = log(product) + (c_stirling(y) - c_stirling((x + y)));
    if (x < 10.0) {
        rest -= (((x + y) - 0.5) * log1p((x / y))) + (x * (log(y) - 1.0));
        return c_lgamma(x) + rest;
    }
    rest += (c_stirling(x) + 0.9189385332046728) - (0.5 * log(y));
    return (rest - ((x - 0.5) * log1p((y / x)))) - (y * log1p((x / y)));
}

/* The inverse of the error function: an estimate, then two of Halley's steps. */
static inline double c_erfinv(double x) {
    double b, c, excess, logarithm, newton, size, step, y;
    size = fabs(x);
    if (size >= 1.0) {
        return (size == 1.0) ? copysign(INFINITY, x) : NAN;
    }
    y = (sqrt(3.141592653589793) / 2.0) * size;
    if (size > 0.001) {
        logarithm = log1p(((-size) * size));
        b = (2.0 / (3.141592653589793 * 0.147)) + (0.5 * logarithm);
        c = (-logarithm) / 0.147;
        y = sqrt((c / (sqrt(((b * b) + c)) + b)));
    }
    step = 0.0;
    while (step < 2.0) {
        excess = (size < 0.5) ? (erf(y) - size) : ((1.0 - size) - erfc(y));
        newton = (excess * exp((y * y))) * (sqrt(3.141592653589793) / 2.0);
        y -= newton / (1.0 + (y * newton));
        step += 1.0;
    }
    return copysign(y, x);
}

/* sin(pi * x) / (pi * x). */
static inline double c_sinc(double x) {
    return (x == 0.0) ? 1.0 : (sin((3.141592653589793 * x)) / (3.141592653589793 * x));
}

/* The n-th derivative of sinc: a recurrence far from 0, a power series near it. */
static inline double c_sinc_derivative(double n, double x) {
    double c, is_odd, k, rest, s, term, total, u;
    if ((n != floor(n)) || (n < 0.0) || (n > 170.0)) {
        return NAN;
    }
    u = 3.141592653589793 * x;
    s = sin(u);
    c = cos(u);
    k = 0.0;
    if ((fabs(u) > 2.0) && (fabs(u) > n)) {
        total = s / u;
        while (k < n) {
            k += 1.0;
            rest = s;
            s = c;
            c = -rest;
            total = (s - (k * total)) / u;
        }
        return total * pow(3.141592653589793, n);
    }
    is_odd = n - (2.0 * floor((0.5 * n)));
    term = cos((3.141592653589793 * rint((0.5 * (n + is_odd)))));
    if (is_odd == 1.0) {
        term *= u;
        k = 1.0;
    }
    total = term / ((n + k) + 1.0);
    while (fabs(term) > (1e-17 * fabs(total))) {
        k += 2.0;
        term *= ((-u) * u) / (k * (k - 1.0));
        total += term / ((n + k) + 1.0);
    }
    return total * pow(3.141592653589793, n);
}

#endif
