"""Each documented constant, at its value, just below it and just above it."""

from __future__ import annotations

import math
from html.parser import HTMLParser

import pytest

import chainrule
from chainrule import (
    DomainError,
    FormulaError,
    NumberError,
    Value,
    compile as compile_function,
    define,
    draw_dot,
    show,
)
from chainrule.numerals import counted, format_number, format_short


def below(x):
    return math.nextafter(x, 0.0)


def above(x):
    return math.nextafter(x, math.inf)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "x, text",
    [
        (1e-4, "0.0001"),
        (below(1e-4), "1.000e−04"),
        (9.9994e-5, "9.999e−05"),
        (above(1e-4), "0.0001"),
        (1e6, "1.000e+06"),
        (below(1e6), "1000000.0000"),
        (above(1e6), "1.000e+06"),
        (999_999.9999, "999999.9999"),
        (0.99995, "1.0000"),
        (5e-324, "4.941e−324"),
        (1.7976931348623157e308, "1.798e+308"),
    ],
)
def test_where_a_number_changes_to_an_exponent(x, text, sign):
    assert format_number(sign * x) == ("−" if sign < 0 else "") + text


@pytest.mark.parametrize(
    "x, text",
    [(-0.0, "0.0000"), (0, "0.0000"), (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "nan")],
)
def test_numbers_without_a_size(x, text):
    assert format_number(x) == text


@pytest.mark.parametrize(
    "x, text",
    [
        (999_999, "999999"), (1_000_000, "1e+06"), (123_456.5, "123456"), (123_457.5, "123458"),
        (1e-4, "0.0001"), (9.99999e-5, "9.99999e−05"), (0.1 + 0.2, "0.3"), (-2.0, "−2"),
    ],
)  # fmt: skip
def test_the_short_form_has_six_digits(x, text):
    assert format_short(x) == text


@pytest.mark.parametrize("x", [2**53, -(2**53), 2**53 - 1, 1 - 2**53])
def test_ints_within_2_to_53_stay_ints(x, Value):
    assert type(Value(x).data) is int
    assert Value(x).data == x
    assert type((Value(x) * 1).data) is int


@pytest.mark.parametrize("x", [2**53 + 1, -(2**53) - 1, 10**30])
def test_ints_beyond_2_to_53_are_refused(x, Value):
    with pytest.raises(NumberError, match=r"within ±2\*\*53"):
        Value(x)


def test_a_result_beyond_2_to_53_is_a_float(Value):
    inside, beyond = Value(2**52) + 2**52, Value(2**52) + (2**52 + 1)
    assert (type(inside.data), inside.data) == (int, 2**53)
    assert (type(beyond.data), beyond.data) == (float, 2.0**53)
    inside, beyond = Value(2**26) ** 2, Value(2**27) ** 2
    assert (type(inside.data), type(beyond.data)) == (int, float)


@pytest.mark.parametrize("nodes, is_summary", [(1999, False), (2000, False), (2001, True)])
def test_more_than_2000_nodes_are_drawn_as_a_summary(nodes, is_summary):
    x = root = Value(1.0)
    for _ in range(nodes - 1):
        root = root + x
    assert len(root._postorder()) == nodes
    drawn = draw_dot(root).source.count("data ")
    assert (drawn < nodes) == is_summary


def test_a_thousand_paths_are_kept():
    """The path after the last one that fits makes room for itself; every one still answers."""

    def f(x):
        i = 0
        while x > i:
            i += 1
        return x * i

    program = compile_function(f)
    assert [program(i + 0.5) for i in range(1000)] == [(i + 0.5) * (i + 1) for i in range(1000)]
    assert "1,000 recordings>" in repr(program)
    assert program(1000.5) == 1000.5 * 1001
    assert "501 recordings>" in repr(program)
    assert program(999.5) == 999.5 * 1000 and program(0.5) == 0.5


def test_the_length_of_a_formula():
    longest = "x" + " + 1" * 30
    filler = " " * (10_000 - len(longest))
    assert define("limit_longest", longest + filler, ("1",))(1.0) == 31.0
    with pytest.raises(FormulaError, match=r"10,?000|long"):
        define("limit_too_long", longest + filler + " ", ("1",))


def test_the_nesting_of_a_formula():
    deepest = next(n for n in range(1, 200) if not accepts("-" * n + "x"))
    assert accepts("-" * (deepest - 1) + "x")
    assert not accepts("-" * (deepest + 1) + "x")
    assert 90 <= deepest <= 101


def accepts(formula):
    try:
        define(f"limit_nesting_{len(formula)}", formula, ("1",))
    except FormulaError:
        return False
    return True


@pytest.mark.parametrize(
    "function, inside, outside",
    [
        (chainrule.log, 5e-324, 0.0),
        (chainrule.sqrt, 0.0, -5e-324),
        (chainrule.asin, 1.0, above(1.0)),
        (chainrule.asin, -1.0, -above(1.0)),
        (chainrule.acosh, 1.0, below(1.0)),
        (chainrule.atanh, below(1.0), 1.0),
        (chainrule.log1p, -below(1.0), -1.0),
    ],
)
def test_the_edge_of_a_domain(function, inside, outside, Value):
    for make in (float, Value):
        function(make(inside))
        with pytest.raises(DomainError):
            function(make(outside))


class Attributes(HTMLParser):
    """Collects the attributes of each start tag."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("label", ['"><script>alert(1)</script>', "a & b", "it's", "<b>", '" x="'])
def test_a_label_is_text_in_the_notebooks_frame_too(label):
    root = Value(2.0, label="x") * 3
    root.label = label
    text = show(root, widget=False)._repr_html_()
    (outer, _), (picture, still), (tag, attributes) = Attributes(text).tags
    assert (outer, picture, tag) == ("div", "img", "iframe")
    assert label in attributes["title"] and label in still["alt"]
    assert set(attributes) == {"srcdoc", "sandbox", "title", "style"}
    assert "<script>alert" not in text


def test_one_thing_is_counted_without_a_plural():
    words = [counted(number, noun) for noun in ("leaf", "more path") for number in (0, 1, 2, 1200)]
    assert words == ["0 leaves", "1 leaf", "2 leaves", "1,200 leaves",
                     "0 more paths", "1 more path", "2 more paths", "1,200 more paths"]  # fmt: skip
