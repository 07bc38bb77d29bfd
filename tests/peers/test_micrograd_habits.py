"""micrograd: habits of existing code give the same numbers: tests for presence, overridden
operators, walks over `_prev`."""

from __future__ import annotations

import math
import operator

import pytest
from hypothesis import given, strategies as st

micrograd = pytest.importorskip("micrograd.engine")

NUMBERS = st.sampled_from([0, 0.0, -0.0, 1, -1.5, 0.25, 2.0])
BINARY = {"add": operator.add, "mul": operator.mul}
DERIVED = {**BINARY, "sub": operator.sub, "truediv": lambda x, y: x / (y * y + 1)}
STEPS = st.lists(
    st.tuples(st.sampled_from([*DERIVED, "relu", "square", "neg"]), st.integers(0), st.integers(0)),
    min_size=1, max_size=12,
)  # fmt: skip


def overriding(base, name, log):
    """A subclass that notes its calls of an operator."""

    original = getattr(base, name)

    def method(self, *others):
        log.append(name)
        return original(self, *others)

    return type("Overriding", (base,), {name: method})


def run(kind, plain, numbers, steps):
    """A program over leaves, some of them of a subclass, as far as numbers stay moderate."""
    leaves = [(kind if i % 2 else plain)(x) for i, x in enumerate(numbers)]
    nodes = list(leaves)
    for name, i, j in steps:
        x, y = nodes[i % len(nodes)], nodes[j % len(nodes)]
        if name == "relu":
            made = x.relu()
        elif name == "square":
            made = x**2
        elif name == "neg":
            made = -x
        else:
            made = DERIVED[name](x, y)
        if abs(made.data) < 1e6:
            nodes.append(made)
    nodes[-1].backward()
    return [node.data for node in nodes], [leaf.grad for leaf in leaves]


def close(ours, theirs):
    return all(math.isclose(x, y, rel_tol=1e-11, abs_tol=1e-11) for x, y in zip(ours, theirs))


@pytest.mark.parametrize("name", ["__add__", "__mul__", "__pow__", "__neg__"])
@given(numbers=st.lists(NUMBERS, min_size=2, max_size=5), steps=STEPS)
def test_an_overridden_operator_is_asked(Value, name, numbers, steps):
    ours, theirs = [], []
    a = run(overriding(Value, name, ours), Value, numbers, steps)
    b = run(overriding(micrograd.Value, name, theirs), micrograd.Value, numbers, steps)
    assert close(a[0], b[0])
    assert close(a[1], b[1])
    assert len(theirs) <= len(ours)  # micrograd's results are plain Values, which don't ask
    if len(steps) == 1 and steps[0][0] != "truediv":
        assert ours == theirs


@given(bias=st.one_of(st.none(), NUMBERS), x=NUMBERS, w=NUMBERS)
def test_tests_for_presence(Value, bias, x, w):
    def neuron(cls):
        b = None if bias is None else cls(bias)
        leaf, weight = cls(x), cls(w)
        out = leaf * weight + (b or 0)
        if b:
            out = out + b * 2
        out = out.relu() if weight and leaf else out
        out.backward()
        return out.data, leaf.grad, weight.grad, b and b.grad

    assert neuron(Value) == neuron(micrograd.Value)


@given(numbers=st.lists(NUMBERS, min_size=2, max_size=4), steps=st.lists(
    st.tuples(st.sampled_from([*BINARY, "relu", "square"]), st.integers(0), st.integers(0)),
    min_size=1, max_size=10))  # fmt: skip
def test_walks_over_prev(Value, numbers, steps):
    def build(cls):
        nodes = [cls(x) for x in numbers]
        for name, i, j in steps:
            x, y = nodes[i % len(nodes)], nodes[j % len(nodes)]
            made = x.relu() if name == "relu" else x**2 if name == "square" else BINARY[name](x, y)
            nodes.append(made * 0.5 if abs(made.data) > 100 else made)
        return nodes[-1]

    def walk(root):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for below in sorted(set(node._prev), key=lambda v: (v.data, v._op, len(v._prev))):
                    visit(below)
                order.append(node)

        visit(root)
        return sorted((node.data, node._op, len(set(node._prev))) for node in order)

    assert walk(build(Value)) == walk(build(micrograd.Value))
