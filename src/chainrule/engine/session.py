"""What holds for the nodes made from now on: the open scope, and the functions that watch."""

from __future__ import annotations

from collections.abc import Callable
from threading import local
from typing import Any

SCOPES: list[tuple[str, ...]] = [()]
"""The scopes that were opened so far; a node stores the index of its own."""

_SCOPE_NUMBERS: dict[tuple[str, ...], int] = {(): 0}


def scope_number(path: tuple[str, ...]) -> int:
    """The index of a scope in SCOPES, where it is entered if it is new."""
    if path not in _SCOPE_NUMBERS:
        _SCOPE_NUMBERS[path] = len(SCOPES)
        SCOPES.append(path)
    return _SCOPE_NUMBERS[path]


# ---- of the interpreted engine; the compiled one has its own -------------------------------------


class ThreadScope(local):
    """The scope that is open in each thread, an index into SCOPES."""

    number = 0


thread_scope = ThreadScope()


class Hooks:
    """The functions that are called with each new node and with each operand of ==."""

    create: Callable[[Any], None] | None = None
    compare: Callable[[Any], None] | None = None


def set_scope(number: int) -> None:
    """Give the nodes made from now on this scope, an index into SCOPES."""
    thread_scope.number = number


def set_hooks(create: Any, compare: Any, attribute: Any) -> None:
    """Set the hooks; None for none.

    The compiled engine calls `attribute` with each attribute that is set. Here that has no use:
    every node takes part in garbage collection, so that a cycle does no harm.
    """
    Hooks.create, Hooks.compare = create, compare
