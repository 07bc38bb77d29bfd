"""Programs and derivatives as methods: the object is static, and no change of it is overlooked."""

from __future__ import annotations

import gc
import inspect
import pickle
import weakref
from collections import deque
from enum import Enum
from functools import cached_property, partial
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from chainrule import compile, grad, hessian, hvp, jvp, value_and_grad


class Model:
    factor = 2.0

    def __init__(self, **attributes):
        vars(self).update(attributes)

    @compile
    def scaled(self, x):
        """x times the factor."""
        return x * self.factor

    @grad
    def slope(self, x):
        return x**2 * self.factor

    @partial(value_and_grad, argnums=1)
    def counted(self, x, y):
        return x**2 * y * self.factor

    @partial(grad, argnums=(0, 1))
    def both(self, x, y):
        return x * y * self.factor

    @partial(grad, argnums=(1, 2))
    def after_the_object(self, x, y):
        return x * y * self.factor

    @partial(grad, argnums="y")
    def named(self, x, y):
        return x * y * self.factor

    @grad
    @compile
    def slope_of_program(self, x):
        return x**3 * self.factor

    @compile
    @grad
    def program_of_slope(self, x):
        return x**3 * self.factor

    @partial(compile, static_argnums=(0, 2))
    def with_word(self, x, word):
        return x * len(word) * self.factor

    @partial(compile, in_axes=(None, 0))
    def rows(self, x):
        return x * self.factor

    @partial(compile, in_axes=(0, None))
    def rows_times(self, x, y):
        return x * y * self.factor

    @partial(compile, in_axes=0, reduce="sum")
    def total(self, x):
        return x**2 * self.factor

    @classmethod
    @compile
    def of_class(cls, x):
        return x * cls.factor

    @compile
    @classmethod
    def of_class_too(cls, x):
        return x * cls.factor

    @grad
    @classmethod
    def slope_of_class(cls, x):
        return x**2 * cls.factor

    @staticmethod
    @compile
    def static(x):
        return x * 3

    @compile
    @staticmethod
    def static_too(x):
        return x * 3

    @property
    @compile
    def size(self):
        return self.factor * 10

    @cached_property
    @compile
    def cached(self):
        return self.factor * 10


class Heavier(Model):
    factor = 5.0

    def scaled(self, x):
        return super().scaled(x) + 1


def test_every_kind_of_method():
    m, x = Model(), np.ones(3)
    assert m.scaled(3.0) == m.scaled(x=3.0) == Model.scaled(m, 3.0) == 6.0
    assert m.scaled.grad(3.0) == Model.scaled.grad(m, 3.0) == grad(m.scaled)(3.0) == 2.0
    assert m.slope(3.0) == Model.slope(m, 3.0) == hvp(m.scaled)(3.0, 1.0) + 12.0
    assert m.counted(3.0, 5.0) == (90.0, 60.0)  # self is argument 0, as in JAX
    assert m.both(3.0, 5.0) == m.after_the_object(3.0, 5.0) == (10.0, 6.0)
    assert m.named(3.0, 5.0) == m.named(3.0, y=5.0) == 6.0
    for cube in (m.slope_of_program, m.program_of_slope, partial(Model.slope_of_program, m)):
        assert cube(2.0) == 24.0
    assert [m.with_word(2.0, word) for word in ("a", "abc", "a")] == [4.0, 12.0, 4.0]
    np.testing.assert_array_equal(m.rows(x), 2 * x)
    np.testing.assert_array_equal(m.rows_times(x, 3.0), 6 * x)  # the object may be left out
    assert m.total(x) == 6.0
    assert m.static(2.0) == Model.static_too(2.0) == 6.0
    assert m.size == m.cached == 20.0
    assert jvp(m.scaled, (3.0,), (1.0,)) == (6.0, 2.0)
    assert hessian(m.scaled)(3.0) == 0.0


def test_subclasses_and_class_methods():
    m, heavier = Model(), Heavier()
    assert (m.scaled(3.0), heavier.scaled(3.0), m.scaled(3.0)) == (6.0, 16.0, 6.0)
    for method in ("of_class", "of_class_too"):
        assert [getattr(each, method)(2.0) for each in (Model, Heavier, m, heavier)] == [4, 10] * 2
    assert (Model.slope_of_class(3.0), Heavier.slope_of_class(3.0)) == (12.0, 30.0)
    assert grad(Model.of_class)(2.0) == 2.0


class Color(Enum):
    RED = 1


class Record(NamedTuple):
    w: float


CHANGES = {
    "number": (lambda m: setattr(m, "w", 3.0), lambda: 2.0, lambda w: w),
    "kind of number": (lambda m: setattr(m, "w", True), lambda: 1, lambda w: 7 if w is True else w),
    "array": (lambda m: m.w.__setitem__(1, 5.0), lambda: np.ones(2), lambda w: w.sum()),
    "object array": (
        lambda m: m.w.__setitem__(1, 5.0), lambda: np.ones(2).astype(object), lambda w: w.sum()
    ),
    "list": (lambda m: m.w.append(5.0), lambda: [1.0], sum),
    "nested": (
        lambda m: m.w["a"][0].__setitem__(0, 9.0), lambda: {"a": ([1.0],)}, lambda w: w["a"][0][0]
    ),
    "order": (
        lambda m: m.w.update({1: m.w.pop(1)}), lambda: {1: 2.0, 3: 4.0}, lambda w: next(iter(w))
    ),
    "deque": (lambda m: m.w.append(5.0), lambda: deque([1.0]), sum),
    "set": (lambda m: m.w.add(5.0), lambda: {1.0}, sum),
    "set of objects": (lambda m: m.w.add(Model()), lambda: {Model()}, len),
    "function": (lambda m: setattr(m, "w", lambda: 9.0), lambda: lambda: 2.0, lambda w: w()),
    "object": (lambda m: setattr(m.w, "b", 9.0), lambda: Model(b=2.0), lambda w: w.b),
    "deep object": (lambda m: setattr(m.w.a, "b", 9.0), lambda: Model(a=Model(b=2.0)),
                    lambda w: w.a.b),
    "namespace": (lambda m: setattr(m.w, "b", 9.0), lambda: SimpleNamespace(b=2.0), lambda w: w.b),
    "another object": (lambda m: setattr(m, "w", Model(b=9.0)), lambda: Model(b=2.0),
                       lambda w: w.b),
    "enum": (lambda m: setattr(m, "w", None), lambda: Color.RED, lambda w: 1.0 if w else 2.0),
    "named tuple": (lambda m: setattr(m, "w", Record(9.0)), lambda: Record(2.0), lambda w: w.w),
    "new attribute": (lambda m: setattr(m, "v", 9.0), lambda: 2.0, None),
    "removed attribute": (lambda m: delattr(m, "w"), lambda: 2.0, None),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_object_is_recorded_again(change):
    apply, start, read = CHANGES[change]
    calls = []

    class Holder(Model):
        @compile
        def f(self, x):
            calls.append(1)
            return x * (read(self.w) if read else len(vars(self)))

        @compile
        def g(self, x):
            return (x * (read(self.w) if read else len(vars(self)))).sum()

    m, x = Holder(w=start()), np.ones(1)
    held, quick = m.f, m.g
    for _ in range(3):
        before = read(m.w) if read else len(vars(m))
        assert held(1.0) == m.f(1.0) == m.f.grad(1.0) == quick(x) == before
    assert len(calls) == 1
    apply(m)
    after = read(m.w) if read else len(vars(m))
    assert after != before
    assert held(1.0) == m.f(1.0) == m.f.grad(1.0) == quick(x) == after
    assert quick.value_and_grad(x)[0] == after


def test_a_changed_class_is_recorded_again():
    class One:
        w = 2.0

        @compile
        def f(self, x):
            return x * self.w * self.other()

        def other(self):
            return 1.0

    m = One()
    assert m.f(3.0) == 6.0
    One.w = 5.0
    assert m.f(3.0) == 15.0
    One.other = lambda self: 10.0
    assert m.f(3.0) == 150.0


def test_an_object_that_the_method_changes_itself():
    class Counter:
        count = 0

        @compile
        def f(self, x):
            self.count += 1
            return x * self.count

    counter = Counter()
    assert [counter.f(2.0) for _ in range(4)] == [2.0, 4.0, 6.0, 8.0]


def test_objects_are_held_weakly_and_their_ids_return():
    class Cyclic(Model):
        @compile
        def f(self, x):
            return x * self.w

    program, seen = vars(Cyclic)["f"], set()
    for k in range(200):
        m = Cyclic(w=float(k))
        m.me, m.child, m.method = m, Model(parent=m), m.scaled
        assert m.f(2.0) == 2.0 * k
        seen.add(id(m))
        reference = weakref.ref(m)
        del m
        if k % 20 == 0:
            gc.collect()
            assert reference() is None
    gc.collect()
    assert not program._objects and len(seen) < 200


def test_objects_that_cannot_be_held_weakly():
    class Slotted:
        __slots__ = ("w",)

        @compile
        def f(self, x):
            return x * self.w

    m = Slotted()
    m.w = 2.0
    assert m.f(3.0) == 6.0
    m.w = 5.0
    assert m.f(3.0) == 15.0


def test_an_object_too_deep_to_compare():
    m = Model(factor=3.0)
    m.chain = []
    for _ in range(100_000):
        m.chain = [m.chain]
    assert m.scaled(2.0) == 6.0
    m.factor = 4.0
    assert m.scaled(2.0) == 8.0
    while m.chain:
        m.chain = m.chain.pop()


def test_methods_have_names_signatures_and_pickles():
    m = Model(factor=7.0)
    assert str(inspect.signature(m.scaled)) == "(x)"
    assert str(inspect.signature(Model.scaled)) == "(self, x)"
    assert str(inspect.signature(m.slope)) == "(x)"
    assert m.scaled.__name__ == "scaled" and m.scaled.__doc__ == "x times the factor."
    assert m.scaled.__self__ is m
    for method in (
        m.scaled,
        m.slope,
        m.scaled.grad,
        Model.scaled,
        Model.of_class,
        m.of_class,
        super(Heavier, Heavier()).scaled,
        Model.slope_of_class,
    ):
        back = pickle.loads(pickle.dumps(method))
        arguments = (m, 3.0) if method is Model.scaled else (3.0,)
        assert back(*arguments) == method(*arguments)


def test_forms_of_a_method():
    m = Model()
    assert "return v1" in m.scaled.listing(2.0) and m.scaled.graph(2.0).data == 4.0
    m.factor = 9.0
    assert "9 * x" in m.scaled.listing(2.0)
    assert m.rows.to_c(np.ones(3))


def test_methods_within_recordings():
    m = Model()
    program = compile(lambda x: m.scaled(x) * m.slope(x) + m.scaled.grad(x))
    assert program(3.0) == 6.0 * 12.0 + 2.0
    assert grad(m.scaled)(1.0) == 2.0


def test_what_is_no_method_stays_as_it_is():
    class Callable:
        def __call__(self, x):
            return x * x

    class Owner:
        program = compile(Callable())
        slope = grad(Callable())
        builtin = compile(abs)

    assert Owner().program(3.0) == 9.0 and Owner().slope(3.0) == 6.0 and Owner().builtin(-2.0) == 2


class Scale:
    def __init__(self, factor):
        self.factor = factor
        self.calls = []

    def __call__(self, x):
        return x * self.factor

    def scaled(self, x, word=""):
        return x * self.factor * (len(word) or 1)

    @classmethod
    def of_class(cls, x):
        return x * cls.factor

    factor = 2.0


@pytest.mark.parametrize(
    "make",
    [
        lambda m: compile(m),
        lambda m: compile(m.scaled),
        lambda m: compile(partial(m.scaled, word="a")),
        lambda m: compile(m.scaled, static_argnums=1),
        lambda m: compile(compile(m.scaled)),
        lambda m: pickle.loads(pickle.dumps(compile(m))),
    ],
)
def test_a_bound_method_and_a_callable_object_are_compared_too(make):
    m = Scale(3.0)
    program = make(m)
    holder = program.__wrapped__
    while not hasattr(holder, "factor"):  # the object that it reads, a copy after pickling
        holder = getattr(holder, "func", None) or getattr(
            holder, "__self__", None) or holder.__wrapped__  # fmt: skip
    for factor in (3.0, 5.0, 5.0):
        holder.factor = factor
        assert program(2.0) == 2 * factor and program.grad(2.0) == factor
        assert program.listing(2.0).count(f"{factor:g} * ") == 1
    if make(m)(2.0) == 2 * m.factor:
        back = pickle.loads(pickle.dumps(program))
        assert back(2.0) == 10.0


def test_a_derivative_of_a_bound_method_is_compared_when_it_is_compiled():
    m = Scale(3.0)
    program = compile(grad(m.scaled))
    assert program(2.0) == 3.0
    m.factor = 4.0
    assert program(2.0) == 4.0
    total = compile(Scale.of_class)
    assert total(3.0) == 6.0


def test_an_object_that_changes_back_is_recorded_a_third_time():
    class Line(Model):
        @compile
        def f(self, x):
            return self.w * x

    line = Line(w=2.0)
    for w in (2.0, 9.0, 2.0, 9.0):
        line.w = w
        assert line.f(1.0) == line.f.grad(1.0) == w
