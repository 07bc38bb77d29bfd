"""A snapshot of a graph: the text on each node, and the edges. Its numbers never change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from ...engine.node import Node
from ...errors import WrongType
from ...graph.evaluation import is_stale
from ...graph.traversal import postorder
from ...numerals import MINUS, counted, format_short
from .colour import read_colour
from .homes import homes
from .text import BLANK, NOTHING, SIGNS, Number, clean, number

STALE = "operands changed since"
"""Written at a node whose number is out of date because an operand has changed."""


@dataclass
class Card:
    """A node of the graph as it is drawn.

    Attributes:
        label: The user's label, cleaned; empty if it has none.
        kind: 'constant', 'parameter', 'leaf' or 'inner'; 'stack' for many nodes in one.
        grad: Its gradient; a dash until it is computed.
        remark: A few words below the numbers, such as `2 passes`; usually empty.
        symbol: The operation's symbol, like `op` its name; empty for a leaf.
        operands: Indices of the operands in `Picture.cards`, with repetitions.
        partials: The local derivative with respect to each operand.
        lines: The text of a stack, which has no numbers.
        scope: The names of the scopes around it, the outermost first.
        mark: `#1`, `#2`, ... for an unlabelled node that is used more than once; else empty.
        users: The number of nodes that use it.
        tint: The colour that the user gave it, as `add8e6`; usually empty.
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
    tint: str = ""

    @property
    def name(self) -> str:
        """The name in the node's box: its label, or the mark of a leaf that may be drawn again."""
        return self.label or (self.mark if self.users > 1 and not self.operands else "")


@dataclass
class Picture:
    """A graph as it was when it was drawn: a card for each node, operands before their users.

    `note` says what a summary leaves out; it is empty if every node is drawn.
    """

    cards: list[Card] = field(default_factory=list)
    show_grad: bool = True
    local: bool = False
    note: str = ""

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
        """The number of nodes and edges, or what the picture leaves out."""
        nodes, edges = len(self.cards), sum(len(card.operands) for card in self.cards)
        return self.note or f"{counted(nodes, 'node')}, {counted(edges, 'edge')}"


def is_node(x: Any) -> TypeGuard[Node]:
    """Whether x is a node of a graph: it has a number and operands."""
    return not isinstance(x, type) and hasattr(x, "data") and hasattr(x, "_operands")


def roots_of(root: Any, function: str = "draw_dot") -> list[Node]:
    """Return the roots in a Value, a list of Values, or a program, which stands for its graph.

    Raises:
        WrongType: It is something else; names the function that was called.
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


def nodes_of(roots: Sequence[Node]) -> list[Node]:
    """Return the nodes below the roots, operands before their users; a cycle is a GraphError."""
    return list(dict.fromkeys(node for root in roots for node in postorder(root)))


def photograph(
    nodes: Sequence[Node],
    roots: Iterable[Node],
    *,
    show_grad: bool = True,
    local: bool = False,
    marks: Mapping[Node, tuple[str, str]] | None = None,
) -> Picture:
    """Return a picture of every node as it is now. The nodes come operands first."""
    index = {node: number for number, node in enumerate(nodes)}
    tops = set(roots)
    picture = Picture(show_grad=show_grad, local=local)
    for node, scope in zip(nodes, homes(nodes)):
        operands = tuple(index[operand] for operand in node._operands)
        card = Card(
            label=clean(str(node.label or "")),
            kind=node.kind if not operands else "inner",
            data=number(node.data),
            operands=operands,
            scope=tuple(map(clean, scope)),
            is_root=node in tops,
            tint=read_colour(getattr(node, "_vis_color", "")),
        )
        if operands:
            card.op = node.op
            card.symbol = _symbol(node)
            card.partials = _partials(node) if local else ()
        if show_grad and node.grad_state != "none":
            card.grad = number(node.grad)
        mark = clean(marks[node][0]) if marks and node in marks else ""
        card.remark = ", ".join(filter(None, (mark, remark(node, show_grad))))
        picture.cards.append(card)
    _mark_shared(picture)
    return picture


def _symbol(node: Node) -> str:
    symbol = clean(str(node._op)) or "?"
    if node.op == "pow" and symbol.startswith("**"):
        return "**"  # a constant exponent is drawn beside it
    return SIGNS.get(symbol, symbol) if node.op != symbol else symbol


def _partials(node: Node) -> tuple[Number, ...]:
    partials = tuple(node._partials)
    if len(partials) != len(node._operands):
        return (NOTHING,) * len(node._operands)
    # A constant deliberately has no partial, so it gets no dash.
    return tuple(
        number(partial) if partial is not None else NOTHING if operand.kind != "constant" else BLANK
        for partial, operand in zip(partials, node._operands)
    )


def remark(node: Node, show_grad: bool = True) -> str:
    """Say that a number is out of date, or that a leaf's gradient holds more than one pass or a
    number set by hand."""
    remarks = [STALE] if node._operands and is_stale(node) else []
    if show_grad and not node._operands and node.grad_state == "computed":
        if node.by_hand:
            rest = node.grad - node.by_hand
            sign = MINUS if rest < 0 else "+"
            remarks.append(f"{format_short(node.by_hand)} by hand {sign} {format_short(abs(rest))}")
        if node.passes > 1:
            remarks.append(f"{node.passes} passes")
    return ", ".join(remarks)


def _mark_shared(picture: Picture) -> None:
    """Count users, and give each unlabelled node that is used twice a mark."""
    uses = Counter(operand for card in picture.cards for operand in card.operands)
    users = Counter(operand for card in picture.cards for operand in set(card.operands))
    count = 0
    for index, card in enumerate(picture.cards):
        card.users = users[index]
        if uses[index] > 1 and not card.label:
            count += 1
            card.mark = f"#{count}"
