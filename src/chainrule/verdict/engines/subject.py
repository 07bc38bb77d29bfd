"""A class under examination: its Values, and the findings so far."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ...errors import WrongType
from ..result_table import error_text
from .calls import Call
from .watchdog import Endless, Watch, contain

SAME = 1e-5
"""Relative difference up to which two numbers are the same; single precision passes."""


PASS = re.compile(r"^[^_].*back_?(ward|prop)|^back_?(ward|prop)", re.IGNORECASE)
"""How a method for the backward pass may be called."""


class Refused(Exception):
    """The class doesn't have an operation, or refuses to do it."""


class Failure(Exception):
    """Code of the class broke, or didn't end."""


@contextmanager
def failures_of(what: str) -> Iterator[None]:
    """Turn everything that the class's code raises into a Failure that says what failed."""
    try:
        yield
    except Endless:
        raise Failure(f"{what} doesn't end") from None
    except Exception as error:
        raise Failure(f"{what} raised {error_text(error)}") from error


class Subject:
    """A micrograd-like class, or any other callable that makes a Value of a number."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self.make = contain(make)
        self.name = str(getattr(make, "__name__", type(make).__name__))
        self.seed = 1.0  # the root's gradient, of which all gradients of a pass are multiples
        self.needs_seed = False  # the root's gradient has to be set before a pass
        self.is_mute = False  # no gradient arrives even then, so no operation can be judged
        self.built_from: dict[str, set[str]] = {}  # the operations that each operation calls
        self.sound: list[Call] = []  # calls that are right so far, the plainest first
        if not callable(make):
            raise WrongType(
                f"check_engine needs a class, but got {type(make).__name__}.",
                remedy="check_engine(Value)",
            )
        try:
            with failures_of(f"{self.name}(1.5)"):
                value = self.make(1.5)
        except Failure as failure:
            raise WrongType(
                f"check_engine needs a class that takes a number, but {failure}.",
                remedy="Value(2.0) has to return a Value",
            ) from failure.__cause__
        self.kind = type(value)
        missing = [name for name in ("data", "grad") if not hasattr(value, name)]
        self.backward_name = "backward" if hasattr(value, "backward") else "backwards"
        if not hasattr(value, self.backward_name):
            missing.append("backward()")
        if missing:
            raise WrongType(
                f"check_engine needs Values with data, grad and backward(); those of {self.name} "
                f"have no {' and no '.join(missing)}.",
                remedy="give them these names, as in micrograd",
            )

    def leaf(self, number: float) -> Any:
        """A new Value."""
        return self.make(float(number))

    def is_value(self, x: Any) -> bool:
        """Whether a result is a Value that can be differentiated."""
        return isinstance(x, self.kind) or hasattr(x, self.backward_name)

    def data(self, value: Any) -> float:
        """The number of a Value; nan where it isn't one."""
        return _number(value.data)

    def grad(self, value: Any) -> float:
        """The gradient of a Value; 0 where it is None, nan where it isn't a number."""
        return 0.0 if value.grad is None else _number(value.grad)

    def watch_backward(self, root: Any) -> Watch:
        """Run a pass, and count its steps."""
        with Watch() as watch:
            self.backward(root)
        return watch

    def backward(self, root: Any) -> None:
        """Run a pass at full speed."""
        contain(getattr(root, self.backward_name))()

    def run(self, root: Any) -> None:
        """Run a pass from a root's gradient of 1; raise Failure if that doesn't work."""
        with failures_of("backward()"):
            if self.needs_seed:
                root.grad = 1.0
            self.watch_backward(root)

    def apply(self, call: Call, *operands: Any) -> Any:
        """Apply an operation; raise Failure if that doesn't work with these operands."""
        with failures_of(call.words):
            return call(*operands)


def has_pass(kind: type) -> bool:
    """Whether a class has a method for the backward pass, under one of the usual names."""
    return any(PASS.search(name) for name in dir(kind))


def same(number: float, expected: float) -> bool:
    """Whether two numbers are equal as far as such a class can be expected to compute them."""
    return math.isclose(number, expected, rel_tol=SAME, abs_tol=SAME)


def _number(x: Any) -> float:
    try:
        return float(x)
    except (TypeError, ValueError, OverflowError):
        return math.nan
