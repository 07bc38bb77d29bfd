"""Activations: the function of one number that follows a neuron's weighted sum."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from operator import methodcaller
from typing import Any

from ..engine import functions
from ..engine.twin import Value
from .choices import choose

Function = Callable[[Any], Any]

COMMON = (
    "relu", "tanh", "sigmoid", "gelu", "silu", "leaky_relu", "elu", "selu", "softplus", "mish",
)  # fmt: skip
"""The names that messages list; any function of one number in the table can be named."""


@cache
def activations() -> dict[str, Function]:
    """The functions in the table that one number is enough for, by name; common ones first."""
    names = (*COMMON, *(name for name in functions.__all__ if name not in COMMON))
    every = {name: getattr(functions, name) for name in names}
    return {name: function for name, function in every.items() if _takes_one(function)}


def _takes_one(function: Function) -> bool:
    needed = inspect.signature(function).parameters.values()
    return sum(each.default is each.empty for each in needed) == 1


def activation(x: Function | str) -> Function:
    """Return the activation with this name; a function is returned as it is.

    Raises:
        ChoiceError: No function of one number in the table has this name.
    """
    return choose(x, activations(), "an activation")


def method_of(function: Function) -> Function:
    """A faster form of an activation for Values and traced numbers: their own method."""
    name = getattr(function, "__name__", "")
    is_row = getattr(functions, name, None) is function and hasattr(Value, name)
    return methodcaller(name) if is_row else function


def name_of(function: Function) -> str:
    """An activation's name in a neuron's `repr`: ReLU, Tanh, Sigmoid."""
    name = getattr(function, "__name__", type(function).__name__)
    written = {"relu": "ReLU", "leaky_relu": "LeakyReLU", "silu": "SiLU", "gelu": "GELU",
               "elu": "ELU", "selu": "SELU"}  # fmt: skip
    return written.get(name, name[:1].upper() + name[1:])
