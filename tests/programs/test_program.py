"""Programs: recorded once for each structure and path, and right at every call."""

from __future__ import annotations

import linecache
import math
import threading
import warnings
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import data, integers

import chainrule
from chainrule import (
    CheckFailed,
    ChoiceError,
    GraphError,
    PlaceError,
    ShapeError,
    Value,
    WrongType,
    cos,
    debug,
    define,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    log,
    sin,
    take,
    tanh,
    value_and_grad,
    where,
)
from chainrule.programs.derive.results import Transform
from chainrule.programs.trace.structure import Nest, Number


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(len(x) - 1))


def rosenbrock_gradient(x):
    out = np.zeros_like(x)
    out[:-1] += -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    out[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return out


def collatz(x):
    """A loop and a branch that depend on the numbers."""
    steps = 0
    while x < 100:
        x = x * 2 if steps % 2 else x * 3
        steps += 1
    return x * steps if x > 150 else -x


define_blend = define("blend_of_two", "x**3 / y + tanh(x * y)", ("x**2", "y"))


# ---- derivatives at once -------------------------------------------------------------------------


def test_grad_has_the_structure_of_the_argument():
    def f(p):
        return p["a"] * p["b"][0] + np.sum(p["c"] ** 2) + p["b"][1]

    point = {"a": 2.0, "b": (3.0, 5.0), "c": np.array([[1.0, 2.0]])}
    slopes = grad(f)(point)
    assert slopes["a"] == 3.0 and slopes["b"] == (2.0, 1.0)
    np.testing.assert_array_equal(slopes["c"], [[2.0, 4.0]])


def test_argnums():
    f = value_and_grad(lambda x, y, n: x**n * y, argnums=(1, 0))
    assert f(2.0, 5.0, 3) == (40.0, (8.0, 60.0))
    assert grad(lambda x, y: x * y, argnums=-1)(2.0, 5.0) == 2.0


def test_a_differentiated_int_is_a_float_and_another_one_is_static():
    assert grad(lambda x, n: sum(x * k for k in range(n)))(3, 4) == 6.0


def test_array_mathematics_inside():
    w, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.1, -0.2])
    f = value_and_grad(lambda w, x: np.sum(np.tanh(w @ x) ** 2), argnums=(0, 1))
    value, (by_w, by_x) = f(w, x)
    t = np.tanh(w @ x)
    assert value == pytest.approx(np.sum(t**2))
    np.testing.assert_allclose(by_w, np.outer(2 * t * (1 - t**2), x))
    np.testing.assert_allclose(by_x, w.T @ (2 * t * (1 - t**2)))


def test_keyword_arguments_reach_the_function():
    assert grad(lambda x, scale: x * scale)(2.0, scale=5.0) == 5.0
    assert chainrule.compile(lambda x, scale: x * scale)(2.0, scale=5.0) == 10.0


def test_hessian_agrees_with_the_closed_form_in_three_ways():
    x = np.array([-1.2, 1.0, 0.5])
    expected = [[1330, 480, 0], [480, 1202, -400], [0, -400, 200]]
    for f in (hessian(rosenbrock), jacobian(grad(rosenbrock))):
        np.testing.assert_allclose(f(x), expected, rtol=1e-14)
    columns = [hvp(rosenbrock)(x, direction) for direction in np.eye(3)]
    np.testing.assert_allclose(columns, expected, rtol=1e-14)


def test_derivatives_nest_to_any_depth():
    f = tanh
    for order in range(1, 6):
        f = grad(f)
        import mpmath

        assert f(0.3) == pytest.approx(float(mpmath.diff(mpmath.tanh, 0.3, order)), rel=1e-12)


def test_an_inner_derivative_holds_outer_numbers_still():
    """The classical confusion of perturbations: d/dx of x * d/dy (x * y) is 2 x."""
    assert grad(lambda x: x * grad(lambda y: x * y)(1.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * x * y * y)(x))(3.0) == 6 * 3.0**2


@pytest.mark.parametrize(("inputs", "outputs"), [(2, 5), (5, 2), (3, 3)])
def test_jacobian_in_either_mode(inputs, outputs):
    matrix = np.arange(1.0, inputs * outputs + 1).reshape(outputs, inputs) / 10
    x = np.linspace(-1, 1, inputs)
    found = jacobian(lambda x: np.sin(matrix @ x))(x)
    np.testing.assert_allclose(found, np.cos(matrix @ x)[:, None] * matrix, rtol=1e-14)


def test_jacobian_of_trees():
    found = jacobian(lambda p: {"s": p["a"] + p["b"][0], "v": p["b"] * p["a"]})(
        {"a": 2.0, "b": np.array([3.0, 5.0])}
    )
    assert found["s"]["a"] == 1.0
    np.testing.assert_array_equal(found["s"]["b"], [1.0, 0.0])
    np.testing.assert_array_equal(found["v"]["a"], [3.0, 5.0])
    np.testing.assert_array_equal(found["v"]["b"], [[2.0, 0.0], [0.0, 2.0]])


# ---- programs ------------------------------------------------------------------------------------


def test_a_program_runs_the_function_once():
    calls = []

    def f(x):
        calls.append(1)
        return rosenbrock(x)

    program = chainrule.compile(f)
    rng = np.random.default_rng(0)
    for _ in range(5):
        x = rng.normal(size=6)
        value, slopes = program.value_and_grad(x)
        assert value == pytest.approx(rosenbrock(x), rel=1e-14)
        np.testing.assert_allclose(slopes, rosenbrock_gradient(x), rtol=1e-12)
        assert program(x) == value
        np.testing.assert_array_equal(program.grad(x), slopes)
    assert len(calls) == 1


@pytest.mark.parametrize("transform", ["__call__", "grad", "value_and_grad"])
@pytest.mark.parametrize("f", [rosenbrock, collatz, lambda x: define_blend(x, x + 1)])
def test_the_first_call_has_the_bits_of_the_others(f, transform):
    """It is read off the recording, unless the function has operations of one's own."""
    for x in np.linspace(0.5, 30, 25):
        at = np.array([x, 2 * x, x - 1]) if f is rosenbrock else x
        run = getattr(chainrule.compile(f), transform)
        first, *others = [np.hstack([*flat(run(at))]).tobytes() for _ in range(3)]
        assert others == [first, first]


def flat(result):
    """The parts of a result, which may be one alone."""
    return result if isinstance(result, tuple) else (result,)


def test_a_path_taken_by_others_is_replayed():
    """Two threads may record the same path at different numbers."""
    paths = chainrule.compile(collatz).recordings.paths([Number(), Nest("dict", ())])
    paths.record([5.0])
    for x in (7.0, 5.0, 7.0):
        replay = paths.point(Transform("value"), np.array([x]))
        assert replay.outputs.tolist() == [collatz(x)]


def test_the_transformations_take_a_program():
    program = chainrule.compile(rosenbrock)
    x = np.array([-1.2, 1.0, 0.5])
    np.testing.assert_array_equal(grad(program)(x), program.grad(x))
    np.testing.assert_array_equal(hessian(program)(x), hessian(rosenbrock)(x))
    np.testing.assert_array_equal(hvp(program)(x, np.ones(3)), hessian(rosenbrock)(x) @ np.ones(3))
    two = chainrule.compile(lambda x, y: x * y)
    assert value_and_grad(two, argnums=(0, 1))(2.0, 5.0) == (10.0, (5.0, 2.0))


def test_compile_is_a_decorator_with_and_without_arguments():
    @chainrule.compile
    def square(x):
        """Its square."""
        return x * x

    @chainrule.compile(in_axes=0)
    def cube(x):
        return x**3

    assert square(3.0) == 9.0 and square.__doc__ == "Its square."
    np.testing.assert_array_equal(cube(np.array([1.0, 2.0])), [1.0, 8.0])


def test_a_new_structure_is_recorded_and_debug_says_so():
    program = chainrule.compile(lambda x: sum(x))
    assert program([1.0, 2.0]) == 3.0
    with debug(), pytest.warns(UserWarning, match="recorded again, for .a list of 3"):
        assert program([1.0, 2.0, 3.0]) == 6.0
    with debug(), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert program([3.0, 2.0, 3.0]) == 8.0


@pytest.mark.parametrize("in_axes", [None, 0])
@pytest.mark.parametrize("call", ["__call__", "grad", "listing", "graph"])
def test_the_warning_of_debug_points_at_the_calling_line(in_axes, call):
    program = chainrule.compile(lambda x: x[0] * x[-1], in_axes=in_axes)
    program(np.ones((3, 2)[in_axes is None :]))
    with debug(), pytest.warns(UserWarning, match="recorded again") as caught:
        getattr(program, call)(np.ones((3, 4)[in_axes is None :]))
    assert [each.filename for each in caught] == [__file__]
    assert "getattr(program, call)" in linecache.getline(__file__, caught[0].lineno)


def test_a_static_int_is_part_of_the_structure():
    program = chainrule.compile(lambda x, n: sum(x * k for k in range(n)))
    assert [program(1.0, n) for n in (2, 3, 4)] == [1.0, 3.0, 6.0]
    assert program(1.0, True) == 0.0 and program(1.0, 1) == 0.0


def test_the_least_used_structures_are_dropped(monkeypatch):
    monkeypatch.setattr("chainrule.programs.run.recordings.MAX_STRUCTURES", 4)
    runs = []
    program = chainrule.compile(lambda x, n: runs.append(n) or x * n)
    with debug(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n in range(20):
            assert program(1.5, n) == 1.5 * n
            assert program(1.5, 1) == 1.5
    assert len(program.recordings.all) <= 4
    assert runs.count(1) == 1, "the structure that is used most stays"
    assert [str(each.message) for each in caught if "dropped" in str(each.message)] == [
        "<lambda> is called with more than 4 structures of arguments; the least used are dropped "
        "and recorded anew. Shapes, lengths and Python ints are part of the structure; pass "
        "numpy.int64(n) for an int that changes"
    ]


def test_a_traced_int_records_once():
    program = chainrule.compile(lambda x, n: where(n > 2, x * n, x // 2))
    assert [program(7.0, np.int64(n)) for n in (1, 2, 3, 5)] == [3.0, 3.0, 21.0, 35.0]
    assert "1 recording>" in repr(program)


def test_results_of_any_structure():
    program = chainrule.compile(lambda x: {"a": x[0] * 2, "b": [x, 3.0]})
    found = program(np.array([1.0, 2.0]))
    assert found["a"] == 2.0 and found["b"][1] == 3.0
    np.testing.assert_array_equal(found["b"][0], [1.0, 2.0])
    assert isinstance(found["a"], float)


def test_what_is_read_from_outside_is_fixed_and_verify_finds_it():
    scale = [2.0]
    program = chainrule.compile(lambda x: x * scale[0], verify=2)
    assert program(3.0) == 6.0
    scale[0] = 5.0
    with pytest.raises(CheckFailed, match="fixed when it is recorded"):
        program(3.0)


def test_a_program_within_a_function_is_recorded_with_it():
    inner = chainrule.compile(lambda x: x**3)
    assert grad(lambda x: inner(x) * 2)(2.0) == 24.0
    assert chainrule.compile(lambda x: grad(inner)(x) + x).grad(2.0) == 13.0


def test_programs_follow_ieee():
    program = chainrule.compile(lambda x: log(x))
    assert math.isnan(program(-1.0)) and program(0.0) == -math.inf
    assert chainrule.compile(exp)(1000.0) == math.inf
    assert chainrule.compile(lambda x: 1 / x).value_and_grad(0.0) == (math.inf, -math.inf)


def test_an_operation_of_the_users_own_keeps_its_own_derivative():
    define("tape_cube", "x**3", ("30*x**2",))  # wrong on purpose, to see which one is used
    program = chainrule.compile(lambda x: chainrule.table.ops.TABLE and _cube(x) + x)
    assert program.value_and_grad(2.0) == (10.0, 121.0)
    assert grad(_cube)(2.0) == 120.0


def _cube(x):
    return define("tape_cube", "x**3", ("30*x**2",))(x)


# ---- branches ------------------------------------------------------------------------------------


def test_each_path_is_recorded_when_it_is_first_taken():
    program = chainrule.compile(collatz)
    points = [1.0, 3.0, 70.0, 200.0, 1.0, 99.0, 5.0, 3.0]
    for x in points + points[::-1]:
        value, slope = program.value_and_grad(x)
        assert value == collatz(x)
        assert slope == pytest.approx((collatz(x * (1 + 1e-7)) - collatz(x)) / (x * 1e-7), rel=1e-5)
    assert 4 <= len(next(iter(program.recordings.all.values())).all) <= 8


def test_a_comparison_without_if_is_no_branch():
    program = chainrule.compile(lambda x: where(x > 0, x * 2, x * 3) + (x == 1) * 10)
    assert [program(x) for x in (1.0, 2.0, -1.0)] == [12.0, 4.0, -3.0]
    assert "1 recording>" in repr(program)


def test_python_words_that_ask():
    program = chainrule.compile(lambda x, y: max(x, y) if x and not y > 5 else min([x, y, 0.5]))
    for x in (0.0, 1.0, 7.0):
        for y in (-1.0, 6.0):
            assert program(x, y) == (max(x, y) if x and not y > 5 else min([x, y, 0.5]))


def test_nan_takes_a_path_too():
    program = chainrule.compile(lambda x: 1.0 if x > 0 else 2.0)
    assert [program(x) for x in (1.0, math.nan, -1.0, math.nan)] == [1.0, 2.0, 2.0, 2.0]


def test_a_loop_without_end_is_stopped(monkeypatch):
    def forever(x):
        while x < 1:
            x = x * 0.9
        return x

    monkeypatch.setattr("chainrule.programs.trace.errors.MAX_NODES", 5_000)
    with pytest.raises(GraphError, match="loop that does not end"):
        chainrule.compile(forever)(0.5)


def test_the_least_used_paths_are_dropped(monkeypatch):
    monkeypatch.setattr("chainrule.programs.run.paths.MAX_PATHS", 4)

    def count(x):
        steps = 0
        while x > 1:
            x, steps = x - 1, steps + 1
        return x + steps

    program = chainrule.compile(count)
    with debug(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for x in [*range(12), *range(12)]:
            assert program(x + 0.5) == count(x + 0.5)
            assert program.grad(x + 0.5) == 1.0
    (paths,) = program.recordings.all.values()
    assert len(paths.all) <= 4
    assert [str(each.message)[:36] for each in caught] == [
        "count takes more than 4 paths through"[:36]
    ]
    rows = chainrule.compile(count, in_axes=0)
    points = np.arange(30.0) * 0.7
    np.testing.assert_array_equal(rows(points), [count(x) for x in points])
    np.testing.assert_array_equal(rows.grad(points), np.ones(30))


def test_more_conditions_than_any_limit():
    program = chainrule.compile(lambda x: sum(v if v > 0 else -v for v in x))
    x = np.tile([1.0, -2.0], 60_000)
    assert program(x) == 180_000.0
    np.testing.assert_array_equal(program.grad(x), np.sign(x))


def test_an_index_is_checked_beside_equal_entries():
    for table in ([2.0, 2.0], [[2.0, 1.0], [2.0, 3.0]]):
        program = chainrule.compile(lambda i, table=table: take(table, i))
        assert program(np.int64(1)) == table[1]
        for wrong in (2, -3, 9):
            with pytest.raises(PlaceError):
                program(np.int64(wrong))
    program = chainrule.compile(lambda x, i: take([x, x], i) * 3)
    assert program.grad(2.0, np.int64(0)) == 3.0
    with pytest.raises(PlaceError):
        program.value_and_grad(2.0, np.int64(2))


@pytest.mark.parametrize("table", ["array", "list", "rows of a list", "plain"])
def test_take_at_an_array_of_indices(table):
    numbers, chosen = np.arange(12.0).reshape(4, 3), np.array([[3, 0], [-1, 3]])
    kinds = {"array": lambda t: t, "list": lambda t: [*t], "plain": lambda t: numbers}
    of = kinds.get(table, lambda t: [[*row] for row in t])
    program = chainrule.compile(lambda t, i: np.sum(take(of(t), i) ** 2) + 0.0 * t[0, 0])
    assert program(numbers, chosen) == np.sum(numbers[chosen] ** 2)
    expected = np.zeros((4, 3))
    np.add.at(expected, chosen, 2 * numbers[chosen])
    np.testing.assert_array_equal(program.grad(numbers, chosen), expected * (table != "plain"))
    assert take(numbers, chosen).shape == (2, 2, 3)


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("form", ["__call__", "value_and_grad", "rows", "total"])
def test_paths_that_contradict_one_another_are_refused_and_not_tried_for_ever(before, form):
    limit = 5.0

    def function(x):
        for k in range(before):
            assert x > -100 - k
        return x * 2 if x > limit else x * 3

    axes = {"in_axes": 0} if form in ("rows", "total") else {}
    program = chainrule.compile(function, **axes)
    call = program.value_and_grad if form in ("value_and_grad", "total") else program
    call(np.array([6.0]) if axes else 6.0)
    limit = 0.0
    call(np.array([-1.0]) if axes else -1.0)
    with pytest.raises(GraphError, match="does not do the same"):
        call(np.array([3.0, 4.0]) if axes else 3.0)


def test_a_function_that_changes_its_mind_is_refused():
    flips = iter([True, False] * 10)
    program = chainrule.compile(lambda x: x if (x > 0) == next(flips) and x > 1 else -x)
    program(2.0)
    with pytest.raises(GraphError, match="random"):
        for x in (-1.0, 0.5, -2.0, 3.0, 0.7):
            program(x)


# ---- tables --------------------------------------------------------------------------------------


def test_take_gathers_and_scatters():
    table = np.arange(12.0).reshape(4, 3)
    program = chainrule.compile(lambda t, i, j: np.sum(take(t, i) * take(t, j) ** 2))
    for i, j in ((0, 1), (2, 2), (3, 0), (-1, -4)):
        value, slopes = program.value_and_grad(table, np.int64(i), np.int64(j))
        assert value == np.sum(table[i] * table[j] ** 2)
        expected = np.zeros_like(table)
        expected[i] += table[j] ** 2
        expected[j] += 2 * table[i] * table[j]
        np.testing.assert_array_equal(slopes, expected)
    assert "1 recording>" in repr(program)


def test_take_differentiates_twice():
    f = chainrule.compile(lambda t, i: take(t, i) ** 3 * t[0])
    t = [2.0, 3.0, 5.0]
    assert f.hessian(t, np.int64(1)) == [[0.0, 27.0, 0.0], [27.0, 36.0, 0.0], [0.0, 0.0, 0.0]]
    assert f.hessian(t, np.int64(0)) == [[48.0, 0.0, 0.0], [0.0] * 3, [0.0] * 3]


def test_take_of_many_indices():
    program = chainrule.compile(lambda t, i: np.sum(take(t, i) ** 2))
    assert program.grad([1.0, 2.0, 3.0], np.array([0, 2, 2])) == [2.0, 0.0, 12.0]


def test_take_beside_the_table():
    assert take([10.0, 20.0], -1) == 20.0
    for wrong in (2, -3, 0.5, math.nan):
        with pytest.raises(PlaceError, match="whole number from -2 to 1"):
            take([10.0, 20.0], wrong)
    program = chainrule.compile(lambda t, i: take(t, i))
    program([1.0, 2.0], np.int64(1))
    with pytest.raises(PlaceError, match="row 0"):
        program([1.0, 2.0], np.int64(2))
    with pytest.raises(IndexError):
        program([1.0, 2.0], np.int64(-3))


def test_take_of_rows_that_do_not_match():
    with pytest.raises(ShapeError, match="rows of one type and length"):
        chainrule.compile(lambda a, i: take([[a, a], [a]], i))(1.0, np.int64(0))


# ---- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 200])
def test_rows_agree_with_a_loop(rows):
    def f(w, x, y):
        return (tanh(w[0] * x[0] + w[1] * x[1]) - y) ** 2

    rng = np.random.default_rng(rows)
    x, y, w = rng.normal(size=(rows, 2)), rng.normal(size=rows), np.array([0.3, -0.7])
    one = chainrule.compile(f)
    many = chainrule.compile(f, in_axes=(None, 0, 0))
    value, (by_w, by_x) = many.value_and_grad(w, x, y, argnums=(0, 1))
    assert value.shape == (rows,) and by_w.shape == (rows, 2) and by_x.shape == (rows, 2)
    for r in range(rows):
        v, (gw, gx) = one.value_and_grad(w, x[r], float(y[r]), argnums=(0, 1))
        assert v == value[r]
        np.testing.assert_array_equal(gw, by_w[r])
        np.testing.assert_array_equal(gx, by_x[r])
    for reduce, scale in (("sum", 1), ("mean", max(rows, 1))):
        total = chainrule.compile(f, in_axes=(None, 0, 0), reduce=reduce)
        v, (gw, gx) = total.value_and_grad(w, x, y, argnums=(0, 1))
        if not rows:
            assert (v == 0.0) if reduce == "sum" else math.isnan(v)
            assert gw.shape == (2,) and gx.shape == (0, 2)
            continue
        assert v == pytest.approx(value.sum() / scale, rel=1e-12)
        np.testing.assert_allclose(gw, by_w.sum(0) / scale, rtol=1e-12)
        np.testing.assert_array_equal(gx, by_x / scale)


def test_rows_along_other_axes_and_in_trees():
    program = chainrule.compile(
        lambda p: p["a"][0] * p["b"] + p["a"][1], in_axes=({"a": 1, "b": 0},)
    )
    a, b = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([7.0, 8.0, 9.0])
    np.testing.assert_array_equal(program({"a": a, "b": b}), a[0] * b + a[1])
    slopes = program.grad({"a": a, "b": b})
    np.testing.assert_array_equal(slopes["a"], np.stack([b, np.ones(3)], axis=1))
    summed = chainrule.compile(program.function, in_axes=({"a": 1, "b": None},), reduce="sum")
    slopes = summed.grad({"a": a, "b": 2.0})
    np.testing.assert_array_equal(slopes["a"], [[2.0] * 3, [1.0] * 3])
    assert slopes["b"] == 6.0


def test_arrays_of_every_layout():
    base = np.random.default_rng(0).normal(size=(40, 6))
    program = chainrule.compile(lambda x: sin(x[0]) * x[1] - x[2], in_axes=0)
    expected = program(np.ascontiguousarray(base[::2, ::2]))
    frozen = base[::2, ::2].copy()
    frozen.flags.writeable = False
    for x in (base[::2, ::2], np.asfortranarray(base[::2, ::2]), frozen):
        np.testing.assert_array_equal(program(x), expected)
    backwards = base[::-2, ::2]
    np.testing.assert_array_equal(program(backwards), program(np.ascontiguousarray(backwards)))
    single = base[::2, ::2].astype(np.float32)
    expected_single = program(single.astype(float)).astype(np.float32)
    np.testing.assert_array_equal(program(single), expected_single)
    along_columns = chainrule.compile(program.function, in_axes=1)
    np.testing.assert_array_equal(along_columns(base[::2, ::2].T), expected)


def test_float32_comes_back_as_float32():
    program = chainrule.compile(rosenbrock)
    x = np.array([-1.2, 1.0, 0.5], dtype=np.float32)
    value, slopes = program.value_and_grad(x)
    assert slopes.dtype == np.float32 and type(value) is float
    np.testing.assert_array_equal(slopes, program.grad(x.astype(float)).astype(np.float32))
    rows = chainrule.compile(sin, in_axes=0)
    assert rows(x).dtype == np.float32 and rows(x.astype(float)).dtype == np.float64
    mixed = chainrule.compile(lambda x, y: x * y, in_axes=(0, 0))
    assert mixed(x, x.astype(float)).dtype == np.float64


def test_rows_are_grouped_by_path():
    rng = np.random.default_rng(1)
    x = np.exp(rng.uniform(-3, 6, size=333))
    program = chainrule.compile(collatz, in_axes=0)
    expected = np.array([collatz(float(each)) for each in x])
    for _ in range(2):
        np.testing.assert_array_equal(program(x), expected)
    one = chainrule.compile(collatz)
    np.testing.assert_array_equal(program.grad(x), [one.grad(float(each)) for each in x])


def test_a_sum_over_paths_does_not_depend_on_what_was_recorded_before():
    def f(w, x):
        return w * x if x > 0 else w * w * x * 0.1

    x = np.random.default_rng(2).normal(size=500)
    first = chainrule.compile(f, in_axes=(None, 0), reduce="sum")
    second = chainrule.compile(f, in_axes=(None, 0), reduce="sum")
    second(1.0, -np.abs(x))
    second(1.0, np.abs(x))
    assert first.value_and_grad(1.3, x) == second.value_and_grad(1.3, x)
    value, slope = first.value_and_grad(1.3, x)
    assert value == pytest.approx(sum(f(1.3, float(each)) for each in x), rel=1e-12)
    assert slope == pytest.approx(np.where(x > 0, x, 0.26 * x).sum(), rel=1e-12)


def test_a_vector_on_rows_of_several_paths():
    cube = chainrule.compile(
        lambda w, x: (w * x) ** 2 if x > 0 else (w * x) ** 3, in_axes=(None, 0)
    )
    x = np.array([1.0, -1.0, 2.0])
    np.testing.assert_array_equal(cube.hvp(2.0, x, 1.0), [2.0, -12.0, 8.0])
    np.testing.assert_array_equal(cube.hvp(2.0, x, np.ones(3), argnums=1), [8.0, -48.0, 8.0])
    total = chainrule.compile(cube.function, in_axes=(None, 0), reduce="sum")
    assert total.hvp(2.0, x, 1.0) == 2.0 - 12.0 + 8.0


def test_traced_ints_on_a_row_axis():
    tokens = np.array([0, 2, 1, 2, 2])
    program = chainrule.compile(lambda t, i: take(t, i) ** 2, in_axes=(None, 0), reduce="sum")
    assert program.value_and_grad([1.0, 2.0, 3.0], tokens) == (32.0, [2.0, 4.0, 18.0])
    with pytest.raises(PlaceError, match="row 3"):
        program([1.0, 2.0, 3.0], np.array([0, 1, 2, 3]))


def test_hessians_and_products_on_rows():
    def f(x):
        return x[0] ** 3 * x[1]

    x = np.random.default_rng(3).normal(size=(70, 2))
    program = chainrule.compile(f, in_axes=0)
    found = program.hessian(x)
    assert found.shape == (70, 2, 2)
    np.testing.assert_array_equal(found[5], chainrule.compile(f).hessian(x[5]))
    v = np.random.default_rng(4).normal(size=(70, 2))
    np.testing.assert_allclose(program.hvp(x, v), np.einsum("rij,rj->ri", found, v), rtol=1e-13)


# ---- bound ---------------------------------------------------------------------------------------


def test_a_bound_program_reads_and_writes_in_place():
    x = np.array([-1.2, 1.0, 0.5])
    bound = chainrule.compile(rosenbrock).bind(x)
    assert bound() == pytest.approx(rosenbrock(x))
    slopes = bound.gradient
    x[:] = [1.0, 2.0, 3.0]
    assert bound() == rosenbrock(x)
    np.testing.assert_array_equal(slopes, rosenbrock_gradient(x))


def test_a_bound_program_takes_other_paths():
    bound = chainrule.compile(lambda x, y: x * y if x > y else x - y).bind(3.0, 2.0)
    assert bound() == 6.0 and bound.gradient == 2.0
    bound.arguments[1][...] = 5.0
    for _ in range(2):
        assert bound() == -2.0 and bound.gradient == 1.0
    bound.arguments[0][...] = 7.0
    assert bound() == 35.0


def quadratic(w):
    """A function of a matrix in which each entry counts differently."""
    return sum((i + 1) * (j + 2) * w[i][j] ** 2 for i in range(2) for j in range(3))


BASE = np.arange(1.0, 7.0).reshape(2, 3)


@pytest.mark.parametrize(
    "array",
    [
        BASE.copy(), np.asfortranarray(BASE), BASE.T.copy().T, BASE.copy()[::-1, ::-1],
        BASE.repeat(2, 0).repeat(2, 1)[::2, ::2], BASE.astype("f4"), BASE.astype(int),
        np.asfortranarray(BASE.astype("f4")), BASE.astype(">f8"), BASE.astype(object),
        np.frombuffer(bytearray(49), "u1")[1:].view("f8").reshape(2, 3),
    ],
)  # fmt: skip
def test_calls_and_bound_calls_read_arrays_of_every_layout(array):
    program = chainrule.compile(quadratic)
    program.value_and_grad(BASE)  # the quick call now expects an array in C order
    bound = program.bind(array)
    for entry in range(array.size):
        array[np.unravel_index(entry, array.shape)] = entry + 3
        numbers = array.astype(float)
        slopes = [[2 * (i + 1) * (j + 2) * numbers[i, j] for j in range(3)] for i in range(2)]
        assert program(array) == bound() == quadratic(numbers)
        np.testing.assert_array_equal(program.value_and_grad(array)[1], slopes)
        np.testing.assert_array_equal(bound.gradient, slopes)


def test_a_bound_program_reads_each_array_that_was_passed():
    w, x = np.ones(2), np.asfortranarray(BASE)
    bound = chainrule.compile(lambda w, p, y: w @ p["x"] @ p["x"][0] * y).bind(w, {"x": x}, 2.0)
    assert bound.arguments[0] is w and bound.arguments[1]["x"] is x
    w[...], x[0, 1] = [3.0, 5.0], 7.0
    bound.arguments[2][...] = 0.5
    assert bound() == w @ x @ x[0] * 0.5
    np.testing.assert_array_equal(bound.gradient, x @ x[0] * 0.5)


ROWS = {
    "one path": lambda w, x, y: (w[0] * x[0] + w[1] * x[1] - y) ** 2,
    "paths": lambda w, x, y: w[0] * x[0] if x[0] > y else w[1] ** 2 if x[1] > y else w[0] * y,
}


@pytest.mark.parametrize("reduce", ["sum", "mean"])
@pytest.mark.parametrize("name", ROWS)
@settings(max_examples=20)
@given(data())
def test_a_program_bound_to_rows_gives_the_bits_of_a_call_on_those_rows(name, reduce, data):
    count = data.draw(integers(1, 200))
    rng = np.random.default_rng(data.draw(integers(0, 2**32)))
    w, x, y = rng.normal(size=2), rng.normal(size=(count, 2)), rng.normal(size=count)
    program = chainrule.compile(ROWS[name], in_axes=(None, 0, 0), reduce=reduce)
    bound = program.bind(w, x, y)
    assert (bound(), bound.gradient.tolist()) == pairs(program.value_and_grad(w, x, y))
    for _ in range(3):
        w[:] = rng.normal(size=2)
        which = rng.permutation(count)[: data.draw(integers(1, count))]
        fresh = chainrule.compile(ROWS[name], in_axes=(None, 0, 0), reduce=reduce)
        expected = pairs(fresh.value_and_grad(w, x[which], y[which]))
        assert (bound(which), bound.gradient.tolist()) == expected


def pairs(result):
    value, gradient = result
    return value, gradient.tolist()


def test_a_program_bound_to_rows_without_any_row():
    bound = chainrule.compile(ROWS["paths"], in_axes=(None, 0, 0), reduce="mean").bind(
        np.ones(2), np.ones((3, 2)), np.ones(3)
    )
    none = np.zeros(0, dtype=np.int64)
    assert np.isnan(bound(none)) and np.isnan(bound.gradient).all()


@pytest.mark.parametrize(("reduce", "argnums"), [(None, 0), ("sum", 1), ("mean", (0, 2))])
def test_a_program_without_a_sum_over_its_rows_is_not_bound(reduce, argnums):
    program = chainrule.compile(ROWS["one path"], in_axes=(None, 0, 0), reduce=reduce)
    with pytest.raises(chainrule.GraphError, match="bind on rows needs a program with reduce"):
        program.bind(np.ones(2), np.ones((3, 2)), np.ones(3), argnums=argnums)


# ---- graphs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("numbers", [(2, -3), (np.int64(2), True), (2.5, 3), (2, 0.5)])
def test_an_int_for_a_graph_is_a_float(numbers):
    a, b = Value(2, label="a"), Value(-3, label="b")
    program = chainrule.compile(a * b + 10, inputs=[a, b])
    assert program(*numbers) == float(numbers[0] * numbers[1] + 10)
    assert program.grad(*numbers, argnums=(0, 1)) == (numbers[1], numbers[0])
    rows = chainrule.compile(a * b + 10, inputs=[a, b], in_axes=(0, None))
    np.testing.assert_array_equal(rows(np.arange(3), 2), [10, 12, 14])


def test_a_graph_becomes_a_program():
    a, b, c, f = Value(2.0, label="a"), Value(-3.0), Value(10.0), Value(-2.0)
    L = (a * b + c) * f
    program = chainrule.compile(L, inputs=[a, b])
    assert program(2.0, -3.0) == -8.0
    assert program.value_and_grad(3.0, 1.0, argnums=(0, 1)) == (-26.0, (-2.0, -6.0))
    everything = chainrule.compile(L)
    assert everything(2.0, -3.0, 10.0, -2.0) == -8.0
    rows = chainrule.compile(L, inputs=[a], in_axes=0)
    np.testing.assert_array_equal(rows(np.array([2.0, 3.0])), [-8.0, -2.0])


def test_a_graph_that_cannot_be_recorded():
    a = Value(2.0)
    own = Value(4.0, (a,), "mine")
    with pytest.raises(GraphError, match="no formula"):
        chainrule.compile(own * 2)
    with pytest.raises(GraphError, match="inputs needs nodes of the graph"):
        chainrule.compile(a * 2, inputs=[Value(1.0)])


# ---- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "error", "text"),
    [
        (lambda x: math.sin(x), WrongType, r"chainrule\.sin"),
        (lambda x: float(x), WrongType, r"test_program\.py:\d+"),
        (lambda x: sum(range(x)), WrongType, "take.table, i."),
        (lambda x: [1, 2, 3][x], WrongType, "take.table, i."),
        (lambda x: OUTSIDE * x, GraphError, r"pass it as an argument"),
        (lambda x: x + OUTSIDE, GraphError, r"pass it as an argument"),
        (lambda x: chainrule.max(x, OUTSIDE), GraphError, r"pass it as an argument"),
        (lambda x: OUTSIDE * 2, GraphError, r"pass it as an argument"),
        (lambda x: None, WrongType, "return"),
        (lambda x: "text", WrongType, "needs numbers, arrays"),
        (lambda x: [x, x], ShapeError, "returns one number"),
        (lambda x: x + "1", TypeError, "unsupported operand"),
    ],
)
def test_functions_that_cannot_be_recorded(function, error, text):
    with pytest.raises(error, match=text):
        grad(function)(2.0)
    with pytest.raises(error, match=text):
        chainrule.compile(function).grad(2.0)


OUTSIDE = Value(3.0, label="outside")


def test_a_number_of_another_recording():
    kept = []

    def leak(x):
        kept.append(x)
        return x * kept[0]

    grad(leak)(2.0)
    with pytest.raises(GraphError, match="another recording"):
        grad(leak)(2.0)


@pytest.mark.parametrize(
    ("argument", "error", "text"),
    [
        (np.array([1, "a"], dtype=object), WrongType, "dtype=float"),
        (np.array(["a"]), WrongType, "real numbers"),
        (np.array([1j]), WrongType, "real numbers"),
        (Value(1.0), WrongType, r"v\.data"),
        ({1, 2}, WrongType, "of type set"),
        (object(), WrongType, "read from outside|leave it out"),
        (3j, WrongType, "of type complex"),
        (np.ma.masked_array([1.0, 2.0], [0, 1]), WrongType, "MaskedArray"),
    ],
)
def test_arguments_that_are_no_numbers(argument, error, text):
    for f in (grad(lambda x: 1.0), chainrule.compile(lambda x: 1.0)):
        with pytest.raises(error, match=text):
            f(argument)


def test_a_list_that_contains_itself():
    loop = []
    loop.append(loop)
    with pytest.raises(WrongType, match="contains itself"):
        grad(lambda x: 1.0)(loop)


def test_axes_that_do_not_fit():
    f = lambda x, y: x * y  # noqa: E731
    x = np.ones(3)
    for axes, arguments, error, text in (
        ((0, 0), (x, np.ones(4)), ShapeError, "equally many rows"),
        ((0, 1), (x, x), ShapeError, "no axis 1"),
        ((0,), (x, x), ShapeError, "one axis for each argument"),
        ((None, None), (x, x), ShapeError, "no argument with rows"),
        ((0, 0), (x, 2.0), ShapeError, "has no rows"),
        ((0, "a"), (x, x), WrongType, "an int, None"),
    ):
        with pytest.raises(error, match=text):
            chainrule.compile(f, in_axes=axes)(*arguments)


def test_words_that_are_not_known():
    with pytest.raises(ChoiceError, match="'max'"):
        chainrule.compile(sin, in_axes=0, reduce="max")
    with pytest.raises(TypeError, match="tier"):
        chainrule.compile(sin, tier="gpu")
    with pytest.raises(WrongType, match="needs rows"):
        chainrule.compile(sin, reduce="sum")
    for make in (grad, chainrule.compile, hessian):
        with pytest.raises(WrongType, match="needs a function"):
            make(3.0)
    with pytest.raises(ShapeError, match="argnums=1 does not fit"):
        grad(sin, argnums=1)(2.0)
    with pytest.raises(WrongType, match="argnums"):
        grad(sin, argnums=1.5)(2.0)
    with pytest.raises(ShapeError, match="the vector needs to be an array"):
        hvp(rosenbrock)(np.ones(3), np.ones(2))
    with pytest.raises(ShapeError, match="followed by the vector"):
        hvp(rosenbrock)(np.ones(3))


def test_an_exception_of_the_function_passes_and_leaves_all_in_order():
    program = chainrule.compile(lambda x: x * 2 if x > 0 else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        program(-1.0)
    assert program(3.0) == 6.0 and grad(lambda x: x * x)(3.0) == 6.0


def test_threads_share_a_program():
    program = chainrule.compile(collatz)
    wrong = []

    def work(seed):
        for x in np.random.default_rng(seed).uniform(1, 300, size=100):
            if program(float(x)) != collatz(float(x)):
                wrong.append(x)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_conditions_are_traced_and_print_well():
    def f(x):
        assert repr(x) == str(x) == f"{x}" == "<tracer>" and not hasattr(x, "data")
        assert type(x > 1) is type(x)
        return x + cos(0.0)

    assert grad(f)(2.0) == 1.0


# ---- what a review found -------------------------------------------------------------------------


def test_the_quick_call_is_for_one_argument_only():
    def f(x, n=2):
        return (x**n).sum()

    x = np.array([1.0, 2.0])
    program = chainrule.compile(f)
    assert [program(x), program(x, 3), program(x), program(x, n=3), program(x)] == [5, 9, 5, 9, 5]
    program.value_and_grad(x, n=3)
    np.testing.assert_array_equal(program.value_and_grad(x)[1], [2.0, 4.0])


class Pair(NamedTuple):
    a: float
    b: float


def test_named_tuples_are_trees():
    assert grad(lambda p: p.a * p.b)(Pair(2.0, 3.0)) == Pair(3.0, 2.0)
    program = chainrule.compile(lambda p: Pair(p.a * p.b, p.b))
    assert program(Pair(2.0, 3.0)) == Pair(6.0, 3.0)
    assert program(Pair(2.0, 5.0)) == Pair(10.0, 5.0) and "1 recording>" in repr(program)
    rows = chainrule.compile(lambda p: p.a * p.b, in_axes=(Pair(0, None),))
    np.testing.assert_array_equal(rows(Pair(np.arange(3.0), 2.0)), [0.0, 2.0, 4.0])


def test_recordings_that_contradict_one_another_end():
    limit = [10.0]

    def f(x):
        return 2 * x if x > limit[0] else -x

    for program, call in (
        (chainrule.compile(f), lambda p, x: p(x)),
        (chainrule.compile(f, in_axes=0), lambda p, x: p(np.array([x]))),
    ):
        limit[0] = 10.0
        call(program, 20.0)
        limit[0] = 0.0
        call(program, -5.0)
        with pytest.raises(GraphError, match="does not do the same"):
            call(program, 5.0)


def test_object_arrays_of_plain_numbers_are_results():
    program = chainrule.compile(lambda x: np.where(x > 0, x, 0.0))
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(program(x), x)
    np.testing.assert_array_equal(program(-x), [0.0, 0.0])
    np.testing.assert_array_equal(chainrule.compile(lambda x: np.zeros_like(x))(x), [0.0, 0.0])
    assert chainrule.compile(lambda x: x)(np.zeros(0)).shape == (0,)


def test_misaligned_arrays():
    buffer = np.zeros(17, dtype="u1")
    x = buffer[1:].view("f8")
    x[:] = [2.0, 3.0]
    assert chainrule.compile(lambda a: a[0] * 10 + a[1])(x) == 23.0
    np.testing.assert_array_equal(chainrule.compile(lambda a: a * a, in_axes=0)(x), [4.0, 9.0])


def test_what_escapes_a_recording_is_not_computed_with():
    kept = []

    def f(x):
        kept.append(x * 2)
        return x

    grad(f)(2.0)
    for use in (lambda x: x + 1, lambda x: -x, lambda x: x > 1, bool, lambda x: chainrule.sin(x)):
        with pytest.raises(GraphError, match=r"^<tracer> was kept from a recording that is over"):
            use(kept[0])


def test_a_hash_would_find_nothing():
    with pytest.raises(WrongType, match="up by its identity"):
        grad(lambda x: x if x in {1.0, 2.0} else 5 * x)(1.0)


def test_rows_need_arrays_and_no_ints():
    with pytest.raises(ShapeError, match="it is the number 2"):
        chainrule.compile(lambda x, n: x * n, in_axes=(0, 0))(np.ones(3), 2)


def test_zero_rows_have_the_structure_of_some_rows():
    f = chainrule.compile(lambda w, x: w[0] * x, in_axes=(None, 0))
    assert f.hessian(np.ones(3), np.zeros(0)).shape == (0, 3, 3)
    one, two = chainrule.compile(lambda x: (x, [2 * x, x]), in_axes=0)(np.zeros(0))
    assert one.shape == (0,) and two[1].shape == (0,)


def test_zero_rows_of_a_function_that_raises_at_zero():
    def f(x):
        if x > 0:
            return x
        raise ValueError("negative")

    program = chainrule.compile(f, in_axes=0)
    with pytest.raises(ShapeError, match="no rows, and at 0 it raises ValueError"):
        program(np.zeros(0))
    program(np.ones(1))
    for call in (program, program.grad, program.hessian, lambda x: program.hvp(x, x)):
        assert call(np.zeros(0)).shape == (0,)


def test_zero_rows_do_not_run_the_function_at_nan():
    def f(x, n):
        assert x[0] == x[0]
        return x * n

    program = chainrule.compile(f, in_axes=(0, None))
    assert program(np.zeros((0, 3)), 2).shape == (0, 3)


def test_verify_sees_another_structure():
    results = iter([1, 2, 2])
    program = chainrule.compile(lambda x: x if next(results) == 1 else [x, x], verify=1)
    with pytest.raises(CheckFailed, match="a list of 2"):
        program(1.0)
    with pytest.raises(ChoiceError, match="verify"):
        chainrule.compile(sin, verify="a")
    with pytest.raises(ChoiceError, match="with rows"):
        chainrule.compile(sin, in_axes=0, verify=3)


def test_the_precision_of_derivatives_at_once():
    x = np.array([1.0, 2.0], dtype=np.float32)
    assert grad(lambda x: (x**2).sum())(x).dtype == np.float32
    assert grad(lambda x: (x**2).sum())(x.astype(float)).dtype == np.float64


def test_a_table_is_no_dict():
    for take_it in (lambda i: take({0: 1.0}, i), chainrule.compile(lambda i: take({0: 1.0}, i))):
        with pytest.raises(WrongType, match="a list or an array"):
            take_it(np.int64(0))


def test_an_operation_of_ones_own_has_the_bits_of_its_recording():
    """Its formula isn't rewritten in a replay: x**3 stays the power that it was."""
    cube = chainrule.define("replayed_cube", "x**3", ("3*x**2",))
    program = chainrule.compile(lambda x: x if cube(x) == x * x * x else -x)
    value = chainrule.compile(cube)
    for x in np.linspace(0.9, 1.3, 40):
        assert program(x) == (x if math.pow(x, 3.0) == x * x * x else -x)
        assert value(x) == math.pow(x, 3.0)
        assert value.grad(x) == 3 * (x * x)
