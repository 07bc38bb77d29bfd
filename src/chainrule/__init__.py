"""Backpropagation you can read, see, check and run at native speed.

Everything public is loaded when it is first used; `import chainrule` loads the standard library and the engine only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .functions import *  # noqa: F403  # the public functions, one a row of the table
from .twin import NATIVE, Value

if TYPE_CHECKING:
    from .apply import define
    from .drawing import Drawing, draw_dot, plot
    from .graph import (
        debug,
        evaluate,
        label_all,
        leaves,
        made_at,
        parameter,
        refresh,
        scope,
        trace,
        zero_grad,
    )
    from .storage import load, save
    from .verdict import ascend, nudge, slope

__version__ = "0.1.0"

_HOMES = {
    "apply": ("define",),
    "drawing": ("Drawing", "draw_dot", "plot"),
    "graph": (
        "debug", "evaluate", "label_all", "leaves", "made_at", "parameter", "refresh", "scope", "trace", "zero_grad",
    ),
    "storage": ("load", "save"),
    "verdict": ("ascend", "nudge", "slope"),
    "nn": (),
    "errors": (
        "ChainruleError", "CheckFailed", "ChoiceError", "DivisionByZero", "DomainError", "FileError", "FormulaError",
        "GraphError", "MissingExtra", "NumberError", "RangeError", "ShapeError", "WrongType",
    ),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}
_SHADOWING = {"abs", "max", "min", "mod", "pow"}  # names of built-ins are not brought in by a star

from .functions import __all__ as _functions  # noqa: E402  # beside what it is used for

__all__ = ["NATIVE", "Value", *(set(_functions) - _SHADOWING), *_HOME]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _HOME:
        found = getattr(import_module(f".{_HOME[name]}", __name__), name)
    elif name in _HOMES or name == "ops":
        found = import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"module 'chainrule' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_HOMES})
