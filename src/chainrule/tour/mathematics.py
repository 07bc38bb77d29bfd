"""Equations: one line of text for the terminal, MathML for the page.

Written are letters with an index (`w1`), numbers, `+ − · = → ≈ ( )`, powers (`x^2`), derivatives
(`dL/da`), and other fractions in brackets: `[f(x + h) − f(x)]/[h]`, and a limit: `lim[h → 0]`.
"""

from __future__ import annotations

import html
import re

_FRACTION = re.compile(r"\[([^\[\]]*)\]/\[([^\[\]]*)\]")
_LIMIT = re.compile(r"lim\[([^\[\]]*)\]")
_TOKEN = re.compile(
    r"d(?P<over>[A-Za-z]\w*)/d(?P<under>[A-Za-z]\w*)"
    r"|(?P<number>\d+(?:\.\d+)?(?:e[−+]?\d+)?)"
    r"|(?P<letter>[A-Za-z])(?P<index>\d+)"
    r"|(?P<name>[A-Za-z]+)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>.)"
)
_POWER = re.compile(r"\^(\d+)")


def as_text(equation: str) -> str:
    """Return the equation as a line of text."""

    def side(text: str) -> str:
        return text if re.fullmatch(r"\w+", text) else f"({text})"

    equation = _LIMIT.sub(r"lim (\1)", equation)
    line = _FRACTION.sub(lambda match: f"{side(match[1])} / {side(match[2])}", equation)
    return line.replace("^2", "²").replace("^3", "³")


def as_mathml(equation: str) -> str:
    """Return the equation as MathML that stands on its own line."""
    return f'<math display="block">{_row(equation)}</math>'


def _row(text: str) -> str:
    pieces = []
    place = 0
    for match in _FRACTION.finditer(text):
        pieces.append(_plain(text[place : match.start()]))
        pieces.append(f"<mfrac>{_row(match[1])}{_row(match[2])}</mfrac>")
        place = match.end()
    pieces.append(_plain(text[place:]))
    return f"<mrow>{''.join(pieces)}</mrow>"


def _plain(text: str) -> str:
    """A piece without fractions in brackets."""
    pieces: list[str] = []
    place = 0
    while place < len(text):
        power = _POWER.match(text, place)
        if power:
            pieces[-1] = f"<msup>{pieces[-1]}<mn>{power[1]}</mn></msup>"
            place = power.end()
            continue
        limit = _LIMIT.match(text, place)
        if limit:
            pieces.append(f"<munder><mo>lim</mo>{_row(limit[1])}</munder>")
            place = limit.end()
            continue
        match = _TOKEN.match(text, place)
        assert match is not None  # the last alternative takes any character
        place = match.end()
        if match["sign"] == "−" and (not pieces or re.search(r">[^)<]</mo>$", pieces[-1])):
            pieces.append('<mo form="prefix" lspace="0" rspace="0">−</mo>')  # a sign, no operation
        elif not match["space"]:
            pieces.append(_element(match))
    return "".join(pieces)


def _element(match: re.Match[str]) -> str:
    if match["over"]:
        over, under = (f"<mrow><mi>d</mi>{_name(match[side])}</mrow>" for side in ("over", "under"))
        return f"<mfrac>{over}{under}</mfrac>"
    if match["number"]:
        return f"<mn>{match['number']}</mn>"
    if match["letter"]:
        return _name(match["letter"] + match["index"])
    if match["name"]:
        return _name(match["name"])
    if match["sign"] in "()":
        return f'<mo stretchy="false">{match["sign"]}</mo>'
    return f"<mo>{html.escape(match['sign'])}</mo>"


def _name(name: str) -> str:
    """A letter, with its index where it has one."""
    indexed = re.fullmatch(r"([A-Za-z])(\d+)", name)
    if indexed:
        return f"<msub><mi>{indexed[1]}</mi><mn>{indexed[2]}</mn></msub>"
    return f"<mi>{name}</mi>"
