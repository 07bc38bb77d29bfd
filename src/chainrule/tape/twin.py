"""Which twin records and replays: the compiled one where it was built, else the interpreted one.

`CHAINRULE_PURE=1` in the environment asks for the interpreted one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING or os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
    from .derivatives import gradient, tangents
    from .machine import Machine
    from .tape import Tape
    from .traced import Traced
else:
    try:
        from ._native import Machine, Tape, Traced, gradient, tangents
    except ImportError:
        from .derivatives import gradient, tangents
        from .machine import Machine
        from .tape import Tape
        from .traced import Traced

__all__ = ["Machine", "Tape", "Traced", "gradient", "tangents"]
