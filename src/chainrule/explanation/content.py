"""The content of an explanation, before any notation."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.node import Node
from .equations import Equation, Sentence


@dataclass(frozen=True)
class Line:
    """An equation and its reason.

    Attributes:
        equation: The equation.
        because: The sentence after "because"; may be empty.
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
        line: Its equation; the sum, if there are several paths.
        terms: A line for each path, if there are several.
        terms_note: How many paths are omitted after them.
        heading: How many paths there are; empty for one.
        remarks: Sentences on kinks, stored gradients, edited numbers.
        chains: Whole paths from the root, if the node was named in `wrt`.
        chains_heading: How many there are.
    """

    node: Node
    line: Line
    terms: tuple[Line, ...] = ()
    terms_note: Sentence = ()
    heading: Sentence = ()
    remarks: tuple[Sentence, ...] = ()
    chains: tuple[Line, ...] = ()
    chains_heading: Sentence = ()


@dataclass(frozen=True)
class Content:
    """A whole explanation, ready to be written.

    Attributes:
        title: A sentence.
        inputs: The leaves with their numbers.
        forward: How each inner node was computed.
        entries: The nodes, from the root back.
        cut: The entry before which nodes are omitted; None if every node is there.
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
