"""Where a graph goes wrong: the first number that is nan, infinite or huge, and the first operation
that passes no gradient on."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from ...engine.node import Node, partials_of
from ...graph.debugging import made_at
from ...graph.traversal import postorder
from ...numerals import format_number, format_short
from ...table.ops import OPERANDS, TABLE
from ...table.rules import holds
from ..flat_graph import FlatGraph, Partials
from ..result_table import name_of
from .profile import build_profile
from .result import Diagnosis, Trouble

HUGE = 1e12
"""Numbers and gradients beyond this have lost the digits that a difference would need."""
FLAT = 1e-7
"""A local derivative below this passes nothing on that would be felt."""
FAINT = 0.05
"""Where gradients vanish, an operation is saturated if its local derivative is below this part of
its value at 0: 60 of them in a row leave nothing."""

SATURATED = "saturated"
BAD_NUMBERS = {"nan", "inf", "domain"}


def diagnose(root: Node) -> Diagnosis:
    """Find the first node that is nan, infinite, huge, or passes no gradient on.

    The numbers are those of the graph; what depends on an edited number is recomputed, by IEEE 754
    where an operation would raise. The gradients come from a separate pass. Nothing in the graph
    changes.

    Args:
        root: A Value.

    Returns:
        `.ok`; the first bad node as `.node`, with `.kind`, `.label`, `.inputs`, `.where` and
        `.remedy`; `.troubles` with the first of each kind; `.profile`, the gradients by depth, and
        `.plot()` of it.

    Raises:
        WrongType: root isn't a Value.
        GraphError: The graph has a cycle.

    Notes:
        An operation is saturated where its local derivative is below 1e-7 and no leaf below it that
        the user made gets a gradient on another path. A relu that is off does no harm while its
        inputs have an effect elsewhere. Where gradients vanish with depth, by more than 1e4 from
        the root's end to the leaves' end, an operation is also saturated where its local derivative
        is below 5 % of its value at 0: a tanh beyond 2.2, a sigmoid beyond 4.4. Gradients that
        vanish or explode without such a node are only mentioned, and `.ok` stays true.

    Cost: O(nodes) time; more where something is saturated.

    Example:
        >>> from chainrule import Value
        >>> x = Value(40.0, label="x")
        >>> print(diagnose(x.tanh() * 2))
        tanh passes no gradient on: its local derivative is 0.0000.
          node    tanh (data=1)
          inputs  x = 40
          remedy  keep its input closer to 0, for example by smaller weights or a normalised input
    """
    return _Doctor(root).diagnosis()


class _Doctor:
    """One graph under examination."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.graph = FlatGraph(postorder(root))
        self.numbers = self.graph.recompute() if self.graph.shifts else self.graph.numbers
        self.partials = [self._partials(index) for index in range(len(self.graph.nodes))]
        self.gradients = self.graph.gradients(self.partials)

    def diagnosis(self) -> Diagnosis:
        """Look at every node, operands first, and keep the first trouble of each kind."""
        first: dict[str, Trouble] = {}
        for index in range(len(self.graph.nodes)):
            for trouble in self._troubles(index, first.keys()):
                first.setdefault(trouble.kind, trouble)
        gradients = [
            None if node.kind == "constant" else x
            for node, x in zip(self.graph.nodes, self.gradients)
        ]
        profile = build_profile(self.graph.operands, gradients)
        if profile.trend == "vanishing" and SATURATED not in first and (faint := self._faint()):
            first[SATURATED] = faint
        troubles = sorted(first.values(), key=lambda trouble: self.graph.index[trouble.node])
        bad = [at for at, trouble in enumerate(troubles) if trouble.kind in BAD_NUMBERS]
        if bad:  # what comes after a bad number comes from it, and so do the gradients
            troubles = [x for x in troubles[: bad[0] + 1] if x.kind != "gradient"]
        return Diagnosis(self.root, tuple(troubles), profile)

    def _partials(self, index: int) -> Partials:
        node, rule = self.graph.nodes[index], self.graph.rules[index]
        if rule is None:
            return tuple(node._local_grads)
        return partials_of(rule, node._prev, self._inputs(index), self.numbers[index])

    def _inputs(self, index: int) -> list[float]:
        return [self.numbers[operand] for operand in self.graph.operands[index]]

    def _troubles(self, index: int, kinds: Collection[str]) -> list[Trouble]:
        """What is wrong with one node, apart from these kinds of trouble."""
        x, node = self.numbers[index], self.graph.nodes[index]
        troubles = []
        if x - x != 0:
            if BAD_NUMBERS.isdisjoint(kinds):
                troubles.append(self._bad_number(index, x))
        elif abs(x) > HUGE and "huge" not in kinds:
            gives = f"{node.op} gives" if node.op else f"{name_of(node)} is"
            words = f"{gives} {format_number(x)}, which is huge."
            remedy = "scale the inputs down, or work with logarithms"
            troubles.append(self._trouble("huge", index, words, remedy))
        if SATURATED not in kinds and self._is_saturated(index):
            troubles.append(self._saturated(index))
        if "gradient" not in kinds:
            troubles += self._bad_gradient(index)
        return troubles

    def _trouble(self, kind: str, index: int, words: str, remedy: str) -> Trouble:
        node = self.graph.nodes[index]
        inputs = tuple(zip(node._prev, self._inputs(index)))
        return Trouble(kind, node, words, inputs, made_at(node), remedy)

    def _bad_number(self, index: int, x: float) -> Trouble:
        node, rule = self.graph.nodes[index], self.graph.rules[index]
        kind = "nan" if x != x else "inf"
        if rule is None:
            what = f"The {'operation made by hand' if node._prev else 'leaf'} {name_of(node)}"
            words = f"{what} is {format_number(x)}."
            return self._trouble(kind, index, words, "look where it is set")
        row = TABLE[rule.name]
        words = f"{row.name} gives {format_number(x)}."
        remedy = row.remedy or "keep its inputs finite and of a moderate size"
        if row.domain and not holds(row, row.domain, self._inputs(index)):
            kind = "domain"
            words = f"{row.name} needs {row.domain}; elsewhere it is {format_number(x)}."
            words = self._with_labels(index, words)
        return self._trouble(kind, index, words, self._with_labels(index, remedy))

    # ---- gradients that don't arrive -------------------------------------------------------------

    def _is_saturated(self, index: int) -> bool:
        partials = [p for p in self.partials[index] if p is not None]
        rule = self.graph.rules[index]
        if rule is None or not partials or self.gradients[index] == 0:
            return False
        if not TABLE[rule.name].saturation or any(not abs(p) <= FLAT for p in partials):
            return False
        return not self._is_felt_elsewhere(index)

    def _is_felt_elsewhere(self, index: int) -> bool:
        """Whether a leaf below gets a gradient that doesn't come through this operation, or there
        is no such leaf."""
        below, leaves = {index}, []
        for lower in range(index, -1, -1):
            if lower in below:
                below.update(self.graph.operands[lower])
                node = self.graph.nodes[lower]
                if node.kind in ("leaf", "parameter"):
                    leaves.append(abs(self.gradients[lower]))
        size = abs(self.gradients[index])
        return not leaves or any(not grad <= 10 * FLAT * size for grad in leaves)

    def _saturated(self, index: int) -> Trouble:
        name = self.graph.nodes[index].op
        partials = [p for p in self.partials[index] if p is not None]
        words = (
            f"{name} passes no gradient on: its local derivative is {format_number(partials[0])}."
        )
        return self._trouble(SATURATED, index, words, TABLE[name].saturation)

    def _faint(self) -> Trouble | None:
        """The first operation on the gradient's way that passes little of it on."""
        reached = {len(self.numbers) - 1}
        for index in range(len(self.numbers) - 1, -1, -1):
            if index in reached:
                pairs = zip(self.graph.operands[index], self.partials[index])
                reached.update(operand for operand, partial in pairs if partial)
        for index in sorted(reached):
            rule = self.graph.rules[index]
            if rule is None or not TABLE[rule.name].saturation:
                continue
            for position, partial in enumerate(self.partials[index]):
                steep = self._slope_at_zero(index, position)
                if partial is not None and abs(partial) < FAINT * abs(steep) < math.inf:
                    words = (
                        f"{rule.name} is saturated, and the gradients vanish: its local "
                        f"derivative is {format_number(partial)}, while it is "
                        f"{format_number(steep)} at 0."
                    )
                    remedy = TABLE[rule.name].saturation
                    return self._trouble(SATURATED, index, words, remedy)
        return None

    def _slope_at_zero(self, index: int, position: int) -> float:
        """The local derivative with respect to one operand, if that operand were 0."""
        rule = self.graph.rules[index]
        if rule is None:
            return math.nan
        numbers = self._inputs(index)
        numbers[position] = 0.0
        return rule.partials[position](*numbers, rule.value(*numbers))

    def _bad_gradient(self, index: int) -> list[Trouble]:
        """A gradient that is nan, infinite or huge although the numbers are not."""
        above = self.gradients[index]
        if above - above != 0:
            return []
        for operand, partial in zip(self.graph.operands[index], self.partials[index]):
            if partial is None or abs(self.numbers[index]) == math.inf:
                continue
            grad = partial * above
            if not abs(grad) <= HUGE and (abs(above) <= HUGE or grad - grad != 0):
                node, below = self.graph.nodes[index], name_of(self.graph.nodes[operand])
                size = "huge" if grad - grad == 0 else "not finite"
                words = (
                    f"{node.op} passes on a gradient that is {size}: its local derivative "
                    f"with respect to {below} is {format_number(partial)}."
                )
                remedy = self._away_from(index, operand)
                if abs(partial) < math.inf:
                    row = TABLE.get(node.op)
                    remedy = (
                        self._with_labels(index, row.remedy if row else "") or "scale the inputs"
                    )
                return [self._trouble("gradient", index, words, remedy)]
        return []

    # ---- words -----------------------------------------------------------------------------------

    def _with_labels(self, index: int, sentence: str) -> str:
        """A sentence about operands x, y and z, with the labels that these have here."""
        operands = zip(OPERANDS, self.graph.nodes[index]._prev)
        labels = {letter: name_of(node) for letter, node in operands if node.label != ""}
        letters = rf"\b({'|'.join(OPERANDS)})\b"
        return re.sub(letters, lambda match: labels.get(match[1], match[1]), sentence)

    def _away_from(self, index: int, operand: int) -> str:
        """What to do where a local derivative isn't finite, although the numbers are."""
        x, rule, node = self.numbers[operand], self.graph.rules[index], self.graph.nodes[operand]
        if rule is None:
            return "look at its local derivatives"
        side = "away from"
        if len(self.graph.operands[index]) == 1:
            hair = 1e-6 * (abs(x) or 1.0)
            if math.isnan(rule.value(x - hair)):
                side = "above"
            elif math.isnan(rule.value(x + hair)):
                side = "below"
        where = f"where the slope of {rule.name} is not finite"
        return f"keep {name_of(node)} {side} {format_short(x)}, {where}"
