"""Whether a call of compiled code survives that there is no more memory."""

from __future__ import annotations

import gc
import sys

import pytest

MOST = 400
"""So many allocations of a call fail in turn."""

TIMES = 20
"""A call fails so often that a leak shows among the blocks that Python keeps for itself."""


def assert_survives(call, *, calls_python=False):
    """Let each allocation of a call fail: that is a MemoryError, and loses nothing.

    Python's own functions, and NumPy's, lose some when they can't go on, and raise SystemError.
    """
    call()
    for number in range(MOST):
        if not fails(call, number, (MemoryError, SystemError) if calls_python else MemoryError):
            assert number > 0, "nothing was allocated"
            return
        if not calls_python and growth(call, number) >= TIMES:
            gc.collect()
            grown = [growth(call, number, gc.collect) for _ in range(4)]
            assert min(grown) < TIMES, f"allocation {number} loses memory"


def fails(call, number, expected=MemoryError):
    """Whether a call fails if its allocation of this number does."""
    memory = pytest.importorskip("_testcapi", reason="Python was built without its own tests")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1_000)  # no other thread is to miss its memory
    try:
        memory.set_nomemory(number, number + 1)
        try:
            call()
        finally:
            memory.remove_mem_hooks()
    except expected:
        return True
    finally:
        sys.setswitchinterval(interval)
    return False


def growth(call, number, collect=int):
    """By how many blocks the memory grows if it fails TIMES times."""
    before = sys.getallocatedblocks()
    for _ in range(TIMES):
        fails(call, number)
    collect()
    return sys.getallocatedblocks() - before
