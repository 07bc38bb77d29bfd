"""Curves and tangents."""

from __future__ import annotations

import math
import sys

import matplotlib
import pytest
from matplotlib.figure import Figure

import chainrule
from chainrule.drawing.curve import plot, slopes
from chainrule.errors import DomainError, MissingExtra, WrongType

pytestmark = pytest.mark.once


@pytest.fixture
def ax():
    return Figure().add_subplot()


def curve(ax):
    """The numbers of the first line that was drawn."""
    return [list(map(float, numbers)) for numbers in ax.lines[0].get_data()]


def words(ax):
    return [text.get_text() for text in ax.texts]


def parabola(x):
    return 2 * x**2 - 3 * x + 4


def test_the_curve_goes_through_the_function_from_end_to_end(ax):
    assert plot(parabola, -3, 4, ax=ax, points=8) is ax
    xs, ys = curve(ax)
    assert xs == [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert ys == [parabola(x) for x in xs]


def test_the_function_sees_one_plain_number_at_a_time(ax):
    seen = []
    plot(lambda x: seen.append(x) or 0.0, 0, 1, ax=ax, points=3)
    assert seen == [0.0, 0.5, 1.0]
    assert {type(x) for x in seen} == {float}


def test_a_function_may_return_a_value(ax):
    w = chainrule.Value(3.0)
    plot(lambda x: w * x, 0, 2, tangent_at=1, ax=ax, points=3)
    assert curve(ax)[1] == [0.0, 3.0, 6.0]
    assert words(ax) == ["slope 3"]
    assert w.grad_state == "none"


@pytest.mark.parametrize(
    "f", [math.log, chainrule.log, lambda x: 1 / 0.0 if x <= 0 else math.log(x)]
)
def test_a_gap_where_there_is_no_value(ax, f):
    plot(f, -1, 2, ax=ax, points=4)
    ys = curve(ax)[1]
    assert [math.isnan(y) for y in ys] == [True, True, False, False]
    assert ys[2:] == [0.0, math.log(2.0)]


def test_infinity_is_a_gap_too(ax):
    plot(lambda x: math.inf if x == 0 else x, -1, 1, ax=ax, points=3)
    assert math.isnan(curve(ax)[1][1])


def test_tangents_touch_with_their_slope_written(ax):
    plot(parabola, -3, 7, tangent_at=[-2, 0.75, 2, 6], ax=ax)
    assert words(ax) == ["slope −11", "slope 0", "slope 5", "slope 21"]
    lines = [line.get_data() for line in ax.lines[2::2]]
    for x, (xs, ys) in zip([-2, 0.75, 2, 6], lines):
        steepness = (ys[1] - ys[0]) / (xs[1] - xs[0])
        assert steepness == pytest.approx(4 * x - 3, abs=1e-8)
        assert ys[0] + steepness * (x - xs[0]) == pytest.approx(parabola(x))
        assert -3 <= xs[0] < xs[1] <= 7


def test_a_kink_has_no_tangent_and_says_both_slopes(ax):
    plot(lambda x: max(x, 0.0), -5, 5, tangent_at=0, ax=ax)
    assert words(ax) == ["no slope: left 0, right 1"]
    assert len(ax.lines) == 2  # the curve and the point


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (math.tanh, 0.3, (1 - math.tanh(0.3) ** 2,) * 2),
        (abs, 0.0, (-1.0, 1.0)),
        (lambda x: 1e-9 * abs(x), 0.0, (-1e-9, 1e-9)),
        (lambda x: 1e-6 * math.sin(x), 1.0, (1e-6 * math.cos(1.0),) * 2),
        (lambda x: 1e6 + math.sin(x), 1.0, (math.cos(1.0),) * 2),
        (lambda x: x**2, 0.0, (0.0, 0.0)),
        (math.sqrt, 0.0, (math.nan, math.inf)),
        (lambda x: math.copysign(abs(x) ** (1 / 3), x), 0.0, (math.inf, math.inf)),
    ],
)
def test_slopes_of_both_sides(f, x, expected):
    assert slopes(f, x, 10.0) == pytest.approx(expected, rel=1e-5, nan_ok=True)


def test_a_figure_is_made_where_none_is_given():
    matplotlib.use("Agg")
    import matplotlib.pyplot as pyplot

    ax = plot(parabola, -1, 1)
    assert ax.get_ylabel() == "parabola(x)"
    assert ax.get_figure().patch.get_alpha() == 0
    pyplot.close(ax.get_figure())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3, 0, 1), WrongType, "plot needs a function, but got int."),
        ((abs, 1, 1), DomainError, "plot needs a start left of stop, but got 1 and 1."),
        ((abs, 0, math.inf), DomainError, "plot needs a start left of stop, but got 0 and inf."),
        ((abs, "a", 1), WrongType, "start needs an int or a float"),
        ((abs, 0, 1, 2), DomainError, "tangent_at needs a point between 0 and 1, but got 2."),
        ((abs, 0, 1, "a"), WrongType, "tangent_at needs an int or a float"),
        (
            (str, 0, 1),
            WrongType,
            "plot needs a function that returns a number, but it returned str",
        ),
        ((math.log, -2, -1), DomainError, "no value anywhere between -2 and -1."),
        ((math.log, -2, 1, -1), DomainError, "no value at tangent_at = -1."),
    ],
)
def test_plot_says_what_is_wrong(ax, arguments, error, message):
    with pytest.raises(error) as caught:
        plot(*arguments, ax=ax)
    assert message in str(caught.value)


def test_two_points_make_a_line(ax):
    plot(parabola, 1, 2, ax=ax, points=2)
    assert ax.lines[0].get_xydata().tolist() == [[1.0, parabola(1)], [2.0, parabola(2)]]


def test_too_few_points(ax):
    with pytest.raises(DomainError, match="at least 2 points"):
        plot(abs, 0, 1, ax=ax, points=1)


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra) as caught:
        plot(abs, 0, 1)
    assert str(caught.value) == (
        "plot needs matplotlib, which is not installed.\n  remedy  pip install matplotlib"
    )


def test_importing_plot_does_not_import_matplotlib(run_python):
    program = "import sys, chainrule.drawing.curve; print('matplotlib' in sys.modules)"
    assert run_python(program) == "False\n"


@pytest.mark.parametrize(
    ("x", "slope", "beside", "above"),
    [
        (1.0, 0.5, "left", False),  # rising: below it on the right
        (5.0, 0.5, "left", False),
        (9.0, 0.5, "right", True),  # near the right end: above it on the left
        (1.0, -0.5, "left", True),
        (5.0, -0.5, "left", True),
        (9.0, -0.5, "right", False),
        (2.99, 0.0, "left", True),
        (3.01, 0.0, "center", True),
        (6.99, 0.0, "center", True),
        (7.01, 0.0, "right", True),
    ],
)
def test_the_slope_is_written_away_from_the_curve(ax, x, slope, beside, above):
    plot(lambda x: slope * x, 0, 10, tangent_at=x, ax=ax, points=5)
    (text,) = ax.texts
    assert (text.get_ha(), text.get_va()) == (beside, "bottom" if above else "top")
    side = {"left": 1, "center": 0, "right": -1}[beside]
    assert text.xyann == (11 * side, 10 if above else -9)
    assert text.xy == pytest.approx((x, slope * x))
    assert (text.get_fontsize(), text.get_color()) == (11, "#d2691e")


@pytest.mark.parametrize(("steepness", "reach"), [(0.0, 1.6), (0.3, 1.6), (50.0, None)])
def test_a_tangent_is_as_long_as_there_is_room(ax, steepness, reach):
    def f(x):
        return math.tanh(steepness * (x - 5.0))

    plot(f, 0, 10, tangent_at=5, ax=ax)
    (left, right), ys = (list(map(float, row)) for row in ax.lines[2].get_data())
    if reach is None:
        assert ys[1] - ys[0] == pytest.approx(2 * 0.3 * 2.0, rel=1e-3)
    else:
        assert (5 - left, right - 5) == pytest.approx((reach, reach))
    plot(abs, 0, 10, tangent_at=[0.5, 9.5], ax=ax)
    ends = [line.get_xdata() for line in ax.lines[5::2]]
    assert [list(map(float, each)) for each in ends] == [
        pytest.approx([0.0, 2.1]), pytest.approx([7.9, 10.0]),
    ]  # fmt: skip


def test_the_curve_has_its_looks_and_its_name():
    ax = Figure().add_subplot()
    plot(parabola, -1, 1, ax=ax, label="p", tangent_at=0.5)
    line, point, tangent = ax.lines
    assert len(line.get_xdata()) == 401
    assert (line.get_label(), line.get_color(), line.get_linewidth()) == ("p", "#2f7de1", 2)
    assert (point.get_marker(), point.get_markersize(), point.get_zorder()) == ("o", 6, 4)
    assert (tangent.get_linewidth(), tangent.get_zorder()) == (1.6, 3)


def test_axes_are_plain_and_transparent():
    from chainrule.drawing.curve import dress

    ax = Figure().add_subplot()
    dress(ax)
    visible = {side: spine.get_visible() for side, spine in ax.spines.items()}
    assert visible == {"left": True, "bottom": True, "right": False, "top": False}
    assert ax.patch.get_alpha() == 0 and ax.get_xlabel() == "x" and ax.get_axisbelow() is True
    assert ax.margins() == (0.03, 0.1)
    assert ax.xaxis.get_major_ticks()[0].tick1line.get_markersize() == 0
    assert ax.xaxis.get_major_ticks()[0].label1.get_fontsize() == 10
    assert ax.xaxis.get_gridlines()[0].get_visible()


@pytest.mark.parametrize("start, stop", [(-math.inf, 0), (0, -1), (math.nan, 1), (0, math.nan)])
def test_ends_have_to_be_finite_and_in_order(ax, start, stop):
    with pytest.raises(DomainError, match="start left of stop"):
        plot(abs, start, stop, ax=ax)


def test_tangents_may_touch_at_the_ends(ax):
    plot(lambda x: x * x, 0, 1, tangent_at=[0, 1], ax=ax)
    assert words(ax) == ["slope 0", "slope 2"]
