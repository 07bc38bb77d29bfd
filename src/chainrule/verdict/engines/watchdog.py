"""A watch over the code of an examined class: it must neither run for ever nor end the program."""

from __future__ import annotations

import gc
import math
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dis import opmap
from time import monotonic
from types import FrameType
from typing import Any

if sys.platform == "emscripten":  # it has no threads
    from time import process_time as thread_time
else:
    from time import thread_time

LIMIT = 1_000_000
"""How many steps of the interpreter a trial may take; code that takes more never ends, or visits
nodes over and over."""
BUDGET = 8.0
"""How many seconds of computing an examination may take in all."""
PATIENCE = 2.0
"""How many seconds of computing a call may take; time in which other programs run doesn't count."""
LONGEST = 8.0
"""How many seconds by the clock a call may last, for one that sleeps and computes nothing."""
AGAIN = 0.1
"""How many seconds later the alarm rings again."""

TRY = opmap["SETUP_FINALLY"] if sys.version_info < (3, 11) else None
"""The instruction of Python 3.10 that enters a `try`.

There a jump to a `try` doesn't look for signals, so a loop around a `try` may never hear the alarm;
only a trace function can stop it. As Python removes a trace function that raises, it raises Endless
right before a `try`, which then can't swallow it.
"""
GRACE_STEPS, GRACE_SECONDS = 1000, 0.5
"""How long a trace function of Python 3.10 waits for a `try` before it raises Endless anyway."""

_thread = threading.local()
"""`start` of the examination, by `thread_time`; `has_alarm`: whether calls are timed; `has_trace`:
whether a trace function ends them; `deadlines` of the call that runs, by `thread_time` and by
`monotonic`."""


class OutOfTime(BaseException):
    """The examination has used up its budget; nothing of it swallows this."""


class Endless(BaseException):
    """A trial ran for too long; it derives from BaseException so that the examined class's own
    `except Exception` doesn't swallow it."""


def contain(code: Callable[..., Any]) -> Callable[..., Any]:
    """Return the class's code in a wrapper that confines its failures to the trial: only the user's
    Ctrl-C and Endless get through; `sys.exit()` and the like become ordinary exceptions."""

    def run(*arguments: Any, **named: Any) -> Any:
        if thread_time() - getattr(_thread, "start", math.inf) > BUDGET:
            raise OutOfTime
        is_timed = getattr(_thread, "has_alarm", False)
        is_traced = getattr(_thread, "has_trace", False) and sys.gettrace() is None
        try:
            if is_timed:
                _thread.deadlines = thread_time() + PATIENCE, monotonic() + LONGEST
                signal.setitimer(signal.ITIMER_REAL, min(PATIENCE, LONGEST), AGAIN)
            if is_traced:
                sys.settrace(_stop_after(thread_time() + PATIENCE))
            return code(*arguments, **named)
        except (Exception, KeyboardInterrupt, Endless, OutOfTime):
            raise
        except BaseException as error:
            raise type(type(error).__name__, (Exception,), {})(*error.args) from error
        finally:
            if is_timed:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if is_traced:
                sys.settrace(None)

    return run


def _stop_after(deadline: float) -> Callable[..., Any]:
    """A trace function that raises Endless after the deadline, where no alarm does."""

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_globals is globals():
            return None
        late = thread_time() - deadline
        is_due = late > 0 and (_enters_try(frame) or late > GRACE_SECONDS)
        if is_due and not collects_garbage(frame):
            raise Endless
        return trace

    return trace


def collects_garbage(frame: FrameType | None) -> bool:
    """Whether the frame runs because Python collects garbage, which swallows what it raises."""
    callbacks = {getattr(each, "__code__", None) for each in gc.callbacks}
    while frame is not None:
        if frame.f_code.co_name == "__del__" or frame.f_code in callbacks:
            return True
        frame = frame.f_back
    return False


def _enters_try(frame: FrameType) -> bool:
    """Whether the next instruction of a frame of Python 3.10 enters a `try`."""
    return frame.f_code.co_code[frame.f_lasti] == TRY


@contextmanager
def alarm() -> Iterator[None]:
    """Raise Endless in each contained call that lasts too long, repeatedly if the code swallows it,
    and OutOfTime before a call once the budget is used up.

    On Unix a signal does it, in the main thread; on Windows and in WebAssembly, which have none, a
    trace function. A loop inside C isn't interrupted, because both wait for the next step of the
    interpreter.
    """
    _thread.start = thread_time()
    has_signals = hasattr(signal, "setitimer")
    if not has_signals or threading.current_thread() is not threading.main_thread():
        _thread.has_trace = not has_signals
        try:
            yield
        finally:
            _thread.has_trace = False
            del _thread.start
        return

    def ring(_: int, frame: FrameType | None) -> None:
        computing, clock = _thread.deadlines
        if thread_time() < computing and monotonic() < clock:
            return
        # In this file the code is already done, and `run` is about to stop the alarm.
        if frame is None or frame.f_globals is not globals():
            raise Endless

    left, again = signal.setitimer(signal.ITIMER_REAL, 0)
    handler, start = signal.signal(signal.SIGALRM, ring), monotonic()
    _thread.has_alarm, _thread.has_trace = True, TRY is not None
    try:
        yield
    finally:
        _thread.has_alarm = _thread.has_trace = False
        del _thread.start
        signal.setitimer(signal.ITIMER_REAL, 0)
        if handler is not None:  # None: Python didn't set it
            signal.signal(signal.SIGALRM, handler)
        if left:  # an alarm that was set before goes on
            rest = max(left - (monotonic() - start), 1e-6)
            signal.setitimer(signal.ITIMER_REAL, rest, again)


class Watch:
    """Counts the steps inside the `with` block and notes the names of the functions called there.

    A step is an instruction of the interpreter, because until Python 3.11 a loop on one line has no
    second line. From 3.12 on each turn of a loop counts as a line, and lines are counted too: not
    every version tells a trace function about instructions (python/cpython#114480). After `LIMIT`
    steps the watch raises Endless.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.called: set[str] = set()

    def __enter__(self) -> Watch:
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(self, *exception: object) -> None:
        sys.settrace(self._before)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Note a function that is entered; return the function that counts its steps."""
        if frame.f_globals is globals():
            return None
        self.called.add(frame.f_code.co_name)
        frame.f_trace_opcodes = True
        return self._step

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.steps += 1
        is_due = self.steps > LIMIT and (
            TRY is None or _enters_try(frame) or self.steps > LIMIT + GRACE_STEPS
        )
        if is_due and not collects_garbage(frame):
            raise Endless
        return self._step
