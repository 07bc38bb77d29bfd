"""The colours of a picture, for a light and for a dark ground.

Blue and orange stay apart for every common kind of colour blindness (Okabe & Ito, Color Universal
Design, 2008); here they are darker, or lighter, than there, so that each reads at 4.5 : 1 or more
on its ground.
"""

from __future__ import annotations

from dataclasses import dataclass

FONT = '"Helvetica Neue",Helvetica,Arial,"DejaVu Sans","Noto Sans",sans-serif'


@dataclass(frozen=True)
class Style:
    """How a role looks: the colour inside, the colour and width of the line, and whether it is
    dashed."""

    fill: str = "none"
    stroke: str = "none"
    width: float = 1.0
    dash: tuple[float, ...] = ()


Palette = dict[str, Style]


def _palette(
    *,
    ground: str,
    paper: str,
    ink: str,
    soft: str,
    line: str,
    leaf: tuple[str, str],
    parameter: tuple[str, str],
    constant: tuple[str, str],
    operation: tuple[str, str],
    scope: tuple[str, str],
    positive: str,
    negative: str,
    remark: str,
) -> Palette:
    return {
        "ground": Style(ground),
        "scope": Style(scope[0], scope[1], 1.0, (5.0, 3.0)),
        "scope-name": Style(soft),
        "edge": Style("none", line, 1.3),
        "arrow": Style(line),
        "leaf": Style(leaf[0], leaf[1], 1.2),
        "parameter": Style(parameter[0], parameter[1], 1.2),
        "parameter-inside": Style("none", parameter[1], 0.8),
        "constant": Style(constant[0], constant[1], 1.0),
        "inner": Style(paper, line, 1.2),
        "root": Style(paper, ink, 2.6),
        "copy": Style(ground, leaf[1], 1.2, (3.0, 2.4)),
        "op": Style(operation[0], operation[1], 1.2),
        "rule": Style("none", line, 0.6),
        "stack": Style(paper, line, 1.2),
        "stack-root": Style(paper, ink, 2.6),
        "ink": Style(ink),
        "soft": Style(soft),
        "positive": Style(positive),
        "negative": Style(negative),
        "remark": Style(remark),
    }


LIGHT = _palette(
    ground="#ffffff",
    paper="#ffffff",
    ink="#1b232d",
    soft="#5d6875",
    line="#76828f",
    leaf=("#eef7f1", "#3a8461"),
    parameter=("#f5f0fc", "#7a55bd"),
    constant=("#f3f4f5", "#8b949e"),
    operation=("#e8edf3", "#5d6b7a"),
    scope=("#f7f8fa", "#a3adb8"),
    positive="#0a58a8",
    negative="#b04a00",
    remark="#8a3b78",
)

DARK = _palette(
    ground="#171b21",
    paper="#1e242c",
    ink="#eef2f6",
    soft="#a2adb9",
    line="#8593a1",
    leaf=("#18291f", "#5fb88a"),
    parameter=("#261f36", "#a98be6"),
    constant=("#262b31", "#7d8792"),
    operation=("#2c353f", "#93a1b0"),
    scope=("#1b2027", "#56616d"),
    positive="#74b9ff",
    negative="#ffa45c",
    remark="#e6a0d4",
)
