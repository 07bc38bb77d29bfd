"""Find where a graph goes wrong: the first number that is nan, infinite or huge, and the first
operation that passes no gradient on."""

from __future__ import annotations

import math
import re

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
"""Numbers and gradients beyond this are too coarse: a small difference between two is lost."""
FLAT = 1e-7
"""A local derivative below this passes practically nothing on."""
FAINT = 0.05
"""Where gradients vanish, an operation is saturated if its local derivative is below this fraction
of its value at 0: 60 of them in a row leave nothing."""

SATURATED = "saturated"
BAD_NUMBERS = {"nan", "inf", "domain"}


def diagnose(root: Node) -> Diagnosis:
    """Find the first node that is nan, infinite, huge, or passes no gradient on.

    Numbers that depend on an edited one are recomputed, following IEEE 754 where an operation would
    raise. The gradients come from a separate pass. Nothing in the graph changes.

    Args:
        root: A Value.

    Returns:
        `.ok`; the first bad node as `.node`, with `.kind`, `.label`, `.inputs`, `.where` and
        `.remedy`; `.troubles`, the first of each kind; `.profile`, the gradients by depth, which
        `.plot()` draws.

    Raises:
        WrongType: root isn't a Value.
        GraphError: The graph has a cycle.

    Notes:
        An operation is saturated if its local derivative is below 1e-7 and no leaf below it that
        the user made gets a gradient on another path. A relu that is off does no harm while its
        inputs have an effect elsewhere. If gradients vanish with depth, shrinking by more than 1e4
        from the root to the leaves, an operation is also saturated if its local derivative is below
        5 % of its value at 0: a tanh beyond 2.2, a sigmoid beyond 4.4. Gradients that vanish or
        explode without such a node are only mentioned, and `.ok` stays true.

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
        self.graph.recompute()
        self.numbers = self.graph.numbers
        self.partials = [self._partials(index) for index in range(len(self.numbers))]
        self.gradients = self.graph.gradients(self.partials)

    def diagnosis(self) -> Diagnosis:
        """Look at every node, operands first, and keep the first trouble of each kind."""
        searches = (
            (BAD_NUMBERS, self._bad_number),
            ({"huge"}, self._huge_number),
            ({SATURATED}, self._saturation),
            ({"gradient"}, self._bad_gradient),
        )
        first: dict[str, Trouble] = {}
        for index in range(len(self.numbers)):
            for kinds, search in searches:
                if kinds.isdisjoint(first) and (trouble := search(index)):
                    first[trouble.kind] = trouble
        gradients = [
            None if node.kind == "constant" else x
            for node, x in zip(self.graph.nodes, self.gradients)
        ]
        profile = build_profile(self.graph.operands, gradients)
        is_open = profile.trend == "vanishing" and SATURATED not in first
        if is_open and (trouble := self._gradual_saturation()):
            first[SATURATED] = trouble
        troubles = sorted(first.values(), key=lambda trouble: self.graph.index[trouble.node])
        bad = [at for at, trouble in enumerate(troubles) if trouble.kind in BAD_NUMBERS]
        if bad:  # what comes after a bad number comes from it, and so do the gradients
            troubles = [x for x in troubles[: bad[0] + 1] if x.kind != "gradient"]
        return Diagnosis(self.root, tuple(troubles), profile)

    def _partials(self, index: int) -> Partials:
        node, rule = self.graph.nodes[index], self.graph.rules[index]
        if rule is None:
            return tuple(node._partials)
        return partials_of(rule, node._operands, self.graph.inputs(index), self.numbers[index])

    def _trouble(self, kind: str, index: int, words: str, remedy: str) -> Trouble:
        node = self.graph.nodes[index]
        inputs = tuple(zip(node._operands, self.graph.inputs(index)))
        return Trouble(kind, node, words, inputs, made_at(node), remedy)

    # ---- numbers ---------------------------------------------------------------------------------

    def _bad_number(self, index: int) -> Trouble | None:
        x, node, rule = self.numbers[index], self.graph.nodes[index], self.graph.rules[index]
        if math.isfinite(x):
            return None
        kind = "nan" if x != x else "inf"
        if rule is None:
            what = "operation made by hand" if node._operands else "leaf"
            words = f"The {what} {name_of(node)} is {format_number(x)}."
            return self._trouble(kind, index, words, "check where it is set")
        row = TABLE[rule.name]
        words = f"{row.name} gives {format_number(x)}."
        if row.domain and not holds(row, row.domain, self.graph.inputs(index)):
            kind = "domain"
            words = f"{row.name} needs {row.domain}; otherwise it is {format_number(x)}."
        remedy = row.remedy or "keep its inputs finite and moderate in size"
        return self._trouble(
            kind, index, self._with_labels(index, words), self._with_labels(index, remedy)
        )

    def _huge_number(self, index: int) -> Trouble | None:
        x, node = self.numbers[index], self.graph.nodes[index]
        if not HUGE < abs(x) < math.inf:
            return None
        gives = f"{node.op} gives" if node.op else f"{name_of(node)} is"
        words = f"{gives} {format_number(x)}, which is huge."
        return self._trouble("huge", index, words, "scale the inputs down, or work with logarithms")

    # ---- gradients that don't arrive -------------------------------------------------------------

    def _saturation(self, index: int) -> Trouble | None:
        rule = self.graph.rules[index]
        partials = [p for p in self.partials[index] if p is not None]
        if rule is None or not partials or self.gradients[index] == 0:
            return None
        remedy, is_flat = TABLE[rule.name].saturation, all(abs(p) <= FLAT for p in partials)
        if not remedy or not is_flat or self._is_felt_elsewhere(index):
            return None
        slope = format_number(partials[0])
        words = f"{rule.name} passes no gradient on: its local derivative is {slope}."
        return self._trouble(SATURATED, index, words, remedy)

    def _is_felt_elsewhere(self, index: int) -> bool:
        """Whether a leaf below gets a gradient on another path, or there is no such leaf."""
        below, sizes = {index}, []
        for lower in range(index, -1, -1):
            if lower in below:
                below.update(self.graph.operands[lower])
                if self.graph.nodes[lower].kind in ("leaf", "parameter"):
                    sizes.append(abs(self.gradients[lower]))
        limit = 10 * FLAT * abs(self.gradients[index])
        return not sizes or not all(size <= limit for size in sizes)

    def _gradual_saturation(self) -> Trouble | None:
        """The first operation on the gradient's way that passes little of it on."""
        reached = {len(self.numbers) - 1}
        for index in range(len(self.numbers) - 1, -1, -1):
            if index in reached:
                pairs = zip(self.graph.operands[index], self.partials[index])
                reached.update(operand for operand, partial in pairs if partial)
        for index in sorted(reached):
            rule = self.graph.rules[index]
            if rule is None or not (remedy := TABLE[rule.name].saturation):
                continue
            for position, partial in enumerate(self.partials[index]):
                inputs = self.graph.inputs(index)
                inputs[position] = 0.0
                at_zero = rule.partials[position](*inputs, rule.value(*inputs))
                if partial is not None and abs(partial) < FAINT * abs(at_zero) < math.inf:
                    words = (
                        f"{rule.name} is saturated, and the gradients vanish: its local derivative "
                        f"is {format_number(partial)}, compared with {format_number(at_zero)} at 0."
                    )
                    return self._trouble(SATURATED, index, words, remedy)
        return None

    # ---- gradients that break --------------------------------------------------------------------

    def _bad_gradient(self, index: int) -> Trouble | None:
        """A gradient that is nan, infinite or huge although the numbers are not."""
        above, node = self.gradients[index], self.graph.nodes[index]
        if not math.isfinite(above) or abs(self.numbers[index]) == math.inf:
            return None
        for operand, partial in zip(self.graph.operands[index], self.partials[index]):
            grad = 0.0 if partial is None else partial * above
            is_passed_on = math.isfinite(grad) and abs(above) > HUGE
            if partial is None or abs(grad) <= HUGE or is_passed_on:
                continue
            size = "huge" if math.isfinite(grad) else "not finite"
            words = (
                f"{node.op} passes on a gradient that is {size}: its local derivative with respect "
                f"to {name_of(self.graph.nodes[operand])} is {format_number(partial)}."
            )
            remedy = self._away_from(index, operand)
            if math.isfinite(partial):
                remedy = TABLE[node.op].remedy if node.op in TABLE else ""
                remedy = self._with_labels(index, remedy) or "scale the inputs"
            return self._trouble("gradient", index, words, remedy)
        return None

    def _with_labels(self, index: int, sentence: str) -> str:
        """Replace the operands x, y and z of a sentence by the labels that they have here."""
        operands = zip(OPERANDS, self.graph.nodes[index]._operands)
        labels = {letter: name_of(node) for letter, node in operands if node.label != ""}
        letters = rf"\b({'|'.join(OPERANDS)})\b"
        return re.sub(letters, lambda match: labels.get(match[1], match[1]), sentence)

    def _away_from(self, index: int, operand: int) -> str:
        """The remedy for a local derivative that isn't finite although the numbers are."""
        x, rule, node = self.numbers[operand], self.graph.rules[index], self.graph.nodes[operand]
        if rule is None:
            return "check its local derivatives"
        side = "away from"
        if len(self.graph.operands[index]) == 1:
            hair = 1e-6 * (abs(x) or 1.0)
            if math.isnan(rule.value(x - hair)):
                side = "above"
            elif math.isnan(rule.value(x + hair)):
                side = "below"
        where = f"where the slope of {rule.name} is not finite"
        return f"keep {name_of(node)} {side} {format_short(x)}, {where}"
