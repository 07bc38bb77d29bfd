"""Adam, and Adam with decoupled weight decay."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from .memory import Memory, blend
from .optimizer import Optimizer
from .options import POSITIVE, Check, flag, pair
from .vectors import Floats


class Adam(Optimizer):
    """Momentum, and a step size of its own for each parameter: the running mean of the gradient,
    divided by the root of its mean square.

    Args:
        parameters: See `Optimizer`.
        lr: The learning rate; a number, or a function of the step such as `Cosine(0.1, 500)`. No
            parameter moves much further than this in a step.
        betas: How much of the mean and of the mean square is kept at each step, from 0 to below 1.
        eps: Added to the root to avoid division by 0.
        weight_decay: The factor of the penalty `weight_decay / 2 * p**2` of each parameter.
        amsgrad: Whether the largest mean square so far is used, so that steps never grow again.
        clip_norm: See `Optimizer`.
        clip_value: See `Optimizer`.

    Source: Kingma & Ba, Adam: a method for stochastic optimization (2015); Reddi et al., On the
        convergence of Adam and beyond (2018), in PyTorch's form.

    Example:
        >>> from chainrule import Value
        >>> x = Value(4.0)
        >>> optimizer = Adam([x], lr=0.5)
        >>> for _ in range(100):
        ...     optimizer.zero_grad()
        ...     ((x - 1) ** 2).backward()
        ...     optimizer.step()
        >>> round(x.data, 2)
        1.01
    """

    options: ClassVar[dict[str, Check]] = {
        **Optimizer.options,
        "betas": pair,
        "eps": POSITIVE,
        "amsgrad": flag,
    }
    betas: tuple[float, float]
    eps: float
    amsgrad: bool

    _is_decoupled: ClassVar[bool] = False

    def __init__(
        self,
        parameters: Any = None,
        lr: Any = 0.001,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        clip_norm: float | None = None,
        clip_value: float | None = None,
    ) -> None:
        super().__init__(
            parameters, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
            clip_norm=clip_norm, clip_value=clip_value,
        )  # fmt: skip

    def _update(self, x: Floats, g: Floats, memory: Memory, lr: float) -> None:
        decayed, move = memory.scratch
        if self._is_decoupled:
            x *= 1 - lr * self.weight_decay
        else:
            g = self._with_decay(x, g, decayed)
        by_mean, by_square = self.betas
        mean, square = memory["mean"], memory["mean_square"]
        blend(mean, g, by_mean, move)
        blend(square, np.multiply(g, g, out=move), by_square, move)
        if self.amsgrad:
            square = np.maximum(memory["peak_square"], square, out=memory["peak_square"])
        np.sqrt(square, out=move)
        move /= math.sqrt(1 - by_square**self.steps)  # both means began at 0
        move += self.eps
        np.divide(mean, move, out=move)
        move *= lr / (1 - by_mean**self.steps)
        x -= move


class AdamW(Adam):
    """Adam with decoupled weight decay: besides the step, each parameter shrinks by the fraction
    `lr * weight_decay`, which doesn't influence the running means.

    Args:
        parameters: See `Optimizer`.
        lr: See `Adam`.
        betas: See `Adam`.
        eps: See `Adam`.
        weight_decay: The fraction, times `lr`, by which each parameter shrinks in a step.
        amsgrad: See `Adam`.
        clip_norm: See `Optimizer`.
        clip_value: See `Optimizer`.

    Source: Loshchilov & Hutter, Decoupled weight decay regularization (2019).

    Example:
        >>> w = np.array([1.0, -2.0])
        >>> AdamW(w, lr=0.1, weight_decay=0.5).step([0.0, 0.0])
        >>> w.tolist()
        [0.95, -1.9]
    """

    _is_decoupled = True

    def __init__(self, parameters: Any = None, lr: Any = 0.001, *, weight_decay: float = 0.01,
                 **options: Any) -> None:  # fmt: skip
        super().__init__(parameters, lr, weight_decay=weight_decay, **options)
