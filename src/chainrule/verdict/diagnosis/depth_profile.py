"""Gradients by their distance from the root: whether they vanish or explode on the way down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import MissingExtra
from ..tables import text_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TREND = 1e4
"""By how much gradients change from the root's end to the leaves' before it is called a trend."""
SHOWN = 24


class Level(NamedTuple):
    """The nodes at one distance from the root.

    Attributes:
        depth: The number of operations on the longest way from the root.
        nodes: How many they are.
        median: The median of their gradients' magnitudes.
        largest: The largest one.
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
        if len(rows) > SHOWN:
            half = SHOWN // 2
            hidden = (f"… {len(rows) - SHOWN} more", "", "", "")
            rows = [*rows[:half], hidden, *rows[-half:]]
        return text_table(("depth", "nodes", "median |gradient|", "largest"), rows, (0, 1, 2, 3))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the magnitudes over the depth, on a logarithmic scale.

        Args:
            ax: The axes to draw on; by default those of a new figure.

        Raises:
            MissingExtra: matplotlib is not installed.
        """
        ax = axes("the plot of a profile") if ax is None else ax
        for name, sizes in (
            ("largest", [level.largest for level in self]),
            ("median", [level.median for level in self]),
        ):
            shown = [x if 0 < x < math.inf else math.nan for x in sizes]
            ax.plot([level.depth for level in self], shown, marker="o", markersize=3, label=name)
        ax.set_yscale("log")
        ax.set_xlabel("operations from the root")
        ax.set_ylabel("|gradient|")
        ax.legend(frameon=False)
        return ax


def axes(purpose: str) -> Any:
    """The axes of a new figure.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as pyplot
    except ImportError:
        raise MissingExtra("matplotlib", "plot", purpose) from None
    figure, ax = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
    figure.patch.set_alpha(0)
    ax.patch.set_alpha(0)
    ax.grid(True, color="#76767638", linewidth=0.8)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
    return ax


def profile(operands: Sequence[tuple[int, ...]], gradients: Sequence[float | None]) -> Profile:
    """Sort gradients by depth.

    Args:
        operands: The places of each node's operands; operands before their users.
        gradients: The gradient of each node; None for a constant, which is left out.
    """
    depths = [0] * len(operands)
    for place in range(len(operands) - 1, -1, -1):
        for operand in operands[place]:
            depths[operand] = max(depths[operand], depths[place] + 1)
    levels: dict[int, list[float]] = {}
    for depth, gradient in zip(depths, gradients):
        if gradient is not None:
            levels.setdefault(depth, []).append(abs(gradient))
    return Profile(
        Level(depth, len(sizes), median(sizes), max(sizes, key=_rank))
        for depth, sizes in sorted(levels.items())
    )


def _rank(size: float) -> float:
    return math.inf if size != size else size
