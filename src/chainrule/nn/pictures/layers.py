"""Histograms of activations and their gradients, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import WrongType
from ...verdict.diagnosis.units import Unit
from ..losses import Loss
from ..prediction import columns_of
from ..training.data import read_inputs, read_rows
from .observation import LayerUnits, describe, observe_layers, with_kind
from .picture import INK, NEGATIVE, POSITIVE, SOFT, WARNING, Picture, dress, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 48


class LayersPicture(Picture):
    """Histograms of a model's layers.

    Attributes:
        units: Every activation, with its layer, its name and the share of rows in which it passes
            on hardly any gradient; `.state` is "dead", "saturated" or empty.
    """

    units: tuple[Unit, ...]


def plot_layers(
    model: Any,
    X: Any,
    y: Any = None,
    *,
    loss: str | Loss | None = None,
) -> LayersPicture:
    """Draw histograms of a model's activations, and of their gradients, layer by layer.

    Bars are orange where an activation passes on hardly any gradient, such as a relu that is off or
    a tanh far from 0, by the rule of `diagnose`. A relu that is off in every row is *dead*:
    training can't change it any more. Another activation that is flat in 95 % of the rows is
    *saturated*. Both are named.

    Args:
        model: A module, or any object with `parameters()`, that is called with one row. It needs
            to compute the same formula in every row, with `where` instead of `if`.
        X: The data, shape `(rows, inputs)`.
        y: The target of each row.
        loss: The name of a loss in `chainrule.nn.losses`, or any function of a prediction and a
            target, as for `fit`. The gradients are those of each row's own loss. Without y and loss
            there are no gradients.

    Returns:
        The picture, with `.save(path)`, `.figure`, `.axes`, and `.units`, all activations with
        their state.

    Raises:
        GraphError: The model has no activations, or computes another formula in some rows.
        DomainError: X or a prediction isn't finite.
        MissingExtra: matplotlib is not installed.

    Cost: One run of the compiled model and its gradient over all rows.

    Example:
        >>> import numpy as np
        >>> from chainrule import nn
        >>> model = nn.MLP(1, [2, 1])
        >>> for neuron, weight, bias in zip(model.layers[0].neurons, (1.0, -1.0), (0.0, -5.0)):
        ...     neuron.w[0].data, neuron.b.data = weight, bias
        >>> picture = plot_layers(model, np.linspace(0, 1, 50)[:, None])
        >>> print(picture)
        layer 1: 1 of 2 relu is dead: neuron 2
        >>> [unit.state for unit in picture.units]
        ['', 'dead']
    """
    if (y is None) != (loss is None):
        raise WrongType("plot_layers needs both y and loss for the gradients, but got only one.")
    names = columns_of(model)
    rows = read_inputs(X, names) if y is None else read_rows(X, y, names)
    layers = observe_layers(model, rows, loss)
    columns = 1 if loss is None else 2
    figure = new_figure("plot_layers", 4.2 * columns, 0.5 + 1.65 * len(layers))
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.06)
    grid = figure.subplots(len(layers), columns, squeeze=False)
    for layer, axes in zip(layers, grid):
        _draw_activations(axes[0], layer)
    if loss is not None:
        _draw_gradients(grid[:, 1], layers)
        _legend(grid[-1, 1], ("positive", "negative"))
    _legend(grid[-1, 0], ("passes on the gradient", "passes on hardly any"))
    sentences = describe(layers)
    picture = LayersPicture(grid.ravel(), "\n".join(sentences) or "no dead or saturated units")
    picture.units = tuple(unit for layer in layers for unit in layer.units)
    return picture


def _draw_activations(ax: Axes, layer: LayerUnits) -> None:
    """What passes gradients on, and what doesn't, one on top of the other."""
    import numpy as np

    dress(ax)
    ax.spines["left"].set_visible(False)
    ax.set_yticks([])
    low, high = float(layer.values.min()), float(layer.values.max())
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    active, flat = layer.values[~layer.is_flat], layer.values[layer.is_flat]
    counts = [np.histogram(part, edges)[0] for part in (active, flat)]
    ax.stairs(counts[0], edges, fill=True, color=POSITIVE)
    ax.stairs(counts[0] + counts[1], edges, baseline=counts[0], fill=True, color=NEGATIVE)
    tallest = max(1, (counts[0] + counts[1]).max())
    if layer.op == "relu" and counts[0].any():  # the bar at 0 may be much taller than all others
        tallest = min(tallest, 2 * counts[0].max())
    ax.set_ylim(0, 1.25 * tallest)
    name = f"{layer.name}: " if layer.name else ""
    ax.set_title(f"{name}{len(layer.units)} {layer.op}", loc="left", fontsize=10, color=INK)
    share = layer.is_flat.mean()
    if share:
        _note(ax, f"{_percent(share)} {'off' if layer.op == 'relu' else 'saturated'}")
    bad = [unit for unit in layer.units if unit.state]
    if bad:
        words = f"{bad[0].state}: {with_kind([unit.name for unit in bad], 4)}"
        ax.set_title(words, loc="right", fontsize=9, color=WARNING)


def _draw_gradients(column: Any, layers: list[LayerUnits]) -> None:
    """The sizes of the gradients on one logarithmic scale, so that layers can be compared."""
    import numpy as np

    sizes = [np.abs(layer.gradients) for layer in layers]
    some = np.concatenate([size[size > 0].ravel() for size in sizes])
    low, high = (some.min(), some.max()) if len(some) else (0.1, 1.0)
    low = max(low, high * 1e-12)
    edges = np.geomspace(low, high if high > low else 10 * low, BINS + 1)
    for ax, layer, size in zip(column, layers, sizes):
        dress(ax)
        ax.spines["left"].set_visible(False)
        ax.set_yticks([])
        ax.set_xscale("log")
        ax.minorticks_off()
        signs = (layer.gradients > 0, layer.gradients < 0)
        up, down = (np.histogram(size[sign], edges)[0] for sign in signs)
        ax.stairs(up, edges, fill=True, color=POSITIVE)
        ax.stairs(up + down, edges, baseline=up, fill=True, color=NEGATIVE)
        ax.set_ylim(0, 1.25 * max(1, (up + down).max()))
        if (size == 0).any():
            _note(ax, f"{_percent((size == 0).mean())} are 0")
    column[0].set_title("size of the gradients", loc="left", fontsize=10, color=INK)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share > 0.005 else "< 1 %"


def _note(ax: Axes, words: str) -> None:
    ax.text(0.5, 0.97, words, transform=ax.transAxes, ha="center", va="top", fontsize=9, color=SOFT)


def _legend(ax: Axes, words: tuple[str, str]) -> None:
    """Say below the lowest histogram of a column what its colours mean."""
    from matplotlib.patches import Patch

    handles = [Patch(color=colour, label=word) for colour, word in zip((POSITIVE, NEGATIVE), words)]
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, -0.16), ncols=2, frameon=False,
        fontsize=9, labelcolor=INK, borderaxespad=0, handlelength=1, columnspacing=1.2,
    )  # fmt: skip
