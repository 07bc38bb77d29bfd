"""The verdict on one gradient, on one local derivative, and all of them by node or label."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...engine.node import Node, is_value
from ..measurement import Measurement

RIGHT, WRONG, NOT_CERTAIN = "right", "wrong", "not certain"
NOT_COMPARABLE, NOT_SET = "not comparable", "not set"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one gradient.

    Attributes:
        node: The node.
        status: "right", "wrong", "not certain" (its digits are too few to tell), "not comparable"
            or "not set".
        found: The gradient that the node holds, or None.
        expected: What it should be; nan if that is unknown.
        mistake: The most likely mistake, in a sentence, which names several where they explain the
            number equally well; empty unless the status is "wrong".
        why: A remark on how it was judged, or empty.
        nudged: What nudging measured; None if it was judged by the analytic value alone.
        kind: What kind of mistake it is; empty unless the status is "wrong".
        hints: What to say to somebody who practises: a nudge in the right direction, then the rule,
            then the number; empty unless the status is "wrong".
    """

    node: Node
    status: str
    found: float | None
    expected: float
    mistake: str = ""
    why: str = ""
    nudged: Measurement | None = None
    kind: str = ""
    hints: tuple[str, ...] = ()

    @property
    def follows(self) -> bool:
        """Whether it only follows from another mistake."""
        return self.kind == "follows"

    @property
    def error(self) -> float:
        """How far the gradient is from what it should be, relative to that; nan where unknown."""
        if self.found is None or self.expected != self.expected:
            return math.nan
        away = abs(self.found - self.expected)
        return away / abs(self.expected) if self.expected and away else away


class Verdicts(dict[Node, Verdict]):
    """A verdict for each node; a label that only one node has may stand for the node."""

    def __missing__(self, key: Node | str) -> Verdict:
        if isinstance(key, str):
            matches = [verdict for node, verdict in self.items() if str(node.label) == key]
            if len(matches) == 1:
                return matches[0]
            if matches:
                raise KeyError(f"{len(matches)} nodes have the label {key!r}; use the node itself")
        raise KeyError(key.label if is_value(key) else key)


@dataclass(frozen=True)
class EdgeVerdict:
    """The verdict on one local derivative.

    Attributes:
        node: The node that was computed.
        operand: The operand that it was computed from.
        position: Which of the node's operands that is, from 0.
        status: "right", "wrong" or "not comparable".
        found: The local derivative that the node stores.
        expected: What it should be; nan if that is unknown.
        mistake: What is wrong with it, in a sentence; empty if nothing is.
        why: The reason why it is not comparable.
    """

    node: Node
    operand: Node
    position: int
    status: str
    found: float | None
    expected: float
    mistake: str = ""
    why: str = ""
