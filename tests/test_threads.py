"""Threads that do overlap: they start at a barrier, and each checks its own results.

What belongs to a thread (the open scope, the tape that is being recorded, the graph that is being
pickled) must not be seen by another; what is shared (a program, the table) must stand it.
"""

from __future__ import annotations

import copy
import itertools
import pickle
import sys
import threading

import numpy as np
import pytest

import chainrule
from chainrule import GraphError, compile as compile_function, grad, scope

THREADS = 8
unique = itertools.count().__next__


@pytest.fixture(autouse=True)
def switch_often():
    """Let threads take turns fifty times as often as usual."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(interval)


def together(work, count=THREADS):
    """Run `work(number, barrier)` in threads that start at once; their results in order."""
    barrier, results, errors = threading.Barrier(count), [None] * count, []

    def run(number):
        try:
            barrier.wait()
            results[number] = work(number, barrier)
        except BaseException as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        if not isinstance(error, threading.BrokenBarrierError):
            raise error
    assert not errors
    return results


def test_each_thread_has_its_own_scopes(Value):
    def work(number, barrier):
        scopes = []
        for turn in range(50):
            with scope(f"thread {number}"):
                if turn == 0:
                    barrier.wait()  # all scopes are open now
                outer = Value(1.0)
                with scope(f"turn {turn}"):
                    inner = outer * 2.0
                again = inner + 1.0
            scopes.append((outer.scope, inner.scope, again.scope, Value(0.0).scope))
        return scopes

    for number, scopes in enumerate(together(work)):
        name = f"thread {number}"
        assert scopes == [((name,), (name, f"turn {turn}"), (name,), ()) for turn in range(50)]


def test_a_scope_of_one_thread_is_not_open_in_another(Value):
    def work(number, barrier):
        if number == 0:
            with scope("mine"):
                barrier.wait()
                barrier.wait()
            return ()
        barrier.wait()
        made = Value(1.0).scope
        barrier.wait()
        return made

    assert together(work) == [()] * THREADS


def test_threads_enter_new_scopes_at_once(Value):
    names = [f"{unique()} {turn}" for turn in range(100)]

    def work(number, barrier):
        barrier.wait()
        made = []
        for turn, name in enumerate(names):
            with scope(f"{name} of thread {number}" if turn % 2 else name):
                made.append(Value(1.0).scope)
        return made

    for number, made in enumerate(together(work)):
        for turn, (name, path) in enumerate(zip(names, made)):
            assert path == (f"{name} of thread {number}" if turn % 2 else name,)


def test_threads_enter_the_same_scope_object(Value):
    shared = scope("shared")

    def work(number, barrier):
        with scope(f"thread {number}"):
            for _ in range(3):  # entered and left while the others are in it
                barrier.wait()
                with shared:
                    inner = Value(1.0).scope
                    if number % 2:
                        barrier.wait()
                if not number % 2:
                    barrier.wait()
                assert inner == (f"thread {number}", "shared")
                assert Value(1.0).scope == (f"thread {number}",)
        return Value(1.0).scope

    assert together(work) == [()] * THREADS


def test_each_thread_records_on_its_own_tape():
    def work(number, barrier):
        met = []

        def f(x):
            if not met:
                met.append(True)
                barrier.wait()  # every thread is in the middle of a recording
            y = x
            for i in range(20):
                y = y * (1.0 + 0.01 * number) + x * i
            return y

        value, slope = compile_function(f).value_and_grad(2.0)
        return value, slope, grad(f)(2.0)

    for number, (value, slope, again) in enumerate(together(work)):
        expected, derivative = 2.0, 1.0
        for i in range(20):
            expected = expected * (1.0 + 0.01 * number) + 2.0 * i
            derivative = derivative * (1.0 + 0.01 * number) + i
        assert value == pytest.approx(expected, rel=1e-14)
        assert slope == again == pytest.approx(derivative, rel=1e-14)


def test_a_number_of_a_recording_in_another_thread_is_refused():
    shared = []

    def work(number, barrier):
        def f(x):
            if number == 0:
                shared.append(x)
            barrier.wait()
            result = x * 2.0 if number == 0 else x + shared[0]
            barrier.wait()
            return result

        try:
            return compile_function(f)(1.0)
        except GraphError as error:
            barrier.wait()
            return str(error)

    first, *others = together(work, 2)
    assert first == 2.0
    assert all("another recording" in text for text in others)


def test_threads_share_a_program_that_is_recorded_on_its_paths_meanwhile():
    def f(x):
        total = 0.0
        for i, each in enumerate(x):
            total = total + (each * (i + 1) if each > 0 else -each)
        return total

    program = compile_function(f)

    def work(number, barrier):
        chance = np.random.default_rng(number)
        results = []
        for turn in range(40):
            x = chance.uniform(-1, 1, 6)
            if turn == 0:
                barrier.wait()
            results.append((x, *program.value_and_grad(x)))
        return results

    for results in together(work):
        for x, value, gradient in results:
            weights = np.arange(1.0, 7.0)
            assert value == pytest.approx(np.where(x > 0, x * weights, -x).sum(), rel=1e-14)
            assert gradient.tolist() == np.where(x > 0, weights, -1.0).tolist()


@pytest.mark.parametrize("round_", range(20))
def test_threads_that_record_the_same_paths_at_once(round_, tmp_path):
    def f(x):
        total = 0.0
        for each in x:
            total = total + (each * each if each > 0 else -each)
        return total

    program, chance = compile_function(f), np.random.default_rng(round_)
    points = chance.uniform(-1, 1, (8, 4))

    def work(number, barrier):
        barrier.wait()
        return [program(x) for x in points]

    results = together(work)
    assert results == [[compile_function(f)(x) for x in points]] * THREADS
    (paths,) = program.recordings.all.values()
    outcomes = [path.outcomes for path in paths.all]
    assert len(set(outcomes)) == len(outcomes) == len({tuple(x > 0) for x in points})
    program.save(tmp_path / "program.json")
    assert chainrule.Program.load(tmp_path / "program.json")(points[0]) == results[0][0]


def test_threads_that_record_the_same_structures_at_once():
    program = compile_function(lambda x, n: x * n)

    def work(number, barrier):
        barrier.wait()
        return [program(2.0, n) for n in range(50)]

    assert together(work) == [[2.0 * n for n in range(50)]] * THREADS
    assert [len(paths.all) for paths in program.recordings.all.values()] == [1] * 50


def test_two_threads_that_note_a_path_keep_one():
    program = compile_function(lambda x: x if x > 0 else -x)
    program(1.0)
    (paths,) = program.recordings.all.values()
    (first,) = paths.all
    assert paths.record([2.0]) is first is paths.start(lambda: [2.0])
    assert paths.all == [first]


def test_threads_share_a_bound_program_of_their_own_memory():
    program = compile_function(lambda x: x[0] * x[1] + x[0] ** 2)

    def work(number, barrier):
        x = np.array([1.0 + number, 2.0])
        bound = program.bind(x)
        barrier.wait()
        results = []
        for turn in range(200):
            x[1] = turn
            results.append((bound(), *bound.gradient))
        return results

    for number, results in enumerate(together(work)):
        a = 1.0 + number
        assert results == [(a * t + a * a, t + 2 * a, a) for t in range(200)]


def test_threads_share_rows():
    program = compile_function(lambda w, x: (w * x if x > 0 else x) * x, in_axes=(None, 0))

    def work(number, barrier):
        x = np.linspace(-1, 1 + number, 500)
        barrier.wait()
        return [(x, program(float(number), x)) for _ in range(20)]

    for number, results in enumerate(together(work)):
        for x, values in results:
            assert values.tolist() == np.where(x > 0, number * x * x, x * x).tolist()


def test_each_thread_pickles_and_copies_its_own_graph(Value):
    def graph(number):
        leaf = Value(1.0 + number, label="leaf")
        root = leaf
        for _ in range(30):
            root = root * 1.01 + leaf
        return root, leaf

    def work(number, barrier):
        results = []
        for turn in range(20):
            pair = graph(number)
            if turn == 0:
                barrier.wait()
            for root, leaf in (pickle.loads(pickle.dumps(pair)), copy.deepcopy(pair)):
                root.backward()
                results.append((root.data, leaf.grad, leaf.label, len(root._postorder())))
        return results

    for number, results in enumerate(together(work)):
        root, leaf = graph(number)
        root.backward()
        assert results == [(root.data, leaf.grad, "leaf", len(root._postorder()))] * 40


def test_threads_run_backward_on_graphs_of_their_own(Value):
    def work(number, barrier):
        leaf = Value(float(number + 1))
        root = leaf
        for _ in range(200):
            root = root * 0.5 + leaf * leaf
        barrier.wait()
        for _ in range(20):
            root.backward()
        return leaf.grad, leaf.passes, root.data

    for number, (slope, passes, value) in enumerate(together(work)):
        x, expected, derivative = number + 1.0, number + 1.0, 1.0
        for _ in range(200):
            expected, derivative = expected * 0.5 + x * x, derivative * 0.5 + 2 * x
        assert (value, passes) == (expected, 20)
        assert slope == pytest.approx(20 * derivative, rel=1e-12)


@pytest.mark.parametrize("round_", range(5))
def test_threads_define_operations_at_once(round_):
    def work(number, barrier):
        barrier.wait()
        names = [f"thread_{round_}_{number}_{i}" for i in range(10)]
        functions = [
            chainrule.define(name, f"x * {number + i + 1}", (f"{number + i + 1}",))
            for i, name in enumerate(names)
        ]
        same = chainrule.define(f"thread_shared_{round_}", "x + 1", ("1",))
        return [function(2.0) for function in functions] + [same(1.0)]

    for number, results in enumerate(together(work)):
        assert results == [2.0 * (number + i + 1) for i in range(10)] + [2.0]
