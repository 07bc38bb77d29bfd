"""What losses and layers need of the numbers of a row.

A known number is looked at when the loss is called, and a traced one whenever the program is
called: the requirement is a guard there. `fit` collects the requirements of a recording instead,
looks at all rows once, and names the one that doesn't meet them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any, NamedTuple

from ..engine.functions import where
from ..engine.node import is_value
from ..errors import ChainruleError, DomainError, PlaceError, calling_line, shorten
from ..programs.trace.structure import is_tracer


class Need(NamedTuple):
    """A requirement, such as "mse needs positive targets", and its remedy."""

    text: str
    remedy: str = ""


class Requirements:
    """The requirements that are met with while a function is recorded.

    Attributes:
        needs: All that were met with in any recording; their numbers count from 1.
    """

    def __init__(self) -> None:
        self.needs: list[Need] = []
        self._noted: list[tuple[Any, Any, int]] = []

    def note(self, is_met: Any, x: Any, need: Need) -> None:
        """Note the condition on a traced number."""
        if need not in self.needs:
            self.needs.append(need)
        self._noted.append((is_met, x, self.needs.index(need) + 1))

    def first_unmet(self) -> tuple[Any, Any]:
        """The number of the first requirement of this recording that a row doesn't meet, 0 if it
        meets all, and the number in the row that doesn't meet it."""
        which, found = 0.0, 0.0
        for is_met, x, number in reversed(self._noted):
            which, found = where(is_met, which, number), where(is_met, found, x)
        return which, found

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Collect what is recorded in this thread inside a `with` block."""
        before, _thread.requirements, self._noted = _thread.requirements, self, []
        try:
            yield
        finally:
            _thread.requirements = before


class _Collector(local):
    requirements: Requirements | None = None
    are_met: bool = False


_thread = _Collector()


@contextmanager
def met() -> Iterator[None]:
    """Say that what is recorded in this thread, inside a `with` block, is for numbers that have
    been looked at."""
    before, _thread.are_met = _thread.are_met, True
    try:
        yield
    finally:
        _thread.are_met = before


def require(
    x: Any,
    is_met_by: Callable[[Any], Any],
    need: Need,
    kind: Callable[..., ChainruleError] = DomainError,
) -> None:
    """Refuse a number that doesn't meet a requirement.

    Args:
        x: A number, a Value or a traced number.
        is_met_by: The condition, as a function of a plain or a traced number.
        need: What is needed, for messages.
        kind: The kind of error.
    """
    number = x.data if is_value(x) else x
    is_traced = is_tracer(number)
    if is_traced and _thread.requirements is not None:
        _thread.requirements.note(is_met_by(number), number, need)
    elif not (is_traced and _thread.are_met) and not is_met_by(number):  # in a program a guard
        number = number.tape.value(number.node) if is_traced else number
        text = f"{need.text}, but got {shorten(number)}."
        raise kind(text, where=calling_line(), remedy=need.remedy)


def index_within(x: Any, count: int, need: Need) -> Any:
    """A whole number from 0 up to but not including a count, as an int or a traced number.

    Raises:
        PlaceError: It is another number. Where it is traced, the program raises this when it is
            called.
    """

    def is_inside(x: Any) -> Any:
        return (x >= 0) & (x < count) & (x % 1 == 0)

    require(x, is_inside, need, PlaceError)
    if not is_tracer(x):
        return int(x)
    return where(is_inside(x), x, 0) if _thread.requirements is not None else x
