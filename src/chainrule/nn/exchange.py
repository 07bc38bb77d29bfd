"""Other numbers instead of a model's parameters, for a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..engine.node import is_value
from ..programs.trace.errors import values_as_numbers
from .parameters import CLOSED, is_object_array, slots_of, walk


@contextmanager
def exchanged(model: Any, parameters: Sequence[Any], numbers: Sequence[Any]) -> Iterator[None]:
    """Replace a model's parameters by other numbers, such as tracers, inside a `with` block.

    Each parameter is replaced wherever the model holds it, and every other Value by its own number;
    Values that are made in the block count as numbers, too. After the block, whatever happens in
    it, the attributes of the model are as they were before it: nothing that was computed in the
    block remains.

    Args:
        model: Any object.
        parameters: Values in the model, shape `(n,)`.
        numbers: A number for each of them, shape `(n,)`.

    Example:
        >>> from chainrule import nn
        >>> neuron = nn.Neuron(2, nonlin=False)
        >>> with exchanged(neuron, neuron.parameters(), [1.0, 2.0, 0.5]):
        ...     neuron([3.0, 4.0])
        11.5
    """
    by_id = {id(parameter): number for parameter, number in zip(parameters, numbers)}

    def other(x: Any) -> Any:
        if is_value(x):
            return by_id.get(id(x), x.data)
        if isinstance(x, tuple):
            parts = [other(part) for part in x]
            if any(a is not b for a, b in zip(parts, x)):
                return x._make(parts) if hasattr(x, "_make") else tuple(parts)
        return x

    undo: list[Callable[[], object]] = []
    try:
        for _, content in list(walk(model)):
            undo += _exchange(content, other)
        with values_as_numbers(by_id):
            yield
    finally:
        for each in reversed(undo):
            each()


def _exchange(x: Any, other: Callable[[Any], Any]) -> list[Callable[[], object]]:
    """Replace each part of something that can be changed by its `other`; returns what undoes it."""
    if is_value(x) or isinstance(x, (*CLOSED, tuple)):
        return []
    undo: list[Callable[[], object]] = []
    if isinstance(x, (list, deque)):
        old: Any = list(x)
        undo.append(partial(_refill, x, old))
        _refill(x, [other(part) for part in old])
    elif is_object_array(x):
        old = list(x.flat)
        undo.append(partial(_overwrite, x.flat, old))
        _overwrite(x.flat, [other(part) for part in old])
    elif isinstance(attributes := x if isinstance(x, dict) else getattr(x, "__dict__", None), dict):
        old = dict(attributes)
        undo.append(partial(_restore, attributes, old))
        attributes.update({key: other(part) for key, part in old.items()})
    for name in slots_of(x):
        part = getattr(x, name)
        if other(part) is not part:
            undo.append(partial(object.__setattr__, x, name, part))
            object.__setattr__(x, name, other(part))
    return undo


def _refill(x: Any, parts: Sequence[Any]) -> None:
    x.clear()
    x.extend(parts)


def _restore(attributes: dict[Any, Any], before: dict[Any, Any]) -> None:
    attributes.clear()
    attributes.update(before)


def _overwrite(flat: Any, parts: Sequence[Any]) -> None:
    for index, part in enumerate(parts):
        flat[index] = part
