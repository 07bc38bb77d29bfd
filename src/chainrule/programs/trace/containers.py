"""Containers: the classes whose instances are trees of numbers, and how these are taken apart and
built again.

Lists, tuples, named tuples, dicts and dataclasses are containers; `register_pytree_node` adds
other classes.

Source: the pytrees of JAX, whose conventions these are.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple, TypeVar

from ...errors import WrongType, shorten

Class = TypeVar("Class", bound=type)

_Flatten = Callable[[Any], tuple[Iterable[Any], Any]]
_Unflatten = Callable[[Any, tuple[Any, ...]], Any]

_REGISTERED: dict[type, tuple[_Flatten, _Unflatten]] = {}


class Opened(NamedTuple):
    """A container that was taken apart.

    Attributes:
        kind: "list", "tuple", "dict", "dataclass" or "node", for a registered class.
        parts: What it contains.
        keys: The keys of a dict, the fields of a dataclass; else empty.
        named: The class, if it isn't list, tuple or dict itself.
        data: What else is needed to build an equal one: the default of a defaultdict, the static
            fields of a dataclass, the auxiliary data of a registered class.
    """

    kind: str
    parts: Sequence[Any]
    keys: tuple[Any, ...] = ()
    named: Any = None
    data: Any = None


def register_pytree_node(
    nodetype: Class, flatten_func: _Flatten, unflatten_func: _Unflatten
) -> None:
    """Make the instances of a class trees, as a list or a dict is; under JAX's name.

    Args:
        nodetype: The class. Subclasses need to be registered themselves.
        flatten_func: A function that takes an instance apart. It returns the children, which are
            numbers, arrays or trees, and the auxiliary data: all that isn't a child. The data are
            fixed while recording, so they need to be hashable.
        unflatten_func: A function of the auxiliary data and the tuple of children that builds an
            instance. The children may be traced numbers, gradients, or anything else.

    Raises:
        WrongType: `nodetype` isn't a class, or is registered already.

    Example:
        >>> class Line:
        ...     def __init__(self, slope, offset):
        ...         self.slope, self.offset = slope, offset
        >>> register_pytree_node(
        ...     Line, lambda line: ((line.slope, line.offset), None), lambda _, parts: Line(*parts)
        ... )
        >>> from chainrule import grad
        >>> grad(lambda line, x: line.slope * x + line.offset)(Line(2.0, 1.0), 5.0).slope
        5.0
    """
    if not isinstance(nodetype, type):
        raise WrongType(f"register_pytree_node needs a class, but got {shorten(nodetype)}.")
    if nodetype in _REGISTERED or nodetype in (list, tuple, dict, OrderedDict, defaultdict):
        raise WrongType(f"the class {nodetype.__name__} is a pytree already.")
    _REGISTERED[nodetype] = flatten_func, unflatten_func


def register_pytree_node_class(nodetype: Class) -> Class:
    """Make the instances of a class trees, by its methods `tree_flatten()` and, as a class method,
    `tree_unflatten(aux_data, children)`; see `register_pytree_node`. Returns the class."""
    register_pytree_node(nodetype, lambda x: x.tree_flatten(), nodetype.tree_unflatten)  # type: ignore[attr-defined]
    return nodetype


def opened(tree: Any, name: str) -> Opened | None:
    """Take a container apart; None if it isn't one. Messages call it `name`."""
    kind = type(tree)
    if kind is list:
        return Opened("list", tree)
    if kind in _REGISTERED:
        parts, data = _REGISTERED[kind][0](tree)
        return Opened("node", tuple(parts), (), kind, _hashable(data, kind, name))
    if isinstance(tree, tuple):
        return Opened("tuple", tree, (), kind if hasattr(tree, "_fields") else None)
    if isinstance(tree, list):
        return Opened("list", tree)
    if isinstance(tree, dict):
        keys = tuple(tree)
        if isinstance(tree, defaultdict):
            return Opened("dict", [*tree.values()], keys, defaultdict, tree.default_factory)
        named = OrderedDict if isinstance(tree, OrderedDict) else None
        return Opened("dict", [*tree.values()], keys, named)
    if is_dataclass(kind):
        return _opened_dataclass(tree, kind, name)
    return None


def _opened_dataclass(tree: Any, kind: type, name: str) -> Opened:
    """A field is a child unless its metadata say {"static": True}, or another field computes it."""
    children: list[str] = []
    static: list[str] = []
    for each in fields(kind):
        if each.init:
            (static if each.metadata.get("static") else children).append(each.name)
    data = tuple((key, type(getattr(tree, key)), getattr(tree, key)) for key in static)
    parts = [getattr(tree, key) for key in children]
    return Opened("dataclass", parts, tuple(children), kind, _hashable(data, kind, name))


def _hashable(data: Any, kind: type, name: str) -> Any:
    """The static data of a container."""
    if not isinstance(data, Hashable):
        raise _not_hashable(data, kind, name)
    try:
        hash(data)
    except TypeError:
        raise _not_hashable(data, kind, name) from None
    return data


def _not_hashable(data: Any, kind: type, name: str) -> WrongType:
    return WrongType(
        f"{name} is a {kind.__name__} whose static data aren't hashable: {shorten(data)}.",
        remedy="use tuples instead of lists and dicts there, or make arrays children",
    )


def closed(container: Opened, parts: Sequence[Any]) -> Any:
    """Build a container like this one with other parts."""
    kind, _, keys, named, data = container
    if kind == "list":
        return list(parts)
    if kind == "tuple":
        return tuple(parts) if named is None else named._make(parts)
    if kind == "node":
        return _REGISTERED[named][1](data, tuple(parts))
    pairs = dict(zip(keys, parts))
    if kind == "dict":
        if named is defaultdict:
            return defaultdict(data, pairs)
        return pairs if named is None else named(pairs)
    return _dataclass(named, {**pairs, **{key: value for key, _, value in data}})


def _dataclass(kind: Any, values: dict[str, Any]) -> Any:
    """An instance of a dataclass. What its constructor checks or converts was right already, and a
    gradient need not be: the constructor runs only where it computes further fields."""
    if any(not each.init for each in fields(kind)):
        return kind(**values)
    instance = object.__new__(kind)
    for key, value in values.items():
        object.__setattr__(instance, key, value)
    return instance
