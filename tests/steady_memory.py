"""Whether a call that is repeated gives its memory back."""

from __future__ import annotations

import gc
import inspect
import operator
import os
import resource
import sys
from array import array
from pathlib import Path
from types import ModuleType

MAX_BLOCKS = 100
MAX_BYTES = 2_000_000
ROUNDS = 3
"""The interpreter's own caches can grow in one round, a leak grows in each."""


def resident() -> int:
    """Bytes of memory in use, or, where the system doesn't say, the most so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def assert_memory_comes_back(call, calls=10_000):
    """Call it often, and require that blocks, bytes and references do not grow."""
    growth, lasting = [], reachable(call)
    for count in (calls // 10, *[calls] * ROUNDS):
        gc.collect()
        references, blocks, size = counts(lasting), sys.getallocatedblocks(), resident()
        for _ in range(count):
            call()
        gc.collect()
        blocks, size = sys.getallocatedblocks() - blocks, resident() - size
        references = max(map(operator.sub, counts(lasting), references))
        growth.append((blocks, size, references))
        is_steady = blocks < MAX_BLOCKS and size < MAX_BYTES and references < count // 2
        if len(growth) > 1 and is_steady:
            return
    raise AssertionError(f"blocks, bytes or references grow in every round: {growth}")


def assert_references_stay(call, lasting, calls):
    """Call it often, and require that it leaves no reference to these objects and takes none."""
    call()
    gc.collect()
    before = counts(lasting)
    for _ in range(calls):
        call()
    gc.collect()
    changes = map(operator.sub, counts(lasting), before)
    assert all(abs(change) < calls // 2 for change in changes)


def counts(objects):
    """How many references each object has, in an array, which refers to no int that is counted."""
    return array("q", map(sys.getrefcount, objects))


def reachable(call):
    """What lives as long as the call: a lost reference to it takes no memory."""
    found, waiting = {}, [None, True, False, call]
    while waiting:
        each = waiting.pop()
        if id(each) in found:
            continue
        found[id(each)] = each
        if inspect.isfunction(each):
            names = inspect.getclosurevars(each)
            waiting += [*names.nonlocals.values(), *names.globals.values()]
            waiting += each.__defaults__ or ()
        elif not isinstance(each, (ModuleType, type)):
            waiting += gc.get_referents(each)
    return list(found.values())
