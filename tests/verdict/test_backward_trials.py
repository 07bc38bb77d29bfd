"""Trials of a pass by themselves: what each says of an engine of two operations."""

from __future__ import annotations

import re

import pytest
from wrong_engines import PLANTED, engine
from zoo.reports import few, report

from chainrule.table.ops import TABLE
from chainrule.verdict import check_engine
from chainrule.verdict.engines import backward_trial
from chainrule.verdict.engines.calls import calls_of
from chainrule.verdict.engines.subject import Subject
from chainrule.verdict.engines.watchdog import Endless

pytestmark = pytest.mark.once


@pytest.mark.parametrize("bug", PLANTED)
def test_what_is_said_of_a_planted_mistake(bug, golden):
    rule = PLANTED[bug]
    names = {rule, "mul"} if rule in TABLE else {"add", "mul", *(["tanh"] if "tanh" in bug else [])}
    name = bug.replace(" ", "_").replace("'", "").replace(",", "")
    text = report(check_engine(few(engine(bug), *names)))
    golden(f"verdict/planted/{name}.txt", re.sub(r"(\.py):\d+", r"\1", text))


def subject_of(kind, *words):
    """A class whose calls in these words are taken to be right."""
    subject = Subject(kind)
    subject.sound = [
        x for name in ("add", "mul") for x in calls_of(TABLE[name]) if x.words in words
    ]
    return subject


def changed(**methods):
    """The right engine with other methods."""
    kind = engine()
    for name, method in methods.items():
        setattr(kind, name, method)
    return kind


def raising(error):
    """An engine whose pass raises an error."""

    def backward(self):
        raise error

    return changed(backward=backward)


def ending(error):
    """An engine whose sums raise an error once they are larger than 0.53."""

    kind = engine()
    right = kind.__add__

    def add(self, other):
        if self.data > 0.53:
            raise error
        return right(self, other)

    kind.__add__ = add
    return kind


CHAIN = "a chain of 60 operations"


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        (engine(), "V + number", ""),
        (engine("fails beyond 1,000"), "V + number", ""),
        (engine(), "V * V", ""),
        (engine(), "V − V", ""),  # no chain
        (raising(ValueError("no")), "V + number", f"{CHAIN} raised ValueError"),
        (
            raising(RecursionError("deep")), "V + number",
            f"{CHAIN} exceeds Python's recursion limit; walk the graph in a loop, without "
            "recursion",
        ),
        (
            raising(Endless()), "V + number",
            f"{CHAIN} takes longer than 2 seconds, so the pass is too slow for a deep graph; keep "
            "the visited nodes in a set",
        ),
        (
            ending(KeyError("x")), "V + number",
            f"{CHAIN}: V + number raised KeyError: 'x'",
        ),
        (
            ending(RecursionError("deep")), "V + number",
            f"{CHAIN} exceeds Python's recursion limit; walk the graph in a loop, without "
            "recursion",
        ),
        (engine("root at 2"), "V + number", f"after {CHAIN} the gradient is 2, but should be 1"),
        (engine("root not set"), "V + number", f"after {CHAIN} the gradient is 0, but should be 1"),
    ],
)  # fmt: skip
def test_what_a_long_chain_shows(monkeypatch, kind, words, message):
    monkeypatch.setattr(backward_trial, "DEEP", 60)
    assert backward_trial.find_depth_fault(subject_of(kind, words)) == message


def test_a_chain_is_seeded_where_the_pass_does_not(monkeypatch):
    monkeypatch.setattr(backward_trial, "DEEP", 60)
    subject = subject_of(engine("root not set"), "V + number")
    subject.needs_seed = True
    assert backward_trial.find_depth_fault(subject) == ""
    assert backward_trial.has_chain(subject)
    subject.sound = []
    assert not backward_trial.has_chain(subject)


def test_a_chain_of_5000_operations_finds_what_fails_beyond_1000():
    subject = subject_of(engine("fails beyond 1,000"), "V + number")
    assert backward_trial.find_depth_fault(subject) == (
        "after a chain of 5,000 operations the gradient is 0, but should be 1"
    )
    subject = subject_of(engine("recursion"), "V + number")
    assert "exceeds Python's recursion limit" in backward_trial.find_depth_fault(subject)


@pytest.mark.parametrize(
    ("bug", "message"),
    [
        ("", ""),
        ("root not set", "backward() leaves the root's gradient at 0; it should be 1"),
        ("root at 2", "after a pass the root's gradient is 2; it should be 1"),
    ],
)
def test_the_seed_of_a_pass(bug, message):
    subject = subject_of(engine(bug), "V + V", "V * V")
    assert backward_trial.find_seed_fault(subject, subject.sound) == message
    assert subject.seed == (2.0 if bug == "root at 2" else 1.0)
    assert subject.needs_seed == (bug == "root not set")
    assert not subject.is_mute


def test_a_pass_that_passes_nothing_on_is_mute():
    subject = subject_of(changed(backward=lambda self: None), "V + V")
    assert backward_trial.find_seed_fault(subject, subject.sound)
    assert (subject.needs_seed, subject.is_mute) == (True, True)


@pytest.mark.parametrize(("bug", "loses"), [("", False), ("leaves are zeroed", True)])
def test_whether_a_pass_takes_away_what_leaves_have(bug, loses):
    subject = subject_of(engine(bug), "V + V", "V * V")
    assert backward_trial.loses_presets(subject, subject.sound) is loses
    assert not backward_trial.loses_presets(subject, [])
    subject = subject_of(raising(ValueError("no")), "V + V")
    assert not backward_trial.loses_presets(subject, subject.sound)


@pytest.mark.parametrize(
    ("bug", "message"),
    [
        ("", ""),
        (
            "inner gradients stay",
            "a second pass on the same graph gives the leaf the gradient 13.5, but should give "
            "6.75: inner nodes keep their gradients from the first pass",
        ),
        (
            "leaves are zeroed",
            "a second pass leaves the leaf's gradient at 3.375, but should add to it, giving 6.75: "
            "gradients are set to 0 at the start of each pass, so they can't be accumulated over "
            "several passes",
        ),
        (
            "visited for ever",
            "a second pass on the same graph does nothing; something is left over from the first "
            "pass, such as a list or set of nodes kept on the class; each pass needs its own",
        ),
        (
            "root adds up",
            "after a second pass the root's gradient is 2; each pass should start by setting it "
            "to 1",
        ),
    ],
)
def test_a_second_pass(bug, message):
    subject = subject_of(engine(bug), "V * number")
    assert backward_trial.find_state_fault(subject, subject.sound) == message


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (engine(), ""),
        (raising(ValueError("no")), "backward() raised ValueError: no"),
        (
            raising(TypeError("unsupported operand type(s) for +=: 'NoneType' and 'float'")),
            "backward() raised TypeError: unsupported operand type(s) for +=: 'NoneType' and "
            "'float'; a gradient starts as None, so nothing can be added to it; start it at 0",
        ),
        (
            raising(TypeError("'NoneType' object is not iterable")),
            "backward() raised TypeError: 'NoneType' object is not iterable; list.reverse() and "
            "list.sort() return None: use reversed() and sorted()",
        ),
    ],
)
def test_why_every_pass_fails(kind, message):
    subject = subject_of(kind, "V + V", "V * V")
    assert backward_trial.find_pass_fault(subject, subject.sound) == message


def test_a_pass_that_fails_for_one_operation_only_is_no_fault_of_the_pass():
    kind = engine()
    right = kind.backward

    def backward(self):
        if self.name == "mul":
            raise ValueError("no")
        right(self)

    kind.backward = backward
    subject = subject_of(kind, "V * V", "V + V")
    assert backward_trial.find_pass_fault(subject, subject.sound) == ""
    assert backward_trial.find_pass_fault(subject, subject.sound[1:]).endswith("ValueError: no")
    assert backward_trial.find_leaf_fault(subject) == ""
    assert backward_trial.find_start_fault(subject) == ""
