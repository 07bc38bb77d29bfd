"""Names in a graph: labels, parameters and scopes."""

from __future__ import annotations

from collections.abc import Mapping
from threading import local
from typing import Any

from ..engine.node import PARAMETER, is_value
from ..engine.session import SCOPES, scope_number
from ..engine.twin import Value, open_scope, set_scope


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


class _Outer(local):
    """The numbers of the scopes to return to in this thread, the innermost last."""

    def __init__(self) -> None:
        self.numbers: list[int] = []


_outer = _Outer()


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

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = str(name)

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        self.name = state[1]["name"]  # pickles of version 0.1 have more

    def __enter__(self) -> None:
        outer = open_scope()
        _outer.numbers.append(outer)
        set_scope(scope_number((*SCOPES[outer], self.name)))

    def __exit__(self, *_: object) -> None:
        set_scope(_outer.numbers.pop())
