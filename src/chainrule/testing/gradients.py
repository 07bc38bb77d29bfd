"""`assert_gradients`: the gradients of a function against what nudging its arguments says."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from ..engine.node import is_value
from ..engine.twin import Value
from ..errors import ChainruleError, CheckFailed, ShapeError, WrongType, calling_line, shorten
from ..programs.transforms import grad
from ..verdict.engines.subject import Subject
from ..verdict.gradients.arguments import bind_arguments
from ..verdict.measurement import Measurement, measure
from ..verdict.tolerances import HIDDEN
from .point import Element, Point, is_own_value

MOST_TOLD = 5
"""How many wrong elements a message names."""
ABOVE = 8.0
"""The gradient from above that `chainrule.grad` is asked with."""
NUDGE = 1e-4
"""How far a number is moved to show how the result changes, as a part of it."""
OUTSIDE = (ValueError, ArithmeticError)
"""What a function raises where it has no value: outside its domain, or by overflow."""


def assert_gradients(
    f: Callable[..., Any],
    /,
    *arguments: Any,
    gradient: Callable[..., Any] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-8,
) -> None:
    """Fail unless the gradients of a function agree with what nudging its arguments says.

    Whose gradients these are depends on the arguments. Of plain numbers, `chainrule.grad` computes
    them, so this tests your own rules (`external`, `custom_vjp`, `define`) and that all of `f` is
    recorded. Of Values of any class like micrograd's, the class computes them by its own backward
    pass, on new Values of the same class. With `gradient`, that function computes them.

    Args:
        f: A function that returns a number, or an array, list, tuple or dict of numbers; then every
            element of the result is checked.
        *arguments: Its arguments: floats, arrays, lists, tuples and dicts of them, or Values. Ints
            beside floats, strings and the like are passed on as they are.
        gradient: Takes the same arguments and returns the gradient with respect to the argument
            that contains floats; for several of them a tuple of gradients. `f` returns one number.
        rtol: A gradient may differ by this part of its size.
        atol: It may differ by this much besides.

    Raises:
        CheckFailed: A gradient is wrong, with the element, what it is, what it should be, and how
            `f` changes; or nudging cannot tell at this point. It is an AssertionError.
        WrongType: `f` isn't a function, doesn't take these arguments or doesn't return numbers; an
            argument is complex; or there is nothing to differentiate with respect to.
        ShapeError: `gradient` returns another structure than that of the arguments.

    Notes:
        Nudging extrapolates central differences to step 0 and estimates its own error, which widens
        the tolerance. At a kink any gradient between the slopes of the two sides passes. Choose a
        point where no argument is so large, and no result so small, that rounding hides the change.

    Cost: For each number among the arguments, up to 50 calls of `f`.

    Example:
        >>> assert_gradients(lambda x, ys: x * sum(ys), 2.0, [1.0, 3.0])
        >>> assert_gradients(lambda x: x**3, 2.0, gradient=lambda x: 2 * x**2)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        chainrule.errors.CheckFailed: the gradient of f with respect to x is 8, but should be 12...
    """
    if not callable(f):
        raise WrongType(
            f"assert_gradients needs a function, but got {type(f).__name__}.",
            remedy="assert_gradients(f, 2.0)",
        )
    if not arguments:
        raise WrongType(
            "assert_gradients needs a point to check at.", remedy="assert_gradients(f, 2.0)"
        )
    name = str(getattr(f, "__name__", type(f).__name__))
    name = "f" if name == "<lambda>" else name
    bind_arguments(f, name, arguments, caller="assert_gradients")
    point = Point(f, arguments)
    if not point.elements:
        raise WrongType(
            f"{name} has no gradient: none of its arguments is a number or a Value.",
            remedy="assert_gradients(f, 2.0)",
        )
    subject = _Subject(f, name, point)
    faults = list(_faults(subject, gradient, rtol, atol))
    if faults:
        more = f"\n  ... and {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
        first, *others = faults[:MOST_TOLD]
        text = first + "".join(f"\n  {fault}" for fault in others) + more
        raise CheckFailed(text, where=calling_line())


class _Subject:
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
        rows = range(len(self.results))
        if gradient:
            if len(self.results) != 1:
                raise WrongType(
                    f"{self.name} returns {len(self.results)} numbers, but gradient= is the "
                    "gradient of one.",
                    remedy="check f and gradient for each of them",
                )
            return [self._row(gradient(*self.point.arguments), "gradient")]
        if self.engine:
            return [self._by_own_pass(row) for row in rows]
        arguments = self.point.rebuild(self.numbers)
        return [
            [x / ABOVE for x in self._row(grad(part, self.point.argnums)(*arguments), "grad")]
            for part in (_Part(self.f, row) for row in rows)
        ]

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

    def _by_own_pass(self, row: int) -> list[float]:
        """The gradients of the leaves after a pass of their own class."""
        assert self.engine is not None
        leaves = [self.engine.leaf(x) for x in self.numbers]
        out = _parts(self.f(*self.point.rebuild(leaves)))[row]
        if is_own_value(out):
            self.engine.backward(out)
        return [self.engine.grad(leaf) for leaf in leaves]


class _Part:
    """One of the numbers that a function returns, times a number, so that the gradient from above
    isn't 1: a rule that forgets to multiply by it is found."""

    def __init__(self, f: Callable[..., Any], row: int) -> None:
        self.f, self.row = f, row

    def __call__(self, *arguments: Any) -> Any:
        return ABOVE * _parts(self.f(*arguments))[self.row]


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


# ---- verdicts ------------------------------------------------------------------------------------


def _faults(
    subject: _Subject, gradient: Callable[..., Any] | None, rtol: float, atol: float
) -> Iterator[str]:
    """What is wrong, in a sentence each."""
    is_scaled = not gradient and subject.engine is None
    for row, gradients in enumerate(subject.found(gradient)):
        for index, (element, x) in enumerate(zip(subject.point.elements, subject.numbers)):
            measured = measure(partial(_result, subject, row, index), x)
            if reason := _fault(gradients[index], measured, rtol, atol, is_scaled):
                yield _sentence(subject, row, index, element, reason)


def _result(subject: _Subject, row: int, index: int, x: float) -> float:
    return subject.nudged(index, x)[row]


def _fault(found: float, measured: Measurement, rtol: float, atol: float, is_scaled: bool) -> str:
    """Why a gradient is wrong, or cannot be checked, as the end of a sentence; empty if right."""
    value = measured.value
    if not measured.has_value:
        return "cannot be checked: {f} has no value near {x} = {at}"
    if measured.has_jump:
        return "cannot be checked: {f} jumps at {x} = {at}"
    size = max(abs(found), abs(value))
    tolerance = atol + rtol * size
    if measured.has_kink:
        low, high = sorted((measured.left, measured.right))
        if low - tolerance <= found <= high + tolerance:
            return ""
        sides = f"from {_digits(measured.left)} on the left to {_digits(measured.right)} on the"
        return f"is {_digits(found)}, but at this kink the slope goes {sides} right"
    if abs(found - value) <= tolerance:
        return ""
    if abs(found - value) <= 10 * measured.error:
        if measured.error <= HIDDEN * size:
            return ""
        return "cannot be checked: rounding hides how {f} changes with {x} at {at}"
    if is_scaled and math.isclose(ABOVE * found, value, rel_tol=1e-3):
        return (
            f"is {_digits(value)} even where the gradient from above is {_digits(ABOVE)}: multiply "
            "by the gradient from above"
        )
    hint = " (the sign is flipped)" if math.isclose(found, -value, rel_tol=1e-3) else ""
    return f"is {_digits(found)}, but should be {_digits(value)}{hint}: {{evidence}}"


def _sentence(subject: _Subject, row: int, index: int, element: Element, reason: str) -> str:
    """A fault with the names of the function and of the element, and with the evidence."""
    name = subject.name if len(subject.results) == 1 else f"{subject.name}[{row}]"
    x = subject.numbers[index]
    step = NUDGE * (abs(x) or 1.0)
    down, up = x - step, x + step
    below, above = (subject.nudged(index, y)[row] for y in (down, up))
    evidence = (
        f"{name} goes from {_digits(below)} to {_digits(above)} while {element.name} goes from "
        f"{_digits(down)} to {_digits(up)}"
    )
    words = reason.format(f=name, x=element.name, at=_digits(x), evidence=evidence)
    return f"the gradient of {name} with respect to {element.name} {words}."


def _digits(x: float) -> str:
    """Enough digits to see a nudge, in the way that people's tests print numbers."""
    return f"{x:.8g}"
