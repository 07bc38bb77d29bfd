"""Recording: a function is called once with tracers, and its operations go onto a tape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Any, NamedTuple

from ...engine.node import is_value
from ...errors import ShapeError, WrongType
from .errors import mixed
from .structure import (
    Number,
    Static,
    Structure,
    describe,
    flatten,
    is_tracer,
    named_leaves,
    numbers_of,
)

if TYPE_CHECKING:
    from .twin import Tape


class _Tapes(local):
    """The tapes that are being recorded in this thread, the innermost last."""

    def __init__(self) -> None:
        self.stack: list[Tape] = []


_tapes = _Tapes()


def current_tape() -> Tape | None:
    """The tape that is being recorded, or None."""
    return _tapes.stack[-1] if _tapes.stack else None


@contextmanager
def _recording_on(tape: Tape) -> Iterator[None]:
    _tapes.stack.append(tape)
    try:
        yield
    finally:
        _tapes.stack.pop()


class Recording(NamedTuple):
    """A function on a tape.

    Attributes:
        tape: Its operations.
        outputs: The nodes of its results, in the order of the structure.
        structure: The structure of its result.
        name: The name of the function, for messages.
    """

    tape: Tape
    outputs: list[int]
    structure: Structure
    name: str


def record(
    tape: Tape,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
) -> Recording:
    """Call a function and record what it computes on the tape of the tracers in its arguments.

    Raises:
        WrongType: It returns something other than numbers.
        GraphError: It uses a Value from outside, or a tracer of another recording.
    """
    with _recording_on(tape):
        result = function(*arguments, **keywords)
    tape.closed = tape is not current_tape()
    if is_value(result):
        raise mixed(result)
    name = getattr(function, "__name__", type(function).__name__)
    leaves: list[Any] = []
    structure = flatten(result, leaves, f"the result of {name}", as_float=True)
    for leaf, _ in named_leaves(structure, name):
        if isinstance(leaf, Static):
            raise WrongType(
                f"{name} needs to return numbers, but returned {leaf.value!r}.",
                remedy="end the function with a return of the number",
            )
    return Recording(tape, [node_of(tape, x) for x in numbers_of(leaves)], structure, name)


def node_of(tape: Tape, x: Any) -> int:
    """The node of a number on a tape; a plain number becomes a constant.

    Raises:
        GraphError: It belongs to another tape.
    """
    if not is_tracer(x):
        return tape.constant(float(x))
    if x.tape is not tape:
        raise mixed(x)
    return x.node  # type: ignore[no-any-return]


def scalar(recording: Recording) -> int:
    """The node of a result that is a single number.

    Raises:
        ShapeError: The result is something else.
    """
    if not isinstance(recording.structure, Number):
        raise ShapeError(
            f"a gradient needs a function that returns one number, "
            f"but {recording.name} returned {describe(recording.structure)}.",
            remedy="return one number, such as a sum of squares, or use jacobian",
        )
    return recording.outputs[0]
