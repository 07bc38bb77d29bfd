"""What an explanation consists of, before it is set in any notation.

A line of mathematics is an `Equation` of sides; a sentence is a row of words and mathematics. Nodes
stand in them as they are; what they are called is for `names.py`, how it looks for the notations.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Derivative:
    """d over / d under."""

    over: Any
    under: Any


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
    nodes: Mapping[str, Any]


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
class Node:
    """A node by its name."""

    node: Any


@dataclass(frozen=True)
class Relation:
    """Two sides that are compared: a > b."""

    left: Formula
    sign: str
    right: Formula


Side = Derivative | Number | Formula | Product | Sum | Node


@dataclass(frozen=True)
class Equation:
    """Sides that are equal."""

    sides: tuple[Side, ...]


Maths = Equation | Relation | Node | Formula | Derivative
Sentence = tuple[str | Maths, ...]


@dataclass(frozen=True)
class Line:
    """An equation and its reason.

    Attributes:
        equation: What holds.
        because: The sentence behind "because"; empty where there is none.
        lead: Words before the equation, such as "via d".
    """

    equation: Equation
    because: Sentence = ()
    lead: Sentence = ()


@dataclass(frozen=True)
class Entry:
    """What is said about the gradient of one node.

    Attributes:
        node: The node.
        line: Its equation; for several paths their sum.
        terms: One line a path, where there are several.
        terms_note: How many paths are left out behind them.
        heading: A sentence that counts the paths; empty where there is one.
        remarks: Sentences on kinks, stored gradients, edited numbers.
        chains: Whole paths from the root written out, where they were asked for.
        chains_heading: A sentence that counts them.
    """

    node: Any
    line: Line
    terms: tuple[Line, ...] = ()
    terms_note: Sentence = ()
    heading: Sentence = ()
    remarks: tuple[Sentence, ...] = ()
    chains: tuple[Line, ...] = ()
    chains_heading: Sentence = ()


@dataclass(frozen=True)
class Content:
    """A whole explanation, ready to be set.

    Attributes:
        title: A sentence.
        inputs: The leaves with their numbers.
        forward: How each inner node was computed.
        entries: The nodes, from the root back.
        cut: Before which entry nodes were left out; None where every node is there.
        cut_note: How many, and how to see them.
        forward_cut: The same for `forward`.
        forward_note: How many.
        notes: Sentences about the whole graph.
    """

    title: Sentence
    inputs: tuple[Equation, ...] = ()
    inputs_note: Sentence = ()
    forward: tuple[Sentence, ...] = ()
    forward_cut: int | None = None
    forward_note: Sentence = ()
    entries: tuple[Entry, ...] = ()
    cut: int | None = None
    cut_note: Sentence = ()
    notes: tuple[Sentence, ...] = ()
