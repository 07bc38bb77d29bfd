"""The kernels in JavaScript against the rules in Python, for every row of the table."""

from __future__ import annotations

import math

import pytest

from chainrule.drawing.view.page import module
from chainrule.table.ops import TABLE
from chainrule.table.rules import NUMBER, RULES

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e-300, 1e300, math.inf, -math.inf, math.nan)


@pytest.fixture(scope="module")
def kernels(chromium):
    page = chromium.new_page()
    page.goto("about:blank")
    page.add_script_tag(content=module() + "\nwindow.kernels = KERNELS;", type="module")
    page.wait_for_function("() => window.kernels")
    yield lambda name, points: [
        [float(word.replace("Infinity", "inf")) for word in row]
        for row in page.evaluate(
            "([name, points]) => points.map(point => { const k = window.kernels[name]; "
            "const at = point.map(Number); const out = k.value(...at); "
            "return [out, ...k.partials.map(f => f(...at, out))].map(String); })",
            [
                name,
                [
                    [repr(x).replace("inf", "Infinity").replace("nan", "NaN") for x in p]
                    for p in points
                ],
            ],
        )
    ]
    page.close()


def close(one, two, rel=1e-12):
    if one != one or two != two:
        return one != one and two != two
    return one == two or math.isclose(one, two, rel_tol=rel)


@pytest.mark.parametrize("name", [name for name in TABLE if name in NUMBER])
def test_every_row_agrees(kernels, name):
    row = TABLE[name]
    if not hasattr(row, "probes") or name not in {rule.name for rule in RULES}:
        return
    rule = RULES[NUMBER[name]]
    points = [tuple(map(float, p)) for p in row.probes] + [kink.at for kink in row.kinks]
    if row.arity == 1:
        points += [(x,) for x in SPECIAL]
    elif row.arity == 2:
        points += [(x, y) for x in SPECIAL for y in SPECIAL]
    points = [tuple(map(float, point)) for point in points]
    for point, found in zip(points, kernels(name, points), strict=True):
        out = rule.value(*point)
        expected = [out, *(partial(*point, out) for partial in rule.partials)]
        for one, two in zip(found, expected, strict=True):
            assert close(one, two), (name, point, found, expected)


def test_numbers_are_written_as_in_python(chromium):
    from chainrule.numerals import format_number, format_short

    numbers = [0.0, -0.0, 1.0, -1.5, 0.5, 1e-4, 9.99e-5, -3e-9, 1e6, 999999.5, 123456.789, 1e300,
               2 / 3, 1234567, -0.00012345, 6.8812735870195432, 1e-5, 100000.0, 5e-324]  # fmt: skip
    page = chromium.new_page()
    page.add_script_tag(
        content=module() + "\nwindow.write = { formatNumber, formatShort };", type="module"
    )
    page.wait_for_function("() => window.write")
    found = page.evaluate(
        "xs => xs.map(x => [write.formatNumber(x), write.formatShort(x)])", numbers
    )
    assert found == [[format_number(x), format_short(x + 0.0)] for x in numbers]
    page.close()
