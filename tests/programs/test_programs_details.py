"""What compile, grad and their kin say, call their inputs, and return in the smallest cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from chainrule import Value, compile, custom_jvp, custom_vjp, external, grad, jvp, take, vjp
from chainrule.errors import ChainruleError
from chainrule.programs import stop_gradient


def square(x):
    return x * x


def with_vjp(fwd, bwd):
    function = custom_vjp(square)
    function.defvjp(fwd, bwd)
    return function


def two_with_bwd(bwd):
    function = custom_vjp(lambda x, y: x * y)
    function.defvjp(lambda x, y: (x * y, (x, y)), bwd)
    return function


def with_jvp(rule, fixed=()):
    function = custom_jvp(square, fixed)
    function.defjvp(rule)
    return function


REFUSED = {
    "an unknown reduction": lambda: compile(square, 0, "max"),
    "a reduction without rows": lambda: compile(square, None, "sum"),
    "a negative verify": lambda: compile(square, verify=-1),
    "a verify that is a bool": lambda: compile(square, verify=True),
    "a verify with rows": lambda: compile(square, 0, verify=2),
    "a number to compile": lambda: compile(3.0),
    "a number to differentiate": lambda: grad(3.0),
    "an input that is outside of the graph": lambda: compile(Value(2.0) * 3, inputs=[Value(1.0)]),
    "an input that is a number": lambda: compile(Value(2.0) * 3, inputs=[1.0]),
    "primals without a tuple": lambda: jvp(square, 2.0, (1.0,)),
    "tangents without a tuple": lambda: jvp(square, (2.0,), 1.0),
    "a vjp of a number": lambda: vjp(2.0, 1.0),
    "a vjp without arguments": lambda: vjp(square),
    "an external number": lambda: external(2.0),
    "a vjp by a word": lambda: external(square, vjp="nudges"),
    "a jvp by nudging": lambda: external(square, jvp="nudge"),
    "a vjp to come": lambda: custom_vjp(square)(2.0),
    "a jvp to come": lambda: custom_jvp(square)(2.0),
    "a fwd without a pair": lambda: grad(with_vjp(square, lambda kept, g: (g,)))(2.0),
    "a fwd with three": lambda: grad(with_vjp(lambda x: (x, x, x), lambda kept, g: (g,)))(2.0),
    "a bwd without a tuple": lambda: grad(two_with_bwd(lambda kept, g: g))(2.0, 3.0),
    "a bwd with one": lambda: grad(two_with_bwd(lambda kept, g: (g,)))(2.0, 3.0),
    "a bwd with three": lambda: grad(two_with_bwd(lambda kept, g: (g, g, g)))(2.0, 3.0),
    "a rule without a pair": lambda: grad(with_jvp(lambda x, t: 2.0))(2.0),
    "a rule with three": lambda: grad(with_jvp(lambda x, t: (1.0, 2.0, 3.0)))(2.0),
    "a traced fixed argument": lambda: grad(with_jvp(lambda x, t: (x, t), (0,)))(2.0),
    "parts with a fixed argument": lambda: custom_jvp(square, (0,)).defjvps(None),
    "nothing recorded": lambda: compile(square).listing(),
    "an unknown listing": lambda: compile(square).listing(2.0, what="gradient"),
    "a name that isn't C": lambda: compile(square).to_c(2.0, name="2x"),
    "C of two numbers": lambda: compile(lambda x: [x, x]).to_c(2.0),
    "the C of nothing": lambda: compile(square).to_c(),
    "the graph of nothing": lambda: compile(square).graph(),
}


def test_what_is_refused(golden):
    texts = []
    for name, refused in REFUSED.items():
        with pytest.raises(ChainruleError) as error:
            refused()
        texts.append(f"== {name}\n{type(error.value).__name__}: {error.value}\n")
    golden("said/refused_programs.txt", "\n".join(texts))


class Pair(NamedTuple):
    """A result with names."""

    first: Any
    second: Any


@dataclass
class Fit:
    """A result with fields."""

    slope: Any
    shift: Any


@external(vjp=lambda g, out, x, y, k: (g * y, [g * x, 0.0 * g], None))
def outer(x, y, k, scale=1.0):
    return x * y[0] * k * scale


def loop(x, *, times, start=0.0):
    total = start
    for _ in range(times):
        total = total + x
    return total


def choice(x, y):
    return x - 1.5 if x > y else (y if y > 0 else -2.0)


def listings():
    """Programs with all that a listing names."""
    table, numbers = np.arange(4.0).reshape(2, 2), [0.5, 2.0]
    yield compile(loop).listing(2.0, times=2, start=1.0)
    yield compile(loop).listing(2.0, times=2, start=1.0, what="grad", argnums="start")
    yield compile(lambda *x: x[0] * x[1] + x[2]).listing(2.0, 3.0, 4.0)
    yield compile(lambda *x: 2 * x[0]).listing(2.0)
    yield compile(lambda a, *x: a * x[1] - x[0]).listing(2.0, 3.0, 4.0)
    yield compile(lambda x: Pair(x[0, 1], [x[1, 0]])).listing(table)
    yield compile(lambda x, y: Fit(slope=x["a"][0], shift=(y,))).listing({"a": (2.0,)}, 3.0)
    yield compile(lambda x: {"sum": x + 1, "same": np.stack([x, 2 - x])}).listing(2.0)
    yield compile(lambda x: outer(x, [x, 2.0], 3, scale=0.5)).listing(2.0)
    yield compile(lambda x: stop_gradient(x) * x).listing(2.0, what="value_and_grad")
    yield compile(lambda x, y: x**3 * y).listing(2.0, 3.0, what="hvp", argnums=(0, 1))
    yield compile(lambda x, y: x**3 * y).listing(2.0, 3.0, what="hessian", argnums=1)
    yield compile(lambda x: x[0] * x[1]).listing(numbers, what="jacobian")
    yield compile(square, 0).listing(np.array([1.0, 2.0]))
    yield compile(lambda x, y: x * y, (0, None), "mean").listing(np.array([1.0]), 2.0)
    program = compile(choice)
    for x, y in ((2.0, 1.0), (1.0, 2.0), (-1.0, -0.5)):
        program(x, y)
    program(2.0, 3)
    yield program.listing()
    yield compile(lambda x: (-2.0) ** x + (-x) ** 2 + (3 - (x - 1))).listing(2.0)
    yield compile(lambda x: take([x * k for k in range(9)], x)).listing(2.0)
    yield compile(lambda x: take([x * k for k in range(8)], x)).listing(2.0, what="grad")


def test_what_listings_say(golden):
    golden("listing/details.txt", "\n".join(listings()))


class Slots:
    """An object without a dict."""

    __slots__ = ("factor", "never_set")

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * x


class Both(Slots):
    """An object with slots of its base and a dict of its own."""

    def __init__(self, factor):
        super().__init__(factor)
        self.shifts = [1.0]

    def __call__(self, x):
        return self.factor * x + sum(self.shifts)


def test_an_object_with_slots_is_recorded_again_when_one_changes():
    slots, both = Slots(2.0), Both(2.0)
    of_slots, of_both = compile(slots), compile(both)
    for factor in (2.0, 5.0, 7.0):
        slots.factor = both.factor = factor
        assert of_slots(3.0) == 3 * factor
        assert of_both(3.0) == 3 * factor + sum(both.shifts)
        both.shifts.append(10.0)
        assert of_both(3.0) == 3 * factor + sum(both.shifts)
        assert of_both.grad(3.0) == of_slots.grad(3.0) == factor


@pytest.mark.parametrize("tree", [[2.0, 5.0], (2.0, 5.0), {0: 2.0, 1: np.array([5.0, 6.0])}])
def test_the_tangent_of_a_tree_that_stays_is_a_tree_of_zeros(tree):
    kept = []

    def rule(primals, tangents):
        (x, same), (t, zeros) = primals, tangents
        kept.append((same, zeros))
        return x * same[0], t * same[0] + zeros[0] + np.sum(zeros[1])

    function = custom_jvp(lambda x, tree: x * tree[0])
    function.defjvp(rule)
    assert grad(function)(3.0, tree) == 2.0
    ((same, zeros),) = kept
    assert type(zeros) is type(same) is type(tree)
    for k in (0, 1):
        np.testing.assert_array_equal(zeros[k], np.zeros(np.shape(tree[k])))
        assert np.shape(zeros[k]) == np.shape(tree[k])
