"""Functions of rows: lists, arrays, Values and programs give the same numbers, at every size."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from mpmath import mp

import chainrule as cr
import chainrule.numpy as cnp
from chainrule import nn

numbers = st.floats(-30, 30)
rows = st.lists(numbers, min_size=1, max_size=5)
FUNCTIONS = [nn.softmax, nn.log_softmax, nn.layer_norm, nn.rms_norm]


def mean(x):
    return sum(x) / len(x)


def exact(name, x):
    """A function of a row, in 50 digits."""
    x = [mp.mpf(each) for each in x]
    if "softmax" in name:
        shares = [mp.exp(each) / sum(map(mp.exp, x)) for each in x]
        return shares if name == "softmax" else list(map(mp.log, shares))
    centre = mean(x) if name == "layer_norm" else 0
    x = [each - centre for each in x]
    return [each / mp.sqrt(mean([each**2 for each in x]) + mp.mpf(1e-5)) for each in x]


@pytest.mark.parametrize("function", FUNCTIONS)
@given(x=rows)
def test_the_numbers_are_right(function, x):
    with mp.workdps(50):
        expected = exact(function.__name__, x)
        for ours, theirs in zip(function(x), expected):
            # layer_norm subtracts the mean: its error is that of the numbers
            assert abs(ours - theirs) <= 1e-13 * (1 + max(map(abs, x)) * 320)


def plain(x):
    if isinstance(x, np.ndarray):
        return np.array([getattr(each, "data", each) for each in x.flat]).reshape(x.shape).tolist()
    return [plain(each) if isinstance(each, list) else each.data for each in x]


@pytest.mark.parametrize("function", FUNCTIONS)
@settings(max_examples=30)
@given(x=rows)
def test_lists_arrays_values_and_programs_give_the_same_digits(engine, function, x):
    expected = function(x)
    assert plain(function([engine.Value(each) for each in x])) == expected
    assert function(tuple(x)) == expected
    assert cr.compile(function)(x) == expected
    stacked = np.array([x, x[::-1]])
    both = [expected, function(x[::-1])]
    assert function([x, x[::-1]]) == both
    assert function([[x, x[::-1]]]) == [both]
    assert function(np.array(x)).tolist() == expected
    assert type(function(np.array(x))) is np.ndarray
    assert function(stacked).tolist() == both
    assert function(stacked[None])[0].tolist() == both
    assert cr.compile(function)(stacked).tolist() == both
    values = cnp.array([[engine.Value(each) for each in row] for row in stacked])
    assert plain(function(values)) == both
    assert type(function(values)) is cnp.Array


@pytest.mark.parametrize("function", FUNCTIONS)
@given(x=rows)
def test_gradients_of_values_and_of_programs_agree(engine, function, x):
    def weighed(x):
        return sum(k * each * each for k, each in enumerate(function(x), 1))

    leaves = [engine.Value(each) for each in x]
    weighed(leaves).backward()
    assert np.allclose([leaf.grad for leaf in leaves], cr.grad(weighed)(x), rtol=1e-12, atol=1e-10)


def test_softmax_is_safe_where_exp_is_not(Value):
    assert nn.softmax([1e4, 0.0]) == [1.0, 0.0]
    assert nn.log_softmax([1e4, 0.0]) == [0.0, -1e4]
    assert nn.softmax([-1e4, -1e4]) == [0.5, 0.5]
    assert nn.softmax([-math.inf, 3.0]) == [0.0, 1.0]
    logits = [Value(1e4), Value(0.0)]
    nn.log_softmax(logits)[1].backward()
    assert [x.grad for x in logits] == [-1.0, 1.0]
    assert cr.grad(lambda x: nn.log_softmax(x)[1])([1e4, 0.0]) == [-1.0, 1.0]


def test_the_largest_logit_is_a_constant_of_the_graph(Value):
    x = [Value(0.5), Value(2.0)]
    shares = nn.softmax(x)
    constants = [node for node in cr.trace(shares[0])[0] if node.kind == "constant"]
    assert [(node.data, node.label) for node in constants] == [(2.0, "max")]
    with cr.scope("shares"):
        assert nn.softmax(x)[0]._operands[0]._operands[0]._operands[1].scope == ("shares",)
    shares[0].backward()
    p = shares[0].data
    assert x[0].grad == pytest.approx(p * (1 - p), rel=1e-14)
    assert cr.hessian(lambda x: nn.softmax(x)[0])([0.5, 2.0])[0][0] == pytest.approx(
        p * (1 - p) * (1 - 2 * p), rel=1e-12
    )


def test_rms_norm_of_zeros_and_layer_norm_of_a_constant_row_are_zero():
    assert nn.rms_norm([0.0, 0.0]) == [0.0, 0.0]
    assert nn.layer_norm([3.0, 3.0, 3.0]) == [0.0, 0.0, 0.0]
    assert nn.layer_norm([1.0, 3.0], [2.0, 3.0], [0.5, 0.25], eps=0.0) == [-1.5, 3.25]
    assert nn.rms_norm([2.0, -2.0], np.array([2.0, 3.0]), eps=0.0) == [2.0, -3.0]


matrix = st.integers(1, 4)


@given(matrix, matrix, matrix, st.booleans())
def test_linear_is_a_product_of_matrices(engine, rows, n, m, has_bias):
    draw = np.random.default_rng(rows)
    x, w = draw.normal(size=(rows, n)), draw.normal(size=(m, n))
    b = draw.normal(size=m) if has_bias else None
    expected = x @ w.T + (b if has_bias else 0)
    assert np.allclose(nn.linear(x, w, b), expected, rtol=1e-13, atol=1e-13)
    listed = [nn.linear(row, w.tolist(), b) for row in x.tolist()]
    assert nn.linear(x, w.tolist(), b).tolist() == listed
    weights = [[engine.Value(each) for each in row] for row in w]
    assert plain(nn.linear(x[0].tolist(), weights, b)) == listed[0]
    assert cr.compile(nn.linear)(x, w, b).tolist() == listed if has_bias else True


@given(matrix, matrix, matrix, matrix, st.booleans())
def test_attention_is_its_formula(engine, T, S, d, e, causal):
    S = T if causal else S
    draw = np.random.default_rng(T)
    q, k, v = draw.normal(size=(T, d)), draw.normal(size=(S, d)), draw.normal(size=(S, e))
    scores = q @ k.T / math.sqrt(d)
    if causal:
        scores = np.where(np.arange(S) > np.arange(T)[:, None], -np.inf, scores)
    shares = np.exp(scores)
    expected = shares / shares.sum(axis=1, keepdims=True) @ v
    out = nn.attention(q.tolist(), k.tolist(), v.tolist(), causal=causal)
    assert np.allclose(out, expected, rtol=1e-12, atol=1e-14)
    assert nn.attention(q, k, v, causal=causal).tolist() == out
    assert nn.attention(q[None], k[None], v[None], causal=causal)[0].tolist() == out
    values = [[[engine.Value(x) for x in row] for row in each] for each in (q, k, v)]
    assert plain(nn.attention(*values, causal=causal)) == out
    run = cr.compile(lambda q, k, v: nn.attention(q, k, v, causal=causal))
    assert run(q, k, v).tolist() == out


BAD = [
    (lambda: nn.softmax([]), "ShapeError: softmax needs at least one number, but got none."),
    (lambda: nn.softmax(2.0),
     "WrongType: softmax needs a list or an array of at least one number, but got 2.0."),
    (lambda: nn.softmax([[1.0], 2.0]),
     "WrongType: softmax needs a list or an array of at least one number, but got 2.0."),
    (lambda: nn.softmax(["a"]), "WrongType: softmax needs numbers, but got 'a' among them."),
    (lambda: nn.rms_norm(np.zeros((2, 0))),
     "ShapeError: rms_norm needs at least one number, but got none."),
    (lambda: nn.log_softmax([]),
     "ShapeError: log_softmax needs at least one number, but got none."),
    (lambda: nn.layer_norm([]), "ShapeError: layer_norm needs at least one number, but got none."),
    (lambda: nn.layer_norm([1.0, 2.0], [1.0]),
     "ShapeError: weight of layer_norm needs 2 numbers, but got 1."),
    (lambda: nn.linear([1.0], [[1.0, 2.0]]), "ShapeError: linear needs 2 numbers, but got 1."),
    (lambda: nn.linear([1.0], []),
     "ShapeError: weights of linear needs at least one row, but got none."),
    (lambda: nn.linear([1.0], np.ones(3)),
     "ShapeError: weights of linear needs rows, but got an array of shape (3,)."),
    (lambda: nn.linear([1.0], [[1.0]], [1.0, 2.0]),
     "ShapeError: bias of linear needs 1 number, but got 2."),
    (lambda: nn.attention([[1.0]], [[1.0, 2.0]], [[1.0]]),
     "ShapeError: attention needs 1 number, but got 2."),
    (lambda: nn.attention([[1.0]], [[1.0]], [[1.0], [2.0]]),
     "ShapeError: attention needs one value for each key, but got 1 key and 2 values."),
    (lambda: nn.attention([[1.0]], [[1.0], [2.0]], [[1.0], [2.0]], causal=True),
     "ShapeError: causal attention needs one key for each query, but got 1 query and 2 keys."),
    (lambda: nn.attention(3.0, [[1.0]], [[1.0]]),
     "WrongType: query of attention needs rows, but got 3.0."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "text"), BAD, ids=[text for _, text in BAD])
def test_bad_input_gets_a_sentence(call, text):
    with pytest.raises(cr.ChainruleError) as raised:
        call()
    first, *rest = str(raised.value).split("\n")
    assert f"{type(raised.value).__name__}: {first}" == text
    assert any(line.startswith("  where   ") and "test_functions" in line for line in rest)
