"""`debug`: record the source line of every node, and warn of likely mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from ..engine.node import is_value
from ..engine.twin import set_hooks
from ..errors import calling_line, warn

_debugging = 0  # how many blocks are open, in all threads
_counting = Lock()


@contextmanager
def debug() -> Iterator[None]:
    """Record the source line of every node made inside the block, and warn of likely mistakes.

    `made_at` returns the line. There are three warnings: of `value == number`, which compares
    identity and is always False; of the truth of a Value that holds 0, which is always true; and of
    an attribute that refers from a node to a result computed from it, a cycle that keeps both in
    memory.
    """
    global _debugging
    with _counting:
        _debugging += 1
        set_hooks(_note_line, _warn_comparison, _warn_truth, _warn_cycle)
    try:
        yield
    finally:
        with _counting:
            _debugging -= 1
            if not _debugging:
                set_hooks(None, None, None, None)


def is_debugging() -> bool:
    """Whether this runs inside a `debug` block."""
    return _debugging > 0


def _note_line(node: Any) -> None:
    node._made_at = calling_line()


def _warn_comparison(other: Any) -> None:
    if isinstance(other, (int, float)):
        warn(
            f"{calling_line()}: a Value is compared with {other!r} by ==, which is always False; "
            "compare its .data"
        )


def _warn_truth(node: Any) -> None:
    if node.data == 0:
        warn(
            f"{calling_line()}: a Value that holds 0 counts as true, as every Value does; "
            "test its .data"
        )


def _warn_cycle(node: Any, name: str, x: Any) -> None:
    if is_value(x) and x is not node and any(below is node for below in x._postorder()):
        warn(
            f"{calling_line()}: .{name} refers from a node to a result computed from it; "
            "both stay in memory until you delete the attribute"
        )


def made_at(node: Any) -> str:
    """Return `file:line` of a node made under `debug`, and an empty string for others."""
    return getattr(node, "_made_at", "")
