"""Functions outside: called back as one operation, with derivatives of their own."""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import math
import pickle
import threading
import traceback
import weakref
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from random_programs import CHAINRULE, indices, points, run, scripts

import chainrule as cr
from chainrule import (
    Value,
    compile,
    custom_jvp,
    custom_vjp,
    external,
    grad,
    hessian,
    hvp,
    jacobian,
    stop_gradient,
    value_and_grad,
)
from chainrule.errors import DomainError, GraphError, ShapeError, WrongType
from chainrule.programs.trace.tape import CALL

SCALE = 2 / math.pi**0.5


@external(name="erf", vjp=lambda g, out, x: g * SCALE * cr.exp(-x * x))
def erf(x):
    return math.erf(x)


def slope(x):
    return SCALE * math.exp(-x * x)


VERSIONS = {
    "a vjp that is recorded": erf,
    "a jvp that is recorded": external(
        math.erf, jvp=lambda t, out, x: t[0] * SCALE * cr.exp(-x * x)
    ),
    "a vjp that is called back": external(math.erf, vjp=lambda g, out, x: (g * slope(x),)),
    "a jvp that is called back": external(math.erf, jvp=lambda t, out, x: t[0] * slope(x)),
    "nudging": external(math.erf, vjp="nudge"),
}
AGAIN = list(VERSIONS)[:2]


def close(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)
    return True


# ---- values and derivatives ----------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_one_number(version):
    f = VERSIONS[version]
    program = compile(lambda x: f(x) * x)
    for x in (0.5, -1.25, 2.0):
        expected = math.erf(x) + x * slope(x)
        assert program(x) == math.erf(x) * x
        assert close(program.grad(x), expected)
        assert close(grad(lambda x: f(x) * x)(x), expected)
        assert close(jacobian(lambda x: [f(x), x])(x)[0], slope(x))
    value, gradient = compile(f).value_and_grad(0.5)
    assert value == math.erf(0.5)
    assert close(gradient, slope(0.5))


@pytest.mark.parametrize("version", AGAIN)
def test_second_derivatives(version):
    f = VERSIONS[version]
    for transform in (hessian, lambda f: compile(f).hessian, lambda f: grad(grad(f))):
        assert close(transform(f)(0.7), -1.4 * slope(0.7))
    assert close(hvp(f)(0.7, 2.0), -2.8 * slope(0.7))
    third = grad(grad(grad(f)))(0.7)
    assert close(third, (4 * 0.49 - 2) * slope(0.7))


@pytest.mark.parametrize("version", [each for each in VERSIONS if each not in AGAIN])
def test_second_derivatives_of_what_is_called_back_are_refused(version):
    with pytest.raises(GraphError, match=r"has no derivative itself: .*\n  remedy"):
        hessian(VERSIONS[version])(0.7)


def matrix_rules():
    def inverse(a):
        return np.linalg.inv(a)

    recorded = external(inverse, vjp=lambda g, out, a: -(out.T @ g @ out.T))
    outside = external(inverse, vjp=lambda g, out, a: -(out.T @ np.asarray(g, float) @ out.T))
    forward = external(inverse, jvp=lambda t, out, a: -(out @ t[0] @ out))
    back = external(inverse, jvp=lambda t, out, a: -(out @ np.asarray(t[0], float) @ out))
    return recorded, outside, forward, back, external(inverse, vjp="nudge")


@pytest.mark.parametrize("number", range(5))
def test_arrays(number):
    inverse = matrix_rules()[number]
    a, w = (
        np.array([[2.0, 1.0, 0.5], [0.25, 3.0, -1.0], [1.0, 0.0, 4.0]]),
        np.arange(9.0).reshape(3, 3),
    )
    out = np.linalg.inv(a)
    expected = -(out.T @ w @ out.T)
    program = compile(lambda a: (inverse(a) * w).sum())
    assert close(program(a), (out * w).sum())
    assert close(program.grad(a), expected)
    assert close(grad(lambda a: (inverse(a) * w).sum())(a), expected)
    full = -np.einsum("ik,lj->ijkl", out, out)
    assert close(jacobian(lambda a: inverse(a))(a), full)
    assert close(compile(lambda a: inverse(a)).jacobian(a), full)
    assert close(jacobian(lambda x: inverse(a + x * w))(0.0), -(out @ w @ out))  # forward mode
    rows = np.stack([a, a.T, a + 1.0])
    each = compile(lambda a: (inverse(a) * w).sum(), in_axes=0)
    assert close(each(rows), [(np.linalg.inv(x) * w).sum() for x in rows])
    assert close(each.grad(rows)[0], expected)


def test_trees_of_arguments_and_results():
    @external(
        vjp=lambda g, out, point, k: (
            {"x": k * g["sum"] + g["both"][0], "y": [g["sum"], None]},
            None,
        )
    )
    def f(point, k):
        assert type(k) is int
        return {"sum": k * point["x"] + point["y"][0], "both": (point["x"] * 1.0, np.ones(2))}

    def total(x, y):
        out = f({"x": x, "y": [y, 5.0]}, 3)
        return out["sum"] ** 2 + out["both"][0] + out["both"][1].sum()

    assert close(grad(total, (0, 1))(2.0, 1.0), (43.0, 14.0))
    assert close(compile(total).grad(2.0, 1.0, argnums=(0, 1)), (43.0, 14.0))
    x, y = Value(2.0), Value(1.0)
    out = total(x, y)
    out.backward()
    assert (out.data, x.grad, y.grad) == (53.0, 43.0, 14.0)


def test_arguments_that_are_not_traced_are_passed_as_they_are():
    seen = []

    def f(x, table, word, scale=1.0):
        seen.append((type(table), word, scale))
        return float(np.interp(x, *table)) * scale

    g = external(f, vjp=lambda g, out, x, table, word, scale=1.0: (g * scale, None, None))
    table = np.array([[0.0, 1.0], [0.0, 1.0]])
    assert grad(lambda x: g(x, table, "linear", scale=2.0))(0.5) == 2.0
    assert set(seen) == {(np.ndarray, "linear", 2.0)}
    with pytest.raises(WrongType, match="a keyword argument of f is traced"):
        grad(lambda x: g(0.5, table, "linear", scale=x))(1.0)


def test_plain_numbers_just_call_it():
    calls = []
    f = external(lambda x: calls.append(x) or x)
    assert f(2) == 2
    assert calls == [2]


# ---- values --------------------------------------------------------------------------------------


def test_values(engines):
    for kind in engines.values():
        x = kind(0.5, label="x")
        y = erf(x)
        (y * y).backward()
        assert type(y) is kind
        assert y.op == "erf"
        assert y._prev == (x,)
        assert close(x.grad, 2 * math.erf(0.5) * slope(0.5))
        assert type(stop_gradient(x)) is kind


def test_arrays_of_values():
    inverse = matrix_rules()[0]
    a = np.array([[Value(2.0), Value(1.0)], [Value(0.5), Value(3.0)]])
    out = inverse(a)
    assert out.shape == (2, 2)
    out.sum().backward()
    plain = np.array([[x.data for x in row] for row in a])
    w = np.linalg.inv(plain)
    assert close([[x.grad for x in row] for row in a], -(w.T @ np.ones((2, 2)) @ w.T))


def test_values_without_a_derivative_raise_when_the_gradient_arrives():
    x = Value(0.5)
    y = external(math.erf)(x) * 2
    assert y.data == 2 * math.erf(0.5)
    with pytest.raises(GraphError, match="needs the derivative of erf, which has none"):
        y.backward()


def test_values_refuse_nan():
    with pytest.raises(DomainError, match="broken returned nan"):
        external(lambda x: math.nan, name="broken", vjp="nudge")(Value(1.0))


def test_the_graph_of_a_program():
    program = compile(lambda x: erf(x) * stop_gradient(x))
    root = program.graph(0.5)
    root.backward()
    assert root.data == program(0.5)
    (x,) = [node for node in cr.leaves(root) if node.label == "x"]
    assert close(x.grad, program.grad(0.5))


# ---- what goes wrong -----------------------------------------------------------------------------


def test_without_a_derivative_values_work_and_gradients_raise():
    f = external(math.erf)
    program = compile(lambda x: f(x) * x)
    assert program(0.5) == math.erf(0.5) * 0.5
    for ask in (program.grad, grad(lambda x: f(x)), jacobian(lambda x: [f(x), x])):
        with pytest.raises(
            GraphError, match=r"needs the derivative of erf, which has none.*\n.*nudge"
        ):
            ask(0.5)
    assert grad(lambda x: x * stop_gradient(f(x)))(0.5) == math.erf(0.5)
    assert jacobian(lambda x: [stop_gradient(f(x)), x])(0.5) == [0.0, 1.0]  # in forward mode
    assert grad(lambda x, y: f(x) * y, 1)(0.5, 2.0) == math.erf(0.5)  # not through f


def test_an_exception_reaches_the_user_with_its_own_traceback():
    def fails(x):
        if x > 1:
            raise ValueError("too far")
        return x

    f = external(fails, vjp="nudge")
    program = compile(lambda x: f(x) * 2)
    rows = compile(lambda x: f(x) * 2, in_axes=0)
    bound = program.bind(0.25)
    assert program(0.5) == 1.0
    assert rows(np.full(70, 0.5)).tolist() == [1.0] * 70
    bound.arguments[0][...] = 3.0
    far = np.append(np.zeros(100), 2.0)
    for call in (
        lambda: program(2.0),
        lambda: rows(far),
        bound,
        lambda: grad(f)(3.0),
        lambda: program.grad(9.0),
    ):
        with pytest.raises(ValueError, match="too far") as caught:
            call()
        assert any(
            frame.name == "fails" for frame in traceback.extract_tb(caught.value.__traceback__)
        )
    bound.arguments[0][...] = 0.5
    assert bound() == 1.0
    assert close(bound.gradient, 2.0)
    assert program(0.5) == 1.0
    assert rows(np.zeros(3)).tolist() == [0.0] * 3


def test_an_exception_that_is_caught_while_recording():
    """A replay would not catch it."""

    def fails(x):
        raise ValueError("too far")

    f = external(fails, vjp="nudge")

    def function(x):
        try:
            return f(x)
        except ValueError:
            return -x

    assert grad(function)(1.0) == -1.0  # at once; nothing is replayed
    program = compile(function)
    with pytest.raises(GraphError, match="function caught the ValueError of fails") as caught:
        program(1.0)
    assert isinstance(caught.value.__cause__, ValueError)
    assert compile(lambda x: x * 2)(1.0) == 2.0


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("text", "the result of f needs numbers"),
        (None, "the result of f needs to be plain numbers"),
        (1j, "the result of f needs"),
        ([1.0, "a"], r"the result of f\[1\] needs numbers"),
    ],
)
def test_results_that_are_no_numbers(result, message):
    f = external(lambda x: result, name="f")
    with pytest.raises(WrongType, match=message):
        compile(lambda x: f(x))(1.0)


def test_results_whose_shape_changes():
    f = external(lambda x: np.ones(2 if x > 1 else 3), name="f", vectorized=True)
    program = compile(lambda x: f(x).sum())
    assert program(2.0) == 2.0
    with pytest.raises(
        ShapeError, match=r"f returned an array of shape \(3,\), but an array of shape \(2,\)"
    ):
        program(0.5)
    g = external(lambda x: np.ones(5), name="g", vectorized=True)
    with pytest.raises(
        ShapeError, match=r"g needs to return results of shapes \[\(2, 5\)\] for 2 rows"
    ):
        compile(lambda x: g(x).sum(), in_axes=0)(np.zeros(2))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            (1.0, 2.0, 3.0),
            "needs to return a cotangent for each of the 2 arguments, but returned 3",
        ),
        (
            (np.ones(3), 1.0),
            r"needs to return an array of shape \(2,\), but returned an array of shape \(3,\)",
        ),
        ((np.ones(2), np.ones(2)), "needs to return a number, but returned an array"),
    ],
)
def test_cotangents_of_the_wrong_shape(given, message):
    f = external(lambda x, y: x.sum() * y, vjp=lambda g, out, x, y: given, name="f")
    with pytest.raises(ShapeError, match=message):
        grad(lambda x, y: f(x, y), (0, 1))(np.ones(2), 1.0)


def test_cotangents_may_be_none_or_one_number_for_an_array():
    f = external(lambda x, y: x.sum() * y, vjp=lambda g, out, x, y: (g * y, None), name="f")
    dx, dy = grad(lambda x, y: f(x, y) + 0 * x[0], (0, 1))(np.ones(2), 3.0)
    assert dx.tolist() == [3.0, 3.0]
    assert dy == 0.0


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"function": 3}, "external needs a function, but got 3."),
        ({"function": "nudge"}, "external needs a function, but got 'nudge'."),
        ({"vjp": "no"}, "vjp needs a function or \"nudge\", but got 'no'."),
        ({"jvp": 1}, "jvp needs a function, but got 1."),
        ({"jvp": "nudge"}, "jvp needs a function, but got 'nudge'."),
    ],
)
def test_what_external_refuses(bad, words):
    with pytest.raises(WrongType) as caught:
        external(**{"function": math.erf, **bad})
    assert str(caught.value).startswith(words)


def test_nan_is_passed_on_as_any_operation_does():
    f = external(lambda x: math.nan if x > 1 else x, vjp="nudge")
    program = compile(lambda x: f(x) * 2)
    assert program(0.5) == 1.0
    assert math.isnan(program(2.0))


# ---- replay --------------------------------------------------------------------------------------


def test_calls_come_after_the_conditions_that_guard_them():
    """f fails on the other side of the condition, so it may not be called there."""

    def root(x):
        if x < 0:
            raise ValueError("negative")
        return math.sqrt(x)

    f = external(root, vjp=lambda g, out, x: g / (2 * out))

    def function(x):
        y = sum(cr.sin(x * k) for k in range(40))
        return f(x) + y if x >= 0 else -x + y

    program, rows = compile(function), compile(function, in_axes=0)
    points = np.linspace(2.0, -2.0, 200)
    expected = [grad(function)(x) for x in points]
    assert [program.grad(x) for x in points] == expected
    assert close(rows.grad(points), expected)


def test_a_call_is_made_once_for_equal_operands():
    calls = []
    f = external(lambda x: calls.append(x) or x * x, vjp=lambda g, out, x: 2 * g * x)
    program = compile(lambda x: f(x) + f(x) * f(x + 1.0))
    program.value_and_grad(2.0)
    calls.clear()
    program.value_and_grad(3.0)
    assert sorted(calls) == [3.0, 4.0]


def test_what_is_not_needed_is_not_called():
    calls = []
    f = external(lambda x: calls.append(x) or x * x, vjp=lambda g, out, x: 2 * g * x)
    program = compile(lambda x: x + 0 * stop_gradient(1.0) if f(x) is not None else x)
    assert program(2.0) == 2.0
    calls.clear()
    assert program(3.0) == 3.0
    assert calls == []


def test_rows_in_blocks():
    shapes, slopes = [], []

    def vjp(g, out, x, a):
        x, a = np.asarray(x, float), np.asarray(a, float)
        slopes.append((np.shape(g), x.shape, a.shape))
        return g * np.cos(x), 0 * a

    @external(vectorized=True, vjp=vjp)
    def f(x, a):
        shapes.append((np.shape(x), np.shape(a)))
        return np.sin(x)

    x, a = np.linspace(-1, 1, 150), np.ones((150, 2))
    program = compile(lambda x, a: f(x, a) * 2 + a.sum(), in_axes=0)
    assert close(program(x, a), 2 * np.sin(x) + 2)
    assert shapes[0] == ((), (2,))
    assert shapes[1:] == [((64,), (64, 2)), ((64,), (64, 2)), ((22,), (22, 2))]
    assert close(program.grad(x, a), 2 * np.cos(x))
    assert [each for each in slopes if each[0]] == [
        ((rows,), (rows,), (rows, 2)) for rows in (64, 64, 22)
    ]
    mean = compile(lambda x, a: f(x, a) * 2 + a.sum(), in_axes=0, reduce="mean")
    assert close(mean(x, a), np.mean(2 * np.sin(x) + 2))


def test_rows_that_take_other_paths_are_not_called():
    seen = []
    f = external(lambda x: seen.append(x) or x, vjp=lambda g, out, x: g)
    program = compile(lambda x: f(x) if x > 0 else -x, in_axes=0)
    points = np.arange(-100.0, 100.0)
    assert close(program(points), np.abs(points))
    assert min(seen) > 0


def test_functions_that_call_programs_themselves():
    inner = compile(lambda x: x**3)

    def f(x):
        assert isinstance(grad(lambda y: y * y)(x), float)
        return inner(x) + program_without(x)

    program_without = compile(lambda x: x * 2)
    g = external(f, vjp=lambda g, out, x: g * (3 * x * x + 2))
    program = compile(lambda x: g(x) * x)
    assert program(2.0) == 24.0
    assert program.grad(2.0) == 12.0 + 2.0 * 14.0
    assert grad(lambda x: g(x))(1.0) == 5.0


def test_reentrance():
    """A function outside that runs the program which calls it."""
    f = external(lambda x: 1.0 if x < 1 else x * program(x - 1), name="f", vjp="nudge")
    program = compile(lambda x: f(x))
    assert program(5.0) == 120.0


def test_threads():
    program = compile(lambda x: erf(x) * x)
    program.grad(0.5)
    wrong = []

    def work(x):
        for k in range(200):
            point = x + k / 100
            if abs(program.grad(point) - math.erf(point) - point * slope(point)) > 1e-12:
                wrong.append(point)

    threads = [threading.Thread(target=work, args=(k / 7,)) for k in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not wrong


def model(x):
    return erf(x) * stop_gradient(x) + tabulated(x, TABLE)


@external(vjp=lambda g, out, x, table: (g, None))
def tabulated(x, table):
    return float(np.interp(x, table, table))


TABLE = np.array([0.0, 1.0, 2.0])


def test_pickles_name_the_function():
    program = compile(model)
    program(0.5)
    copy = pickle.loads(pickle.dumps(program))
    assert copy(0.75) == program(0.75)
    assert copy.grad(0.75) == program.grad(0.75)
    assert pickle.loads(pickle.dumps(erf)) is erf
    parts = pickle.loads(pickle.dumps(external(math.erf, vjp="nudge", name="by parts")))
    assert parts.name == "by parts"
    assert close(grad(parts)(0.5), slope(0.5))


def test_files_and_c_refuse_it_by_name(tmp_path):
    program = compile(model)
    program(0.5)
    with pytest.raises(WrongType, match=r"calls (erf|tabulated), a function outside"):
        program.save(tmp_path / "program.json")
    with pytest.raises(GraphError, match=r"calls (erf|tabulated), a function outside"):
        program.to_c()


def test_stop_gradient_is_saved_and_written_in_c(tmp_path):
    program = compile(lambda x: x * stop_gradient(x))
    assert program.grad(3.0) == 3.0
    program.save(tmp_path / "program.json")
    loaded = cr.Program.load(tmp_path / "program.json")
    assert loaded.grad(5.0) == 5.0
    assert "value" in program.to_c()


def test_the_listing():
    inverse = matrix_rules()[0]
    program = compile(lambda a: inverse(a)[0, 1] * erf(a[0, 0]))
    program(np.eye(2))
    assert "v1 = inverse([a[0, 0], a[0, 1], a[1, 0], a[1, 1]])" in program.listing()
    assert "v2 = erf(a[0, 0])" in program.listing()


def test_nothing_keeps_a_function_alive():
    def make():
        def f(x):
            return x * x

        g = external(f, vjp=lambda g, out, x: 2 * g * x)
        program = compile(lambda x: g(x))
        f.program = program  # a cycle through the tape and the machine
        program.grad(1.0)
        return weakref.ref(f)

    dead = make()
    gc.collect()
    assert dead() is None


# ---- methods, choices ----------------------------------------------------------------------------


def test_a_custom_function_that_is_called_again():
    @custom_vjp
    def f(x):
        return x * x

    f.defvjp(lambda x: (f(x), x), lambda x, g: (g * 10 * x,))
    for transform in (grad, lambda f: compile(f).grad):
        assert transform(lambda x: f(x) + f(x) * f(x))(3.0) == 30.0 + 2 * 9 * 30.0


def test_a_custom_function_that_uses_a_number_from_outside():
    def outer(x, y):
        @custom_vjp
        def f(x):
            return x * y

        f.defvjp(lambda x: (f(x), y), lambda y, g: (g * y,))
        return f(x)

    assert grad(outer)(2.0, 3.0) == 3.0
    for transform in (
        grad(outer, (0, 1)),
        compile(outer).grad,
        lambda *x: compile(outer).grad(*x, argnums=1),
    ):
        with pytest.raises(GraphError, match="f uses a traced number from outside"):
            transform(2.0, 3.0)


def test_what_custom_functions_refuse():
    @custom_vjp
    def f(x, n):
        return x * n

    with pytest.raises(GraphError, match=r"f has no derivative yet.\n  remedy  call f.defvjp"):
        f(1.0, 2)
    f.defvjp(lambda x, n: (x * n, None), lambda kept, g: (g,))
    with pytest.raises(WrongType, match="the bwd of f needs to return a tuple of 2 cotangents"):
        grad(f)(1.0, 2)
    f.defvjp(lambda x, n: x * n, lambda kept, g: (g, None))
    with pytest.raises(WrongType, match="the fwd of f needs to return the output and what bwd"):
        grad(f)(1.0, 2)
    g = custom_vjp(lambda n, x: x * n, nondiff_argnums=(0,))
    g.defvjp(lambda n, x: (n * x, None), lambda n, kept, g: (g * n, g))
    with pytest.raises(WrongType, match="needs to return a tuple of 1 cotangent, but returned"):
        grad(g, 1)(2, 1.0)
    g.defvjp(lambda n, x: (n * x, None), lambda n, kept, g: (g * n,))
    assert grad(lambda x: g(2.0, x))(3.0) == 2.0
    with pytest.raises(WrongType, match="argument 0 of <lambda> is traced, although"):
        grad(lambda x: g(x, 2.0))(3.0)


def test_custom_derivatives_of_values_and_plain_numbers():
    @custom_jvp
    def f(x, y=2.0):
        return x**y

    f.defjvps(lambda t, out, x, y: 100 * t, None)
    assert f(3.0, y=2.0) == 9.0
    x = Value(3.0)
    y = f(x)
    y.backward()
    assert (y.data, x.grad) == (9.0, 100.0)
    assert grad(f)(3.0) == 100.0


def test_stop_gradient_of_values_and_trees():
    x = Value(2.0)
    kept = stop_gradient({"a": [x, 1.0], "b": np.array([x * 3])})
    assert kept["a"][1] == 1.0
    (x * kept["a"][0] + kept["b"][0]).backward()
    assert x.grad == 2.0
    plain = np.ones(2)
    assert stop_gradient(plain) is plain


def test_a_method():
    class Model:
        rate = 3.0

        @external(vjp=lambda g, out, self, x: (None, g * self.rate))
        def f(self, x):
            return self.rate * x

    assert grad(lambda x: Model().f(x))(1.0) == 3.0


def test_the_side_of_a_choice_that_is_not_taken():
    """Its cotangent is 0 and stays 0, although the slope there is infinite."""
    f = external(lambda x: abs(x) ** 0.5, vjp=lambda g, out, x: g / (2 * out))
    choose = lambda x: cr.where(x > 0, f(x), 0.0 * x)  # noqa: E731
    assert grad(choose)(0.0) == 0.0
    assert compile(choose).grad(0.0) == 0.0
    assert grad(choose)(4.0) == 0.25


def test_a_vjp_that_tests_conditions():
    """In a replay the other side may hold, so it is called back."""
    f = external(abs, vjp=lambda g, out, x: g if x > 0 else -g, name="size")
    program = compile(lambda x: f(x) * x)
    assert [program.grad(x) for x in (2.0, -3.0, 1.0)] == [4.0, 6.0, 2.0]
    assert len(program.recordings.recorded()[0].all) == 1


def test_a_function_of_c():
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    library.cbrt.restype, library.cbrt.argtypes = ctypes.c_double, [ctypes.c_double]
    cube_root = external(library.cbrt, vjp=lambda g, out, x: g / (3 * out * out), name="cbrt")
    assert close(grad(cube_root)(8.0), 1 / 12)
    assert close(hessian(cube_root)(8.0), -2 / 9 * 8 ** (-5 / 3))


def test_a_tape_holds_the_call():
    program = compile(lambda x: erf(x))
    program(0.5)
    tape = program.recordings.recorded()[0].all[0].recording.tape
    assert list(tape.ops).count(CALL) == 1
    assert tape.calls[0][1:] == ((0,), 1)


# ---- random functions ----------------------------------------------------------------------------

OUTSIDE = SimpleNamespace(
    **{
        **vars(CHAINRULE),
        "sin": external(math.sin, vjp=lambda g, out, x: g * cr.cos(x)),
        "tanh": external(math.tanh, jvp=lambda t, out, x: t[0] * (1 - out * out)),
        "atan": external(math.atan, vjp=lambda g, out, x: (g / (1 + float(x) ** 2),)),
        "exp": external(math.exp, jvp=lambda t, out, x: float(t[0]) * float(out)),
        "log": custom_jvp(cr.log),
    }
)
OUTSIDE.log.defjvp(lambda primals, tangents: (cr.log(*primals), tangents[0] / primals[0]))


@given(script=scripts, x=points, index=indices)
@settings(max_examples=60, deadline=None)
def test_functions_outside_compute_what_recorded_ones_do(script, x, index):
    """At once, replayed and on rows, with branches, loops and look-ups."""

    def f(x, library=OUTSIDE):
        return run(script, library, x, index)

    value, gradient = value_and_grad(lambda x: f(x, CHAINRULE))(x)
    scale = 1 + abs(value) + max(map(abs, gradient))
    program, rows = compile(f), compile(f, in_axes=0)
    several = rows.value_and_grad(np.array([x] * 3))
    for found, slopes in (
        value_and_grad(f)(x),
        program.value_and_grad(x),
        program.value_and_grad(x),
        (several[0][1], several[1][1]),
    ):
        np.testing.assert_allclose(found, value, rtol=0, atol=1e-13 * scale)
        np.testing.assert_allclose(slopes, gradient, rtol=0, atol=1e-12 * scale)


def test_value_and_grad():
    assert value_and_grad(lambda x: erf(x))(0.5) == (math.erf(0.5), grad(erf)(0.5))


def test_nothing_flows_to_one_of_several_numbers_over_rows():
    """A vjp of plain numbers that returns None for a part of an argument, for a block of rows."""

    def vjp(g, out, pair):
        return ([None, np.array(g, dtype=float) * 2 * np.array(pair[1], dtype=float)],)

    for vectorized in (False, True):
        f = external(lambda p: p[0] * 0 + p[1] ** 2, vjp=vjp, vectorized=vectorized)
        program = compile(lambda x, f=f: f([x[0], x[1]]), in_axes=0)
        x = np.arange(10.0).reshape(5, 2)
        np.testing.assert_array_equal(program(x), x[:, 1] ** 2)
        np.testing.assert_array_equal(program.grad(x), np.stack([x[:, 0] * 0, 2 * x[:, 1]], 1))
