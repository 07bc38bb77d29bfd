"""Backpropagation you can read, see, check and run at native speed.

`import chainrule` loads only the standard library and the engine. Everything else is loaded when it
is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .engine.dispatch import define as define
from .engine.functions import *  # noqa: F403  # one a row of the table
from .engine.functions import __all__ as _functions
from .engine.protocol import set_arrays
from .engine.twin import NATIVE as NATIVE, Value as Value
from .errors import *  # noqa: F403  # every class of errors
from .errors import __all__ as _errors, missing_attribute
from .graph import (
    debug as debug,
    evaluate as evaluate,
    label_all as label_all,
    leaves as leaves,
    made_at as made_at,
    parameter as parameter,
    refresh as refresh,
    scope as scope,
    trace as trace,
    zero_grad as zero_grad,
)
from .moved import MovedModules, explain_move

if TYPE_CHECKING:  # for type checkers and editors: the names that are loaded on demand
    from . import nn as nn, numpy as numpy, testing as testing
    from .drawing import (
        Drawing as Drawing,
        animate as animate,
        draw_dot as draw_dot,
        plot as plot,
        show as show,
    )
    from .engine.numbers import is_number as is_number
    from .explanation import explain as explain, steps as steps
    from .graph.saving import load as load, save as save
    from .numpy import array as array
    from .numpy.functions.exponentials import logsumexp as logsumexp, softmax as softmax
    from .programs import (
        Program as Program,
        compile as compile,
        custom_jvp as custom_jvp,
        custom_vjp as custom_vjp,
        external as external,
        grad as grad,
        hessian as hessian,
        hvp as hvp,
        jacfwd as jacfwd,
        jacobian as jacobian,
        jacrev as jacrev,
        jvp as jvp,
        register_pytree_node as register_pytree_node,
        register_pytree_node_class as register_pytree_node_class,
        stop_gradient as stop_gradient,
        take as take,
        value_and_grad as value_and_grad,
        vjp as vjp,
    )
    from .verdict import (
        ascend as ascend,
        check as check,
        check_engine as check_engine,
        diagnose as diagnose,
        nudge as nudge,
        slope as slope,
        sweep as sweep,
    )

__version__ = "0.1.0"

sys.meta_path.append(MovedModules)
set_arrays(lambda: import_module(".numpy.protocol", __name__))

_ON_DEMAND = {
    name: module
    for module, names in {
        "drawing": "Drawing animate draw_dot plot show",
        "engine.numbers": "is_number",
        "explanation": "explain steps",
        "graph.saving": "load save",
        "numpy": "array",
        "numpy.functions.exponentials": "logsumexp softmax",
        "programs": "Program compile custom_jvp custom_vjp external grad hessian hvp jacfwd "
        "jacobian jacrev jvp register_pytree_node register_pytree_node_class stop_gradient "
        "take value_and_grad vjp",
        "verdict": "ascend check check_engine diagnose nudge slope sweep",
    }.items()
    for name in names.split()
}
_BUILT_IN = {"abs", "compile", "max", "min", "pow"}
"""A star import must not replace these built-in functions."""

__all__ = [
    *(name for name in _functions if name not in _BUILT_IN),
    *(name for name in _ON_DEMAND if name not in _BUILT_IN),
    *("NATIVE", "Value", "debug", "define", "evaluate", "label_all", "leaves", "made_at"),
    *("parameter", "refresh", "scope", "trace", "zero_grad"),
    *_errors,
]


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        x = getattr(import_module(f".{_ON_DEMAND[name]}", __name__), name)
    elif name in ("ops", "nn", "drawing", "explanation", "numpy", "programs", "testing", "verdict"):
        x = import_module(".table.ops" if name == "ops" else f".{name}", __name__)
    else:
        move = explain_move(f"chainrule.{name}")
        raise missing_attribute(__name__, name, __dir__(), move)
    globals()[name] = x
    return x


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_DEMAND, "nn", "numpy", "ops"})
