"""Warnings of NumPy's kind: one for an operation on arrays, as `numpy.errstate` wants it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine.protocol import UFUNCS
from ..errors import warn

_MODES = {"divide by zero": "divide", "overflow": "over", "invalid value": "invalid"}


def warn_of(rule: int, operands: Sequence[Any], method: str = "") -> None:
    """Warn as NumPy does when finite operands give a result that isn't finite.

    Args:
        rule: The number of the rule.
        operands: Arrays of the numbers that it was applied to.
        method: The method of the ufunc, "reduce" or "accumulate"; empty for a call.
    """
    ufunc = next((each for each, number in UFUNCS.items() if number == rule), None)
    if ufunc is None:
        return
    modes: dict[str, Any] = dict(np.geterr())
    caller, problems = np.geterrcall(), []
    with np.errstate(
        all="call", under="ignore", call=lambda problem, flag: problems.append(problem)
    ):
        ufunc(*operands)
    for problem in problems:
        _report(
            modes[_MODES[problem]], f"{problem} encountered in {method or ufunc.__name__}", caller
        )


def _report(mode: str, message: str, caller: Any) -> None:
    """Report a problem in one of the modes of `numpy.errstate`."""
    if mode == "raise":
        raise FloatingPointError(message)
    if mode == "warn":
        warn(message, RuntimeWarning)
    elif mode == "print":
        print(f"Warning: {message}", file=sys.stdout)
    elif mode == "call":
        caller(message.split(" encountered")[0], 0)
    elif mode == "log":
        caller.write(f"Warning: {message}\n")
