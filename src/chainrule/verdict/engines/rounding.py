"""Numbers that a class doesn't keep as they are: whole, rounded, in half precision, clipped."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...numerals import counted, format_short
from .subject import SAME

CLOSE = 2e-3
"""Half precision explains a number that was computed on up to this relative difference."""
TELLING = (0.7, 2.0 / 3.0, 12.3456, -2.71828, 3.0)
"""Numbers that show how a leaf keeps them."""


class Sample(NamedTuple):
    """A number that a class computed, beside the one that it should be."""

    name: str  # the operation
    found: float
    expected: float
    is_right: bool
    out: float = math.nan  # the result of the operation, for a gradient


class Hypothesis(NamedTuple):
    """What a class may do to every number."""

    words: str
    rule: str
    pattern: str  # of the line in the class that does it
    number: Callable[[Sample], float]
    tolerance: float  # how well the class can be judged afterwards; 0 if it can't
    close: float = SAME  # relative difference up to which it explains a number


def _half(x: float) -> float:
    try:
        return float(struct.unpack("e", struct.pack("e", x))[0])
    except (OverflowError, ValueError):
        return math.copysign(math.inf, x)


def _decimals(count: int) -> Callable[[Sample], float]:
    return lambda sample: round(sample.expected, count)


def _limits(samples: Sequence[Sample]) -> Iterator[Hypothesis]:
    """Gradients that are clipped where they are largest."""
    limit = max((abs(x.found) for x in samples if not x.is_right), default=0.0)
    if not limit:
        return
    text = f"gradients are clipped at ±{format_short(limit)}"
    yield Hypothesis(
        f"{text}: they are cut off there; backward() must not clip them", "state",
        r"\b(min|max|clip|clamp)\(",
        lambda x: max(-limit, min(limit, x.expected)), 1e-5,
    )  # fmt: skip


def _factors(samples: Sequence[Sample]) -> Iterator[Hypothesis]:
    """Every gradient multiplied by the same number."""
    factor = next((x.found / x.expected for x in samples if not x.is_right and x.expected), 0.0)
    if not factor:
        return
    text = "−1, so its sign is flipped" if factor == -1 else format_short(factor)
    yield Hypothesis(
        f"every gradient is multiplied by {text}; a pass multiplies by local derivatives only",
        "state", r"[-+*/]=", lambda x: factor * x.expected, 1e-5,
    )  # fmt: skip


def data_hypotheses() -> Iterator[Hypothesis]:
    """What may happen to numbers."""
    yield from _kept("numbers", "a number")


def gradient_hypotheses(samples: Sequence[Sample]) -> Iterator[Hypothesis]:
    """What may happen to gradients."""
    yield from _limits(samples)
    yield from _factors(samples)
    zero = r"\bif\b.*\.\w+"
    yield Hypothesis(
        "a node whose number is 0 passes no gradient on: the pass skips nodes with the value zero, "
        "as `if v.data:` does; a number of 0 says nothing about the gradient", "order",
        zero, lambda x: 0.0 if x.out == 0 else x.expected, 1e-5,
    )  # fmt: skip
    yield Hypothesis(
        "only nodes with a positive number pass a gradient on", "order",
        zero, lambda x: 0.0 if x.out <= 0 else x.expected, 1e-5,
    )  # fmt: skip
    yield Hypothesis(
        "negative gradients are lost: everything below 0 becomes 0", "state",
        r"\bmax\(|\bif\b.*> *0", lambda x: max(0.0, x.expected), 1e-5,
    )  # fmt: skip
    yield Hypothesis(
        "gradients lose their sign: each becomes its absolute value", "state",
        r"\babs\(", lambda x: abs(x.expected), 1e-5,
    )  # fmt: skip
    yield from _kept("gradients", "a gradient")


def _kept(what: str, one: str) -> Iterator[Hypothesis]:
    ints = (
        f"{what} are kept as ints, so everything after the decimal point is lost; {one} is a float"
    )
    yield Hypothesis(ints, "precision", r"\bint\(|//", lambda x: float(math.trunc(x.expected)), 0.0)
    yield Hypothesis(
        f"{what} are floored to whole numbers; {one} is a float", "precision", r"floor|//|int\(",
        lambda x: float(math.floor(x.expected)), 0.0,
    )  # fmt: skip
    for count in range(5):
        kept = "whole numbers, to ints"
        if count:
            kept = f"{counted(count, 'decimal')}, which loses precision"
        words = f"{what} are rounded to {kept}; don't round them"
        number = _decimals(count)
        yield Hypothesis(words, "precision", r"\bround\(|around", number, 3.0 * 10.0**-count)
    yield Hypothesis(
        f"{what} are kept in half precision (float16), which has three digits; use a float",
        "precision", r"float16|half|\be\b", lambda x: _half(x.expected), 5e-3, CLOSE,
    )  # fmt: skip


def explains(hypothesis: Hypothesis, samples: Sequence[Sample]) -> set[str] | None:
    """The operations that a hypothesis explains, at least one of them wrong; None where the
    numbers contradict it."""
    explained, others = set[str](), set[str]()
    for sample in samples:
        predicted = hypothesis.number(sample)
        if not math.isclose(sample.found, predicted, rel_tol=hypothesis.close, abs_tol=1e-5):
            others.add(sample.name)
        elif not sample.is_right:
            explained.add(sample.name)
    explained -= others
    return explained if len(explained) > len(others) else None


def find_hypothesis(
    hypotheses: Iterator[Hypothesis], samples: Sequence[Sample], fewest: int
) -> tuple[Hypothesis, set[str]] | None:
    """The first hypothesis that explains what is wrong in at least `fewest` operations."""
    if all(sample.is_right for sample in samples):
        return None
    for hypothesis in hypotheses:
        explained = explains(hypothesis, samples)
        if explained and len(explained) >= fewest:
            return hypothesis, explained
    return None
