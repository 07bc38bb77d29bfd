"""An operation that is put above or below another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .calls import Call
from .subject import Subject


@dataclass(frozen=True)
class Carrier:
    """An operation that is put above or below another one.

    Attributes:
        operation: The call of the operation, with one live operand.
        number: The other operand.
    """

    operation: Call
    number: float | None

    def apply(self, subject: Subject, value: Any) -> Any:
        """Do the operation on a Value."""
        return subject.apply(self.operation, *self.operands(value))

    def slope(self, x: float) -> float:
        """Its local derivative at a number."""
        return self.operation.partial(self.operation.live[0], *self.operands(x))

    def source(self, out: float) -> float:
        """The number that it turns into this one."""
        number = self.number or 0.0
        backwards = {"mul": lambda: out / number, "div": lambda: out * number, "neg": lambda: -out,
                     "add": lambda: out - number}  # fmt: skip
        if self.operation.row.name == "sub":
            return out + number if self.operation.live == (0,) else number - out
        return float(backwards[self.operation.row.name]())

    def operands(self, x: Any) -> tuple[Any, ...]:
        """All operands, x being the live one."""
        if self.number is None:
            return (x,)
        return (x, self.number) if self.operation.live == (0,) else (self.number, x)


def find_carriers(
    subject: Subject, numbers: Mapping[str, float | None], other_than: str = ""
) -> list[Carrier]:
    """The operations among these that are right so far, with their other operands."""
    carriers: dict[str, Carrier] = {}
    for call in subject.sound:
        name = call.row.name
        is_plain = name == "sub" and call.live == (0,)  # its slope of 1 hides what is forgotten
        if name in numbers and name != other_than and len(call.live) == 1 and not is_plain:
            carriers.setdefault(name, Carrier(call, numbers[name]))
    return [carriers[name] for name in numbers if name in carriers]
