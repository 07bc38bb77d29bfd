"""The names of the nodes of a graph: their labels, or v1, v2, ... for nodes without one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ..engine.node import Node
from ..table.rules import LEAF

LONGEST = 24
"""Longer labels are shortened to this number of characters, with an ellipsis."""

_UNSHOWN = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Name:
    """The name of one node.

    Attributes:
        text: Its label in one line, shortened; or an invented name.
        turn: 2, 3, ... for the second, third, ... node with that label; 1 for the first.
    """

    text: str
    turn: int = 1

    @property
    def is_word(self) -> bool:
        """Whether it is an identifier."""
        return self.text.isidentifier()

    @property
    def stands_alone(self) -> bool:
        """Whether it needs no parentheses in a formula: `x`, `w[0]`."""
        word, bracket, _ = self.text.partition("[")
        is_entry = re.fullmatch(r"(\[[^\s\[\]]+\])+", self.text[len(word) :]) is not None
        return word.isidentifier() and (not bracket or is_entry)


def clean(text: str) -> str:
    """Return the text in one line, with U+FFFD for each unprintable character.

    Example:
        >>> clean("a\\tb\\x00")
        'a b\N{REPLACEMENT CHARACTER}'
    """
    text = re.sub(r"\r\n|[\t\n\r\v\f\x85\u2028\u2029]", " ", text)
    return "".join(c if c.isprintable() or _is_joiner(c) else _UNSHOWN for c in text)


def _is_joiner(letter: str) -> bool:
    return letter in "\u200d\ufe0f" or unicodedata.category(letter) == "Zs"


def shorten(text: str, longest: int = LONGEST) -> str:
    """Return the text, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


class Names:
    """The names of the nodes of one graph.

    Args:
        order: The nodes, operands before their users.

    Cost: O(nodes) time.
    """

    def __init__(self, order: Sequence[Node]) -> None:
        self._names: dict[Node, Name] = {}
        self._turns: dict[Node, int] = {}
        times: dict[str, int] = {}
        unlabelled = []
        for node in order:
            text = self._label(node)
            if text:
                self._turns[node] = times[text] = times.get(text, 0) + 1
            elif node.kind != "constant" or node is order[-1]:
                unlabelled.append(node)
        root = order[-1]
        self._invented: dict[Node, str] = {}
        if unlabelled and unlabelled[-1] is root and "L" not in times:
            self._invented[unlabelled.pop()] = "L"
        number = 0
        for node in unlabelled:
            number += 1
            while f"v{number}" in times:
                number += 1
            self._invented[node] = f"v{number}"

    def __getitem__(self, node: Node) -> Name:
        if node not in self._names:
            if node in self._invented:
                name = Name(self._invented[node])
            else:
                name = Name(self._label(node) or str(node.data), self._turns.get(node, 1))
            self._names[node] = name
        return self._names[node]

    @property
    def has_twins(self) -> bool:
        """Whether two nodes have the same label."""
        return any(turn > 1 for turn in self._turns.values())

    @staticmethod
    def _label(node: Node) -> str:
        label = node.label
        return shorten(clean(str(label)[:500]).strip()) if label != "" else ""


def is_constant(node: Node) -> bool:
    """Whether a node is a constant of an expression, which formulas show as its number."""
    return bool(node._rule == LEAF and node.kind == "constant")
