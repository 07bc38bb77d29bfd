"""What all optimizers share: parameters, the step, clipping, and their state."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from ...errors import ChoiceError, GraphError, ShapeError, WrongType, shorten
from ...numerals import counted
from .clipping import clip_together
from .memory import Memory
from .options import COUNT_FROM_0, FROM_0, Check, learning_rate, positive_or_none
from .vectors import Array, Floats, Values, read_parameters, refuse_infinite

Self = TypeVar("Self", bound="Optimizer")


class Optimizer:
    """The base class: it reads the gradients, applies the update rule of a subclass, and writes the
    parameters.

    A subclass implements the rule in `_update`, and adds its options to `options`.

    Args:
        parameters: A model, or a list or dict of its parameters: Values, or arrays of float64,
            which are overwritten. Without any, `fit` supplies those of its model.
        lr: The learning rate; a number, or a function of the number of steps taken so far.
        clip_norm: If the norm of all gradients together is above this, they are scaled down to it.
        clip_value: Each gradient is limited to plus or minus this number.
    """

    options: ClassVar[dict[str, Check]] = {
        "lr": learning_rate,
        "weight_decay": FROM_0,
        "clip_norm": positive_or_none,
        "clip_value": positive_or_none,
    }
    """Every option, with the check of what is written to it."""

    lr: float | Callable[[int], float]
    weight_decay: float
    clip_norm: float | None
    clip_value: float | None

    def __init__(self, parameters: Any, **options: Any) -> None:
        for name, x in options.items():
            setattr(self, name, x)
        self._bind(parameters)

    def __setattr__(self, name: str, x: Any) -> None:
        if name in self.options:
            self.options[name](name, x)
        object.__setattr__(self, name, x)

    def _bind(self, parameters: Any) -> None:
        """Take these parameters, and begin at step 0."""
        name = type(self).__name__
        self._vectors = [] if parameters is None else read_parameters(parameters, name)
        self._names = list(parameters) if isinstance(parameters, Mapping) else None
        self.steps = 0
        self._memories = [Memory(vector.shape) for vector in self._vectors]

    def over(self: Self, parameters: Any, values: Sequence[Any] | None = None) -> Self:
        """Return this optimizer, with its options and a copy of its state, for other parameters.

        Args:
            parameters: As many numbers as this optimizer's, as Values or arrays; or an array that
                stands for some of its Values.
            values: These Values, in the order of the array.

        Raises:
            ShapeError: One of these Values isn't a parameter of this optimizer.
        """
        other = copy.copy(self)
        other._bind(parameters)
        if self._vectors:
            state = self.state_dict()
            if values is not None:
                picked = self._indices(values)
                state |= {name: state[name][picked] for name in self._kept()}
            other.load_state_dict(state)
        return other

    def take_back(self, other: Self, values: Sequence[Any]) -> None:
        """Take the state back from an optimizer that `over` returned for these Values."""
        state, mine = other.state_dict(), self.state_dict()
        for name in other._kept():
            whole = mine.get(name, np.zeros(self.count))
            whole[self._indices(values)] = state[name]
            state[name] = whole
        self.load_state_dict(state)

    def _indices(self, values: Sequence[Any]) -> list[int]:
        """Where the numbers of these Values are among those of all parameters."""
        start, known = 0, {}
        for vector in self._vectors:
            if isinstance(vector, Values):
                known.update({id(p): start + i for i, p in enumerate(vector.values)})
            start += math.prod(vector.shape)
        missing = [p for p in values if id(p) not in known]
        if missing:
            raise ShapeError(
                f"the optimizer has {len(values) - len(missing)} of the {len(values)} parameters "
                f"to be trained; the first one missing is {shorten(missing[0])}.",
                remedy="give it the model, or set requires_grad = False for the others",
            )
        return [known[id(p)] for p in values]

    def _kept(self) -> list[str]:
        """The names of the arrays that are kept from step to step."""
        return list(self._memories[0]) if self._memories else []

    # ---- the step --------------------------------------------------------------------------------

    def step(self, gradients: Any = None) -> None:
        """Update every parameter once.

        A Value that the last backward pass didn't reach counts as one with gradient 0. If its
        `requires_grad` is False, it isn't changed at all.

        Args:
            gradients: A gradient for each parameter, in a list or dict like that of the parameters.
                Without it, the `grad` of each Value.

        Raises:
            GraphError: No parameter has a gradient.
            ShapeError: The gradients don't match the parameters in number or in shape.
            WrongType: A gradient is None, or isn't a number.
            NumberError: A gradient is nan or infinite. In this case nothing is changed.
        """
        if not self._vectors:
            raise ShapeError(
                f"{type(self).__name__} has no parameters to update.",
                remedy="give it a model: " + type(self).__name__ + "(model, ...)",
            )
        wanted = self._own_gradients() if gradients is None else list(self._split(gradients))
        for vector, g in zip(self._vectors, wanted):
            refuse_infinite(vector, g, "step")
        if self.clip_norm is not None or self.clip_value is not None:
            wanted = [g.copy() for g in wanted]
            clip_together(wanted, self.clip_norm, self.clip_value)
        lr = self.current_lr
        self.steps += 1
        for vector, g, memory in zip(self._vectors, wanted, self._memories):
            x = vector.read()
            self._update(x, g, memory, lr)
            vector.write(x, g)

    def _update(self, x: Floats, g: Floats, memory: Memory, lr: float) -> None:
        """Overwrite x by one step against the gradient g; `self.steps` is its number, from 1
        up."""
        raise NotImplementedError

    def _with_decay(self, x: Floats, g: Floats, out: Floats) -> Floats:
        """The gradient, with that of the penalty on large parameters if there is one."""
        if not self.weight_decay:
            return g
        return np.add(g, np.multiply(x, self.weight_decay, out=out), out=out)

    def _own_gradients(self) -> list[Floats]:
        """The gradients that the parameters hold."""
        gradients = []
        for vector in self._vectors:
            if isinstance(vector, Array):
                raise WrongType(
                    f"step needs the gradients of arrays, but got none for {vector.names[0]}.",
                    remedy="optimizer.step(gradients)",
                )
            gradients.append(vector.gradient())
        if not any(g.any() for g in gradients) and not any(
            vector.has_gradient() for vector in self._vectors if isinstance(vector, Values)
        ):
            raise GraphError(
                "step needs gradients, but no parameter has one.",
                remedy="call loss.backward() after zero_grad() and before step()",
            )
        return gradients

    def _split(self, gradients: Any) -> Iterator[Floats]:
        """The gradients that were handed over, an array for each vector."""
        vectors = self._vectors
        if isinstance(gradients, Mapping):
            gradients = self._in_order(gradients)
        elif len(vectors) == 1 and isinstance(vectors[0], Array):
            yield vectors[0].gradient_of(gradients)
            return
        elif not isinstance(gradients, (list, tuple, np.ndarray)):
            gradients = list(gradients) if isinstance(gradients, Iterable) else [gradients]
        count = sum(len(vector.names) for vector in vectors)
        if len(gradients) != count:
            raise ShapeError(
                f"step needs {count} gradients, one for each parameter, but got {len(gradients)}."
            )
        start = 0
        for vector in vectors:
            end = start + len(vector.names)
            yield vector.gradient_of(gradients[start:end])
            start = end

    def _in_order(self, gradients: Mapping[Any, Any]) -> list[Any]:
        """The gradients of a dict, in the order of the parameters."""
        names = self._names
        if names is None or set(gradients) != set(names):
            wanted = f"named {shorten(names)}" if names else "in a list, as the parameters are"
            raise ShapeError(f"step needs gradients {wanted}, but got {shorten(list(gradients))}.")
        return [gradients[name] for name in names]

    def zero_grad(self) -> None:
        """Reset the gradient of every Value. Arrays hold no gradients."""
        for vector in self._vectors:
            if isinstance(vector, Values):
                vector.forget_gradient()

    # ---- the learning rate, and the state --------------------------------------------------------

    @property
    def current_lr(self) -> float:
        """The learning rate of the next step, as a number even if `lr` is a function."""
        return self.lr_at(self.steps)

    def lr_at(self, steps: int) -> float:
        """The learning rate after so many steps, as a number even if `lr` is a function."""
        if not callable(self.lr):
            return float(self.lr)
        rate = self.lr(steps)
        FROM_0(f"the learning rate at step {steps}", rate)
        return float(rate)

    def state_dict(self) -> dict[str, Any]:
        """Return what a later run needs to continue with the same numbers.

        Returns:
            The optimizer's name, the number of steps, the options (without a learning rate that is
            a function), and copies of the arrays that it keeps, each with a number for every
            parameter.
        """
        options = {name: getattr(self, name) for name in self.options}
        return {
            "optimizer": type(self).__name__,
            "steps": self.steps,
            "options": {name: x for name, x in options.items() if not callable(x)},
            **{
                name: np.concatenate([memory[name].ravel() for memory in self._memories])
                for name in self._kept()
            },
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state that `state_dict` returned; the options are restored, too.

        Raises:
            ShapeError: The state is for a different number of parameters.
            ChoiceError: The state belongs to another kind of optimizer.
            WrongType: It isn't a dict.
        """
        mine = type(self).__name__
        if not isinstance(state, Mapping):
            raise WrongType(f"{mine} needs the dict of state_dict(), but got {shorten(state)}.")
        kept = dict(state)
        name, steps, options = (kept.pop(key, None) for key in ("optimizer", "steps", "options"))
        if name != mine or not isinstance(options, Mapping):
            raise ChoiceError(f"{mine} needs a state of {mine}, but got one of {shorten(name)}.")
        COUNT_FROM_0("steps", steps)
        count = self.count
        for name, array in kept.items():
            if np.shape(array) != (count,):
                raise ShapeError(
                    f"{mine} needs a state of {count} numbers, but its {name!r} has shape "
                    f"{np.shape(array)}."
                )
        for name in options.keys() & self.options.keys():
            setattr(self, name, options[name])
        self.steps = int(steps)
        self._memories = [Memory(vector.shape) for vector in self._vectors]
        start = 0
        for vector, memory in zip(self._vectors, self._memories):
            end = start + math.prod(vector.shape)
            for name, array in kept.items():
                memory[name][...] = np.reshape(array[start:end], vector.shape)
            start = end

    def overwrites(self, array: Floats) -> bool:
        """Whether a step changes this array."""
        return any(
            isinstance(vector, Array) and np.shares_memory(vector.array, array)
            for vector in self._vectors
        )

    @property
    def count(self) -> int:
        """How many numbers the parameters have."""
        return sum(math.prod(vector.shape) for vector in self._vectors)

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.options)
        return f"{type(self).__name__}({counted(self.count, 'parameter')}, {options})"
