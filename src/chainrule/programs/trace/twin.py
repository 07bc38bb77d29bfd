"""The tape and tracer in use: the compiled ones where they were built, else the interpreted ones.

`CHAINRULE_PURE=1` in the environment selects the interpreted one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
    from .tape import Tape
    from .tracer import Tracer
else:
    try:
        from ._native import Tape, Tracer
    except ImportError:
        from .tape import Tape
        from .tracer import Tracer

__all__ = ["Tape", "Tracer"]
