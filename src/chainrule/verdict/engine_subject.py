"""A class that is examined: how its Values are made and read, and a watch over what it runs."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from types import FrameType, TracebackType
from typing import Any

from ..errors import WrongType
from .tables import said

LIMIT = 300_000
"""So many lines may one trial run; what takes more does not end, or visits nodes over and over."""


class Endless(BaseException):
    """A trial ran for too long. No `except Exception` of the examined class may swallow it."""


def contained(code: Callable[..., Any]) -> Callable[..., Any]:
    """Code of the examined class that can end nothing but itself.

    `sys.exit()` and what else passes by `except Exception` becomes an ordinary exception of the
    same name, to be graded like any other. Only the user's own interruption and the watch get
    through.
    """

    def run(*arguments: Any) -> Any:
        try:
            return code(*arguments)
        except (Exception, KeyboardInterrupt, Endless):
            raise
        except BaseException as error:
            raise type(type(error).__name__, (Exception,), {})(*error.args) from error

    return run


class Watch:
    """Counts the lines that run inside the `with` block and notes the names of what is called.

    Raises:
        Endless: More lines than `limit` ran.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.lines = 0
        self.calls = 0
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
        if event == "call":
            self.calls += 1
            self.called.add(frame.f_code.co_name)
        elif event == "line":
            self.lines += 1
        if self.lines > self.limit:
            raise Endless
        return self._trace


class Subject:
    """A micrograd-like class.

    Args:
        make: The class, or whatever makes a Value of a number.

    Raises:
        WrongType: It cannot be used so, or its Values have no data, grad and backward.
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        self.make = contained(make)
        self.name = str(getattr(make, "__name__", type(make).__name__))
        if not callable(make):
            raise WrongType(
                f"check_engine needs a class, but got {type(make).__name__}.",
                remedy="check_engine(Value)",
            )
        try:
            value = self.make(1.5)
        except Exception as error:
            raise WrongType(
                f"check_engine needs a class that is made of a number, but {self.name}(1.5) "
                f"raised {said(error)}."
            ) from error
        self.kind = type(value)
        missing = [name for name in ("data", "grad") if not hasattr(value, name)]
        self.backward_name = "backward" if hasattr(value, "backward") else "backwards"
        if not hasattr(value, self.backward_name):
            missing.append("backward()")
        if missing:
            raise WrongType(
                f"check_engine needs Values with data, grad and backward(); those of {self.name} "
                f"have no {' and no '.join(missing)}."
            )

    def leaves(self, numbers: Iterable[float]) -> list[Any]:
        """New Values."""
        return [self.make(float(x)) for x in numbers]

    def is_one(self, x: Any) -> bool:
        """Whether an operation gave a Value that can be differentiated."""
        return isinstance(x, self.kind) or hasattr(x, self.backward_name)

    def data(self, value: Any) -> float:
        """The number of a Value; nan where it is none."""
        return _number(value.data)

    def grad(self, value: Any) -> float:
        """The gradient of a Value; 0 where it is None, nan where it is no number."""
        return 0.0 if value.grad is None else _number(value.grad)

    def backward(self, root: Any, limit: int = LIMIT) -> Watch:
        """Run a pass, under watch."""
        with Watch(limit) as watch:
            self.unwatched(root)
        return watch

    def unwatched(self, root: Any) -> None:
        """Run a pass, as fast as it goes."""
        contained(getattr(root, self.backward_name))()


def _number(x: Any) -> float:
    try:
        return float(x)
    except (TypeError, ValueError, OverflowError):
        return math.nan
