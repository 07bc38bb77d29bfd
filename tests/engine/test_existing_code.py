"""Programs in the manner of micrograd's tests and demo, of the lecture and of LLM101n, run on
Values and on a small engine of the same manner: the same losses and gradients."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from plain_engine import Closures

import chainrule
from chainrule.drawing.shapes.palette import tints


def assert_same(program, Value, Plain=Closures):
    """A program returns numbers, which must agree to within rounding."""
    ours, theirs = list(program(Value)), list(program(Plain))
    assert len(ours) == len(theirs) > 0
    assert all(isinstance(x, (int, float)) for x in ours)
    assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-13)


# ---- networks as people write them ---------------------------------------------------------------


class Module:
    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0

    def parameters(self):
        return []


class Neuron(Module):
    def __init__(self, Value, count, act):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(count)]
        self.b = Value(0)
        self.act = act

    def __call__(self, x):
        total = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return getattr(total, self.act)() if self.act else total

    def parameters(self):
        return [*self.w, self.b]


class MLP(Module):
    def __init__(self, Value, sizes, act):
        last = len(sizes) - 2
        self.layers = [
            [Neuron(Value, sizes[i], act if i < last else "") for _ in range(sizes[i + 1])]
            for i in range(last + 1)
        ]

    def __call__(self, x):
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]


# ---- the package ---------------------------------------------------------------------------------


def reused_nodes(Value):
    x = Value(-3.0)
    u = 3 * x - 2 + x
    v = u.relu() - u * x
    w = (u * u).relu() + v + v * x
    w.backward()
    return w.data, x.grad


def every_operator(Value):
    a, b = Value(1.5), Value(-2.5)
    c = a * b - b**3
    c += 2 + c - a
    c *= 1.5
    d = (a - b).relu() * 3 + (b - a).relu()
    d -= a / 4
    e = (c / d) ** 2 + 5 / c - (-d)
    e.backward()
    return e.data, a.grad, b.grad, c.grad, d.grad


@pytest.mark.parametrize("program", [reused_nodes, every_operator])
def test_the_package_s_own_tests(Value, program):
    assert_same(program, Value)


def moons(count):
    """Two half-circles of points, with labels of -1 and 1."""
    turn = np.linspace(0, math.pi, count // 2)
    upper = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    lower = np.stack([1 - np.cos(turn), 0.5 - np.sin(turn)], axis=1)
    points = np.concatenate([upper, lower]) + np.random.default_rng(5).normal(0, 0.1, (count, 2))
    return points, np.repeat([-1, 1], count // 2)


def test_moons_with_the_hinge_loss_and_accuracy(Value):
    points, labels = moons(20)

    def loss_of(Value, model, batch):
        inputs = [list(map(Value, row)) for row in points[batch]]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * score).relu() for yi, score in zip(labels[batch], scores)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = 1e-4 * sum(p * p for p in model.parameters())
        right = [(yi > 0) == (score.data > 0) for yi, score in zip(labels[batch], scores)]
        return data_loss + reg_loss, sum(right) / len(right)

    def train(Value):
        random.seed(1337)
        picks = np.random.default_rng(3)
        model = MLP(Value, [2, 5, 5, 1], "relu")
        for step in range(4):
            total, accuracy = loss_of(Value, model, picks.permutation(len(points))[:10])
            model.zero_grad()
            total.backward()
            for p in model.parameters():
                p.data -= (1.0 - 0.9 * step / 4) * p.grad
            yield total.data
            yield float(accuracy)
        yield from (p.grad for p in model.parameters())
        grid = [model(list(map(Value, (x, y)))) for x in (-1.0, 0.5) for y in (0.0, 1.0)]
        yield from (score.data > 0 for score in grid)

    assert_same(train, Value)


# ---- the lecture ---------------------------------------------------------------------------------


def test_the_lecture_s_neuron_by_calls_of_backward_in_order(Value):
    def by_hand(Value):
        x1, x2 = Value(1.5, label="x1"), Value(-0.5, label="x2")
        w1, w2 = Value(-2.0, label="w1"), Value(0.75, label="w2")
        n = x1 * w1 + x2 * w2 + Value(3.25, label="b")
        e = (2 * n).exp()
        o = (e - 1) / (e + 1)
        order, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                order.append(v)

        build(o)
        o.grad = 1.0
        for node in reversed(order):
            node._backward()
        return o.data, *(v.grad for v in (x1, x2, w1, w2, n, e))

    assert_same(by_hand, Value)


def test_the_lecture_s_network(Value):
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]

    def train(Value):
        random.seed(11)
        net = MLP(Value, [3, 4, 4, 1], "tanh")
        for _ in range(5):
            predictions = [net(x) for x in xs]
            loss = sum((out - y) ** 2 for y, out in zip(ys, predictions))
            for p in net.parameters():
                p.grad = 0.0
            loss.backward()
            for p in net.parameters():
                p.data += -0.05 * p.grad
            yield loss.data
        yield from (p.grad for p in net.parameters())
        yield from (p.data for p in net.parameters())

    assert_same(train, Value)


# ---- LLM101n -------------------------------------------------------------------------------------


class AdamW:
    """Keeps its two averages on the nodes."""

    def __init__(self, parameters, lr, decay):
        self.parameters, self.lr, self.decay, self.t = parameters, lr, decay, 0
        for p in self.parameters:
            p.m = p.v = 0

    def step(self):
        self.t += 1
        for p in self.parameters:
            if p.grad is None:
                continue
            p.m = 0.9 * p.m + (1 - 0.9) * p.grad
            p.v = 0.95 * p.v + (1 - 0.95) * (p.grad**2)
            m_hat, v_hat = p.m / (1 - 0.9**self.t), p.v / (1 - 0.95**self.t)
            p.data -= self.lr * (m_hat / (v_hat**0.5 + 1e-8) + self.decay * p.data)

    def zero_grad(self):
        for p in self.parameters:
            p.grad = 0


def cross_entropy(logits, target):
    top = max(val.data for val in logits)
    ex = [(val - top).exp() for val in logits]
    total = sum(ex)
    return -((ex[target] / total).log())


def classifier(Value):
    """Three classes of points, a network with tanh and AdamW; the loss, and the model."""
    random.seed(42)
    model = MLP(Value, [2, 4, 3], "tanh")
    draw = random.Random(7)
    points = [((draw.uniform(-2, 2), draw.uniform(-2, 2)), k % 3) for k in range(9)]

    def mean_loss(split):
        total = Value(0.0)
        for x, y in split:
            total = total + cross_entropy(model(x), y)
        return total * (1.0 / len(split))

    return model, points, mean_loss


def test_the_course_s_classifier(Value):
    def train(Value):
        model, points, mean_loss = classifier(Value)
        optimizer = AdamW(model.parameters(), lr=1e-1, decay=1e-4)
        for step in range(5):
            if step % 2 == 0:
                yield mean_loss(points[6:]).data
            loss = mean_loss(points[:6])
            loss.backward()
            yield from (p.grad for p in model.parameters())
            optimizer.step()
            optimizer.zero_grad()
            yield loss.data
        yield from (x for p in model.parameters() for x in (p.data, p.m, p.v))

    assert_same(train, Value)


def test_the_course_s_drawing(Value, tmp_path):
    model, _, mean_loss = classifier(Value)
    inputs = (Value(0.0), Value(0.0))
    for node in model.parameters():
        setattr(node, "_vis_color", "lightgreen")  # noqa: B010  # as the course writes it
    for node in inputs:
        setattr(node, "_vis_color", "lightblue")  # noqa: B010
    loss = mean_loss([(inputs, 0)])
    loss.backward()
    nodes, edges = [], []  # traced with lists, as the course does

    def build(v):
        if v not in nodes:
            nodes.append(v)
            for child in v._prev:
                if (child, v) not in edges:
                    edges.append((child, v))
                build(child)

    build(loss)
    assert len(nodes) > len(model.parameters())
    assert [n._vis_color for n in nodes if hasattr(n, "_vis_color")].count("lightblue") == 2
    chainrule.draw_dot(loss, format="svg", rankdir="TB", outfile=str(tmp_path / "graph"))
    text = (tmp_path / "graph.svg").read_text(encoding="utf-8")
    assert text.count('tint-90ee90"') >= len(model.parameters())
    assert tints("add8e6")[0] in text
