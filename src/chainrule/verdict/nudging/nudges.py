"""Each input moved a little: what the gradient predicts, beside what happens."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from ...engine.numbers import number
from ...errors import DomainError
from ...graph.evaluation import local_derivatives, recompute
from ...graph.passes import gradients
from ...graph.traversal import postorder, select_nodes
from ...numerals import format_number, format_short
from ...table.rules import rule_of
from .slopes import step_size

KINKS = ("relu", "leaky_relu", "abs", "min", "max")
JUMPS = ("sign", "floor", "ceil", "floordiv")


class Nudge(NamedTuple):
    """One input that was moved.

    Attributes:
        node: The node.
        number: Its number before.
        gradient: The gradient of the root by it.
        predicted: The change of the root that the gradient predicts, `gradient * h`.
        actual: The change that happened; nan where the root has no real number after the move.
        error: `actual - predicted`.
    """

    node: Any
    number: float
    gradient: float
    predicted: float
    actual: float
    error: float


class Nudges(Sequence[Nudge]):
    """A table with one row for each input that was moved; shows as text, and as HTML in a notebook.

    Attributes:
        root: The node whose change was watched.
        h: By how much each input was moved.
        rows: The rows, in the order of the pass.
        remarks: Which inputs were moved over a kink, beyond which a gradient says nothing.
    """

    HEADINGS = ("input", "number", "gradient", "predicted", "actual", "error")

    def __init__(
        self, root: Any, h: float, rows: Sequence[Nudge], remarks: Sequence[str] = ()
    ) -> None:
        self.root = root
        self.h = h
        self.rows = tuple(rows)
        self.remarks = tuple(remarks)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Nudge]:
        return iter(self.rows)

    @overload
    def __getitem__(self, place: int) -> Nudge: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Nudge]: ...
    def __getitem__(self, place: int | slice) -> Nudge | Sequence[Nudge]:
        return self.rows[place]

    @property
    def title(self) -> str:
        """The table's heading in words."""
        return f"Each input of {_name(self.root)} moved by {format_short(self.h)}"

    def cells(self) -> list[tuple[str, ...]]:
        """The rows as text, in the order of HEADINGS."""
        return [
            (_name(row.node), *(format_number(x) for x in row[1:4]), *_outcome(row))
            for row in self.rows
        ]

    def __str__(self) -> str:
        table = [self.HEADINGS, *self.cells()]
        widths = [max(len(row[column]) for row in table) for column in range(len(self.HEADINGS))]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))])
            for row in table
        ]
        return "\n".join([self.title, "", *(line.rstrip() for line in lines), *self.remarks])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{heading}</th>" for heading in self.HEADINGS)
        body = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
            for row in self.cells()
        )
        caption = f"<caption>{html.escape(self.title)}</caption>"
        after = "".join(f"<p>{html.escape(remark)}</p>" for remark in self.remarks)
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{after}"


def nudge(root: Any, h: float = 0.01, wrt: Any = None) -> Nudges:
    """Move each input a little, one at a time; set what happens beside what its gradient predicts.

    The gradients come from a pass of this function's own: those stored in the graph are neither
    read nor changed, and no number is. Numbers that were edited since count as `refresh` would have
    them.

    Args:
        root: A Value.
        h: By how much each input is moved; negative to move it down.
        wrt: The nodes to move, one or several; by default every leaf that the user made. An inner
            node keeps the number that it is moved to, and what lies above it is computed anew.

    Returns:
        A table, one row an input.

    Raises:
        WrongType: `h` is no number, `root` no Value, or `wrt` holds something that is no Value.
        DomainError: `h` is 0, nan or infinite, or the root has no real number to begin with.
        GraphError: A node of `wrt` is not in the graph or is a constant, or an operation has no
            formula.

    Notes:
        The error shrinks with the square of `h` where the function is smooth, so an error that
        shrinks as slowly as `h` itself points to a wrong gradient, or to a kink between the two
        places.

    Cost: O(nodes) time for each row.

    Example:
        >>> from chainrule import Value
        >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
        >>> print(nudge(a * b))
        Each input of mul (data=−6) moved by 0.01
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
                f"{_name(node)} was moved over a kink of {kink}: the gradient holds on one side."
            )
    return Nudges(root, h, rows, remarks)


def _kink_between(order: list[Any], before: Mapping[Any, float], after: Mapping[Any, float]) -> str:
    """The first operation whose local derivative, a constant on both sides of its kink, or whose
    result, flat between its jumps, is another one after the move."""
    for node in order:
        rule = rule_of(node)
        if rule is None:
            continue
        if rule.name in JUMPS and before[node] != after[node]:
            return rule.name
        if rule.name in KINKS and (
            local_derivatives(node, before) != local_derivatives(node, after)
        ):
            return rule.name
    return ""


def _outcome(row: Nudge) -> tuple[str, str]:
    """The last two cells of a row."""
    return (
        ("no value", "")
        if math.isnan(row.actual)
        else (format_number(row.actual), format_number(row.error))
    )


def _name(node: Any) -> str:
    """What a node is called in the table: one line, whatever its label holds."""
    text = (
        str(node.label)
        if node.label != ""
        else f"{node.op or 'leaf'} (data={format_short(node.data)})"
    )
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
