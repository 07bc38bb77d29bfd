"""What the Values of both engines share in Python: rare questions, and copies."""

from __future__ import annotations

import math
from typing import Any

from ..table.rules import RULES
from .copies import copy_value, deepcopy_value, reduce_value
from .node import STATES, Fields, Node, is_engine
from .refusals import check_subclass, not_a_plain_number


class Face(Node):
    """The part of a Value where speed does not matter."""

    __slots__ = ()

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if not is_engine(cls):
            check_subclass(cls)

    @property
    def name(self) -> Any:
        """The label, under the name that some call it by."""
        return self.label

    @name.setter
    def name(self, label: Any) -> None:
        self.label = label

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __float__(self) -> float:
        raise not_a_plain_number()

    __int__ = __float__

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.data, digits)

    def __floor__(self) -> Any:
        return math.floor(self.data)

    def __ceil__(self) -> Any:
        return math.ceil(self.data)

    def __trunc__(self) -> Any:
        return math.trunc(self.data)

    def _fields(self) -> Fields:
        state = STATES.index(self.grad_state)
        rule, partials = RULES[self._rule].name, self._local_grads
        return Fields(
            self.data, self.grad, rule, partials, self._kind, state, self.passes, self.scope
        )

    def __reduce_ex__(self, protocol: Any) -> Any:
        return reduce_value(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return deepcopy_value(self, memo)

    def __copy__(self) -> Any:
        return copy_value(self)
