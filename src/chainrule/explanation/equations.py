"""Equations and sentences, before any notation.

A sentence consists of words and mathematics. Both refer to the nodes themselves: `names.py` knows
their names, and the notations write them.
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
        nodes: The node of each name in it.
    """

    tree: ast.expr
    nodes: Mapping[str, Node]


@dataclass(frozen=True)
class Product:
    """A product.

    Attributes:
        factors: The factors to show.
        left_out: The number of factors omitted before the last one.
    """

    factors: tuple[Derivative | Number | Formula, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Sum:
    """A sum of numbers.

    Attributes:
        terms: The terms to show.
        left_out: The number of terms omitted at the end.
    """

    terms: tuple[float, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Symbol:
    """The name of a node."""

    node: Node


@dataclass(frozen=True)
class Relation:
    """A comparison: a > b."""

    left: Formula | Number
    sign: str
    right: Formula | Number


Side = Derivative | Number | Formula | Product | Sum | Symbol


@dataclass(frozen=True)
class Equation:
    """An equation of two or more sides."""

    sides: tuple[Side, ...]


Mathematics = Equation | Relation | Side
Sentence = tuple[str | Mathematics, ...]
