"""Which attributes of a class hold its number and its gradient, and what runs a pass."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from ...errors import WrongType

DATA = ("data", "value", "val", "v", "x", "num", "number", "_data", "_value")
GRAD = ("grad", "gradient", "g", "derivative", "deriv", "d", "adjoint", "_grad", "_gradient")
BACKWARD = (
    "backward", "backwards", "backprop", "back_prop", "backpropagate", "back_propagate",
    "backpropagation", "back", "backward_pass", "compute_gradients", "compute_grads",
)  # fmt: skip
"""The names in use, the likeliest first."""

EMPTY: dict[str, Any] = {
    **dict.fromkeys(("children", "prev", "parents", "operands", "inputs", "args", "deps"), ()),
    **dict.fromkeys(("op", "operation", "label", "name"), ""),
    **dict.fromkeys(("local_grads", "partials", "grads"), ()),
}
"""What a leaf has for an argument that a class insists on."""
WANTED = "requires_grad"
"""The argument, and attribute, that says whether a leaf gets a gradient at all."""


def leaf_arguments(make: Callable[..., Any]) -> dict[str, Any]:
    """The arguments besides the number with which a leaf is made that gets a gradient."""
    try:
        parameters = list(inspect.signature(make).parameters.values())
    except (TypeError, ValueError):
        return {}
    arguments = {
        p.name: EMPTY[p.name.strip("_").lower()]
        for p in parameters[1:]
        if p.default is p.empty
        and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and p.name.strip("_").lower() in EMPTY
    }
    if any(p.name == WANTED for p in parameters):
        arguments[WANTED] = True
    return arguments


def find_names(
    value: Any, name: str, data: str, grad: str, backward: str | Callable[[Any], Any]
) -> tuple[str, str, str | Callable[[Any], Any]]:
    """The names of a leaf's number and gradient, and of its pass; those that aren't given are
    looked for among the names in use.

    Raises:
        WrongType: The leaf doesn't have them.
    """
    found_data = data or _first(value, DATA, lambda x: not callable(x))
    found_grad = grad or _first(
        value, tuple(x for x in GRAD if x != found_data), lambda x: not callable(x)
    )
    found_backward = backward or _first(value, BACKWARD, callable)
    wanted = (("data", found_data), ("grad", found_grad), ("backward()", found_backward))
    missing = [
        word
        for word, found in wanted
        if not found or (isinstance(found, str) and not hasattr(value, found))
    ]
    if missing:
        told = [x for x in (data, grad, backward) if isinstance(x, str) and x]
        but = f"those of {name} have no {' and no '.join(missing)}"
        if told:
            but += f" (you named {', '.join(told)})"
        raise WrongType(
            f"check_engine needs Values with data, grad and backward(); {but}.",
            remedy='say what they are called: check_engine(Value, data="val", grad="der", '
            'backward="run")',
        )
    return found_data, found_grad, found_backward


def _first(value: Any, names: Sequence[str], fits: Callable[[Any], bool]) -> str:
    return next((x for x in names if hasattr(value, x) and fits(getattr(value, x))), "")


def find_tapes(value: Any) -> list[list[Any]]:
    """The lists outside a new leaf that hold it last: a tape of the class or of its module."""
    kind = type(value)
    outside = [*vars(kind).values(), *getattr(kind.__init__, "__globals__", {}).values()]
    deeper = [x for y in outside if not isinstance(y, (type, ModuleType)) for x in _parts(y)]
    lists = {id(x): x for x in (*outside, *deeper) if isinstance(x, list)}
    return [x for x in lists.values() if x and x[-1] is value]


def _parts(x: Any) -> list[Any]:
    return list(getattr(x, "__dict__", {}).values())
