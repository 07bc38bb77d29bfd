"""Plots of results with matplotlib, on logarithmic scales."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..design import token
from ..errors import MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _new_axes(purpose: str) -> Any:
    """The axes of a new figure; raises MissingExtra without matplotlib."""
    try:
        import matplotlib.pyplot as pyplot
    except ImportError:
        raise MissingExtra("matplotlib", purpose) from None
    figure, ax = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
    figure.patch.set_alpha(0)
    ax.patch.set_alpha(0)
    ax.grid(True, color=token("plot-grid"), linewidth=0.8)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
    return ax


def plot_sizes(
    ax: Axes | None,
    purpose: str,
    x: Sequence[float],
    sizes: Mapping[str, Sequence[float]],
    labels: tuple[str, str],
) -> tuple[Axes, list[Any]]:
    """Draw positive numbers over x on a logarithmic scale; return axes and the lines' colours."""
    ax = _new_axes(purpose) if ax is None else ax
    colours = []
    for name, ys in sizes.items():
        positive = [y if 0 < y < math.inf else math.nan for y in ys]
        (line,) = ax.plot(x, positive, marker="o", markersize=3, label=name)
        colours.append(line.get_color())
    ax.set_yscale("log")
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    ax.legend(frameon=False)
    return ax, colours
