"""Remarks on a gradient: a stored one that differs, a kink, no gradient at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ..engine.node import Node, has_own_backward
from ..graph.passes import Contribution
from .equations import Derivative, Equation, Mathematics, Number, Sentence, Symbol
from .formulas import definition, partial, row_of
from .kinks import kink
from .reasons import under_conditions, why


def same(x: float, y: float) -> bool:
    """Whether two gradients are the same up to rounding; nan is the same as nan."""
    if x != x or y != y:
        return x != x and y != y
    return math.isclose(x, y, rel_tol=1e-6, abs_tol=1e-12)


def on_stored(root: Node, node: Node, gradient: float) -> list[Sentence]:
    """Say if the stored gradient differs from the explained one, and why."""
    if node.grad_state == "none" or same(node.grad, gradient):
        return []
    stored: list[str | Mathematics] = [Symbol(node), ".grad is ", Number(node.grad)]
    derivative = Derivative(root, node)
    if node.grad_state == "hand":
        words: list[str | Mathematics] = [
            ", set by hand; the chain rule gives ",
            Equation((derivative, Number(gradient))),
        ]
        return [(*stored, *words)]
    if node.by_hand:
        by_hand, added = Number(node.by_hand), Number(node.grad - node.by_hand)
        return [(*stored, ": ", by_hand, " set by hand plus ", added, " added by backward")]
    if node.passes > 1:
        return [(*stored, f": the sum of {node.passes} backward passes")]
    return [(*stored, ": from another pass, or from before the graph was edited")]


def on_kinks(arrivals: Iterable[Contribution]) -> list[Sentence]:
    """Name the kinks at which these local derivatives were computed."""
    sentences: list[Sentence] = []
    for one in arrivals:
        convention = kink(one.node, one.position)
        row = row_of(one.node)
        if not convention or row is None:
            continue
        at: list[str | Mathematics] = []
        for operand in dict.fromkeys(one.node._operands):
            if operand.kind != "constant":
                at += [" and " if at else "", Equation((Symbol(operand), Number(operand.data)))]
        sentences.append(
            (
                f"{row.name} has a kink at ",
                *at,
                f"; its derivative there is a convention ({convention})",
            )
        )
    return list(dict.fromkeys(sentences))


def on_numbers(gradient: float) -> list[Sentence]:
    """Say what an infinite gradient or a nan means."""
    if gradient != gradient:
        return [("nan is not a number: it comes from another nan, 0 times ∞ or ∞ − ∞",)]
    if math.isinf(gradient):
        return [("∞: the tangent is vertical, or the slope is too large for a float",)]
    return []


def on_nothing(node: Node, users: Sequence[Node], reached: set[Node]) -> Sentence:
    """Say why no gradient reaches a node."""
    for user in users:
        if user not in reached:
            continue
        if row_of(user) is None:
            words = " was made by hand without local derivatives, so it passes nothing on"
            return (definition(user), words)
        position = next(p for p, operand in enumerate(user._operands) if operand is node)
        relations = partial(user, position)[1]
        return (*under_conditions(user, relations), ": ", *why(user, position))
    return ("no gradient reaches the nodes that use ", Symbol(node))


def on_own(node: Node, users: Iterable[Node]) -> Sentence:
    """Say that the gradient depends on a `_backward` of a node's own."""
    for user in users:
        if has_own_backward(user):
            return (definition(user), " has a _backward of its own, which only backward() calls")
    return ("it depends on a node with a _backward of its own, which only backward() calls",)


def on_held(node: Node) -> list[Sentence]:
    """Say what is stored if the gradient can't be computed."""
    if node.grad_state == "none":
        return []
    return [(Symbol(node), ".grad holds ", Number(node.grad))]
