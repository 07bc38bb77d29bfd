"""A step along the gradient, and its effect on the root."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from ...engine.node import Node
from ...engine.numbers import number
from ...errors import DomainError
from ...graph.evaluation import recompute, refresh
from ...graph.passes import gradients
from ...graph.traversal import postorder, select_nodes
from ...numerals import format_short
from ..result_table import name_of
from .slope import finite_step


class Ascent(NamedTuple):
    """The effect of a step.

    Attributes:
        before: The root's number before it.
        after: The root's number after it.
        change: `after - before`.
    """

    before: float
    after: float
    change: float


def ascend(
    root: Node,
    step: float = 0.01,
    wrt: Node | Iterable[Node] | None = None,
    inplace: bool = False,
) -> Ascent:
    """Move leaves along their gradient and return the effect on the root.

    Each leaf moves by its gradient times the step; a negative step descends. Like
    `p.data += step * p.grad`, this uses the stored gradient, whether `backward` computed it or
    somebody set it by hand. If none is stored (`grad_state` is 'none'), it is computed.

    Args:
        root: A Value.
        step: The factor that each gradient is multiplied by.
        wrt: The nodes to move, one or several; by default every leaf that the user made. Constants
            never move. An inner node keeps the number it is moved to, and the nodes above it are
            recomputed.
        inplace: Whether to write the new numbers into the graph.

    Returns:
        `(before, after, change)`.

    Raises:
        WrongType: `step` isn't a number, or `wrt` holds something that isn't a Value.
        GraphError: A node of `wrt` is not in the graph or is a constant.
        DomainError: The step is nan or infinite, or it leads to a number that is, or to an
            operation without a real result. Then nothing is written.

    Example:
        >>> from chainrule import Value
        >>> a = Value(3.0)
        >>> ascend(a * 2, 0.5)
        Ascent(before=6.0, after=8.0, change=2.0)
    """
    step = finite_step(step, "step", "ascend", "step=0.01 is the default")
    moving = select_nodes(root, wrt, "moved")
    order = postorder(root)
    numbers = recompute(order, {})
    without = [node for node in moving if node.grad_state == "none"]
    slopes = {node: node.grad for node in moving if node.grad_state != "none"}
    slopes |= gradients(root, numbers, without) if without else {}
    moved = {node: number(numbers[node] + slopes[node] * step, "a moved number") for node in moving}
    before, after = numbers[root], recompute(order, moved)[root]
    for node, x in moved.items() if inplace else ():
        if not math.isfinite(x):
            raise DomainError(
                f"the step would set {name_of(node)} to {format_short(x)}, so nothing was written.",
                remedy="take a smaller step; diagnose(L) finds gradients that are not finite",
            )
    if inplace:
        for node, x in moved.items():
            node.data = x
        refresh(root, keep=[node for node in moving if node._operands])
    return Ascent(before, after, after - before)
