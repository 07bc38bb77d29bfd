"""Arguments and results split into their leaves and their structure, and put together again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from enum import Enum
from math import prod
from numbers import Real
from typing import Any

from ...engine.kinds import NUMBER, WHOLE, check_exact, kind_of
from ...engine.node import is_value
from ...errors import ShapeError, WrongType, shorten
from .containers import closed, opened
from .structure import (
    STATIC_TYPES,
    Array,
    Leaf,
    Nest,
    Number,
    Static,
    Structure,
    describe,
    is_tracer,
    static,
)


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
