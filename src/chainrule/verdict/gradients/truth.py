"""What the gradients of a graph should be: local derivatives that were verified, and their pass.

The table's own local derivatives are trusted; those of an operation made with `define`, and those
that were written by hand, are measured by nudging.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from ...engine.node import has_own_backward, partials_of
from ...numerals import format_short
from ...table.ops import BUILT_IN, OPERANDS, TABLE
from ...table.rules import NUMBER, OWN, RULES, Rule
from ..measured import measure
from ..replay import Replay
from . import phrases

Partials = tuple["float | None", ...]


@dataclass(frozen=True)
class EdgeVerdict:
    """The verdict on one local derivative.

    Attributes:
        node: The node that was computed.
        operand: The operand that it was computed from.
        position: Which of the node's operands that is, from 0.
        status: "right", "wrong" or "not comparable".
        found: The local derivative that the node stores.
        expected: What it should be; nan where nobody can say.
        mistake: The likely mistake; empty where there is none.
        why: The reason, where one is to be given.
    """

    node: Any
    operand: Any
    position: int
    status: str
    found: float | None
    expected: float
    mistake: str = ""
    why: str = ""


@dataclass
class Truth:
    """What is known of the graph's derivatives, by the places in `replay`.

    Attributes:
        replay: The graph as flat lists.
        partials: The local derivatives that hold; where nobody can say, those that are stored.
        edges: The edges that are not simply right.
        expected: The gradient of each node.
        total: The sum of the magnitudes of all contributions to it.
        kinks: For a node the place of an operation above it that stands at a kink.
        unknown: For a node the place of an operation above it that has no formula.
        stale: For a node the place of an operation above it whose operand was edited since.
        measured: Whether a local derivative had to be measured, so that digits are lost.
    """

    replay: Replay
    partials: list[Partials] = field(default_factory=list)
    edges: list[EdgeVerdict] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    kinks: dict[int, int] = field(default_factory=dict)
    unknown: dict[int, int] = field(default_factory=dict)
    stale: dict[int, int] = field(default_factory=dict)
    measured: bool = False

    def noise(self) -> float:
        """By how much rounding inside the graph may move the root."""
        sizes = zip(self.expected, self.replay.numbers, self.replay.operands)
        parts = (abs(grad * number) for grad, number, below in sizes if below)
        return 2.0**-53 * math.fsum(part for part in parts if part < math.inf)


def find_truth(order: list[Any]) -> Truth:
    """Verify every local derivative of a graph, and pass the gradient down along them.

    Cost: O(nodes) time.
    """
    truth = Truth(Replay(order))
    kinks: set[int] = set()
    stale: set[int] = set()
    for place in range(len(order)):
        _verify(truth, place, kinks, stale)
    _pass_down(truth, kinks, stale)
    return truth


def _verify(truth: Truth, place: int, kinks: set[int], stale: set[int]) -> None:
    """Decide on the local derivatives of one node."""
    replay = truth.replay
    node, rule = replay.nodes[place], replay.rules[place]
    if not replay.operands[place]:
        truth.partials.append(())
        return
    stored: Partials = tuple(node._local_grads)
    numbers = [replay.numbers[x] for x in replay.operands[place]]
    if rule is None:
        rule = replay.rules[place] = _named(node, stored, numbers)
    if rule is None:
        truth.partials.append(stored)
        _note_edges(truth, place, "not comparable", stored, "no formula")
        return
    out = replay.numbers[place]
    current = partials_of(rule, node._prev, numbers, out)
    if node._rule != OWN and any(not _same(a, b) for a, b in zip(stored, current)):
        stale.add(place)
        _note_edges(truth, place, "not comparable", current, "a number was edited since")
    if rule.name not in BUILT_IN:
        _measure_edges(truth, place, rule, numbers, current, kinks)
        return
    truth.partials.append(current)
    if node._rule == OWN:
        _compare_edges(truth, place, rule.name, stored, current)
    if TABLE[rule.name].kinks and _at_kink(rule, numbers, current):
        kinks.add(place)
        _note_edges(truth, place, "not comparable", current, kink_words(rule, numbers))


def _same(a: float | None, b: float | None) -> bool:
    return a == b or (a is not None and b is not None and a != a and b != b)


def _named(node: Any, stored: Partials, numbers: list[float]) -> Rule | None:
    """The rule of a node made by hand that says which operation it is and what its local
    derivatives are."""
    name = node.op
    if not name or has_own_backward(node) or all(p is None for p in stored):
        return None
    for rule in (RULES[NUMBER[row.name]] for row in TABLE.values() if row.eager):
        if name in (rule.name, rule.symbol) and len(rule.partials) == len(numbers):
            out = rule.value(*numbers)
            return rule if math.isclose(out, node.data, rel_tol=1e-9, abs_tol=1e-12) else None
    return None


def _note_edges(truth: Truth, place: int, status: str, expected: Partials, why: str) -> None:
    node = truth.replay.nodes[place]
    for position, (operand, x) in enumerate(zip(node._prev, expected)):
        if operand.kind != "constant":
            right = math.nan if x is None or why == "no formula" else x
            found = node._local_grads[position]
            truth.edges.append(EdgeVerdict(node, operand, position, status, found, right, "", why))


def _compare_edges(
    truth: Truth, place: int, name: str, stored: Partials, right: Partials, near: float = 1e-6
) -> None:
    """Note the local derivatives that are not what they should be."""
    node = truth.replay.nodes[place]
    for position, (found, expected) in enumerate(zip(stored, right)):
        if expected is None or math.isclose(found or 0.0, expected, rel_tol=near, abs_tol=1e-12):
            continue
        what = f"he local derivative of {name} with respect to {OPERANDS[position]} is"
        is_flipped = math.isclose(found or 0.0, -expected, rel_tol=near)
        mistake = f"The sign of t{what} flipped." if is_flipped else f"T{what} wrong."
        operand = node._prev[position]
        truth.edges.append(EdgeVerdict(node, operand, position, "wrong", found, expected, mistake))


def _measure_edges(
    truth: Truth,
    place: int,
    rule: Rule,
    numbers: list[float],
    current: Partials,
    kinks: set[int],
) -> None:
    """Judge the local derivatives of an operation that the user defined."""
    right: list[float | None] = []
    for position, claimed in enumerate(current):
        right.append(claimed)
        if claimed is None:
            continue
        found = measure(
            lambda x, i=position: rule.value(*numbers[:i], x, *numbers[i + 1 :]),  # type: ignore[misc]
            numbers[position],
        )
        if found.value != found.value:
            continue
        if found.has_kink:
            kinks.add(place)
        elif abs(found.value - claimed) > 1e-6 * max(abs(found.value), abs(claimed)) + (
            10 * found.error + 1e-12
        ):
            right[position] = found.value
            truth.measured = True
    truth.partials.append(tuple(right))
    if place in kinks:
        _note_edges(truth, place, "not comparable", current, f"kink: {rule.name} has one here")
    else:
        _compare_edges(truth, place, rule.name, current, tuple(right))


def _at_kink(rule: Rule, numbers: list[float], current: Partials) -> bool:
    """Whether a local derivative or the result jumps within a hair of these operands."""
    out = rule.value(*numbers)
    for position, x in enumerate(numbers):
        here = current[position]
        if here is None or here != here:
            continue
        hair = 1e-9 * (abs(x) if x else 1.0)
        for moved in (x - hair, x + hair):
            place = [*numbers[:position], moved, *numbers[position + 1 :]]
            near = rule.value(*place)
            slope = rule.partials[position](*place, near)
            if not math.isclose(near, out, rel_tol=1e-4, abs_tol=1e-4):
                return True
            if not math.isclose(slope, here, rel_tol=1e-3, abs_tol=1e-6):
                return True
    return False


def kink_words(rule: Rule, numbers: list[float]) -> str:
    """Where an operation has its kink or jump, and what convention holds there."""
    row = TABLE[rule.name]
    exact = next((kink.why for kink in row.kinks if list(kink.at) == numbers), "")
    point = " and ".join(
        f"{name} = {format_short(x + 0.0)}" for name, x in zip(row.operands, numbers)
    )
    kind = "jump" if all(partial == "0" for partial in row.partials) else "kink"
    convention = f" ({exact})" if exact else ""
    return phrases.NO_DERIVATIVE.format(kind=kind, op=row.name, point=point, convention=convention)


def _pass_down(truth: Truth, kinks: set[int], stale: set[int]) -> None:
    """The backward pass along the verified local derivatives, with what makes it doubtful."""
    replay = truth.replay
    count = len(replay.nodes)
    unknown = {
        place
        for place, operands in enumerate(replay.operands)
        if operands and replay.rules[place] is None
    }
    grads, totals = [0.0] * count, [0.0] * count
    grads[-1] = totals[-1] = 1.0
    for place in range(count - 1, -1, -1):
        operands = replay.operands[place]
        if not operands:
            continue
        for operand, partial in zip(operands, truth.partials[place]):
            if partial is not None:
                grads[operand] += partial * grads[place]
                totals[operand] += abs(partial) * totals[place]
        _hand_down(truth.kinks, kinks, place, operands)
        _hand_down(truth.stale, stale, place, operands)
        _hand_down(truth.unknown, unknown, place, operands)
    truth.expected, truth.total = grads, totals


def _hand_down(
    known: dict[int, int], here: set[int], place: int, operands: tuple[int, ...]
) -> None:
    """What makes a node doubtful makes everything below it doubtful."""
    source = place if place in here else known.get(place)
    if source is not None:
        for operand in operands:
            known.setdefault(operand, source)
