"""`assert_gradients`: the gradients of a function against what nudging its arguments says."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..errors import CheckFailed, WrongType, calling_line
from ..verdict.gradients.arguments import bind_arguments
from ..verdict.measurement import Measurement, measure
from ..verdict.tolerances import HIDDEN
from .differentiated import ABOVE, Differentiated
from .point import Element, Point

MOST_TOLD = 5
"""How many wrong elements a message names."""
NUDGE = 1e-4
"""How far a number is moved to show how the result changes, as a part of it."""


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
        Every gradient is also computed below a multiplication by 8, to find rules that forget to
        multiply by the gradient from above. Nudging extrapolates central differences to step 0 and
        estimates its own error, which widens the tolerance. At a kink any gradient between the
        slopes of the two sides passes. Choose a point where no argument is so large, and no result
        so small, that rounding hides the change.

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
    subject = Differentiated(f, name, point)
    faults = list(_faults(subject, gradient, rtol, atol))
    if faults:
        more = f"\n  ... and {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
        first, *others = faults[:MOST_TOLD]
        text = first + "".join(f"\n  {fault}" for fault in others) + more
        raise CheckFailed(text, where=calling_line())


def _faults(
    subject: Differentiated, gradient: Callable[..., Any] | None, rtol: float, atol: float
) -> Iterator[str]:
    """What is wrong, in a sentence each."""
    found = subject.found(gradient)
    below = [] if gradient else subject.found_below(ABOVE)
    for row, gradients in enumerate(found):
        for index, (element, x) in enumerate(zip(subject.point.elements, subject.numbers)):
            measured = measure(partial(_result, subject, row, index), x)
            reason = _fault(gradients[index], measured, rtol, atol)
            if below and not reason:
                reason = _fault_below(gradients[index], below[row][index], rtol, atol)
            if reason:
                yield _sentence(subject, row, index, element, reason)


def _result(subject: Differentiated, row: int, index: int, x: float) -> float:
    return subject.nudged(index, x)[row]


def _fault(found: float, measured: Measurement, rtol: float, atol: float) -> str:
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
    hint = " (the sign is flipped)" if math.isclose(found, -value, rel_tol=1e-3) else ""
    return f"is {_digits(found)}, but should be {_digits(value)}{hint}: {{evidence}}"


def _fault_below(alone: float, found: float, rtol: float, atol: float) -> str:
    """Why a gradient that is right at the root is wrong below something else, as `_fault`."""
    expected = ABOVE * alone
    if abs(found - expected) <= ABOVE * (atol + rtol * abs(alone)):
        return ""
    return (
        f"is {_digits(found)} where {_digits(ABOVE)} comes from above, but should be "
        f"{_digits(expected)}: multiply by the gradient from above"
    )


def _sentence(subject: Differentiated, row: int, index: int, element: Element, reason: str) -> str:
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
