"""Measure a slope with smaller and smaller steps, to show truncation and cancellation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ...engine.node import Node, describe, is_value
from ...engine.numbers import number
from ...engine.twin import Value
from ...errors import DomainError, WrongType
from ...graph.passes import gradients
from ...graph.traversal import postorder, select_nodes
from ...numerals import MINUS, format_short
from ..axes import plot_sizes
from ..flat_graph import FlatGraph
from ..measurement import Measurement, measure
from ..result_table import RowTable, name_of
from .slope import result_of, step_size

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS = tuple(10.0**-power for power in range(17))
"""The default steps: 1, 0.1, ..., 1e-16."""
Follow = Callable[[float], float]
"""Returns the result for another number."""


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


@dataclass(eq=False, repr=False)
class Sweep(RowTable[Step]):
    """A table with one row for each step; shows as text, and as HTML in a notebook.

    With a wide step, the slope of the chord isn't that of the curve (truncation: the error shrinks
    with h, or with its square for central slopes). With a narrow one, the two results are so close
    that their difference has few correct digits (cancellation: the error grows as h shrinks). The
    best step lies between.

    Attributes:
        name: What was moved.
        gradient: The gradient that the slopes approximate.
        rows: One row for each step.
        remark: A warning if the point is at a kink; else empty.
    """

    HEADINGS = ("h", "forward", "error", "central", "error")
    RIGHT = (1, 2, 3, 4)

    name: str
    gradient: float
    rows: tuple[Step, ...]
    remark: str = ""

    @property
    def best(self) -> Step | None:
        """The row with the smallest error of the forward slope; None if no error is finite."""
        return _nearest(self.rows, lambda row: row.forward_error)

    @property
    def best_central(self) -> Step | None:
        """The row with the smallest error of the central slope; None if no error is finite."""
        return _nearest(self.rows, lambda row: row.central_error)

    @property
    def title(self) -> str:
        """The result in words."""
        best = (("forward", self.best), ("central", self.best_central))
        nearest = ", ".join(f"h = {format_short(row.h)} {side}" for side, row in best if row)
        near = f"Nearest: {nearest}." if nearest else "No step can be compared with it."
        gradient = format_short(self.gradient)
        text = f"The gradient with respect to {self.name} is {gradient}. {near}"
        return f"{text} {self.remark}" if self.remark else text

    def cells(self) -> list[tuple[str, ...]]:
        formats = (format_short, _number, _size, _number, _size)
        return [tuple(text(x) for text, x in zip(formats, row)) for row in self.rows]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Plot the errors against h, both on logarithmic scales, and mark the best steps.

        Args:
            ax: The axes to draw on; a new figure by default.

        Raises:
            MissingExtra: matplotlib is not installed.
        """
        errors = {
            "forward": [row.forward_error for row in self.rows],
            "central": [row.central_error for row in self.rows],
        }
        steps, labels = [row.h for row in self.rows], ("h", "error of the slope")
        axes, colours = plot_sizes(ax, "the plot of a sweep", steps, errors, labels)
        for colour, best in zip(colours, (self.best, self.best_central)):
            if best:
                axes.axvline(best.h, color=colour, linewidth=0.8, linestyle=":")
        axes.set_xscale("log")
        axes.text(0.98, 0.02, "truncation", transform=axes.transAxes, ha="right", va="bottom")
        axes.text(0.02, 0.02, "cancellation", transform=axes.transAxes, ha="left", va="bottom")
        return axes


def _nearest(rows: Iterable[Step], error: Callable[[Step], float]) -> Step | None:
    return min((row for row in rows if math.isfinite(error(row))), key=error, default=None)


def _number(slope: float) -> str:
    return "no value" if slope != slope else f"{slope:.12f}".replace("-", MINUS)


def _size(error: float) -> str:
    return "" if error != error else f"{error:.1e}".replace("-", MINUS)


def sweep(what: Any, at: Any = None, h: Iterable[float] = STEPS) -> Sweep:
    """Measure one slope with many steps, and show how far each result is from the gradient.

    Args:
        what: A Value, the root of a graph; or a function of one number.
        at: For a graph the node that is moved, by default its only leaf; for a function the point.
        h: The steps.

    Returns:
        A table with one row for each step, the best steps, and a plot. If the gradient is nan or
        infinite, no step is best.

    Raises:
        WrongType: `what` is neither a Value nor a function, or `at` doesn't fit.
        DomainError: A step is 0, nan or infinite, or none are given.
        GraphError: The node is not in the graph or is a constant.

    Cost: Two computations of the graph for each step.

    Example:
        >>> print(sweep(lambda x: x * x, 3.0, h=[1, 2**-10, 2**-52]))
        The gradient with respect to x is 6. Nearest: h = 0.000976562 forward, h = 1 central.
        <BLANKLINE>
        h                   forward    error         central    error
        1            7.000000000000  1.0e+00  6.000000000000  0.0e+00
        0.000976562  6.000976562500  9.8e−04  6.000000000000  0.0e+00
        2.22045e−16  0.000000000000  6.0e+00  0.000000000000  6.0e+00
    """
    steps = [float(step_size(x, "sweep", "leave h out")) for x in h]
    if not steps:
        raise DomainError("sweep needs steps, but got none.", remedy="leave h out")
    follow, x, gradient, name = (_of_graph if is_value(what) else _of_function)(what, at)
    rows = tuple(_step(follow, x, gradient, step) for step in steps)
    return Sweep(name, gradient, rows, _kink(measure(follow, x)))


def _kink(nudged: Measurement) -> str:
    """A warning if the point is at a kink."""
    if nudged.has_jump:
        return "The function jumps here, so no step gives the slope."
    if nudged.has_kink:
        left, right = nudged.sides_in_words
        return f"There is a kink here: the slope is {left} on the left and {right} on the right."
    return ""


def _step(follow: Follow, x: float, gradient: float, h: float) -> Step:
    middle, above, below = follow(x), follow(x + h), follow(x - h)
    forward, central = (above - middle) / h, (above - below) / (2 * h)
    return Step(h, forward, abs(forward - gradient), central, abs(central - gradient))


def _of_graph(root: Node, at: Any) -> tuple[Follow, float, float, str]:
    nodes = select_nodes(root, at, "moved")
    if len(nodes) != 1:
        raise WrongType(
            f"sweep moves one node, but {describe(root)} has {len(nodes)} leaves.",
            remedy="choose one: sweep(L, a)",
        )
    node, graph = nodes[0], FlatGraph(postorder(root))
    index = graph.index[node]
    gradient = gradients(root, wrt=[node])[node]
    follow = graph.follower(index, graph.above(index))
    return follow, graph.numbers[index], gradient, name_of(node)


def _of_function(f: Any, at: Any) -> tuple[Follow, float, float, str]:
    if not callable(f):
        raise WrongType(
            f"sweep needs a Value or a function, but got {type(f).__name__}.",
            remedy="sweep(L), or sweep(lambda x: ..., 2.0)",
        )
    if at is None or is_value(at):
        raise WrongType("sweep needs a point to measure at.", remedy="sweep(f, 2.0)")
    x = float(number(at, "the point"))

    def follow(y: float) -> float:
        try:
            out = f(y)
        except (ValueError, ArithmeticError):
            return math.nan
        return math.nan if isinstance(out, complex) else float(result_of(out, "sweep"))

    try:
        leaf = Value(x)
        gradient = gradients(f(leaf), wrt=[leaf])[leaf]
    except (TypeError, KeyError):  # f doesn't take or return Values
        gradient = measure(follow, x).value
    return follow, x, gradient, "x"
