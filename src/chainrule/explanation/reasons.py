"""The equation and the reason of one contribution, in the words of the table."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from ..engine.node import Node
from ..graph.evaluation import is_stale
from ..graph.passes import Contribution
from .content import Line
from .equations import (
    Derivative,
    Equation,
    Formula,
    Number,
    Product,
    Relation,
    Sentence,
    Side,
)
from .formulas import definition, formula_in, partial, row_of


class Reasons:
    """Writes the lines of one explanation; gives each reason of the table once.

    Args:
        root: The root of the graph.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self._history: set[tuple[str, int]] = set()
        self._repeated: dict[Node, set[int]] = {}

    def line(self, one: Contribution, alone: bool) -> Line:
        """Return the line of one contribution.

        Args:
            one: The contribution.
            alone: Whether its operand receives nothing else.
        """
        formula, relations = formula_of(one.node, one.position)
        is_old = is_stale(one.node)  # then the formula no longer gives the stored number
        local = self._local_symbol(one.node, one.operand)
        sides: list[Side] = [Derivative(self.root, one.operand)] if alone else []
        if one.node is self.root:
            if formula is not None and not isinstance(formula, Number) and not is_old:
                sides.append(formula)
            sides.append(Number(one.total if alone else one.added))
        else:
            upstream = Derivative(self.root, one.node)
            sides.append(Product((upstream, self.local_factor(one.node, one.position))))
            sides.append(Product((Number(one.upstream), Number(one.partial))))
            sides.append(Number(one.total if alone else one.added))
        is_shown = one.node is self.root or local is None
        if is_old:
            reason: Sentence = (definition(one.node), " with the numbers before the edit")
            return Line(Equation(tuple(sides)), reason)
        reason = self._reason(one, formula, relations, None if is_shown else local)
        return Line(Equation(tuple(sides)), reason)

    def _reason(
        self,
        one: Contribution,
        formula: Formula | Number | None,
        relations: list[Relation],
        local: Derivative | None,
    ) -> Sentence:
        """Why the local derivative is what it is."""
        if formula is None:
            return (definition(one.node), " was made by hand with this local derivative")
        reason = under_conditions(one.node, relations)
        if local is not None and (relations or not isinstance(formula, Number)):
            reason = (*reason, ", so ", Equation((local, formula)))
        is_tie = any(relation.sign == "=" for relation in relations)
        return reason if is_tie else (*reason, *self._why(one, formula))

    def local_factor(self, node: Node, position: int) -> Derivative | Formula | Number:
        """Return a local derivative as a factor: its symbol, else its formula."""
        symbol = self._local_symbol(node, node._operands[position])
        formula = None if is_stale(node) else formula_of(node, position)[0]
        return symbol or formula or Number(node._partials[position])

    def is_repeated(self, node: Node, operand: Node) -> bool:
        """Whether a node uses an operand more than once."""
        if node not in self._repeated:
            uses = Counter(map(id, node._operands))
            self._repeated[node] = {identity for identity, count in uses.items() if count > 1}
        return id(operand) in self._repeated[node]

    def _local_symbol(self, node: Node, operand: Node) -> Derivative | None:
        """The symbol of a local derivative; None if the node uses the operand more than once,
        because the symbol then means the sum."""
        return None if self.is_repeated(node, operand) else Derivative(node, operand)

    def _why(self, one: Contribution, formula: Formula | Number) -> Sentence:
        """The table's sentence, if it adds something to the formula and is new."""
        row = row_of(one.node)
        assert row is not None
        key = row.name, one.position
        tree = formula.tree if isinstance(formula, Formula) else None
        is_operand = isinstance(tree, ast.Name) and tree.id != "out"
        if is_operand or (key in self._history and not isinstance(formula, Number)):
            return ()
        self._history.add(key)
        return (": ", *why(one.node, one.position))


def line_of_root(root: Node, lead: Sentence = ()) -> Line:
    """The line of the root, where the gradient is 1."""
    reason = "any quantity has derivative 1 with respect to itself"
    return Line(Equation((Derivative(root, root), Number(1.0))), (reason,), lead)


def under_conditions(node: Node, relations: Iterable[Relation]) -> Sentence:
    """How a node was computed, and the conditions that chose its local derivative."""
    return (definition(node), *(piece for relation in relations for piece in (" and ", relation)))


def why(node: Node, position: int) -> Sentence:
    """The table's sentence on one local derivative, with this node's operands in it."""
    row = row_of(node)
    assert row is not None
    pieces = row.reason(position)
    return tuple(p if isinstance(p, str) else formula_in(node, p.tree) for p in pieces)


def formula_of(node: Node, position: int) -> tuple[Formula | Number | None, list[Relation]]:
    """The formula of a local derivative and the conditions that chose it; None without a row."""
    if row_of(node) is None:
        return None, []
    return partial(node, position)
