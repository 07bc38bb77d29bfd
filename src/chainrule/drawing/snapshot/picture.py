"""A snapshot of a graph: what is written on each node, and who uses whom. No number in it changes
later."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import WrongType
from ...graph.evaluation import is_stale
from ...graph.traversal import postorder
from ...numerals import DASH, MINUS, format_number, format_short
from ..text_metrics import clean

STALE = "operands changed since"
"""Stands at a node whose number is not what its operands' present numbers give."""


@dataclass(frozen=True)
class Number:
    """A number as it is drawn.

    Attributes:
        text: The numeral, or a dash where there is none.
        sign: 1, 0 or -1; nan and the dash have 0.
    """

    text: str
    sign: int


NOTHING = Number(DASH, 0)
BLANK = Number("", 0)

TIMES = "\N{MULTIPLICATION SIGN}"
SIGNS = {("mul", "*"): TIMES, ("sub", "-"): MINUS, ("neg", "-"): MINUS}
"""How an operation is drawn where mathematics has a sign that Python has not."""


@dataclass
class Card:
    """A node of the graph as it is drawn.

    Attributes:
        label: The user's label, cleaned; empty where there is none.
        mark: `#1`, `#2`, ... for an unlabelled node that is used more than once; empty otherwise.
        users: How many nodes use it.
        kind: 'constant', 'parameter', 'leaf' or 'inner'; 'stack' for many nodes in one.
        is_root: Whether it is what the user asked to see.
        data: Its number.
        grad: Its gradient; a dash where nobody has computed it.
        remark: A few words below the box, such as `2 passes`; empty as a rule.
        symbol: The operation's symbol; empty for a leaf.
        op: The operation's name; empty for a leaf.
        operands: Indices of the operands in `Picture.cards`, with repetitions.
        partials: The local derivative of each operand.
        lines: What is written in a stack instead of numbers.
        scope: The names of the scopes around it, the outermost first.
    """

    label: str
    kind: str
    data: Number
    grad: Number = NOTHING
    remark: str = ""
    symbol: str = ""
    op: str = ""
    operands: tuple[int, ...] = ()
    partials: tuple[Number, ...] = ()
    lines: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    is_root: bool = False
    mark: str = ""
    users: int = 0

    @property
    def name(self) -> str:
        """What the node is called in its box: its label, else its mark where it may be repeated."""
        return self.label or (self.mark if self.users > 1 and not self.operands else "")


@dataclass
class Picture:
    """A graph as it was when it was looked at.

    Attributes:
        cards: One for each node, operands before their users.
        show_grad: Whether gradients are drawn.
        local: Whether local derivatives are drawn.
        note: What the picture leaves out; empty where it shows every node.
    """

    cards: list[Card] = field(default_factory=list)
    show_grad: bool = True
    local: bool = False
    note: str = ""

    @property
    def edges(self) -> int:
        """How many edges the graph has."""
        return sum(len(card.operands) for card in self.cards)

    @property
    def roots(self) -> list[int]:
        """The indices of the roots."""
        return [index for index, card in enumerate(self.cards) if card.is_root]

    @property
    def subject(self) -> str:
        """The names of the roots, in a few words."""
        if any(card.kind == "stack" for card in self.cards):
            return "a large calculation"
        names = [self.cards[root].label for root in self.roots]
        first = next(filter(None, names), "")
        if not first:
            return "an unlabelled value" if len(names) == 1 else f"{len(names)} values"
        return first + (f" and {len(names) - 1} more" if len(names) > 1 else "")

    @property
    def size(self) -> str:
        """How many nodes and edges there are, or what the picture leaves out."""
        nodes, edges = len(self.cards), self.edges
        return self.note or f"{nodes} node{'s' * (nodes != 1)}, {edges} edge{'s' * (edges != 1)}"


def number(x: Any) -> Number:
    """Write a number and take its sign."""
    try:
        text = format_number(x)
    except (TypeError, ValueError, OverflowError):
        return Number(clean(str(x))[:11], 0)
    sign = 0 if x != x or x == 0 else int(math.copysign(1, x))
    return Number(text, sign)


def is_node(thing: Any) -> bool:
    """Whether the thing is a node of a graph: it has a number and operands."""
    return not isinstance(thing, type) and hasattr(thing, "data") and hasattr(thing, "_prev")


def roots_of(root: Any, function: str = "draw_dot") -> list[Any]:
    """Return the root or roots that the user passed as a list.

    Args:
        root: What the user passed; a program stands for its graph.
        function: To which function, for the message.

    Raises:
        WrongType: It is no Value and no list of them.
    """
    if is_node(root):
        return [root]
    if hasattr(type(root), "graph"):
        root = root.graph()
        root = root if isinstance(root, list) else [root]
    if isinstance(root, list | tuple) and root and all(map(is_node, root)):
        return list(dict.fromkeys(root))
    got = "an empty list" if isinstance(root, list | tuple) and not root else type(root).__name__
    raise WrongType(
        f"{function} draws a Value or a list of Values, got {got}.",
        remedy=f"pass the result of a calculation with Values: {function}(Value(2) * 3)",
    )


def nodes_of(roots: Sequence[Any]) -> list[Any]:
    """Return the nodes below the roots, operands before their users.

    Raises:
        GraphError: The graph has a cycle.

    Cost: O(nodes + edges).
    """
    if len(roots) == 1:
        return list(postorder(roots[0]))
    nodes: dict[Any, None] = {}
    for root in roots:
        nodes.update(dict.fromkeys(postorder(root)))
    return list(nodes)


def photograph(
    nodes: Sequence[Any],
    roots: Iterable[Any],
    *,
    show_grad: bool = True,
    local: bool = False,
    marks: Mapping[Any, tuple[str, str]] | None = None,
) -> Picture:
    """Write down every node as it is now.

    Args:
        nodes: Operands before their users.
        roots: Those that the user asked to see.
        show_grad: Whether gradients are drawn.
        local: Whether local derivatives are drawn.
        marks: What a check found, a few words and a status for a node.

    Cost: O(nodes + edges).
    """
    places = {node: index for index, node in enumerate(nodes)}
    top = set(roots)
    picture = Picture(show_grad=show_grad, local=local)
    for node in nodes:
        operands = tuple(places[operand] for operand in node._prev)
        card = Card(
            label=clean(str(node.label or "")),
            kind=node.kind if not operands else "inner",
            data=number(node.data),
            operands=operands,
            scope=tuple(clean(str(name)) for name in node.scope),
            is_root=node in top,
        )
        if operands:
            card.op = node.op
            card.symbol = SIGNS.get((card.op, node._op)) or clean(str(node._op)) or "?"
            if card.op == "pow" and card.symbol.startswith("**"):
                card.symbol = "**"  # a constant exponent is drawn beside it
            card.partials = _partials(node, len(operands)) if local else ()
        if show_grad:
            card.grad = number(node.grad) if node.grad_state != "none" else NOTHING
        found = marks.get(node) if marks else None
        card.remark = ", ".join(
            filter(None, (clean(found[0]) if found else "", remark(node, show_grad)))
        )
        picture.cards.append(card)
    _take_home(picture)
    _mark_shared(picture)
    return picture


def _take_home(picture: Picture) -> None:
    """Let a parameter that belongs to no scope stand in the one that uses it.

    A layer's weights are made before the layer is called, and yet are read as a part of it.
    """
    homes: dict[int, tuple[str, ...]] = {}
    for card in picture.cards:
        for operand in card.operands:
            leaf = picture.cards[operand]
            if leaf.kind == "parameter" and not leaf.scope and card.scope:
                homes[operand] = _common(homes.get(operand, card.scope), card.scope)
    for operand, scope in homes.items():
        picture.cards[operand].scope = scope


def _common(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    """Return the longest beginning that two paths share."""
    length = 0
    for mine, other in zip(one, two, strict=False):
        if mine != other:
            break
        length += 1
    return one[:length]


def _partials(node: Any, wanted: int) -> tuple[Number, ...]:
    given = tuple(node._local_grads)
    if len(given) != wanted:
        return (NOTHING,) * wanted
    # A constant has no partial on purpose, and needs no dash for it.
    return tuple(
        number(partial) if partial is not None else NOTHING if operand.kind != "constant" else BLANK
        for partial, operand in zip(given, node._prev, strict=True)
    )


def remark(node: Any, show_grad: bool = True) -> str:
    """Return what has to be said about a node beside its numbers; empty as a rule.

    A leaf whose gradient holds more than one pass, or a number set by hand, says so; a node whose
    number its operands no longer give says that.
    """
    said = [STALE] if node._prev and is_stale(node) else []
    if show_grad and not node._prev and node.grad_state == "computed":
        if node.by_hand:
            rest = node.grad - node.by_hand
            sign = MINUS if rest < 0 else "+"
            said.append(f"{format_short(node.by_hand)} by hand {sign} {format_short(abs(rest))}")
        if node.passes > 1:
            said.append(f"{node.passes} passes")
    return ", ".join(said)


def _mark_shared(picture: Picture) -> None:
    """Count users, and give unlabelled nodes that are used twice a mark to be referred to."""
    uses = [0] * len(picture.cards)
    for card in picture.cards:
        for operand in card.operands:
            uses[operand] += 1
        for operand in set(card.operands):
            picture.cards[operand].users += 1
    marked = 0
    for index, card in enumerate(picture.cards):
        if uses[index] > 1 and not card.label:
            marked += 1
            card.mark = f"#{marked}"
