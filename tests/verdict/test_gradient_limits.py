"""What a verdict on gradients says at its limits: one and many, empty and full, and each word."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import chainrule
from chainrule import Value
from chainrule.errors import CheckFailed, DomainError, WrongType
from chainrule.table.ops import TABLE
from chainrule.table.rules import NUMBER, RULES
from chainrule.verdict import ascend, check, nudge, slope, sweep
from chainrule.verdict.gradients.arguments import Arguments, argument_names, bind_arguments
from chainrule.verdict.gradients.contribution import Contribution, Mistake
from chainrule.verdict.gradients.judge import Judge
from chainrule.verdict.gradients.kinks import is_at_kink
from chainrule.verdict.gradients.mistakes import (
    _is_on_one_path,
    doubled,
    equally_likely,
    fitting_mistakes,
    known_mistakes,
    matching_mistakes,
    shifted_points,
)
from chainrule.verdict.gradients.reference import Reference
from chainrule.verdict.gradients.result import Check
from chainrule.verdict.gradients.rounding import (
    Digits,
    _is_single,
    agrees,
    digits_needed,
    digits_of,
    is_coarse,
    written_decimals,
    written_digits,
)
from chainrule.verdict.gradients.rule_mistakes import (
    common_errors,
    derivative_words,
    number_for_derivative,
    operand_for_result,
    other_operands_derivative,
    other_operations_rule,
    result_for_operand,
    with_slopes,
)
from chainrule.verdict.gradients.verdict import EdgeVerdict, Verdict, Verdicts
from chainrule.verdict.gradients.ways import Use, way
from chainrule.verdict.measurement import Measurement
from chainrule.verdict.result_table import ResultTable, error_text, name_of, text_table

pytestmark = pytest.mark.once

MEASURED = Measurement(1.0, 0.0, 0.0, 1.0, 1.0)


def named(label, node):
    """The node with a label."""
    node.label = label
    return node


def nodes(count):
    """Leaves with the labels n0, n1 and so on."""
    return [Value(float(i), label=f"n{i}") for i in range(count)]


def edge(status="wrong"):
    """A verdict on the local derivative of p = q * 3 with respect to q."""
    q = Value(2.0, label="q")
    p = named("p", q * 3.0)
    return EdgeVerdict(p, q, 0, status, -3.0, 3.0, "It is off.")


def result_of(verdicts, edges=(), root=0.0, **more):
    """A result that holds these verdicts."""
    doubtful = {(each.node, each.position): each for each in edges}
    return Check(root, Verdicts({x.node: x for x in verdicts}), doubtful, "All of it", **more)


# ---- the digits of a number ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "expected", "room", "same"),
    [
        (math.inf, math.inf, 0.0, True), (math.inf, 1.0, 0.0, False), (1.0, math.inf, 0.0, False),
        (-math.inf, math.inf, 9.0, False), (math.nan, math.nan, 9.0, False),
        (1.0, 1.25, 0.249, False), (1.0, 1.25, 0.251, True), (-1.0, 1.0, 1.9, False),
        (1e9, 1e9 + 0.5, 0.0, True), (1e9, 1e9 + 2.0, 0.0, False),
        (0.0, 1.0, 1 - 5e-10, True), (1.0, 0.0, 1 - 5e-10, True),  # relative to the larger one
        (0.0, 1.0, 1 - 2e-9, False), (0.0, 1e-300, 0.0, False),
    ],
)  # fmt: skip
def test_two_numbers_are_the_same_apart_from_some_room(number, expected, room, same):
    assert agrees(number, expected, room) is same


@pytest.mark.parametrize(
    ("x", "half"),
    [
        (1.23456789012, 5e-12), (1.234567890123, 0.0),  # twelve digits, and thirteen
        (-1.23456789012, 5e-12), (0.5, 5e-4), (0.123, 5e-4), (0.1234, 5e-5), (2e5, 500.0),
        (1.2345678901234567e300, 0.0),  # too large for single precision
        (0.0, 0.0), (math.inf, 0.0),
    ],
)  # fmt: skip
def test_a_number_with_thirteen_digits_is_not_rounded(x, half):
    assert Digits().half_width(x) == pytest.approx(half, rel=1e-12)


@pytest.mark.parametrize(
    ("x", "width", "half"),
    [
        (2.0, 0.0, 0.0), (-0.5, 0.0, 0.0), (1.25, 0.0, 0.0), (1.255, 0.0, 0.005),
        (0.125, 0.0, 0.005), (12.5, 0.0, 0.0), (123.5, 0.0, 0.5), (1 / 3, 0.0, 0.005),
        (2.0, 0.0049, 0.0), (2.0, 0.005, 0.005), (0.0, 0.0, 0.0), (0.0, 1.0, 0.005),
        (math.inf, 0.0, 0.005),
    ],
)  # fmt: skip
def test_a_step_rounds_only_a_number_that_has_more_digits(x, width, half):
    assert Digits(3, 2).half_step(x, width) == half
    assert Digits().half_step(x, width) == 0.0


@pytest.mark.parametrize("count", [2, 200, 1000])
def test_a_flipped_sign_is_wrong_under_however_many_exact_steps(count):
    x = Value(1.7, label="x")
    L = x * 0.41
    for _ in range(count):
        L = -L
    x.grad = -0.41
    verdict = check(L).verdicts[x]
    assert (verdict.status, verdict.mistake) == ("wrong", "The sign is flipped.")


def test_a_number_beyond_single_precision_is_not_a_single():
    assert _is_single(1e300) is False
    assert _is_single(0.1) is False
    assert _is_single(0.5) is True


@pytest.mark.parametrize(
    ("inexact", "others", "digits"),
    [
        ([1.234567890123], [], (0, 0)), ([1.23456789012], [], (12, 11)),
        ([0.5, 0.12345], [], (5, 5)), ([0.12345, 0.5], [], (5, 5)),
        ([0.123], [1 / 3], (3, 0)), ([0.1234], [1 / 3], (4, 4)),
        ([0.5], [1.234567890123], (3, 0)), ([0.5], [1.23456789012], (3, 4)),
        ([math.nan, 120.0], [1 / 3], (3, 0)), ([123456.0], [], (6, 4)),
    ],
)  # fmt: skip
def test_how_somebody_rounds_shows_in_the_longest_number(inexact, others, digits):
    assert digits_of(inexact, [*inexact, *others]) == digits


@pytest.mark.parametrize(
    ("x", "digits", "decimals"),
    [
        (0.0, 1, 0), (-0.0, 1, 0), (120.0, 2, 0), (-0.052, 2, 3), (2e-05, 1, 5), (1.5e20, 2, 0),
        (1.0, 1, 0), (100.25, 5, 2), (1.25e-7, 3, 9),
    ],
)  # fmt: skip
def test_how_many_digits_and_decimals_a_number_has(x, digits, decimals):
    assert (written_digits(x), written_decimals(x)) == (digits, decimals)


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_numbers_that_are_not_finite_have_no_decimals(x):
    assert written_decimals(x) == 0


@pytest.mark.parametrize(
    ("x", "exact", "coarse"),
    [
        (2.4, 2.41411, True), (2.41, 2.41411, False), (2.5, 2.41411, False), (-2.4, 2.41411, False),
        (2.4, 2.449, True), (2.4, 2.351, True), (2.4, 2.451, False), (2.4, 2.349, False),
        (20.0, 20.4, True), (3.0, 2.8, True), (3.0, 2.7, False),  # a tenth of it is 0.27
        (0.0, 0.001, False),
    ],
)  # fmt: skip
def test_a_number_may_be_rounded_too_coarsely(x, exact, coarse):
    assert is_coarse(x, exact) is coarse


@pytest.mark.parametrize(
    ("x", "exact", "digits"),
    [
        (0.5, 0.504, 3), (0.5, 0.52, 2), (1, 0.99998, 5), (2.4, 2.40004, 6), (0.5, 0.500000004, 9),
        (2.4, 2.41411, 3), (0.5, 0.5004, 4),
    ],
)  # fmt: skip
def test_as_many_digits_as_tell_a_number_from_its_rounding_are_needed(x, exact, digits):
    assert digits_needed(x, exact) == digits


# ---- what arrives, and where there is a kink -----------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "terms", "cancels"),
    [
        ("added", [1e6, -1e6 + 1e-4], True), ("added", [1e6, -1e6 + 1.0], False),
        ("added", [1e-6, -1e-6 + 1e-14], False), ("own value", [0.0], True),
        ("own value", [1e-300], False), ("zero", [0.0], False),
        ("missing path", [3.0, -3.0], False),
    ],
)  # fmt: skip
def test_terms_cancel_out_up_to_a_billionth_of_their_size(kind, terms, cancels):
    assert Mistake(kind, "why", terms).cancels_out is cancels


@pytest.mark.parametrize("y", [0.5e-9, -0.5e-9])
@pytest.mark.parametrize(("times", "expected"), [(1, True), (3, False)])
def test_a_kink_is_felt_within_a_billionth_of_1_from_0(y, times, expected):
    rule = RULES[NUMBER["max"]]
    numbers = [0.0, y * times]
    partials = tuple(partial(*numbers, max(numbers)) for partial in rule.partials)
    assert is_at_kink(rule, numbers, partials) is expected


# ---- how a gradient is found ---------------------------------------------------------------------

TWO_USERS = "{} use n. How does each of them change when n changes?"
ONE_USER = "Only L uses n: L = {}. How does L change when n changes?"


def of(user, name="neg", position=0, operands=("n", "m")):
    """One use of n."""
    return Use(user, operands, position, TABLE.get(name))


@pytest.mark.parametrize(
    ("count", "users"),
    [
        (2, "u0 and u1"), (3, "u0, u1 and u2"), (4, "u0, u1, u2 and 1 more"),
        (6, "u0, u1, u2 and 3 more"),
    ],
)  # fmt: skip
def test_three_users_of_a_node_are_named(count, users):
    question, rule = way("n", "L", [of(f"u{i}") for i in range(count)])
    assert question == TWO_USERS.format(users)
    assert rule == (
        "For each of them, multiply its gradient by its derivative with respect to n; then add up."
    )


def test_a_user_that_uses_a_node_twice_is_named_once():
    question, _ = way("n", "L", [of("u", "mul"), of("u", "mul", 1), of("v")])
    assert question == TWO_USERS.format("u and v")
    assert way("n", "L", [of("u", "mul"), of("u", "mul", 1)]) == (
        "u uses n more than once. What does each use contribute?",
        "For each use, multiply the gradient of u by the derivative with respect to that operand; "
        "then add up.",
    )


def test_a_node_without_users_or_whose_user_has_no_formula():
    assert way("n", "loss", []) == (
        "Does loss change when this node changes a little?",
        "No path carries a gradient back to it, so its gradient is 0.",
    )
    assert way("n", "loss", [of("u", "none")]) == (
        "Only u uses n. How does u change when n changes?",
        "Multiply the derivative of u with respect to n by the gradient of u.",
    )


@pytest.mark.parametrize(
    ("name", "position", "operands", "formula", "derivative"),
    [
        ("sub", 1, ("m", "n"), "m − n", "−1"),
        ("mul", 0, ("n", "m"), "n · m", "m"),
        ("mul", 1, ("a + 1", "n"), "(a + 1) · n", "(a + 1)"),
        ("mul", 0, ("n", "0.5"), "n · 0.5", "0.5"),
        ("div", 1, ("m", "n"), "m / n", "−L / n"),
        ("exp", 0, ("n",), "exp(n)", "L"),
        ("tanh", 0, ("n",), "tanh(n)", "1 − L · L"),
    ],
)
def test_a_formula_is_told_with_the_names_of_the_graph(
    name, position, operands, formula, derivative
):
    question, rule = way("n", "loss", [of("L", name, position, operands)])
    assert question == ONE_USER.format(formula)
    assert rule == (
        f"The derivative of L with respect to n is {derivative}. Multiply it by the gradient of L."
    )


@pytest.mark.parametrize(("exponent", "power"), [("2", "n²"), ("3", "n³"), ("4", "n ** 4")])
def test_a_square_and_a_cube_are_written_with_a_small_exponent(exponent, power):
    question, rule = way("n", "loss", [of("L", "pow", 0, ("n", exponent))])
    assert question == ONE_USER.format(power)
    assert rule == (
        f"L = {power}: the power rule multiplies by the exponent and lowers it by one. Multiply "
        "the derivative of L with respect to n by the gradient of L."
    )


# ---- the result: counts and truth ----------------------------------------------------------------


@pytest.mark.parametrize("kinds", [(), ("right",), ("wrong",), ("right", "wrong")])
@pytest.mark.parametrize("edges", [(), ("wrong",), ("not comparable",), ("right", "wrong")])
def test_it_is_ok_where_no_gradient_and_no_local_derivative_is_wrong(kinds, edges):
    verdicts = [Verdict(x, kind, 1.0, 1.0) for x, kind in zip(nodes(2), kinds)]
    doubtful = [edge(status) for status in edges]
    result = result_of(verdicts, doubtful)
    assert result.ok is bool(result) is ("wrong" not in (*kinds, *edges))
    assert result.wrong_edges == [each for each in doubtful if each.status == "wrong"]
    assert [each.status for each in result.wrong] == ["wrong"] * kinds.count("wrong")


@pytest.mark.parametrize(
    ("kinds", "edges", "words"),
    [
        ([], 0, "nothing to check."),
        ([], 1, "nothing to check. 1 local derivative is wrong."),
        (["right"], 2, "1 right. 2 local derivatives are wrong."),
        (["not set", "right"], 0, "1 right, 1 not set."),
        (["wrong", "right", "wrong"], 1, "1 right, 2 wrong. 1 local derivative is wrong. Begin "
         "with n2."),
        (["not set", "not comparable", "not certain", "wrong", "right"], 0, "1 right, 1 wrong, "
         "1 not certain, 1 not comparable, 1 not set. Begin with n3."),
    ],
)  # fmt: skip
def test_the_headline_counts_what_there_is(kinds, edges, words):
    verdicts = [Verdict(x, kind, 1.0, 1.0) for x, kind in zip(nodes(9), kinds)]
    result = result_of(verdicts, [edge() for _ in range(edges)])
    assert result.headline() == f"All of it: {words}"


def test_nobody_is_told_to_begin_with_what_only_follows():
    verdict = Verdict(Value(1.0, label="a"), "wrong", 1.0, 2.0, kind="follows")
    assert result_of([verdict]).headline() == "All of it: 1 wrong."


def test_a_mark_tells_the_right_gradient_where_it_is_wrong():
    kinds = ["right", "wrong", "not certain", "not comparable", "not set"]
    five = nodes(5)
    result = result_of([Verdict(x, kind, 1.0, -0.5) for x, kind in zip(five, kinds)])
    assert [result.marks.get(x) for x in five] == [
        ("✓", "right"), ("✗ −0.5000", "wrong"), ("?", "not certain"), ("?", "not comparable"), None,
    ]  # fmt: skip


def test_every_local_derivative_of_a_graph_has_a_verdict():
    a, b, c = (Value(x, label=label) for x, label in ((2.0, "a"), (-3.0, "b"), (0.0, "c")))
    e = a * b
    L = (e - c) * 4.0
    d = next(x for x in L._operands if x.kind == "inner")
    edges = check(L).edges
    assert [(x.node, x.operand, x.position, x.found) for x in edges] == [
        (e, a, 0, -3.0), (e, b, 1, 2.0), (d, e, 0, 1.0), (d, c, 1, -1.0), (L, d, 0, 4.0),
    ]  # fmt: skip
    assert all(x.status == "right" and x.expected == x.found for x in edges)
    assert {(x.mistake, x.why) for x in edges} == {("", "")}


def test_nothing_flows_to_the_side_that_a_condition_did_not_take():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    edges = check(chainrule.where(1.0, a, b)).edges
    assert [(x.operand, x.position, x.found, x.expected) for x in edges] == [
        (a, 1, 1.0, 1.0), (b, 2, None, 0.0),
    ]  # fmt: skip


def test_a_function_that_gives_a_plain_number_has_no_local_derivatives():
    assert check(lambda x: 5.0, 1.0).edges == ()


# ---- the result: text ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "cells"),
    [
        (("right", 1.0, 1.0), ("✓", "1.0000", "1.0000", "", "right")),
        (("right", 1.01, 1.0, "", "near"), ("✓", "1.0100", "1.0000", "1e-02", "right (near)")),
        (("wrong", -1.0, 1.0, "Flipped."), ("✗", "−1.0000", "1.0000", "2e+00", "Flipped.")),
        (("wrong", -1.0, 1.0, "Flipped.", "kink"),
         ("✗", "−1.0000", "1.0000", "2e+00", "Flipped. (kink)")),
        (("wrong", math.inf, 1.0, "No."), ("✗", "∞", "1.0000", "", "No.")),
        (("wrong", None, 1.0, "No."), ("✗", "–", "1.0000", "", "No.")),
        (("not certain", 1.0, 1.0), ("?", "1.0000", "1.0000", "", "not certain")),
        (("not comparable", 1.0, math.nan), ("?", "1.0000", "", "", "not comparable")),
        (("not set", None, 1.0), ("–", "–", "", "", "not set")),
    ],
)  # fmt: skip
def test_a_verdict_in_a_row(verdict, cells):
    sign, *rest = cells
    assert result_of([Verdict(Value(3.0, label="w"), *verdict)]).cells() == [(sign, "w", *rest)]


def test_the_root_comes_first_in_a_graph_and_the_first_argument_in_a_function():
    verdicts = [Verdict(x, "right", 1.0, 1.0) for x in nodes(3)]
    assert [row[1] for row in result_of(verdicts).cells()] == ["n2", "n1", "n0"]
    shown = result_of(verdicts, _root_first=False).cells()
    assert [row[1] for row in shown] == ["n0", "n1", "n2"]


@pytest.mark.parametrize(
    ("count", "note"),
    [(39, []), (40, []), (41, ["Not shown: 1 more node."]), (45, ["Not shown: 5 more nodes."])],
)
def test_forty_rows_are_shown(count, note):
    kinds = ["not set", "right", "not comparable", "not certain", "wrong"]
    verdicts = [
        Verdict(x, kinds[i % 5], 1.0, 1.0, nudged=MEASURED) for i, x in enumerate(nodes(count))
    ]
    result = result_of(verdicts, _root_first=False)
    signs = [row[0] for row in result.cells()]
    assert len(signs) == min(count, 40)
    order = [each for each in ("✗", "?", "✓", "–") if each in signs]
    assert (sorted(signs, key=order.index) == signs) is (count > 40)
    assert str(result).splitlines()[3 + len(signs) :] == note


def test_where_not_all_fit_what_is_not_certain_comes_before_what_is_not_comparable():
    kinds = ["not comparable", "not certain"] * 21
    verdicts = [Verdict(x, kind, 1.0, 1.0) for x, kind in zip(nodes(42), kinds)]
    words = [row[-1] for row in result_of(verdicts).cells()]
    assert words == ["not certain"] * 21 + ["not comparable"] * 19


@pytest.mark.parametrize(
    ("nudged", "by_rules", "note"),
    [
        (2, [], []),
        (0, ["not set", "not comparable", "not certain"], []),
        (1, ["right"], ["Nudged: 1 gradient; compared with the rules alone: 1."]),
        (0, ["wrong", "not set", "right"],
         ["Nudged: 0 gradients; compared with the rules alone: 2."]),
        (2, ["right"] * 1234,
         ["Not shown: 1,196 more nodes.",
          "Nudged: 2 gradients; compared with the rules alone: 1,234."]),
    ],
)  # fmt: skip
def test_how_many_gradients_were_nudged(nudged, by_rules, note):
    leaves = nodes(nudged + len(by_rules))
    verdicts = [Verdict(x, "right", 1.0, 1.0, nudged=MEASURED) for x in leaves[:nudged]]
    verdicts += [Verdict(x, status, 1.0, 1.0) for x, status in zip(leaves[nudged:], by_rules)]
    result = result_of(verdicts, remarks=("A remark.",))
    assert result.nudged == nudged
    assert result._notes() == [*note, "A remark."]


def test_a_wrong_local_derivative_in_words():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = Value(6.0, (a, b), (3.0, -2.0), _op="*")
    L.label = "L"
    result = check(L)
    assert str(result).splitlines()[0] == (
        "The gradients of L: 3 not set. 1 local derivative is wrong."
    )
    assert (
        str(result)
        .splitlines()[-1]
        .startswith(
            "✗ d L / d b: The sign of the local derivative of mul with respect to y is flipped. "
            "It is −2.0000, but "
        )
    )
    (found,) = result.wrong_edges
    assert (found.node, found.operand, found.position, found.why) == (L, b, 1, "")
    assert (found.found, found.expected) == (-2.0, 2.0)


@pytest.mark.parametrize("count", [40, 41])
def test_forty_wrong_local_derivatives_are_told(count):
    notes = result_of([], [edge() for _ in range(count)])._notes()
    assert len(notes) == 40
    assert notes[0].startswith("✗ d p / d q: It is off. It is −3.0000, but ")


# ---- failing -------------------------------------------------------------------------------------


def failure(result):
    """The lines of the message, without the folder of this file."""
    with pytest.raises(CheckFailed) as failed:
        result.raise_if_wrong()
    text = re.sub(r"\S*test_gradient_limits.py:\d+", "HERE", str(failed.value))
    assert text.startswith(f"{result.headline()}\n")
    return text.splitlines()


def test_what_is_all_right_does_not_fail():
    a = Value(2.0, label="a")
    L = a * 3.0
    L.backward()
    assert check(L).raise_if_wrong() is None


def test_a_wrong_gradient_fails_with_its_node_and_its_line():
    a = Value(2.0, label="a")
    with chainrule.debug():
        w = named("w", a * 3.0)
    L = w * 5.0
    w.grad = -5.0
    *table, node, remedy = failure(check(L))
    assert "✗  w" in "\n".join(table)
    assert node == "  node    'w'  made at HERE"
    assert remedy == "  remedy  begin with w; errors that follow from it will disappear"


def test_a_node_without_a_line_fails_where_the_check_stands():
    a = Value(2.0, label="a")
    L = a * 3.0
    a.grad = -3.0
    *_, node, remedy = failure(check(L))
    assert node == "  node    'a'  made at HERE"
    assert remedy == "  remedy  begin with a; errors that follow from it will disappear"


def test_a_wrong_local_derivative_fails_without_a_node():
    *_, where, remedy = failure(result_of([], [edge()]))
    assert where == "  where   HERE"
    assert remedy == (
        "  remedy  begin with the local derivatives; errors that follow from it will disappear"
    )


def test_too_many_passes_fail_with_their_remedy():
    a = Value(2.0, label="a")
    L = a * 3.0
    L.backward()
    L.backward()
    *_, node, remedy = failure(check(L))
    assert remedy == "  remedy  chainrule.zero_grad(L) before each backward()"
    assert node.startswith("  node    ")


# ---- every way to go wrong -----------------------------------------------------------------------


def part(user="u", above=5.0, partial=3.0, number=2.0):
    """What one use of a node adds, of an operation without a formula."""
    return Contribution(user, above, partial, None, 0, (number,), 7.0)


def told(mistakes):
    """Kind, gradient, sentence, and whether it is telling."""
    return [(x.kind, pytest.approx(x.gradient), x.sentence, x.is_telling) for x in mistakes]


OFTEN = "add up the contributions of all paths."
ONCE = "multiply by it only once."
INSTEAD = "instead of multiplied by it."


def test_every_mistake_with_one_contribution():
    assert told(known_mistakes([part()])) == [
        ("sign", -15, "The sign is flipped.", True),
        ("above missing", 3, "Chain rule: multiply by the gradient of u above it, which is 5.",
         True),
        ("local missing", 5, "Chain rule: multiply the gradient above by the local derivative, "
         "which is 3.", True),
        ("zero", 0, "It is 0, as if this node had no effect, but it is used by u.", True),
        ("squared", 45, f"The local derivative is squared: {ONCE}", True),
        ("inverted", 5 / 3, f"The gradient above is divided by the local derivative {INSTEAD}",
         True),
        ("squared", 75, f"The gradient above is squared: {ONCE}", True),
        ("inverted", 3 / 5, f"The local derivative is divided by the gradient above {INSTEAD}",
         True),
        ("own value", 2, "This is its value, not its gradient.", True),
        ("added", 8, "Chain rule: the gradient above and the local derivative are added, not "
         "multiplied.", False),
    ]  # fmt: skip


def test_every_mistake_with_two_contributions():
    """15 arrives via u, and −14 via v."""
    parts = [part(), part("v", -2.0, 7.0, 9.0)]
    found = told(known_mistakes(parts))
    above = "Chain rule: multiply by the gradient above, which is"
    local = "Chain rule: multiply by the local derivative, which is"
    path = "Missing path: only 1 of 2 contributions is included. The gradient came via"
    assert found[:12] == [
        ("sign", -1, "The sign is flipped.", True),
        ("above missing", 10, "Chain rule: multiply by the gradients above: 5 at u, −2 at v.",
         True),
        ("above missing", -11, f"{above} 5, on the path via u.", True),
        ("above missing", 22, f"{above} −2, on the path via v.", True),
        ("missing path", 15, f"{path} u; {OFTEN}", True),
        ("missing path", -14, f"{path} v; {OFTEN}", True),
        ("sign", -29, "The sign is flipped on the path via u.", True),
        ("sign", 29, "The sign is flipped on the path via v.", True),
        ("local missing", 3, "Chain rule: multiply the gradients above by the local derivatives: "
         "3, 7.", True),
        ("local missing", -9, f"{local} 3, on the path via u.", True),
        ("local missing", 13, f"{local} 7, on the path via v.", True),
        ("zero", 0, "It is 0, as if this node had no effect, but it is used by u, v.", True),
    ]  # fmt: skip
    assert found[-2:] == [
        ("own value", 2, "This is its value, not its gradient.", True),
        ("added", 13, "Chain rule: the gradient above and the local derivative are added, not "
         "multiplied.", False),
    ]  # fmt: skip


def test_a_factor_squared_or_inverted_on_one_of_two_paths():
    parts = [part(), part("v", -2.0, 7.0, 9.0)]
    found = [x for x in told(known_mistakes(parts)) if x[0] in ("squared", "inverted")]
    divided = [f"the gradient above is divided by the local derivative {INSTEAD}",
               f"the local derivative is divided by the gradient above {INSTEAD}"]  # fmt: skip
    squared = [
        f"the {factor} is squared: {ONCE}" for factor in ("local derivative", "gradient above")
    ]
    assert [(gradient, words) for _, gradient, words, _ in found] == [
        (-53, squared[0].capitalize()),
        (31, f"On the path via u {squared[0]}"),
        (-83, f"On the path via v {squared[0]}"),
        (5 / 3 - 2 / 7, divided[0].capitalize()),
        (5 / 3 - 14, f"On the path via u {divided[0]}"),
        (15 - 2 / 7, f"On the path via v {divided[0]}"),
        (103, squared[1].capitalize()),
        (61, f"On the path via u {squared[1]}"),
        (43, f"On the path via v {squared[1]}"),
        (3 / 5 - 7 / 2, divided[1].capitalize()),
        (3 / 5 - 14, f"On the path via u {divided[1]}"),
        (15 - 7 / 2, f"On the path via v {divided[1]}"),
    ]  # fmt: skip


def kinds_of(*factors):
    """The kinds of mistakes, and the gradients, with contributions of these factors."""
    parts = [part(f"u{i}", above, partial) for i, (above, partial) in enumerate(factors)]
    return [(x.kind, x.gradient) for x in known_mistakes(parts)]


@pytest.mark.parametrize(
    ("factors", "kind", "gradients"),
    [
        ([(1, 3)], "above missing", []), ([(-1, 3)], "above missing", [3]),
        ([(1, 3), (1, 4)], "above missing", []),
        ([(5, 3), (1, 4)], "above missing", [7]),  # as on one path alone
        ([(-1, 3), (1, 4)], "above missing", [7, 7]),
        ([(5, 3), (5, 4)], "above missing", [7, 23, 19]),
        ([(5, 1)], "local missing", []), ([(5, -1)], "local missing", [5]),
        ([(5, 1), (6, 1)], "local missing", []),
        ([(5, 3), (6, 1)], "local missing", [11]),
        ([(5, -1), (6, 1)], "local missing", [11]),  # else it is the sign on a path
        ([(5, 3), (6, 3)], "local missing", [11, 23, 21]),
        ([(1, 1)], "squared", []), ([(1, -1)], "squared", []), ([(-1, 1)], "inverted", []),
        ([(1, 3)], "squared", [9]), ([(3, 1)], "squared", [9]), ([(3, 1)], "inverted", [1 / 3]),
        ([(1, 3), (1, 1)], "squared", [10, 10]), ([(3, -1), (1, 1)], "squared", [-8, -8]),
        ([(1, 1)], "added", []), ([(1, 2)], "added", [3]), ([(2, 1)], "added", [3]),
        ([(1, 1), (1, 2)], "added", [5]), ([(1, 1), (1, 1)], "added", []),
        ([(5, 3)], "missing path", []), ([(5, 3), (2, 2)], "missing path", [15, 4]),
        ([(5, 3), (2, 2), (1, 1)], "missing path", [15, 4, 1, 19, 16, 5]),
        ([(5, 3)], "sign", [-15]), ([(5, 3), (2, 2)], "sign", [-19, -11, 11]),
        ([(5, 3), (2, 2)], "own value", [2]),
    ],
)  # fmt: skip
def test_a_factor_of_1_cannot_be_forgotten(factors, kind, gradients):
    assert [x for name, x in kinds_of(*factors) if name == kind] == pytest.approx(gradients)


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ([5], False), ([1, 5], True), ([5, 1], True), ([1, 1, 5], True), ([5, 5], False),
        ([1, -1], False), ([1, 1], False), ([-1, 5], False), ([], False),
    ],
)  # fmt: skip
def test_factors_that_change_one_path_of_several(factors, expected):
    assert _is_on_one_path(factors) is expected


def test_the_local_derivative_of_minus_1_is_not_telling():
    """Leaving it out is turning the sign."""
    telling = {
        partials: [x.is_telling for x in known_mistakes([part(f"{i}", 5, p) for i, p in
                   enumerate(partials)]) if x.kind == "local missing"]
        for partials in ((-1,), (3,), (-1, -1), (-1, 3))
    }  # fmt: skip
    assert telling == {(-1,): [False], (3,): [True], (-1, -1): [False], (-1, 3): [True, True]}


def test_three_gradients_above_are_named_and_equal_ones_once():
    def words(*parts, kind="above missing"):
        return next(x.sentence for x in known_mistakes(parts) if x.kind == kind)

    u, v, w, z = part("u"), part("v", 6.0, 3.5), part("w", 7.0, 4.0), part("z", 8.0, 4.5)
    assert words(u, v, w, z) == (
        "Chain rule: multiply by the gradients above: 5 at u, 6 at v, 7 at w."
    )
    assert words(u, u) == "Chain rule: multiply by the gradient of u above it, which is 5."
    assert words(u, part("v")).endswith("gradients above: 5 at u, 5 at v.")
    assert words(u, v, w, z, kind="local missing") == (
        "Chain rule: multiply the gradients above by the local derivatives: 3, 3.5, 4."
    )
    assert words(u, part("v"), kind="local missing") == (
        "Chain rule: multiply the gradient above by the local derivative, which is 3."
    )
    assert words(u, v, w, z, kind="zero").endswith("used by u, v, w.")
    assert words(u, u, v, w, kind="zero").endswith("used by u, v.")


@pytest.mark.parametrize("count", [4, 5, 10, 11])
def test_every_choice_of_ten_paths_is_tried_and_of_more_only_one_and_all_but_one(count):
    parts = [part(f"u{i}", 1.0, 2.0**i) for i in range(count)]
    found = [x for x in known_mistakes(parts) if x.kind == "missing path"]
    gradients = sorted(x.gradient for x in found)
    if count <= 10:
        assert gradients == list(range(1, 2**count - 1))
    else:
        whole = 2.0**count - 1
        assert gradients == sorted(x for i in range(count) for x in (2.0**i, whole - 2.0**i))
    last = [x.sentence for x in found][-1]  # without the first
    assert last == (
        f"Missing path: only {count - 1} of {count} contributions are included. "
        f"The gradient came via u1, u2, u3{', ...' if count > 4 else ''}; {OFTEN}"
    )


# ---- multiples, and where the decimal point is ---------------------------------------------------


def near(x):
    """Whether a number is this one, apart from rounding."""
    return lambda found: math.isclose(found, x, rel_tol=1e-12)


@pytest.mark.parametrize("size", [2, 3, 9, 10])
@pytest.mark.parametrize("sign", ["", "−"])
def test_multiples_and_fractions_up_to_10(size, sign):
    parts = [part("u", 5.3, 3.1)]
    right = -16.43 if sign else 16.43
    (found,) = matching_mistakes(parts, near(right * size))
    assert (found.kind, found.is_telling) == ("factor", not sign)
    assert found.sentence == f"It is {sign}{size} times the correct gradient."
    (found,) = matching_mistakes(parts, near(right / size))
    assert (found.kind, found.is_telling) == ("factor", False)
    assert found.sentence == f"It is {sign}1/{size} of the correct gradient."


@pytest.mark.parametrize("factor", [1.0, 11.0, -11.0, 1 / 11, 2.5])
def test_what_is_not_a_multiple(factor):
    assert matching_mistakes([part("u", 5.3, 3.1)], near(16.43 * factor)) == []


def test_the_most_telling_mistake_comes_first():
    parts = [part("u", 2.0, 2.0)]  # 4, which is also the sum
    kinds = [x.kind for x in matching_mistakes(parts, near(8.0))]
    assert kinds == ["squared", "squared", "factor"]
    assert [x.kind for x in matching_mistakes(parts, near(-2.0))] == ["factor"]
    kinds = [x.kind for x in matching_mistakes(parts, near(2.0))]
    assert kinds == ["above missing", "local missing", "own value", "factor"]


def test_the_multiples_of_nothing_are_not_mistakes():
    parts = [part("u", 5.0, 3.0), part("v", -5.0, 3.0)]
    assert [*shifted_points(parts), *doubled(parts)] == []
    assert [x.kind for x in matching_mistakes(parts, near(0.0)) if x.kind == "factor"] == []


def test_twice_the_gradient_and_a_decimal_point_elsewhere():
    parts = [part("u", 5.3, 3.1), part("v", 1.0, 0.57)]
    point = "The decimal point is off by"
    assert told(shifted_points(parts)) == [
        ("decimal point", 170.0, f"{point} one digit.", False),
        ("decimal point", 1.7, f"{point} one digit.", False),
        ("decimal point", 1700.0, f"{point} two digits.", False),
        ("decimal point", 0.17, f"{point} two digits.", False),
    ]
    assert told(doubled(parts)) == [
        ("doubled", 34.0, "It is twice the correct gradient, as if everything had been added "
         "twice.", False),
    ]  # fmt: skip


@pytest.mark.parametrize("silent", [True, False])
def test_of_mistakes_that_are_not_telling_only_twice_the_gradient_is_told_beside_another(silent):
    first = Mistake("sign", "", [2.0], is_telling=not silent)
    twice = Mistake("doubled", "", [2.0], is_telling=False)
    added = Mistake("added", "", [2.0], is_telling=False)
    assert equally_likely([first, added, twice]) == [first, twice]
    assert equally_likely([]) == []


# ---- the arguments of a function -----------------------------------------------------------------


def two(x, y):
    return x * y


def many(x, *rest, k=1.0):
    return x + sum(rest) * k


@pytest.mark.parametrize(
    ("f", "count", "names"),
    [
        (two, 2, ["x", "y"]), (two, 1, ["x"]), (two, 0, []), (two, 3, ["x", "y", "x2"]),
        (many, 1, ["x"]), (many, 3, ["x", "rest[0]", "rest[1]"]), (many, 0, []),
        (lambda *a: a, 2, ["a[0]", "a[1]"]), (lambda *, k: k, 0, []),
        (max, 2, ["x0", "x1"]),  # Python doesn't know its signature
    ],
)  # fmt: skip
def test_the_names_of_arguments(f, count, names):
    assert argument_names(f, count) == names


def test_lists_within_lists_are_taken_apart_and_put_together_again():
    a = Value(5.0, label="a")
    arguments = Arguments(two, [[1, (2.5, a)], np.array([[6.0, 7.0]])])
    assert [(slot.name, slot.number) for slot in arguments.slots] == [
        ("x[0]", 1.0), ("x[1][0]", 2.5), ("x[1][1]", 5.0), ("y[0][0]", 6.0), ("y[0][1]", 7.0),
    ]  # fmt: skip
    assert arguments.slots[2].argument is a
    assert all(type(slot.number) is float for slot in arguments.slots)
    x, y = arguments.unflatten([10, 11, 12, 13, 14])
    assert x == [10, (11, 12)]
    assert (y.dtype, y.tolist()) == (float, [[13.0, 14.0]])


def test_an_array_of_values_holds_objects():
    leaves = [Value(1.0), Value(2.0)]
    (x,) = Arguments(two, [np.array([3.0, 4.0])]).unflatten(leaves)
    assert (x.dtype, x.tolist()) == (object, leaves)


def test_an_array_of_a_value_and_an_int_that_is_kept_holds_objects():
    leaf = Value(1.0)
    (x,) = Arguments(two, [np.array([2, 1.5], dtype=object)], keeps_ints=True).unflatten([leaf])
    assert (x.dtype, x.tolist()) == (object, [2, leaf])


@pytest.mark.parametrize(
    ("keeps", "names", "filled"),
    [(False, ["x", "y[0]", "y[1]"], [10, [11, 12]]), (True, ["y[1]"], [3, [4, 10]])],
)
def test_ints_are_kept_where_they_are_needed(keeps, names, filled):
    arguments = Arguments(two, [3, [4, 5.0]], keeps_ints=keeps)
    assert [slot.name for slot in arguments.slots] == names
    assert arguments.unflatten([10, 11, 12]) == filled


@pytest.mark.parametrize(
    ("at", "named", "what", "remedy"),
    [
        ((1.0, 2.0, 3.0), {}, "3 numbers: too many positional arguments",
         "check(f, 1.0, 1.0)"),
        ((1.0,), {}, "1 number: missing a required argument: 'y'", "check(f, 1.0, 1.0)"),
        ((), {}, "no numbers: missing a required argument: 'x'", "x=1.0 y=1.0"),
        ((), {"x": 1.0, "z": 2.0}, "x, z: it has no argument 'z'", "x=1.0 y=1.0"),
        ((), {"x": 1.0, "y": 1.0, "a": 1.0, "b": 1.0}, "x, y, a, b: it has no argument 'a', 'b'",
         "x=1.0 y=1.0"),
        ((), {"x": 1.0}, "x: missing a required argument: 'y'", "x=1.0 y=1.0"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit(at, named, what, remedy):
    with pytest.raises(WrongType) as failed:
        bind_arguments(two, "two", at, named)
    assert str(failed.value) == (
        f"two(x, y) cannot take {what}.\n  remedy  give each argument its number: {remedy}"
    )


def test_arguments_that_fit():
    assert bind_arguments(two, "two", (1.0, 2.0)) == {"x": 1.0, "y": 2.0}
    assert bind_arguments(two, "two", (1.0,), {"y": 2.0}) == {"x": 1.0, "y": 2.0}
    assert bind_arguments(max, "max", (1.0, 2.0, 3.0)) == {}
    with pytest.raises(WrongType, match=r"remedy .*: diagnose\(f, 1.0, 1.0\)"):
        bind_arguments(two, "two", (1.0,), caller="diagnose")


# ---- a function ----------------------------------------------------------------------------------

UNRECORDED = (
    "Part of the computation isn't recorded: look for .data, or for a Value converted to a number."
)


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (-1, "The sign is flipped."), (2, "It is 2 times the correct gradient."),
        (10, "It is 10 times the correct gradient."), (11, UNRECORDED), (-2, UNRECORDED),
        (1.5, UNRECORDED), (0, UNRECORDED), (-1 + 1e-7, "The sign is flipped."),
        (2 + 1e-7, "It is 2 times the correct gradient."), (2 + 1e-5, UNRECORDED),
        (-1 + 1e-5, UNRECORDED),
    ],
)  # fmt: skip
def test_what_is_said_of_a_function_whose_gradient_is_a_multiple(factor, words):
    """The gradient that is recorded is the factor, and the other part of the slope isn't."""

    def f(x):
        data = x.data if isinstance(x, Value) else x
        return x * (3.7 * factor) + data * (3.7 - 3.7 * factor)

    (verdict,) = check(f, 0.6).verdicts.values()
    assert (verdict.status, verdict.mistake) == ("wrong", words)
    assert verdict.found == pytest.approx(3.7 * factor)
    assert verdict.expected == pytest.approx(3.7)


class Model:
    """Something that can be called, but has no name."""

    def __call__(self, x):
        return x * 2.0


@pytest.mark.parametrize(
    ("f", "title"),
    [(lambda x: x, "the function"), (chainrule.tanh, "tanh"), (Model(), "Model"), (abs, "abs")],
)
def test_the_title_names_the_function(f, title):
    assert check(f, 0.5).title == f"The gradient of {title}"
    assert check(f, 0.5).headline() == f"The gradient of {title}: 1 right."


def test_a_bad_name_does_not_disturb_the_table():
    def f(x):
        return x * 1.0

    f.__name__ = "f\n\x00"
    assert (
        check(f, 1.0).title == "The gradient of f\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"
    )


@pytest.mark.parametrize(
    ("f", "at", "why"),
    [
        (lambda x: x * math.inf, 1.0, "the function is ∞ at this point: it overflows"),
        (lambda x: x * -math.inf, 1.0, "the function is −∞ at this point: it overflows"),
        (lambda x: x**1.5, 0.0, "the function has no value to the left of this point"),
        (lambda x: (-x) ** 1.5, 0.0, "the function has no value to the right of this point"),
        (lambda x: (-x) ** 1.5 * x**1.5, 0.0, "the function has no value near this point"),
        (chainrule.floor, 2.0, "jump: the function has no slope where it jumps"),
        (chainrule.sqrt, 0.0, "the gradient is ∞ at this point"),
        (lambda x: x * (2 if isinstance(x, Value) else 3), 2.0,
         "the function gives 4 for Values, but 6 for plain numbers"),
        (lambda x: x * (math.nan if isinstance(x, Value) else 3), 2.0,
         "the function gives nan for Values, but 6 for plain numbers"),
        (lambda x: x * (math.nan if not isinstance(x, Value) else 3), 2.0,
         "the function gives 6 for Values, but nan for plain numbers"),
        (lambda x: x * math.nan, 2.0, "the function is nan at this point"),
        (lambda x: chainrule.relu(x) * 3 - x, 0.0,
         "kink: the slope is −1 on the left and 2 on the right"),
        (lambda x: (x + 1e16) - 1e16, 1.0, "cancellation: rounding hides the change"),
    ],
)  # fmt: skip
def test_why_a_function_cannot_be_compared(f, at, why):
    (verdict,) = check(f, at).verdicts.values()
    assert (verdict.status, verdict.mistake, verdict.why) == ("not comparable", "", why)


@pytest.mark.parametrize("off", [1e-11, 1e-7])
def test_a_function_may_give_values_a_billionth_more(off):
    def f(x):
        return x * (1 + off if isinstance(x, Value) else 1)

    (verdict,) = check(f, 2.0).verdicts.values()
    assert verdict.status == ("right" if off < 1e-9 else "not comparable")


def test_an_argument_that_others_are_computed_from():
    a = Value(2.0, label="a")
    b = a * 3.0
    c = b + 1.0
    dependent = "dependent inputs: {} is computed from it and would move too"
    verdicts = check(lambda x, y, k: x * y * k, a, c, b).verdicts
    assert verdicts["x"].why == dependent.format("y")
    assert verdicts["y"].status == "right"
    assert verdicts["k"].why == dependent.format("y")
    lists = check(lambda x, xs: x * sum(xs), 2.0, [1.0, b, c]).verdicts
    assert {label: lists[label].why for label in ("x", "xs[0]", "xs[1]", "xs[2]")} == {
        "x": "", "xs[0]": "", "xs[1]": dependent.format("xs[2]"), "xs[2]": "",
    }  # fmt: skip


def test_a_function_of_several_arguments_is_nudged_one_by_one():
    def f(x, y, z):
        return x * y**2 + chainrule.sin(z) * x

    found = check(f, 0.7, -1.3, 2.1).verdicts
    right = {"x": 1.69 + math.sin(2.1), "y": -2.6 * 0.7, "z": 0.7 * math.cos(2.1)}
    for name, gradient in right.items():
        assert found[name].status == "right"
        assert found[name].nudged.value == pytest.approx(gradient, rel=1e-9)
        assert found[name].expected == pytest.approx(gradient, rel=1e-12)
        assert found[name].found == pytest.approx(gradient, rel=1e-12)
    assert [row[1] for row in check(f, 0.7, -1.3, 2.1).cells()] == ["x", "y", "z"]


def test_a_function_that_only_takes_values_is_nudged_with_values():
    (verdict,) = check(lambda x: x.tanh() * 2.0, 0.3).verdicts.values()
    assert verdict.nudged.value == pytest.approx(2 / math.cosh(0.3) ** 2)


def test_a_type_error_of_the_function_itself_is_not_hidden():
    with pytest.raises(TypeError, match="mine"):
        check(lambda x: (_ for _ in ()).throw(TypeError("mine")), 1.0)
    with pytest.raises(TypeError, match="mine"):
        check(lambda x: (_ for _ in ()).throw(TypeError("mine")), 1)


def test_a_function_of_no_number_is_refused():
    with pytest.raises(WrongType) as failed:
        check(lambda x: [x, x], 1.0)
    assert str(failed.value) == (
        "check needs a function that returns one number, but it returned list.\n"
        "  remedy  return one number, for example the sum of several"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: check(Value(1.0), 2.0),
         "check needs a graph alone, or a function and its arguments.\n"
         "  remedy  check(L), or check(lambda a, b: ..., 2.0, -3.0)"),
        (lambda: check(3.0),
         "check needs a Value or a function, but got float.\n"
         "  remedy  check(L), or check(lambda a, b: ..., 2.0, -3.0)"),
        (lambda: check(abs), "check needs a point to check at.\n  remedy  check(f, 2.0)"),
    ],
)  # fmt: skip
def test_what_check_refuses(call, words):
    with pytest.raises(WrongType) as failed:
        call()
    assert str(failed.value) == words


# ---- the name of a mistake -----------------------------------------------------------------------


def said(root, node):
    """Status, kind and sentence of one verdict."""
    verdict = check(root).verdicts[node]
    return verdict.status, verdict.kind, verdict.mistake


def product(factor, number=0.37):
    """A leaf x, and L = x * factor with the gradient 1."""
    x = Value(number, label="x")
    L = named("L", x * factor)
    L.grad = 1.0
    return x, L


@pytest.mark.parametrize(
    ("by_hand", "passes", "words"),
    [
        (6.0, 1, "It was set to 6 by hand, and a pass added to it."),
        (-6.5, 2, "It was set to −6.5 by hand, and 2 passes added to it."),
        (0.0, 2, "It is the sum of 2 passes; call zero_grad(L) before each."),
        (0.0, 3, "It is the sum of 3 passes; call zero_grad(L) before each."),
    ],
)
def test_what_a_gradient_held_before(by_hand, passes, words):
    x = Value(0.37, label="x")
    L = named("L", x * 2.3)
    if by_hand:
        x.grad = by_hand
    for _ in range(passes):
        L.backward()
    assert said(L, x) == ("wrong", "history", words)
    assert check(L).verdicts[x].hints[0] == "Did this gradient hold something before the pass?"


@pytest.mark.parametrize(
    ("by_hand", "passes", "words"),
    [
        (0.37, 1, "It was set to 0.37 by hand before a pass added to it."),
        (0.0, 2, "It is the sum of 2 passes, not all of them through this graph."),
        (0.0, 1, "No common mistake explains it."),
    ],
)
def test_passes_through_another_graph(by_hand, passes, words):
    x = Value(0.91, label="x")
    if by_hand:
        x.grad = by_hand
    for _ in range(passes):
        (x * 5.3).backward()
    status, _, mistake = said(named("L", x * 2.3), x)
    assert (status, mistake) == ("wrong", words)


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        (-1.0, "The sign is flipped: the derivative of loss with respect to itself is 1."),
        (2.0, "The derivative of loss with respect to itself is 1."),
        (0.0, "The derivative of loss with respect to itself is 1."),
        (math.nan, "The derivative of loss with respect to itself is 1."),
    ],
)
def test_the_root_has_the_gradient_1(gradient, words):
    _, L = product(2.3)
    L.label, L.grad = "loss", gradient
    assert said(L, L) == ("wrong", "root", words)
    assert check(L).verdicts[L].hints == (
        "Nudge loss by 0.1. By how much does loss change? Divide that by the nudge.",
        "The derivative of anything with respect to itself is 1.",
        "The gradient is 1.",
    )


@pytest.mark.parametrize(
    ("right", "found", "kind", "words"),
    [
        (0.504, 0.5, "too coarse", 3), (0.68, 0.7, "too coarse", 2), (-4.26, -4.3, "too coarse", 3),
        (-4.26, 4.3, "sign", "The sign is flipped."),
        (0.504, 1.01, "doubled", "It is twice the correct gradient, as if everything had been "
         "added twice."),
        (0.504, 0.51, "unknown", "No common mistake explains it."),
        (0.504, math.nan, "unknown", "It is nan."),
        (0.504, math.inf, "unknown", "No common mistake explains it."),
        (0.504, 5.04, "decimal point", "The decimal point is off by one digit."),
    ],
)  # fmt: skip
def test_the_name_of_one_wrong_gradient(right, found, kind, words):
    x, L = product(right)
    x.grad = found
    if kind == "too coarse":
        words = (
            "This is the correct gradient, rounded too coarsely: give at least "
            f"{words} significant digits."
        )
    assert said(L, x) == ("wrong", kind, words)


def test_hints_end_with_the_way_and_the_number_where_the_mistake_has_no_name():
    x, L = product(0.504)
    x.grad = 0.51
    assert check(L).verdicts[x].hints == (
        "Only L uses x: L = x · 0.504. How does L change when x changes?",
        "The derivative of L with respect to x is 0.504. Multiply it by the gradient of L.",
        "The gradient is 0.504.",
    )


def test_a_use_through_which_nothing_flows_does_not_count():
    a, b = Value(0.7, label="a"), Value(0.9, label="b")
    L = named("L", chainrule.where(0.0, a, b) * 1.3)
    a.grad = 0.51
    assert check(L).verdicts[a].hints == (
        "Does L change when this node changes a little?",
        "No path carries a gradient back to it, so its gradient is 0.",
        "The gradient is 0.",
    )


def test_two_users_are_named_in_a_hint_the_one_nearest_the_root_first():
    x = Value(0.7, label="x")
    u = named("u", x.sin())
    v = named("v", x.exp() * 0.9)
    L = named("L", u * 1.3 + v)
    x.grad = 0.123
    assert check(L).verdicts[x].hints[0] == (
        "exp(x) and u use x. How does each of them change when x changes?"
    )


def crossed():
    """L = tanh(u) * 1.9 + v ** 2 * 0.7, and all gradients are right."""
    x, y = Value(1.3, label="x"), Value(0.4, label="y")
    u, v = named("u", x.tanh()), named("v", y.exp())
    L = named("L", (u * 1.9).sin() + v * v * 0.7)
    L.backward()
    return {"x": x, "y": y, "u": u, "v": v, "L": L}


@pytest.mark.parametrize(("one", "other"), [("u", "v"), ("x", "y"), ("y", "u")])
def test_swapped_gradients_are_named_in_the_order_of_the_computation(one, other):
    n = crossed()
    n[one].grad, n[other].grad = n[other].grad, n[one].grad
    order = [x.label for x in n["L"]._postorder()]
    first, second = sorted((one, other), key=order.index)
    words = f"The gradients of {first} and {second} are swapped."
    for label in (one, other):
        assert said(n["L"], n[label]) == ("wrong", "swapped", words)


def test_the_gradient_of_another_node_is_named():
    n = crossed()
    n["x"].grad = n["v"].grad
    assert said(n["L"], n["x"]) == ("wrong", "another node's", "This is the gradient of v.")
    assert check(n["L"]).verdicts[n["x"]].hints[1] == (
        "Start at this node and follow its own edges towards L."
    )


@pytest.mark.parametrize(("count", "compared"), [(999, True), (1000, True), (1001, False)])
def test_up_to_a_thousand_nodes_are_compared(count, compared):
    x, y = Value(0.7, label="x"), Value(0.3, label="y")
    L = x * 0.4123456789012345 + y * 2.6345678901234567
    for _ in range(count - 7):
        L = -L
    reference = Reference(L._postorder())
    assert len(reference.graph.nodes) == count
    x.grad = reference.expected[reference.graph.index[y]]
    verdict = Judge(reference, budget=0).verdicts()[x]
    assert verdict.status == "wrong"
    assert (verdict.mistake == "This is the gradient of y.") is compared


@pytest.mark.parametrize(("factor", "words"), [(1.7, "1.7"), (-0.123456, "−0.123")])
def test_a_factor_that_two_gradients_share(factor, words):
    x, y, z = (Value(number, label=label) for number, label in zip((0.7, 0.3, 0.2), "xyz"))
    L = named("L", x * 1.9 + y * -4.3 + z * 0.0)
    L.grad, x.grad, y.grad, z.grad = 1, factor * 1.9, factor * -4.3, 5.7
    found = check(L).verdicts
    for node, other in ((x, "y"), (y, "x")):
        assert found[node].kind == "common factor"
        assert found[node].mistake == (
            f"It is {words} times the correct gradient, and so is that of {other}."
        )
    assert found[z].mistake == "No common mistake explains it."
    y.grad = factor * -4.3 * 1.01
    assert {check(L).verdicts[node].kind for node in (x, y)} == {"unknown"}


def test_several_mistakes_that_give_a_number_are_quoted():
    x = Value(0.7, label="x")
    w = named("w", x * 3.0)
    L = named("L", w * 9.0)
    L.grad, w.grad, x.grad = 1, 9, 3
    above = "“Chain rule: multiply by the gradient of w above it, which is 9”"
    divided = "“The gradient above is divided by the local derivative instead of multiplied by it”"
    words = f"Not certain: it fits {above} and {divided}."
    assert said(L, x) == ("wrong", "several", words)
    assert check(L).verdicts[x].hints[2] == "The gradient is 27."


def test_a_wrong_local_derivative_is_to_blame():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    w = Value(6.0, (a, b), (3.0, -2.0), _op="*")
    w.label = "w"
    L = named("L", w * 1.7)
    L.backward()
    words = "The sign of the local derivative of mul with respect to y is flipped."
    assert said(L, b) == ("wrong", "rule", words)
    assert said(L, a) == ("right", "", "")
    b.grad = 0.77
    assert said(L, b) == ("wrong", "unknown", "No common mistake explains it.")


# ---- why a gradient is right, or cannot be compared ----------------------------------------------


@pytest.mark.parametrize(
    ("right", "found", "status", "why"),
    [
        (0.504, 0.504, "right", ""),
        (1 / 3, 0.333, "right", "rounded from 0.333333"),
        (0.00123, 0.0012, "not certain",
         "the correct gradient is 0.00123; rounding may explain the difference"),
        (0.999978, 1.0, "not certain",
         "it may be 0.999978, rounded, or a mistake: Chain rule: multiply the gradient above by "
         "the local derivative, which is 0.999978"),
        (math.inf, 3.0, "not comparable", "the gradient is ∞; diagnose(L) shows where that starts"),
    ],
)  # fmt: skip
def test_why_a_gradient_is_judged_as_it_is(right, found, status, why):
    x, L = product(right)
    x.grad = found
    verdict = check(L).verdicts[x]
    assert (verdict.status, verdict.why, verdict.mistake, verdict.kind) == (status, why, "", "")


def test_a_gradient_may_follow_from_a_rounded_one():
    x = Value(0.37, label="x")
    w = named("w", x * 7.0)
    L = named("L", w * (1 / 3))
    L.grad, w.grad, x.grad = 1, 0.333, 2.331
    assert check(L).verdicts[w].why == "rounded from 0.333333"
    assert check(L).verdicts[x].why == "rounded: it follows from the rounded gradient above"


def test_what_was_edited_or_made_by_hand_is_not_comparable():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    e = named("e", a * b)
    L = named("L", e * 1.7)
    L.backward()
    a.data = 5.0
    verdict = check(L).verdicts[b]
    assert (verdict.status, verdict.why) == ("not comparable",
        "a value that e was computed from was edited later; call refresh(L) first")  # fmt: skip
    assert math.isnan(verdict.expected)
    own = named("own", Value(8.0, (a,), (12.0,)))
    root = named("root", own * 3.0)
    root.backward()
    verdict = check(root).verdicts[a]
    assert (verdict.status, verdict.why) == ("not comparable", "no formula: own was made by hand")
    assert math.isnan(verdict.expected)


@pytest.mark.parametrize("count", [1, 3, 4, 5])
def test_three_edited_nodes_are_named(count):
    leaf, inner = Value(2.0, label="a"), []
    for i in range(count):
        inner.append(named(f"e{i}", leaf * (i + 2.0)))
        inner[-1].data += 1.0
    L = named("L", sum(inner[1:], inner[0]) * 1.5)
    names = {1: "e0", 2: "e0 and e1", 3: "e0, e1 and e2"}.get(count, "e0, e1, e2 and ")
    (remark,) = check(L).remarks
    assert remark.startswith(f"Edited after the forward pass: {names}")
    assert remark.endswith(
        ". The check used the edited numbers; refresh(L) recomputes them from the operands."
    )


@pytest.mark.parametrize(
    ("budget", "nudged"), [(0, "L"), (29, "L"), (30, "Lb"), (59, "Lb"), (60, "Lab"), (99, "Lab")]
)
def test_nudging_costs_thirty_computations_of_what_is_above(budget, nudged):
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    L = named("L", a * b)
    L.backward()
    reference = Reference(L._postorder())
    labels = {reference.graph.nodes[index].label for index in Judge(reference, budget).nudges}
    assert labels == set(nudged)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (0.0, "not comparable"), (3.0, "not comparable"), (1.5, "not comparable"),
        (3.002, "not comparable"), (3.004, "wrong"), (-0.002, "not comparable"), (-0.004, "wrong"),
        (5.0, "wrong"), (-3.0, "wrong"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_at_a_kink_what_lies_between_the_two_slopes_is_as_right(found, status, sign):
    x = Value(0.0, label="x")
    L = named("L", x.relu() * (3.0 * sign))
    x.grad = found * sign
    verdict = check(L).verdicts[x]
    assert verdict.status == status
    assert verdict.why == "kink: relu has no derivative at x = 0 (PyTorch: 0 at 0)"


@pytest.mark.parametrize(("found", "status"), [(0.0, "not comparable"), (3.0, "wrong")])
def test_at_a_kink_that_is_not_nudged_only_the_convention_counts(found, status):
    x = Value(0.0, label="x")
    L = named("L", x.relu() * 3.0)
    x.grad = found
    assert Judge(Reference(L._postorder()), budget=0).verdicts()[x].status == status


def test_rounding_hides_the_change_of_a_small_number_beside_a_large_one():
    a = Value(1.0, label="a")
    L = named("L", (a + 1e16) - 1e16)
    L.backward()
    verdict = check(L).verdicts[a]
    assert (verdict.status, verdict.why) == ("not comparable",
        "cancellation: rounding hides the change, so nudging is inconclusive; the rules give 1",
    )  # fmt: skip
    assert check(L).verdicts[L].status == "right"


# ---- mistakes in the rule of one operation -------------------------------------------------------


def use(name, *numbers, position=0, above=5.0):
    """What one use of a node by an operation adds."""
    rule = RULES[NUMBER[name]]
    out = rule.value(*numbers)
    partial = rule.partials[position](*numbers, out)
    return Contribution("u", above, partial, rule, position, numbers, out)


def slopes(function, *args, **more):
    """What a function makes of one use: kinds, causes, slopes, and whether they are telling."""
    one = use(*args, **more)
    return [(kind, cause, pytest.approx(slope), telling)
            for kind, cause, slope, telling in function(one, one.rule)]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "position", "words"),
    [
        ("tanh", 0, "the derivative of tanh"),
        ("div", 0, "the derivative of div with respect to x"),
        ("div", 1, "the derivative of div with respect to y"),
        ("where", 2, "the derivative of where with respect to z"),
    ],
)
def test_a_derivative_in_words(name, position, words):
    assert derivative_words(RULES[NUMBER[name]], position) == words


@pytest.mark.parametrize(
    ("args", "formula", "slope"),
    [
        (("tanh", 0.7), "1 - out * out", 1 - 0.49), (("exp", 0.7), "out", 0.7),
        (("sqrt", 0.64), "1 / (2 * out)", 1 / 1.28), (("sin", 0.7), None, None),
    ],
)  # fmt: skip
def test_the_operand_where_the_result_belongs(args, formula, slope):
    words = f"Input instead of output: the derivative of {args[0]} is {formula}, where out is the "
    expected = [("input for output", f"{words}result of {args[0]}.", slope, True)]
    assert slopes(operand_for_result, *args) == (expected if formula else [])


def test_an_operation_of_two_operands_has_none_to_take_for_its_result():
    assert slopes(operand_for_result, "div", 3.0, 4.0, position=1) == []


@pytest.mark.parametrize(
    ("args", "position", "found"),
    [
        (("mul", 3.0, 4.0), 0, [(4, "x"), (12, "y")]),
        (("mul", 3.0, 4.0), 1, [(12, "x"), (3, "y")]),
        (("sin", 0.7), 0, [(math.cos(math.sin(0.7)), "x")]),
        (("div", 3.0, 4.0), 1, [(-0.75 / 4, "x"), (-1.0, "y")]), (("pow", 3.0, 2.0), 0, []),
    ],
)  # fmt: skip
def test_the_result_where_an_operand_belongs(args, position, found):
    part = use(*args, position=position)
    wrt = f" with respect to {'xy'[position]}" if len(args) > 2 else ""
    expected = []
    for partial, operand in found:
        words = (
            f"Output instead of input: the derivative of {args[0]}{wrt} is {part.text}, where "
            f"{operand} is the operand of {args[0]}."
        )
        if args[0] == "mul":
            words = "It was multiplied by the product instead of the other factor."
        expected.append(("input for output", words, partial, False))
    assert slopes(result_for_operand, *args, position=position) == expected


@pytest.mark.parametrize(
    ("args", "position", "found"),
    [
        (("mul", 3.0, 4.0), 0, [(3, True)]), (("mul", 3.0, 4.0), 1, [(4, True)]),
        (("mul", 4.0, 4.0), 0, []), (("mul", 4.0, -4.0), 0, []),  # that is the sign
        (("mul", 1.0, 4.0), 0, [(1, False)]), (("mul", -1.0, 4.0), 0, [(-1, False)]),
        (("div", 3.0, 4.0), 0, [(-3 / 16, True)]), (("div", 3.0, 4.0), 1, [(1 / 4, True)]),
        (("where", 1.0, 3.0, 4.0), 1, [(0, True), (0, True)]), (("tanh", 0.7), 0, []),
    ],
)  # fmt: skip
def test_the_derivative_with_respect_to_another_operand(args, position, found):
    words = f"This is the derivative of {args[0]} with respect to another operand."
    if args[0] == "mul":
        words = "It was multiplied by its own value instead of the other factor."
    assert slopes(other_operands_derivative, *args, position=position) == [
        ("other operand", words, slope, telling) for slope, telling in found
    ]


@pytest.mark.parametrize(
    ("args", "position", "result", "value"),
    [
        (("tanh", 0.7), 0, math.tanh(0.7), 0.7), (("exp", 0.7), 0, math.exp(0.7), None),
        (("pow", 3.0, 2.0), 0, 9.0, 3.0), (("pow", 3.0, 2.0), 1, 9.0, 2.0),
        (("mul", 3.0, 4.0), 0, None, None),
    ],
)  # fmt: skip
def test_a_number_where_the_derivative_belongs(args, position, result, value):
    name, expected = args[0], []
    if result:
        words = f"The result of {name} was used as its derivative."
        expected.append(("other operation", words, result, True))
    if value:
        words = f"Its own value was used as the derivative of {name}."
        expected.append(("other operation", words, value, True))
    assert slopes(number_for_derivative, *args, position=position) == expected


@pytest.mark.parametrize(
    ("x", "other", "found"),
    [
        (0.7, "sin", [(math.cos(0.7), True)] * 2), (0.7, "tanh", []), (0.7, "neg", []),
        (0.7, "exp", [(math.tanh(0.7), True), (math.exp(0.7), True)]),
        (0.7, "relu", [(1.0, False)] * 2), (-0.7, "relu", [(0.0, True)] * 2), (0.7, "floor", []),
        (0.7, "abs", []), (0.7, "mul", []),
    ],
)  # fmt: skip
def test_the_derivative_of_another_operation(x, other, found):
    words = f"This is the derivative of {other}, not of tanh."
    all_of_them = slopes(other_operations_rule, "tanh", x)
    assert [each for each in all_of_them if each[1] == words] == [
        ("other operation", words, slope, telling) for slope, telling in found
    ]
    assert slopes(other_operations_rule, "mul", x, 2.0) == []


@pytest.mark.parametrize(
    ("args", "position", "kinds"),
    [
        (("sqrt", 0.64), 0, [("factor", "1 / out", 1 / 0.8)]), (("sin", 0.7), 0, []),
        (("div", 3.0, 4.0), 0, []),
        (("div", 3.0, 4.0), 1, [("other", "-x / y", -0.75), ("other", "-1 / y ** 2", -1 / 16)]),
        (("pow", 3.0, 2.0), 0,
         [("factor", "x ** (y - 1)", 3), ("other", "y * x ** y", 18), ("other", "y * x", 6),
          ("other", "y", 2)]),
        (("pow", 2.0, 3.0), 0,
         [("factor", "x ** (y - 1)", 4), ("other", "y * x ** y", 24), ("other", "y * x", 6),
          ("other", "y", 3), ("other", "(y - 1) * x ** (y - 1)", 8)]),
        (("pow", 2.0, -1.0), 0,
         [("factor", "x ** (y - 1)", 1 / 4), ("other", "y * x ** y", -1 / 2),
          ("other", "y * x", -2), ("other", "y", -1), ("other", "(y - 1) * x ** (y - 1)", -1 / 2),
          ("other", "y * x ** (y + 1)", -1)]),
    ],
)  # fmt: skip
def test_what_learners_write_instead_of_a_derivative(args, position, kinds):
    found = slopes(common_errors, *args, position=position)
    assert [(kind, slope) for kind, _, slope, _ in found] == [(x[0], x[2]) for x in kinds]
    assert all(telling for *_, telling in found)
    for (_, cause, _, _), (_, written, _) in zip(found, kinds):
        assert cause.startswith(f"It uses {written} instead of ") and cause.endswith(".")


def test_a_wrong_slope_is_multiplied_by_the_gradient_above_and_the_other_paths_stay():
    parts = [part("v"), use("tanh", 0.7, above=-2.0)]
    (found,) = with_slopes(parts, operand_for_result)
    assert found.terms == pytest.approx([15.0, -2.0 * (1 - 0.49)])
    assert (found.kind, found.is_telling, found.text) == ("input for output", True, "")
    assert [*with_slopes([use("mul", 1.0, 4.0)], result_for_operand)] == []  # both give 4
    kinds = {x.is_telling for x in with_slopes([use("mul", 3.0, 4.0)], result_for_operand)}
    assert kinds == {False}


def test_only_the_one_contribution_may_be_of_another_operation():
    def others(*parts):
        return [x for x in known_mistakes(parts) if x.cause.startswith("This is the derivative of")]

    one = use("tanh", 0.7)
    assert len(others(one)) > 10
    assert others(one, part("v")) == []


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([use("cos", 0.7)], "A minus sign is missing: the derivative of cos is -sin(x)."),
        ([use("sub", 3.0, 4.0, position=1)],
         "A minus sign is missing: the derivative of sub with respect to y is -1."),
        ([use("sin", 0.7)], "The sign is flipped."),
        ([use("cos", 0.7), use("cos", 0.8)], "The sign is flipped."),
        ([], "The sign is flipped."),
    ],
)  # fmt: skip
def test_a_minus_sign_of_the_rule_itself_is_named(parts, words):
    assert next(known_mistakes(parts)).sentence == words


@pytest.mark.parametrize(
    ("spreads", "room", "exact", "rounded"),
    [
        ((), 0.0, 1, 0), ((0.0,), 0.0, 1, 0), ((0.0,), 0.2, 1, 1), ((0.04,), 0.0, 1, 0),
        ((0.06,), 0.0, 1, 1), ((0.06, 0.0), 0.0, 1, 1), ((0.04, 0.04), 0.0, 1, 0),
        ((0.04,), 0.03, 1, 1),
    ],
)  # fmt: skip
def test_rounding_may_move_a_mistake_by_twice_what_it_moves_a_contribution(
    spreads, room, exact, rounded
):
    """The other mistake is off by 0.1, a tenth of its size."""
    parts = [part()._replace(spread=spread) for spread in spreads]
    mistakes = [Mistake("sign", "", [1.1]), Mistake("zero", "", [1.0])]
    found = fitting_mistakes(mistakes, parts, 1.1, room)
    assert tuple(map(len, found)) == (exact, rounded)


# ---- the right local derivatives -----------------------------------------------------------------

EPSILON = 2.0**-52


def reference_of(root):
    """The reference of a graph, and the indices of its nodes."""
    reference = Reference(root._postorder())
    return reference, reference.graph.index


def test_how_far_off_a_formula_may_be():
    """Four units of its size, and what two units of a result change that it uses."""
    for name, partial in (("sin", math.cos(0.7)), ("log", 1 / 0.7)):
        reference, _ = reference_of(getattr(chainrule, name)(Value(0.7)))
        assert reference.local.errors == [[], [pytest.approx(4 * EPSILON * partial)]]
        assert reference.rounding == [pytest.approx(4 * EPSILON * partial), 0.0]
    reference, _ = reference_of(Value(20.0).tanh())  # 1 - out * out, where out is nearly 1
    assert reference.rounding == [pytest.approx(4 * EPSILON), 0.0]
    for number in (0.7, -0.7):
        reference, _ = reference_of(Value(number).exp())
        assert reference.rounding[0] == pytest.approx(4 * EPSILON * math.exp(number))


def test_rounding_adds_up_along_the_paths():
    a, b = Value(3.0, label="a"), Value(-5.0, label="b")
    e = a * b
    L = e * 7.0 - a * 11.0
    reference, index = reference_of(L)
    unit = 4 * EPSILON
    assert reference.expected[index[a]] == -35.0 - 11.0
    assert reference.total[index[a]] == 35.0 + 11.0
    assert (reference.expected[index[b]], reference.total[index[b]]) == (21.0, 21.0)
    assert reference.rounding[index[L]] == 0.0
    # a unit of 1 at the difference, and one of 7 at the product
    assert reference.rounding[index[e]] == pytest.approx(7 * unit + 7 * unit)
    assert reference.rounding[index[b]] == pytest.approx(3 * 14 * unit + 3 * 7 * unit)
    assert reference.rounding[index[a]] == pytest.approx((5 * 14 + 5 * 7 + 11 + 11) * unit)


def test_what_is_below_a_doubtful_operation_names_the_one_next_above():
    x, y = Value(0.0, label="x"), Value(1.0, label="y")
    inner = x * 2.0
    first = inner.relu()
    outer = abs(first * 3.0)
    L = outer + y
    reference, index = reference_of(L)
    assert reference.local.kinks == {index[first], index[outer]}
    kinks = {node: source for node, source in reference.kinks.items()}
    assert kinks[index[x]] == kinks[index[inner]] == index[first]
    assert kinks[index[first]] == index[outer]
    assert index[y] not in kinks and index[L] not in kinks and index[outer] not in kinks
    assert (reference.unknown, reference.stale) == ({}, {})


def doubts(root):
    """The verdicts on local derivatives that cannot be compared."""
    return [(x.node.label, x.operand.label, x.position, x.found, x.expected, x.why)
            for x in check(root).edges if x.status == "not comparable"]  # fmt: skip


def test_why_a_local_derivative_cannot_be_compared():
    x = Value(0.0, label="x")
    assert doubts(named("L", x.relu())) == [
        ("L", "x", 0, 0.0, 0.0, "kink: relu has no derivative at x = 0 (PyTorch: 0 at 0)"),
    ]
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = named("L", a * b)
    a.data = 5.0
    assert doubts(L) == [
        ("L", "a", 0, 3.0, 3.0, "a value was edited later"),
        ("L", "b", 1, 2.0, 5.0, "a value was edited later"),
    ]
    own = named("own", Value(8.0, (b, a), (12.0, 5.0)))
    assert doubts(own) == [
        ("own", "b", 0, 12.0, pytest.approx(math.nan, nan_ok=True), "no formula"),
        ("own", "a", 1, 5.0, pytest.approx(math.nan, nan_ok=True), "no formula"),
    ]
    L = named("L", a**2.0)
    a.data = 6.0
    assert [x[1] for x in doubts(L)] == ["a"]  # nothing is said of the constant


@pytest.mark.parametrize(
    ("partials", "words"),
    [
        ((3.0, 2.0), []), ((3.0 + 1e-6, 2.0), []), ((3.0, 2.0 - 1e-6), []),
        ((3.0 + 1e-5, 2.0), ["The local derivative of mul with respect to x is wrong."]),
        ((3.0, 2.0 - 1e-5), ["The local derivative of mul with respect to y is wrong."]),
        ((-3.0, 2.0), ["The sign of the local derivative of mul with respect to x is flipped."]),
        ((3.0, -2.0 - 1e-6),
         ["The sign of the local derivative of mul with respect to y is flipped."]),
        ((0.0, 0.0), ["The local derivative of mul with respect to x is wrong.",
                       "The local derivative of mul with respect to y is wrong."]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("op", ["*", "mul"])
def test_local_derivatives_that_were_written_by_hand(partials, words, op):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = Value(6.0, (a, b), partials, _op=op)
    result = check(L)
    assert [edge.mistake for edge in result.wrong_edges] == words
    assert [edge.expected for edge in result.edges] == pytest.approx([3.0, 2.0], rel=1e-6)
    assert Reference(L._postorder()).local.unknown == set()


@pytest.mark.parametrize(
    ("number", "leaves", "partials", "op"),
    [
        (6.1, 2, (3.0, 2.0), "*"), (6.0, 2, (3.0, 2.0), ""), (6.0, 2, (3.0, 2.0), "product"),
        (6.0, 1, (3.0,), "*"), (6.0 + 1e-7, 2, (3.0, 2.0), "*"),
    ],
)  # fmt: skip
def test_an_operation_by_hand_that_fits_no_rule(number, leaves, partials, op):
    two_leaves = Value(2.0, label="a"), Value(3.0, label="b")
    L = Value(number, two_leaves[:leaves], partials, _op=op)
    reference = Reference(L._postorder())
    assert reference.local.unknown == {leaves}
    assert check(L).ok


def test_an_operation_of_the_users_is_measured():
    square = chainrule.define("limits_square", "x**2", ("2.5*x",))
    product_of = chainrule.define("limits_product", "x*y", ("y", "-x"))
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    (found,) = check(named("L", square(a))).wrong_edges
    assert found.mistake == "The local derivative of limits_square with respect to x is wrong."
    assert (found.found, found.expected) == (5.0, pytest.approx(4.0))
    (found,) = check(named("L", product_of(a, b))).wrong_edges
    assert (found.position, found.operand, found.found) == (1, b, -2.0)
    assert found.mistake == (
        "The sign of the local derivative of limits_product with respect to y is flipped."
    )
    reference, _ = reference_of(product_of(a, b))
    assert reference.local.measured == {(2, 1)}
    assert reference.expected[:2] == pytest.approx([3.0, 2.0])
    assert reference.rounding[:2] == pytest.approx([12 * EPSILON, 2e-6])
    assert Reference(product_of(a, 3.0)._postorder()).local.measured == set()


@pytest.mark.parametrize(
    ("partials", "has_own", "is_known"),
    [(((3.0, 2.0),), False, True), (((3.0, 2.0),), True, False), ((), False, False)],
)
def test_an_operation_by_hand_needs_its_local_derivatives_and_no_backward(
    partials, has_own, is_known
):
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = Value(6.0, (a, b), *partials, _op="*")
    if has_own:
        L._backward = lambda: None
    assert Reference(L._postorder()).local.unknown == (set() if is_known else {2})


def test_an_operation_by_hand_may_have_a_constant():
    a, three = Value(2.0, label="a"), Value(3.0)
    three.requires_grad = False
    L = Value(6.0, (a, three), (3.0, 2.0), _op="*")
    assert Reference(L._postorder()).local.unknown == set()
    product_of = chainrule.define("limits_product", "x*y", ("y", "-x"))
    reference, index = reference_of(product_of(3.0, a))
    assert reference.local.measured == {(2, 1)}
    assert reference.expected[index[a]] == pytest.approx(3.0)


def test_the_root_may_be_the_doubtful_operation():
    x = Value(0.0, label="x")
    assert Reference(x.relu()._postorder()).kinks == {0: 1}
    own = Value(8.0, (x,), (12.0,))
    assert Reference(own._postorder()).unknown == {0: 1}


def test_an_operation_of_the_users_may_have_a_kink():
    bent = chainrule.define("limits_bent", "abs(x) * 1", ("sign(x)",))
    x = Value(0.0, label="x")
    assert doubts(named("L", bent(x))) == [
        ("L", "x", 0, 0.0, 0.0, "kink: limits_bent has a kink here"),
    ]
    assert doubts(named("L", bent(Value(1.0, label="x")))) == []


def test_what_is_infinite_makes_no_noise():
    a = Value(3.0)
    reference, _ = reference_of(a.exp() * math.inf)
    assert reference.noise() == 0.0
    reference, _ = reference_of((a * 2.0) + Value(math.inf))
    assert reference.noise() == EPSILON / 2 * 6.0


# ---- right, wrong, not certain -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "found", "status"),
    [
        # with four decimals, a number may be off by 0.00005; one hundredth is the limit
        (0.00833, 0.0083, "right"), (0.00827, 0.0083, "right"), (0.00826, 0.0083, "not certain"),
        (0.00834, 0.0083, "not certain"), (0.0123, 0.0123, "right"), (0.00819, 0.0083, "wrong"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_a_gradient_is_certain_within_a_hundredth(right, found, status, sign):
    x, L = product(right * sign)
    x.grad = found * sign
    assert check(L).verdicts[x].status == status


@pytest.mark.parametrize("straight", [0.0, 1.0, -3.0])
def test_a_number_that_nudging_takes_for_another_is_right_by_the_rules(straight):
    """The kink is so near that nudging doesn't see that x lies on its level side."""
    x = Value(0.0, label="x")
    L = named("L", (x - 1e-9).relu() + x * straight)
    x.grad = straight
    verdict = check(L).verdicts[x]
    middle = f"{straight + 0.5:g}".replace("-", "−")
    assert verdict.status == "right"
    assert verdict.why == f"nudging gives {middle}; the analytic value decides"


@pytest.mark.parametrize(
    ("off", "error", "is_said"),
    [(9.9e-3, 1e-3, False), (10.1e-3, 1e-3, True), (-10.1e-3, 1e-3, True), (4.9e-7, 0.0, False),
     (5.1e-7, 0.0, True)],
)  # fmt: skip
def test_nudging_is_mentioned_where_it_is_ten_times_its_error_away(off, error, is_said):
    """Or a millionth of the gradient."""
    x, L = product(0.5)
    x.grad = 0.5
    judge = Judge(Reference(L._postorder()))
    judge.nudges[0] = Measurement(0.5 + off, error, 0.0, 0.5, 0.5)
    verdict = judge.verdicts()[x]
    assert verdict.status == "right"
    assert bool(verdict.why) is is_said


@pytest.mark.parametrize(("budget", "is_nudged"), [(241, False), (242, True)])
def test_finding_the_nodes_above_has_its_price_too(budget, is_nudged):
    """A quarter of an operation for each of the nine nodes, and thirty for the eight above."""
    x = Value(0.3, label="x")
    L = x
    for _ in range(8):
        L = L.sin()
    L.backward()
    assert (0 in Judge(Reference(L._postorder()), budget).nudges) is is_nudged


def test_only_what_holds_a_gradient_and_has_a_formula_above_is_nudged():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    own = named("own", Value(8.0, (a,), (12.0,)))
    L = named("L", own * b)
    L.backward()
    b.grad = None
    found = check(L).verdicts
    assert {x.node.label: x.nudged is not None for x in found.values()} == {
        "a": False, "own": True, "b": False, "L": True,
    }  # fmt: skip
    assert (found[b].status, found[b].found, found[b].expected) == ("not set", None, 8.0)
    assert check(L).nudged == 2


def test_a_constant_has_a_verdict_only_if_it_is_the_root():
    L = named("L", Value(2.0, label="a") * 4.0)
    assert [x.node.label for x in check(L).verdicts.values()] == ["a", "L"]
    alone = Value(3.0, label="alone")
    alone.requires_grad = False
    assert alone.kind == "constant"
    assert [x.status for x in check(alone).verdicts.values()] == ["not set"]


def test_what_follows_from_a_mistake_follows_through_nodes_without_a_gradient():
    x = Value(0.7, label="x")
    u = x * 1.3
    v = named("v", u * 2.1)
    L = named("L", v * 1.7)
    L.grad, v.grad, x.grad = 1.0, -1.7, -1.7 * 2.1 * 1.3
    assert said(L, x) == ("wrong", "follows", "It follows from the mistake at v.")
    assert [each.node.label for each in check(L).wrong] == ["v", "x"]
    assert check(L).verdicts[x].follows and not check(L).verdicts[v].follows
    x.grad = 1.7 * 2.1 * 1.3
    assert check(L).verdicts[x].status == "right"
    x.grad = 1.7 * 2.1 * 1.3 * 2.0
    assert said(L, x)[1] != "follows"
    assert [each.node.label for each in check(L).wrong] == ["v", "x"]


def test_a_right_gradient_ends_what_follows():
    x = Value(0.7, label="x")
    w = named("w", x * 1.3)
    v = named("v", w * 2.1)
    L = named("L", v * 1.7)
    L.grad, v.grad, w.grad, x.grad = 1.0, -1.7, 1.7 * 2.1, -1.7 * 2.1 * 1.3
    found = check(L).verdicts
    assert [found[node].status for node in (L, v, w, x)] == ["right", "wrong", "right", "wrong"]
    assert (found[v].kind, found[x].kind) == ("sign", "sign")


def test_what_is_below_an_infinite_gradient_is_judged_by_what_it_should_be():
    x = Value(0.7, label="x")
    w = named("w", x * 1.3)
    L = named("L", w * 1.7)
    L.grad, w.grad, x.grad = 1.0, math.inf, 1.7 * 1.3
    found = check(L).verdicts
    assert [found[node].status for node in (L, w, x)] == ["right", "wrong", "right"]
    x.grad = -1.7 * 1.3
    assert said(L, x) == ("wrong", "sign", "The sign is flipped.")


def test_a_gradient_is_compared_with_what_a_rounded_one_above_gives():
    """0.3333 is 1/3 to four digits, and 700 times that is 233.31 instead of 233.33."""
    x = Value(0.7, label="x")
    w = named("w", x * 700.0)
    L = named("L", w * (1 / 3))
    L.grad, w.grad = 1.0, 0.3333
    for found, status in ((233.31, "right"), (233.33, "right"), (233.9, "wrong"), (232.7, "wrong")):
        x.grad = found
        assert check(L).verdicts[x].status == status
    w.grad = 1 / 3
    x.grad = 233.31
    assert check(L).verdicts[x].status == "wrong"


def test_the_first_wrong_gradient_is_the_one_nearest_the_root_whatever_its_number():
    a = Value(2.0, label="a")
    b = named("b", a * 3.0)
    c = named("c", b * 2.0)
    L = named("L", c * 0.5)
    L.backward()
    a.grad, c.grad = 0.77, 0.123
    assert [each.node.label for each in check(L).wrong] == ["c", "a"]


# ---- whose number it is --------------------------------------------------------------------------


def test_a_use_through_which_nothing_flows_is_left_out():
    x = Value(0.7, label="x")
    s = named("s", x.sin() * 1.3)
    L = named("L", chainrule.where(0.0, x, s))
    L.backward()
    x.grad = -1.3 * math.cos(0.7)
    assert said(L, x) == ("wrong", "sign", "The sign is flipped.")


def test_a_mistake_is_named_that_was_made_before_the_gradient_above_was_rounded():
    x = Value(0.7, label="x")
    w = named("w", x * 700.0)
    L = named("L", w * (1 / 3))
    L.grad, w.grad, x.grad = 1.0, 0.3333, -233.33  # a third of -700, not -0.3333 * 700
    assert said(L, x) == ("wrong", "sign", "The sign is flipped.")


def test_the_gradient_of_another_node_may_follow_from_a_rounded_one():
    x, y = Value(0.7, label="x"), Value(0.2, label="y")
    w = named("w", y * 700.0)
    L = named("L", w * (1 / 3) + x * 1.9)
    L.grad, w.grad, x.grad = 1.0, 0.3333, 233.3  # that of y is 233.31 or 233.33
    assert said(L, x) == ("wrong", "another node's", "This is the gradient of y.")
    x.grad = 232.3
    assert said(L, x)[1] != "another node's"


def test_gradients_are_swapped_only_if_both_hold_each_others():
    n = crossed()
    n["u"].grad, n["v"].grad = n["v"].grad, 0.77
    assert said(n["L"], n["u"]) == ("wrong", "another node's", "This is the gradient of v.")
    assert said(n["L"], n["v"]) == ("wrong", "unknown", "No common mistake explains it.")


# ---- tables --------------------------------------------------------------------------------------


LOST = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("length", "shown"), [(1, "l"), (39, "l" * 39), (40, "l" * 40), (41, "l" * 39 + "…")]
)
def test_a_label_of_forty_letters_is_shown_whole(length, shown):
    assert name_of(Value(1.0, label="l" * length)) == shown


@pytest.mark.parametrize(
    ("label", "shown"),
    [("", "leaf 1.5"), (0, "0"), ("a\nb\x00", f"a{LOST}b{LOST}"),
     ("Gewicht ß", "Gewicht ß"), (("w", 1), "('w', 1)")],
)  # fmt: skip
def test_a_name_is_one_line(label, shown):
    assert name_of(Value(1.5, label=label)) == shown


def test_the_name_of_a_parameter_begins_with_its_scopes():
    layer = chainrule.nn.MLP(1, [1])
    names = [name_of(p) for p in layer.parameters()]
    assert all(" / " in name for name in names)
    assert names[0].split(" / ")[-1] == layer.parameters()[0].label
    unnamed = layer.parameters()[0]
    unnamed.label = ""
    assert " / " not in name_of(unnamed)


@pytest.mark.parametrize(
    ("error", "words"),
    [(ValueError("no."), "ValueError: no"), (ValueError(), "ValueError"),
     (KeyError("k"), "KeyError: 'k'"), (ValueError("a\nb"), f"ValueError: a{LOST}b"),
     (ValueError("..."), "ValueError")],
)  # fmt: skip
def test_an_error_in_words(error, words):
    assert error_text(error) == words


def test_columns_are_aligned_under_their_headings():
    rows = [("a", "1", "long text"), ("long", "1000", "")]
    assert text_table(("x", "number", "words"), rows, (1,)).split("\n") == [
        "x     number  words",
        "a          1  long text",
        "long    1000",
    ]
    assert text_table(("x", "y"), []) == "x  y"


class Shown(ResultTable):
    """A table of two columns."""

    HEADINGS, RIGHT = ("name", "", "size"), (2,)
    title = "A <title>"

    def __init__(self, rows, notes=()):
        self.rows, self.notes = rows, notes

    def cells(self):
        return self.rows

    def _notes(self):
        return self.notes


def test_a_result_as_text_and_as_html():
    full = Shown([("a<b", "", "1")], ["A & B."])
    assert str(full) == "A <title>\n\nname    size\na<b        1\nA & B."
    style = "vertical-align:top;white-space:pre-wrap"
    left, right = (f'style="text-align:{side};{style}"' for side in ("left", "right"))
    assert full._repr_html_() == (
        '<div><p style="margin:.5em 0"><b>A &lt;title&gt;</b></p>'
        '<table style="margin:.5em 0;border-collapse:collapse"><thead><tr>'
        f"<th {left}>name</th><th {right}>size</th></tr></thead>"
        f"<tbody><tr><td {left}>a&lt;b</td><td {right}>1</td></tr></tbody></table>"
        '<p style="margin:.5em 0">A &amp; B.</p></div>'
    )
    assert str(Shown([])) == "A <title>"
    assert Shown([])._repr_html_() == (
        '<div><p style="margin:.5em 0"><b>A &lt;title&gt;</b></p></div>'
    )


# ---- moving nodes --------------------------------------------------------------------------------


def test_each_input_is_moved_and_the_change_compared():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    L = named("L", a * a * b)
    result = nudge(L, h=0.5)
    assert result.headline() == "Each input of L moved by 0.5"
    assert [tuple(row)[1:] for row in result] == [
        (2.0, -12.0, -6.0, -6.75, -0.75), (-3.0, 4.0, 2.0, 2.0, 0.0),
    ]  # fmt: skip
    assert [row.node for row in nudge(L, wrt=[b])] == [b]
    assert (len(result), result[1].node, result[-1:]) == (2, b, (result[1],))
    assert result.remarks == ()
    assert result.cells()[0] == (
        "a", "2.0000", "−12.0000", "−6.0000", "−6.7500", "−0.7500",
    )  # fmt: skip


def test_a_move_out_of_the_domain_has_no_value_and_the_other_rows_stay():
    a, b = Value(0.25, label="a"), Value(3.0, label="b")
    first, second = nudge(named("L", a.log() * b), h=-0.5)
    assert (first.number, first.gradient, first.predicted) == (0.25, 12.0, -6.0)
    assert math.isnan(first.actual) and math.isnan(first.error)
    assert second.actual == pytest.approx(-0.5 * math.log(0.25))
    cells = nudge(named("L", a.log() * b), h=-0.5).cells()
    assert cells[0] == ("a", "0.2500", "12.0000", "−6.0000", "no value", "")


@pytest.mark.parametrize(
    ("f", "x", "h", "op"),
    [
        (lambda x: x.relu(), -0.1, 0.5, "relu"), (lambda x: x.relu(), -0.1, 0.05, ""),
        (abs, 0.1, -0.5, "abs"), (abs, 0.1, 0.5, ""),
        (lambda x: x.floor() + x, 0.75, 0.5, "floor"), (lambda x: x.floor() + x, 0.25, 0.5, ""),
        (lambda x: x.tanh(), -0.1, 0.5, ""), (lambda x: abs(x.relu()), -0.1, 0.5, "relu"),
    ],
)  # fmt: skip
def test_who_is_moved_over_a_kink(f, x, h, op):
    words = f"x was moved over a kink of {op}: the gradient holds on one side only."
    assert nudge(f(Value(x, label="x")), h=h).remarks == ((words,) if op else ())


@pytest.mark.parametrize("function", [nudge, slope, sweep])
def test_a_step_that_can_not_be_taken(function):
    name = function.__name__
    remedy = {"nudge": "h=0.01 is the default", "slope": "h=1e-6 is the default",
              "sweep": "leave h out"}[name]  # fmt: skip
    for h, words in ((0, f"{name} needs an h other than 0."),
                     (math.inf, f"{name} needs a finite h, but got ∞."),
                     (math.nan, f"{name} needs a finite h, but got nan.")):  # fmt: skip
        with pytest.raises(DomainError) as failed:
            if name == "nudge":
                nudge(Value(1.0) * 2.0, h=h)
            else:
                function(lambda x: x, 1.0, h=[h] if name == "sweep" else h)
        assert str(failed.value) == f"{words}\n  remedy  {remedy}"


def test_a_slope_is_measured_at_a_point_of_a_function():
    assert slope(lambda x, y, z: x * y + z * z, 2.0, 3.0, 5.0, h=0.5) == (3.0, 2.0, 10.5)
    assert slope(lambda x: Value(2.0) * x, 2.0, h=-0.5) == 2.0
    for f, at, words in (
        (lambda x: [x], (1.0,), "slope needs a function that returns a number, but it returned "
         "list.\n  remedy  return one number, for example the sum of several"),
        (abs, (), "slope needs a point to measure at, but got none.\n  remedy  slope(f, 2.0)"),
        (3.0, (1.0,), "slope needs a function, but got float.\n  remedy  for a graph use nudge(L), "
         "or give a function: slope(lambda x: ..., 2.0)"),
    ):  # fmt: skip
        with pytest.raises(WrongType) as failed:
            slope(f, *at)
        assert str(failed.value) == words


def test_a_step_along_the_gradient():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    L = named("L", a * b)
    assert ascend(L, 0.5) == (-6.0, 0.5 * -2.0, 5.0)  # to 0.5 and -2
    assert (a.data, b.data, L.data) == (2.0, -3.0, -6.0)
    assert ascend(L, 0.5, wrt=a) == (-6.0, -1.5, 4.5)
    a.grad = 4.0  # as it is stored, right or wrong
    assert ascend(L, -0.5) == (-6.0, 0.0 * -4.0, 6.0)
    assert ascend(L, 0.5, inplace=True) == (-6.0, 4.0 * -2.0, -2.0)
    assert (a.data, b.data, L.data) == (4.0, -2.0, -8.0)


def test_an_inner_node_keeps_the_number_that_a_step_gives_it():
    a = Value(2.0, label="a")
    e = named("e", a * 3.0)
    L = named("L", e * 0.5)
    assert ascend(L, 2.0, wrt=e, inplace=True) == (3.0, 3.5, 0.5)
    assert (a.data, e.data, L.data) == (2.0, 7.0, 3.5)


def test_a_step_to_no_number_is_not_written():
    a = Value(2.0, label="a")
    L = named("L", a.tanh())
    a.grad = 1e308
    with pytest.raises(DomainError) as failed:
        ascend(L, 10.0, inplace=True)
    assert str(failed.value) == (
        "the step would set a to ∞, so nothing was written.\n"
        "  remedy  take a smaller step; diagnose(L) finds gradients that are not finite"
    )
    assert (a.data, L.data) == (2.0, math.tanh(2.0))
    with pytest.raises(DomainError, match="ascend needs a finite step, but got nan"):
        ascend(L, math.nan)


def test_the_slope_with_several_steps():
    result = sweep(lambda x: x * x, 3.0, h=[1.0, 0.5, -0.25])
    assert [tuple(row) for row in result] == [
        (1.0, 7.0, 1.0, 6.0, 0.0), (0.5, 6.5, 0.5, 6.0, 0.0), (-0.25, 5.75, 0.25, 6.0, 0.0),
    ]  # fmt: skip
    assert (result.best, result.best_central) == (result[2], result[0])
    assert result.title == (
        "The gradient with respect to x is 6. Nearest: h = −0.25 forward, h = 1 central."
    )
    assert result.cells()[0] == ("1", "7.000000000000", "1.0e+00", "6.000000000000", "0.0e+00")
    assert (
        str(sweep(abs, 0.0, h=[1.0]))
        .splitlines()[0]
        .endswith(" There is a kink here: the slope is −1 on the left and 1 on the right.")
    )
    assert (
        str(sweep(chainrule.floor, 2.0, h=[1.0]))
        .splitlines()[0]
        .endswith(" The function jumps here, so no step gives the slope.")
    )


def test_a_sweep_of_what_is_not_real_or_not_a_number():
    found = sweep(lambda x: x**0.5, 0.25, h=[1.0, 0.25])
    assert [row.forward for row in found] == pytest.approx(
        [(1.25**0.5 - 0.5), (0.5**0.5 - 0.5) * 4]
    )
    assert math.isnan(found[0].central) and found[1].central == pytest.approx(2 * 0.5**0.5)
    for function in (slope, sweep):
        for out in ([1.0], "3", np.array("3"), np.array(1j), np.array([1.0, 2.0])):
            with pytest.raises(WrongType, match="needs a function that returns a number, but it"):
                function(lambda x, out=out: out, 1.0)


def test_a_sweep_where_the_function_has_no_value_on_one_side():
    result = sweep(chainrule.sqrt, 0.25, h=[1.0, 0.25])
    assert result.cells()[0][3:] == ("no value", "")
    assert result.best_central is result[1]
    nowhere = sweep(lambda x: x * math.nan, 1.0, h=[1.0])
    assert (nowhere.best, nowhere.best_central) == (None, None)
    assert nowhere.title.endswith("is nan. No step can be compared with it.")
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    assert sweep(a * b, b, h=[0.5])[0].forward == 2.0
    with pytest.raises(WrongType, match=r"sweep moves one node, but .* has 2 leaves"):
        sweep(a * b)
    with pytest.raises(DomainError, match="sweep needs steps, but got none"):
        sweep(abs, 1.0, h=[])
