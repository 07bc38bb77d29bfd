"""A derivative at once: the function is recorded at its arguments and nothing is replayed. So the
recording needs no guards, and first derivatives are computed from it without being recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...errors import ShapeError
from ..trace.flattening import flatten, leaves_like, numbers_of, result_dtype, unflatten, vector_of
from ..trace.recording import Recording, current_tape, node_of, nodes_of, record
from ..trace.signatures import Call
from ..trace.structure import Nest, Structure, is_tracer
from ..twin import Tape, Tracer, gradient, inputs
from .dependence import depend_on_inputs
from .results import VALUE, Result, Transform


class _Point(NamedTuple):
    """A function that was recorded at a point.

    Attributes:
        recording: The recording.
        wrt: The nodes of the numbers to differentiate with respect to.
        structure: The structure of the gradient.
        dtype: That of arrays in results.
        is_outermost: Whether it was recorded by itself, not inside another recording.
        is_plain: Whether the arguments are plain numbers.
    """

    recording: Recording
    wrt: Sequence[int]
    structure: Structure
    dtype: Any
    is_outermost: bool
    is_plain: bool

    def unflatten(self, result: Result) -> Any:
        """A result as a tree of plain numbers; of tracers, if it depends on those of an outer
        recording."""
        tape, nodes = self.recording.tape, result.nodes
        if self.is_outermost or (self.is_plain and not depend_on_inputs(tape, nodes)):
            return unflatten(result.structure, [tape.value(node) for node in nodes], self.dtype)
        return unflatten(result.structure, [Tracer(tape, node) for node in nodes], object)


def _record(
    transform: Transform,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
) -> _Point:
    """Record a function at its arguments."""
    outer = current_tape()
    tape = Tape(replays=not transform.is_computed) if outer is None else outer
    count, names = len(arguments), sorted(keywords)
    traced = [*arguments, *(keywords[name] for name in names)]
    structures: list[Structure] = [Nest("tuple", ())] * len(traced)
    leaves: list[Any] = []
    for argnum in transform.argnums:
        text = f"argument {argnum if argnum < count else repr(names[argnum - count])}"
        structures[argnum] = flatten(traced[argnum], leaves, text, as_float=True)
    if outer is None:
        has_arrays = any(type(x) is not float for x in leaves)
        tracers = inputs(tape, vector_of(leaves) if has_arrays else leaves)
        wrt: Sequence[int] = range(len(tracers))
    else:
        tracers = [Tracer(tape, tape.copy(node_of(tape, x))) for x in numbers_of(leaves)]
        wrt = [each.node for each in tracers]
    chosen = Nest("tuple", tuple(structures[argnum] for argnum in transform.argnums))
    for argnum, argument in zip(transform.argnums, unflatten(chosen, tracers, object)):
        traced[argnum] = argument
    named = dict(zip(names, traced[count:]))
    recording = record(tape, function, traced[:count], named, transform.has_aux)
    is_plain = outer is None or not any(map(is_tracer, numbers_of(leaves)))
    dtype = result_dtype(leaves) if is_plain else float
    structure = transform.structure(structures)
    return _Point(recording, wrt, structure, dtype, outer is None, is_plain)


def apply(
    transform: Transform,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    vector: Sequence[Any] = (),
) -> Any:
    """Apply a transform to a function at its arguments. The vector for "hvp" or "jvp" is a sequence
    of one item. The result has plain numbers, or tracers inside an outer recording."""
    point = _record(transform, function, arguments, keywords)
    recording, wrt, structure = point[:3]
    computed = transform.compute(recording, wrt, structure) if point.is_outermost else None
    if computed:
        return unflatten(computed[1], computed[0], point.dtype)
    direction: list[int] = []
    if vector:
        numbers = numbers_of(leaves_like(vector[0], structure, "the vector"))
        direction = nodes_of(recording.tape, numbers)
    return point.unflatten(transform.apply(recording, wrt, structure, direction))


def pullback(function: Callable[..., Any], arguments: Sequence[Any], has_aux: bool) -> Any:
    """What `chainrule.vjp` returns."""
    call = Call(len(arguments), (), function)
    transform = Transform.of("grad", tuple(range(len(arguments))), call, has_aux)
    point = _record(transform, function, arguments, {})
    main, *aux = point.recording.split() if has_aux else (point.recording,)
    forward = point._replace(recording=main)

    def pull_back(cotangent: Any) -> Any:
        """The sum over the results of cotangent times derivative, for each argument."""
        numbers = numbers_of(leaves_like(cotangent, main.structure, "the cotangent"))
        tape = main.tape.fork() if main.tape.closed else main.tape
        seeds = nodes_of(tape, numbers)
        slopes = Result(gradient(tape, main.outputs, seeds, point.wrt), point.structure)
        return forward._replace(recording=main._replace(tape=tape)).unflatten(slopes)

    values = [point.unflatten(VALUE.apply(each, [], point.structure)) for each in (main, *aux)]
    return (values[0], pull_back, *values[1:])


def split_vector(arguments: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The arguments of a function, and the vector after them as a sequence of one item."""
    if len(arguments) < 2:
        raise ShapeError("hvp needs the arguments of the function, followed by the vector.")
    return arguments[:-1], arguments[-1:]
