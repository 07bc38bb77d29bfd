"""A class under examination: its Values, and the findings so far."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ...errors import WrongType
from ..result_table import error_text
from .calls import Call
from .recognition import find_names, find_tapes, leaf_arguments
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

    def __init__(
        self,
        make: Callable[..., Any],
        data: str = "",
        grad: str = "",
        backward: str | Callable[[Any], Any] = "",
    ) -> None:
        if not callable(make):
            raise WrongType(
                f"check_engine needs a class, but got {type(make).__name__}.",
                remedy="check_engine(Value)",
            )
        self.make = contain(make)
        self.arguments = leaf_arguments(make)
        self.name = str(getattr(make, "__name__", type(make).__name__))
        self.seed = 1.0  # the root's gradient, of which all gradients of a pass are multiples
        self.needs_seed = False  # the root's gradient has to be set before a pass
        self.needed: int | None = None  # how many arguments a pass insists on
        self.is_mute = False  # no gradient arrives even then, so no operation can be judged
        self.zeroes_leaves = False  # a pass sets the leaves' gradients to 0 first
        self.tolerance = SAME
        self.built_from: dict[str, set[str]] = {}  # the operations that each operation calls
        self.sound: list[Call] = []  # calls that are right so far, the plainest first
        try:
            with failures_of(f"{self.name}(1.5)"):
                value = self.make(1.5, **self.arguments)
        except Failure as failure:
            raise WrongType(
                f"check_engine needs a class that takes a number, but {failure}.",
                remedy="if it takes more than a number, give it a function: "
                "check_engine(lambda x: Value(x, ...))",
            ) from failure.__cause__
        self.kind = type(value)
        self.tapes = [(tape, len(tape) - 1) for tape in find_tapes(value)]
        self.data_name, self.grad_name, self.backward_name = find_names(
            value, self.name, data, grad, backward
        )

    def leaf(self, number: float) -> Any:
        """A new Value."""
        return self.make(number, **self.arguments)

    def rewind(self) -> None:
        """Take what earlier trials left on a tape off it, so that it doesn't grow without end."""
        for tape, length in self.tapes:
            del tape[length:]

    def is_value(self, x: Any) -> bool:
        """Whether a result is a Value that can be differentiated."""
        if isinstance(self.backward_name, str) and hasattr(x, self.backward_name):
            return True
        return isinstance(x, self.kind)

    def data(self, value: Any) -> float:
        """The number of a Value; nan where it isn't one."""
        return self._number(getattr(value, self.data_name, None))

    def grad(self, value: Any) -> float:
        """The gradient of a Value; 0 where it is None, nan where it isn't a number."""
        gradient = getattr(value, self.grad_name, None)
        return 0.0 if gradient is None else self._number(gradient)

    def set_grad(self, value: Any, gradient: float) -> None:
        """Write a gradient, as a Value where gradients are Values; raise Failure if that fails."""
        with failures_of(f"writing .{self.grad_name}"):
            before = getattr(value, self.grad_name, None)
            is_value = isinstance(before, self.kind)
            setattr(value, self.grad_name, self.make(gradient) if is_value else gradient)

    def _number(self, x: Any) -> float:
        for _ in range(3):  # a gradient may be a Value, and its number an array
            if isinstance(x, self.kind):
                x = getattr(x, self.data_name, None)
        if getattr(x, "size", None) == 1 and hasattr(x, "item"):
            x = x.item()
        try:
            return float(x)
        except (TypeError, ValueError, OverflowError):
            return math.nan

    def same(self, number: float, expected: float) -> bool:
        """Whether two numbers are equal as far as the class can be expected to compute them."""
        return math.isclose(number, expected, rel_tol=self.tolerance, abs_tol=self.tolerance)

    def watch_backward(self, root: Any) -> Watch:
        """Run a pass, and count its steps."""
        with Watch() as watch:
            self.backward(root)
        return watch

    def backward(self, root: Any) -> None:
        """Run a pass at full speed."""
        if not isinstance(self.backward_name, str):
            contain(self.backward_name)(root)
            return
        method = getattr(root, self.backward_name)
        if self.needed is None:
            self.needed = _needed(method)
        contain(method)(*[1.0] * self.needed)

    def run(self, root: Any) -> None:
        """Run a pass from a root's gradient of 1; raise Failure if that doesn't work."""
        with failures_of("backward()"):
            if self.needs_seed:
                self.set_grad(root, 1.0)
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


def _needed(method: Callable[..., Any]) -> int:
    """How many arguments a pass insists on, such as the root's gradient."""
    try:
        parameters = inspect.signature(method).parameters.values()
    except (TypeError, ValueError):
        return 0
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.default is p.empty and p.kind in positional for p in parameters)
