"""Logarithms that don't become log(0) or log(∞), as code."""

from __future__ import annotations

from collections.abc import Iterator

from .algebra import Algebra
from .code import fill
from .linear import Linear
from .rewriting import SAME, Rewriting

LOGARITHMS = {"log": "", "log2": "2", "log10": "10", "log1p": ""}
"""The logarithms, with the base to divide by."""


def logarithm(algebra: Algebra, index: int) -> Iterator[Rewriting]:
    """The logarithm of a sum of exponentials, of a softmax, of a product."""
    op, x = algebra.op(index), algebra.operands(index)[0]
    total = _log1p(algebra, x) if op == "log1p" else algebra.log(x)
    if total is None or total == Linear.of(fill("log(x)", x=algebra.writer.text(x))):
        return
    code = total.code()
    if base := LOGARITHMS[op]:
        code = fill("x / log(b)", x=code, b=base)
    yield Rewriting(_words_for_logarithm(algebra, x, total), code)


def _log1p(algebra: Algebra, index: int) -> Linear | None:
    """The logarithm of 1 plus this node."""
    ((sign, at), *others) = algebra.terms(index) or [(1, index)]
    if others:
        return None
    if sign < 0 and (x := algebra.sigmoid(at)):
        return Linear.of(fill("softplus(x)", x=x.code())).times(-1)
    exponent = algebra.exponent(at)
    if exponent is None:
        return None
    template = "softplus(u)" if sign > 0 else "log(-expm1(u))"
    return Linear.of(fill(template, u=exponent.code()))


def _words_for_logarithm(algebra: Algebra, index: int, total: Linear) -> str:
    codes = " ".join(total.terms)
    powers = algebra.factors(index)[1]
    sums = [power.exponent for power in powers if algebra.exponentials(power.at)]
    if algebra.op(index) == "exp" or (len(sums) == len(powers) == 1 and sums[0] > 0):
        if "softplus" in codes:
            return "log(1 + exp(x)) is softplus(x), which doesn't overflow"
        return "the log of a sum of exponentials is logsumexp, which doesn't overflow"
    if "logsumexp" in codes and sums:
        return (
            "the log of a softmax is one exponent minus the logsumexp of all, which neither "
            "overflows nor takes log(0)"
        )
    if "softplus" in codes:
        inside = "1 minus a sigmoid" if algebra.op(index) in ("add", "sub") else "a sigmoid"
        inside = "1 minus or plus a tanh" if "log(2)" in codes else inside
        return f"write the log of {inside} with softplus, which never takes log(0)"
    if len(powers) > 1:
        return "the log of a product is a sum of logs, so no product overflows or rounds to 0"
    return SAME
