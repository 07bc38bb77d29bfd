/* Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`. */

#ifndef CHAINRULE_RULES_H
#define CHAINRULE_RULES_H

#include "ieee.h"

static inline double op_add(double x, double y);
static inline double op_sub(double x, double y);
static inline double op_mul(double x, double y);
static inline double op_div(double x, double y);
static inline double op_floordiv(double x, double y);
static inline double op_mod(double x, double y);
static inline double op_pow(double x, double y);
static inline double op_neg(double x);
static inline double op_abs(double x);
static inline double op_exp(double x);
static inline double op_expm1(double x);
static inline double op_log(double x);
static inline double op_log2(double x);
static inline double op_log10(double x);
static inline double op_log1p(double x);
static inline double op_sqrt(double x);
static inline double op_cbrt(double x);
static inline double op_hypot(double x, double y);
static inline double op_sin(double x);
static inline double op_cos(double x);
static inline double op_tan(double x);
static inline double op_asin(double x);
static inline double op_acos(double x);
static inline double op_atan(double x);
static inline double op_atan2(double x, double y);
static inline double op_sinh(double x);
static inline double op_cosh(double x);
static inline double op_tanh(double x);
static inline double op_asinh(double x);
static inline double op_acosh(double x);
static inline double op_atanh(double x);
static inline double op_erf(double x);
static inline double op_min(double x, double y);
static inline double op_max(double x, double y);
static inline double op_where(double x, double y, double z);
static inline double op_sign(double x);
static inline double op_floor(double x);
static inline double op_ceil(double x);
static inline double op_relu(double x);
static inline double op_leaky_relu(double x, double y);
static inline double op_elu(double x, double y);
static inline double op_sigmoid(double x);
static inline double op_silu(double x);
static inline double op_gelu(double x);
static inline double op_softplus(double x);
static inline double op_lt(double x, double y);
static inline double op_le(double x, double y);
static inline double op_gt(double x, double y);
static inline double op_ge(double x, double y);
static inline double op_eq(double x, double y);
static inline double op_ne(double x, double y);

static inline double op_add(double x, double y) { return x + y; }
static inline double d0_add(double x, double y, double out) { (void)x; (void)y; (void)out; return 1.0; }
static inline double d1_add(double x, double y, double out) { (void)x; (void)y; (void)out; return 1.0; }
static inline double op_sub(double x, double y) { return x - y; }
static inline double d0_sub(double x, double y, double out) { (void)x; (void)y; (void)out; return 1.0; }
static inline double d1_sub(double x, double y, double out) { (void)x; (void)y; (void)out; return -1.0; }
static inline double op_mul(double x, double y) { return x * y; }
static inline double d0_mul(double x, double y, double out) { (void)x; (void)out; return y; }
static inline double d1_mul(double x, double y, double out) { (void)y; (void)out; return x; }
static inline double op_div(double x, double y) { return x / y; }
static inline double d0_div(double x, double y, double out) { (void)x; (void)out; return 1.0 / y; }
static inline double d1_div(double x, double y, double out) { (void)x; return (-out) / y; }
static inline double op_floordiv(double x, double y) { return op_floor((((x - modulo(x, y)) / y) + 0.5)); }
static inline double d0_floordiv(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_floordiv(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_mod(double x, double y) { return modulo(x, y); }
static inline double d0_mod(double x, double y, double out) { (void)x; (void)y; (void)out; return 1.0; }
static inline double d1_mod(double x, double y, double out) { (void)out; return -op_floor((x / y)); }
static inline double op_pow(double x, double y) { return pow(x, y); }
static inline double d0_pow(double x, double y, double out) { (void)out; return (y == 0.0) ? 0.0 : (y * pow(x, (y - 1.0))); }
static inline double d1_pow(double x, double y, double out) { return ((x == 0.0) && (y >= 0.0)) ? 0.0 : (out * op_log(x)); }
static inline double op_neg(double x) { return -x; }
static inline double d0_neg(double x, double out) { (void)x; (void)out; return -1.0; }
static inline double op_abs(double x) { return c_abs(x); }
static inline double d0_abs(double x, double out) { (void)out; return op_sign(x); }
static inline double op_exp(double x) { return c_exp(x); }
static inline double d0_exp(double x, double out) { (void)x; return out; }
static inline double op_expm1(double x) { return c_expm1(x); }
static inline double d0_expm1(double x, double out) { (void)x; return out + 1.0; }
static inline double op_log(double x) { return c_log(x); }
static inline double d0_log(double x, double out) { (void)out; return 1.0 / x; }
static inline double op_log2(double x) { return c_log2(x); }
static inline double d0_log2(double x, double out) { (void)out; return 1.0 / (x * op_log(2.0)); }
static inline double op_log10(double x) { return c_log10(x); }
static inline double d0_log10(double x, double out) { (void)out; return 1.0 / (x * op_log(10.0)); }
static inline double op_log1p(double x) { return c_log1p(x); }
static inline double d0_log1p(double x, double out) { (void)out; return 1.0 / (1.0 + x); }
static inline double op_sqrt(double x) { return c_sqrt(x); }
static inline double d0_sqrt(double x, double out) { (void)x; return 1.0 / (2.0 * out); }
static inline double op_cbrt(double x) { return c_cbrt(x); }
static inline double d0_cbrt(double x, double out) { (void)x; return 1.0 / ((3.0 * out) * out); }
static inline double op_hypot(double x, double y) { return c_hypot(x, y); }
static inline double d0_hypot(double x, double y, double out) { (void)y; return x / out; }
static inline double d1_hypot(double x, double y, double out) { (void)x; return y / out; }
static inline double op_sin(double x) { return c_sin(x); }
static inline double d0_sin(double x, double out) { (void)out; return op_cos(x); }
static inline double op_cos(double x) { return c_cos(x); }
static inline double d0_cos(double x, double out) { (void)out; return -op_sin(x); }
static inline double op_tan(double x) { return c_tan(x); }
static inline double d0_tan(double x, double out) { (void)x; return 1.0 + (out * out); }
static inline double op_asin(double x) { return c_asin(x); }
static inline double d0_asin(double x, double out) { (void)out; return 1.0 / op_sqrt((1.0 - (x * x))); }
static inline double op_acos(double x) { return c_acos(x); }
static inline double d0_acos(double x, double out) { (void)out; return (-1.0) / op_sqrt((1.0 - (x * x))); }
static inline double op_atan(double x) { return c_atan(x); }
static inline double d0_atan(double x, double out) { (void)out; return 1.0 / (1.0 + (x * x)); }
static inline double op_atan2(double x, double y) { return c_atan2(x, y); }
static inline double d0_atan2(double x, double y, double out) { (void)out; return y / ((x * x) + (y * y)); }
static inline double d1_atan2(double x, double y, double out) { (void)out; return (-x) / ((x * x) + (y * y)); }
static inline double op_sinh(double x) { return c_sinh(x); }
static inline double d0_sinh(double x, double out) { (void)out; return op_cosh(x); }
static inline double op_cosh(double x) { return c_cosh(x); }
static inline double d0_cosh(double x, double out) { (void)out; return op_sinh(x); }
static inline double op_tanh(double x) { return c_tanh(x); }
static inline double d0_tanh(double x, double out) { (void)x; return 1.0 - (out * out); }
static inline double op_asinh(double x) { return c_asinh(x); }
static inline double d0_asinh(double x, double out) { (void)out; return 1.0 / op_hypot(x, 1.0); }
static inline double op_acosh(double x) { return c_acosh(x); }
static inline double d0_acosh(double x, double out) { (void)out; return 1.0 / (op_sqrt((x - 1.0)) * op_sqrt((x + 1.0))); }
static inline double op_atanh(double x) { return c_atanh(x); }
static inline double d0_atanh(double x, double out) { (void)out; return 1.0 / ((1.0 - x) * (1.0 + x)); }
static inline double op_erf(double x) { return c_erf(x); }
static inline double d0_erf(double x, double out) { (void)out; return (2.0 / op_sqrt(3.141592653589793)) * op_exp(((-x) * x)); }
static inline double op_min(double x, double y) { return ((x < y) || (x != x)) ? x : y; }
static inline double d0_min(double x, double y, double out) { (void)out; return (x < y) ? 1.0 : ((x == y) ? 0.5 : 0.0); }
static inline double d1_min(double x, double y, double out) { (void)out; return (y < x) ? 1.0 : ((x == y) ? 0.5 : 0.0); }
static inline double op_max(double x, double y) { return ((x > y) || (x != x)) ? x : y; }
static inline double d0_max(double x, double y, double out) { (void)out; return (x > y) ? 1.0 : ((x == y) ? 0.5 : 0.0); }
static inline double d1_max(double x, double y, double out) { (void)out; return (y > x) ? 1.0 : ((x == y) ? 0.5 : 0.0); }
static inline double op_where(double x, double y, double z) { return (x != 0.0) ? y : z; }
static inline double d0_where(double x, double y, double z, double out) { (void)x; (void)y; (void)z; (void)out; return 0.0; }
static inline double d1_where(double x, double y, double z, double out) { (void)y; (void)z; (void)out; return (x != 0.0) ? 1.0 : 0.0; }
static inline double d2_where(double x, double y, double z, double out) { (void)y; (void)z; (void)out; return (x != 0.0) ? 0.0 : 1.0; }
static inline double op_sign(double x) { return (x > 0.0) ? 1.0 : ((x < 0.0) ? (-1.0) : x); }
static inline double d0_sign(double x, double out) { (void)x; (void)out; return 0.0; }
static inline double op_floor(double x) { return c_floor(x); }
static inline double d0_floor(double x, double out) { (void)x; (void)out; return 0.0; }
static inline double op_ceil(double x) { return c_ceil(x); }
static inline double d0_ceil(double x, double out) { (void)x; (void)out; return 0.0; }
static inline double op_relu(double x) { return ((x > 0.0) || (x != x)) ? x : 0.0; }
static inline double d0_relu(double x, double out) { (void)out; return (x > 0.0) ? 1.0 : 0.0; }
static inline double op_leaky_relu(double x, double y) { return (x > 0.0) ? x : (y * x); }
static inline double d0_leaky_relu(double x, double y, double out) { (void)out; return (x > 0.0) ? 1.0 : y; }
static inline double d1_leaky_relu(double x, double y, double out) { (void)y; (void)out; return (x > 0.0) ? 0.0 : x; }
static inline double op_elu(double x, double y) { return (x > 0.0) ? x : (y * op_expm1(x)); }
static inline double d0_elu(double x, double y, double out) { (void)out; return (x > 0.0) ? 1.0 : (y * op_exp(x)); }
static inline double d1_elu(double x, double y, double out) { (void)y; (void)out; return (x > 0.0) ? 0.0 : op_expm1(x); }
static inline double op_sigmoid(double x) { return 1.0 / (1.0 + op_exp((-x))); }
static inline double d0_sigmoid(double x, double out) { (void)x; return out * (1.0 - out); }
static inline double op_silu(double x) { return x * op_sigmoid(x); }
static inline double d0_silu(double x, double out) { (void)out; return op_sigmoid(x) * (1.0 + (x * (1.0 - op_sigmoid(x)))); }
static inline double op_gelu(double x) { return (x * (1.0 + op_erf((x / op_sqrt(2.0))))) / 2.0; }
static inline double d0_gelu(double x, double out) { (void)out; return ((1.0 + op_erf((x / op_sqrt(2.0)))) / 2.0) + ((x * op_exp((((-x) * x) / 2.0))) / op_sqrt((2.0 * 3.141592653589793))); }
static inline double op_softplus(double x) { return op_max(x, 0.0) + op_log1p(op_exp((-op_abs(x)))); }
static inline double d0_softplus(double x, double out) { (void)out; return op_sigmoid(x); }
static inline double op_lt(double x, double y) { return x < y; }
static inline double d0_lt(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_lt(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_le(double x, double y) { return x <= y; }
static inline double d0_le(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_le(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_gt(double x, double y) { return x > y; }
static inline double d0_gt(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_gt(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_ge(double x, double y) { return x >= y; }
static inline double d0_ge(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_ge(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_eq(double x, double y) { return x == y; }
static inline double d0_eq(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_eq(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_ne(double x, double y) { return x != y; }
static inline double d0_ne(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_ne(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }

enum {
    OP_LEAF = 0,
    OP_OWN = 1,
    OP_ADD = 2,
    OP_SUB = 3,
    OP_MUL = 4,
    OP_DIV = 5,
    OP_FLOORDIV = 6,
    OP_MOD = 7,
    OP_POW = 8,
    OP_NEG = 9,
    OP_ABS = 10,
    OP_EXP = 11,
    OP_EXPM1 = 12,
    OP_LOG = 13,
    OP_LOG2 = 14,
    OP_LOG10 = 15,
    OP_LOG1P = 16,
    OP_SQRT = 17,
    OP_CBRT = 18,
    OP_HYPOT = 19,
    OP_SIN = 20,
    OP_COS = 21,
    OP_TAN = 22,
    OP_ASIN = 23,
    OP_ACOS = 24,
    OP_ATAN = 25,
    OP_ATAN2 = 26,
    OP_SINH = 27,
    OP_COSH = 28,
    OP_TANH = 29,
    OP_ASINH = 30,
    OP_ACOSH = 31,
    OP_ATANH = 32,
    OP_ERF = 33,
    OP_MIN = 34,
    OP_MAX = 35,
    OP_WHERE = 36,
    OP_SIGN = 37,
    OP_FLOOR = 38,
    OP_CEIL = 39,
    OP_RELU = 40,
    OP_LEAKY_RELU = 41,
    OP_ELU = 42,
    OP_SIGMOID = 43,
    OP_SILU = 44,
    OP_GELU = 45,
    OP_SOFTPLUS = 46,
    OP_LT = 47,
    OP_LE = 48,
    OP_GT = 49,
    OP_GE = 50,
    OP_EQ = 51,
    OP_NE = 52,
    OP_COUNT = 53
};

#define UNARY_OPERATORS(ROW) \
    ROW(neg, OP_NEG, 1, NAN) \
    ROW(abs, OP_ABS, 1, NAN) \
    /* end */

#define BINARY_OPERATORS(ROW) \
    ROW(add, OP_ADD, 1, NAN) \
    ROW(sub, OP_SUB, 1, NAN) \
    ROW(mul, OP_MUL, 1, NAN) \
    ROW(div, OP_DIV, 0, NAN) \
    ROW(floordiv, OP_FLOORDIV, 1, NAN) \
    ROW(mod, OP_MOD, 1, NAN) \
    ROW(pow, OP_POW, 1, NAN) \
    /* end */

#define UNARY_METHODS(ROW) \
    ROW(exp, OP_EXP, 0, NAN) \
    ROW(expm1, OP_EXPM1, 0, NAN) \
    ROW(log, OP_LOG, 0, NAN) \
    ROW(log2, OP_LOG2, 0, NAN) \
    ROW(log10, OP_LOG10, 0, NAN) \
    ROW(log1p, OP_LOG1P, 0, NAN) \
    ROW(sqrt, OP_SQRT, 0, NAN) \
    ROW(cbrt, OP_CBRT, 0, NAN) \
    ROW(sin, OP_SIN, 0, NAN) \
    ROW(cos, OP_COS, 0, NAN) \
    ROW(tan, OP_TAN, 0, NAN) \
    ROW(asin, OP_ASIN, 0, NAN) \
    ROW(acos, OP_ACOS, 0, NAN) \
    ROW(atan, OP_ATAN, 0, NAN) \
    ROW(sinh, OP_SINH, 0, NAN) \
    ROW(cosh, OP_COSH, 0, NAN) \
    ROW(tanh, OP_TANH, 0, NAN) \
    ROW(asinh, OP_ASINH, 0, NAN) \
    ROW(acosh, OP_ACOSH, 0, NAN) \
    ROW(atanh, OP_ATANH, 0, NAN) \
    ROW(erf, OP_ERF, 0, NAN) \
    ROW(sign, OP_SIGN, 1, NAN) \
    ROW(floor, OP_FLOOR, 1, NAN) \
    ROW(ceil, OP_CEIL, 1, NAN) \
    ROW(relu, OP_RELU, 0, NAN) \
    ROW(sigmoid, OP_SIGMOID, 0, NAN) \
    ROW(silu, OP_SILU, 0, NAN) \
    ROW(gelu, OP_GELU, 0, NAN) \
    ROW(softplus, OP_SOFTPLUS, 0, NAN) \
    /* end */

#define BINARY_METHODS(ROW) \
    ROW(hypot, OP_HYPOT, 0, NAN) \
    ROW(atan2, OP_ATAN2, 0, NAN) \
    ROW(min, OP_MIN, 1, NAN) \
    ROW(max, OP_MAX, 1, NAN) \
    ROW(leaky_relu, OP_LEAKY_RELU, 0, 0.01) \
    ROW(elu, OP_ELU, 0, 1.0) \
    /* end */

#define TERNARY_METHODS(ROW) \
    ROW(where, OP_WHERE, 0, NAN) \
    /* end */

#define METHOD_ALIASES(ALIAS) \
    ALIAS(arcsin, asin) \
    ALIAS(arccos, acos) \
    ALIAS(arctan, atan) \
    ALIAS(arctan2, atan2) \
    ALIAS(arcsinh, asinh) \
    ALIAS(arccosh, acosh) \
    ALIAS(arctanh, atanh) \
    ALIAS(minimum, min) \
    ALIAS(maximum, max) \
    /* end */

#endif
