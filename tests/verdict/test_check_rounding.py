"""Gradients worked out by hand, rounded on the way: right ones are never called wrong, slips are
never called right, and each kind of mistake is named at one node."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings, strategies as st
from random_graphs import build, programs

from chainrule import Value
from chainrule.errors import CheckFailed
from chainrule.table.ops import TABLE
from chainrule.verdict import check
from chainrule.verdict.gradients.hints import HINTS
from chainrule.verdict.gradients.reference import Reference
from chainrule.verdict.gradients.rounding import written_decimals, written_digits
from chainrule.verdict.gradients.ways import Use, way

ROUNDINGS = {
    **{f"{n} digits": (lambda x, n=n: float(f"{x:.{n - 1}e}")) for n in (4, 5, 6)},
    "4 decimals": lambda x: round(x, 4),
    "all digits": float,
}


def work_out(root, number, step, slip=None):
    """Set every gradient, rounded; `step` rounds what the next node goes on with, and `slip` takes
    a node and its gradient, and returns another one."""
    order = list(root._postorder())
    partials = Reference(order).local.partials
    gradients = dict.fromkeys(order, 0.0)
    gradients[root] = 1.0
    for node, slopes in zip(reversed(order), reversed(partials)):
        gradients[node] = step(slip(node, gradients[node]) if slip else gradients[node])
        for operand, slope in zip(node._prev, slopes):
            if slope is not None:
                gradients[operand] += step(slope) * gradients[node]
    for node, gradient in gradients.items():
        if node.kind != "constant":
            node.grad = number(gradient)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("is_at_every_step", [False, True])
@settings(max_examples=40)  # each for ten ways to round
@given(program=programs())
def test_a_right_gradient_is_never_called_wrong(Value, rounding, is_at_every_step, program):
    root, _, _ = build(Value, program)
    number = ROUNDINGS[rounding]
    work_out(root, number, number if is_at_every_step else float)
    assert check(root).ok, str(check(root))


@pytest.mark.parametrize("rounding", ROUNDINGS)
@settings(max_examples=50)
@given(program=programs(), data=st.data(), factor=st.sampled_from([-1.0, 0.0, 0.97, 1.3, 2.0]))
def test_a_slip_is_never_called_right_and_only_its_node_is_blamed(
    Value, rounding, program, data, factor
):
    root, _, _ = build(Value, program)
    number = ROUNDINGS[rounding]
    nodes = list(root._postorder())
    reference = Reference(nodes)
    right = dict(zip(nodes, reference.expected))
    inner = [  # whose gradient is more than the noise that terms leave when they cancel
        x for x, lost in zip(nodes, reference.rounding)
        if x.kind != "constant" and x is not root and 0.01 * abs(right[x]) > lost
    ]  # fmt: skip
    assume(inner)
    root.backward()
    assume(all(verdict.status == "right" for verdict in check(root).verdicts.values()))
    at = data.draw(st.sampled_from(inner))
    work_out(root, number, number, lambda node, x: x * factor if node is at else x)
    assume(abs(at.grad - right[at]) > 0.01 * abs(right[at]))
    result = check(root)
    assert result.verdicts[at].status != "right"
    blamed = [verdict.node for verdict in result.wrong if not verdict.follows]
    assert blamed in ([], [at]), str(result)


def chain(Value):
    """L = c * sin(z) through w, with numbers that tell every slip apart."""
    z = Value(0.7, label="z")
    w = z.sin()
    w.label = "w"
    L = (w * 2.3).exp()
    L.label = "L"
    return z, w, L


@pytest.mark.parametrize(
    ("slip", "kind"),
    [
        (lambda above, local: -above * local, "sign"),
        (lambda above, local: local, "above missing"),
        (lambda above, local: above, "local missing"),
        (lambda above, local: above / local, "inverted"),
        (lambda above, local: local / above, "inverted"),
        (lambda above, local: above**2 * local, "squared"),
        (lambda above, local: 0.0, "zero"),
        (lambda above, local: above * local * 1.7, "unknown"),
    ],
)
@pytest.mark.parametrize("rounding", ["4 digits", "6 digits", "all digits"])
def test_a_slip_has_a_name_and_three_hints(Value, slip, kind, rounding):
    z, w, L = chain(Value)
    number = ROUNDINGS[rounding]
    L.backward()
    above, local, right = w.grad, math.cos(0.7), z.grad
    L.grad, w.grad = 1.0, number(above)
    z.grad = number(slip(w.grad, local))
    verdict = check(L).verdicts[z]
    assert verdict.kind == kind, verdict.mistake
    nudge, rule, answer = verdict.hints
    ahead = way("z", "L", [Use("w", ("z",), 0, TABLE["sin"])])
    assert (nudge, rule) == tuple(hint.format(root="L") for hint in HINTS.get(kind, ahead))
    assert answer == f"The gradient is {right:.6g}."


def test_only_a_wrong_gradient_has_hints(Value):
    z, _, L = chain(Value)
    L.backward()
    assert check(L).verdicts[z].hints == ()


@pytest.mark.parametrize("kind", HINTS)
def test_hints_are_sentences_without_the_number(kind):
    for hint in HINTS[kind]:
        assert hint[-1] in ".?"
        assert "{" not in hint.replace("{root}", "")


def test_two_swapped_gradients_are_one_mistake(Value):
    x, y = Value(1.3, label="x"), Value(0.4, label="y")
    u, v = x.tanh(), y.exp()
    u.label, v.label = "u", "v"
    L = (u * 1.9).sin() + v * v * 0.7
    L.label = "L"
    L.backward()
    u.grad, v.grad = v.grad, u.grad
    found = check(L).verdicts
    for node in (u, v):
        assert found[node].mistake == "The gradients of u and v are swapped."
    assert found[x].status == found[y].status == "right"


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (lambda above, local: local, "multiply by the gradient above"),
        (lambda above, local: above, "multiply by the local derivative"),
        (lambda above, local: above * local**2, "the local derivative is squared"),
        (lambda above, local: above / local, "divided by the local derivative"),
    ],
)
def test_a_factor_that_is_wrong_on_one_path(Value, term, words):
    x = Value(0.6, label="x")
    s, e = x.sin(), x.exp()
    s.label, e.label = "s", "e"
    L = s * 1.7 + e * -0.45
    L.backward()
    x.grad = term(1.7, math.cos(0.6)) + -0.45 * math.exp(0.6)
    verdict = check(L).verdicts[x]
    assert words in verdict.mistake
    assert "path via s" in verdict.mistake


def test_what_two_mistakes_give_is_not_certain(Value):
    x = Value(0.7, label="x")
    w = x * 3.0
    w.label = "w"
    L = w * 9.0
    L.grad, w.grad, x.grad = 1, 9, 3
    assert check(L).verdicts[x].mistake == (
        "Not certain: it fits “Chain rule: multiply by the gradient of w above it, which is 9” and "
        "“The gradient above is divided by the local derivative instead of multiplied by it”."
    )


@pytest.mark.parametrize(
    ("right", "typed", "words"),
    [
        (0.504, 0.5, "at least 3 significant digits"),
        (-4.26, -4.3, "at least 3 significant digits"),
        (2.41411, 2.4, "at least 3 significant digits"),
        (12.5, 13, "at least 3 significant digits"),
        (0.0504, 0.05, "at least 3 significant digits"),
        (0.68, 0.7, "at least 2 significant digits"),
        (0.504, 0.51, "No common mistake explains it."),  # rounded, it is 0.50
        (0.504, 0.49, "No common mistake explains it."),
        (-4.26, 4.3, "The sign is flipped."),
        (-4.26, -4.2, "No common mistake explains it."),
        (2.6, 3, "No common mistake explains it."),  # too far off to tell
        (12, 10, "No common mistake explains it."),
        (0.41411, 4.14, "The decimal point is off by one digit."),
        (0.5, 5, "The decimal point is off by one digit."),
        (0.5, 0.005, "The decimal point is off by two digits."),
        (0.5, 1.7, "No common mistake explains it."),
        (0.5, 0.4, "No common mistake explains it."),
        (0.504, 1.008, "It is twice the correct gradient"),
        (0.504, 1.01, "It is twice the correct gradient"),
        (0.504, 1.512, "No common mistake explains it."),
        (1, 2, "It is twice the correct gradient"),
    ],
)
def test_a_number_that_is_rounded_too_coarsely(Value, right, typed, words):
    x = Value(0.37, label="x")
    L = x * right
    L.label = "L"
    L.grad, x.grad = 1, typed
    verdict = check(L).verdicts[x]
    assert verdict.status == "wrong" and words in verdict.mistake
    assert ("rounded too coarsely" in verdict.mistake) == ("significant" in words)
    assert (verdict.kind == "too coarse") == ("significant" in words)


def test_a_mistake_that_gives_a_number_exactly_comes_before_rounding(Value):
    x = Value(0.7, label="x")
    w = x * 1.05
    w.label = "w"
    L = w * 0.5
    L.grad, w.grad, x.grad = 1, 0.5, 0.5  # 0.525
    assert "multiply the gradient above by the local derivative" in check(L).verdicts[x].mistake


@pytest.mark.parametrize("typed", [2.4, 2.42, 2.39, 2.5])
@pytest.mark.parametrize("off", [0, 1e-4, -3e-3, 9e-3])
@pytest.mark.parametrize("above", [None, 2.41, 2.4])
def test_a_number_is_not_called_another_nodes_gradient_if_its_own_is_as_near(
    Value, typed, off, above
):
    x, y = Value(0.7, label="x"), Value(0.3, label="y")
    w = x + y * (1 + off)
    w.label = "w"
    L = w * 2.41411
    L.grad, w.grad, x.grad = 1, above, typed
    verdict = check(L).verdicts[x]
    assert "is the gradient of" not in verdict.mistake and "swapped" not in verdict.mistake
    assert (verdict.kind == "too coarse") == (typed == 2.4 and verdict.status == "wrong")


def test_a_factor_is_named_where_another_gradient_is_off_by_it_too(Value):
    x, y = Value(0.7, label="x"), Value(0.3, label="y")
    L = x * 1.9 + y * -4.3
    L.grad, x.grad, y.grad = 1, 1.7 * 1.9, 1.7 * -4.3
    found = check(L).verdicts
    assert found[x].mistake == "It is 1.7 times the correct gradient, and so is that of y."
    assert found[y].mistake == "It is 1.7 times the correct gradient, and so is that of x."
    y.grad = 1.6 * -4.3
    assert {check(L).verdicts[node].kind for node in (x, y)} == {"unknown"}


def test_begin_with_the_wrong_gradient_nearest_the_root(Value):
    x, y = Value(1.1, label="x"), Value(0.3, label="y")
    m = x * y
    n = m.tanh()
    L = n * x
    m.label, n.label, L.label = "m", "n", "L"
    L.backward()
    for node in (x, m, n):
        node.grad = node.grad * 1.7
    result = check(L)
    assert result.wrong[0].node is n
    assert "Begin with n." in str(result)
    with pytest.raises(CheckFailed, match="begin with n; errors that follow"):
        result.raise_if_wrong()


def test_few_digits_are_not_certain_rather_than_right(Value):
    x = Value(2.0, label="x")
    L = x * 0.00123
    L.label = "L"
    L.grad, x.grad = 1, 0.0012
    verdict = check(L).verdicts[x]
    assert verdict.status == "not certain"
    assert check(L).ok
    x.grad = 0.00123
    assert check(L).verdicts[x].status == "right"


@pytest.mark.parametrize("x", [30.0, -30.0, 17.0])
def test_a_slope_that_the_tables_formula_loses(Value, x):
    a = Value(x, label="a")
    L = a.tanh() if x == 17 else a.sigmoid()
    L.grad = 1.0
    power = math.exp(-abs(x))
    a.grad = (2 * power / (1 + power**2)) ** 2 if x == 17 else power / (1 + power) ** 2
    assert check(L).verdicts[a].status == "right"


@given(st.floats(1e-6, 1e6), st.integers(1, 12))
def test_digits_and_decimals_that_a_number_shows(x, digits):
    rounded = float(f"{x:.{digits - 1}e}")
    assert written_digits(rounded) <= digits
    shown = written_decimals(rounded)
    assert round(rounded, shown) == rounded
    assert shown == 0 or round(rounded, shown - 1) != rounded


@pytest.mark.parametrize(
    ("factors", "found", "status"),
    [((6.54, 5.12), 11.66, "not certain"), ((6.543, 5.124), 11.667, "right")],
)
def test_a_number_of_few_digits_may_be_exactly_what_a_mistake_gives(factors, found, status):
    """Without the third path the gradient is exactly 11.66, and with it 11.66001: 11.66 may be a
    mistake or a rounded number. A number with five digits is taken to be rounded."""
    x = Value(1.0, label="x")
    first, second = (x * factor for factor in factors)
    L = first + second + x * 1e-5
    L.label = "L"
    x.grad = found
    verdict = check(L).verdicts[x]
    assert verdict.status == status
    assert ("2 of 3 contributions" in verdict.why) is (status != "right")
