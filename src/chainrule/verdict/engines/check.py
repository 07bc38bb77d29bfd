"""A micrograd-like class examined: every operation, reuse, order, accumulation, state and depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .examination import Examination
from .result import EngineCheck
from .subject import Subject
from .watchdog import alarm


def check_engine(make: Callable[..., Any], /) -> EngineCheck:
    """Examine a class like micrograd's Value, and grade it.

    Every operation of the table is tried in every way that the class offers: its result, its local
    derivatives, whether it remembers its operands, and whether it multiplies by the gradient above.
    After that come values that are used twice, the order of the pass, a second pass, and a chain of
    5,000 operations.

    Args:
        make: The class. `make(2.0)` gives a Value with `data`, `grad` and `backward()`.

    Returns:
        The grade: `.ok`, `.findings` with `.rule` and `.message`, `.skipped`, and `.weaknesses`:
        those findings that leave the derivatives right.

    Raises:
        WrongType: It isn't such a class.

    Notes:
        A mistake is reported once: what is built from a wrong operation isn't reported again, so a
        mistake of its own may appear when the first one is fixed. An operation that the class
        doesn't have, or refuses with an exception that it raises, isn't a mistake; one that breaks,
        gives no Value or doesn't end is.

        The class's code runs here, under a watchdog, which stops what takes more than a million
        steps of the interpreter and, in the main thread on Unix, what takes more than four seconds.
        A loop inside C (`sum(itertools.repeat(0))`) can only be stopped from another process.

    Example:
        >>> from chainrule import Value
        >>> check_engine(Value).ok
        True
    """
    with alarm():
        return Examination(Subject(make)).grade()
