"""Trials of functions that the table doesn't have: compared with their own slope, by nudging."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...numerals import format_short
from ..measurement import Measurement, measure
from .own_functions import Function, NotTried, apply_own, find_call, own_functions
from .pass_trial import joins
from .result import Finding
from .reuse_trial import ADD_UP
from .subject import Failure, Subject
from .trial import Carrier, in_code

AGREEMENT = 1e-4
"""Relative difference up to which a gradient agrees with a measured slope."""


def own_findings(
    subject: Subject, varying: Sequence[str], carrier: Carrier | None
) -> Iterator[Finding | NotTried | str]:
    """Compare the gradients of own functions with the slopes of their results, and those of
    methods that vary from the table: what is wrong, what can't be tried, or the name of a function
    that is right."""
    kind = subject.kind
    for name, method in {
        **dict(own_functions(subject)),
        **{x: getattr(kind, x) for x in varying},
    }.items():
        function = find_call(subject, name, method)
        if isinstance(function, Function):
            if verdict := _judge(subject, function, carrier):
                yield verdict
        elif function:
            yield function


def _judge(
    subject: Subject, function: Function, carrier: Carrier | None
) -> Finding | NotTried | str | None:
    tried, faults = Counter[int](), list[Fault]()
    for point in function.points():
        for argnum in range(len(point)):
            slope = _slope(subject, function, point, argnum)
            if slope is None:
                continue
            try:
                gradient = _gradient(subject, function, point, argnum, None)
            except Failure as failure:
                where = _where(point, argnum)
                return Finding(function.name, f"{function.words} at {where}: {failure}")
            tried[argnum] += 1
            if not _agree(gradient, slope):
                faults.append(Fault(point, argnum, gradient, slope))
    if not tried:
        return NotTried(function.words, "its result has no slope where it was tried")
    if faults:
        return _finding(subject, function, faults, tried)
    return _below(subject, function, carrier) or _reused(subject, function) or function.name


def _below(subject: Subject, function: Function, carrier: Carrier | None) -> Finding | None:
    """What is wrong below another operation, which passes down another gradient than 1."""
    if carrier is None:
        return None
    for point in function.points():
        for argnum in range(len(point)):
            slope = _slope(subject, function, point, argnum)
            if slope is None:
                continue
            try:
                made = apply_own(subject, function, point)
                gradient = _gradient(subject, function, point, argnum, carrier)
            except Failure:
                continue
            above = _above(carrier, subject.data(made[-1])) if made else 0.0
            if not _agree(gradient, slope * above):
                found, expected = format_short(gradient), format_short(slope * above)
                words = (
                    f"{function.words} at {_where(point, argnum)} below {carrier.call.words}: the "
                    f"gradient is {found}, but should be {expected} "
                    "(Chain rule: multiply the local derivative by the gradient above, out.grad)"
                )
                return Finding(function.name, words)
    return None


def _reused(subject: Subject, function: Function) -> Finding | None:
    """What is wrong where an operand has another path to the root."""
    point = function.points()[0]
    trials = [(x, i) for x in joins(subject.sound, ("add", "mul"))[:1] for i in range(len(point))]
    for join, argnum in trials:
        slope = _slope(subject, function, point, argnum)
        made = apply_own(subject, function, point)
        if slope is None or not made:
            continue
        x, out = made[argnum], made[-1]
        try:
            subject.run(subject.apply(join, out, x))
        except Failure:
            continue
        numbers = subject.data(out), point[argnum]
        expected = slope * join.partial(0, *numbers) + join.partial(1, *numbers)
        if not _agree(subject.grad(x), expected):
            words = (
                f"{function.words} at {_where(point, argnum)}, which is used again by "
                f"{join.words}: the gradient is {format_short(subject.grad(x))}, but should be "
                f"{format_short(expected)} ({ADD_UP})"
            )
            return Finding(function.name, words)
    return None


def _where(point: Sequence[float], argnum: int) -> str:
    """The point in words, with the operand whose gradient is meant."""
    if len(point) == 1:
        return f"x = {format_short(point[0])}"
    numbers = ", ".join(f"{name} = {format_short(x)}" for name, x in zip("xy", point))
    return f"{numbers}, with respect to {'xy'[argnum]}"


def _above(carrier: Carrier, number: float) -> float:
    argnum = 0 if carrier.call.live != (1,) else 1
    return carrier.call.partial(argnum, *carrier.operands(number))


def _agree(gradient: float, slope: float) -> bool:
    return math.isclose(gradient, slope, rel_tol=AGREEMENT, abs_tol=AGREEMENT)


class Fault(NamedTuple):
    """A gradient that isn't the slope."""

    point: tuple[float, ...]
    argnum: int
    gradient: float
    slope: float


def _finding(
    subject: Subject, function: Function, faults: Sequence[Fault], tried: Counter[int]
) -> Finding:
    point, argnum, gradient, slope = faults[0]
    words = (
        f"{function.words} at {_where(point, argnum)}: the gradient is {format_short(gradient)}, "
        f"but the slope of its own result, measured by nudging {'xy'[argnum]}, is "
        f"{format_short(slope)}"
    )
    alike = [x for x in faults if x.argnum == argnum]
    ratios = {format_short(round(x.gradient / x.slope, 4) + 0.0) for x in alike if x.slope}
    if len(ratios) == 1 and len(alike) == tried[argnum]:
        ratio = ratios.pop()
        cause = (
            "its sign is flipped" if ratio == "−1" else f"it is {ratio} times the slope everywhere"
        )
        words += " (it is 0 everywhere)" if ratio == "0" else f" ({cause})"
    leaves = "; ".join(f"{name} = {subject.name}({x})" for name, x in zip("ab", point))
    taken = "b" if function.others else "" if function.number is None else f"{function.number:g}"
    graph = (
        f"{leaves}\nout = a.{function.name}({taken})\nout.{subject.backward_name}()"
        f"  # {'ab'[argnum]}.{subject.grad_name} is {in_code(gradient)}, but should be "
        f"{in_code(slope)}"
    )
    return Finding(function.name, words, graph)


def _slope(
    subject: Subject, function: Function, point: Sequence[float], argnum: int
) -> float | None:
    """The slope of a function's result; None where it has none, or at a kink."""

    def result(x: float) -> float:
        try:
            made = apply_own(subject, function, [*point[:argnum], x, *point[argnum + 1 :]])
        except Failure:
            return math.nan
        return subject.data(made[-1]) if made else math.nan

    measured: Measurement = measure(result, point[argnum])
    if (
        not measured.has_value
        or measured.has_kink
        or measured.error > 1e-5 * (1 + abs(measured.value))
    ):
        return None
    return measured.value


def _gradient(
    subject: Subject,
    function: Function,
    point: Sequence[float],
    argnum: int,
    carrier: Carrier | None,
) -> float:
    made = apply_own(subject, function, point)
    if not made:
        raise Failure(f"{function.words} doesn't always return a new Value")
    out = made[-1]
    if carrier is not None:
        x, *others = carrier.operands(out)
        operands = (x, subject.leaf(others[0])) if carrier.call.live == (0, 1) else (x, *others)
        out = subject.apply(carrier.call, *operands)
    subject.run(out)
    return subject.grad(made[argnum])
