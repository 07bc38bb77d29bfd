"""Calls of a program at one point, from Python objects to Python objects, looking nothing up.

This is the interpreted twin of `native/caller.c`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from threading import Lock
from typing import TYPE_CHECKING, Any

from .buffers import floats
from .machine import DONE

if TYPE_CHECKING:
    from .machine import Machine

NUMBER, AN_ARRAY, A_LIST, A_TUPLE = range(4)
"""In the code of a structure: a number; an array, its dimensions and their lengths; a list or a
tuple, the number of its parts and these."""


class Caller:
    """Calls for arguments of one structure: `source` is the code of their tuple, `target` that of
    the result, whose arrays have `shapes`."""

    def __init__(
        self,
        source: Sequence[int],
        target: Sequence[int],
        shapes: tuple[tuple[int, ...], ...],
        array_type: Any,
        empty: Callable[[tuple[int, ...]], Any],
    ) -> None:
        self._source, self._target, self._shapes = source, target, shapes
        self._array_type, self._empty = array_type, empty
        self._routes: list[tuple[Machine, bytes, dict[int, int]]] = []
        self._latest = 0
        self._adding = Lock()

    def add(self, machine: Machine, outcomes: bytes) -> int:
        """Add a path: its machine and the outcomes of its guards. Returns how many there are."""
        others: dict[int, int] = {}
        with self._adding:
            new = len(self._routes)
            self._routes.append((machine, outcomes, others))  # before any thread is led there
            for old, (_, known, there) in enumerate(self._routes[:new]):
                pairs = enumerate(zip_longest(known, outcomes))
                guard = next((k for k, (a, b) in pairs if a != b and None not in (a, b)), None)
                if guard is not None:
                    there.setdefault(guard, new)
                    others.setdefault(guard, old)
            self._latest = new
        return new + 1

    def run(self, arguments: tuple[Any, ...]) -> Any:
        """The result of the path that the arguments lead to; NotImplemented if it is unknown, or if
        the arguments have another structure."""
        numbers = array("d")
        if not self._read(iter(self._source), arguments, numbers):
            return NotImplemented
        at, code = self._latest, DONE
        while self._routes:
            machine, _, others = self._routes[at]
            before = code
            code, outputs = machine.run(numbers)
            if code == DONE:
                self._latest = at
                return self._write(iter(self._target), iter(outputs), iter(self._shapes))
            if code <= before or code not in others:
                break
            at = others[code]
        return NotImplemented

    def _read(self, code: Iterator[int], tree: Any, numbers: array[float]) -> bool:
        kind = next(code)
        if kind == NUMBER:
            if isinstance(tree, float):
                numbers.append(tree)
            return isinstance(tree, float)
        if kind == AN_ARRAY:
            shape = tuple(next(code) for _ in range(next(code)))
            if type(tree) is not self._array_type or tree.shape != shape:
                return False
            try:
                numbers.extend(floats(tree, tree.size))
            except (ValueError, TypeError, BufferError):
                return False
            return True
        count = next(code)
        if type(tree) is not (list if kind == A_LIST else tuple) or len(tree) != count:
            return False
        return all(self._read(code, part, numbers) for part in tree)

    def _write(
        self, code: Iterator[int], numbers: Iterator[float], shapes: Iterator[tuple[int, ...]]
    ) -> Any:
        kind = next(code)
        if kind == NUMBER:
            return next(numbers)
        if kind == AN_ARRAY:
            for _ in range(next(code)):
                next(code)
            out = self._empty(next(shapes))
            flat = out.reshape(-1)
            flat[...] = [next(numbers) for _ in range(out.size)]
            return out
        parts = [self._write(code, numbers, shapes) for _ in range(next(code))]
        return parts if kind == A_LIST else tuple(parts)
