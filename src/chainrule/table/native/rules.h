/* Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`. */

#ifndef CHAINRULE_RULES_H
#define CHAINRULE_RULES_H

#include "ieee.h"

#define FINGERPRINT "d8de9645dfd4d285"

static inline double op_add(double x, double y);
static inline double op_sub(double x, double y);
static inline double op_mul(double x, double y);
static inline double op_div(double x, double y);
static inline double op_floordiv(double x, double y);
static inline double op_mod(double x, double y);
static inline double op_fmod(double x, double y);
static inline double op_pow(double x, double y);
static inline double op_neg(double x);
static inline double op_abs(double x);
static inline double op_exp(double x);
static inline double op_exp2(double x);
static inline double op_expm1(double x);
static inline double op_log(double x);
static inline double op_log2(double x);
static inline double op_log10(double x);
static inline double op_log1p(double x);
static inline double op_logaddexp(double x, double y);
static inline double op_logaddexp2(double x, double y);
static inline double op_xlogy(double x, double y);
static inline double op_xlog1py(double x, double y);
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
static inline double op_deg2rad(double x);
static inline double op_rad2deg(double x);
static inline double op_sinc(double x);
static inline double op_sinc_derivative(double x, double y);
static inline double op_sinh(double x);
static inline double op_cosh(double x);
static inline double op_tanh(double x);
static inline double op_asinh(double x);
static inline double op_acosh(double x);
static inline double op_atanh(double x);
static inline double op_erf(double x);
static inline double op_erfc(double x);
static inline double op_erfinv(double x);
static inline double op_gamma(double x);
static inline double op_lgamma(double x);
static inline double op_digamma(double x);
static inline double op_polygamma(double x, double y);
static inline double op_betaln(double x, double y);
static inline double op_beta(double x, double y);
static inline double op_min(double x, double y);
static inline double op_max(double x, double y);
static inline double op_fmin(double x, double y);
static inline double op_fmax(double x, double y);
static inline double op_clip(double x, double y, double z);
static inline double op_where(double x, double y, double z);
static inline double op_sign(double x);
static inline double op_floor(double x);
static inline double op_ceil(double x);
static inline double op_trunc(double x);
static inline double op_rint(double x);
static inline double op_copysign(double x, double y);
static inline double op_heaviside(double x, double y);
static inline double op_relu(double x);
static inline double op_leaky_relu(double x, double y);
static inline double op_elu(double x, double y);
static inline double op_selu(double x);
static inline double op_sigmoid(double x);
static inline double op_silu(double x);
static inline double op_gelu(double x);
static inline double op_softplus(double x);
static inline double op_mish(double x);
static inline double op_lt(double x, double y);
static inline double op_le(double x, double y);
static inline double op_gt(double x, double y);
static inline double op_ge(double x, double y);
static inline double op_eq(double x, double y);
static inline double op_ne(double x, double y);
static inline double op_bitwise_and(double x, double y);
static inline double op_bitwise_or(double x, double y);
static inline double op_bitwise_xor(double x, double y);
static inline double op_left_shift(double x, double y);
static inline double op_right_shift(double x, double y);

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
static inline double op_floordiv(double x, double y) { return quotient(x, y); }
static inline double d0_floordiv(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_floordiv(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_mod(double x, double y) { return modulo(x, y); }
static inline double d0_mod(double x, double y, double out) { (void)x; (void)y; (void)out; return 1.0; }
static inline double d1_mod(double x, double y, double out) { (void)out; return -quotient(x, y); }
static inline double op_fmod(double x, double y) { return c_fmod(x, y); }
static inline double d0_fmod(double x, double y, double out) { (void)x; (void)y; (void)out; return 1.0; }
static inline double d1_fmod(double x, double y, double out) { (void)out; return ((-op_sign(x)) * op_sign(y)) * quotient(op_abs(x), op_abs(y)); }
static inline double op_pow(double x, double y) { return pow(x, y); }
static inline double d0_pow(double x, double y, double out) { (void)out; return ((y == 0.0) && (x == 0.0)) ? 0.0 : (y * pow(x, (y - 1.0))); }
static inline double d1_pow(double x, double y, double out) { return ((x == 0.0) && (y >= 0.0)) ? 0.0 : (out * op_log(x)); }
static inline double op_neg(double x) { return -x; }
static inline double d0_neg(double x, double out) { (void)x; (void)out; return -1.0; }
static inline double op_abs(double x) { return c_abs(x); }
static inline double d0_abs(double x, double out) { (void)out; return op_sign(x); }
static inline double op_exp(double x) { return c_exp(x); }
static inline double d0_exp(double x, double out) { (void)x; return out; }
static inline double op_exp2(double x) { return pow(2.0, x); }
static inline double d0_exp2(double x, double out) { (void)x; return out * op_log(2.0); }
static inline double op_expm1(double x) { return c_expm1(x); }
static inline double d0_expm1(double x, double out) { (void)out; return op_exp(x); }
static inline double op_log(double x) { return c_log(x); }
static inline double d0_log(double x, double out) { (void)out; return 1.0 / x; }
static inline double op_log2(double x) { return c_log2(x); }
static inline double d0_log2(double x, double out) { (void)out; return 1.0 / (x * op_log(2.0)); }
static inline double op_log10(double x) { return c_log10(x); }
static inline double d0_log10(double x, double out) { (void)out; return 1.0 / (x * op_log(10.0)); }
static inline double op_log1p(double x) { return c_log1p(x); }
static inline double d0_log1p(double x, double out) { (void)out; return 1.0 / (1.0 + x); }
static inline double op_logaddexp(double x, double y) { return (x == y) ? (x + op_log(2.0)) : (op_max(x, y) + op_log1p(op_exp((-op_abs((x - y)))))); }
static inline double d0_logaddexp(double x, double y, double out) { (void)out; return op_exp((-op_softplus((y - x)))); }
static inline double d1_logaddexp(double x, double y, double out) { (void)out; return op_exp((-op_softplus((x - y)))); }
static inline double op_logaddexp2(double x, double y) { return (x == y) ? (x + 1.0) : (op_max(x, y) + (op_log1p(pow(2.0, (-op_abs((x - y))))) / op_log(2.0))); }
static inline double d0_logaddexp2(double x, double y, double out) { (void)out; return op_exp((-op_softplus(((y - x) * op_log(2.0))))); }
static inline double d1_logaddexp2(double x, double y, double out) { (void)out; return op_exp((-op_softplus(((x - y) * op_log(2.0))))); }
static inline double op_xlogy(double x, double y) { return ((x == 0.0) && (y == y)) ? 0.0 : (x * op_log(y)); }
static inline double d0_xlogy(double x, double y, double out) { (void)x; (void)out; return op_log(y); }
static inline double d1_xlogy(double x, double y, double out) { (void)out; return x / y; }
static inline double op_xlog1py(double x, double y) { return ((x == 0.0) && (y == y)) ? 0.0 : (x * op_log1p(y)); }
static inline double d0_xlog1py(double x, double y, double out) { (void)x; (void)out; return op_log1p(y); }
static inline double d1_xlog1py(double x, double y, double out) { (void)out; return x / (1.0 + y); }
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
static inline double d0_atan2(double x, double y, double out) { (void)out; return (y / op_hypot(x, y)) / op_hypot(x, y); }
static inline double d1_atan2(double x, double y, double out) { (void)out; return ((-x) / op_hypot(x, y)) / op_hypot(x, y); }
static inline double op_deg2rad(double x) { return x * (3.141592653589793 / 180.0); }
static inline double d0_deg2rad(double x, double out) { (void)x; (void)out; return 3.141592653589793 / 180.0; }
static inline double op_rad2deg(double x) { return x * (180.0 / 3.141592653589793); }
static inline double d0_rad2deg(double x, double out) { (void)x; (void)out; return 180.0 / 3.141592653589793; }
static inline double op_sinc(double x) { return c_sinc(x); }
static inline double d0_sinc(double x, double out) { (void)out; return op_sinc_derivative(1.0, x); }
static inline double op_sinc_derivative(double x, double y) { return c_sinc_derivative(x, y); }
static inline double d0_sinc_derivative(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_sinc_derivative(double x, double y, double out) { (void)out; return op_sinc_derivative((x + 1.0), y); }
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
static inline double op_erfc(double x) { return c_erfc(x); }
static inline double d0_erfc(double x, double out) { (void)out; return ((-2.0) / op_sqrt(3.141592653589793)) * op_exp(((-x) * x)); }
static inline double op_erfinv(double x) { return c_erfinv(x); }
static inline double d0_erfinv(double x, double out) { (void)x; return (op_sqrt(3.141592653589793) / 2.0) * op_exp((out * out)); }
static inline double op_gamma(double x) { return c_gamma(x); }
static inline double d0_gamma(double x, double out) { return out * op_digamma(x); }
static inline double op_lgamma(double x) { return c_lgamma(x); }
static inline double d0_lgamma(double x, double out) { (void)out; return op_digamma(x); }
static inline double op_digamma(double x) { return c_digamma(x); }
static inline double d0_digamma(double x, double out) { (void)out; return op_polygamma(1.0, x); }
static inline double op_polygamma(double x, double y) { return c_polygamma(x, y); }
static inline double d0_polygamma(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_polygamma(double x, double y, double out) { (void)out; return op_polygamma((x + 1.0), y); }
static inline double op_betaln(double x, double y) { return c_betaln(x, y); }
static inline double d0_betaln(double x, double y, double out) { (void)out; return op_digamma(x) - op_digamma((x + y)); }
static inline double d1_betaln(double x, double y, double out) { (void)out; return op_digamma(y) - op_digamma((x + y)); }
static inline double op_beta(double x, double y) { return op_exp(op_betaln(x, y)); }
static inline double d0_beta(double x, double y, double out) { return out * (op_digamma(x) - op_digamma((x + y))); }
static inline double d1_beta(double x, double y, double out) { return out * (op_digamma(y) - op_digamma((x + y))); }
static inline double op_min(double x, double y) { return ((x < y) || (x != x)) ? x : y; }
static inline double d0_min(double x, double y, double out) { (void)out; return (x > y) ? 0.0 : ((x == y) ? 0.5 : 1.0); }
static inline double d1_min(double x, double y, double out) { (void)out; return (y > x) ? 0.0 : ((x == y) ? 0.5 : 1.0); }
static inline double op_max(double x, double y) { return ((x > y) || (x != x)) ? x : y; }
static inline double d0_max(double x, double y, double out) { (void)out; return (x < y) ? 0.0 : ((x == y) ? 0.5 : 1.0); }
static inline double d1_max(double x, double y, double out) { (void)out; return (y < x) ? 0.0 : ((x == y) ? 0.5 : 1.0); }
static inline double op_fmin(double x, double y) { return ((x <= y) || (y != y)) ? x : y; }
static inline double d0_fmin(double x, double y, double out) { (void)out; return ((x <= y) || (y != y)) ? 1.0 : 0.0; }
static inline double d1_fmin(double x, double y, double out) { (void)out; return ((x <= y) || (y != y)) ? 0.0 : 1.0; }
static inline double op_fmax(double x, double y) { return ((x >= y) || (y != y)) ? x : y; }
static inline double d0_fmax(double x, double y, double out) { (void)out; return ((x >= y) || (y != y)) ? 1.0 : 0.0; }
static inline double d1_fmax(double x, double y, double out) { (void)out; return ((x >= y) || (y != y)) ? 0.0 : 1.0; }
static inline double op_clip(double x, double y, double z) { return op_min(op_max(x, y), z); }
static inline double d0_clip(double x, double y, double z, double out) { (void)out; return (y <= x && x <= z) ? 1.0 : 0.0; }
static inline double d1_clip(double x, double y, double z, double out) { (void)out; return (x < y && y <= z) ? 1.0 : 0.0; }
static inline double d2_clip(double x, double y, double z, double out) { (void)out; return ((x > z) || (y > z)) ? 1.0 : 0.0; }
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
static inline double op_trunc(double x) { return c_trunc(x); }
static inline double d0_trunc(double x, double out) { (void)x; (void)out; return 0.0; }
static inline double op_rint(double x) { return c_rint(x); }
static inline double d0_rint(double x, double out) { (void)x; (void)out; return 0.0; }
static inline double op_copysign(double x, double y) { return c_copysign(x, y); }
static inline double d0_copysign(double x, double y, double out) { (void)out; return op_sign(x) * op_copysign(1.0, y); }
static inline double d1_copysign(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_heaviside(double x, double y) { return (x != x) ? x : ((x < 0.0) ? 0.0 : ((x == 0.0) ? y : 1.0)); }
static inline double d0_heaviside(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_heaviside(double x, double y, double out) { (void)y; (void)out; return (x == 0.0) ? 1.0 : 0.0; }
static inline double op_relu(double x) { return ((x > 0.0) || (x != x)) ? x : 0.0; }
static inline double d0_relu(double x, double out) { (void)out; return (x > 0.0) ? 1.0 : 0.0; }
static inline double op_leaky_relu(double x, double y) { return (x > 0.0) ? x : (y * x); }
static inline double d0_leaky_relu(double x, double y, double out) { (void)out; return (x > 0.0) ? 1.0 : y; }
static inline double d1_leaky_relu(double x, double y, double out) { (void)y; (void)out; return (x > 0.0) ? 0.0 : x; }
static inline double op_elu(double x, double y) { return (x > 0.0) ? x : (y * op_expm1(x)); }
static inline double d0_elu(double x, double y, double out) { (void)out; return (x > 0.0) ? 1.0 : (y * op_exp(x)); }
static inline double d1_elu(double x, double y, double out) { (void)y; (void)out; return (x > 0.0) ? 0.0 : op_expm1(x); }
static inline double op_selu(double x) { return 1.0507009873554805 * ((x > 0.0) ? x : (1.6732632423543772 * op_expm1(x))); }
static inline double d0_selu(double x, double out) { (void)out; return 1.0507009873554805 * ((x > 0.0) ? 1.0 : (1.6732632423543772 * op_exp(x))); }
static inline double op_sigmoid(double x) { return 1.0 / (1.0 + op_exp((-x))); }
static inline double d0_sigmoid(double x, double out) { (void)x; return out * (1.0 - out); }
static inline double op_silu(double x) { return x * op_sigmoid(x); }
static inline double d0_silu(double x, double out) { (void)out; return op_sigmoid(x) * (1.0 + (x * (1.0 - op_sigmoid(x)))); }
static inline double op_gelu(double x) { return (x * op_erfc(((-x) / op_sqrt(2.0)))) / 2.0; }
static inline double d0_gelu(double x, double out) { (void)out; return (op_erfc(((-x) / op_sqrt(2.0))) / 2.0) + ((x * op_exp((((-x) * x) / 2.0))) / op_sqrt((2.0 * 3.141592653589793))); }
static inline double op_softplus(double x) { return op_max(x, 0.0) + op_log1p(op_exp((-op_abs(x)))); }
static inline double d0_softplus(double x, double out) { (void)out; return op_exp((-op_softplus((-x)))); }
static inline double op_mish(double x) { return x * op_tanh(op_softplus(x)); }
static inline double d0_mish(double x, double out) { (void)out; return op_tanh(op_softplus(x)) + ((x * op_sigmoid(x)) * (1.0 - pow(op_tanh(op_softplus(x)), 2.0))); }
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
static inline double op_bitwise_and(double x, double y) { return c_bitwise_and(x, y); }
static inline double d0_bitwise_and(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_bitwise_and(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_bitwise_or(double x, double y) { return (x - op_bitwise_and(x, y)) + y; }
static inline double d0_bitwise_or(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_bitwise_or(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_bitwise_xor(double x, double y) { return (x - op_bitwise_and(x, y)) + (y - op_bitwise_and(x, y)); }
static inline double d0_bitwise_xor(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_bitwise_xor(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_left_shift(double x, double y) { return (y >= 0.0) ? (op_bitwise_and(x, (-1.0)) * pow(2.0, op_bitwise_and(y, (-1.0)))) : (INFINITY - INFINITY); }
static inline double d0_left_shift(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_left_shift(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double op_right_shift(double x, double y) { return (y >= 0.0) ? quotient(op_bitwise_and(x, (-1.0)), pow(2.0, op_bitwise_and(y, (-1.0)))) : (INFINITY - INFINITY); }
static inline double d0_right_shift(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }
static inline double d1_right_shift(double x, double y, double out) { (void)x; (void)y; (void)out; return 0.0; }

enum {
    OP_LEAF = 0,
    OP_OWN = 1,
    OP_ADD = 2,
    OP_SUB = 3,
    OP_MUL = 4,
    OP_DIV = 5,
    OP_FLOORDIV = 6,
    OP_MOD = 7,
    OP_FMOD = 8,
    OP_POW = 9,
    OP_NEG = 10,
    OP_ABS = 11,
    OP_EXP = 12,
    OP_EXP2 = 13,
    OP_EXPM1 = 14,
    OP_LOG = 15,
    OP_LOG2 = 16,
    OP_LOG10 = 17,
    OP_LOG1P = 18,
    OP_LOGADDEXP = 19,
    OP_LOGADDEXP2 = 20,
    OP_XLOGY = 21,
    OP_XLOG1PY = 22,
    OP_SQRT = 23,
    OP_CBRT = 24,
    OP_HYPOT = 25,
    OP_SIN = 26,
    OP_COS = 27,
    OP_TAN = 28,
    OP_ASIN = 29,
    OP_ACOS = 30,
    OP_ATAN = 31,
    OP_ATAN2 = 32,
    OP_DEG2RAD = 33,
    OP_RAD2DEG = 34,
    OP_SINC = 35,
    OP_SINC_DERIVATIVE = 36,
    OP_SINH = 37,
    OP_COSH = 38,
    OP_TANH = 39,
    OP_ASINH = 40,
    OP_ACOSH = 41,
    OP_ATANH = 42,
    OP_ERF = 43,
    OP_ERFC = 44,
    OP_ERFINV = 45,
    OP_GAMMA = 46,
    OP_LGAMMA = 47,
    OP_DIGAMMA = 48,
    OP_POLYGAMMA = 49,
    OP_BETALN = 50,
    OP_BETA = 51,
    OP_MIN = 52,
    OP_MAX = 53,
    OP_FMIN = 54,
    OP_FMAX = 55,
    OP_CLIP = 56,
    OP_WHERE = 57,
    OP_SIGN = 58,
    OP_FLOOR = 59,
    OP_CEIL = 60,
    OP_TRUNC = 61,
    OP_RINT = 62,
    OP_COPYSIGN = 63,
    OP_HEAVISIDE = 64,
    OP_RELU = 65,
    OP_LEAKY_RELU = 66,
    OP_ELU = 67,
    OP_SELU = 68,
    OP_SIGMOID = 69,
    OP_SILU = 70,
    OP_GELU = 71,
    OP_SOFTPLUS = 72,
    OP_MISH = 73,
    OP_LT = 74,
    OP_LE = 75,
    OP_GT = 76,
    OP_GE = 77,
    OP_EQ = 78,
    OP_NE = 79,
    OP_BITWISE_AND = 80,
    OP_BITWISE_OR = 81,
    OP_BITWISE_XOR = 82,
    OP_LEFT_SHIFT = 83,
    OP_RIGHT_SHIFT = 84,
    OP_COUNT = 85
};

/* In these lists: name, number, keeps ints. */
#define UNARY_OPERATORS(ROW) \
    ROW(neg, OP_NEG, 1) \
    ROW(abs, OP_ABS, 1) \
    /* end */

#define BINARY_OPERATORS(ROW) \
    ROW(add, OP_ADD, 1) \
    ROW(sub, OP_SUB, 1) \
    ROW(mul, OP_MUL, 1) \
    ROW(div, OP_DIV, 0) \
    ROW(floordiv, OP_FLOORDIV, 1) \
    ROW(mod, OP_MOD, 1) \
    ROW(pow, OP_POW, 1) \
    /* end */

#define UNARY_METHODS(ROW) \
    ROW(exp, OP_EXP, 0) \
    ROW(exp2, OP_EXP2, 0) \
    ROW(expm1, OP_EXPM1, 0) \
    ROW(log, OP_LOG, 0) \
    ROW(log2, OP_LOG2, 0) \
    ROW(log10, OP_LOG10, 0) \
    ROW(log1p, OP_LOG1P, 0) \
    ROW(sqrt, OP_SQRT, 0) \
    ROW(cbrt, OP_CBRT, 0) \
    ROW(sin, OP_SIN, 0) \
    ROW(cos, OP_COS, 0) \
    ROW(tan, OP_TAN, 0) \
    ROW(asin, OP_ASIN, 0) \
    ROW(acos, OP_ACOS, 0) \
    ROW(atan, OP_ATAN, 0) \
    ROW(deg2rad, OP_DEG2RAD, 0) \
    ROW(rad2deg, OP_RAD2DEG, 0) \
    ROW(sinc, OP_SINC, 0) \
    ROW(sinh, OP_SINH, 0) \
    ROW(cosh, OP_COSH, 0) \
    ROW(tanh, OP_TANH, 0) \
    ROW(asinh, OP_ASINH, 0) \
    ROW(acosh, OP_ACOSH, 0) \
    ROW(atanh, OP_ATANH, 0) \
    ROW(erf, OP_ERF, 0) \
    ROW(erfc, OP_ERFC, 0) \
    ROW(erfinv, OP_ERFINV, 0) \
    ROW(gamma, OP_GAMMA, 0) \
    ROW(lgamma, OP_LGAMMA, 0) \
    ROW(digamma, OP_DIGAMMA, 0) \
    ROW(sign, OP_SIGN, 1) \
    ROW(floor, OP_FLOOR, 1) \
    ROW(ceil, OP_CEIL, 1) \
    ROW(trunc, OP_TRUNC, 1) \
    ROW(rint, OP_RINT, 1) \
    ROW(relu, OP_RELU, 0) \
    ROW(selu, OP_SELU, 0) \
    ROW(sigmoid, OP_SIGMOID, 0) \
    ROW(silu, OP_SILU, 0) \
    ROW(gelu, OP_GELU, 0) \
    ROW(softplus, OP_SOFTPLUS, 0) \
    ROW(mish, OP_MISH, 0) \
    /* end */

#define BINARY_METHODS(ROW) \
    ROW(fmod, OP_FMOD, 0) \
    ROW(logaddexp, OP_LOGADDEXP, 0) \
    ROW(logaddexp2, OP_LOGADDEXP2, 0) \
    ROW(xlogy, OP_XLOGY, 0) \
    ROW(xlog1py, OP_XLOG1PY, 0) \
    ROW(hypot, OP_HYPOT, 0) \
    ROW(atan2, OP_ATAN2, 0) \
    ROW(sinc_derivative, OP_SINC_DERIVATIVE, 0) \
    ROW(polygamma, OP_POLYGAMMA, 0) \
    ROW(betaln, OP_BETALN, 0) \
    ROW(beta, OP_BETA, 0) \
    ROW(min, OP_MIN, 1) \
    ROW(max, OP_MAX, 1) \
    ROW(fmin, OP_FMIN, 0) \
    ROW(fmax, OP_FMAX, 0) \
    ROW(copysign, OP_COPYSIGN, 0) \
    ROW(heaviside, OP_HEAVISIDE, 0) \
    ROW(leaky_relu, OP_LEAKY_RELU, 0) \
    ROW(elu, OP_ELU, 0) \
    /* end */

#define TERNARY_METHODS(ROW) \
    ROW(clip, OP_CLIP, 1) \
    ROW(where, OP_WHERE, 0) \
    /* end */

#define GATES(ROW) \
    ROW(min, OP_MIN, 1) \
    ROW(max, OP_MAX, 1) \
    ROW(fmin, OP_FMIN, 0) \
    ROW(fmax, OP_FMAX, 0) \
    ROW(clip, OP_CLIP, 1) \
    ROW(where, OP_WHERE, 0) \
    ROW(heaviside, OP_HEAVISIDE, 0) \
    /* end */

/* Further names of operands: the operation's number, the name, which operand. */
#define KEYWORDS(KEYWORD) \
    KEYWORD(OP_MIN, "other", 1) \
    KEYWORD(OP_MAX, "other", 1) \
    KEYWORD(OP_CLIP, "min", 1) \
    KEYWORD(OP_CLIP, "min_val", 1) \
    KEYWORD(OP_CLIP, "a_min", 1) \
    KEYWORD(OP_CLIP, "lo", 1) \
    KEYWORD(OP_CLIP, "max", 2) \
    KEYWORD(OP_CLIP, "max_val", 2) \
    KEYWORD(OP_CLIP, "a_max", 2) \
    KEYWORD(OP_CLIP, "hi", 2) \
    KEYWORD(OP_LEAKY_RELU, "negative_slope", 1) \
    KEYWORD(OP_LEAKY_RELU, "alpha", 1) \
    KEYWORD(OP_LEAKY_RELU, "slope", 1) \
    KEYWORD(OP_ELU, "alpha", 1) \
    /* end */

/* Operands that may be left out: the operation's number, which operand, its value. */
#define DEFAULTS(DEFAULT) \
    DEFAULT(OP_CLIP, 1, -INFINITY) \
    DEFAULT(OP_CLIP, 2, INFINITY) \
    DEFAULT(OP_LEAKY_RELU, 1, 0.01) \
    DEFAULT(OP_ELU, 1, 1.0) \
    /* end */

/* every row: name, number, how many operands */
#define ALL_ROWS(ROW) \
    ROW(add, OP_ADD, 2) \
    ROW(sub, OP_SUB, 2) \
    ROW(mul, OP_MUL, 2) \
    ROW(div, OP_DIV, 2) \
    ROW(floordiv, OP_FLOORDIV, 2) \
    ROW(mod, OP_MOD, 2) \
    ROW(fmod, OP_FMOD, 2) \
    ROW(pow, OP_POW, 2) \
    ROW(neg, OP_NEG, 1) \
    ROW(abs, OP_ABS, 1) \
    ROW(exp, OP_EXP, 1) \
    ROW(exp2, OP_EXP2, 1) \
    ROW(expm1, OP_EXPM1, 1) \
    ROW(log, OP_LOG, 1) \
    ROW(log2, OP_LOG2, 1) \
    ROW(log10, OP_LOG10, 1) \
    ROW(log1p, OP_LOG1P, 1) \
    ROW(logaddexp, OP_LOGADDEXP, 2) \
    ROW(logaddexp2, OP_LOGADDEXP2, 2) \
    ROW(xlogy, OP_XLOGY, 2) \
    ROW(xlog1py, OP_XLOG1PY, 2) \
    ROW(sqrt, OP_SQRT, 1) \
    ROW(cbrt, OP_CBRT, 1) \
    ROW(hypot, OP_HYPOT, 2) \
    ROW(sin, OP_SIN, 1) \
    ROW(cos, OP_COS, 1) \
    ROW(tan, OP_TAN, 1) \
    ROW(asin, OP_ASIN, 1) \
    ROW(acos, OP_ACOS, 1) \
    ROW(atan, OP_ATAN, 1) \
    ROW(atan2, OP_ATAN2, 2) \
    ROW(deg2rad, OP_DEG2RAD, 1) \
    ROW(rad2deg, OP_RAD2DEG, 1) \
    ROW(sinc, OP_SINC, 1) \
    ROW(sinc_derivative, OP_SINC_DERIVATIVE, 2) \
    ROW(sinh, OP_SINH, 1) \
    ROW(cosh, OP_COSH, 1) \
    ROW(tanh, OP_TANH, 1) \
    ROW(asinh, OP_ASINH, 1) \
    ROW(acosh, OP_ACOSH, 1) \
    ROW(atanh, OP_ATANH, 1) \
    ROW(erf, OP_ERF, 1) \
    ROW(erfc, OP_ERFC, 1) \
    ROW(erfinv, OP_ERFINV, 1) \
    ROW(gamma, OP_GAMMA, 1) \
    ROW(lgamma, OP_LGAMMA, 1) \
    ROW(digamma, OP_DIGAMMA, 1) \
    ROW(polygamma, OP_POLYGAMMA, 2) \
    ROW(betaln, OP_BETALN, 2) \
    ROW(beta, OP_BETA, 2) \
    ROW(min, OP_MIN, 2) \
    ROW(max, OP_MAX, 2) \
    ROW(fmin, OP_FMIN, 2) \
    ROW(fmax, OP_FMAX, 2) \
    ROW(clip, OP_CLIP, 3) \
    ROW(where, OP_WHERE, 3) \
    ROW(sign, OP_SIGN, 1) \
    ROW(floor, OP_FLOOR, 1) \
    ROW(ceil, OP_CEIL, 1) \
    ROW(trunc, OP_TRUNC, 1) \
    ROW(rint, OP_RINT, 1) \
    ROW(copysign, OP_COPYSIGN, 2) \
    ROW(heaviside, OP_HEAVISIDE, 2) \
    ROW(relu, OP_RELU, 1) \
    ROW(leaky_relu, OP_LEAKY_RELU, 2) \
    ROW(elu, OP_ELU, 2) \
    ROW(selu, OP_SELU, 1) \
    ROW(sigmoid, OP_SIGMOID, 1) \
    ROW(silu, OP_SILU, 1) \
    ROW(gelu, OP_GELU, 1) \
    ROW(softplus, OP_SOFTPLUS, 1) \
    ROW(mish, OP_MISH, 1) \
    ROW(lt, OP_LT, 2) \
    ROW(le, OP_LE, 2) \
    ROW(gt, OP_GT, 2) \
    ROW(ge, OP_GE, 2) \
    ROW(eq, OP_EQ, 2) \
    ROW(ne, OP_NE, 2) \
    ROW(bitwise_and, OP_BITWISE_AND, 2) \
    ROW(bitwise_or, OP_BITWISE_OR, 2) \
    ROW(bitwise_xor, OP_BITWISE_XOR, 2) \
    ROW(left_shift, OP_LEFT_SHIFT, 2) \
    ROW(right_shift, OP_RIGHT_SHIFT, 2) \
    /* end */

#define UNARY_ALIASES(ALIAS) \
    ALIAS(arcsin, asin) \
    ALIAS(arccos, acos) \
    ALIAS(arctan, atan) \
    ALIAS(arcsinh, asinh) \
    ALIAS(arccosh, acosh) \
    ALIAS(arctanh, atanh) \
    ALIAS(swish, silu) \
    /* end */

#define BINARY_ALIASES(ALIAS) \
    ALIAS(arctan2, atan2) \
    ALIAS(minimum, min) \
    ALIAS(maximum, max) \
    /* end */

#define TERNARY_ALIASES(ALIAS) \
    ALIAS(clamp, clip) \
    /* end */

#define DOC_fmod "fmod($self, y)\n--\n\nReturn fmod(x, y): the remainder changes by as much as x does; the remainder is `x - y * trunc(x / y)`, and the rounded quotient is constant between its jumps.\n\nLocal derivative with respect to x: 1, with respect to y: -sign(x) * sign(y) * (abs(x) // abs(y)).\n\nRaises:\nDomainError: Unless y != 0 and -inf < x < inf.\n"
#define DOC_exp "exp($self)\n--\n\nReturn exp(x): exp is its own derivative.\n\nLocal derivative with respect to x: out.\n\nRaises:\nRangeError: The result is too large for a float.\n"
#define DOC_exp2 "exp2($self)\n--\n\nReturn 2 ** x: `2**x` is `exp(x * log(2))`, and exp is its own derivative.\n\nLocal derivative with respect to x: out * log(2).\n\nRaises:\nRangeError: The result is too large for a float.\n"
#define DOC_expm1 "expm1($self)\n--\n\nReturn expm1(x): the slope of `exp(x) - 1` is that of `exp(x)`, since the 1 is constant.\n\nLocal derivative with respect to x: exp(x).\n\nRaises:\nRangeError: The result is too large for a float.\n"
#define DOC_log "log($self)\n--\n\nReturn log(x): the derivative of the natural logarithm is one over its operand.\n\nLocal derivative with respect to x: 1 / x.\n\nRaises:\nDomainError: Unless x > 0.\n"
#define DOC_log2 "log2($self)\n--\n\nReturn log2(x): `log2(x)` is `log(x) / log(2)`, and the slope of `log(x)` is `1 / x`.\n\nLocal derivative with respect to x: 1 / (x * log(2)).\n\nRaises:\nDomainError: Unless x > 0.\n"
#define DOC_log10 "log10($self)\n--\n\nReturn log10(x): `log10(x)` is `log(x) / log(10)`, and the slope of `log(x)` is `1 / x`.\n\nLocal derivative with respect to x: 1 / (x * log(10)).\n\nRaises:\nDomainError: Unless x > 0.\n"
#define DOC_log1p "log1p($self)\n--\n\nReturn log1p(x): the slope of `log(1 + x)` is `1 / (1 + x)`.\n\nLocal derivative with respect to x: 1 / (1 + x).\n\nRaises:\nDomainError: Unless x > -1.\n"
#define DOC_logaddexp "logaddexp($self, y)\n--\n\nReturn x + log(2) if x == y else max(x, y) + log1p(exp(-abs(x - y))): the share of `exp(x)` in `exp(x) + exp(y)` is the sigmoid of `x - y`, which is `exp(-softplus(y - x))`; the share of `exp(y)` in `exp(x) + exp(y)` is the sigmoid of `y - x`, which is `exp(-softplus(x - y))`.\n\nLocal derivative with respect to x: exp(-softplus(y - x)), with respect to y: exp(-softplus(x - y)).\n"
#define DOC_logaddexp2 "logaddexp2($self, y)\n--\n\nReturn x + 1 if x == y else max(x, y) + log1p(2 ** -abs(x - y)) / log(2): `2**x` is `exp(x * log(2))`, and its share in `2**x + 2**y` is a sigmoid; `2**y` is `exp(y * log(2))`, and its share in `2**x + 2**y` is a sigmoid.\n\nLocal derivative with respect to x: exp(-softplus((y - x) * log(2))), with respect to y: exp(-softplus((x - y) * log(2))).\n"
#define DOC_xlogy "xlogy($self, y)\n--\n\nReturn 0 if x == 0 and y == y else x * log(y): x is multiplied by `log(y)`; the slope of `log(y)` is `1 / y`, and it is multiplied by x.\n\nLocal derivative with respect to x: log(y), with respect to y: x / y.\n\nRaises:\nDomainError: Unless y > 0 or x == 0.\n"
#define DOC_xlog1py "xlog1py($self, y)\n--\n\nReturn 0 if x == 0 and y == y else x * log1p(y): x is multiplied by `log(1 + y)`; the slope of `log(1 + y)` is `1 / (1 + y)`, and it is multiplied by x.\n\nLocal derivative with respect to x: log1p(y), with respect to y: x / (1 + y).\n\nRaises:\nDomainError: Unless y > -1 or x == 0.\n"
#define DOC_sqrt "sqrt($self)\n--\n\nReturn sqrt(x): the derivative of a square root is one over twice the root.\n\nLocal derivative with respect to x: 1 / (2 * out).\n\nRaises:\nDomainError: Unless x >= 0.\n"
#define DOC_cbrt "cbrt($self)\n--\n\nReturn cbrt(x): the derivative of a cube root is one over three times the square of the root.\n\nLocal derivative with respect to x: 1 / (3 * out * out).\n"
#define DOC_hypot "hypot($self, y)\n--\n\nReturn hypot(x, y): the slope of a square root is one over twice the root, and the slope of `x**2` is `2 * x`; the slope of a square root is one over twice the root, and the slope of `y**2` is `2 * y`.\n\nLocal derivative with respect to x: x / out, with respect to y: y / out.\n"
#define DOC_sin "sin($self)\n--\n\nReturn sin(x): the slope of the sine is the cosine.\n\nLocal derivative with respect to x: cos(x).\n\nRaises:\nDomainError: Unless -inf < x < inf.\n"
#define DOC_cos "cos($self)\n--\n\nReturn cos(x): the slope of the cosine is minus the sine.\n\nLocal derivative with respect to x: -sin(x).\n\nRaises:\nDomainError: Unless -inf < x < inf.\n"
#define DOC_tan "tan($self)\n--\n\nReturn tan(x): the slope of tan is `1 + tan(x)**2`, and `tan(x)` is `out`.\n\nLocal derivative with respect to x: 1 + out * out.\n\nRaises:\nDomainError: Unless -inf < x < inf.\n"
#define DOC_asin "asin($self)\n--\n\nReturn asin(x): the arcsine undoes the sine, so its slope is `1 / cos(out)`, and `cos(out)` is `sqrt(1 - x**2)`.\n\nLocal derivative with respect to x: 1 / sqrt(1 - x * x).\n\nRaises:\nDomainError: Unless -1 <= x <= 1.\n"
#define DOC_acos "acos($self)\n--\n\nReturn acos(x): the arccosine is `pi / 2 - asin(x)`, so its slope is minus that of the arcsine.\n\nLocal derivative with respect to x: -1 / sqrt(1 - x * x).\n\nRaises:\nDomainError: Unless -1 <= x <= 1.\n"
#define DOC_atan "atan($self)\n--\n\nReturn atan(x): the arctangent undoes tan, so its slope is `1 / (1 + tan(out)**2)`, and `tan(out)` is x.\n\nLocal derivative with respect to x: 1 / (1 + x * x).\n"
#define DOC_atan2 "atan2($self, y)\n--\n\nReturn atan2(x, y): up to a constant, the angle is `atan(x / y)`, whose slope with respect to x is `y / (x**2 + y**2)`; up to a constant, the angle is `atan(x / y)`, whose slope with respect to y is `-x / (x**2 + y**2)`.\n\nLocal derivative with respect to x: y / hypot(x, y) / hypot(x, y), with respect to y: -x / hypot(x, y) / hypot(x, y).\n"
#define DOC_deg2rad "deg2rad($self)\n--\n\nReturn x * (pi / 180): a degree is `pi / 180` radians.\n\nLocal derivative with respect to x: pi / 180.\n"
#define DOC_rad2deg "rad2deg($self)\n--\n\nReturn x * (180 / pi): a radian is `180 / pi` degrees.\n\nLocal derivative with respect to x: 180 / pi.\n"
#define DOC_sinc "sinc($self)\n--\n\nReturn sinc(x): sinc is `sin(pi * x) / (pi * x)`, and its slope is its first derivative.\n\nLocal derivative with respect to x: sinc_derivative(1, x).\n\nRaises:\nDomainError: Unless -inf < x < inf.\n"
#define DOC_sinc_derivative "sinc_derivative($self, y)\n--\n\nReturn sinc_derivative(x, y): the order of a derivative is a whole number, which can't change a little; the slope of a derivative of sinc is the next derivative.\n\nLocal derivative with respect to x: 0, with respect to y: sinc_derivative(x + 1, y).\n\nRaises:\nDomainError: Unless 0 <= x <= 170 and x == floor(x) and -inf < y < inf.\n"
#define DOC_sinh "sinh($self)\n--\n\nReturn sinh(x): the slope of sinh is cosh.\n\nLocal derivative with respect to x: cosh(x).\n\nRaises:\nRangeError: The result is too large for a float.\n"
#define DOC_cosh "cosh($self)\n--\n\nReturn cosh(x): the slope of cosh is sinh.\n\nLocal derivative with respect to x: sinh(x).\n\nRaises:\nRangeError: The result is too large for a float.\n"
#define DOC_tanh "tanh($self)\n--\n\nReturn tanh(x): the slope of tanh is `1 - tanh(x)**2`, and `tanh(x)` is `out`.\n\nLocal derivative with respect to x: 1 - out * out.\n"
#define DOC_asinh "asinh($self)\n--\n\nReturn asinh(x): the slope of arsinh is `1 / sqrt(x**2 + 1)`.\n\nLocal derivative with respect to x: 1 / hypot(x, 1).\n"
#define DOC_acosh "acosh($self)\n--\n\nReturn acosh(x): the slope of arcosh is `1 / sqrt(x**2 - 1)`.\n\nLocal derivative with respect to x: 1 / (sqrt(x - 1) * sqrt(x + 1)).\n\nRaises:\nDomainError: Unless x >= 1.\n"
#define DOC_atanh "atanh($self)\n--\n\nReturn atanh(x): the slope of artanh is `1 / (1 - x**2)`.\n\nLocal derivative with respect to x: 1 / ((1 - x) * (1 + x)).\n\nRaises:\nDomainError: Unless -1 < x < 1.\n"
#define DOC_erf "erf($self)\n--\n\nReturn erf(x): the error function is the area under this bell curve, so the curve is its slope.\n\nLocal derivative with respect to x: 2 / sqrt(pi) * exp(-x * x).\n"
#define DOC_erfc "erfc($self)\n--\n\nReturn erfc(x): `erfc(x)` is `1 - erf(x)`, so its slope is minus the bell curve.\n\nLocal derivative with respect to x: -2 / sqrt(pi) * exp(-x * x).\n"
#define DOC_erfinv "erfinv($self)\n--\n\nReturn erfinv(x): it undoes erf, so its slope is one over that of erf, `2 / sqrt(pi) * exp(-out * out)`.\n\nLocal derivative with respect to x: sqrt(pi) / 2 * exp(out * out).\n\nRaises:\nDomainError: Unless -1 < x < 1.\n"
#define DOC_gamma "gamma($self)\n--\n\nReturn gamma(x): digamma is the slope of the logarithm of gamma, so that of gamma is gamma times digamma.\n\nLocal derivative with respect to x: out * digamma(x).\n\nRaises:\nDomainError: Unless x > 0 or x != floor(x).\n"
#define DOC_lgamma "lgamma($self)\n--\n\nReturn lgamma(x): digamma is by definition the slope of the logarithm of gamma.\n\nLocal derivative with respect to x: digamma(x).\n\nRaises:\nDomainError: Unless x > 0 or x != floor(x).\n"
#define DOC_digamma "digamma($self)\n--\n\nReturn digamma(x): polygamma of order 1 is by definition the slope of digamma.\n\nLocal derivative with respect to x: polygamma(1, x).\n\nRaises:\nDomainError: Unless x > 0 or x != floor(x).\n"
#define DOC_polygamma "polygamma($self, y)\n--\n\nReturn polygamma(x, y): the order of a derivative is a whole number, which can't change a little; the slope of a derivative of digamma is the next derivative.\n\nLocal derivative with respect to x: 0, with respect to y: polygamma(x + 1, y).\n\nRaises:\nDomainError: Unless 0 <= x <= 170 and x == floor(x) and (y > 0 or y != floor(y)).\n"
#define DOC_betaln "betaln($self, y)\n--\n\nReturn betaln(x, y): it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(x) - digamma(x + y)`; it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(y) - digamma(x + y)`.\n\nLocal derivative with respect to x: digamma(x) - digamma(x + y), with respect to y: digamma(y) - digamma(x + y).\n\nRaises:\nDomainError: Unless x > 0 and y > 0.\n"
#define DOC_beta "beta($self, y)\n--\n\nReturn exp(betaln(x, y)): the slope of its logarithm, betaln, with respect to x is `digamma(x) - digamma(x + y)`; the slope of its logarithm, betaln, with respect to y is `digamma(y) - digamma(x + y)`.\n\nLocal derivative with respect to x: out * (digamma(x) - digamma(x + y)), with respect to y: out * (digamma(y) - digamma(x + y)).\n\nRaises:\nDomainError: Unless x > 0 and y > 0.\n"
#define DOC_min "min($self, y)\n--\n\nReturn x if x < y or x != x else y: the result is the smaller operand, so only that one gets the gradient.\n\nLocal derivative with respect to x: 0 if x > y else (0.5 if x == y else 1), with respect to y: 0 if y > x else (0.5 if x == y else 1).\n\nKeywords for y: y, other.\n"
#define DOC_max "max($self, y)\n--\n\nReturn x if x > y or x != x else y: the result is the larger operand, so only that one gets the gradient.\n\nLocal derivative with respect to x: 0 if x < y else (0.5 if x == y else 1), with respect to y: 0 if y < x else (0.5 if x == y else 1).\n\nKeywords for y: y, other.\n"
#define DOC_fmin "fmin($self, y)\n--\n\nReturn x if x <= y or y != y else y: x gets the gradient if it is the smaller operand, or if y is missing (nan); y gets the gradient if it is the smaller operand, or if x is missing (nan).\n\nLocal derivative with respect to x: 1 if x <= y or y != y else 0, with respect to y: 0 if x <= y or y != y else 1.\n"
#define DOC_fmax "fmax($self, y)\n--\n\nReturn x if x >= y or y != y else y: x gets the gradient if it is the larger operand, or if y is missing (nan); y gets the gradient if it is the larger operand, or if x is missing (nan).\n\nLocal derivative with respect to x: 1 if x >= y or y != y else 0, with respect to y: 0 if x >= y or y != y else 1.\n"
#define DOC_clip "clip($self, y = -1e999, z = 1e999)\n--\n\nReturn min(max(x, y), z): x gets the gradient between the bounds; the lower bound y gets the gradient if x is below it; the upper bound z gets the gradient if x is above it.\n\nLocal derivative with respect to x: 1 if y <= x <= z else 0, with respect to y: 1 if x < y <= z else 0, with respect to z: 1 if x > z or y > z else 0.\n\nKeywords for y: y, min, min_val, a_min, lo. Keywords for z: z, max, max_val, a_max, hi.\n"
#define DOC_where "where($self, y, z)\n--\n\nReturn y if x != 0 else z: a condition only selects an operand, so it gets no gradient; the gradient goes to the selected operand only.\n\nLocal derivative with respect to x: 0, with respect to y: 1 if x != 0 else 0, with respect to z: 0 if x != 0 else 1.\n"
#define DOC_sign "sign($self)\n--\n\nReturn 1 if x > 0 else (-1 if x < 0 else x): the sign is constant on either side of 0.\n\nLocal derivative with respect to x: 0.\n"
#define DOC_floor "floor($self)\n--\n\nReturn floor(x): a rounded number is constant between its jumps.\n\nLocal derivative with respect to x: 0.\n"
#define DOC_ceil "ceil($self)\n--\n\nReturn ceil(x): a rounded number is constant between its jumps.\n\nLocal derivative with respect to x: 0.\n"
#define DOC_trunc "trunc($self)\n--\n\nReturn trunc(x): a rounded number is constant between its jumps.\n\nLocal derivative with respect to x: 0.\n"
#define DOC_rint "rint($self)\n--\n\nReturn rint(x): a rounded number is constant between its jumps.\n\nLocal derivative with respect to x: 0.\n"
#define DOC_copysign "copysign($self, y)\n--\n\nReturn copysign(x, y): the slope is 1, or \u22121 if the sign of x is flipped; only the sign of y counts, and it is constant on either side of 0.\n\nLocal derivative with respect to x: sign(x) * copysign(1, y), with respect to y: 0.\n"
#define DOC_heaviside "heaviside($self, y)\n--\n\nReturn x if x != x else (0 if x < 0 else (y if x == 0 else 1)): the step is constant on either side of 0; y is the result at x = 0 only.\n\nLocal derivative with respect to x: 0, with respect to y: 1 if x == 0 else 0.\n"
#define DOC_relu "relu($self)\n--\n\nReturn x if x > 0 or x != x else 0: positive inputs pass unchanged, and negative ones become 0.\n\nLocal derivative with respect to x: 1 if x > 0 else 0.\n"
#define DOC_leaky_relu "leaky_relu($self, y = 0.01)\n--\n\nReturn x if x > 0 else y * x: positive inputs pass unchanged, and negative ones are multiplied by y; y is the factor of negative inputs, and positive ones don't depend on it.\n\nLocal derivative with respect to x: 1 if x > 0 else y, with respect to y: 0 if x > 0 else x.\n\nKeywords for y: y, negative_slope, alpha, slope.\n"
#define DOC_elu "elu($self, y = 1.0)\n--\n\nReturn x if x > 0 else y * expm1(x): positive inputs pass unchanged, and negative ones become `y * (exp(x) - 1)`; y is the factor of `exp(x) - 1` for negative inputs, and positive ones don't depend on it.\n\nLocal derivative with respect to x: 1 if x > 0 else y * exp(x), with respect to y: 0 if x > 0 else expm1(x).\n\nKeywords for y: y, alpha.\n"
#define DOC_selu "selu($self)\n--\n\nReturn 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * expm1(x)): it is elu times a constant, with constants that keep the mean and variance of a layer.\n\nLocal derivative with respect to x: 1.0507009873554805 * (1 if x > 0 else 1.6732632423543772 * exp(x)).\n"
#define DOC_sigmoid "sigmoid($self)\n--\n\nReturn 1 / (1 + exp(-x)): the slope of a sigmoid is its value times one minus its value.\n\nLocal derivative with respect to x: out * (1 - out).\n"
#define DOC_silu "silu($self)\n--\n\nReturn x * sigmoid(x): this is the product rule for `x * sigmoid(x)`.\n\nLocal derivative with respect to x: sigmoid(x) * (1 + x * (1 - sigmoid(x))).\n"
#define DOC_gelu "gelu($self)\n--\n\nReturn x * erfc(-x / sqrt(2)) / 2: this is the product rule for x times the standard normal distribution function, `erfc(-x / sqrt(2)) / 2`.\n\nLocal derivative with respect to x: erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi).\n"
#define DOC_softplus "softplus($self)\n--\n\nReturn max(x, 0) + log1p(exp(-abs(x))): the slope of `log(1 + exp(x))` is the sigmoid, which is `exp(-softplus(-x))`.\n\nLocal derivative with respect to x: exp(-softplus(-x)).\n"
#define DOC_mish "mish($self)\n--\n\nReturn x * tanh(softplus(x)): this is the product rule for `x * tanh(softplus(x))`.\n\nLocal derivative with respect to x: tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x)) ** 2).\n"

#endif
