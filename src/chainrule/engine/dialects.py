"""The constructor in the dialects of existing code: `Value(x, (a, b), '+')`, `Value(x, 'a')`,
`Value(x, (a, b), (da, db))`, `Value(x, label='a')`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..errors import ShapeError, WrongType, shorten
from .node import is_value
from .numbers import number


class Arguments(NamedTuple):
    """What a Value is made of."""

    data: float
    operands: tuple[Any, ...]
    partials: tuple[float | None, ...]
    attributes: dict[str, Any]
    """What is to be set: `_own_op`, `label`, `grad`, `requires_grad`."""


_MEANINGS = {
    "data": "data",
    **dict.fromkeys(("children", "_children", "prev", "_prev"), "operands"),
    **dict.fromkeys(("label", "name", "_label"), "label"),
    **dict.fromkeys(("op", "_op"), "operation"),
    **dict.fromkeys(("local_grads", "_local_grads"), "partials"),
    "grad": "grad",
    "requires_grad": "requires_grad",
}


def read_arguments(*positional: Any, **keywords: Any) -> Arguments:
    """Recognise the arguments of a constructor.

    The first is the number; the second a tuple, list or set of operands, or a label; the third an
    operation's name or a tuple of local derivatives; the fourth a label.

    Raises:
        WrongType: No dialect has such a keyword or argument.
        ShapeError: The number of local derivatives differs from that of the operands.
    """
    values: dict[str, Any] = {}
    for name, value in keywords.items():
        if name not in _MEANINGS:
            raise WrongType(
                f"Value() got an unknown keyword {name!r}.",
                remedy="known are label, grad, requires_grad, children, local_grads and _op",
            )
        values[_MEANINGS[name]] = value
    for position, value in enumerate(positional):
        words = ("label", "operation", "label") if isinstance(value, str) else _POSITIONS
        meaning = words[min(position - 1, 2)] if position else "data"
        if meaning in values or position > 4:
            raise WrongType(f"Value() got {meaning} twice.")
        values[meaning] = value
    if "data" not in values:
        raise WrongType("Value() needs a number.", remedy="Value(2.0)")
    data, operands = number(values["data"]), _operands(values.get("operands"))
    partials = _partials(values.get("partials"), len(operands))
    attributes = {}
    if values.get("operation"):
        attributes["_own_op"] = str(values["operation"])
    if values.get("label", "") not in ("", None):
        attributes["label"] = values["label"]
    for name in ("grad", "requires_grad"):
        if values.get(name) is not None:
            attributes[name] = values[name]
    return Arguments(data, operands, partials, attributes)


_POSITIONS = ("operands", "partials", "label")


def _operands(x: Iterable[Any] | None) -> tuple[Any, ...]:
    if x is None:
        return ()
    try:
        operands = tuple(x)
    except TypeError:
        raise WrongType(f"the operands of a Value need a tuple, but got {shorten(x)}.") from None
    for operand in operands:
        if not is_value(operand):
            raise WrongType(f"the operands of a Value are Values, but one is {shorten(operand)}.")
    return operands


def _partials(x: Iterable[Any] | None, count: int) -> tuple[float | None, ...]:
    if x is None:
        return (None,) * count
    partials = tuple(float(number(partial, "a local derivative")) for partial in x)
    if len(partials) != count:
        raise ShapeError(f"{count} operands need as many local derivatives, not {len(partials)}.")
    return partials
