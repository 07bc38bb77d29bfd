"""Every way to go wrong that is known, made on purpose: the gradients that each one gives."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...numerals import format_short
from ...table.ops import TABLE
from ...table.rules import RULES, Rule
from .slips import SLIPS

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

    @property
    def text(self) -> str:
        """The formula of the local derivative; empty where there is none."""
        return TABLE[self.rule.name].partials[self.position] if self.rule else ""


class Guess(NamedTuple):
    """One way to go wrong.

    Attributes:
        kind: What it is, in the words that a mistake begins with.
        cause: What was done; the same at whatever numbers it was done.
        detail: The numbers and names of this case.
        gradient: The gradient that it gives.
        is_telling: Whether it is worth mentioning beside another one.
    """

    kind: str
    cause: str
    detail: str
    gradient: float
    is_telling: bool = True

    @property
    def mistake(self) -> str:
        """All of it in words."""
        return f"{self.kind}: {self.cause}{self.detail}"


Parts = Sequence[Contribution]
Slopes = Iterator[tuple[str, str, float]]
"""Kinds, causes, and the wrong local derivatives that they give."""


def every_guess(parts: Parts) -> Iterator[Guess]:
    """Every way to go wrong, the likeliest first.

    What is done at a node as a whole comes before what is done in one operation's rule; there, what
    learners are known to write comes before a bare multiple of the right number, and that before
    what only happens to give the number.

    Args:
        parts: What arrives at the node, a contribution for each use of it.
    """
    return itertools.chain(
        _turned_sign(parts),
        _gradient_above_forgotten(parts),
        _lost_paths(parts),
        _turned_on_a_path(parts),
        _local_derivative_forgotten(parts),
        _with_slopes(parts, _operand_for_result),
        _with_slopes(parts, _slips),
        _nothing(parts),
        _with_slopes(parts, _other_operands_derivative),
        _multiples(parts, (2, -2, 3, -3, 4, -4)),
        _own_number(parts),
        _sum_for_product(parts),
        _with_slopes(parts, _result_for_operand),
        _with_slopes(parts, _number_for_derivative),
        _with_slopes(parts, _other_operations_rule) if len(parts) == 1 else (),
        _multiples(parts, range(5, 11)),
        _multiples(parts, range(-5, -11, -1)),
        _fractions(parts),
    )


def _sum(values: Iterator[float] | Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def _instead(parts: Parts, place: int, value: float) -> float:
    """The gradient with one contribution replaced."""
    return _sum([value if i == place else part.value for i, part in enumerate(parts)])


# ---- at the node as a whole ----------------------------------------------------------------------


def _turned_sign(parts: Parts) -> Iterator[Guess]:
    """The sign of the whole."""
    cause = "it is turned round"
    if len(parts) == 1 and parts[0].rule and parts[0].text.startswith("-"):
        cause = f"the minus of {parts[0].text}, the derivative of {parts[0].rule.name}, is missing"
    yield Guess("sign", cause, "", -_sum([part.value for part in parts]))


def _turned_on_a_path(parts: Parts) -> Iterator[Guess]:
    for place, part in enumerate(parts if len(parts) > 1 else ()):
        turned = _instead(parts, place, -part.value)
        yield Guess("sign", "turned round on the path", f" via {part.user}", turned)


def _gradient_above_forgotten(parts: Parts) -> Iterator[Guess]:
    if all(part.above == 1 for part in parts):
        return
    cause = "not multiplied by the gradient above"
    above = ", ".join(
        dict.fromkeys(f"{format_short(part.above)} of {part.user}" for part in parts[:3])
    )
    yield Guess("chain factor", cause, f", {above}", _sum([part.partial for part in parts]))
    if len(parts) > 1:
        for place, part in enumerate(parts):
            if part.above != 1:
                on_the_path = f" on the path via {part.user}"
                without = _instead(parts, place, part.partial)
                yield Guess("chain factor", cause, on_the_path, without)


def _local_derivative_forgotten(parts: Parts) -> Iterator[Guess]:
    if all(part.partial == 1 for part in parts):
        return
    local = ", ".join(dict.fromkeys(format_short(part.partial) for part in parts[:3]))
    yield Guess(
        "chain factor",
        "the gradient above is passed on without the local derivative",
        f" {local}",
        _sum([part.above for part in parts]),
        is_telling=any(part.partial != -1 for part in parts),  # else it is the sign
    )


def _lost_paths(parts: Parts) -> Iterator[Guess]:
    """Some of the contributions alone."""
    count = len(parts)
    values = [part.value for part in parts]
    sizes = range(1, count) if count <= FEW else (1, count - 1)
    for size in sizes:
        for kept in itertools.combinations(range(count), size):
            names = ", ".join(dict.fromkeys(parts[i].user for i in kept[:3]))
            more = ", ..." if size > 3 else ""
            yield Guess(
                "overwritten path",
                f"only {size} of {count} contributions {'is' if size == 1 else 'are'} in it",
                f", via {names}{more}; they add up",
                _sum([values[i] for i in kept]),
            )


def _nothing(parts: Parts) -> Iterator[Guess]:
    users = ", ".join(dict.fromkeys(part.user for part in parts[:3]))
    yield Guess("other", "it is 0, as if it did not count", f"; it goes into {users}", 0.0)


def _own_number(parts: Parts) -> Iterator[Guess]:
    for part in parts[:1]:
        number = part.numbers[part.position]
        yield Guess("other", "this is its number, not its gradient", "", number)


def _sum_for_product(parts: Parts) -> Iterator[Guess]:
    cause = "the gradient above and the local derivative are added, not multiplied"
    added = _sum([part.above + part.partial for part in parts])
    yield Guess("chain factor", cause, "", added, is_telling=False)


def _multiples(parts: Parts, sizes: Sequence[int]) -> Iterator[Guess]:
    right = _sum([part.value for part in parts])
    for size in sizes if right else ():
        yield Guess(
            "factor", f"{format_short(size)} times what it should be", "", right * size, size > 0
        )


def _fractions(parts: Parts) -> Iterator[Guess]:
    right = _sum([part.value for part in parts])
    for size in range(2, 11) if right else ():
        yield Guess("factor", f"1/{size} of what it should be", "", right / size, False)
        yield Guess("factor", f"−1/{size} of what it should be", "", -right / size, False)
    for factor in (1.5, 2.5) if right else ():
        yield Guess("factor", f"{factor} times what it should be", "", right * factor, False)


# ---- in the rule of one operation ----------------------------------------------------------------


def _with_slopes(parts: Parts, slopes: Callable[[Contribution], Slopes]) -> Iterator[Guess]:
    """The gradients with a wrong local derivative in one contribution."""
    for place, part in enumerate(parts):
        if part.rule is not None:
            for kind, cause, slope in slopes(part):
                if slope != part.partial:
                    yield Guess(kind, cause, "", _instead(parts, place, slope * part.above))


def _slope(formula: Callable[..., float], *arguments: float) -> float:
    """A local derivative; nan where it has none."""
    try:
        return float(formula(*arguments))
    except (ValueError, ArithmeticError, TypeError):  # float(complex) is a TypeError
        return math.nan


def _operand_for_result(part: Contribution) -> Slopes:
    """The rule of a function of one number that speaks of the result, taken at the operand."""
    assert part.rule
    if len(part.numbers) == 1 and "out" in part.text:
        slope = _slope(part.rule.partials[part.position], *part.numbers, part.numbers[0])
        cause = f"{part.text} of {part.rule.name} taken at x, the operand, instead of out"
        yield "input for output", cause, slope


def _slips(part: Contribution) -> Slopes:
    assert part.rule
    for slip in SLIPS.get((part.rule.name, part.position), ()):
        yield slip.kind, slip.words, _slope(slip.slope, *part.numbers, part.out)


def _other_operands_derivative(part: Contribution) -> Slopes:
    assert part.rule
    row = TABLE[part.rule.name]
    for position, partial in enumerate(part.rule.partials):
        if position != part.position:
            right, taken = row.operands[part.position], row.operands[position]
            cause = f"the derivative of {row.name} by {taken} was taken, not that by {right}"
            if row.name == "mul":
                cause = "multiplied by its own number instead of the other factor"
            slope = _slope(partial, *part.numbers, part.out)
            if abs(slope) != abs(part.partial):  # else it is the sign
                yield "other", cause, slope


def _result_for_operand(part: Contribution) -> Slopes:
    """The reverse, which is rare: what a rule says of an operand, taken at the result."""
    assert part.rule
    row = TABLE[part.rule.name]
    for place, name in enumerate(row.operands if " if " not in part.text else ()):
        taken = [*part.numbers[:place], part.out, *part.numbers[place + 1 :]]
        slope = _slope(part.rule.partials[part.position], *taken, part.out)
        cause = f"{part.text} of {row.name} taken at out, the result, instead of {name}"
        yield "input for output", cause, slope


def _number_for_derivative(part: Contribution) -> Slopes:
    assert part.rule
    name = part.rule.name
    if len(part.numbers) > 1 and name != "pow":
        return
    yield "other", f"the result of {name} was taken for its derivative", part.out
    own = part.numbers[part.position]
    yield "other", f"its own number was taken for the derivative of {name}", own


def _other_operations_rule(part: Contribution) -> Slopes:
    assert part.rule
    if len(part.numbers) != 1:
        return
    for rule in RULES[2:]:
        row = TABLE[rule.name]
        if rule is part.rule or not row.eager or row.arity != 1 or row.is_gate:
            continue
        slope = _slope(rule.partials[0], part.numbers[0], part.out)
        if abs(slope) not in (0.0, 1.0) or rule.name == "relu":  # 0 and 1 are in many rules
            yield "other", f"this is the rule of {rule.name}, not of {part.rule.name}", slope
