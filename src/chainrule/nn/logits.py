"""Notice probabilities that are passed where a loss needs logits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engine.node import is_value
from ..errors import DomainError, calling_line, warn
from ..programs.trace.structure import is_tracer
from ..table.rules import OWN, RULES
from .rows import is_array


def operation(x: Any) -> str:
    """The name of the operation that computed a Value or a traced number; else empty."""
    if is_value(x):
        return x.op
    op = x.tape.node(x.node)[0] if is_tracer(x) else OWN
    return RULES[op].name if op > OWN else ""


def refuse_softmax(scores: Sequence[Any]) -> None:
    """Refuse the result of softmax, and warn of numbers that look like one.

    Raises:
        DomainError: Every score is a quotient of an exponential and one and the same number.
    """
    if all(operation(x) == "div" for x in scores):
        pairs = [_quotient(x) for x in scores]
        if len({divisor for _, divisor in pairs}) == 1 and {op for op, _ in pairs} == {"exp"}:
            raise not_logits("cross_entropy", "softmax")
    if any(is_tracer(x) or is_array(x) for x in scores):
        return
    plain = [float(x.data if is_value(x) else x) for x in scores]
    if all(0 < x < 1 for x in plain) and abs(sum(plain) - 1) < 1e-9:
        warn(
            "cross_entropy got numbers that add up to 1, as probabilities do, but it needs logits: "
            "what the model computes before softmax",
            RuntimeWarning,
        )


def _quotient(x: Any) -> tuple[str, Any]:
    """The operation of the dividend, and what identifies the divisor, of a quotient."""
    if is_value(x):
        return x._operands[0].op, x._operands[1]
    _, dividend, divisor, _ = x.tape.node(x.node)
    return operation(type(x)(x.tape, dividend)), divisor


def not_logits(name: str, last: str) -> DomainError:
    """The error of a loss that gets the result of this function."""
    return DomainError(
        f"{name} needs logits, but got probabilities, the result of {last}.",
        where=calling_line(),
        remedy=f"leave {last} out of the model; the loss contains it",
    )
