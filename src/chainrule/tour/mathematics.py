"""Equations: one line of text for the terminal, MathML for the page.

An equation contains letters with an index (`w1`), numbers, `+ − · = → ≈ ( )`, powers (`x^2`),
derivatives (`dL/da`), other fractions in brackets (`[f(x + h) − f(x)]/[h]`) and limits
(`lim[h → 0]`).
"""

from __future__ import annotations

import html
import re

from ..explanation.mathml import set_name
from ..explanation.names import Name

_D = '<mi mathvariant="normal">d</mi>'

_FRACTION = r"\[(?P<top>[^\[\]]*)\]/\[(?P<bottom>[^\[\]]*)\]"
_LIMIT = r"lim\[(?P<limit>[^\[\]]*)\]"
_TOKEN = re.compile(
    rf"{_FRACTION}|{_LIMIT}"
    r"|\^(?P<power>\d+)"
    r"|d(?P<over>[A-Za-z]\w*)/d(?P<under>[A-Za-z]\w*)"
    r"|(?P<number>\d+(?:\.\d+)?(?:e[−+]?\d+)?)"
    r"|(?P<name>[A-Za-z]\d+|[A-Za-z]+)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>.)"
)


def as_text(equation: str) -> str:
    """Return the equation as a line of text."""

    def side(text: str) -> str:
        return text if re.fullmatch(r"\w+", text) else f"({text})"

    line = re.sub(_LIMIT, r"lim (\g<limit>)", equation)
    line = re.sub(_FRACTION, lambda match: f"{side(match[1])} / {side(match[2])}", line)
    return line.replace("^2", "²").replace("^3", "³")


def as_mathml(equation: str) -> str:
    """Return the equation as MathML that takes a line of its own."""
    return f'<math display="block">{_row(equation)}</math>'


def _row(text: str) -> str:
    elements: list[str] = []
    for match in _TOKEN.finditer(text):
        if match["power"]:
            elements[-1] = f"<msup>{elements[-1]}<mn>{match['power']}</mn></msup>"
        elif match["sign"] == "−" and (not elements or re.search(r">[^)<]</mo>$", elements[-1])):
            elements.append('<mo form="prefix" lspace="0" rspace="0">−</mo>')
        elif not match["space"]:
            elements.append(_element(match))
    return f"<mrow>{''.join(elements)}</mrow>"


def _element(match: re.Match[str]) -> str:
    if match["top"]:
        return f"<mfrac>{_row(match['top'])}{_row(match['bottom'])}</mfrac>"
    if match["limit"]:
        return f"<munder><mo>lim</mo>{_row(match['limit'])}</munder>"
    if match["over"]:
        sides = (f"<mrow>{_D}{set_name(Name(match[s]))}</mrow>" for s in ("over", "under"))
        return f"<mfrac>{''.join(sides)}</mfrac>"
    if match["number"]:
        return f"<mn>{match['number']}</mn>"
    if match["name"]:
        return set_name(Name(match["name"]))
    if match["sign"] in "()":
        return f'<mo stretchy="false">{match["sign"]}</mo>'
    return f"<mo>{html.escape(match['sign'])}</mo>"
