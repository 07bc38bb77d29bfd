"""Whether compiled code survives running out of memory."""

from __future__ import annotations

import gc
import sys

import pytest

MOST = 400
"""The number of allocations of a call that are made to fail, one after the other."""

TIMES = 20
"""How often each call is made to fail: a leak must stand out from the blocks that Python keeps."""


def assert_survives(call, *, calls_python=False):
    """Make each allocation of a call fail in turn: each raises MemoryError and leaks nothing.

    Python's own functions and NumPy's may leak, and may raise SystemError instead.
    """
    call()
    for number in range(MOST):
        if not fails(call, number, (MemoryError, SystemError) if calls_python else MemoryError):
            assert number > 0, "nothing was allocated"
            return
        if not calls_python and growth(call, number) >= TIMES:
            gc.collect()
            grown = [growth(call, number, gc.collect) for _ in range(4)]
            assert min(grown) < TIMES, f"memory leaks when allocation {number} fails"


def fails(call, number, expected=MemoryError):
    """Whether a call fails when this one of its allocations does."""
    memory = pytest.importorskip("_testcapi", reason="Python was built without its own tests")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1_000)  # no other thread may meet the failure
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
    """The number of blocks by which memory grows when the call fails TIMES times."""
    before = sys.getallocatedblocks()
    for _ in range(TIMES):
        fails(call, number)
    collect()
    return sys.getallocatedblocks() - before
