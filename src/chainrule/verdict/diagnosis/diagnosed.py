"""What `diagnose` found out: to ask, to read and to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...numerals import format_short
from ..tables import called, html_table, printable
from .depth_profile import Profile


class Trouble(NamedTuple):
    """One thing that is wrong in a graph.

    Attributes:
        kind: "nan", "inf", "domain", "huge", "saturated" or "gradient".
        node: The first node, in the order of the computation, at which it is so.
        words: What is wrong, in one sentence.
        inputs: The node's operands and the numbers they have.
        where: The source line that made the node, noted under `chainrule.debug()`; else empty.
        remedy: What to do about it.
    """

    kind: str
    node: Any
    words: str
    inputs: tuple[tuple[Any, float], ...]
    where: str
    remedy: str


class Diagnosis:
    """What `diagnose` found; shows as text, and as HTML in a notebook. It is true where `.ok` is.

    Attributes:
        root: The root of the graph.
        troubles: The first trouble of each kind, the earliest node first.
        profile: The gradients by depth.
    """

    def __init__(self, root: Any, troubles: Sequence[Trouble], levels: Profile) -> None:
        self.root = root
        self.troubles = tuple(troubles)
        self.profile = levels

    @property
    def ok(self) -> bool:
        """Whether no node is bad; gradients that shrink or grow with depth are a remark only."""
        return not self.troubles

    def __bool__(self) -> bool:
        return self.ok

    @property
    def first(self) -> Trouble | None:
        """The trouble of the earliest node."""
        return self.troubles[0] if self.troubles else None

    @property
    def node(self) -> Any:
        """The first bad node, or None."""
        return self.first.node if self.first else None

    @property
    def kind(self) -> str:
        """What is wrong with it: "nan", "inf", "domain", "huge", "saturated", "gradient"; or
        empty."""
        return self.first.kind if self.first else ""

    @property
    def label(self) -> str:
        """What the first bad node is called; empty where there is none."""
        return called(self.node) if self.first else ""

    @property
    def inputs(self) -> tuple[tuple[Any, float], ...]:
        """The operands of the first bad node, with the numbers they have."""
        return self.first.inputs if self.first else ()

    @property
    def where(self) -> str:
        """The source line that made the first bad node, noted under `chainrule.debug()`."""
        return self.first.where if self.first else ""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.first.remedy if self.first else ""

    def plot(self, ax: Any = None) -> Any:
        """Draw the gradients over the depth; see Profile.plot."""
        return self.profile.plot(ax)

    @property
    def title(self) -> str:
        """The result in a sentence."""
        trend = self.profile.trend
        if self.troubles:
            kinds = ", ".join(trouble.kind for trouble in self.troubles)
            return f"{called(self.root)}: {kinds}{f', and {trend} gradients' if trend else ''}."
        if trend:
            return f"{called(self.root)}: no node is bad, but the gradients are {trend}."
        return f"{called(self.root)}: every number and every gradient is in order."

    def _trend(self) -> str:
        if not self.profile.trend:
            return ""
        ends = f"{self.profile[0].largest:.1e} at the root, {self.profile[-1].largest:.1e} at depth"
        return f"The gradients are {self.profile.trend}: {ends} {self.profile[-1].depth}."

    def __str__(self) -> str:
        blocks = ["\n".join([trouble.words, *_details(trouble)]) for trouble in self.troubles]
        if not blocks:
            blocks = [self.title]
        if self._trend():
            blocks.append(f"{self._trend()}\n\n{self.profile}")
        return "\n\n".join(blocks)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [
            (trouble.kind, called(trouble.node), trouble.words, _inputs(trouble), trouble.where,
             trouble.remedy)
            for trouble in self.troubles
        ]  # fmt: skip
        headings = ("kind", "node", "what", "inputs", "made at", "remedy")
        return html_table(self.title, headings, rows, [self._trend()] if self._trend() else [])


def _inputs(trouble: Trouble) -> str:
    return ", ".join(f"{called(node)} = {format_short(x)}" for node, x in trouble.inputs)


def _details(trouble: Trouble) -> list[str]:
    place = f"  made at {printable(trouble.where)}" if trouble.where else ""
    lines = [f"  node    {called(trouble.node)}{place}"]
    if trouble.inputs:
        lines.append(f"  inputs  {_inputs(trouble)}")
    return [*lines, f"  remedy  {trouble.remedy}"] if trouble.remedy else lines
