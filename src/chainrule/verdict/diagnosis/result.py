"""The result of `diagnose`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ...engine.node import Node
from ...numerals import format_short
from ..result_table import ResultTable, name_of, printable
from .profile import Profile

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Trouble(NamedTuple):
    """One thing that is wrong in a graph.

    Attributes:
        kind: "nan", "inf", "domain", "huge", "saturated" or "gradient".
        node: The first node with it, in the order of the computation.
        words: What is wrong, in one sentence.
        inputs: The node's operands with their numbers.
        where: The source line that made the node, noted under `chainrule.debug()`; else empty.
        remedy: What to do about it.
    """

    kind: str
    node: Node
    words: str
    inputs: tuple[tuple[Node, float], ...]
    where: str
    remedy: str


@dataclass(eq=False, repr=False)
class Diagnosis(ResultTable):
    """The troubles of a graph; shows as text, and as HTML in a notebook. True if `.ok` is.

    Attributes:
        root: The root of the graph.
        troubles: The first trouble of each kind, the earliest node first.
        profile: The gradients by depth.
    """

    HEADINGS = ("kind", "node", "what", "inputs", "made at", "remedy")

    root: Node
    troubles: tuple[Trouble, ...]
    profile: Profile

    @property
    def ok(self) -> bool:
        """Whether no node is bad; gradients that shrink or grow with depth don't count."""
        return not self.troubles

    def __bool__(self) -> bool:
        return self.ok

    @property
    def first(self) -> Trouble | None:
        """The trouble of the earliest node."""
        return self.troubles[0] if self.troubles else None

    @property
    def node(self) -> Node | None:
        """The first bad node, or None."""
        return self.first.node if self.first else None

    @property
    def kind(self) -> str:
        """What is wrong with it: "nan", "inf", "domain", ...; empty if nothing is."""
        return self.first.kind if self.first else ""

    @property
    def label(self) -> str:
        """The name of the first bad node; empty if there is none."""
        return name_of(self.first.node) if self.first else ""

    @property
    def inputs(self) -> tuple[tuple[Node, float], ...]:
        """The operands of the first bad node, with their numbers."""
        return self.first.inputs if self.first else ()

    @property
    def where(self) -> str:
        """The source line that made the first bad node, noted under `chainrule.debug()`."""
        return self.first.where if self.first else ""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.first.remedy if self.first else ""

    def plot(self, ax: Axes | None = None) -> Axes:
        """Plot the gradients against the depth; see Profile.plot."""
        return self.profile.plot(ax)

    @property
    def title(self) -> str:
        """The result in one sentence."""
        name, trend = name_of(self.root), self.profile.trend
        if self.troubles:
            kinds = ", ".join(trouble.kind for trouble in self.troubles)
            return f"{name}: {kinds}{f', and {trend} gradients' if trend else ''}."
        if trend:
            return f"{name}: no node is bad, but the gradients are {trend}."
        return f"{name}: every number and every gradient is in order."

    def _notes(self) -> list[str]:
        if not self.profile.trend:
            return []
        top, bottom = self.profile[0], self.profile[-1]
        ends = f"{top.largest:.1e} at the root, {bottom.largest:.1e} at depth {bottom.depth}"
        return [f"The gradients are {self.profile.trend}: {ends}."]

    def __str__(self) -> str:
        blocks = [_text(trouble) for trouble in self.troubles] or [self.title]
        return "\n\n".join([*blocks, *(f"{note}\n\n{self.profile}" for note in self._notes())])

    def cells(self) -> list[tuple[str, ...]]:
        return [
            (x.kind, name_of(x.node), x.words, _inputs(x), x.where, x.remedy) for x in self.troubles
        ]


def _inputs(trouble: Trouble) -> str:
    return ", ".join(f"{name_of(node)} = {format_short(x)}" for node, x in trouble.inputs)


def _text(trouble: Trouble) -> str:
    where = f"  made at {printable(trouble.where)}" if trouble.where else ""
    inputs = f"\n  inputs  {_inputs(trouble)}" if trouble.inputs else ""
    remedy = f"\n  remedy  {trouble.remedy}" if trouble.remedy else ""
    return f"{trouble.words}\n  node    {name_of(trouble.node)}{where}{inputs}{remedy}"
