"""Leaves placed one behind the other to undo a crossing.

In (a*b) * (a+b) two leaves have the same two users. Side by side, their edges cross. With a one
layer further out, and an edge of its own to each user, b fits in between and nothing crosses.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from .layering import NODE, Level, Links, Source, lay_lanes, links, pin_borders
from .ordering import Order

LARGEST = 60
MOST_TRIES = 12
"""How many items a level may have, and how many leaves are tried."""

COLUMNS = ("kind", "ref", "length", "breadth", "rank")


def settle(level: Level) -> tuple[Level, Links, int]:
    """Give a ranked level its lanes and its order; nest leaves if that leaves fewer crossings.

    Returns:
        The level, its links, and the number of crossings.
    """
    nested: frozenset[int] = frozenset()
    best = _ordered(level, nested)
    if len(level.kind) > LARGEST:
        return best
    for source in islice((s for s in level.sources if _may_nest(level, s)), MOST_TRIES):
        if not best[2]:
            break
        trial = _ordered(level, nested | {source.item})
        if trial[2] < best[2]:
            best, nested = trial, nested | {source.item}
    return best


def _may_nest(level: Level, source: Source) -> bool:
    users = {item for item, _, _ in source.targets}
    near = level.rank[source.item] + 1
    return (
        source.is_weak
        and level.kind[source.item] == NODE
        and len(users) == 2
        and all(level.rank[user] == near for user in users)
    )


def _ordered(level: Level, nested: frozenset[int]) -> tuple[Level, Links, int]:
    trial = replace(level, **{name: list(getattr(level, name)) for name in COLUMNS}, sources=[])
    for source in level.sources:
        if source.item not in nested:
            trial.sources.append(replace(source, lanes={}))
            continue
        for user in dict.fromkeys(item for item, _, _ in source.targets):
            targets = [target for target in source.targets if target[0] == user]
            trial.sources.append(replace(source, targets=targets, lanes={}))
    for depth, item in enumerate(sorted(nested), 1):
        trial.rank[item] -= depth
    pin_borders(trial)
    lay_lanes(trial)
    rows = links(trial)
    return trial, rows, Order(trial, rows).run()
