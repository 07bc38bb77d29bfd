"""The order of the items in each layer, so that few edges cross.

Sweeps over the layers sort each one by the mean position of its neighbours; then neighbours are
exchanged where that removes crossings. The best order is kept. The first one is that of a
depth-first walk, which draws a tree without a crossing and each operation's operands from top to
bottom.

Source: Gansner, Koutsofios, North & Vo, A Technique for Drawing Directed Graphs, 1993, section 3;
crossings counted as in Barth, Jünger & Mutzel, Simple and Efficient Bilayer Cross Counting, 2002,
with a sorted list for the tree.
"""

from __future__ import annotations

from bisect import bisect_right, insort

from .layering import Level, Links

Ends = list[list[tuple[int, float, float]]]

WORK = 120_000
"""How many visits to a link the sweeps may take; a graph too large for it gets fewer sweeps."""

MOST_SWEEPS, MOST_IDLE_SWEEPS = 24, 6
LARGEST_EXCHANGE = 3000
"""With more links than these, neighbours are not exchanged."""


class Order:
    """Orders the items of a ranked level with lanes; `level.layers` holds the result."""

    def __init__(self, level: Level, links: Links) -> None:
        self.level = level
        self.position = [0] * len(level.kind)
        self.below: Ends = [[] for _ in level.kind]
        self.above: Ends = [[] for _ in level.kind]
        scale = [0.8 / max(breadth, 1.0) for breadth in level.breadth]
        for x, y, leaving, arriving, _ in links:
            here, there = leaving * scale[x], arriving * scale[y]
            self.above[x].append((y, here, there))
            self.below[y].append((x, there, here))
        self.size = len(links)

    def run(self) -> int:
        """Order the layers and return the number of crossings that is left.

        Cost: O(sweeps · links · log links); the number of sweeps falls as the graph grows.
        """
        self._walk()
        fewest, best = self.crossings(), [list(layer) for layer in self.level.layers]
        idle = 0
        for sweep in range(max(2, min(MOST_SWEEPS, WORK // max(self.size, 1)))):
            if not fewest or idle >= MOST_IDLE_SWEEPS:
                break
            self._sweep(downwards=sweep % 2 == 0, flip=sweep % 4 >= 2)
            if self.size <= LARGEST_EXCHANGE:
                self._exchange()
            crossings = self.crossings()
            idle += 1
            if crossings < fewest:
                fewest, best, idle = crossings, [list(layer) for layer in self.level.layers], 0
        self.level.layers = best
        return fewest

    def _walk(self) -> None:
        """Put the items in the order of a walk from the roots, operands from first to last."""
        self.level.layers = [[] for _ in range(max(self.level.rank, default=-1) + 1)]
        visited = [False] * len(self.position)
        stack = [item for item, users in enumerate(self.above) if not users][::-1]
        while stack:
            item = stack.pop()
            if visited[item]:
                continue
            visited[item] = True
            layer = self.level.layers[self.level.rank[item]]
            self.position[item] = len(layer)
            layer.append(item)
            stack.extend(operand for operand, _, _ in reversed(self.below[item]))

    def crossings(self) -> int:
        """Count the crossings of links between neighbouring layers."""
        return sum(self._between(layer) for layer in self.level.layers[:-1])

    def _between(self, layer: list[int]) -> int:
        position, total = self.position, 0
        ends: list[float] = []
        for item in layer:
            row = self.above[item]
            if len(row) > 1:
                row = sorted(row, key=lambda end: (end[1], position[end[0]] + end[2]))
            fresh: list[float] = []
            port: float | None = None
            for other, here, there in row:
                if here != port:  # links that leave at one point do not cross each other
                    for end in fresh:
                        insort(ends, end)
                    fresh, port = [], here
                end = position[other] + there
                total += len(ends) - bisect_right(ends, end)
                fresh.append(end)
            for end in fresh:
                insort(ends, end)
        return total

    def _sweep(self, downwards: bool, flip: bool) -> None:
        layers, position = self.level.layers, self.position
        ends = self.below if downwards else self.above
        for layer in layers if downwards else layers[::-1]:
            means = {}
            for item in layer:
                if ends[item]:
                    row = [position[other] + there - here for other, here, there in ends[item]]
                    means[item] = sum(row) / len(row)
            self._sort(layer, means, flip)
            for index, item in enumerate(layer):
                position[item] = index

    @staticmethod
    def _sort(layer: list[int], means: dict[int, float], flip: bool) -> None:
        """Sort those that have a mean; the others stay where they are."""
        movable = [item for item in layer if item in means]
        if flip:
            movable.reverse()
        movable.sort(key=means.__getitem__)
        following = iter(movable)
        layer[:] = [next(following) if item in means else item for item in layer]

    def _exchange(self) -> None:
        """Exchange neighbours as long as that removes crossings."""
        for _ in range(8):
            is_better = False
            for layer in self.level.layers:
                for left in range(len(layer) - 1):
                    x, y = layer[left], layer[left + 1]
                    if self._gain(x, y) > 0:
                        layer[left], layer[left + 1] = y, x
                        self.position[x], self.position[y] = left + 1, left
                        is_better = True
            if not is_better:
                return

    def _gain(self, x: int, y: int) -> int:
        """Return how many crossings disappear if x, now before y, comes after it."""
        position, gain = self.position, 0
        for ends in (self.below, self.above):
            for one, _, there in ends[x]:
                at = position[one] + there
                for other, _, here in ends[y]:
                    rest = at - position[other] - here
                    gain += (rest > 0) - (rest < 0)
        return gain
