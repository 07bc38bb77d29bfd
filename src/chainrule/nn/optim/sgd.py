"""Stochastic gradient descent."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...errors import ChoiceError
from .memory import Memory
from .optimizer import Optimizer
from .options import FRACTION, FROM_0, Check, flag
from .vectors import Floats


class SGD(Optimizer):
    """Gradient descent: each parameter moves by `lr` times its gradient, downhill.

    With momentum it moves by a velocity instead, `velocity = momentum * velocity + gradient`, like
    a rolling ball. Without options a step is micrograd's `p.data -= lr * p.grad`, to the last bit.

    Args:
        parameters: See `Optimizer`.
        lr: The learning rate; a number, or a function of the step such as `Cosine(0.1, 500)`.
        momentum: How much of the velocity is kept at each step, from 0 up.
        dampening: How much of each gradient is left out of the velocity, from 0 to 1.
        weight_decay: The factor of the penalty `weight_decay / 2 * p**2` of each parameter.
        nesterov: Whether the gradient is taken as if the velocity had already been followed
            (Nesterov's momentum). It needs momentum, and no dampening.
        clip_norm: See `Optimizer`.
        clip_value: See `Optimizer`.

    Source: Sutskever et al., On the importance of initialization and momentum in deep learning
        (2013), in PyTorch's form.

    Example:
        >>> from chainrule import Value
        >>> x = Value(4.0)
        >>> optimizer = SGD([x], lr=0.25)
        >>> (x**2).backward()
        >>> optimizer.step()
        >>> x.data
        2.0
    """

    options: ClassVar[dict[str, Check]] = {
        **Optimizer.options,
        "momentum": FROM_0,
        "dampening": FRACTION,
        "nesterov": flag,
    }
    momentum: float
    dampening: float
    nesterov: bool

    def __init__(
        self,
        parameters: Any = None,
        lr: Any = 0.01,
        *,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        clip_norm: float | None = None,
        clip_value: float | None = None,
    ) -> None:
        if nesterov and (momentum == 0 or dampening != 0):
            raise ChoiceError(
                "Nesterov's momentum needs a positive momentum and no dampening, but momentum is "
                f"{momentum} and dampening is {dampening}."
            )
        super().__init__(
            parameters, lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
            nesterov=nesterov, clip_norm=clip_norm, clip_value=clip_value,
        )  # fmt: skip

    def _update(self, x: Floats, g: Floats, memory: Memory, lr: float) -> None:
        decayed, move = memory.scratch
        g = self._with_decay(x, g, decayed)
        if self.momentum:
            velocity = memory["velocity"]
            if self.steps == 1:
                velocity[...] = g
            else:
                velocity *= self.momentum
                velocity += np.multiply(g, 1 - self.dampening, out=move)
            if self.nesterov:
                np.multiply(velocity, self.momentum, out=move)
                g = np.add(g, move, out=move)
            else:
                g = velocity
        x -= np.multiply(g, lr, out=move)
