"""Which of the two engines answers: the compiled one where it was built, else the interpreted one.

`CHAINRULE_PURE=1` in the environment asks for the interpreted one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .node import Engine

NATIVE = False
"""Whether Value is the compiled one."""

if TYPE_CHECKING or os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
    from .loops import compute
    from .value import Value, open_scope, set_hooks, set_scope
else:
    try:
        from ._native import Value, compute, open_scope, set_hooks, set_scope

        NATIVE = True
    except ImportError:
        from .loops import compute
        from .value import Value, open_scope, set_hooks, set_scope

Engine.Value = Value

__all__ = ["NATIVE", "Value", "compute", "open_scope", "set_hooks", "set_scope"]
