"""The process in which the code of a task runs and is examined.

It has the limits of `chainrule grade`: time, memory, no network, no files but its own folder.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..errors import WrongType
from ..numerals import format_number
from ..verdict.engines.check import check_engine
from ..verdict.engines.result import MISSING, EngineCheck, Finding
from ..verdict.grading.guard import limit_resources, refuse_harm
from ..verdict.grading.worker import BEGUN, READY, Channel, load
from ..verdict.result_table import error_text, printable
from .task import EXAMINED, OPERATIONS

LONGEST = 400


def main() -> None:
    """Examine the file that the first message names; the second one is the key."""
    channel = Channel()
    job = channel.receive()
    attempts: list[str] = []
    os.chdir(job["folder"])
    limit_resources(job["cpu_seconds"], job["megabytes"])
    refuse_harm(job["folder"], attempts)
    channel.send_line(BEGUN)
    make, result = load(Path(job["folder"], job["file"]), "Value", job["seconds"])
    channel.send_line(READY)
    channel.key = channel.receive().encode()
    problems = [f"The code tries to {each}, which isn't allowed here." for each in attempts]
    channel.send([*rows(make, result, job["wants"]), *([["", x] for x in problems])])
    os._exit(0)


def rows(make: type[Any] | None, result: dict[str, Any], wants: list[str]) -> list[list[str]]:
    """Return the findings on what `load` returned, as they are sent.

    Args:
        make: The class, or None if the code defines none.
        result: What there is to say of the file.
        wants: What the task asks for.
    """
    if make is None:
        found = [Finding("", result["why"])]
    else:
        found = findings(make, wants)
        if found and result["remarks"]:
            found = [Finding("", result["remarks"][0]), *found]
    return [list(each) for each in map(Finding._make, found)]


def findings(make: type[Any], wants: list[str]) -> list[Finding]:
    """Return what is wrong with a class, as far as a task asks for it.

    Args:
        make: The class.
        wants: What the task asks for, some of task.WANTS.

    Example:
        >>> from chainrule import Value
        >>> findings(Value, ["init", "forward", "order"])
        []
    """
    for want in wants:
        trial = TRIALS.get(want)
        if trial is None:
            continue
        try:
            found = trial(make)
        except BaseException as error:  # learners' code may raise anything
            found = Finding(
                want, f"This raises {printable(error_text(error))[:LONGEST]}.", CODE[want]
            )
        if found:
            return [found]
    if any(want in EXAMINED for want in wants):
        return list(_examined(make, wants))
    return []


# ---- before there is a backward pass -------------------------------------------------------------

CODE = {
    "init": "a = Value(2.0)",
    "repr": "a = Value(2.0)\nprint(a)",
    "forward": "a = Value(2.0)\nb = Value(-3.0)\na + b\na * b",
    "local": "a = Value(2.0)\nb = Value(-3.0)\nout = a * b\nout.grad = 5.0\nout._backward()",
    "order": "a = Value(2.0)\nb = Value(-3.0)\nc = a * b\nd = a + c\nL = c * d\nL.backward()",
}


def _try_init(make: type[Any]) -> Finding | None:
    value = make(2.0)
    for name, expected in (("data", 2.0), ("grad", 0)):
        if not hasattr(value, name):
            words = f"A Value needs the attribute {name}, which should be {expected:g} here."
            return Finding("init", words, CODE["init"])
        if getattr(value, name) != expected:
            words = f"Its {name} is {_shown(getattr(value, name))}, but it should be {expected:g}."
            return Finding("init", words, CODE["init"])
    return None


def _try_repr(make: type[Any]) -> Finding | None:
    text = make(2.0).__repr__()
    if not isinstance(text, str):
        words = f"__repr__ returns {_shown(text)}, but it should return a text."
        return Finding("repr", words, CODE["repr"])
    if "2" in text and not text.startswith("<"):
        return None
    words = f"This prints {printable(text)[:LONGEST]}, which doesn't show the number."
    return Finding("repr", words, CODE["repr"])


def _try_forward(make: type[Any]) -> Finding | None:
    for x, y in ((2.0, -3.0), (0.5, 4.0), (-1.5, -2.0)):
        for sign, expected in (("+", x + y), ("*", x * y)):
            code = f"Value({x}) {sign} Value({y})"
            a, b = make(x), make(y)
            out = a + b if sign == "+" else a * b
            if not isinstance(out, make):
                words = f"This gives {_shown(out)}, which isn't a Value."
            elif out.data != expected:
                words = f"The data of this is {_shown(out.data)}; it should be {expected}."
            elif (a.data, b.data) != (x, y):
                words = "This changes the numbers that it adds or multiplies."
            else:
                continue
            return Finding("forward", words, code)
    return None


def _try_local(make: type[Any]) -> Finding | None:
    if broken := _try_forward(make):
        return broken
    for sign in "+*":
        code = CODE["local"].replace("a * b", f"a {sign} b")
        a, b = make(2.0), make(-3.0)
        out = a + b if sign == "+" else a * b
        out.grad = 5.0
        if not callable(out._backward):
            words = (
                f"The result's _backward is {_shown(out._backward)}, but it should be a function: "
                "assign it without calling it, as in out._backward = _backward."
            )
            return Finding("local", words, code)
        out._backward()
        expected = (5.0, 5.0) if sign == "+" else (-15.0, 10.0)
        for name, value, right in zip("ab", (a, b), expected):
            if value.grad == right:
                continue
            local = format_number(right / 5)
            words = (
                f"After this, {name}.grad is {_shown(value.grad)}, but it should be {right:g}: the "
                f"local derivative of a {sign} b with respect to {name}, {local}, times out.grad, "
                "5."
            )
            return Finding("local", words, code)
    return None


def _try_order(make: type[Any]) -> Finding | None:
    a, b = make(2.0), make(-3.0)
    c = a * b
    d = a + c
    out = c * d
    names = {id(node): name for node, name in ((a, "a"), (b, "b"), (c, "c"), (d, "d"), (out, "L"))}
    called: list[str] = []
    for node in (a, b, c, d, out):
        node._backward = functools.partial(called.append, names[id(node)])
    out.backward()
    graph = CODE["order"]
    if out.grad != 1:
        words = f"L.backward() leaves L.grad = {_shown(out.grad)}; the result itself gets 1."
        return Finding("order", words, graph)
    for name in names.values():
        if name in "cdL" and called.count(name) != 1:
            words = f"L.backward() calls {name}._backward() {_times(called.count(name))}, not once."
            return Finding("order", words, graph)
    for user, operand in (("L", "d"), ("L", "c"), ("d", "c")):
        if called.index(user) > called.index(operand):
            words = (
                f"L.backward() calls {operand}._backward() before {user}._backward(), so {operand} "
                f"passes on a gradient that lacks what {user} adds to it."
            )
            return Finding("order", words, graph)
    return None


def _times(count: int) -> str:
    return "never" if not count else f"{count} times"


def _shown(x: Any) -> str:
    return printable(repr(x))[:80]


TRIALS: dict[str, Callable[[type[Any]], Finding | None]] = {
    "init": _try_init, "repr": _try_repr, "forward": _try_forward, "local": _try_local,
    "order": _try_order,
}  # fmt: skip

# ---- the whole engine ----------------------------------------------------------------------------

EXAMPLES = {
    "add": "a + b", "mul": "a * b", "sub": "a - b", "neg": "-a", "div": "a / b", "pow": "a**k",
    "tanh": "a.tanh()", "exp": "a.exp()", "relu": "a.relu()",
}  # fmt: skip
TRIED_LATER = {"accumulation": "reuse of values", "state": "a second pass"}


def _examined(make: type[Any], wants: list[str]) -> Iterator[Finding]:
    """What `check_engine` finds, as far as it is asked for."""
    try:
        report = check_engine(make)
    except WrongType as error:
        what = str(error).partition("\n")[0].removeprefix("check_engine ")
        yield Finding("", f"An engine {what}")
        return
    operations = [want for want in wants if want in OPERATIONS]
    found = [each for each in report.mistakes if _is_wanted(each, wants)]
    yield from found
    if found:
        return
    missing = [EXAMPLES[name] for name in operations if report.reasons.get(name) == MISSING]
    if missing:
        yield Finding("", f"The class can't compute this yet: {', '.join(missing)}.")
        return
    for name in operations:
        if name not in report.sound:
            yield Finding(name, _why_unsound(name, report))
            return
    if "numbers" in wants:
        signs = [sign for sign in report.reasons if "number" in sign and "**" not in sign]
        if signs:
            yield Finding("numbers", f"This doesn't work yet: {', '.join(signs)}.")
            return
    for want, what in TRIED_LATER.items():
        why = report.not_tried.get(what) or report.not_tried.get("the rest")
        if want in wants and why:
            yield Finding(want, f"This couldn't be tried: {what}, because {why}.")
            return


def _is_wanted(finding: Finding, wants: list[str]) -> bool:
    if finding.rule == "rules":
        return any(want in OPERATIONS for want in wants)
    return finding.rule in wants or finding.rule.split()[0] in wants


def _why_unsound(name: str, report: EngineCheck) -> str:
    if name in report.reasons:
        return f"Tried {EXAMPLES[name]}: {report.reasons[name]}."
    if name in report.unjudged:
        return f"{name} is built from {report.unjudged[name]}, which isn't right yet."
    others = "; ".join(each.message for each in report.mistakes[:1])
    return f"{name} can't be judged yet. {others}".strip()
