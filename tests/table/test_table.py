"""Every row of the table against mpmath at 50 digits; a new row is tested without a new line."""

from __future__ import annotations

import itertools
import math
import operator
import sys

import mpmath
import numpy as np
import pytest
from exact_rows import EXACT, exact
from mpmath import mp, mpf

import chainrule
from chainrule.engine.dispatch import apply, define
from chainrule.errors import DivisionByZero, DomainError, FormulaError, RangeError, WrongType
from chainrule.table import latex, ops, printers, visitor
from chainrule.table.rules import NUMBER, RULES, holds

pytestmark = pytest.mark.once

ROWS = [row for row in ops.TABLE.values() if row.name in ops.BUILT_IN]
EAGER = [row for row in ROWS if row.eager]
PUBLIC = [row for row in EAGER if row.name in chainrule.engine.functions.__all__]
EPS = sys.float_info.epsilon

OPERATORS = {row.name: getattr(operator, f"__{row.dunder}__") for row in EAGER if row.dunder}


def rows(chosen):
    return pytest.mark.parametrize("row", chosen, ids=lambda row: row.name)


def at_probes(chosen=ROWS):
    points = [(row, probe) for row in chosen for probe in row.probes]
    return pytest.mark.parametrize(
        ("row", "probe"), points, ids=lambda x: getattr(x, "name", str(x))
    )


def at_kinks(chosen=ROWS):
    points = [(row, kink) for row in chosen for kink in row.kinks]
    return pytest.mark.parametrize(
        ("row", "kink"), points, ids=lambda x: getattr(x, "name", str(getattr(x, "at", x)))
    )


def bits(x):
    """Type and bits; nan equals nan, and -0.0 is not 0.0."""
    return type(x), float(x).hex()


def forms(row, Value, operands):
    """One operation, called in every way there is on Values."""
    nodes = [Value(x) for x in operands]
    yield apply(NUMBER[row.name], *nodes)
    if row.name in OPERATORS:
        yield OPERATORS[row.name](*nodes)
        if row.arity == 2:
            yield OPERATORS[row.name](nodes[0], operands[1])
            yield OPERATORS[row.name](operands[0], nodes[1])
    else:
        yield getattr(nodes[0], row.name)(*nodes[1:])
        yield getattr(nodes[0], row.name)(*operands[1:])
    if row in PUBLIC:
        for k in range(row.arity):
            yield getattr(chainrule, row.name)(*operands[:k], nodes[k], *operands[k + 1 :])


# ---- against mpmath -----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def fifty_digits():
    with mp.workdps(50):
        yield


def slope(f, operands, k, order=1):
    """The derivative of f by operand k."""
    vary = lambda x: mpf(f(*operands[:k], x, *operands[k + 1 :]))  # noqa: E731  # a curve
    return mp.diff(vary, operands[k], order)


def condition(f, operands):
    """How much f moves when its operands are rounded: |f| + sum |x df/dx|, in units of eps."""
    return abs(mpf(f(*operands))) + sum(
        abs(x * slope(f, operands, k)) for k, x in enumerate(operands)
    )


def agree(got, wanted, condition):
    """A text of the table is a few roundings long: 8 eps times its condition bounds their sum."""
    assert abs(mpf(got) - wanted) <= 8 * EPS * condition, (
        f"{got!r} instead of {mpmath.nstr(wanted, 20)}"
    )


@rows([row for row in ROWS if row.is_primitive])
def test_mpmath_knows_every_operation_that_only_names_itself(row):
    assert callable(EXACT[row.name])


@at_probes()
def test_value(row, probe):
    operands = [mpf(x) for x in probe]
    wanted = mpf(EXACT[row.name](*operands))
    agree(RULES[NUMBER[row.name]].value(*probe), wanted, condition(EXACT[row.name], operands))


@at_probes()
def test_partials(row, probe):
    """Against the numerical derivative; out is among the operands of the partial's condition."""
    operands = [mpf(x) for x in probe]
    out = mpf(EXACT[row.name](*operands))
    rule = RULES[NUMBER[row.name]]
    for k, text in enumerate(row.partials):
        wanted = slope(EXACT[row.name], operands, k)
        got = rule.partials[k](*map(float, probe), rule.value(*map(float, probe)))
        agree(got, wanted, condition(exact(row, text), [*operands, out]))


@at_probes(EAGER)
def test_second_derivatives(row, probe, Value):
    """The text of a partial, evaluated on Values, differentiates once more."""
    names = {**{other.name: getattr(chainrule, other.name) for other in PUBLIC}}
    point = [mpf(x) for x in probe]
    out = mpf(EXACT[row.name](*point))
    partials = [exact(row, text) for text in row.partials]
    for i, text in enumerate(row.partials):
        x = [Value(float(p)) for p in probe]
        f = printers.python_function(row.read(text), (*row.operands, "out"), names)
        first = f(*x, apply(NUMBER[row.name], *x))
        if not isinstance(first, Value):
            continue  # a constant
        first.backward()
        for j in range(row.arity):

            def second(*at, i=i, j=j):
                """d partial i by operand j, through out as well."""
                return slope(partials[i], at, j) + slope(partials[i], at, len(at) - 1) * partials[
                    j
                ](*at)

            wanted = second(*point, out)
            agree(x[j].grad, wanted, 4 * condition(second, [*point, out]))
            through = lambda *at, i=i: mpf(partials[i](*at, EXACT[row.name](*at)))  # noqa: E731
            assert mp.almosteq(wanted, slope(through, point, j), 1e-25, 1e-25)


@at_probes(EAGER)
def test_values_give_the_partials_of_the_rules_in_every_spelling(row, probe, Value):
    rule = RULES[NUMBER[row.name]]
    numbers = [float(x) for x in probe]
    out = rule.value(*numbers)
    for made in forms(row, Value, probe):
        assert isinstance(made, Value)
        assert made.op == row.name
        assert float(made.data).hex() == out.hex()
        for operand, partial, by in zip(made._operands, made._partials, rule.partials):
            wanted = None if operand.kind == "constant" else by(*numbers, out)
            if rule.is_gate:
                wanted = wanted or None
            assert partial == wanted


@at_kinks()
def test_kinks_give_what_the_row_says(row, kink):
    rule = RULES[NUMBER[row.name]]
    out = rule.value(*kink.at)
    got = [partial(*kink.at, out) for partial in rule.partials]
    assert [float(x).hex() for x in got] == [float(x).hex() for x in kink.partials]


@at_kinks(EAGER)
def test_kinks_on_values(row, kink, Value):
    x = [Value(float(at)) for at in kink.at]
    apply(NUMBER[row.name], *x).backward()
    assert [node.grad.hex() for node in x] == [float(wanted).hex() for wanted in kink.partials]


# ---- the domain ----------------------------------------------------------------------------------

_EDGES = (-1.0, 0.0, 1.0)
_NUMBERS = sorted(
    {
        *_EDGES, 2.0, -2.0, 0.5, -0.5, 1e300, -1e300, math.inf, -math.inf,
        *(math.nextafter(x, side) for x in _EDGES for side in (-math.inf, math.inf)),
    }
)  # fmt: skip


@at_probes()
def test_probes_lie_in_the_domain(row, probe):
    assert len(probe) == row.arity
    assert not row.domain or holds(row, row.domain, probe)
    assert not row.pole or not holds(row, row.pole, probe)


@rows(EAGER)
def test_outside_the_domain_it_raises_and_inside_it_does_not(row, Value):
    points = list(itertools.product(_NUMBERS, repeat=row.arity))
    outside = 0
    for point in points:
        numbers = [Value(x) for x in point]
        broken = bool(row.pole) and holds(row, row.pole, point)
        if broken or (row.domain and not holds(row, row.domain, point)):
            outside += 1
            with pytest.raises(DivisionByZero if broken else DomainError) as raised:
                apply(NUMBER[row.name], *numbers)
            assert broken == isinstance(raised.value, ZeroDivisionError)
            assert not isinstance(raised.value, OverflowError)
            with pytest.raises(type(raised.value)):
                apply(NUMBER[row.name], *point)
            assert not math.isfinite(RULES[NUMBER[row.name]].value(*point))
        else:
            try:
                apply(NUMBER[row.name], *numbers)
            except RangeError:
                assert row.overflows
    assert bool(outside) == bool(row.domain or row.pole)


@rows([row for row in EAGER if row.overflows])
def test_what_is_too_large_for_a_float_raises(row, Value):
    point = (2000.0, 2000.0, 2000.0)[: row.arity]
    assert RULES[NUMBER[row.name]].value(*point) == math.inf
    with pytest.raises(RangeError) as raised:
        apply(NUMBER[row.name], *map(Value, point))
    assert isinstance(raised.value, OverflowError)
    with pytest.raises(RangeError):
        apply(NUMBER[row.name], *point)


@rows(EAGER)
def test_nan_is_passed_on_and_no_error(row, Value):
    nan = (math.nan, *row.probes[0][1:])
    made = apply(NUMBER[row.name], *map(Value, nan))
    assert math.isnan(made.data) or row.name in ("where", "fmin", "fmax")


# ---- numbers, Values and arrays ------------------------------------------------------------------


@at_probes(PUBLIC)
def test_the_function_gives_floats_and_values_the_same_bits(row, probe, Value):
    f = getattr(chainrule, row.name)
    assert bits(f(*probe)) == bits(f(*map(Value, probe)).data)


@at_probes(PUBLIC)
def test_the_function_gives_arrays_the_same_bits(row, probe):
    f = getattr(chainrule, row.name)
    got = f(*(np.array([x, x]) for x in probe))
    assert got.dtype == np.float64
    assert [float(x).hex() for x in got] == [float(f(*map(float, probe))).hex()] * 2


@rows([row for row in EAGER if row.keeps_int])
@pytest.mark.parametrize(
    "point", [(7, 2, 3), (-7, 2, -3), (7, -2, 0), (0, 5, 1), (-4, 2, 2), (3, 4, 9)]
)
def test_rows_that_keep_ints(row, point, Value):
    point = point[: row.arity]
    wanted = printers.python_function(row.read(row.formula), row.operands, vars(chainrule))
    for made in forms(row, Value, point):
        if row.name == "pow" and point[1] < 0:
            assert type(made.data) is float
            continue
        assert type(made.data) is int
        assert made.data == wanted(*point)
    mixed = (float(point[0]), *point[1:])
    assert all(type(made.data) is float for made in forms(row, Value, mixed))


@rows([row for row in EAGER if not row.keeps_int and not row.is_gate])
def test_rows_that_do_not_keep_ints(row, Value):
    point = [math.ceil(abs(x)) for x in row.probes[0]]
    if not row.domain or holds(row, row.domain, point):
        assert all(type(made.data) is float for made in forms(row, Value, point))


class Recorder:
    """Stands in an object array and notes which method NumPy calls."""

    def __init__(self):
        self.called = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_: self.called.append(name)


def _numpy_asks_for_a_method(row):
    ufunc = getattr(np, row.numpy or row.name, None)
    if not isinstance(ufunc, np.ufunc) or ufunc.nin != row.arity:
        return False
    recorder = Recorder()
    try:
        ufunc(*[np.array([recorder], dtype=object)] * row.arity)
    except TypeError:
        return False
    return recorder.called == [row.numpy or row.name]


@rows([row for row in EAGER if not row.dunder and _numpy_asks_for_a_method(row)])
def test_numpy_functions_work_on_object_arrays(row, Value):
    ufunc = getattr(np, row.numpy or row.name)
    for probe in row.probes:
        nodes = [np.array([Value(x)], dtype=object) for x in probe]
        (made,) = ufunc(*nodes)
        assert isinstance(made, Value)
        assert made.op == row.name
        assert made._prev == tuple(node[0] for node in nodes)


@rows([row for row in EAGER if row.numpy and not row.dunder])
def test_the_name_that_numpy_uses_is_a_method(row, Value):
    assert isinstance(getattr(np, row.numpy), np.ufunc)
    probe = row.probes[0]
    made = getattr(Value(probe[0]), row.numpy)(*probe[1:])
    assert made.op == row.name


@rows([row for row in ROWS if row.numpy or row.ufuncs])
def test_the_ufuncs_of_a_row_compute_the_same(row):
    for name in filter(None, (row.numpy, *row.ufuncs)):
        ufunc = getattr(np, name, None)
        if not isinstance(ufunc, np.ufunc):
            ufunc = getattr(pytest.importorskip("scipy.special"), name)
        assert ufunc.nin == row.arity
        for probe in row.probes:
            got = float(ufunc(*map(float, probe)))
            assert math.isclose(RULES[NUMBER[row.name]].value(*probe), got, rel_tol=16 * EPS)


@rows([row for row in EAGER if row.defaults])
def test_trailing_operands_may_be_left_out(row, Value):
    given = row.arity - len(row.defaults)
    for x in (1.5, -1.5):
        short = getattr(chainrule, row.name)(*[Value(x)] * given)
        method = getattr(Value(x), row.name)(*[x] * (given - 1))
        full = getattr(chainrule, row.name)(*[Value(x)] * given, *row.defaults)
        assert bits(short.data) == bits(full.data) == bits(method.data)


# ---- what people read ----------------------------------------------------------------------------


@rows(ROWS)
def test_latex_is_well_formed(row):
    depth = 0
    for letter in row.latex:
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    assert depth == 0
    assert row.latex.count(r"\left") == row.latex.count(r"\right")
    for x in row.operands:
        assert f"{{{x}}}" in row.latex
    operands = {x: visitor.Written(f"operand_{x}", 0) for x in row.operands}
    filled = latex.fill(row.latex, operands)
    assert all(f"{{operand_{x}}}" in filled for x in row.operands)
    for text in (row.formula, *row.partials, *filter(None, (row.domain, row.pole))):
        calls = {other.name: other.latex for other in ROWS}
        set_ = latex.LaTeX(calls, latex.CONSTANTS).visit(row.read(text).tree).text
        assert set_.count("{") == set_.count("}")
        assert set_.count(r"\left") == set_.count(r"\right")


@rows(ROWS)
def test_rows_are_complete(row):
    assert row.name.isidentifier()
    assert row.symbol
    assert len(row.reasons) == row.arity
    for point, reason in enumerate(row.reasons):
        assert reason and not reason.endswith(".")
        assert "`" not in "".join(x for x in row.reason(point) if isinstance(x, str))
    assert row.probes
    assert row.remedy or not (row.domain or row.overflows)
    assert not row.pole or row.domain
    assert all(len(kink.at) == len(kink.partials) == row.arity and kink.why for kink in row.kinks)
    assert ops.TABLE[row.name] is row


@rows(PUBLIC)
def test_the_function_is_documented_by_its_row(row):
    doc = getattr(chainrule, row.name).__doc__
    assert row.formula in doc
    assert all(reason in doc for reason in row.reasons)
    assert all(text in doc for text in row.partials)
    assert ("Raises:" in doc) == bool(row.domain or row.overflows)


# ---- rows that define adds -----------------------------------------------------------------------


def test_define_adds_an_operation_like_the_others(Value):
    cube = define("cube_of_tests", "x**3", ("3*x**2",), domain="x < 100", why="the power rule")
    x = Value(2.0)
    made = cube(x)
    made.backward()
    assert (made.data, x.grad, made.op) == (8.0, 12.0, "cube_of_tests")
    assert cube(2.0) == 8.0
    assert list(cube(np.array([1.0, 2.0]))) == [1.0, 8.0]
    assert (
        define("cube_of_tests", "x**3", ("3*x**2",), domain="x < 100", why="the power rule")(3)
        == 27
    )


def test_define_takes_up_to_three_operands_and_calls_the_rows_and_each_other(Value):
    mean = define("mean_of_tests", "(x + y + z) / 3", ("1 / 3", "1 / 3", "1 / 3"))
    both = define(
        "both_of_tests", "mean_of_tests(x, y, tanh(x))", ("(2 - tanh(x)**2) / 3", "1 / 3")
    )
    x, y = Value(0.5), Value(-1.0)
    both(x, y).backward()
    assert both(x, y).data == mean(0.5, -1.0, math.tanh(0.5))
    assert y.grad == 1 / 3
    with pytest.raises(WrongType, match="needs 2 operands, but got 1"):
        both(x)


@pytest.mark.parametrize(
    ("name", "text", "partials"),
    [
        ("tanh", "tanh(x)", ("1 - out * out",)),
        ("not a name", "x", ("1",)),
        ("lambda", "x", ("1",)),
        ("out", "x", ("1",)),
        ("broken_a_of_tests", "x +", ("1",)),
        ("broken_b_of_tests", "x", ("1 +",)),
        ("broken_c_of_tests", "unknown(x)", ("1",)),
        ("broken_d_of_tests", "x + y", ("1",)),
        ("broken_e_of_tests", "x", ()),
        ("broken_f_of_tests", "x", ("1",) * 4),
        ("broken_g_of_tests", "broken_g_of_tests(x)", ("1",)),
        ("broken_h_of_tests", "out", ("1",)),
    ],
)
def test_define_refuses_what_is_no_row(name, text, partials):
    count = len(RULES)
    with pytest.raises(FormulaError):
        define(name, text, partials)
    assert len(RULES) == count
    assert (name in ops.TABLE) == (name == "tanh")


def test_define_reads_the_domain_at_once():
    with pytest.raises(FormulaError):
        define("domain_of_tests", "x", ("1",), domain="x >")


def test_define_refuses_a_second_meaning():
    define("meaning_of_tests", "x + 1", ("1",))
    with pytest.raises(FormulaError, match="already defined differently"):
        define("meaning_of_tests", "x + 2", ("1",))


def test_define_wants_partials_in_a_tuple():
    with pytest.raises(WrongType, match="one formula for each operand"):
        define("text_of_tests", "x", "1")


def test_a_defined_operation_raises_outside_its_domain(Value):
    half = define("half_of_tests", "sqrt(x)", ("0.5 / out",), domain="x >= 0")
    with pytest.raises(DomainError, match=r"half_of_tests needs x >= 0, but x = -1\.0\."):
        half(Value(-1.0))


# ---- what a row says -----------------------------------------------------------------------------


def said(row):
    """The texts of a row that people read, one to a line."""
    texts = {
        "formula": row.formula, "partials": row.partials, "domain": row.domain, "pole": row.pole,
        "reasons": row.reasons, "remedy": row.remedy,
        "kinks": [f"{kink.at} {kink.partials} {kink.why}" for kink in row.kinks],
    }  # fmt: skip
    lines = [f"{row.name}"]
    for field, text in texts.items():
        several = [text] if isinstance(text, str) else text
        lines += [f"  {field:<9} {line}" for line in several if line]
    return "\n".join(lines) + "\n"


def test_the_rows_say_what_the_golden_file_says(golden):
    golden("table/rows.txt", "\n".join(map(said, ROWS)))


@rows([row for row in ROWS if row.arity == 2])
def test_a_row_commutes_if_its_operands_can_be_swapped(row):
    """All but hypot, in whose sum of squares rounding may depend on the order."""
    value = RULES[NUMBER[row.name]].value
    points = [*row.probes, (2.0, 3.0), (1.0, -4.0), (0.5, 2.5), (12.0, 3.0), (0.0, -0.0)]
    is_symmetric = all(bits(value(x, y)) == bits(value(y, x)) for x, y in points)
    assert row.commutes == (is_symmetric and row.name != "hypot"), row.name


@rows(ROWS)
def test_a_row_that_can_refuse_an_operand_has_a_remedy(row):
    assert bool(row.remedy) == bool(row.domain or row.pole or row.overflows)


def test_rows_with_different_partials_have_different_reasons():
    partials = {}
    for row in ROWS:
        for reason, partial in zip(row.reasons, row.partials):
            partials.setdefault(reason, {})[row.name] = partial
    for reason, by_row in partials.items():
        assert len(set(by_row.values())) == 1, (reason, by_row)


def test_a_defined_operation_without_a_result_raises(engine):
    """Where every operand is a number and the formula gives nan, as inf - inf here."""
    gap = define("gap_of_exponentials", "exp(x) - exp(2*x)", ("exp(x) - 2*exp(2*x)",))
    assert gap(engine.Value(1.0)).data == math.exp(1.0) - math.exp(2.0)
    with pytest.raises(DomainError, match="no real value at x = 1000"):
        gap(engine.Value(1000.0))
