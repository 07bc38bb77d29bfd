"""The machine in use: the compiled one where it was built, else the interpreted one.

`CHAINRULE_PURE=1` in the environment selects the interpreted one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
    from .machine import Machine
else:
    try:
        from ._native import Machine
    except ImportError:
        from .machine import Machine

__all__ = ["Machine"]
