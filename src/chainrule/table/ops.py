"""The table of derivatives: one row for each operation, like the page at the back of a calculus
book.

Everything that depends on the operation is derived from its row: the rules of both engines, the
methods and functions, error messages, LaTeX, tests and the table in the documentation. To add an
operation, add a row and run `make rules`.

In a formula `x`, `y` and `z` are the operands in order, and `out` is the result. `formula.py`
defines what else a formula may contain; the functions are the names of the rows. At a singular
point a partial follows IEEE 754 (1 / 0 is inf) unless the formula gives another value; then a kink
names the convention. In sentences, formulas are in backquotes.

Sources: Abramowitz & Stegun, Handbook of Mathematical Functions, chapters 4, 6 and 7; kinks
    as in PyTorch 2.13.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

from ..errors import FormulaError
from .formula import Formula, parse

OPERANDS = ("x", "y", "z")


@dataclass(frozen=True)
class Kink:
    """A point where an operation has no derivative, and the value it has there by convention.

    Attributes:
        at: The operands.
        partials: The values of the row's partials there.
        why: The convention and its source.
    """

    at: tuple[float, ...]
    partials: tuple[float, ...]
    why: str


@dataclass(frozen=True)
class Rewrite:
    """A cheaper formula with the same result, which a recorded program uses instead.

    Attributes:
        operand: The operand that decides.
        match: The constant that it must be, or the operation that must have computed it; then the
            operand of that operation replaces it.
        to: The formula, in the operands.
    """

    operand: str
    match: float | str
    to: str


@dataclass(frozen=True)
class Op:
    """One row.

    Attributes:
        name: The function `chainrule.<name>`, and for rows without an operator the method of Value.
        formula: The result, in the operands.
        partials: The local derivative with respect to each operand, in the operands and `out`.
        symbol: The text in the operation's circle.
        latex: The operation in LaTeX, with {x}, {y}, {z} for the operands.
        why: One sentence that explains the partials, or one for each operand.
        domain: The condition under which the result is a real number; empty if it always is.
        pole: The condition that Python calls a division by zero.
        remedy: What to do about an operand outside the domain.
        overflows: Whether an infinite result of finite operands is an error, as in Python.
        dunder: The Python operator, such as "add" for `__add__`.
        keeps_int: Whether ints give an int.
        numpy: NumPy's name if it differs; a method of that name makes object arrays work.
        ufuncs: Further names of ufuncs, in NumPy and in scipy.special, that compute the same.
        aliases: Further names of the method.
        defaults: The values of the trailing operands that may be omitted.
        keywords: Further names of the trailing operands, as other engines call them.
        probes: Operands for tests, inside the domain and away from kinks.
        kinks: Points without a derivative.
        is_piecewise_linear: Whether its local derivatives are constant beside its kinks.
        saturation: What to do where its local derivatives vanish; empty where a 0 is meant.
        is_gate: Whether a partial of 0 stops the gradient, even an infinite one.
        eager: Whether Values record it. Only programs record the comparisons, which give a plain
            bool on Values, and the operations on bits.
        is_condition: Whether the result is a condition, 1 or 0.
        commutes: Whether the operands may be swapped.
        rewrites: Cheaper formulas; a program uses the first that applies.
    """

    name: str
    formula: str
    partials: tuple[str, ...]
    symbol: str
    latex: str
    why: str | tuple[str, ...]
    domain: str = ""
    pole: str = ""
    remedy: str = ""
    overflows: bool = False
    dunder: str = ""
    keeps_int: bool = False
    numpy: str = ""
    ufuncs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    defaults: tuple[float, ...] = ()
    keywords: tuple[tuple[str, ...], ...] = ()
    probes: tuple[tuple[float, ...], ...] = ()
    kinks: tuple[Kink, ...] = ()
    is_piecewise_linear: bool = False
    saturation: str = (
        "keep its input closer to 0, for example by smaller weights or a normalised input"
    )
    is_gate: bool = False
    eager: bool = True
    is_condition: bool = False
    commutes: bool = False
    rewrites: tuple[Rewrite, ...] = ()

    @property
    def arity(self) -> int:
        """How many operands it has."""
        return len(self.partials)

    @property
    def operands(self) -> tuple[str, ...]:
        """The names of its operands, `("x", "y")`."""
        return OPERANDS[: self.arity]

    @property
    def ufunc_names(self) -> tuple[str, ...]:
        """The names that ufuncs which compute the same can have, in NumPy and in scipy.special.

        Not each of them is one: `numpy.min` is a function, and `relu` is neither's.
        """
        return (self.numpy or self.name, *self.ufuncs)

    @property
    def method_aliases(self) -> tuple[str, ...]:
        """Further names of the method, NumPy's among them."""
        return (self.numpy, *self.aliases) if self.numpy and not self.dunder else self.aliases

    @property
    def known_as(self) -> dict[str, tuple[str, ...]]:
        """The further names of each operand that has any."""
        return dict(zip(self.operands[self.arity - len(self.keywords) :], self.keywords))

    @property
    def optional(self) -> dict[str, float]:
        """The value of each operand that may be left out."""
        return dict(zip(self.operands[self.arity - len(self.defaults) :], self.defaults))

    @property
    def is_flat(self) -> bool:
        """Whether it is flat everywhere, except for jumps."""
        return all(partial == "0" for partial in self.partials)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentence that explains each partial."""
        return (self.why,) * self.arity if isinstance(self.why, str) else self.why

    def reason(self, position: int) -> list[str | Formula]:
        """The reason for one partial, as words and formulas in turn.

        Text in backquotes is a formula, and so is the name of an operand.
        """
        names = (*self.operands, "out")
        pieces: list[str | Formula] = []
        for piece in re.split(r"(`[^`]+`|\b(?:x|y|z)\b)", self.reasons[position]):
            is_formula = piece.startswith("`") or piece in self.operands
            try:
                pieces.append(parse(piece.strip("`"), names, TABLE) if is_formula else piece)
            except FormulaError:  # in a sentence of a user's operation
                pieces.append(piece)
        return pieces

    @property
    def written(self) -> str:
        """The operation with its operands, `x * y` or `tanh(x)`."""
        return self.formula if self.dunder else f"{self.name}({', '.join(self.operands)})"

    @property
    def is_primitive(self) -> bool:
        """Whether the formula is the operation itself, such as "tanh(x)" for tanh."""
        return self.formula == f"{self.name}({', '.join(self.operands)})"

    def read(self, text: str) -> Formula:
        """Parse a formula of this row; a partial may contain `out`."""
        names = (*self.operands, "out") if text in self.partials else self.operands
        return parse(text, names, TABLE, f"operation {self.name!r}")


_UNARY = ((0.3,), (-1.7,), (2.5,))
_POSITIVE = ((0.3,), (1.0,), (4.5,))
_INSIDE = ((0.3,), (-0.7,), (0.9,))
_FINITE = "-inf < x < inf"
_KEEP_FINITE = "keep x finite; diagnose finds the node where it became infinite"
_PAIRS = ((1.5, -2.25), (-3.0, 0.5), (0.7, 4.0))
_GAMMA = ((0.3,), (-1.7,), (2.5,), (12.5,))
_GAMMA_PAIRS = ((1.5, 2.25), (0.3, 4.0), (12.0, 0.5))
_OFF_POLES = "x > 0 or x != floor(x)"
_LEAVE_POLES = "keep x positive, or away from 0 and the negative whole numbers"
_FLAT = "it is flat by nature: leave it out of what is to be trained"
_WHOLE = ((12.0, 10.0), (-7.0, 5.0), (6.0, -3.0))
_BITS = "the bits of whole numbers change in jumps, so there is no slope"
_EXACT = "abs(x) < 2**53 and abs(y) < 2**53"
_KEEP_EXACT = "keep whole numbers within 2**53, where a float holds them exactly"
_ZERO_AT_JUMPS = "PyTorch: 0 at the jumps, as between them"

_ROWS = (
    # -- arithmetic --------------------------------------------------------------------------------
    Op(
        "add", "x + y", ("1", "1"), "+", "{x} + {y}",
        "a sum passes the gradient on unchanged",
        dunder="add", keeps_int=True, probes=_PAIRS,
        commutes=True, rewrites=(Rewrite("y", "neg", "x - y"), Rewrite("x", "neg", "y - x")),
        saturation="",
    ),
    Op(
        "sub", "x - y", ("1", "-1"), "−", "{x} - {y}",
        (
            "the first operand of a difference gets the gradient unchanged",
            "the subtracted operand gets the gradient with its sign flipped",
        ),
        dunder="sub", numpy="subtract", keeps_int=True, probes=_PAIRS,
        rewrites=(Rewrite("y", 0, "x"), Rewrite("y", "neg", "x + y")),
        saturation="",
    ),
    Op(
        "mul", "x * y", ("y", "x"), "×", r"{x} \cdot {y}",
        "the derivative of a product with respect to one factor is the other factor",
        dunder="mul", numpy="multiply", keeps_int=True, probes=_PAIRS,
        commutes=True,
        rewrites=(
            Rewrite("x", 1, "y"), Rewrite("y", 1, "x"), Rewrite("x", -1, "-y"), Rewrite("y", -1, "-x"),
            Rewrite("x", "neg", "-(x * y)"), Rewrite("y", "neg", "-(x * y)"),
        ),
        saturation="",
    ),
    Op(
        "div", "x / y", ("1 / y", "-out / y"), "÷", r"\frac{{x}}{{y}}",
        (
            "dividing by y is the same as multiplying by `1 / y`",
            "the slope of `1 / y` is `-1 / y**2`, and x times that is `-out / y`",
        ),
        domain="y != 0", pole="y == 0", remedy="keep the divisor away from 0",
        dunder="truediv", numpy="divide", probes=_PAIRS,
        rewrites=(
            Rewrite("y", 1, "x"), Rewrite("y", -1, "-x"),
            Rewrite("x", "neg", "-(x / y)"), Rewrite("y", "neg", "-(x / y)"),
        ),
        saturation="",
    ),
    Op(
        "floordiv", "x // y", ("0", "0"), "//", r"\left\lfloor {x} / {y} \right\rfloor",
        "a rounded quotient is constant between its jumps",
        domain="y != 0", pole="y == 0", remedy="keep the divisor away from 0",
        dunder="floordiv", keeps_int=True, numpy="floor_divide", probes=((7.5, 2.0), (-3.2, 1.5), (5.5, -2.0)),
        kinks=(Kink((4.0, 2.0), (0.0, 0.0), _ZERO_AT_JUMPS),),
        saturation=_FLAT,
    ),
    Op(
        "mod", "x % y", ("1", "-(x // y)"), "mod", r"{x} \bmod {y}",
        (
            "the remainder changes by as much as x does",
            "the remainder is `x - y * (x // y)`, and the rounded quotient is constant between its jumps",
        ),
        domain="y != 0", pole="y == 0", remedy="keep the divisor away from 0",
        dunder="mod", numpy="remainder", keeps_int=True, probes=((7.5, 2.0), (-3.2, 1.5), (5.5, -2.0)),
        kinks=(Kink((4.0, 2.0), (1.0, -2.0), "PyTorch's remainder: 1 and -(x // y) at the jump too"),),
    ),
    Op(
        "fmod", "fmod(x, y)", ("1", "-sign(x) * sign(y) * (abs(x) // abs(y))"), "fmod",
        r"\operatorname{fmod}\left({x}, {y}\right)",
        (
            "the remainder changes by as much as x does",
            "the remainder is `x - y * trunc(x / y)`, and the rounded quotient is constant between its jumps",
        ),
        domain="y != 0 and -inf < x < inf", remedy="keep the divisor away from 0, and x finite",
        probes=((7.5, 2.0), (-3.2, 1.5), (5.5, -2.0)),
        kinks=(Kink((4.0, 2.0), (1.0, -2.0), "PyTorch's fmod: 1 and -trunc(x / y) at the jump too"),),
    ),
    Op(
        "pow", "x ** y", ("0 if y == 0 and x == 0 else y * x ** (y - 1)", "0 if x == 0 and y >= 0 else out * log(x)"),
        "**", "{x}^{{y}}",
        (
            "the power rule multiplies by the exponent and lowers it by one",
            "the derivative of an exponential is the exponential times the logarithm of its base",
        ),
        domain="x >= 0 or y == floor(y) or x == -inf", pole="x == 0 and y < 0",
        remedy="keep the base positive, or away from 0 if the exponent is an integer, and both moderate in size", overflows=True,
        dunder="pow", numpy="power", ufuncs=("float_power",), keeps_int=True, probes=((1.5, 2.0), (2.0, -1.5), (0.4, 3.0)),
        kinks=(
            Kink((0.0, 0.0), (0.0, 0.0), "PyTorch: 0 ** 0 is 1, and both derivatives are 0"),
            Kink((0.0, 2.0), (0.0, 0.0), "PyTorch: 0 with respect to the exponent, not 0 * log(0)"),
        ),
        rewrites=(
            Rewrite("y", 0, "1"), Rewrite("y", 1, "x"), Rewrite("y", 2, "x * x"), Rewrite("y", 3, "x * x * x"),
            Rewrite("y", 4, "(x * x) * (x * x)"), Rewrite("y", -1, "1 / x"), Rewrite("y", -2, "1 / x / x"),
        ),
        saturation="",
    ),
    Op(
        "neg", "-x", ("-1",), "−", "-{x}",
        "a minus sign flips the sign of the gradient",
        dunder="neg", numpy="negative", keeps_int=True, probes=_UNARY,
        rewrites=(Rewrite("x", "neg", "x"),),
        saturation="",
    ),
    Op(
        "abs", "abs(x)", ("sign(x)",), "abs", r"\left|{x}\right|",
        "the slope of `abs(x)` is the sign of x",
        dunder="abs", keeps_int=True, numpy="absolute", ufuncs=("fabs",), probes=_UNARY,
        kinks=(Kink((0.0,), (0.0,), "PyTorch: sign(0) = 0"),),
        is_piecewise_linear=True,
        saturation="",
    ),
    # -- exponentials and logarithms ---------------------------------------------------------------
    Op(
        "exp", "exp(x)", ("out",), "exp", "e^{{x}}",
        "exp is its own derivative",
        remedy="keep x below 709", overflows=True,
        probes=_UNARY,
        saturation="its input is so far below 0 that the result is practically 0: work with the input, its logarithm",
    ),
    Op(
        "exp2", "2 ** x", ("out * log(2)",), "exp2", "2^{{x}}",
        "`2**x` is `exp(x * log(2))`, and exp is its own derivative",
        remedy="keep x below 1024", overflows=True, probes=_UNARY,
        saturation="its input is so far below 0 that the result is practically 0: work with the input, its logarithm",
    ),
    Op(
        "expm1", "expm1(x)", ("exp(x)",), "expm1", "e^{{x}} - 1",
        "the slope of `exp(x) - 1` is that of `exp(x)`, since the 1 is constant",
        remedy="keep x below 709", overflows=True, probes=((0.3,), (-1.7,), (2.5,), (1e-9,)),
    ),
    Op(
        "log", "log(x)", ("1 / x",), "log", r"\ln\left({x}\right)",
        "the derivative of the natural logarithm is one over its operand",
        domain="x > 0", remedy="keep x positive", probes=_POSITIVE,
    ),
    Op(
        "log2", "log2(x)", ("1 / (x * log(2))",), "log2", r"\log_2\left({x}\right)",
        "`log2(x)` is `log(x) / log(2)`, and the slope of `log(x)` is `1 / x`",
        domain="x > 0", remedy="keep x positive", probes=_POSITIVE,
    ),
    Op(
        "log10", "log10(x)", ("1 / (x * log(10))",), "log10", r"\log_{10}\left({x}\right)",
        "`log10(x)` is `log(x) / log(10)`, and the slope of `log(x)` is `1 / x`",
        domain="x > 0", remedy="keep x positive", probes=_POSITIVE,
    ),
    Op(
        "log1p", "log1p(x)", ("1 / (1 + x)",), "log1p", r"\ln\left(1 + {x}\right)",
        "the slope of `log(1 + x)` is `1 / (1 + x)`",
        domain="x > -1", remedy="keep x above -1", probes=((0.3,), (-0.7,), (2.5,), (1e-9,)),
    ),
    Op(
        "logaddexp", "x + log(2) if x == y else max(x, y) + log1p(exp(-abs(x - y)))",
        ("exp(-softplus(y - x))", "exp(-softplus(x - y))"), "logaddexp", r"\ln\left(e^{{x}} + e^{{y}}\right)",
        (
            "the share of `exp(x)` in `exp(x) + exp(y)` is the sigmoid of `x - y`, which is `exp(-softplus(y - x))`",
            "the share of `exp(y)` in `exp(x) + exp(y)` is the sigmoid of `y - x`, which is `exp(-softplus(x - y))`",
        ),
        probes=_PAIRS, commutes=True,
    ),
    Op(
        "logaddexp2", "x + 1 if x == y else max(x, y) + log1p(2 ** -abs(x - y)) / log(2)",
        ("exp(-softplus((y - x) * log(2)))", "exp(-softplus((x - y) * log(2)))"), "logaddexp2",
        r"\log_2\left(2^{{x}} + 2^{{y}}\right)",
        (
            "`2**x` is `exp(x * log(2))`, and its share in `2**x + 2**y` is a sigmoid",
            "`2**y` is `exp(y * log(2))`, and its share in `2**x + 2**y` is a sigmoid",
        ),
        probes=_PAIRS, commutes=True,
    ),
    Op(
        "xlogy", "0 if x == 0 and y == y else x * log(y)", ("log(y)", "x / y"), "xlogy",
        r"{x} \cdot \ln\left({y}\right)",
        (
            "x is multiplied by `log(y)`",
            "the slope of `log(y)` is `1 / y`, and it is multiplied by x",
        ),
        domain="y > 0 or x == 0", remedy="keep y positive",
        probes=((1.5, 2.25), (-3.0, 0.5), (0.7, 4.0)),
    ),
    Op(
        "xlog1py", "0 if x == 0 and y == y else x * log1p(y)", ("log1p(y)", "x / (1 + y)"), "xlog1py",
        r"{x} \cdot \ln\left(1 + {y}\right)",
        (
            "x is multiplied by `log(1 + y)`",
            "the slope of `log(1 + y)` is `1 / (1 + y)`, and it is multiplied by x",
        ),
        domain="y > -1 or x == 0", remedy="keep y above -1", probes=((1.5, 2.25), (-3.0, -0.5), (0.7, 1e-9)),
    ),
    # -- roots -------------------------------------------------------------------------------------
    Op(
        "sqrt", "sqrt(x)", ("1 / (2 * out)",), "√", r"\sqrt{{x}}",
        "the derivative of a square root is one over twice the root",
        domain="x >= 0", remedy="keep x at 0 or above", probes=_POSITIVE,
        kinks=(Kink((0.0,), (inf,), "PyTorch and IEEE 754: the slope is infinite"),),
    ),
    Op(
        "cbrt", "cbrt(x)", ("1 / (3 * out * out)",), "∛", r"\sqrt[3]{{x}}",
        "the derivative of a cube root is one over three times the square of the root",
        probes=_UNARY,
        kinks=(Kink((0.0,), (inf,), "IEEE 754: the slope is infinite"),),
    ),
    Op(
        "hypot", "hypot(x, y)", ("x / out", "y / out"), "hypot", r"\sqrt{{x}^2 + {y}^2}",
        (
            "the slope of a square root is one over twice the root, and the slope of `x**2` is `2 * x`",
            "the slope of a square root is one over twice the root, and the slope of `y**2` is `2 * y`",
        ),
        probes=_PAIRS,
        kinks=(Kink((0.0, 0.0), (float("nan"), float("nan")), "PyTorch and IEEE 754: 0 / 0 is nan; the zero vector has no direction"),),
    ),
    # -- circular functions ------------------------------------------------------------------------
    Op(
        "sin", "sin(x)", ("cos(x)",), "sin", r"\sin\left({x}\right)",
        "the slope of the sine is the cosine",
        domain=_FINITE, remedy=_KEEP_FINITE, probes=_UNARY,
        saturation="",
    ),
    Op(
        "cos", "cos(x)", ("-sin(x)",), "cos", r"\cos\left({x}\right)",
        "the slope of the cosine is minus the sine",
        domain=_FINITE, remedy=_KEEP_FINITE, probes=_UNARY,
        saturation="",
    ),
    Op(
        "tan", "tan(x)", ("1 + out * out",), "tan", r"\tan\left({x}\right)",
        "the slope of tan is `1 + tan(x)**2`, and `tan(x)` is `out`",
        domain=_FINITE, remedy=_KEEP_FINITE, probes=((0.3,), (-1.2,), (2.5,)),
    ),
    Op(
        "asin", "asin(x)", ("1 / sqrt(1 - x * x)",), "asin", r"\arcsin\left({x}\right)",
        "the arcsine undoes the sine, so its slope is `1 / cos(out)`, and `cos(out)` is `sqrt(1 - x**2)`",
        domain="-1 <= x <= 1", remedy="keep x between -1 and 1", numpy="arcsin", probes=_INSIDE,
        kinks=(Kink((1.0,), (inf,), "PyTorch and IEEE 754: the slope is infinite"),),
    ),
    Op(
        "acos", "acos(x)", ("-1 / sqrt(1 - x * x)",), "acos", r"\arccos\left({x}\right)",
        "the arccosine is `pi / 2 - asin(x)`, so its slope is minus that of the arcsine",
        domain="-1 <= x <= 1", remedy="keep x between -1 and 1", numpy="arccos", probes=_INSIDE,
        kinks=(Kink((1.0,), (-inf,), "PyTorch and IEEE 754: the slope is infinite"),),
    ),
    Op(
        "atan", "atan(x)", ("1 / (1 + x * x)",), "atan", r"\arctan\left({x}\right)",
        "the arctangent undoes tan, so its slope is `1 / (1 + tan(out)**2)`, and `tan(out)` is x",
        numpy="arctan", probes=_UNARY,
    ),
    Op(
        "atan2", "atan2(x, y)", ("y / hypot(x, y) / hypot(x, y)", "-x / hypot(x, y) / hypot(x, y)"), "atan2",
        r"\operatorname{atan2}\left({x}, {y}\right)",
        (
            "up to a constant, the angle is `atan(x / y)`, whose slope with respect to x is `y / (x**2 + y**2)`",
            "up to a constant, the angle is `atan(x / y)`, whose slope with respect to y is `-x / (x**2 + y**2)`",
        ),
        numpy="arctan2", probes=_PAIRS,
    ),
    Op(
        "deg2rad", "x * (pi / 180)", ("pi / 180",), "rad", r"{x} \cdot \frac{\pi}{180}",
        "a degree is `pi / 180` radians",
        ufuncs=("radians",), probes=_UNARY, saturation="",
    ),
    Op(
        "rad2deg", "x * (180 / pi)", ("180 / pi",), "deg", r"{x} \cdot \frac{180}{\pi}",
        "a radian is `180 / pi` degrees",
        ufuncs=("degrees",), probes=_UNARY, saturation="",
    ),
    Op(
        "sinc", "sinc(x)", ("sinc_derivative(1, x)",), "sinc", r"\operatorname{sinc}\left({x}\right)",
        "sinc is `sin(pi * x) / (pi * x)`, and its slope is its first derivative",
        domain=_FINITE, remedy=_KEEP_FINITE, probes=(*_UNARY, (1e-9,)),
        saturation="",
    ),
    Op(
        "sinc_derivative", "sinc_derivative(x, y)", ("0", "sinc_derivative(x + 1, y)"), "sinc⁽ⁿ⁾",
        r"\operatorname{sinc}^{({x})}\left({y}\right)",
        (
            "the order of a derivative is a whole number, which can't change a little",
            "the slope of a derivative of sinc is the next derivative",
        ),
        domain="0 <= x <= 170 and x == floor(x) and -inf < y < inf",
        remedy="the order x must be a whole number up to 170, and y finite",
        probes=((1.0, 0.3), (2.0, -1.7), (3.0, 2.5)),
        saturation="",
    ),
    # -- hyperbolic functions ----------------------------------------------------------------------
    Op(
        "sinh", "sinh(x)", ("cosh(x)",), "sinh", r"\sinh\left({x}\right)",
        "the slope of sinh is cosh",
        remedy="keep x between -710 and 710", overflows=True, probes=_UNARY,
    ),
    Op(
        "cosh", "cosh(x)", ("sinh(x)",), "cosh", r"\cosh\left({x}\right)",
        "the slope of cosh is sinh",
        remedy="keep x between -710 and 710", overflows=True, probes=_UNARY,
        saturation="",
    ),
    Op(
        "tanh", "tanh(x)", ("1 - out * out",), "tanh", r"\tanh\left({x}\right)",
        "the slope of tanh is `1 - tanh(x)**2`, and `tanh(x)` is `out`",
        probes=_UNARY,
    ),
    Op(
        "asinh", "asinh(x)", ("1 / hypot(x, 1)",), "asinh", r"\operatorname{arsinh}\left({x}\right)",
        "the slope of arsinh is `1 / sqrt(x**2 + 1)`",
        numpy="arcsinh", probes=_UNARY,
    ),
    Op(
        "acosh", "acosh(x)", ("1 / (sqrt(x - 1) * sqrt(x + 1))",), "acosh", r"\operatorname{arcosh}\left({x}\right)",
        "the slope of arcosh is `1 / sqrt(x**2 - 1)`",
        domain="x >= 1", remedy="keep x at 1 or above", numpy="arccosh", probes=((1.3,), (2.5,), (7.0,)),
        kinks=(Kink((1.0,), (inf,), "PyTorch and IEEE 754: the slope is infinite"),),
    ),
    Op(
        "atanh", "atanh(x)", ("1 / ((1 - x) * (1 + x))",), "atanh", r"\operatorname{artanh}\left({x}\right)",
        "the slope of artanh is `1 / (1 - x**2)`",
        domain="-1 < x < 1", remedy="keep x between -1 and 1", numpy="arctanh", probes=_INSIDE,
    ),
    Op(
        "erf", "erf(x)", ("2 / sqrt(pi) * exp(-x * x)",), "erf", r"\operatorname{erf}\left({x}\right)",
        "the error function is the area under this bell curve, so the curve is its slope",
        probes=_UNARY,
    ),
    Op(
        "erfc", "erfc(x)", ("-2 / sqrt(pi) * exp(-x * x)",), "erfc", r"\operatorname{erfc}\left({x}\right)",
        "`erfc(x)` is `1 - erf(x)`, so its slope is minus the bell curve",
        probes=_UNARY,
    ),
    Op(
        "erfinv", "erfinv(x)", ("sqrt(pi) / 2 * exp(out * out)",), "erfinv",
        r"\operatorname{erf}^{-1}\left({x}\right)",
        "it undoes erf, so its slope is one over that of erf, `2 / sqrt(pi) * exp(-out * out)`",
        domain="-1 < x < 1", remedy="keep x between -1 and 1", probes=_INSIDE,
    ),
    # -- the gamma function ------------------------------------------------------------------------
    Op(
        "gamma", "gamma(x)", ("out * digamma(x)",), "Γ", r"\Gamma\left({x}\right)",
        "digamma is the slope of the logarithm of gamma, so that of gamma is gamma times digamma",
        domain=_OFF_POLES, remedy=_LEAVE_POLES, overflows=True, probes=_GAMMA,
    ),
    Op(
        "lgamma", "lgamma(x)", ("digamma(x)",), "lgamma", r"\ln \left|\Gamma\left({x}\right)\right|",
        "digamma is by definition the slope of the logarithm of gamma",
        domain=_OFF_POLES, remedy=_LEAVE_POLES, ufuncs=("gammaln",), probes=_GAMMA,
    ),
    Op(
        "digamma", "digamma(x)", ("polygamma(1, x)",), "ψ", r"\psi\left({x}\right)",
        "polygamma of order 1 is by definition the slope of digamma",
        domain=_OFF_POLES, remedy=_LEAVE_POLES, ufuncs=("psi",), probes=_GAMMA,
    ),
    Op(
        "polygamma", "polygamma(x, y)", ("0", "polygamma(x + 1, y)"), "ψ⁽ⁿ⁾",
        r"\psi^{({x})}\left({y}\right)",
        (
            "the order of a derivative is a whole number, which can't change a little",
            "the slope of a derivative of digamma is the next derivative",
        ),
        domain="0 <= x <= 170 and x == floor(x) and (y > 0 or y != floor(y))",
        remedy="the order x must be a whole number up to 170, and y not 0 or a negative whole number",
        probes=((1.0, 0.3), (2.0, -1.7), (3.0, 2.5)),
    ),
    Op(
        "betaln", "betaln(x, y)", ("digamma(x) - digamma(x + y)", "digamma(y) - digamma(x + y)"), "betaln",
        r"\ln \mathrm{B}\left({x}, {y}\right)",
        (
            "it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(x) - digamma(x + y)`",
            "it is `lgamma(x) + lgamma(y) - lgamma(x + y)`, and the slope of lgamma is digamma: `digamma(y) - digamma(x + y)`",
        ),
        domain="x > 0 and y > 0", remedy="keep x and y positive", probes=_GAMMA_PAIRS, commutes=True,
    ),
    Op(
        "beta", "exp(betaln(x, y))",
        ("out * (digamma(x) - digamma(x + y))", "out * (digamma(y) - digamma(x + y))"), "B",
        r"\mathrm{B}\left({x}, {y}\right)",
        (
            "the slope of its logarithm, betaln, with respect to x is `digamma(x) - digamma(x + y)`",
            "the slope of its logarithm, betaln, with respect to y is `digamma(y) - digamma(x + y)`",
        ),
        domain="x > 0 and y > 0", remedy="keep x and y positive", probes=_GAMMA_PAIRS, commutes=True,
    ),
    # -- choices -----------------------------------------------------------------------------------
    Op(
        "min", "x if x < y or x != x else y",
        ("0 if x > y else (0.5 if x == y else 1)", "0 if y > x else (0.5 if x == y else 1)"),
        "min", r"\min\left({x}, {y}\right)",
        "the result is the smaller operand, so only that one gets the gradient",
        is_gate=True, keeps_int=True, numpy="minimum", keywords=(("other",),), probes=_PAIRS,
        kinks=(Kink((2.0, 2.0), (0.5, 0.5), "PyTorch's minimum: in a tie each operand gets half"),),
        is_piecewise_linear=True, saturation="",
    ),
    Op(
        "max", "x if x > y or x != x else y",
        ("0 if x < y else (0.5 if x == y else 1)", "0 if y < x else (0.5 if x == y else 1)"),
        "max", r"\max\left({x}, {y}\right)",
        "the result is the larger operand, so only that one gets the gradient",
        is_gate=True, keeps_int=True, numpy="maximum", keywords=(("other",),), probes=_PAIRS,
        kinks=(Kink((2.0, 2.0), (0.5, 0.5), "PyTorch's maximum: in a tie each operand gets half"),),
        is_piecewise_linear=True, saturation="",
    ),
    Op(
        "fmin", "x if x <= y or y != y else y",
        ("1 if x <= y or y != y else 0", "0 if x <= y or y != y else 1"), "fmin",
        r"\operatorname{fmin}\left({x}, {y}\right)",
        (
            "x gets the gradient if it is the smaller operand, or if y is missing (nan)",
            "y gets the gradient if it is the smaller operand, or if x is missing (nan)",
        ),
        is_gate=True, probes=_PAIRS,
        kinks=(Kink((2.0, 2.0), (1.0, 0.0), "PyTorch's fmin: in a tie the first operand gets it"),),
        is_piecewise_linear=True, saturation="",
    ),
    Op(
        "fmax", "x if x >= y or y != y else y",
        ("1 if x >= y or y != y else 0", "0 if x >= y or y != y else 1"), "fmax",
        r"\operatorname{fmax}\left({x}, {y}\right)",
        (
            "x gets the gradient if it is the larger operand, or if y is missing (nan)",
            "y gets the gradient if it is the larger operand, or if x is missing (nan)",
        ),
        is_gate=True, probes=_PAIRS,
        kinks=(Kink((2.0, 2.0), (1.0, 0.0), "PyTorch's fmax: in a tie the first operand gets it"),),
        is_piecewise_linear=True, saturation="",
    ),
    Op(
        "clip", "min(max(x, y), z)",
        ("1 if y <= x <= z else 0", "1 if x < y <= z else 0", "1 if x > z or y > z else 0"), "clip",
        r"\operatorname{clip}\left({x}, {y}, {z}\right)",
        (
            "x gets the gradient between the bounds",
            "the lower bound y gets the gradient if x is below it",
            "the upper bound z gets the gradient if x is above it",
        ),
        is_gate=True, keeps_int=True, aliases=("clamp",), defaults=(-inf, inf),
        keywords=(("min", "min_val", "a_min", "lo"), ("max", "max_val", "a_max", "hi")),
        probes=((0.5, -1.0, 2.0), (-1.5, -1.0, 2.0), (2.5, -1.0, 2.0)),
        kinks=(Kink((2.0, -1.0, 2.0), (1.0, 0.0, 0.0), "PyTorch's clamp: at a bound x gets it"),),
        is_piecewise_linear=True, saturation="",
    ),
    Op(
        "where", "y if x != 0 else z", ("0", "1 if x != 0 else 0", "0 if x != 0 else 1"), "where",
        r"\begin{cases} {y} & \text{if }{x} \\ {z} & \text{otherwise} \end{cases}",
        (
            "a condition only selects an operand, so it gets no gradient",
            "the gradient goes to the selected operand only",
            "the gradient goes to the selected operand only",
        ),
        is_gate=True, probes=((1.0, 2.5, -0.5), (0.0, 2.5, -0.5)),
        rewrites=(Rewrite("x", 1, "y"), Rewrite("x", 0, "z")),
        saturation="",
    ),
    Op(
        "sign", "1 if x > 0 else (-1 if x < 0 else x)", ("0",), "sign", r"\operatorname{sign}\left({x}\right)",
        "the sign is constant on either side of 0",
        keeps_int=True, probes=_UNARY,
        kinks=(Kink((0.0,), (0.0,), "PyTorch: 0 at the jump"),),
        saturation=_FLAT,
    ),
    Op(
        "floor", "floor(x)", ("0",), "floor", r"\left\lfloor {x} \right\rfloor",
        "a rounded number is constant between its jumps",
        keeps_int=True, probes=_UNARY,
        kinks=(Kink((2.0,), (0.0,), _ZERO_AT_JUMPS),),
        saturation=_FLAT,
    ),
    Op(
        "ceil", "ceil(x)", ("0",), "ceil", r"\left\lceil {x} \right\rceil",
        "a rounded number is constant between its jumps",
        keeps_int=True, probes=_UNARY,
        kinks=(Kink((2.0,), (0.0,), _ZERO_AT_JUMPS),),
        saturation=_FLAT,
    ),
    Op(
        "trunc", "trunc(x)", ("0",), "trunc", r"\operatorname{trunc}\left({x}\right)",
        "a rounded number is constant between its jumps",
        keeps_int=True, probes=_UNARY,
        kinks=(Kink((2.0,), (0.0,), _ZERO_AT_JUMPS),),
        saturation=_FLAT,
    ),
    Op(
        "rint", "rint(x)", ("0",), "rint", r"\operatorname{rint}\left({x}\right)",
        "a rounded number is constant between its jumps",
        keeps_int=True, probes=((0.3,), (-1.7,), (2.2,)),
        kinks=(Kink((2.5,), (0.0,), _ZERO_AT_JUMPS),),
        saturation=_FLAT,
    ),
    Op(
        "copysign", "copysign(x, y)", ("sign(x) * copysign(1, y)", "0"), "copysign",
        r"\operatorname{copysign}\left({x}, {y}\right)",
        (
            "the slope is 1, or −1 if the sign of x is flipped",
            "only the sign of y counts, and it is constant on either side of 0",
        ),
        probes=_PAIRS,
        kinks=(Kink((0.0, 1.0), (0.0, 0.0), "as for abs: sign(0) = 0"),),
        is_piecewise_linear=True, saturation="",
    ),
    Op(
        "heaviside", "x if x != x else (0 if x < 0 else (y if x == 0 else 1))", ("0", "1 if x == 0 else 0"), "H",
        r"H\left({x}; {y}\right)",
        (
            "the step is constant on either side of 0",
            "y is the result at x = 0 only",
        ),
        is_gate=True, probes=((0.3, 0.5), (-1.7, 0.5)),
        kinks=(Kink((0.0, 0.5), (0.0, 1.0), "the result is y there"),),
        saturation=_FLAT,
    ),
    # -- activations -------------------------------------------------------------------------------
    Op(
        "relu", "x if x > 0 or x != x else 0", ("1 if x > 0 else 0",), "ReLU", r"\operatorname{ReLU}\left({x}\right)",
        "positive inputs pass unchanged, and negative ones become 0",
        probes=_UNARY,
        kinks=(Kink((0.0,), (0.0,), "PyTorch: 0 at 0"),),
        is_piecewise_linear=True,
        saturation="its input is negative: raise the bias, take smaller steps, or use leaky_relu",
    ),
    Op(
        "leaky_relu", "x if x > 0 else y * x", ("1 if x > 0 else y", "0 if x > 0 else x"), "leaky",
        r"\operatorname{LeakyReLU}\left({x}; {y}\right)",
        (
            "positive inputs pass unchanged, and negative ones are multiplied by y",
            "y is the factor of negative inputs, and positive ones don't depend on it",
        ),
        defaults=(0.01,), keywords=(("negative_slope", "alpha", "slope"),), probes=((0.3, 0.01), (-1.7, 0.2), (2.5, 0.1)),
        kinks=(Kink((0.0, 0.01), (0.01, 0.0), "PyTorch: at 0, the slope from the left"),),
        is_piecewise_linear=True,
    ),
    Op(
        "elu", "x if x > 0 else y * expm1(x)", ("1 if x > 0 else y * exp(x)", "0 if x > 0 else expm1(x)"), "ELU",
        r"\operatorname{ELU}\left({x}; {y}\right)",
        (
            "positive inputs pass unchanged, and negative ones become `y * (exp(x) - 1)`",
            "y is the factor of `exp(x) - 1` for negative inputs, and positive ones don't depend on it",
        ),
        defaults=(1.0,), keywords=(("alpha",),), probes=((0.3, 1.0), (-1.7, 0.5), (2.5, 2.0)),
        kinks=(Kink((0.0, 0.5), (0.5, 0.0), "PyTorch: at 0, the slope from the left"),),
    ),
    Op(
        "selu", "1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * expm1(x))",
        ("1.0507009873554805 * (1 if x > 0 else 1.6732632423543772 * exp(x))",), "SELU",
        r"\operatorname{SELU}\left({x}\right)",
        "it is elu times a constant, with constants that keep the mean and variance of a layer",
        probes=_UNARY,
        kinks=(Kink((0.0,), (1.0507009873554805 * 1.6732632423543772,), "PyTorch: at 0, the slope from the left"),),
    ),
    Op(
        "sigmoid", "1 / (1 + exp(-x))", ("out * (1 - out)",), "σ", r"\sigma\left({x}\right)",
        "the slope of a sigmoid is its value times one minus its value",
        ufuncs=("expit",),
        probes=_UNARY,
    ),
    Op(
        "silu", "x * sigmoid(x)", ("sigmoid(x) * (1 + x * (1 - sigmoid(x)))",), "SiLU",
        r"\operatorname{SiLU}\left({x}\right)",
        "this is the product rule for `x * sigmoid(x)`",
        aliases=("swish",), probes=_UNARY,
    ),
    Op(
        "gelu", "x * erfc(-x / sqrt(2)) / 2",
        ("erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)",), "GELU",
        r"\operatorname{GELU}\left({x}\right)",
        "this is the product rule for x times the standard normal distribution function, `erfc(-x / sqrt(2)) / 2`",
        probes=_UNARY,
    ),
    Op(
        "softplus", "max(x, 0) + log1p(exp(-abs(x)))", ("exp(-softplus(-x))",), "softplus",
        r"\ln\left(1 + e^{{x}}\right)",
        "the slope of `log(1 + exp(x))` is the sigmoid, which is `exp(-softplus(-x))`",
        probes=_UNARY,
    ),
    Op(
        "mish", "x * tanh(softplus(x))",
        ("tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x)) ** 2)",), "mish",
        r"\operatorname{mish}\left({x}\right)",
        "this is the product rule for `x * tanh(softplus(x))`",
        probes=_UNARY,
    ),
    # -- comparisons: a plain bool on Values, recorded by programs ---------------------------------
    *(
        Op(
            name, f"x {operator} y", ("0", "0"), operator, rf"{{x}} {shown} {{y}}",
            "a comparison is constant between its jumps",
            dunder=name, numpy=numpy, probes=_PAIRS, eager=False, is_condition=True,
            commutes=name in ("eq", "ne"),
        )
        for name, operator, shown, numpy in (
            ("lt", "<", "<", "less"), ("le", "<=", r"\le", "less_equal"),
            ("gt", ">", ">", "greater"), ("ge", ">=", r"\ge", "greater_equal"),
            ("eq", "==", "=", "equal"), ("ne", "!=", r"\ne", "not_equal"),
        )
    ),
    # -- bits: recorded by programs; nan unless both operands are whole numbers within 2**53 --------
    Op(
        "bitwise_and", "bitwise_and(x, y)", ("0", "0"), "&", r"{x} \mathbin{{\&}} {y}", _BITS,
        domain=_EXACT, remedy=_KEEP_EXACT, keeps_int=True, probes=_WHOLE, eager=False, commutes=True, saturation=_FLAT,
    ),
    Op(
        "bitwise_or", "x - bitwise_and(x, y) + y", ("0", "0"), "|", r"{x} \mathbin{{|}} {y}", _BITS,
        domain=_EXACT, remedy=_KEEP_EXACT, keeps_int=True, probes=_WHOLE, eager=False, commutes=True, saturation=_FLAT,
    ),
    Op(
        "bitwise_xor", "x - bitwise_and(x, y) + (y - bitwise_and(x, y))", ("0", "0"), "^", r"{x} \oplus {y}", _BITS,
        domain=_EXACT, remedy=_KEEP_EXACT, keeps_int=True, probes=_WHOLE, eager=False, commutes=True, saturation=_FLAT,
    ),
    Op(
        "left_shift", "bitwise_and(x, -1) * 2 ** bitwise_and(y, -1) if y >= 0 else inf - inf", ("0", "0"),
        "<<", r"{x} \ll {y}", _BITS,
        domain="abs(x) < 2**53 and y >= 0", remedy="shift by 0 or more bits", keeps_int=True, probes=((6.0, 3.0), (-5.0, 1.0), (1.0, 40.0)),
        eager=False, saturation=_FLAT,
    ),
    Op(
        "right_shift", "bitwise_and(x, -1) // 2 ** bitwise_and(y, -1) if y >= 0 else inf - inf", ("0", "0"),
        ">>", r"{x} \gg {y}", _BITS,
        domain="abs(x) < 2**53 and y >= 0", remedy="shift by 0 or more bits", keeps_int=True, probes=((6.0, 1.0), (-5.0, 1.0), (9.0, 60.0)),
        eager=False, saturation=_FLAT,
    ),
)  # fmt: skip

TABLE: dict[str, Op] = {row.name: row for row in _ROWS}
"""Every operation by its name: the rows above, and those that `define` adds."""

BUILT_IN: frozenset[str] = frozenset(TABLE)
"""The names of the rows above."""
