"""The tape, its derivatives and the machine in use: the compiled ones where they were built, else
the interpreted ones.

`CHAINRULE_PURE=1` in the environment selects the interpreted ones.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
    from .derive.derivatives import gradient, tangents
    from .derive.linear import linearize
    from .derive.slopes import slopes
    from .run.caller import Caller
    from .run.machine import Machine
    from .trace.tape import Tape
    from .trace.tracer import Tracer, inputs
else:
    try:
        from .run._native import Caller, Machine
        from .trace._native import Tape, Tracer, gradient, inputs, linearize, slopes, tangents
    except ImportError:
        from .derive.derivatives import gradient, tangents
        from .derive.slopes import slopes
        from .run.caller import Caller
        from .run.machine import Machine
        from .trace.tape import Tape
        from .trace.tracer import Tracer, inputs

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
