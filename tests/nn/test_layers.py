"""Layers beyond neurons: rows, lists of rows, arrays and programs; dropout; names and scopes."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import chainrule as cr
import chainrule.numpy as cnp
from chainrule import nn
from chainrule.nn.module import drawing_from

LAYERS = {
    "linear": lambda: nn.Linear(3, 2, seed=1),
    "linear without a bias": lambda: nn.Linear(3, 2, bias=False, seed=1),
    "layer": lambda: nn.Layer(3, 2, activation="tanh", seed=1),
    "layer norm": lambda: nn.LayerNorm(3),
    "rms norm": lambda: nn.RMSNorm(3),
    "activation": lambda: nn.Activation("gelu"),
    "activation of one's own": lambda: nn.Activation(lambda x: x * x),
    "head": lambda: nn.AttentionHead(3, 2, causal=True, seed=1),
    "heads": lambda: nn.MultiHeadAttention(3, 3, seed=1),
    "sequence": lambda: nn.Sequential(nn.Linear(3, 1, seed=1), "tanh", nn.Layer(1, 2, seed=2)),
}


def plain(x):
    """Values, and lists and arrays of them, as numbers in lists."""
    if isinstance(x, np.ndarray):
        return plain(x.tolist())
    if isinstance(x, (list, tuple)):
        return [plain(each) for each in x]
    return x if isinstance(x, (int, float)) else x.data


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=10)
@given(rows=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_lists_arrays_values_and_programs_give_the_same_digits(engine, name, rows, seed):
    layer = LAYERS[name]()
    X = np.random.default_rng(seed).normal(size=(rows, 3))
    expected = plain(layer(X.tolist()))
    if "head" not in name:
        assert [plain(layer(row)) for row in X.tolist()] == expected
    assert plain(layer(X)) == expected
    assert plain(layer(X[None])) == [expected]
    assert plain(layer([[engine.Value(x) for x in row] for row in X])) == expected
    assert plain(layer(cnp.array([[engine.Value(x) for x in row] for row in X]))) == expected
    parameters = layer.parameters()

    def forward(weights, x):
        with nn.exchanged(layer, parameters, weights):
            return layer(x)

    weights = [p.data for p in parameters]
    program = cr.compile(forward)
    assert plain(program(weights, X.tolist())) == expected
    assert plain(program(weights, X)) == expected
    assert plain(forward(weights, X.tolist())) == expected


@pytest.mark.parametrize("name", LAYERS)
def test_every_parameter_has_a_name_and_a_gradient(name):
    layer = LAYERS[name]()
    labels = [(p.scope, p.label) for p in layer.parameters()]
    assert all(p.kind == "parameter" and p.label for p in layer.parameters())
    assert len({*nn.named_parameters(layer)}) == len(labels)
    out = layer([[0.5, -1.0, 2.0], [0.25, 1.0, -3.0]])
    if layer.parameters():
        sum(v * v for row in out for v in row).backward()
        assert all(p.grad_state == "computed" for p in layer.parameters())
    assert "nn" not in repr(layer) and repr(layer)[0].isupper()


def test_a_sequence_names_its_steps():
    net = nn.Sequential(
        nn.Linear(1, 1), "tanh", nn.Linear(1, 1), cr.relu, nn.LayerNorm(1), nn.softmax
    )
    seen = {node.scope for node in cr.trace(net([cr.Value(1.0)])[0])[0] if node._operands}
    assert seen == {
        ("linear 1",), ("tanh",), ("linear 2",), ("relu",), ("layer norm",), ("softmax",)
    }  # fmt: skip
    assert len(net.parameters()) == 6
    shared = nn.Linear(1, 1)
    assert len(nn.Sequential(shared, "tanh", shared).parameters()) == 2
    net.steps.append(nn.Activation(abs))
    assert plain(net([1.0])) == [1.0]
    with pytest.raises(cr.ChoiceError, match="did you mean 'tanh'"):
        nn.Sequential(nn.Linear(1, 1), "tanhh")
    with pytest.raises(cr.WrongType, match="a step of a Sequential needs to be"):
        nn.Sequential(nn.Linear(1, 1), 3)


def test_an_embeddings_parameters_stand_in_a_scope_of_their_own():
    net = nn.Sequential(nn.Embedding(3, 2), nn.RMSNorm(2), nn.MultiHeadAttention(2, 1))
    assert {p.scope for p in net.steps[0].parameters()} == {("embedding",)}
    assert net([0, 1])[0][0].scope == ("attention", "output")


def test_attention_is_drawn_by_heads_and_parts():
    layer = nn.MultiHeadAttention(2, 2, causal=True)
    out = layer([[1.0, 2.0], [3.0, 4.0]])
    scopes = {node.scope for node in cr.trace(out[1][0])[0] if node._operands}
    for k in (1, 2):
        assert {
            (f"head {k}",),
            *((f"head {k}", part) for part in ("query", "key", "value")),
        } < scopes
    assert layer.heads[1].key.w[0][1].scope == ("head 2", "key")
    assert out[0][0].scope == ("output",)
    with pytest.raises(cr.ShapeError, match="3 heads for a width of 4"):
        nn.MultiHeadAttention(4, 3)


# ---- embeddings ----------------------------------------------------------------------------------


def test_an_embedding_looks_rows_up(Value):
    layer = nn.Embedding(4, 2, seed=1)
    rows = layer.state_dict()["w"].tolist()
    assert plain(layer(2)) == plain(layer(np.int64(2))) == plain(layer(Value(2))) == rows[2]
    assert plain(layer([3, 0])) == [rows[3], rows[0]]
    assert plain(layer(np.array([[1, 1], [2, 0]]))) == [[rows[1], rows[1]], [rows[2], rows[0]]]
    assert layer(1)[0] is layer.w[1][0]
    layer(1).clear()
    assert len(layer.w[1]) == 2
    sum(v * v for v in layer([1, 1])[1]).backward()
    assert [p.grad != 0 for p in layer.parameters()] == [False] * 2 + [True] * 2 + [False] * 4


def test_one_program_of_an_embedding_works_for_every_index():
    layer = nn.Embedding(4, 2, seed=1)
    rows = layer.state_dict()["w"].tolist()

    def look_up(w, index):
        with nn.exchanged(layer, layer.parameters(), w):
            return layer(index)

    program = cr.compile(look_up)
    w = [p.data for p in layer.parameters()]
    for index in range(4):
        assert plain(program(w, np.int64(index))) == rows[index]
    assert plain(program(w, np.array([3, 1]))) == [rows[3], rows[1]]
    with pytest.raises(cr.PlaceError):
        program(w, np.int64(4))


@pytest.mark.parametrize("index", [4, -1, 1.5])
def test_an_index_outside_of_the_table_gets_a_sentence(index):
    with pytest.raises(cr.PlaceError) as raised:
        nn.Embedding(4, 2)([0, index])
    assert str(raised.value).split("\n")[0] == (
        f"Embedding(4, 2) needs an index from 0 to 3, but got {index}."
    )


# ---- dropout -------------------------------------------------------------------------------------


def test_dropout_keeps_the_mean_and_stops_after_eval(Value):
    layer = nn.Dropout(0.25, seed=1)
    out = layer([1.0] * 20_000)
    assert {*out} == {0.0, 1 / 0.75} and np.mean(out) == pytest.approx(1, abs=0.02)
    assert nn.Dropout(0.25, seed=1)([1.0] * 20_000) == out
    x = [Value(1.0), Value(2.0)]
    assert layer.eval()(x) is x
    assert nn.Dropout(0.0)(x) is x
    net = nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.5)).eval()
    assert net.steps[1].training is False
    with pytest.raises(cr.DomainError, match="0 <= p < 1, but got 1"):
        nn.Dropout(1)


def test_dropout_drops_elements_of_lists_and_arrays_alike(Value):
    X = np.arange(1.0, 13.0).reshape(2, 3, 2)
    expected = nn.Dropout(0.5, seed=3)(X.tolist())
    assert nn.Dropout(0.5, seed=3)(X).tolist() == expected
    values = cnp.array([Value(x) for x in X.flat]).reshape(X.shape)
    assert plain(nn.Dropout(0.5, seed=3)(values)) == expected
    assert nn.Dropout(0.5, seed=3)(2.0) in (0.0, 4.0)


def test_a_program_draws_its_masks_from_its_inputs():
    layer = nn.Dropout(0.5, seed=random.Random(1))

    def masked(x, u):
        with drawing_from(lambda count: u[:count]):
            return layer(x)

    program = cr.compile(masked)
    assert program([1.0, 2.0], [0.4, 0.6]) == [0.0, 4.0]
    assert program([1.0, 2.0], [0.6, 0.4]) == [2.0, 0.0]
    assert str(program).endswith("1 recording>")


BAD = [
    (lambda: nn.Linear(2, 1)([1.0]), "ShapeError: Linear(2, 1) needs 2 numbers, but got 1."),
    (lambda: nn.Linear(2, 0),
     "ShapeError: the number of outputs of a layer needs to be at least 1, but got 0."),
    (lambda: nn.LayerNorm(2)([1.0]), "ShapeError: LayerNorm(2) needs 2 numbers, but got 1."),
    (lambda: nn.AttentionHead(2, 1)([]),
     "ShapeError: Linear(2, 1) needs 2 numbers, but got 0."),
    (lambda: nn.LayerNorm(3)([1.0, 2.0]), "ShapeError: LayerNorm(3) needs 3 numbers, but got 2."),
    (lambda: nn.RMSNorm(3)(np.ones((5, 2))), "ShapeError: RMSNorm(3) needs 3 numbers, but got 2."),
    (lambda: nn.Sequential([nn.Linear(2, 1)]),
     "WrongType: a step of a Sequential needs to be a module, a function or the name of an "
     "activation, but got [Linear(2, 1)]."),
    (lambda: nn.Embedding(3, 2)("a"),
     "WrongType: Embedding(3, 2) needs a whole number, but got 'a'."),
    (lambda: nn.Embedding(0, 2),
     "ShapeError: the number of rows of an embedding needs to be at least 1, but got 0."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "text"), BAD, ids=[text for _, text in BAD])
def test_bad_input_gets_a_sentence(call, text):
    with pytest.raises(cr.ChainruleError) as raised:
        call()
    first, *rest = str(raised.value).split("\n")
    assert f"{type(raised.value).__name__}: {first}" == text
    assert any(line.startswith("  where   ") and "test_layers" in line for line in rest)
