"""Recurrences: how much each step of a long chain multiplies its number or its gradient."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..flat_graph import FlatGraph

FEWEST_STEPS = 4
LONGEST_STEP = 16
"""A step of a recurrence is at most this many operations."""
LONGEST_CHAIN = 2000
NOTICEABLE = 1.2
"""A factor per step nearer to 1 than this doesn't count."""


class Recurrence(NamedTuple):
    """A chain of equal steps.

    Attributes:
        factor: What each step multiplies by, on average.
        steps: How many there are.
        ops: The operations of a step, in the order of the computation.
        shared: The indices of nodes that every step uses.
        is_steady: Whether every step multiplies by about the same.
    """

    factor: float
    steps: int
    ops: tuple[str, ...]
    shared: tuple[int, ...]
    is_steady: bool


def number_recurrence(graph: FlatGraph, index: int) -> Recurrence | None:
    """The recurrence that made this node's number so large, if there is one."""
    sizes = [abs(x) for x in graph.numbers]
    chain = _chain(graph, index, lambda at: sizes[at] if sizes[at] < math.inf else 0.0)
    chain = [at for at in chain if 0 < sizes[at] < math.inf]
    return _recurrence(graph, chain, sizes, grows_down=False)


def gradient_recurrence(graph: FlatGraph, gradients: Sequence[float]) -> Recurrence | None:
    """The recurrence that makes the gradients vanish or explode, if there is one."""
    sizes = [abs(x) for x in gradients]
    depths = [0] * len(sizes)  # the longest way down, which is the way through the recurrence
    for index, operands in enumerate(graph.operands):
        depths[index] = 1 + max((depths[x] for x in operands), default=-1)
    chain = _chain(graph, len(sizes) - 1, lambda at: depths[at])
    chain = [at for at in chain if 0 < sizes[at] < math.inf]
    return _recurrence(graph, chain, sizes, grows_down=True)


def _chain(graph: FlatGraph, index: int, size: Callable[[int], float]) -> list[int]:
    """The way down to a leaf, or part of it, that takes the largest operand at each node."""
    chain: list[int] = []
    while (inner := graph.operands[index]) and len(chain) < LONGEST_CHAIN:
        chain.append(index)
        index = max(inner, key=lambda at: (bool(graph.operands[at]), size(at)))
    return chain


def _recurrence(
    graph: FlatGraph, chain: Sequence[int], sizes: Sequence[float], grows_down: bool
) -> Recurrence | None:
    """The equal steps in a chain, from its first node down."""
    ops = [graph.nodes[at].op for at in chain]
    best: tuple[int, int, int] = (0, 0, 0)
    for length in range(1, LONGEST_STEP + 1):
        for start in range(min(LONGEST_STEP, len(ops))):
            end = start + length
            while end < len(ops) and ops[end] == ops[end - length]:
                end += 1
            if (end - start) // length >= FEWEST_STEPS and end - start > best[0] + length:
                best = (end - start, start, length)
    covered, start, length = best
    if not length or covered < len(ops) / 2:
        return None
    steps = (covered - 1) // length
    logs = [math.log(sizes[chain[start + step * length]]) for step in range(steps + 1)]
    if not grows_down:
        logs.reverse()
    rate, middle = (logs[-1] - logs[0]) / steps, steps // 2
    halves = [(logs[middle] - logs[0]) / middle, (logs[-1] - logs[middle]) / (steps - middle)]
    is_steady = abs(halves[0] - halves[1]) <= 0.5 * abs(rate)
    factor = math.exp(rate)
    if 1 / NOTICEABLE < factor < NOTICEABLE:
        return None
    uses = Counter(
        operand
        for at in chain
        for operand in set(graph.operands[at])
        if not graph.operands[operand]
    )
    shared = tuple(at for at, count in uses.items() if count >= steps)
    return Recurrence(
        factor, steps, tuple(reversed(ops[start : start + length])), shared, is_steady
    )
