"""A derivative at once: the function is recorded at its arguments, and the result is read from the
tape, whose nodes know their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...errors import ShapeError
from ..trace.recording import Recording, current_tape, node_of, record
from ..trace.structure import (
    Structure,
    describe,
    flatten,
    numbers_of,
    result_dtype,
    unflatten,
)
from ..trace.twin import Tape, Tracer
from .results import TRANSFORMS, Result, Transform, hessian_times


class _Run(NamedTuple):
    """A function recorded at its arguments.

    Attributes:
        recording: The recording.
        wrt: The nodes to differentiate with respect to.
        structure: Their structure.
        is_nested: Whether the recording is part of an outer one.
        dtype: The dtype of the arrays in the result.
    """

    recording: Recording
    wrt: list[int]
    structure: Structure
    is_nested: bool
    dtype: Any

    def read(self, result: Result) -> Any:
        """The result for the caller: plain numbers, or tracers inside an outer recording."""
        tape = self.recording.tape
        if self.is_nested:
            return unflatten(result.structure, [Tracer(tape, x) for x in result.nodes], object)
        numbers = [tape.value(node) for node in result.nodes]
        return unflatten(result.structure, numbers, self.dtype)


def apply(
    transform: Transform,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    vector: Sequence[Any] = (),
) -> Any:
    """Apply a transform to a function at its arguments.

    Args:
        transform: The transform.
        function: The function.
        arguments: Its arguments.
        keywords: Its keyword arguments.
        vector: For "hvp", a sequence of one item, the vector.
    """
    run = _run(transform, function, arguments, keywords)
    if not vector:
        return run.read(TRANSFORMS[transform.name](run.recording, run.wrt, run.structure))
    numbers = numbers_of(vector_leaves(vector[0], run.structure))
    nodes = [node_of(run.recording.tape, x) for x in numbers]
    return run.read(hessian_times(run.recording, run.wrt, run.structure, nodes))


def _run(
    transform: Transform,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
) -> _Run:
    outer = current_tape()
    tape = Tape() if outer is None else outer
    traced, wrt = list(arguments), []
    all_leaves: list[Any] = []
    structures: dict[int, Structure] = {}
    for argnum in transform.argnums:
        leaves: list[Any] = []
        structure = flatten(arguments[argnum], leaves, f"argument {argnum}", as_float=True)
        structures[argnum] = structure
        all_leaves += leaves
        numbers = numbers_of(leaves)
        if outer is None:
            nodes = [tape.input(x) for x in numbers]
        else:
            nodes = [tape.copy(node_of(tape, x)) for x in numbers]
        traced[argnum] = unflatten(structure, [Tracer(tape, node) for node in nodes], object)
        wrt += nodes
    recording = record(tape, function, traced, keywords)
    gradient = transform.structure(structures)
    return _Run(recording, wrt, gradient, outer is not None, result_dtype(all_leaves))


def vector_leaves(vector: Any, structure: Structure) -> list[Any]:
    """The leaves of the vector of a product with the Hessian.

    Raises:
        ShapeError: It doesn't have the structure of the gradient.
    """
    leaves: list[Any] = []
    other = flatten(vector, leaves, "the vector", as_float=True)
    if other != structure:
        raise ShapeError(
            "hvp needs a vector with the structure of the gradient, "
            f"{describe(structure)}, but got {describe(other)}."
        )
    return leaves


def split_vector(arguments: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The arguments of a function, and the vector after them as a sequence of one item.

    Raises:
        ShapeError: There is no vector.
    """
    if len(arguments) < 2:
        raise ShapeError("hvp needs the arguments of the function, followed by the vector.")
    return arguments[:-1], arguments[-1:]
