"""Names in a graph: labels, parameters and scopes."""

from __future__ import annotations

from collections.abc import Mapping
from threading import local
from typing import Any

from ..engine.node import PARAMETER, is_value
from ..engine.session import SCOPES, scope_number
from ..engine.twin import Value, set_scope


def parameter(data: Any, label: str = "") -> Any:
    """Make a leaf that is to be trained; pictures show it as a parameter.

    Example:
        >>> parameter(0.5, label="w").kind
        'parameter'
    """
    leaf = Value(data, label=label) if label else Value(data)
    leaf._kind = PARAMETER
    return leaf


def label_all(names: Mapping[str, Any]) -> None:
    """Label every Value that has no label with the name of its variable: `label_all(locals())`.

    If a Value has two names, it gets the first one. Names that begin with an underscore don't
    count.
    """
    for name, x in list(names.items()):
        if is_value(x) and x.label == "" and not name.startswith("_"):
            x.label = name


_thread = local()  # .scope: the index in SCOPES of the innermost open scope


class scope:  # used like a function: with scope("layer 1"):
    """Group the nodes made inside the `with` block; pictures draw a box around them.

    Scopes nest. Each thread has its own. An object can be entered any number of times.

    Args:
        name: The name of the group.

    Example:
        >>> with scope("layer 1"):
        ...     v = Value(1.0)
        >>> v.scope
        ('layer 1',)
    """

    __slots__ = ("_outer", "name")

    def __init__(self, name: str) -> None:
        self.name = str(name)
        self._outer: list[int] = []

    def __enter__(self) -> None:
        outer = getattr(_thread, "scope", 0)
        self._outer.append(outer)
        _enter(scope_number((*SCOPES[outer], self.name)))

    def __exit__(self, *_: object) -> None:
        _enter(self._outer.pop())


def _enter(number: int) -> None:
    _thread.scope = number
    set_scope(number)
