"""Details of verdicts: the lines of a graded file's process, when the watch rings, a measured
derivative at its limits, parts of a diagnosis, and the numbers of a second pass."""

from __future__ import annotations

import math
import os
import queue
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from edited_graphs import built
from wrong_engines import engine
from zoo.reports import few

from chainrule.graph.traversal import postorder
from chainrule.table.ops import TABLE
from chainrule.verdict.diagnosis.remedies import Remedies
from chainrule.verdict.engines import backward_trial, pass_trial, watchdog
from chainrule.verdict.engines.anatomy import Anatomy
from chainrule.verdict.engines.calls import calls_of
from chainrule.verdict.engines.subject import Subject
from chainrule.verdict.engines.trial import Carrier
from chainrule.verdict.flat_graph import FlatGraph
from chainrule.verdict.grading import process as processes
from chainrule.verdict.grading.process import KEPT, MARK, Process, Running, Unfinished, read_json
from chainrule.verdict.grading.worker import CLOSED, sign
from chainrule.verdict.measurement import Measurement, _extrapolate, _side, _with_sides
from chainrule.verdict.tolerances import CLOSER_LOOKS, EPSILON, HIDDEN, STEP_RATIO

pytestmark = pytest.mark.once

# ---- what a graded file's process says -----------------------------------------------------------


class Ended:
    """A process that has ended with this status; None if it hasn't."""

    def __init__(self, status):
        self.returncode = status

    def wait(self, seconds):
        if self.returncode is None:
            raise subprocess.TimeoutExpired("python", seconds)


def talking(*lines, status=0):
    """A process that has said these lines; None means that no more will come."""
    made = Process.__new__(Process)
    made.key, made.forged, made._popen, made._lines = b"key", 0, Ended(status), queue.Queue()
    for line in lines:
        made._lines.put(line)
    return made


def signed(text, key=b"key"):
    return sign(key, text) + b" " + text


@pytest.mark.parametrize("before", [[], [b""], [b"", b"noise", b"ready?", b"begun"]])
def test_what_comes_before_the_expected_line_is_passed_over(before):
    process = talking(*before, b"ready", b"after it")
    process.expect(b"ready", 5.0, "late")
    assert process._lines.get_nowait() == b"after it"
    with pytest.raises(Unfinished, match=r"^late$"):
        process.expect(b"ready", 0.0, "late")


def test_only_a_signed_message_is_received():
    forged = [signed(b"[1]", b"other"), b"noise", b"[2]", b"", sign(b"key", b"[3]"), b" [4]"]
    process = talking(*forged, signed(b'{"a": "b c"}'), signed(b"[5]"), signed(b"no JSON"))
    assert process.receive(5.0, "late") == {"a": "b c"}
    assert process.forged == 4  # a line without a first word is nobody's signature
    assert [process.receive(5.0, "late") for _ in range(2)] == [[5], None]
    assert process.forged == 4
    with pytest.raises(Unfinished, match=r"^late$"):
        process.receive(0.0, "late")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "It closed or flooded the pipe through which results are sent."),
        (CLOSED, "It closed or flooded the pipe through which results are sent."),
        (0, "It quits Python with status 0 before it can be examined."),
        (3, "It quits Python with status 3 before it can be examined."),
        (-signal.SIGINT, "It crashes the Python interpreter (SIGINT)."),
        (-signal.SIGSEGV, "It crashes the Python interpreter (SIGSEGV)."),
        (-250, "It crashes the Python interpreter (250)."),
    ],
)
def test_why_no_more_lines_come(status, words):
    for listen in (lambda x: x.expect(b"ready", 5.0, ""), lambda x: x.receive(5.0, "")):
        with pytest.raises(Unfinished) as raised:
            listen(talking(b"noise", None, status=status))
        assert str(raised.value) == words


if hasattr(signal, "SIGXCPU"):  # on Unix

    def test_too_much_computing_ends_a_process():
        with pytest.raises(Unfinished, match=r"^It used more computing time than is allowed\.$"):
            talking(None, status=-signal.SIGXCPU).receive(5.0, "")


@pytest.mark.parametrize(
    ("text", "message"), [(b"[1]", [1]), (b"", None), (b"\xff", None), (b"[" * 100_000, None)]
)
def test_a_message_is_read_whatever_it_holds(text, message):
    assert read_json(text) == message


def test_all_processes_are_ended_and_those_to_come():
    running, killed = Running(), []
    first, second, last = made = [talking() for _ in range(3)]
    for name, each in zip(("first", "second", "last"), made):
        each.kill = lambda name=name: killed.append(name)
    running.add(first)
    running.add(second)
    running.remove(second)
    assert killed == []
    running.end()
    assert killed == ["first"]
    running.add(last)
    assert killed == ["first", "last"]


def test_a_process_sees_a_few_variables_only(monkeypatch):
    for name in (*KEPT, "SECRET", "PYTHONPATH"):
        monkeypatch.setenv(name, f"of {name}")
    monkeypatch.delenv("LANG")
    folder = Path("the", "folder")
    assert processes._environment(folder, "mark") == {
        **{name: f"of {name}" for name in KEPT if name != "LANG"},
        **dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder)),
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        MARK: "mark",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
    }


WORKER = """
import os, sys
def main():
    line = sys.stdin.readline()
    sys.stdout.write(f"\\n{os.getcwd()}\\n  begun  \\n{line}no end")
"""


def test_a_real_process_is_heard_line_by_line(tmp_path, monkeypatch):
    (tmp_path / "graded_echo.py").write_text(WORKER)
    monkeypatch.syspath_prepend(tmp_path)
    marks = []  # nothing is looked for among the processes of the machine
    monkeypatch.setattr(processes, "_end_marked", marks.append)
    running = Running()
    with Process(tmp_path, running, "graded_echo") as process:
        assert running._processes == {process}
        assert process.folder == tmp_path / "submission"
        process.send({"a": 1})
        lines = [process._lines.get(timeout=60) for _ in range(6)]
    assert [os.path.realpath(line) if k == 1 else line for k, line in enumerate(lines)] == [
        b"", os.path.realpath(os.fsencode(tmp_path)), b"begun", b'{"a": 1}', b"no end", None
    ]  # fmt: skip
    assert running._processes == set()
    assert marks == [process._mark.encode()]
    assert process._popen.returncode is not None and process._stdin.closed


# ---- when the watch rings ------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """The seconds of computing and by the clock, set by hand."""
    now = SimpleNamespace(computing=5.0, seconds=100.0)
    monkeypatch.setattr(watchdog, "thread_time", lambda: now.computing)
    monkeypatch.setattr(watchdog, "monotonic", lambda: now.seconds)
    return now


if hasattr(signal, "setitimer"):  # on Unix

    def test_a_call_may_compute_and_last_for_some_seconds(clock):
        def look():
            return watchdog._thread.deadlines, signal.getitimer(signal.ITIMER_REAL)

        with watchdog.alarm():
            deadlines, (left, again) = watchdog.contain(look)()
        assert deadlines == (5.0 + watchdog.PATIENCE, 100.0 + watchdog.LONGEST)
        first = min(watchdog.PATIENCE, watchdog.LONGEST)
        assert first - 1 < left <= first
        assert again == pytest.approx(watchdog.AGAIN)

    @pytest.mark.parametrize(
        ("computing", "seconds", "rings"),
        [(0.0, 0.0, False), (1.75, 7.75, False), (2.0, 0.0, True), (0.0, 8.0, True),
         (2.5, 9.0, True)],
    )  # fmt: skip
    def test_a_call_ends_when_one_of_both_is_used_up(clock, computing, seconds, rings, monkeypatch):
        monkeypatch.setattr(watchdog, "TRY", None)  # by the alarm alone
        here = sys._getframe()
        frames = [None, here, SimpleNamespace(f_globals=vars(watchdog))]

        def ring(frame):
            try:
                signal.getsignal(signal.SIGALRM)(signal.SIGALRM, frame)
            except watchdog.Endless:
                return True
            return False

        def late():
            clock.computing += computing
            clock.seconds += seconds
            return [ring(frame) for frame in frames]

        with watchdog.alarm():  # in the watch's own code, the call is already done
            assert watchdog.contain(late)() == [rings, rings, False]

    def test_an_alarm_that_was_set_before_goes_on(clock):
        handler = signal.signal(signal.SIGALRM, lambda number, frame: None)
        try:
            signal.setitimer(signal.ITIMER_REAL, 500.0, 7.0)
            with watchdog.alarm():
                assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
                clock.seconds += 300.0
            left, again = signal.getitimer(signal.ITIMER_REAL)
            assert 190 < left <= 200 and again == pytest.approx(7.0)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)


@pytest.mark.parametrize(("offset", "is_over"), [(7.99, False), (8.0, False), (8.01, True)])
def test_an_examination_may_compute_for_eight_seconds(clock, offset, is_over):
    with watchdog.alarm():
        clock.computing += offset
        if is_over:
            with pytest.raises(watchdog.OutOfTime):
                watchdog.contain(max)(1, 2)
        else:
            assert watchdog.contain(max)(1, 2) == 2
    clock.computing += 100
    assert watchdog.contain(max)(1, 2) == 2


@pytest.mark.parametrize(
    ("has_trace", "before", "is_traced"),
    [(True, None, True), (True, len, False), (False, None, False)],
)
def test_where_no_alarm_rings_a_trace_function_ends_a_call(
    monkeypatch, clock, has_trace, before, is_traced
):
    traced = []
    own = SimpleNamespace(gettrace=lambda: before, settrace=traced.append)
    monkeypatch.setattr(watchdog, "sys", own)
    monkeypatch.setattr(watchdog._thread, "has_trace", has_trace, raising=False)
    monkeypatch.setattr(watchdog, "_enters_try", lambda frame: False)
    with pytest.raises(ZeroDivisionError):
        watchdog.contain(lambda: 1 / 0)()
    assert (len(traced), None in traced) == ((2, True) if is_traced else (0, False))
    if is_traced:
        trace, last = traced
        late = 5.0 + watchdog.PATIENCE + watchdog.GRACE_SECONDS
        clock.computing = late
        assert last is None and trace(sys._getframe(), "line", None) is trace
        clock.computing = late + 0.01
        with pytest.raises(watchdog.Endless):
            trace(sys._getframe(), "line", None)
        assert trace(SimpleNamespace(f_globals=vars(watchdog)), "line", None) is None


# ---- a measured derivative at its limits ---------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "lost"), [(HIDDEN, 1.0), (1.0, HIDDEN / 4), (HIDDEN, HIDDEN / 4)]
)
def test_what_is_exactly_at_a_limit_hides_nothing(error, lost):
    assert not Measurement(1.0, error, 0.0, 1.0, 1.0).is_hidden(1.0, 1.0, lost)
    more = Measurement(1.0, math.nextafter(error, 2), 0.0, 1.0, 1.0)
    assert more.is_hidden(1.0, 1.0, math.nextafter(lost, 2))


def with_sides(*looks, x=1.0, unseen=0.0):
    """The slopes of both sides at each look, and how far off they may be; and how close it was."""
    steps = []

    def side(step):
        steps.append(step)
        left, right, *off = looks[min((len(steps) - 1) // 2, len(looks) - 1)]
        return (left, right)[step > 0], [0.0, 0.0, *off][-2:][step > 0]

    measured = _with_sides(Measurement(0.0, 0.0, 0.0, 0.0, 0.0), side, x, unseen)
    assert steps[::2] == [-step for step in steps[1::2]]
    return measured, steps[1::2]


@pytest.mark.parametrize(
    ("looks", "unseen", "kink"),
    [
        ([(0.0, 1.0)], 0.0, True),
        ([(0.0, 1.0)], 1.0, False),
        ([(0.0, 1.0)], 0.999, True),
        ([(999.0, 1000.0)], 0.0, False),
        ([(998.9, 1000.0)], 0.0, True),
        ([(-1000.0, -999.0)], 0.0, False),
        ([(0.0, 1.0, 0.0, 0.01)], 0.0, False),
        ([(0.0, 1.0, 0.01, 0.0)], 0.0, False),
        ([(0.0, 1.0, 0.006, 0.006)], 0.0, False),
        ([(0.0, 1.0, 0.0045, 0.0045)], 0.0, True),
        ([(0.0, 10.0), (0.0, 9.0)], 0.0, True),
        ([(0.0, 10.0), (0.0, 8.999), (0.0, 0.0)], 0.0, False),
        ([(0.0, 10.0), (0.0, 8.0), (0.0, 7.5)], 0.0, True),
        ([(0.0, 10.0), (0.0, 5.0, 0.0, 0.1), (0.0, 0.0)], 0.0, False),
        ([(0.0, 10.0), (0.0, 5.0, 0.05, 0.051), (0.0, 0.0)], 0.0, True),
    ],
    ids=range(15),
)
def test_a_difference_of_slopes_is_a_kink_where_it_stays(looks, unseen, kink):
    assert with_sides(*looks, unseen=unseen)[0].has_kink is kink


@pytest.mark.parametrize(("again", "jump"), [(8.0, False), (8.001, True), (1.0, False)])
def test_a_difference_that_grows_is_a_jump(again, jump):
    measured, _ = with_sides((0.0, 1.0, 0.001, 0.002), (0.0, again))
    assert (measured.has_kink, measured.has_jump) == (True, jump)
    assert (measured.left, measured.right, measured.rounding) == (0.0, 1.0, 0.003)


@pytest.mark.parametrize(
    ("x", "near"), [(1.0, 2e-6), (-3.0, 6e-6), (0.0, 2e-6), (1e-9, 1e-12), (1e-5, 2e-11)]
)
def test_the_sides_are_looked_at_closer_and_closer(x, near):
    halving = [(0.0, 0.5**k) for k in range(20)]
    measured, steps = with_sides(*halving, x=x)
    assert steps == pytest.approx([near / STEP_RATIO ** (2 * k) for k in range(CLOSER_LOOKS + 1)])
    assert not measured.has_kink
    assert measured.right == 0.5**CLOSER_LOOKS


@pytest.mark.parametrize(
    ("slope", "off", "shown"),
    [(1.0, 0.999, 1.0), (1.0, 1.0, 0.0), (-2.0, 2.0, 0.0), (-2.0, 1.9, -2.0)],
)
def test_a_slope_that_may_be_rounding_is_0(slope, off, shown):
    measured, _ = with_sides((slope, 50.0, off, 0.0))
    assert (measured.left, measured.right) == (shown, 50.0)


@pytest.mark.parametrize("step", [0.5, -0.5, 2.0**-20])
@pytest.mark.parametrize("x", [1.0, -2.0, 0.0])
def test_the_slope_of_one_side_is_exact_for_a_parabola(x, step):
    def f(at):
        return 3 * at * at - 2 * at + 1

    slope, lost = _side(f, x, f(x), 0.0, step)
    assert slope == pytest.approx(6 * x - 2, abs=lost)
    ends = [f(x + step), f(x + step / 8)]
    slopes = [(y - f(x)) / width for y, width in zip(ends, (step, step / 8))]
    size = abs(f(x)) + sum(map(abs, ends)) + abs(x) * sum(map(abs, slopes))
    assert lost == pytest.approx(10 * EPSILON * size / abs(step))
    assert _side(f, x, f(x), 0.25, step)[1] == pytest.approx(lost + 2.5 / abs(step))


@pytest.mark.parametrize(("x", "step"), [(1.0, 1e-17), (1.0, 2.0**-51), (-4.0, -(2.0**-50))])
def test_a_side_that_is_too_close_has_no_slope(x, step):
    assert all(map(math.isnan, _side(abs, x, abs(x), 0.0, step)))


def test_slopes_are_extrapolated_to_step_0():
    """Slopes with an error of step**2 and step**4, at steps that shrink by the same ratio."""
    row, slopes = [], []
    for k in range(4):
        step = STEP_RATIO**-k
        slopes.append(5 + 3 * step**2 - 2 * step**4)
        row, value, bent = _extrapolate(row, slopes[-1])
        if not k:
            assert (row, value, bent) == ([slopes[0]], slopes[0], math.inf)
    assert row[0] == slopes[-1] and len(row) == 4
    assert row[2] == row[3] == value == pytest.approx(5, rel=1e-12)
    assert bent < 1e-10
    ratio = STEP_RATIO**2
    assert row[1] == pytest.approx((ratio * slopes[3] - slopes[2]) / (ratio - 1), rel=1e-14)


# ---- a diagnosis ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("0.0 ** x", None),
        ("2.0 ** x", "0.6931471805599453 * x"),
        ("2.0 ** x * exp(y)", "0.6931471805599453 * x + y"),
        ("0.0 ** x * exp(y)", None),
        ("x ** 2.0", None),
    ],
)
def test_a_power_of_a_positive_number_is_an_exponential(formula, code):
    graph = FlatGraph(postorder(built(formula, {"x": 0.5, "y": 0.6})[0]))
    graph.recompute()
    exponent = Remedies(graph).algebra.exponent(len(graph.nodes) - 1)
    assert (exponent and exponent.code()) == code


# ---- the state of a pass -------------------------------------------------------------------------


def slope_of_tanhs(x, count):
    """The slope of tanh applied to itself so often."""
    slope = 1.0
    for _ in range(count):
        x = math.tanh(x)
        slope *= 1 - x * x
    return slope


@pytest.mark.parametrize(
    ("bug", "times"), [("leaves are zeroed", (1, 2)), ("inner gradients stay", (4, 2))]
)
def test_the_numbers_of_a_second_pass_are_those_of_a_chain_of_three(bug, times):
    kind = few(engine(bug), "tanh")
    words = backward_trial.find_state_fault(Subject(kind), [*calls_of(TABLE["tanh"])])
    numbers = [f"{times_one * slope_of_tanhs(0.4, 3):.6g}" for times_one in times]
    assert re.findall(r"0\.\d+|[1-9]\.\d+", words) == numbers


def test_what_is_left_over_from_a_pass_shows_in_another_graph():
    """The second pass of a class adds what the first one found."""
    kind, left = few(engine(), "tanh"), []
    right = kind.backward

    def backward(self):
        right(self)
        leaf = self
        while leaf.operands:
            (leaf,) = leaf.operands
        leaf.grad += sum(left)
        left.append(1.0)

    kind.backward = backward
    chain = Carrier(next(iter(calls_of(TABLE["tanh"]))), None)
    words = backward_trial._left_over(Subject(kind), chain)
    first = slope_of_tanhs(0.4, 2)
    assert words == (
        "two graphs share a leaf, whose gradient is reset to 0 in between: the first pass gives "
        f"{first:.6g}, the second {first + 1:.6g}; {backward_trial.STAYS}"
    )


# ---- operands that a pass does not go down -------------------------------------------------------


class Walking:
    """Every pass goes down the operands that `ways` chooses for a node of this name."""

    ways: dict = {}  # noqa: RUF012

    def first_of_all(self):
        return self.operands[0]

    def __init__(self, data, operands=(), slopes=(), name=""):
        self.data, self.grad, self.name = data, 0.0, name
        self.operands, self.slopes = operands, slopes

    def __add__(self, other):
        return type(self)(self.data + other.data, (self, other), (1.0, 1.0), "add")

    def __mul__(self, other):
        data = self.data * other.data
        return type(self)(data, (self, other), (other.data, self.data), "mul")

    def backward(self):
        self.grad, nodes = 1.0, [self]
        for node in nodes:
            for operand, slope in zip(node.operands, node.slopes):
                operand.grad += slope * node.grad
            nodes += node.operands[self.ways.get(node.name, slice(None))]


FIRST, LAST, ALL, NONE = slice(1), slice(1, None), slice(None), slice(0)


@pytest.mark.parametrize(
    ("add", "mul", "which"),
    [
        (FIRST, FIRST, "goes down the first operand only"),
        (LAST, LAST, "goes down the last operand only"),
        (NONE, NONE, "stops at the root's own operands"),
        (FIRST, LAST, ""), (LAST, FIRST, ""), (FIRST, NONE, ""), (NONE, LAST, ""),
        (FIRST, ALL, ""), (ALL, LAST, ""), (ALL, ALL, ""),
    ],
)  # fmt: skip
def test_a_pass_goes_down_the_same_operands_in_each_operation(add, mul, which):
    kind = type("Walking", (Walking,), {"ways": {"add": add, "mul": mul}})
    subject = Subject(kind)
    out = subject.leaf(1.0) * subject.leaf(2.0)
    anatomy = Anatomy(subject, out, out.operands)
    calls = [x for name in ("add", "mul") for x in calls_of(TABLE[name]) if x.live == (0, 1)]
    finding = pass_trial.find_walk_fault(subject, anatomy, calls)
    if not which:
        assert finding is None
        return
    assert f"the pass {which}" in finding.message
    line = "def backward" if "stops" in which else "nodes += node.operands[self.ways"
    assert line in finding.source  # and not the line of a method that comes before
