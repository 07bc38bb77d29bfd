"""Details of explanations: how lines are broken, and how long paths are written out."""

from __future__ import annotations

import math
import textwrap
from types import SimpleNamespace

import pytest

from chainrule import Value, compile
from chainrule.explanation import explain
from chainrule.explanation.formats.text import _Layout

pytestmark = pytest.mark.once


def named(node, label):
    node.label = label
    return node


def rich():
    """A kink, a tie, reuse with several paths, and a gradient of 0."""
    alpha, beta, gamma = (
        Value(x, label=label) for x, label in ((2.0, "alpha"), (-3.0, "beta"), (0.0, "gamma"))
    )
    hidden = ((alpha * beta + gamma).tanh() * alpha + beta * gamma).relu()
    return alpha, named(hidden + (alpha * alpha).exp() * beta + gamma.relu(), "L")


@pytest.mark.parametrize("width", [40, 52, 100])
def test_where_lines_are_broken(width, golden):
    alpha, L = rich()
    text = f"{explain(L).text(width)}\n{explain(L, wrt=alpha).text(width)}\n"
    golden(f"explanation/broken_at_{width}.txt", text)


@pytest.mark.parametrize("width", range(12, 46))
@pytest.mark.parametrize(("first", "rest"), [(0, 0), (2, 6), (6, 2), (6, 10)])
def test_a_text_is_broken_like_any_other(width, first, rest):
    text = "the slope of tanh is 1 − tanh(v2)**2, and tanh(v2) is v3 at its most"
    layout = _Layout(width, SimpleNamespace(entries=()))
    assert layout.wrap(text, first, rest) == textwrap.wrap(
        text, width, initial_indent=" " * first, subsequent_indent=" " * rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    assert layout.wrap("a", first, rest) == [" " * first + "a"]
    assert layout.wrap("", first, rest) == [""]


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 10, 30])
def test_a_path_has_eight_factors_at_most_and_the_last_is_among_them(length):
    root = x = Value(0.5, label="x")
    for k in range(length):
        root = named(root * (k + 2), f"h{k + 1}")
    text = explain(root, wrt=x).text(10_000)
    symbols = [f"dh{k + 1}/dh{k}" for k in range(length - 1, 0, -1)] + ["dh1/dx"]
    numbers = [str(k + 2) for k in range(length - 1, -1, -1)]
    sides = [symbols, numbers] if length > 1 else [symbols]
    if length > 8:
        more = f"… ({length - 7} more)"
        sides = [[*side[:6], more, side[-1]] for side in sides]
    product = math.prod(range(2, length + 2))
    sides = [*map(" * ".join, sides), f"{product:.6g}"]
    assert text.splitlines()[-1].strip() == " = ".join(sides)
    assert f"From h{length} to x there is 1 path:" in text


def test_a_product_along_a_path_is_multiplied_from_the_root_on():
    """The other way round it would begin with 1e−200 * 1e−200, which is 0."""
    x = Value(1.0, label="x")
    L = named(named(named(x * 1e-200, "a") * 1e-200, "b") * 1e300, "L")
    last = explain(L, wrt=x).text(200).splitlines()[-1]
    assert last.endswith(" = 1e+300 * 1e−200 * 1e−200 = 1e−100")


def test_a_program_with_one_result_is_explained_like_its_graph():
    program = compile(lambda x, y: x * y + x)
    program(2.0, 3.0)
    text = str(explain(program))
    assert text == str(explain(program.graph()))
    assert "dL/dx: 2 paths" in text
