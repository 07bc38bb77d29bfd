"""Arguments and results as pytrees: lists, tuples and dicts of numbers and NumPy arrays.

Flattening splits a tree into its leaves and its structure. A structure is hashable: recordings are
found by it, and it says how to unflatten numbers into a tree like the first one.

Source: the pytrees of JAX, whose conventions these are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from numbers import Real
from typing import Any, NamedTuple

from ...engine.node import is_value
from ...errors import WrongType, shorten


class Number(NamedTuple):
    """A single number; `whole` for a traced int, which is not differentiated."""

    whole: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return ()


class Array(NamedTuple):
    """A NumPy array of this shape."""

    shape: tuple[int, ...]
    whole: bool = False


STATIC_TYPES = (int, bool, str, type(None))
"""Types of arguments that are not recorded: another value is recorded separately."""


class Static(NamedTuple):
    """A value of one of STATIC_TYPES, which is fixed while recording."""

    kind: str
    value: Any


class Nest(NamedTuple):
    """A list, tuple or dict; `keys` of a dict, and the class of a `named` tuple."""

    kind: str
    parts: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    named: Any = None

    def items(self) -> Iterator[tuple[Any, Structure]]:
        """The key or index of each part, and the part."""
        return zip(self.keys or range(len(self.parts)), self.parts)


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
    if type(tree) is float or is_tracer(tree):
        leaves.append(tree)
        return Number()
    if isinstance(tree, (list, tuple)):
        parts = (_flatten(x, leaves, f"{name}[{i}]", as_float) for i, x in enumerate(tree))
        named = type(tree) if hasattr(tree, "_fields") else None
        return Nest("list" if isinstance(tree, list) else "tuple", tuple(parts), named=named)
    if isinstance(tree, dict):
        parts = (_flatten(x, leaves, f"{name}[{k!r}]", as_float) for k, x in tree.items())
        return Nest("dict", tuple(parts), tuple(tree))
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
    if type(tree) not in STATIC_TYPES or (as_float and tree is not None):
        raise WrongType(
            f"{name} needs numbers, arrays, and lists, tuples and dicts of them, "
            f"but got {shorten(tree)} of type {type(tree).__name__}.",
            remedy="a model or another object can be read from outside: lambda x: model.predict(x)",
        )
    return Static(type(tree).__qualname__, tree)


def _flatten_array(tree: Any, leaves: list[Any], name: str, as_float: bool) -> Leaf:
    """Flatten an array, a NumPy number, or anything that NumPy converts to an array."""
    import numpy as np

    if isinstance(tree, (np.ma.MaskedArray, np.matrix)):
        raise WrongType(
            f"{name} is a {type(tree).__name__}, which follows other rules than an array.",
            remedy="pass a plain array, numpy.asarray(...)",
        )
    if not isinstance(tree, (np.ndarray, np.generic)):
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
    whole = kind in "iub" and not as_float
    if not tree.ndim:
        leaves.append(tree[()] if kind == "O" else float(tree))
        return Number(whole)
    leaves.append(tree)
    return Array(tree.shape, whole)


def build(structure: Structure, leaf: Callable[[Leaf], Any]) -> Any:
    """Build a tree, calling `leaf` for what stands at each Leaf, in order."""
    if isinstance(structure, Static):
        return structure.value
    if not isinstance(structure, Nest):
        return leaf(structure)
    parts = [build(part, leaf) for part in structure.parts]
    if structure.kind == "dict":
        return dict(zip(structure.keys, parts))
    if structure.named is not None:
        return structure.named(*parts)
    return tuple(parts) if structure.kind == "tuple" else parts


def unflatten(structure: Structure, numbers: Any, dtype: Any = float) -> Any:
    """Build a tree of numbers: floats, or tracers if `dtype` is object."""
    import numpy as np

    start = 0

    def leaf(each: Leaf) -> Any:
        nonlocal start
        first = start
        if isinstance(each, Number):
            start += 1
            return numbers[first] if dtype is object else float(numbers[first])
        out = np.empty(each.shape, dtype=dtype)
        start += out.size
        out.reshape(-1)[...] = numbers[first:start]
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


def named_leaves(structure: Structure, name: str) -> Iterator[tuple[Leaf | Static, str]]:
    """The leaves of a structure and its static values, each with its name: `x[0]['a']`."""
    if isinstance(structure, Nest):
        for key, part in structure.items():
            yield from named_leaves(part, f"{name}[{key!r}]")
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
        return f"a {structure.kind} of {len(structure.parts)}"
    return repr(structure.value)


# ---- leaves --------------------------------------------------------------------------------------


def numbers_of(leaves: Sequence[Any]) -> list[Any]:
    """The numbers in leaves, one after the other: floats or tracers."""
    numbers: list[Any] = []
    for leaf in leaves:
        if hasattr(leaf, "ravel"):
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
    return np.array(numbers_of(leaves), dtype=np.float64)


def result_dtype(leaves: Sequence[Any]) -> Any:
    """The dtype of result arrays: float32 if every array of floats in the arguments is, else
    float64. The computation itself is in float64."""
    import numpy as np

    kinds = {leaf.dtype for leaf in leaves if hasattr(leaf, "dtype") and leaf.dtype.kind == "f"}
    return np.float32 if kinds == {np.dtype(np.float32)} else np.float64
