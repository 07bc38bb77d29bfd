"""How the arguments of a NumPy function reach its implementation, which has fewer of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from .arrays import Array, array, astype
from .refusals import not_into, not_supported

_EFFORT = {"assume_unique", "casting", "hermitian", "kind", "optimize", "order", "overwrite_input",
           "stable", "subok", "tol"}  # fmt: skip
"""Arguments about memory and effort, which change no number here."""


_MANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class _Names(NamedTuple):
    """The arguments of a function.

    Attributes:
        ours: Each name, and its name in the implementation; None where that lacks it.
        defaults: NumPy's default by name.
        takes_many: Whether any number of arrays comes first.
        takes_any: Whether the implementation passes on names that it doesn't list.
    """

    ours: Mapping[str, str | None]
    defaults: Mapping[str, Any]
    takes_many: bool
    takes_any: bool


@cache
def _names(function: Callable[..., Any], implementation: Callable[..., Any]) -> _Names:
    ours = inspect.signature(implementation, follow_wrapped=False).parameters
    try:
        theirs = inspect.signature(function).parameters
    except ValueError:  # an older NumPy doesn't tell them
        theirs = ours
    kinds = {p.kind for p in ours.values()}
    takes_many = inspect.Parameter.VAR_POSITIONAL in kinds
    positional = [name for name, p in ours.items() if p.kind < p.VAR_POSITIONAL]
    names: dict[str, str | None] = dict.fromkeys(theirs)
    for name, own in zip(theirs, [] if takes_many else positional):
        names[name] = None if own in theirs else own
    names.update({name: name for name in theirs if name in ours and ours[name].kind not in _MANY})
    defaults = {name: p.default for name, p in theirs.items()}
    return _Names(names, defaults, takes_many, inspect.Parameter.VAR_KEYWORD in kinds)


def call(
    function: Callable[..., Any], implementation: Callable[..., Any], arguments: Sequence[Any],
    keywords: Mapping[str, Any],
) -> Any:  # fmt: skip
    """Call the implementation of a NumPy function. An argument with NumPy's default is left out,
    `out` is written to, and `dtype` converts the first argument, or the result of many.

    Raises:
        WrongType: The implementation lacks an argument, or `out` is a plain array.
    """
    names = _names(function, implementation)
    given = dict(keywords)
    if not names.takes_many:
        given = {**dict(zip(names.ours, arguments)), **keywords}
        arguments = [given.pop(next(iter(names.ours)))]
    out = given.pop("out", None)
    if out is not None and not isinstance(out, Array):
        raise not_into(out, function.__name__)
    dtype = None if names.ours.get("dtype") else given.pop("dtype", None)
    if dtype is not None and not names.takes_many:
        arguments = [astype(array(arguments[0]), dtype)]
    passed = {}
    for name, x in given.items():
        if _is_same(x, names.defaults.get(name)):
            continue
        own = names.ours.get(name) or (name if names.takes_any else None)
        if own is not None:
            passed[own] = x
        elif name not in _EFFORT:
            raise not_supported(f"{name}= of numpy.{function.__name__}", f"omit {name}")
    result = implementation(*arguments, **passed)
    if dtype is not None and names.takes_many:
        result = astype(result, dtype)
    if out is None:
        return result
    out[...] = result
    return out


def _is_same(x: Any, default: Any) -> bool:
    """Whether an argument is its default."""
    return x is default or (isinstance(x, (bool, int, float, str)) and x == default)
