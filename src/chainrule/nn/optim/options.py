"""What the options of an optimizer may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

from ...errors import NumberError, WrongType, shorten

Check = Callable[[str, Any], None]
"""A function of an option's name and value that raises where the value isn't allowed."""


def _number(needs: str, holds: Callable[[float], bool]) -> Check:
    """Make the check of a number."""

    def check(name: str, x: Any) -> None:
        if isinstance(x, bool) or not isinstance(x, Real):
            raise WrongType(f"{name} needs {needs}, but got {shorten(x)} of type {_type(x)}.")
        if not holds(float(x)):
            raise NumberError(f"{name} needs {needs}, but got {x}.")

    return check


def _type(x: Any) -> str:
    return type(x).__name__


POSITIVE = _number("a positive number", lambda x: 0 < x < math.inf)
FROM_0 = _number("a number from 0 up", lambda x: 0 <= x < math.inf)
BELOW_1 = _number("a number from 0 to below 1", lambda x: 0 <= x < 1)
FRACTION = _number("a number from 0 to 1", lambda x: 0 <= x <= 1)
COUNT_FROM_0 = _number("a whole number from 0 up", lambda x: x >= 0 and x % 1 == 0)
COUNT = _number("a whole number from 1 up", lambda x: x >= 1 and x % 1 == 0)


def learning_rate(name: str, x: Any) -> None:
    """A positive number, or a function of the step."""
    if not callable(x):
        POSITIVE(name, x)


def positive_or_none(name: str, x: Any) -> None:
    """A limit, or none."""
    if x is not None:
        POSITIVE(name, x)


def flag(name: str, x: Any) -> None:
    """True or False."""
    if not isinstance(x, bool):
        raise WrongType(f"{name} needs True or False, but got {shorten(x)}.")


def pair(name: str, x: Any) -> None:
    """The two decay rates of Adam."""
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        raise WrongType(f"{name} needs two numbers, but got {shorten(x)}.")
    for i, each in enumerate(x):
        BELOW_1(f"{name}[{i}]", each)
