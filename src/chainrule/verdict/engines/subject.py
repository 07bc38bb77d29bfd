"""A class under examination: how its Values are made, used and read, and what is known of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...errors import WrongType
from ..result_table import error_text
from .calls import Call
from .watchdog import LIMIT, Endless, Watch, contain

SAME = 1e-5
"""Relative difference up to which two numbers are the same; single precision passes."""


class Refused(Exception):
    """The class doesn't have an operation, or refuses to do it."""


class Failure(Exception):
    """Code of the class that broke, or didn't end."""


class Subject:
    """A micrograd-like class.

    Args:
        make: The class, or whatever makes a Value of a number.

    Attributes:
        seed: What the gradients of a pass are multiples of; 1 where the root's gradient is 1.
        needs_seed: Whether the root's gradient has to be set before a pass.
        is_mute: Whether no gradient arrives even so, and no operation can be judged.
        built_from: For an operation the operations that it was seen to call.
        sound: The calls of operations that are right so far, the plainest first.

    Raises:
        WrongType: It cannot be used so, or its Values have no data, grad and backward.
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        self.make = contain(make)
        self.name = str(getattr(make, "__name__", type(make).__name__))
        self.seed = 1.0
        self.needs_seed = False
        self.is_mute = False
        self.built_from: dict[str, set[str]] = {}
        self.sound: list[Call] = []
        value = self._make_first(make)
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

    def _make_first(self, make: Callable[..., Any]) -> Any:
        """The first Value, which shows whether the class can be used at all."""
        if not callable(make):
            raise WrongType(
                f"check_engine needs a class, but got {type(make).__name__}.",
                remedy="check_engine(Value)",
            )
        cause: Exception | None = None
        try:
            return self.make(1.5)
        except Endless:
            failure = "doesn't end"
        except Exception as error:
            cause, failure = error, f"raised {error_text(error)}"
        raise WrongType(
            f"check_engine needs a class that takes a number, but {self.name}(1.5) {failure}.",
            remedy="Value(2.0) has to give a Value",
        ) from cause

    def leaf(self, number: float) -> Any:
        """A new Value."""
        return self.make(float(number))

    def leaves(self, numbers: Iterable[float]) -> list[Any]:
        """New Values."""
        return [self.leaf(x) for x in numbers]

    def operands(self, call: Call, probe: Sequence[float]) -> list[Any]:
        """Values for the live operands of a call, and plain numbers for the others."""
        return [self.leaf(x) if argnum in call.live else x for argnum, x in enumerate(probe)]

    def is_value(self, x: Any) -> bool:
        """Whether an operation gave a Value that can be differentiated."""
        return isinstance(x, self.kind) or hasattr(x, self.backward_name)

    def data(self, value: Any) -> float:
        """The number of a Value; nan where it isn't one."""
        return _number(value.data)

    def grad(self, value: Any) -> float:
        """The gradient of a Value; 0 where it is None, nan where it isn't a number."""
        return 0.0 if value.grad is None else _number(value.grad)

    def watch_backward(self, root: Any, limit: int = LIMIT) -> Watch:
        """Run a pass, and count its steps."""
        with Watch(limit) as watch:
            self.backward(root)
        return watch

    def backward(self, root: Any) -> None:
        """Run a pass at full speed."""
        contain(getattr(root, self.backward_name))()

    def run(self, root: Any) -> None:
        """Run a pass from a root's gradient of 1.

        Raises:
            Failure: It raised something, or didn't end.
        """
        try:
            if self.needs_seed:
                root.grad = 1.0
            self.watch_backward(root)
        except Endless:
            raise Failure("backward() doesn't end") from None
        except Exception as error:
            raise Failure(f"backward() raised {error_text(error)}") from error

    def apply(self, call: Call, *operands: Any) -> Any:
        """Do an operation that was done before with other numbers.

        Raises:
            Failure: This time it raised something, or didn't end.
        """
        try:
            return call(*operands)
        except Endless:
            raise Failure(f"{call.words} doesn't end") from None
        except Exception as error:
            raise Failure(f"{call.words} raised {error_text(error)}") from error


def same(number: float, expected: float) -> bool:
    """Whether two numbers are equal as far as such a class can be expected to compute them."""
    return math.isclose(number, expected, rel_tol=SAME, abs_tol=SAME)


def _number(x: Any) -> float:
    try:
        return float(x)
    except (TypeError, ValueError, OverflowError):
        return math.nan
