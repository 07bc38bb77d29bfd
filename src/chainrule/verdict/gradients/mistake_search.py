"""The most likely mistake behind a wrong gradient: the first known one that gives its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...numerals import format_short
from ..tolerances import FEW_PATHS
from . import phrases
from .mistakes import Mistake, Parts, known_mistakes

Matches = Callable[[float], bool]


class LikelyMistake(NamedTuple):
    """What probably went wrong.

    Attributes:
        words: A sentence.
        also: Another mistake that gives the same number; empty where none is worth mentioning.
    """

    words: str
    also: str = ""


UNKNOWN = LikelyMistake(phrases.UNKNOWN)


def matching_mistakes(parts: Parts, matches: Matches) -> Iterator[Mistake]:
    """The mistakes that give a gradient, the likeliest first.

    Args:
        parts: What arrives at the node, a contribution for each use of it.
        matches: Whether a number is this gradient.
    """
    return (mistake for mistake in known_mistakes(parts) if matches(mistake.gradient))


def find_mistake(parts: Parts, gradient: float, matches: Matches) -> LikelyMistake:
    """Name the mistake that gives a gradient.

    Args:
        parts: What arrives at the node, a contribution for each use of it.
        gradient: The wrong gradient.
        matches: Whether a number is this gradient.
    """
    if gradient != gradient:
        return LikelyMistake(phrases.NOT_A_NUMBER)
    mistakes = matching_mistakes(parts, matches)
    first = next(mistakes, None)
    if first is None:
        return UNKNOWN
    others = mistakes if len(parts) <= FEW_PATHS else ()
    second = next((x for x in others if x.is_telling and x.kind != first.kind), None)
    if second is None:
        return LikelyMistake(first.sentence)
    also = phrases.ALSO.format(gradient=format_short(gradient), cause=second.cause)
    return LikelyMistake(first.sentence, also)


def find_exact_mistake(parts: Parts, matches: Matches) -> str:
    """Name the mistake that gives a number exactly; empty where none does.

    This comes before a number is taken for a rounded one: 1 for 0.99998 is more likely a local
    derivative left out, and 11 for 11.0000092 is 6 + 5 with a small third contribution forgotten.
    """
    return next((mistake.sentence for mistake in matching_mistakes(parts, matches)), "")


def root_mistake(gradient: float) -> str:
    """The mistake in the root's own gradient, which is 1 by definition."""
    if gradient == -1:
        return phrases.ROOT_FLIPPED
    if gradient and float(gradient).is_integer():
        return phrases.ROOT_MULTIPLE.format(factor=format_short(gradient))
    return phrases.ROOT
