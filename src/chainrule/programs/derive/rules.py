"""The derivative of a function outside as another function outside: its vjp or jvp called with
plain numbers, and slopes by nudging."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from ...errors import ShapeError
from ..trace.calls import Call
from ..trace.flattening import leaves_like, numbers_of
from ..trace.structure import Nest, Static, Structure, describe, is_tracer

_STEP = sys.float_info.epsilon ** (1 / 3)
"""The relative step of a central difference whose rounding and truncation are alike."""


@dataclass(frozen=True)
class Backward:
    """The vjp or the jvp of a call, as a function of the cotangent (or the tangents), the output
    and the arguments. It returns a tuple of numbers and arrays, one for each leaf.

    Attributes:
        call: The call.
        kind: "vjp" or "jvp".
        why: Why it isn't recorded.
    """

    call: Call
    kind: str
    why: str = ""

    vjp = jvp = None
    uses_output = True

    @property
    def name(self) -> str:
        return f"the {self.kind} of {self.call.external.name}"

    @property
    def vectorized(self) -> bool:
        return bool(self.call.external.vectorized)

    def function(self, vector: Any, output: Any, *arguments: Any) -> tuple[Any, ...]:
        """Call the vjp or the jvp, and check what it returns."""
        call = self.call
        derivative = getattr(call.external, self.kind)
        result = derivative(vector, output, *arguments, **call.keywords)
        leaves: list[Any] = []
        if self.kind == "jvp":
            self._fill(result, call.result, None, leaves)  # type: ignore[arg-type]  # it has run
            return tuple(leaves)
        count = len(arguments)
        if not isinstance(result, (tuple, list)) or (count == 1 and len(result) != 1):
            result = (result,)
        if len(result) != count:
            raise ShapeError(
                f"{self.name} needs to return a cotangent for each of the {count} arguments, but "
                f"returned {len(result)}.",
                remedy="return None for an argument that nothing flows to",
            )
        self._fill(tuple(result), call.arguments, arguments, leaves)
        return tuple(leaves)

    def _fill(self, given: Any, structure: Structure, like: Any, leaves: list[Any]) -> None:
        """Append the leaves of what was returned to `leaves`, zeros for None. They need the shapes
        of `like`, if it is given, or of the structure."""
        if isinstance(structure, Static):
            return
        if isinstance(structure, Nest):
            nothing = [None] * len(structure.parts)
            inner = nothing if given is None else structure.parts_of(given, self.name)
            if inner is None:
                raise self._misfit(given, describe(structure))
            others = nothing if like is None else structure.parts_of(like, self.name) or nothing
            for part, each, other in zip(structure.parts, inner, others):
                self._fill(each, part, other, leaves)
            return
        import numpy as np

        shape = structure.shape if like is None else np.shape(like)
        found = () if given is None or is_tracer(given) else np.shape(given)
        if found == shape or (self.vectorized and like is None):
            is_array = hasattr(given, "dtype") or not found
            leaves.append(0.0 if given is None else given if is_array else np.array(given))
        elif found == ():
            filled = np.empty(shape, dtype=object if is_tracer(given) else float)
            filled.fill(0.0 if given is None else given)
            leaves.append(filled)
        else:
            raise self._misfit(given, f"an array of shape {shape}" if shape else "a number")

    def _misfit(self, given: Any, needed: str) -> ShapeError:
        import numpy as np

        shape = np.shape(given) if hasattr(given, "shape") else None
        got = type(given).__name__ if shape is None else f"an array of shape {shape}"
        return ShapeError(f"{self.name} needs to return {needed}, but returned {got}.")


@dataclass(frozen=True)
class Nudged:
    """The slopes of a call by nudging: central differences, as a matrix with a row for each number
    in the result and a column for each number in the arguments."""

    call: Call

    vjp = jvp = None
    uses_output = True
    vectorized = False
    why = "slopes found by nudging are too inexact for second derivatives"

    @property
    def name(self) -> str:
        return f"the nudging of {self.call.external.name}"

    def function(self, *arguments: Any) -> Any:
        """The matrix of slopes."""
        import numpy as np

        leaves: list[Any] = []
        for each, structure in zip(arguments, self.call.arguments.parts):
            if not isinstance(structure, Static):
                leaves += leaves_like(each, structure, "an argument")
        point = np.array(numbers_of(leaves), dtype=float)
        steps = np.diag(_STEP * np.maximum(1.0, np.abs(point)))
        above, below = point + steps, point - steps
        rows = np.frombuffer(self.call.run(2 * len(point), np.vstack([above, below]).tobytes()))
        upper, lower = rows.reshape(2, len(point), -1)
        return ((upper - lower) / (above - below).diagonal()[:, None]).T
