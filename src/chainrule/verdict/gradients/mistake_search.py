"""The most likely mistake behind a wrong gradient: the first known one that gives its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...numerals import format_short
from ..tolerances import FEW_PATHS
from . import phrases
from .mistakes import Mistake, Parts, known_mistakes

Matches = Callable[[float], bool]
"""Whether a number is the gradient that is judged."""


def matching_mistakes(parts: Parts, matches: Matches) -> Iterator[Mistake]:
    """The mistakes that give a gradient, the likeliest first."""
    return (mistake for mistake in known_mistakes(parts) if matches(mistake.gradient))


def find_mistake(parts: Parts, gradient: float, matches: Matches) -> tuple[str, str]:
    """Name the likeliest mistake, and another one that is worth mentioning or an empty text."""
    if gradient != gradient:
        return phrases.NOT_A_NUMBER, ""
    mistakes = matching_mistakes(parts, matches)
    first = next(mistakes, None)
    if first is None:
        return phrases.UNKNOWN, ""
    others = mistakes if len(parts) <= FEW_PATHS else ()
    second = next((x for x in others if x.is_telling and x.kind != first.kind), None)
    if second is None:
        return first.sentence, ""
    return first.sentence, phrases.ALSO.format(gradient=format_short(gradient), cause=second.cause)


def root_mistake(gradient: float) -> str:
    """The mistake in the root's own gradient, which is 1 by definition."""
    if gradient == -1:
        return phrases.ROOT_FLIPPED
    if gradient and float(gradient).is_integer():
        return phrases.ROOT_MULTIPLE.format(factor=format_short(gradient))
    return phrases.ROOT
