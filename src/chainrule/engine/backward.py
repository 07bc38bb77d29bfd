"""The backward pass of the interpreted engine: reverse accumulation over a graph in postorder.

`sweep` is the chain rule. `backward` adds what a notebook needs: it counts the passes, remembers
the gradients that were written by hand, and restores the graph when a backward function of the
user's own fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..table.rules import OWN
from .node import COMPUTED, CONSTANT, HAND
from .refusals import cycle_error, warn_of_loss

if TYPE_CHECKING:
    from .value import Value


def sweep(order: list[Value]) -> None:
    """Compute the derivative of the last node of a postorder with respect to every node: an inner
    node's gradient is set to it, and a leaf's grows by it.

    A node passes its gradient on only once something has reached it: 0 times an infinite local
    derivative would be nan. A backward function of the user's own is always called.
    """
    for node in order:
        if node._operands:
            node._grad = 0.0
    root = order[-1]
    root._grad = 1.0
    reached = {root}
    for node in reversed(order):
        if node._own:
            node._own()
            reached.update(node._operands)  # which gradients it wrote is unknown
        elif node in reached:
            push(node, reached)


def push(node: Value, reached: set[Value]) -> None:
    """Add a node's gradient times its local derivatives to its operands, and note them.

    An operand may have become a constant after the operation.
    """
    grad = node._grad
    for operand, partial in zip(node._operands, node._partials):
        if partial is not None and operand._kind != CONSTANT:
            operand._grad += partial * grad
            reached.add(operand)


def postorder(root: Value) -> list[Value]:
    """Return the nodes below the root and itself, operands before their users.

    The order is depth first, operands from left to right; nothing recurses.

    Raises:
        GraphError: A node is its own ancestor.
    """
    order: list[Value] = []
    is_done: dict[Value, bool] = {root: False}
    path = [root]
    rests = [iter(root._operands)]
    while path:
        for operand in rests[-1]:
            done = is_done.get(operand)
            if done is None:
                is_done[operand] = False
                path.append(operand)
                rests.append(iter(operand._operands))
                break
            if not done:
                raise cycle_error(operand)
        else:
            node = path.pop()
            rests.pop()
            is_done[node] = True
            order.append(node)
    return order


# ---- around the sweep ----------------------------------------------------------------------------


class Snapshot(NamedTuple):
    """What a pass overwrites in a node."""

    node: Value
    grad: float
    state: int
    passes: int
    by_hand: float


def backward(root: Value) -> None:
    """Sweep, and keep the record of each gradient; `Value.backward` says what holds afterwards."""
    order = postorder(root)
    snapshots = []
    if any(node._own for node in order):
        snapshots = [Snapshot(n, n._grad, n._state, n._passes, n.by_hand) for n in order]
    written = [  # the sweep adds to these, and pictures show both parts: "5 by hand - 6"
        (leaf, leaf._grad)
        for leaf in order
        if leaf._state == HAND and leaf._grad and not leaf._operands and leaf._kind != CONSTANT
    ]
    try:
        sweep(order)
    except BaseException:
        for before in snapshots:
            before.node._grad = before.grad
        raise
    finally:  # an own function writes `.grad`, which marks a gradient as set by hand: it wasn't
        for before in snapshots:
            before.node._state, before.node._passes = before.state, before.passes
            note_by_hand(before.node, before.by_hand)
    for node in order:
        if node._kind != CONSTANT or node is root:
            settle(node, node is root)
    for leaf, number in written:
        if leaf is not root:
            note_by_hand(leaf, number)
    for node in reversed(order):
        if node._rule == OWN and node._grad and is_dead_end(node):
            warn_of_loss(node)
            break


def is_dead_end(node: Value) -> bool:
    """Whether nobody said how an operation passes its gradient on."""
    return not node._own and all(partial is None for partial in node._partials)


def settle(node: Value, is_root: bool) -> None:
    """After a pass the gradient counts as computed."""
    node._grad = float(node._grad)
    accumulates = not node._operands and not is_root
    node._passes = node._passes + 1 if accumulates and node._state == COMPUTED else 1
    node._state = COMPUTED
    if not accumulates:
        note_by_hand(node, 0)


def note_by_hand(node: Value, number: float) -> None:
    """Note how much of a computed gradient was written by hand before the pass; 0 forgets it."""
    if number:
        node.__dict__["by_hand"] = number
    elif node.by_hand:
        del node.__dict__["by_hand"]


def push_once(node: Value) -> None:
    """Do what `node._backward()` promises: add one node's contributions to its operands."""
    push(node, set())
    if node._rule == OWN and node._grad and is_dead_end(node):
        warn_of_loss(node)
    for operand in node._operands:
        if operand._kind != CONSTANT:
            operand._grad = float(operand._grad)
            operand._state = COMPUTED
            operand._passes = max(operand._passes, 1)
