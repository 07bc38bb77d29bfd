"""Arguments and results as trees: lists, tuples and dicts of numbers and NumPy arrays.

A tree is taken apart into its numbers and a specification, a hashable description by which a
recording is found again and by which numbers are put together to a tree of the same form.

Source: the pytrees of JAX, whose conventions these are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from numbers import Real
from typing import Any, NamedTuple

from ...engine.node import is_value
from ...errors import ShapeError, WrongType, shorten


class Number(NamedTuple):
    """A single number; `whole` where it is a traced int, which is not differentiated."""

    whole: bool = False


class Array(NamedTuple):
    """A NumPy array of this shape."""

    shape: tuple[int, ...]
    whole: bool = False


FIXED = (int, bool, str, type(None))
"""What may stand among the arguments without being recorded; another one records anew."""


class Static(NamedTuple):
    """Something that is fixed when it is recorded, of one of the types FIXED."""

    kind: str
    value: Any


class Nest(NamedTuple):
    """A list, a tuple or a dict: the `keys` of a dict, the class of a `named` tuple."""

    kind: str
    parts: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    named: Any = None


Spec = Number | Array | Static | Nest


def is_tracer(x: Any) -> bool:
    """Whether x is a number of a recording, of either twin."""
    return hasattr(type(x), "tape")


def specify(tree: Any, leaves: list[Any], name: str, as_float: bool = False) -> Spec:
    """Take a tree apart.

    Args:
        tree: The tree.
        leaves: Its numbers and arrays are appended here, one for each Number and Array of the
            specification, in order.
        name: What it is, for messages.
        as_float: Whether an int is a number like any other, since it is differentiated.

    Raises:
        WrongType: Something in it is neither a number, nor an array of numbers, nor fixed.
    """
    try:
        return _specify(tree, leaves, name, as_float)
    except RecursionError:
        raise WrongType(f"{name} is nested too deeply, or contains itself.") from None


def _specify(tree: Any, leaves: list[Any], name: str, as_float: bool) -> Spec:
    if type(tree) is float or is_tracer(tree):
        leaves.append(tree)
        return Number()
    if isinstance(tree, (list, tuple)):
        parts = (_specify(x, leaves, f"{name}[{i}]", as_float) for i, x in enumerate(tree))
        named = type(tree) if hasattr(tree, "_fields") else None
        return Nest("list" if isinstance(tree, list) else "tuple", tuple(parts), named=named)
    if isinstance(tree, dict):
        parts = (_specify(x, leaves, f"{name}[{k!r}]", as_float) for k, x in tree.items())
        return Nest("dict", tuple(parts), tuple(tree))
    if hasattr(tree, "dtype"):
        return _specify_array(tree, leaves, name, as_float)
    if isinstance(tree, Real) and (as_float or not isinstance(tree, int)):
        leaves.append(plain_number(tree, name))
        return Number()
    if is_value(tree):
        raise WrongType(
            f"{name} is {tree!r}, but a recorded function takes plain numbers and arrays.",
            remedy="hand over v.data; or make a program of the graph, compile(L, inputs=[a, b])",
        )
    if type(tree) not in FIXED or (as_float and tree is not None):
        raise WrongType(
            f"{name} needs numbers, arrays, and lists, tuples and dicts of them, "
            f"but got {shorten(tree)} of type {type(tree).__name__}.",
            remedy="a model or another object is read from outside: lambda x: model.predict(x)",
        )
    return Static(type(tree).__qualname__, tree)


def plain_number(x: Any, name: str) -> float:
    """x as a float.

    Raises:
        WrongType: It is too large for one.
    """
    try:
        return float(x)
    except OverflowError:
        raise WrongType(f"{name} is an int that is too large for a float.") from None


def _specify_array(tree: Any, leaves: list[Any], name: str, as_float: bool) -> Spec:
    """An array, one of NumPy's own numbers, or what NumPy makes an array of."""
    import numpy as np

    if isinstance(tree, (np.ma.MaskedArray, np.matrix)):
        raise WrongType(
            f"{name} is a {type(tree).__name__}, whose mathematics is not that of an array.",
            remedy="hand over a plain array, numpy.asarray(...)",
        )
    if not isinstance(tree, (np.ndarray, np.generic)):
        tree = np.asarray(tree)
    kind = tree.dtype.kind
    if kind == "O":
        for x in np.ravel(tree):
            if not is_tracer(x) and not isinstance(x, Real):
                raise WrongType(
                    f"{name} is an array of objects with {shorten(x)} in it, "
                    "but numbers are needed.",
                    remedy="make it with dtype=float",
                )
    elif kind not in "fiub":
        raise WrongType(
            f"{name} is an array of {tree.dtype}, but real numbers are needed.",
            remedy="make it with dtype=float",
        )
    whole = kind in "iub" and not as_float
    if not tree.ndim:
        leaves.append(tree[()] if kind == "O" else float(tree))
        return Number(whole)
    leaves.append(tree)
    return Array(tree.shape, whole)


def sizes(spec: Spec) -> Iterator[tuple[Number | Array, int]]:
    """The leaves of a specification in order, each with how many numbers it has."""
    if isinstance(spec, Number):
        yield spec, 1
    elif isinstance(spec, Array):
        count = 1
        for length in spec.shape:
            count *= length
        yield spec, count
    elif isinstance(spec, Nest):
        for part in spec.parts:
            yield from sizes(part)


def size(spec: Spec) -> int:
    """How many numbers a tree has."""
    return sum(count for _, count in sizes(spec))


def build(spec: Spec, leaf: Callable[[Number | Array], Any]) -> Any:
    """Put a tree together.

    Args:
        spec: Its form.
        leaf: Gives the numbers of one leaf after the other, in order.
    """
    if isinstance(spec, Static):
        return spec.value
    if not isinstance(spec, Nest):
        return leaf(spec)
    parts = [build(part, leaf) for part in spec.parts]
    if spec.kind == "dict":
        return dict(zip(spec.keys, parts))
    if spec.named is not None:
        return spec.named(*parts)
    return tuple(parts) if spec.kind == "tuple" else parts


def filled(spec: Spec, numbers: Any, dtype: Any = float) -> Any:
    """Put numbers together to a tree.

    Args:
        spec: The form of the tree.
        numbers: Its numbers in order; floats or traced numbers. Shape (size(spec),).
        dtype: Of its arrays.
    """
    import numpy as np

    start = 0

    def leaf(each: Number | Array) -> Any:
        nonlocal start
        first = start
        if isinstance(each, Number):
            start += 1
            return numbers[first] if dtype is object else float(numbers[first])
        out = np.empty(each.shape, dtype=dtype)
        start += out.size
        out.reshape(-1)[...] = numbers[first:start]
        return out

    return build(spec, leaf)


def numbers_of(leaves: Sequence[Any]) -> list[Any]:
    """The numbers in leaves one after the other: floats, or traced numbers."""
    numbers: list[Any] = []
    for leaf in leaves:
        if hasattr(leaf, "ravel"):
            numbers.extend(leaf.ravel().tolist())
        else:
            numbers.append(leaf)
    return numbers


def flat(leaves: Sequence[Any]) -> Any:
    """The numbers in leaves as one contiguous array of float64; a single one that is such an array
    is used itself. Shape (n,)."""
    import numpy as np

    if len(leaves) == 1 and hasattr(leaves[0], "reshape"):
        return np.require(leaves[0], np.float64, ["C", "A"]).reshape(-1)
    return np.array(numbers_of(leaves), dtype=np.float64)


def precision(leaves: Sequence[Any]) -> Any:
    """The dtype of the arrays of an answer: float32 where all arrays of floats given are, else
    float64. What lies between is computed in float64."""
    import numpy as np

    kinds = {leaf.dtype for leaf in leaves if hasattr(leaf, "dtype") and leaf.dtype.kind == "f"}
    return np.float32 if kinds == {np.dtype(np.float32)} else np.float64


def positions(argnums: Any, count: int) -> tuple[int, ...]:
    """The arguments that `argnums` names, counted from 0.

    Raises:
        WrongType: argnums is neither an int nor a tuple of ints.
        ShapeError: There is no such argument, or one is named twice.
    """
    chosen = argnums if isinstance(argnums, (tuple, list)) else (argnums,)
    if not all(hasattr(each, "__index__") and not isinstance(each, bool) for each in chosen):
        raise WrongType(f"argnums needs an int or a tuple of ints, but got {argnums!r}.")
    if not all(-count <= each < count for each in chosen):
        raise ShapeError(
            f"argnums={argnums!r} does not fit: arguments by position there are {count}.",
            remedy="what is differentiated is handed over by position, not by keyword",
        )
    found = tuple(int(each) % count for each in chosen)
    if not found or len(set(found)) < len(found):
        raise ShapeError(f"argnums needs one argument or several different ones, not {argnums!r}.")
    return found
