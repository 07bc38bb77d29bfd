"""The object of a method that was compiled: its recordings, and whether it has changed since.

An object is static by identity, and what it contains is compared in each call: after a change, the
method is recorded again. What has a program as a method is held weakly.
"""

from __future__ import annotations

import sys
import weakref
from collections import deque
from collections.abc import Callable
from copyreg import _slotnames  # type: ignore[attr-defined]  # what pickle uses
from enum import Enum
from types import SimpleNamespace
from typing import Any

from ...engine.node import is_value
from ..trace.signatures import parameter_names, signature_of, stand_for
from .recordings import Recordings

_PLAIN = (int, float, bool, str, bytes, complex, type(None))


class _WeakMethod:
    """A function as the method of an object, which is held weakly."""

    def __init__(self, function: Any, reference: Callable[[], Any]) -> None:
        self.function, self.reference = function, reference
        stand_for(self, function)
        self.__signature__ = signature_of(function.__get__(reference()))

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        return self.function.__get__(self.reference())(*arguments, **keywords)


class Watched:
    """An object that a function reads, and what was recorded of the function.

    Attributes:
        recordings: What was recorded.
        reference: A function that returns the object.
        quick: The quick calls of the program.
    """

    def __init__(self, recordings: Recordings, reference: Callable[[], Any]) -> None:
        self.recordings, self.reference = recordings, reference
        self.quick: dict[Any, Any] = {}
        self._contents = self._read()

    def _read(self) -> Any:
        try:
            return _contents(self.reference(), {})
        except RecursionError:
            return object()  # too deep to compare, so it counts as changed

    def refresh(self) -> None:
        """Forget what was recorded if the object has changed since."""
        contents = self._read()
        if contents != self._contents:
            self._contents = contents
            self.recordings.all.clear()
            self.quick.clear()


class Object(Watched):
    """An object that has a program as a method."""

    def __init__(self, recordings: Recordings, instance: Any, forget: Callable[[Any], Any]) -> None:
        try:
            reference: Callable[[], Any] = weakref.ref(instance, forget)
        except TypeError:  # it has __slots__
            reference = lambda: instance  # noqa: E731
        method: Any = _WeakMethod(recordings.function, reference)
        in_axes, names = recordings.in_axes, parameter_names(method, 0)
        if isinstance(in_axes, (tuple, list)) and len(in_axes) > len(names):
            in_axes = in_axes[1:]  # it counts the object
        static = {x - 1 if isinstance(x, int) else x for x in recordings.static if x != 0}
        own = Recordings(
            method, recordings.name, in_axes, recordings.reduce, static=frozenset(static)
        )
        super().__init__(own, reference)


def object_of(objects: dict[int, Object], recordings: Recordings, instance: Any) -> Object:
    """The entry for an object; `objects` has an entry for each by its id, as long as it exists."""
    key = id(instance)
    known = objects.get(key)
    if known is None or known.reference() is not instance:
        known = Object(recordings, instance, lambda _: objects.pop(key, None))
        if isinstance(known.reference, weakref.ref):
            objects[key] = known
    return known


# ---- what an object contains ---------------------------------------------------------------------


class _Same:
    """An object that is equal to itself only, held weakly if that is possible."""

    def __init__(self, x: Any) -> None:
        try:
            self.get: Callable[[], Any] = weakref.ref(x)
        except TypeError:
            self.get = lambda: x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.get() is other.get() is not None


def _contents(x: Any, seen: dict[int, int]) -> Any:
    """What an object contains, as something that can be compared: numbers, texts, arrays, and what
    is in containers and attributes, also those of its class. The rest is equal to itself only."""
    kind = type(x)
    if kind in _PLAIN:
        return kind, x
    if id(x) in seen:
        return seen[id(x)]
    seen[id(x)] = len(seen)
    if isinstance(x, (list, tuple, deque)):
        return kind, [_contents(each, seen) for each in x]
    if isinstance(x, dict):
        return kind, [(_contents(key, seen), _contents(each, seen)) for key, each in x.items()]
    if isinstance(x, (set, frozenset)):
        return kind, len(x), {*x} if all(type(each) in _PLAIN for each in x) else [*map(_Same, x)]
    if hasattr(kind, "__array__"):
        return _of_array(x, seen)
    if is_value(x):
        return _Same(x), x.data
    if isinstance(x, type):
        return _of_class(x, seen)
    is_namespace = kind is SimpleNamespace
    if hasattr(kind, "__get__") or isinstance(x, Enum) or (_is_pythons(kind) and not is_namespace):
        return _Same(x)
    return kind, _of_class(kind, seen), _attributes(x, seen)


def _is_pythons(kind: type) -> bool:
    """Whether a class is part of Python."""
    root = kind.__module__.partition(".")[0]
    return root in sys.stdlib_module_names


def _of_array(x: Any, seen: dict[int, int]) -> Any:
    """What an array contains, or what can be converted to one."""
    import numpy as np

    try:
        array = np.asarray(x)
    except Exception:  # a tensor that refuses
        return _Same(x)
    if array.dtype.kind == "O":
        return type(x), array.shape, [_contents(each, seen) for each in array.ravel().tolist()]
    return type(x), array.shape, array.dtype.str, array.tobytes()


def _attributes(x: Any, seen: dict[int, int]) -> Any:
    pairs = [*getattr(x, "__dict__", {}).items()]
    pairs += [(key, getattr(x, key)) for key in _slotnames(type(x)) if hasattr(x, key)]
    return [(key, _contents(each, seen)) for key, each in pairs]


def _of_class(kind: type, seen: dict[int, int]) -> Any:
    """What the attributes of a class are; of its methods, whether they are still the same."""
    return [
        (key, each if hasattr(type(each), "__get__") else _contents(each, seen))
        for base in kind.__mro__
        if not _is_pythons(base)
        for key, each in vars(base).items()
        if not key.startswith("__")
    ]
