"""Details of the course: which folder and depth the code of a task has, and what is tried in it."""

from __future__ import annotations

import sys

import pytest

from chainrule.course import grading, sandbox, trial
from chainrule.verdict.grading.examination import EXAMINING

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def no_module_stays():
    kept = sys.modules.pop("value", None)
    yield
    sys.modules.pop("value", None)
    if kept:
        sys.modules["value"] = kept


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
