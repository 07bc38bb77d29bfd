"""Shortcuts: callers, which skip all that a call of a program otherwise looks up."""

from __future__ import annotations

from typing import Any

from ..derive.results import Transform
from ..trace.structure import Array, Nest, Number, Structure, leaves_of
from ..twin import Caller, Machine
from .caller import A_LIST, A_TUPLE, AN_ARRAY, NUMBER
from .path import Path
from .paths import Paths

MAX_ROUTES = 64
"""So many paths a caller follows; others go the long way."""


def shortcut(paths: Paths, transform: Transform, path: Path) -> Any:
    """A function of the tuple of arguments that returns a result like the one on `path`, or
    NotImplemented; or None if such arguments and results have none."""
    machine, structure = path.ready(transform)
    if not isinstance(machine, Machine):
        return None
    if structure not in paths.callers.setdefault(transform, {}):
        paths.callers[transform][structure] = _new_caller(paths, structure), set()
    caller, known = paths.callers[transform][structure]
    if caller is not None and path not in known and len(known) < MAX_ROUTES:
        known.add(path)
        caller.add(machine, bytes(path.outcomes))
    return caller and caller.run


def _new_caller(paths: Paths, result: Structure) -> Any:
    import numpy as np

    *arguments, keywords = paths.structures
    source, target = _code(Nest("tuple", tuple(arguments))), _code(result)
    if source is None or target is None or keywords != Nest("dict", ()):
        return None
    shapes = tuple(leaf.shape for leaf in leaves_of(result) if isinstance(leaf, Array))
    return Caller(source, target, shapes, np.ndarray, np.empty)


def _code(structure: Structure) -> list[int] | None:
    """The code of a structure of floats, arrays, lists and tuples; None for any other."""
    if isinstance(structure, Nest):
        kind = {Nest("list", structure.parts): A_LIST, Nest("tuple", structure.parts): A_TUPLE}
        if structure not in kind:
            return None
        code = [kind[structure], len(structure.parts)]
        for part in structure.parts:
            inner = _code(part)
            if inner is None:
                return None
            code += inner
        return code
    if not isinstance(structure, (Number, Array)) or structure.kind:
        return None
    if isinstance(structure, Number):
        return [NUMBER]
    return [AN_ARRAY, len(structure.shape), *structure.shape]
