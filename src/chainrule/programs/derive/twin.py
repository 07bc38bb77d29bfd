"""The derivatives of a tape, by the compiled twin where it was built, else by the interpreted one.

`CHAINRULE_PURE=1` in the environment selects the interpreted one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
    from .derivatives import gradient, tangents
else:
    try:
        from ..trace._native import gradient, tangents
    except ImportError:
        from .derivatives import gradient, tangents

__all__ = ["gradient", "tangents"]
