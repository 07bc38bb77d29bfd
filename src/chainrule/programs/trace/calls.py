"""Calls of functions outside: what a tape holds of one, and how a machine runs it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from ...engine.kinds import CONDITION, FLAG, NUMBER, WHOLE
from ...errors import ShapeError, WrongType, shorten
from .flattening import build, flatten
from .recording import outside
from .structure import (
    Array,
    Leaf,
    Nest,
    Number,
    Static,
    Structure,
    describe,
    leaves_of,
    named_leaves,
)
from .traced import first_traced

_NUMBER = Number()
_TYPES = {NUMBER: float, WHOLE: int, FLAG: bool, CONDITION: bool}


class Call:
    """A function outside, for arguments of one structure.

    A machine calls `run` with float64 numbers as bytes and gets such bytes. Equal calls compute the
    same.

    Attributes:
        external: What is called: an object with a `name`, a `function`, whether it is `vectorized`
            (takes and returns whole blocks of rows), and its derivative: `vjp`, `jvp`, and `why` it
            has neither.
        arguments: The structures of the arguments; a Static holds one that isn't recorded.
        keywords: The keyword arguments, which aren't recorded either.
        result: The structure of its result; None before the first run.
    """

    def __init__(
        self,
        external: Any,
        arguments: Sequence[Structure],
        keywords: Mapping[str, Any],
        result: Structure | None = None,
    ) -> None:
        self.external = external
        self.arguments = Nest("tuple", tuple(arguments))
        self.keywords = dict(keywords)
        self.result = result
        self._takes_numbers = all(each == _NUMBER for each in arguments)  # floats only

    def __repr__(self) -> str:
        return f"<call of {self.external.name}>"

    @property
    def _key(self) -> Any:
        return (self.external, self.arguments, (*self.keywords.items(),))

    def __hash__(self) -> int:
        try:
            return hash(self._key)
        except TypeError:  # an argument that isn't recorded isn't hashable
            return id(self)

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Call):
            return self is other
        try:
            return hash(self._key) == hash(other._key) and bool(self._key == other._key)
        except TypeError:
            return False

    def run(self, rows: int, numbers: bytes) -> bytes:
        """The results at the operands of so many rows, row by row; both are float64 numbers."""
        flat = memoryview(numbers).cast("d")
        if rows == 1:
            return self._one(flat)
        if self.external.vectorized:
            return self._block(rows, flat)
        count = len(flat) // rows
        return b"".join(self._one(flat[row * count : (row + 1) * count]) for row in range(rows))

    def _one(self, flat: Any) -> bytes:
        arguments = flat.tolist() if self._takes_numbers else self._unflatten(flat)
        result = outside(self.external.function, *arguments, **self.keywords)
        if type(result) is float and self.result == _NUMBER:
            return array("d", (result,)).tobytes()
        if self._is_alike(result):
            return result.tobytes()  # type: ignore[no-any-return]
        leaves: list[Any] = []
        structure = self._flatten(result, leaves)
        if self.result is None:
            self.result = structure
        elif structure != self.result:
            raise ShapeError(
                f"{self.external.name} returned {describe(structure)}, but {describe(self.result)} "
                "when it was recorded.",
                remedy="return the same shapes for all numbers in the arguments",
            )
        return b"".join(map(_bytes, leaves))

    def _is_alike(self, result: Any) -> bool:
        """Whether it is an array that needs no further check."""
        import numpy as np

        return (
            type(result) is np.ndarray
            and result.dtype == np.float64
            and isinstance(self.result, Array)
            and result.shape == self.result.shape
        )

    def _unflatten(self, flat: Any, *rows: int) -> Any:
        """The arguments, with a leading axis if a number of rows is given."""
        import numpy as np

        matrix = np.frombuffer(flat).reshape(*rows, -1)
        start = 0

        def leaf(each: Leaf) -> Any:
            nonlocal start
            first, start = start, start + prod(each.shape)
            part = matrix[..., first:start].reshape((*rows, *each.shape))
            part = part.astype(_TYPES[each.kind])  # a copy, which f may change
            return part if part.ndim else part.item()

        return build(self.arguments, leaf)

    def _flatten(self, result: Any, leaves: list[Any]) -> Structure:
        """Append the numbers and arrays in a result to `leaves`, and return its structure."""
        name = f"the result of {self.external.name}"
        structure = flatten(result, leaves, name, as_float=True)
        if first_traced(leaves) is not None or any(
            isinstance(x, Static) for x, _ in named_leaves(structure, name)
        ):
            raise WrongType(
                f"{name} needs to be plain numbers and arrays of them, but it is "
                f"{shorten(result)}.",
                remedy="return the numbers that the function computes",
            )
        return structure

    def _block(self, rows: int, flat: Any) -> bytes:
        """Run a whole block: each argument and each result has a leading axis of rows."""
        import numpy as np

        result = outside(self.external.function, *self._unflatten(flat, rows), **self.keywords)
        leaves: list[Any] = []
        self._flatten(result, leaves)
        shapes = [(rows, *leaf.shape) for leaf in leaves_of(self.result)]  # type: ignore[arg-type]
        if [np.shape(leaf) for leaf in leaves] != shapes:
            raise ShapeError(
                f"{self.external.name} needs to return results of shapes {shapes} for {rows} rows, "
                f"but returned {[np.shape(leaf) for leaf in leaves]}.",
                remedy="leave out vectorized=True if the function takes one row at a time",
            )
        parts = [np.asarray(leaf, dtype=float).reshape(rows, -1) for leaf in leaves]
        return np.concatenate(parts, axis=1).tobytes()


def _bytes(leaf: Any) -> bytes:
    """A number or an array as float64 numbers."""
    if hasattr(leaf, "dtype"):
        return leaf.astype("d").tobytes()  # type: ignore[no-any-return]
    return array("d", (leaf,)).tobytes()
