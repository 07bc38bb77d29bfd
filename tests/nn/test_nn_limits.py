"""The formulas of `chainrule.nn`, its limits and what lies one step beside them, in exact numbers
and whole sentences."""

from __future__ import annotations

import itertools
import math
import random
import re
import signal
import sys
import threading
import warnings
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from trained_models import Line

from chainrule import Value, errors, nn
from chainrule.nn import datasets, optim
from chainrule.nn.activations import activations
from chainrule.nn.decision import threshold_of
from chainrule.nn.estimators import ChainruleClassifier, ChainruleRegressor
from chainrule.nn.module import drawing_from, evaluating, uniform
from chainrule.nn.training import progress, run
from chainrule.nn.training.arguments import rows_of
from chainrule.nn.training.callbacks import Epoch
from chainrule.nn.training.data import Rows, read_inputs, read_rows
from chainrule.nn.training.fingerprint import _digest, first_difference
from chainrule.nn.training.history import History
from chainrule.nn.training.interruption import Interruption
from chainrule.nn.training.metrics import accuracy, r2
from chainrule.nn.training.objective import _Draws
from chainrule.nn.training.ordinary import refuse_difference
from chainrule.numerals import format_short

pytestmark = pytest.mark.once

TINY = math.ulp(0.0)

# ---- optimizers: the formulas --------------------------------------------------------------------


def sgd(x, gradients, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    velocity = None
    for g in gradients:
        g = g + weight_decay * x
        if momentum:
            velocity = g if velocity is None else momentum * velocity + (1 - dampening) * g
            g = g + momentum * velocity if nesterov else velocity
        x = x - lr * g
    return x


def rmsprop(x, gradients, lr, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
    mean = square = velocity = np.zeros_like(x)
    for g in gradients:
        g = g + weight_decay * x
        square = alpha * square + (1 - alpha) * g**2
        mean = alpha * mean + (1 - alpha) * g
        spread = np.maximum(square - mean**2, 0) if centered else square
        velocity = momentum * velocity + g / (np.sqrt(spread) + eps)
        x = x - lr * velocity
    return x


def adam(
    x, gradients, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, shrink=0.0
):
    mean = square = peak = np.zeros_like(x)
    for t, g in enumerate(gradients, 1):
        x = x * (1 - lr * shrink)
        g = g + weight_decay * x
        mean = betas[0] * mean + (1 - betas[0]) * g
        square = betas[1] * square + (1 - betas[1]) * g**2
        peak = np.maximum(peak, square) if amsgrad else square
        root = np.sqrt(peak / (1 - betas[1] ** t))
        x = x - lr * mean / (1 - betas[0] ** t) / (root + eps)
    return x


def adamw(x, gradients, lr, weight_decay=0.01, **options):
    return adam(x, gradients, lr, shrink=weight_decay, **options)


@pytest.mark.parametrize(
    ("name", "formula", "options"),
    [
        ("SGD", sgd, {}),
        ("SGD", sgd, {"weight_decay": 0.3}),
        ("SGD", sgd, {"momentum": 0.9}),
        ("SGD", sgd, {"momentum": 0.5, "dampening": 0.25, "weight_decay": 0.1}),
        ("SGD", sgd, {"momentum": 0.5, "dampening": 1.0}),
        ("SGD", sgd, {"momentum": 0.9, "nesterov": True}),
        ("RMSProp", rmsprop, {}),
        ("RMSProp", rmsprop, {"alpha": 0.0, "eps": 0.5}),
        ("RMSProp", rmsprop, {"alpha": 0.5, "momentum": 0.9, "weight_decay": 0.2}),
        ("RMSProp", rmsprop, {"alpha": 0.5, "centered": True, "eps": 0.1}),
        ("Adam", adam, {}),
        ("Adam", adam, {"betas": (0.5, 0.75), "eps": 0.1, "weight_decay": 0.2}),
        ("Adam", adam, {"betas": (0.0, 0.5), "amsgrad": True}),
        ("AdamW", adamw, {}),
        ("AdamW", adamw, {"weight_decay": 0.5, "betas": (0.8, 0.9), "eps": 1e-3}),
        ("AdamW", adamw, {"weight_decay": 0.0, "amsgrad": True}),
    ],
)
def test_every_step_is_that_of_the_formula(name, formula, options):
    random = np.random.default_rng(4)
    start = random.normal(size=(2, 3))
    gradients = [random.normal(size=(2, 3)) * scale for scale in (1.0, 10.0, 0.1, 0.01, 1.0)]
    x = start.copy()
    optimizer = getattr(optim, name)(x, lr=0.05, **options)
    for count, g in enumerate(gradients, 1):
        optimizer.step(g)
        expected = formula(start, gradients[:count], 0.05, **options)
        assert np.allclose(x, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSProp"])
def test_the_default_options_are_those_of_pytorch(name):
    rates = {"SGD": 0.01, "Adam": 0.001, "AdamW": 0.001, "RMSProp": 0.01}
    adams = "betas=(0.9, 0.999), eps=1e-08, amsgrad=False"
    more = {
        "SGD": "momentum=0.0, dampening=0.0, nesterov=False",
        "Adam": adams,
        "AdamW": adams,
        "RMSProp": "alpha=0.99, eps=1e-08, momentum=0.0, centered=False",
    }
    decay = 0.01 if name == "AdamW" else 0.0
    assert repr(getattr(optim, name)(np.zeros(1))) == (
        f"{name}(1 parameter, lr={rates[name]}, weight_decay={decay}, clip_norm=None, "
        f"clip_value=None, {more[name]})"
    )


def test_a_constant_gradient_has_no_variance_to_divide_by():
    w = np.zeros(1)
    optimizer = optim.RMSProp(w, lr=1.0, alpha=0.9, centered=True, eps=1.0)
    for _ in range(400):
        optimizer.step([0.1])
    before = w.copy()
    optimizer.step([0.1])
    assert before - w == pytest.approx(0.1, rel=1e-6)


# ---- optimizers: options -------------------------------------------------------------------------

POSITIVE = "a positive number", [TINY, 1, 1e308], [0, -1.0, math.inf, math.nan]
FROM_0 = "a number from 0 up", [0, 0.0, 5], [-TINY, math.inf, math.nan]
BELOW_1 = "a number from 0 to below 1", [0, math.nextafter(1, 0)], [-TINY, 1, math.nan]
FRACTION = "a number from 0 to 1", [0, 1], [-TINY, math.nextafter(1, 2), math.nan]
COUNT = "a whole number from 1 up", [1, 2.0], [0, 0.5, 1.5, -1]
OPTIONS = [
    (lambda x: optim.SGD(lr=x), "lr", POSITIVE),
    (lambda x: optim.SGD(weight_decay=x), "weight_decay", FROM_0),
    (lambda x: optim.SGD(clip_norm=x), "clip_norm", POSITIVE),
    (lambda x: optim.SGD(clip_value=x), "clip_value", POSITIVE),
    (lambda x: optim.SGD(momentum=x), "momentum", FROM_0),
    (lambda x: optim.SGD(dampening=x), "dampening", FRACTION),
    (lambda x: optim.RMSProp(alpha=x), "alpha", BELOW_1),
    (lambda x: optim.RMSProp(momentum=x), "momentum", FROM_0),
    (lambda x: optim.RMSProp(eps=x), "eps", POSITIVE),
    (lambda x: optim.Adam(eps=x), "eps", POSITIVE),
    (lambda x: optim.Adam(betas=(x, 0.5)), "betas[0]", BELOW_1),
    (lambda x: optim.Adam(betas=[0.5, x]), "betas[1]", BELOW_1),
    (lambda x: optim.clip_grad_norm(np.ones(1), x), "max_norm", POSITIVE),
    (lambda x: optim.clip_grad_value(np.ones(1), x), "clip_value", POSITIVE),
    (lambda x: optim.Constant(x), "lr", POSITIVE),
    (lambda x: optim.StepDecay(x, 1), "lr", POSITIVE),
    (lambda x: optim.StepDecay(0.1, x), "every", COUNT),
    (lambda x: optim.StepDecay(0.1, 1, x), "factor", FROM_0),
    (lambda x: optim.Exponential(0.1, x), "factor", FROM_0),
    (lambda x: optim.Cosine(0.1, x), "steps", COUNT),
    (lambda x: optim.Cosine(0.1, 1, x), "final", FROM_0),
    (lambda x: optim.WarmUp(x, 1), "then", POSITIVE),
    (lambda x: optim.WarmUp(0.1, x), "steps", COUNT),
    (lambda x: optim.WarmUp(0.1, 1, x), "start", FRACTION),
    (lambda x: optim.OneCycle(x, 1), "peak", POSITIVE),
    (lambda x: optim.OneCycle(0.1, x), "steps", COUNT),
    (lambda x: optim.OneCycle(0.1, 1, rising=x), "rising", FRACTION),
    (lambda x: optim.OneCycle(0.1, 1, start=x), "start", FRACTION),
    (lambda x: optim.OneCycle(0.1, 1, final=x), "final", FROM_0),
]


@pytest.mark.parametrize(("make", "name", "range_"), OPTIONS)
def test_an_option_is_taken_at_its_ends_and_refused_beside_them(make, name, range_):
    needs, taken, refused = range_
    for x in taken:
        make(x)
    for x in refused:
        with pytest.raises(errors.NumberError) as caught:
            make(x)
        assert str(caught.value) == f"{name} needs {needs}, but got {x}."
    for x, kind in ((True, "bool"), ("1", "str"), (1j, "complex")):
        with pytest.raises(errors.WrongType) as caught:
            make(x)
        assert str(caught.value) == f"{name} needs {needs}, but got {x!r} of type {kind}."


@pytest.mark.parametrize("betas", [(0.9,), (0.9, 0.99, 0.999), {0.9, 0.99}, "ab", None])
def test_betas_are_two(betas):
    with pytest.raises(errors.WrongType) as caught:
        optim.Adam(betas=betas)
    assert str(caught.value) == f"betas needs two numbers, but got {betas!r}."


@pytest.mark.parametrize("name", ["nesterov", "centered", "amsgrad"])
@pytest.mark.parametrize("x", [0, 1, None, "yes"])
def test_a_switch_is_true_or_false(name, x):
    kinds = {"nesterov": optim.SGD, "centered": optim.RMSProp, "amsgrad": optim.Adam}
    more = {"momentum": 0.5} if name == "nesterov" else {}
    for allowed in (True, False):
        assert getattr(kinds[name](**{name: allowed}, **more), name) is allowed
    with pytest.raises(errors.WrongType) as caught:
        kinds[name](**{name: x}, **more)
    assert str(caught.value) == f"{name} needs True or False, but got {x!r}."


@pytest.mark.parametrize(("momentum", "dampening"), [(0.0, 0.0), (0.5, 0.25), (0.0, 0.25)])
def test_nesterov_needs_momentum_without_dampening(momentum, dampening):
    with pytest.raises(errors.ChoiceError) as caught:
        optim.SGD(momentum=momentum, dampening=dampening, nesterov=True)
    assert str(caught.value) == (
        "Nesterov's momentum needs a positive momentum and no dampening, but momentum is "
        f"{momentum} and dampening is {dampening}."
    )


# ---- schedules -----------------------------------------------------------------------------------

QUARTER = (1 + math.cos(math.pi / 4)) / 2


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (optim.Constant(0.25), {0: 0.25, 1: 0.25, 1000: 0.25}),
        (optim.StepDecay(1.0, 3, 0.5), {0: 1, 2: 1, 3: 0.5, 5: 0.5, 6: 0.25, 9: 0.125}),
        (optim.StepDecay(1.0, 2), {1: 1, 2: 0.1, 4: 0.01}),
        (optim.Exponential(3.0, 0.5), {0: 3, 1: 1.5, 2: 0.75}),
        (optim.Cosine(2.0, 4), {0: 2, 1: 2 * QUARTER, 2: 1, 4: 0, 5: 0}),
        (optim.Cosine(1.0, 4, 0.2), {0: 1, 1: 0.2 + 0.8 * QUARTER, 2: 0.6, 4: 0.2, 9: 0.2}),
        (optim.WarmUp(2.0, 4, 0.2), {0: 0.4, 1: 0.8, 2: 1.2, 3: 1.6, 4: 2, 5: 2}),
        (optim.WarmUp(1.0, 2), {0: 0.1, 1: 0.55, 2: 1}),
        (optim.WarmUp(optim.Exponential(1.0, 0.5), 2, 0.0), {0: 0, 1: 0.5, 2: 1, 3: 0.5, 4: 0.25}),
        (optim.WarmUp(optim.Cosine(1.0, 2), 2, 1.0), {0: 1, 2: 1, 3: 0.5, 4: 0, 5: 0}),
        (
            optim.OneCycle(2.0, 10, 0.5, 0.1, 0.01),
            {0: 0.2, 1: 2 - 1.8 * QUARTER, 2: 1.1, 4: 2, 6.5: 1.001, 9: 0.002, 10: 0.002},
        ),
        (optim.OneCycle(1.0, 10), {0: 0.04, 1: 0.52, 2: 1, 9: 4e-6, 99: 4e-6}),
        (optim.OneCycle(1.0, 10, 0.0), {0: 1, 4.5: (1 + 4e-6) / 2, 9: 4e-6}),
        (optim.OneCycle(1.0, 2, 1.0), {0: 0.04, 1: 1, 2: 4e-6, 3: 4e-6}),
        (optim.OneCycle(1.0, 1), {0: 1, 1: 4e-6, 2: 4e-6}),
    ],
    ids=repr,
)
def test_the_rates_of_a_schedule(schedule, rates):
    assert [schedule(step) for step in rates] == pytest.approx([*rates.values()], abs=1e-15)


# ---- clipping ------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1e-3, 4.0, 5.0, 5.0 + 5e-7, 5.0 + 2e-6, 6.0, 1e9])
@pytest.mark.parametrize("kind", ["array", "arrays", "values"])
def test_gradients_are_scaled_by_the_norm_and_a_millionth(most, kind):
    expected = np.array([3.0, 0.0, -4.0]) * min(1.0, most / (5.0 + 1e-6))
    g = np.array([3.0, 0.0, -4.0])
    given = [g[:1], g[1:].reshape(1, 2)] if kind == "arrays" else g
    if kind == "values":
        given = [Value(1.0) for _ in g]
        for p, x in zip(given, g.tolist()):
            p.grad = x
    assert optim.clip_grad_norm(given, most) == 5.0
    found = [p.grad for p in given] if kind == "values" else g
    assert found == pytest.approx(expected, rel=1e-15, abs=0)


@pytest.mark.parametrize("kind", ["array", "values"])
def test_gradients_are_limited_on_both_sides(kind):
    numbers = [3.0, 1.0, 0.5, -0.5, -1.0, -3.0]
    given = np.array(numbers) if kind == "array" else [Value(x) for x in numbers]
    if kind == "values":
        for p, x in zip(given, numbers):
            p.grad = x
    assert optim.clip_grad_value(given, 1) is None
    found = [p.grad for p in given] if kind == "values" else given.tolist()
    assert found == [1.0, 1.0, 0.5, -0.5, -1.0, -1.0]


@pytest.mark.parametrize(
    ("clip_norm", "clip_value", "expected"),
    [
        (None, 1.0, [1.0, -1.0, 0.5]),
        (2.0, None, np.array([3.0, -4.0, 0.5]) * 2 / (math.sqrt(25.25) + 1e-6)),
        (1.0, 1.0, np.array([1.0, -1.0, 0.5]) / (1.5 + 1e-6)),
        (1.6, 1.0, [1.0, -1.0, 0.5]),
    ],
)
def test_an_optimizer_limits_each_number_and_then_all_together(clip_norm, clip_value, expected):
    x, y = np.zeros(2), np.zeros(1)
    optimizer = optim.SGD([x, y], lr=1.0, clip_norm=clip_norm, clip_value=clip_value)
    given = [np.array([3.0, -4.0]), np.array([0.5])]
    optimizer.step(given)
    assert [*-x, *-y] == pytest.approx([*expected], rel=1e-14)
    assert given[0].tolist() == [3.0, -4.0]


@pytest.mark.parametrize("scale", [1e-300, 1e-141, 1e-139, 1.0, 1e153, 1e155, 1e300])
def test_the_norm_of_two_arrays_is_right_where_squares_leave_the_range(scale):
    given = [np.array([[3.0 * scale]]), np.array([0.0, 4.0 * scale])]
    assert optim.clip_grad_norm(given, 1e308) == pytest.approx(5 * scale, rel=1e-14)


# ---- optimizers: gradients that are handed over --------------------------------------------------


@pytest.mark.parametrize(
    ("x", "given"),
    [
        (np.zeros(2), [1, 2]),
        (np.zeros(2), (1.0, 2.0)),
        (np.zeros(2), [[1.0, 2.0]]),
        (np.zeros(2), ([1.0, 2.0],)),
        (np.zeros(2), [np.array([1.0, 2.0])]),
        (np.zeros(2), np.array([1, 2], np.uint8)),
        (np.zeros(2), np.array([1, 2], np.float32)),
        (np.zeros((1, 2)), [[1.0, 2.0]]),
        (np.zeros((1, 2)), [[[1.0, 2.0]]]),
        ([Value(0.0), Value(0.0)], [1, 2]),
        ([Value(0.0), Value(0.0)], (g for g in (1.0, 2.0))),
        ([Value(0.0), Value(0.0)], {"a": 1.0, "b": 2.0}.values()),
        ([Value(0.0), Value(0.0)], np.array([1.0, 2.0])),
        ([np.zeros(1), np.zeros(())], [[1.0], 2.0]),
        ([np.zeros(1), np.zeros(())], ([1.0], np.float64(2.0))),
        ({"a": Value(0.0), "b": np.zeros(1)}, {"b": [2.0], "a": 1.0}),
    ],
)
def test_gradients_in_many_forms_are_the_same_step(x, given):
    optim.SGD(x, lr=1.0).step(given)
    parts = x.values() if isinstance(x, dict) else x
    found = [float(part.data) if isinstance(part, Value) else part for part in parts]
    assert np.concatenate([np.ravel(part) for part in found]).tolist() == [-1.0, -2.0]


def test_one_gradient_for_one_parameter_needs_no_list():
    p, x = Value(1.0), np.array(1.0)
    optim.SGD([p], lr=1.0).step(0.25)
    optim.SGD(p, lr=1.0).step(0.25)
    optim.SGD(x, lr=1.0).step(0.25)
    optim.SGD(x, lr=1.0).step([0.25])
    assert p.data == 0.5 and float(x) == 0.5


@pytest.mark.parametrize(
    ("x", "given", "text"),
    [
        (np.zeros(2), [True, False],
         "numbers as gradients, but that of parameter 0 at [0] is True of type bool."),
        (np.zeros((2, 1)), [[1.0], [None]],
         "numbers as gradients, but that of parameter 0 at [1, 0] is None of type NoneType."),
        (np.zeros(()), 1j,
         "numbers as gradients, but that of parameter 0 is 1j of type complex."),
        (np.zeros(2), np.ones(1), "a gradient of shape (2,) for parameter 0, but got shape (1,)."),
        ([np.zeros(2)], [[1.0, 2.0, 3.0]],
         "a gradient of shape (2,) for parameter 0, but got shape (3,)."),
        ([Value(0.0), np.zeros(1)], [1.0, [1.0], 2.0],
         "2 gradients, one for each parameter, but got 3."),
        ([np.zeros(1), np.zeros(1)], {"a": [1.0], "b": [1.0]},
         "gradients in a list, as the parameters are, but got ['a', 'b']."),
        ({"a": np.zeros(1)}, {"a": [1.0], "b": [1.0]},
         "gradients named ['a'], but got ['a', 'b']."),
        ({"a": np.zeros(1), "b": np.zeros(1)}, {"a": [1.0]},
         "gradients named ['a', 'b'], but got ['a']."),
    ],
)  # fmt: skip
def test_gradients_that_do_not_fit_are_named(x, given, text):
    with pytest.raises(errors.ChainruleError) as caught:
        optim.SGD(x).step(given)
    assert str(caught.value) == f"step needs {text}"


def test_a_gradient_set_by_hand_is_one_even_if_it_is_0():
    p, q = Value(1.0), Value(2.0)
    optimizer = optim.SGD([p, q], lr=1.0)
    with pytest.raises(errors.GraphError):
        optimizer.step()
    q.grad = 0.0
    optimizer.step()
    assert (p.data, q.data, optimizer.steps) == (1.0, 2.0, 1)


@pytest.mark.parametrize("value", ["first", "last", "both"])
def test_arrays_beside_values_need_gradients_that_are_handed_over(value):
    array = np.zeros(1)
    listed = {"first": [Value(1.0), array], "last": [array, Value(1.0)],
              "both": [Value(1.0), array, Value(1.0)]}[value]  # fmt: skip
    with pytest.raises(errors.WrongType) as caught:
        optim.SGD(listed).step()
    assert str(caught.value) == (
        "step needs the gradients of arrays, but got none for parameter "
        f"{0 if value == 'last' else 1}.\n  remedy  optimizer.step(gradients)"
    )


def test_names_of_parameters_are_labels_or_numbers():
    listed = [Value(1.0, label="w"), np.array([Value(1.0), Value(2.0)], dtype=object), "no"]
    with pytest.raises(errors.WrongType) as caught:
        optim.SGD(listed)
    assert str(caught.value) == (
        "SGD needs Values or arrays of float64 as parameters, but parameter 3 is 'no' of type str."
    )
    for k, name in enumerate(["'w'", "parameter 1", "parameter 2"]):
        with pytest.raises(errors.NumberError, match=f"that of {name} is nan"):
            optim.SGD(listed[:2]).step([math.nan if i == k else 1.0 for i in range(3)])


class OnlyData:
    data = 1.0


class OnlyGrad:
    grad = 1.0


@pytest.mark.parametrize("kind", [OnlyData, OnlyGrad])
def test_a_parameter_has_a_number_and_a_gradient(kind):
    with pytest.raises(errors.WrongType, match="needs Values or arrays of float64 as parameters"):
        optim.SGD([kind()])


def test_arrays_that_share_numbers_are_refused_and_neighbours_are_not():
    whole = np.zeros(4)
    optim.SGD([whole[:2], whole[2:]])
    for listed, what in (
        ([whole, whole], "parameter 0 and parameter 1 are the same"),
        ([np.zeros(1), whole[:3], whole[2:]], "parameter 1 and parameter 2 are the same"),
    ):
        with pytest.raises(errors.ShapeError, match=f"SGD needs each parameter once, but {what}"):
            optim.SGD(listed)


# ---- optimizers: what they keep ------------------------------------------------------------------


def test_a_state_of_several_arrays_and_values_goes_on_with_the_same_bits():
    gradients = [[0.5, [[1.0, 2.0], [3.0, 4.0]], -1.0, 2.0, [6.0]] for _ in range(4)]

    def start():
        p = [Value(1.0), np.ones((2, 2)), Value(2.0), Value(3.0), np.ones(1)]
        return p, optim.Adam(p, lr=0.1)

    def numbers(p):
        return np.concatenate([np.ravel(x.data if isinstance(x, Value) else x) for x in p])

    straight, optimizer = start()
    for g in gradients:
        optimizer.step(g)
    resumed, first = start()
    for g in gradients[:2]:
        first.step(g)
    state = first.state_dict()
    assert state["mean"] == pytest.approx(0.19 * np.array([0.5, 1, 2, 3, 4, -1, 2, 6]))
    second = optim.Adam(resumed)
    second.load_state_dict(state)
    for g in gradients[2:]:
        second.step(g)
    assert numbers(resumed).tolist() == numbers(straight).tolist()
    assert second.count == 8 and second.state_dict()["steps"] == 4


def test_a_state_says_what_it_is_of():
    optimizer = optim.SGD(np.zeros(2), lr=optim.Constant(0.5), clip_norm=2.0)
    assert optimizer.state_dict() == {
        "optimizer": "SGD",
        "steps": 0,
        "options": {"weight_decay": 0.0, "clip_norm": 2.0, "clip_value": None, "momentum": 0.0,
                    "dampening": 0.0, "nesterov": False},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "kind", "text"),
    [
        ([1, 2], "WrongType", "SGD needs the dict of state_dict(), but got [1, 2]."),
        ({"optimizer": "SGD", "steps": 1}, "ChoiceError",
         "SGD needs a state of SGD, but got one of 'SGD'."),
        ({"optimizer": "Adam", "steps": 1, "options": {}}, "ChoiceError",
         "SGD needs a state of SGD, but got one of 'Adam'."),
        ({"optimizer": "SGD", "steps": -1, "options": {}}, "NumberError",
         "steps needs a whole number from 0 up, but got -1."),
        ({"optimizer": "SGD", "steps": 0.5, "options": {}}, "NumberError",
         "steps needs a whole number from 0 up, but got 0.5."),
        ({"optimizer": "SGD", "steps": 0, "options": {"lr": -1}}, "NumberError",
         "lr needs a positive number, but got -1."),
        ({"optimizer": "SGD", "steps": 0, "options": {}, "velocity": np.zeros((1, 2))},
         "ShapeError",
         "SGD needs a state of 2 numbers, but its 'velocity' has shape (1, 2)."),
    ],
)  # fmt: skip
def test_a_state_that_does_not_fit_is_refused(state, kind, text):
    optimizer = optim.SGD(np.zeros(2))
    with pytest.raises(getattr(errors, kind)) as caught:
        optimizer.load_state_dict(state)
    assert str(caught.value) == text


def test_options_of_a_later_version_are_left_alone():
    optimizer = optim.SGD(np.zeros(1))
    optimizer.load_state_dict(
        {"optimizer": "SGD", "steps": 0, "options": {"lr": 0.5, "warm": 1}, "velocity": [3.0]}
    )
    assert optimizer.lr == 0.5 and not hasattr(optimizer, "warm")
    assert optimizer.state_dict()["velocity"].tolist() == [3.0]


def test_an_array_stands_for_values_behind_an_array():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    whole = optim.SGD([a, np.ones((2, 2)), b, c], lr=1.0, momentum=0.5)
    whole.step([1.0, np.full((2, 2), 9.0), 2.0, 3.0])
    array = np.array([0.0, 0.0])
    part = whole.over(array, [c, a])
    assert part.state_dict()["velocity"].tolist() == [3.0, 1.0]
    part.step([0.0, 0.0])
    assert array.tolist() == [-1.5, -0.5]
    whole.take_back(part, [c, a])
    assert whole.state_dict()["velocity"].tolist() == [0.5, 9.0, 9.0, 9.0, 9.0, 2.0, 1.5]
    assert whole.steps == 2 and part.count == 2
    with pytest.raises(errors.ShapeError) as caught:
        whole.over(np.zeros(3), [a, Value(4.0), Value(5.0)])
    assert str(caught.value) == (
        "the optimizer has 1 of the 3 parameters to be trained; the first one missing is "
        "Value(data=4.0, grad=0.0).\n  remedy  give it the model, or set requires_grad = False "
        "for the others"
    )


def test_what_was_never_kept_is_0_where_it_is_taken_back():
    values = [Value(1.0), Value(2.0), Value(3.0)]
    whole = optim.SGD(values, momentum=0.5)
    part = whole.over(np.zeros(1), [values[1]])
    part.step([7.0])
    whole.take_back(part, [values[1]])
    assert whole.state_dict()["velocity"].tolist() == [0.0, 7.0, 0.0]


def test_an_optimizer_knows_which_arrays_it_overwrites():
    x, values = np.zeros(3), [Value(1.0)]
    optimizer = optim.SGD([*values, np.zeros(1), x])
    assert optimizer.overwrites(x) and optimizer.overwrites(x[1:])
    assert not optimizer.overwrites(np.zeros(3)) and not optim.SGD(values).overwrites(x)


def test_the_learning_rate_of_a_step_is_a_float():
    optimizer = optim.SGD(np.zeros(1), lr=2)
    assert optimizer.current_lr == 2.0 and type(optimizer.current_lr) is float
    optimizer.lr = lambda step: np.float32(step)
    assert [optimizer.lr_at(k) for k in (0, 1, 7)] == [0.0, 1.0, 7.0]
    assert type(optimizer.lr_at(1)) is float
    optimizer.lr = lambda step: None
    with pytest.raises(errors.WrongType) as caught:
        optimizer.step([1.0])
    assert str(caught.value) == (
        "the learning rate at step 0 needs a number from 0 up, but got None of type NoneType."
    )
    assert optimizer.steps == 0


def test_an_optimizer_without_parameters_says_how_to_give_it_some():
    with pytest.raises(errors.ShapeError) as caught:
        optim.RMSProp().step([1.0])
    assert str(caught.value) == (
        "RMSProp has no parameters to update.\n  remedy  give it a model: RMSProp(model, ...)"
    )


# ---- training: steps, epochs and their end -------------------------------------------------------


class Scripted:
    """An optimizer whose steps are written down beforehand."""

    def __init__(self, numbers, script):
        self.numbers, self.script = numbers, iter(script)

    def step(self, gradient):
        self.numbers[...] = next(self.script)


def itself(prediction, target):
    return prediction


def follow(start, script, *, X=((1.0,),), y=None, **options):
    """Train a line through the origin, whose slope takes these numbers one after the other."""
    model = Line(start)
    options = {
        "loss": itself,
        "epochs": len(script),
        "shuffle": False,
        "optimizer": lambda numbers: Scripted(numbers, script),
        **options,
    }
    history = nn.fit(model, np.array(X), np.zeros(len(X)) if y is None else y, **options)
    return model.w[0].data, history


@pytest.mark.parametrize(
    ("start", "far", "kept"),
    [
        (1.0, 12.0, 12.0),
        (1.0, 12.5, 1.0),
        (0.0, 1.0, 1.0),
        (0.0, 1.25, 0.0),
        (-1.0, 10.0, 10.0),
        (-1.0, 10.5, -1.0),
    ],
)
def test_numbers_are_good_up_to_eleven_times_the_first_loss_and_one(start, far, kept):
    model = Line(start)
    with pytest.raises(errors.DivergenceError) as caught:
        nn.fit(model, [[1.0]], [0.0], loss=itself, progress=False,
               optimizer=lambda numbers: Scripted(numbers, [far, math.inf]))  # fmt: skip
    assert model.w[0].data == kept
    assert caught.value.history.stopped == "diverged at step 2"
    assert caught.value.history.loss.tolist() == [start]


@pytest.mark.parametrize(
    ("script", "options", "kept", "epochs", "stopped"),
    [
        ([2.0, 2.5, 2.25, 9.0], {"patience": 2}, 2.0, 4, "the loss didn't improve for 2 epochs"),
        ([2.0, 2.0, 2.0, 9.0], {"patience": 2}, 2.0, 4, "the loss didn't improve for 2 epochs"),
        ([2.0, 2.5, 1.0, 9.0], {"patience": 3}, 1.0, 4, ""),
        ([2.0, 2.5, 1.0, 9.0], {}, 9.0, 4, ""),
        ([2.0, 2.5, 2.5, 9.0], {"patience": 2, "validation": ([[1.0]], [0.0])}, 2.0, 3,
         "the validation loss didn't improve for 2 epochs"),
        ([2.0, 2.5, 1.0, 9.0], {"patience": 4, "validation": ([[1.0]], [0.0])}, 1.0, 4, ""),
        ([3.0, 1.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
         {"patience": 2, "X": ((1.0,), (1.0,)), "batch_size": 1, "epochs": 4}, 5.0, 4,
         "the loss didn't improve for 2 epochs"),
    ],
)  # fmt: skip
def test_with_patience_the_best_numbers_remain(script, options, kept, epochs, stopped):
    w, history = follow(3.0, script, **options)
    assert (w, history.epochs, history.stopped) == (kept, epochs, stopped)
    assert history.steps == (2 * epochs if "batch_size" in options else epochs)


def test_the_loss_of_an_epoch_is_that_of_its_rows_before_their_steps():
    w, history = follow(1.0, [2.0, 3.0, 4.0, 5.0], X=((1.0,), (10.0,), (100.0,)), batch_size=2,
                        epochs=2)  # fmt: skip
    assert history.loss.tolist() == [(1 + 10 + 200) / 3, (3 + 30 + 400) / 3]
    assert w == 5.0 and history.steps == 4


def test_the_columns_of_a_history_have_an_order():
    metrics = {"b": lambda p, t: p[0], "a": lambda p, t: t[0]}
    _, history = follow(2.0, [3.0], validation=([[10.0]], [7.0]), metrics=metrics, y=[5.0])
    expected = {"loss": 2.0, "val_loss": 30.0, "b": 3.0, "a": 5.0, "val_b": 30.0, "val_a": 7.0}
    assert list(history) == [*expected, "lr"]
    assert {name: history[name].tolist() for name in expected} == {
        name: [x] for name, x in expected.items()
    }
    assert math.isnan(history.lr[0]) and list(history.metrics) == ["b", "a", "val_b", "val_a"]
    assert list(follow(2.0, [3.0], metrics=metrics)[1]) == ["loss", "b", "a", "lr"]


def test_the_learning_rate_of_an_epoch_is_that_of_its_last_step():
    rate = optim.StepDecay(0.5, every=1, factor=0.5)
    history = nn.fit(Line(1.0), [[1.0]] * 4, [0.0] * 4, batch_size=2, epochs=2,
                     optimizer=optim.SGD(lr=rate))  # fmt: skip
    assert history.lr.tolist() == [rate(1), rate(3)]

    class Own(Scripted):
        lr = 3

    history = nn.fit(Line(1.0), [[1.0]], [0.0], epochs=1, optimizer=lambda x: Own(x, [2.0]))
    assert history.lr.tolist() == [3.0]


def test_a_penalty_counts_once_in_the_loss_and_in_the_validation_loss():
    def penalty(parameters):
        return 100.0 * parameters[0]

    _, history = follow(1.0, [2.0, 3.0], X=((1.0,), (3.0,)), penalty=penalty,
                        validation=([[1.0], [5.0]], [0.0, 0.0]))  # fmt: skip
    assert history.loss.tolist() == [102.0, 204.0]
    assert history.val_loss.tolist() == [206.0, 309.0]


class Clock:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self):
        self.counter = itertools.count(100.0)

    def perf_counter(self):
        return next(self.counter)


def test_the_seconds_of_a_training_that_goes_on_are_added(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "time", Clock())
    path = tmp_path / "line.safetensors"
    for epochs in (2, 5):
        history = nn.fit(Line(1.0), [[1.0]], [0.0], epochs=epochs, checkpoint=path)
        assert history.seconds == epochs


@pytest.mark.parametrize("what", ["loss", "gradient", "parameter"])
def test_an_optimizer_keeps_its_state_whatever_diverges(what):
    losses = {
        "loss": (lambda p, t: p * p, 1e200),
        "gradient": (lambda p, t: p.sqrt(), 2.0),
        "parameter": (lambda p, t: 1e10 * p, 1e300),
    }
    loss, rate = losses[what]
    model = Line(1.0)
    optimizer = optim.SGD(model, lr=rate, momentum=0.5)
    with pytest.raises(errors.DivergenceError):
        nn.fit(model, [[1.0]], [0.0], loss=loss, optimizer=optimizer, epochs=9)
    assert optimizer.steps == 0 and "velocity" not in optimizer.state_dict()


class Roots(Line):
    """The sum of the square roots of the parameters."""

    def __call__(self, x):
        return sum((w * x).sqrt() for w, x in zip(self.w, x))


@pytest.mark.parametrize(
    ("model", "loss", "script", "what", "name", "now"),
    [
        (Line(1.0, 2.0), itself, [(3.0, math.inf)], "a parameter is no longer finite", "w.1", "∞"),
        (Line(1.0, 2.0), itself, [(-math.inf, math.nan)], "a parameter is no longer finite",
         "w.0", "−∞"),
        (Line(1.0, 2.0), lambda p, t: p * p, [(2.0, 1e200)], "the loss is ∞", "w.1", "1e+200"),
        (Roots(1.0, 2.0), itself, [(5.0, 0.0)], "the gradient isn't finite", "w.1", "0"),
    ],
)  # fmt: skip
def test_the_first_parameter_to_diverge_is_named(model, loss, script, what, name, now):
    begin = {"w.0": 1, "w.1": 2}[name]
    with pytest.raises(errors.DivergenceError) as caught:
        nn.fit(model, [[1.0, 1.0]] * 2, [0.0, 0.0], loss=loss, batch_size=1, epochs=3,
               optimizer=lambda x: Scripted(x, [(1.0, 2.0), *script, (1.0, 2.0)]))  # fmt: skip
    step, epoch = (2, 1) if "parameter" in what else (3, 2)
    assert str(caught.value) == (
        f"fit diverged at step {step} (epoch {epoch}): {what}. The first parameter to diverge was "
        f"{name!r}: it began at {begin} and is now {now}.\n  remedy  choose a smaller learning "
        "rate, or clip_norm=1.0 in the optimizer; scale the columns of X to about -1 to 1. The "
        "model keeps its last good numbers."
    )
    assert [w.data for w in model.w] == [1.0, 2.0]
    assert caught.value.history.stopped == f"diverged at step {step}"


# ---- training: arguments -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        (dict(epochs=-1), "ChoiceError", "epochs needs a whole number from 0 up, but got -1."),
        (dict(epochs=True), "ChoiceError", "epochs needs a whole number from 0 up, but got True."),
        (dict(batch_size=1.0), "ChoiceError",
         "batch_size needs a whole number from 1 up, but got 1.0."),
        (dict(seed=-1), "ChoiceError", "seed needs a whole number from 0 up, but got -1."),
        (dict(shuffle=None), "WrongType", "shuffle needs True or False, but got None."),
        (dict(callbacks=[print, 3]), "WrongType",
         "a callback needs to be a function, but got 3.\n  remedy  pass a function of an Epoch, "
         "such as lambda epoch: print(epoch.loss)"),
        (dict(validation=0), "DataError",
         "validation needs a fraction between 0 and 1, but got 0.\n  remedy  0.2 holds back a "
         "fifth of the rows"),
        (dict(validation=1.01), "DataError",
         "validation needs a fraction between 0 and 1, but got 1.01.\n  remedy  0.2 holds back a "
         "fifth of the rows"),
        (dict(validation=0.1), "DataError",
         "validation=0.1 of 4 rows would hold back 0.\n  remedy  choose another fraction, or pass "
         "a pair (X, y)"),
        (dict(validation=0.9), "DataError",
         "validation=0.9 of 4 rows would hold back 4.\n  remedy  choose another fraction, or pass "
         "a pair (X, y)"),
        (dict(validation=True), "WrongType",
         "validation needs a fraction or a pair (X, y), but got True.\n  remedy  0.2 holds back a "
         "fifth of the rows"),
        (dict(validation=(1, 2, 3)), "WrongType",
         "validation needs a fraction or a pair (X, y), but got (1, 2, 3).\n  remedy  0.2 holds "
         "back a fifth of the rows"),
        (dict(optimizer=3), "WrongType",
         "optimizer needs to be an optimizer, but got 3.\n  remedy  chainrule.nn.optim.Adam("
         "lr=0.01), for example"),
        (dict(optimizer=lambda x: optim.SGD(np.zeros(1))), "WrongType",
         "optimizer needs to return an optimizer of its argument, but the one it returned has "
         "other parameters.\n  remedy  lambda parameters: chainrule.nn.optim.Adam(parameters, "
         "lr=0.01), for example"),
        (dict(progress=2), "WrongType", "progress needs True, False or None, but got 2."),
        (dict(loss="mae"), "ChoiceError",
         "'mae' isn't the name of a loss.\n  where   HERE\n  remedy  the choices are mse, huber, "
         "max_margin, binary_cross_entropy, cross_entropy"),
        (dict(metrics="acc"), "ChoiceError",
         "'acc' isn't a metric.\n  remedy  the choices are accuracy, r2; or pass a function of "
         "predictions and targets"),
        (dict(metrics={"loss": "r2"}), "ChoiceError",
         "metrics need names of their own, but 'loss' is taken.\n  remedy  name them in a dict, "
         'such as {"mae": function}'),
        (dict(metrics=["r2", "r2"]), "ChoiceError",
         "metrics need names of their own, but 'r2' is taken.\n  remedy  name them in a dict, "
         'such as {"mae": function}'),
        (dict(metrics={"x": lambda p, t: "much"}), "WrongType",
         "the metric 'x' needs to return a number, but returned 'much'."),
        (dict(metrics={"x": lambda p, t: p}), "WrongType",
         "the metric 'x' needs to return a number, but returned array([1., 1., 1., 1.])."),
    ],
)  # fmt: skip
def test_an_argument_outside_its_range_is_refused(options, kind, text):
    with pytest.raises(getattr(errors, kind)) as caught:
        follow(1.0, [1.0], X=((1.0,),) * 4, **{"epochs": 1, **options})
    found = re.sub(r"where   .*", "where   HERE", str(caught.value))
    assert found == text


@pytest.mark.parametrize(
    "options",
    [
        dict(epochs=0),
        dict(epochs=np.int8(1)),
        dict(batch_size=1),
        dict(batch_size=4),
        dict(patience=1),
        dict(seed=0),
        dict(callbacks=None),
        dict(callbacks=()),
        dict(callbacks=iter([])),
        dict(metrics=None),
        dict(metrics={}),
        dict(progress=False),
        dict(validation=[[[1.0]], [2.0]]),
    ],
)
def test_an_argument_at_the_end_of_its_range_is_taken_without_a_word(options, recwarn):
    _, history = follow(1.0, [1.0] * 4, X=((1.0,),) * 4, **{"epochs": 1, **options})
    assert history.epochs == options.get("epochs", 1) and not recwarn.list


def test_a_batch_of_more_rows_than_there_are_has_all_of_them():
    with pytest.warns(UserWarning) as noted:
        _, history = follow(1.0, [1.0], X=((1.0,),) * 4, batch_size=5)
    assert str(noted[0].message) == (
        "batch_size=5 is more than the 4 rows, so each batch has all of them."
    )
    assert history.steps == 1


def test_a_seed_that_nobody_gives_has_32_bits(monkeypatch):
    monkeypatch.setattr(random.SystemRandom, "getrandbits", lambda self, bits: bits)
    assert follow(1.0, [1.0], seed=None)[1].seed == 32
    assert follow(1.0, [1.0], seed=5)[1].seed == 5 and follow(1.0, [1.0])[1].seed == 0


@pytest.mark.parametrize(("fraction", "held"), [(0.1, 1), (0.25, 2), (0.5, 5), (0.94, 9)])
def test_a_fraction_of_the_rows_is_held_back_in_their_order(fraction, held):
    X = np.arange(20.0).reshape(10, 2)
    parts = rows_of(X, X[:, 0], fraction, 3)
    assert [len(part) for part in parts] == [10 - held, held]
    for part in parts:
        assert part.y.tolist() == sorted(part.y) and part.X[:, 0].tolist() == part.y.tolist()
    assert sorted([*parts[0].y, *parts[1].y]) == X[:, 0].tolist()
    other = rows_of(X, X[:, 0], 0.5, 4)[1].y.tolist()
    assert other != rows_of(X, X[:, 0], 0.5, 3)[1].y.tolist()


@pytest.mark.parametrize(
    "make",
    [
        lambda seen: seen.append,
        lambda seen: [seen.append],
        lambda seen: (each for each in [seen.append]),
        lambda seen: {seen.append: 1},
    ],
)
def test_callbacks_come_alone_or_as_several(make):
    seen = []
    follow(1.0, [2.0, 3.0], callbacks=make(seen))
    assert [epoch.number for epoch in seen] == [1, 2] and [e.loss for e in seen] == [1.0, 2.0]


def test_an_epoch_says_its_numbers_and_ends_the_training():
    seen = []

    def stop_at_2(epoch):
        seen.append((repr(epoch), epoch.model.w[0].data, epoch.history.epochs))
        if epoch.number == 2:
            epoch.stop()

    _, history = follow(1.0, [2.5, 3.0, 4.0], callbacks=[stop_at_2, lambda epoch: None])
    assert seen == [("<Epoch 1: loss 1, lr nan>", 2.5, 1), ("<Epoch 2: loss 2.5, lr nan>", 3.0, 2)]
    assert history.stopped == "stopped by a callback" and history.epochs == 2
    _, history = follow(1.0, [2.0] * 3, patience=1, callbacks=lambda epoch: epoch.stop("enough"))
    assert history.stopped == "enough" and history.epochs == 1
    for wrong, shown in (("", "''"), (None, "None")):
        with pytest.raises(errors.WrongType) as caught:
            Epoch(1, None, history, {}).stop(wrong)
        assert str(caught.value) == (
            f"stop needs a reason, a string that isn't empty, but got {shown}."
        )


def test_training_resets_gradients_only_where_it_changes_numbers():
    model = Line(1.0)
    for epochs, state in ((0, "set"), (1, "none")):
        model.w[0].grad = 5.0
        before = model.w[0].grad_state
        nn.fit(model, [[1.0]], [0.0], epochs=epochs)
        assert model.w[0].grad_state == (before if epochs == 0 else state)


# ---- training: data ------------------------------------------------------------------------------

FRAME = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5], "c": [True, False]})


@pytest.mark.parametrize(
    ("X", "kind", "numbers"),
    [
        ([[1, 2], [3, 4]], "i", [[1, 2], [3, 4]]),
        ([[1.5], [2]], "f", [[1.5], [2.0]]),
        ([[True], [False]], "f", [[1.0], [0.0]]),
        (np.array([[1.5]], np.float32), "f", [[1.5]]),
        (np.array([[7]], np.uint8), "u", [[7]]),
        ([[Fraction(1, 4), Decimal("0.5")]], "f", [[0.25, 0.5]]),
        ([[Value(3.0), 2**53]], "f", [[3.0, 2.0**53]]),
        (FRAME, "f", [[1.0, 0.5, 1.0], [2.0, 1.5, 0.0]]),
        (FRAME["a"], "i", [1, 2]),
        (FRAME["c"], "f", [1.0, 0.0]),
        (pd.Series([1, 2], dtype="Int64"), "i", [1, 2]),
        (np.ma.masked_array([1.0, 2.0], [False, False]), "f", [1.0, 2.0]),
    ],
)
def test_inputs_become_arrays_of_64_bits(X, kind, numbers):
    rows = read_rows(X, np.zeros(len(X)))
    assert rows.X.tolist() == numbers and rows.X.dtype.kind == kind
    assert rows.columns == (("a", "b", "c") if X is FRAME else ())
    inputs = read_inputs(X)
    assert len(rows) == len(X) and inputs.X.tolist() == numbers and inputs.X.dtype.kind == kind


@pytest.mark.parametrize(
    ("X", "is_nested"),
    [
        ([[1.0], [2.0]], True),
        ([(1.0,), (2.0,)], True),
        (((1.0,), (2.0,)), True),
        ([1.0, 2.0], False),
        ([np.ones(1), np.ones(1)], False),
        (np.ones((2, 1)), False),
    ],
)
def test_a_model_gets_a_row_as_it_was_given(X, is_nested):
    assert read_rows(X, [1, 2]).is_nested is is_nested
    assert read_inputs(X).is_nested is is_nested
    (row,) = [read_inputs(X).output(lambda x: x, x) for x in read_inputs(X).X[:1]]
    assert isinstance(row, list) is is_nested


def test_targets_are_columns_by_name_or_labels():
    for y, numbers, left in (
        ("b", [0.5, 1.5], ("a", "c")),
        (["b"], [[0.5], [1.5]], ("a", "c")),
        (("c", "a"), [[1.0, 1.0], [0.0, 2.0]], ("b",)),
    ):
        rows = read_rows(FRAME, y)
        assert rows.y.tolist() == numbers and rows.columns == left
    labels = read_rows(FRAME, [True, False]).y
    assert labels.tolist() == [1, 0] and labels.dtype.kind == "i"
    with pytest.raises(errors.WrongType, match="row 1 of y needs a number, but is 'z'"):
        read_rows(FRAME, [1, "z"])
    with pytest.raises(errors.DataError) as caught:
        read_rows(FRAME, "z")
    assert str(caught.value) == "X has no column 'z'.\n  remedy  its columns are ['a', 'b', 'c']"


def test_columns_are_found_by_their_names():
    other = pd.DataFrame({"z": [9.0, 9.0], "b": [3.0, 4.0], "a": [1.0, 2.0]})
    assert read_rows(other, [0, 1], ("a", "b")).X.tolist() == [[1.0, 3.0], [2.0, 4.0]]
    assert read_inputs(other, ("b",)).columns == ("b",)
    assert read_inputs(other).columns == ("z", "b", "a")
    assert read_rows([[1.0, 3.0]], [0], ("a", "b")).columns == ("a", "b")
    with pytest.raises(errors.DataError) as caught:
        read_inputs(other, ("a", "q", "r"))
    assert str(caught.value) == (
        "X needs the column 'q', which it doesn't have.\n"
        "  remedy  the model was trained on the columns ['a', 'q', 'r']"
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda x: [[0, 0], [0, x]],
        lambda x: np.array([[0, 0], [0, x]]),
        lambda x: np.array([[0, 0], [0, x]], dtype=object),
        lambda x: [[0.5, 0], [0, Fraction(x)]],
        lambda x: np.array([[0, 0], [0, abs(x)]], np.uint64),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_whole_numbers_are_taken_up_to_those_that_a_float_holds(make, sign):
    assert abs(float(read_rows(make(sign * 2**53), [0, 1]).X[1, 1])) == 2.0**53
    beyond = make(sign * (2**53 + 1))
    if isinstance(beyond, list) and isinstance(beyond[1][1], Fraction):
        return  # a fraction isn't a whole number, and is rounded
    with pytest.raises(errors.DataError) as caught:
        read_rows(beyond, [0, 1])
    number = (2**53 + 1) * (1 if getattr(beyond, "dtype", None) == np.uint64 else sign)
    assert str(caught.value) == (
        f"row 1, column 1 of X is {number}, but whole numbers need to be within ±2**53.\n  remedy  "
        "leave out a column of identifiers, or round its numbers with float()"
    )


@pytest.mark.parametrize(
    ("X", "y", "kind", "text"),
    [
        (np.array(3.0), [1], "ShapeError", "X needs rows, but got the number 3.0."),
        ({1: 2}, [1], "WrongType",
         "X needs an array, nested lists or a DataFrame, but got {1: 2} of type dict."),
        ([1.0], b"ab", "WrongType",
         "y needs an array, nested lists or a DataFrame, but got b'ab' of type bytes."),
        ([1.0], {1}, "WrongType",
         "y needs an array, nested lists or a DataFrame, but got {1} of type set."),
        ([[1.0]], "b", "WrongType",
         "y is the name 'b', which needs X to be a DataFrame, but it is a list."),
        (csr_matrix(np.eye(2)), [0, 1], "WrongType",
         "X is a sparse matrix.\n  remedy  pass X.toarray()"),
        ([[1, 2], [3, 4, 5]], [0, 1], "ShapeError",
         "X needs rows of the same length, but row 0 has 2 entries and row 1 has 3."),
        ([[1, 2]], ["12"], "WrongType",
         "row 0 of y needs a number, but is '12'.\n  remedy  numbers that were read as text become "
         "numbers with numpy.array(y, float)"),
        ([[1, 2]], ["1 2"], "WrongType",
         "row 0 of y needs a number, but is '1 2'.\n  remedy  number the labels: classes, "
         "y = numpy.unique(y, return_inverse=True)"),
        ([[1, "two"]], [0], "WrongType",
         "row 0, column 1 of X needs a number, but is 'two'.\n  remedy  turn words into numbers, "
         "for example with pandas.get_dummies(X)"),
        ([[1, b"2"]], [0], "WrongType",
         "row 0, column 1 of X needs a number, but is b'2' of type bytes."),
        (np.array([[1, 2j]], dtype=object), [0], "WrongType",
         "row 0, column 1 of X needs a number, but is 2j of type complex."),
        ([[[1.0, 2.0], [3.0, np.nan]]], [0], "DataError",
         "entry (0, 1, 1) of X is nan.\n  remedy  leave out such rows, or fill in numbers"),
        ([[1.0, np.inf], [np.nan, 0.0], [1.0, 2.0]], [0, 1, 2], "DataError",
         "row 0, column 1 of X is inf; 2 rows have such entries.\n  remedy  leave out such rows, "
         "or fill in numbers"),
        ([[np.nan, np.nan], [0.0, 0.0]], [0, 1], "DataError",
         "row 0, column 0 of X is nan.\n  remedy  leave out such rows, or fill in numbers"),
        (np.ma.masked_array([1, 2], [False, True]), [0, 1], "DataError",
         "row 1 of X is nan.\n  remedy  leave out such rows, or fill in numbers"),
        (FRAME[:0], [], "DataError", "X has no rows: its shape is (0, 3)."),
        (np.ones((2, 0)), [0, 1], "DataError", "X has no columns: its shape is (2, 0)."),
    ],
)  # fmt: skip
def test_data_that_can_not_be_used_is_named(X, y, kind, text):
    with pytest.raises(getattr(errors, kind)) as caught:
        read_rows(X, y)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("loss", "y", "is_refused"),
    [
        ("binary_cross_entropy", [1, 1, 1], True),
        ("binary_cross_entropy", [[0], [0], [0]], True),
        ("max_margin", [-1, -1, -1], True),
        ("cross_entropy", [1, 1, 1], True),
        ("binary_cross_entropy", [1, 1, 0], False),
        ("binary_cross_entropy", [0, 1, 1], False),
        ("cross_entropy", [[1.0, 0.0]] * 3, False),
        ("cross_entropy", [[0.5, 0.5]] * 3, False),
        ("mse", [1, 1, 1], False),
    ],
)
def test_classes_need_to_be_two_where_the_loss_is_about_classes(loss, y, is_refused):
    model = nn.MLP(1, [2 if loss == "cross_entropy" else 1], seed=1)
    if not is_refused:
        assert nn.fit(model, [[1.0], [2.0], [3.0]], y, loss=loss, epochs=1).epochs == 1
        return
    with pytest.raises(errors.DataError) as caught:
        nn.fit(model, [[1.0], [2.0], [3.0]], y, loss=loss, epochs=1)
    assert str(caught.value) == (
        f"y has only one class, {np.ravel(y)[0]}, in all 3 rows, so there is nothing to learn.\n"
        "  remedy  train on rows of at least two classes"
    )


# ---- training: metrics and histories -------------------------------------------------------------


@pytest.mark.parametrize(
    ("predictions", "targets", "options", "share"),
    [
        ([[0.1, 2.0], [3.0, 0.0]], [[0, 1], [0, 1]], {}, 0.5),
        ([[0.1, 2.0], [3.0, 0.0]], [[1], [1]], {}, 0.5),
        ([[0.1, 0.2, 0.0]], [1], {}, 1.0),
        ([0.5, 0.500001], [0, 1], {}, 1.0),
        ([[0.4], [0.6], [0.6]], [0, 1, 0], {}, 2 / 3),
        ([0.9, 0.9], [0.5, 0.51], {}, 0.5),
        ([0.0, 0.1, -0.1], [0, 1, 1], {"threshold": 0.0}, 2 / 3),
        ([3.0, 3.5], [2, 2], {"labels": [2, 4]}, 0.5),
        ([0.0, 0.1], [-1, 1], {}, 1.0),
        ([1.4, 1.6], [1, 2], {}, 1.0),
        ([0.4, 0.6], [1, 1], {}, 0.5),
    ],
)
def test_the_accuracy_is_a_share_of_rows(predictions, targets, options, share):
    assert accuracy(predictions, targets, **options) == share


def test_an_accuracy_needs_a_label_for_each_score():
    with pytest.raises(errors.ShapeError) as caught:
        accuracy([1.0, 2.0], [[1, 2], [3, 4]])
    assert str(caught.value) == (
        "accuracy needs a label for each score, but got (2, 1) and (2, 2)."
    )


@pytest.mark.parametrize(
    ("predictions", "targets", "share"),
    [
        ([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], 0.5),
        ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0], 0.0),
        ([[0.0, 1.0], [2.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]], 0.5),
        ([[1.0], [2.0]], [1.0, 2.0], 1.0),
        ([1.0, 1.0], [3.0, 3.0], math.nan),
    ],
)
def test_r2_is_one_minus_the_share_of_the_squares_that_is_left(predictions, targets, share):
    assert r2(predictions, targets) == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize(
    ("epochs", "shown"),
    [
        (0, []),
        (1, [1]),
        (12, [*range(1, 13)]),
        (13, [2, 4, 6, 8, 10, 12, 13]),
        (24, [*range(2, 25, 2)]),
        (25, [3, 6, 9, 12, 15, 18, 21, 24, 25]),
        (1000, [*range(84, 1000, 84), 1000]),
    ],
)
def test_a_history_shows_twelve_epochs_at_most(epochs, shown):
    history = History(("loss", "lr"), 0)
    for k in range(epochs):
        history.append({"loss": k + 0.5, "lr": 0.25})
    assert history.cells() == [(str(k), f"{k - 0.5:g}", "0.25") for k in shown]
    assert history.epochs == epochs and history.val_loss.shape == (0,)
    assert history.best_epoch == min(1, epochs)
    assert history.last() == ({"loss": epochs - 0.5, "lr": 0.25} if epochs else {})


@pytest.mark.parametrize(
    ("losses", "val_losses", "best"),
    [
        ([3.0, 1.0, 1.0], None, 2),
        ([3.0, 2.0, 1.0], None, 3),
        ([3.0, 2.0, 1.0], [1.0, 0.5, 0.75], 2),
        ([1.0, 2.0], [2.0, 2.0], 1),
        ([], [], 0),
    ],
)
def test_the_best_epoch_is_the_first_with_the_lowest_loss(losses, val_losses, best):
    names = ("loss", "lr") if val_losses is None else ("loss", "val_loss", "lr")
    history = History(names, 7)
    for k, loss in enumerate(losses):
        history.append({"loss": loss, "lr": 0.1, "val_loss": (val_losses or losses)[k]})
    assert history.best_epoch == best and history.seed == 7
    assert history.val_loss.tolist() == (val_losses or [])
    assert list(history.metrics) == [] and len(history) == len(names)


def test_a_history_has_a_title():
    history = History(("loss", "lr"), 0)
    assert history.title == "0 epochs in 0 s."
    history.stopped = "stopped by a callback"
    assert history.title == "0 epochs in 0 s; stopped by a callback."
    history.append({"loss": 0.5, "lr": 0.01})
    history.seconds = 1.23456
    assert history.title == "1 epoch in 1.23 s: loss 0.5, lr 0.01; stopped by a callback."
    assert history == history and history != History(("loss", "lr"), 0)
    with pytest.raises(KeyError) as caught:
        history["acc"]
    assert caught.value.args == ("acc isn't a column of the history, which has loss, lr",)


# ---- training: what is compared ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs", "differ"),
    [
        (1.0, 1.0 + 9e-7, False),
        (1.0, 1.0 + 2e-6, True),
        (1.0, 1.0 - 2e-6, True),
        (-1e6, -1e6 - 0.9, False),
        (-1e6, -1e6 - 1.2, True),
        (0.0, 9e-10, False),
        (0.0, 2e-9, True),
        (2.0, -2.0, True),
    ],
)
def test_numbers_differ_by_a_millionth(mine, theirs, differ):
    found = first_difference({"a": [3.0, mine], "b": [1.0]}, {"a": [3.0, theirs], "b": [2.0]})
    assert found == (("a", theirs, mine) if differ else ("b", 2.0, 1.0))
    assert first_difference({"a": [mine]}, {"a": [theirs]}) == (found if differ else None)
    if not differ:
        refuse_difference(lambda: [3.0, mine], [3.0, theirs], "the loss")
        return
    with pytest.raises(errors.GraphError) as caught:
        refuse_difference(lambda: [3.0, mine], [3.0, theirs], "the loss")
    assert str(caught.value) == (
        f"the loss is {format_short(theirs)} as it was recorded, but {format_short(mine)} in an "
        "ordinary call.\n  remedy  if the model or the loss asks for the type of a number, replace "
        "isinstance(x, float) by chainrule.is_number(x)"
    )


@pytest.mark.parametrize(
    ("mine", "theirs", "is_same"),
    [(math.nan, math.nan, True), (math.inf, math.inf, True), (math.inf, -math.inf, False),
     (math.nan, 1.0, False), (1.0, math.nan, False), (math.inf, 1.0, False)],
)  # fmt: skip
def test_what_is_not_finite_is_the_same_in_a_checkpoint_and_is_not_compared_otherwise(
    mine, theirs, is_same
):
    assert (first_difference({"a": [mine]}, {"a": [theirs]}) is None) is is_same
    refuse_difference(lambda: [mine, 1.0], [theirs, 2.0], "the loss")
    refuse_difference(lambda: [1.0], [2.0, 3.0], "the loss")
    refuse_difference(lambda: [1 / 0], [2.0], "the loss")


RANDOM = (
    "the model draws random numbers when it is called, but only one call is recorded, so they "
    "would stay the same in every row and step."
)


@pytest.mark.parametrize("draw", [random.random, np.random.random])
def test_random_numbers_of_a_model_are_noticed_and_given_back(draw):
    for generator in (random, np.random):
        generator.seed(3)
    expected = draw()
    for generator in (random, np.random):
        generator.seed(3)
    with pytest.raises(errors.GraphError) as caught:
        refuse_difference(lambda: [draw()], [2.0], "the loss")
    assert str(caught.value) == (
        f"{RANDOM}\n  remedy  draw new ones in each, use chainrule.nn.module.uniform"
    )
    with pytest.warns(RuntimeWarning) as noted:
        refuse_difference(lambda: [0.0 * draw()], [0.0], "the loss")
    assert str(noted[0].message) == (
        f"{RANDOM} To draw new ones in each, use chainrule.nn.module.uniform."
    )
    assert draw() == expected


def test_random_numbers_of_a_row_are_handed_out_one_after_the_other():
    draws = _Draws([1, 2, 3])
    assert [draws(1), draws(2), draws(0)] == [[1], [2, 3], []]
    with pytest.raises(errors.GraphError) as caught:
        draws(1)
    assert str(caught.value) == (
        "the model draws more random numbers for some rows than for others.\n  remedy  write "
        "where(condition, a, b) instead of if"
    )
    counting = _Draws(None)
    assert [counting(2), counting(1)] == [[0.5, 0.5], [0.5]] and counting.count == 3


class Part(Line):
    """It uses some of its weights, for some of the columns."""

    def __call__(self, x):
        return self.w[0] * x[1]


@pytest.mark.parametrize(
    ("model", "X", "texts"),
    [
        (Part(1.0), [[1.0, 2.0]],
         ["the model ignores 1 of the 2 columns of X; the first is column 0."]),
        (Part(1.0), pd.DataFrame({"a": [1.0], "b": [2.0], "c": [2.0]}),
         ["the model ignores 2 of the 3 columns of X; the first is column 0 ('a')."]),
        (Line(1.0, 2.0), [[1.0]],
         ["the loss doesn't depend on 1 of the 2 parameters, so they are not trained; the first is "
          "'w.1'. Does X have too few columns? It has 1."]),
        (Line(1.0, 2.0, 3.0, 4.0), [[1.0, 2.0]],
         ["the loss doesn't depend on 2 of the 4 parameters, so they are not trained; the first is "
          "'w.2'. Does X have too few columns? It has 2."]),
        (Part(1.0, 2.0), [[1.0, 2.0]],
         ["the loss doesn't depend on 1 of the 2 parameters, so they are not trained; the first is "
          "'w.1'.", "the model ignores 1 of the 2 columns of X; the first is column 0."]),
        (Line(1.0, 2.0), [[1.0, 2.0]], []),
    ],
)  # fmt: skip
def test_what_the_loss_can_not_depend_on_is_said(model, X, texts):
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        nn.fit(model, X, [1.0], epochs=0)
    assert [str(each.message) for each in noted] == texts


# ---- training: the bar ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shell", "stream", "is_seen"),
    [
        (None, True, True),
        (None, False, False),
        (None, None, False),
        (SimpleNamespace(), False, False),
        (SimpleNamespace(), True, True),
        (SimpleNamespace(kernel=1), False, True),
        (SimpleNamespace(kernel=1), None, True),
    ],
)
def test_a_bar_is_seen_in_a_terminal_and_in_a_notebook(monkeypatch, shell, stream, is_seen):
    module = None if shell is None else SimpleNamespace(get_ipython=lambda: shell)
    stderr = None if stream is None else SimpleNamespace(isatty=lambda: stream)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "IPython", module)
        patch.setattr(sys, "stderr", stderr)
        found = progress._is_seen()
    assert found is is_seen


# ---- training: the beginning, Ctrl-C and files ---------------------------------------------------


@pytest.mark.parametrize(
    ("X", "options", "text"),
    [
        ([[1.0], [2.0], [1000.0], [1001.0]], {"loss": lambda p, t: p.exp()},
         "fit can't begin: the loss is ∞ in row 2, before any parameter has changed: exp is too "
         "large for a float at x = 1000.0."),
        ([[1.0], [0.0]], {"loss": lambda p, t: p.sqrt()},
         "fit can't begin: the gradient isn't finite in row 1, before any parameter has changed: "
         "sqrt passes on a gradient that is not finite: its local derivative with respect to 0 + "
         "1 * 0 is ∞."),
        ([[1.5e308], [1.5e308]], {"loss": itself},
         "fit can't begin: the loss is ∞, before any parameter has changed."),
        ([[1.0], [1.0]], {"penalty": lambda p: (p[0] - 1).sqrt()},
         "fit can't begin: the gradient isn't finite, before any parameter has changed: so is the "
         "penalty, or its gradient.\n  remedy  choose a penalty that has a finite gradient for "
         "these parameters"),
    ],
)  # fmt: skip
def test_a_training_that_can_not_begin_names_the_row(X, options, text):
    model = Line(1.0)
    with pytest.raises(errors.DivergenceError) as caught:
        nn.fit(model, X, [0.0] * len(X), **options)
    found = str(caught.value)
    assert found == text or found.startswith(text + "\n  node")
    assert model.w[0].data == 1.0 and caught.value.history.stopped == "diverged at step 1"


def test_a_parameter_that_is_not_finite_at_first_is_named():
    with pytest.raises(errors.DataError) as caught:
        nn.fit(Line(1.0, math.nan, math.inf), [[1.0, 2.0, 3.0]], [0.0])
    assert str(caught.value) == (
        "parameter 'w.1' of Line is nan before the training begins.\n  remedy  make the model "
        "again, or load numbers that are finite"
    )


def test_ctrl_c_is_noted_once_and_only_where_python_handles_it():
    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with Interruption() as interruption:
            assert not interruption.came
            signal.raise_signal(signal.SIGINT)
            assert interruption.came
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with Interruption() as interruption:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN and not interruption.came
    finally:
        signal.signal(signal.SIGINT, before)


def test_outside_of_the_main_thread_ctrl_c_is_left_alone():
    ends = []

    def train():
        ends.append(follow(1.0, [2.0, 3.0])[1].epochs)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert ends == [2]


def test_a_checkpoint_holds_good_numbers_only(tmp_path):
    path = tmp_path / "line.safetensors"
    for start, scripted, kept in ((1.0, [2.0], [2.0]), (1.0, [2.0, 50.0, 60.0], [1.0, 2.0])):
        model = Line(start)
        nn.fit(model, [[1.0]], [0.0], loss=itself, epochs=len(scripted), checkpoint=path,
               optimizer=lambda x, script=scripted: Stateful(x, script))  # fmt: skip
        assert model.w[0].data == scripted[-1]
        assert nn.load(Line(0.0), path).w[0].data in kept
        path.unlink()


class Stateful(Scripted):
    """A scripted optimizer that can be saved."""

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        """There is none."""


def test_the_digest_of_rows_depends_on_shapes_types_and_numbers():
    def digest(X, y=((0.0,),)):
        return _digest(Rows(np.array(X), np.array(y)))

    same, others = digest([[1.0, 2.0]]), [
        digest([[1.0], [2.0]]), digest([1.0, 2.0]), digest([[1.0, 3.0]]),
        digest([[1.0, 2.0]], [0.0]), digest([[1.0, 2.0]], [[1.0]]),
    ]  # fmt: skip
    assert digest([[1.0, 2.0]]) == same and len({same, *others}) == 6
    assert digest([[0, 0]]) != digest([[0.0, 0.0]])


def test_a_model_may_return_a_row_of_one_or_of_several():
    for outputs in (1, 2, 3):
        model = nn.Sequential(nn.Linear(2, outputs, seed=1))
        seen = []

        def shape(predictions, targets, seen=seen):
            seen.append(np.shape(predictions))
            return 0.0

        X = [[1.0, 2.0], [3.0, 4.0]]
        nn.fit(model, X, np.zeros((2, outputs)), epochs=1, metrics=shape)
        assert seen == [(2, outputs)] and nn.predict(model, [[1.0, 2.0]]).shape == (1, outputs)


def test_an_own_kind_of_parameter_is_moved_by_its_velocity():
    p = SimpleNamespace(data=1.0, grad=2.0)
    optimizer = optim.SGD([p], lr=0.5, momentum=0.5)
    optimizer.step()
    optimizer.zero_grad()
    assert p.data == 0.0 and p.grad == 0.0
    optimizer.step()
    assert p.data == -0.5


@pytest.mark.parametrize(
    ("count", "more"), [(2, ""), (3, " (2 repetitions in all)"), (4, " (3 repetitions in all)")]
)
def test_a_value_that_is_repeated_is_moved_once(count, more):
    w, b = Value(1.0, label="w"), Value(1.0, label="b")
    with pytest.warns(UserWarning) as noted:
        optimizer = optim.SGD([*[w] * count, b], lr=0.5)
    assert str(noted[0].message) == (
        f"SGD uses each parameter once, but 'w' is given twice{more}. Its gradient already sums "
        "all its uses."
    )
    optimizer.step([1.0, 1.0])
    assert (w.data, b.data) == (0.5, 0.5)


# ---- layers, names and choices -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "kind", "text"),
    [
        (lambda: nn.AttentionHead(0, 1), "ShapeError",
         "the number of inputs of a layer needs to be at least 1, but got 0."),
        (lambda: nn.AttentionHead(1, 0), "ShapeError",
         "the number of outputs of a layer needs to be at least 1, but got 0."),
        (lambda: nn.MultiHeadAttention(4, 0), "ShapeError",
         "the number of heads needs to be at least 1, but got 0."),
        (lambda: nn.MultiHeadAttention(4, 2.0), "WrongType",
         "the number of heads needs to be an int, but got 2.0."),
        (lambda: nn.MultiHeadAttention("4", 2), "WrongType",
         "the number of entries in a row needs to be an int, but got '4'."),
        (lambda: nn.MultiHeadAttention(4, 3), "ShapeError",
         "the number of heads needs to divide the width, but got 3 heads for a width of 4."),
        (lambda: nn.MultiHeadAttention(2, 4), "ShapeError",
         "the number of heads needs to divide the width, but got 4 heads for a width of 2."),
        (lambda: nn.Embedding(0, 1), "ShapeError",
         "the number of rows of an embedding needs to be at least 1, but got 0."),
        (lambda: nn.Embedding(1, 0), "ShapeError",
         "the number of columns of a row needs to be at least 1, but got 0."),
        (lambda: nn.Embedding(2, 3)(2), "PlaceError",
         "Embedding(2, 3) needs an index from 0 to 1, but got 2."),
        (lambda: nn.Embedding(2, 3)("x"), "WrongType",
         "Embedding(2, 3) needs a whole number, but got 'x'."),
        (lambda: nn.LayerNorm(0), "ShapeError",
         "the number of entries in a row needs to be at least 1, but got 0."),
        (lambda: nn.RMSNorm(True), "WrongType",
         "the number of entries in a row needs to be an int, but got True."),
        (lambda: nn.Dropout(1.0), "DomainError", "Dropout needs 0 <= p < 1, but got 1.0."),
        (lambda: nn.Dropout(-1e-9), "DomainError", "Dropout needs 0 <= p < 1, but got -1e-09."),
        (lambda: nn.Dropout("x"), "DomainError", "Dropout needs 0 <= p < 1, but got 'x'."),
        (lambda: nn.Neuron(0), "ShapeError",
         "the number of inputs of a neuron needs to be at least 1, but got 0."),
        (lambda: nn.Layer(1, 0), "ShapeError",
         "the number of neurons of a layer needs to be at least 1, but got 0."),
        (lambda: nn.MLP(1, [1, 0]), "ShapeError",
         "the number of neurons in the layers of an MLP needs to be at least 1, but got 0."),
        (lambda: nn.Neuron(1, seed="x"), "WrongType",
         "seed needs an int or a random.Random, but got 'x'."),
        (lambda: nn.Neuron(1, seed=True), "WrongType",
         "seed needs an int or a random.Random, but got True."),
        (lambda: nn.Neuron(1, activation=3), "WrongType",
         "an activation has to be a name or a function, but got 3."),
        (lambda: nn.losses.huber(1.0, 0.0, 0.0), "DomainError",
         "huber needs delta > 0, but got 0.0."),
        (lambda: nn.losses.cross_entropy([1.0, 2.0], "x"), "WrongType",
         "cross_entropy needs the index of a class, but got 'x'."),
        (lambda: nn.losses.mean("mse", [], []), "ShapeError",
         "the mean of a loss needs as many predictions as targets, and at least one, but got 0 "
         "and 0."),
        (lambda: nn.losses.l1_penalty([]), "ShapeError",
         "l1_penalty needs at least one parameter, but got none."),
        (lambda: nn.losses.l2_penalty({}), "WrongType",
         "l2_penalty needs a model or a list of parameters, but got {}."),
        (lambda: datasets.moons(1), "DomainError",
         "a data set needs a count of at least 2, but got 1."),
        (lambda: datasets.moons(2.5), "DomainError",
         "a data set needs a count of at least 2, but got 2.5."),
        (lambda: datasets.xor(2, noise=-TINY), "DomainError",
         "a data set needs noise from 0 up, but got -5e-324."),
        (lambda: datasets.xor(2, noise=math.inf), "DomainError",
         "a data set needs noise from 0 up, but got inf."),
    ],
)  # fmt: skip
def test_a_size_or_a_number_outside_its_range_is_refused(make, kind, text):
    with pytest.raises(getattr(errors, kind)) as caught:
        make()
    assert type(caught.value) is getattr(errors, kind)
    assert str(caught.value).partition("\n")[0] == text


def test_sizes_at_the_end_of_their_ranges_are_taken():
    row = [[0.5]]
    assert len(nn.AttentionHead(1, 1, seed=1)(row)) == 1
    assert len(nn.MultiHeadAttention(1, 1, seed=1)(row)) == 1
    assert len(nn.MultiHeadAttention(3, heads=3, seed=1).heads) == 3
    assert nn.Dropout(0)([1.0, 2.0]) == [1.0, 2.0]
    assert [len(nn.Embedding(1, 1)(0)), len(nn.MLP(1, [1]).layers)] == [1, 1]
    assert [len(part) for part in datasets.xor(2, noise=0)] == [2, 2]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("relu", "ReLU"),
        ("leaky_relu", "LeakyReLU"),
        ("elu", "ELU"),
        ("selu", "SELU"),
        ("gelu", "GELU"),
        ("silu", "SiLU"),
        ("tanh", "Tanh"),
        ("softplus", "Softplus"),
    ],
)
def test_an_activation_has_a_name_in_a_neuron(name, shown):
    assert repr(nn.Neuron(2, activation=name)) == f"{shown}Neuron(2)"
    assert repr(nn.Neuron(2, nonlin=False, activation=name)) == "LinearNeuron(2)"


def test_activations_are_the_functions_that_one_number_is_enough_for():
    known = activations()
    assert [*known][:10] == [
        "relu", "tanh", "sigmoid", "gelu", "silu", "leaky_relu", "elu", "selu", "softplus", "mish",
    ]  # fmt: skip
    assert {"abs", "exp", "sin", "sqrt"} <= known.keys()
    assert not {"pow", "max", "min", "where", "atan2", "add"} & known.keys()
    with pytest.raises(errors.ChoiceError) as caught:
        nn.Neuron(1, activation="rlu")
    assert str(caught.value).endswith(
        "did you mean 'relu'? the choices are relu, tanh, sigmoid, gelu, silu, leaky_relu, elu, "
        f"selu, softplus, mish and {len(known) - 10} more"
    )


@pytest.mark.parametrize("inputs", [1, 4])
@pytest.mark.parametrize("outputs", [1, 3])
def test_weights_are_drawn_from_their_distributions(inputs, outputs):
    def same(draw):
        generator = random.Random(7)
        return [[draw(generator) for _ in range(inputs)] for _ in range(outputs)]

    bound = math.sqrt(6 / (inputs + outputs))
    for init, draw in {
        "uniform": lambda g: g.uniform(-1, 1),
        "xavier": lambda g: g.uniform(-bound, bound),
        "he": lambda g: g.gauss(0.0, math.sqrt(2 / inputs)),
    }.items():
        layer = nn.Linear(inputs, outputs, init=init, seed=7)
        assert [[w.data for w in row] for row in layer.w] == same(draw)
        assert [b.data for b in layer.b] == [0.0] * outputs
    assert nn.Linear(inputs, outputs, bias=False).b is None


def test_a_model_is_judged_in_one_mode_and_then_in_the_one_it_had():
    class Own:
        def __init__(self):
            self.training, self.layer = True, nn.Dropout(0.5)

    model = Own()
    with evaluating(model):
        assert (model.training, model.layer.training) == (False, False)
    assert model.training is True and "training" not in vars(model.layer)
    model.layer.eval()
    with pytest.raises(ZeroDivisionError), evaluating(model):
        raise ZeroDivisionError
    assert (model.training, model.layer.training) == (True, False)
    assert model.layer.train().training is True


@pytest.mark.parametrize(
    ("loss", "low", "high", "threshold"),
    [
        (nn.losses.mse, 0, 1, 0.5),
        (nn.losses.mse, -3, 5, 1.0),
        (nn.losses.huber, 2, 3, 2.5),
        (nn.losses.binary_cross_entropy, 0, 1, 0.0),
        (nn.losses.max_margin, -1, 1, 0.0),
        (lambda p, t: abs(p - t) * (3 if t else 1), 0, 1, 0.5),
        (lambda p, t: abs(p - 2 * t), 0, 1, 1.0),
        (lambda p, t: abs(p - 8 * t), 0, 1, 4.0),
        (lambda p, t: abs(p - 800 * t), 0, 1, 400.0),
        (lambda p, t: (p + t) ** 2, 0, 1, None),
        (lambda p, t: p * p, 0, 1, None),
        (lambda p, t: 1 / 0, 0, 1, None),
    ],
)
def test_a_threshold_is_where_two_losses_are_the_same(loss, low, high, threshold):
    assert threshold_of(loss, low, high) == (
        None if threshold is None else pytest.approx(threshold, rel=1e-11, abs=1e-12)
    )


# ---- estimators ----------------------------------------------------------------------------------

TABLE = np.arange(16.0).reshape(8, 2)
TWO, THREE = [0, 1] * 4, [0, 1, 2, 0, 1, 2, 0, 1]


@pytest.mark.parametrize(
    ("make", "options", "y", "text"),
    [
        (ChainruleClassifier, dict(alpha=-TINY), TWO,
         'alpha needs a number from 0 up, or "auto", but got -5e-324.'),
        (ChainruleRegressor, dict(alpha=math.inf), TWO,
         'alpha needs a number from 0 up, or "auto", but got inf.'),
        (ChainruleClassifier, dict(alpha="much"), TWO,
         "alpha needs a number from 0 up, or \"auto\", but got 'much'."),
        (ChainruleClassifier, dict(batch_size="all"), TWO,
         "batch_size needs \"auto\", None or a number, but got 'all'."),
        (ChainruleClassifier, dict(early_stopping=True, validation_fraction=0), TWO,
         "validation_fraction needs a number between 0 and 1, but got 0."),
        (ChainruleClassifier, dict(early_stopping=True, validation_fraction=1), TWO,
         "validation_fraction needs a number between 0 and 1, but got 1."),
        (ChainruleClassifier, dict(early_stopping=True, validation_fraction="x"), TWO,
         "validation_fraction needs a number between 0 and 1, but got 'x'."),
        (ChainruleClassifier, dict(early_stopping=True, validation_fraction=0.05), TWO,
         "validation_fraction=0.05 of 8 rows would hold back 0."),
        (ChainruleRegressor, dict(early_stopping=True, validation_fraction=0.95), TWO,
         "validation_fraction=0.95 of 8 rows would hold back 8."),
        (ChainruleRegressor, dict(early_stopping=True, n_iter_no_change=0), TWO,
         "n_iter_no_change needs a whole number from 1 up, but got 0."),
        (ChainruleClassifier, dict(optimizer="adm"), TWO,
         "'adm' isn't the name of an optimizer."),
        (ChainruleClassifier, dict(loss="mse"), TWO,
         "'mse' isn't the name of a loss of ChainruleClassifier."),
        (ChainruleRegressor, dict(loss="max_margin"), TWO,
         "'max_margin' isn't the name of a loss of ChainruleRegressor."),
        (ChainruleClassifier, {}, [3] * 8,
         "y has only 1 class, 3, so there is nothing to learn."),
        (ChainruleClassifier, dict(loss="binary_cross_entropy"), THREE,
         "binary_cross_entropy is for two classes, but y has 3."),
        (ChainruleRegressor, {}, ["a"] * 8,
         "ChainruleRegressor needs numbers to predict, but y has 'a'."),
    ],
)  # fmt: skip
def test_what_an_estimator_refuses(make, options, y, text):
    with pytest.raises(errors.ChainruleError) as caught:
        make((2,), epochs=2, **options).fit(TABLE, y)
    assert str(caught.value).partition("\n")[0] == text


@pytest.mark.parametrize("sizes", [None, (), 3, (3, 2), [4]])
@pytest.mark.parametrize(
    ("activation", "same", "init"),
    [("relu", "relu", "he"), ("gelu", "gelu", "he"), ("silu", "silu", "he"), ("elu", "elu", "he"),
     ("tanh", "tanh", "xavier"), ("logistic", "sigmoid", "xavier")],
)  # fmt: skip
def test_an_estimator_begins_with_the_network_of_its_options(sizes, activation, same, init):
    found = ChainruleClassifier(sizes, activation=activation, epochs=0, random_state=5)
    found.fit(TABLE, THREE)
    seed = int(np.random.RandomState(5).randint(2**31))
    hidden = [3] if sizes == 3 else [*(sizes or ())]
    model = nn.MLP(2, [*hidden, 3], activation=same, init=init, seed=seed)
    assert repr(found.model_) == repr(model) and found.n_iter_ == 0 and found.loss_curve_ == []
    assert [p.data for p in found.model_.parameters()] == [p.data for p in model.parameters()]


@pytest.mark.parametrize(
    ("make", "loss", "y"),
    [
        (ChainruleClassifier, None, TWO),
        (ChainruleClassifier, None, THREE),
        (ChainruleClassifier, "max_margin", TWO),
        (ChainruleClassifier, "max_margin", THREE),
        (ChainruleRegressor, "huber", [1.0, 5.0, 2.0, 0.0, 3.0, 3.0, 1.0, 7.0]),
    ],
)
def test_a_row_of_weight_2_counts_like_two_rows(make, loss, y):
    weights = np.array([1, 2, 1, 1, 2, 0, 1, 1])
    X, labels = TABLE / 10, np.array(y)
    options = dict(loss=loss, epochs=3, batch_size=None, alpha=0, random_state=1)
    weighted = make((2,), **options).fit(X, labels, sample_weight=weights)
    repeated = make((2,), **options).fit(np.repeat(X, weights, 0), np.repeat(labels, weights))
    scores = [
        each.decision_function(X) if make is ChainruleClassifier else each.predict(X)
        for each in (weighted, repeated)
    ]
    assert np.allclose(*scores, rtol=1e-9) and weighted.n_iter_ == 3


@pytest.mark.parametrize(
    ("make", "rows", "steps"),
    [(ChainruleClassifier, 200, 1), (ChainruleClassifier, 201, 2), (ChainruleRegressor, 199, 1)],
)
def test_a_batch_has_200_rows(make, rows, steps):
    X = np.linspace(-1, 1, rows)[:, None]
    network = make((), epochs=1, random_state=0).fit(X, (X[:, 0] > 0).astype(int))
    assert network.history_.steps == steps


def test_a_classifier_without_a_name_for_its_loss_is_one_of_probabilities():
    for loss, has in ((None, True), ("cross_entropy", True), ("max_margin", False)):
        network = ChainruleClassifier((), loss=loss, epochs=1, random_state=0).fit(TABLE, TWO)
        assert hasattr(network, "predict_proba") is hasattr(network, "predict_log_proba") is has
        assert network.threshold_ == 0.0
    for y in (TWO, THREE):
        network = ChainruleClassifier((), epochs=1, random_state=0).fit(TABLE / 10, y)
        scores = network.decision_function(TABLE / 10)
        if y is TWO:
            scores = np.stack([0 * scores, scores], axis=1)
        shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        assert np.allclose(network.predict_proba(TABLE / 10), shares, rtol=1e-12)
        assert network.predict(TABLE / 10).tolist() == shares.argmax(axis=1).tolist()


def test_a_regressor_scales_its_targets():
    y = np.array([1.0, 2.0, 3.0, 6.0, 1.0, 2.0, 3.0, 6.0])
    columns = np.stack([y, np.full(8, 5.0)], axis=1)
    network = ChainruleRegressor((), epochs=1, random_state=0).fit(TABLE, columns)
    assert network.target_mean_.tolist() == [3.0, 5.0]
    assert network.target_scale_ == pytest.approx([math.sqrt(3.5), 1.0])
    assert network.predict(TABLE).shape == (8, 2) and network.n_outputs_ == 2
    weights = [1, 0, 0, 1, 0, 0, 0, 0]
    network.fit(TABLE, y, sample_weight=weights)
    assert (network.target_mean_, network.target_scale_) == ([3.5], [2.5])
    network = ChainruleRegressor((), loss=lambda p, t: (p - t) ** 2, epochs=1).fit(TABLE, y)
    assert (network.target_mean_, network.target_scale_) == ([0.0], [1.0])
    assert network.predict(TABLE).shape == (8,)
    assert network.fit(TABLE, y[:, None]).predict(TABLE).shape == (8, 1)


@pytest.mark.parametrize(
    ("make", "y"),
    [
        (ChainruleClassifier, TWO),
        (ChainruleClassifier, THREE),
        (ChainruleRegressor, [1.0, 5.0, 2.0, 0.0, 3.0, 3.0, 1.0, 7.0]),
        (ChainruleRegressor, np.arange(16.0).reshape(8, 2) ** 2),
    ],
)
def test_two_parts_of_a_training_are_one_of_both_lengths(make, y):
    X, options = TABLE / 10, dict(batch_size=None, random_state=1, lr=0.1)
    once = make((2,), epochs=2, **options).fit(X, y)
    warm = make((2,), epochs=1, warm_start=True, **options).fit(X, y).fit(X, y)
    more = {"classes": np.unique(y)} if make is ChainruleClassifier else {}
    parts = make((2,), early_stopping=True, **options).partial_fit(X, y, **more).partial_fit(X, y)
    anew = make((2,), epochs=2, **options).fit(X, y).fit(X, y)
    for other, epochs in ((warm, 1), (parts, 1), (anew, 2)):
        assert other.n_iter_ == epochs and len(other.loss_curve_) == epochs
        found = [[p.data for p in each.model_.parameters()] for each in (once, other)]
        assert np.allclose(*found, rtol=1e-9)
        assert "val_loss" not in other.history_
    assert np.array_equal(once.predict(X), anew.predict(X)) and once.optimizer_.steps == 2


@pytest.mark.parametrize(("rows", "fraction", "held"), [(20, 0.25, 5), (8, 0.1, 1), (8, 0.9, 7)])
def test_the_rows_that_an_estimator_holds_back(rows, fraction, held):
    network = ChainruleClassifier((), epochs=0, random_state=0, validation_fraction=fraction)
    network.fit(TABLE, TWO)
    labels = np.repeat([0, 1], [rows * 3 // 5, rows - rows * 3 // 5])
    found = [network._held_back(rows, labels) for _ in range(10)]
    for each in found:
        assert each.dtype == bool and each.shape == (rows,) and each.sum() == held
        assert abs(labels[each].sum() - held * labels.mean()) < 1
    assert len({each.tobytes() for each in found}) > 1
    assert network._held_back(rows, None).sum() == held


@pytest.mark.parametrize(
    ("make", "alpha", "rows", "strength"),
    [
        (ChainruleClassifier, "auto", 8, 1e-4),
        (ChainruleClassifier, 0.5, 8, 0.5),
        (ChainruleRegressor, "auto", 8, 0.025),
        (ChainruleRegressor, "auto", 200, 0.025),
        (ChainruleRegressor, "auto", 1000, 0.005),
        (ChainruleRegressor, 3, 1000, 3.0),
    ],
)
def test_the_penalty_of_an_estimator_is_half_of_the_squares_of_its_weights(
    make, alpha, rows, strength
):
    network = make((2,), epochs=0, alpha=alpha, random_state=0).fit(TABLE, TWO)
    names = [*network.model_.named_parameters()]
    numbers = [k + 1.0 for k in range(len(names))]
    squares = sum(x * x for name, x in zip(names, numbers) if ".b" not in name)
    assert network._penalty(rows)(numbers) == pytest.approx(strength / 2 * squares)
    network.alpha = 0
    assert network._penalty(rows) is None


def test_an_optimizer_by_name_has_the_learning_rate_of_the_estimator():
    for given, kind, rate in (
        ("adam", optim.Adam, 0.25),
        ("adamw", optim.AdamW, 0.25),
        ("rmsprop", optim.RMSProp, 0.25),
        ("sgd", optim.SGD, 0.25),
        (optim.SGD(lr=0.125), optim.SGD, 0.125),
        (optim.RMSProp, optim.RMSProp, 0.01),
    ):
        network = ChainruleClassifier((), optimizer=given, lr=0.25, epochs=1).fit(TABLE, TWO)
        assert type(network.optimizer_) is kind and network.optimizer_.lr == rate
        assert network.optimizer_.steps == 1


def test_probabilities_are_finite_for_any_score():
    network = ChainruleClassifier((), epochs=0, random_state=0).fit(TABLE, TWO)
    (neuron,) = network.model_.layers[-1].neurons
    for score, expected in ((2000.0, [0.0, 1.0]), (-2000.0, [1.0, 0.0])):
        for p, x in zip(neuron.parameters(), (0.0, 0.0, score)):
            p.data = x
        assert network.predict_proba(TABLE[:1]).tolist() == [expected]
        assert network.predict_log_proba(TABLE[:1])[0].tolist() == sorted(
            [0.0, -2000.0], reverse=score < 0
        )


def test_a_score_is_what_the_output_is_above_the_threshold():
    network = ChainruleClassifier((), loss=lambda p, t: (p - t) ** 2, epochs=1, random_state=0)
    network.fit(TABLE, TWO)
    assert network.threshold_ == 0.5
    scores = nn.predict(network.model_, TABLE) - 0.5
    assert network.decision_function(TABLE) == pytest.approx(scores)
    assert network.predict(TABLE).tolist() == [int(x > 0) for x in scores]


def test_targets_that_vary_little_are_scaled_too():
    network = ChainruleRegressor((), epochs=1, random_state=0).fit(TABLE, [0.25, 0.75] * 4)
    assert (network.target_mean_, network.target_scale_) == ([0.5], [0.25])


# ---- data sets, and other small things -----------------------------------------------------------


@pytest.mark.parametrize("count", [2, 5, 8])
@pytest.mark.parametrize(
    ("draw", "point"),
    [
        (
            datasets.moons,
            lambda u, sign: (
                sign * (math.cos(math.pi * u) - 0.5),
                sign * (math.sin(math.pi * u) - 0.25),
            ),
        ),
        (
            datasets.circles,
            lambda u, sign: (
                (1 + 0.4 * sign) * math.cos(math.tau * u),
                (1 + 0.4 * sign) * math.sin(math.tau * u),
            ),
        ),
        (
            datasets.spiral,
            lambda u, sign: (
                sign * (0.1 + 1.5 * u) * math.cos(math.tau * u),
                sign * (0.1 + 1.5 * u) * math.sin(math.tau * u),
            ),
        ),
        (
            datasets.xor,
            lambda u, sign: (1.0, sign) if u < 0.5 else (-1.0, -sign),
        ),
    ],
)
def test_without_noise_points_lie_at_equal_distances_along_their_class(draw, point, count):
    X, y = draw(count, noise=0)
    for label, sign in ((0, 1), (1, -1)):
        size = (count + 1 - label) // 2
        expected = sorted(point((k + 0.5) / size, sign) for k in range(size))
        found = sorted(map(tuple, X[y == label].tolist()))
        for name in (0, 1):
            assert sorted(p[name] for p in found) == pytest.approx(
                sorted(p[name] for p in expected), abs=6e-4
            )


def test_a_generator_draws_uniform_and_normal_numbers():
    for name in ("uniform", "gauss"):
        with pytest.raises(errors.WrongType, match=r"seed needs an int or a random.Random"):
            nn.Neuron(1, seed=SimpleNamespace(**{name: lambda a, b: 0.5}))
    own = SimpleNamespace(uniform=lambda a, b: b / 2, gauss=lambda a, b: b)
    assert nn.Neuron(2, seed=own).w[1].data == 0.5
    assert nn.Module().parameters() == []


def test_penalties_are_sums_of_absolute_values_and_of_squares():
    for parameters in ([3.0, -1.0, 0.5], np.array([[3.0], [-1.0], [0.5]]), Line(3.0, -1.0, 0.5)):
        l1, l2 = nn.losses.l1_penalty(parameters, 2.0), nn.losses.l2_penalty(parameters, 2.0)
        assert [float(x.data if isinstance(x, Value) else x) for x in (l1, l2)] == [9.0, 20.5]


def test_numbers_are_drawn_from_elsewhere_inside_a_block_only():
    generator = random.Random(1)
    expected = random.Random(1).random()
    with drawing_from(lambda count: [0.25] * count):
        with drawing_from(lambda count: [0.75] * count):
            assert uniform(2, generator) == [0.75, 0.75]
        assert uniform(1, generator) == [0.25]
    assert uniform(1, generator) == [expected]


@pytest.mark.parametrize(("scale", "threshold"), [(1, 0.5), (2, 1.0), (8, 4.0), (800, 400.0)])
@pytest.mark.parametrize("power", [2, 4])
@pytest.mark.parametrize("weight", [1.0, 7.0])
def test_a_threshold_lies_between_targets_of_any_scale(scale, threshold, power, weight):
    def loss(output, target):
        return (weight if target else 1.0) * (output - scale * target) ** power

    assert threshold_of(loss, 0, 1) == pytest.approx(threshold, rel=1e-9)


@pytest.mark.parametrize(
    ("patience", "words"),
    [(1, "the loss didn't improve for 1 epoch"), (2, "the loss didn't improve for 2 epochs")],
)
def test_epochs_without_improvement_are_counted(patience, words):
    flat = nn.Neuron(1, nonlin=False, seed=1)
    history = nn.fit(flat, [[0.0]], [1.0], loss=lambda out, y: 1.0 + 0 * out, patience=patience)
    assert history.stopped == words


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        ([1.0, "x"], "step needs numbers as gradients, but that of parameter 1 is 'x' of type "
         "str."),
        ([True, False], "step needs numbers as gradients, but that of parameter 0 is True of type "
         "bool."),
        ([1.0, [1.0, 2.0]], "step needs a gradient of shape (2,) for parameter 0 to parameter 1, "
         "but got lists of different lengths."),
    ],
)  # fmt: skip
def test_a_gradient_that_is_refused_is_the_one_that_is_named(gradient, words):
    with pytest.raises(errors.ChainruleError) as refused:
        optim.SGD([Value(1.0), Value(2.0)]).step(gradient)
    assert str(refused.value) == words


@pytest.mark.parametrize("gradient", [np.array([1.0, 2**70], dtype=object), [1.0, 2**70]])
def test_gradients_may_be_objects_and_large_ints(gradient):
    p, q = Value(1.0), Value(2.0)
    optim.SGD([p, q], lr=1.0).step(gradient)
    assert (p.data, q.data) == (0.0, 2.0 - 2.0**70)


@pytest.mark.parametrize(
    ("X", "y", "validation", "remedy"),
    [
        ([[1.0]] * 2, [0, 1], ([[1.0]], ["1"]), "numpy.array(y, float)"),
        (pd.DataFrame({"a y b": ["1", "2"]}), [0, 1], None, "numpy.array(X, float)"),
        (pd.DataFrame({"a y b": ["u", "v"]}), [0, 1], None, "pandas.get_dummies(X)"),
        ([[1.0]] * 2, ["u", "v"], None, "numpy.unique(y, return_inverse=True)"),
    ],
)
def test_the_remedy_for_words_names_the_argument(X, y, validation, remedy):
    with pytest.raises(errors.WrongType) as refused:
        nn.fit(nn.Neuron(1, seed=1), X, y, validation=validation)
    assert str(refused.value).endswith(remedy)
