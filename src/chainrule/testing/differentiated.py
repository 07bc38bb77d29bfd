"""A function at a point: what it returns, as numbers, and its gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..engine.node import is_value
from ..engine.twin import Value
from ..errors import ChainruleError, ShapeError, WrongType, shorten
from ..programs.transforms import grad
from ..verdict.engines.subject import Subject
from .point import Point, is_own_value

ABOVE = 8.0
"""A gradient from above other than 1, below which a rule that doesn't multiply by it is found."""
OUTSIDE = (ValueError, ArithmeticError)
"""What a function raises where it has no value: outside its domain, or by overflow."""


class Differentiated:
    """A function at a point: its results, as numbers, and its gradients."""

    def __init__(self, f: Callable[..., Any], name: str, point: Point) -> None:
        self.f, self.name, self.point = f, name, point
        self.engine: Subject | None = None
        first = point.elements[0].holder
        if is_own_value(first):
            self.engine = _engine_of(first)
        self.numbers = [
            self.engine.data(x.holder) if self.engine else float(x.holder) for x in point.elements
        ]
        self.wrap: Callable[[float], Any] = self.engine.leaf if self.engine else float
        try:
            self.results = self.at(self.numbers)
        except (AttributeError, TypeError) as error:
            if self.engine or isinstance(error, ChainruleError):
                raise  # else it uses what only Values have, such as x.tanh()
            self.wrap = Value
            self.results = self.at(self.numbers)
        self.seen: dict[tuple[int, float], list[float]] = {}

    def at(self, numbers: Sequence[float]) -> list[float]:
        """The numbers in the result, for these elements."""
        out = self.f(*self.point.rebuild([self.wrap(x) for x in numbers]))
        return [self._number(x) for x in _parts(out)]

    def nudged(self, index: int, x: float) -> list[float]:
        """The results with another number for one element; nan where there are none."""
        if (index, x) not in self.seen:
            try:
                results = self.at([*self.numbers[:index], x, *self.numbers[index + 1 :]])
            except OUTSIDE:
                results = []
            self.seen[index, x] = results
        results = self.seen[index, x]
        return results if len(results) == len(self.results) else [math.nan] * len(self.results)

    def _number(self, x: Any) -> float:
        if self.engine and is_own_value(x):
            return self.engine.data(x)
        data = x.data if is_value(x) else x
        if isinstance(data, (complex, str)) or not hasattr(data, "__float__"):
            raise WrongType(
                f"{self.name} returned {shorten(x)}, but assert_gradients needs real numbers.",
                remedy="return a number, or a list or an array of numbers",
            )
        return float(data)

    def found(self, gradient: Callable[..., Any] | None) -> list[list[float]]:
        """The gradients to check: for each number in the result, those of all elements."""
        if not gradient:
            return self.found_below(1.0)
        if len(self.results) != 1:
            raise WrongType(
                f"{self.name} returns {len(self.results)} numbers, but gradient= is the gradient "
                "of one.",
                remedy="check f and gradient for each of them",
            )
        return [self._row(gradient(*self.point.arguments), "gradient")]

    def found_below(self, above: float) -> list[list[float]]:
        """The gradients where this one comes from above; none where the class can't say."""
        rows = range(len(self.results))
        if self.engine:
            is_able = above == 1.0 or _multiplies(self.engine)
            return [self._by_own_pass(self.engine, row, above) for row in rows if is_able]
        arguments = self.point.rebuild(self.numbers)
        parts = [_Part(self.f, row, above) for row in rows]
        return [self._row(grad(part, self.point.argnums)(*arguments), "grad") for part in parts]

    def _row(self, trees: Any, what: str) -> list[float]:
        """A gradient's numbers, in the order of the elements."""
        count = len(self.point.argnums)
        if count == 1 and not (isinstance(trees, tuple) and what == "grad"):
            trees = (trees,)
        parts = self.point.gradients(trees) if isinstance(trees, tuple) else []
        if len(parts) != len(self.point.elements) or (len(trees) != count):
            raise ShapeError(
                f"{what} returned {shorten(trees)}, which hasn't the structure of the arguments.",
                remedy="return a gradient for each argument that contains floats, as a tuple if "
                "there are several",
            )
        return [float(x) for x in parts]

    def _by_own_pass(self, engine: Subject, row: int, above: float) -> list[float]:
        """The gradients of the leaves after a pass of their own class."""
        leaves = [engine.leaf(x) for x in self.numbers]
        out = _parts(self.f(*self.point.rebuild(leaves)))[row]
        if is_own_value(out):
            engine.backward(out if above == 1.0 else out * above)
        return [engine.grad(leaf) for leaf in leaves]


class _Part:
    """One of the numbers that a function returns, times the gradient that comes from above."""

    def __init__(self, f: Callable[..., Any], row: int, above: float) -> None:
        self.f, self.row, self.above = f, row, above

    def __call__(self, *arguments: Any) -> Any:
        return self.above * _parts(self.f(*arguments))[self.row]


def _multiplies(engine: Subject) -> bool:
    """Whether a class can multiply by a number, and is right about that."""
    leaf = engine.leaf(1.5)
    try:
        out = leaf * ABOVE
        engine.backward(out)
    except Exception:  # whatever the class raises, it can't
        return False
    return math.isclose(engine.data(out), 1.5 * ABOVE) and math.isclose(engine.grad(leaf), ABOVE)


def _parts(out: Any) -> list[Any]:
    """Everything in a result that isn't a container."""
    if isinstance(out, dict):
        return [part for x in out.values() for part in _parts(x)]
    if isinstance(out, (list, tuple)):
        return [part for x in out for part in _parts(x)]
    if getattr(out, "ndim", 0):
        return list(out.ravel())
    return [out]


def _engine_of(value: Any) -> Subject:
    kind = type(value)
    try:
        return Subject(kind)
    except WrongType as error:
        what = str(error).partition("\n")[0].removeprefix("check_engine ")
        raise WrongType(f"assert_gradients {what}") from None
