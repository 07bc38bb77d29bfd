"""A micrograd-like class examined: every operation, reuse, order, accumulation, state and depth."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from .examination import Examination
from .result import EngineCheck
from .subject import Subject
from .watchdog import alarm


def check_engine(
    make: Callable[..., Any],
    /,
    *,
    data: str = "",
    grad: str = "",
    backward: str | Callable[[Any], Any] = "",
) -> EngineCheck:
    """Examine a class like micrograd's Value, and grade it.

    Every operation of the table is tried in every way that the class offers, with numbers of both
    signs and 0, floats and ints: its result, its local derivatives, whether it remembers its
    operands, and whether it multiplies by the gradient above. Functions that the table doesn't
    have are compared with the slope of their own result. After that come values that are used
    twice, the order of the pass, a second pass, kinks and ties, large numbers, and a chain of
    5,000 operations.

    Args:
        make: The class. `make(2.0)` gives a Value with a number, a gradient and a method that runs
            the backward pass.
        data: The attribute that holds the number, where it isn't `data`, `value`, `val` or `v`.
        grad: The attribute that holds the gradient, where it isn't `grad` or `gradient`.
        backward: The method that runs the pass, where it isn't `backward` or `backprop`; or a
            function of the root.

    Returns:
        The grade: `.ok`; `.findings` with `.rule`, `.message`, `.graph`, `.source` and
        `.correction`; of these, `.mistakes` make derivatives wrong and `.weaknesses` don't;
        `.skipped`; and `.not_tried`, with the reason for each.

    Raises:
        WrongType: It isn't such a class.

    Notes:
        One cause is one finding, however many operations show it. What is built from a wrong
        operation isn't judged, so a mistake of its own may appear when the first one is fixed. An
        operation that the class doesn't have, or refuses with an exception that it raises, isn't a
        mistake; one that breaks, gives no Value or doesn't end is.

        The class's code runs here, under a watchdog, which stops what takes more than a million
        steps of the interpreter and, in the main thread on Unix, what computes for more than two
        seconds. After eight seconds of computing, the rest isn't tried. What the class prints is
        dropped, and it has nothing to read. A loop inside C (`sum(itertools.repeat(0))`) can only
        be stopped from another process.

    Example:
        >>> from chainrule import Value
        >>> check_engine(Value).ok
        True
    """
    with alarm(), _quiet():
        return Examination(Subject(make, data, grad, backward)).grade()


class _Nowhere(io.TextIOBase):
    """Takes whatever is printed."""

    def write(self, text: str) -> int:
        return len(text)


@contextmanager
def _quiet() -> Iterator[None]:
    """Drop what is printed, and give nothing to read."""
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        with redirect_stdout(_Nowhere()), redirect_stderr(_Nowhere()):
            yield
    finally:
        sys.stdin = before
