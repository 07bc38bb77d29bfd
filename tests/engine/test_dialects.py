"""Programs in the four dialects that people bring: lecture, package, course, transformer."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

import chainrule

# ---- the lecture ---------------------------------------------------------------------------------


def test_lecture_neuron_with_labels(Value):
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    x1w1 = x1 * w1
    x1w1.label = "x1*w1"  # the dialect puts both on one line
    x2w2 = x2 * w2
    x2w2.label = "x2*w2"
    n = x1w1 + x2w2 + b
    n.label = "n"
    o = n.tanh()
    o.label = "o"
    o.backward()
    assert o.data == math.tanh(2.0 * -3.0 + 0.0 * 1.0 + 6.8813735870195432)
    assert [round(v.grad, 4) for v in (x1, w1, x2, w2)] == [-1.5, 1.0, 0.5, 0.0]


def test_lecture_tanh_in_its_parts(Value):
    n = Value(0.8813735870195432)
    e = (2 * n).exp()
    o = (e - 1) / (e + 1)
    o.backward()
    assert math.isclose(o.data, n.tanh().data, rel_tol=1e-15)
    assert math.isclose(n.grad, 0.5, rel_tol=1e-15)


def test_lecture_gradients_by_hand(Value):
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    L = a * b
    L.grad = 1.0
    a.grad, b.grad = b.data * L.grad, a.data * L.grad
    assert (a.grad, b.grad) == (-3.0, 2.0)
    for leaf in (a, b):
        leaf.data += 0.01 * leaf.grad
    assert math.isclose((a * b).data, 1.97 * -2.98)


def test_lecture_operation_with_a_closure(Value):
    """A node made by hand from its operands, and a rule that is assigned to it."""

    def sigmoid(x):
        out = Value(1 / (1 + math.exp(-x.data)), (x,), "sigmoid")

        def _backward():
            x.grad += out.data * (1 - out.data) * out.grad

        out._backward = _backward
        return out

    x, y = Value(0.5), Value(0.5)
    (sigmoid(x) * 3).backward()
    (y.sigmoid() * 3).backward()
    assert math.isclose(x.grad, y.grad, rel_tol=1e-15)


# ---- the package ---------------------------------------------------------------------------------


def test_package_expression_with_every_operator(Value):
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (f"{g.data:.4f}", f"{a.grad:.4f}", f"{b.grad:.4f}") == (
        "24.7041",
        "138.8338",
        "645.5773",
    )


def test_package_training_of_a_small_net(Value):
    """The package's own way with neurons, on moons of eight points; the loss falls."""
    draw = random.Random(7)
    weights = [[Value(draw.uniform(-1, 1)) for _ in range(3)] for _ in range(5)]

    def predict(point):
        hidden = [(w[0] * point[0] + w[1] * point[1] + w[2]).relu() for w in weights[:4]]
        return sum((h * w for h, w in zip(hidden, (*weights[4], 1.0))), Value(0.0))

    points = [(math.cos(k), math.sin(k), 1 if k % 2 else -1) for k in range(8)]
    losses = []
    for _ in range(20):
        loss = sum((1 + -y * predict((p, q))).relu() for p, q, y in points) * (1.0 / 8)
        for w in (v for row in weights for v in row):
            w.grad = 0
        loss.backward()
        for w in (v for row in weights for v in row):
            w.data -= 0.1 * w.grad
        losses.append(loss.data)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("terms", [1_000, 100_000])
def test_sums_without_a_start(Value, terms):
    x = Value(0.5)
    total = sum(x * 1.0 for _ in range(terms))
    total.backward()
    assert (total.data, x.grad) == (terms * 0.5, float(terms))


def test_a_set_of_operands_as_in_the_package(Value):
    a, b = Value(1.0), Value(2.0)
    assert (a * b)._prev.__class__ is tuple
    assert set((a * b)._prev) == {a, b}
    visited, topo = set(), []

    def walk(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                walk(child)
            topo.append(v)

    walk((a * b + a).relu())
    assert len(topo) == 5


# ---- AdamW on the nodes --------------------------------------------------------------------------


def test_adamw_keeps_its_state_on_the_nodes(Value):
    p = Value(3.0, (), "")
    for step in range(1, 4):
        loss = (p - 1.0) ** 2
        p.grad = 0.0
        loss.backward()
        p.m = 0.9 * getattr(p, "m", 0.0) + 0.1 * p.grad
        p.v = 0.95 * getattr(p, "v", 0.0) + 0.05 * p.grad**2
        m_hat, v_hat = p.m / (1 - 0.9**step), p.v / (1 - 0.95**step)
        p.data -= 0.1 * (m_hat / (v_hat**0.5 + 1e-8) + 0.01 * p.data)
    loss._vis_color = [255, 0, 0]
    assert loss._vis_color == [255, 0, 0]
    assert 2.6 < p.data < 2.8


def test_softmax_and_cross_entropy_of_values(Value):
    logits = [Value(x) for x in (1.0, 2.0, 0.5)]
    top = max(v.data for v in logits)
    exps = [(v - top).exp() for v in logits]
    total = sum(exps)
    loss = -(exps[1] / total).log()
    loss.backward()
    weights = [math.exp(x) for x in (1.0, 2.0, 0.5)]
    for k, v in enumerate(logits):
        assert math.isclose(v.grad, weights[k] / sum(weights) - (k == 1), rel_tol=1e-14)


# ---- the single-file transformer -----------------------------------------------------------------


def test_children_and_local_gradients(Value):
    a, b = Value(2.0), Value(3.0)
    product = Value(a.data * b.data, (a, b), (b.data, a.data))
    assert (product._children, product._local_grads) == ((a, b), (3.0, 2.0))
    same = Value(6.0, children=(a, b), local_grads=(3.0, 2.0))
    (product + same).backward()
    assert (a.grad, b.grad) == (6.0, 4.0)


def test_a_backward_pass_written_over_children_and_local_gradients(Value):
    """The dialect's own sweep, run over our nodes, agrees with ours."""

    def program():
        x, w = Value(0.7), Value(-1.3)
        return x, w, ((x * w + x**2).exp() - w.relu() + (x / w).log1p()).tanh()

    x, w, ours = program()
    ours.backward()
    y, u, theirs = program()
    topo, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v._children:
                build(child)
            topo.append(v)

    build(theirs)
    theirs.grad = 1
    for v in reversed(topo):
        for child, local in zip(v._children, v._local_grads):
            child.grad += (local or 0) * v.grad
    assert (y.grad, u.grad) == (x.grad, w.grad)


def test_local_gradients_can_be_assigned(Value):
    """A node made by hand in two steps, and a slope that is replaced."""
    a, b = Value(2.0), Value(3.0)
    made = Value(6.0)
    made._children = (a, b)
    made._local_grads = (3.0, 2.0)
    (made * 1).backward()
    assert (a.grad, b.grad, made._children, made._local_grads) == (3.0, 2.0, (a, b), (3.0, 2.0))
    x = Value(2.4)
    rounded = x**3
    rounded._local_grads = (1.0,)  # the slope of a straight line instead
    (rounded * 2).backward()
    assert (x.grad, rounded._op, rounded._children) == (2.0, "**3", (x,))
    with pytest.raises(ValueError, match="2 operands need as many local derivatives"):
        made._local_grads = (1.0,)


@pytest.mark.parametrize("names", [("_children", "_local_grads"), ("_local_grads", "_children")])
def test_a_graph_can_be_freed_by_hand(Value, names):
    a = Value(2.0)
    made = (a * 3.0).exp()
    for node in (made, *made._children):
        for name in names:
            setattr(node, name, ())
    made.backward()
    assert (made._children, made._local_grads, made.kind, a.grad) == ((), (), "leaf", 0.0)


def test_rmsnorm_linear_and_attention_of_values(Value):
    draw = random.Random(3)
    matrix = [[Value(draw.gauss(0, 0.5)) for _ in range(4)] for _ in range(4)]
    x = [Value(draw.gauss(0, 1)) for _ in range(4)]
    scale = (sum(v * v for v in x) / len(x) + 1e-5) ** -0.5
    normed = [v * scale for v in x]
    mixed = [sum(w * v for w, v in zip(row, normed)) for row in matrix]
    loss = -sum(v.exp() for v in mixed).log()
    loss.backward()
    weights = [w for row in matrix for w in row]
    assert all(v.grad_state == "computed" and v.grad != 0 for v in (*x, *weights))


# ---- what all of them do -------------------------------------------------------------------------


def test_parameters_in_sets_dicts_and_sorted_lists(Value):
    nodes = [Value(x) for x in (3.0, 1.0, 2.0)]
    assert len(set(nodes)) == 3
    assert {v: k for k, v in enumerate(nodes)}[nodes[2]] == 2
    assert [v.data for v in sorted(nodes, key=lambda v: v.data)] == [1.0, 2.0, 3.0]
    assert max(nodes).data == 3.0


def test_checks_that_programs_make(Value):
    v = Value(1.0)
    assert isinstance(v, Value)
    assert hasattr(v, "tanh")
    assert v.__add__(v).data == 2.0
    assert f"{v.data:.3f} {v.grad:.3f}" == "1.000 0.000"
    assert type(v).__name__ == "Value"


def test_numpy_numbers_on_the_left(Value):
    v = Value(3.0)
    for made in (np.float64(2) * v, v * np.float64(2), np.int64(2) * v, np.float32(2) * v):
        assert isinstance(made, Value)
        assert made.data == 6.0


def test_functions_and_methods_are_the_same_operation(Value):
    v = Value(0.5)
    assert chainrule.tanh(v).data == v.tanh().data
    assert chainrule.relu(v).op == v.relu().op


def test_a_method_patched_from_outside_is_used_by_the_program(Value, monkeypatch):
    def leaky(self):
        return self if self.data > 0 else self * 0.01

    monkeypatch.setattr(Value, "relu", leaky)
    v = Value(-2.0)
    v.relu().backward()
    assert v.grad == 0.01
