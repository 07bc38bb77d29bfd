"""Recording: a function is called once with tracers, and its operations go onto a tape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import local
from typing import TYPE_CHECKING, Any, NamedTuple

from ...engine.node import is_value
from ...errors import ChainruleError, ShapeError, WrongType, shorten
from .errors import NotingRefusals, caught, mixed, refusal, swallowed
from .flattening import flatten, flatten_aux, numbers_of
from .signatures import name_of
from .structure import Nest, Number, Static, Structure, describe, is_tracer, named_leaves, size

if TYPE_CHECKING:
    from ..twin import Tape


_thread = local()


def current_tape() -> Tape | None:
    """The tape that this thread is recording, the innermost one; or None."""
    return getattr(_thread, "tape", None)


def outside(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call a function on plain numbers, as if nothing was being recorded."""
    tape = current_tape()
    _thread.tape = None
    try:
        return function(*arguments, **keywords)
    finally:
        _thread.tape = tape


def inside(tape: Tape, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call a function on tracers of this tape, which may have been closed."""
    outer, closed = current_tape(), tape.closed
    _thread.tape, tape.closed = tape, False
    try:
        return function(*arguments, **keywords)
    finally:
        _thread.tape, tape.closed = outer, closed


def note_raised(tape: Tape, name: str, error: Exception) -> None:
    """Note that a function outside raised while it was recorded. A replay calls it again, but the
    recorded function then can't catch what it raises."""
    _thread.raised = (tape, name, error)


def _check_raised(tape: Tape, name: str) -> None:
    """Refuse a recording that goes on after a function outside raised."""
    found, external, error = getattr(_thread, "raised", None) or (None, "", None)
    _thread.raised = None
    if found is tape and tape.replays:
        raise swallowed(name, external, error) from error


class Recording(NamedTuple):
    """A function on a tape: the nodes of its result, and their structure."""

    tape: Tape
    outputs: list[int]
    structure: Structure
    name: str

    def split(self) -> tuple[Recording, Recording]:
        """The two parts of a result that is a pair of it and auxiliary data."""
        if not isinstance(self.structure, Nest) or len(self.structure.parts) != 2:
            raise not_a_pair(self.name, describe(self.structure))
        main, aux = self.structure.parts
        count = size(main)
        return (
            self._replace(outputs=self.outputs[:count], structure=main),
            self._replace(outputs=self.outputs[count:], structure=aux),
        )


def record(
    tape: Tape,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    has_aux: bool = False,
) -> Recording:
    """Call a function and record its operations on `tape`, that of the tracers in its arguments.

    With `has_aux` it returns a pair of its result and of auxiliary data, which may hold any
    objects.
    """
    outer = current_tape()
    _thread.tape = tape
    if outer is None:
        _thread.raised = None
    name = name_of(function)
    try:
        with NotingRefusals() as refusals:
            result = _call(function, arguments, keywords, refusals)
    finally:
        _thread.tape = outer
    tape.closed = tape is not outer
    if refusals:
        raise refusal(caught(name, refusals[0]))
    _check_raised(tape, name)
    if is_value(result):
        raise mixed(result)
    leaves: list[Any] = []
    if has_aux:
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise not_a_pair(name, shorten(result))
        main = _flatten_result(result[0], leaves, name)
        structure: Structure = Nest("tuple", (main, flatten_aux(result[1], leaves)))
    else:
        structure = _flatten_result(result, leaves, name)
    return Recording(tape, nodes_of(tape, numbers_of(leaves)), structure, name)


def _call(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    refusals: Sequence[ChainruleError],
) -> Any:
    """Call a function that is being recorded. An error that Python or NumPy made of a refusal, or
    of a tracer, becomes one that says what to write."""
    try:
        return function(*arguments, **keywords)
    except ChainruleError:
        raise
    except Exception as error:
        from .foreign import explained

        reason = refusals[-1] if refusals else explained(error)
        if reason is None:
            raise
        raise reason from error


def _flatten_result(result: Any, leaves: list[Any], name: str) -> Structure:
    """Flatten what a function returned."""
    structure = flatten(result, leaves, f"the result of {name}", as_float=True)
    if isinstance(structure, Number):
        return structure
    for leaf, _ in named_leaves(structure, name):
        if isinstance(leaf, Static) and (leaf.value is not None or leaf is structure):
            raise WrongType(
                f"{name} needs to return numbers, but returned {leaf.value!r}.",
                remedy="end the function with a return of the number",
            )
    return structure


def not_a_pair(name: str, got: str) -> WrongType:
    """The error of a function that returns no auxiliary data."""
    return WrongType(
        f"{name} needs to return a pair because of has_aux, but returned {got}.",
        remedy="end the function with: return result, auxiliary_data",
    )


def node_of(tape: Tape, x: Any) -> int:
    """The node of a number on a tape; a plain number becomes a constant."""
    if type(x) is float or not is_tracer(x):
        return tape.constant(float(x))
    if x.tape is not tape:
        raise mixed(x)
    node: int = x.node
    return node


def nodes_of(tape: Tape, numbers: Iterable[Any]) -> list[int]:
    """The nodes of numbers on a tape, of which there may be many."""
    return [x.node if getattr(x, "tape", None) is tape else node_of(tape, x) for x in numbers]


def scalar(recording: Recording) -> int:
    """The node of a result, which needs to be a single number."""
    if not isinstance(recording.structure, Number):
        raise ShapeError(
            f"a gradient needs a function that returns one number, "
            f"but {recording.name} returned {describe(recording.structure)}.",
            remedy="return one number, such as a sum of squares, or use jacobian",
        )
    return recording.outputs[0]
