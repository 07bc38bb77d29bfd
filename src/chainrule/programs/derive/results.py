"""The transforms of a recorded function, as nodes on its tape and the structure of the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from ...errors import ShapeError, WrongType
from ..trace.recording import Recording, scalar
from ..trace.structure import Array, Leaf, Nest, Number, Structure, map_leaves, size
from ..twin import Tape, gradient, tangents

T = TypeVar("T")


class Result(NamedTuple):
    """The nodes of a result, one for each number, and its structure."""

    nodes: list[int]
    structure: Structure


class Transform(NamedTuple):
    """A transform of a function.

    Attributes:
        name: One of TRANSFORMS, or "guards".
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
        chosen = _resolve(argnums, count)
        return cls(name, chosen, not isinstance(argnums, (tuple, list)))

    def select(self, values: Sequence[T], lengths: Iterable[int]) -> list[T]:
        """The values that belong to `argnums`, out of those of all arguments, which have `lengths`
        values each."""
        ends = [*accumulate(lengths, initial=0)]
        return [x for argnum in self.argnums for x in values[ends[argnum] : ends[argnum + 1]]]

    def structure(self, structures: Mapping[int, Structure] | Sequence[Structure]) -> Structure:
        """The structure of the gradient, given those of the arguments."""
        chosen = tuple(structures[argnum] for argnum in self.argnums)
        return chosen[0] if self.is_single else Nest("tuple", chosen)

    def apply(
        self,
        recording: Recording,
        wrt: Sequence[int],
        structure: Structure,
        direction: Sequence[int] = (),
    ) -> Result:
        """Record the result for the nodes `wrt`, whose gradient has this structure; for "hvp", with
        the nodes of the vector. Second derivatives are forward over reverse mode."""
        tape, outputs = recording.tape, recording.outputs
        if self.name == "guards":
            return Result([], Nest("tuple", ()))
        if self.name == "value":
            return Result(outputs, recording.structure)
        if self.name == "jacobian":
            return _matrix(recording.structure, structure, _jacobian(tape, outputs, wrt))
        slopes = gradient(tape, [scalar(recording)], [tape.constant(1.0)], list(wrt))
        if self.name == "value_and_grad":
            return Result([*outputs, *slopes], Nest("tuple", (recording.structure, structure)))
        if self.name == "hessian":
            return _matrix(structure, structure, _forward(tape, slopes, wrt))
        if self.name == "hvp":
            return Result(tangents(tape, list(wrt), list(direction), slopes), structure)
        return Result(slopes, structure)


TRANSFORMS = ("value", "grad", "value_and_grad", "jacobian", "hessian", "hvp")

VALUE = Transform("value")
GUARDS = Transform("guards")
"""Computes only the conditions."""


def _resolve(argnums: Any, count: int) -> tuple[int, ...]:
    """The arguments that `argnums` names, counted from 0."""
    chosen = argnums if isinstance(argnums, (tuple, list)) else (argnums,)
    if not all(hasattr(each, "__index__") and not isinstance(each, bool) for each in chosen):
        raise WrongType(f"argnums needs an int or a tuple of ints, but got {argnums!r}.")
    if not all(-count <= each < count for each in chosen):
        raise ShapeError(
            f"argnums={argnums!r} does not fit: the number of positional arguments is {count}.",
            remedy="pass the arguments to differentiate by position, not by keyword",
        )
    numbers = tuple(int(each) % count for each in chosen)
    if not numbers or len(set(numbers)) < len(numbers):
        raise ShapeError(f"argnums needs one argument or several different ones, not {argnums!r}.")
    return numbers


# ---- matrices ------------------------------------------------------------------------------------


def _jacobian(tape: Tape, outputs: Sequence[int], wrt: Sequence[int]) -> list[list[int]]:
    """The matrix of outputs by wrt, in the mode that takes fewer sweeps."""
    if len(wrt) < len(outputs):
        return _forward(tape, outputs, wrt)
    one = tape.constant(1.0)
    return [gradient(tape, [output], [one], list(wrt)) for output in outputs]


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

    return Result(nodes, map_leaves(rows, tree))
