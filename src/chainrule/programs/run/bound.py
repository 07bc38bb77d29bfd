"""A program bound to memory: its calls look nothing up, check nothing and allocate nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..derive.results import Transform
from ..trace.structure import Nest, views
from .paths import Path, Paths

if TYPE_CHECKING:
    from .layout import Floats


class Bound:
    """Value and gradient of a program at arguments that stay at one address.

    Attributes:
        arguments: Arrays with the structure of the arguments. Write into them, then call. A number
            is an array of shape (): `bound.arguments[0][...] = 2.0`.
        gradient: Arrays with the structure of the gradient; each call overwrites them.
    """

    def __init__(self, paths: Paths, transform: Transform, inputs: Floats) -> None:
        path, self._outputs = paths.point(transform, inputs)
        self._paths, self._transform, self._inputs = paths, transform, inputs
        self.arguments = views(Nest("tuple", paths.structures[:-1]), inputs)
        self.gradient = views(transform.structure(paths.structures), self._outputs[1:])
        self._value = self._outputs.item
        self._run = self._follow(path)

    def _follow(self, path: Path) -> Callable[[], object]:
        machine = path.ready(self._transform).machine
        return machine.bind(self._inputs, self._outputs, self._change_path)

    def _change_path(self, code: int) -> None:
        """Follow another path, because a condition has another outcome."""
        path, outputs = self._paths.point(self._transform, self._inputs)
        self._outputs[...] = outputs
        self._run = self._follow(path)

    def __call__(self) -> float:
        """Return the value at the current arguments, and overwrite the gradient.

        Raises:
            PlaceError: `take` got an index outside of its table.
        """
        self._run()
        return self._value(0)
