"""The arguments of a function as a list of named numbers, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import compress, product
from numbers import Real
from typing import Any, NamedTuple

from ..errors import WrongType, shorten
from ..programs.trace.containers import Opened, closed, opened
from ..verdict.engines.subject import has_pass
from ..verdict.gradients.arguments import argument_names


class Element(NamedTuple):
    """One number to differentiate with respect to.

    Attributes:
        name: Such as `x`, `xs[0]` or `weights[2, 1]`.
        argnum: The argument that it is in.
        holder: The number itself, or somebody's Value that holds it.
    """

    name: str
    argnum: int
    holder: Any


class Point:
    """The arguments of one call.

    What counts are the Values if there are any, else the floats, and the ints only where there is
    nothing else: in `f(x, n)` with a float and an int, the int is a count or an index.
    """

    def __init__(self, f: Callable[..., Any], arguments: Sequence[Any]) -> None:
        self.arguments = arguments
        names = argument_names(f, len(arguments))
        every = [
            Element(name, argnum, holder)
            for argnum, (top, x) in enumerate(zip(names, arguments))
            for name, holder in _elements(top, x)
        ]
        self.counts: Callable[[Any], bool] = next(
            (x for x in (is_own_value, _is_float, _is_int) if any(x(y.holder) for y in every)),
            is_own_value,
        )
        self.elements = [x for x in every if self.counts(x.holder)]

    @property
    def argnums(self) -> tuple[int, ...]:
        """The arguments with something to differentiate with respect to."""
        return tuple(dict.fromkeys(x.argnum for x in self.elements))

    def rebuild(self, numbers: Sequence[Any]) -> list[Any]:
        """The arguments with these instead of the elements."""
        rest = iter(numbers)
        return [self._rebuild(x, rest) for x in self.arguments]

    def _rebuild(self, x: Any, rest: Iterator[Any]) -> Any:
        if (container := _container(x)) is not None:
            return closed(container, [self._rebuild(part, rest) for part in container.parts])
        if not _is_array(x):
            return next(rest) if self.counts(x) else x
        import numpy as np

        if not any(map(self.counts, x.ravel())):
            return x
        parts = [next(rest) if self.counts(part) else part for part in x.ravel()]
        if all(isinstance(part, (float, int)) for part in parts):
            return np.array(parts, dtype=float).reshape(x.shape)
        from ..numpy import array

        return array(parts).reshape(x.shape)

    def gradients(self, trees: Sequence[Any]) -> list[Any]:
        """What stands in gradients, one for each argument in `argnums`, where the elements are."""
        return [
            part
            for argnum, tree in zip(self.argnums, trees)
            for part in self._gradients(self.arguments[argnum], tree)
        ]

    def _gradients(self, x: Any, tree: Any) -> Iterator[Any]:
        container = _container(x)
        if container is not None:
            other = _container(tree)
            for part, below in zip(container.parts, other.parts if other else ()):
                yield from self._gradients(part, below)
        elif _is_array(x):
            counted = [*map(self.counts, x.ravel())]
            parts = tree.ravel() if any(counted) and hasattr(tree, "ravel") else ()
            yield from compress(parts, counted) if len(parts) == len(counted) else parts
        elif self.counts(x):
            yield tree


def is_own_value(x: Any) -> bool:
    """Whether x is a Value: of chainrule, or of somebody's class with a backward pass."""
    if isinstance(x, (Real, str, type(None))) or hasattr(x, "dtype"):
        return False
    return has_pass(type(x))


def _is_float(x: Any) -> bool:
    return isinstance(x, Real) and not isinstance(x, int) and not hasattr(x, "__index__")


def _is_int(x: Any) -> bool:
    return isinstance(x, Real) and not isinstance(x, bool)


def _container(x: Any) -> Opened | None:
    return None if is_own_value(x) else opened(x, "an argument")


def _is_array(x: Any) -> bool:
    return bool(hasattr(getattr(x, "dtype", None), "kind") and getattr(x, "ndim", 0))


def _elements(name: str, x: Any) -> Iterator[tuple[str, Any]]:
    """Everything in an argument that isn't a container, with its name."""
    if (container := _container(x)) is not None:
        for key, part in zip(container.keys or range(len(container.parts)), container.parts):
            is_field = container.kind == "dataclass"
            yield from _elements(f"{name}.{key}" if is_field else f"{name}[{key!r}]", part)
    elif _is_array(x):
        if x.dtype.kind == "c":
            raise _complex(name, x)
        for index in product(*map(range, x.shape)):
            yield f"{name}[{', '.join(map(str, index))}]", x[index]
    elif isinstance(x, complex):
        raise _complex(name, x)
    else:
        yield name, x


def _complex(name: str, x: Any) -> WrongType:
    return WrongType(
        f"assert_gradients needs real numbers, but {name} is {shorten(x)}.",
        remedy="pass the real and the imaginary part as two arguments",
    )
