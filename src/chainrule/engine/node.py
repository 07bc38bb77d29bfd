"""What both engines share about a node: which numbers it takes, how it is called for, how it is
named in messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol, TypeGuard

from ..errors import GraphError, NumberError, ShapeError, WrongType
from ..table.rules import EXACT, NUMBER, RULES

VARIABLE, CONSTANT, PARAMETER = 0, 1, 2
"""What kind of leaf a node is; a number in an expression is a constant and has no gradient."""
KINDS = ("leaf", "constant", "parameter")
NONE, HAND, COMPUTED = 0, 1, 2
STATES = ("none", "hand", "computed")
"""Where a gradient comes from."""

SCOPES: list[tuple[str, ...]] = [()]
"""The scopes that were opened so far; a node stores the index of its own."""


class Links(NamedTuple):
    """What the constructor was told beside the number."""

    operands: tuple[Any, ...] = ()
    partials: tuple[float, ...] | None = None
    operation: str = ""
    label: Any = ""
    grad: Any = None


class Node(Protocol):
    """A Value of either engine, or of a subclass: what the rest of the package reads and writes."""

    label: Any
    data: Any
    grad: Any

    @property
    def grad_state(self) -> str: ...
    @property
    def passes(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def op(self) -> str: ...
    @property
    def scope(self) -> tuple[str, ...]: ...
    @property
    def by_hand(self) -> float: ...
    @property
    def _op(self) -> str: ...
    @property
    def _rule(self) -> int: ...
    @property
    def _prev(self) -> tuple[Any, ...]: ...
    @property
    def _local_grads(self) -> tuple[Any, ...]: ...
    @property
    def _attributes(self) -> dict[str, Any] | None: ...
    def backward(self) -> None: ...
    def _postorder(self) -> list[Any]: ...
    def _fields(self) -> tuple[Any, ...]: ...
    def _rewrite(self, data: float, partials: tuple[Any, ...]) -> None: ...


class Engine:
    """The engine in use; `twin.py` sets it, and an unpickled Value is of its class."""

    Value: Any


def is_value(x: Any) -> TypeGuard[Node]:
    """Whether x is a Value of either engine."""
    return hasattr(type(x), "_postorder")


def is_engine(kind: type) -> bool:
    """Whether a class is the Value of an engine, and no subclass of it."""
    return "_fields" in kind.__dict__


def number(x: Any, what: str = "data") -> float:
    """Return x as the int or float that a node stores.

    Args:
        x: An int, a float, a NumPy number, or anything else that has `__float__`.
        what: The name of what is set, for the message.

    Raises:
        WrongType: x is no real number.
        NumberError: x is an int beyond ±2**53, which a float cannot hold exactly.
    """
    if isinstance(x, float):
        return float.__float__(x)
    if hasattr(x, "dtype") and getattr(x, "ndim", None) == 0:
        x = (
            float(x) if getattr(x.dtype, "kind", "") == "f" else x.item()
        )  # a longdouble stays one in item()
    if isinstance(x, int) or (hasattr(x, "__index__") and not hasattr(x, "dtype")):
        whole = x.__index__()
        if abs(whole) > EXACT:
            raise NumberError(
                f"{what} needs an int within ±2**53, but got {_short(whole)}.",
                remedy="write it as a float, if its last digits do not matter",
            )
        return int(whole)
    if is_value(x):
        raise WrongType(
            f"{what} needs a number, but got a Value.",
            remedy="use v.data for its number, or v itself",
        )
    if isinstance(x, (str, bytes, complex)) or not hasattr(x, "__float__") or hasattr(x, "dtype"):
        raise WrongType(
            f"{what} needs an int or a float, but got {_short(x)} of type {type(x).__name__}."
        )
    return float(x)


def _short(x: Any) -> str:
    if isinstance(x, int) and abs(x) > 10**40:
        return f"an int of {x.bit_length()} bits"
    text = repr(x)
    return text if len(text) <= 60 else text[:57] + "..."


def operand_number(x: Any) -> Any:
    """The number that x is in an expression, or NotImplemented where Python should ask x itself (an
    array)."""
    if type(x) is float or (type(x) is int and -EXACT <= x <= EXACT):
        return x
    if isinstance(x, float):
        return float.__float__(x)
    if isinstance(x, (str, bytes, complex)) or getattr(x, "ndim", None):
        return NotImplemented
    if not hasattr(x, "__index__") and not hasattr(x, "__float__"):
        return NotImplemented
    try:
        return number(x, "an operand")
    except (TypeError, AttributeError):  # it is some number-like thing that knows better itself
        return NotImplemented


def check_subclass(kind: type) -> None:
    """Refuse a subclass of Value whose nodes would be taken for one another.

    Raises:
        WrongType: It compares or hashes otherwise than by identity.
    """
    changed = [name for name in ("__eq__", "__hash__") if kind.__dict__.get(name) is not None]
    if changed:
        raise WrongType(
            f"{kind.__name__} has a {changed[0]} of its own, but a Value is known by its identity.",
            remedy="compare .data, or give the method another name",
        )


def not_a_function(x: Any) -> WrongType:
    """The error of a `_backward` that cannot be called."""
    return WrongType(f"_backward needs a function, but got {_short(x)}.")


def wrong_operand(rule: int, operands: tuple[Any, ...]) -> WrongType:
    """The error of an operation on something that is no number."""
    strange = next(x for x in operands if not is_value(x) and operand_number(x) is NotImplemented)
    return WrongType(
        f"{RULES[rule].name} needs numbers or Values, "
        f"but got {_short(strange)} of type {type(strange).__name__}."
    )


def not_a_plain_number() -> WrongType:
    """The error of float(v), which is also what `math.sin(v)` asks."""
    return WrongType(
        "a plain number is needed, but got a Value.",
        remedy="use chainrule.sin(v) instead of math.sin(v), and so on; or v.data for the number",
    )


def cycle_error(node: Any) -> GraphError:
    """The error of a walk that came back to a node it is still below."""
    return GraphError(
        f"the graph has a cycle: {node!r} is computed from itself.",
        remedy="look where `_prev` was set by hand",
    )


def rule_number(name: str) -> int:
    """The number of a rule by its name.

    Raises:
        GraphError: No such operation; it was made with `define` elsewhere.
    """
    try:
        return NUMBER[name]
    except KeyError:
        raise GraphError(
            f"the operation {name!r} is not known here.", remedy=f"call define({name!r}, ...) first"
        ) from None


def scope_number(path: tuple[str, ...]) -> int:
    """The index of a scope in SCOPES, where it is entered if it is new."""
    if path not in _SCOPE_NUMBERS:
        _SCOPE_NUMBERS[path] = len(SCOPES)
        SCOPES.append(path)
    return _SCOPE_NUMBERS[path]


_SCOPE_NUMBERS: dict[tuple[str, ...], int] = {(): 0}

_OPERANDS = ("_children", "children", "_prev", "prev")
_LABELS = ("label", "name", "_label")


def links(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Links:
    """Recognise what stands behind the number in any of the known dialects of the constructor.

    The second argument is a tuple, list or set of operands, or a label; the third an operation's
    name or a tuple of local derivatives; the fourth a label.

    Raises:
        WrongType: A keyword or an argument that no dialect knows.
        ShapeError: As many local derivatives as operands are needed.
    """
    found: dict[str, Any] = {}
    for name, value in keywords.items():
        kind = (
            "operands" if name in _OPERANDS
            else "label" if name in _LABELS
            else "operation" if name in ("_op", "op")
            else "partials" if name in ("local_grads", "_local_grads")
            else "grad" if name == "grad"
            else None
        )  # fmt: skip
        if kind is None:
            raise WrongType(
                f"Value() got an unknown keyword {name!r}.",
                remedy="known are label, grad, children, local_grads, _op and their variants",
            )
        found[kind] = value
    for position, value in enumerate(arguments):
        if position > 2:
            kind = "label"
        elif isinstance(value, str):
            kind = ("label", "operation", "label")[position]
        else:
            kind = ("operands", "partials", "label")[position]
        if kind in found or position > 3:
            raise WrongType(f"Value() got {kind} twice.")
        found[kind] = value
    operands = _operands(found.get("operands"))
    partials = found.get("partials")
    if partials is not None and not operands and len(tuple(partials)) == 0:
        partials = None
    if partials is not None:
        partials = tuple(float(number(x, "a local derivative")) for x in partials)
        if len(partials) != len(operands):
            raise ShapeError(
                f"{len(operands)} operands need as many local derivatives, not {len(partials)}."
            )
    label = found.get("label")
    return Links(
        operands,
        partials,
        str(found.get("operation") or ""),
        "" if label is None else label,
        found.get("grad"),
    )


def _operands(given: Iterable[Any] | None) -> tuple[Any, ...]:
    try:
        operands = tuple(given) if given is not None else ()
    except TypeError:
        raise WrongType(
            f"the operands of a Value are given in a tuple, but got {_short(given)}."
        ) from None
    for x in operands:
        if not is_value(x):
            raise WrongType(f"the operands of a Value are Values, but one is {_short(x)}.")
    return operands


def describe(node: Any) -> str:
    """A node in words, for messages: its label, else its operation and number."""
    if node.label != "":
        return repr(str(node.label))
    return f"{node.op or 'leaf'} (data={node.data})"
