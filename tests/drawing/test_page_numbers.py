"""What the page computes by itself is what Python computes: texts of numbers, special functions,
rounding, slopes by nudging."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings, strategies as st

from chainrule.numerals import format_number, format_short
from chainrule.table.rules import NUMBER, RULES
from chainrule.verdict.gradients.rounding import (
    agrees,
    digits_needed,
    digits_of,
    is_coarse,
    written_digits,
)
from chainrule.verdict.measurement import measure

pytestmark = pytest.mark.once

FLOATS = st.floats() | st.integers(-(10**7), 10**7).map(lambda n: n / 64)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
EDGES = [0.0, -0.0, 5e-324, 1e-4, 1e6, 999999.5, 999999.96875, 9.99e-5, 0.03125, 0.09375, 1e5, 1e16]


def same(one, two):
    return one == two or (one != one and two != two)


def close(one, two, rel=1e-12):
    return same(one, two) or math.isclose(one, two, rel_tol=rel)


@settings(max_examples=300)
@given(FLOATS)
@example(0.03125)
@example(1.015625)
@example(100000.5)
def test_numbers_are_written_as_in_python(modules, x):
    code = "[numbers.formatNumber(argument), numbers.formatShort(argument)]"
    assert modules.value(code, x) == [format_number(x), format_short(x + 0.0)]


@pytest.mark.parametrize("edge", EDGES)
def test_numbers_at_the_ends_of_a_way_of_writing_are_written_as_in_python(modules, edge):
    for x in (edge, -edge, math.nextafter(edge, -math.inf), math.nextafter(edge, math.inf)):
        code = "[numbers.formatNumber(argument), numbers.formatShort(argument)]"
        assert modules.value(code, x) == [format_number(x), format_short(x + 0.0)]


def test_a_number_that_is_not_there_is_a_dash(modules):
    code = "[numbers.formatNumber(null), numbers.formatShort(undefined), numbers.formatExact(null)]"
    assert modules.value(code) == ["–", "–", "–"]
    code = "['nan', 'inf', '-inf', undefined, null, 0, 2].map(numbers.fromJson)"
    found = modules.value(code)
    assert math.isnan(found[0]) and found[1:] == [math.inf, -math.inf, None, None, 0, 2]
    assert modules.value("[1e-300, 0, -1e-300, NaN].map(numbers.signOf)") == [
        "positive", "ink", "negative", "ink",
    ]  # fmt: skip


@settings(max_examples=200)
@given(FLOATS)
def test_a_number_as_it_is_typed_or_written_in_full_is_read_again(modules, x):
    code = """const n = numbers; return [
        n.parseNumber(n.formatInput(argument)), n.parseNumber(n.formatExact(argument)),
        n.formatExact(argument)]"""
    typed, exact, text = modules.run(code, x)
    assert same(typed, x) and same(exact, x)
    assert "-" not in text and "Infinity" not in text


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("2", 2.0),
        (" -2.5 ", -2.5),
        ("−2", -2.0),
        ("–2", -2.0),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("1_000", 1000.0),
        ("inf", math.inf),
        ("+Infinity", math.inf),
        ("-∞", -math.inf),
        ("-1/4", -0.25),
        ("1/−4", -0.25),
        ("0x10", None),
        ("1/x", None),
        ("x/2", None),
        ("1/2/3", None),
        ("0,5", 0.5),
        ("−12,25", -12.25),
        (",5", 0.5),
        ("0,125", 0.125),
        ("1,5e3", 1500.0),
        ("1/0,5", 2.0),
        ("1,000", None),
        ("-12,345", None),
        ("1,234,567", None),
        ("1234,567", 1234.567),
        ("0012,345", 12.345),
        ("1.234,5", None),
        ("1,234.5", None),
        ("5,", None),
        (",", None),
        ("1 2", None),
        ("e5", None),
        (".", None),
        ("", None),
        ("infinite", None),
        ("toString", None),
    ],
)
def test_what_somebody_types_is_read_as_a_number_or_refused(modules, text, x):
    assert modules.value("numbers.parseNumber(argument) ?? null", text) == x


@pytest.mark.parametrize(
    ("language", "text", "x"),
    [
        ("de", "1,250", 1.25),
        ("de", "0,5", 0.5),
        ("de", "1.250", 1.25),
        ("de", "1.250,5", None),
        ("de", "1,2,3", None),
        ("en-US", "1,250", None),
        ("", "1,250", None),
        ("no_such_language", "1,250", None),
    ],
)
def test_a_comma_is_read_as_the_language_of_the_page_writes_it(modules, language, text, x):
    code = "(document.documentElement.lang = argument[0], numbers.parseNumber(argument[1]) ?? null)"
    try:
        assert modules.value(code, [language, text]) == x
    finally:
        modules.value("document.documentElement.lang = ''")


def test_nan_and_a_division_by_zero_can_be_typed(modules):
    found = modules.value("['nan', 'NaN', '0/0', '1/0'].map(numbers.parseNumber)")
    assert [math.isnan(x) for x in found] == [True, True, True, False] and found[3] == math.inf


def test_a_long_text_loses_its_middle(modules):
    texts = ["x" * 24, "a" * 13 + "b" * 12, "😀" * 26]
    found = modules.value("argument.map(text => numbers.clipped(text))", texts)
    assert found == ["x" * 24, "a" * 12 + "…" + "b" * 11, "😀" * 12 + "…" + "😀" * 11]


@pytest.mark.parametrize(
    ("one", "two", "texts"),
    [
        (6.0, -6.0, ["6", "−6"]),
        (6.0, 6.0000001, ["6", "6.0000001"]),
        (6.0, 6.000001, ["6", "6.000001"]),
        (0.1, 0.1 + 1e-16, ["0.1", "0.1000000000000001"]),
        (1e9 / 3, 1e9 / 3 + 1, ["3.33333333e+08", "3.33333334e+08"]),
        (2.0, 2.0, ["2", "2"]),
    ],
)
def test_two_numbers_have_the_digits_that_tell_them_apart(modules, one, two, texts):
    assert modules.value("numbers.formatApart(...argument)", [one, two]) == texts


# ---- special functions ---------------------------------------------------------------------------

POINTS = [
    *(-0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.25, 26.0, 40.0, 1e-9, 1e-300, 1e300, 2.0**52 - 0.5),
    *(math.inf, math.nan, math.nextafter(1.0, 0.0), math.nextafter(2.0, 0.0), 6.1, 0.1, 0.49999999),
]  # fmt: skip
POINTS += [-x for x in POINTS]


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_the_error_functions_are_those_of_python(modules, name):
    points = POINTS + [n / 16 for n in range(-100, 500)]
    for x, found in zip(points, modules.value(f"argument.map(special.F.{name})", points)):
        assert close(found, getattr(math, name)(x), 3e-15 if name == "erf" else 1e-12), x


@pytest.mark.parametrize(
    ("name", "op"),
    [("modulo", "mod"), ("quotient", "floordiv"), ("power", "pow"), ("hypot", "hypot")],
)
def test_operations_of_two_numbers_are_those_of_python_in_every_corner(modules, name, op):
    pairs = [(x, y) for x in POINTS for y in POINTS]
    value = RULES[NUMBER[op]].value
    code = f"argument.map(([x, y]) => special.F.{name}(x, y))"
    for (x, y), found in zip(pairs, modules.value(code, pairs)):
        expected = value(x, y)
        assert close(found, expected, 1e-15 if name != "power" else 1e-12), (x, y, found, expected)
        if expected == 0:
            assert math.copysign(1, found) == math.copysign(1, expected), (x, y)


@settings(max_examples=200)
@given(FINITE, FINITE.filter(bool))
def test_a_quotient_rounded_down_and_its_rest_are_those_of_python(modules, x, y):
    found = modules.value(
        "[special.F.quotient(...argument), special.F.modulo(...argument)]", [x, y]
    )
    assert found[1] == x % y
    if abs(x / y) < 2.0**53:
        assert found[0] == x // y


def test_rounding_signs_and_bits_are_those_of_python(modules):
    for x, found in zip(POINTS, modules.value("argument.map(special.F.rint)", POINTS)):
        expected = float(round(x)) if math.isfinite(x) else x
        assert same(found, expected), x
        if not math.isnan(x):
            assert math.copysign(1, found) == math.copysign(1, x)
    pairs = [(x, y) for x in POINTS for y in POINTS if not math.isnan(y)]
    for (x, y), found in zip(
        pairs, modules.value("argument.map(([x, y]) => special.F.copysign(x, y))", pairs)
    ):
        assert same(found, math.copysign(x, y)) and (
            math.isnan(x) or math.copysign(1, found) == math.copysign(1, y)
        )
    code = "argument.map(([x, y]) => special.F.bitwise_and(x, y))"
    whole = [(6, 3), (-6, 3), (2**53 - 1, 2**40 + 5), (0, 7)]
    assert modules.value(code, whole) == [x & y for x, y in whole]
    assert all(map(math.isnan, modules.value(code, [(2**53, 1), (1, 0.5), (1.5, 1)])))


# ---- rounding and nudging ------------------------------------------------------------------------


@settings(max_examples=300)
@given(st.lists(FLOATS, max_size=5), st.lists(FLOATS, max_size=3), FLOATS)
@example([0.001], [], 0.1)
@example([0.001], [1 / 3], 0.1)
@example([0.123], [], 0.1)
@example([0.12345], [1 / 3], 3.14159)
@example([1.2, 1 / 3], [], float.fromhex("0x1.99999ap-4"))
@example([], [], 123.0)
def test_digits_leave_open_what_they_do_in_python(modules, inexact, exact, x):
    typed = [*inexact, *exact]
    code = """const d = new closeness.Digits(argument[0], argument[1]);
        return [d.halfWidth(argument[2]), d.halfStep(argument[2])]"""
    digits = digits_of(inexact, typed)
    assert modules.run(code, [inexact, typed, x]) == [digits.half_width(x), digits.half_step(x)]


@given(FINITE)
@example(120.0)
@example(0.0)
@example(-0.05)
@example(1e22)
def test_written_digits_are_counted_as_in_python(modules, x):
    assert modules.value("closeness.writtenDigits(argument)", x) == written_digits(x)


@settings(max_examples=300)
@given(st.integers(-999, 999), st.integers(-9, 6), st.floats(-0.7, 0.7))
@example(100, 0, 0.5)
@example(24, 0, 0.3)
@example(24, 0, 0.5)
@example(3, 0, 0.49)
@example(2, -1, 0.04)
@example(7, 2, 0.2)
@example(0, 0, 0.1)
def test_too_few_digits_are_told_apart_as_in_python(modules, mantissa, power, off):
    """What somebody writes with up to three digits, for a number nearby."""
    x, exact = float(f"{mantissa}e{power}"), (mantissa + off) * 10.0**power
    found = modules.value("[closeness.isCoarse(...argument), closeness.digitsNeeded(...argument)]",
                          [x, exact])  # fmt: skip
    assert found == [is_coarse(x, exact), digits_needed(x, exact)]


NEAR = st.sampled_from([0.0, 1e-10, 1e-9, 1.0000001e-9, 1e-8, -1e-9, 0.5])


@settings(max_examples=200)
@given(FLOATS, NEAR, st.sampled_from([0.0, 1e-9, 0.25, 1.0, math.inf]), FLOATS | st.none())
def test_agreement_and_closeness_are_those_of_python(modules, x, away, room, other):
    y = x * (1 + away) if other is None else other
    code = """const [x, y, room] = argument; const c = closeness;
        return [c.agrees(x, y, room), c.isClose(x, y, 1e-9), c.isClose(x, y, 1e-9, room)]"""
    absolute = math.isclose(x, y, rel_tol=1e-9, abs_tol=room) if room < math.inf else None
    found = modules.run(code, [x, y, room])
    assert found[:2] == [agrees(x, y, room), math.isclose(x, y, rel_tol=1e-9)]
    assert absolute is None or found[2] == absolute


FUNCTIONS = [
    ("x => 3 * x - 1", lambda x: 3 * x - 1),
    ("x => x * x * x", lambda x: x * x * x),
    ("x => Math.abs(x)", abs),
    ("x => Math.abs(x - 1) * 1e-9", lambda x: abs(x - 1) * 1e-9),
    ("x => Math.max(x, 0) + x * x", lambda x: max(x, 0.0) + x * x),
    ("x => x > 1 ? 1 : 0", lambda x: 1.0 if x > 1 else 0.0),
    ("x => x >= 2 ? x : NaN", lambda x: x if x >= 2 else math.nan),
    ("x => Math.abs(x - 1) < 0.1 ? x * x : NaN", lambda x: x * x if abs(x - 1) < 0.1 else math.nan),
    ("x => Math.sqrt(Math.abs(x))", lambda x: math.sqrt(abs(x))),
    ("x => 1e12 + x", lambda x: 1e12 + x),
    ("x => x * x * 1e300", lambda x: x * x * 1e300),
    ("x => 0", lambda x: 0.0),
    ("x => NaN", lambda x: math.nan),
    ("x => Math.max(x - 1, 1e-5 * (x - 1))", lambda x: max(x - 1, 1e-5 * (x - 1))),
    ("x => x + 1e-3 * Math.abs(x - 1)", lambda x: x + 1e-3 * abs(x - 1)),
    ("x => x + 4e-4 * Math.abs(x - 1)", lambda x: x + 4e-4 * abs(x - 1)),
    ("x => x * Math.abs(x)", lambda x: x * abs(x)),
    ("x => Math.sqrt(x * x + 1e-9)", lambda x: math.sqrt(x * x + 1e-9)),
    ("x => Math.sqrt(x * x + 1e-12)", lambda x: math.sqrt(x * x + 1e-12)),
    ("x => Math.sqrt(x * x + 1e-15)", lambda x: math.sqrt(x * x + 1e-15)),
]


@pytest.mark.parametrize("index", range(len(FUNCTIONS)), ids=[text for text, _ in FUNCTIONS])
@pytest.mark.parametrize("x", [0.0, 1.0, 2.0, -3.5, 1e-8, 1e8, 5e-324, 1e300])
@pytest.mark.parametrize("noise", [0.0, 1e-9])
def test_a_slope_is_nudged_as_in_python(modules, index, x, noise):
    text, f = FUNCTIONS[index]
    code = f"measure.measure({text}, ...argument)"
    found, expected = modules.value(code, [x, noise]), measure(f, x, noise)
    assert close(found["value"], expected.value) and close(found["error"], expected.error, 1e-6)
    assert close(found["left"], expected.left, 1e-9) and close(found["right"], expected.right, 1e-9)
    assert close(found["rounding"], expected.rounding)
    assert (found["hasKink"], found["hasJump"]) == (expected.has_kink, expected.has_jump)
    limit = 10 * expected.error + 1e-6 * abs(expected.value) + 1e-12
    for away in (0.0, 0.99 * limit, -0.99 * limit, 1.01 * limit + 1e-15, 5.0):
        slope = expected.value + away
        agreed = modules.value("measure.isConventional(...argument)", [found, slope])
        assert agreed == expected._replace(value=found["value"], error=found["error"]).agrees(slope)
