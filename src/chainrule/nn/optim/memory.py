"""What an optimizer keeps from step to step."""

from __future__ import annotations

import numpy as np

from .vectors import Floats


class Memory(dict[str, Floats]):
    """What an optimizer keeps of a vector from step to step; an array is zeros when first read.

    Args:
        shape: The shape of the vector, and of every array.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.scratch = np.empty(shape), np.empty(shape)

    def __missing__(self, name: str) -> Floats:
        self[name] = np.zeros(self.scratch[0].shape)
        return self[name]


def blend(mean: Floats, new: Floats, keep: float, scratch: Floats) -> None:
    """Change a running mean: it keeps this share of itself, the rest comes from the new numbers."""
    mean *= keep
    mean += np.multiply(new, 1 - keep, out=scratch)
