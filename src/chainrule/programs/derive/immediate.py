"""A derivative at once: the function is recorded at its arguments, and the result is read from the
tape, whose nodes know their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...errors import ShapeError
from ..trace.recording import current_tape, node_of, record
from ..trace.structure import (
    Structure,
    flatten,
    leaves_like,
    numbers_of,
    result_dtype,
    unflatten,
)
from ..twin import Tape, Tracer
from .results import Transform


def apply(
    transform: Transform,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    vector: Sequence[Any] = (),
) -> Any:
    """Apply a transform to a function at its arguments. For "hvp", the vector is a sequence of one
    item. The result has plain numbers, or tracers inside an outer recording."""
    outer = current_tape()
    tape = Tape() if outer is None else outer
    traced, wrt = list(arguments), []
    leaves: list[Any] = []
    structures: dict[int, Structure] = {}
    for argnum in transform.argnums:
        start = len(leaves)
        structure = flatten(arguments[argnum], leaves, f"argument {argnum}", as_float=True)
        numbers = numbers_of(leaves[start:])
        nodes = [tape.input(x) if outer is None else tape.copy(node_of(tape, x)) for x in numbers]
        traced[argnum] = unflatten(structure, [Tracer(tape, node) for node in nodes], object)
        structures[argnum] = structure
        wrt += nodes
    recording = record(tape, function, traced, keywords)
    gradient = transform.structure(structures)
    numbers = numbers_of(leaves_like(vector[0], gradient, "the vector")) if vector else []
    direction = [node_of(tape, x) for x in numbers]
    result = transform.apply(recording, wrt, gradient, direction)
    if outer is not None:
        return unflatten(result.structure, [Tracer(tape, x) for x in result.nodes], object)
    return unflatten(result.structure, [tape.value(x) for x in result.nodes], result_dtype(leaves))


def split_vector(arguments: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The arguments of a function, and the vector after them as a sequence of one item."""
    if len(arguments) < 2:
        raise ShapeError("hvp needs the arguments of the function, followed by the vector.")
    return arguments[:-1], arguments[-1:]
