"""The C that a program is written as computes what the program computes, bit for bit."""

from __future__ import annotations

import ctypes
import itertools
import re
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from recorded_programs import ROWS, SPECIAL, bits, doubling, functions, points, recorded

import chainrule
from chainrule.engine.dispatch import apply
from chainrule.errors import ChoiceError, GraphError, ShapeError
from chainrule.programs import Program, compile, grad, take
from chainrule.table.rules import NUMBER

pytestmark = pytest.mark.once

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-ffp-contract=off")
FAST = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math")
POINTER = ctypes.POINTER(ctypes.c_double)


class Built:
    """The functions of C files, built into one library."""

    counter = itertools.count()

    def __init__(self, folder, *sources, flags=("-O1",)):
        number = next(self.counter)
        paths = []
        for k, source in enumerate(sources):
            paths.append(folder / f"file{number}_{k}.c")
            paths[-1].write_text(source)
        target = folder / f"library{number}.so"
        exact = re.findall(r"-fno-builtin-\w+", "".join(sources))  # as the files say
        command = [shutil.which("gcc") or "cc", *STRICT, *flags, *exact, "-shared", "-fPIC"]
        done = subprocess.run(
            [*command, *map(str, paths), "-o", str(target), "-lm"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[:2000]
        self.library = ctypes.CDLL(str(target))

    def point(self, name, numbers, slopes):
        """The status, the value and the gradient at one point."""
        inputs = np.array(numbers, dtype=float)
        value, gradient = np.full(1, 7.0), np.full(max(1, slopes), 7.0)
        function = getattr(self.library, name)
        function.argtypes = [POINTER] * 3
        status = function(*(x.ctypes.data_as(POINTER) for x in (inputs, value, gradient)))
        return status, value[0], gradient[:slopes]

    def rows(self, name, rows, inputs, values, gradients):
        """How many rows failed, the values and the gradients, which have these lengths."""
        inputs = np.concatenate([np.ravel(x) for x in inputs]).astype(float)
        values, gradients = np.full(values, 7.0), np.full(gradients, 7.0)
        function = getattr(self.library, f"{name}_rows")
        function.argtypes, function.restype = [ctypes.c_size_t] + [POINTER] * 3, ctypes.c_size_t
        given = (x.ctypes.data_as(POINTER) for x in (inputs, values, gradients))
        return function(rows, *given), values, gradients


def same(a, b):
    return [*map(bits, np.ravel(a).tolist())] == [*map(bits, np.ravel(b).tolist())]


def grid(row):
    """Operands of a row: ordinary, singular, infinite, missing."""
    numbers = (
        [0.3, -1.7, 1.0, 2.0, -2.0, 700.5, *SPECIAL] if row.arity < 3 else [0.0, 1.5, *SPECIAL]
    )
    return [*itertools.product(numbers, repeat=row.arity), *row.probes, *(k.at for k in row.kinks)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("c")


@pytest.fixture(scope="module")
def every_row(folder):
    """A program for each row of the table, and all of them in C."""
    programs = {}
    for row in ROWS:
        program = compile(lambda *x, n=NUMBER[row.name]: apply(n, *x))
        program(*row.probes[0])
        programs[row.name] = program
    sources = [
        program.to_c(argnums=tuple(range(len(ROWS[k].operands))), name=f"row_{name}")
        for k, (name, program) in enumerate(programs.items())
    ]
    return programs, Built(folder, *sources, flags=("-O2",))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_of_the_table(row, every_row):
    programs, built = every_row
    argnums = tuple(range(row.arity))
    for at in grid(row):
        status, value, gradient = built.point(f"row_{row.name}", at, row.arity)
        expected = programs[row.name].value_and_grad(*at, argnums=argnums)
        assert status == 0
        assert same([value, *gradient], [expected[0], *expected[1]]), at


@settings(max_examples=15)
@given(functions(), points, points)
def test_random_programs_with_branches(folder, function, at, elsewhere):
    program, answers = recorded(function, at)
    (paths,) = program.recordings.all.values()
    built = Built(folder, program.to_c(name="drawn"))
    for x, (value, slopes) in zip(at, answers):
        status, *found = built.point("drawn", x, 3)
        assert status == 0
        assert same(found[0], value) and same(found[1], slopes)
    known = len(paths.all)
    for x in elsewhere:
        expected = program.value_and_grad(x)
        status, value, slopes = built.point("drawn", x, 3)
        if status == 1:
            assert len(paths.all) > known
            assert (value, *slopes) == (7.0,) * 4  # nothing was written
        else:
            assert status == 0 and same([value, *slopes], [expected[0], *expected[1]])


@settings(max_examples=8)
@given(functions(branches=False), points)
def test_random_programs_on_rows(folder, function, at):
    program = compile(function, in_axes=0)
    rows = np.array((at * 70)[:70])
    values, slopes = program.value_and_grad(rows)
    built = Built(folder, program.to_c(rows, name="drawn"), flags=FAST)
    for count in (1, 16, 33, len(rows)):
        failed, found, gradients = built.rows("drawn", count, rows[:count].T, count, 3 * count)
        assert failed == 0
        assert same(found, values[:count]) and same(gradients, slopes[:count].T)


def test_a_loop_takes_every_path_that_was_recorded(folder, golden):
    program = compile(doubling)
    for x in (20.0, 70.0, 200.0):
        program(x)
    text = program.to_c()
    golden("c/paths.c", text)
    built = Built(folder, text)
    for x in (20.0, 21.5, 70.0, 60.0, 100.0, 1e9):
        assert built.point("doubling", [x], 1)[1:] == (doubling(x), [program.grad(x)])
    assert built.point("doubling", [0.1], 1) == (1, 7.0, [7.0])
    assert built.point("doubling", [float("nan")], 1)[0] == 0  # no comparison holds: as 200
    rows = [20.0, 0.1, 200.0]
    failed, values, slopes = built.rows("doubling", 3, rows, 3, 3)
    assert failed == 1
    assert same(values, [doubling(20.0), np.nan, -200.0])
    assert same(slopes, [program.grad(20.0), np.nan, -1.0])


def flags_of(text):
    """The flags in the comment of a C file, but for those about the processor."""
    command = text[text.index("cc -O3") : text.index(" * With")]
    return [flag for flag in command.replace("*", " ").split() if flag.startswith("-f")]


@pytest.mark.parametrize("level", ["-O2", "-O3"])
def test_a_compiler_computes_nothing_in_its_own_way(folder, level):
    """Called with constants, everything could be computed by the compiler, with other roundings."""

    def function(x):
        total = x[0] ** x[1] + x[0] ** 2.5
        for name in ("sin", "cos", "tan", "exp", "log", "tanh", "expm1", "log1p", "cbrt", "erf"):
            total = total * 0.7 + getattr(chainrule, name)(x[0])
        return total

    program = compile(function)
    points = np.random.default_rng(0).uniform(0.1, 3.0, (60, 2))
    text = program.to_c(points[0], name="f")
    calls = "".join(
        f"    f((const double[]){{{x!r}, {y!r}}}, out + {3 * k}, out + {3 * k + 1});\n"
        for k, (x, y) in enumerate(points.tolist())
    )
    main = f"int all(const double *inputs, double *unused, double *out) {{\n{calls}"
    main += "    (void)inputs, (void)unused;\n    return 0;\n}\n"
    prototype = "int all(const double *inputs, double *unused, double *out);\n"
    built = Built(folder, text + prototype + main, flags=(level, *flags_of(text)))
    _, _, found = built.point("all", [0.0], 3 * len(points))
    expected = [(value, *slopes) for value, slopes in map(program.value_and_grad, points)]
    assert same(found, expected)


def test_the_comment_names_the_functions_that_are_rounded():
    text = compile(lambda x: chainrule.sin(x) * chainrule.sqrt(abs(x))).to_c(1.0)
    assert flags_of(text)[-3:] == ["-ffp-contract=off", "-fno-builtin-cos", "-fno-builtin-sin"]
    assert "fno-builtin" not in compile(lambda x: x * x).to_c(1.0)


def squared_error(w, x, y):
    return (chainrule.tanh(w[0] * x[0] + w[1] * x[1] + w[2]) - y) ** 2


@pytest.mark.parametrize("reduce", [None, "sum", "mean"])
@pytest.mark.parametrize("argnums", [0, 1, (0, 1, 2)])
def test_rows_with_shared_arguments(folder, golden, reduce, argnums):
    rng = np.random.default_rng(3)
    w, x, y = rng.normal(size=3), rng.normal(size=(150, 2)), rng.normal(size=150)
    program = compile(squared_error, in_axes=(None, 0, 0), reduce=reduce)
    value, slopes = program.value_and_grad(w, x, y, argnums=argnums)
    text = program.to_c(w, x, y, argnums=argnums)
    if reduce == "mean" and argnums == 0:
        golden("c/rows.c", text)
    built = Built(folder, text, flags=FAST)
    slopes = slopes if isinstance(slopes, tuple) else (slopes,)
    flat = np.concatenate([np.ravel(slope.T) for slope in slopes])
    count = 150 if reduce is None else 1
    failed, found, gradients = built.rows("squared_error", 150, [w, x.T, y], count, len(flat))
    assert failed == 0
    assert same(found, value) and same(gradients, flat)


@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_rows_of_several_paths_are_summed_alike(folder, reduce):
    def function(w, x):
        return w * x if x > 0 else w * w * x

    program = compile(function, in_axes=(None, 0), reduce=reduce)
    x = np.random.default_rng(1).normal(size=500)
    value, slopes = program.value_and_grad(1.5, x, argnums=(0, 1))
    built = Built(folder, program.to_c(1.5, x, name="f", argnums=(0, 1)))
    failed, values, found = built.rows("f", 500, [[1.5], x], 1, 501)
    assert failed == 0
    # Another order of additions: 500 of them, each off by half an ulp of the sum of magnitudes.
    tolerance = 500 * 2.0**-53 * np.abs(x).sum() * 3
    assert abs(values[0] - value) < tolerance and abs(found[0] - slopes[0]) < tolerance
    assert same(found[1:], slopes[1])


def test_tables(folder):
    def function(table, i):
        doubled = [x * 2 for x in table]
        return take(table, i) ** 2 + take(doubled, i) * take(list(reversed(doubled)), i)

    program = compile(function)
    table = [1.0, -2.5, 3.0]
    built = Built(folder, program.to_c(table, np.int64(0), name="f"))
    for i in range(-3, 3):
        value, slopes = program.value_and_grad(table, np.int64(i))
        assert same(np.hstack(built.point("f", [*table, i], 3)[1:]), [value, *slopes])
    for wrong in (3, -4, 0.5, np.nan, np.inf):
        assert built.point("f", [*table, wrong], 3)[:2] == (2, 7.0)
    columns = [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [0, 9]]
    failed, values, _ = built.rows("f", 2, columns, 2, 6)
    assert (
        failed == 1
        and values[0] == program([1.0, 2.0, 3.0], np.int64(0))
        and values[1] != values[1]
    )


def test_a_long_program_is_cut(folder):
    def function(x):
        total, table = x[0], []
        for i in range(6000):
            total = total * x[i % 3] + i % 7
            if i % 40 == 0:
                total = chainrule.sin(total)
                table.append(total)
        return total + take(table, x[3]) * table[0]

    program = compile(function)
    at = [0.9, -0.8, 1.1, 3.0]
    value, slopes = program.value_and_grad(at)
    text = program.to_c(name="long_one")
    assert "malloc" in text
    assert max(len(part.splitlines()) for part in text.split("\n\n")) < 1000
    status, *found = Built(folder, text, flags=("-O0",)).point("long_one", at, 4)
    assert status == 0 and same(found[0], value) and same(found[1], slopes)


def test_a_nested_derivative_and_an_operation_of_ones_own(folder):
    cube = chainrule.define("c_cube", "x**3", ("3*x**2",))
    program = compile(lambda x: grad(lambda y: cube(y) * x)(x) + chainrule.log(x))
    built = Built(folder, program.to_c(2.0, name="f"))
    for x in (2.0, 0.3, -1.0):
        assert same(built.point("f", [x], 1)[1:2], program(x))
        assert same(built.point("f", [x], 1)[2], program.grad(x))


def test_results_that_need_no_operation(folder):
    for function in (lambda x: x, lambda x: 3.0, lambda x: x * 0 + float("nan")):
        program = compile(function)
        built = Built(folder, program.to_c(2.0, name="f"))
        assert same(np.hstack(built.point("f", [2.0], 1)[1:]), program.value_and_grad(2.0))
        failed, values, slopes = built.rows("f", 20, np.arange(20.0), 20, 20)
        assert failed == 0 and same(values[3], program(3.0)) and same(slopes[3], program.grad(3.0))


def test_only_what_is_used_is_written():
    text = compile(lambda x: chainrule.softplus(x)).to_c(1.0)
    assert "op_softplus" in text and "op_max" in text
    assert "modulo" not in text and "op_gelu" not in text and "malloc" not in text


def test_names():
    program = compile(lambda x: x * 2)
    assert "int function(" in program.to_c(1.0)
    assert "int fine(" in program.to_c(name="fine")
    for name in ("exp", "double", "2x", "a b", "op_exp", "é"):
        with pytest.raises(ChoiceError, match="name needs to be an unused name in C"):
            program.to_c(name=name)

    def exp(x):
        return x

    assert "int program_exp(" in compile(exp).to_c(1.0)


def test_what_cannot_be_written():
    with pytest.raises(GraphError, match="has recorded nothing yet"):
        compile(lambda x: x).to_c()
    with pytest.raises(ShapeError, match="a gradient needs a function that returns one number"):
        compile(lambda x: [x, x]).to_c(1.0)


def test_a_loaded_program_writes_the_same(tmp_path):
    program = compile(squared_error, in_axes=(None, 0, 0), reduce="mean")
    program([1.0, 2.0, 3.0], np.ones((4, 2)), np.ones(4))
    program.save(tmp_path / "p.json")
    assert Program.load(tmp_path / "p.json").to_c() == program.to_c()


def test_a_name_cannot_leave_the_comment(folder):
    program = compile(lambda p: p["*/ int evil; /*"] * 2)
    Built(folder, program.to_c({"*/ int evil; /*": 1.0}))
    assert "*/ int evil" not in program.to_c()


def test_the_comment_says_when_sums_have_another_order():
    def function(w, x):
        return w * x if x > 0 else w

    one = compile(function, in_axes=(None, 0), reduce="sum")
    one.value_and_grad(2.0, np.array([1.0, 2.0]))
    assert "another order" not in " ".join(one.to_c().split())
    one.value_and_grad(2.0, np.array([1.0, -2.0]))
    assert "added up in another order" in " ".join(one.to_c().replace(" * ", " ").split())
