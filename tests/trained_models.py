"""Models that are trained in tests, as people write them."""

from __future__ import annotations

import random

import chainrule as cr
from chainrule import Value, nn
from chainrule.nn.module import uniform


def mlp(*sizes, seed=3):
    random.seed(seed)
    return nn.MLP(sizes[0], list(sizes[1:]))


def numbers(model):
    return [p.data for p in model.parameters()]


def half_squares(parameters):
    return 0.5 * sum(p * p for p in parameters)


class Line:
    """A student's own model: no base class, no check of the number of inputs."""

    def __init__(self, *start):
        self.w = [Value(x) for x in start]

    def __call__(self, x):
        return sum(wi * xi for wi, xi in zip(self.w, x))

    def parameters(self):
        return self.w


class Leaky(Line):
    """Its forward pass branches on the data."""

    def __call__(self, x):
        z = super().__call__(x)
        return z if z > 0 else 0.1 * z


class Noisy(nn.Module):
    """Dropout of the sum of the inputs."""

    def __init__(self):
        self.w, self.generator = Value(1.0), random.Random(1)

    def __call__(self, x):
        if not self.training:
            return self.w * sum(x)
        (u,) = uniform(1, self.generator)
        return cr.where(u < 0.5, 0.0, 2.0) * self.w * sum(x)

    def parameters(self):
        return [self.w]
