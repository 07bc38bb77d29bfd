"""How long is one training step of a scalar GPT of about 57,000 nodes, with only its Value
replaced, and when the same program is recorded and replayed?"""

from __future__ import annotations

import importlib
import random
from functools import reduce
from typing import Any

import numpy as np

import chainrule
from chainrule.nn.optim import Adam

from .timing import Row, answer, compare, steps, versus

WIDTH, HEADS, CONTEXT = 16, 4, 16
NAMES = ["ada", "olivia", "kurt", "penelope", "scarlett", "hubert", "grace", "maxwell"]


class GPT:
    """One transformer block over letters, trained by Adam on one name at a time."""

    def __init__(self, Value: Any) -> None:
        draw = random.Random(42)
        self.letters = sorted(set("".join(NAMES)))
        size = len(self.letters) + 1

        def matrix(rows: int, columns: int) -> list[list[Any]]:
            return [[Value(draw.gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]

        self.tokens, self.positions = matrix(size, WIDTH), matrix(CONTEXT, WIDTH)
        self.query, self.key, self.value, self.out = (matrix(WIDTH, WIDTH) for _ in range(4))
        self.widen, self.narrow = matrix(4 * WIDTH, WIDTH), matrix(WIDTH, 4 * WIDTH)
        self.head = matrix(size, WIDTH)
        matrices = [self.tokens, self.positions, self.query, self.key, self.value, self.out,
                    self.widen, self.narrow, self.head]  # fmt: skip
        self.parameters = [p for m in matrices for row in m for p in row]
        self.moments = [[0.0, 0.0] for _ in self.parameters]
        self.steps = 0

    def step(self) -> float:
        """One forward and backward pass and Adam's update. Returns the loss."""
        loss = self.loss(self.tokens_of(NAMES[self.steps % len(NAMES)]))
        loss.backward()
        self.steps += 1
        for p, moment in zip(self.parameters, self.moments):
            moment[0] = 0.85 * moment[0] + 0.15 * p.grad
            moment[1] = 0.99 * moment[1] + 0.01 * p.grad**2
            mean, square = moment[0] / (1 - 0.85**self.steps), moment[1] / (1 - 0.99**self.steps)
            p.data -= 0.01 * mean / (square**0.5 + 1e-8)
            p.grad = 0
        return float(loss.data)

    def tokens_of(self, name: str) -> list[int]:
        """The letters as numbers, between two marks."""
        return [len(self.letters), *map(self.letters.index, name), len(self.letters)]

    def loss(self, word: list[int]) -> Any:
        """The mean surprise at each next letter."""
        keys: list[Any] = []
        values: list[Any] = []
        losses = []
        for position in range(min(CONTEXT, len(word) - 1)):
            scores = self.scores(word[position], position, keys, values)
            losses.append(-look_up(softmax(scores), word[position + 1]).log())
        return (1 / len(losses)) * sum(losses)

    def scores(self, token: int, position: int, keys: list[Any], values: list[Any]) -> list[Any]:
        """One score a letter, after this token; keys and values are the memory of the earlier
        ones."""
        x = [t + p for t, p in zip(look_up(self.tokens, token), self.positions[position])]
        x = normalise(x)
        attended = self.attention(normalise(x), keys, values)
        x = [a + b for a, b in zip(product(self.out, attended), x)]
        wide = [h.relu() for h in product(self.widen, normalise(x))]
        x = [a + b for a, b in zip(product(self.narrow, wide), x)]
        return product(self.head, x)

    def attention(self, x: list[Any], keys: list[Any], values: list[Any]) -> list[Any]:
        """Each head looks back with a part of the width of its own."""
        query = product(self.query, x)
        keys.append(product(self.key, x))
        values.append(product(self.value, x))
        size = WIDTH // HEADS
        out: list[Any] = []
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            fits = [sum(q * k for q, k in zip(query[part], key[part])) / size**0.5 for key in keys]
            weights = softmax(fits)
            columns = zip(*(value[part] for value in values))
            out += [sum(w * v for w, v in zip(weights, column)) for column in columns]
        return out


class Compiled(GPT):
    """The same program, recorded once for each length of name."""

    def __init__(self, _: Any) -> None:
        super().__init__(float)
        self.numbers = np.array(self.parameters)
        self.adam = Adam(self.numbers, lr=0.01, betas=(0.85, 0.99))
        self.program = chainrule.compile(loss_at)

    def step(self) -> float:
        """One call of the program and Adam's update. Returns the loss."""
        word = np.array(self.tokens_of(NAMES[self.steps % len(NAMES)]))
        self.steps += 1
        loss, gradient = self.program.value_and_grad(self.numbers, word)
        self.adam.step(gradient)
        return float(loss)


def loss_at(numbers: Any, word: Any) -> Any:
    """The loss of a word, for these numbers as parameters."""
    following = iter(numbers)
    return GPT(lambda _: next(following)).loss(word)


def product(matrix: list[list[Any]], x: list[Any]) -> list[Any]:
    """A matrix times a vector."""
    return [sum(w * xi for w, xi in zip(row, x)) for row in matrix]


def look_up(table: list[Any], token: Any) -> Any:
    """An entry of a table, or a row; in a recording whichever it will be."""
    if isinstance(token, int):
        return table[token]
    if isinstance(table[0], list):
        return [chainrule.take(column, token) for column in zip(*table)]
    return chainrule.take(table, token)


def softmax(x: list[Any]) -> list[Any]:
    """Positive numbers that sum to 1."""
    largest = max(xi.data for xi in x) if hasattr(x[0], "data") else reduce(chainrule.max, x)
    powers = [(xi - largest).exp() for xi in x]
    total = sum(powers)
    return [p / total for p in powers]


def normalise(x: list[Any]) -> list[Any]:
    """The vector scaled to a mean square of 1."""
    scale = (sum(xi * xi for xi in x) / len(x) + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def run(side: str) -> list[float]:
    """The times of one side, whose losses must be those that the plain class gave."""
    module, model = SIDES[side]
    gpt = model(importlib.import_module(module).Value)
    for loss in FIRST_LOSSES:
        assert f"{gpt.step():.4f}" == loss
    return steps(24, gpt.step)


FIRST_LOSSES = (
    "3.1566", "3.0862", "3.2985", "3.1200", "3.0439", "2.9846", "2.9201", "3.2599",
    "2.1333", "2.3524", "2.3238", "2.4227", "2.3975", "2.2608", "2.2391", "2.6748",
)  # fmt: skip
"""The losses of the first steps as they are printed, with the plain class; two rounds, so that all
names have been recorded."""

SIDES = {
    "chainrule": ("chainrule.engine", GPT),
    "compiled": ("chainrule.engine", Compiled),
    "plain": ("bench.plain", GPT),
}


def measure() -> list[Row]:
    """A step with either class, and of the program."""
    gpt = GPT(importlib.import_module("chainrule.engine").Value)
    nodes = sum(len(gpt.loss(gpt.tokens_of(name))._postorder()) for name in NAMES) // len(NAMES)
    eager, compiled, plain = compare("gpt", *SIDES)
    return [
        versus(f"scalar GPT, one training step ({nodes:,} nodes on average)", eager, plain, "20x"),
        versus("the same, compiled", compiled, plain, "150x"),
    ]


if __name__ == "__main__":
    answer(run)
