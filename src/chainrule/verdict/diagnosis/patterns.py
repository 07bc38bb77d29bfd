"""The patterns that can be computed in another way, and that way."""

from __future__ import annotations

from collections.abc import Iterator

from .algebra import Algebra
from .code import fill
from .linear import Linear
from .logarithms import LOGARITHMS, logarithm
from .products import product, quotient_of_exponentials
from .rewriting import Rewriting

SMOOTHING, SLACK = "1e-12", 1e-6
"""What is added to a sum of squares, and how much that changes the root at most."""
AT_ZERO = (
    "the root of a sum of squares has no slope where all squares are 0; adding 1e-12 under the "
    "root makes the slope 0 and changes the root by at most 1e-6"
)
ROUNDING = 1e-14
"""How far a difference of numbers near 1 may be from the correct result."""


def rewritings(algebra: Algebra, index: int) -> Iterator[Rewriting]:
    """Other code for a node, the best first."""
    op, text = algebra.op(index), algebra.writer.text
    operands = algebra.operands(index)
    if op in LOGARITHMS:
        yield from logarithm(algebra, index)
    if op in ("mul", "div", "pow", "sqrt", "abs"):
        yield from quotient_of_exponentials(algebra, index)
        yield from product(algebra, index)
    if op in ("sqrt", "pow", "hypot"):
        yield from _norm(algebra, index)
    if op in ("add", "sub", "neg"):
        yield from _difference(algebra, index)
    if op == "exp":
        yield from _power(algebra, index)
    if op == "atan" and algebra.op(operands[0]) == "div":
        y, x = algebra.operands(operands[0])
        words = f"atan2 takes both numbers instead of their quotient, so {text(x)} may be 0"
        yield Rewriting(words, fill("atan2(y, x)", y=text(y), x=text(x)))
    if op == "atanh" and algebra.op(operands[0]) == "tanh":
        yield Rewriting("atanh undoes tanh", text(algebra.operands(operands[0])[0]))


def _power(algebra: Algebra, index: int) -> Iterator[Rewriting]:
    """A power that was written as exp(y * log(x))."""
    exponent = algebra.operands(index)[0]
    if algebra.op(exponent) == "log":
        yield Rewriting("exp undoes log", algebra.writer.text(algebra.operands(exponent)[0]))
    if algebra.op(exponent) == "mul":
        for one, other in (algebra.operands(exponent), algebra.operands(exponent)[::-1]):
            if algebra.op(other) == "log":
                x, y = algebra.operands(other)[0], one
                parts = {"x": algebra.writer.text(x), "y": algebra.writer.text(y)}
                yield Rewriting("exp(y * log(x)) is a power", fill("x ** y", **parts))


# ---- roots and differences -----------------------------------------------------------------------


def _norm(algebra: Algebra, index: int) -> Iterator[Rewriting]:
    """The root of a sum of squares."""
    text, operands = algebra.writer.text, algebra.operands(index)
    inside = "x * x + y * y"
    if algebra.op(index) == "hypot":
        inside = fill(inside, x=text(operands[0]), y=text(operands[1]))
    else:
        k = algebra.constant(operands[1]) if algebra.op(index) == "pow" else 0.5
        nodes = algebra.squares(operands[0])
        if k not in (0.5, -0.5) or not nodes:
            return
        if k < 0:
            yield Rewriting(AT_ZERO, fill(f"1 / sqrt(x + {SMOOTHING})", x=text(operands[0])), SLACK)
            return
        terms = algebra.terms(operands[0])
        if len(nodes) > 1 and len(terms) == len(nodes):
            code = text(nodes[0])
            for node in nodes[1:]:
                code = fill("hypot(x, y)", x=code, y=text(node))
            yield Rewriting("hypot doesn't compute the squares, so it doesn't overflow", code)
        inside = text(operands[0])
    yield Rewriting(AT_ZERO, fill(f"sqrt(x + {SMOOTHING})", x=inside), SLACK)


def _difference(algebra: Algebra, index: int) -> Iterator[Rewriting]:
    """Differences that lose everything to rounding: 1 - sigmoid(x), exp(x) - 1."""
    one, others = algebra.one_and_rest(index)
    if abs(one) != 1 or len(others) != 1:
        return
    (sign, at), code = others[0], ""
    x = algebra.linear(algebra.operands(at)[0]) if algebra.operands(at) else Linear()
    exponent, square = algebra.exponent(at), algebra.squares(at)
    if one > 0 > sign and (inside := algebra.sigmoid(at)):
        code = fill("sigmoid(x)", x=inside.times(-1).code())
    elif one > 0 and algebra.op(at) == "tanh":
        code = fill("2 * sigmoid(x)", x=x.times(2 * sign).code())
    elif one > 0 > sign and len(square) == 1 and algebra.op(square[0]) == "tanh":
        x = algebra.linear(algebra.operands(square[0])[0]).times(2)
        code = fill("4 * sigmoid(x) * sigmoid(y)", x=x.code(), y=x.times(-1).code())
    elif one > 0 > sign and algebra.op(at) == "cos":
        code = fill("2 * sin(x) ** 2", x=x.times(0.5).code())
    elif exponent is not None and not exponent.is_constant and sign == -one:
        code = fill("-expm1(x)" if sign < 0 else "expm1(x)", x=exponent.code())
    if code:
        yield Rewriting(
            "this gives the same number, and rounding doesn't make it 0", code, ROUNDING
        )
