"""What is called at the end of each epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import WrongType, shorten
from ...numerals import format_short
from .history import History


@dataclass(repr=False)
class Epoch:
    """An epoch that has just ended; the argument of each callback.

    The model's parameters have their new numbers, so it can be called, drawn and explained.

    Attributes:
        number: The number of the epoch, from 1 up.
        model: The model.
        history: The history so far, this epoch included.
        numbers: The loss, the validation loss, the metrics and the learning rate of this epoch, by
            name.
        stop_reason: Why the training should end; empty if it should continue.
    """

    number: int
    model: Any
    history: History
    numbers: dict[str, float]
    stop_reason: str = ""

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name} {format_short(x)}" for name, x in self.numbers.items())
        return f"<Epoch {self.number}: {numbers}>"

    @property
    def loss(self) -> float:
        """The loss of this epoch."""
        return self.numbers["loss"]

    def stop(self, reason: str = "stopped by a callback") -> None:
        """End the training after this epoch.

        Args:
            reason: Becomes `history.stopped`.

        Raises:
            WrongType: The reason is empty, or isn't a string.
        """
        if not isinstance(reason, str) or not reason:
            raise WrongType(
                f"stop needs a reason, a string that isn't empty, but got {shorten(reason)}."
            )
        self.stop_reason = reason


Callback = Callable[[Epoch], Any]
