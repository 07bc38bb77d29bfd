"""The transforms of a recorded function, as nodes on its tape and the structure of the result."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from ...errors import ShapeError
from ..trace.recording import Recording, scalar
from ..trace.signatures import Call
from ..trace.structure import Array, Leaf, Nest, Number, Structure, leaves_of, map_leaves, size
from ..twin import Tape, gradient, linearize, slopes, tangents
from .linear import every_column

T = TypeVar("T")
Argnums = int | str | Sequence[int | str]


class Result(NamedTuple):
    """The nodes of a result, one for each number, and its structure."""

    nodes: list[int]
    structure: Structure


class Transform(NamedTuple):
    """A transform of a function.

    Attributes:
        name: One of TRANSFORMS, "jvp" or "guards".
        argnums: The arguments to differentiate with respect to; those passed by keyword are counted
            after the others, in the order of their names.
        is_single: Whether argnums was one argument, not a tuple.
        has_aux: Whether the function returns a pair of its result and of auxiliary data.
        is_sparse: Whether the result has only the entries that can be other than 0.
    """

    name: str
    argnums: tuple[int, ...] = ()
    is_single: bool = True
    has_aux: bool = False
    is_sparse: bool = False

    @classmethod
    def of(cls, name: str, argnums: Any, call: Call, has_aux: bool = False) -> Transform:
        """The transform for the `argnums` of a user."""
        if name == "value":
            return cls(name)
        if type(argnums) is int and 0 <= argnums < call.positional:
            return cls(name, (argnums,), True, has_aux)
        is_single = not isinstance(argnums, (tuple, list))
        chosen = tuple(call.find(each, argnums) for each in ([argnums] if is_single else argnums))
        if not chosen or len(set(chosen)) < len(chosen):
            raise ShapeError(
                f"argnums needs one argument or several different ones, not {argnums!r}."
            )
        return cls(name, chosen, is_single, has_aux)

    @property
    def takes_vector(self) -> bool:
        """Whether the arguments of the function are followed by a vector."""
        return self.name in ("hvp", "jvp")

    def select(self, values: Sequence[T], lengths: Iterable[int]) -> list[T]:
        """The values that belong to `argnums`, out of those of all arguments, which have `lengths`
        values each."""
        ends = [*accumulate(lengths, initial=0)]
        return [x for argnum in self.argnums for x in values[ends[argnum] : ends[argnum + 1]]]

    def structure(self, arguments: Sequence[Structure]) -> Structure:
        """The structure of the gradient, given that of each argument."""
        chosen = tuple(arguments[argnum] for argnum in self.argnums)
        return chosen[0] if self.is_single else Nest("tuple", chosen)

    def apply(
        self,
        recording: Recording,
        wrt: Sequence[int],
        structure: Structure,
        vector: Sequence[int] = (),
    ) -> Result:
        """Record the result for the nodes `wrt`, whose gradient has this structure, and the nodes
        of the vector."""
        if self.name == "guards":
            return Result([], Nest("tuple", ()))
        if self.name == "value":
            return Result(recording.outputs, recording.structure)
        if not self.has_aux:
            return self._derivative(recording, wrt, structure, vector, None)
        main, aux = recording.split()
        data = Result(aux.outputs, aux.structure)
        if self.name == "value_and_grad":
            return self._derivative(main, wrt, structure, vector, data)
        return _joined(self._derivative(main, wrt, structure, vector, None), data)

    def _derivative(
        self,
        recording: Recording,
        wrt: Sequence[int],
        structure: Structure,
        vector: Sequence[int],
        aux: Result | None,
    ) -> Result:
        """Record a derivative. Second derivatives are forward over reverse mode."""
        tape, wrt = recording.tape, list(wrt)
        value = Result(recording.outputs, recording.structure)
        if self.name == "jvp":
            moved = tangents(tape, wrt, list(vector), value.nodes)
            return _joined(value, Result(moved, value.structure))
        if self.name in ("jacobian", "jacfwd", "jacrev"):
            return _matrix(value, structure, _jacobian(self.name, tape, value.nodes, wrt))
        if self.name == "hessian":
            first = _matrix(value, structure, _jacobian("jacrev", tape, value.nodes, wrt))
            return _matrix(first, structure, _jacobian("jacfwd", tape, first.nodes, wrt))
        first = Result(gradient(tape, [scalar(recording)], [tape.constant(1.0)], wrt), structure)
        if self.name == "value_and_grad":
            return _joined(value if aux is None else _joined(value, aux), first)
        if self.name == "hvp":
            return Result(tangents(tape, wrt, list(vector), first.nodes), structure)
        return first

    def matrix(
        self, recording: Recording, wrt: Sequence[int], structure: Structure
    ) -> tuple[list[int], Structure] | None:
        """The nodes whose derivatives with respect to `wrt` are a Jacobian in forward mode or a
        Hessian, row by row, and its structure; None for another transform."""
        rows, nodes, tape = recording.structure, recording.outputs, recording.tape
        is_forward = self.name == "jacfwd" or (self.name == "jacobian" and len(wrt) < len(nodes))
        is_hessian = self.name == "hessian" and (self.is_sparse or isinstance(rows, Number))
        if self.has_aux or not (is_forward or is_hessian or self.is_sparse):
            return None
        if is_hessian:
            output = scalar(recording)
            rows, nodes = structure, gradient(tape, [output], [tape.constant(1.0)], list(wrt))
        is_by_rows = all(isinstance(leaf, Number) for leaf in leaves_of(rows))
        if not (is_by_rows or len(leaves_of(structure)) == 1 or self.is_sparse):
            return None
        return nodes, _matrix_structure(rows, structure)

    @property
    def is_computed(self) -> bool:
        """Whether a sweep over a recording is enough. Other derivatives are recorded."""
        return self.name in ("grad", "value_and_grad") and not self.has_aux

    def compute(
        self, recording: Recording, wrt: Sequence[int], structure: Structure
    ) -> tuple[Any, Structure] | None:
        """The numbers of what `apply` would record, to the same bits, and their structure, where a
        sweep over the recording gives them without recording anything; else None."""
        tape = recording.tape
        if tape.calls:  # whose derivatives Python records
            return None
        if not self.is_computed:
            matrix = is_large(recording, len(wrt)) and self.matrix(recording, wrt, structure)
            linear = matrix and linearize(tape, list(wrt), matrix[0])
            return (every_column(linear, tape, len(wrt)), matrix[1]) if matrix and linear else None
        output = scalar(recording)
        numbers = slopes(tape, [output], [1.0], wrt)
        if self.name == "grad":
            return numbers, structure
        both = Nest("tuple", (recording.structure, structure))
        return array("d", [tape.value(output)]) + numbers, both


def _joined(a: Result, b: Result) -> Result:
    """A pair of two results."""
    return Result([*a.nodes, *b.nodes], Nest("tuple", (a.structure, b.structure)))


MAX_RECORDED = 1_000_000
"""A matrix of derivatives isn't recorded if its columns times the recording's nodes are more."""


def is_large(recording: Recording, columns: int) -> bool:
    """Whether a matrix with so many columns is too large to be recorded."""
    return columns * len(recording.tape) > MAX_RECORDED


JACOBIANS = ("jacobian", "jacfwd", "jacrev")
MATRICES = (*JACOBIANS, "hessian")
TRANSFORMS = ("value", "grad", "value_and_grad", *MATRICES, "hvp")

VALUE = Transform("value")
GUARDS = Transform("guards")
"""Computes only the conditions."""


# ---- matrices ------------------------------------------------------------------------------------


def _jacobian(mode: str, tape: Tape, outputs: Sequence[int], wrt: Sequence[int]) -> list[list[int]]:
    """The matrix of outputs by wrt: one forward sweep for each column, or one reverse sweep for
    each row; for "jacobian", in the mode that takes fewer sweeps."""
    one = tape.constant(1.0)
    if mode == "jacfwd" or (mode == "jacobian" and len(wrt) < len(outputs)):
        columns = [tangents(tape, [node], [one], list(outputs)) for node in wrt]
        return [list(row) for row in zip(*columns)] if columns else [[] for _ in outputs]
    return [gradient(tape, [output], [one], list(wrt)) for output in outputs]


def _matrix(rows: Result, columns: Structure, matrix: Sequence[Sequence[int]]) -> Result:
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

    return Result(nodes, map_leaves(rows.structure, tree))


def _matrix_structure(rows: Structure, columns: Structure) -> Structure:
    """The structure of a matrix, without its nodes."""

    def leaf(row: Leaf, column: Leaf) -> Structure:
        shape = row.shape + column.shape
        return Array(shape) if shape else Number()

    return map_leaves(rows, lambda row: map_leaves(columns, lambda column: leaf(row, column)))
