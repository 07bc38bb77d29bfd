"""What has to be said beside a gradient: another number is stored, a kink, an edit."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Sequence

from ..engine.node import Node, has_own_backward
from ..graph.passes import Contribution
from .equations import Derivative, Equation, Formula, Mathematics, Number, Sentence, Symbol
from .formulas import forward, partial, row_of
from .kinks import kink
from .reasons import why


def same(x: float, y: float) -> bool:
    """Whether two gradients are the same to a reader; nan is the same as nan."""
    if x != x or y != y:
        return x != x and y != y
    return math.isclose(x, y, rel_tol=1e-6, abs_tol=1e-12)


def on_stored(root: Node, node: Node, gradient: float) -> list[Sentence]:
    """Say where the gradient that is stored is not the one that is explained."""
    if node.grad_state == "none" or same(node.grad, gradient):
        return []
    stored: list[str | Mathematics] = [Symbol(node), ".grad is ", _number(node.grad)]
    derivative = Derivative(root, node)
    if node.grad_state == "hand":
        words: list[str | Mathematics] = [
            ", set by hand; the chain rule gives ",
            Equation((derivative, Number(gradient))),
        ]
        return [(*stored, *words)]
    if node.by_hand:
        rest: list[str | Mathematics] = [_number(node.by_hand), " set by hand and "]
        rest.append(_number(node.grad - node.by_hand))
        return [(*stored, ": ", *rest, " that backward added to it")]
    if node.passes > 1:
        return [(*stored, f": {node.passes} backward passes have added up in it")]
    return [(*stored, ": it is left from another pass, or the graph was edited since")]


def on_kinks(arrivals: Iterable[Contribution]) -> list[Sentence]:
    """Name the kinks that the local derivatives of these contributions sit on."""
    said: list[Sentence] = []
    for one in arrivals:
        convention = kink(one.node, one.position)
        row = row_of(one.node)
        if not convention or row is None:
            continue
        at: list[str | Mathematics] = []
        for operand in dict.fromkeys(one.node._prev):
            if operand.kind != "constant":
                at += [" and " if at else "", Equation((Symbol(operand), Number(operand.data)))]
        said.append(
            (
                f"{row.name} has a kink at ",
                *at,
                f"; what stands there is a convention ({convention})",
            )
        )
    return list(dict.fromkeys(said))


def on_numbers(gradient: float) -> list[Sentence]:
    """Say what a gradient that is no ordinary number means."""
    if gradient != gradient:
        return [("nan is no number: on the way there was a nan, 0 times ∞, or ∞ − ∞",)]
    if math.isinf(gradient):
        return [("∞: the slope is vertical, or too large for a float",)]
    return []


def on_nothing(node: Node, users: Sequence[Node], reached: set[Node]) -> Sentence:
    """Say why nothing arrives at a node."""
    for user in users:
        if user not in reached:
            continue
        made = Equation((Symbol(user), forward(user)))
        if row_of(user) is None:
            return (made, " was made by hand without local derivatives, so it passes nothing on")
        return _gate(user, node, made)
    return ("nothing arrives at what uses ", Symbol(node))


def _gate(user: Node, node: Node, made: Equation) -> Sentence:
    position = next(p for p, operand in enumerate(user._prev) if operand is node)
    _, relations = partial(user, position)
    said: list[str | Mathematics] = [made]
    for relation in relations:
        said += [" and ", relation]
    return (*said, ": ", *why(user, position))


def on_own(node: Node, users: Iterable[Node]) -> Sentence:
    """Say that a function of the user's own stands above a node."""
    for user in users:
        if has_own_backward(user):
            made = Equation((Symbol(user), forward(user)))
            return (made, " has a _backward of its own, which only backward() calls")
    return ("it depends on a _backward of somebody's own, which only backward() calls",)


def on_held(node: Node) -> list[Sentence]:
    """Say what is stored where nothing can be computed."""
    if node.grad_state == "none":
        return []
    return [(Symbol(node), ".grad holds ", _number(node.grad))]


def _number(x: float) -> Formula:
    return Formula(ast.Constant(x), {})
