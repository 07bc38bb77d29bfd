"""The errors of what cannot be recorded, for both twins."""

from __future__ import annotations

from typing import Any

from ...engine.node import is_value
from ...errors import GraphError, WrongType, calling_line


def not_a_number() -> WrongType:
    """The error of float(x), which is also what `math.sin(x)` asks."""
    return WrongType(
        "a plain number is needed, but got a traced one: the function is being recorded.",
        where=calling_line(),
        remedy="use chainrule.sin(x) instead of math.sin(x), and so on, and leave out float(x) and "
        "int(x); an array to be filled needs numpy.zeros(n, dtype=object), or is a list",
    )


def not_an_index() -> WrongType:
    """The error of range(x) and of table[x]."""
    return WrongType(
        "a plain int is needed, but got a traced one, which may change from call to call.",
        where=calling_line(),
        remedy="table[i] is take(table, i), range(n) a while loop; or hand n over as a Python int",
    )


def mixed(x: Any) -> GraphError:
    """The error of an operand that does not belong to this recording."""
    if is_value(x):
        return GraphError(
            f"a recorded function uses {x!r} from outside.",
            where=calling_line(),
            remedy="hand it over as an argument, or use its number, v.data; of a graph that is "
            "there already make a program with compile(L, inputs=[a, b])",
        )
    return GraphError(
        f"{x!r} belongs to another recording.",
        where=calling_line(),
        remedy="do not keep what a recorded function computes outside of it; return it",
    )


def not_hashable() -> WrongType:
    """The error of a traced number in a set, or as the key of a dict."""
    return WrongType(
        "a set or a dict would look a traced number up by its identity, not by its number.",
        where=calling_line(),
        remedy="use take(table, i), or ask with == for each entry of a list",
    )


def escaped(x: Any) -> GraphError:
    """The error of a traced number that is used when its recording is over."""
    return GraphError(
        f"{x!r} was kept from a recording that is over.",
        where=calling_line(),
        remedy="do not keep what a recorded function computes outside of it; return it",
    )
