"""Where a graph goes wrong: the first number that is nan, infinite or huge, and the first operation
through which no gradient passes."""

from __future__ import annotations

import math
import re
from typing import Any

from ...graph.debugging import made_at
from ...graph.evaluation import local_derivatives
from ...graph.traversal import postorder
from ...numerals import format_number, format_short
from ...table.ops import OPERANDS, TABLE
from ...table.rules import holds, rule_of
from ..replay import Replay
from ..tables import called
from .depth_profile import profile
from .diagnosed import Diagnosis, Trouble

HUGE = 1e12
"""Numbers and gradients beyond this have lost the digits that a difference would need."""
FLAT = 1e-7
"""A local derivative below this passes nothing on that would be felt."""
FAINT = 0.05
"""Where gradients vanish, an operation whose local derivative is below this part of what it is at 0
is saturated: 60 of them in a row leave nothing."""

SATURATED = "saturated"
NEVER_SATURATED = ("add", "sub", "mul", "div", "neg", "pow", "where", "min", "max")
"""A factor of 0 is a number like any other, and a choice is meant."""
REMEDIES = {
    "relu": "its input is negative: raise the bias, take smaller steps, or use leaky_relu",
    "exp": "its input is far below 0: subtract the largest one before exp",
}
FLAT_REMEDY = "keep its input nearer to 0, for example by smaller weights or a normalised input"
JUMPS_REMEDY = "it is flat by nature: leave it out of what is to be trained"


def diagnose(root: Any) -> Diagnosis:
    """Find the first node that is nan, infinite, huge, or passes no gradient on.

    The numbers are those of the graph; what was edited since is computed anew, by IEEE 754 where
    an operation would raise. The gradients come from a pass of this function's own. Nothing in the
    graph changes.

    Args:
        root: A Value.

    Returns:
        `.ok`; the first bad node as `.node`, with `.kind`, `.label`, `.inputs`, `.where` and
        `.remedy`; `.troubles` with the first of each kind; `.profile`, the gradients by depth, and
        `.plot()` of it.

    Raises:
        WrongType: root is no Value.
        GraphError: The graph has a cycle.

    Notes:
        An operation is called saturated where its local derivative is below 1e-7 and no leaf that
        the user made below it gets a gradient on another way either. A relu that is off is nothing
        bad as long as its inputs are felt elsewhere. Where gradients vanish with depth, by more
        than 1e4 from the root's end to the leaves', one whose local derivative is below 5 % of what
        it is at 0 is called so as well: a tanh beyond 2.2, a sigmoid beyond 4.4. Gradients that
        vanish or explode without such a node are a remark, and `.ok` stays true.

    Cost: O(nodes) time; more where something is saturated.

    Example:
        >>> from chainrule import Value
        >>> x = Value(40.0, label="x")
        >>> print(diagnose(x.tanh() * 2))
        tanh passes no gradient on: its local derivative is 0.0000.
          node    tanh (data=1)
          inputs  x = 40
          remedy  keep its input nearer to 0, for example by smaller weights or a normalised input
    """
    return _Doctor(root).diagnosis()


class _Doctor:
    """One graph under examination."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.replay = Replay(postorder(root))
        self.numbers = self.replay.from_the_leaves() if self.replay.shifts else self.replay.numbers
        self.partials = [self._partials(place) for place in range(len(self.replay.nodes))]
        self.gradients = self._pass()

    def diagnosis(self) -> Diagnosis:
        """Look at every node, operands first, and keep the first trouble of each kind."""
        found: dict[str, Trouble] = {}
        for place in range(len(self.replay.nodes)):
            for trouble in self._troubles(place, found):
                found.setdefault(trouble.kind, trouble)
        felt = [
            None if node.kind == "constant" else x
            for node, x in zip(self.replay.nodes, self.gradients)
        ]
        levels = profile(self.replay.operands, felt)
        if levels.trend == "vanishing" and SATURATED not in found and (faint := self._faint()):
            found[SATURATED] = faint
        order = self.replay.place
        troubles = sorted(found.values(), key=lambda trouble: order[trouble.node])
        bad = [place for place, x in enumerate(troubles) if x.kind in ("nan", "inf", "domain")]
        if bad:  # what comes after a bad number comes from it, and so do the gradients
            troubles = [x for x in troubles[: bad[0] + 1] if x.kind != "gradient"]
        return Diagnosis(self.root, troubles, levels)

    def _partials(self, place: int) -> tuple[float | None, ...]:
        node = self.replay.nodes[place]
        if rule_of(node) is None:
            return tuple(node._local_grads)
        inputs = self.replay.operands[place]
        numbers = {x: self.numbers[p] for x, p in zip(node._prev, inputs)}
        return local_derivatives(node, {**numbers, node: self.numbers[place]})

    def _pass(self) -> list[float]:
        gradients = [0.0] * len(self.numbers)
        gradients[-1] = 1.0
        for place in range(len(self.numbers) - 1, -1, -1):
            for operand, partial in zip(self.replay.operands[place], self.partials[place]):
                if partial is not None:
                    gradients[operand] += partial * gradients[place]
        return gradients

    def _troubles(self, place: int, found: dict[str, Trouble]) -> list[Trouble]:
        """What is wrong with one node; kinds that were found already are not looked for again."""
        x, node = self.numbers[place], self.replay.nodes[place]
        troubles = []
        if x - x != 0:
            if not found.keys() & {"nan", "inf", "domain"}:
                troubles.append(self._bad_number(place, x))
        elif abs(x) > HUGE and "huge" not in found:
            gives = f"{node.op} gives" if node.op else f"{called(node)} is"
            words = f"{gives} {format_number(x)}, which is huge."
            remedy = "scale the inputs down, or work with logarithms"
            troubles.append(self._trouble("huge", place, words, remedy))
        if SATURATED not in found and self._is_saturated(place):
            troubles.append(self._saturated(place))
        if "gradient" not in found:
            troubles += self._bad_gradient(place)
        return troubles

    def _trouble(self, kind: str, place: int, words: str, remedy: str) -> Trouble:
        node = self.replay.nodes[place]
        operands = self.replay.operands[place]
        inputs = tuple((x, self.numbers[p]) for x, p in zip(node._prev, operands))
        return Trouble(kind, node, words, inputs, made_at(node), remedy)

    def _bad_number(self, place: int, x: float) -> Trouble:
        node, rule = self.replay.nodes[place], self.replay.rules[place]
        kind = "nan" if x != x else "inf"
        if rule is None:
            what = f"The {'operation made by hand' if node._prev else 'leaf'} {called(node)}"
            return self._trouble(
                kind, place, f"{what} is {format_number(x)}.", "look where it is set"
            )
        row = TABLE[rule.name]
        operands = [self.numbers[p] for p in self.replay.operands[place]]
        if row.domain and not holds(row, row.domain, operands):
            words = f"{row.name} needs {row.domain}; outside of that it is {format_number(x)}."
            return self._trouble("domain", place, *self._named(place, words, row.remedy))
        remedy = row.remedy or "keep what goes into it finite and of a moderate size"
        (remedy,) = self._named(place, remedy)
        return self._trouble(kind, place, f"{row.name} gives {format_number(x)}.", remedy)

    # ---- gradients that do not arrive ------------------------------------------------------------

    def _is_saturated(self, place: int) -> bool:
        partials = [p for p in self.partials[place] if p is not None]
        rule = self.replay.rules[place]
        if rule is None or not partials or self.gradients[place] == 0:
            return False
        if rule.name in NEVER_SATURATED or any(not abs(p) <= FLAT for p in partials):
            return False
        return not self._is_felt_elsewhere(place)

    def _is_felt_elsewhere(self, place: int) -> bool:
        """Whether a leaf below gets a gradient that does not come through this operation; also
        where there is no such leaf."""
        below, leaves = {place}, []
        for lower in range(place, -1, -1):
            if lower in below:
                below.update(self.replay.operands[lower])
                node = self.replay.nodes[lower]
                if node.kind in ("leaf", "parameter"):
                    leaves.append(abs(self.gradients[lower]))
        size = abs(self.gradients[place])
        return not leaves or any(not grad <= 10 * FLAT * size for grad in leaves)

    def _saturated(self, place: int) -> Trouble:
        name = self.replay.nodes[place].op
        partials = [p for p in self.partials[place] if p is not None]
        words = (
            f"{name} passes no gradient on: its local derivative is {format_number(partials[0])}."
        )
        by_nature = all(text == "0" for text in TABLE[name].partials)
        remedy = JUMPS_REMEDY if by_nature else REMEDIES.get(name, FLAT_REMEDY)
        return self._trouble(SATURATED, place, words, remedy)

    def _faint(self) -> Trouble | None:
        """The first operation on the gradient's way that lets little of it through."""
        felt = {len(self.numbers) - 1}
        for place in range(len(self.numbers) - 1, -1, -1):
            if place in felt:
                pairs = zip(self.replay.operands[place], self.partials[place])
                felt.update(operand for operand, partial in pairs if partial)
        for place in sorted(felt):
            rule = self.replay.rules[place]
            if rule is None or rule.name in NEVER_SATURATED:
                continue
            for position, partial in enumerate(self.partials[place]):
                steep = self._slope_at_zero(place, position)
                if partial is not None and abs(partial) < FAINT * abs(steep) < math.inf:
                    words = (
                        f"{rule.name} is saturated, and the gradients vanish: its local "
                        f"derivative is {format_number(partial)}, while it is "
                        f"{format_number(steep)} at 0."
                    )
                    remedy = REMEDIES.get(rule.name, FLAT_REMEDY)
                    return self._trouble(SATURATED, place, words, remedy)
        return None

    def _slope_at_zero(self, place: int, position: int) -> float:
        """The local derivative of an operation by one of its operands, if that were 0."""
        rule = self.replay.rules[place]
        if rule is None:
            return math.nan
        numbers = [self.numbers[x] for x in self.replay.operands[place]]
        numbers[position] = 0.0
        return rule.partials[position](*numbers, rule.value(*numbers))

    def _bad_gradient(self, place: int) -> list[Trouble]:
        """A gradient that is nan, infinite or huge although the numbers are not."""
        above = self.gradients[place]
        if above - above != 0:
            return []
        for operand, partial in zip(self.replay.operands[place], self.partials[place]):
            if partial is None or abs(self.numbers[place]) == math.inf:
                continue
            grad = partial * above
            if not abs(grad) <= HUGE and (abs(above) <= HUGE or grad - grad != 0):
                node = self.replay.nodes[place]
                size = "huge" if grad - grad == 0 else "not finite"
                words = (
                    f"{node.op} passes on a gradient that is {size}: its local derivative by "
                    f"{called(self.replay.nodes[operand])} is {format_number(partial)}."
                )
                remedy = self._away_from(place, operand)
                if abs(partial) < math.inf:
                    row = TABLE.get(node.op)
                    remedy = self._named(place, row.remedy if row else "")[0] or "scale the inputs"
                return [self._trouble("gradient", place, words, remedy)]
        return []

    # ---- words -----------------------------------------------------------------------------------

    def _named(self, place: int, *sentences: str) -> list[str]:
        """Sentences about operands x, y and z, with the labels that these have here."""
        operands = (self.replay.nodes[x] for x in self.replay.operands[place])
        labels = dict(zip(OPERANDS, (called(x) if x.label != "" else "" for x in operands)))
        names = "|".join(OPERANDS)
        return [
            re.sub(rf"\b({names})\b", lambda found: labels.get(found[1]) or found[1], sentence)
            for sentence in sentences
        ]

    def _away_from(self, place: int, operand: int) -> str:
        """What to do where a local derivative is not finite, although the numbers are."""
        x, rule, node = self.numbers[operand], self.replay.rules[place], self.replay.nodes[operand]
        if rule is None:
            return "look at its local derivatives"
        side = "away from"
        if len(self.replay.operands[place]) == 1:
            hair = 1e-6 * (abs(x) or 1.0)
            if math.isnan(rule.value(x - hair)):
                side = "above"
            elif math.isnan(rule.value(x + hair)):
                side = "below"
        where = f"where the slope of {rule.name} is not finite"
        return f"keep {called(node)} {side} {format_short(x)}, {where}"
