"""The little grammar: what gets past it, what does not, and what a formula is printed as."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, strategies as st

from chainrule.errors import FormulaError
from chainrule.table import ieee
from chainrule.table.formula import DEEPEST, LONGEST, parse
from chainrule.table.ieee import FUNCTIONS
from chainrule.table.latex import CONSTANTS, LaTeX, fill
from chainrule.table.printers import CPrinter, IEEEPrinter, Printer, python_function
from chainrule.table.visitor import SUM, Written

pytestmark = pytest.mark.once

FORBIDDEN = [
    "__import__('os')",
    "x.real",
    "x[0]",
    "(x, y)",
    "[x]",
    "{x}",
    "lambda: x",
    "(x := 1)",
    "f'{x}'",
    "'text'",
    "b'bytes'",
    "1j",
    "True",
    "None",
    "...",
    "x @ y",
    "x << y",
    "x & y",
    "~x",
    "x is y",
    "x in y",
    "exp(x=1)",
    "exp(*x)",
    "exp(**x)",
    "exp(x)(y)",
    "x.exp()",
    "[a for a in x]",
    "await x",
    "x if y",
    "x = 1",
    "x; y",
    "import os",
    "",
    "   ",
    "x +",
    "(x",
    "x\0",
    "\ud800",
    "1" * 400,
]


@pytest.mark.parametrize("text", FORBIDDEN, ids=[repr(text[:20]) for text in FORBIDDEN])
def test_what_is_not_on_the_whitelist_is_refused(text):
    with pytest.raises(FormulaError):
        parse(text, ("x", "y"), ("exp",))


@pytest.mark.parametrize("text", [None, 3, b"x", ["x"]])
def test_a_formula_is_text(text):
    with pytest.raises(FormulaError, match="a formula is text"):
        parse(text)


def test_unknown_names_and_functions_are_named_with_what_is_known():
    with pytest.raises(FormulaError, match=r"unknown name 'w'; known: x, y"):
        parse("x + w", ("y", "x"))
    with pytest.raises(FormulaError, match="unknown function 'system'"):
        parse("system(x)", ("x",), ("exp",))


def test_the_message_says_where_the_formula_stands():
    with pytest.raises(FormulaError, match=r"^operation 'cube': "):
        parse("x +", where="operation 'cube'")


@pytest.mark.parametrize(
    "text",
    [
        "x" * (LONGEST + 1),
        "-" * (DEEPEST + 2) + "x",
        "(" * 150 + "x" + ")" * 150 + "+" * 200 + "x",
        "x" + " + x" * (DEEPEST + 1),
        "-" * (LONGEST - 1) + "x",
        "x" + ".a" * 4000,
        "x" + "[0]" * 3000,
        "f(" * 3000 + "x" + ")" * 3000,
        "not " * 2000 + "x",
    ],
    ids=[
        "long",
        "signs",
        "parentheses",
        "sum",
        "many signs",
        "attributes",
        "items",
        "calls",
        "not",
    ],
)
def test_text_that_is_too_long_or_too_deep_is_refused_with_the_same_error(text):
    with pytest.raises(FormulaError) as refused:
        parse(text, functions=("f",))
    assert len(str(refused.value)) < 400


def test_the_free_names_stand_in_the_order_of_appearance():
    assert parse("b * a + b - pi * exp(c)", functions=("exp",)).names == ("b", "a", "c")


def test_an_operand_may_have_the_name_of_a_constant():
    formula = parse("e * 2", ("e",))
    assert formula.names == ("e",)
    assert python_function(formula, ("e",), {})(5.0) == 10.0


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2 * x ** 2 - y / 4 % 3", 2 * 1.5**2 - -2.0 / 4 % 3),
        ("-x ** 2", -(1.5**2)),
        ("2 ** -x ** 2", 2 ** -(1.5**2)),
        ("+x - -y", 1.5 - 2.0),
        ("1 if x < y < 3 else 0", 0),
        ("1 if y < x <= 1.5 else 0", 1),
        ("1 if not x == y and (x > 1 or y > 1) else 0", 1),
        ("1 if x != x else -1", -1),
        ("exp(x) + pi - e", math.exp(1.5) + math.pi - math.e),
        ("inf if x > 0 else -inf", math.inf),
    ],
)
def test_a_formula_computes_what_python_would(text, result):
    formula = parse(text, ("x", "y"), ("exp",))
    assert python_function(formula, ("x", "y"), {"exp": math.exp})(1.5, -2.0) == result
    ieee = python_function(formula, ("x", "y"), FUNCTIONS, IEEEPrinter())
    assert ieee(1.5, -2.0) == result


@pytest.mark.parametrize(
    ("text", "x", "result"),
    [
        ("1 / x", 0.0, math.inf),
        ("1 / x", -0.0, -math.inf),
        ("-1 / x", 0.0, -math.inf),
        ("x / x", 0.0, math.nan),
        ("5 % x", 0.0, math.nan),
        ("x ** -1", -0.0, -math.inf),
        ("x ** -2", -0.0, math.inf),
        ("x ** 0.5", -8.0, math.nan),
        ("x ** 1000", 10.0, math.inf),
        ("x ** 1001", -10.0, -math.inf),
        ("x ** 0", math.nan, 1.0),
        ("exp(x)", 1e4, math.inf),
        ("log(x)", 0.0, -math.inf),
        ("log(x)", -1.0, math.nan),
        ("sin(x)", math.inf, math.nan),
    ],
)
def test_ieee_formulas_never_raise(text, x, result):
    got = python_function(parse(text, ("x",), FUNCTIONS), ("x",), FUNCTIONS, IEEEPrinter())(x)
    assert got.hex() == result.hex()


@pytest.mark.skipif(not hasattr(math, "cbrt"), reason="there is nothing to compare with")
@given(st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0, 8.0, -27.0, math.inf, 5e-324]))
def test_the_cube_root_for_pythons_without_one(x):
    mine, theirs = ieee._cbrt(x), math.cbrt(x)
    assert math.copysign(1.0, mine) == math.copysign(1.0, theirs)
    assert math.isclose(mine, theirs, rel_tol=7e-16)


def test_the_printers_speak_their_languages():
    formula = parse("0 if not x == y or x < 1 < y else f(x) ** 2 % 3 - inf", ("x", "y"), ("f",))
    assert Printer().visit(formula.tree) == (
        "(0.0 if ((not (x == y)) or (x < 1.0 < y)) else (((f(x) ** 2.0) % 3.0) - inf))"
    )
    assert IEEEPrinter().visit(formula.tree) == (
        "(0.0 if ((not (x == y)) or (x < 1.0 < y)) else (modulo(power(f(x), 2.0), 3.0) - inf))"
    )
    assert CPrinter("op_").visit(formula.tree) == (
        "(((!(x == y)) || (x < 1.0 && 1.0 < y)) ? 0.0 "
        ": (modulo(pow(op_f(x), 2.0), 3.0) - INFINITY))"
    )


def test_a_number_too_large_for_a_float_is_infinity_in_each_language():
    tree = parse("1e999").tree
    assert python_function(parse("1e999"), (), {})() == math.inf
    assert CPrinter().visit(tree) == "INFINITY"


def latex(formula, calls=None, names=None):
    constants = {n: x for n, x in CONSTANTS.items() if n not in formula.names or n == "out"}
    return LaTeX(calls or {}, {**constants, **(names or {})}).visit(formula.tree).text


@pytest.mark.parametrize(
    ("text", "set_"),
    [
        ("x + y * 2", r"x + y \cdot 2"),
        ("(x + y) * 2", r"\left(x + y\right) \cdot 2"),
        ("x - (y - 1)", r"x - \left(y - 1\right)"),
        ("x / (y + 1)", r"\frac{x}{y + 1}"),
        ("(x + 1) ** 2", r"\left(x + 1\right)^{2}"),
        ("x ** (y - 1)", "x^{y - 1}"),
        ("-x * y", r"\left(-x\right) \cdot y"),
        ("2 * pi", r"2 \cdot \pi"),
        ("rate * x", r"\mathrm{rate} \cdot x"),
        ("1 if x > 0 else -1", r"\begin{cases} 1 & x > 0 \\ -1 & \text{otherwise} \end{cases}"),
        ("f(x, y + 1)", r"\operatorname{f}\left(x, y + 1\right)"),
    ],
)
def test_latex(text, set_):
    assert latex(parse(text, functions=("f",))) == set_


def test_latex_fills_templates_and_replaces_names():
    formula = parse("tanh(a) + tanh(a * b)", functions=("tanh",))
    calls = {"tanh": r"\tanh\left({x}\right)"}
    shown = latex(formula, calls, {"a": r"\alpha"})
    assert shown == r"\tanh \alpha + \tanh\left({\alpha \cdot b}\right)"


TEMPLATES = {
    "tanh": r"\tanh\left({x}\right)",
    "expm1": "e^{{x}} - 1",
    "mul": r"{x} \cdot {y}",
    "hypot": r"\sqrt{{x}^2 + {y}^2}",
}


@pytest.mark.parametrize(
    ("text", "set_"),
    [
        ("1 - tanh(a)**2", r"1 - \left(\tanh a\right)^{2}"),
        ("2 * tanh(a)", r"2 \cdot \tanh a"),
        ("tanh(2 // tanh(x))", r"\tanh \left\lfloor \frac{2}{\tanh x} \right\rfloor"),
        ("tanh(tanh(a))", r"\tanh\left({\tanh a}\right)"),
        ("2 * expm1(a)", r"2 \cdot \left(e^{{a}} - 1\right)"),
        ("mul(a, b)**2", r"\left({a} \cdot {b}\right)^{2}"),
        ("2 * mul(a, b)", r"2 \cdot \left({a} \cdot {b}\right)"),
        ("b * hypot(a, 1)", r"b \cdot \sqrt{{a}^2 + {1}^2}"),
    ],
)
def test_latex_of_a_function_keeps_the_meaning_of_what_stands_around_it(text, set_):
    assert latex(parse(text, functions=TEMPLATES), TEMPLATES) == set_


def test_latex_escapes_underscores_in_names():
    assert latex(parse("my_op(my_rate)", functions=("my_op",))) == (
        r"\operatorname{my\_op}\left(\mathrm{my\_rate}\right)"
    )


def test_fill_drops_parentheses_round_a_single_letter():
    assert fill(r"\sin\left({x}\right)", {"x": Written("a")}) == r"\sin a"
    sum_ = fill(r"\sin\left({x}\right)", {"x": Written("a + b", SUM)})
    assert sum_ == r"\sin\left({a + b}\right)"


_ATOMS = st.sampled_from(["x", "y", "1.0", "2.5", "0.1", "pi"])
_TEXTS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%"), inner).map(
            lambda p: f"({p[0]}) {p[1]} ({p[2]})"
        ),
        inner.map(lambda p: f"-({p})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]}) if ({p[1]}) > 0 else ({p[2]})"),
        inner.map(lambda p: f"sin({p})"),
    ),
    max_leaves=12,
)


@given(text=_TEXTS, x=st.floats(-9, 9), y=st.floats(0.1, 9))
def test_printing_keeps_the_meaning_bit_for_bit(text, x, y):
    formula = parse(text, ("x", "y"), ("sin",))
    reprinted = parse(Printer().visit(formula.tree), ("x", "y"), ("sin",))
    ieee = python_function(formula, ("x", "y"), FUNCTIONS, IEEEPrinter())(x, y)
    assert (
        python_function(reprinted, ("x", "y"), FUNCTIONS, IEEEPrinter())(x, y).hex() == ieee.hex()
    )
    try:
        exact = float(eval(text, {"sin": math.sin, "pi": math.pi, "x": x, "y": y}))
    except (ZeroDivisionError, ValueError):
        return
    assert ieee.hex() == exact.hex()


@given(st.text(max_size=60) | st.text("xy0123456789+-*/%()., <>=!e", max_size=60))
def test_any_text_is_read_or_refused_with_a_formula_error(text):
    try:
        formula = parse(text, functions=("exp",))
    except FormulaError:
        return
    assert parse(Printer().visit(formula.tree), functions=("exp",)).names == formula.names


@pytest.mark.parametrize("text", ["[{}]", "x + [{}]", "f(k={})", "{}[x]", "x.{}"])
def test_a_number_too_long_to_write_is_refused_in_a_sentence(text):
    with pytest.raises(FormulaError):
        parse(text.format("0x" + "f" * 3900), ("x",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a +", "invalid syntax"),
        ("(a", "'(' was never closed"),
        ("a\0", "source code string cannot contain null bytes"),
    ],
)
def test_why_a_text_is_not_a_formula(text, reason):
    with pytest.raises(FormulaError, match=f"is not a formula: {re.escape(reason)}"):
        parse(text, ["a"], ())
