"""Trials where a formula is at its limit: at kinks, in ties, and for large numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ...numerals import format_short
from ...table.ops import TABLE, Kink
from .calls import Call
from .result import Finding
from .subject import Subject
from .trial import Trial

LARGE = (400.0, -400.0, 800.0, -800.0)
"""Numbers for which a function that saturates must not overflow."""
STEP = 1e-6
"""How far beside a kink the slopes of both sides are taken."""
ROOM = 1e-4
"""How far outside them a slope may be."""
ONE_OPERAND = ("relu", "abs", "leaky_relu", "elu", "relu6", "hardtanh", "clip", "selu")
TIES = ("max", "min", "maximum", "minimum", "fmax", "fmin")
BOUNDED = (
    "tanh", "sigmoid", "softplus", "silu", "gelu", "relu", "elu", "selu", "mish", "atan", "erf",
    "log_sigmoid", "leaky_relu", "softsign",
)  # fmt: skip


def kink_findings(subject: Subject) -> Iterator[Finding]:
    """Check the slopes at kinks: one between those of both sides is a convention."""
    done: set[str] = set()
    for call in subject.sound:
        row = TABLE[call.row.name]
        if row.name in done or call.may_vary or call.live != tuple(range(row.arity)):
            continue
        for kink in row.kinks:
            if row.name in ONE_OPERAND and row.arity == 1:
                finding = _at_kink(subject, call, kink)
            elif row.name in TIES:
                finding = _in_tie(subject, call, kink)
            else:
                continue
            if finding:
                done.add(row.name)
                yield finding
                break


def _at_kink(subject: Subject, call: Call, kink: Kink) -> Finding | None:
    trial, name = Trial(subject), call.row.name
    a = trial.leaf(kink.at[0])
    trial.apply(call, a)
    words = f"{call.words} at x = {format_short(kink.at[0])}"
    if failure := trial.failure():
        return Finding(name, f"{words}: {failure}")
    sides = [call.partial(0, kink.at[0] + step) for step in (-STEP, STEP)]
    low, high = min(sides), max(sides)
    if not low - ROOM <= a.gradient <= high + ROOM:
        between = f"between {format_short(low)} and {format_short(high)}, the slopes of both sides"
        message = f"{words}: the gradient is {format_short(a.gradient)}, but should be {between}"
        return Finding(name, message, trial.code(a, f"{format_short(a.gradient)}, not {between}"))
    usual = kink.partials[0]
    if name == "relu" and not subject.same(a.gradient, usual):
        return Finding(
            name,
            f"the gradient of {words} is {format_short(a.gradient)}; by convention, and in "
            f"PyTorch, it is {format_short(usual)}",
        )
    return None


def _in_tie(subject: Subject, call: Call, kink: Kink) -> Finding | None:
    """In a tie the gradients of both operands must add up to that of the result."""
    trial, name = Trial(subject), call.row.name
    a, b = trial.leaf(kink.at[0]), trial.leaf(kink.at[1])
    trial.apply(call, a, b)
    words = f"{call.words} at a tie (x = y = {format_short(kink.at[0])})"
    if failure := trial.failure():
        return Finding(name, f"{words}: {failure}")
    total = a.gradient + b.gradient
    if subject.same(total, 1.0):
        return None
    if subject.same(total, 0.0):
        why = "neither operand gets a gradient"
    elif subject.same(total, 2.0):
        why = "both operands get the whole gradient"
    else:
        why = f"the gradients of both operands add up to {format_short(total)}"
    message = (
        f"{words}: {why}, but they should add up to 1; give it to one of them, or half to each"
    )
    shares = f"{format_short(a.gradient)} and b.{subject.grad_name} {format_short(b.gradient)}"
    return Finding(name, message, trial.code(a, shares))


def overflow_findings(subject: Subject) -> Iterator[Finding]:
    """Check that functions which stay moderate do so for large numbers."""
    for name in BOUNDED:
        call = next((x for x in subject.sound if x.row.name == name and x.live == (0,)), None)
        if call and (finding := _overflow(subject, call, LARGE)):
            yield finding


def _overflow(subject: Subject, call: Call, numbers: Sequence[float]) -> Finding | None:
    for number in numbers:
        trial = Trial(subject)
        a = trial.leaf(number)
        out = trial.apply(call, a, *call.row.defaults)
        words = f"{call.words} at x = {format_short(number)}"
        failure = trial.failure()
        value = subject.data(out.value) if out.value is not None else math.nan
        if failure:
            what = f"{failure}: it overflows for a large x"
        elif not math.isfinite(value) or not math.isfinite(a.gradient):
            what = (
                f"the result is {format_short(value)} and the gradient {format_short(a.gradient)}"
            )
            what = f"{what}: an intermediate result overflows for a large x"
        else:
            continue
        remedy = "use a formula in which no exponent is positive, such as exp(-abs(x))"
        return Finding(call.row.name, f"{words}: {what}; {remedy}")
    return None
