"""The first bad node, its inputs and its line; gradients by depth; and the sweep of steps."""

from __future__ import annotations

import math

import pytest

import chainrule
from chainrule.errors import DomainError, GraphError, MissingExtra, WrongType
from chainrule.verdict import diagnose, sweep
from chainrule.verdict.diagnosis.growth import LONGEST_STEP
from chainrule.verdict.diagnosis.profile import Level, Profile
from chainrule.verdict.diagnosis.remedies import HUGE
from chainrule.verdict.diagnosis.units import Unit


def test_nothing_is_wrong(Value):
    a = Value(2.0, label="a")
    result = diagnose(a * 3 + 1)
    assert result.ok
    assert result
    assert (result.node, result.kind, result.label, result.inputs) == (None, "", "", ())
    assert (result.where, result.remedy, result.troubles) == ("", "", ())
    assert str(result) == "a * 3 + 1: every number and every gradient is in order."


def test_the_first_bad_number_is_named_and_not_what_follows(Value):
    a, b = Value(2.0, label="a"), Value(math.inf, label="b")
    with chainrule.debug():
        c = b * a
        d = c - b
    L = d.tanh() * 2
    d.label = "d"
    result = diagnose(L)
    assert (result.node, result.kind) == (b, "inf")
    b.data = 1e308
    c._rewrite(c.data, c._local_grads)
    result = diagnose(L)
    assert [(trouble.kind, trouble.node) for trouble in result.troubles] == [
        ("huge", b), ("inf", c),
    ]  # fmt: skip
    assert result.troubles[1].inputs == ((b, 1e308), (a, 2.0))
    assert "test_diagnose.py:" in result.troubles[1].where
    assert "made at" in str(result)
    assert "b = 1e+308 and a = 2" in str(result)


def test_nan(Value):
    a, b = Value(math.inf, label="a"), Value(math.inf, label="b")
    d = a - b
    result = diagnose(d * 2)
    assert result.kind == "inf"
    a = Value(math.nan, label="a")
    assert diagnose(a * 2).kind == "nan"
    assert diagnose(a * 2).label == "a"
    assert diagnose(a * 2).troubles[0].words == "The leaf a is nan."


def test_a_domain_that_was_left_by_an_edit(Value):
    p = Value(0.5, label="p")
    L = p.log() * 2
    p.data = -0.25
    result = diagnose(L)
    assert result.kind == "domain"
    assert result.troubles[0].words == "log needs p > 0, but p = −0.25."
    assert result.remedy == "keep p positive; p was set to −0.25"
    assert result.inputs == ((p, -0.25),)
    assert len(result.troubles) == 1


@pytest.mark.parametrize(
    ("name", "x"), [("tanh", 40.0), ("sigmoid", -60.0), ("relu", -2.0), ("floor", 2.5), ("erf", 9)]
)
def test_saturation(Value, name, x):
    v = Value(x, label="v")
    out = getattr(v, name)()
    result = diagnose(out * 3)
    assert (result.kind, result.node) == ("saturated", out)
    assert result.remedy
    assert name in result.troubles[0].words


def test_a_relu_that_is_off_is_fine_where_its_input_is_felt(Value):
    v = Value(-2.0, label="v")
    assert diagnose(v.relu() + v).ok
    assert diagnose((v * 0) + 1).ok


def test_huge(Value):
    v = Value(1e7, label="v")
    result = diagnose(v**2 - 1e14)
    assert result.kind == "huge"
    assert result.node.op == "pow"


def test_a_gradient_that_is_not_finite(Value):
    x = Value(0.0, label="x")
    result = diagnose(x.sqrt() * 3)
    assert result.kind == "gradient"
    assert result.node.op == "sqrt"
    assert "∞" in str(result)
    assert result.remedy == "keep x above 0, where the slope of sqrt is not finite"
    assert "keep y below 1" in diagnose(Value(1.0, label="y").asin()).remedy
    assert "keep z away from 0" in diagnose(Value(0.0, label="z").cbrt()).remedy


def test_gradients_by_depth(Value):
    w = v = Value(0.5, label="v")
    for _ in range(30):
        w = w * 0.1
    profile = diagnose(w).profile
    assert profile.trend == "vanishing"
    assert (profile[0].depth, profile[0].nodes, profile[0].largest) == (0, 1, 1.0)
    assert profile[-1].depth == 30
    assert profile[-1].largest == pytest.approx(1e-30)
    assert "vanishing" in str(diagnose(w))
    assert "more" in str(profile)
    w = v
    for _ in range(12):
        w = w * 10
    assert diagnose(w).profile.trend == "exploding"
    assert diagnose(v * 2).profile.trend == ""


@pytest.mark.parametrize(
    ("sizes", "trend"),
    [
        ([1.5, 0.2, *[1e-4] * 6], ""),  # the median of a quarter, that is of two levels
        ([1.5, 0.6, *[1e-4] * 6], "vanishing"),
        ([*[1e-4] * 6, 0.2, 1.5], ""),
        ([*[1e-4] * 6, 0.6, 1.5], "exploding"),
        ([1.0, 1.0, 1e-3, 1e-3, 1e-3, 1e-6, 1e-6], ""),  # too few levels
        ([math.inf, *[1.0] * 6, 1e-9, 1e-9], "vanishing"),
    ],
)
def test_a_trend_is_a_factor_of_10000_between_the_first_and_the_last_quarter(sizes, trend):
    levels = [Level(depth, 1, size, size) for depth, size in enumerate(sizes)]
    assert Profile(levels).trend == trend


def tanh_chain(Value, times, factor):
    y = Value(0.5, label="x")
    for i in range(times):
        y = (y * factor).tanh()
        y.label = f"y{i + 1}"
    return y


@pytest.mark.parametrize("times", [60, 400])  # after 400 the gradient is 0.0
def test_gradients_that_vanish_by_saturation(Value, times):
    result = diagnose(tanh_chain(Value, times, 3))
    assert not result.ok
    assert (result.kind, result.label) == ("saturated", "y2")
    assert result.inputs[0][1] == pytest.approx(3 * math.tanh(1.5))
    assert "closer to 0" in result.remedy
    assert result.troubles[0].words == (
        "tanh is saturated, and the gradients vanish: its local derivative is 0.0174, compared "
        "with 1.0000 at 0."
    )
    text = str(result)
    assert "in order" not in text
    assert text.index("saturated") < text.index("The gradients are vanishing: 1.0e+00 at the root")
    assert result.title == f"y{times}: an operation is saturated, and the gradients are vanishing."


def test_saturation_is_no_trouble_where_nothing_vanishes(Value):
    assert diagnose(tanh_chain(Value, 1, 6)).ok
    assert "in order" in str(diagnose(tanh_chain(Value, 1, 6)))


def test_a_dead_branch_is_not_to_blame(Value):
    """Its tanh is saturated, but no gradient comes there anyway."""
    dead = Value(3.0, label="dead")
    w = Value(0.5, label="w") + dead.tanh() * 0
    for _ in range(30):
        w = w * 0.1
    assert diagnose(w).ok


@pytest.mark.parametrize(("factor", "trend"), [(0.1, "vanishing"), (2.0, "exploding")])
def test_the_summary_agrees_with_what_follows(Value, factor, trend):
    w = Value(0.5, label="w")
    for _ in range(35):
        w = w * factor
    w.label = "L"
    result = diagnose(w)
    assert result.ok
    assert result.title == f"L: no node is bad, but the gradients are {trend}."
    for text in (str(result), result._repr_html_()):
        assert "in order" not in text
        assert result.title in text
        assert f"The gradients are {trend}: 1.0e+00 at the root" in text


@pytest.mark.parametrize("name", ["cos", "cosh", "abs", "sinc"])
def test_the_top_of_a_function_is_not_saturated(Value, name):
    assert diagnose(getattr(chainrule, name)(Value(0.0, label="x"))).ok


def recurrence(Value, step, count, x=1.0, **numbers):
    h = Value(x, label="h0")
    leaves = {name: Value(number, label=name) for name, number in numbers.items()}
    for _ in range(count):
        h = step(h, **leaves)
    h.label = "L"
    return h


def test_numbers_that_explode_in_a_recurrence(Value):
    result = diagnose(recurrence(Value, lambda h, w: h * w + 0.1, 60, w=3.0))
    assert result.kind == "huge"
    assert result.remedy == (
        "each of 25 equal steps (add and mul, with w = 3) multiplies the number by about 3.01: "
        "keep that factor at 1 or below, take fewer steps, or work with logarithms"
    )
    assert (
        "Each of 59 equal steps (mul and add, with w = 3) multiplies the gradient by about 3."
        in str(result)
    )
    text = str(diagnose(recurrence(Value, lambda h: h * h, 12, x=3.0)))
    assert "later steps by more than earlier ones" in text


@pytest.mark.parametrize(
    ("step", "w", "trend", "words"),
    [
        (lambda h, w: (h * w).tanh(), 0.3, "vanishing",
         "29 equal steps (mul and tanh, with w = 0.3) multiplies the gradient by about 0.3"),
        (lambda h, w: h + h * w, 1.0, "exploding",
         "29 equal steps (mul and add, with w = 1) multiplies the gradient by about 2"),
        (lambda h, w: h * w - 0.01 * h, 0.5, "vanishing", "w = 0.5) multiplies the gradient by"),
    ],
)  # fmt: skip
def test_gradients_in_a_recurrence_have_a_factor(Value, step, w, trend, words):
    result = diagnose(recurrence(Value, step, 30, x=0.001, w=w))
    assert result.profile.trend == trend
    assert words in result.step
    assert words in str(result)
    assert words in result.remedy
    assert words in result._repr_html_()


def test_a_graph_that_is_no_recurrence_has_no_factor(Value):
    x = Value(0.5, label="x")
    for name in ("sin", "exp", "tanh", "atan", "sigmoid", "cos", "exp", "erf", "cbrt", "asinh"):
        x = getattr(x, name)()
    assert diagnose(x * 1e-9).step == ""


def test_saturated_units_are_counted_by_layer(Value):
    x = [Value(1.0, label="x")] * 3
    for i, size in enumerate((0.1, 500.0)):
        with chainrule.scope(f"layer {i + 1}"):
            x = [(v * size).tanh() for v in x]
    L = x[0] + x[1] + x[2]
    result = diagnose(L)
    assert [(units.scope, units.op, units.total, units.flat) for units in result.units] == [
        ("layer 1", "tanh", 3, 0), ("layer 2", "tanh", 3, 3),
    ]  # fmt: skip
    assert result.remedy.endswith("(layer 2: 3 of 3 tanh are saturated)")
    assert "By layer: layer 2: 3 of 3 tanh are saturated." in str(result)


def test_the_scope_of_a_single_neuron_is_part_of_its_layer(Value):
    hidden = []
    for i, z in enumerate((0.0, -30.0, 30.0)):
        with chainrule.scope("block 2"), chainrule.scope("layer 1"), chainrule.scope(f"neuron {i}"):
            hidden.append(Value(z).sigmoid())
    result = diagnose(hidden[1] * hidden[2] * 1e-9)
    assert [(units.scope, units.total, units.flat) for units in result.units] == [
        ("block 2 / layer 1", 2, 2),
    ]  # fmt: skip
    assert result.remedy.endswith("(block 2 / layer 1: 2 of 2 sigmoid are saturated)")


@pytest.mark.parametrize(
    ("op", "flat", "state"),
    [
        ("relu", 1.0, "dead"),
        ("relu", 0.99, ""),
        ("tanh", 0.95, "saturated"),
        ("tanh", 0.94, ""),
        ("sigmoid", 1.0, "saturated"),
    ],
)
def test_a_unit_is_dead_or_saturated_over_rows(op, flat, state):
    assert Unit("layer 1", "neuron 3", op, flat).state == state


def test_a_layer_of_units_that_are_off(Value):
    with chainrule.scope("layer 1"):
        off = [(Value(-1.0) * (i + 1)).relu() for i in range(4)]
    L = off[0] + off[1] + off[2] + off[3]
    result = diagnose(L)
    assert result.kind == "saturated"
    assert "layer 1: 4 of 4 relu are off" in result.remedy


def test_a_large_gradient_above_is_no_saturation(Value):
    """log(sigmoid(-36)): the gradient above is 4e15, and the sigmoid passes 1 on."""
    z = Value(-36.0, label="z")
    result = diagnose(z.sigmoid().log())
    assert [trouble.kind for trouble in result.troubles] == ["gradient"]
    assert result.fix == "-softplus(-z)"


def test_infinite_bounds_are_no_trouble(Value):
    assert diagnose(Value(2.0, label="x").clip(min=0.0) * 3).ok
    assert diagnose(Value(-math.inf, label="x") + 1).kind == "inf"


def test_the_shortest_equal_steps_are_told():
    w = chainrule.Value(0.5)
    for _ in range(12):
        w = w * 0.1
    words = "Each of 11 equal steps (mul) multiplies the gradient by about 0.1."
    assert words in str(diagnose(w))


@pytest.mark.parametrize("length", [LONGEST_STEP, LONGEST_STEP + 1])
def test_the_longest_equal_steps_are_told(length):
    w = chainrule.Value(0.5)
    for _ in range(6):
        for _ in range(length - 1):
            w = w * 0.5
        w = -w
    assert ("equal steps" in str(diagnose(w))) is (length == LONGEST_STEP)


@pytest.mark.parametrize("is_above", [True, False])
def test_a_number_is_huge_above_a_limit(is_above):
    x = chainrule.Value(math.nextafter(HUGE, math.inf) if is_above else HUGE, label="x")
    assert ("which is huge" in str(diagnose(x * 1e-12))) is is_above


def test_the_plots():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    v = w = chainrule.Value(0.5)
    for _ in range(12):
        w = w * 0.1
    ax = diagnose(w).plot()
    assert ax.get_yscale() == "log"
    # it fits a page of any colour, and nothing but the curves stands out
    assert ax.patch.get_alpha() == ax.figure.patch.get_alpha() == 0
    assert {side for side, spine in ax.spines.items() if spine.get_visible()} == {"left", "bottom"}
    assert all(line.get_visible() for line in ax.get_xgridlines() + ax.get_ygridlines())
    assert not ax.get_legend().get_frame_on()
    assert all(line.get_marker() == "o" and line.get_markersize() == 3 for line in ax.lines)
    ax = sweep(v.sin()).plot()
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert {text.get_text() for text in ax.texts} == {"truncation", "cancellation"}
    pyplot.close("all")


def test_a_plot_without_matplotlib(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.pyplot", None)
    with pytest.raises(MissingExtra, match="pip install matplotlib"):
        diagnose(chainrule.Value(1.0)).plot()
    with pytest.raises(MissingExtra):
        sweep(abs, 1.0).plot()


def test_hostile_labels_and_html(Value):
    v = Value(math.nan, label="<script>alert(1)</script>\x00")
    result = diagnose(v * 2)
    assert "<script" not in result._repr_html_()
    assert "\x00" not in str(result)
    assert "in order" in diagnose(Value(1.0))._repr_html_()


def test_each_trouble_is_named_in_the_table(Value):
    a, b = Value(math.nan, label="a"), Value(0.0, label="b")
    assert diagnose(a * 2).cells()[0][:3] == ("nan", "a", "The leaf a is nan.")
    words = ("inf", "leaf ∞", "An unlabelled leaf is ∞.")
    assert diagnose(Value(math.inf) * 2).cells()[0][:3] == words
    b.data = 1e200
    L = b * b
    L.label = "L"
    assert [cells[:2] for cells in diagnose(L).cells()] == [("huge", "b"), ("inf", "L = b * b")]


def test_the_html_has_no_empty_columns(Value):
    a, b = Value(2.0, label="a"), Value(1.0, label="b")
    L = (a - b).log()
    assert "<t" not in diagnose(L)._repr_html_()
    a.data = 0.5
    html = diagnose(L)._repr_html_()
    assert "<b>log(a - b): an operation has no real result.</b>" in html
    assert ">remedy</th>" in html
    assert ">made at</th>" not in html
    assert "<th>code</th>" not in html


def test_bad_input(Value):
    with pytest.raises(WrongType):
        diagnose(3.0)
    a = Value(1.0)
    b = a + 1
    a._prev = (b,)
    with pytest.raises(GraphError, match="cycle"):
        diagnose(b)


def test_nothing_in_the_graph_changes(Value):
    a = Value(40.0, label="a")
    L = a.tanh() * 2
    L.backward()
    before = [(n.data, n.grad, n.grad_state, n.passes, n._local_grads) for n in L._postorder()]
    diagnose(L)
    sweep(L)
    assert before == [
        (n.data, n.grad, n.grad_state, n.passes, n._local_grads) for n in L._postorder()
    ]


def test_a_very_long_chain(Value):
    v = Value(1.0)
    for _ in range(30_000):
        v = v + 1e-6
    assert diagnose(v).ok


# ---- the sweep ----------------------------------------------------------------------------------


def test_a_sweep_shows_truncation_and_cancellation(Value):
    x = Value(1.0, label="x")
    result = sweep(x.sin())
    errors = {row.h: row.forward_error for row in result}
    assert errors[0.1] > errors[1e-3] > errors[1e-6]
    assert errors[1e-14] > errors[1e-10] > errors[1e-8]
    assert 1e-9 <= result.best.h <= 1e-7
    assert 1e-6 <= result.best_central.h <= 1e-4
    assert result.gradient == pytest.approx(math.cos(1.0))
    assert len(result) == 17
    assert result[0].h == 1.0
    assert str(result).startswith(
        "The gradient with respect to x is 0.540302. Nearest: h = 1e−08 forward"
    )
    assert "<table" in result._repr_html_()


def test_a_sweep_of_a_function_and_of_one_node(Value):
    assert sweep(lambda x: x**3, 2.0).gradient == 12.0
    assert sweep(math.exp, 0.0).gradient == pytest.approx(1.0)
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    L = a * b
    assert sweep(L, a, h=[0.5])[0].forward == 3.0
    with pytest.raises(WrongType, match="has 2 leaves"):
        sweep(L)


def test_a_sweep_over_an_edge(Value):
    result = sweep(chainrule.log, 0.5, h=[1.0, 0.1])
    assert math.isnan(result[0].central)
    assert "no value" in str(result)
    assert result.best_central.h == 0.1


def test_a_sweep_without_a_value_names_no_step(Value):
    x = Value(math.nan, label="x")
    result = sweep(x * 2)
    assert result.best is None
    assert result.best_central is None
    assert result.title == "The gradient with respect to x is 2. No step can be compared with it."
    assert str(result).count("no value") == 2 * len(result)
    assert "nan" not in str(result)


def test_a_sweep_with_values_on_one_side(Value):
    result = sweep(chainrule.log, 0.5, h=[1.0, 0.75])
    assert result.title == "The gradient with respect to x is 2. Nearest: h = 0.75 forward."
    result = sweep(chainrule.sqrt, 0.0, h=[1.0, 0.1])
    assert result.title == "The gradient with respect to x is ∞. No step can be compared with it."
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    assert len(result.plot().lines) == 2
    pyplot.close("all")


def test_a_sweep_with_bad_input(Value):
    with pytest.raises(DomainError, match="other than 0"):
        sweep(abs, 1.0, h=[0.0])
    with pytest.raises(DomainError):
        sweep(abs, 1.0, h=[])
    with pytest.raises(WrongType):
        sweep(3.0)
    with pytest.raises(WrongType, match="a point"):
        sweep(abs)
    with pytest.raises(GraphError):
        sweep(Value(1.0) * 2, Value(3.0))
