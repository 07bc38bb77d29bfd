"""Two calls on one program that differ in one aspect, compared with a fresh program.

A program keeps what the last call needed, so that the next one is quick. Whatever it keeps must not
be used for a call that differs.
"""

from __future__ import annotations

import copy
import hashlib
import json

import numpy as np
import pytest

from chainrule import CheckFailed, FileError, Program, compile as compile_function, take, where


def weighted(x):
    """Each entry of an array of any shape counts with a weight of its own."""
    flat = np.asarray(x, dtype=object).reshape(-1)
    return sum((i + 1) * each * each for i, each in enumerate(flat)) + 0.5 * len(x)


def of_structure(x):
    """Tells a list from a tuple and a dict by what it computes."""
    parts = list(x.values()) if isinstance(x, dict) else list(x)
    return parts[0] * 2 + sum(parts[1:]) + (1 if isinstance(x, tuple) else 0)


A = np.arange(6.0)
ARRAYS = [
    A.reshape(2, 3),
    A.reshape(3, 2),
    A.reshape(2, 3) + 1,
    np.asfortranarray(A.reshape(2, 3)),
    A.reshape(2, 3)[::-1],
    np.repeat(A.reshape(2, 3), 2, axis=1)[:, ::2],
    A.reshape(6, 1),
    A.reshape(1, 6),
    A,
    A[:5],
    A.astype(np.float32),
    A.astype(np.int64),
    A.astype(bool),
    A.astype(">f8"),
    np.frombuffer(b"\0" + A.tobytes(), dtype=np.uint8)[1:].view(np.float64),
]
STRUCTURES = [
    [1.0, 2.0], [1.0, 2.0, 3.0], (1.0, 2.0), {"a": 1.0, "b": 2.0}, {"b": 1.0, "a": 2.0},
    np.array([1.0, 2.0]), [np.float64(1.0), 2.0], [2.0, 1.0], [1, 2.0], [1.0, True],
]  # fmt: skip


def same(actual, expected):
    assert type(actual) is type(expected)
    if isinstance(expected, (list, tuple)):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected):
            same(one, other)
    elif isinstance(expected, dict):
        assert list(actual) == list(expected)
        same(list(actual.values()), list(expected.values()))
    elif isinstance(expected, np.ndarray):
        assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
        assert actual.tobytes() == expected.tobytes()
    else:
        assert repr(actual) == repr(expected)


@pytest.mark.parametrize("name", ["__call__", "grad", "value_and_grad"])
@pytest.mark.parametrize("function, arguments", [(weighted, ARRAYS), (of_structure, STRUCTURES)])
def test_a_call_does_not_depend_on_the_call_before(function, arguments, name):
    for first in arguments:
        program = compile_function(function)
        for second in arguments:
            if name != "__call__" and "bool" in str(getattr(second, "dtype", "")):
                continue
            if name == "__call__" or "bool" not in str(getattr(first, "dtype", "")):
                getattr(program, name)(first)
            same(getattr(program, name)(second), getattr(compile_function(function), name)(second))


def test_the_same_array_with_other_numbers():
    program, x = compile_function(weighted), A.copy()
    for _ in range(3):
        x += 1
        same(program.value_and_grad(x), compile_function(weighted).value_and_grad(x))
    x.resize((2, 3), refcheck=False)
    same(program.value_and_grad(x), compile_function(weighted).value_and_grad(x))


def test_argnums_and_the_kind_of_derivative_alternate():
    def f(x, y):
        return x[0] * y * y + x[1] * y

    program, x = compile_function(f), np.array([2.0, 3.0])
    calls = [
        lambda p: p(x, 1.5), lambda p: p.grad(x, 1.5), lambda p: p.grad(x, 1.5, argnums=1),
        lambda p: p.grad(x, 1.5, argnums=(0, 1)), lambda p: p.grad(x, 1.5, argnums=(1, 0)),
        lambda p: p.grad(x, 1.5, argnums=(1,)), lambda p: p.hessian(x, 1.5),
        lambda p: p.hessian(x, 1.5, argnums=1), lambda p: p.jacobian(x, y=1.5),
        lambda p: p.hvp(x, 1.5, np.array([1.0, 0.0])),
        lambda p: p.hvp(x, 1.5, np.array([0.0, 1.0])),
    ]  # fmt: skip
    for first in calls:
        for second in calls:
            first(program)
            same(second(program), second(compile_function(f)))


@pytest.mark.parametrize("rows", [1, 2, 63, 64, 65, 128, 129])
def test_one_row_that_differs_changes_its_own_result_only(rows):
    def f(w, x):
        return w * x * x if x > 0 else w - x

    program = compile_function(f, in_axes=(None, 0))
    x = np.linspace(0.5, 1.5, rows)
    before = program(2.0, x)
    for index in {0, rows // 2, rows - 1}:
        for number in (7.0, -7.0):
            changed = x.copy()
            changed[index] = number
            after = program(2.0, changed)
            same(after, compile_function(f, in_axes=(None, 0))(2.0, changed))
            assert np.flatnonzero(after != before).tolist() == [index]


@pytest.mark.parametrize("wrong", range(3))
def test_verify_notices_one_result_of_several(wrong):
    offsets = [0.0, 0.0, 0.0]
    program = compile_function(lambda x: [x + offset for offset in offsets], verify=1)
    assert program(1.0) == [1.0, 1.0, 1.0]
    offsets[wrong] = 1e-6
    with pytest.raises(CheckFailed):
        program(1.0)


@pytest.mark.parametrize("every", [1, 2, 3])
def test_verify_runs_every_n_calls(every):
    offset, calls = [0.0], 0
    program = compile_function(lambda x: x + offset[0], verify=every)
    program(1.0)
    offset[0] = 1.0
    with pytest.raises(CheckFailed):
        for _ in range(10):
            calls += 1
            program(1.0)
    assert calls == max(every - 1, 1)


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("x", [-1.0, 1.0])
def test_a_condition_and_a_plain_bool_combine_from_either_side(left, x):
    """Each of | and & with True and False, on either side, equals Python's own."""
    for f, expected in [
        (lambda x: where(left | (x > 0), 1.0, 2.0), left or x > 0),
        (lambda x: where((x > 0) | left, 1.0, 2.0), x > 0 or left),
        (lambda x: where(left & (x > 0), 1.0, 2.0), left and x > 0),
        (lambda x: where((x > 0) & left, 1.0, 2.0), x > 0 and left),
        (lambda x: where(~(x > 0), 1.0, 2.0), not x > 0),
    ]:
        assert compile_function(f)(x) == (1.0 if expected else 2.0)


def test_one_guard_of_many_that_answers_otherwise():
    def f(x):
        return sum(each * (i + 2) if each > 0 else -each for i, each in enumerate(x))

    program, x = compile_function(f), np.ones(12)
    program.value_and_grad(x)
    for index in range(12):
        changed = x.copy()
        changed[index] = -2.0
        same(program.value_and_grad(changed), compile_function(f).value_and_grad(changed))
        same(program.value_and_grad(x), compile_function(f).value_and_grad(x))


def branch_and_table(x):
    product = x[0] * x[1] if x[0] > 0 else x[1]
    return product + take([x[0], x[1], product], x[2])


@pytest.mark.parametrize("number", [-1, -2, -3, -10, 10**6, 2**31, 2**63])
def test_a_node_id_or_a_size_out_of_range_is_refused(number, tmp_path):
    """Python counts negative indices from the end; in a file they are errors, each of them."""
    path, arguments = tmp_path / "f.json", [2.0, 3.0, np.int64(1)]
    program = compile_function(branch_and_table)
    assert program(arguments) == 9.0
    program.save(path)
    state = json.loads(path.read_text())["program"]
    ids = [*positions(state)]
    assert len(ids) > 20
    for *way, last in ids:
        broken = copy.deepcopy(state)
        items = broken
        for key in way:
            items = items[key]
        items[last] = number
        text = json.dumps(broken, separators=(",", ":"))
        seal = hashlib.sha256(text.encode()).hexdigest()
        path.write_text(f'{{"chainrule":1,"sha256":"{seal}","program":{text}}}')
        with pytest.raises(FileError):
            Program.load(path)


def positions(content, path=()):
    """Where a JSON document holds an int."""
    if type(content) is int:
        yield path
    elif isinstance(content, (dict, list)):
        for key, value in content.items() if isinstance(content, dict) else enumerate(content):
            yield from positions(value, (*path, key))


def test_verify_takes_nan_for_equal_to_nan_only():
    offset = [np.nan]
    program = compile_function(lambda x: x + offset[0], verify=1)
    assert np.isnan(program(1.0))
    assert np.isnan(program(1.0))
    offset[0] = 1.0
    with pytest.raises(CheckFailed):
        program(1.0)
    offset[0] = np.nan
    program = compile_function(lambda x: x + (0.0 if np.isnan(offset[0]) else offset[0]), verify=1)
    assert program(1.0) == 1.0
    offset[0] = 2.0
    with pytest.raises(CheckFailed):
        program(1.0)
