"""The structures of pytrees: containers, such as lists and dicts, of numbers and arrays.

A structure is hashable, and recordings are found by it.

Source: the pytrees of JAX, whose conventions these are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

from ...engine.kinds import NUMBER
from .containers import Opened, opened


class Number(NamedTuple):
    """A single number. One of a kind other than NUMBER is traced, but not differentiated."""

    kind: int = NUMBER

    @property
    def shape(self) -> tuple[int, ...]:
        return ()


class Array(NamedTuple):
    """A NumPy array of this shape, whose elements are of this kind."""

    shape: tuple[int, ...]
    kind: int = NUMBER


STATIC_TYPES = (int, bool, str, type(None))
"""Types of arguments that are not recorded: another value is recorded separately."""


class Static(NamedTuple):
    """A value that is fixed while recording, and the name of its type."""

    kind: str
    value: Any


def static(value: Any) -> Static:
    """A hashable object as a static value."""
    kind = type(value)
    prefix = "" if kind in STATIC_TYPES else f"{kind.__module__}."
    return Static(prefix + kind.__qualname__, value)


class Nest(Opened):
    """A container whose parts are structures."""

    __slots__ = ()

    def items(self) -> Iterator[tuple[Any, Structure]]:
        """The key or index of each part, and the part."""
        return zip(self.keys or range(len(self.parts)), self.parts)

    def name(self, key: Any, name: str) -> str:
        """The name of a part of a container with this name."""
        return f"{name}.{key}" if self.kind == "dataclass" else f"{name}[{key!r}]"

    def parts_of(self, tree: Any, name: str) -> list[Any] | None:
        """The parts of a tree with this structure, in this order; None for another container."""
        other = opened(tree, name)
        if other is None or (other.kind, *other[3:]) != (self.kind, *self[3:]):
            return None
        if len(other.parts) != len(self.parts) or {*other.keys} != {*self.keys}:
            return None
        entries = dict(zip(other.keys, other.parts))
        return [entries[key] for key in self.keys] if self.keys else [*other.parts]


Leaf = Number | Array
Structure = Leaf | Static | Nest


def is_tracer(x: Any) -> bool:
    """Whether x is a tracer of either twin."""
    return hasattr(type(x), "tape")


def leaves_of(structure: Structure) -> list[Leaf]:
    """The leaves of a structure, in order."""
    if isinstance(structure, Nest):
        return [leaf for part in structure.parts for leaf in leaves_of(part)]
    return [] if isinstance(structure, Static) else [structure]


def each_argument(structures: Sequence[Structure]) -> list[Structure]:
    """The structure of each argument, given those of the positional ones and of the dict of the
    others."""
    *arguments, keywords = structures
    return [*arguments, *keywords.parts]  # type: ignore[union-attr]  # a Nest


def named_leaves(structure: Structure, name: str) -> Iterator[tuple[Leaf | Static, str]]:
    """The leaves of a structure and its static values, each with its name: `x[0]['a']`."""
    if isinstance(structure, Nest):
        for key, part in structure.items():
            yield from named_leaves(part, structure.name(key, name))
    else:
        yield structure, name


def map_leaves(structure: Structure, change: Callable[[Leaf], Structure]) -> Structure:
    """Replace each leaf of a structure."""
    if isinstance(structure, Nest):
        return structure._replace(parts=tuple(map_leaves(x, change) for x in structure.parts))
    return structure if isinstance(structure, Static) else change(structure)


def size(structure: Structure) -> int:
    """How many numbers a tree of this structure has."""
    return sum(prod(leaf.shape) for leaf in leaves_of(structure))


def describe(structure: Structure) -> str:
    """A structure in words."""
    if isinstance(structure, Number):
        return "a number"
    if isinstance(structure, Array):
        return f"an array of shape {structure.shape}"
    if isinstance(structure, Nest):
        kind = structure.named.__name__ if structure.named else structure.kind
        article = "an" if kind[0] in "AEIOUaeiou" else "a"
        return f"{article} {kind} of {len(structure.parts)}"
    return repr(structure.value)
