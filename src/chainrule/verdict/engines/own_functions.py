"""The functions that a class has beyond the table's: which they are, and how to call them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...numerals import format_short
from .calls import NAMES
from .source import methods
from .subject import Failure, Subject, failures_of
from .watchdog import contain

NUMBERS = (0.3, -1.7, 2.5, 0.75, -0.4)
"""Where own functions are tried."""
PARTNERS = {x: (y,) for x, y in zip(NUMBERS, (*NUMBERS[1:], NUMBERS[0]))}
"""The second operand that goes with each of them."""
EXPONENT = 2.0
"""The plain number that a function gets which takes no second Value."""
HARMFUL = {
    "open", "print", "input", "exit", "quit", "os", "sys", "plt", "subprocess", "Digraph",
    "graphviz", "shutil", "Path", "requests", "socket", "exec", "eval", "system", "pickle",
}  # fmt: skip
"""Names that keep a method from being tried: it does more than compute."""

CONSTANT = {
    "detach", "stop_gradient", "stop_grad", "no_grad", "constant", "const", "clone", "copy",
    "freeze", "item", "numpy", "sg", "step", "round", "sign", "floor", "ceil", "trunc",
}  # fmt: skip
"""Names of methods that pass no gradient on purpose, or may."""


class Function(NamedTuple):
    """A method that makes a node, and what it takes beside the Value that it belongs to."""

    name: str
    others: int = 0  # how many further Values
    number: float | None = None  # a plain number

    @property
    def words(self) -> str:
        taken = ["V"] * self.others if self.number is None else [format_short(self.number)]
        return f"V.{self.name}({', '.join(taken)})"

    def points(self) -> Sequence[tuple[float, ...]]:
        """The numbers of the Values that it is tried with."""
        return [(x, *PARTNERS[x][: self.others]) for x in NUMBERS]


class NotTried(NamedTuple):
    """A function that can't be tried, and why."""

    words: str
    why: str


def own_functions(subject: Subject) -> Iterator[tuple[str, Any]]:
    """The methods that make a node and that the table doesn't have."""
    makers = {subject.kind.__name__, "type", "__class__", "cls"}
    for name, method in methods(subject.kind):
        used = _names(method)
        is_known = name in NAMES.keys() | CONSTANT or name.startswith("_")
        is_known = is_known or name == subject.backward_name
        if not is_known and (makers | NAMES.keys() | _helpers(subject)) & used:
            yield name, method


def _helpers(subject: Subject) -> set[str]:
    """The class's own methods that take arguments, which make nodes for others."""
    return {
        name
        for name, method in methods(subject.kind)
        if not name.startswith("__") and method.__code__.co_argcount > 2
    }


def find_call(subject: Subject, name: str, method: Any) -> Function | NotTried | None:
    """How to call a method so that it returns a node; None where it returns something else."""
    found = _try_calls(subject, name, method)
    if isinstance(found, NotTried) and not _is_operation(subject, name, method):
        return None
    return found


def _try_calls(subject: Subject, name: str, method: Any) -> Function | NotTried | None:
    if harm := sorted(HARMFUL & _names(method)):
        return NotTried(f"V.{name}()", f"it uses `{harm[0]}`")
    needed = _needed(method)
    if needed is None or needed > 1:
        return NotTried(f"V.{name}()", "it needs more than one argument")
    failure = None
    for function in (Function(name, needed), *[Function(name, number=EXPONENT)] * needed):
        for point in function.points():
            try:
                return function if apply_own(subject, function, point) else None
            except Failure as raised:
                failure = failure or raised
    why = str(failure).replace(Function(name, needed).words, "it", 1)
    return NotTried(f"V.{name}()", why)


def _is_operation(subject: Subject, name: str, method: Any) -> bool:
    """Whether a method makes nodes for its callers, and not for other methods of the class."""
    if isinstance(inspect.getattr_static(subject.kind, name), (staticmethod, classmethod)):
        return False
    others = (_names(x) for other, x in methods(subject.kind) if other != name)
    is_helper = any(name in names for names in others)
    return not is_helper and bool({subject.kind.__name__, "__class__"} & _names(method))


def _names(method: Any) -> set[str]:
    code = getattr(method, "__code__", None)
    return {*code.co_names, *code.co_freevars} if code else set()


def _needed(method: Any) -> int | None:
    """How many arguments a method needs; None where they have to be given by name."""
    for count in range(3):
        try:
            inspect.signature(method).bind(*[None] * (count + 1))
        except (TypeError, ValueError):
            continue
        return count
    return None


def apply_own(subject: Subject, function: Function, point: Sequence[float]) -> list[Any] | None:
    """The leaves and the new node; None where the method returns something else."""
    leaves = [subject.leaf(x) for x in point]
    taken = leaves[1:] if function.number is None else [function.number]
    with failures_of(function.words):
        out = contain(getattr(leaves[0], function.name))(*taken)
    if not isinstance(out, subject.kind) or any(out is leaf for leaf in leaves):
        return None
    return [*leaves, out]
