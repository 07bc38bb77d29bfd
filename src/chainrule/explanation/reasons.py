"""The equation and the reason of one contribution, in the words of the table."""

from __future__ import annotations

import ast
import re
from typing import Any

from ..ops import BUILT_IN
from ..passes import Contribution
from .maths import (
    Derivative,
    Equation,
    Formula,
    Line,
    Maths,
    Node,
    Number,
    Product,
    Relation,
    Sentence,
    Side,
)
from .names import is_constant
from .trees import forward, is_number, operand_nodes, partial, row_of


class Reasons:
    """Writes the lines of one explanation. It says once what an operation's derivative is, and
    after that only what it comes to.

    Args:
        root: Whose gradients they are.
    """

    def __init__(self, root: Any) -> None:
        self.root = root
        self._said: set[tuple[str, int]] = set()

    def line(self, one: Contribution, alone: bool) -> Line:
        """The line of one contribution.

        Args:
            one: The contribution.
            alone: Whether it is all that its operand receives.
        """
        formula, relations = formula_of(one.node, one.place)
        local = local_symbol(one.node, one.place, one.operand)
        sides: list[Side] = [Derivative(self.root, one.operand)] if alone else []
        if one.node is self.root:
            if formula is not None and not is_number(formula):
                sides.append(formula)
            sides.append(Number(one.total if alone else one.added))
        else:
            upstream = Derivative(self.root, one.node)
            sides.append(Product((upstream, local_factor(one.node, one.place))))
            sides.append(Product((Number(one.upstream), Number(one.partial))))
            sides.append(Number(one.total if alone else one.added))
        is_shown = one.node is self.root or local is None
        reason = self._reason(one, formula, relations, None if is_shown else local)
        return Line(Equation(tuple(sides)), reason)

    def _reason(
        self,
        one: Contribution,
        formula: Formula | None,
        relations: list[Relation],
        local: Derivative | None,
    ) -> Sentence:
        """Why the local derivative is what it is."""
        said: list[str | Maths] = [Equation((Node(one.node), forward(one.node)))]
        if formula is None:
            said += [" was made by hand, with this local derivative"]
            return tuple(said)
        for relation in relations:
            said += [" and ", relation]
        if local is not None and (relations or not is_number(formula)):
            said += [", so ", Equation((local, formula))]
        is_tie = any(relation.sign == "=" for relation in relations)
        return tuple(said) if is_tie else (*said, *self._why(one, formula))

    def _why(self, one: Contribution, formula: Formula) -> Sentence:
        """The table's sentence, where it says more than the formula, and once."""
        row = row_of(one.node)
        assert row is not None
        key = row.name, one.place
        if isinstance(formula.tree, ast.Name) or (key in self._said and not is_number(formula)):
            return ()
        self._said.add(key)
        words = why(one.node, one.place)
        return (": ", *words) if any(words) else ()


def why(node: Any, place: int) -> Sentence:
    """The table's sentence on an operation, with this node's operands in it.

    Where the other operand is a constant, the half of the sentence on that one is left out.
    """
    row = row_of(node)
    assert row is not None
    text, halves = row.why, re.split(r", and |; ", row.why)
    is_built_in = row.name in BUILT_IN
    if is_built_in and row.arity == 2 == len(halves) and is_constant(node._prev[1 - place]):
        # A second half that has no subject of its own cannot stand alone.
        text = halves[place] if place == 0 or " it " in halves[1] else ""
    nodes = operand_nodes(node)
    used = set(row.operands) | ({"out"} if any("out" in text for text in row.partials) else set())
    said: list[str | Maths] = []
    for piece in re.split(r"\b(x|y|z|out)\b", text):
        if piece in used:
            operand = nodes[piece]
            said.append(f"{operand.data}" if is_constant(operand) else Node(operand))
        else:
            said.append(_minus(piece).replace("**2", "²"))
    return tuple(said)


def _minus(text: str) -> str:
    """A hyphen between words stays; before a number, a name or between spaces it is a minus."""
    return re.sub(r"(?<!\w)-(?=[\w( ]|$)", "\N{MINUS SIGN}", text)


def local_factor(node: Any, place: int) -> Derivative | Formula | Number:
    """What stands for a local derivative in a product: its symbol, or else its formula."""
    symbol = local_symbol(node, place, node._prev[place])
    return symbol or formula_of(node, place)[0] or Number(node._local_grads[place])


def formula_of(node: Any, place: int) -> tuple[Formula | None, list[Relation]]:
    """The formula of a local derivative and the conditions that chose it; None where the table has
    none."""
    if row_of(node) is None:
        return None, []
    return partial(node, place)


def local_symbol(node: Any, place: int, operand: Any) -> Derivative | None:
    """The symbol of a local derivative; None where the node uses the operand more than once, and
    the symbol would mean their sum."""
    if sum(other is operand for other in node._prev) > 1:
        return None
    return Derivative(node, operand)
