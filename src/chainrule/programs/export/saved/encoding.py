"""The forms of arguments and results, and the axes of rows, as JSON."""

from __future__ import annotations

from math import prod
from typing import Any

from ...trace.structure import Array, Nest, Number, Spec, Static

MOST_AXES = 32
"""So many axes an array has at most; NumPy's own limit before version 2."""

MOST_NUMBERS = 1 << 31
_NESTS = ("list", "tuple", "dict")
_FIXED = (type(None), bool, int, str)


def encode_spec(spec: Spec) -> list[Any]:
    """A form as JSON.

    Raises:
        ValueError: Something fixed in it is no int, bool, text or None.
    """
    if isinstance(spec, Number):
        return ["number", spec.whole]
    if isinstance(spec, Array):
        return ["array", list(spec.shape), spec.whole]
    if isinstance(spec, Static):
        return ["fixed", _fixed(spec.value, "it was recorded for a fixed argument")]
    if spec.named is not None:
        raise ValueError(
            f"it was recorded for a named tuple {spec.named.__name__}, whose class is code"
        )
    keys = [_fixed(key, "a dict in its arguments has a key") for key in spec.keys]
    return [spec.kind, keys, [encode_spec(part) for part in spec.parts]]


def _fixed(x: Any, what: str) -> Any:
    if type(x) not in _FIXED:
        raise ValueError(f"{what} that JSON cannot hold, {x!r}")
    return x


def decode_spec(data: Any) -> Spec:
    """The form that `encode_spec` wrote.

    Raises:
        ValueError: It is none. LookupError and TypeError are possible too.
    """
    match data:
        case ["number", bool() as whole]:
            return Number(whole)
        case ["array", [*shape], bool() as whole]:
            if not all(type(length) is int and length >= 0 for length in shape):
                raise ValueError("an array has an axis that is no length")
            if not 0 < len(shape) <= MOST_AXES or prod(max(1, n) for n in shape) > MOST_NUMBERS:
                raise ValueError("an array is too large")
            return Array(tuple(shape), whole)
        case ["fixed", x] if type(x) in _FIXED:
            return Static(type(x).__qualname__, x)
        case [str() as kind, [*keys], [*parts]] if kind in _NESTS:
            if len(keys) != (len(parts) if kind == "dict" else 0) or len(set(keys)) != len(keys):
                raise ValueError("a dict has other keys than entries")
            if not all(type(key) in _FIXED for key in keys):
                raise ValueError("a dict has a key that is none")
            return Nest(kind, tuple(decode_spec(part) for part in parts), tuple(keys))
    raise ValueError("the form of an argument or a result is not known")


def encode_axes(axes: Any) -> Any:
    """`in_axes` as JSON.

    Raises:
        ValueError: It is no tree of ints and None.
    """
    if axes is None or type(axes) is int:
        return axes
    if isinstance(axes, (list, tuple)):
        return [type(axes).__name__, [], [encode_axes(each) for each in axes]]
    if isinstance(axes, dict):
        keys = [_fixed(key, "in_axes has a key") for key in axes]
        return ["dict", keys, [encode_axes(each) for each in axes.values()]]
    raise ValueError(f"in_axes is {axes!r}")


def decode_axes(data: Any) -> Any:
    """What `encode_axes` wrote.

    Raises:
        ValueError: It is something else.
    """
    if data is None or type(data) is int:
        return data
    match data:
        case [("list" | "tuple") as kind, [], [*parts]]:
            axes = [decode_axes(part) for part in parts]
            return tuple(axes) if kind == "tuple" else axes
        case ["dict", [*keys], [*parts]] if len(keys) == len(parts):
            return {key: decode_axes(part) for key, part in zip(keys, parts)}
    raise ValueError("in_axes is not known")
