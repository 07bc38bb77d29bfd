"""Move each input a little, and compare the actual change with the one the gradient predicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...engine.node import Node
from ...engine.numbers import number
from ...errors import DomainError
from ...graph.evaluation import local_derivatives, recompute
from ...graph.passes import gradients
from ...graph.traversal import postorder, select_nodes
from ...numerals import format_number, format_short
from ...table.ops import TABLE
from ...table.rules import rule_of
from ..result_table import RowTable, name_of
from .slope import step_size


class Nudge(NamedTuple):
    """One input that was moved.

    Attributes:
        node: The node.
        number: Its number before.
        gradient: The gradient of the root with respect to it.
        predicted: The change of the root that the gradient predicts, `gradient * h`.
        actual: The change that happened; nan where the root has no real number after the move.
        error: `actual - predicted`.
    """

    node: Node
    number: float
    gradient: float
    predicted: float
    actual: float
    error: float


@dataclass(eq=False, repr=False)
class Nudges(RowTable[Nudge]):
    """A table with one row for each input that was moved; shows as text, and as HTML in a notebook.

    Attributes:
        root: The node whose change was watched.
        h: By how much each input was moved.
        rows: The rows, in the order of the pass.
        remarks: Which inputs were moved over a kink, where a gradient holds on one side only.
    """

    HEADINGS = ("input", "number", "gradient", "predicted", "actual", "error")
    RIGHT = (1, 2, 3, 4, 5)

    root: Node
    h: float
    rows: tuple[Nudge, ...]
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The table's heading in words."""
        return f"Each input of {name_of(self.root)} moved by {format_short(self.h)}"

    def _notes(self) -> Sequence[str]:
        return self.remarks

    def cells(self) -> list[tuple[str, ...]]:
        return [
            (
                name_of(row.node),
                *map(format_number, row[1:4]),
                *(map(format_number, row[4:]) if row.actual == row.actual else ("no value", "")),
            )
            for row in self.rows
        ]


def nudge(root: Node, h: float = 0.01, wrt: Node | Iterable[Node] | None = None) -> Nudges:
    """Move each input a little, one at a time, and compare the change with the predicted one.

    The gradients come from a separate pass: those stored in the graph are neither read nor changed,
    and no number is changed. Numbers that depend on an edited one are recomputed, as by `refresh`.

    Args:
        root: A Value.
        h: By how much each input is moved; negative to move it down.
        wrt: The nodes to move, one or several; by default every leaf that the user made. An inner
            node keeps the number it is moved to, and the nodes above it are recomputed.

    Returns:
        A table with one row for each input.

    Raises:
        WrongType: `h` isn't a number, `root` isn't a Value, or `wrt` holds something that isn't.
        DomainError: `h` is 0, nan or infinite, or the root has no real number to begin with.
        GraphError: A node of `wrt` is not in the graph or is a constant, or an operation has no
            formula.

    Notes:
        The error shrinks with the square of `h` where the function is smooth, so an error that
        shrinks as slowly as `h` itself points to a wrong gradient, or to a kink between the two
        points.

    Cost: O(nodes) time for each row.

    Example:
        >>> from chainrule import Value
        >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
        >>> print(nudge(a * b))
        Each input of a * b moved by 0.01
        <BLANKLINE>
        input   number  gradient  predicted   actual       error
        a       2.0000   −3.0000    −0.0300  −0.0300   6.384e−16
        b      −3.0000    2.0000     0.0200   0.0200  −4.267e−16
    """
    h = step_size(h, "nudge", "h=0.01 is the default")
    nodes = select_nodes(root, wrt, "moved")
    order = postorder(root)
    numbers = recompute(order, {})
    slopes = gradients(root, numbers, nodes)
    rows, remarks = [], []
    for node in nodes:
        x, predicted = numbers[node], slopes[node] * h
        try:
            moved = recompute(order, {node: number(x + h, "a moved number")})
        except DomainError:  # the other rows are worth reading; the table says what happened here
            rows.append(Nudge(node, x, slopes[node], predicted, math.nan, math.nan))
            continue
        actual = moved[root] - numbers[root]
        rows.append(Nudge(node, x, slopes[node], predicted, actual, actual - predicted))
        if kink := _kink_between(order, numbers, moved):
            remarks.append(
                f"{name_of(node)} was moved over a kink of {kink}: "
                "the gradient holds on one side only."
            )
    return Nudges(root, h, tuple(rows), tuple(remarks))


def _kink_between(
    order: list[Node], before: Mapping[Node, float], after: Mapping[Node, float]
) -> str:
    """The first operation moved over a kink, or over a jump, where its result changes."""
    for node in order:
        rule = rule_of(node)
        row = TABLE[rule.name] if rule else None
        if row is None:
            continue
        if row.is_flat and before[node] != after[node]:
            return row.name
        partials = (local_derivatives(node, x) for x in (before, after))
        if row.is_piecewise_linear and next(partials) != next(partials):
            return row.name
    return ""
