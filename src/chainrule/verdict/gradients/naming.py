"""The name of the mistake behind a wrong gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from ...engine.node import Node
from ...numerals import format_short
from ...table.ops import TABLE
from .. import tolerances
from ..result_table import name_of
from . import phrases
from .contribution import Contribution, Mistake, quotient
from .hints import HINTS, NUMBER
from .mistakes import (
    doubled,
    equally_likely,
    fitting_mistakes,
    known_mistakes,
    shifted_points,
)
from .rounding import agrees, digits_needed, is_coarse, written_digits
from .verdict import WRONG
from .ways import Use, way

if TYPE_CHECKING:
    from .judge import Judge

Name = tuple[str, str]
"""A mistake's kind, and the sentence that tells it."""


class Naming:
    """Finds what somebody did to get a number."""

    def __init__(self, judge: Judge) -> None:
        self.judge, self.graph, self.reference = judge, judge.graph, judge.reference

    def mistake(self, index: int) -> Name:
        """The most likely mistake; several of them where they explain the number equally well."""
        if name := self._history(index) or self._wrong_rule(index):
            return name
        node = self.graph.nodes[index]
        if not self._uses[index]:
            sentence = phrases.ROOT_FLIPPED if node.grad == -1 else phrases.ROOT
            return "root", sentence.format(root=name_of(node))
        if node.grad != node.grad:
            return "unknown", phrases.NOT_A_NUMBER
        exact, rounded = self._fitting(index)
        likely = equally_likely(exact or rounded)
        is_named = exact or any(mistake.is_telling for mistake in rounded)
        if is_named and [mistake.kind for mistake in likely] != ["doubled"]:
            return _sentence(likely)
        if name := self._too_coarse(index) or self._common_factor(index):
            return name
        if likely:
            return _sentence(likely)
        if node.by_hand:
            set_to = format_short(node.by_hand)
            return "history", f"It was set to {set_to} by hand before a pass added to it."
        if node.passes > 1:
            words = f"It is the sum of {node.passes} passes, not all of them through this graph."
            return "history", words
        return "unknown", phrases.UNKNOWN

    def disguised(self, index: int) -> str:
        """The mistake that gives a number exactly, of which the right one may be rounded to it; or
        empty.

        1 for 0.99998 may be a local derivative left out, and 11 for 11.00001 may be 6 + 5 without a
        small third contribution.
        """
        gradient, parts = float(self.graph.nodes[index].grad), self._parts(index)
        if written_digits(gradient) >= tolerances.TELLING_DIGITS or not parts:
            return ""
        if index in self.judge.culprit or self.judge.agrees(
            index, self.judge.implied.middle[index]
        ):
            return ""  # what is above it is wrong, or rounded, and explains it
        exact, _ = fitting_mistakes(known_mistakes(parts), (), gradient, 0.0)
        return next((mistake.sentence for mistake in exact if mistake.is_telling), "")

    def hints(self, index: int, kind: str) -> tuple[str, str, str]:
        """What to say to somebody who practises: a nudge, the rule, and the number."""
        root = name_of(self.graph.nodes[-1])
        known = (hint.format(root=root) for hint in HINTS.get(kind, ()))
        nudge, rule = known if kind in HINTS else self._way(index, root)
        return nudge, rule, NUMBER.format(expected=format_short(self.reference.expected[index]))

    def _way(self, index: int, root: str) -> tuple[str, str]:
        """The question and the rule that lead to a node's gradient."""
        nodes, partials = self.graph.nodes, self.reference.local.partials
        uses = []
        for user, position in self._uses[index]:
            if partials[user][position] is not None:
                rule, operands = self.graph.rules[user], self.graph.operands[user]
                names = tuple(_name_or_number(nodes[operand]) for operand in operands)
                row = TABLE[rule.name] if rule else None
                uses.append(Use(name_of(nodes[user]), names, position, row))
        return way(name_of(nodes[index]), root, uses)

    # ---- what the number is compared with --------------------------------------------------------

    @cached_property
    def _uses(self) -> list[list[tuple[int, int]]]:
        """The users of each node, and as which operand they use it; those near the root first."""
        uses: list[list[tuple[int, int]]] = [[] for _ in self.graph.nodes]
        for user in range(len(uses) - 1, -1, -1):
            for position, operand in enumerate(self.graph.operands[user]):
                uses[operand].append((user, position))
        return uses

    def _parts(self, index: int) -> list[Contribution]:
        """What arrives at a node, a contribution for each use that lets something through."""
        graph, parts = self.graph, []
        for user, position in self._uses[index]:
            partial = self.reference.local.partials[user][position]
            if partial is None:
                continue
            above, width = self.judge.upstream[user]
            error = self.judge.errors(user)[position]
            spread = sum(
                x for x in (quotient(width, abs(above)), quotient(error, abs(partial))) if x < 1
            )
            parts.append(Contribution(
                name_of(graph.nodes[user]), above, partial, graph.rules[user], position,
                tuple(graph.inputs(user)), graph.numbers[user], spread,
            ))  # fmt: skip
        return parts

    def _fitting(self, index: int) -> tuple[list[Mistake], list[Mistake]]:
        """The mistakes that give a node's gradient exactly, and as far as rounding can tell."""
        parts = self._parts(index)
        mistakes = chain(
            self._swapped(index),
            known_mistakes(parts),
            shifted_points(parts),
            self._other_nodes(index),
            doubled(parts),
        )
        gradient = float(self.graph.nodes[index].grad)
        return fitting_mistakes(mistakes, parts, gradient, self.judge.widths[index])

    def _holds(self, index: int, other: int) -> bool:
        """Whether a node holds the gradient of another one, rather than its own."""
        own, expected = (self.reference.expected[i] for i in (index, other))
        gradient, width = float(self.graph.nodes[index].grad), self.judge.widths[index]
        if math.isclose(own, expected, rel_tol=tolerances.UNCERTAIN):
            return False
        if abs(gradient - own) <= abs(gradient - expected):
            return False
        implied = self.judge.implied
        return agrees(gradient, expected, width) or agrees(
            gradient, implied.middle[other], width + implied.width[other]
        )

    @cached_property
    def _wrong(self) -> list[int]:
        """The nodes that are wrong by a mistake of their own; none where there are too many."""
        wrong = [index for index, (status, _) in self.judge.status.items() if status == WRONG]
        own = [index for index in wrong if not self.judge.follows(index)]
        return own if len(own) <= tolerances.MOST_COMPARED else []

    def _swapped(self, index: int) -> Iterator[Mistake]:
        """Two nodes that hold each other's gradient."""
        for other in self._wrong:
            if other != index and self._holds(index, other) and self._holds(other, index):
                names = [name_of(self.graph.nodes[i]) for i in sorted((index, other))]
                text = phrases.SWAPPED.format(node=names[0], other=names[1])
                yield Mistake("swapped", text, [float(self.graph.nodes[index].grad)])
                return

    def _other_nodes(self, index: int) -> Iterator[Mistake]:
        """A node that holds the gradient of another one, the nearest that fits."""
        gradient = float(self.graph.nodes[index].grad)
        nodes = self.graph.nodes
        if len(nodes) > tolerances.MOST_COMPARED or abs(gradient) in (0.0, 1.0):
            return
        others = [i for i, node in enumerate(nodes) if i != index and node.kind != "constant"]
        for other in sorted(others, key=lambda other: abs(other - index)):
            if self._holds(index, other):
                text = phrases.ANOTHER_NODES.format(other=name_of(nodes[other]))
                terms = [self.reference.expected[other]]
                yield Mistake("another node's", text, terms, is_telling=False)
                return

    def _too_coarse(self, index: int) -> Name | None:
        gradient, expected = float(self.graph.nodes[index].grad), self.reference.expected[index]
        if is_coarse(-gradient, expected):
            return "sign", phrases.FLIPPED
        if not is_coarse(gradient, expected):
            return None
        digits = digits_needed(gradient, expected)
        return "too coarse", phrases.TOO_COARSE.format(digits=digits)

    def _common_factor(self, index: int) -> Name | None:
        """The factor by which another node's gradient is off too."""
        nodes, expected, widths = self.graph.nodes, self.reference.expected, self.judge.widths
        gradient = float(nodes[index].grad)
        for other in self._wrong:
            if other == index or not (expected[index] and expected[other]):
                continue
            ratio = expected[index] / expected[other]
            room = widths[index] + widths[other] * abs(ratio)
            if agrees(gradient, float(nodes[other].grad) * ratio, room):
                factor = format_short(float(f"{gradient / expected[index]:.3g}"))
                text = phrases.MULTIPLE_TOO.format(factor=factor, other=name_of(nodes[other]))
                return "common factor", text
        return None

    # ---- what isn't in the numbers ---------------------------------------------------------------

    def _history(self, index: int) -> Name | None:
        """What went into a gradient before, if that explains it."""
        node, expected = self.graph.nodes[index], self.reference.expected[index]
        if self.judge.follows(index):
            culprit = self.graph.nodes[self.judge.culprit[index]]
            return "follows", phrases.FOLLOWS.format(node=name_of(culprit))
        if node.by_hand and self.judge.agrees(index, node.by_hand + expected * max(node.passes, 1)):
            passes = "a pass" if node.passes <= 1 else f"{node.passes} passes"
            set_to = format_short(node.by_hand)
            return "history", f"It was set to {set_to} by hand, and {passes} added to it."
        if node.passes > 1 and self.judge.agrees(index, expected * node.passes):
            words = f"It is the sum of {node.passes} passes; call zero_grad(L) before each."
            return "history", words
        return None

    def _wrong_rule(self, index: int) -> Name | None:
        """The wrong local derivative that the gradient was computed with, if that explains it."""
        stored, blamed = 0.0, ""
        for user, position in self._uses[index]:
            node = self.graph.nodes[user]
            stored += (node._partials[position] or 0.0) * self.judge.upstream[user][0]
            edge = self.reference.local.edges.get((node, position))
            blamed = blamed or (edge.mistake if edge else "")
        return ("rule", blamed) if blamed and self.judge.agrees(index, stored) else None


def _name_or_number(node: Node) -> str:
    return format_short(node.data) if node.kind == "constant" else name_of(node)


def _sentence(mistakes: list[Mistake]) -> Name:
    """A mistake in words, or several that explain the number equally well."""
    first = mistakes[0]
    if len(mistakes) == 1:
        return first.kind, first.sentence
    quoted = [f"“{mistake.sentence.rstrip('.')}”" for mistake in mistakes]
    words = f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return "several", phrases.NOT_CERTAIN.format(mistakes=words)
