"""What errors shorten and name, and where a gradient counts as lost."""

from __future__ import annotations

import warnings

import pytest

from chainrule.engine.node import Fields
from chainrule.errors import shorten
from chainrule.files import parse_toml
from chainrule.numerals import counted, format_number, format_short, listed

# ---- an operation made by hand -------------------------------------------------------------------


@pytest.mark.parametrize("partials", [(None, 3.0), (2.0, None), (2.0, 3.0), (None, 0.0)])
@pytest.mark.parametrize("how", ["backward", "once"])
def test_a_gradient_that_reaches_one_operand_is_not_lost(Value, partials, how):
    a, b = Value(2.0), Value(3.0)
    L = Value._build(Value, (a, b), Fields(6.0, op="own", partials=partials), None)
    L.grad = 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        L.backward() if how == "backward" else L._backward()
    assert (a.grad, b.grad) == tuple(partial or 0.0 for partial in partials)


@pytest.mark.parametrize("how", ["backward", "once"])
def test_a_gradient_that_reaches_no_operand_is_lost(Value, how):
    a = Value(2.0)
    L = Value._build(Value, (a, a), Fields(6.0, op="own", partials=(None, None)), None)
    L.grad = 1.0
    with pytest.warns(RuntimeWarning, match="the gradient stops at"):
        L.backward() if how == "backward" else L._backward()


# ---- what messages say ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (10**40, "1" + "0" * 40),
        (10**40 + 1, "an int of 133 bits"),
        (-(10**40), "-1" + "0" * 40),
        (-(10**40) - 1, "an int of 133 bits"),
        ("a" * 60, repr("a" * 60)),
        ("a" * 61, repr("a" * 57 + "...")),
        (list(range(1, 21)), "[" + ", ".join(map(str, range(1, 21)))[:56] + "..."),
        ({"a": "b  c"}, "{'a': 'b c'}"),
        (type("Wide", (), {"__repr__": lambda self: "x" * 60})(), "x" * 60),
    ],
    ids=["int", "large", "negative", "low", "text", "long", "list", "spaces", "wide"],
)
def test_what_is_shown_of_an_object_is_short(x, expected):
    assert shorten(x) == expected


@pytest.mark.parametrize(
    ("x", "long", "short"),
    [
        (0, "0.0000", "0"),
        (-0.0, "0.0000", "0"),
        (1e-4, "0.0001", "0.0001"),
        (0.99e-4, "9.900e−05", "9.9e−05"),
        (-1e-4, "−0.0001", "−0.0001"),
        (999999.5, "999999.5000", "1e+06"),
        (1e6, "1.000e+06", "1e+06"),
        (-2, "−2.0000", "−2"),
        (1234567, "1.235e+06", "1.23457e+06"),
        (float("inf"), "∞", "∞"),
        (float("-inf"), "−∞", "−∞"),
        (float("nan"), "nan", "nan"),
    ],
)
def test_numbers_are_written_for_people(x, long, short):
    assert (format_number(x), format_short(x)) == (long, short)


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [
        (0, "node", "0 nodes"),
        (1, "node", "1 node"),
        (2, "node", "2 nodes"),
        (1, "leaf", "1 leaf"),
        (2, "leaf", "2 leaves"),
        (1000, "query", "1,000 queries"),
        (1, "query", "1 query"),
    ],
)
def test_counts_have_their_plural(number, noun, expected):
    assert counted(number, noun) == expected


@pytest.mark.parametrize(
    ("names", "most", "expected"),
    [
        ("", None, ""),
        ("a", None, "a"),
        ("ab", None, "a and b"),
        ("abc", None, "a, b and c"),
        ("abc", 3, "a, b and c"),
        ("abc", 2, "a, b and 1 more"),
        ("abcd", 1, "a and 3 more"),
        ("abcdefghij" * 200, 1, "a and 1,999 more"),
    ],
    ids=["none", "one", "two", "three", "all", "most", "first", "thousands"],
)
def test_names_are_listed_as_in_a_sentence(names, most, expected):
    assert listed(list(names), most) == expected
    assert listed(tuple(names), most) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\nb = = 2\n", "line 2 isn't TOML: invalid value."),
        ("a = 1\n\nb", "line 3 isn't TOML: "),
        ("= 1", "line 1 isn't TOML: invalid statement."),
        ("a = [\n1,\n", "isn't TOML: "),
        ("a = " + "[" * 50_000, "line 1 isn't TOML: it is nested too deeply."),
    ],
    ids=["value", "end", "statement", "open", "deep"],
)
def test_what_is_not_toml_is_said_with_its_line(text, expected):
    with pytest.raises(ValueError) as caught:
        parse_toml(text)
    assert expected in str(caught.value)


def test_toml_is_read():
    assert parse_toml('a = 1\n[b]\nc = "d"\n') == {"a": 1, "b": {"c": "d"}}
