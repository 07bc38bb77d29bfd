"""Does `check` call right gradients wrong, and does it name mistakes? Random graphs tell; a zoo of
engines tells the same of `check_engine`."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from rich.table import Table

from chainrule import Value
from chainrule.graph.traversal import postorder
from chainrule.table.rules import NUMBER, RULES
from chainrule.verdict.gradients.judge import Judge
from chainrule.verdict.gradients.reference import Reference

from . import zoo

GRAPHS = 3000

UNARY: tuple[Callable[[Any], Any], ...] = (
    lambda x: x.tanh(), lambda x: (x * 0.3).exp(), lambda x: x.sigmoid(), lambda x: x.sin(),
    lambda x: -x, lambda x: x.relu(), lambda x: (x * x + 0.5).log(), lambda x: x**2,
    lambda x: (x * x + 0.1).sqrt(),
)  # fmt: skip
BINARY: tuple[Callable[[Any, Any], Any], ...] = (
    lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x * y,
    lambda x, y: x / (y * y + 0.5),
)  # fmt: skip


Slip = Callable[[list[Any]], float]
"""A wrong gradient from the contributions."""


class Rounding(NamedTuple):
    """How somebody who works by hand rounds."""

    name: str
    number: Callable[[float], float]
    is_at_every_step: bool = False


def _digits(count: int) -> Callable[[float], float]:
    return lambda x: float(f"{x:.{count - 1}e}")


def _decimals(x: float) -> float:
    return round(x, 4)


ROUNDINGS = (
    Rounding("all digits", float),
    *(Rounding(f"{n} digits, once", _digits(n)) for n in (6, 5, 4)),
    *(Rounding(f"{n} digits, at every step", _digits(n), True) for n in (6, 5, 4)),
    Rounding("4 decimals, once", _decimals),
    Rounding("4 decimals, at every step", _decimals, True),
)


def random_graph(rng: random.Random) -> Any:
    """The root of a graph of up to 14 operations on up to 4 leaves."""
    nodes = [Value(rng.uniform(-3, 3), label=f"x{i}") for i in range(rng.randint(1, 4))]
    for number in range(rng.randint(2, 14)):
        x, y = rng.choice(nodes[-6:]), rng.choice(nodes)
        is_unary = rng.random() < 0.4
        out = rng.choice(UNARY)(x) if is_unary else rng.choice(BINARY)(x, y)
        if abs(out.data) > 10:
            out = out * 0.1
        out.label = f"n{number}"
        nodes.append(out)
    return nodes[-1]


class Work:
    """A graph worked out by hand: parts and gradients by the nodes' indices."""

    def __init__(self, root: Any) -> None:
        self.nodes = list(postorder(root))
        self.index = {node: i for i, node in enumerate(self.nodes)}
        self.reference = Reference(self.nodes)

    def by_hand(self, rounding: Rounding, at: int = -1, slip: Slip | None = None) -> list[float]:
        """Every gradient, with a slip at one node, from which the ones below it follow."""
        numbers, partials = rounding.number, self.reference.local.partials
        kept = numbers if rounding.is_at_every_step else float
        parts: list[list[Any]] = [[] for _ in self.nodes]
        gradients = [0.0] * len(self.nodes)
        for i in range(len(self.nodes) - 1, -1, -1):
            value = sum(d * above for d, above, _, _ in parts[i])
            if i == len(self.nodes) - 1:
                value = 1.0
            if i == at and slip:
                value = slip(parts[i])
            gradients[i] = kept(value)
            for position, (operand, d) in enumerate(
                zip(self.reference.graph.operands[i], partials[i])
            ):
                if d is not None:
                    parts[operand].append((kept(d), gradients[i], i, position))
        self.parts = parts
        return [numbers(x) for x in gradients]

    def verdicts(self, gradients: list[float]) -> dict[int, Any]:
        """What `check` says, by the rules alone."""
        for node, gradient in zip(self.nodes, gradients):
            node.grad = None if node.kind == "constant" else gradient
        found = Judge(Reference(self.nodes), budget=0).verdicts()
        return {self.index[node]: verdict for node, verdict in found.items()}


def _on_one(parts: list[Any], term: Callable[[float, float], float]) -> float:
    """A term instead of the first contribution, if there are several."""
    if len(parts) < 2:
        raise ZeroDivisionError
    (d, above, *_), *others = parts
    if abs(d) == 1 or abs(above) == 1:
        raise ZeroDivisionError  # it changes nothing, or the sign
    return term(d, above) + sum(x * y for x, y, *_ in others)


def _all(
    parts: list[Any], term: Callable[[float, float], float], factor: int | None = None
) -> float:
    """A term instead of every contribution; `factor` must not be 1 or -1 in all of them."""
    if factor is not None and all(abs(part[factor]) == 1 for part in parts):
        raise ZeroDivisionError  # it changes nothing, or the sign
    return sum(term(d, above) for d, above, *_ in parts)


SLIPS: dict[str, tuple[str, Slip]] = {
    "sign": ("sign|minus", lambda p: _all(p, lambda d, g: -d * g)),
    "path forgotten": ("Missing path", lambda p: _on_one(p, lambda d, g: 0.0)),
    "gradient above forgotten": ("multiply by the gradient", lambda p: _all(p, lambda d, g: d, 1)),
    "local derivative forgotten": ("by the local deriv", lambda p: _all(p, lambda d, g: g, 0)),
    "doubled": ("twice the correct|the 2 is missing", lambda p: _all(p, lambda d, g: 2 * d * g)),
    "zero": ("It is 0", lambda p: 0.0),
    "local derivative squared": ("local.*squared", lambda p: _all(p, lambda d, g: d * d * g, 0)),
    "local derivative inverted": ("divided by the local", lambda p: _all(p, lambda d, g: g / d, 0)),
    "gradient above squared": ("above is squared", lambda p: _all(p, lambda d, g: d * g * g, 1)),
    "gradient above inverted": ("divided by the grad", lambda p: _all(p, lambda d, g: d / g, 1)),
    "gradient above forgotten on one path": (
        "multiply by the gradient above.*path", lambda p: _on_one(p, lambda d, g: d),
    ),
    "local derivative forgotten on one path": (
        "multiply by the local derivative.*path", lambda p: _on_one(p, lambda d, g: g),
    ),
    "1.7 times": ("No common", lambda p: _all(p, lambda d, g: 1.7 * d * g)),
}  # fmt: skip


def _other_operand(work: Work, at: int, rng: random.Random) -> Slip:
    """The derivative with respect to the other operand, on the first path."""

    def slip(parts: list[Any]) -> float:
        (_, above, user, position), *others = parts
        operands, partials = work.nodes[user]._operands, work.reference.local.partials[user]
        if len(operands) != 2 or partials[1 - position] is None:
            raise ZeroDivisionError
        if abs(partials[1 - position]) in (0.0, abs(partials[position])):
            raise ZeroDivisionError  # it is 0, or it changes nothing, or the sign
        return partials[1 - position] * above + sum(x * y for x, y, *_ in others)

    return slip


FUNCTIONS = ("exp", "tanh", "sigmoid", "sin", "cos", "log", "sqrt")


def _other_function(work: Work, at: int, rng: random.Random) -> Slip:
    """The derivative of another function of one number, where there is one path."""

    def slip(parts: list[Any]) -> float:
        ((_, above, user, _), *others) = parts
        node = work.nodes[user]
        if others or node.op not in FUNCTIONS:
            raise ZeroDivisionError
        x, rule = float(node._operands[0].data), RULES[NUMBER[rng.choice(FUNCTIONS)]]
        slope = rule.partials[0](x, rule.value(x))
        if rule.name == node.op or not math.isfinite(slope):
            raise ZeroDivisionError
        return slope * above

    return slip


def _other_node(work: Work, at: int, rng: random.Random) -> Slip:
    """The gradient of another node."""
    expected = work.reference.expected
    others = [i for i, node in enumerate(work.nodes) if node.kind != "constant" and i != at]
    other = rng.choice(others)

    def slip(parts: list[Any]) -> float:
        size = abs(expected[other])
        if size in (0.0, 1.0) or any(user == other for _, _, user, _ in parts):
            raise ZeroDivisionError  # a local derivative left out
        if any(work.nodes[other] in work.nodes[user]._operands for _, _, user, _ in parts):
            raise ZeroDivisionError  # the operands transposed
        if math.isclose(size, abs(expected[at])):
            raise ZeroDivisionError  # a sign
        return expected[other]

    return slip


SLIPS_IN_A_GRAPH: dict[str, tuple[str, Callable[[Work, int, random.Random], Slip]]] = {
    "operands transposed": ("other factor|another operand", _other_operand),
    "derivative of another function": ("derivative of", _other_function),
    "another node's gradient": ("gradient of|swapped", _other_node),
}
"""Slips that depend on more than the contributions."""
SWAP = "two gradients swapped"
NAMES = (*SLIPS, *SLIPS_IN_A_GRAPH, SWAP)


def graphs(count: int) -> Iterator[tuple[Work, random.Random]]:
    """Random graphs, the same in every run."""
    for seed in range(count):
        rng = random.Random(seed)
        yield Work(random_graph(rng)), rng


def right_gradients(count: int) -> Counter[tuple[str, str]]:
    """What is said of right gradients, by the rounding and the status."""
    found: Counter[tuple[str, str]] = Counter()
    for work, _ in graphs(count):
        for rounding in ROUNDINGS:
            for verdict in work.verdicts(work.by_hand(rounding)).values():
                found[rounding.name, verdict.status] += 1
    return found


def planted(work: Work, at: int, slip: Slip, rounding: Rounding) -> list[float] | None:
    """The gradients with a slip; None where it changes nothing, or can't be made."""
    try:
        wrong = work.by_hand(rounding, at, slip)
    except (ZeroDivisionError, OverflowError):
        return None
    right = work.reference.expected[at]
    return wrong if right and abs(wrong[at] - right) > 0.01 * abs(right) else None


def exchanged(work: Work, at: int, rng: random.Random, rounding: Rounding) -> list[float] | None:
    """The gradients with those of two nodes swapped."""
    gradients = work.by_hand(rounding)
    others = [i for i, node in enumerate(work.nodes) if node.kind != "constant" and i != at]
    other = rng.choice(others[:-1] or [at])
    one, two = gradients[at], gradients[other]
    if not one or not two or abs(one - two) <= 0.01 * max(abs(one), abs(two)):
        return None
    gradients[at], gradients[other] = two, one
    return gradients


def slips(count: int, rounding: Rounding) -> Counter[tuple[str, str]]:
    """What is said of one slip in each graph of each kind: named, tied, another name, missed."""
    found: Counter[tuple[str, str]] = Counter()
    for work, rng in graphs(count):
        inner = [i for i, x in enumerate(work.nodes[:-1]) if x.kind != "constant"]
        at = rng.choice(inner)
        for name in NAMES:
            if name in SLIPS:
                words, slip = SLIPS[name]
                gradients = planted(work, at, slip, rounding)
            elif name in SLIPS_IN_A_GRAPH:
                words, make = SLIPS_IN_A_GRAPH[name]
                gradients = planted(work, at, make(work, at, rng), rounding)
            else:
                gradients, words = exchanged(work, at, rng, rounding), "swapped"
            if gradients is None:
                continue
            verdict = work.verdicts(gradients)[at]
            found[name, _outcome(verdict, words)] += 1
    return found


def _outcome(verdict: Any, words: str) -> str:
    if verdict.status != "wrong":
        return "missed" if verdict.status == "right" else "not certain"
    if not re.search(words, verdict.mistake):
        return "another name"
    return "tied" if verdict.kind == "several" else "named"


def tables(count: int = GRAPHS) -> list[Table]:
    """The tables of docs/judging.md."""
    statuses = ("right", "not certain", "not comparable", "wrong")
    right = right_gradients(count)
    first = Table(title=f"right gradients of {count:,} random graphs")
    for heading in ("rounded to", *statuses):
        first.add_column(heading)
    for rounding in ROUNDINGS:
        first.add_row(rounding.name, *(f"{right[rounding.name, x]:,}" for x in statuses))
    outcomes = ("named", "tied", "another name", "not certain", "missed")
    made = [first]
    for rounding in (ROUNDINGS[0], *ROUNDINGS[4:7], ROUNDINGS[8]):
        found = slips(count, rounding)
        table = Table(title=f"one slip in each graph, {rounding.name}")
        for heading in ("slip", *outcomes):
            table.add_column(heading)
        for name in NAMES:
            table.add_row(name, *(f"{found[name, x]:,}" for x in outcomes))
        made.append(table)
    return [*made, *zoo.tables()]
