"""A program bound to memory: nothing is looked up, checked or allocated when it is called."""

from __future__ import annotations

from typing import Any

from ..derive.results import Task, form_of
from ..trace.structure import Array, Nest, Number, Spec, build, size
from .paths import Path, Paths


class Bound:
    """Value and gradient of a program at arguments that stay where they are.

    Attributes:
        arguments: Arrays in the form of the arguments. Write into them, then call. A number is an
            array of shape (): `bound.arguments[0][...] = 2.0`.
        gradient: Arrays in the form of the gradient; each call overwrites them.
    """

    def __init__(self, paths: Paths, task: Task, inputs: Any) -> None:
        path, self._outputs = paths.point(task, inputs)
        self._paths, self._task, self._inputs = paths, task, inputs
        self.arguments = views(Nest("tuple", paths.specs[:-1]), inputs)
        form = form_of(paths.specs, task)
        self.gradient = views(form, self._outputs[1:])
        self._value = self._outputs.item
        self._run = self._follow(path)

    def _follow(self, path: Path) -> Any:
        machine = path.ready(self._task).machine
        return machine.bind(self._inputs, self._outputs, self._otherwise)

    def _otherwise(self, code: int) -> None:
        """Go another way, since a condition has another answer."""
        path, outputs = self._paths.point(self._task, self._inputs)
        self._outputs[...] = outputs
        self._run = self._follow(path)

    def __call__(self) -> float:
        """Return the value at the arguments as they are now, and overwrite the gradient.

        Raises:
            PlaceError: `take` got an index outside of its table.
        """
        self._run()
        return self._value(0)  # type: ignore[no-any-return]  # a float


def views(spec: Spec, numbers: Any) -> Any:
    """Arrays onto numbers in memory, in the form of a tree.

    Args:
        spec: The form.
        numbers: A contiguous array. Shape (size(spec),).
    """
    start = 0

    def leaf(each: Number | Array) -> Any:
        nonlocal start
        first, start = start, start + size(each)
        shape = each.shape if isinstance(each, Array) else ()
        return numbers[first:start].reshape(shape)

    return build(spec, leaf)
