"""The base class of everything that has parameters, and whether a model is being trained."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Any

from ..engine.twin import Value
from .parameters import named_parameters, walk
from .state import load_state_dict, state_dict

if TYPE_CHECKING:
    from typing_extensions import Self

    from .state import State


class Module:
    """The base class of everything that has parameters.

    A subclass says in `__call__` what it computes for one row of inputs, and in `parameters` which
    Values to train.

    Attributes:
        training: Whether the model is in training mode, which matters to dropout, for example. True
            until `eval()` or `fit` sets it to False.

    Example:
        >>> class Line(Module):
        ...     def __init__(self):
        ...         self.a, self.b = Value(1.0), Value(0.0)
        ...     def __call__(self, x):
        ...         return self.a * x + self.b
        ...     def parameters(self):
        ...         return [self.a, self.b]
        >>> list(Line().named_parameters())
        ['a', 'b']
    """

    training = True

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter."""
        for p in self.parameters():
            p.grad = None

    def parameters(self) -> list[Value]:
        """Return the parameters, always in the same order."""
        return []

    def named_parameters(self) -> dict[str, Value]:
        """Return the parameters by their names; see `chainrule.nn.named_parameters`."""
        return named_parameters(self)

    def state_dict(self) -> State:
        """Return the numbers of the parameters; see `chainrule.nn.state_dict`."""
        return state_dict(self)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite the numbers of the parameters; see `chainrule.nn.load_state_dict`."""
        load_state_dict(self, state)

    def train(self, mode: bool = True) -> Self:
        """Switch the model, and every module in it, to training mode. Returns the model."""
        set_training(self, mode)
        return self

    def eval(self) -> Self:
        """Switch the model to evaluation mode, in which dropout passes everything on."""
        return self.train(False)


def set_training(model: Any, mode: bool) -> None:
    """Set `training` of everything in a model that has it: modules, and objects of people's own
    classes."""
    for _, content in list(walk(model)):
        attributes = getattr(content, "__dict__", {})
        if isinstance(content, Module) or isinstance(attributes.get("training"), bool):
            attributes["training"] = mode


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Say that a model isn't being trained, inside a `with` block."""
    parts = [getattr(part, "__dict__", {}) for _, part in walk(model)]
    before = [part.get("training") for part in parts]
    try:
        set_training(model, False)
        yield
    finally:
        for part, mode in zip(parts, before):
            if mode is not None:
                part["training"] = mode
            elif "training" in part:
                del part["training"]


# ---- random numbers in a forward pass ------------------------------------------------------------


class _Source(local):
    """Where random numbers come from in this thread, instead of the generators of the modules."""

    draw: Any = None


_source = _Source()


def uniform(count: int, generator: random.Random) -> Sequence[Any]:
    """Return random numbers for a forward pass, uniformly distributed from 0 to 1 (exclusive).

    A module that is random, such as dropout, takes them from here. In an ordinary call the
    generator draws them. While `fit` records the model, they are inputs of the recording, and `fit`
    draws new ones for each row of each step; so compare them with `where`, not with `if`:

        keep = [where(u < self.p, 0.0, 1 / (1 - self.p)) for u in uniform(len(x), self.generator)]

    Args:
        count: How many numbers.
        generator: The seeded generator of the module.

    Returns:
        `count` numbers.
    """
    if _source.draw is not None:
        drawn: Sequence[Any] = _source.draw(count)
        return drawn
    return [generator.random() for _ in range(count)]


@contextmanager
def drawing_from(draw: Any) -> Iterator[None]:
    """Let `uniform(count, ...)` return `draw(count)` inside a `with` block, in this thread."""
    before, _source.draw = _source.draw, draw
    try:
        yield
    finally:
        _source.draw = before
