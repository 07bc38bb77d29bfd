"""Format numbers, counts and lists of names for people, in pictures and in text."""

from __future__ import annotations

from collections.abc import Sequence

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
"""Shown instead of a number that doesn't exist yet, such as a gradient before the first pass."""

FIXED_FROM, FIXED_UNTIL = 1e-4, 1e6
"""Numbers from the first magnitude up to the second are written with four decimals."""

WIDEST = "\N{MINUS SIGN}8.888e\N{MINUS SIGN}308"
"""The widest number. Boxes leave room for it, so nothing moves when a number changes."""

PLURALS = {"leaf": "leaves", "query": "queries"}
"""The plurals that don't just end in s."""


def format_number(x: float) -> str:
    """Format a number with four decimals, or with four significant digits if it is tiny or huge.

    Args:
        x: Any int or float; nan and inf too.

    Returns:
        `2.0000`, `−0.5000`; below 1e-4 and from 1e6 in magnitude `1.234e−05`; `nan`, `∞`, `−∞`.

    Example:
        >>> format_number(-0.5), format_number(1234567)
        ('−0.5000', '1.235e+06')
    """
    x = x + 0.0  # -0.0 becomes 0.0
    is_fixed = x == 0 or FIXED_FROM <= abs(x) < FIXED_UNTIL
    text = f"{x:.4f}" if is_fixed else f"{x:.3e}"
    return text.replace("inf", "∞").replace("-", MINUS)


def format_short(x: float) -> str:
    """Format a number with up to six significant digits and no trailing zeros.

    Example:
        >>> format_short(-2.0), format_short(6.8812735870195432), format_short(-0.0)
        ('−2', '6.88127', '0')
    """
    return f"{x + 0.0:.6g}".replace("inf", "∞").replace("-", MINUS)


def counted(number: int, noun: str) -> str:
    """Say how many of something there are.

    Example:
        >>> counted(1, "more node"), counted(2000, "leaf")
        ('1 more node', '2,000 leaves')
    """
    return f"{number:,} {noun if number == 1 else PLURALS.get(noun, noun + 's')}"


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Say names in a sentence: all of them, or the first few of many.

    Example:
        >>> listed(["a", "b", "c"]), listed(["a", "b", "c", "d"], 2)
        ('a, b and c', 'a, b and 2 more')
    """
    if most is not None and len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
