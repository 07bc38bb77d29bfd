"""Comparing a replay with a new run of the function."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...errors import CheckFailed
from ..derive.results import VALUE
from ..trace.structure import describe
from .paths import Paths

if TYPE_CHECKING:
    from .layout import Floats

_REMEDY = (
    "everything that the function reads from outside is fixed when it is recorded: pass it as an "
    "argument, or compile again"
)


def verify(paths: Paths, inputs: Floats) -> None:
    """Run the function again, and raise CheckFailed if its result differs from the replay."""
    numbers = inputs.tolist()
    replayed = paths.point(VALUE, inputs).outputs.tolist()
    fresh = Paths(paths.function, paths.structures, paths.name).record(numbers).recording
    if fresh.structure != paths.start(lambda: numbers).recording.structure:
        raise CheckFailed(
            f"{paths.name} now returns {describe(fresh.structure)}, unlike its recording.",
            remedy=_REMEDY,
        )
    returned = [fresh.tape.value(node) for node in fresh.outputs]
    if not all(_agree(a, b) for a, b in zip(returned, replayed)):
        raise CheckFailed(
            f"{paths.name} now returns {returned}, but its recording {replayed}.",
            remedy=_REMEDY,
        )


def _agree(a: float, b: float) -> bool:
    """Whether two results agree; a replay expands operations made by `define`, and may round
    differently."""
    return math.isclose(a, b, rel_tol=1e-9) or (a != a and b != b)
