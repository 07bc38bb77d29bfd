"""A snapshot of a graph: what is written on each node, and who uses whom. No number in it changes
later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, TypeGuard

from ...engine.node import Node
from ...errors import WrongType
from ...graph.evaluation import is_stale
from ...graph.traversal import postorder
from ...numerals import MINUS, format_short
from .text import BLANK, NOTHING, SIGNS, Number, clean, number

STALE = "operands changed since"
"""Written at a node whose number no longer follows from those of its operands."""


@dataclass
class Card:
    """A node of the graph as it is drawn.

    Attributes:
        label: The user's label, cleaned; empty where there is none.
        mark: `#1`, `#2`, ... for an unlabelled node that is used more than once; else empty.
        users: How many nodes use it.
        kind: 'constant', 'parameter', 'leaf' or 'inner'; 'stack' for many nodes in one.
        is_root: Whether the user passed it to be drawn.
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
    """A graph as it was when it was drawn.

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


def is_node(x: Any) -> TypeGuard[Node]:
    """Whether x is a node of a graph: it has a number and operands."""
    return not isinstance(x, type) and hasattr(x, "data") and hasattr(x, "_prev")


def roots_of(root: Any, function: str = "draw_dot") -> list[Node]:
    """Return the root or roots that a user passed as a list.

    Args:
        root: A Value, a list of Values, or a program, which stands for its graph.
        function: The name of the function that was called, for the message.

    Raises:
        WrongType: It is neither.
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
    """Return the nodes below the roots, operands before their users.

    Raises:
        GraphError: The graph has a cycle.

    Cost: O(nodes + edges).
    """
    if len(roots) == 1:
        return list(postorder(roots[0]))
    nodes: dict[Node, None] = {}
    for root in roots:
        nodes.update(dict.fromkeys(postorder(root)))
    return list(nodes)


def photograph(
    nodes: Sequence[Node],
    roots: Iterable[Node],
    *,
    show_grad: bool = True,
    local: bool = False,
    marks: Mapping[Node, tuple[str, str]] | None = None,
) -> Picture:
    """Return a picture of every node as it is now.

    Args:
        nodes: Operands before their users.
        roots: Those that the user wants to see.
        show_grad: Whether gradients are drawn.
        local: Whether local derivatives are drawn.
        marks: A few words and a status for each marked node.

    Cost: O(nodes + edges).
    """
    index = {node: number for number, node in enumerate(nodes)}
    tops = set(roots)
    picture = Picture(show_grad=show_grad, local=local)
    for node in nodes:
        operands = tuple(index[operand] for operand in node._prev)
        card = Card(
            label=clean(str(node.label or "")),
            kind=node.kind if not operands else "inner",
            data=number(node.data),
            operands=operands,
            scope=tuple(clean(str(name)) for name in node.scope),
            is_root=node in tops,
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
    _adopt_parameters(picture)
    _mark_shared(picture)
    return picture


def _symbol(node: Node) -> str:
    symbol = clean(str(node._op)) or "?"
    if node.op == "pow" and symbol.startswith("**"):
        return "**"  # a constant exponent is drawn beside it
    return SIGNS.get(symbol, symbol) if node.op != symbol else symbol


def _adopt_parameters(picture: Picture) -> None:
    """Let a parameter that belongs to no scope stand in the one that uses it.

    A layer's weights are made before the layer is called, but readers see them as a part of it.
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
    return tuple(name for name, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two)))


def _partials(node: Node) -> tuple[Number, ...]:
    partials = tuple(node._local_grads)
    if len(partials) != len(node._prev):
        return (NOTHING,) * len(node._prev)
    # A constant has no partial on purpose, and needs no dash for it.
    return tuple(
        number(partial) if partial is not None else NOTHING if operand.kind != "constant" else BLANK
        for partial, operand in zip(partials, node._prev, strict=True)
    )


def remark(node: Node, show_grad: bool = True) -> str:
    """Return what a reader must know about a node beside its numbers; empty as a rule.

    It says that a leaf's gradient holds more than one pass or a number set by hand, and that a
    node's number no longer follows from its operands.
    """
    remarks = [STALE] if node._prev and is_stale(node) else []
    if show_grad and not node._prev and node.grad_state == "computed":
        if node.by_hand:
            rest = node.grad - node.by_hand
            sign = MINUS if rest < 0 else "+"
            remarks.append(f"{format_short(node.by_hand)} by hand {sign} {format_short(abs(rest))}")
        if node.passes > 1:
            remarks.append(f"{node.passes} passes")
    return ", ".join(remarks)


def _mark_shared(picture: Picture) -> None:
    """Count users, and give unlabelled nodes that are used twice a mark to be referred to."""
    uses = [0] * len(picture.cards)
    for card in picture.cards:
        for operand in card.operands:
            uses[operand] += 1
        for operand in set(card.operands):
            picture.cards[operand].users += 1
    shared = (card for card, count in zip(picture.cards, uses) if count > 1 and not card.label)
    for count, card in enumerate(shared, 1):
        card.mark = f"#{count}"
