"""How a model's parameters are found, named, exchanged, and taken as a state."""

from __future__ import annotations

import random
from collections import deque, namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

import chainrule as cr
import chainrule.numpy
from chainrule import GraphError, ShapeError, Value, WrongType, nn
from chainrule.nn import exchanged

Pair = namedtuple("Pair", "left right")


class Model:
    """A student's own, without a base class: attributes, and the parameters in some order."""

    def __init__(self, parameters, **attributes):
        vars(self).update(attributes)
        self._all = parameters

    def parameters(self):
        return self._all


class Slotted:
    __slots__ = ("empty", "w")

    def __init__(self, w):
        self.w = w


@dataclass(frozen=True)
class Frozen:
    w: Value


def values(count):
    return [Value(float(k + 1), label=f"v{k}") for k in range(count)]


a, b, c, d = values(4)
HOMES = {
    "attributes": ({"w": a, "b": b}, ["w", "b"]),
    "a list": ({"w": [a, b]}, ["w.0", "w.1"]),
    "a tuple": ({"w": (a, 2.0, b)}, ["w.0", "w.2"]),
    "a named tuple in a list": ({"w": [Pair(a, b)]}, ["w.0.0", "w.0.1"]),
    "a dict": ({"w": {"left": a, 7: b}}, ["w.left", "w.7"]),
    "a deque": ({"w": deque([a, b])}, ["w.0", "w.1"]),
    "an array": ({"w": np.array([[a, b]], dtype=object)}, ["w.0.0", "w.0.1"]),
    "our array": ({"w": cr.array([a, b])}, ["w.0", "w.1"]),
    "a transposed array": ({"w": np.array([[a], [b]], dtype=object).T}, ["w.0.0", "w.0.1"]),
    "slots": ({"part": Slotted(a), "b": b}, ["part.w", "b"]),
    "a frozen dataclass": ({"part": Frozen(a), "b": b}, ["part.w", "b"]),
    "another model": ({"inner": Model([a], w=a), "b": b}, ["inner.w", "b"]),
    "two attributes": ({"_private": [a, b], "head": a, "tail": [a, b]}, ["head", "tail.1"]),
    "a circle": ({"w": [a, (loop := [b])], "loop": loop}, ["w.0", "w.1.0"]),
}
loop.append(HOMES["a circle"][0]["w"])


@pytest.mark.parametrize("home", HOMES)
def test_parameters_are_named_by_the_path_to_them(home):
    attributes, names = HOMES[home]
    named = nn.named_parameters(Model([a, b], **attributes))
    assert list(named) == names
    assert list(named.values()) == [a, b]


def contents(x, seen=()):
    """What a model holds, by identity, as far as it can be compared."""
    if isinstance(x, (Model, Slotted, Frozen, dict, list, tuple, deque, np.ndarray)):
        if any(x is each for each in seen):
            return "again"
        if isinstance(x, Slotted):
            parts = {"w": x.w}
        elif isinstance(x, dict):
            parts = x
        else:
            parts = dict(enumerate(x)) if hasattr(x, "__len__") else vars(x)
        return type(x), {key: contents(part, (*seen, x)) for key, part in parts.items()}
    return x if type(x) is float else id(x)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("error", [None, ZeroDivisionError, KeyboardInterrupt])
def test_exchanged_parameters_are_everywhere_and_come_back(home, error):
    model = Model([a, b], **HOMES[home][0])
    names, before = HOMES[home][1], contents(model)
    found = {}
    with pytest.raises(error or LookupError), exchanged(model, [a, b], [10.0, 20.0]):
        flat = nn.parameters.walk(model)
        found = {path: x for path, x in flat if type(x) is float and x >= 10}
        assert not any(isinstance(x, Value) for _, x in nn.parameters.walk(model))
        model.extra = 1.0
        raise error or LookupError
    assert set(found.values()) == {10.0, 20.0}
    assert [found[name] for name in names if name in found] == [10.0, 20.0][: len(found)]
    assert contents(model) == before


def test_a_value_that_is_no_parameter_is_exchanged_for_its_number():
    model = Model([a], w=a, scale=[b], cache=a * b)
    with exchanged(model, [a], [10.0]):
        assert (model.w, model.scale, model.cache) == (10.0, [2.0], 2.0)
    assert model.scale == [b]


def test_a_forward_pass_inside_gives_the_numbers_of_the_model():
    model = nn.MLP(2, [3, 1])
    numbers = [random.uniform(-1, 1) for _ in model.parameters()]

    def forward(parameters, x):
        with exchanged(model, model.parameters(), parameters):
            return model(x)

    inside = cr.compile(forward)(numbers, [0.5, -0.25])
    for p, number in zip(model.parameters(), numbers):
        p.data = number
    assert inside == model([0.5, -0.25]).data


def test_order_and_repetition_are_those_of_parameters():
    assert list(nn.named_parameters(Model([b, a, b], w=[a, b]))) == ["w.1", "w.0"]
    assert list(nn.named_parameters(Model([[b, (a,)]], w=[a, b]))) == ["w.1", "w.0"]
    model = Model([], w=[a, b])
    model.parameters = lambda: iter(model.w)
    assert list(nn.named_parameters(model)) == ["w.0", "w.1"]


BAD = {
    "no method": (object(), WrongType, r"needs a method parameters\(\)"),
    "a number": (Model([a, 2.0], w=a), WrongType, r"parameter 1 is 2\.0 of type builtins\.float"),
    "a float array": (Model(np.zeros(2)), WrongType, "returned is array.*of type numpy.ndarray"),
    "nothing": (Model(None), WrongType, "returned is None"),
    "a result": (Model([a * 2], w=a), WrongType, r"to return leaves, but .* is the result of mul"),
    "a class": (Model, WrongType, "needs to be an object, but got the class Model"),
    "words": (Model("ab"), WrongType, "returned is 'ab' of type builtins.str"),
    "elsewhere": (Model(deque([a]), f=lambda: a), GraphError, None),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_model_is_refused_with_the_reason(case):
    model, kind, message = BAD[case]
    if message is None:
        model.parameters = lambda: [c]
        message = r"parameter 0 of Model, Value\(data=3\.0, grad=0\.0, label='v2'\), isn't in an"
    with pytest.raises(kind, match=message):
        nn.named_parameters(model)


# ---- state ---------------------------------------------------------------------------------------


def shapes(model):
    return {name: array.shape for name, array in nn.state_dict(model).items()}


@pytest.mark.parametrize(
    "returned", [dict.values, lambda d: set(d.values()), lambda d: iter(d.values()), dict, tuple]
)
def test_parameters_come_in_any_collection(returned):
    parts = {name: Value(float(k)) for k, name in enumerate("abcdef")}
    if returned is tuple:
        model = Model(tuple(parts.values()), parts=parts)
    else:
        model = Model(None, parts=parts)
        model.parameters = lambda: returned(parts)
    assert list(nn.named_parameters(model)) == [f"parts.{name}" for name in parts]


def test_lists_of_parameters_are_arrays_in_the_state():
    assert shapes(nn.MLP(2, [2, 1])) == {
        "layers.0.neurons.0.w": (2,), "layers.0.neurons.0.b": (),
        "layers.0.neurons.1.w": (2,), "layers.0.neurons.1.b": (),
        "layers.1.neurons.0.w": (2,), "layers.1.neurons.0.b": (),
    }  # fmt: skip
    assert shapes(Model([a, b, c, d], w=[[a, b], (c, d)])) == {"w": (2, 2)}
    assert shapes(Model([a, b, c], w=[[a, b], [c]])) == {"w.0": (2,), "w.1": (1,)}
    assert shapes(Model([a, b, c], w=[a, b, c, 1.0])) == {"w.0": (), "w.1": (), "w.2": ()}
    assert shapes(Model([a, b], w=[a, b], tied=[a, b], other=[b, c])) == {"w": (2,)}
    assert shapes(Model([a, b], w=[a, a, b])) == {"w.0": (), "w.2": ()}
    assert shapes(Model([a, b], w=np.array([[a], [b]], dtype=object))) == {"w": (2, 1)}
    assert shapes(Model([], w=[])) == {}


def test_a_state_holds_each_parameter_once_and_comes_back():
    model = nn.MLP(3, [4, 2])
    state = nn.state_dict(model)
    numbers = [p.data for p in model.parameters()]
    assert sorted(np.concatenate([x.reshape(-1) for x in state.values()])) == sorted(numbers)
    other = nn.MLP(3, [4, 2])
    other.load_state_dict(state)
    assert [p.data for p in other.parameters()] == numbers
    assert {name: x.tolist() for name, x in other.state_dict().items()} == {
        name: x.tolist() for name, x in state.items()
    }


DIFFERENT = {
    "another size": ({"w": [1.0, 2.0, 3.0], "b": 0.0},
                     r"first in 'w', whose shape is \(2,\) in the model and \(3,\) in the state"),
    "less": ({"w": [1.0, 2.0]}, r"differ first in 'b', which is missing from the state"),
    "more": ({"w": [1.0, 2.0], "b": 0.0, "c": 1.0}, r"'c', which is in the state but not in"),
}  # fmt: skip


@pytest.mark.parametrize("case", DIFFERENT)
def test_a_state_of_another_model_is_refused_and_nothing_is_written(case):
    state, message = DIFFERENT[case]
    neuron = nn.Neuron(2)
    before = [p.data for p in neuron.parameters()]
    with pytest.raises(ShapeError, match=message):
        neuron.load_state_dict(state)
    with pytest.raises(WrongType, match=r"b needs numbers, but got 'zero'"):
        neuron.load_state_dict({"w": [7.0, 8.0], "b": "zero"})
    assert [p.data for p in neuron.parameters()] == before


@pytest.mark.parametrize("state", [None, 5, [1, 2], "model.safetensors"])
def test_a_state_is_a_dict(state):
    model = nn.Neuron(2)
    for load in (
        lambda: nn.load_state_dict(model, state),
        lambda: model.load_state_dict(state),
        lambda: nn.optim.SGD(model).load_state_dict(state),
    ):
        with pytest.raises(WrongType, match=r"needs the dict of state_dict\(\), but got"):
            load()
