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
