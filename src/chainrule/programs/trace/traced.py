"""The traced numbers and Values in arguments: in containers and in arrays."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ...engine.node import is_value
from .containers import closed, opened
from .structure import is_tracer

_PLAIN = (float, int, bool, str, type(None))
"""Types of which there may be many, without a traced number."""


def first_traced(tree: Any) -> Any:
    """The first tracer or Value in a tree, or None."""
    return next(iter(list_traced(tree)), None)


def list_traced(tree: Any) -> list[Any]:
    """All tracers and Values in a tree, in order."""
    if type(tree) in _PLAIN:
        return []
    if is_tracer(tree) or is_value(tree):
        return [tree]
    objects = _objects(tree)
    if objects is not None:
        return [x for x in objects.ravel().tolist() if is_tracer(x) or is_value(x)]
    container = opened(tree, "an argument")
    return [] if container is None else [x for part in container.parts for x in list_traced(part)]


def map_traced(tree: Any, change: Callable[[Any], Any]) -> Any:
    """A tree with each tracer and each Value replaced; the rest stays as it is."""
    if is_tracer(tree) or is_value(tree):
        return change(tree)
    if not list_traced(tree):
        return tree
    objects = _objects(tree)
    if objects is None:
        container = opened(tree, "an argument")
        assert container is not None  # it has traced parts
        return closed(container, [map_traced(x, change) for x in container.parts])
    changed = objects.copy()
    flat = changed.reshape(-1)
    for index, x in enumerate(objects.ravel().tolist()):
        flat[index] = map_traced(x, change)
    return changed.view(type(tree))


def _objects(tree: Any) -> Any:
    """An array of objects as a plain one; None for anything else."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not isinstance(tree, numpy.ndarray):
        return None
    plain = tree.view(numpy.ndarray)
    return plain if plain.dtype.kind == "O" else None
