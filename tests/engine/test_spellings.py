"""Operations as other engines spell them: keywords, further names of methods, methods for
operators."""

from __future__ import annotations

import inspect
import itertools
from functools import partial

import pytest

import chainrule
from chainrule.table import ops

ROWS = [row for row in ops.TABLE.values() if row.eager and row.name in ops.BUILT_IN]
KEYWORDS = [
    (row, operand, name)
    for row in ROWS
    for operand, names in row.known_as.items()
    for name in names
]
ALIASES = [(row, name) for row in ROWS for name in row.method_aliases]
keywords = pytest.mark.parametrize(("row", "operand", "name"), KEYWORDS)


def call(method, row, probe, operand, name):
    """Call a method or a function with one operand by name and the others by position."""
    first = row.operands.index(operand)
    rest = dict(zip(row.operands[first + 1 :], probe[first + 1 :]))
    return method(*probe[1:first], **{name: probe[first]}, **rest)


@keywords
def test_keywords_of_methods(Value, row, operand, name):
    for probe in row.probes:
        by_position, by_name = Value(probe[0]), Value(probe[0])
        expected = getattr(by_position, row.name)(*probe[1:])
        made = call(getattr(by_name, row.name), row, probe, operand, name)
        expected.backward()
        made.backward()
        assert (made.data, by_name.grad) == (expected.data, by_position.grad)


@keywords
def test_keywords_of_functions_and_of_traced_numbers(row, operand, name):
    function = getattr(chainrule, row.name)
    for probe in row.probes:
        spellings = {
            "positions": lambda x, probe=probe: function(x, *probe[1:]),
            "method": lambda x, probe=probe: call(getattr(x, row.name), row, probe, operand, name),
            "function": lambda x, probe=probe: call(
                partial(function, x), row, probe, operand, name
            ),
        }
        assert spellings["function"](probe[0]) == function(*probe)
        slopes = {chainrule.grad(spelling)(probe[0]) for spelling in spellings.values()}
        assert len(slopes) == 1


@pytest.mark.parametrize("row", {row.name: row for row, *_ in KEYWORDS}.values())
def test_unknown_and_repeated_keywords_are_errors(Value, row):
    x, others = Value(row.probes[0][0]), row.probes[0][1:]
    method, function = getattr(x, row.name), getattr(chainrule, row.name)
    bad = [{"alhpa": 1.0}, {"": 1.0}, {"self": 1.0}, {"w": 1.0}]
    last = row.operands[-1]
    names = [last, *row.known_as[last]]
    bad += [dict.fromkeys(pair, 1.0) for pair in itertools.combinations(names, 2)]
    for named in bad:
        with pytest.raises(TypeError):
            method(*others[:-1], **named)
        with pytest.raises(TypeError):
            function(x, *others[:-1], **named)
    for name in names:
        with pytest.raises(TypeError):
            method(*others, **{name: 1.0})
        with pytest.raises(TypeError):
            function(x, *others, **{name: 1.0})


def test_a_bound_that_is_left_out(Value):
    for x, low, high in ((-2.0, -1.0, -2.0), (0.5, 0.5, 0.5), (3.0, 3.0, 2.0)):
        assert (Value(x).clip(min=-1).data, Value(x).clamp(max_val=2).data) == (low, high)
        assert (chainrule.clip(x, lo=-1), chainrule.clip(x, max=2)) == (low, high)
        assert chainrule.grad(lambda x: x.clip(max=2))(x) == float(x <= 2)
        assert Value(x).clip().data == x


def test_a_keyword_belongs_to_its_operation(Value):
    with pytest.raises(TypeError):
        Value(1.0).max(alpha=2.0)
    with pytest.raises(TypeError):
        Value(1.0).elu(negative_slope=2.0)


def test_the_signature_stays():
    assert list(inspect.signature(chainrule.leaky_relu).parameters) == ["x", "y"]
    assert "negative_slope" in chainrule.leaky_relu.__doc__


@pytest.mark.parametrize(("row", "name"), ALIASES)
def test_further_names_of_methods(Value, row, name):
    for probe in row.probes:
        made = getattr(Value(probe[0]), name)(*probe[1:])
        assert (made.op, made.data) == (
            row.name,
            getattr(Value(probe[0]), row.name)(*probe[1:]).data,
        )
        traced = chainrule.grad(lambda x, name=name, more=probe[1:]: getattr(x, name)(*more))
        named = chainrule.grad(lambda x, name=row.name, more=probe[1:]: getattr(x, name)(*more))
        assert traced(probe[0]) == named(probe[0])


def test_methods_for_operators(Value):
    for number, absolute, square in ((-3.0, -1.0, -6.0), (2, 1.0, 4.0)):
        x, y = Value(number), Value(number)
        assert type(x.abs().data) is type(number)
        assert (x.abs().data, y.square().data) == (abs(number), number**2)
        x.abs().backward()
        y.square().backward()
        assert (x.grad, y.grad) == (absolute, square)
        assert chainrule.grad(lambda x: x.abs() + x.square())(float(number)) == absolute + square


def test_methods_for_operators_ask_an_override(Value):
    class Clamped(Value):
        def __abs__(self):
            return Clamped(100.0)

        def __pow__(self, exponent):
            return Clamped(200.0)

    assert (Clamped(1.0).abs().data, Clamped(1.0).square().data) == (100.0, 200.0)


def test_item_and_detach(Value):
    class Weight(Value):
        pass

    x = Weight(3)
    y = x * 2.0
    assert (y.item(), x.item()) == (6.0, 3)
    assert type(x.item()) is int
    cut = y.detach()
    assert (type(cut), cut.data, cut.kind, cut._prev) == (Weight, 6.0, "constant", ())
    (cut * x).backward()
    assert (x.grad, cut.grad) == (6.0, 0.0)
