"""Generated from ops.py by tools/generate_rules.py; change the table, then run `make rules`."""

from math import inf
from typing import Any

from .ieee import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    bitwise_and,
    cbrt,
    ceil,
    copysign,
    cos,
    cosh,
    divide,
    erf,
    erfc,
    exp,
    expm1,
    floor,
    fmod,
    hypot,
    log,
    log10,
    log1p,
    log2,
    modulo,
    power,
    quotient,
    rint,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    trunc,
)
from .special import (
    betaln,
    digamma,
    erfinv,
    gamma,
    lgamma,
    polygamma,
    sinc,
    sinc_derivative,
)

# The number of each row: its index in RULES.
ADD = 2
SUB = 3
MUL = 4
DIV = 5
FLOORDIV = 6
MOD = 7
FMOD = 8
POW = 9
NEG = 10
ABS = 11
EXP = 12
EXP2 = 13
EXPM1 = 14
LOG = 15
LOG2 = 16
LOG10 = 17
LOG1P = 18
LOGADDEXP = 19
LOGADDEXP2 = 20
XLOGY = 21
XLOG1PY = 22
SQRT = 23
CBRT = 24
HYPOT = 25
SIN = 26
COS = 27
TAN = 28
ASIN = 29
ACOS = 30
ATAN = 31
ATAN2 = 32
DEG2RAD = 33
RAD2DEG = 34
SINC = 35
SINC_DERIVATIVE = 36
SINH = 37
COSH = 38
TANH = 39
ASINH = 40
ACOSH = 41
ATANH = 42
ERF = 43
ERFC = 44
ERFINV = 45
GAMMA = 46
LGAMMA = 47
DIGAMMA = 48
POLYGAMMA = 49
BETALN = 50
BETA = 51
MIN = 52
MAX = 53
FMIN = 54
FMAX = 55
CLIP = 56
WHERE = 57
SIGN = 58
FLOOR = 59
CEIL = 60
TRUNC = 61
RINT = 62
COPYSIGN = 63
HEAVISIDE = 64
RELU = 65
LEAKY_RELU = 66
ELU = 67
SELU = 68
SIGMOID = 69
SILU = 70
GELU = 71
SOFTPLUS = 72
MISH = 73
LT = 74
LE = 75
GT = 76
GE = 77
EQ = 78
NE = 79
BITWISE_AND = 80
BITWISE_OR = 81
BITWISE_XOR = 82
LEFT_SHIFT = 83
RIGHT_SHIFT = 84


def add(x: float, y: float) -> float:
    return x + y


def sub(x: float, y: float) -> float:
    return x - y


def mul(x: float, y: float) -> float:
    return x * y


def div(x: float, y: float) -> float:
    return divide(x, y)


def floordiv(x: float, y: float) -> float:
    return quotient(x, y)


def mod(x: float, y: float) -> float:
    return modulo(x, y)


def pow(x: float, y: float) -> float:
    return power(x, y)


def neg(x: float) -> float:
    return -x


def exp2(x: float) -> float:
    return power(2.0, x)


def logaddexp(x: float, y: float) -> float:
    return (x + log(2.0)) if (x == y) else (max(x, y) + log1p(exp((-abs((x - y))))))


def logaddexp2(x: float, y: float) -> float:
    return (x + 1.0) if (x == y) else (max(x, y) + divide(log1p(power(2.0, (-abs((x - y))))), log(2.0)))


def xlogy(x: float, y: float) -> float:
    return 0.0 if ((x == 0.0) and (y == y)) else (x * log(y))


def xlog1py(x: float, y: float) -> float:
    return 0.0 if ((x == 0.0) and (y == y)) else (x * log1p(y))


def deg2rad(x: float) -> float:
    return x * divide(3.141592653589793, 180.0)


def rad2deg(x: float) -> float:
    return x * divide(180.0, 3.141592653589793)


def beta(x: float, y: float) -> float:
    return exp(betaln(x, y))


def min(x: float, y: float) -> float:
    return x if ((x < y) or (x != x)) else y


def max(x: float, y: float) -> float:
    return x if ((x > y) or (x != x)) else y


def fmin(x: float, y: float) -> float:
    return x if ((x <= y) or (y != y)) else y


def fmax(x: float, y: float) -> float:
    return x if ((x >= y) or (y != y)) else y


def clip(x: float, y: float, z: float) -> float:
    return min(max(x, y), z)


def where(x: float, y: float, z: float) -> float:
    return y if (x != 0.0) else z


def sign(x: float) -> float:
    return 1.0 if (x > 0.0) else ((-1.0) if (x < 0.0) else x)


def heaviside(x: float, y: float) -> float:
    return x if (x != x) else (0.0 if (x < 0.0) else (y if (x == 0.0) else 1.0))


def relu(x: float) -> float:
    return x if ((x > 0.0) or (x != x)) else 0.0


def leaky_relu(x: float, y: float) -> float:
    return x if (x > 0.0) else (y * x)


def elu(x: float, y: float) -> float:
    return x if (x > 0.0) else (y * expm1(x))


def selu(x: float) -> float:
    return 1.0507009873554805 * (x if (x > 0.0) else (1.6732632423543772 * expm1(x)))


def sigmoid(x: float) -> float:
    return divide(1.0, (1.0 + exp((-x))))


def silu(x: float) -> float:
    return x * sigmoid(x)


def gelu(x: float) -> float:
    return divide((x * erfc(divide((-x), sqrt(2.0)))), 2.0)


def softplus(x: float) -> float:
    return max(x, 0.0) + log1p(exp((-abs(x))))


def mish(x: float) -> float:
    return x * tanh(softplus(x))


def lt(x: float, y: float) -> float:
    return 1.0 if x < y else 0.0


def le(x: float, y: float) -> float:
    return 1.0 if x <= y else 0.0


def gt(x: float, y: float) -> float:
    return 1.0 if x > y else 0.0


def ge(x: float, y: float) -> float:
    return 1.0 if x >= y else 0.0


def eq(x: float, y: float) -> float:
    return 1.0 if x == y else 0.0


def ne(x: float, y: float) -> float:
    return 1.0 if x != y else 0.0


def bitwise_or(x: float, y: float) -> float:
    return (x - bitwise_and(x, y)) + y


def bitwise_xor(x: float, y: float) -> float:
    return (x - bitwise_and(x, y)) + (y - bitwise_and(x, y))


def left_shift(x: float, y: float) -> float:
    return (bitwise_and(x, (-1.0)) * power(2.0, bitwise_and(y, (-1.0)))) if (y >= 0.0) else (inf - inf)


def right_shift(x: float, y: float) -> float:
    return quotient(bitwise_and(x, (-1.0)), power(2.0, bitwise_and(y, (-1.0)))) if (y >= 0.0) else (inf - inf)


# name, symbol, value, local derivatives, keeps ints, is a gate
GENERATED: Any = (
    ("add", "+", add, (
        lambda x, y, out: 1.0,
        lambda x, y, out: 1.0,
    ), True, False),
    ("sub", "-", sub, (
        lambda x, y, out: 1.0,
        lambda x, y, out: -1.0,
    ), True, False),
    ("mul", "*", mul, (
        lambda x, y, out: y,
        lambda x, y, out: x,
    ), True, False),
    ("div", "/", div, (
        lambda x, y, out: divide(1.0, y),
        lambda x, y, out: divide((-out), y),
    ), False, False),
    ("floordiv", "//", floordiv, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), True, False),
    ("mod", "%", mod, (
        lambda x, y, out: 1.0,
        lambda x, y, out: -quotient(x, y),
    ), True, False),
    ("fmod", "fmod", fmod, (
        lambda x, y, out: 1.0,
        lambda x, y, out: ((-sign(x)) * sign(y)) * quotient(abs(x), abs(y)),
    ), False, False),
    ("pow", "**", pow, (
        lambda x, y, out: 0.0 if ((y == 0.0) and (x == 0.0)) else (y * power(x, (y - 1.0))),
        lambda x, y, out: 0.0 if ((x == 0.0) and (y >= 0.0)) else (out * log(x)),
    ), True, False),
    ("neg", "neg", neg, (
        lambda x, out: -1.0,
    ), True, False),
    ("abs", "abs", abs, (
        lambda x, out: sign(x),
    ), True, False),
    ("exp", "exp", exp, (
        lambda x, out: out,
    ), False, False),
    ("exp2", "exp2", exp2, (
        lambda x, out: out * log(2.0),
    ), False, False),
    ("expm1", "expm1", expm1, (
        lambda x, out: exp(x),
    ), False, False),
    ("log", "log", log, (
        lambda x, out: divide(1.0, x),
    ), False, False),
    ("log2", "log2", log2, (
        lambda x, out: divide(1.0, (x * log(2.0))),
    ), False, False),
    ("log10", "log10", log10, (
        lambda x, out: divide(1.0, (x * log(10.0))),
    ), False, False),
    ("log1p", "log1p", log1p, (
        lambda x, out: divide(1.0, (1.0 + x)),
    ), False, False),
    ("logaddexp", "logaddexp", logaddexp, (
        lambda x, y, out: exp((-softplus((y - x)))),
        lambda x, y, out: exp((-softplus((x - y)))),
    ), False, False),
    ("logaddexp2", "logaddexp2", logaddexp2, (
        lambda x, y, out: exp((-softplus(((y - x) * log(2.0))))),
        lambda x, y, out: exp((-softplus(((x - y) * log(2.0))))),
    ), False, False),
    ("xlogy", "xlogy", xlogy, (
        lambda x, y, out: log(y),
        lambda x, y, out: divide(x, y),
    ), False, False),
    ("xlog1py", "xlog1py", xlog1py, (
        lambda x, y, out: log1p(y),
        lambda x, y, out: divide(x, (1.0 + y)),
    ), False, False),
    ("sqrt", "sqrt", sqrt, (
        lambda x, out: divide(1.0, (2.0 * out)),
    ), False, False),
    ("cbrt", "cbrt", cbrt, (
        lambda x, out: divide(1.0, ((3.0 * out) * out)),
    ), False, False),
    ("hypot", "hypot", hypot, (
        lambda x, y, out: divide(x, out),
        lambda x, y, out: divide(y, out),
    ), False, False),
    ("sin", "sin", sin, (
        lambda x, out: cos(x),
    ), False, False),
    ("cos", "cos", cos, (
        lambda x, out: -sin(x),
    ), False, False),
    ("tan", "tan", tan, (
        lambda x, out: 1.0 + (out * out),
    ), False, False),
    ("asin", "asin", asin, (
        lambda x, out: divide(1.0, sqrt((1.0 - (x * x)))),
    ), False, False),
    ("acos", "acos", acos, (
        lambda x, out: divide((-1.0), sqrt((1.0 - (x * x)))),
    ), False, False),
    ("atan", "atan", atan, (
        lambda x, out: divide(1.0, (1.0 + (x * x))),
    ), False, False),
    ("atan2", "atan2", atan2, (
        lambda x, y, out: divide(divide(y, hypot(x, y)), hypot(x, y)),
        lambda x, y, out: divide(divide((-x), hypot(x, y)), hypot(x, y)),
    ), False, False),
    ("deg2rad", "rad", deg2rad, (
        lambda x, out: divide(3.141592653589793, 180.0),
    ), False, False),
    ("rad2deg", "deg", rad2deg, (
        lambda x, out: divide(180.0, 3.141592653589793),
    ), False, False),
    ("sinc", "sinc", sinc, (
        lambda x, out: sinc_derivative(1.0, x),
    ), False, False),
    ("sinc_derivative", "sinc_derivative", sinc_derivative, (
        lambda x, y, out: 0.0,
        lambda x, y, out: sinc_derivative((x + 1.0), y),
    ), False, False),
    ("sinh", "sinh", sinh, (
        lambda x, out: cosh(x),
    ), False, False),
    ("cosh", "cosh", cosh, (
        lambda x, out: sinh(x),
    ), False, False),
    ("tanh", "tanh", tanh, (
        lambda x, out: 1.0 - (out * out),
    ), False, False),
    ("asinh", "asinh", asinh, (
        lambda x, out: divide(1.0, hypot(x, 1.0)),
    ), False, False),
    ("acosh", "acosh", acosh, (
        lambda x, out: divide(1.0, (sqrt((x - 1.0)) * sqrt((x + 1.0)))),
    ), False, False),
    ("atanh", "atanh", atanh, (
        lambda x, out: divide(1.0, ((1.0 - x) * (1.0 + x))),
    ), False, False),
    ("erf", "erf", erf, (
        lambda x, out: divide(2.0, sqrt(3.141592653589793)) * exp(((-x) * x)),
    ), False, False),
    ("erfc", "erfc", erfc, (
        lambda x, out: divide((-2.0), sqrt(3.141592653589793)) * exp(((-x) * x)),
    ), False, False),
    ("erfinv", "erfinv", erfinv, (
        lambda x, out: divide(sqrt(3.141592653589793), 2.0) * exp((out * out)),
    ), False, False),
    ("gamma", "gamma", gamma, (
        lambda x, out: out * digamma(x),
    ), False, False),
    ("lgamma", "lgamma", lgamma, (
        lambda x, out: digamma(x),
    ), False, False),
    ("digamma", "digamma", digamma, (
        lambda x, out: polygamma(1.0, x),
    ), False, False),
    ("polygamma", "polygamma", polygamma, (
        lambda x, y, out: 0.0,
        lambda x, y, out: polygamma((x + 1.0), y),
    ), False, False),
    ("betaln", "betaln", betaln, (
        lambda x, y, out: digamma(x) - digamma((x + y)),
        lambda x, y, out: digamma(y) - digamma((x + y)),
    ), False, False),
    ("beta", "B", beta, (
        lambda x, y, out: out * (digamma(x) - digamma((x + y))),
        lambda x, y, out: out * (digamma(y) - digamma((x + y))),
    ), False, False),
    ("min", "min", min, (
        lambda x, y, out: 0.0 if (x > y) else (0.5 if (x == y) else 1.0),
        lambda x, y, out: 0.0 if (y > x) else (0.5 if (x == y) else 1.0),
    ), True, True),
    ("max", "max", max, (
        lambda x, y, out: 0.0 if (x < y) else (0.5 if (x == y) else 1.0),
        lambda x, y, out: 0.0 if (y < x) else (0.5 if (x == y) else 1.0),
    ), True, True),
    ("fmin", "fmin", fmin, (
        lambda x, y, out: 1.0 if ((x <= y) or (y != y)) else 0.0,
        lambda x, y, out: 0.0 if ((x <= y) or (y != y)) else 1.0,
    ), False, True),
    ("fmax", "fmax", fmax, (
        lambda x, y, out: 1.0 if ((x >= y) or (y != y)) else 0.0,
        lambda x, y, out: 0.0 if ((x >= y) or (y != y)) else 1.0,
    ), False, True),
    ("clip", "clip", clip, (
        lambda x, y, z, out: 1.0 if (y <= x <= z) else 0.0,
        lambda x, y, z, out: 1.0 if (x < y <= z) else 0.0,
        lambda x, y, z, out: 1.0 if ((x > z) or (y > z)) else 0.0,
    ), True, True),
    ("where", "where", where, (
        lambda x, y, z, out: 0.0,
        lambda x, y, z, out: 1.0 if (x != 0.0) else 0.0,
        lambda x, y, z, out: 0.0 if (x != 0.0) else 1.0,
    ), False, True),
    ("sign", "sign", sign, (
        lambda x, out: 0.0,
    ), True, False),
    ("floor", "floor", floor, (
        lambda x, out: 0.0,
    ), True, False),
    ("ceil", "ceil", ceil, (
        lambda x, out: 0.0,
    ), True, False),
    ("trunc", "trunc", trunc, (
        lambda x, out: 0.0,
    ), True, False),
    ("rint", "rint", rint, (
        lambda x, out: 0.0,
    ), True, False),
    ("copysign", "copysign", copysign, (
        lambda x, y, out: sign(x) * copysign(1.0, y),
        lambda x, y, out: 0.0,
    ), False, False),
    ("heaviside", "H", heaviside, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 1.0 if (x == 0.0) else 0.0,
    ), False, True),
    ("relu", "ReLU", relu, (
        lambda x, out: 1.0 if (x > 0.0) else 0.0,
    ), False, False),
    ("leaky_relu", "leaky", leaky_relu, (
        lambda x, y, out: 1.0 if (x > 0.0) else y,
        lambda x, y, out: 0.0 if (x > 0.0) else x,
    ), False, False),
    ("elu", "ELU", elu, (
        lambda x, y, out: 1.0 if (x > 0.0) else (y * exp(x)),
        lambda x, y, out: 0.0 if (x > 0.0) else expm1(x),
    ), False, False),
    ("selu", "SELU", selu, (
        lambda x, out: 1.0507009873554805 * (1.0 if (x > 0.0) else (1.6732632423543772 * exp(x))),
    ), False, False),
    ("sigmoid", "sigmoid", sigmoid, (
        lambda x, out: out * (1.0 - out),
    ), False, False),
    ("silu", "SiLU", silu, (
        lambda x, out: sigmoid(x) * (1.0 + (x * (1.0 - sigmoid(x)))),
    ), False, False),
    ("gelu", "GELU", gelu, (
        lambda x, out: divide(erfc(divide((-x), sqrt(2.0))), 2.0) + divide((x * exp(divide(((-x) * x), 2.0))), sqrt((2.0 * 3.141592653589793))),
    ), False, False),
    ("softplus", "softplus", softplus, (
        lambda x, out: exp((-softplus((-x)))),
    ), False, False),
    ("mish", "mish", mish, (
        lambda x, out: tanh(softplus(x)) + ((x * sigmoid(x)) * (1.0 - power(tanh(softplus(x)), 2.0))),
    ), False, False),
    ("lt", "<", lt, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), False, False),
    ("le", "<=", le, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), False, False),
    ("gt", ">", gt, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), False, False),
    ("ge", ">=", ge, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), False, False),
    ("eq", "==", eq, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), False, False),
    ("ne", "!=", ne, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), False, False),
    ("bitwise_and", "&", bitwise_and, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), True, False),
    ("bitwise_or", "|", bitwise_or, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), True, False),
    ("bitwise_xor", "^", bitwise_xor, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), True, False),
    ("left_shift", "<<", left_shift, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), True, False),
    ("right_shift", ">>", right_shift, (
        lambda x, y, out: 0.0,
        lambda x, y, out: 0.0,
    ), True, False),
)

FINGERPRINT = "d8de9645dfd4d285"
