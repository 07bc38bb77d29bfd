"""The tape, its derivatives and the machine in use: the compiled ones where they were built, else
the interpreted ones.

`CHAINRULE_PURE=1` in the environment selects the interpreted ones.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING


def _is_compiled() -> bool:
    if os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
        return False
    try:
        return all(import_module(f"{__package__}.{room}._native") for room in ("run", "trace"))
    except ImportError:
        return False


if TYPE_CHECKING or not _is_compiled():
    from .derive.derivatives import gradient, tangents
    from .derive.linear import linearize
    from .derive.slopes import slopes
    from .run.caller import Caller
    from .run.machine import Machine
    from .trace.tape import Tape
    from .trace.tracer import Tracer, inputs
else:
    from .run._native import Caller, Machine
    from .trace._native import Tape, Tracer, gradient, inputs, linearize, slopes, tangents

__all__ = [
    "Caller",
    "Machine",
    "Tape",
    "Tracer",
    "gradient",
    "inputs",
    "linearize",
    "slopes",
    "tangents",
]
