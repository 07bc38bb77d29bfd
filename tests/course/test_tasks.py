"""The tasks: a right answer passes, a wrong one is told why, and nothing else is judged."""

from __future__ import annotations

import re

import pytest

from chainrule import Value
from chainrule.course import grading
from chainrule.course.shelf import faults_of, shelf
from chainrule.course.task import WANTS
from chainrule.course.trial import findings, rows
from chainrule.errors import FormulaError

TASKS = list(shelf().tasks)


def written(task):
    """The class of a task's solution."""
    space = {}
    exec(shelf().tasks[task].solution, space)
    return space["Value"]


@pytest.mark.parametrize("task", TASKS)
def test_the_solution_is_right_and_that_of_the_task_before_is_not(task):
    wants = list(shelf().tasks[task].wants)
    assert findings(written(task), wants) == []
    at = TASKS.index(task)
    if at:
        assert findings(written(TASKS[at - 1]), wants)


TASK = """\
title = "A class"
text = "Write it."
start = "class Value:\\n    pass"
solution = "x = 1"
wants = ["init", "add"]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "words", "remedy"),
    [
        ('"init", "add"', "", 5, "wants names what is judged, such as add and order.", ""),
        ('"add"', '"ad"', 5, "wants: ad isn't judged.", "use some of init, "),
        ("pass", "pas s", 3, "start isn't Python: ", ""),
        ("x = 1", "x = ", 4, "solution isn't Python: ", ""),
        ('solution = "x = 1"\n', "", 1, "the file needs solution, which is text", ""),
        ('text = "Write it."', 'text = ""', 2, "text is empty.", ""),
        ('title = "A class"', 'titel = "A class"', 1, "no field 'titel'", "did you mean 'title'?"),
        ("", "", 0, "", ""),
    ],
)
def test_a_fault_of_a_task_is_found_at_its_line(old, new, line, words, remedy):
    assert old in TASK
    faults = faults_of(TASK.replace(old, new, 1))
    found = [(fault.line, words in fault.what, fault.remedy.startswith(remedy)) for fault in faults]
    assert (line, True, True) in found if words else faults == []


def test_everything_that_can_be_wanted_is_right_in_our_own_class():
    assert findings(Value, [want for want in WANTS if want != "order"]) == []


class Plain:
    """A right beginning; each mistake below overrides a part of it."""

    def __init__(self, data, operands=()):
        self.data, self.grad, self.operands = data, 0.0, operands
        self._backward = lambda: None

    def __repr__(self):
        return f"Value({self.data})"

    def __add__(self, other):
        out = type(self)(self.data + other.data, (self, other))

        def back():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = back
        return out

    def __mul__(self, other):
        out = type(self)(self.data * other.data, (self, other))

        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = back
        return out

    def backward(self):
        order = []

        def visit(node):
            if node not in order:
                for operand in node.operands:
                    visit(operand)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node._backward()


def test_the_plain_class_is_right():
    assert findings(Plain, ["init", "repr", "forward", "local", "order", "accumulation"]) == []


def swapped(self, other):
    out = type(self)(self.data * other.data, (self, other))

    def back():
        self.grad += self.data * out.grad
        other.grad += other.data * out.grad

    out._backward = back
    return out


def no_chain(self, other):
    out = type(self)(self.data + other.data, (self, other))

    def back():
        self.grad += 1.0
        other.grad += 1.0

    out._backward = back
    return out


def calls_it(self, other):
    out = no_chain(self, other)
    out._backward = out._backward()
    return out


def forgets_itself(self):
    self.grad = 1.0
    self._backward()
    for operand in self.operands:
        operand.backward()


def depth_first(self):
    todo, order = [self], []
    while todo:
        node = todo.pop(0)
        if node not in order:
            order.append(node)
            todo += node.operands
    self.grad = 1.0
    for node in order:
        node._backward()


def no_one(self):
    Plain.backward(self)
    self.grad = 0.0


@pytest.mark.parametrize(
    "want, name, method, words",
    [
        ("init", "__init__", lambda self, x: setattr(self, "data", x), "needs the attribute grad"),
        ("init", "__init__", lambda self: None, "This raises TypeError"),
        ("repr", "__repr__", object.__repr__, "doesn't show the number"),
        ("forward", "__add__", lambda self, other: self.data + other.data, "isn't a Value"),
        ("forward", "__mul__", lambda self, other: self + other, "data of this is -1.0; it should"),
        ("local", "__mul__", swapped, "a.grad is 10.0, but it should be -15"),
        ("local", "__add__", no_chain, "a.grad is 1.0, but it should be 5"),
        (
            "init",
            "__init__",
            lambda self, x: self.__dict__.update(data=x, grad=None),
            "Its grad is None, but it should be 0.",
        ),
        ("repr", "__repr__", lambda self: None, "__repr__ returns None, but it should"),
        ("local", "__mul__", lambda self, other: None, "This gives None, which isn't a Value"),
        (
            "local",
            "__add__",
            calls_it,
            "The result's _backward is None, but it should be a function",
        ),
        ("order", "backward", forgets_itself, "calls c._backward() 2 times, not once"),
        ("order", "backward", lambda self: None, "L.grad = 0.0; the result itself gets 1"),
        ("order", "backward", no_one, "L.grad = 0.0; the result itself gets 1"),
    ],
)
def test_a_mistake_is_told(want, name, method, words):
    broken = type("Value", (Plain,), {name: method})
    [found] = findings(broken, [want])
    assert words in found.message
    assert found.graph


def test_names_of_the_code_keep_their_letters():
    told = grading.grade(TASKS[2], shelf().tasks[TASKS[2]].solution.replace("out.grad", "1.0"))
    assert told["findings"][0]["message"].startswith("After this, a.grad is 1.0, but")


def test_what_is_missing_is_told_at_once():
    told = grading.grade(TASKS[5], shelf().tasks[TASKS[4]].solution)
    [found] = told["findings"]
    assert found["message"] == "The class can't compute this yet: a - b, -a, a / b, a**k."


def test_a_remark_on_the_file_comes_before_what_is_wrong_with_the_class():
    told = {"why": "No class.", "remarks": ["It defines two.", "A second remark."]}
    wrong = type("Value", (Plain,), {"backward": depth_first})
    [first, second] = rows(wrong, told, ["order"])
    assert first[1] == "It defines two." and "before d._backward()" in second[1]
    assert rows(Plain, told, ["order"]) == []
    assert [each[1] for each in rows(None, told, ["order"])] == ["No class."]


def test_what_does_not_work_with_plain_numbers_is_listed():
    [found] = findings(Plain, ["numbers"])
    assert found.rule == "numbers"
    assert found.message.startswith("This doesn't work yet: ") and "number + V" in found.message


def test_a_wrong_order_is_told():
    [found] = findings(type("Value", (Plain,), {"backward": depth_first}), ["order"])
    assert "calls c._backward() before d._backward()" in found.message


def test_only_what_is_asked_for_is_judged():
    broken = type("Value", (Plain,), {"__mul__": swapped, "backward": depth_first})
    assert findings(broken, ["init", "repr", "forward"]) == []
    assert [found.rule for found in findings(broken, ["local", "order"])] == ["local"]


@pytest.mark.parametrize(
    "code, words",
    [
        ("class Value:\n    def __init__(self", "isn't valid Python: line 2"),
        ("", "defines no class Value"),
        ("1/0", "ZeroDivisionError"),
        ("while True: pass", "runs for longer than 3 seconds"),
        ("import os\nos._exit(3)", "quits Python with status 3"),
        ("class Value:\n    def __init__(self, data): raise SystemExit", "SystemExit"),
        ("import subprocess\nsubprocess.run(['true'])", "start another process|isn't allowed"),
        ("from chainrule import Value", "defines no class Value"),
        ("class Value:\n    def __init__(self, data):\n        self.data = data", "attribute grad"),
    ],
)
@pytest.mark.once
def test_code_runs_in_a_process_of_its_own(code, words):
    told = grading.grade(TASKS[0], code)
    assert not told["ok"]
    messages = [finding["message"] for finding in told["findings"]]
    assert any(word in message for word in words.split("|") for message in messages), messages
    assert not any("/tmp" in message for message in messages)


def test_a_right_answer_in_a_process_of_its_own():
    solution = shelf().tasks[TASKS[4]].solution
    assert grading.grade(TASKS[4], solution) == {"ok": True, "findings": []}
    told = grading.grade(TASKS[4], solution.replace("+=", "="))["findings"]
    assert "+=" in told[0]["message"]
    assert re.match(r"\d+: self.grad = ", told[0]["source"])


def test_what_is_no_task_is_refused():
    with pytest.raises(FormulaError, match="the course has no task"):
        grading.grade("../x", "")
    with pytest.raises(FormulaError, match="20,000 are possible"):
        grading.grade(TASKS[0], "#" * 30_000)
