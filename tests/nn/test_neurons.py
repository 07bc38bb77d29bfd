"""Neurons under micrograd's names: the same numbers, any activation, seeds, labels and scopes."""

from __future__ import annotations

import copy
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, strategies as st

import chainrule as cr
import chainrule.numpy as cnp
from chainrule import nn
from chainrule.nn.activations import activations, method_of


def plain(x):
    """Values, lists and arrays of them as plain numbers."""
    if isinstance(x, np.ndarray):
        return np.array([each.data for each in x.flat]).reshape(x.shape).tolist()
    return [each.data for each in x] if isinstance(x, list) else x.data


def by_hand(net, x):
    """What micrograd computes."""
    for layer in net.layers:
        out = []
        for n in layer.neurons:
            act = n.b.data
            for w, each in zip(n.w, x):
                act = act + w.data * each
            out.append(max(0, act) if n.nonlin else act)
        x = out
    return x[0] if len(x) == 1 else x


@given(
    st.integers(1, 4), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 2**32)
)
def test_the_weights_and_the_results_are_micrograds(engine, nin, nouts, seed):
    random.seed(seed)
    net = nn.MLP(nin, nouts)
    draw = random.Random(seed)
    drawn = [
        [draw.uniform(-1, 1) for _ in range(n)] + [0]
        for n, count in zip([nin, *nouts], nouts)
        for _ in range(count)
    ]
    assert [p.data for p in net.parameters()] == [x for row in drawn for x in row]
    assert all(type(p) is engine.Value and p.kind == "parameter" for p in net.parameters())
    x = [draw.gauss(0, 1) for _ in range(nin)]
    assert plain(net(x)) == by_hand(net, x)


def test_reprs_are_micrograds():
    assert repr(nn.MLP(2, [2, 1])) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    )
    assert repr(nn.Layer(1, 1, activation="tanh")) == "Layer of [TanhNeuron(1)]"
    assert repr(nn.Neuron(3, activation=lambda x: x * x)) == "<lambda>Neuron(3)"
    assert repr(nn.Neuron(3, nonlin=False, activation="gelu")) == "LinearNeuron(3)"
    assert [repr(nn.Neuron(1, activation=name)).split("N")[0] for name in ("silu", "sigmoid")] == [
        "SiLU",
        "Sigmoid",
    ]


@pytest.mark.parametrize("name", sorted(activations()))
@pytest.mark.parametrize("kind", ["name", "function"])
def test_every_function_of_one_number_is_an_activation(engine, name, kind):
    function = getattr(cr, name)
    neuron = nn.Neuron(2, activation=name if kind == "name" else function, init=lambda: 0.25)
    at = [8.0, 0.0] if name == "acosh" else [1.0, 2.0]
    assert neuron(at).data == function(sum(at) / 4)
    assert neuron.activation is function


def test_the_activation_of_a_network_is_that_of_its_hidden_layers():
    net = nn.MLP(1, [2, 2, 1], activation="tanh")
    assert [n.nonlin for layer in net.layers for n in layer.neurons] == [True] * 4 + [False]
    assert all(n.activation is cr.tanh for layer in net.layers for n in layer.neurons)
    net.layers[0].neurons[0].activation = "sigmoid"
    assert net.layers[0].neurons[0].activation is cr.sigmoid
    net.layers[0].neurons[0].nonlin = False
    assert repr(net.layers[0].neurons[0]) == "LinearNeuron(1)"


def test_an_override_of_a_subclass_is_asked(Value):
    class Clipped(Value):
        def relu(self):
            return self * 0.5

    neuron = nn.Neuron(1, init=lambda: 1.0)
    assert neuron([Clipped(3.0)]).data == 1.5


def test_a_seed_gives_the_same_weights_whatever_was_drawn_before():
    for init in ("uniform", "xavier", "he"):
        first = [p.data for p in nn.MLP(3, [4, 2], init=init, seed=5).parameters()]
        random.random()
        assert [p.data for p in nn.MLP(3, [4, 2], init=init, seed=5).parameters()] == first
        assert len({*first}) == 3 * 4 + 4 * 2 + 1  # all weights differ; the biases are 0
        assert [p.data for p in nn.MLP(3, [4, 2], init=init, seed=6).parameters()] != first
    generator = random.Random(5)
    again = [nn.Layer(2, 2, seed=generator).parameters()[0].data for _ in range(2)]
    assert again[0] != again[1]
    state = random.getstate()
    nn.MLP(2, [2], seed=np.int64(3))
    assert random.getstate() == state


@pytest.mark.parametrize(
    ("init", "variance", "largest"),
    [("uniform", 1 / 3, 1.0), ("xavier", 2 / 300, (6 / 300) ** 0.5), ("he", 2 / 200, 1.0)],
)
def test_weights_have_the_variance_of_their_source(init, variance, largest):
    weights = [w.data for n in nn.Layer(200, 100, init=init, seed=1).neurons for w in n.w]
    assert np.mean(weights) == pytest.approx(0, abs=4 * (variance / len(weights)) ** 0.5)
    assert np.var(weights) == pytest.approx(variance, rel=0.05)
    assert max(map(abs, weights)) <= largest


def test_no_parameter_is_nameless():
    net = nn.MLP(2, [3, 1])
    names = {(p.scope, p.label) for p in net.parameters()}
    assert len(names) == len(net.parameters())
    assert net.layers[0].neurons[2].w[1].scope == ("layer 1", "neuron 3")
    assert net.layers[0].neurons[2].w[1].label == "w[1]"
    assert net.layers[1].neurons[0].b.label == "b"


def test_verdicts_name_the_neuron():
    net = nn.MLP(1, [2, 1], seed=1)
    out = net([1.0])
    out.backward()
    net.layers[0].neurons[1].w[0].grad = 5.0
    assert "Begin with layer 1 / neuron 2 / w[0]." in str(cr.check(out))


def test_what_a_neuron_computes_is_in_its_scope():
    net, v = nn.MLP(2, [3, 1]), cr.Value(1.0)
    with cr.scope("loss"):
        out = net([v, v])
    assert out.scope == ("loss", "layer 2", "neuron 1")
    scopes = {node.scope for node in cr.trace(out)[0] if node._operands}
    assert scopes == {("loss", "layer 2", "neuron 1")} | {
        ("loss", "layer 1", f"neuron {k}") for k in (1, 2, 3)
    }
    assert (v + 1).scope == ()


def test_the_scope_is_left_when_a_neuron_raises():
    layer = nn.Layer(1, 2, activation="log", init=lambda: -1.0)
    for call in (lambda: layer([1.0]), lambda: nn.MLP(1, [1])([1.0, 2.0])):
        with pytest.raises(cr.ChainruleError):
            call()
        assert cr.Value(1.0).scope == ()


def test_a_scope_inside_an_activation_is_inside_the_neuron():
    def shifted(x):
        with cr.scope("shift"):
            return x + 1

    layer = nn.Layer(1, 2, activation=shifted)
    first, second = layer([1.0])
    assert first.scope == ("neuron 1", "shift") and second.scope == ("neuron 2", "shift")


# ---- rows, arrays, programs ----------------------------------------------------------------------


@given(
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from(["relu", "tanh"]),
)
def test_lists_tuples_arrays_and_programs_give_the_same_numbers(
    engine, rows, nin, hidden, nout, name
):
    net = nn.MLP(nin, [hidden, nout], activation=name, seed=1)
    X = np.random.default_rng(rows).normal(size=(rows, nin))
    expected = [plain(net(row)) for row in X.tolist()]
    assert [plain(net(tuple(row))) for row in X.tolist()] == expected
    assert [plain(net(row)) for row in X] == expected
    assert plain(net(X)) == expected
    assert [plain(out) for out in net(X.tolist())] == expected
    assert plain(net(cnp.array([[engine.Value(x) for x in row] for row in X]))) == expected
    parameters = net.parameters()

    def forward(weights, x):
        with nn.exchanged(net, parameters, weights):
            return net(x)

    weights = [p.data for p in parameters]
    for run in (forward, cr.compile(forward)):
        assert [run(weights, row) for row in X.tolist()] == expected
        assert np.asarray(run(weights, X)).tolist() == expected


def test_gradients_of_rows_and_of_an_array_of_them_agree(engine):
    X = np.random.default_rng(0).normal(size=(5, 2))
    grads = []
    for forward in (lambda net: [net(row) for row in X.tolist()], lambda net: net(X)):
        net = nn.MLP(2, [3, 1], seed=1)
        sum(y * y for y in forward(net)).backward()
        grads.append([p.grad for p in net.parameters()])
    assert np.allclose(*grads, rtol=1e-14, atol=0)


def test_copies_and_pickles_keep_everything():
    net = nn.MLP(2, [3, 1], activation="tanh", seed=1)
    for again in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert again([1.0, 2.0]).data == net([1.0, 2.0]).data
        assert again([1.0, 2.0]).scope == ("layer 2", "neuron 1")
        assert repr(again) == repr(net)
        assert [(p.label, p.scope) for p in again.parameters()] == [
            (p.label, p.scope) for p in net.parameters()
        ]


BAD = [
    (lambda: nn.Neuron(2)([1.0]),
     "ShapeError: ReLUNeuron(2) needs 2 numbers, but got 1."),
    (lambda: nn.MLP(2, [1])(np.ones((4, 3))),
     "ShapeError: LinearNeuron(2) needs 2 numbers, but got 3."),
    (lambda: nn.Neuron(1)(3.0),
     "WrongType: ReLUNeuron(1) needs a list or an array of 1 number, but got 3.0."),
    (lambda: nn.Neuron(1)([[1.0]]),
     "WrongType: ReLUNeuron(1) needs one row of numbers, but got a list of rows."),
    (lambda: nn.Neuron(2)([1.0, "2"]),
     "WrongType: ReLUNeuron(2) needs numbers, but got '2' among them."),
    (lambda: nn.Neuron(0),
     "ShapeError: the number of inputs of a neuron needs to be at least 1, but got 0."),
    (lambda: nn.Neuron(1.5),
     "WrongType: the number of inputs of a neuron needs to be an int, but got 1.5."),
    (lambda: nn.Layer(1, 0),
     "ShapeError: the number of neurons of a layer needs to be at least 1, but got 0."),
    (lambda: nn.MLP(2, 1),
     "WrongType: the sizes of the layers of an MLP need to be a list of ints, but got 1."),
    (lambda: nn.MLP(2, []),
     "ShapeError: the list of the sizes of the layers of an MLP is empty."),
    (lambda: nn.MLP(2, [1], activation="rellu"),
     "ChoiceError: 'rellu' isn't the name of an activation."),
    (lambda: nn.MLP(2, [1], activation=3),
     "WrongType: an activation has to be a name or a function, but got 3."),
    (lambda: nn.MLP(2, [1], init="xaver"),
     "ChoiceError: 'xaver' isn't the name of an initialisation."),
    (lambda: nn.MLP(2, [1], seed="a"),
     "WrongType: seed needs an int or a random.Random, but got 'a'."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "text"), BAD, ids=[text for _, text in BAD])
def test_bad_input_gets_a_sentence(call, text):
    with pytest.raises(cr.ChainruleError) as raised:
        call()
    first, *rest = str(raised.value).split("\n")
    assert f"{type(raised.value).__name__}: {first}" == text
    assert any(line.startswith("  where   ") and "test_neurons" in line for line in rest)


def test_a_misspelt_name_gets_a_suggestion():
    with pytest.raises(cr.ChoiceError) as raised:
        nn.Neuron(1, activation="GeLU")
    assert "did you mean 'gelu'? the choices are relu, tanh, sigmoid" in str(raised.value)
    with pytest.raises(cr.ChoiceError) as raised:
        nn.Neuron(1, init="Xavier")
    assert "did you mean 'xavier'? the choices are uniform, xavier, he" in str(raised.value)


@pytest.mark.once
def test_a_function_of_ones_own_is_kept_whatever_its_name():
    def tanh(x):
        return x * 2.0

    assert method_of(tanh) is tanh
    assert method_of(cr.softplus) is not cr.softplus
    assert method_of(cr.softplus)(cr.Value(0.5)).data == cr.softplus(0.5)
    neuron = nn.Neuron(2, activation=tanh, seed=1)
    w = [p.data for p in neuron.parameters()]
    assert neuron([3.0, 5.0]).data == 2.0 * (w[0] * 3.0 + w[1] * 5.0 + w[2])
