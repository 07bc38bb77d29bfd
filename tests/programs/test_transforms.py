"""The transforms of functions: auxiliary data, arguments by name, products with vectors, and what
they share with the function itself."""

from __future__ import annotations

import inspect
import math
from functools import partial

import numpy as np
import pytest

import chainrule
from chainrule import (
    ShapeError,
    WrongType,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    value_and_grad,
    vjp,
)

KINDS = [grad, value_and_grad, jacobian, jacfwd, jacrev, hessian, hvp]


def loss(w, x, scale=1.0, *, power=2.0):
    """The loss of a line."""
    return scale * (w[0] * x + w[1]) ** power


# ---- auxiliary data ------------------------------------------------------------------------------


def with_data(x):
    return x * x, {"cube": x**3, "word": "abc", "array": np.arange(2), "none": None, "n": 3}


def test_auxiliary_data_of_any_kind():
    slope, data = grad(with_data, has_aux=True)(2.0)
    assert slope == 4.0
    assert data["cube"] == 8.0 and type(data["cube"]) is float
    assert data["word"] == "abc" and data["none"] is None and type(data["n"]) is int
    assert data["array"].dtype.kind == "i"
    (value, data), slope = value_and_grad(with_data, has_aux=True)(2.0)
    assert (value, data["cube"], slope) == (4.0, 8.0, 4.0)


@pytest.mark.parametrize("kind", [grad, jacobian, jacfwd, jacrev, hessian])
@pytest.mark.parametrize("wrap", [lambda f: f, chainrule.compile])
def test_auxiliary_data_come_second(kind, wrap):
    def f(x):
        return x**3, [x, x * 2]

    order = 2 if kind is hessian else 1
    assert kind(wrap(f), has_aux=True)(2.0) == ({1: 12.0, 2: 12.0}[order], [2.0, 4.0])
    assert hvp(wrap(f), has_aux=True)(2.0, 0.5) == (6.0, [2.0, 4.0])
    assert value_and_grad(wrap(f), has_aux=True)(2.0) == ((8.0, [2.0, 4.0]), 12.0)
    assert jvp(wrap(f), (2.0,), (0.5,), has_aux=True) == (8.0, 6.0, [2.0, 4.0])


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
def test_auxiliary_data_on_rows(reduce):
    program = chainrule.compile(
        lambda w, x: (w * x, {"square": x * x}), in_axes=(None, 0), reduce=reduce
    )
    x = np.array([1.0, 2.0, 6.0])
    total = {None: lambda x: x, "sum": np.sum, "mean": np.mean}[reduce]
    (value, data), slopes = program.value_and_grad(2.0, x, argnums=(0, 1), has_aux=True)
    np.testing.assert_allclose(value, total(2 * x))
    np.testing.assert_allclose(data["square"], total(x * x))
    np.testing.assert_allclose(slopes[0], total(x))
    np.testing.assert_allclose(slopes[1], 2 * np.ones(3) / (3 if reduce == "mean" else 1))
    np.testing.assert_allclose(program.grad(2.0, x, has_aux=True)[1]["square"], total(x * x))


def test_auxiliary_data_within_another_derivative():
    def inner(x):
        slope, data = grad(lambda y: (y**3, y * x), has_aux=True)(x)
        return slope * data

    assert grad(inner)(2.0) == 12 * 2.0**3


@pytest.mark.parametrize("returned", [lambda x: x, lambda x: (x, x, x), lambda x: None])
def test_a_function_without_auxiliary_data(returned):
    with pytest.raises(WrongType, match="needs to return a pair because of has_aux"):
        grad(returned, has_aux=True)(2.0)
    if returned(1.0) is not None:
        with pytest.raises(WrongType, match="needs to return a pair because of has_aux"):
            chainrule.compile(returned).grad(2.0, has_aux=True)


# ---- arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [lambda f: f, chainrule.compile])
def test_arguments_by_name(wrap):
    f, w = wrap(loss), [2.0, 1.0]
    for call in (
        lambda g: g(w, 3.0, 0.5),
        lambda g: g(w, 3.0, scale=0.5),
        lambda g: g(w=w, x=3.0, scale=0.5),
        lambda g: g(w, x=3.0, scale=0.5, power=2.0),
    ):
        assert call(grad(f)) == [21.0, 7.0]
        assert call(grad(f, 0)) == call(grad(f, "w"))
        assert call(grad(f, ("scale", "w")))[0] == 49.0
        assert call(grad(f, ("w", 2)))[1] == 49.0
    assert grad(f, "power")(w, 3.0, power=2.0) == pytest.approx(49 * math.log(7))
    product = hvp(f, "x")(w, 3.0, 1.0)
    assert product == 8.0


@pytest.mark.parametrize("wrap", [lambda f: f, chainrule.compile])
@pytest.mark.parametrize(
    ("argnums", "text"),
    [
        ("b", r"argnums='b' does not fit: the number of arguments is 2 \(w, x\)"),
        ("scale", r"argnums='scale' does not fit"),
        (2, "argnums=2 does not fit"),
        ((0, -3), r"argnums=\(0, -3\) does not fit"),
        ((0, 0), "several different ones"),
        (("w", 0), "several different ones"),
        ((), "several different ones"),
    ],
)
def test_arguments_that_are_not_there(wrap, argnums, text):
    with pytest.raises(ShapeError, match=text):
        grad(wrap(loss), argnums)([1.0, 2.0], 3.0)


def test_rows_and_names():
    program = chainrule.compile(lambda w, *, b: w * b, in_axes=0)
    np.testing.assert_array_equal(program.grad(np.arange(2.0), b=3.0, argnums="b"), [0.0, 1.0])


class Model:
    """An object that is hashable by its identity."""

    def __init__(self, factor):
        self.factor = factor


@pytest.mark.parametrize(
    "static", [{"static_argnums": 1}, {"static_argnames": "how"}, {"static_argnums": (-1,)}]
)
def test_static_arguments(static):
    calls = []

    def f(x, how):
        calls.append(how)
        return x * (how.factor if isinstance(how, Model) else len(how))

    program, models = chainrule.compile(f, **static), [Model(2.0), Model(3.0)]
    for _ in range(2):
        assert [program(5.0, each) for each in models] == [10.0, 15.0]
        assert program(5.0, how=models[0]) == 10.0
        assert program(5.0, ("a", "b", "c")) == 15.0
        assert program.grad(5.0, "ab") == 2.0
    assert len(calls) == 5
    rows = chainrule.compile(f, in_axes=0, **static)
    np.testing.assert_array_equal(rows(np.ones(2), models[1]), [3.0, 3.0])


def test_equal_static_arguments_of_different_types_are_different():
    program = chainrule.compile(lambda x, n: x if type(n) is bool else n, static_argnums=1)
    assert [program(5.0, n) for n in (1, True, 1.0, 2.0)] == [1, 5, 1, 2]


def test_static_arguments_that_do_not_fit():
    with pytest.raises(WrongType, match=r"argument 1 is static and needs to be hashable.*\[1\]"):
        chainrule.compile(lambda x, n: x, static_argnums=1)(1.0, [1])
    with pytest.raises(WrongType, match="argument 1 is static, so it can't be differentiated"):
        chainrule.compile(lambda x, n: x, static_argnums=1).grad(1.0, 2.0, argnums=1)
    with pytest.raises(ShapeError, match="loss has no parameter 'n' that could be static"):
        chainrule.compile(loss, static_argnames="n")
    with pytest.raises(ShapeError, match="loss has no parameter 5"):
        chainrule.compile(loss, static_argnums=5)
    with pytest.raises(WrongType, match=r"needs an index or a name, but got 1\.5"):
        chainrule.compile(loss, static_argnums=(1.5,))


# ---- products ------------------------------------------------------------------------------------


def test_products_with_vectors():
    f = lambda x, y: {"p": x * y[0], "s": x + y[1]}  # noqa: E731
    assert jvp(f, (2.0, [3.0, 5.0]), (1.0, [10.0, 100.0])) == (
        {"p": 6.0, "s": 7.0},
        {"p": 23.0, "s": 101.0},
    )
    value, pull_back = vjp(f, 2.0, [3.0, 5.0])
    assert value == {"p": 6.0, "s": 7.0}
    for _ in range(2):
        assert pull_back({"s": 1.0, "p": 10.0}) == (31.0, [20.0, 1.0])


def test_products_on_rows():
    program = chainrule.compile(lambda w, x: (w * x) ** 2 if x > 0 else w * x, in_axes=(None, 0))
    x, t = np.array([1.0, -2.0]), np.array([0.5, 1.0])
    value, moved = program.jvp((3.0, x), (1.0, t))
    np.testing.assert_array_equal(value, [9.0, -6.0])
    np.testing.assert_array_equal(moved, [2 * 3 * (1 + 1.5), -2 + 3.0])


def test_products_nest():
    assert grad(lambda x: jvp(lambda y: y**3 * x, (x,), (1.0,))[1])(2.0) == 9 * 2.0**2
    assert grad(lambda x: vjp(lambda y: y**3 * x, x)[1](x)[0])(2.0) == 12 * 2.0**3
    program = chainrule.compile(lambda x: vjp(lambda y: [y * x, x], x)[1]([1.0, x])[0])
    assert [program(x) for x in (2.0, 3.0)] == [2.0, 3.0]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: jvp(loss, 1.0, 2.0), WrongType, r"needs a tuple of primals.*got float"),
        (lambda: jvp(lambda x: x, (1.0,), 2.0), WrongType, r"needs a tuple of tangents"),
        (lambda: jvp(lambda x: x, (1.0,), (2.0, 3.0)), ShapeError, "needs to be a tuple of 1, but"),
        (lambda: vjp(lambda x: [x, x], 1.0)[1]([1.0]), ShapeError, "the cotangent needs to be a"),
        (lambda: vjp(3.0), WrongType, "needs a function"),
        (lambda: vjp(loss), ShapeError, "needs the arguments"),
        (lambda: jvp(lambda x: x, (1.0,), ("a",)), WrongType, "needs numbers"),
    ],
)
def test_products_that_do_not_fit(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_the_hessian_of_an_array():
    x = np.array([2.0, 3.0])
    found = hessian(lambda x: [x[0] ** 2 * x[1], x])(x)
    np.testing.assert_array_equal(found[0], [[6.0, 4.0], [4.0, 0.0]])
    np.testing.assert_array_equal(found[1], np.zeros((2, 2, 2)))
    assert jacobian(lambda x: x)(np.zeros(0)).shape == (0, 0)


# ---- what they share with the function -----------------------------------------------------------


class Square:
    """Squares a number."""

    def __call__(self, x):
        return x * x


@pytest.mark.parametrize("make", [chainrule.compile, *KINDS])
def test_name_signature_and_documentation(make):
    made = make(loss)
    assert str(inspect.signature(made)) == "(w, x, scale=1.0, *, power=2.0)"
    assert (made.__name__, made.__qualname__, made.__doc__) == ("loss", "loss", loss.__doc__)
    assert made.__wrapped__ is loss and inspect.unwrap(make(made)) is loss
    assert made.__module__ == __name__
    helped = inspect.getdoc(made)
    assert helped == "The loss of a line."


@pytest.mark.parametrize("make", [chainrule.compile, grad])
def test_functions_of_other_kinds(make):
    fixed = make(partial(loss, scale=2.0))
    assert fixed.__name__ == "loss" and "scale=2.0" in str(inspect.signature(fixed))
    assert fixed.__doc__ == loss.__doc__
    assert make(Square()).__name__ == "Square" and make(Square()).__doc__ == "Squares a number."
    assert str(inspect.signature(make(Square()))) == "(x)"
    assert make(Square())(3.0) == {chainrule.compile: 9.0, grad: 6.0}[make]
    assert make(abs)(-3.0) == {chainrule.compile: 3.0, grad: -1.0}[make]
    assert make(max)(-3.0, 2.0) == {chainrule.compile: 2.0, grad: 0.0}[make]
    assert make(lambda *x, **y: x[1] * y["a"])(1.0, 2.0, a=3.0) in (6.0, 0.0)


def test_help_shows_the_function(capsys):
    help(chainrule.compile(loss))
    help(grad(loss))
    shown = capsys.readouterr().out
    assert shown.count("loss(w, x, scale=1.0, *, power=2.0)") == 2
    assert shown.count("The loss of a line.") == 2
    assert repr(grad(loss)) == "<grad of loss>"


# ---- plain numbers inside a recording ------------------------------------------------------------


@pytest.mark.parametrize("run", [lambda f: chainrule.compile(f)(2.0), lambda f: f(2.0)])
def test_a_derivative_of_plain_numbers_is_plain(run):
    def f(x):
        slope = grad(lambda y: chainrule.where(y > 0, y**2, y))(3.0)
        bent = hessian(lambda y: (y**3).sum())(np.array([1.0, 2.0]))
        value, pull_back = vjp(lambda y: y * chainrule.take([1.0, y, 5.0], np.int64(1)), 3.0)
        numbers = [float(slope), float(value), float(pull_back(1.0)[0]), math.sin(slope)]
        assert bent.dtype == float and numbers[:3] == [6.0, 9.0, 6.0]
        return x * sum(numbers[:3]) + float(bent[1, 1])

    assert run(f) == 2.0 * 21.0 + 12.0


def test_a_derivative_that_depends_on_outer_numbers_is_traced():
    assert grad(lambda x: grad(lambda y: y * x * x)(3.0))(2.0) == 4.0
    assert grad(lambda x: hvp(lambda y: y**2)(3.0, x))(2.0) == 2.0
    with pytest.raises(WrongType, match="a plain number is needed"):
        grad(lambda x: float(grad(lambda y: y * x)(3.0)) * x)(2.0)
