"""The decision boundary of a classifier of two inputs, with its data."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

from ...errors import DomainError
from ...numerals import MINUS
from ..losses import Loss
from ..prediction import columns_of
from ..training.data import in_order, read_inputs
from .decisions import check_targets, check_two_columns, decide, threshold_of_model, with_labels
from .evaluation import column_names, is_model
from .picture import CLASSES, INK, MARKERS, Picture, axes_of, title

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MARGIN = 0.12
"""How far the picture reaches beyond the data, in widths of the data."""
STRONGEST, FAINTEST = 0.55, 0.12
"""How much of a class's colour its region has, where the model is sure and where it is not."""


def plot_boundary(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: str | Loss | None = None,
    classes: Sequence[Any] | None = None,
    threshold: float | None = None,
    resolution: int = 200,
    ax: Axes | None = None,
) -> Picture:
    """Draw which class a model predicts at each point of a plane, and the data over it.

    The stronger a colour, the more certain the model. Misclassified points have a ring around them.
    Colours can be told apart with every common form of colour blindness, and each class has a
    marker of its own.

    Args:
        model: A classifier of two inputs: a module or any object with `parameters()` that is
            called with one row; a scikit-learn estimator; or a function of rows, shape
            `(rows, 2)`, that returns a class or a score for each, or a score for each class.
        X: The data, shape `(rows, 2)`; the columns of a DataFrame name the axes.
        y: The class of each row, numbers or strings, shape `(rows,)`.
        classes: The classes in the order of the model's outputs. By default those in y, sorted.
        loss: What a model with one output was trained with, as for `fit`: the class with the
            smaller loss is predicted.
        threshold: The score above which the second of two classes is predicted, for a model with
            one output; it is named in the title. By default that of `loss`, else the one that `fit`
            has found, `model.threshold_`. Without both it is 0; but 0.5 if the model ends in a
            sigmoid, or if every score of a function of rows is between 0 and 1.
        resolution: The number of points along each axis at which the model is evaluated.
        ax: The axes to draw on; by default those of a new figure.

    Returns:
        The picture, with `.save(path)`, `.figure` and `.axes`.

    Raises:
        ShapeError: X doesn't have two columns, or the outputs don't fit the classes.
        DataError: An entry of X is nan or infinite, or there are no rows.
        DomainError: y or a prediction isn't finite.
        WrongType: X holds something other than numbers, or some classes are words and others
            numbers.
        MissingExtra: matplotlib is not installed.

    Cost: One run of the compiled model over `resolution**2 + rows` rows.

    Example:
        >>> from chainrule import nn
        >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "yes"]
        >>> plot_boundary(lambda rows: rows[:, 0] + rows[:, 1] - 0.5, X, y)
        <Picture: decision boundary, 4 of 4 points classified correctly>
    """
    import numpy as np

    X = in_order(X, columns_of(model) if is_model(model) else ())
    check_two_columns(np.shape(X) if hasattr(X, "shape") else read_inputs(X).X.shape)
    table, y = read_inputs(X).X.astype(float), np.asarray(y)
    check_targets(y, len(table))
    if not isinstance(resolution, int) or resolution < 2:
        raise DomainError(f"resolution needs to be an int of at least 2, but got {resolution!r}.")
    known = np.unique(y).tolist() if classes is None else list(classes)
    ax = axes_of(ax, "plot_boundary")
    across, up = (_ticks(column, resolution) for column in table.T)
    grid = np.stack([each.ravel() for each in np.meshgrid(across, up)], axis=1)
    if threshold is None:
        threshold = threshold_of_model(model, loss, known)
    known, shares, threshold = decide(model, X, np.concatenate([grid, table]), known, threshold)
    regions = shares[: len(grid)].reshape(resolution, resolution, len(known))
    winners = shares[len(grid) :].argmax(axis=1)
    is_right = np.array([known[k] == label for k, label in zip(winners.tolist(), y.tolist())])
    _draw_regions(ax, across, up, regions)
    _draw_points(ax, table, y, with_labels(known, y.tolist(), "y has"), is_right)
    ax.set(**dict(zip(("xlabel", "ylabel"), column_names(X, 2))))
    words = f"{is_right.sum():,} of {len(y):,} points classified correctly"
    everywhere = np.unique(regions.argmax(axis=2))
    if len(everywhere) == 1:
        words += f"; the model predicts {known[everywhere[0]]!r} everywhere here"
    is_score = threshold is not None
    rule = f"\nclass {known[1]} where the output is above {threshold:g}" if is_score else ""
    title(ax, words + rule)
    return Picture([ax], f"decision boundary, {words}")


def _ticks(column: Floats, count: int) -> Floats:
    """Points along an axis, a little beyond the data on both sides."""
    import numpy as np

    low, high = float(column.min()), float(column.max())
    margin = MARGIN * (high - low) or abs(high) or 1.0
    return np.linspace(low - margin, high + margin, count)


def _draw_regions(ax: Axes, across: Floats, up: Floats, shares: Floats) -> None:
    """Colour each point by its class, and draw the lines between the regions."""
    import numpy as np
    from matplotlib.colors import to_rgb

    count = shares.shape[2]
    colours = np.array([to_rgb(CLASSES[k % len(CLASSES)]) for k in range(count)])
    ordered = np.sort(shares, axis=2)
    lead = ordered[..., -1] - ordered[..., -2] if count > 1 else ordered[..., -1]
    strength = FAINTEST + (STRONGEST - FAINTEST) * lead
    pure = colours[shares.argmax(axis=2)]
    image = np.concatenate([pure, strength[..., None]], axis=2)  # the paper shines through
    ends = (across[0], across[-1], up[0], up[-1])
    ax.imshow(image, extent=ends, origin="lower", aspect="auto", interpolation="bilinear", zorder=0)
    for k in range(count if count > 2 else count - 1):
        others = np.delete(shares, k, axis=2).max(axis=2)
        lead = shares[..., k] - others
        if lead.min() < 0 < lead.max():
            ax.contour(across, up, lead, levels=[0.0], colors=[INK], linewidths=1.3, zorder=1)


def _draw_points(ax: Axes, table: Floats, y: Any, classes: list[Any], is_right: Any) -> None:
    import numpy as np

    size = float(np.clip(6000 / len(y), 18, 42))
    for k, label in enumerate(classes):
        across, up = table[y == label].T
        if len(across):
            ax.scatter(
                across, up, s=size, color=CLASSES[k % len(CLASSES)], label=_said(label),
                marker=MARKERS[k % len(MARKERS)], edgecolor=INK, linewidth=0.5, zorder=3,
            )  # fmt: skip
    if not is_right.all():
        across, up = table[~is_right].T
        ax.scatter(
            across, up, s=3 * size + 20, facecolor="none", edgecolor=INK, linewidth=1.1,
            label="misclassified", zorder=4,
        )  # fmt: skip
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, labelcolor=INK, fontsize=9.5,
        borderaxespad=0.2, handletextpad=0.4,
    )  # fmt: skip


def _said(label: Any) -> str:
    """The name of a class: 1 for 1.0, and −1 with a true minus sign."""
    is_number = isinstance(label, Real) and not isinstance(label, bool)
    return f"{label:.15g}".replace("-", MINUS) if is_number else str(label)
