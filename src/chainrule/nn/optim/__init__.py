"""Optimizers, which use gradients to update parameters; learning rate schedules; clipping.

Each update rule is written once, on float64 arrays. Parameters that are Values are read into such
an array and written back, so a network trained by hand and one trained by `fit` take the same
steps, bit for bit.
"""

from .adam import Adam as Adam, AdamW as AdamW
from .clipping import clip_grad_norm as clip_grad_norm, clip_grad_value as clip_grad_value
from .optimizer import Optimizer as Optimizer
from .rmsprop import RMSProp as RMSProp
from .schedules import (
    Constant as Constant,
    Cosine as Cosine,
    Exponential as Exponential,
    OneCycle as OneCycle,
    StepDecay as StepDecay,
    WarmUp as WarmUp,
)
from .sgd import SGD as SGD

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "Exponential",
    "OneCycle",
    "Optimizer",
    "RMSProp",
    "StepDecay",
    "WarmUp",
    "clip_grad_norm",
    "clip_grad_value",
]
