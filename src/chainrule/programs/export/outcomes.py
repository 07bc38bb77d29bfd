"""Where the recordings of one function part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def otherwise(paths: Sequence[Sequence[bool]]) -> list[list[int]]:
    """For each path and each of its guards the path to go on with where the guard has the other
    answer.

    Args:
        paths: The answers of each path, in the order in which they are asked.

    Returns:
        Numbers of paths; -1 where no such path was recorded. Shape (paths, guards of the path).

    Cost: O(answers).
    """
    root: list[Any] = [None, None, -1]  # after False, after True, a path that comes through here
    for number, outcomes in enumerate(paths):
        fork = root
        for outcome in outcomes:
            if fork[outcome] is None:
                fork[outcome] = [None, None, number]
            fork = fork[outcome]
    found: list[list[int]] = []
    for outcomes in paths:
        fork, others = root, []
        for outcome in outcomes:
            other = fork[not outcome]
            others.append(-1 if other is None else other[2])
            fork = fork[outcome]
        found.append(others)
    return found
