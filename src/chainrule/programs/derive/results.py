"""The transforms of a recorded function, as nodes on its tape and the structure of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..trace.recording import Recording, scalar
from ..trace.structure import (
    Array,
    Leaf,
    Nest,
    Number,
    Structure,
    map_leaves,
    resolve_argnums,
    size,
    spans,
)
from .twin import gradient, tangents

if TYPE_CHECKING:
    from ..trace.twin import Tape

T = TypeVar("T")


class Transform(NamedTuple):
    """A transform of a function.

    Attributes:
        name: A key of TRANSFORMS, or "hvp".
        argnums: The arguments to differentiate with respect to.
        is_single: Whether argnums was an int, not a tuple.
    """

    name: str
    argnums: tuple[int, ...] = ()
    is_single: bool = True

    @classmethod
    def of(cls, name: str, argnums: Any, count: int) -> Transform:
        """The transform for the `argnums` of a user and `count` positional arguments."""
        if name == "value":
            return cls(name)
        chosen = resolve_argnums(argnums, count)
        return cls(name, chosen, not isinstance(argnums, (tuple, list)))

    def select(self, values: Sequence[T], lengths: Iterable[int]) -> list[T]:
        """The values that belong to `argnums`.

        Args:
            values: Values of all arguments, one after the other.
            lengths: How many values each argument has.
        """
        slices = spans(lengths)
        return [value for argnum in self.argnums for value in values[slices[argnum]]]

    def structure(self, structures: Mapping[int, Structure] | Sequence[Structure]) -> Structure:
        """The structure of the gradient, given those of the arguments."""
        chosen = tuple(structures[argnum] for argnum in self.argnums)
        return chosen[0] if self.is_single else Nest("tuple", chosen)


VALUE = Transform("value")
GUARDS = Transform("guards")
"""Computes nothing but the conditions."""


class Result(NamedTuple):
    """The result of a transform.

    Attributes:
        nodes: One for each number. Shape (size(structure),).
        structure: The structure of the result.
    """

    nodes: list[int]
    structure: Structure


def first_derivative(recording: Recording, wrt: Sequence[int], structure: Structure) -> Result:
    """The gradient with respect to the nodes `wrt`, which have this structure. Reverse mode."""
    tape, output = recording.tape, scalar(recording)
    return Result(gradient(tape, [output], [tape.constant(1.0)], list(wrt)), structure)


def value_and_gradient(recording: Recording, wrt: Sequence[int], structure: Structure) -> Result:
    """The pair of value and gradient."""
    slopes = first_derivative(recording, wrt, structure)
    pair = Nest("tuple", (recording.structure, structure))
    return Result([*recording.outputs, *slopes.nodes], pair)


def jacobian(recording: Recording, wrt: Sequence[int], structure: Structure) -> Result:
    """The derivative of each result with respect to each of `wrt`.

    Forward mode, one sweep for each of `wrt`, if there are fewer of these than results; otherwise
    reverse mode, one sweep for each result.
    """
    tape, outputs = recording.tape, recording.outputs
    if len(wrt) < len(outputs):
        rows = _forward(tape, outputs, wrt)
    else:
        one = tape.constant(1.0)
        rows = [gradient(tape, [output], [one], list(wrt)) for output in outputs]
    return _matrix(recording.structure, structure, rows)


def hessian(recording: Recording, wrt: Sequence[int], structure: Structure) -> Result:
    """The second derivatives with respect to each pair of `wrt`. Forward over reverse mode."""
    slopes = first_derivative(recording, wrt, structure)
    return _matrix(structure, structure, _forward(recording.tape, slopes.nodes, wrt))


def hessian_times(
    recording: Recording, wrt: Sequence[int], structure: Structure, direction: Sequence[int]
) -> Result:
    """The Hessian times a vector, without the Hessian. Forward over reverse mode."""
    slopes = first_derivative(recording, wrt, structure)
    return Result(tangents(recording.tape, list(wrt), list(direction), slopes.nodes), structure)


def _forward(tape: Tape, outputs: Sequence[int], wrt: Sequence[int]) -> list[list[int]]:
    """The matrix of outputs by wrt, one forward sweep for each column."""
    one = tape.constant(1.0)
    columns = [tangents(tape, [node], [one], list(outputs)) for node in wrt]
    return [list(row) for row in zip(*columns)]


def _matrix(rows: Structure, columns: Structure, matrix: Sequence[Sequence[int]]) -> Result:
    """A matrix in JAX's structure: each leaf of `rows` becomes a tree like `columns`, whose leaves
    have the shape of the row's leaf followed by that of the column's."""
    nodes: list[int] = []
    lines = iter(matrix)

    def tree(row: Leaf) -> Structure:
        block = [next(lines) for _ in range(size(row))]
        start = 0

        def leaf(column: Leaf) -> Structure:
            nonlocal start
            first, start = start, start + size(column)
            for line in block:
                nodes.extend(line[first:start])
            shape = row.shape + column.shape
            return Array(shape) if shape else Number()

        return map_leaves(columns, leaf)

    structure = map_leaves(rows, tree)
    return Result(nodes, structure)


TRANSFORMS: dict[str, Callable[[Recording, Sequence[int], Structure], Result]] = {
    "guards": lambda recording, wrt, structure: Result([], Nest("tuple", ())),
    "value": lambda recording, wrt, structure: Result(recording.outputs, recording.structure),
    "grad": first_derivative,
    "value_and_grad": value_and_gradient,
    "jacobian": jacobian,
    "hessian": hessian,
}
"""The transforms by name, except for "hvp", which also needs a vector."""
