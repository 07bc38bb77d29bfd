"""The most likely mistake behind a wrong gradient: each known one is made on purpose, and the one
that gives the number found is named."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..numerals import plain
from ..ops import TABLE
from ..rules import RULES, Rule

FEW = 10
"""Up to so many contributions every subset of them is tried."""


class Contribution(NamedTuple):
    """What one use of a node adds to its gradient.

    Attributes:
        user: The name of the node that uses it.
        above: The gradient of that node.
        partial: The local derivative.
        rule: The operation's rule, or None.
        position: Which operand the node is.
        numbers: The operation's operands.
        out: The operation's result.
    """

    user: str
    above: float
    partial: float
    rule: Rule | None
    position: int
    numbers: tuple[float, ...]
    out: float

    @property
    def value(self) -> float:
        """What arrives on this path."""
        return self.partial * self.above


class Guess(NamedTuple):
    """One way to go wrong, and the gradient that it gives."""

    mistake: str
    gradient: float


Matches = Callable[[float], bool]


def likely_mistake(parts: Sequence[Contribution], found: float, matches: Matches) -> str:
    """Name the mistake that gives the gradient found.

    Args:
        parts: What arrives at the node, a contribution for each use of it.
        found: Its wrong gradient.
        matches: Whether a number is the one that was found.

    Returns:
        A phrase that begins with sign, chain factor, overwritten path, input for output, factor or
        other.
    """
    for guess in itertools.chain(
        _signs(parts), _chain_factors(parts), _lost_paths(parts), _inputs_for_outputs(parts)
    ):
        if matches(guess.gradient):
            return guess.mistake
    return (
        _own_number(parts, matches)
        or _factor(parts, found, matches)
        or _other(parts, found, matches)
    )


def exact_mistake(parts: Sequence[Contribution], matches: Matches) -> str:
    """Name the lost path or the turned sign that gives a number exactly; empty where none does.

    It is asked before a number is taken for a rounded one: 11 for 11.09 is more likely 6 + 5 with a
    small third contribution forgotten.
    """
    guesses = itertools.chain(_lost_paths(parts), _signs(parts))
    return next((guess.mistake for guess in guesses if matches(guess.gradient)), "")


def _sum(values: Iterator[float] | Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def _instead(parts: Sequence[Contribution], place: int, value: float) -> float:
    """The gradient with one contribution replaced."""
    return _sum([value if i == place else part.value for i, part in enumerate(parts)])


def _signs(parts: Sequence[Contribution]) -> Iterator[Guess]:
    yield Guess("sign: it is turned round", -_sum([part.value for part in parts]))
    if len(parts) > 1:
        for place, part in enumerate(parts):
            turned = _instead(parts, place, -part.value)
            yield Guess(f"sign: turned round on the path via {part.user}", turned)


def _chain_factors(parts: Sequence[Contribution]) -> Iterator[Guess]:
    forgotten = "chain factor: not multiplied by the gradient above"
    if all(part.above == 1 for part in parts):
        return
    above = ", ".join(dict.fromkeys(f"{plain(part.above)} of {part.user}" for part in parts[:3]))
    yield Guess(f"{forgotten}, {above}", _sum([part.partial for part in parts]))
    if len(parts) > 1:
        for place, part in enumerate(parts):
            if part.above != 1:
                yield Guess(
                    f"{forgotten} on the path via {part.user}",
                    _instead(parts, place, part.partial),
                )
    else:
        part = parts[0]
        yield Guess(
            "chain factor: the gradient above is passed on without the local derivative "
            f"{plain(part.partial)}",
            part.above,
        )


def _lost_paths(parts: Sequence[Contribution]) -> Iterator[Guess]:
    count = len(parts)
    if count < 2:
        return
    values = [part.value for part in parts]
    sizes = range(1, count) if count <= FEW else (1, count - 1)
    for size in sizes:
        for kept in itertools.combinations(range(count), size):
            names = ", ".join(dict.fromkeys(parts[i].user for i in kept[:3]))
            more = ", ..." if size > 3 else ""
            yield Guess(
                f"overwritten path: only {size} of {count} contributions is in it, via "
                f"{names}{more}; they add up",
                _sum([values[i] for i in kept]),
            )


def _inputs_for_outputs(parts: Sequence[Contribution]) -> Iterator[Guess]:
    for place, part in enumerate(parts):
        if part.rule is None:
            continue
        text = TABLE[part.rule.name].partials[part.position]
        for arguments in _swapped(part):
            try:
                slope = part.rule.partials[part.position](*arguments)
            except (ValueError, ArithmeticError):
                continue
            if slope != part.partial:
                yield Guess(
                    f"input for output: {text} of {part.rule.name} taken at the wrong number, "
                    "x and out exchanged",
                    _instead(parts, place, slope * part.above),
                )


def _swapped(part: Contribution) -> Iterator[tuple[float, ...]]:
    """The operands and the result, one taken for the other."""
    for place in range(len(part.numbers)):
        yield (*part.numbers, part.numbers[place])  # the operand in the place of the result
        taken = [*part.numbers[:place], part.out, *part.numbers[place + 1 :]]
        yield (*taken, part.out)  # the result in the place of the operand


def _factor(parts: Sequence[Contribution], found: float, matches: Matches) -> str:
    right = _sum([part.value for part in parts])
    if right == 0 or found != found:
        return ""
    for size in range(2, 11):
        for factor, words in ((size, f"{size} times"), (1 / size, f"1/{size} of")):
            if matches(right * factor):
                return f"factor: {words} what it should be"
            if matches(-right * factor):
                return f"factor: −{words} what it should be"
    for factor in (1.5, 2.5):
        if matches(right * factor):
            return f"factor: {factor} times what it should be"
    return ""


def _other(parts: Sequence[Contribution], found: float, matches: Matches) -> str:
    if found != found:
        return "other: it is nan"
    borrowed = _borrowed(parts, matches) if len(parts) == 1 else ""
    return borrowed or "other"


def _own_number(parts: Sequence[Contribution], matches: Matches) -> str:
    for place, part in enumerate(parts):
        if part.rule is not None and part.rule.name == "mul":
            swapped = _instead(parts, place, part.numbers[part.position] * part.above)
            if matches(swapped):
                return "other: multiplied by its own number instead of the other factor"
    return ""


def _borrowed(parts: Sequence[Contribution], matches: Matches) -> str:
    """The operation whose rule was used instead."""
    part = parts[0]
    if part.rule is None or len(part.numbers) != 1:
        return ""
    for rule in RULES[2:]:
        row = TABLE[rule.name]
        if rule is part.rule or not row.eager or row.arity != 1 or row.is_gate:
            continue
        try:
            slope = rule.partials[0](part.numbers[0], part.out)
        except (ValueError, ArithmeticError):
            continue
        tells = slope not in (0.0, 1.0) or (rule.name == "relu" and slope == 1)
        if tells and matches(slope * part.above):
            return f"other: this is the rule of {rule.name}, not of {part.rule.name}"
    return ""
