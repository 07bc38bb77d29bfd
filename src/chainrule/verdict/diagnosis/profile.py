"""Gradients by their distance from the root, which show whether they vanish or explode."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from ..axes import plot_sizes
from ..result_table import text_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TREND = 1e4
"""A trend changes the gradients by more than this factor from the root to the leaves."""
MOST_ROWS = 24


class Level(NamedTuple):
    """The nodes at one distance from the root.

    Attributes:
        depth: The number of operations on the longest path from the root.
        nodes: How many there are.
        median: The median of their gradients' magnitudes.
        largest: The largest magnitude.
    """

    depth: int
    nodes: int
    median: float
    largest: float


class Profile(tuple[Level, ...]):
    """The levels of a graph, the root's first; shows as text."""

    __slots__ = ()

    @property
    def trend(self) -> str:
        """'vanishing', 'exploding', or empty."""
        sizes = [level.largest for level in self if math.isfinite(level.largest)]
        if len(sizes) < 8:
            return ""
        quarter = max(1, len(sizes) // 4)
        top, bottom = median(sizes[:quarter]), median(sizes[-quarter:])
        if bottom * TREND < top:
            return "vanishing"
        return "exploding" if bottom > top * TREND else ""

    def __str__(self) -> str:
        rows = [(str(x.depth), str(x.nodes), f"{x.median:.2e}", f"{x.largest:.2e}") for x in self]
        if len(rows) > MOST_ROWS:
            half = MOST_ROWS // 2
            hidden = (f"… {len(rows) - MOST_ROWS} more", "", "", "")
            rows = [*rows[:half], hidden, *rows[-half:]]
        return text_table(("depth", "nodes", "median |gradient|", "largest"), rows, (0, 1, 2, 3))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Plot the magnitudes against the depth, on a logarithmic scale.

        Args:
            ax: The axes to draw on; a new figure by default.

        Raises:
            MissingExtra: matplotlib is not installed.
        """
        sizes = {
            "largest": [level.largest for level in self],
            "median": [level.median for level in self],
        }
        depths, labels = [level.depth for level in self], ("operations from the root", "|gradient|")
        ax, _ = plot_sizes(ax, "the plot of a profile", depths, sizes, labels)
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
        return ax


def build_profile(
    operands: Sequence[tuple[int, ...]], gradients: Sequence[float | None]
) -> Profile:
    """Sort the gradients by depth, except for those of constants, which are None."""
    depths = [0] * len(operands)
    for index in range(len(operands) - 1, -1, -1):
        for operand in operands[index]:
            depths[operand] = max(depths[operand], depths[index] + 1)
    levels: dict[int, list[float]] = {}
    for depth, gradient in zip(depths, gradients):
        if gradient is not None:
            levels.setdefault(depth, []).append(abs(gradient))
    return Profile(
        Level(depth, len(sizes), median(sizes), max(sizes, key=lambda x: math.inf if x != x else x))
        for depth, sizes in sorted(levels.items())
    )
