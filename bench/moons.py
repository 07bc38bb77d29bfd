"""How long is one training step of micrograd's demo (two moons, 100 rows, 16 + 16 + 1 neurons)?"""

from __future__ import annotations

import importlib
import math
import random
from typing import Any

from .timing import Row, answer, compare, steps, versus


def two_moons(rows: int) -> tuple[list[list[float]], list[int]]:
    """Two interleaved half circles with a little noise, labelled -1 and 1."""
    noise = random.Random(1)
    points, labels = [], []
    for i in range(rows):
        angle = math.pi * noise.random()
        upper = i % 2 == 0
        x = math.cos(angle) if upper else 1 - math.cos(angle)
        y = math.sin(angle) if upper else 0.5 - math.sin(angle)
        points.append([x + noise.gauss(0, 0.1), y + noise.gauss(0, 0.1)])
        labels.append(-1 if upper else 1)
    return points, labels


class Demo:
    """The training loop of the demo; only the name of the package differs."""

    def __init__(self, package: str) -> None:
        self.Value = importlib.import_module(f"{package}.engine").Value
        random.seed(1337)
        self.model = importlib.import_module(f"{package}.nn").MLP(2, [16, 16, 1])
        self.points, self.labels = two_moons(100)
        self.steps = 0

    def step(self) -> float:
        """One full training step. Returns the loss."""
        loss = self.loss()
        self.model.zero_grad()
        loss.backward()
        rate = 1.0 - 0.9 * self.steps / 100
        for p in self.model.parameters():
            p.data -= rate * p.grad
        self.steps += 1
        return float(loss.data)

    def loss(self) -> Any:
        """The hinge loss of all rows, and a little of the squared parameters."""
        scores = [self.model([self.Value(x) for x in point]) for point in self.points]
        losses = [(1 + -label * score).relu() for label, score in zip(self.labels, scores)]
        penalty = 1e-4 * sum(p * p for p in self.model.parameters())
        return sum(losses) * (1.0 / len(losses)) + penalty


FIRST_LOSSES = (0.9510107501693361, 1.7867581822874565, 0.8082965045855873)
"""The losses of the first steps, as micrograd gives them."""


def run(side: str) -> list[float]:
    """The times of one side, whose losses must be those that micrograd gave."""
    demo = Demo(side)
    for loss in FIRST_LOSSES:
        assert abs(demo.step() - loss) < 1e-9
    return steps(10, demo.step)


def measure() -> list[Row]:
    """A step with either package."""
    return [
        versus(
            "micrograd's moons demo, one training step",
            *compare("moons", "chainrule", "micrograd"),
            "40x",
        )
    ]


if __name__ == "__main__":
    answer(run)
