"""A program that was saved or pickled replays to the same bits; nothing broken gets in."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import pickle
import random
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from recorded_programs import bits, doubling, functions, points, recorded

import chainrule
from chainrule.errors import ChainruleError, FileError, GraphError, WrongType
from chainrule.programs import Program, compile, grad, take
from chainrule.programs.export.saved.recording import encode_recording


def in_a_file(folder):
    def keep(program):
        program.save(folder / "program.json")
        return Program.load(folder / "program.json")

    return keep


KEEPERS = {
    "pickle": lambda program: pickle.loads(pickle.dumps(program)),
    "pickle protocol 0": lambda program: pickle.loads(pickle.dumps(program, 0)),
}


@pytest.fixture(params=[*KEEPERS, "file"])
def keep(request, tmp_path):
    """A way to keep a program."""
    return KEEPERS.get(request.param) or in_a_file(tmp_path)


def contents(program):
    """Everything that was recorded, for comparison."""
    return repr([
        (
            structures,
            [(path.recording.structure, encode_recording(path.recording)) for path in paths.all],
        )
        for structures, paths in program.recordings.all.items()
    ])  # fmt: skip


@settings(max_examples=40)
@given(functions(), points)
def test_random_programs_come_back(keep, function, at):
    program, answers = recorded(function, at)
    back = keep(program)
    assert contents(back) == contents(program)
    assert back.listing() == program.listing()
    for x, (value, slopes) in zip(at, answers):
        assert bits(back(x)) == bits(value)
        assert [*map(bits, back.grad(x))] == [*map(bits, slopes)]


def several(p, table, i, mode="fast", *, scale=1.0):
    a = p["a"] * take(table, i) * scale
    b = grad(lambda y: take([y, y * y, y**3], i))(p["w"][0])
    if mode != "fast" or a > 3:
        b = b * float("inf") + -0.0 * a
    return {"a": a, 7: (b, [p["w"][1][0, 1]])}


def arguments(a=1.5):
    return {"a": a, "w": (2.0, np.array([[0.5, -0.0]]))}, np.arange(3.0), np.int64(1)


def several_recordings():
    """A program with several structures and paths."""
    program = compile(several)
    program(*arguments())
    program(*arguments(float("nan")))
    program(*arguments(9.0), "slow", scale=2)
    program(*arguments(9.0), None, scale=2.5)
    return program


def test_structures_tables_and_singular_numbers_come_back(keep):
    program = several_recordings()
    back = keep(program)
    assert contents(back) == contents(program)
    for rest, named in (((), {}), (("slow",), {"scale": 2}), ((None,), {"scale": 2.5})):
        for a in (1.5, -0.0, float("inf")):
            if rest or a < 3:
                one, other = (p(*arguments(a), *rest, **named) for p in (program, back))
                assert repr(one) == repr(other)


def test_what_a_file_contains(golden, tmp_path):
    path = tmp_path / "program.json"
    several_recordings().save(path)
    golden("saved/several.json", path.read_text("utf-8"))


def test_rows_come_back(keep):
    function = lambda w, x: w["k"] * x[0] if x[1] > 0 else x[1]  # noqa: E731
    x = np.random.default_rng(0).normal(size=(100, 2))
    for axes in (({"k": None}, 0), [None, 0], (None, 0)):
        program = compile(function, in_axes=axes, reduce="mean")
        expected = program.value_and_grad({"k": 2.0}, x)
        back = keep(program)
        assert back.in_axes == axes and back.reduce == "mean"
        assert back.value_and_grad({"k": 2.0}, x) == expected


def test_what_was_not_recorded_is_an_error(keep):
    program = compile(lambda x: doubling(x), verify=1)
    program(70.0)
    back = keep(program)
    assert back.function is None and back.verify == 0
    assert (back(70.0), back(60.0)) == (140.0, 120.0)
    with pytest.raises(GraphError, match="has no recording for these arguments"):
        back(1.0)
    with pytest.raises(GraphError, match="has no recording for these arguments"):
        back(np.arange(3.0))
    assert back.__name__ == "<lambda>" and back.names == ("x",)


def test_an_empty_program_comes_back(keep):
    assert repr(keep(compile(doubling))) == "<program doubling: 0 recordings>"


def test_copies_are_the_program_itself():
    program = compile(doubling)
    assert copy.copy(program) is program
    assert copy.deepcopy([program])[0] is program


def test_it_is_small(tmp_path):
    program = compile(lambda x: sum((x[i % 3] * i + 1) * 0.5 for i in range(2000)))
    program([1.0, 2.0, 3.0])
    program.save(tmp_path / "p.json")
    nodes = 8000
    assert len((tmp_path / "p.json").read_bytes()) < 20 * nodes
    assert len(pickle.dumps(program)) < 15 * nodes


OTHER = """
import sys, pickle, numpy as np
from chainrule.programs import Program
for program in (Program.load(sys.argv[1]), pickle.load(open(sys.argv[2], "rb"))):
    print(*[x.hex() for x in [program(2.5), program.grad(2.5), program.hessian(2.5)]])
    print(program.listing())
"""


@pytest.mark.parametrize("pure", [True, False])
def test_another_process_computes_the_same_bits(tmp_path, run_python, pure):
    inner = chainrule.define("saved_inner", "x**3", ("3*x**2",))
    outer = chainrule.define("saved_outer", "saved_inner(x) * y", ("3*x**2*y", "saved_inner(x)"))

    def function(x):
        return outer(chainrule.tanh(x), chainrule.exp(x)) + inner(x) if x > 1 else x

    program = compile(function)
    numbers = [program(2.5), program.grad(2.5), program.hessian(2.5)]
    program.save(tmp_path / "p.json")
    (tmp_path / "p.pickle").write_bytes(pickle.dumps(program))
    printed = run_python(OTHER, str(tmp_path / "p.json"), str(tmp_path / "p.pickle"), pure=pure)
    block = " ".join(x.hex() for x in numbers) + "\n" + program.listing() + "\n"
    assert printed == block * 2


# ---- files that are not whole --------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    several_recordings().save(tmp_path / "p.json")
    return tmp_path / "p.json"


def test_a_file_that_was_cut_or_edited(file):
    whole = file.read_bytes()
    chance = random.Random(5)
    for _ in range(300):
        broken = bytearray(whole)
        if chance.random() < 0.5:
            broken = broken[: chance.randrange(len(whole))]
        else:
            broken[chance.randrange(len(whole))] = chance.randrange(32, 127)
        if bytes(broken) == whole:
            continue
        file.write_bytes(broken)
        with pytest.raises(FileError):
            Program.load(file)
    file.write_bytes(whole)
    Program.load(file)


def sealed(state):
    """A file with the right sum of whatever state."""
    text = json.dumps(state, separators=(",", ":"))
    mark = hashlib.sha256(text.encode()).hexdigest()
    return f'{{"chainrule":1,"sha256":"{mark}","program":{text}}}'


def item_paths(tree, path=()):
    """The path to every item of a JSON tree."""
    yield path
    items = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, part in items:
        yield from item_paths(part, (*path, key))


WRONG = [
    None,
    True,
    -1,
    0,
    1,
    3,
    10**30,
    1.5,
    "nan",
    "add",
    ":scatter",
    [],
    {},
    [0],
    [[1, [[0, 0]]]],
]


def test_a_file_made_to_do_harm(file):
    """Whatever is changed, the sum made anew: a FileError, or a program that could be recorded."""
    state = json.loads(file.read_text())["program"]
    chance = random.Random(7)
    every = [*item_paths(state)][1:]
    loaded = 0
    for _ in range(1500):
        broken = copy.deepcopy(state)
        for _ in range(chance.choice((1, 1, 2))):
            *way, last = chance.choice(every)
            home = broken
            with contextlib.suppress(LookupError, TypeError):
                for key in way:
                    home = home[key]
                home[last] = chance.choice(WRONG)
        file.write_text(sealed(broken))
        try:
            program = Program.load(file)
        except FileError:
            continue
        loaded += 1
        with contextlib.suppress(ChainruleError):
            program.listing()
            program(*arguments())
        program.save(file)
    assert loaded < 400


def test_messages_of_files(file, tmp_path):
    content = json.loads(file.read_text())
    for change, message in (
        ({"chainrule": 2}, "format 2 is unknown; this version reads 1"),
        ({"sha256": "0"}, "it was changed since"),
        ({"program": {}}, "it was changed since"),
    ):
        file.write_text(json.dumps({**content, **change}))
        with pytest.raises(FileError, match=f"isn't a program as save.. writes it: {message}"):
            Program.load(file)
    for text, message in (
        ("[]", "format None is unknown"),
        ("{", "isn't a saved program"),
        ("[" * 100_000, "isn't a saved program"),
        (sealed({}), "'name' is missing|'in_axes' is missing"),
    ):
        file.write_text(text)
        with pytest.raises(FileError, match=message):
            Program.load(file)
    with pytest.raises(FileError, match="can't be read: No such file"):
        Program.load(tmp_path / "nothing.json")
    with pytest.raises(FileError, match=r"the folder .* does not exist"):
        several_recordings().save(tmp_path / "no" / "p.json")
    chainrule.save(tmp_path / "graph.json", L=chainrule.Value(1.0) * 2)
    with pytest.raises(FileError, match="'program' is missing"):
        Program.load(tmp_path / "graph.json")
    several_recordings().save(tmp_path / "p.json")
    with pytest.raises(FileError, match="a complete graph that save"):
        chainrule.load(tmp_path / "p.json")


def test_a_file_of_a_tape_that_nobody_would_record(file):
    """x * 1 is recorded as x: a file that says otherwise was made by hand."""
    program = compile(lambda x: x * 3)
    program(2.0)
    program.save(file)
    state = json.loads(file.read_text())["program"]
    state["forms"][0]["paths"][0]["constants"] = [1.0]
    file.write_text(sealed(state))
    with pytest.raises(FileError, match="node 2 is superfluous"):
        Program.load(file)


class Point(NamedTuple):
    x: float
    y: float


def test_fixed_arguments_that_a_file_cannot_hold(tmp_path):
    program = compile(lambda p: p.x * p.y)
    program(Point(2.0, 3.0))
    with pytest.raises(WrongType, match=r"the type Point, a class, which is code"):
        program.save(tmp_path / "p.json")
    assert pickle.loads(pickle.dumps(program))(Point(2.0, 5.0)) == 10.0


def test_a_load_executes_nothing(tmp_path, run_python):
    """No text of the file is evaluated: a formula is read by its whitelist."""
    state = json.loads(sealed_program(tmp_path))
    state["definitions"] = {
        "evil": {
            "formula": "__import__('os').abort()", "partials": ["1"], "symbol": "e", "latex": "e",
            "why": "", "domain": "",
        }
    }  # fmt: skip
    (tmp_path / "p.json").write_text(sealed(state))
    with pytest.raises(FileError, match="is not allowed in a formula"):
        Program.load(tmp_path / "p.json")


def sealed_program(folder):
    program = compile(lambda x: x * 3)
    program(2.0)
    program.save(folder / "p.json")
    return json.dumps(json.loads((folder / "p.json").read_text())["program"])


def test_a_long_program_comes_back(keep):
    def function(x):
        for i in range(30_000):
            x = x * 0.999 + i % 5
        return x

    program = compile(function)
    expected = program.value_and_grad(1.0)
    assert keep(program).value_and_grad(1.0) == expected
