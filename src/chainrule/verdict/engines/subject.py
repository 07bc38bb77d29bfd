"""A class that is examined: how its Values are made and read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from ...errors import WrongType
from ..tables import said
from .watch import LIMIT, Endless, Watch, contained


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
        except Endless:
            raise WrongType(
                f"check_engine needs a class that is made of a number, but {self.name}(1.5) does "
                "not end.",
                remedy="Value(2.0) has to give a Value",
            ) from None
        except Exception as error:
            raise WrongType(
                f"check_engine needs a class that is made of a number, but {self.name}(1.5) "
                f"raised {said(error)}.",
                remedy="Value(2.0) has to give a Value",
            ) from error
        self.kind = type(value)
        missing = [name for name in ("data", "grad") if not hasattr(value, name)]
        self.backward_name = "backward" if hasattr(value, "backward") else "backwards"
        if not hasattr(value, self.backward_name):
            missing.append("backward()")
        if missing:
            raise WrongType(
                f"check_engine needs Values with data, grad and backward(); those of {self.name} "
                f"have no {' and no '.join(missing)}.",
                remedy="give them these names, as micrograd has them",
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
