"""Every known way to go wrong, and the gradient that it gives."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...numerals import MINUS, format_short
from ..tolerances import FEW_PATHS, MOST_NAMES
from . import phrases
from .contribution import (
    Contribution as Contribution,
    Mistake as Mistake,
    Parts,
    instead,
    quotient,
    total,
)
from .rounding import agrees
from .rule_mistakes import (
    common_errors,
    derivative_words,
    number_for_derivative,
    operand_for_result,
    other_operands_derivative,
    other_operations_rule,
    result_for_operand,
    with_slopes,
)


def known_mistakes(parts: Parts) -> Iterator[Mistake]:
    """Every way to go wrong, the likeliest first, for a node's contributions.

    Mistakes at a node as a whole come before mistakes in one operation's rule; there, what learners
    are known to write comes before what only happens to give the number.
    """
    return itertools.chain(
        _turned_sign(parts),
        _gradient_above_forgotten(parts),
        _lost_paths(parts),
        _turned_on_a_path(parts),
        _local_derivative_forgotten(parts),
        with_slopes(parts, operand_for_result),
        with_slopes(parts, common_errors),
        [Mistake("zero", phrases.ZERO, [0.0], phrases.ZERO_USED.format(users=_users(parts)))],
        with_slopes(parts, other_operands_derivative),
        _wrong_powers(parts),
        [
            Mistake("own value", phrases.OWN_VALUE, [part.numbers[part.position]])
            for part in parts[:1]
        ],
        _sum_for_product(parts),
        with_slopes(parts, result_for_operand),
        with_slopes(parts, number_for_derivative),
        with_slopes(parts, other_operations_rule) if len(parts) == 1 else (),
    )


def matching_mistakes(parts: Parts, matches: Callable[[float], bool]) -> list[Mistake]:
    """The mistakes that give a gradient, the likeliest first; at several numbers, what gives all of
    them may be a constant factor."""
    mistakes = itertools.chain(known_mistakes(parts), _multiples(parts), _fractions(parts))
    matching = (mistake for mistake in mistakes if matches(mistake.gradient))
    return sorted(matching, key=lambda mistake: not mistake.is_telling)


def shifted_points(parts: Parts) -> Iterator[Mistake]:
    """The correct gradient with its decimal point elsewhere, which only who types it can do."""
    shifts = ((10, "one digit"), (0.1, "one digit"), (100, "two digits"), (0.01, "two digits"))
    for factor, digits in shifts if total([part.value for part in parts]) else ():
        cause = phrases.SHIFTED_POINT.format(digits=digits)
        terms = [part.value * factor for part in parts]
        yield Mistake("decimal point", cause, terms, is_telling=False)


def doubled(parts: Parts) -> Iterator[Mistake]:
    """Twice the correct gradient, which stands beside any other mistake that gives the number."""
    if total([part.value for part in parts]):
        terms = [2 * part.value for part in parts]
        yield Mistake("doubled", phrases.DOUBLED, terms, is_telling=False)


def fitting_mistakes(
    mistakes: Iterable[Mistake], parts: Parts, gradient: float, room: float
) -> tuple[list[Mistake], list[Mistake]]:
    """The mistakes that give a gradient exactly, and those that give it as far as rounding can
    tell, which may have moved it by `room`; the likeliest first."""
    exact: list[Mistake] = []
    rounded: list[Mistake] = []
    spread = 2 * max((part.spread for part in parts), default=0.0)
    for mistake in mistakes:
        if agrees(gradient, mistake.gradient, 0.0):
            exact.append(mistake)
        elif agrees(gradient, mistake.gradient, room + spread * mistake.size):
            rounded.append(mistake)
    return exact, rounded


def equally_likely(fitting: Sequence[Mistake]) -> list[Mistake]:
    """The likeliest mistake, and those of other kinds that explain the number as well.

    A 0 is more likely left as it was than computed from contributions that cancel out, and one swap
    that explains two gradients is likelier than a mistake at each.
    """
    if not fitting:
        return []
    if any(mistake.kind == "zero" for mistake in fitting):
        fitting = [mistake for mistake in fitting if not mistake.cancels_out]
    if fitting[0].kind == "swapped":
        return [fitting[0]]
    if any(mistake.kind == "other operand" for mistake in fitting):  # tells it more exactly
        fitting = [mistake for mistake in fitting if mistake.kind != "own value"]
    first = next((mistake for mistake in fitting if mistake.is_telling), *fitting[:1])
    kinds = {first.kind: first}
    for mistake in fitting:
        if (mistake.is_telling or mistake.kind == "doubled") and len(kinds) < MOST_NAMES:
            kinds.setdefault(mistake.kind, mistake)
    return list(kinds.values())


# ---- at the node as a whole ----------------------------------------------------------------------


def _turned_sign(parts: Parts) -> Iterator[Mistake]:
    """The sign of the whole."""
    cause, part = phrases.FLIPPED, parts[0] if len(parts) == 1 else None
    if part and part.rule and part.text.startswith("-"):
        derivative = derivative_words(part.rule, part.position)
        cause = phrases.MINUS_MISSING.format(formula=part.text, derivative=derivative)
    yield Mistake("sign", cause, [-part.value for part in parts])


def _turned_on_a_path(parts: Parts) -> Iterator[Mistake]:
    for index, part in enumerate(parts if len(parts) > 1 else ()):
        text = phrases.FLIPPED_ON_THE_PATH.format(user=part.user)
        yield Mistake("sign", phrases.FLIPPED_ON_A_PATH, instead(parts, index, -part.value), text)


def _gradient_above_forgotten(parts: Parts) -> Iterator[Mistake]:
    if all(part.above == 1 for part in parts):
        return
    cause = phrases.ABOVE_MISSING
    gradients = list(dict.fromkeys((part.user, format_short(part.above)) for part in parts[:3]))
    text = phrases.ABOVE_MISSING_ONCE.format(user=gradients[0][0], above=gradients[0][1])
    if len(gradients) > 1:
        above = ", ".join(f"{gradient} at {user}" for user, gradient in gradients)
        text = phrases.ABOVE_MISSING_OFTEN.format(gradients=above)
    if not _is_on_one_path([part.above for part in parts]):
        yield Mistake("above missing", cause, [part.partial for part in parts], text)
    for index, part in enumerate(parts if len(parts) > 1 else ()):
        if part.above != 1:
            text = phrases.ABOVE_MISSING_ON_A_PATH.format(
                user=part.user, above=format_short(part.above)
            )
            yield Mistake("above missing", cause, instead(parts, index, part.partial), text)


def _local_derivative_forgotten(parts: Parts) -> Iterator[Mistake]:
    if all(part.partial == 1 for part in parts):
        return
    cause = phrases.LOCAL_MISSING
    partials = list(dict.fromkeys(format_short(part.partial) for part in parts[:3]))
    text = phrases.LOCAL_MISSING_OFTEN if len(partials) > 1 else phrases.LOCAL_MISSING_ONCE
    if not _is_on_one_path([part.partial for part in parts]):
        yield Mistake(
            "local missing",
            cause,
            [part.above for part in parts],
            text.format(partials=", ".join(partials)),
            is_telling=any(part.partial != -1 for part in parts),  # else it is the sign
        )
    for index, part in enumerate(parts if len(parts) > 1 else ()):
        if abs(part.partial) != 1:
            text = phrases.LOCAL_MISSING_ON_A_PATH.format(
                user=part.user, partial=format_short(part.partial)
            )
            yield Mistake("local missing", cause, instead(parts, index, part.above), text)


def _is_on_one_path(factors: Sequence[float]) -> bool:
    """Whether leaving the factors out changes one path of several: the others are 1."""
    others = [x for x in factors if x != 1]
    return len(factors) > 1 and len(others) == 1 and others[0] != -1


def _lost_paths(parts: Parts) -> Iterator[Mistake]:
    """Some of the contributions alone."""
    count = len(parts)
    sizes = range(1, count) if count <= FEW_PATHS else (1, count - 1)
    for size in sizes:
        cause = phrases.PATH_MISSING if size == 1 else phrases.PATHS_MISSING
        cause = cause.format(size=size, count=count)
        for included in itertools.combinations(parts, size):
            users = _users(included) + (", ..." if size > 3 else "")
            text = cause + phrases.PATHS_INCLUDED.format(users=users)
            yield Mistake("missing path", cause, [part.value for part in included], text)


def _users(parts: Parts) -> str:
    return ", ".join(dict.fromkeys(part.user for part in parts[:3]))


def _wrong_powers(parts: Parts) -> Iterator[Mistake]:
    """A factor squared or divided by, on all paths or on one of several."""
    powers: tuple[tuple[str, str, str, Callable[[Contribution], float]], ...] = (
        ("squared", "LOCAL_SQUARED", "partial", lambda part: part.value * part.partial),
        ("inverted", "LOCAL_INVERTED", "partial", lambda part: quotient(part.above, part.partial)),
        ("squared", "ABOVE_SQUARED", "above", lambda part: part.value * part.above),
        ("inverted", "ABOVE_INVERTED", "above", lambda part: quotient(part.partial, part.above)),
    )
    for kind, name, factor, term in powers:
        cause, on_a_path = getattr(phrases, name), getattr(phrases, f"{name}_ON_A_PATH")
        if any(abs(getattr(part, factor)) != 1 for part in parts):
            yield Mistake(kind, cause, [term(part) for part in parts])
        for index, part in enumerate(parts if len(parts) > 1 else ()):
            if abs(getattr(part, factor)) != 1:
                text = on_a_path.format(user=part.user)
                yield Mistake(kind, cause, instead(parts, index, term(part)), text)


def _sum_for_product(parts: Parts) -> Iterator[Mistake]:
    if all(part.above == part.partial == 1 for part in parts):
        return  # 2 for 1 has many causes
    added = [part.above + part.partial for part in parts]
    yield Mistake("added", phrases.ADDED, added, is_telling=False)


def _multiples(parts: Parts) -> Iterator[Mistake]:
    sizes = range(2, 11) if total([part.value for part in parts]) else ()
    for factor in (*sizes, *(-size for size in sizes)):
        cause = phrases.MULTIPLE.format(factor=format_short(factor))
        terms = [part.value * factor for part in parts]
        yield Mistake("factor", cause, terms, is_telling=factor > 0)


def _fractions(parts: Parts) -> Iterator[Mistake]:
    for size in range(2, 11) if total([part.value for part in parts]) else ():
        for sign, factor in (("", size), (MINUS, -size)):
            cause = phrases.FRACTION.format(factor=f"{sign}1/{size}")
            terms = [part.value / factor for part in parts]
            yield Mistake("factor", cause, terms, is_telling=False)
