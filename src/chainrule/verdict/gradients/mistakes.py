"""The most likely mistake behind a wrong gradient: each known one is made on purpose, and the first
one that gives the number found is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...numerals import format_short
from ..tolerances import FEW_PATHS
from . import phrases
from .guesses import Guess, Parts, every_guess

Matches = Callable[[float], bool]


class Mistake(NamedTuple):
    """What probably went wrong.

    Attributes:
        words: A sentence.
        also: Another mistake that gives the same number; empty where none is worth mentioning.
    """

    words: str
    also: str = ""


UNKNOWN = Mistake(phrases.UNKNOWN)


def fitting(parts: Parts, matches: Matches) -> Iterator[Guess]:
    """The mistakes that give the gradient found, the likeliest first.

    Args:
        parts: What arrives at the node, a contribution for each use of it.
        matches: Whether a number is the one that was found.
    """
    return (guess for guess in every_guess(parts) if matches(guess.gradient))


def likely_mistake(parts: Parts, found: float, matches: Matches) -> Mistake:
    """Name the mistake that gives the gradient found.

    Args:
        parts: What arrives at the node, a contribution for each use of it.
        found: Its wrong gradient.
        matches: Whether a number is the one that was found.
    """
    if found != found:
        return Mistake(phrases.NOT_A_NUMBER)
    guesses = fitting(parts, matches)
    first = next(guesses, None)
    if first is None:
        return UNKNOWN
    others = guesses if len(parts) <= FEW_PATHS else ()
    second = next((x for x in others if x.is_telling and x.kind != first.kind), None)
    if second is None:
        return Mistake(first.mistake)
    also = phrases.ALSO.format(gradient=format_short(found), cause=second.cause)
    return Mistake(first.mistake, also)


def exact_mistake(parts: Parts, matches: Matches) -> str:
    """Name the mistake that gives a number exactly; empty where none does.

    This comes before a number is taken for a rounded one: 1 for 0.99998 is more likely a local
    derivative left out, and 11 for 11.0000092 is 6 + 5 with a small third contribution forgotten.
    """
    return next((guess.mistake for guess in fitting(parts, matches)), "")


def at_the_root(found: float) -> str:
    """The mistake in the root's own gradient, which is 1 by definition."""
    if found == -1:
        return phrases.ROOT_FLIPPED
    if found and float(found).is_integer():
        return phrases.ROOT_MULTIPLE.format(factor=format_short(found))
    return phrases.ROOT
