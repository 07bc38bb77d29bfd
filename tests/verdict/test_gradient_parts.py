"""The parts of a verdict on gradients by themselves: kinks, tracks, digits, errors."""

from __future__ import annotations

import math

import pytest

from chainrule.engine.twin import Value
from chainrule.table.ops import TABLE
from chainrule.table.rules import NUMBER, RULES
from chainrule.verdict.flat_graph import FlatGraph
from chainrule.verdict.gradients.contribution import Contribution, Mistake, instead, quotient
from chainrule.verdict.gradients.kinks import is_at_kink, kink_text
from chainrule.verdict.gradients.mistakes import equally_likely, fitting_mistakes
from chainrule.verdict.gradients.reference import Reference, _is_same
from chainrule.verdict.gradients.result import Check, _depths
from chainrule.verdict.gradients.rounding import Digits, digits_of, half_unit
from chainrule.verdict.gradients.track import Track
from chainrule.verdict.gradients.verdict import Verdict, Verdicts

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "numbers", "expected"),
    [
        ("relu", [0.0], True),
        ("relu", [1e-12], False),
        ("relu", [-1e-12], False),
        ("abs", [0.0], True),
        ("abs", [-0.0], True),
        ("abs", [2.0], False),
        ("floor", [2.0], True),
        ("floor", [2.5], False),
        ("floor", [-3.0], True),
        ("max", [1.5, 1.5], True),
        ("max", [1.5, 1.5000001], False),
        ("clip", [1.0, -1.0, 1.0], True),
        ("clip", [0.5, -1.0, 1.0], False),
        ("mod", [6.0, 3.0], True),
        ("mod", [7.0, 3.0], False),
        ("exp", [0.0], False),
        ("mul", [0.0, 0.0], False),
        ("sqrt", [1e-30], False),
    ],
)
def test_where_an_operation_has_a_kink(name, numbers, expected):
    rule = RULES[NUMBER[name]]
    out = rule.value(*numbers)
    partials = tuple(partial(*numbers, out) for partial in rule.partials)
    assert is_at_kink(rule, numbers, partials) is expected


def test_a_local_derivative_that_is_not_known_is_at_no_kink():
    relu, clip = RULES[NUMBER["relu"]], RULES[NUMBER["clip"]]
    assert not is_at_kink(relu, [0.0], (None,))
    assert not is_at_kink(relu, [0.0], (math.nan,))
    assert is_at_kink(clip, [1.0, -1.0, 1.0], (None, None, 0.5))  # the third is still looked at


@pytest.mark.parametrize(
    ("name", "numbers", "words"),
    [
        ("relu", [0.0], "kink: relu has no derivative at x = 0 ("),
        ("relu", [-0.0], "kink: relu has no derivative at x = 0 ("),
        ("floor", [2.0], "jump: floor has no derivative at x = 2"),
        ("max", [1.5, 1.5], "kink: max has no derivative at x = 1.5 and y = 1.5"),
    ],
)
def test_a_kink_in_words(name, numbers, words):
    assert kink_text(RULES[NUMBER[name]], numbers).startswith(words)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (None, None, True), (1.5, 1.5, True), (math.nan, math.nan, True), (0.0, -0.0, True),
        (None, 0.0, False), (0.0, None, False), (math.nan, 1.0, False), (1.0, math.nan, False),
        (None, math.nan, False), (math.nan, None, False), (1.0, 2.0, False),
    ],
)  # fmt: skip
def test_two_stored_derivatives_are_the_same(x, y, expected):
    assert _is_same(x, y) is expected


def test_a_stored_derivative_that_is_nan_is_not_stale():
    x = Value(math.inf)
    assert Reference((x * 0.0 + x * math.nan)._postorder()).stale == {}
    y = Value(2.0)
    root = y * y
    y.data = 3.0
    assert Reference(root._postorder()).stale == {0: 1}


def test_a_track_carries_an_interval_down():
    track = Track(3)
    assert (track.middle, track.width) == ([0.0, 0.0, 1.0], [0.0, 0.0, 0.0])
    track.hand_down(2.0, 0.25, (0, 1, 0), (3.0, None, -0.5), (0.125, 7.0, 0.0))
    assert track.middle == [5.0, 0.0, 1.0]
    # 3 * 0.25 + 2 * 0.125 + 0.25 * 0.125, and 0.5 * 0.25; the rest is 1e-9 of what is carried
    assert track.width == pytest.approx([1.15625, 0.0, 0.0], abs=1e-8)
    assert track.width[0] - 1.15625 == pytest.approx(1e-9 * (6.0 + 1.0))


@pytest.mark.parametrize(
    ("x", "digits", "half"),
    [(0.5, 3, 5e-4), (-123.0, 3, 0.5), (123.0, 4, 0.05), (9e-5, 1, 5e-6), (0.0, 3, 0.0),
     (math.inf, 3, 0.0)],
)  # fmt: skip
def test_half_a_unit_of_a_digit(x, digits, half):
    assert half_unit(x, digits) == half


def test_what_the_digits_of_a_graph_leave_open():
    assert digits_of([], [0.5]) == Digits(0, 0)
    assert digits_of([0.5, 0.125], [0.5, 0.125]) == Digits(3, 4)
    assert digits_of([0.5], [0.5, 1 / 3]) == Digits(3, 0)  # others have all their digits
    assert digits_of([0.00012345], [1 / 3]) == Digits(5, 8)
    assert digits_of([math.inf, 1 / 3], [1 / 3]) == Digits(0, 0)
    assert (Digits(5, 4).half_step(2 / 3), Digits().half_step(2 / 3)) == (5e-5, 0.0)
    assert Digits(3, 0).half_step(2.004) == 5e-3
    single = 0.10000000149011612
    assert Digits().half_width(single) == pytest.approx(1e-7)
    assert Digits().half_width(1 / 3) == 0.0


@pytest.mark.parametrize(
    ("found", "expected", "error"),
    [(3.0, 2.0, 0.5), (3.0, -2.0, 2.5), (0.25, 0.0, 0.25), (2.0, 2.0, 0.0), (0.0, 0.0, 0.0),
     (None, 2.0, math.nan), (2.0, math.nan, math.nan)],
)  # fmt: skip
def test_the_error_of_a_gradient_is_relative(found, expected, error):
    assert Verdict(Value(1.0), "wrong", found, expected).error == pytest.approx(error, nan_ok=True)


def test_a_label_stands_for_its_node_where_only_one_has_it():
    a, b, c = Value(1.0, label="a"), Value(2.0, label="b"), Value(3.0, label="b")
    verdicts = Verdicts({x: Verdict(x, "right", 1.0, 1.0) for x in (a, b, c)})
    assert verdicts["a"] is verdicts[a]
    with pytest.raises(KeyError, match="2 nodes have the label 'b'; use the node itself"):
        verdicts["b"]
    with pytest.raises(KeyError, match="'z'"):
        verdicts["z"]
    with pytest.raises(KeyError, match="'other'"):
        verdicts[Value(1.0, label="other")]


def test_distances_from_the_root_are_along_the_longest_path():
    a = Value(2.0)
    b = a * 3.0
    root = a + b
    three = next(x for x in b._operands if x is not a)
    assert _depths(root._postorder()) == {root: 0, b: 1, a: 2, three: 2}


def test_wrong_gradients_nearest_the_root_come_first_and_what_follows_last():
    a = Value(2.0)
    b = a * 3.0
    c = b.tanh()
    kinds = {a: "sign", b: "follows", c: "sign"}
    verdicts = Verdicts({x: Verdict(x, "wrong", 1.0, 2.0, kind=kinds[x]) for x in (a, b, c)})
    assert [x.node for x in Check(c, verdicts, {}).wrong] == [c, a, b]


# ---- mistakes ------------------------------------------------------------------------------------


def part(above, partial, name="tanh", spread=0.0):
    rule = RULES[NUMBER[name]]
    return Contribution("u", above, partial, rule, 0, (0.5,) * TABLE[name].arity, 0.4, spread)


def test_a_contribution_and_a_mistake_in_numbers():
    assert part(2.0, 3.0).value == 6.0
    assert part(2.0, 3.0).text == "1 - out * out"
    parts = [part(2.0, 3.0), part(1.0, -5.0), part(1.0, 0.5)]
    assert instead(parts, 1, 7.0) == [6.0, 7.0, 0.5]
    mistake = Mistake("sign", "why", [6.0, -5.0, 0.5])
    assert (mistake.gradient, mistake.size, mistake.sentence) == (1.5, 11.5, "why")
    assert not mistake.cancels_out
    assert Mistake("sign", "why", [6.0, -6.0]).cancels_out
    assert not Mistake("zero", "why", [6.0, -6.0]).cancels_out
    assert not Mistake("missing path", "why", [0.0]).cancels_out
    assert quotient(3.0, 2.0) == 1.5
    assert math.isnan(quotient(3.0, 0.0))


def test_an_exact_mistake_comes_before_those_that_rounding_may_give():
    exact, near = Mistake("sign", "exact", [2.0]), Mistake("factor", "near", [2.0009])
    far = Mistake("added", "far", [2.1])
    parts = [part(1.0, 1.0)]
    assert fitting_mistakes([near, exact, far], parts, 2.0, 0.001) == ([exact], [near])
    assert fitting_mistakes([near, far], parts, 2.0, 0.001) == ([], [near])
    assert fitting_mistakes([near, far], parts, 2.0, 0.0001) == ([], [])
    # what arrives may be off by a 40th of its size, twice
    wide = [part(1.0, 1.0), part(1.0, 1.0, spread=0.025)]
    assert fitting_mistakes([near, far], wide, 2.0, 0.0) == ([], [near, far])


def test_the_likeliest_of_several_mistakes():
    def of(kind, telling=True, terms=(2.0,)):
        return Mistake(kind, kind, list(terms), is_telling=telling)

    sign, factor, above, local = of("sign"), of("factor"), of("above missing"), of("local missing")
    swapped, own, other = of("swapped"), of("own value"), of("other operand")
    silent = of("added", telling=False)
    assert equally_likely([sign]) == [sign]
    assert equally_likely([silent]) == [silent]
    assert equally_likely([silent, factor]) == [factor]
    assert equally_likely([sign, silent, factor]) == [sign, factor]
    assert equally_likely([sign, factor, above, local]) == [sign, factor, above]
    assert equally_likely([sign, of("sign"), factor]) == [sign, factor]
    assert equally_likely([swapped, sign]) == [swapped]
    assert equally_likely([own, other]) == [other]
    assert equally_likely([own, sign]) == [own, sign]
    zero, cancelling = of("zero", terms=(0.0,)), of("added", terms=(3.0, -3.0))
    assert equally_likely([cancelling, zero]) == [zero]
    assert equally_likely([cancelling, sign]) == [cancelling, sign]


def test_rounding_inside_a_graph_moves_the_root_by_so_much():
    a = Value(3.0)
    root = (a * 2.0 + 1.0) * 4.0
    reference = Reference(root._postorder())
    # half a unit for each operation: 6 times 4, 7 times 4, and 28
    assert reference.noise() == 2.0**-53 * (24.0 + 28.0 + 28.0)
    assert [reference.expected[FlatGraph(root._postorder()).index[x]] for x in (a, root)] == [8, 1]
