"""The order of the items in each layer, so that few edges cross.

Sweeps over the layers sort each one by the mean place of its neighbours; then neighbours change
places where that removes crossings. The best order that was seen is kept; the first one is that of
a depth-first walk, which draws a tree without a crossing and each operation's operands from top to
bottom.

Source: Gansner, Koutsofios, North & Vo, A Technique for Drawing Directed Graphs, 1993, section 3;
    crossings counted
as in Barth, Jünger & Mutzel, Simple and Efficient Bilayer Cross Counting, 2002, with a sorted list
for the tree.
"""

from __future__ import annotations

from bisect import bisect_right, insort

from .layering import Level, Links

Ends = list[list[tuple[int, float, float]]]

WORK = 120_000
"""How many visits to a link the sweeps may take; a graph too large for it gets fewer sweeps."""


class Order:
    """Places items in their layers; `level.layers` holds the result.

    Args:
        level: Ranked, with its lanes.
        links: Of `level.links`.
    """

    def __init__(self, level: Level, links: Links) -> None:
        self.level = level
        self.place = [0] * len(level.kind)
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
        self._start()
        best = self.crossings()
        if not best:
            return 0
        kept = [list(layer) for layer in self.level.layers]
        tries = max(2, min(24, WORK // max(self.size, 1)))
        stale = 0
        for sweep in range(tries):
            self._sweep(downwards=sweep % 2 == 0, flip=sweep % 4 >= 2)
            if self.size <= 3000:
                self._transpose()
            found = self.crossings()
            if found < best:
                best, stale = found, 0
                kept = [list(layer) for layer in self.level.layers]
            else:
                stale += 1
            if not best or stale >= 6:
                break
        self._take(kept)
        return best

    def _start(self) -> None:
        """Put the items in the order of a walk from the roots, operands from first to last."""
        count = max(self.level.rank, default=-1) + 1
        self.level.layers = [[] for _ in range(count)]
        seen = [False] * len(self.place)
        roots = [item for item in range(len(self.place)) if not self.above[item]]
        stack = roots[::-1]
        while stack:
            item = stack.pop()
            if seen[item]:
                continue
            seen[item] = True
            layer = self.level.layers[self.level.rank[item]]
            self.place[item] = len(layer)
            layer.append(item)
            stack.extend(operand for operand, _, _ in reversed(self.below[item]))

    def _take(self, layers: list[list[int]]) -> None:
        self.level.layers = layers
        for layer in layers:
            for place, item in enumerate(layer):
                self.place[item] = place

    def crossings(self) -> int:
        """Count the crossings of links between neighbouring layers."""
        return sum(self._between(layer) for layer in self.level.layers[:-1])

    def _between(self, layer: list[int]) -> int:
        place, total = self.place, 0
        ends: list[float] = []
        for item in layer:
            row = self.above[item]
            if len(row) > 1:
                row = sorted(row, key=lambda end: (end[1], place[end[0]] + end[2]))
            fresh: list[float] = []
            at: float | None = None
            for other, here, there in row:
                if here != at:
                    for end in fresh:
                        insort(ends, end)
                    fresh, at = [], here
                end = place[other] + there
                total += len(ends) - bisect_right(ends, end)
                fresh.append(end)
            for end in fresh:
                insort(ends, end)
        return total

    def _sweep(self, downwards: bool, flip: bool) -> None:
        layers, place = self.level.layers, self.place
        ends = self.below if downwards else self.above
        for rank in range(len(layers)) if downwards else range(len(layers) - 1, -1, -1):
            layer = layers[rank]
            if len(layer) < 2:
                continue
            means = {}
            for item in layer:
                row = ends[item]
                if row:
                    total = sum(place[other] + there - here for other, here, there in row)
                    means[item] = total / len(row)
            self._sort(layer, means, flip)
            for spot, item in enumerate(layer):
                place[item] = spot

    @staticmethod
    def _sort(layer: list[int], means: dict[int, float], flip: bool) -> None:
        """Sort those that have a mean; the others keep their places."""
        movable = [item for item in layer if item in means]
        if flip:
            movable.reverse()
        movable.sort(key=means.__getitem__)
        if len(movable) == len(layer):
            layer[:] = movable
            return
        following = iter(movable)
        layer[:] = [next(following) if item in means else item for item in layer]

    def _transpose(self) -> None:
        """Exchange neighbours as long as that removes crossings."""
        for _ in range(8):
            improved = False
            for layer in self.level.layers:
                for left in range(len(layer) - 1):
                    x, y = layer[left], layer[left + 1]
                    if self._gain(x, y) > 0:
                        layer[left], layer[left + 1] = y, x
                        self.place[x], self.place[y] = left + 1, left
                        improved = True
            if not improved:
                return

    def _gain(self, x: int, y: int) -> int:
        """How many crossings go when x, now before y, comes after it."""
        place, gain = self.place, 0
        for ends in (self.below, self.above):
            first, second = ends[x], ends[y]
            if not first or not second:
                continue
            for one, _, there in first:
                at = place[one] + there
                for other, _, here in second:
                    rest = at - place[other] - here
                    gain += (rest > 0) - (rest < 0)
        return gain
