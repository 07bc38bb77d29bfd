"""A listing says what was recorded, in Python that records the same again."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from recorded_programs import ROWS, bits, doubling, functions, points, recorded

import chainrule
from chainrule.engine.dispatch import apply
from chainrule.errors import ChoiceError, GraphError
from chainrule.programs import compile, grad, take
from chainrule.programs.export.listing import literal
from chainrule.programs.twin import Tape, Tracer
from chainrule.table.rules import NUMBER


def nested_array(x):
    return np.array(x, dtype=object)


def scatter(length, pairs):
    """The function that the listing of a derivative calls: sums at indices."""
    tape = pairs[0][0].tape
    nodes = [(i.node, x.node if hasattr(x, "node") else tape.constant(x)) for i, x in pairs]
    region = tape.scatter(length, nodes)
    return [Tracer(tape, tape.entry(region, k)) for k in range(length)]


NAMES = {
    **{row.name: (lambda *x, n=NUMBER[row.name]: apply(n, *x)) for row in ROWS},
    "take": take, "scatter": scatter, "array": nested_array,
    "inf": float("inf"), "nan": float("nan"),
}  # fmt: skip


def numbers_in(out):
    """The numbers of a result, whatever its structure."""
    if isinstance(out, (list, tuple, np.ndarray)):
        return [x for part in out for x in numbers_in(part)]
    return [out]


def run_again(text, *arguments):
    """Execute a listing with traced numbers, and return the numbers of its results."""
    scope = dict(NAMES)
    exec(text, scope)
    tape = Tape()
    traced = [
        [Tracer(tape, tape.input(x)) for x in given]
        if isinstance(given, list)
        else Tracer(tape, tape.input(given))
        for given in arguments
    ]
    (name,) = [name for name in scope if f"def {name}(" in text]
    out = scope[name](*traced)
    return [x.tape.value(x.node) if hasattr(x, "tape") else float(x) for x in numbers_in(out)]


@settings(max_examples=60)
@given(functions(branches=False), points)
def test_a_listing_can_be_run_again_to_the_same_bits(function, at):
    program, _ = recorded(function, at)
    text = program.listing()
    slopes = program.listing(what="grad")
    for x in at:
        assert [*map(bits, run_again(text, x))] == [bits(program(x))]
        assert [*map(bits, run_again(slopes, x))] == [*map(bits, program.grad(x))]


@settings(max_examples=40)
@given(functions(), points)
def test_every_path_is_listed_and_asks_the_same(function, at):
    program, answers = recorded(function, at)
    blocks = program.listing(what="value_and_grad").split("\n\n")
    assert len(blocks) == len(next(iter(program.recordings.all.values())).all)
    for x, (value, slopes) in zip(at, answers):
        found = []
        for block in blocks:
            try:
                found.append(run_again(block, x))
            except AssertionError:
                continue
        assert [[*map(bits, out)] for out in found] == [[*map(bits, (value, *slopes))]]


def test_the_paths_of_a_loop(golden):
    program = compile(doubling)
    for x in (20.0, 70.0, 200.0):
        program(x)
    golden("listing/paths.txt", program.listing())


def test_trees_tables_and_fixed_arguments(golden):
    def function(p, table, i, *rest, power=2, mode="fast"):
        a = p["a"] ** power + take(table, i) * rest[0]
        return {"a": a, "b": (chainrule.relu(p["w"][1][0]), [a * -0.5])}

    program = compile(function)
    p = {"a": 1.5, "w": [[1.0], [2.0]]}
    program(p, np.arange(3.0), np.int64(1), 0.25, mode="slow")
    program(p, [1.0, 2.0], np.int64(1), 0.25, 0.5, power=3)
    program(p, np.arange(30.0).reshape(10, 3)[:, 1], np.int64(1), 0.25)
    golden("listing/trees.txt", program.listing())


def test_derivatives(golden):
    program = compile(lambda w, x: chainrule.tanh(w[0] * x + w[1]) ** 2)
    program([0.5, 1.0], 2.0)
    kinds = ("grad", "value_and_grad", "jacobian", "hvp")
    golden("listing/grad.txt", "\n".join(program.listing(what=what) for what in kinds))
    assert program.listing(what="hessian").count("return [[") == 1
    assert "grad with respect to w, x" in program.listing(what="grad", argnums=(0, 1))


def test_rows_say_their_axes():
    program = compile(lambda w, x: w * x, in_axes=(None, 0), reduce="mean")
    text = program.listing(2.0, np.arange(3.0))
    assert "# for each row: in_axes=(None, 0), reduce='mean'" in text
    assert "v1 = w * x" in text


def test_arguments_choose_the_structure_and_record_it():
    program = compile(lambda x: x[0] if x[0] > 0 else x[1])
    assert "path" not in program.listing([1.0, 2.0])
    assert "path 2 of 2" in program.listing([-1.0, 2.0])
    program([1.0, 2.0, 3.0])
    assert program.listing().count("structure 2 of 2") == 1
    assert "structure" not in program.listing([1.0, 2.0])


def test_dead_code_is_left_out():
    def function(x):
        chainrule.exp(x)
        return x * 3

    assert "exp" not in compile(function).listing(1.0)


def test_a_nested_derivative_reads_through_its_copies():
    program = compile(lambda x: grad(lambda y: y * y * x)(x))
    text = program.listing(3.0)
    assert "copy" not in text
    assert run_again(text, 3.0) == [18.0]


def test_an_operation_of_ones_own_says_its_formula():
    chainrule.define("listed_cube", "x**3", ("3*x**2",))
    cube = chainrule.define("listed_cube", "x**3", ("3*x**2",))
    text = compile(lambda x: cube(x) + 1).listing(2.0)
    assert "# listed_cube(x) = x**3" in text
    assert "v1 = listed_cube(x)" in text


def test_long_lines_are_broken():
    text = compile(lambda x: [each * 2 for each in x]).listing([0.5] * 100)
    assert max(map(len, text.splitlines())) <= 100
    assert run_again(text, [0.5] * 100) == [1.0] * 100


def test_a_line_is_broken_only_where_it_would_pass_100_characters():
    def lengths(size):
        program = compile(lambda x: {"k" * size: x * 2, "b": x + 2, "c": x + 3})
        return [len(line) for line in program.listing(0.5).splitlines()]

    widest = [max(lengths(size)) for size in range(20, 76)]
    assert max(widest) == 100 and set(range(80, 101)) <= set(widest)


def test_names_of_the_arguments_are_not_taken():
    text = compile(lambda v1, v: v1 * v + 1).listing(2.0, 3.0)
    assert "vv1 = v1 * v\n" in text
    assert "x0 * x1" in compile(chainrule.Value(2.0) * chainrule.Value(3.0)).listing()


def test_what_cannot_be_listed():
    program = compile(lambda x: x)
    with pytest.raises(GraphError, match="has recorded nothing yet"):
        program.listing()
    with pytest.raises(ChoiceError, match=r"what needs to be one of 'value', .* but got 'slope'"):
        program.listing(1.0, what="slope")


def test_numerals_lose_no_digit():
    for x in (0.1, 1 / 3, 1e22, 1e15, 123456789.0, -2.0, 5e-324, -0.0, 1e16 + 2):
        assert bits(float(literal(x))) == bits(x)


def test_a_long_listing_takes_linear_time():
    def function(x):
        total = x[0]
        for i in range(66_000):
            total = chainrule.tanh(total * x[i % 7]) + i
        return total

    program = compile(function)
    program(np.arange(7.0))
    start = time.perf_counter()
    text = program.listing()
    assert text.count("\n") > 190_000
    assert time.perf_counter() - start < 15  # 1.5 s on a quiet machine
