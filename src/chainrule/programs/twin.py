"""The tape, its derivatives and the machine in use: the compiled ones where they were built, else
the interpreted ones.

`CHAINRULE_PURE=1` in the environment selects the interpreted ones.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
    from .derive.derivatives import gradient, tangents
    from .run.machine import Machine
    from .trace.tape import Tape
    from .trace.tracer import Tracer
else:
    try:
        from .run._native import Machine
        from .trace._native import Tape, Tracer, gradient, tangents
    except ImportError:
        from .derive.derivatives import gradient, tangents
        from .run.machine import Machine
        from .trace.tape import Tape
        from .trace.tracer import Tracer

__all__ = ["Machine", "Tape", "Tracer", "gradient", "tangents"]
