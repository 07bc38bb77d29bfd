"""Losses: exact numbers, safe at any size; the same on numbers, Values, arrays and programs."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, strategies as st
from mpmath import mp

import chainrule as cr
import chainrule.numpy as cnp
from chainrule import nn
from chainrule.nn import losses

pytestmark = pytest.mark.filterwarnings("ignore:cross_entropy got numbers that add up to 1")

number = st.floats(-50, 50)
pairs = st.lists(st.tuples(number, number), min_size=1, max_size=4)
logits = st.lists(number, min_size=2, max_size=5)
chance = st.floats(0, 1)


def mean(x):
    return sum(x) / len(x)


def expect(loss, prediction, target):
    """A loss by its definition, in 50 digits."""
    p = [mp.mpf(x) for x in prediction]
    if loss is losses.mse:
        return mean([(a - b) ** 2 for a, b in zip(p, target)])
    if loss is losses.huber:
        gaps = [abs(a - mp.mpf(b)) for a, b in zip(p, target)]
        return mean([g * g / 2 if g <= 1 else g - mp.mpf(1) / 2 for g in gaps])
    if loss is losses.binary_cross_entropy:
        shares = [1 / (1 + mp.exp(-x)) for x in p]
        terms = [
            -t * mp.log(s) - (1 - mp.mpf(t)) * mp.log(1 / (1 + mp.exp(x)))
            for s, t, x in zip(shares, target, p)
        ]
        return mean(terms)
    if loss is losses.max_margin:
        right = p[target]
        return sum(max(0, 1 - right + x) for k, x in enumerate(p) if k != target) / len(p)
    return mp.log(sum(map(mp.exp, p))) - p[target]


CASES = st.one_of(
    st.tuples(st.sampled_from([losses.mse, losses.huber]), pairs).map(
        lambda case: (case[0], *map(list, zip(*case[1])))
    ),
    st.lists(st.tuples(number, chance), min_size=1, max_size=4).map(
        lambda rows: (losses.binary_cross_entropy, *map(list, zip(*rows)))
    ),
    st.tuples(
        st.sampled_from([losses.cross_entropy, losses.max_margin]), logits, st.integers(0, 1)
    ),
)


def agree(ours, theirs):
    return abs(ours - theirs) <= 1e-12 * abs(theirs) + 1e-13 * 50


@given(CASES)
def test_the_numbers_are_those_of_the_definition(case):
    with mp.workdps(50):
        assert agree(case[0](*case[1:]), expect(*case))


@given(CASES)
def test_values_arrays_and_programs_give_the_same_digits(engine, case):
    loss, prediction, target = case
    expected = loss(prediction, target)
    values = [engine.Value(x) for x in prediction]
    assert loss(values, target).data == expected
    assert loss(cnp.array(values), target).data == expected
    assert loss(np.array(prediction), np.array(target)) == expected
    program = cr.compile(loss)
    traced = np.int64(target) if isinstance(target, int) else target
    assert program(prediction, traced) == expected
    assert program(np.array(prediction), np.array(traced)) == expected
    assert len(program.paths if hasattr(program, "paths") else [1]) == 1  # no guards


@given(CASES)
def test_gradients_of_values_and_of_programs_agree(engine, case):
    loss, prediction, target = case
    leaves = [engine.Value(x) for x in prediction]
    loss(leaves, target).backward()
    grads = cr.grad(loss)(prediction, target)
    assert np.allclose([leaf.grad for leaf in leaves], grads, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("loss", [losses.mse, losses.huber, losses.binary_cross_entropy])
def test_a_number_is_a_row_of_one(Value, loss):
    assert loss(0.25, 1.0) == loss([0.25], [1.0]) == loss(Value(0.25), [1.0]).data
    assert loss(np.float64(0.25), np.int64(1)) == loss(0.25, True) == loss(0.25, 1.0)


def test_cross_entropies_are_exact_where_probabilities_round(Value):
    assert losses.cross_entropy([0.0, 1e4], 0) == 1e4
    assert losses.cross_entropy([0.0, 1e4], 1) == 0.0
    assert losses.binary_cross_entropy(-1e4, 1) == 1e4
    assert losses.binary_cross_entropy(50.0, 1) == math.exp(-50)
    assert losses.binary_cross_entropy(-50.0, 0) == math.exp(-50)
    x = Value(-1e4)
    losses.binary_cross_entropy(x, 1).backward()
    assert x.grad == -1.0


def test_a_target_can_be_a_distribution(Value):
    shares = nn.softmax([1.0, 2.0, 3.0])
    soft = losses.cross_entropy([0.5, 0.0, 0.1], shares)
    hard = [losses.cross_entropy([0.5, 0.0, 0.1], k) for k in range(3)]
    assert soft == pytest.approx(sum(p * each for p, each in zip(shares, hard)), rel=1e-14)
    assert losses.cross_entropy([Value(0.5), Value(0.0)], [0.0, 1.0]).data == pytest.approx(
        losses.cross_entropy([0.5, 0.0], 1), rel=1e-15
    )


def test_class_indices_can_be_any_whole_number(Value):
    for index in (2, 2.0, np.int64(2), np.float32(2), Value(2), Value(2.0)):
        assert losses.cross_entropy([1.0, 2.0, 3.0], index) == pytest.approx(0.40760596444437994)
        assert losses.max_margin([1.0, 2.0, 3.5], index) == 0.0


def test_a_wrong_index_is_noticed_when_the_program_runs():
    program = cr.compile(losses.cross_entropy)
    assert program([1.0, 2.0], np.int64(1)) > 0
    with pytest.raises(cr.PlaceError):
        program([1.0, 2.0], np.int64(5))


def test_max_margin_is_the_loss_of_micrograds_demo(Value):
    score = Value(0.25)
    assert losses.max_margin(score, 1).data == (1 + -1 * score).relu().data == 0.75
    assert losses.max_margin(score, -1).data == 1.25
    assert losses.max_margin(3.0, 1) == 0.0


def test_penalties(Value):
    net = nn.MLP(2, [2, 1], seed=1)
    numbers = [p.data for p in net.parameters()]
    assert losses.l2_penalty(net, 1e-4).data == (1e-4 * sum(p * p for p in net.parameters())).data
    assert losses.l1_penalty(net.parameters()).data == pytest.approx(sum(map(abs, numbers)))
    assert losses.l2_penalty(np.array(numbers).reshape(-1, 1)) == pytest.approx(
        sum(x * x for x in numbers)
    )
    assert losses.l1_penalty(cnp.array([Value(-2.0), 1.0]), 0.5).data == 1.5


def test_the_mean_over_rows():
    assert losses.mean(losses.mse, [1.0, 2.0], [0.0, 0.0]) == 2.5
    predictions = np.array([[1.0, 2.0], [3.0, -1.0]])
    expected = (losses.cross_entropy([1.0, 2.0], 1) + losses.cross_entropy([3.0, -1.0], 0)) / 2
    assert losses.mean("cross_entropy", predictions, [1, 0]) == expected
    with pytest.raises(cr.ShapeError, match="as many predictions as targets"):
        losses.mean("mse", [1.0], [])


def test_losses_have_names():
    assert losses.by_name("huber") is losses.huber
    assert losses.by_name(max) is max
    with pytest.raises(cr.ChoiceError, match="did you mean 'cross_entropy'"):
        losses.by_name("crossentropy")


def test_numbers_that_look_like_probabilities_get_a_warning(Value):
    for shares in (nn.softmax([1.0, 2.0, 0.5]), list(map(Value, nn.softmax([1.0, 2.0])))):
        with pytest.warns(RuntimeWarning, match="add up to 1") as caught:
            losses.cross_entropy(shares, 1)
        assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        losses.cross_entropy([1.0, 0.0], 1)
        losses.cross_entropy([0.5, 0.5, 0.0], 1)
        losses.cross_entropy([0.25, 0.5], 1)


BAD = [
    (lambda V: losses.cross_entropy(nn.softmax([V(1.0), V(2.0)]), 0),
     "DomainError: cross_entropy needs logits, but got probabilities, the result of softmax."),
    (lambda V: cr.compile(lambda x: losses.cross_entropy(nn.softmax(x), 0))([1.0, 2.0]),
     "DomainError: cross_entropy needs logits, but got probabilities, the result of softmax."),
    (lambda V: losses.binary_cross_entropy(V(1.0).sigmoid(), 0),
     "DomainError: binary_cross_entropy needs logits, but got probabilities, "
     "the result of sigmoid."),
    (lambda V: cr.grad(lambda x: losses.binary_cross_entropy(cr.sigmoid(x), 0))(1.0),
     "DomainError: binary_cross_entropy needs logits, but got probabilities, "
     "the result of sigmoid."),
    (lambda V: losses.binary_cross_entropy(1.0, -1),
     "DomainError: binary_cross_entropy needs targets from 0 to 1, but got -1."),
    (lambda V: losses.binary_cross_entropy(1.0, math.nan),
     "DomainError: binary_cross_entropy needs targets from 0 to 1, but got nan."),
    (lambda V: losses.max_margin(1.0, 0),
     "DomainError: max_margin needs a target of -1 or 1, but got 0."),
    (lambda V: losses.max_margin([1.0, 2.0], -1),
     "PlaceError: max_margin needs a class index from 0 to 1, but got -1."),
    (lambda V: losses.cross_entropy([1.0, 2.0], 2),
     "PlaceError: cross_entropy needs a class index from 0 to 1, but got 2."),
    (lambda V: losses.cross_entropy([1.0, 2.0], 0.5),
     "PlaceError: cross_entropy needs a class index from 0 to 1, but got 0.5."),
    (lambda V: losses.cross_entropy([1.0, 2.0], math.nan),
     "PlaceError: cross_entropy needs a class index from 0 to 1, but got nan."),
    (lambda V: losses.cross_entropy([1.0, 2.0], "cat"),
     "WrongType: cross_entropy needs the index of a class, but got 'cat'."),
    (lambda V: losses.cross_entropy([1.0, 2.0], [1.0, 0.0, 0.0]),
     "ShapeError: cross_entropy needs one target for each prediction, "
     "but got 2 predictions and 3 targets."),
    (lambda V: losses.cross_entropy(V(1.0), 0),
     "ShapeError: cross_entropy needs a number for each class, but got a single number."),
    (lambda V: losses.cross_entropy([], 0),
     "ShapeError: cross_entropy needs at least one number, but got none."),
    (lambda V: losses.mse([1.0], [1.0, 2.0]),
     "ShapeError: mse needs one target for each prediction, but got 1 prediction and 2 targets."),
    (lambda V: losses.mse("a", 1.0),
     "WrongType: mse needs a list or an array of at least one number, but got 'a'."),
    (lambda V: losses.mse([1.0], ["a"]), "WrongType: mse needs numbers, but got 'a' among them."),
    (lambda V: losses.mse(np.ones((2, 2)), np.ones((2, 2))),
     "ShapeError: mse is for one row, but got an array of shape (2, 2)."),
    (lambda V: losses.huber(1.0, 2.0, delta=0.0),
     "DomainError: huber needs delta > 0, but got 0.0."),
    (lambda V: losses.l2_penalty([]),
     "ShapeError: l2_penalty needs at least one parameter, but got none."),
    (lambda V: losses.l1_penalty(3.0),
     "WrongType: l1_penalty needs a model or a list of parameters, but got 3.0."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "text"), BAD, ids=[text for _, text in BAD])
def test_bad_input_gets_a_sentence(Value, call, text):
    with pytest.raises(cr.ChainruleError) as raised:
        call(Value)
    first, *rest = str(raised.value).split("\n")
    assert f"{type(raised.value).__name__}: {first}" == text
    assert any(line.startswith("  where   ") and "test_losses" in line for line in rest)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("BCE", "binary_cross_entropy"), ("hinge", "max_margin"), ("MSE", "mse"),
     ("mean_squared_error", "mse"), ("binary_crossentropy", "binary_cross_entropy")],
)  # fmt: skip
def test_the_names_of_other_libraries_are_understood_in_messages(theirs, ours):
    with pytest.raises(cr.ChoiceError, match=f"did you mean '{ours}'"):
        losses.mean(theirs, [1.0], [1.0])


def test_another_loss_with_a_similar_name_is_not_suggested():
    with pytest.raises(cr.ChoiceError, match=r"(?s)'mae' isn't.*remedy  the choices are mse"):
        losses.mean("mae", [1.0], [1.0])
