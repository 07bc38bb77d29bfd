"""What a tracer answers because a NumPy scalar does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

from ...engine.kinds import WHOLE
from ...engine.protocol import NumPyProtocol
from ...engine.spellings import Spellings


class Scalar(NumPyProtocol, Spellings):
    """The attributes and methods of a NumPy scalar, which is an array of 0 dimensions."""

    __slots__ = ()

    shape: tuple[int, ...] = ()
    ndim = 0
    size = 1

    @property
    def dtype(self) -> Any:
        """float64, int64 or bool."""
        from ...numpy.elements import KINDS, OBJECT, is_called_by_numpy, kind_of

        return OBJECT if is_called_by_numpy() else KINDS[kind_of(self)]

    @property
    def T(self) -> Any:
        """The number itself."""
        return self

    real = T

    @property
    def imag(self) -> float:
        """0.0."""
        return 0.0

    def __round__(self, digits: int | None = None) -> Any:
        return self.round(digits or 0)

    def round(self, decimals: int = 0, out: Any = None) -> Any:
        """The number rounded to the nearest one with so many decimals; halves to the even one."""
        import numpy as np

        return np.round(self, decimals)  # type: ignore[call-overload]  # NumPy asks the tracer

    def astype(self, dtype: Any, **keywords: Any) -> Any:
        """The number as a float, a whole number or a condition."""
        from ...numpy.arrays import astype

        return astype(self, dtype)

    def reshape(self, *shape: Any, **keywords: Any) -> Any:
        """An array of one element with this shape."""
        import numpy as np

        return np.reshape(self, shape[0] if len(shape) == 1 else shape)  # type: ignore[call-overload]

    def flatten(self, *arguments: Any) -> Any:
        """An array of one element."""
        return self.reshape(-1)

    ravel = flatten

    __iter__ = None  # or Python would try one index after the other

    def __getitem__(self, index: Any) -> Any:
        from ...numpy.arrays import array

        return array(self)[index]

    def compress(self, condition: Any, *arguments: Any) -> Any:
        """An array of the number, or of none, as the condition selects."""
        import numpy as np

        return np.compress(condition, self, *arguments)  # type: ignore[call-overload]

    def _itself(self, *arguments: Any, **keywords: Any) -> Any:
        """The number itself, whichever axis is named."""
        return self

    sum = prod = mean = copy = squeeze = transpose = conj = conjugate = _itself

    def any(self, *arguments: Any, **keywords: Any) -> Any:
        """Whether it isn't 0, as a condition."""
        return self.__ne__(0)

    all = any

    def _order(self, numbers: Sequence[Any]) -> list[Any]:
        """The positions of numbers in increasing order, as tracers."""
        from .ordering import order
        from .recording import nodes_of

        tape = self.tape  # type: ignore[attr-defined]  # a tracer has one
        nodes = order(tape, nodes_of(tape, numbers))
        return [type(self)(tape, node, WHOLE) for node in nodes]  # type: ignore[call-arg]


def _method(name: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **keywords: Any) -> Any:
        import numpy as np

        return getattr(np, name)(self, *arguments, **keywords)

    method.__name__ = name
    method.__doc__ = f"`numpy.{name}` of the number."
    return method


for _name in (
    "argmax", "argmin", "argsort", "cumprod", "cumsum", "diagonal", "nonzero", "repeat", "std",
    "swapaxes", "take", "trace", "var",
):  # fmt: skip
    setattr(Scalar, _name, _method(_name))


def equip(kind: type) -> None:
    """Give the compiled tracer, which can't inherit from a class in Python without becoming larger
    and slower, the attributes of a scalar."""
    for home in Scalar.__mro__[:-1]:
        for name, x in vars(home).items():
            if name not in vars(kind) and name not in ("__slots__", "__module__"):
                setattr(kind, name, x)
    Real.register(kind)
