"""micrograd: random programs in its dialect give the same losses and gradients."""

from __future__ import annotations

import math
import random

import pytest

engine = pytest.importorskip("micrograd.engine")


def program(Value, draw, length):
    """A random program out of everything that micrograd has; the numbers stay moderate."""
    leaves = [Value(draw.uniform(-2, 2)) for _ in range(4)]
    nodes = list(leaves)
    for _ in range(length):
        x, y = draw.choice(nodes), draw.choice(nodes)
        kind = draw.randrange(9)
        made = (
            x + y if kind == 0
            else x * y if kind == 1
            else x - y if kind == 2
            else x / (y * y + 1) if kind == 3
            else x.relu() + y if kind == 4
            else -x if kind == 5
            else (x * 0.3) ** 2 if kind == 6
            else 2 - x if kind == 7
            else 1 / (x * x + 0.5)
        )  # fmt: skip
        nodes.append(made * (1.0 / max(1.0, abs(made.data))))
    loss = sum(nodes[-4:])
    loss.backward()
    return loss, leaves


def test_random_programs(Value, seed):
    length = 10 + seed * 3
    ours, our_leaves = program(Value, random.Random(seed), length)
    theirs, their_leaves = program(engine.Value, random.Random(seed), length)
    assert math.isclose(ours.data, theirs.data, rel_tol=1e-12)
    for a, b in zip(our_leaves, their_leaves):
        assert math.isclose(a.grad, b.grad, rel_tol=1e-12, abs_tol=1e-12)


def test_its_network_on_our_values(Value, monkeypatch):
    """Its own module of neurons, with our class instead of its own."""
    nn = pytest.importorskip("micrograd.nn")

    def train(cls):
        monkeypatch.setattr(nn, "Value", cls)
        random.seed(1337)
        net = nn.MLP(2, [4, 4, 1])
        losses = []
        for _ in range(5):
            points = [(0.5, -1.0, 1.0), (-0.3, 0.8, -1.0), (1.1, 0.2, 1.0)]
            loss = sum((net([p, q]) - y) ** 2 for p, q, y in points)
            net.zero_grad()
            loss.backward()
            for v in net.parameters():
                v.data -= 0.02 * v.grad
            losses.append(loss.data)
        return losses, [v.data for v in net.parameters()]

    ours, our_parameters = train(Value)
    theirs, their_parameters = train(engine.Value)
    assert ours == pytest.approx(theirs, rel=1e-12)
    assert our_parameters == pytest.approx(their_parameters, rel=1e-12, abs=1e-14)
