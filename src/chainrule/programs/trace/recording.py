"""Recording: a function is called once with tracers, and its operations go onto a tape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    from ..twin import Tape


_thread = local()


def current_tape() -> Tape | None:
    """The tape that this thread is recording, the innermost one; or None."""
    return getattr(_thread, "tape", None)


class Recording(NamedTuple):
    """A function on a tape: the nodes of its result, and their structure."""

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
    """Call a function and record its operations on `tape`, that of the tracers in its arguments."""
    outer = current_tape()
    _thread.tape = tape
    try:
        result = function(*arguments, **keywords)
    finally:
        _thread.tape = outer
    tape.closed = tape is not outer
    if is_value(result):
        raise mixed(result)
    name = getattr(function, "__name__", type(function).__name__)
    leaves: list[Any] = []
    structure = flatten(result, leaves, f"the result of {name}", as_float=True)
    for leaf, _ in named_leaves(structure, name):
        if isinstance(leaf, Static) and (leaf.value is not None or leaf is structure):
            raise WrongType(
                f"{name} needs to return numbers, but returned {leaf.value!r}.",
                remedy="end the function with a return of the number",
            )
    return Recording(tape, [node_of(tape, x) for x in numbers_of(leaves)], structure, name)


def node_of(tape: Tape, x: Any) -> int:
    """The node of a number on a tape; a plain number becomes a constant."""
    if not is_tracer(x):
        return tape.constant(float(x))
    if x.tape is not tape:
        raise mixed(x)
    node: int = x.node
    return node


def scalar(recording: Recording) -> int:
    """The node of a result, which needs to be a single number."""
    if not isinstance(recording.structure, Number):
        raise ShapeError(
            f"a gradient needs a function that returns one number, "
            f"but {recording.name} returned {describe(recording.structure)}.",
            remedy="return one number, such as a sum of squares, or use jacobian",
        )
    return recording.outputs[0]
