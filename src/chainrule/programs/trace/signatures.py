"""The name, the parameters and the documentation of a function, and of what stands for it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from inspect import Parameter, Signature, getattr_static, signature
from types import MethodType, WrapperDescriptorType
from typing import Any, NamedTuple

from ...errors import ShapeError, WrongType
from .containers import opened


def name_of(function: Any) -> str:
    """The name of a function; of a partial that of its function, of an object that of its class."""
    while isinstance(function, functools.partial):
        function = function.func
    return str(getattr(function, "__name__", type(function).__name__))


def signature_of(function: Any) -> Signature | None:
    """The signature of a function; None if Python doesn't know it."""
    try:
        return signature(function)
    except (TypeError, ValueError):  # it is written in C, or missing
        return None


def parameter_names(function: Any, count: int) -> list[str]:
    """The names of the parameters for arguments by position; those of *args up to `count`."""
    known = signature_of(function)
    names: list[str] = []
    for each in known.parameters.values() if known else ():
        if each.kind is Parameter.VAR_POSITIONAL:
            names += [f"{each.name}[{k}]" for k in range(count - len(names))]
        elif each.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD):
            names.append(each.name)
    return names


def static_arguments(
    function: Any, argnums: int | Sequence[int], argnames: str | Sequence[str]
) -> frozenset[int | str]:
    """The indices and the names of the arguments that either `argnums` or `argnames` chooses."""
    chosen = [*(argnums if isinstance(argnums, (tuple, list)) else [argnums])]
    chosen += [argnames] if isinstance(argnames, str) else argnames
    known = signature_of(function) if chosen else None
    names = parameter_names(function, 0) if chosen else []
    kinds = {each.kind for each in known.parameters.values()} if known else set()
    static: set[int | str] = set()
    for each in chosen:
        if isinstance(each, str):
            is_there = known is None or each in known.parameters or Parameter.VAR_KEYWORD in kinds
            index = names.index(each) if each in names else None
        elif isinstance(each, int) and not isinstance(each, bool):
            index = each + len(names) * (each < 0)
            is_there = 0 <= index < len(names) or known is None or Parameter.VAR_POSITIONAL in kinds
        else:
            raise WrongType(f"a static argument needs an index or a name, but got {each!r}.")
        if not is_there:
            raise ShapeError(
                f"{name_of(function)} has no parameter {each!r} that could be static; its "
                f"parameters are {known}."
            )
        if index is not None and index < len(names):
            static.add(names[index])
        static.add(each if index is None else index)
    return frozenset(static)


def stand_for(wrapper: Any, function: Callable[..., Any]) -> None:
    """Give an object the name, the signature and the documentation of a function."""
    inner = function
    while isinstance(inner, functools.partial):
        inner = inner.func
    functools.update_wrapper(wrapper, inner, updated=())
    wrapper.__wrapped__ = function
    wrapper.__name__ = name_of(function)


def is_bound(function: Any) -> bool:
    """Whether a function becomes a method when it is in a class; an object or a builtin doesn't."""
    return hasattr(type(function), "__get__")


def object_of_function(function: Any) -> Any:
    """The object whose method a function is, or that is called like a function; else None."""
    while True:
        inner = function.func if isinstance(function, functools.partial) else None
        inner = inner or getattr(function, "__wrapped__", None)
        if inner is None:
            break
        function = inner
    if isinstance(function, MethodType):
        return function.__self__
    call = getattr_static(type(function), "__call__", None)
    return None if is_bound(function) or isinstance(call, WrapperDescriptorType) else function


def is_called_on_object(function: Any, arguments: Sequence[Any]) -> bool:
    """Whether the first argument is the object of a method: the function was defined in its class,
    or in the class that it is. An object that is a tree is an argument like any other."""
    owner = getattr(function, "__qualname__", "").rpartition(".")[0]
    if not owner or owner.endswith("<locals>") or not arguments or hasattr(function, "__self__"):
        return False
    x = arguments[0]
    if not is_bound(function) or opened(x, "") is not None:
        return False
    kinds = x.__mro__ if isinstance(x, type) else type(x).__mro__
    return any(
        (each.__qualname__, each.__module__) == (owner, function.__module__) for each in kinds
    )


def after_object(argnums: Any) -> Any:
    """The argnums of a method, given those of the function, for which the object is argument 0. It
    can't be differentiated: argnums that include 0 are those of the method."""
    if isinstance(argnums, int):
        return argnums - (argnums > 0)
    if isinstance(argnums, str) or 0 in argnums:
        return argnums
    return tuple(x - (x > 0) if isinstance(x, int) else x for x in argnums)


def holds_code() -> bool:
    """Whether a pickle holds functions as code, as cloudpickle's do, and not by name; for use in
    `__reduce__`, which doesn't learn this otherwise."""
    return "cloudpickle" in sys._getframe(2).f_globals.get("__name__", "")


def global_name(x: Any, in_code: bool) -> str | None:
    """The qualified name by which a pickle can refer to an object, as to a function; None if the
    module has another object of this name. Where a pickle holds code, `__main__` isn't known."""
    name, module = getattr(x, "__qualname__", ""), getattr(x, "__module__", None) or ""
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return name if found is x and not (in_code and module == "__main__") else None


class Call(NamedTuple):
    """How a function is called.

    Attributes:
        positional: The number of arguments by position.
        keywords: The names of the others, sorted.
        function: The function; None if it is unknown.
        known: The names of its parameters, if the signature doesn't have them.
    """

    positional: int
    keywords: Sequence[str] = ()
    function: Any = None
    known: Sequence[str] = ()

    @property
    def names(self) -> list[str]:
        """The names of the parameters to which arguments by position go."""
        return [*self.known] or parameter_names(self.function, self.positional)

    def find(self, argnum: Any, argnums: Any) -> int:
        """The argument that an entry of argnums chooses; those passed by keyword are last."""
        name = argnum if isinstance(argnum, str) else ""
        if not name:
            if not hasattr(argnum, "__index__") or isinstance(argnum, bool):
                raise WrongType(
                    f"argnums needs the index or the name of an argument, or a tuple of them, "
                    f"but got {argnums!r}."
                )
            if -self.positional <= argnum < self.positional:
                return int(argnum) % self.positional
            name = dict(enumerate(self.names)).get(int(argnum), "")
        if name in self.keywords:
            return self.positional + self.keywords.index(name)
        passed = self.names[: self.positional]
        if name in passed:
            return passed.index(name)
        names = ", ".join([*passed, *self.keywords])
        raise ShapeError(
            f"argnums={argnums!r} does not fit: the number of arguments is "
            f"{self.positional + len(self.keywords)}{names and f' ({names})'}."
        )
