"""What operators mean on traced numbers of each kind, against plain Python and NumPy."""

from __future__ import annotations

import array
import copy
import inspect
import itertools
import json
import math
import operator
import pickle
import random
import statistics
import warnings
from contextlib import suppress
from fractions import Fraction

import numpy as np
import pytest
from tape_twins import TWINS, inputs

import chainrule
import chainrule.numpy
from chainrule import NumberError, RangeError, WrongType, compile, grad, take, where
from chainrule.engine.kinds import CONDITION, FLAG, NUMBER, WHOLE
from chainrule.programs.trace.structure import is_tracer
from chainrule.table.rules import NUMBER as RULE

PLAIN = [
    2.5, -0.75, 0.0, 5, -3, 0, 1, True, False, np.True_, np.False_, np.int64(6), np.float64(1.5),
]  # fmt: skip
BINARY = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod,
    operator.pow, operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne, divmod,
]  # fmt: skip
UNARY = [
    operator.neg, operator.pos, abs, math.floor, math.ceil, math.trunc, operator.invert, bool,
]  # fmt: skip


@pytest.fixture(params=TWINS.values(), ids=TWINS)
def twin(request):
    return request.param


def kind_of(x):
    """The kind of a plain number, by its type."""
    if isinstance(x, (bool, np.bool_)):
        return CONDITION if isinstance(x, bool) else FLAG
    return WHOLE if isinstance(x, (int, np.integer)) else NUMBER


def traced(twin, tape, x):
    return twin.Tracer(tape, tape.input(float(x)), kind_of(x))


def picture(x, is_condition=False):
    """The numbers in a result and their kinds. A comparison of numbers is no array's condition."""
    parts = x if isinstance(x, tuple) else (x,)
    pairs = []
    for part in parts:
        value = part.tape.value(part.node) if is_tracer(part) else float(part)
        kind = part.kind if is_tracer(part) else kind_of(part)
        pairs.append(
            (value + 0.0 if value == value else "nan", CONDITION if is_condition else kind)
        )
    return pairs


def attempt(function, *operands):
    """The result of plain Python, or the TypeError; nothing where it raises for the values, or
    where NumPy's ints give 0 instead."""
    divides = function in (operator.truediv, operator.floordiv, operator.mod, divmod)
    shifts = function in (operator.lshift, operator.rshift)
    if (divides and operands[1] == 0) or (shifts and operands[1] < 0):
        return None
    try:
        with np.errstate(all="ignore"):
            result = function(*operands)
    except TypeError as error:
        return error
    except (ZeroDivisionError, ValueError, OverflowError):
        return None
    return None if isinstance(result, complex) else result


@pytest.mark.filterwarnings("ignore:.*interpreted as an index:DeprecationWarning")  # NumPy 2.2
@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
def test_every_operator_on_every_pair_of_kinds(twin, function):
    is_condition = function in BINARY[12:18]
    for x, y in itertools.product(PLAIN, repeat=2):
        plain = attempt(function, x, y)
        if plain is None:
            continue
        tape = twin.Tape()
        a, b = traced(twin, tape, x), traced(twin, tape, y)
        pairs = [(a, b), (a, y), (x, b)]
        for operands in pairs[: 2 if isinstance(x, np.bool_) else 3]:  # NumPy makes it Python's
            if isinstance(plain, TypeError):
                with pytest.raises(TypeError):
                    function(*operands)
            else:
                made = function(*operands)
                assert picture(made, is_condition) == picture(plain, is_condition), (x, y)


@pytest.mark.parametrize("function", UNARY, ids=lambda f: f.__name__)
def test_every_operator_on_every_kind(twin, function):
    for x in PLAIN:
        if function is operator.invert and isinstance(x, bool):
            plain = not x  # logical, where Python's is ~True == -2, and a warning from 3.12 on
        else:
            plain = attempt(function, x)
        tape = twin.Tape()
        a = traced(twin, tape, x)
        if isinstance(plain, TypeError) and not (function is math.trunc or x is np.True_):
            with pytest.raises(TypeError):
                function(a)
        elif not isinstance(plain, TypeError):
            assert picture(function(a)) == picture(plain), x


def test_the_kind_of_a_function_of_the_table(twin):
    tape = twin.Tape()
    n, x, c = (traced(twin, tape, each) for each in (3, 2.5, True))
    for made, kind in (
        (chainrule.max(n, 2), WHOLE), (chainrule.max(n, 2.0), NUMBER), (chainrule.sign(n), WHOLE),
        (chainrule.floor(x), NUMBER), (chainrule.floor(n), WHOLE), (chainrule.exp(n), NUMBER),
        (where(c, n, 2), WHOLE), (where(c, n, x), NUMBER), (where(x, c, n > 2), CONDITION),
        (where(c, n, True), WHOLE), (n**2, WHOLE), (n**-1, NUMBER), (n**0.5, NUMBER),
        (take([n, 4, 5], n - 3), WHOLE), (take([n, 4.5], n - 3), NUMBER),
        (take([c, False], n - 3), CONDITION), (n + 2**60, NUMBER), (n * np.float32(2), NUMBER),
        (sum([c, c, x > 1]), WHOLE),
    ):  # fmt: skip
        assert made.kind == kind


def test_conditions_without_a_guard(twin):
    tape = twin.Tape()
    x, y = traced(twin, tape, 2.0), traced(twin, tape, -1.0)
    for p, q in itertools.product((x > 0, y > 0), repeat=2):
        a, b = (bool(each.tape.value(each.node)) for each in (p, q))
        for function in (operator.and_, operator.or_, operator.xor):
            made = function(p, q)
            assert picture(made) == [(float(function(a, b)), CONDITION)]
        assert picture(~p) == [(float(not a), CONDITION)]
    assert not tape.guards


def test_bits_of_numbers_are_refused(twin):
    tape = twin.Tape()
    x = traced(twin, tape, 2.0)
    for attempt_ in (lambda: x & 1, lambda: 1 << x, lambda: ~x, lambda: (x > 0) & x, lambda: x ^ x):
        with pytest.raises(WrongType, match="needs whole numbers or conditions, but got a number"):
            attempt_()


def test_python_ints_of_any_size_are_operands(twin):
    tape = twin.Tape()
    x = traced(twin, tape, 2.5)
    assert picture(x * 10**18) == [(2.5e18, NUMBER)]
    assert picture(x / math.factorial(24)) == [(2.5 / math.factorial(24), NUMBER)]
    assert picture(10**300 - x) == [(1e300, NUMBER)]
    with pytest.raises(RangeError, match="an int of 1329 bits") as caught:
        x * 10**400
    assert isinstance(caught.value, OverflowError)


def test_a_whole_number_that_a_float_cannot_hold(twin):
    tape = twin.Tape()
    n = traced(twin, tape, 2**40)
    for attempt_ in (lambda: n * n, lambda: n**2, lambda: n << 20, lambda: math.floor(n * 1e9)):
        with pytest.raises(NumberError, match=r"within ±2\*\*53"):
            attempt_()
    assert picture(n * 2**12 + n * 2**12) == [(2.0**53, WHOLE)]
    assert picture(1.0 * n * n) == [(2.0**80, NUMBER)]


@pytest.mark.filterwarnings("ignore:Python raises")
def test_a_division_by_zero_goes_on_without_an_error(twin):
    tape = twin.Tape()
    n = traced(twin, tape, 3)
    assert picture(n // 0) == picture((n // 0) * 2 + n) == [(math.inf, WHOLE)]
    assert math.isnan(tape.value((n % 0 + n).node))


def test_bits_at_the_ends_of_the_exact_range(twin):
    ends = [0, 1, -1, 2**53, -(2**53), 2**53 - 1, 1 - 2**53, 2**31, -(2**31) - 1, 2**32 + 5]
    for x, y in itertools.product(ends, repeat=2):
        tape = twin.Tape()
        a, b = traced(twin, tape, x), traced(twin, tape, y)
        for function in (operator.and_, operator.or_, operator.xor):
            if max(abs(x), abs(y)) < 2**53:
                assert picture(function(a, b)) == [(float(function(x, y)), WHOLE)]
            else:
                with pytest.raises(NumberError, match=r"bitwise_.* got -?9007199254740992 here"):
                    function(a, b)
    for x, count in itertools.product(ends[:3] + ends[5:], (0, 1, 31, 52, 60, 2000)):
        tape = twin.Tape()
        made = traced(twin, tape, x) >> traced(twin, tape, count)
        assert picture(made) == [(float(x >> count), WHOLE)]


# ---- programs ------------------------------------------------------------------------------------


def test_the_kinds_of_arguments():
    kinds = []

    def note(*arguments):
        kinds.extend(x.kind for x in np.ravel(np.array(arguments, dtype=object)))
        return arguments[0] * 1.0

    program = compile(note)
    program(2.0)
    program(np.int64(2))
    program(np.True_)
    compile(lambda x: note(*x) * 1.0)(np.array([2, 3], dtype=np.uint8))
    compile(lambda x: note(*x) * 1.0)(np.array([True, False]))
    assert kinds == [NUMBER, WHOLE, FLAG, WHOLE, WHOLE, FLAG, FLAG]


@pytest.mark.parametrize("number", [np.int64(2**53 + 1), np.array([1, -(2**60)]), np.uint64(2**63)])
def test_an_int_argument_that_a_float_cannot_hold(number):
    with pytest.raises(NumberError, match=r"argument 0 needs ints within ±2\*\*53"):
        compile(lambda n: n * 1.0)(number)
    assert np.all(grad(lambda n: (n * n).sum() if np.ndim(n) else n * n)(number) == 2.0 * number)


@pytest.mark.parametrize("number", [2**53, -(2**53), np.int64(2**53), np.array([-(2**53), 2**53])])
def test_the_largest_ints_that_a_float_can_hold(number):
    assert np.array_equal(compile(lambda n: n * 1.0)(number), number)


def test_a_replay_of_bits():
    program = compile(lambda n, k: (n & k) + (n | k) * 10 + (n ^ k) * 100 + (n << 2) + (n >> k))
    for n, k in itertools.product(range(-9, 10), range(6)):
        assert program(np.int64(n), np.int64(k)) == (
            (n & k) + (n | k) * 10 + (n ^ k) * 100 + (n << 2) + (n >> k)
        )
    rows = compile(lambda x, n: x * (n & 1) + (n % 3), in_axes=0)
    x, n = np.linspace(0, 1, 200), np.arange(200)
    assert np.array_equal(rows(x, n), x * (n & 1) + n % 3)
    assert np.array_equal(rows.grad(x, n), n & 1)


def test_the_listing_of_bits():
    program = compile(lambda n: (n & 6) | 1)
    program(np.int64(5))
    assert "n & 6" in program.listing()


# ---- numbers that would leave a recording --------------------------------------------------------

LEAKS = [
    float, int, complex, operator.index, hash, range, math.sin, math.isnan, pickle.dumps,
    lambda x: f"{x:.2f}", lambda x: format(x, "g"), lambda x: "%.2f" % x, lambda x: "%d" % x,  # noqa: UP031
    lambda x: [1.0, 2.0, 3.0][x], lambda x: {x: 1}, lambda x: {x}, lambda x: "abc"[:x],
    lambda x: array.array("d", [x]), lambda x: statistics.mean([x, x]), np.float64,
    lambda x: statistics.fmean([x]), lambda x: random.Random(0).randint(0, x),
    lambda x: math.hypot(x, 1.0), lambda x: x.as_integer_ratio(),
]  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("transform", [compile, grad])
def test_a_number_that_would_leave_is_refused(leak, transform):
    def function(x):
        leak(x)
        return x * 2.0

    with pytest.raises((chainrule.ChainruleError, TypeError)) as caught:
        transform(function)(2.0)
    assert "  where  " in str(caught.value) and "  remedy  " in str(caught.value)

    def swallowing(x):
        with suppress(Exception):
            leak(x)
        return x * 2.0

    with pytest.raises(chainrule.ChainruleError, match="swallowing caught an error") as caught:
        transform(swallowing)(2.0)
    assert "  where  " in str(caught.value)


def test_the_line_of_a_refusal():
    def function(x):
        with suppress(TypeError):
            float(x)
        return x

    line = inspect.getsourcelines(function)[1] + 2
    with pytest.raises(WrongType, match=rf"test_kinds\.py:{line}"):
        compile(function)(2.0)


def test_what_shows_no_number():
    def function(x):
        assert repr(x) == str(x) == f"{x}" == "%s" % x == "<tracer>"  # noqa: UP031
        assert json.dumps([1.0], default=str) == "[1.0]"
        for name in ("data", "item", "tolist", "hex"):
            assert not hasattr(x, name)
        with pytest.raises(AttributeError, match="may change from call to call"):
            x.data  # noqa: B018
        assert copy.copy(x) is x and copy.deepcopy([x])[0] is x
        return x

    assert compile(function)(2.0) == 2.0


def test_a_refusal_of_an_inner_recording_is_one_of_the_outer():
    def inner(y):
        return float(y) * y

    def outer(x):
        try:
            return x * grad(inner)(2.0)
        except TypeError:
            return x

    with pytest.raises(WrongType, match="outer caught an error of its recording"):
        compile(outer)(3.0)


def test_is_number():
    seen = []

    def function(x):
        seen.append(chainrule.is_number(x) and not isinstance(x, float))
        return x * 2.0

    assert compile(function)(2.0) == 4.0 and seen == [True]
    plain = [2, 2.5, True, np.float32(1), np.int64(2), Fraction(1, 2), chainrule.Value(1.0)]
    assert all(map(chainrule.is_number, plain))
    assert not any(map(chainrule.is_number, ["2", None, [1.0], np.ones(2), 1j]))


# ---- where Python would raise --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "at", "error", "result"),
    [
        (lambda x: 1 / x, 0.0, "ZeroDivisionError", math.inf),
        (lambda x: 1 % x, 0.0, "ZeroDivisionError", math.nan),
        (lambda x: x**-1, 0.0, "ZeroDivisionError", math.inf),
        (lambda x: x**0.5, -1.0, "ValueError", math.nan),
        (lambda x: x**2.5, 1e300, "OverflowError", math.inf),
        (chainrule.log, -1.0, "ValueError", math.nan),
        (chainrule.log, 0.0, "ValueError", -math.inf),
        (chainrule.exp, 1000.0, "OverflowError", math.inf),
        (lambda x: chainrule.acos(x) + 1.0, 2.0, "ValueError", math.nan),
    ],
)
@pytest.mark.filterwarnings("always")
def test_a_recording_warns_where_python_would_raise(function, at, error, result):
    program = compile(function)
    for call in (program, grad(function)):
        with pytest.warns(RuntimeWarning, match=f"Python raises {error} for ") as told:
            got = call(at)
        assert [each.filename for each in told] == [__file__]
    assert program(at) == pytest.approx(result, nan_ok=True)  # a replay is silent
    del got


@pytest.mark.filterwarnings("error")
def test_no_warning_where_python_goes_on():
    assert compile(lambda x: x * x)(1e300) == math.inf
    assert compile(lambda x: x - x)(math.inf) != 0.0
    assert compile(lambda x: chainrule.exp(x))(math.inf) == math.inf
    assert math.isnan(compile(lambda x: chainrule.log(x))(math.nan))


NAN, INF = math.nan, math.inf
UNRAISED = [
    ("div", (1.0, 0.0), "ZeroDivisionError", INF),
    ("div", (-1.0, 0.0), "ZeroDivisionError", -INF),
    ("div", (0.0, 0.0), "ZeroDivisionError", NAN),
    ("div", (INF, 0.0), "ZeroDivisionError", INF),
    ("div", (NAN, 0.0), None, NAN),
    ("div", (0.0, NAN), None, NAN),
    ("div", (NAN, NAN), None, NAN),
    ("div", (INF, INF), None, NAN),
    ("div", (1.0, INF), None, 0.0),
    ("pow", (1e300, 2.0), "OverflowError", INF),
    ("pow", (INF, 2.0), None, INF),
    ("pow", (2.0, INF), None, INF),
    ("pow", (-1.0, 0.5), "ValueError", NAN),
    ("pow", (0.0, -1.0), "ZeroDivisionError", INF),
    ("pow", (NAN, -1.0), None, NAN),
    ("log", (-1.0,), "ValueError", NAN),
    ("log", (NAN,), None, NAN),
    ("log", (INF,), None, INF),
    ("exp", (1000.0,), "OverflowError", INF),
    ("exp", (700.0,), None, math.exp(700.0)),
    ("exp", (INF,), None, INF),
    ("mul", (1e300, 1e300), None, INF),
    ("add", (INF, -INF), None, NAN),
]


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
@pytest.mark.parametrize(("name", "numbers", "error", "result"), UNRAISED)
def test_which_operations_warn(twin, name, numbers, error, result):
    tape, *tracers = inputs(twin, *numbers)
    for k, x in enumerate(tracers):  # one number is traced, the others are plain
        mixed = [*numbers[:k], x, *numbers[k + 1 :]]
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            made = x._apply_or_raise(RULE[name], *mixed)
        text = (
            f"Python raises {error} for {name} here, but a recorded function goes on with "
            f"{result!r}, as IEEE 754 says: an except for it never runs"
        )
        assert [(str(each.message), each.filename) for each in told] == [(text, __file__)] * (
            error is not None
        )
        assert tape.value(made.node) == pytest.approx(result, nan_ok=True, rel=0.0)


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
def test_arrays_are_warned_of_as_by_numpy(twin):
    """By one warning for each operation; not of single numbers, and not where an operand is nan."""
    _, *x = inputs(twin, 0.0, 1.0, NAN, INF)
    array = np.array(x, dtype=object).view(chainrule.numpy.Array)
    for function, message in (
        (lambda x: 1.0 / x, "divide by zero encountered in divide"),
        (lambda x: x[1:] / 0.0, "divide by zero encountered in divide"),
        (lambda x: x[:2] * 1e308 * 10.0, "overflow encountered in multiply"),
        (lambda x: np.log(x[:2] - 2.0), "invalid value encountered in log"),
        (lambda x: x[2:] / 0.0, None),
        (lambda x: x[3:] + x[3:], None),
    ):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            function(array)
        assert [str(each.message) for each in told] == [message] * (message is not None)
