"""A watch over what the code of an examined class does: it ends nothing but itself, and it ends."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType, TracebackType
from typing import Any

LIMIT = 1_000_000
"""So many steps of the interpreter may one trial take; what takes more does not end, or visits
nodes over and over."""
PATIENCE = 4.0
"""So many seconds may one call last that takes no steps, such as one that sleeps."""
AGAIN = 0.1
"""After so many seconds more it is told so again."""

_thread = threading.local()  # .has_alarm: whether calls of this thread are timed


class Endless(BaseException):
    """A trial ran for too long. No `except Exception` of the examined class may swallow it."""


def contain(code: Callable[..., Any]) -> Callable[..., Any]:
    """Code of the examined class that can end nothing but itself, and that ends.

    `sys.exit()` and what else passes by `except Exception` becomes an ordinary exception of the
    same name, to be graded like any other. Only the user's own interruption and the watch get
    through.
    """

    def run(*arguments: Any) -> Any:
        is_timed = getattr(_thread, "has_alarm", False)
        try:
            if is_timed:
                signal.setitimer(signal.ITIMER_REAL, PATIENCE, AGAIN)
            return code(*arguments)
        except (Exception, KeyboardInterrupt, Endless):
            raise
        except BaseException as error:
            raise type(type(error).__name__, (Exception,), {})(*error.args) from error
        finally:
            if is_timed:
                signal.setitimer(signal.ITIMER_REAL, 0)

    return run


@contextmanager
def alarm() -> Iterator[None]:
    """Have an alarm ring in each call of contain code that lasts too long: it raises Endless, and
    again and again should the code swallow it.

    It needs signals, so it works on Unix and in the main thread; elsewhere nothing happens. A loop
    inside of C is not interrupted, for a signal waits for the next step of the interpreter.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def ring(_: int, frame: FrameType | None) -> None:
        # In this file the code has come to its end already, and `run` is about to stop the alarm.
        if frame is None or frame.f_globals is not globals():
            raise Endless

    left, again = signal.setitimer(signal.ITIMER_REAL, 0)
    handler, begun = signal.signal(signal.SIGALRM, ring), monotonic()
    _thread.has_alarm = True
    try:
        yield
    finally:
        _thread.has_alarm = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        if handler is not None:  # None: it was not set by Python
            signal.signal(signal.SIGALRM, handler)
        if left:  # somebody else's alarm goes on
            rest = max(left - (monotonic() - begun), 1e-6)
            signal.setitimer(signal.ITIMER_REAL, rest, again)


class Watch:
    """Counts the steps that run inside the `with` block and notes the names of what is called.

    A step is an instruction of the interpreter, because a loop on one line has no second line.

    Raises:
        Endless: More steps than `limit` ran.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.steps = 0
        self.called: set[str] = set()

    def __enter__(self) -> Watch:
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.settrace(self._before)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Called with each function that is entered; returns what is called with its steps."""
        if frame.f_globals is globals():
            return None
        self.called.add(frame.f_code.co_name)
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._step

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.steps += 1
        if self.steps > self.limit:
            raise Endless
        return self._step
