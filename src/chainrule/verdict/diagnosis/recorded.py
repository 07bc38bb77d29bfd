"""The graph of a function at a point, also where Python would raise."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from ...engine.node import Node, is_value
from ...errors import ChainruleError, WrongType
from ..gradients.arguments import Arguments, bind_arguments


def graph_of(f: Callable[..., Any], at: Sequence[Any]) -> Node:
    """Record a function and build its graph at a point, with nan and inf instead of errors.

    Raises:
        WrongType: The point doesn't fit the function, or it doesn't return one number.
    """
    from ...programs import compile as record

    name = getattr(f, "__name__", "") or type(f).__name__
    bind_arguments(f, name.strip("<>"), at, caller="diagnose")
    arguments = Arguments(f, at)
    point = arguments.unflatten([slot.number for slot in arguments.slots])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an error that Python would raise here
        try:
            root = record(f).graph(*point)
        except TypeError:
            root = _with_an_int(record(f).graph, at, point)
    if not is_value(root):
        raise WrongType(
            f"diagnose needs a function that returns one number, but {name} returns several.",
            remedy="return one number, for example the sum of several",
        )
    if root.kind == "inner" and root.label == name:
        root.label = f"{name}(…)"  # so that code doesn't assign to the function's name
    return root


def _with_an_int(build: Callable[..., Any], at: Sequence[Any], point: list[Any]) -> Any:
    """Build a graph with one of the ints as it is, since range(n) needs one; else with all."""
    for k in range(len(at)):
        if type(at[k]) is int:
            try:
                return build(*point[:k], at[k], *point[k + 1 :])
            except (TypeError, ChainruleError):
                continue
    return build(*at)
