"""Find where a graph goes wrong: the first number that is nan, infinite or huge, and the first
operation that passes no gradient on."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from ...engine.node import Node, is_value, partials_of
from ...errors import WrongType
from ...graph.debugging import made_at
from ...graph.traversal import postorder
from ...numerals import format_number
from ...table.ops import TABLE
from ...table.rules import holds
from ..flat_graph import FlatGraph, Partials
from ..result_table import name_of
from .growth import gradient_recurrence
from .profile import build_profile
from .recorded import graph_of
from .remedies import HUGE, Remedies, Remedy
from .result import Diagnosis, Trouble
from .saturation import Finding, Saturation
from .units import count_units

SATURATED = "saturated"
BAD_NUMBERS = {"nan", "inf", "domain"}


def diagnose(what: Any, /, *at: Any) -> Diagnosis:
    """Find the first node that is nan, infinite, huge, or passes no gradient on.

    Numbers that depend on an edited one are recomputed, following IEEE 754 where an operation would
    raise. The gradients come from a separate pass. Nothing in the graph changes.

    `diagnose(f, 0.0, ...)` does so for a function at a point, also where the function raises.

    Args:
        what: A Value, the root of a graph; or a function of numbers.
        *at: For a function, its arguments: numbers, or lists of numbers.

    Returns:
        `.ok`; the first bad node as `.node`, with `.kind`, `.label`, `.inputs`, `.where`,
        `.remedy` and `.fix`; `.troubles`, the first of each kind; `.units`, how many activations of
        each layer are saturated; `.profile`, the gradients by depth, which `.plot()` draws.

    Raises:
        WrongType: `what` is neither, or the arguments don't fit the function.
        GraphError: The graph has a cycle.

    Notes:
        `.fix` is an expression to write instead of the node `.replaces`. It was tried: it gives
        the same number as the formula does in exact arithmetic, and its gradients are finite. It
        is empty where no other way of writing the formula helps, as for log of a negative number;
        then the remedy names the number that must change. In `.fix`, other nodes go by their
        labels; `label_all(locals())` gives each Value the name of its variable.

        An operation is saturated if its local derivative is below 1e-7 and no leaf below it that
        the user made gets a gradient on another path. A relu that is off does no harm while its
        inputs have an effect elsewhere. If gradients vanish with depth, shrinking by more than 1e4
        from the root to the leaves, an operation is also saturated if its local derivative is below
        5 % of its value at 0: a tanh beyond 2.2, a sigmoid beyond 4.4. Gradients that vanish or
        explode without such a node are only mentioned, with the factor of each step if the graph is
        a recurrence, and `.ok` stays true.

    Cost: O(nodes) time; more where something is saturated.

    Example:
        >>> from chainrule import Value
        >>> z = Value(1.0, label="z")
        >>> p = 1 - z.sigmoid()
        >>> L = p.log()
        >>> p.label, L.label, z.data = "p", "L", 40.0
        >>> print(diagnose(L))
        log needs p > 0, but p = 0.
          node    L = log(p)
          inputs  p = 0
          remedy  write the log of 1 minus a sigmoid with softplus, which never takes log(0)
          code    L = -softplus(z)
    """
    if is_value(what) and at:
        raise WrongType(
            "diagnose needs a graph alone, or a function and its arguments.",
            remedy="diagnose(L), or diagnose(f, 0.0)",
        )
    if not is_value(what) and not callable(what):
        raise WrongType(
            f"diagnose needs a Value or a function, but got {type(what).__name__}.",
            remedy="diagnose(L), or diagnose(f, 0.0)",
        )
    return _Doctor(what if is_value(what) else graph_of(what, at)).diagnosis()


class _Doctor:
    """One graph under examination."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.graph = FlatGraph(postorder(root))
        self.graph.recompute()
        self.numbers = self.graph.numbers
        self.partials = [self._partials(index) for index in range(len(self.numbers))]
        self.gradients = self.graph.gradients(self.partials)
        self.remedies = Remedies(self.graph)
        self.words = self.remedies.words
        self.units = count_units(self.graph, self.partials)
        self.saturation = Saturation(self.graph, self.partials, self.gradients, self.units)

    def diagnosis(self) -> Diagnosis:
        """Look at every node, operands first, and keep the first trouble of each kind."""
        searches = (
            (BAD_NUMBERS, self._bad_number),
            ({"huge"}, self._huge_number),
            ({SATURATED}, self._saturated),
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
        if is_open and (finding := self.saturation.gradual()):
            first[SATURATED] = self._saturation_trouble(finding)
        troubles = sorted(first.values(), key=lambda trouble: self.graph.index[trouble.node])
        bad = [at for at, trouble in enumerate(troubles) if trouble.kind in BAD_NUMBERS]
        if bad and troubles[bad[0]].fix:  # a large input does no harm then
            troubles = [x for x in troubles if x.kind != "huge" or x.inputs]
            bad = [at for at, trouble in enumerate(troubles) if trouble.kind in BAD_NUMBERS]
        if bad:  # what comes after a bad number comes from it, and so do the gradients
            troubles = [x for x in troubles[: bad[0] + 1] if x.kind != "gradient"]
        name = self.words.name(len(self.numbers) - 1)
        step = self.step if profile.trend else ""
        return Diagnosis(self.root, tuple(troubles), profile, name, self.units, step)

    @cached_property
    def step(self) -> str:
        """What each step of a recurrence does to the gradient; empty without one."""
        found = gradient_recurrence(self.graph, self.gradients)
        return self.words.step(found, "the gradient") if found else ""

    def _partials(self, index: int) -> Partials:
        node, rule = self.graph.nodes[index], self.graph.rules[index]
        if rule is None:
            return tuple(node._partials)
        return partials_of(rule, node._operands, self.graph.inputs(index), self.numbers[index])

    def _trouble(self, kind: str, index: int, words: str, remedy: Remedy) -> Trouble:
        node = self.graph.nodes[index]
        operands = tuple(dict.fromkeys(self.graph.operands[index]))
        inputs = tuple((self.graph.nodes[x], self.numbers[x]) for x in operands)
        trouble = Trouble(kind, node, words, inputs, made_at(node), remedy.words)
        trouble = trouble._replace(
            name=self.words.definition(index), operands=self.words.numbers(operands)
        )
        if not remedy.fix:
            return trouble
        target = self.graph.nodes[remedy.target]
        label = self.words.writer.label(remedy.target)
        instead = f"  instead of {self.words.definition(remedy.target)}"
        code = f"{label} = {remedy.fix}" if label else remedy.fix + instead
        return trouble._replace(fix=remedy.fix, replaces=target, code=code)

    # ---- numbers ---------------------------------------------------------------------------------

    def _bad_number(self, index: int) -> Trouble | None:
        x, node, rule = self.numbers[index], self.graph.nodes[index], self.graph.rules[index]
        if math.isfinite(x) or (node.kind == "constant" and self._is_harmless(index)):
            return None
        kind = "nan" if x != x else "inf"
        if rule is None:
            what = "operation made by hand" if node._operands else "leaf"
            name = f"The {what} {name_of(node)}" if node.label != "" else f"An unlabelled {what}"
            words = f"{name} is {format_number(x)}."
            advice = (
                "check the function that computes it" if node._operands else "set it to a number"
            )
            return self._trouble(kind, index, words, Remedy(advice))
        row = TABLE[rule.name]
        words = f"{row.name} gives {format_number(x)}."
        if row.domain and not holds(row, row.domain, self.graph.inputs(index)):
            kind = "domain"
            words = self.words.needs(index, row)
        return self._trouble(kind, index, words, self.remedies.for_number(index))

    def _is_harmless(self, index: int) -> bool:
        """Whether what is computed from this number is finite, like clip with an infinite bound."""
        users = self.remedies.users[index]
        return bool(users) and all(math.isfinite(self.numbers[user]) for user in users)

    def _huge_number(self, index: int) -> Trouble | None:
        x, node = self.numbers[index], self.graph.nodes[index]
        if not HUGE < abs(x) < math.inf or node.kind == "constant":
            return None
        gives = f"{node.op} gives" if node.op else f"{self.words.name(index)} is"
        words = f"{gives} {format_number(x)}, which is huge."
        return self._trouble("huge", index, words, self.remedies.for_huge_number(index))

    # ---- gradients -------------------------------------------------------------------------------

    def _saturated(self, index: int) -> Trouble | None:
        finding = self.saturation.at(index)
        return self._saturation_trouble(finding) if finding else None

    def _saturation_trouble(self, finding: Finding) -> Trouble:
        return self._trouble(SATURATED, finding.at, finding.words, Remedy(finding.remedy))

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
                f"to {self.words.name(operand)} is {format_number(partial)}."
            )
            remedy = self.remedies.for_gradient(index, operand, partial)
            if math.isfinite(partial) and self.step and not remedy.fix:
                remedy = Remedy(self.step)
            return self._trouble("gradient", index, words, remedy)
        return None
