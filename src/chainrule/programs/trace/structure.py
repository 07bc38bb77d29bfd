"""Arguments and results as pytrees: containers, such as lists and dicts, of numbers and arrays.

Flattening splits a tree into its leaves and its structure. A structure is hashable: recordings are
found by it, and it says how to unflatten numbers into a tree like the first one.

Source: the pytrees of JAX, whose conventions these are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from math import prod
from numbers import Real
from typing import Any, NamedTuple

from ...engine.kinds import NUMBER, WHOLE, check_exact, kind_of
from ...engine.node import is_value
from ...errors import ShapeError, WrongType, shorten
from .containers import Opened, closed, opened


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


# ---- flatten and unflatten -----------------------------------------------------------------------


def flatten(tree: Any, leaves: list[Any], name: str, as_float: bool = False) -> Structure:
    """Append the numbers and arrays of a tree to `leaves`, and return its structure.

    Messages call the tree `name`. With `as_float`, an int is a number like any other, because it is
    differentiated.
    """
    try:
        return _flatten(tree, leaves, name, as_float)
    except RecursionError:
        raise WrongType(f"{name} is nested too deeply, or contains itself.") from None


def _flatten(tree: Any, leaves: list[Any], name: str, as_float: bool) -> Structure:
    if isinstance(tree, float):  # numpy.float64 too
        leaves.append(float(tree))
        return Number()
    if is_tracer(tree):
        leaves.append(tree)
        return Number()
    container = opened(tree, name)
    if container is not None:
        nest = Nest(*container)
        parts = (_flatten(x, leaves, nest.name(key, name), as_float) for key, x in nest.items())
        return nest._replace(parts=tuple(parts))
    if hasattr(tree, "dtype"):
        return _flatten_array(tree, leaves, name, as_float)
    if isinstance(tree, Real) and (as_float or not isinstance(tree, int)):
        try:
            leaves.append(float(tree))
        except OverflowError:
            raise WrongType(f"{name} is an int that is too large for a float.") from None
        return Number()
    if is_value(tree):
        raise WrongType(
            f"{name} is {tree!r}, but a recorded function takes plain numbers and arrays.",
            remedy="pass v.data, or compile the graph itself with compile(L, inputs=[a, b])",
        )
    if not isinstance(tree, (*STATIC_TYPES, Enum)) or (as_float and tree is not None):
        raise WrongType(
            f"{name} needs numbers, arrays, and lists, tuples and dicts of them, "
            f"but got {shorten(tree)} of type {type(tree).__name__}.",
            remedy="leave it out, or make it a static field of a dataclass"
            if as_float
            else "an object can be read from outside, as in lambda x: model.predict(x), "
            "or be named in static_argnames of compile",
        )
    return static(tree)


def _flatten_array(tree: Any, leaves: list[Any], name: str, as_float: bool) -> Leaf:
    """Flatten an array, a NumPy number, or anything that NumPy converts to an array."""
    import numpy as np

    masked = sys.modules.get("numpy.ma")  # importing it takes longer than a gradient
    if isinstance(tree, np.matrix) or (masked and isinstance(tree, masked.MaskedArray)):
        raise WrongType(
            f"{name} is a {type(tree).__name__}, which follows other rules than an array.",
            remedy="pass a plain array, numpy.asarray(...)",
        )
    tree = np.asarray(tree)
    kind = tree.dtype.kind
    if kind == "O":
        for x in np.ravel(tree):
            if not is_tracer(x) and not isinstance(x, Real):
                raise WrongType(
                    f"{name} needs numbers, but it is an array of objects that contains "
                    f"{shorten(x)}.",
                    remedy="create it with dtype=float",
                )
    elif kind not in "fiub":
        raise WrongType(
            f"{name} needs real numbers, but it is an array of {tree.dtype}.",
            remedy="create it with dtype=float",
        )
    traced = NUMBER if as_float else kind_of(tree)
    if traced == WHOLE and tree.itemsize == 8 and tree.size:
        check_exact(name, int(tree.min()), int(tree.max()))
    if not tree.ndim:
        leaves.append(tree[()] if kind == "O" else float(tree))
        return Number(traced)
    leaves.append(tree)
    return Array(tree.shape, traced)


def flatten_aux(tree: Any, leaves: list[Any]) -> Structure:
    """Flatten auxiliary data: what isn't a number of the recording stays as it is."""
    nest = opened(tree, "the auxiliary data")
    if nest is not None:
        return Nest(*nest)._replace(parts=tuple(flatten_aux(x, leaves) for x in nest.parts))
    module = type(tree).__module__
    if module == "numpy" and tree.dtype.kind == "O":
        is_recorded = any(map(is_tracer, tree.ravel().tolist()))
    else:
        is_recorded = is_tracer(tree) or (
            module.startswith("chainrule.") and hasattr(tree, "ravel")
        )
    if is_recorded:
        return flatten(tree, leaves, "the auxiliary data")
    return Static("", tree)


def build(structure: Structure, leaf: Callable[[Leaf], Any]) -> Any:
    """Build a tree, calling `leaf` for what stands at each Leaf, in order."""
    if isinstance(structure, Static):
        return structure.value
    if not isinstance(structure, Nest):
        return leaf(structure)
    return closed(structure, [build(part, leaf) for part in structure.parts])


def unflatten(structure: Structure, numbers: Any, dtype: Any = float) -> Any:
    """Build a tree of numbers: floats, or tracers if `dtype` is object."""
    start = 0

    def leaf(each: Leaf) -> Any:
        nonlocal start
        first = start
        if isinstance(each, Number):
            start += 1
            return numbers[first] if dtype is object else float(numbers[first])
        import numpy as np

        from ...numpy.arrays import wrap

        start += prod(each.shape)
        some = numbers[first:start]
        if dtype is object:  # assigned, each would be searched for elements of its own
            return wrap(np.fromiter(some, object, len(some)).reshape(each.shape))
        out = np.empty(each.shape, dtype=dtype)
        out.reshape(-1)[...] = some
        return out

    return build(structure, leaf)


def views(structure: Structure, numbers: Any) -> Any:
    """Build a tree of arrays that share the memory of a contiguous vector."""
    start = 0

    def leaf(each: Leaf) -> Any:
        nonlocal start
        first, start = start, start + prod(each.shape)
        return numbers[first:start].reshape(each.shape)

    return build(structure, leaf)


# ---- walking a structure -------------------------------------------------------------------------


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


def leaves_like(tree: Any, structure: Structure, name: str) -> list[Any]:
    """The leaves of a tree that needs to have a structure, whatever the order of the keys in its
    dicts. Messages call it `name`."""
    leaves: list[Any] = []
    if isinstance(structure, Nest):
        parts = structure.parts_of(tree, name)
        if parts is None:
            raise _unlike(tree, structure, name)
        for (key, part), x in zip(structure.items(), parts):
            leaves += leaves_like(x, part, structure.name(key, name))
        return leaves
    other = flatten(tree, leaves, name, as_float=not isinstance(structure, Static))
    if other != structure if isinstance(structure, Static) else not _has_shape(other, structure):
        raise _unlike(tree, structure, name)
    return leaves


def _has_shape(structure: Structure, leaf: Leaf) -> bool:
    return isinstance(structure, (Number, Array)) and structure.shape == leaf.shape


def _unlike(tree: Any, structure: Structure, name: str) -> ShapeError:
    other = flatten(tree, [], name, as_float=True)
    needed, got = describe(structure), describe(other)
    if needed == got and isinstance(structure, Nest) and isinstance(other, Nest):
        needed, got = (
            f"{text} with {', '.join(map(repr, each.keys or (each.data,)))}"
            for text, each in ((needed, structure), (got, other))
        )
    return ShapeError(f"{name} needs to be {needed}, but is {got}.")


# ---- leaves --------------------------------------------------------------------------------------


def numbers_of(leaves: Sequence[Any]) -> list[Any]:
    """The numbers in leaves, one after the other: floats or tracers."""
    numbers: list[Any] = []
    for leaf in leaves:
        if type(leaf) is float or is_tracer(leaf):
            numbers.append(leaf)
        elif hasattr(leaf, "ravel"):
            numbers.extend(leaf.ravel().tolist())
        else:
            numbers.append(leaf)
    return numbers


def vector_of(leaves: Sequence[Any]) -> Any:
    """The numbers in leaves as a contiguous array of float64; a single leaf that is such an array
    is not copied. Shape (n,)."""
    import numpy as np

    if len(leaves) == 1 and hasattr(leaves[0], "reshape"):
        return np.require(leaves[0], np.float64, ["C", "A"]).reshape(-1)
    if any(hasattr(leaf, "ravel") for leaf in leaves):
        parts = (leaf.ravel() if hasattr(leaf, "ravel") else (leaf,) for leaf in leaves)
        return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])
    return np.array(leaves, dtype=np.float64)


def result_dtype(leaves: Sequence[Any]) -> Any:
    """The dtype of result arrays: float32 if every array of floats in the arguments is, else
    float64. The computation itself is in float64."""
    import numpy as np

    kinds = {leaf.dtype for leaf in leaves if hasattr(leaf, "dtype") and leaf.dtype.kind == "f"}
    return np.float32 if kinds == {np.dtype(np.float32)} else np.float64
