"""The structures of arguments and results, and the axes of rows, as JSON."""

from __future__ import annotations

from math import prod
from typing import Any

from ....engine.kinds import KINDS
from ...trace.structure import STATIC_TYPES, Array, Nest, Number, Static, Structure

MAX_AXES = 32
"""The largest number of axes of an array; NumPy's own limit before version 2."""

MAX_NUMBERS = 1 << 31
"""The largest number of entries of an array."""

_NESTS = ("list", "tuple", "dict")


def encode_structure(structure: Structure) -> list[Any]:
    """A structure as JSON; ValueError if a static value can't be in JSON, or a tuple is named."""
    if isinstance(structure, Number):
        return ["number", structure.kind]
    if isinstance(structure, Array):
        return ["array", list(structure.shape), structure.kind]
    if isinstance(structure, Static):
        return ["fixed", _static(structure.value, "a static argument")]
    if structure.named is not None:
        raise ValueError(
            f"an argument has the type {structure.named.__name__}, a class, which is code"
        )
    keys = [_static(key, "a key of a dict") for key in structure.keys]
    return [structure.kind, keys, [encode_structure(part) for part in structure.parts]]


def _static(x: Any, what: str) -> Any:
    if type(x) not in STATIC_TYPES:
        raise ValueError(f"{what} is {x!r}, which JSON can't represent")
    return x


def decode_structure(data: Any) -> Structure:
    """The structure that `encode_structure` wrote; other data is a ValueError or a TypeError."""
    match data:
        case ["number", int() as kind] if kind in KINDS:
            return Number(int(kind))
        case ["array", [*shape], int() as kind] if kind in KINDS:
            if not all(type(length) is int and length >= 0 for length in shape):
                raise ValueError("an array has an invalid length")
            if not 0 < len(shape) <= MAX_AXES or prod(max(1, n) for n in shape) > MAX_NUMBERS:
                raise ValueError("an array is too large")
            return Array(tuple(shape), int(kind))
        case ["fixed", x] if type(x) in STATIC_TYPES:
            return Static(type(x).__qualname__, x)
        case [str() as kind, [*keys], [*parts]] if kind in _NESTS:
            if len(keys) != (len(parts) if kind == "dict" else 0) or len(set(keys)) != len(keys):
                raise ValueError("the keys of a dict don't match its entries")
            if not all(type(key) in STATIC_TYPES for key in keys):
                raise ValueError("a key of a dict is invalid")
            return Nest(kind, tuple(decode_structure(part) for part in parts), tuple(keys))
    raise ValueError("the structure of an argument or a result is unknown")


def encode_axes(axes: Any) -> Any:
    """`in_axes` as JSON; ValueError if it isn't a tree of ints and None."""
    if axes is None or type(axes) is int:
        return axes
    if isinstance(axes, (list, tuple)):
        return [type(axes).__name__, [], [encode_axes(each) for each in axes]]
    if isinstance(axes, dict):
        keys = [_static(key, "a key of in_axes") for key in axes]
        return ["dict", keys, [encode_axes(each) for each in axes.values()]]
    raise ValueError(f"in_axes is {axes!r}")


def decode_axes(data: Any) -> Any:
    """The `in_axes` that `encode_axes` wrote; other data is a ValueError."""
    if data is None or type(data) is int:
        return data
    match data:
        case [("list" | "tuple") as kind, [], [*parts]]:
            axes = [decode_axes(part) for part in parts]
            return tuple(axes) if kind == "tuple" else axes
        case ["dict", [*keys], [*parts]] if len(keys) == len(parts):
            return {key: decode_axes(part) for key, part in zip(keys, parts)}
    raise ValueError("in_axes is unknown")
