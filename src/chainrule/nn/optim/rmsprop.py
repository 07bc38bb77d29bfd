"""RMSProp."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .memory import Memory, blend
from .optimizer import Optimizer
from .options import BELOW_1, FROM_0, POSITIVE, Check, flag
from .vectors import Floats


class RMSProp(Optimizer):
    """Gradient descent with a step size of its own for each parameter: the gradient is divided by
    the root of its mean square over recent steps.

    Args:
        parameters: See `Optimizer`.
        lr: The learning rate; a number, or a function of the step such as `Cosine(0.1, 500)`.
        alpha: How much of the mean square is kept at each step, from 0 to below 1.
        eps: Added to the root to avoid division by 0.
        weight_decay: The factor of the penalty `weight_decay / 2 * p**2` of each parameter.
        momentum: How much of the velocity is kept at each step, from 0 up.
        centered: Whether the variance is used instead of the mean square.
        clip_norm: See `Optimizer`.
        clip_value: See `Optimizer`.

    Source: Hinton, Neural Networks for Machine Learning, lecture 6e; centered in Graves, Generating
        Sequences With Recurrent Neural Networks (2013).

    Example:
        >>> w = np.array([4.0, -4.0])
        >>> RMSProp(w, lr=0.1, alpha=0.0).step([2.0, -500.0])
        >>> w.round(6).tolist()
        [3.9, -3.9]
    """

    options: ClassVar[dict[str, Check]] = {
        **Optimizer.options,
        "alpha": BELOW_1,
        "eps": POSITIVE,
        "momentum": FROM_0,
        "centered": flag,
    }
    alpha: float
    eps: float
    momentum: float
    centered: bool

    def __init__(
        self,
        parameters: Any = None,
        lr: Any = 0.01,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        clip_norm: float | None = None,
        clip_value: float | None = None,
    ) -> None:
        super().__init__(
            parameters, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum,
            centered=centered, clip_norm=clip_norm, clip_value=clip_value,
        )  # fmt: skip

    def _update(self, x: Floats, g: Floats, memory: Memory, lr: float) -> None:
        decayed, move = memory.scratch
        g = self._with_decay(x, g, decayed)
        square = memory["mean_square"]
        blend(square, np.multiply(g, g, out=move), self.alpha, move)
        if self.centered:
            mean = memory["mean"]
            blend(mean, g, self.alpha, move)
            np.subtract(square, np.multiply(mean, mean, out=move), out=move)
            np.sqrt(np.maximum(move, 0.0, out=move), out=move)  # rounding may leave less than 0
        else:
            np.sqrt(square, out=move)
        move += self.eps
        np.divide(g, move, out=move)
        if self.momentum:
            velocity = memory["velocity"]
            velocity *= self.momentum
            velocity += move
            np.multiply(velocity, lr, out=move)
        else:
            move *= lr
        x -= move
