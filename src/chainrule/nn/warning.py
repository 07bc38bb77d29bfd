"""Warnings that point at the line that called this package."""

from __future__ import annotations

import sys
import warnings


def warn(text: str, kind: type[Warning] = UserWarning) -> None:
    """Warn of the innermost line outside of this package."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals["__name__"].startswith("chainrule."):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, kind, stacklevel=level)
