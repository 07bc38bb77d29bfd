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
    cos,
    cosh,
    divide,
    erf,
    erfc,
    exp,
    expm1,
    floor,
    hypot,
    log,
    log10,
    log1p,
    log2,
    modulo,
    power,
    quotient,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

# The number of each row: its index in RULES.
ADD = 2
SUB = 3
MUL = 4
DIV = 5
FLOORDIV = 6
MOD = 7
POW = 8
NEG = 9
ABS = 10
EXP = 11
EXPM1 = 12
LOG = 13
LOG2 = 14
LOG10 = 15
LOG1P = 16
SQRT = 17
CBRT = 18
HYPOT = 19
SIN = 20
COS = 21
TAN = 22
ASIN = 23
ACOS = 24
ATAN = 25
ATAN2 = 26
SINH = 27
COSH = 28
TANH = 29
ASINH = 30
ACOSH = 31
ATANH = 32
ERF = 33
ERFC = 34
MIN = 35
MAX = 36
WHERE = 37
SIGN = 38
FLOOR = 39
CEIL = 40
RELU = 41
LEAKY_RELU = 42
ELU = 43
SIGMOID = 44
SILU = 45
GELU = 46
SOFTPLUS = 47
LT = 48
LE = 49
GT = 50
GE = 51
EQ = 52
NE = 53
BITWISE_AND = 54
BITWISE_OR = 55
BITWISE_XOR = 56
LEFT_SHIFT = 57
RIGHT_SHIFT = 58


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


def min(x: float, y: float) -> float:
    return x if ((x < y) or (x != x)) else y


def max(x: float, y: float) -> float:
    return x if ((x > y) or (x != x)) else y


def where(x: float, y: float, z: float) -> float:
    return y if (x != 0.0) else z


def sign(x: float) -> float:
    return 1.0 if (x > 0.0) else ((-1.0) if (x < 0.0) else x)


def relu(x: float) -> float:
    return x if ((x > 0.0) or (x != x)) else 0.0


def leaky_relu(x: float, y: float) -> float:
    return x if (x > 0.0) else (y * x)


def elu(x: float, y: float) -> float:
    return x if (x > 0.0) else (y * expm1(x))


def sigmoid(x: float) -> float:
    return divide(1.0, (1.0 + exp((-x))))


def silu(x: float) -> float:
    return x * sigmoid(x)


def gelu(x: float) -> float:
    return divide((x * erfc(divide((-x), sqrt(2.0)))), 2.0)


def softplus(x: float) -> float:
    return max(x, 0.0) + log1p(exp((-abs(x))))


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
    ("min", "min", min, (
        lambda x, y, out: 1.0 if (x < y) else (0.5 if (x == y) else 0.0),
        lambda x, y, out: 1.0 if (y < x) else (0.5 if (x == y) else 0.0),
    ), True, True),
    ("max", "max", max, (
        lambda x, y, out: 1.0 if (x > y) else (0.5 if (x == y) else 0.0),
        lambda x, y, out: 1.0 if (y > x) else (0.5 if (x == y) else 0.0),
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

FINGERPRINT = "bc17ed71109ea82d"
