"""Recording: a function is called once, with numbers that write down what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any, NamedTuple

from ...engine.node import is_value
from ...errors import ShapeError, WrongType
from .refusals import mixed
from .structure import Array, Nest, Number, Spec, Static, is_tracer, numbers_of, specify


class _Tapes(local):
    """The tapes that are being recorded in this thread, the innermost last."""

    def __init__(self) -> None:
        self.stack: list[Any] = []


_tapes = _Tapes()


def current_tape() -> Any:
    """The tape that is being recorded, or None."""
    return _tapes.stack[-1] if _tapes.stack else None


@contextmanager
def _recording_on(tape: Any) -> Iterator[None]:
    _tapes.stack.append(tape)
    try:
        yield
    finally:
        _tapes.stack.pop()


class Recording(NamedTuple):
    """A function on a tape.

    Attributes:
        tape: What it did.
        outputs: The nodes of its results, in the order of the specification.
        spec: The form of its result.
        name: The function's name, for messages.
    """

    tape: Any
    outputs: list[int]
    spec: Spec
    name: str


def record(
    tape: Any,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
) -> Recording:
    """Call a function and record what it returns.

    Args:
        tape: The tape that its traced arguments belong to.
        function: The function.
        arguments: Its arguments, with traced numbers in them.
        keywords: Its keyword arguments.

    Raises:
        WrongType: It returns something else than numbers.
        GraphError: It uses a Value from outside, or a number of another recording.
    """
    with _recording_on(tape):
        result = function(*arguments, **keywords)
    tape.closed = tape is not current_tape()
    if is_value(result):
        raise mixed(result)
    name = getattr(function, "__name__", type(function).__name__)
    leaves: list[Any] = []
    spec = specify(result, leaves, f"what {name} returns", as_float=True)
    for each in _statics(spec):
        raise WrongType(
            f"{name} needs to return numbers, but returned {each.value!r}.",
            remedy="end the function with return and the number",
        )
    return Recording(tape, [node_of(tape, x) for x in numbers_of(leaves)], spec, name)


def _statics(spec: Spec) -> Iterator[Static]:
    if isinstance(spec, Static):
        yield spec
    elif isinstance(spec, Nest):
        for part in spec.parts:
            yield from _statics(part)


def node_of(tape: Any, x: Any) -> int:
    """The node of a number on a tape; a plain one becomes a constant.

    Raises:
        GraphError: It belongs to another tape.
    """
    if not is_tracer(x):
        return tape.constant(float(x))  # type: ignore[no-any-return]  # of either twin
    if x.tape is not tape:
        raise mixed(x)
    return x.node  # type: ignore[no-any-return]


def scalar(recording: Recording) -> int:
    """The node of a result that is a single number.

    Raises:
        ShapeError: It is none.
    """
    if not isinstance(recording.spec, Number):
        raise ShapeError(
            f"a gradient needs a function that returns one number, "
            f"but {recording.name} returned {shown(recording.spec)}.",
            remedy="return one number, such as the sum of squares; or use jacobian",
        )
    return recording.outputs[0]


def shown(spec: Spec) -> str:
    """A form in words."""
    if isinstance(spec, Number):
        return "a number"
    if isinstance(spec, Array):
        return f"an array of shape {spec.shape}"
    if isinstance(spec, Nest):
        return f"a {spec.kind} of {len(spec.parts)}"
    return repr(spec.value)
