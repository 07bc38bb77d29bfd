"""The result of `diagnose`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ...engine.node import Node
from ..result_table import ResultTable, name_of, printable
from .profile import Profile
from .units import Units

if TYPE_CHECKING:
    from matplotlib.axes import Axes


KINDS = {
    "nan": "a number is nan",
    "inf": "a number is infinite",
    "domain": "an operation has no real result",
    "huge": "a number is huge",
    "saturated": "an operation is saturated",
    "gradient": "a gradient is huge or not finite",
}
"""The kinds of trouble in words."""


class Trouble(NamedTuple):
    """One thing that is wrong in a graph.

    Attributes:
        kind: "nan", "inf", "domain", "huge", "saturated" or "gradient".
        node: The first node with it, in the order of the computation.
        words: What is wrong, in one sentence.
        inputs: The node's operands with their numbers.
        where: The source line that made the node, noted under `chainrule.debug()`; else empty.
        remedy: What to do about it, in words.
        fix: Code that mends it, an expression in terms of labels, or empty.
        replaces: The node to compute with that code instead, or None.
        code: The fix as a line to paste, `L = softplus(x)`.
        name: The node with its formula, `L = log(p)`, if that is short.
        operands: The inputs as text, `p = 0`.
    """

    kind: str
    node: Node
    words: str
    inputs: tuple[tuple[Node, float], ...]
    where: str
    remedy: str
    fix: str = ""
    replaces: Node | None = None
    code: str = ""
    name: str = ""
    operands: str = ""

    @property
    def label(self) -> str:
        """The node's label, else its formula."""
        return self.name if self.name and self.node.label == "" else name_of(self.node)


@dataclass(eq=False, repr=False)
class Diagnosis(ResultTable):
    """The troubles of a graph; shows as text, and as HTML in a notebook. True if `.ok` is.

    Attributes:
        root: The root of the graph.
        troubles: The first trouble of each kind, the earliest node first.
        profile: The gradients by depth.
        name: The root's label, else its formula.
        units: The activations of each layer, and how many of them pass hardly any gradient on.
        step: If the gradients vanish or explode in a recurrence, what each step of it does.
    """

    HEADINGS = ("kind", "node", "what", "inputs", "made at", "remedy", "code")

    root: Node
    troubles: tuple[Trouble, ...]
    profile: Profile
    name: str = ""  # these three are missing in pickles of version 0.1
    units: tuple[Units, ...] = ()
    step: str = ""

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
        """The name of the first bad node, or empty."""
        return self.first.label if self.first else ""

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
        """What to do about it, or about gradients that vanish or explode in a recurrence."""
        if self.first:
            return self.first.remedy
        return f"bring the factor of a step close to 1: {self.step}" if self.step else ""

    @property
    def fix(self) -> str:
        """An expression to paste instead of the node `replaces`, or empty."""
        return self.first.fix if self.first else ""

    @property
    def replaces(self) -> Node | None:
        """The node that `fix` computes in another way, or None without a fix."""
        return self.first.replaces if self.first else None

    def plot(self, ax: Axes | None = None) -> Axes:
        """Plot the gradients against the depth; see Profile.plot."""
        return self.profile.plot(ax)

    @property
    def title(self) -> str:
        """The result in one sentence."""
        name, trend = printable(self.name) or name_of(self.root), self.profile.trend
        if self.troubles:
            kinds = [KINDS[trouble.kind] for trouble in self.troubles]
            kinds += [f"the gradients are {trend}"] if trend else []
            *first, last = kinds
            return f"{name}: {', '.join(first)}{', and ' if first else ''}{last}."
        if trend:
            return f"{name}: no node is bad, but the gradients are {trend}."
        return f"{name}: every number and every gradient is in order."

    def _notes(self) -> list[str]:
        notes = []
        flat = [units.words for units in self.units if units.flat]
        if flat and any(trouble.kind == "saturated" for trouble in self.troubles):
            notes.append(
                f"By layer: {'; '.join(flat)}." if any(x.scope for x in self.units) else ""
            )
        if self.profile.trend:
            top, bottom = self.profile[0], self.profile[-1]
            ends = f"{top.largest:.1e} at the root, {bottom.largest:.1e} at depth {bottom.depth}"
            step = f" {self.step[:1].upper()}{self.step[1:]}." if self.step else ""
            notes.append(f"The gradients are {self.profile.trend}: {ends}.{step}")
        return [note for note in notes if note]

    def __str__(self) -> str:
        blocks = [_text(trouble) for trouble in self.troubles] or [self.title]
        table = [str(self.profile)] if self.profile.trend else []
        return "\n\n".join([*blocks, *self._notes(), *table])

    def cells(self) -> list[tuple[str, ...]]:
        return [
            (x.kind, x.name or x.label, x.words, x.operands, x.where, x.remedy, x.code)
            for x in self.troubles
        ]


def _text(trouble: Trouble) -> str:
    where = f"  made at {printable(trouble.where)}" if trouble.where else ""
    inputs = f"\n  inputs  {trouble.operands}" if trouble.operands else ""
    remedy = f"\n  remedy  {trouble.remedy}" if trouble.remedy else ""
    code = f"\n  code    {trouble.code}" if trouble.fix else ""
    return (
        f"{trouble.words}\n  node    {trouble.name or trouble.label}{where}{inputs}{remedy}{code}"
    )
