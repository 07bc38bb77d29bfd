"""Trees as arguments and results: containers of every kind, and trees that don't match."""

from __future__ import annotations

import pickle
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, NamedTuple

import numpy as np
import pytest

import chainrule
from chainrule import ShapeError, WrongType, grad, hvp, jacobian


class Point(NamedTuple):
    x: Any
    y: Any


class Checked(Point):
    """A named tuple whose constructor takes something else."""

    def __new__(cls, pair):
        return super().__new__(cls, *pair)


@dataclass(frozen=True)
class Layer:
    w: Any
    b: Any
    steps: int = field(default=1, metadata={"static": True})
    word: str = field(default="", metadata={"static": True})

    def __post_init__(self):
        if isinstance(self.w, (float, np.ndarray)):  # gradients need not pass
            assert float(np.sum(self.w)) >= 0


@dataclass
class Circle:
    radius: Any
    area: Any = field(init=False)

    def __post_init__(self):
        self.area = 3 * self.radius**2


@chainrule.register_pytree_node_class
class Line:
    def __init__(self, slope, offset, name):
        self.slope, self.offset, self.name = slope, offset, name

    def tree_flatten(self):
        return [self.slope, self.offset], self.name

    @classmethod
    def tree_unflatten(cls, name, parts):
        return cls(*parts, name)


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Other(IntEnum):
    SMALL = 1


class Side(Enum):
    LEFT = "left"


def parts(tree):
    """A tree with two parts as the pair of them."""
    if isinstance(tree, dict):
        return tree["a"], tree["b"]
    if isinstance(tree, Layer):
        return tree.w, tree.b
    return (tree.slope, tree.offset) if isinstance(tree, Line) else (*tree,)


BUILDERS = [
    lambda a, b: [a, b],
    lambda a, b: (a, b),
    lambda a, b: {"b": b, "a": a},
    Point,
    lambda a, b: Checked((a, b)),
    lambda a, b: OrderedDict(a=a, b=b),
    lambda a, b: defaultdict(list, a=a, b=b),
    lambda a, b: Layer(a, b, 3, "abc"),
    lambda a, b: Line(a, b, "name"),
]


@pytest.mark.parametrize("inner", BUILDERS)
@pytest.mark.parametrize("outer", BUILDERS)
def test_containers_within_containers(outer, inner):
    def f(tree):
        (u, v), w = parts(parts(tree)[0]), parts(tree)[1]
        return u * v + w[0] * w[1] ** 2

    tree = outer(inner(2.0, 3.0), np.array([5.0, 7.0]))
    for slopes in (grad(f)(tree), chainrule.compile(f).grad(tree)):
        assert type(slopes) is type(tree) and type(parts(slopes)[0]) is type(parts(tree)[0])
        assert parts(parts(slopes)[0]) == (3.0, 2.0)
        np.testing.assert_array_equal(parts(slopes)[1], [49.0, 70.0])
    product = hvp(f)(tree, outer(inner(1.0, 0.0), np.array([0.0, 1.0])))
    assert parts(parts(product)[0]) == (0.0, 1.0)
    np.testing.assert_array_equal(parts(product)[1], [14.0, 10.0])


class Row(list):
    """A list of somebody's own."""


def test_a_list_of_a_class_of_its_own_is_a_list():
    f = lambda xs: xs[0] * xs[1] ** 2  # noqa: E731
    for derivative in (grad(f), chainrule.compile(f).grad):
        slopes = derivative(Row([2.0, 3.0]))
        assert type(slopes) is list and slopes == [9.0, 12.0]


@pytest.mark.parametrize("build", BUILDERS)
def test_a_container_as_result(build):
    def f(x):
        return build(x[0] * x[1], x)

    x = np.array([2.0, 3.0])
    for result in (chainrule.compile(f)(x), chainrule.compile(f, in_axes=0)(x[None])):
        assert type(result) is type(build(0.0, 0.0))
    by_a, by_b = parts(jacobian(f)(x))
    np.testing.assert_array_equal(by_a, [3.0, 2.0])
    np.testing.assert_array_equal(by_b, np.eye(2))


def test_what_else_a_container_has_stays():
    layer = grad(lambda layer: layer.w * layer.steps + len(layer.word) * layer.b)(
        Layer(2.0, 1.0, 5, "abc")
    )
    assert (layer.w, layer.b, layer.steps, layer.word) == (5.0, 3.0, 5, "abc")
    assert grad(lambda line: line.slope)(Line(1.0, 2.0, "name")).name == "name"
    assert grad(lambda d: d["a"])(defaultdict(list, a=1.0)).default_factory is list


def test_a_field_that_the_constructor_computes():
    assert grad(lambda circle: circle.area)(Circle(2.0)).radius == 12.0


def test_other_static_data_are_recorded_again():
    program = chainrule.compile(lambda layer: layer.w * layer.steps)
    assert [program(Layer(2.0, 0.0, steps)) for steps in (1, 3, 1)] == [2.0, 6.0, 2.0]
    assert len(program.recordings.all) == 2


def test_members_of_an_enum_are_static():
    seen = []
    program = chainrule.compile(lambda x, size: seen.append(size) or x * int(size))
    assert [program(2.0, n) for n in (Size.SMALL, Size.LARGE, Other.SMALL, 1)] == [2, 4, 2, 2]
    assert [type(each) for each in seen] == [Size, Size, Other, int]
    assert chainrule.compile(lambda x, side: x if side is Side.LEFT else -x)(2.0, Side.LEFT) == 2.0
    assert grad(lambda x: x**2)(Size.LARGE) == 4.0


def test_none_is_an_empty_tree():
    assert grad(lambda p: p[0] * 3 if p[1] is None else p[1])([2.0, None]) == [3.0, None]
    assert chainrule.compile(lambda x: {"value": x, "rest": None})(2.0) == {
        "value": 2,
        "rest": None,
    }
    with pytest.raises(WrongType, match="needs to return numbers, but returned None"):
        chainrule.compile(lambda x: None)(2.0)


def test_the_keys_of_a_vector_are_in_any_order():
    f = chainrule.compile(lambda p: p["a"] ** 2 * p["b"])
    point = {"a": 2.0, "b": 3.0}
    assert f.hvp(point, {"b": 1.0, "a": 10.0}) == {"a": 64.0, "b": 40.0}


@pytest.mark.parametrize(
    ("vector", "text"),
    [
        ({"a": 1.0, "c": [1.0]}, r"the vector needs to be a dict of 2 with 'a', 'b', but is a dict"
         r" of 2 with 'a', 'c'"),
        ([1.0, 2.0], r"the vector needs to be a dict of 2, but is a list of 2"),
        ({"a": 1.0, "b": (1.0,)}, r"vector\['b'\] needs to be a list of 1, but is a tuple of 1"),
        ({"a": np.ones(2), "b": [1]}, r"the vector\['a'\] needs to be a number, but is an array of"
         r" shape \(2,\)"),
        ({"a": 1, "b": [Layer(1.0, 2.0)]}, r"\['b'\]\[0\] needs to be a number, but is a Layer"),
    ],
)  # fmt: skip
def test_a_vector_of_another_structure(vector, text):
    with pytest.raises(ShapeError, match=text):
        hvp(lambda p: p["a"] * p["b"][0])({"a": 2.0, "b": [3.0]}, vector)


def test_axes_of_containers():
    rows = np.arange(2.0)
    f = chainrule.compile(lambda line, x: line.slope * x + line.offset, in_axes=([0, None], 0))
    np.testing.assert_array_equal(f(Line(rows, 3.0, ""), rows), [3.0, 4.0])
    for axes in (Layer(None, 0), {"w": None, "b": 0}):
        g = chainrule.compile(lambda layer: layer.w[0] * layer.b, in_axes=(axes,))
        np.testing.assert_array_equal(g(Layer(np.array([5.0]), rows)), [0.0, 5.0])
    with pytest.raises(ShapeError, match="in_axes of argument 0 needs 2 axes"):
        chainrule.compile(lambda layer: layer.b, in_axes=({"b": 0},))(Layer(1.0, rows))


def test_recordings_of_containers_are_pickled_but_not_saved(tmp_path):
    program = chainrule.compile(lambda layer, size: layer.w * layer.steps * int(size))
    assert program(Layer(2.0, 0.0, 3), Size.LARGE) == 12.0
    assert pickle.loads(pickle.dumps(program))(Layer(5.0, 0.0, 3), Size.LARGE) == 30.0
    with pytest.raises(WrongType, match="has the type Layer, a class, which is code"):
        program.save(tmp_path / "program.json")


def test_names_of_fields():
    program = chainrule.compile(lambda layer: Layer(layer.w[0] * layer.b, layer.b))
    program(Layer(np.ones(2), 2.0))
    assert "v1 = layer.w[0] * layer.b" in program.listing()
    assert "return Layer(w=v1, b=layer.b)" in program.listing()


def test_classes_that_cannot_be_registered():
    for nodetype in (Line, dict):
        with pytest.raises(WrongType, match="is a pytree already"):
            chainrule.register_pytree_node(nodetype, lambda x: ((), None), lambda _, parts: None)
    with pytest.raises(WrongType, match="needs a class, but got 3"):
        chainrule.register_pytree_node(3, lambda x: ((), None), lambda _, parts: None)
    with pytest.raises(WrongType, match="static data aren't hashable: \\[1\\]"):
        chainrule.compile(lambda line: line.slope)(Line(1.0, 2.0, [1]))
