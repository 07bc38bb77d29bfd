"""The numbers of a model's parameters as arrays, by name."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from ..engine.node import is_value
from ..errors import ShapeError, WrongType, shorten
from .parameters import is_object_array, named_parameters, walk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    State = dict[str, NDArray[np.float64]]


def _grid(x: Any, chosen: Container[int]) -> tuple[tuple[int, ...], list[Any]] | None:
    """The shape of nested sequences of nothing but chosen Values, and these Values; or None."""
    if is_value(x):
        return ((), [x]) if id(x) in chosen else None
    if not isinstance(x, (list, tuple, deque)) and not (is_object_array(x) and x.ndim):
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
        WrongType: The state isn't a dict, or an array holds something other than numbers.
    """
    import numpy as np

    if not isinstance(state, Mapping):
        raise WrongType(
            f"load_state_dict needs the dict of state_dict(), but got {shorten(state)}.",
            remedy="read a file with chainrule.nn.load(model, path)"
            if isinstance(state, str)
            else "",
        )
    grids = list(_grids(model))
    arrays = []
    for path, shape, _ in grids:
        if path not in state:
            missing = f"which is missing from the state ({shorten(sorted(state))})"
            raise _differs(model, path, missing)
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
