"""What an explanation consists of, before it is set in any notation.

A line of mathematics is an `Equation` of sides; a sentence is a row of words and mathematics. Nodes
stand in them as they are; what they are called is for `names.py`, how it looks for the notations.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.node import Node


@dataclass(frozen=True)
class Derivative:
    """d over / d under."""

    over: Node
    under: Node


@dataclass(frozen=True)
class Number:
    """A number of the pass."""

    x: float


@dataclass(frozen=True)
class Formula:
    """A formula of the table, with the nodes that stand for its operands.

    Attributes:
        tree: A checked syntax tree.
        nodes: For each name in it the node.
    """

    tree: ast.expr
    nodes: Mapping[str, Node]


@dataclass(frozen=True)
class Product:
    """Factors, one multiplied by the next.

    Attributes:
        factors: What is multiplied.
        left_out: How many more factors stand before the last one.
    """

    factors: tuple[Derivative | Number | Formula, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Sum:
    """Numbers that are added.

    Attributes:
        terms: The numbers.
        left_out: How many more stand at the end.
    """

    terms: tuple[float, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Symbol:
    """A node by its name."""

    node: Node


@dataclass(frozen=True)
class Relation:
    """Two sides that are compared: a > b."""

    left: Formula
    sign: str
    right: Formula


Side = Derivative | Number | Formula | Product | Sum | Symbol


@dataclass(frozen=True)
class Equation:
    """Sides that are equal."""

    sides: tuple[Side, ...]


Mathematics = Equation | Relation | Symbol | Formula | Derivative
Sentence = tuple[str | Mathematics, ...]
