"""Random graphs: right gradients are never called wrong, and every class of mistake is found."""

from __future__ import annotations

import math

from hypothesis import assume, given, reject, strategies as st
from random_graphs import NUMBERS, build, programs

import chainrule
from chainrule.graph.passes import gradients
from chainrule.verdict import check
from chainrule.verdict.gradients.reference import Reference
from chainrule.verdict.gradients.rounding import written_digits
from chainrule.verdict.result_table import name_of


@given(programs())
def test_what_a_pass_computes_is_never_wrong(Value, program):
    root, _, _ = build(Value, program)
    root.backward()
    assert check(root).ok, str(check(root))


@given(programs())
def test_what_is_written_by_hand_is_never_wrong(Value, program):
    root, _, _ = build(Value, program)
    for node, grad in gradients(root).items():
        if node.kind != "constant":
            rounded = float(f"{grad:.5g}")  # a shorter one may be what a mistake gives, exactly
            node.grad = rounded if written_digits(rounded) == 5 else grad
    assert check(root).ok, str(check(root))


@given(programs())
def test_the_pass_of_check_is_that_of_backward(Value, program):
    root, _, _ = build(Value, program)
    order = root._postorder()
    expected = gradients(root)
    for node, grad in zip(order, Reference(order).expected):
        assert math.isclose(grad, expected[node], rel_tol=1e-9, abs_tol=1e-12)


@given(programs(), st.data(), st.sampled_from([-1.0, 3.0, 0.31]))
def test_one_wrong_gradient_is_blamed_on_one_node(Value, program, data, factor):
    root, _, _ = build(Value, program)
    root.backward()
    candidates = [
        verdict.node
        for verdict in check(root).verdicts.values()
        if verdict.status == "right" and abs(verdict.expected) > 1e-6
    ]
    node = data.draw(st.sampled_from(candidates))
    node.grad = node.grad * factor
    result = check(root)
    assert [verdict.node for verdict in result.wrong] == [node], str(result)
    words = result.verdicts[node].mistake
    if factor == -1:
        assert "The sign is flipped" in words or "A minus sign is missing" in words
    elif node is root:
        assert words == f"The derivative of {name_of(root)} with respect to itself is 1."


@given(programs(), st.data())
def test_what_follows_from_one_mistake_is_not_blamed(Value, program, data):
    """A whole pass with one wrong gradient in it, as somebody would go on with it by hand."""
    root, _, _ = build(Value, program)
    root.backward()
    assume(all(v.status == "right" for v in check(root).verdicts.values()))
    inner = [n for n in root._postorder() if n._prev and abs(n.grad) > 1e-6 and n is not root]
    assume(inner)
    wrong = data.draw(st.sampled_from(inner))
    grads = {root: 1.0}
    for node in reversed(root._postorder()):
        grads.setdefault(node, 0.0)
        if node is wrong:
            grads[node] *= 1.83
        for operand, partial in zip(node._prev, node._local_grads):
            if partial is not None:
                grads[operand] = grads.get(operand, 0.0) + partial * grads[node]
    for node, grad in grads.items():
        if node.kind != "constant":
            node.grad = grad
    result = check(root)
    assert result.wrong[0].node is wrong
    assert all(v.mistake.startswith("It follows from") for v in result.wrong[1:]), str(result)


@given(NUMBERS, NUMBERS, st.integers(0, 2))
def test_a_lost_path_is_found(Value, x, y, kept):
    a = Value(x, label="a")
    parts = [a * y, a.sin(), (a * 0.7).tanh()]
    L = (parts[0] + parts[1]) * 1.7 + parts[2] * 0.6
    L.backward()
    grad = a.grad
    contributions = [1.7 * y, 1.7 * math.cos(x), 0.6 * 0.7 * (1 - math.tanh(0.7 * x) ** 2)]
    a.grad = contributions[kept]
    assume(abs(a.grad - grad) > 1e-3 and abs(a.grad + grad) > 1e-3)
    assume(abs(a.grad - grad) > 0.1 * abs(grad))  # else it may be the right number, rounded
    words = check(L).verdicts[a].mistake
    # other mistakes may give this number too, where the numbers are round
    assert any(x in words for x in ("Missing path: ", "The sign is flipped", "Chain rule: ")), words


@given(st.floats(0.2, 2.0), st.sampled_from(["tanh", "sin", "exp", "sqrt", "sigmoid", "log"]))
def test_a_forgotten_chain_factor_is_found(Value, x, name):
    a = Value(x, label="a")
    out = getattr(chainrule, name)(a)
    L = out * 2.37
    L.backward()
    a.grad = a.grad / 2.37
    assert "Chain rule" in check(L).verdicts[a].mistake


@given(programs(), st.integers(2, 4))
def test_repeated_passes_are_found(Value, program, passes):
    root, leaves, _ = build(Value, program)
    for _ in range(passes):
        root.backward()
    for leaf, verdict in check(root).verdicts.items():
        if leaf in leaves and leaf is not root and verdict.status == "wrong":
            assert verdict.mistake.startswith(f"It is the sum of {passes} passes")
        else:
            assert verdict.status in ("right", "not comparable")


@given(programs(), st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_functions_are_right(Value, program, at):
    def f(*xs):
        nodes = list(xs)
        for kind, x, y in program[1]:
            x, y = nodes[x % len(nodes)], nodes[y % len(nodes)]
            out = (
                chainrule.tanh(x * y),
                chainrule.exp(x * 0.3) - y,
                chainrule.sin(x) + y * 0.5,
                x * y * 0.5,
            )[kind % 4]
            nodes.append(out)
        return nodes[-1]

    try:
        f(*at)
    except ArithmeticError:
        reject()  # exp is too large for a float
    assert check(f, *at).ok
