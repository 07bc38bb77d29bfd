"""The judge without a process says what the judge with one says."""

from __future__ import annotations

import gc
import signal
import sys

import pytest

from chainrule.course import grading, sandbox, trial
from chainrule.course.shelf import tasks
from chainrule.verdict.grading.examination import EXAMINING

SOLUTIONS = {name: task.solution for name, task in tasks().items()}
REUSE = "05_used_twice"


@pytest.fixture(autouse=True)
def no_module_stays():
    """The code that is judged is the module `value`; other tests want the notebook's."""
    kept = sys.modules.pop("value", None)
    yield
    sys.modules.pop("value", None)
    if kept:
        sys.modules["value"] = kept


def judged(name, code):
    return sandbox.run(name, code) or sandbox.examine()


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_solution_is_right(name):
    assert judged(name, SOLUTIONS[name]) == {"ok": True, "findings": []}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("01_init", "class Value:\n    def __init__(self"),
        ("01_init", ""),
        ("01_init", "1/0"),
        ("01_init", "class Value:\n    def __init__(self, data): raise SystemExit"),
        ("01_init", "from chainrule import Value"),
        ("01_init", "class Value:\n    def __init__(self, data):\n        self.data = data"),
        ("01_init", f"{SOLUTIONS['01_init']}\nraise KeyError('é\ud800')"),
        (REUSE, SOLUTIONS[REUSE].replace("+=", "=")),
        (REUSE, SOLUTIONS["04_backward"]),
    ],
)
def test_both_judges_agree(name, code):
    assert judged(name, code) == grading.grade(name, code)


def test_code_for_no_task_is_refused():
    assert judged("nothing", "")["error"].startswith("the course has no task")
    assert judged("01_init", "#" * 30_000)["error"].endswith("20,000 are possible.")


def test_recursion_ends_before_the_stack_does():
    limit = sys.getrecursionlimit()
    code = SOLUTIONS["06_other_operations"]
    told = judged("06_other_operations", code.replace("return self + other", "return other + self"))
    assert "RecursionError" in told["findings"][0]["message"]
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize("code", ["", "import sys\nsys.settrace(None)\n"])
def test_a_debugger_and_an_alarm_s_handler_stay(code):
    def trace(*_):
        return None

    def ring(*_):
        return None

    before, handler = sys.gettrace(), signal.signal(signal.SIGALRM, ring)
    sys.settrace(trace)
    try:
        assert judged("01_init", code + SOLUTIONS["01_init"])["ok"]
        assert sys.gettrace() is trace
        assert signal.getsignal(signal.SIGALRM) is ring
    finally:
        sys.settrace(before)
        signal.signal(signal.SIGALRM, handler)


@pytest.fixture
def no_alarm(monkeypatch):
    """As on Windows and in WebAssembly."""
    monkeypatch.delattr(signal, "setitimer")


def test_without_signals_a_loop_is_ended_too(no_alarm, monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    told = judged("01_init", "x = 0\nwhile True:\n    x += 1")
    [finding] = told["findings"]
    assert "at line" in finding["message"]
    assert "it runs for longer than 0.2 seconds" in finding["message"]
    assert judged("01_init", SOLUTIONS["01_init"])["ok"]


def test_without_signals_a_method_that_loops_is_ended_too(no_alarm, monkeypatch):
    monkeypatch.setattr("chainrule.verdict.engines.watchdog.PATIENCE", 0.2)
    code = SOLUTIONS[REUSE].replace(
        "        self.grad = 1.0\n", "        self.grad = 1.0\n        while True: pass\n"
    )
    assert code != SOLUTIONS[REUSE]
    told = judged(REUSE, code)
    assert not told["ok"]
    assert judged(REUSE, SOLUTIONS[REUSE])["ok"]


@pytest.fixture
def slow_collection():
    """A callback of the garbage collector, as Hypothesis has one; what it raises is swallowed."""

    def spend_time(phase, info):
        try:
            sum(i for i in range(3000))
        except Exception as error:
            assert not error

    gc.callbacks.append(spend_time)
    yield
    gc.callbacks.remove(spend_time)


GARBAGE = """
import gc

class Slow:
    def __del__(self):
        try:
            sum(i for i in range(3000))
        except Exception:
            pass

"""


@pytest.mark.parametrize("turn", ["gc.collect(0)", "Slow()"])
def test_a_loop_that_collects_garbage_is_ended_too(turn, no_alarm, slow_collection, monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    told = judged("01_init", f"{GARBAGE}while True:\n    {turn}")
    assert "it runs for longer than" in told["findings"][0]["message"]

    monkeypatch.setattr("chainrule.verdict.engines.watchdog.PATIENCE", 0.2)
    code = GARBAGE + SOLUTIONS[REUSE].replace(
        "        self.grad = 1.0\n", f"        self.grad = 1.0\n        while True: {turn}\n"
    )
    assert not judged(REUSE, code)["ok"]


# ---- folders, depth and time ---------------------------------------------------------------------


def test_code_runs_in_its_own_folder():
    asked = "import os\nraise KeyError(os.path.basename(os.getcwd()))"
    [finding] = grading.grade("01_init", asked)["findings"]
    assert finding["message"] == "The file stops at line 2: KeyError: 'submission'."


@pytest.mark.parametrize("depth", [500, 700])
def test_code_in_the_page_has_so_many_calls_at_most(monkeypatch, depth):
    monkeypatch.setattr(sandbox, "DEEPEST", depth)
    before = sys.getrecursionlimit()
    assert before != depth
    sandbox.run("01_init", "import sys\nraise KeyError(sys.getrecursionlimit())")
    [finding] = sandbox.examine()["findings"]
    assert f"KeyError: {depth}" in finding["message"]
    assert sys.getrecursionlimit() == before
    asks = "import sys\nclass Value:\n    def __init__(self, data):\n"
    sandbox.run("01_init", f"{asks}        raise KeyError(sys.getrecursionlimit())")
    [finding] = sandbox.examine()["findings"]
    assert f"KeyError: {depth}" in finding["message"]
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize("wants", [["init", "add"], ["add", "init"], ["add", "mul", "init"]])
def test_what_is_tried_first_may_come_last_in_a_task(monkeypatch, wants):
    class Value:
        def __init__(self, data):
            self.data, self.grad = data, 5

    monkeypatch.delattr(trial, "check_engine")
    [found] = trial.findings(Value, wants)
    assert found.rule == "init"
    assert found.message == "Its grad is 5, but it should be 0."


def test_a_judgement_may_take_longer_than_the_code():
    assert grading.LIMITS["run"] > grading.SECONDS
    assert grading.LIMITS["examine"] > EXAMINING * grading.SECONDS
