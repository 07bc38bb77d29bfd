"""Parameters as float64 arrays: Values are gathered into one and written back; arrays are
overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MethodType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import NumberError, ShapeError, WrongType, shorten, warn
from ..parameters import parameters_of

Floats = NDArray[np.float64]


class Values:
    """Consecutive parameters that are Values, or objects with `data` and `grad` like them."""

    def __init__(self, values: list[Any], names: list[str]) -> None:
        self.values = values
        self.names = names

    @property
    def shape(self) -> tuple[int, ...]:
        """One dimension, as long as there are Values."""
        return (len(self.values),)

    def read(self) -> Floats:
        """Return the numbers, gathered anew: they may have been edited."""
        return np.array([p.data for p in self.values], np.float64)

    def write(self, x: Floats, g: Floats) -> None:
        """Give the numbers to the Values, except to those without a gradient that are frozen."""
        for i in np.flatnonzero(g == 0):
            if not getattr(self.values[i], "requires_grad", True):
                x[i] = self.values[i].data
        for p, number in zip(self.values, x.tolist()):
            p.data = number

    def gradient(self) -> Floats:
        """Return the gradients that the Values hold; 0 where no pass arrived."""
        gradients = [p.grad for p in self.values]
        if None in gradients:  # a class of the user's own
            gradients = [0.0 if g is None else g for g in gradients]
        return np.array(gradients, np.float64)

    def gradient_of(self, given: Any) -> Floats:
        """Return the gradients that were handed over, one for each Value."""
        return _numbers(given, self)

    def set_gradient(self, g: Floats) -> None:
        """Replace the gradients that the Values hold."""
        for p, number in zip(self.values, g.tolist()):
            p.grad = number

    def has_gradient(self) -> bool:
        """Whether a pass, or a hand, has left a gradient at any of the Values."""
        return any(p.grad is not None and getattr(p, "grad_state", "") != "none"
                   for p in self.values)  # fmt: skip

    def forget_gradient(self) -> None:
        """Reset the gradient of every Value."""
        for p in self.values:
            p.grad = None if hasattr(p, "grad_state") else 0.0

    def name(self, index: tuple[int, ...]) -> str:
        """How a message calls the parameter at an index."""
        return self.names[index[0]]


class Array:
    """One parameter that is an array of float64."""

    def __init__(self, array: Floats, name: str) -> None:
        self.array = array
        self.names = [name]
        self.shape: tuple[int, ...] = array.shape

    def read(self) -> Floats:
        """Return the array itself."""
        return self.array

    def write(self, x: Floats, g: Floats) -> None:
        """Nothing is left to do: the array itself was changed."""

    def gradient_of(self, given: Any) -> Floats:
        """Return the gradient that was handed over, by itself or as the only one of a list."""
        if isinstance(given, (list, tuple)) and len(given) == 1 and not _fits(given, self.shape):
            given = given[0]
        return _numbers(given, self)

    def name(self, index: tuple[int, ...]) -> str:
        """How a message calls the number at an index."""
        return f"{self.names[0]} at {list(index)}" if index else self.names[0]


Vector = Values | Array


def read_parameters(parameters: Any, owner: str) -> list[Vector]:
    """Return the parameters of a model, a dict or a list of them, or a single one, as vectors.

    Args:
        parameters: Whatever was given to an optimizer.
        owner: The optimizer's name, for messages.
    """
    named = list(_named(parameters, owner))
    if not named:
        raise ShapeError(f"{owner} needs at least one parameter, but got none.")
    vectors: list[Vector] = []
    for name, p in _each_once(named, owner):
        if isinstance(p, np.ndarray):
            vectors.append(Array(_steppable(p, name, owner), name))
        elif not _is_like_a_value(p) or getattr(p, "kind", "") == "inner":
            raise _not_a_parameter(p, name, owner)
        elif vectors and isinstance(vectors[-1], Values):
            vectors[-1].values.append(p)
            vectors[-1].names.append(name)
        else:
            vectors.append(Values([p], [name]))
    return vectors


def _named(parameters: Any, owner: str) -> Iterable[tuple[str, Any]]:
    """Pairs of a name and a parameter."""
    if callable(getattr(parameters, "parameters", None)):
        parameters = parameters_of(parameters)
    if isinstance(parameters, np.ndarray) or _is_like_a_value(parameters):
        parameters = [parameters]
    if isinstance(parameters, Mapping):
        yield from ((repr(name), p) for name, p in parameters.items())
        return
    if isinstance(parameters, (str, bytes)) or not isinstance(parameters, Iterable):
        raise WrongType(
            f"{owner} needs a model, or its parameters, but got {shorten(parameters)} of type "
            f"{type(parameters).__name__}.",
            remedy="call it" if isinstance(parameters, MethodType) else "",
        )
    count = 0
    for each in parameters:
        for p in _elements(each):
            label = getattr(p, "label", "")
            yield repr(label) if label else f"parameter {count}", p
            count += 1


def _elements(p: Any) -> Iterable[Any]:
    """The Values in an array of them; else the parameter itself."""
    return np.asarray(p).ravel() if isinstance(p, np.ndarray) and _holds_objects(p) else [p]


def _holds_objects(array: Any) -> bool:
    return bool(np.asarray(array).dtype == object)


def _is_like_a_value(p: Any) -> bool:
    return hasattr(p, "data") and hasattr(p, "grad") and not isinstance(p, np.ndarray)


def _not_a_parameter(p: Any, name: str, owner: str) -> WrongType:
    if _is_like_a_value(p):
        return WrongType(
            f"{owner} needs leaves as parameters, but {name} is the result of an operation.",
            remedy="list the Values that it was computed from",
        )
    return WrongType(
        f"{owner} needs Values or arrays of float64 as parameters, but {name} is {shorten(p)} "
        f"of type {type(p).__name__}.",
        remedy="make one optimizer for each group of parameters" if isinstance(p, Mapping) else "",
    )


def _steppable(array: Any, name: str, owner: str) -> Floats:
    """The plain array under any subclass, if it can be written to."""
    if array.dtype != np.float64:
        raise WrongType(
            f"{owner} overwrites arrays of float64, but {name} has dtype {array.dtype}.",
            remedy="convert it with .astype(float)",
        )
    if not array.flags.writeable:
        raise WrongType(f"{owner} overwrites arrays, but {name} is read-only.")
    return array.view(np.ndarray)  # type: ignore[no-any-return]


def _each_once(named: list[tuple[str, Any]], owner: str) -> list[tuple[str, Any]]:
    """The parameters without repeated Values, with a warning: a Value has one gradient, so one step
    is right. Arrays that share numbers are refused, because each has a gradient of its own."""
    once: list[tuple[str, Any]] = []
    repeated = []
    names: dict[int, str] = {}
    for name, p in named:
        is_array = isinstance(p, np.ndarray)
        twin = names.get(id(p), "")
        if is_array and not twin:
            twin = next((n for n, q in once if isinstance(q, np.ndarray)
                         and np.shares_memory(p, q)), "")  # fmt: skip
        if twin and is_array:
            raise ShapeError(
                f"{owner} needs each parameter once, but {_both(twin, name)}.",
                remedy="list a shared parameter once, and pass the sum of its gradients",
            )
        if twin:
            repeated.append(_both(twin, name))
            continue
        names[id(p)] = name
        once.append((name, p))
    if repeated:
        more = f" ({len(repeated)} repetitions in all)" if len(repeated) > 1 else ""
        warn(
            f"{owner} uses each parameter once, but {repeated[0]}{more}. Its gradient already "
            "sums all its uses."
        )
    return once


def _both(name: str, other: str) -> str:
    return f"{name} is given twice" if name == other else f"{name} and {other} are the same"


def _fits(x: Any, shape: tuple[int, ...]) -> bool:
    try:
        return bool(np.shape(x) == shape)
    except ValueError:  # lists of several lengths
        return False


def _numbers(gradient: Any, vector: Vector) -> Floats:
    """Return the gradient of a vector that was handed over as an array of float64."""
    try:
        g = np.asarray(gradient)
    except ValueError:
        raise _wrong_shape(vector, "lists of different lengths") from None
    if g.shape != vector.shape:
        raise _wrong_shape(vector, f"shape {g.shape}")
    if g.dtype == np.float64:
        return g
    if g.dtype.kind in "fiu":
        return g.astype(np.float64)
    g = np.asarray(gradient, dtype=object)  # in an array of words, numbers are words too
    index = next((i for i in np.ndindex(g.shape) if not _is_number(g[i])), None)
    if index is None:
        return g.astype(np.float64)
    wrong = g[index]
    raise WrongType(
        f"step needs numbers as gradients, but that of {vector.name(index)} is {shorten(wrong)} "
        f"of type {type(wrong).__name__}."
    )


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, bool)


def _wrong_shape(vector: Vector, got: str) -> ShapeError:
    first, *_, last = [*vector.names, vector.names[-1]]
    names = first if first == last else f"{first} to {last}"
    return ShapeError(f"step needs a gradient of shape {vector.shape} for {names}, but got {got}.")


def refuse_infinite(vector: Vector, g: Floats, name: str) -> None:
    """Raise unless every number of a gradient is finite, with the name of the function in use."""
    finite = np.isfinite(g)
    if not finite.all():
        index = tuple(np.argwhere(~finite)[0].tolist())
        raise NumberError(
            f"{name} needs finite gradients, but that of {vector.name(index)} is {g[index]}.",
            remedy="diagnose(loss) names the operation it came from"
            if isinstance(vector, Values)
            else "use a smaller learning rate, or clip the gradients in every step",
        )
