"""What the Values of both engines share beside `Node`: copies, and what a Value refuses."""

from __future__ import annotations

from typing import Any

from .copies import copy_value, deepcopy_value, reduce_value
from .derived import derive_operators
from .node import Node, is_engine
from .protocol import NumPyProtocol
from .refusals import check_subclass, not_a_plain_number
from .spellings import Spellings


class Face(Node, NumPyProtocol, Spellings):
    """The base class of both Values."""

    __slots__ = ()

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if not is_engine(cls):
            check_subclass(cls)
            derive_operators(cls)

    def __float__(self) -> float:
        raise not_a_plain_number()

    __int__ = __float__

    def __divmod__(self, y: Any) -> Any:
        return self // y, self % y

    def __rdivmod__(self, x: Any) -> Any:
        return x // self, x % self

    __reduce_ex__ = reduce_value
    __deepcopy__ = deepcopy_value
    __copy__ = copy_value
