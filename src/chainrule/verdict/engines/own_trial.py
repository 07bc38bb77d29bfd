"""Trials of functions that the table doesn't have: compared with their own slope, by nudging."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from typing import Any

from ...numerals import format_short
from ..measurement import Measurement, measure
from .calls import NAMES
from .result import Finding
from .source import methods
from .subject import Failure, Subject, failures_of
from .trial import Carrier
from .watchdog import contain

NUMBERS = (0.3, -1.7, 2.5, 0.75, -0.4)
"""Where own functions are tried."""
AGREEMENT = 1e-4
"""Relative difference up to which a gradient agrees with a measured slope."""
HARMFUL = {
    "open", "print", "input", "exit", "quit", "os", "sys", "plt", "subprocess", "Digraph",
    "graphviz", "shutil", "Path", "requests", "socket", "exec", "eval", "system", "pickle",
}  # fmt: skip
"""Names that keep a method from being tried: it does more than compute."""

CONSTANT = {
    "detach", "stop_gradient", "stop_grad", "no_grad", "constant", "const", "clone", "copy",
    "freeze", "item", "numpy", "sg", "step", "round", "sign", "floor", "ceil", "trunc",
}  # fmt: skip
"""Names of methods that pass no gradient on purpose, or may."""


def own_functions(subject: Subject) -> Iterator[str]:
    """The methods without arguments that make a node and that the table doesn't have."""
    makers = {subject.kind.__name__, "type", "__class__", "cls"}
    for name, method in methods(subject.kind):
        code = method.__code__
        used = {*code.co_names, *code.co_freevars}
        is_known = name in NAMES.keys() | CONSTANT or name.startswith("_")
        is_known = is_known or name == subject.backward_name
        if is_known or HARMFUL & used or not (makers | NAMES.keys() | _helpers(subject)) & used:
            continue
        try:
            inspect.signature(method).bind(None)
        except (TypeError, ValueError):
            continue
        yield name


def _helpers(subject: Subject) -> set[str]:
    """The class's own methods that take arguments, which make nodes for others."""
    return {
        name
        for name, method in methods(subject.kind)
        if not name.startswith("__") and method.__code__.co_argcount > 2
    }


def own_findings(
    subject: Subject, names: Sequence[str], carrier: Carrier | None
) -> Iterator[Finding | str]:
    """Compare the gradients of these methods with the slopes of their results; what is wrong, or
    the name of a method that is right."""
    for name in names:
        verdict = _judge(subject, name, carrier)
        if verdict is not None:
            yield verdict


def _judge(subject: Subject, name: str, carrier: Carrier | None) -> Finding | str | None:
    tried, faults = 0, list[tuple[float, float, float]]()
    for number in NUMBERS:
        slope = _slope(subject, name, number)
        if slope is None:
            continue
        try:
            gradient = _gradient(subject, name, number, None)
        except Failure as failure:
            return Finding(name, f"V.{name}() at x = {format_short(number)}: {failure}")
        tried += 1
        if not _agree(gradient, slope):
            faults.append((number, gradient, slope))
    if not tried:
        return None
    if faults:
        return _finding(subject, name, faults, tried)
    return _below(subject, name, carrier) or name


def _below(subject: Subject, name: str, carrier: Carrier | None) -> Finding | None:
    """What is wrong below another operation, which passes down another gradient than 1."""
    if carrier is None:
        return None
    for number in NUMBERS:
        slope = _slope(subject, name, number)
        if slope is None:
            continue
        try:
            out = carrier.call.value(
                *carrier.operands(subject.data(_apply(subject, name, number)[1]))
            )
            gradient = _gradient(subject, name, number, carrier)
            above = _above(carrier, subject.data(_apply(subject, name, number)[1]), out)
        except Failure:
            continue
        if not _agree(gradient, slope * above):
            found, expected = format_short(gradient), format_short(slope * above)
            words = (
                f"V.{name}() at x = {format_short(number)} below {carrier.call.words}: the "
                f"gradient is {found}, but should be {expected} "
                "(Chain rule: multiply the local derivative by the gradient above, out.grad)"
            )
            return Finding(name, words)
    return None


def _above(carrier: Carrier, number: float, out: float) -> float:
    argnum = 0 if carrier.call.live != (1,) else 1
    return carrier.call.partial(argnum, *carrier.operands(number))


def _agree(gradient: float, slope: float) -> bool:
    return math.isclose(gradient, slope, rel_tol=AGREEMENT, abs_tol=AGREEMENT)


def _finding(
    subject: Subject, name: str, faults: Sequence[tuple[float, float, float]], tried: int
) -> Finding:
    number, gradient, slope = faults[0]
    words = (
        f"V.{name}() at x = {format_short(number)}: the gradient is {format_short(gradient)}, but "
        f"the slope of its own result, measured by nudging x, is {format_short(slope)}"
    )
    ratios = {format_short(round(g / s, 4)) for _, g, s in faults if s}
    if len(ratios) == 1 and len(faults) == tried:
        ratio = ratios.pop()
        cause = (
            "its sign is flipped" if ratio == "−1" else f"it is {ratio} times the slope everywhere"
        )
        words += " (it is 0 everywhere)" if ratio == "0" else f" ({cause})"
    graph = (
        f"a = {subject.name}({number})\nout = a.{name}()\nout.{subject.backward_name}()"
        f"  # a.{subject.grad_name} is {format_short(gradient)}, but should be "
        f"{format_short(slope)}"
    )
    return Finding(name, words, graph)


def _apply(subject: Subject, name: str, number: float) -> tuple[Any, Any]:
    leaf = subject.leaf(number)
    with failures_of(f"V.{name}()"):
        out = contain(getattr(leaf, name))()
    if not isinstance(out, subject.kind) or out is leaf:
        raise Failure(f"V.{name}() doesn't return a new Value")
    return leaf, out


def _slope(subject: Subject, name: str, number: float) -> float | None:
    """The slope of a function's result; None where it has none, or at a kink."""

    def result(x: float) -> float:
        try:
            return subject.data(_apply(subject, name, x)[1])
        except Failure:
            return math.nan

    measured: Measurement = measure(result, number)
    if (
        not measured.has_value
        or measured.has_kink
        or measured.error > 1e-5 * (1 + abs(measured.value))
    ):
        return None
    return measured.value


def _gradient(subject: Subject, name: str, number: float, carrier: Carrier | None) -> float:
    leaf, out = _apply(subject, name, number)
    if carrier is not None:
        x, *others = carrier.operands(out)
        operands = (x, subject.leaf(others[0])) if carrier.call.live == (0, 1) else (x, *others)
        out = subject.apply(carrier.call, *operands)
    subject.run(out)
    return subject.grad(leaf)
