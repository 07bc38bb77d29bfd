"""A slope measured with smaller and smaller steps: what truncation and cancellation cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from ...engine.node import describe, is_value
from ...engine.numbers import number
from ...engine.twin import Value
from ...errors import DomainError, WrongType
from ...graph.passes import gradients
from ...graph.traversal import postorder, select_nodes
from ...numerals import MINUS, format_short
from ..diagnosis.depth_profile import axes
from ..measured import Measured, measure
from ..replay import Replay
from ..tables import called, html_table, text_table
from .slopes import step_size

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS = tuple(10.0**-power for power in range(17))
"""The steps that are tried by default: 1, 0.1, ..., 1e-16."""


class Step(NamedTuple):
    """One step.

    Attributes:
        h: By how much the input was moved.
        forward: `(f(x + h) - f(x)) / h`.
        forward_error: How far that is from the gradient.
        central: `(f(x + h) - f(x - h)) / (2 * h)`.
        central_error: How far that is from the gradient.
    """

    h: float
    forward: float
    forward_error: float
    central: float
    central_error: float


class Sweep(Sequence[Step]):
    """One row for each step; shows as text, and as HTML in a notebook.

    With a wide step the slope of a chord is not that of the curve (truncation: the error shrinks
    with h, or with its square where both sides are looked at). With a narrow one the two results
    are so close that their difference has few digits left (cancellation: the error grows as h
    shrinks). The best step lies between.

    Attributes:
        name: What was moved.
        gradient: The gradient that the slopes should come to.
        rows: One row for each step.
        remark: That the place is at a kink; else empty.
    """

    HEADINGS = ("h", "forward", "error", "central", "error")

    def __init__(self, name: str, gradient: float, rows: Sequence[Step], remark: str = "") -> None:
        self.remark = remark
        self.name = name
        self.gradient = gradient
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.rows)

    @overload
    def __getitem__(self, place: int) -> Step: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Step]: ...
    def __getitem__(self, place: int | slice) -> Step | Sequence[Step]:
        return self.rows[place]

    @property
    def best(self) -> Step | None:
        """The row with the smallest error of the forward slope; None where none has an error."""
        return _nearest(self.rows, lambda row: row.forward_error)

    @property
    def best_central(self) -> Step | None:
        """The row with the smallest error of the central slope; None where none has an error."""
        return _nearest(self.rows, lambda row: row.central_error)

    @property
    def title(self) -> str:
        """The result in a sentence."""
        found = (("forward", self.best), ("central", self.best_central))
        nearest = ", ".join(f"h = {format_short(row.h)} {side}" for side, row in found if row)
        near = f"Nearest: {nearest}." if nearest else "No step can be compared with it."
        text = f"The gradient by {self.name} is {format_short(self.gradient)}. {near}"
        return f"{text} {self.remark}" if self.remark else text

    def cells(self) -> list[tuple[str, ...]]:
        """The rows as text, in the order of HEADINGS."""
        return [
            (
                format_short(row.h),
                *(_number(row.forward), _size(row.forward_error)),
                *(_number(row.central), _size(row.central_error)),
            )
            for row in self.rows
        ]

    def __str__(self) -> str:
        return f"{self.title}\n\n{text_table(self.HEADINGS, self.cells(), (1, 2, 3, 4))}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.title, self.HEADINGS, self.cells())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the errors over h, both on logarithmic scales, and mark the best steps.

        Args:
            ax: The axes to draw on; by default those of a new figure.

        Raises:
            MissingExtra: matplotlib is not installed.
        """
        ax = axes("the plot of a sweep") if ax is None else ax
        steps = [row.h for row in self.rows]
        for name, errors, best in (
            ("forward", [row.forward_error for row in self.rows], self.best),
            ("central", [row.central_error for row in self.rows], self.best_central),
        ):
            shown = [x if 0 < x < math.inf else math.nan for x in errors]
            (line,) = ax.plot(steps, shown, marker="o", markersize=3, label=name)
            if best:
                ax.axvline(best.h, color=line.get_color(), linewidth=0.8, linestyle=":")
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlabel("h")
        ax.set_ylabel("error of the slope")
        ax.text(0.98, 0.02, "truncation", transform=ax.transAxes, ha="right", va="bottom")
        ax.text(0.02, 0.02, "cancellation", transform=ax.transAxes, ha="left", va="bottom")
        ax.legend(frameon=False)
        return ax


def _nearest(rows: Iterable[Step], error: Callable[[Step], float]) -> Step | None:
    return min((row for row in rows if math.isfinite(error(row))), key=error, default=None)


def _number(slope: float) -> str:
    return "no value" if slope != slope else f"{slope:.12f}".replace("-", MINUS)


def _size(error: float) -> str:
    return "" if error != error else f"{error:.1e}".replace("-", MINUS)


def sweep(what: Any, at: Any = None, h: Iterable[float] = STEPS) -> Sweep:
    """Measure one slope with many steps, and show how far each is from the gradient.

    Args:
        what: A Value, the root of a graph; or a function of one number.
        at: For a graph the node that is moved, by default its only leaf; for a function the place.
        h: The steps.

    Returns:
        A table, one row a step, with the best steps and a plot. Where the gradient is nan or
        infinite no step is the best one.

    Raises:
        WrongType: `what` is neither a Value nor a function, or `at` does not fit.
        DomainError: A step is 0, nan or infinite, or there is none.
        GraphError: The node is not in the graph or is a constant.

    Cost: Two computations of the graph for each step.

    Example:
        >>> print(sweep(lambda x: x * x, 3.0, h=[1, 2**-10, 2**-52]))
        The gradient by x is 6. Nearest: h = 0.000976562 forward, h = 1 central.
        <BLANKLINE>
        h                   forward    error         central    error
        1            7.000000000000  1.0e+00  6.000000000000  0.0e+00
        0.000976562  6.000976562500  9.8e−04  6.000000000000  0.0e+00
        2.22045e−16  0.000000000000  6.0e+00  0.000000000000  6.0e+00
    """
    steps = [float(step_size(x, "sweep", "leave h out")) for x in h]
    if not steps:
        raise DomainError("sweep needs steps, but got none.", remedy="leave h out")
    if is_value(what):
        follow, x, gradient, name = _of_graph(what, at)
    elif callable(what):
        follow, x, gradient, name = _of_function(what, at)
    else:
        raise WrongType(
            f"sweep needs a Value or a function, but got {type(what).__name__}.",
            remedy="sweep(L), or sweep(lambda x: ..., 2.0)",
        )
    rows = [_step(follow, x, gradient, step) for step in steps]
    return Sweep(name, gradient, rows, _kink(measure(follow, x)))


def _kink(found: Measured) -> str:
    """That the place is at a kink, in words."""
    if found.has_jump:
        return "The function jumps here, so that no step is right."
    if found.has_kink:
        left, right = format_short(found.left), format_short(found.right)
        return f"Here is a kink: slope {left} left and {right} right."
    return ""


def _step(follow: Callable[[float], float], x: float, gradient: float, h: float) -> Step:
    middle, above, below = follow(x), follow(x + h), follow(x - h)
    forward, central = (above - middle) / h, (above - below) / (2 * h)
    return Step(h, forward, abs(forward - gradient), central, abs(central - gradient))


def _of_graph(root: Any, at: Any) -> tuple[Callable[[float], float], float, float, str]:
    nodes = select_nodes(root, at, "moved")
    if len(nodes) != 1:
        raise WrongType(
            f"sweep moves one node, but {describe(root)} has {len(nodes)} leaves.",
            remedy="name one: sweep(L, a)",
        )
    node = nodes[0]
    replay = Replay(postorder(root))
    place = replay.place[node]
    return (
        replay.follower(place, replay.above(place)),
        replay.numbers[place],
        gradients(root, wrt=[node])[node],
        called(node),
    )


def _of_function(
    f: Callable[..., Any], at: Any
) -> tuple[Callable[[float], float], float, float, str]:
    if at is None or is_value(at):
        raise WrongType("sweep needs a place to measure at.", remedy="sweep(f, 2.0)")
    x = float(number(at, "the place"))

    def follow(y: float) -> float:
        try:
            out = f(y)
        except (ValueError, ArithmeticError):
            return math.nan
        return float(out.data if is_value(out) else out)

    try:
        leaf = Value(x)
        out = f(leaf)
        gradient = gradients(out, wrt=[leaf])[leaf] if is_value(out) else measure(follow, x).value
    except (TypeError, KeyError):
        gradient = measure(follow, x).value
    return follow, x, gradient, "x"
