"""The errors of recording, for both twins."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any, TypeVar

from ...engine.node import is_value
from ...errors import (
    ChainruleError,
    GraphError,
    NumberError,
    PlaceError,
    WrongType,
    calling_line,
    library_function,
)
from ...table.ops import TABLE
from ...table.rules import RULES

MAX_NODES = 50_000_000
"""The largest number of nodes in a recording, which take about 2 GB; more of them are a loop that
does not end. The interpreted twin, whose nodes take ten times the memory, records a tenth."""


# ---- refusals ------------------------------------------------------------------------------------

_thread = local()

Refusal = TypeVar("Refusal", bound=ChainruleError)


def refusal(error: Refusal) -> Refusal:
    """Note an error that plain numbers wouldn't give, for the end of the recording, and return it.
    A function that catches it would be recorded without what it does on plain numbers."""
    noted: list[ChainruleError] | None = getattr(_thread, "refusals", None)
    if noted is not None:
        noted.append(error)
    return error


class NotingRefusals:
    """Collects the refusals of a recording. One that an inner recording raises is also noted in the
    outer one, which may catch it."""

    __slots__ = ("_noted", "_outer")

    def __enter__(self) -> list[ChainruleError]:
        self._outer: list[ChainruleError] | None = getattr(_thread, "refusals", None)
        self._noted: list[ChainruleError] = []
        _thread.refusals = self._noted
        return self._noted

    def __exit__(self, kind: object, *error: object) -> None:
        _thread.refusals = self._outer
        if kind is not None and self._outer is not None:
            self._outer += self._noted


def caught(name: str, error: ChainruleError) -> ChainruleError:
    """The error of a recorded function that catches a refusal and goes on."""
    first, *rest = str(error).split("\n")
    made = type(error).__new__(type(error))
    made.args = ("\n".join([f"{name} caught an error of its recording: {first}", *rest]),)
    return made


# ---- tracers -------------------------------------------------------------------------------------


_COUNTERPARTS = {
    "scipy.special.logsumexp": "chainrule.logsumexp(x)",
    "numpy.take": "chainrule.take(array, index)",
}
"""What to write instead of a function of another library."""


def not_for_tracers(library: str, where: str) -> WrongType:
    """The error of a function of another library that needs plain numbers."""
    other = _COUNTERPARTS.get(library, "functions of NumPy or chainrule")
    return WrongType(
        f"{library} needs plain numbers, but got traced ones: the function is being recorded.",
        where=where,
        remedy=f"use {other}, or record the call as one operation with chainrule.external(f, vjp)",
    )


def not_a_number() -> WrongType:
    """The error of float(x), which `math.sin(x)` and functions of other libraries call too."""
    library = library_function()
    if library:
        return refusal(not_for_tracers(library, calling_line()))
    return refusal(
        WrongType(
            "a plain number is needed, but got a traced one: the function is being recorded.",
            where=calling_line(),
            remedy="use chainrule.sin(x) instead of math.sin(x), and so on, and leave out "
            "float(x), int(x) and Value(x); fill an array made by chainrule.numpy.zeros(n), not by "
            "numpy.zeros",
        )
    )


def no_digits() -> WrongType:
    """The error of format(x, ".2f") and of pickle.dumps(x)."""
    return refusal(
        WrongType(
            "the digits of a traced number may change from call to call, so they can't be written.",
            where=calling_line(),
            remedy="leave out the format, which gives <tracer>, or write what the function returns",
        )
    )


def no_attribute(name: str) -> AttributeError:
    """The error of x.data and x.item, of which `hasattr` makes an honest answer."""
    return AttributeError(
        f"a traced number has no {name}, because it may change from call to call; compute with the "
        "number itself"
    )


def not_an_index() -> WrongType:
    """The error of range(x) and of table[x]."""
    library = library_function()
    if library in _COUNTERPARTS:
        return refusal(not_for_tracers(library, calling_line()))
    return refusal(
        WrongType(
            "a plain int is needed, but got a traced one, which may change from call to call.",
            where=calling_line(),
            remedy="use take(table, i) for table[i], and a while loop for range(n); "
            "or pass n as a Python int",
        )
    )


def mixed(x: object) -> GraphError:
    """The error of an operand that does not belong to this recording."""
    if is_value(x):
        return refusal(
            GraphError(
                f"a recorded function uses {x!r} from outside.",
                where=calling_line(),
                remedy="pass it as an argument, or use its number, v.data; to compile an existing "
                "graph, use compile(L, inputs=[a, b])",
            )
        )
    return _outside(x, "belongs to another recording")


@contextmanager
def values_as_numbers(refused: Container[int]) -> Iterator[None]:
    """Let Values that meet tracers count as their numbers inside a `with` block, in this thread,
    but for those whose ids are refused."""
    before = getattr(_thread, "refused", None)
    _thread.refused = refused
    try:
        yield
    finally:
        _thread.refused = before


def number_of(x: Any) -> float:
    """The number of a Value that meets a tracer.

    Raises:
        GraphError: Values don't count as numbers, or x is a tracer of another recording.
    """
    refused = getattr(_thread, "refused", None)
    if refused is None or not is_value(x) or id(x) in refused:
        raise mixed(x)
    return float(x.data)


def escaped(x: object) -> GraphError:
    """The error of a tracer that is used after its recording has ended."""
    return _outside(x, "was kept from a recording that is over")


def _outside(x: object, problem: str) -> GraphError:
    return refusal(
        GraphError(
            f"{x!r} {problem}.",
            where=calling_line(),
            remedy="return what a recorded function computes instead of storing it outside",
        )
    )


def swallowed(name: str, external: str, error: object) -> GraphError:
    """The error of a recorded function that catches what a function outside raises."""
    return GraphError(
        f"{name} caught the {type(error).__name__} of {external}, but a replay can't catch it.",
        remedy=f"let {external} return a number, such as nan, and choose with where(...); or use "
        "grad without compile",
    )


def not_hashable() -> WrongType:
    """The error of a tracer in a set, or as a key of a dict."""
    return refusal(
        WrongType(
            "a set or a dict would look a traced number up by its identity, not by its number.",
            where=calling_line(),
            remedy="use take(table, i), or compare with each entry of a list",
        )
    )


def no_bits(rule: int) -> WrongType:
    """The error of an operator on bits between numbers; the rule 0 stands for `~`."""
    symbol = TABLE[RULES[rule].name].symbol if rule else "~"
    return WrongType(
        f"{symbol} needs whole numbers or conditions, but got a number.",
        where=calling_line(),
        remedy="compare first, as in (x > 0) & (y > 0); an int argument is a whole number if it is "
        "numpy.int64(n) or in an array of ints",
    )


def no_flag_arithmetic() -> WrongType:
    """The error of arithmetic that NumPy refuses for bools."""
    return WrongType(
        "NumPy has no subtraction and no sign for the conditions in an array.",
        where=calling_line(),
        remedy="use ~c for not, and c ^ d for exclusive or, or 1 * c for the number",
    )


def too_large(name: str, out: float, operand: float) -> NumberError:
    """The error of a whole number that a float cannot tell from its neighbours."""
    what = f"got {operand:.17g}" if out != out else f"gave {out:.17g}"
    return refusal(
        NumberError(
            f"a traced whole number needs to stay within ±2**53, but {name} {what} here.",
            where=calling_line(),
            remedy="make an operand a float first, such as 1.0 * n, unless its last digits matter",
        )
    )


# ---- tapes ---------------------------------------------------------------------------------------


def no_position(index: float, length: int) -> PlaceError:
    """The error of an index that is not a whole number within a table."""
    return PlaceError(
        f"take needs a whole number from {-length} to {length - 1}, but got {index:.17g}."
    )


def not_in_table(index: float, length: int) -> PlaceError:
    """The error of a traced index that isn't within a table now, but may be in a replay."""
    error = PlaceError(
        str(no_position(index, length)),
        where=calling_line(),
        remedy="choose the index with where(...) instead of an except",
    )
    return refusal(error)


def no_number(node: object, count: int) -> PlaceError:
    """The error of a node that does not exist, or is a region."""
    return PlaceError(f"node {node} isn't a number on this tape, which has {count} nodes.")


def no_operation(op: object) -> PlaceError:
    """The error of a rule that does not exist."""
    return PlaceError(f"operation number {op} is unknown.")


def no_region(node: object, count: int) -> PlaceError:
    """The error of a node that is not a region, or not a call."""
    return PlaceError(f"node {node} isn't such a region of this tape, which has {count} nodes.")


def no_entry(index: object, length: int) -> PlaceError:
    """The error of a number that a region doesn't have."""
    return PlaceError(f"a region of {length} numbers has no number {index}.")


def no_length(length: object) -> NumberError:
    """The error of a region of sums with a negative length."""
    return NumberError(f"a region of sums needs a length of 0 or more, but got {length}.")


def too_many_nodes(most: int) -> GraphError:
    """The error of a recording that does not end."""
    return GraphError(
        f"the function has computed more than {most:,} numbers in one run, the most that a "
        "recording can hold.",
        where=calling_line(),
        remedy="look for a loop that does not end; for arrays of millions of numbers use JAX or "
        "PyTorch, which record whole arrays",
    )
