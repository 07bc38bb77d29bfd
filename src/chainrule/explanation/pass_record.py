"""The record of the explained pass: gradients, contributions, and numbers of paths.

The pass is that of `backward`, with the local derivatives of the forward pass. Nothing in the graph
changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..engine.node import Node, has_own_backward
from ..graph.passes import Contribution, contributions, stored_partials
from ..graph.traversal import postorder

MOST_PATHS = 1 << 16384
"""Paths are counted exactly up to this number."""

MOST_STEPS = 20_000
"""No further path is begun after this number of nodes."""


class PassRecord:
    """A pass from a root.

    Attributes:
        root: The root.
        order: The nodes, operands before their users.

    Cost: O(nodes + edges) time, no recursion.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self.order: list[Node] = postorder(root)
        self.gradients: dict[Node, float] = {root: 1.0}
        self.paths: dict[Node, int] = {root: 1}
        self.arrivals: dict[Node, list[Contribution]] = {}
        self.users: dict[Node, list[Node]] = {}
        self.unknown = self._unknown()

    def _unknown(self) -> set[Node]:
        """The nodes below an operation with a `_backward` of its own, which changes the graph."""
        unknown: set[Node] = set()
        own = set(filter(has_own_backward, self.order))
        for node in reversed(self.order) if own else ():
            if node in own:
                unknown.update(node._operands)
            elif node in unknown:
                flows = zip(node._operands, node._partials)
                unknown.update(operand for operand, partial in flows if partial is not None)
        return unknown

    def run(self, targets: set[Node]) -> None:
        """Make the pass, and keep the contributions to the targets."""
        paths = self.paths
        for one in contributions(reversed(self.order), stored_partials):
            self.gradients[one.operand] = one.total
            count = paths.get(one.operand, 0) + paths[one.node]
            paths[one.operand] = count if count < MOST_PATHS else MOST_PATHS
            if one.operand in targets:
                self.arrivals.setdefault(one.operand, []).append(one)
        bare = {node for node in targets if node not in self.arrivals}
        for node in reversed(self.order) if bare else ():
            for operand in node._operands:
                if operand in bare:
                    users = self.users.setdefault(operand, [])
                    if not users or users[-1] is not node:
                        users.append(node)

    def backwards(self) -> list[Node]:
        """The nodes from the root back, each after the last of its users, without constants."""
        waiting: dict[Node, int] = {}
        for node in self.order:
            for operand in node._operands:
                waiting[operand] = waiting.get(operand, 0) + 1
        order = [self.root]
        for node in reversed(self.order):
            for operand in node._operands:
                waiting[operand] -= 1
                if not waiting[operand] and operand.kind != "constant":
                    order.append(operand)
        return order

    def chains(self, target: Node, most: int) -> Iterator[list[tuple[Node, int]]]:
        """Yield whole paths from the root to a node, as pairs of a node and an operand's position.

        Args:
            target: The last node of the paths.
            most: The most paths to yield; fewer if they are very long.

        Cost: O(nodes + edges), and the length of each path.
        """
        above = self._above(target)
        if target is self.root or self.root not in above:
            return
        most_steps = MOST_STEPS
        path: list[tuple[Node, int]] = []
        flows = [_flows(self.root, above)]
        while flows and most > 0 and most_steps > 0:
            flow = next(flows[-1], None)
            if flow is None:
                flows.pop()
                if path:
                    path.pop()
                continue
            node, position = flow
            operand = node._operands[position]
            if operand is target:
                yield [*path, flow]
                most -= 1
                most_steps -= len(path)
            else:
                path.append(flow)
                flows.append(_flows(operand, above))

    def _above(self, target: Node) -> set[Node]:
        """A node and all nodes from which a gradient flows down to it."""
        above = {target}
        for node in self.order:
            if next(_flows(node, above), None):
                above.add(node)
        return above


def _flows(node: Node, into: set[Node]) -> Iterator[tuple[Node, int]]:
    """The node with the position of each operand among `into` that it passes its gradient to."""
    for position, (operand, partial) in enumerate(zip(node._operands, stored_partials(node))):
        if partial is not None and operand in into:
            yield node, position
