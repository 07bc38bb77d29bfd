"""docs/design.md: the tokens with their reasons, their contrasts and their distances."""

from __future__ import annotations

import re
from collections.abc import Iterator

import vision

from chainrule import design
from chainrule.design.contrast import LEGIBLE, VISIBLE, channels, contrast, luminance

SURFACES = (
    "ground", "paper", "raised", "scope", "leaf", "parameter", "constant", "operation", "tint",
    "hover", "right-wash", "some-wash", "wrong-wash",
)  # fmt: skip
TEXTS = ("ink", "soft", "accent", "positive", "negative", "remark", "right", "wrong")
"""Each of these may stand on each of those."""

LINES = (
    "line", "leaf-line", "parameter-line", "constant-line", "operation-line", "flow", "accent",
)  # fmt: skip
BEHIND_LINES = ("ground", "paper", "scope")

MEANINGS = (
    ("right", "wrong", "right and wrong", "✓ and ✗, and words"),
    ("positive", "negative", "a number above and below 0", "the minus sign"),
    ("accent", "flow", "the chosen node, and the gradient on its way back", "arrows, dashes"),
    ("line", "flow", "an edge at rest, and one with a gradient on it", "width, arrows"),
    ("leaf-line", "parameter-line", "an input and a parameter", "one line and two"),
    ("leaf-line", "constant-line", "an input and a constant", "round and cut corners"),
    ("parameter-line", "constant-line", "a parameter and a constant", "the same"),
    ("class-2", "class-1", "two classes of data", "markers"),
)
"""Two colours that must be told apart, what they mean, and what says the same without colour."""

HEAD = """\
<!-- Generated from src/chainrule/design/tokens.css by tools/generate_docs.py; run `make rules`. -->

# Design

The interactive view, the tour, the page of grades and all pictures share one design. Its colours,
sizes and times are the tokens in `src/chainrule/design/tokens.css`; a test fails on any other
colour or size. A page begins its style sheet with `chainrule.design.style_sheet()` and writes
`var(--space-4)`; Python reads `chainrule.design.token("class-1")`.

- **Numbers first.** The page is white or near black, and lines are thin and grey. Colour is kept
  for what a reader has to tell apart, and never says anything alone: each meaning also has a sign,
  a shape or a word.
- **Light and dark** follow the reader's system. The view has a button for it too.
- **Fingers.** Whatever is pressed is 44 pixels high and wide on a touch screen, 32 with a mouse.
- **Motion** shows where something went, lasts a quarter of a second at most, and stops where the
  system asks for less of it.
- **Keyboard.** Everything can be done with keys. What has the focus has a ring of 2 pixels around
  it, with a gap, so that it is seen on every colour.

Sizes are in `rem`, so a reader who sets larger letters gets larger letters, spaces and buttons.
"""
CONTRASTS = """
## Contrast

The least contrast of each text on any surface, and of each line on those it is drawn on. The
guidelines WCAG 2.2 ask for {legible:g} : 1 for text (AA, 1.4.3) and {visible:g} : 1 for lines that
carry a meaning (1.4.11). `make test` computes them too.

| token | light, least on | | dark, least on | |
|---|---|---|---|---|
"""
DISTANCES = """
## Colours that mean something

How far two colours are apart, as a distance in CIELAB (2.3 is just noticeable; 20 or more is plain
at a glance), for normal eyes, for people without red cones (protanopia), without green cones
(deuteranopia) and without blue cones (tritanopia). Simulated with the matrices of Machado, Oliveira
and Fernandes, *A Physiologically-based Model for Simulation of Color Vision Deficiency*, IEEE
Transactions on Visualization and Computer Graphics 15 (2009), severity 1. About one man in twelve
has the first or the second, most of them in a weaker form.

| meaning | also said by | theme | normal | protanopia | deuteranopia | tritanopia |
|---|---|---|---|---|---|---|
"""
SECTION = re.compile(r"^  /\* (.*?) \*/\n((?:  --[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^  --([\w-]+): ([^;]*);(?: /\* (.*?) \*/)?", re.MULTILINE)
SHADES = ("light", "dark")


def page() -> str:
    """The whole page."""
    parts = [HEAD, "\n## Tokens\n", *_tokens()]
    parts += [CONTRASTS.format(legible=LEGIBLE, visible=VISIBLE), *_contrasts()]
    parts += [DISTANCES, *_distances()]
    return "".join(parts)


def _tokens() -> Iterator[str]:
    first = design.source().partition("@media")[0]
    for words, rows in SECTION.findall(first):
        yield f"\n{' '.join(words.split())}\n\n| token | value | for |\n|---|---|---|\n"
        for name, value, reason in ROW.findall(rows):
            shades = dict.fromkeys(design.tokens()[name])
            shown = " and ".join(f"`{shade}`" for shade in shades) if value else ""
            yield f"| `--{name}` | {shown} | {reason} |\n"


def least(name: str, behind: tuple[str, ...], shade: int) -> tuple[float, str]:
    """The least contrast of a colour with any of those behind it, and which that is."""
    return min((ratio(name, other, shade), other) for other in behind)


def ratio(one: str, two: str, shade: int) -> float:
    """The contrast of two tokens."""
    values = (design.tokens()[name][shade] for name in (one, two))
    return contrast(*(luminance(channels(value)) for value in values))


def _contrasts() -> Iterator[str]:
    for names, behind in (
        (TEXTS, SURFACES),
        (LINES, BEHIND_LINES),
        (("ground",), ("accent", "flow")),
    ):
        for name in names:
            (light, on), (dark, under) = (least(name, behind, shade) for shade in (0, 1))
            yield f"| `{name}` | {light:.1f} | on `{on}` | {dark:.1f} | on `{under}` |\n"


def _distances() -> Iterator[str]:
    for one, two, meaning, also in MEANINGS:
        for shade, theme in enumerate(SHADES):
            colours = [design.tokens()[name][shade] for name in (one, two)]
            cells = (f"{vision.distance(*colours, eye):.0f}" for eye in vision.EYES)
            first = f"| {meaning} | {also} " if shade == 0 else "| | "
            yield f"{first}| {theme} | {' | '.join(cells)} |\n"
