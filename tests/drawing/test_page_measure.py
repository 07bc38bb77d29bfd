"""The page nudges as Python does: at the same numbers, and with the same result."""

from __future__ import annotations

import math

import pytest

from chainrule.verdict.measurement import Measurement, measure

pytestmark = pytest.mark.once

FUNCTIONS = {
    "smooth": "x * x * x - 2 * x",
    "bend": "abs(x - 0.5)",
    "faint bend": "x + 1e-9 * abs(x - 0.5)",
    "bend that vanishes": "sqrt(sqrt(abs(x - 0.5))) * (x - 0.5)",
    "bend that vanishes slowly": "abs(x - 0.5) * sqrt(sqrt(sqrt(abs(x - 0.5))))",
    "bend too small on the left": "5 + steep(0.5 - x) + 1e-3 * abs(x - 0.5)",
    "bend large enough on the left": "5 + steep(0.5 - x) + 2e-3 * abs(x - 0.5)",
    "bend too small on the right": "5 + steep(x - 0.5) + 1e-3 * abs(x - 0.5)",
    "bend large enough on the right": "5 + steep(x - 0.5) + 2e-3 * abs(x - 0.5)",
    "jump": "less(x, 0.5)",
    "nearly a jump": "sqrt(sqrt(sqrt(abs(x - 0.5))))",
    "just a jump": "sqrt(sqrt(abs(x - 0.5))) / sqrt(sqrt(sqrt(sqrt(sqrt(abs(x - 0.5) + 1e-99)))))",
    "end": "x * x + inside(x, 0.5, 9)",
    "near an end": "x * x + inside(x, 0.49, 0.51)",
    "without a ring": "x * x + ring(x)",
    "rounded": "(x + 1e8) - 1e8",
    "flat": "3.0",
    "sharp": "sqrt((x - 0.5) * (x - 0.5) + 1e-11)",
    "sharper": "sqrt((x - 0.5) * (x - 0.5) + 1e-16)",
    "sharpest": "sqrt((x - 0.5) * (x - 0.5) + 1e-22)",
}
"""Functions as text that both languages read."""

HELPERS = {
    "abs": abs,
    "sqrt": math.sqrt,
    "less": lambda x, y: float(x < y),
    "inside": lambda x, low, high: 0.0 if low <= x <= high else math.nan,
    "ring": lambda x: math.nan if 0.01 < abs(x - 0.5) < 0.02 else 0.0,
    "steep": lambda x: x * x * (x * x) * 1e8 if x > 0 else 0.0,
}
IN_THE_PAGE = """
  const { abs, sqrt } = Math;
  const less = (x, y) => Number(x < y);
  const inside = (x, low, high) => (low <= x && x <= high ? 0 : NaN);
  const ring = (x) => (0.01 < abs(x - 0.5) && abs(x - 0.5) < 0.02 ? NaN : 0);
  const steep = (x) => (x > 0 ? x * x * (x * x) * 1e8 : 0);
  const [at, noise, asked] = [...argument, []];
  const follow = (x) => { asked.push(x); return FUNCTION; };
  return [measure.measure(follow, at, noise), asked];
"""


NUMBERS = (0.5, 0.5 + 1e-7, 0.0, -1.25, 1e-300, 1e15, 1.5e308, 4e-323)


@pytest.mark.parametrize("noise", [0.0, 1e-13, 1e-6])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_page_nudges_as_python_does(modules, name, noise):
    function = eval(f"lambda x: {FUNCTIONS[name]}", dict(HELPERS))
    for x in NUMBERS:
        asked = []

        def follow(x, asked=asked):
            asked.append(x)
            return function(x)

        expected = measure(follow, x, noise)
        code = IN_THE_PAGE.replace("FUNCTION", FUNCTIONS[name])
        found, numbers = modules.run(code, [x, noise])
        assert numbers == asked, x
        assert (found["hasKink"], found["hasJump"]) == (expected.has_kink, expected.has_jump), x
        for key in ("value", "error", "rounding", "left", "right"):
            number = getattr(expected, key)
            assert found[key] == pytest.approx(number, rel=1e-12, abs=1e-300, nan_ok=True), (x, key)


@pytest.mark.parametrize("error", [0.0, 1e-9, 1e-3])
@pytest.mark.parametrize("value", [0.0, 1e-12, 2e-12, 3.0, -3.0, 1e9])
def test_a_measured_slope_agrees_with_a_rule_as_in_python(modules, value, error):
    measured = Measurement(value, error, 0.0, value, value)
    room = 10 * error + 1e-6 * abs(value) + 1e-12
    others = [value + by * room for by in (-2, -1.1, -0.9, -0.5, 0, 0.5, 0.9, 1.1, 2)]
    others += [-value, value + 0.5e-6 * abs(value), value * 1e-7]
    found = modules.run(
        "const [found, others] = argument;return others.map(x => measure.isConventional(found, x))",
        [{"value": value, "error": error}, others],
    )
    assert found == [measured.agrees(x) for x in others]
    assert True in found and False in found
