"""Trials of what changes a node that exists: `+=` and its kin, and zero_grad."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from ...numerals import format_short
from .calls import SYMBOLS
from .result import Finding
from .source import find_line
from .subject import Failure, Subject, failures_of
from .watchdog import contain

IN_PLACE: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "add": ("iadd", operator.iadd),
    "sub": ("isub", operator.isub),
    "mul": ("imul", operator.imul),
    "div": ("itruediv", operator.itruediv),
}


def in_place_findings(subject: Subject) -> Iterator[Finding]:
    """Check that `a += b` and its kin keep the graph, where the class defines them."""
    for name, (method, operation) in IN_PLACE.items():
        if not hasattr(subject.kind, f"__{method}__"):
            continue
        call = next((x for x in subject.sound if x.row.name == name and x.live == (0, 1)), None)
        if call is not None:
            try:
                words, graph = _in_place(subject, name, operation, call)
            except Failure as failure:
                words, graph = str(failure), ""
            if words:
                source = find_line(subject.kind, rf"def __{method}__|__{method}__\s*=")
                remedy = f"leave __{method}__ out, and Python uses {call.words}"
                yield Finding(method, f"{words}; {remedy}", graph, source)


def _in_place(
    subject: Subject, name: str, operation: Callable[[Any, Any], Any], call: Any
) -> tuple[str, str]:
    """What is wrong with s += c where s and c are computed, and the code that shows it."""
    sign = SYMBOLS["truediv" if name == "div" else name].replace("−", "-")
    a, b = subject.leaf(1.5), subject.leaf(0.75)
    s, c = subject.apply(call, a, b), subject.apply(call, b, a)
    kept = subject.data(s)
    expected = call.value(kept, subject.data(c))
    with failures_of(f"s {sign}= c"):
        t = contain(operation)(s, c)
    if not subject.is_value(t):
        return f"a {sign}= b returns {type(t).__name__} instead of a Value", ""
    subject.run(t)
    x, y = call.value(1.5, 0.75), call.value(0.75, 1.5)
    above = call.partial(0, x, y), call.partial(1, x, y)
    wanted = {
        "a": above[0] * call.partial(0, 1.5, 0.75) + above[1] * call.partial(1, 0.75, 1.5),
        "b": above[0] * call.partial(1, 1.5, 0.75) + above[1] * call.partial(0, 0.75, 1.5),
    }
    found = {"a": subject.grad(a), "b": subject.grad(b)}
    graph = (
        f"a, b = {subject.name}(1.5), {subject.name}(0.75)\n"
        f"s = a {sign} b; s {sign}= b {sign} a; s.{subject.backward_name}()"
    )
    if not subject.same(subject.data(t), expected):
        return (
            f"a {sign}= b gives {format_short(subject.data(t))}, not {format_short(expected)}",
            graph,
        )
    for key in found:
        if not subject.same(found[key], wanted[key]):
            numbers = f"{format_short(found[key])}, but should be {format_short(wanted[key])}"
            return (
                f"a {sign}= b loses the graph: it changes the number itself and doesn't record "
                "the operation, so b gets no gradient"
            ), f"{graph}  # {key}.{subject.grad_name} is {numbers}"
    return "", ""


def find_zero_grad_fault(subject: Subject) -> Finding | None:
    """Check that zero_grad, where a Value has it, sets its gradient to 0 and nothing else."""
    name = next(
        (x for x in ("zero_grad", "zero_gradient", "reset_grad") if hasattr(subject.kind, x)), ""
    )
    if not name:
        return None
    leaf = subject.leaf(0.5)
    source = find_line(subject.kind, rf"def {name}\b")
    try:
        subject.set_grad(leaf, 3.0)
        with failures_of(f"{name}()"):
            contain(getattr(leaf, name))()
    except Failure as failure:
        return Finding("state", f"{failure}", "", source)
    if not subject.same(subject.data(leaf), 0.5):
        return Finding(
            "state", f"{name}() changes the number of a leaf, not only its gradient", "", source
        )
    gradient = subject.grad(leaf)
    if subject.same(gradient, 0.0):
        return None
    found = format_short(gradient)
    words = f"{name}() leaves the gradient of a leaf at {found}, but should set it to 0"
    graph = (
        f"a = {subject.name}(0.5); a.{subject.grad_name} = 3.0\na.{name}()"
        f"  # a.{subject.grad_name} is {found}, but should be 0"
    )
    return Finding("state", words, graph, source)
