"""The parameters of a model: how they are found, named and exchanged for other numbers.

A model is any object with a method `parameters()`. Its parameters are looked for in its attributes,
and in the lists, tuples, dicts, arrays and objects that these contain.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from math import prod
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..engine.node import is_value
from ..errors import GraphError, ShapeError, WrongType, shorten
from ..programs.trace.errors import values_as_numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    State = dict[str, NDArray[np.float64]]

_CLOSED = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType, str, bytes, int, float)
"""What may have attributes, but no parameters in them."""


class Item(NamedTuple):
    """Something inside a model: its path, such as `layers.0.w`, and whether it can be changed."""

    path: str
    content: Any


# ---- looking into a model ------------------------------------------------------------------------


def _is_array(x: Any) -> bool:
    """Whether x is a NumPy array of objects; ours says that its dtype is float64."""
    numpy = sys.modules.get("numpy")
    return (
        numpy is not None
        and isinstance(x, numpy.ndarray)
        and numpy.ndarray.dtype.__get__(x).kind == "O"
    )


def _slots(x: Any) -> list[str]:
    """The names of the filled slots of an object."""
    names: list[str] = []
    for kind in type(x).__mro__:
        slots = vars(kind).get("__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
    return [name for name in names if name != "__dict__" and hasattr(x, name)]


def _parts(x: Any) -> list[tuple[str, Any]]:
    """The parts of a container or an object, each with its name; private attributes come last."""
    if isinstance(x, dict):
        return [(str(key), part) for key, part in x.items()]
    if isinstance(x, (list, tuple, deque)):
        return [(str(k), part) for k, part in enumerate(x)]
    if _is_array(x):
        return [(str(k), part) for k, part in enumerate(x)] if x.ndim else [("0", x[()])]
    if isinstance(x, _CLOSED) or is_value(x) or x is None:
        return []
    attributes = [*getattr(x, "__dict__", {}).items()]
    attributes += [(name, getattr(x, name)) for name in _slots(x)]
    return sorted(attributes, key=lambda attribute: attribute[0].startswith("_"))


def walk(model: Any) -> Iterator[Item]:
    """Everything inside a model, each object once, and itself first: an object before its parts,
    and these in their order."""
    seen: dict[int, Any] = {}
    stack = [Item("", model)]
    while stack:
        item = stack.pop()
        path, content = item
        if id(content) in seen:
            continue
        seen[id(content)] = content  # which keeps its id
        yield item
        start = path + "." if path else ""
        stack += [Item(start + name, part) for name, part in reversed(_parts(content))]


def parameters_of(model: Any) -> list[Any]:
    """What `model.parameters()` returns, each parameter once; lists and arrays in it are opened.

    Raises:
        WrongType: It is something other than Values.
    """
    method = getattr(model, "parameters", None)
    if not callable(method):
        raise WrongType(
            f"a model needs a method parameters(), but {shorten(model)} of type "
            f"{type(model).__name__} has none.",
            remedy="pass its network, .model_"
            if hasattr(model, "model_")
            else "derive it from chainrule.nn.Module, and return the list of its parameters",
        )
    returned = method()
    if isinstance(returned, Iterator):
        returned = list(returned)
    found = []
    for path, content in walk(returned):
        if is_value(content):
            found.append(content)
        elif not _parts(content) and not isinstance(content, (list, tuple, dict)):
            name = f"parameter {path}" if path else "what parameters() returned"
            kind = type(content)
            raise WrongType(
                f"parameters() of {type(model).__name__} needs to return a list of Values, but "
                f"{name} is {shorten(content)} of type {kind.__module__}.{kind.__qualname__}.",
                remedy="make parameters with chainrule.parameter(number)",
            )
    return found


def named_parameters(model: Any) -> dict[str, Any]:
    """Return the parameters of a model by their names, in the order of `model.parameters()`.

    Args:
        model: Any object with a method `parameters()`.

    Returns:
        Each parameter once, under the path to it, such as `layers.0.neurons.3.w.1`. A parameter
        in two attributes has the name of the first.

    Raises:
        WrongType: The object has no such method, or it returns something other than Values.
        GraphError: A parameter isn't in any attribute of the model.

    Cost: O(everything in the model).

    Example:
        >>> from chainrule import nn
        >>> list(named_parameters(nn.Neuron(2)))
        ['w.0', 'w.1', 'b']
    """
    paths: dict[int, str] = {}
    for path, content in walk(model):
        if is_value(content):
            paths[id(content)] = path
    names = {}
    for number, parameter in enumerate(parameters_of(model)):
        if id(parameter) not in paths:
            raise GraphError(
                f"parameter {number} of {type(model).__name__}, {parameter!r}, isn't in an "
                "attribute of the model.",
                remedy="keep it in an attribute, or in a list, tuple, dict or array in one",
            )
        names[paths[id(parameter)]] = parameter
    return names


# ---- exchanging ----------------------------------------------------------------------------------


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
    if is_value(x) or isinstance(x, (*_CLOSED, tuple)):
        return []
    undo: list[Callable[[], object]] = []
    if isinstance(x, (list, deque)):
        old: Any = list(x)
        undo.append(partial(_refill, x, old))
        _refill(x, [other(part) for part in old])
    elif _is_array(x):
        old = list(x.flat)
        undo.append(partial(_overwrite, x.flat, old))
        _overwrite(x.flat, [other(part) for part in old])
    elif isinstance(attributes := x if isinstance(x, dict) else getattr(x, "__dict__", None), dict):
        old = dict(attributes)
        undo.append(partial(_restore, attributes, old))
        attributes.update({key: other(part) for key, part in old.items()})
    for name in _slots(x):
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


# ---- state ---------------------------------------------------------------------------------------


def _grid(x: Any, chosen: Container[int]) -> tuple[tuple[int, ...], list[Any]] | None:
    """The shape of nested sequences of nothing but chosen Values, and these Values; or None."""
    if is_value(x):
        return ((), [x]) if id(x) in chosen else None
    if not isinstance(x, (list, tuple, deque)) and not (_is_array(x) and x.ndim):
        return None
    shape, found = None, []
    for part in x:
        grid = _grid(part, chosen)
        if grid is None or shape not in (None, grid[0]):
            return None
        shape = grid[0]
        found += grid[1]
    return None if shape is None else ((len(x), *shape), found)


def _grids(model: Any) -> Iterator[tuple[str, tuple[int, ...], list[Any]]]:
    """The parameters as arrays: a path, a shape, and the Values there. Sequences of nothing but
    parameters that have not come yet are one array."""
    left = {id(parameter) for parameter in named_parameters(model).values()}
    for path, content in walk(model):
        grid = _grid(content, left)
        if grid is not None and len({*map(id, grid[1])}) == len(grid[1]):
            left -= {*map(id, grid[1])}
            yield path, *grid


def state_dict(model: Any) -> State:
    """Return the numbers of a model's parameters, by their names.

    Args:
        model: Any object with a method `parameters()`.

    Returns:
        Arrays of float64. Parameters in a list form one array, such as `layers.0.neurons.3.w` of
        shape `(n_inputs,)`; those in a list of equally long lists form an array of two axes; a
        single parameter has shape `()`.

    Example:
        >>> from chainrule import nn
        >>> {name: array.shape for name, array in state_dict(nn.Neuron(2)).items()}
        {'w': (2,), 'b': ()}
    """
    import numpy as np

    return {
        path: np.array([float(v.data) for v in values]).reshape(shape)
        for path, shape, values in _grids(model)
    }


def load_state_dict(model: Any, state: Mapping[str, Any]) -> None:
    """Write the numbers that `state_dict` returned into the parameters of a model.

    Args:
        model: A model with parameters of the same names and shapes.
        state: An array, a list or a number for each name.

    Raises:
        ShapeError: Names or shapes differ. The message names the first parameter that differs, and
            the model keeps its numbers.
        WrongType: An array holds something other than numbers.
    """
    import numpy as np

    grids = list(_grids(model))
    arrays = []
    for path, shape, _ in grids:
        if path not in state:
            raise _differs(model, path, f"which is missing from the state ({shorten([*state])})")
        try:
            array = np.asarray(state[path], dtype=np.float64)
        except (TypeError, ValueError):
            raise WrongType(f"{path} needs numbers, but got {shorten(state[path])}.") from None
        if array.shape != shape:
            what = f"whose shape is {shape} in the model and {array.shape} in the state"
            raise _differs(model, path, what)
        arrays.append(array)
    unknown = [name for name in state if name not in {path for path, _, _ in grids}]
    if unknown:
        raise _differs(model, unknown[0], "which is in the state but not in the model")
    for (_, shape, values), array in zip(grids, arrays):
        for v, number in zip(values, array.reshape(prod(shape)).tolist()):
            v.data = number


def _differs(model: Any, path: str, what: str) -> ShapeError:
    return ShapeError(
        f"the state doesn't fit {type(model).__name__}: they differ first in {path!r}, {what}.",
        remedy="build the model with the sizes that it had when its state was saved",
    )
