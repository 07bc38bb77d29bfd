"""`backward` against the few lines that define it, to the last bit, on random graphs.

The graphs use an operand twice, hold constants, gates and ints, and have gradients that were set
before the pass. The order of the additions counts: rounding tells one order from another.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings, strategies as st

from chainrule import where

NUMBERS = st.lists(
    st.floats(-3.0, 3.0).filter(lambda x: x == 0 or abs(x) > 1e-3), min_size=2, max_size=6
)
BINARY = ("add", "sub", "mul", "div", "max", "where", "twice", "square", "constant")
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*BINARY, "tanh", "relu", "exp", "sin", "neg"]), *[st.integers(0, 40)] * 2
    ),
    min_size=3,
    max_size=30,
)
PRESET = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([0, 0.0, -0.0, 1, 2.5, -1e-3, 1e300])), max_size=8
)


def build(Value, numbers, steps):
    """All nodes of a random graph; the last one is its root."""
    nodes = [Value(x) for x in numbers]
    for name, i, j in steps:
        x, y = nodes[i % len(nodes)], nodes[j % len(nodes)]
        nodes.append(
            {
                "add": lambda x, y: x + y,
                "sub": lambda x, y: x - y,
                "mul": lambda x, y: x * y,
                "div": lambda x, y: x / (y * y + 0.5),
                "max": lambda x, y: x.max(y),
                "where": lambda x, y: where(x > 0, x * 0.5, y),
                "twice": lambda x, y: x + x,
                "square": lambda x, y: x * x * 0.25,
                "constant": lambda x, y: 0.3 * x - 1,
                "tanh": lambda x, y: x.tanh(),
                "relu": lambda x, y: x.relu(),
                "exp": lambda x, y: (-x * x).exp(),
                "sin": lambda x, y: (x.tanh()).sin(),
                "neg": lambda x, y: -x,
            }[name](x, y)
        )
    root = nodes[-1]
    for node in nodes[-4:-1]:
        root = root * 0.5 + node.tanh()
    return [*nodes, root]


def postorder(root):
    """Operands from left to right before their users, without recursion."""
    order, is_done, stack = [], set(), [(root, False)]
    while stack:
        node, is_left = stack.pop()
        if is_left:
            order.append(node)
        elif node not in is_done:
            is_done.add(node)
            stack.append((node, True))
            stack += [(operand, False) for operand in reversed(node._operands)]
    return order


def expected(root):
    """What backward leaves in every node below a root, by the definition of a pass."""
    order = postorder(root)
    grads = {node: node.grad if not node._operands else 0.0 for node in order}
    grads[root] = 1.0
    reached = {root}
    for node in reversed(order):
        if node in reached:
            for operand, partial in zip(node._operands, node._partials):
                if partial is not None:
                    grads[operand] += partial * grads[node]
                    reached.add(operand)
    return {node: float(grads[node]) for node in order if node.kind != "constant"}


@settings(max_examples=200)
@given(NUMBERS, STEPS, PRESET)
def test_a_pass_does_what_its_definition_says(Value, numbers, steps, preset):
    nodes = build(Value, numbers, steps)
    root = nodes[-1]
    for index, grad in preset:
        nodes[index % len(nodes)].grad = grad
    for _ in range(2):
        grads = expected(root)
        root.backward()
        for node, grad in grads.items():
            assert repr(node.grad) == repr(grad)


@given(NUMBERS, STEPS, PRESET)
def test_what_is_drawn_as_set_by_hand_is_what_was_set(Value, numbers, steps, preset):
    nodes = build(Value, numbers, steps)
    root, leaves = nodes[-1], nodes[: len(numbers)]
    hand = {}
    for index, grad in preset:
        leaf = leaves[index % len(leaves)]
        leaf.grad = hand[leaf] = grad
    below = set(root._postorder())
    root.backward()
    for leaf in leaves:
        if leaf in below:
            assert leaf.by_hand == (hand.get(leaf) or 0)
            assert (leaf.grad_state, leaf.passes) == ("computed", 1)
        else:
            assert (leaf.grad, leaf.passes) == (hand.get(leaf, 0.0), 0)
    root.backward()
    for leaf in leaves:
        if leaf in below:
            assert leaf.by_hand == (hand.get(leaf) or 0)
            assert leaf.passes == 2


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 9, 16, 17, 33, 100, 1000])
def test_any_number_of_leaves_may_hold_a_gradient_set_by_hand(Value, count):
    leaves = [Value(float(i + 1)) for i in range(count)]
    root = leaves[0] * 0.0
    for leaf in leaves:
        root = root + leaf * leaf
        leaf.grad = 0.5
    root.backward()
    assert [leaf.grad for leaf in leaves] == [2.0 * (i + 1) + 0.5 for i in range(count)]
    assert [leaf.by_hand for leaf in leaves] == [0.5] * count


@pytest.mark.parametrize("position", range(6))
@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_when_an_own_rule_fails_every_gradient_and_state_is_as_before(Value, position, error):
    """Wherever the failing rule stands in the chain, and whatever the nodes held before."""
    leaf, other = Value(2.0, label="leaf"), Value(3.0, label="other")
    leaf.grad, other.grad = 4, 0.25
    chain = [leaf * other]
    for i in range(6):
        chain.append(chain[-1] * 1.5 + leaf if i % 2 else chain[-1].tanh())
    (chain[2] * other).backward()
    chain[1].grad = 7.5

    def failing():
        leaf.grad, other.grad, chain[0].grad = 100.0, 200.0, 300.0
        raise error

    chain[position + 1]._backward = failing
    nodes = [leaf, other, *chain]
    before = [(repr(n.grad), n.grad_state, n.passes, repr(n.by_hand)) for n in nodes]
    for _ in range(2):
        with pytest.raises(error):
            chain[-1].backward()
        after = [(repr(n.grad), n.grad_state, n.passes, repr(n.by_hand)) for n in nodes]
        assert after == before


def test_operands_are_visited_from_left_to_right(Value):
    """1e16 + 1 + ... - 1e16 shows every order of the additions in its last digits."""
    x = Value(1.0)
    parts = [x * 1e16, x * 1.0, x * 3.0, x * -1e16, x * 7.0]
    root = parts[0]
    for part in parts[1:]:
        root = root + part
    root.backward()
    total = 0.0
    for node in reversed(postorder(root)):
        for operand, partial in zip(node._operands, node._partials):
            if operand is x:
                total += partial * node.grad
    assert x.grad == total
    assert len({math.fsum([1e16, 1, 3, -1e16, 7]), x.grad}) == 2  # the order does show
    assert [n._prev[0] is x for n in root._postorder()[1:] if n.op == "mul"] == [True] * 5
