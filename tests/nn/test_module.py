"""The base class of models: what it offers, and whether a model is being trained."""

from __future__ import annotations

import random

import pytest

import chainrule as cr
from chainrule import Value, nn
from chainrule.nn.module import drawing_from, set_training, uniform


class Line(nn.Module):
    def __init__(self):
        self.a, self.b = Value(3.0), Value(1.0)
        self.inner = {"neurons": (nn.Neuron(1), nn.Neuron(1))}

    def __call__(self, x):
        return self.a * x + self.b

    def parameters(self):
        return [self.a, self.b]


def test_a_subclass_says_what_its_parameters_are():
    line = Line()
    line(2.0).backward()
    assert [p.grad for p in line.parameters()] == [2.0, 1.0]
    line.zero_grad()
    assert [p.grad_state for p in line.parameters()] == ["none", "none"]
    assert line.named_parameters() == {"a": line.a, "b": line.b}
    line.load_state_dict({"a": 5, "b": 6})
    assert {name: x.item() for name, x in line.state_dict().items()} == {"a": 5.0, "b": 6.0}
    assert nn.Module().parameters() == []


def test_train_and_eval_reach_every_module():
    line = Line()
    modules = [line, *line.inner["neurons"]]
    assert all(m.training for m in modules)
    assert line.eval() is line
    assert not any(m.training for m in modules)
    assert line.train() is line
    assert all(m.training for m in modules)
    holder = type("Holder", (), {})()  # not a module itself
    holder.modules, holder.training = modules, True
    set_training(holder, False)
    assert not any(m.training for m in [holder, *modules])


def test_random_numbers_come_from_the_generator_or_from_whoever_trains():
    expected = random.Random(3)
    assert uniform(2, random.Random(3)) == [expected.random(), expected.random()]
    with drawing_from(lambda count: [0.5] * count):
        assert uniform(3, random.Random(3)) == [0.5] * 3
    with pytest.raises(ZeroDivisionError), drawing_from(lambda count: [1 / 0]):
        uniform(3, random.Random(3))
    assert uniform(1, random.Random(3)) == [random.Random(3).random()]


def test_the_names_of_nn_are_loaded_when_they_are_used(run_python):
    assert run_python("import sys, chainrule.nn; print('chainrule.nn.neurons' in sys.modules)") == (
        "False\n"
    )
    assert {"MLP", "Module", "named_parameters"} <= set(dir(cr.nn))
    assert all(hasattr(nn, name) for name in nn.__all__)
    with pytest.raises(AttributeError, match=r"'chainrule\.nn' has no attribute 'Nonsense'"):
        _ = nn.Nonsense
