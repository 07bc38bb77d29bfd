"""What `check` found out: to ask, to read, to show, and to fail a test with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...engine.node import is_value
from ...errors import CheckFailed, calling_line
from ...graph.debugging import made_at
from ...graph.traversal import postorder
from ...numerals import format_number
from ..tables import called, html_table, text_table
from .truth import EdgeVerdict
from .verdicts import NOT_COMPARABLE, NOT_SET, RIGHT, WRONG, Verdict, Verdicts

SHOWN = 40
"""So many rows are shown at most; the wrong ones come first where there are more."""
SIGNS = {RIGHT: "✓", WRONG: "✗", NOT_COMPARABLE: "?", NOT_SET: "–"}


class Check:
    """The verdict on every gradient; shows as text, and as HTML in a notebook.

    It is true where `.ok` is.

    Attributes:
        root: The root of the graph that was checked.
        verdicts: For each node its verdict, in the order of the pass; constants that hold no
            gradient are left out.
        nudged: How many gradients were compared with nudging; the others with the analytic value
            alone, because nudging a large graph for each of its nodes takes too long.
        title: What was checked, in words.
        remarks: What else is to be known, such as that a number was edited since.
    """

    HEADINGS = ("", "node", "gradient", "expected", "error", "verdict")

    def __init__(
        self,
        root: Any,
        verdicts: Verdicts,
        edges: Iterable[EdgeVerdict],
        title: str,
        root_first: bool = True,
        remarks: Iterable[str] = (),
    ) -> None:
        self.root = root
        self.verdicts = verdicts
        self._doubtful = {(edge.node, edge.position): edge for edge in edges}
        self.title = title
        self._root_first = root_first
        self.remarks = tuple(remarks)
        self.nudged = sum(verdict.nudged is not None for verdict in verdicts.values())

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; what is not comparable or not set does not count."""
        return not self.wrong and not self.wrong_edges

    def __bool__(self) -> bool:
        return self.ok  # so that `assert check(L)` means what it says

    @property
    def wrong(self) -> list[Verdict]:
        """The verdicts on wrong gradients; those with a mistake of their own come first."""
        found = [verdict for verdict in self.verdicts.values() if verdict.status == WRONG]
        return sorted(found, key=lambda verdict: verdict.culprit is not None)

    @property
    def edges(self) -> tuple[EdgeVerdict, ...]:
        """The verdict on each local derivative, in the order of the pass; those by constants are
        left out."""
        nodes = postorder(self.root) if is_value(self.root) else []
        return tuple(
            self._doubtful.get((node, position)) or _right_edge(node, position)
            for node in nodes
            for position, operand in enumerate(node._prev)
            if operand.kind != "constant"
        )

    @property
    def wrong_edges(self) -> list[EdgeVerdict]:
        """The verdicts on wrong local derivatives."""
        return [edge for edge in self._doubtful.values() if edge.status == WRONG]

    @property
    def marks(self) -> dict[Any, tuple[str, str]]:
        """For a drawing: for each judged node a short text and the status.

        The text is a tick, a cross with what would be right, or a question mark; nodes without a
        gradient have none.
        """
        return {
            node: (_mark(verdict), verdict.status)
            for node, verdict in self.verdicts.items()
            if verdict.status != NOT_SET
        }

    def raise_if_wrong(self) -> None:
        """Do nothing where all is right, else fail.

        Raises:
            CheckFailed: A gradient or a local derivative is wrong; the message names each.
        """
        if self.ok:
            return
        first = self.wrong[0] if self.wrong else None
        raise CheckFailed(
            self._summary() + "\n\n" + self._table(),
            node=repr(called(first.node)) if first else "",
            where=(made_at(first.node) if first else "") or calling_line(),
            remedy=self._remedy(first),
        )

    def _remedy(self, first: Verdict | None) -> str:
        """What to do about the mistake that is named first."""
        if first and "zero_grad" in first.mistake:
            return "chainrule.zero_grad(L) before each backward()"
        root = called(self.root)
        return f"fix the first ✗ nearest {root}; errors that follow from it will disappear"

    # ---- as text ---------------------------------------------------------------------------------

    def _summary(self) -> str:
        wrong, edges = self.wrong, self.wrong_edges
        counts = [
            f"{sum(v.status == status for v in self.verdicts.values())} {status}"
            for status in (RIGHT, WRONG, NOT_COMPARABLE, NOT_SET)
            if any(v.status == status for v in self.verdicts.values())
        ]
        text = f"{self.title}: {', '.join(counts) or 'nothing to check'}."
        if edges:
            text += f" {len(edges)} local derivative{'s are' if len(edges) > 1 else ' is'} wrong."
        own = [v for v in wrong if v.culprit is None]
        if own:
            text += f" Start with {called(own[0].node)}."
        return text

    def _rows(self) -> tuple[list[tuple[str, ...]], int]:
        """The rows that are shown, and how many are not."""
        found = list(self.verdicts.values())
        if self._root_first:
            found.reverse()
        if len(found) > SHOWN:
            found.sort(
                key=lambda verdict: (WRONG, NOT_COMPARABLE, RIGHT, NOT_SET).index(verdict.status)
            )
        return [_row(verdict) for verdict in found[:SHOWN]], max(0, len(found) - SHOWN)

    def _notes(self) -> list[str]:
        notes = [_edge_words(edge) for edge in self.wrong_edges[:SHOWN]]
        hidden = self._rows()[1]
        if hidden:
            notes.append(f"{hidden:,} more nodes are not shown.")
        by_rules = sum(
            verdict.nudged is None and verdict.status in (RIGHT, WRONG)
            for verdict in self.verdicts.values()
        )
        if by_rules:
            notes.append(
                f"{self.nudged:,} gradients were nudged; "
                f"{by_rules:,} were compared with the rules alone."
            )
        return [*notes, *self.remarks]

    def _table(self) -> str:
        rows = self._rows()[0]
        table = text_table(self.HEADINGS, rows, right=(2, 3, 4)) if rows else ""
        return "\n".join(part for part in (table, *self._notes()) if part)

    def __str__(self) -> str:
        return f"{self._summary()}\n\n{self._table()}".rstrip()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self._summary(), self.HEADINGS, self._rows()[0], self._notes())


def _right_edge(node: Any, position: int) -> EdgeVerdict:
    found = node._local_grads[position]
    return EdgeVerdict(node, node._prev[position], position, RIGHT, found, found or 0.0)


def _mark(verdict: Verdict) -> str:
    sign = SIGNS[verdict.status]
    return f"{sign} {format_number(verdict.expected)}" if verdict.status == WRONG else sign


def _row(verdict: Verdict) -> tuple[str, ...]:
    words = verdict.mistake or verdict.status
    if verdict.why:
        words += f" ({verdict.why})"
    known = verdict.expected == verdict.expected and verdict.status != NOT_SET
    error = verdict.error
    return (
        SIGNS[verdict.status],
        called(verdict.node),
        SIGNS[NOT_SET] if verdict.found is None else format_number(verdict.found),
        format_number(verdict.expected) if known else "",
        f"{error:.0e}" if error and error < float("inf") else "",
        words,
    )


def _edge_words(edge: EdgeVerdict) -> str:
    found = SIGNS[NOT_SET] if edge.found is None else format_number(edge.found)
    return (
        f"✗ d {called(edge.node)} / d {called(edge.operand)}: {edge.mistake} "
        f"It is {found}, but nudging gives {format_number(edge.expected)}."
    )
