"""The loss around a model, along two directions in the space of its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...design import token
from ...errors import DomainError, ShapeError
from ...numerals import format_short
from ..losses import Loss
from ..parameters import named_parameters
from ..prediction import columns_of, numbers_of
from ..training.data import read_rows
from .directions import given_direction, random_direction
from .evaluation import losses_at
from .picture import INK, PAPER, Picture, axes_of, title

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SHADES = tuple(token(f"loss-{number}") for number in range(1, 7))
"""From the lowest loss to the highest."""
FAINT, STRONG = SHADES[0], SHADES[-1]
LEVELS = 12
MARK = token("class-1")


class LandscapePicture(Picture):
    """The loss around a model.

    Attributes:
        losses: The loss at each point, the lowest line of the picture first, shape
            `(resolution, resolution)`.
    """

    losses: Floats


def plot_landscape(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: str | Loss,
    directions: Sequence[Any] | None = None,
    span: float = 1.0,
    seed: int = 0,
    resolution: int = 41,
    ax: Axes | None = None,
) -> LandscapePicture:
    """Draw the loss of a model around its parameters, as contour lines over a plane.

    Two directions span the plane, and the model is in the middle. Random directions are
    filter-normalised: along each, a step of 1 moves the parameters of every neuron by their own
    norm. A basin that looks sharp is therefore sharp, however the model is scaled. The contour
    lines are denser at low losses: from one to the next, the height above the lowest loss grows by
    about the same factor.

    Args:
        model: A module, or any object with `parameters()`, that is called with one row.
        X: The data, shape `(rows, inputs)`.
        y: The target of each row.
        loss: The name of a loss in `chainrule.nn.losses`, or any function of a prediction and a
            target, as for `fit`.
        directions: Two directions, each an array of shape `(parameters,)` in the order of
            `model.parameters()`, or the name of a parameter, whose value the axis then shows. By
            default two random directions.
        span: How far the picture reaches in each direction.
        seed: The seed of the random directions.
        resolution: The number of points along each axis at which the loss is computed.
        ax: The axes to draw on; by default those of a new figure.

    Returns:
        The picture, with `.save(path)`, `.figure`, `.axes`, and `.losses`, an array.

    Raises:
        DomainError: The loss of the model itself isn't finite.
        ShapeError: X, y, the directions and the model don't fit together.
        MissingExtra: matplotlib is not installed.

    Cost: `resolution**2` runs of the compiled loss over all rows.

    Notes:
        A plane shows only two of many directions: a basin in it doesn't prove that the model is
        at a minimum.

    Example:
        >>> import numpy as np
        >>> from chainrule import nn
        >>> X = np.linspace(-1, 1, 20)[:, None]
        >>> line = nn.Neuron(1, nonlin=False)
        >>> line.w[0].data = 2.0
        >>> plot_landscape(line, X, 2 * X[:, 0], loss="mse", directions=("w.0", "b"))
        <Picture: loss landscape of 2 parameters, loss 0 at the model>
    """
    import numpy as np

    _check(span, resolution)
    rows = read_rows(X, y, columns_of(model))
    names = named_parameters(model)
    if not names:
        raise ShapeError("the model has no parameters to vary.")
    w, generator = numbers_of([*names.values()]), np.random.default_rng(seed)
    first, second = _pair(directions, [*names], w, generator)
    losses_of = losses_at(model, loss, rows)
    steps = np.linspace(-span, span, resolution)
    [here] = losses_of([w])
    points = (w + a * first + b * second for b in steps for a in steps)
    losses = np.array(losses_of(points)).reshape(resolution, resolution)
    words = _words(here, losses)
    ax = axes_of(ax, "plot_landscape")
    across, up = (_axis(k, directions, names, steps) for k in range(2))
    ax.set_xlabel(across[0])
    ax.set_ylabel(up[0])
    _draw(ax, across[1], up[1], losses)
    title(ax, words)
    picture = LandscapePicture([ax], f"loss landscape of {len(w):,} parameters, {words}")
    picture.losses = losses
    return picture


def _words(here: float, losses: Floats) -> str:
    """What the loss is at the model, and what it could be."""
    import numpy as np

    if not np.isfinite(here):
        raise DomainError(
            f"the loss of the model is {format_short(here)}, so there is no landscape around it.",
            remedy="train it with a smaller learning rate, or find the cause with diagnose(loss)",
        )
    words = f"loss {_rounded(here)} at the model"
    lowest = float(np.nanmin(losses))
    return words + (f", as low as {_rounded(lowest)} in this plane" if lowest < here else "")


def _rounded(x: float) -> str:
    return format_short(float(f"{x:.3g}"))


def _check(span: Any, resolution: Any) -> None:
    if not isinstance(span, (int, float)) or not 0 < span < float("inf"):
        raise DomainError(f"span needs to be a positive number, but got {span!r}.")
    if not isinstance(resolution, int) or resolution < 2:
        raise DomainError(f"resolution needs to be an int of at least 2, but got {resolution!r}.")


def _pair(
    directions: Sequence[Any] | None, names: list[str], w: Floats, generator: Any
) -> list[Floats]:
    if directions is None:
        return [random_direction(names, w, generator) for _ in range(2)]
    if isinstance(directions, str) or len(directions) != 2:
        raise ShapeError("directions needs two directions, such as the names of two parameters.")
    return [given_direction(each, names) for each in directions]


def _axis(
    k: int, directions: Sequence[Any] | None, names: dict[str, Any], steps: Floats
) -> tuple[str, Floats]:
    """The label of an axis, and the numbers along it."""
    if directions is None:
        return f"random direction {k + 1}", steps
    if isinstance(directions[k], str):
        return directions[k], float(names[directions[k]].data) + steps
    return f"direction {k + 1}", steps


def _draw(ax: Axes, across: Floats, up: Floats, losses: Floats) -> None:
    """Contour lines, at equal steps of the logarithm where the loss allows it."""
    import numpy as np
    from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
    from matplotlib.patheffects import Normal, Stroke

    finite = losses[np.isfinite(losses)]
    low, high = float(finite.min()), float(finite.max())
    if not low < high:
        ax.set_facecolor(SHADES[1])
        ax.set_xlim(across[0], across[-1])
        ax.set_ylim(up[0], up[-1])
    else:
        # equal factors above the lowest loss, which may be 0 or negative
        shift = low - (high - low) * 1e-2
        levels = shift + np.geomspace(low - shift, high - shift, LEVELS + 1)
        levels[-1] = high
        shades = LinearSegmentedColormap.from_list("loss", SHADES)
        norm = BoundaryNorm(levels, shades.N)
        ax.contourf(across, up, losses, levels=levels, cmap=shades, norm=norm, extend="both")
        lines = ax.contour(across, up, losses, levels=levels[1:-1], colors=[FAINT], linewidths=0.7)
        ax.clabel(lines, levels[1:-1:2], fontsize=8.5, colors=[STRONG], fmt=lambda x: f"{x:.2g}")
        for label in ax.texts:
            label.set_path_effects([Stroke(linewidth=2.5, foreground=FAINT), Normal()])
    ax.plot(
        [across.mean()], [up.mean()], marker="*", markersize=16, color=MARK, markeredgecolor=STRONG,
        markeredgewidth=0.8, zorder=4, linestyle="none", label="the model",
    )  # fmt: skip
    ax.legend(loc="upper right", fontsize=9.5, labelcolor=INK, edgecolor=PAPER, framealpha=0.9)
