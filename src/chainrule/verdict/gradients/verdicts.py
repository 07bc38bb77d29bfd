"""One verdict, and all of them by node or label."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ...engine.node import Node, is_value
from ..measured import Measured

RIGHT, WRONG, NOT_COMPARABLE, NOT_SET = "right", "wrong", "not comparable", "not set"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one gradient.

    Attributes:
        node: The node.
        status: "right", "wrong", "not comparable" or "not set".
        found: The gradient that it holds; None where it holds none.
        expected: What it should be; nan where nobody can say.
        mistake: The most likely mistake; empty unless the status is "wrong".
        why: A remark on how it was judged, or another mistake that gives the same number; empty
            where there is nothing to say.
        nudged: What nudging found; None where it was judged by the analytic value alone.
        culprit: The node whose mistake this one follows from; None where it has one of its own.
    """

    node: Node
    status: str
    found: float | None
    expected: float
    mistake: str = ""
    why: str = ""
    nudged: Measured | None = None
    culprit: Node | None = None

    @property
    def error(self) -> float:
        """How far the gradient is from what it should be, relative to that; nan where unknown."""
        if self.found is None or self.expected != self.expected:
            return math.nan
        away = abs(self.found - self.expected)
        return away / abs(self.expected) if self.expected and away else away


class Verdicts(dict[Any, Verdict]):
    """Node to verdict; a label may be given instead of a node where only one node has it."""

    def __missing__(self, key: Any) -> Verdict:
        if isinstance(key, str):
            found = [x for node, x in self.items() if str(node.label) == key]
            if len(found) == 1:
                return found[0]
            if found:
                raise KeyError(f"{len(found)} nodes have the label {key!r}; give the node itself")
        raise KeyError(key.label if is_value(key) else key)
