"""What holds for the nodes made from now on: the open scope, and the functions that watch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from threading import local
from typing import Any

SCOPES: dict[int, tuple[str, ...]] = {0: ()}
"""The scopes that were opened so far, by number; a node stores the number of its own."""

_SCOPE_NUMBERS: dict[tuple[str, ...], int] = {(): 0}
_unused = count(1)


def scope_number(path: tuple[str, ...]) -> int:
    """The number of a scope in SCOPES, where it is entered if it is new.

    If two threads enter the same scope at once, both get the number that was noted first.
    """
    number = _SCOPE_NUMBERS.get(path)
    if number is None:
        number = next(_unused)
        SCOPES[number] = path
        number = _SCOPE_NUMBERS.setdefault(path, number)
    return number


# ---- of the interpreted engine; the compiled one has its own -------------------------------------


class ThreadScope(local):
    """The scope that is open in each thread, a number in SCOPES."""

    number = 0


thread_scope = ThreadScope()


class Hooks:
    """The functions that are called with each new node, with each operand of ==, and with each node
    whose truth is asked."""

    create: Callable[[Any], None] | None = None
    compare: Callable[[Any], None] | None = None
    truth: Callable[[Any], None] | None = None


def set_scope(number: int) -> None:
    """Give the nodes made from now on this scope, a number in SCOPES."""
    thread_scope.number = number


def open_scope() -> int:
    """The scope of the nodes made now, a number in SCOPES."""
    return thread_scope.number


def set_hooks(create: Any, compare: Any, truth: Any, attribute: Any) -> None:
    """Set the hooks; None for none.

    The compiled engine calls `attribute` with each attribute that is set. Here that has no use:
    every node takes part in garbage collection, so that a cycle does no harm.
    """
    Hooks.create, Hooks.compare, Hooks.truth = create, compare, truth
