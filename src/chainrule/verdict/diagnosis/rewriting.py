"""One other way to compute a node, as code."""

from __future__ import annotations

from typing import NamedTuple

SAME = "this gives the same number without the step that overflows or rounds to 0"


class Rewriting(NamedTuple):
    """Code for a node, and why it is better.

    Attributes:
        words: One sentence for the user.
        code: An expression in terms of labels.
        slack: How far its number may lie from the node's.
    """

    words: str
    code: str
    slack: float = 0.0
