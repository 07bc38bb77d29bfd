"""The result of `check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...engine.node import Node, is_value
from ...errors import CheckFailed, calling_line
from ...graph.debugging import made_at
from ...graph.traversal import postorder
from ...numerals import counted, format_number
from ..result_table import ResultTable, name_of
from .verdict import (
    NOT_CERTAIN,
    NOT_COMPARABLE,
    NOT_SET,
    RIGHT,
    WRONG,
    EdgeVerdict,
    Verdict,
    Verdicts,
)

MOST_ROWS = 40
"""The most rows that are shown; the wrong ones come first where there are more."""
SIGNS = {RIGHT: "✓", WRONG: "✗", NOT_CERTAIN: "?", NOT_COMPARABLE: "?", NOT_SET: "–"}


@dataclass(eq=False, repr=False)
class Check(ResultTable):
    """The verdict on every gradient; shows as text, and as HTML in a notebook. True if `.ok` is.

    Attributes:
        root: The root of the graph that was checked.
        verdicts: For each node its verdict, in the order of the pass; constants that hold no
            gradient are left out.
        title: What was checked, in words.
        remarks: What else matters, such as that a number was edited later.
    """

    HEADINGS = ("", "node", "gradient", "expected", "error", "verdict")
    RIGHT = (2, 3, 4)

    root: Node | float
    verdicts: Verdicts
    _doubtful: Mapping[tuple[Node, int], EdgeVerdict]
    title: str = ""
    _root_first: bool = True
    remarks: tuple[str, ...] = ()

    @property
    def nudged(self) -> int:
        """How many gradients were compared with nudging; in a large graph the others were compared
        with the analytic value alone, to save time."""
        return sum(verdict.nudged is not None for verdict in self.verdicts.values())

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; what isn't certain, comparable or set doesn't count."""
        return not self.wrong and not self.wrong_edges

    def __bool__(self) -> bool:
        return self.ok  # so that `assert check(L)` means what it says

    @property
    def wrong(self) -> list[Verdict]:
        """The verdicts on wrong gradients; those with a mistake of their own come first, those
        nearest the root before the others, so that the first is where to begin."""
        wrong = [verdict for verdict in self.verdicts.values() if verdict.status == WRONG]
        if not wrong:
            return []
        order = postorder(self.root) if is_value(self.root) else []
        depths = _depths(order)
        return sorted(
            reversed(wrong), key=lambda verdict: (verdict.follows, depths.get(verdict.node, 0))
        )

    @property
    def edges(self) -> tuple[EdgeVerdict, ...]:
        """The verdict on each local derivative, in the order of the pass; those with respect to
        constants are left out."""
        nodes = postorder(self.root) if is_value(self.root) else []
        return tuple(
            self._doubtful.get((node, position)) or _right_edge(node, position)
            for node in nodes
            for position, operand in enumerate(node._operands)
            if operand.kind != "constant"
        )

    @property
    def wrong_edges(self) -> list[EdgeVerdict]:
        """The verdicts on wrong local derivatives."""
        return [edge for edge in self._doubtful.values() if edge.status == WRONG]

    @property
    def marks(self) -> dict[Node, tuple[str, str]]:
        """For a drawing, the mark and the status of each node that has a gradient: a tick, a cross
        with the right gradient, or a question mark."""
        marks = {}
        for node, verdict in self.verdicts.items():
            number = f" {format_number(verdict.expected)}" if verdict.status == WRONG else ""
            if verdict.status != NOT_SET:
                marks[node] = SIGNS[verdict.status] + number, verdict.status
        return marks

    def raise_if_wrong(self) -> None:
        """Fail unless all is right.

        Raises:
            CheckFailed: A gradient or a local derivative is wrong; the message names each of them.
        """
        if self.ok:
            return
        first = self.wrong[0] if self.wrong else None
        begin = f"begin with {name_of(first.node)}" if first else "begin with the local derivatives"
        remedy = f"{begin}; errors that follow from it will disappear"
        if first and "zero_grad" in first.mistake:
            remedy = "chainrule.zero_grad(L) before each backward()"
        raise CheckFailed(
            f"{self.headline()}\n\n{self._body()}",
            node=repr(name_of(first.node)) if first else "",
            where=(made_at(first.node) if first else "") or calling_line(),
            remedy=remedy,
        )

    # ---- as text ---------------------------------------------------------------------------------

    def headline(self) -> str:
        """Return how many gradients are right and how many wrong, and where to begin."""
        statuses = [verdict.status for verdict in self.verdicts.values()]
        counts = [f"{statuses.count(status)} {status}" for status in SIGNS if status in statuses]
        text = f"{self.title}: {', '.join(counts) or 'nothing to check'}."
        if edges := self.wrong_edges:
            text += f" {len(edges)} local derivative{'s are' if len(edges) > 1 else ' is'} wrong."
        first = next(iter(self.wrong), None)
        if first and not first.follows:
            text += f" Begin with {name_of(first.node)}."
        return text

    def cells(self) -> list[tuple[str, ...]]:
        verdicts = list(self.verdicts.values())
        if self._root_first:
            verdicts.reverse()
        if len(verdicts) > MOST_ROWS:
            order = (WRONG, NOT_CERTAIN, NOT_COMPARABLE, RIGHT, NOT_SET)
            verdicts.sort(key=lambda verdict: order.index(verdict.status))
        return [_cells(verdict) for verdict in verdicts[:MOST_ROWS]]

    def _notes(self) -> list[str]:
        notes = [_edge_text(edge) for edge in self.wrong_edges[:MOST_ROWS]]
        if len(self.verdicts) > MOST_ROWS:
            notes.append(f"Not shown: {counted(len(self.verdicts) - MOST_ROWS, 'more node')}.")
        unnudged = [verdict for verdict in self.verdicts.values() if verdict.nudged is None]
        if by_rules := sum(verdict.status in (RIGHT, WRONG) for verdict in unnudged):
            notes.append(
                f"Nudged: {counted(self.nudged, 'gradient')}; compared with the rules alone: "
                f"{by_rules:,}."
            )
        return [*notes, *self.remarks]


def _depths(order: Sequence[Node]) -> dict[Node, int]:
    """How far from the root each node lies, along the longest path: beyond all that use it."""
    depths = dict.fromkeys(order, 0)
    for node in reversed(order):
        for operand in node._operands:
            depths[operand] = max(depths[operand], depths[node] + 1)
    return depths


def _right_edge(node: Node, position: int) -> EdgeVerdict:
    stored = node._partials[position]
    return EdgeVerdict(node, node._operands[position], position, RIGHT, stored, stored or 0.0)


def _cells(verdict: Verdict) -> tuple[str, ...]:
    words = verdict.mistake or verdict.status
    is_expected = verdict.expected == verdict.expected and verdict.status != NOT_SET
    error = verdict.error
    return (
        SIGNS[verdict.status],
        name_of(verdict.node),
        _gradient(verdict.found),
        format_number(verdict.expected) if is_expected else "",
        f"{error:.0e}" if error and error < float("inf") else "",
        f"{words} ({verdict.why})" if verdict.why else words,
    )


def _edge_text(edge: EdgeVerdict) -> str:
    return (
        f"✗ d {name_of(edge.node)} / d {name_of(edge.operand)}: {edge.mistake} "
        f"It is {_gradient(edge.found)}, but nudging gives {format_number(edge.expected)}."
    )


def _gradient(x: float | None) -> str:
    return SIGNS[NOT_SET] if x is None else format_number(x)
