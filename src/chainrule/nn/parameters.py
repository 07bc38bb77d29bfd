"""The parameters of a model: how they are found and named.

A model is any object with a method `parameters()`. Its parameters are looked for in its attributes,
and in the lists, tuples, dicts, arrays and objects that these contain.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Set
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from ..engine.node import is_value
from ..errors import GraphError, WrongType, shorten

CLOSED = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType, str, bytes, int, float)
"""What may have attributes, but no parameters in them."""


class Item(NamedTuple):
    """Something inside a model: its path, such as `layers.0.w`, and whether it can be changed."""

    path: str
    content: Any


def is_object_array(x: Any) -> bool:
    """Whether x is a NumPy array of objects; ours says that its dtype is float64."""
    numpy = sys.modules.get("numpy")
    return (
        numpy is not None
        and isinstance(x, numpy.ndarray)
        and numpy.ndarray.dtype.__get__(x).kind == "O"
    )


def slots_of(x: Any) -> list[str]:
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
    if is_object_array(x):
        return [(str(k), part) for k, part in enumerate(x)] if x.ndim else [("0", x[()])]
    if isinstance(x, CLOSED) or is_value(x) or x is None:
        return []
    attributes = [*getattr(x, "__dict__", {}).items()]
    attributes += [(name, getattr(x, name)) for name in slots_of(x)]
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


def _returned_by(model: Any) -> Any:
    """What `model.parameters()` returns."""
    name = type(model).__name__
    if isinstance(model, type):
        raise WrongType(
            f"a model needs to be an object, but got the class {model.__name__}.",
            remedy=f"make an object first, with {model.__name__}(...)",
        )
    method = getattr(model, "parameters", None)
    if not callable(method):
        raise WrongType(
            f"a model needs a method parameters(), but {shorten(model)} of type {name} has none.",
            remedy="pass its network, .model_"
            if hasattr(model, "model_")
            else "derive it from chainrule.nn.Module, and return the list of its parameters",
        )
    return method()


def _is_opened(x: Any) -> bool:
    """Whether `walk` looks for parameters in it, or it can't hold any."""
    is_closed = is_value(x) or isinstance(x, (str, bytes)) or hasattr(x, "dtype")
    return is_closed or isinstance(x, (list, tuple, dict, deque)) or bool(_parts(x))


def _check_leaf(parameter: Any, model: Any) -> None:
    """Refuse the result of an operation, which the next forward pass wouldn't use."""
    if getattr(parameter, "kind", "") == "inner":
        raise WrongType(
            f"parameters() of {type(model).__name__} needs to return leaves, but {parameter!r} is "
            f"the result of {parameter.op}.",
            remedy="return the Values it was computed from, and compute it in the forward pass",
        )


def parameters_of(model: Any) -> list[Any]:
    """What `model.parameters()` returns, each parameter once; lists and arrays in it are opened.
    Those of a set come in the order in which the model holds them.

    Raises:
        WrongType: It is something other than Values, or the results of operations.
    """
    returned = _returned_by(model)
    if isinstance(returned, Set):
        inside = [content for _, content in walk(model) if is_value(content)]
        returned = [v for v in dict.fromkeys([*inside, *returned]) if v in returned]
    elif isinstance(returned, Iterable) and not _is_opened(returned):
        returned = list(returned)
    found = []
    for path, content in walk(returned):
        if is_value(content):
            _check_leaf(content, model)
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
