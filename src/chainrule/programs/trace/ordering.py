"""The permutation that sorts traced numbers, recorded without a guard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from ...table.rules import NUMBER
from .calls import Call
from .structure import Array

FEW = 32
"""So many numbers are compared in pairs; a call of NumPy sorts more."""

_ADD, _SUB, _LT, _EQ, _NE, _WHERE = (
    NUMBER[name] for name in ("add", "sub", "lt", "eq", "ne", "where")
)


class Sorting:
    """NumPy's argsort, as a function outside of a recording; a permutation has no slope."""

    name = "argsort"
    vectorized = True
    vjp = jvp = None
    why = ""

    def __call__(self, x: Any) -> Any:
        return self.function(x)

    @staticmethod
    def function(x: Any) -> Any:
        """The positions of the numbers along the last axis, in increasing order, nan last."""
        import numpy as np

        return np.argsort(x, axis=-1, kind="stable")


SORTING = Sorting()


def order(tape: Any, nodes: Sequence[int]) -> list[int]:
    """Record the positions of numbers in increasing order, nan last, equal ones as they come."""
    if not tape.replays:
        numbers = [tape.value(node) for node in nodes]
        positions = sorted(range(len(nodes)), key=lambda k: (numbers[k] != numbers[k], numbers[k]))
        return [tape.constant(float(k)) for k in positions]
    if len(nodes) <= FEW:
        return _by_rank(tape, nodes)
    region = tape.call(Call(SORTING, [Array((len(nodes),))], {}), nodes)
    return [tape.override(tape.entry(region, k)) for k in range(len(nodes))]


def _by_rank(tape: Any, nodes: Sequence[int]) -> list[int]:
    """Count for each number how many come before it, and put its position there."""
    is_nan = [tape.append(_NE, node, node) for node in nodes]
    is_number = [tape.append(_EQ, node, node) for node in nodes]
    ranks = [tape.constant(float(k)) for k in range(len(nodes))]
    for i, k in combinations(range(len(nodes)), 2):
        less = tape.append(_LT, nodes[k], nodes[i])
        is_before = tape.append(_WHERE, is_nan[i], is_number[k], less)
        ranks[i] = tape.append(_ADD, ranks[i], is_before)
        ranks[k] = tape.append(_SUB, ranks[k], is_before)
    pairs = [(rank, tape.constant(float(k))) for k, rank in enumerate(ranks)]
    region = tape.scatter(len(nodes), pairs)
    return [tape.entry(region, k) for k in range(len(nodes))]
