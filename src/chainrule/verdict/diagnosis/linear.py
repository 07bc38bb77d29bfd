"""Sums of pieces of code times numbers, such as exponents and logarithms of products."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .code import fill, literal


class Linear:
    """A sum of pieces of code times numbers, plus a number.

    Example:
        >>> (Linear.of("a") + Linear.of("b").times(-2)).code()
        'a - 2 * b'
    """

    def __init__(self, terms: Mapping[str, float] | None = None, constant: float = 0.0) -> None:
        self.terms = {code: factor for code, factor in (terms or {}).items() if factor}
        self.constant = constant

    @classmethod
    def of(cls, code: str) -> Linear:
        """One piece of code, once."""
        return cls({code: 1.0})

    def __add__(self, other: Linear) -> Linear:
        terms = dict(self.terms)
        for code, factor in other.terms.items():
            terms[code] = terms.get(code, 0.0) + factor
        return Linear(terms, self.constant + other.constant)

    def times(self, factor: float) -> Linear:
        """The sum times a number."""
        terms = {code: x * factor for code, x in self.terms.items()}
        return Linear(terms, self.constant * factor)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Linear):
            return NotImplemented
        return (self.terms, self.constant) == (other.terms, other.constant)

    __hash__ = None  # type: ignore[assignment]  # it is compared by what it holds

    @property
    def is_constant(self) -> bool:
        """Whether it is only a number."""
        return not self.terms

    def code(self) -> str:
        """The sum as code, beginning with a term that is added if there is one."""
        ordered = sorted(self.terms.items(), key=lambda term: term[1] < 0)
        text = ""
        for code, factor in ordered:
            size = abs(factor)
            term = code if size == 1 else fill("k * x", k=literal(size), x=code)
            if factor < 0 and size != 1 and not text:
                text = fill("k * x", k=literal(factor), x=code)
            elif text:
                text = fill("x - y" if factor < 0 else "x + y", x=text, y=term)
            else:
                text = fill("-x", x=term) if factor < 0 else term
        number = _logarithm(abs(self.constant))
        if not text:
            return fill("-x", x=number) if self.constant < 0 else number
        if self.constant:
            text = fill("x - y" if self.constant < 0 else "x + y", x=text, y=number)
        return text


def _logarithm(x: float) -> str:
    """A number as code: log(2) rather than 0.6931471805599453."""
    power = math.exp(min(x, 20.0))
    is_logarithm = x % 1 and round(power) > 1 and math.isclose(power, round(power), rel_tol=1e-14)
    return f"log({round(power)})" if is_logarithm else literal(x)


def shared(sums: list[Linear]) -> Linear:
    """The terms that all sums have with the same factor, such as the m of a - m and b - m.

    A sum that is 0 may be m - m.
    """
    first, *others = [x for x in sums if x != Linear()] or [Linear()]
    return Linear(
        {
            code: factor
            for code, factor in first.terms.items()
            if others and all(other.terms.get(code) == factor for other in others)
        }
    )
