"""What a learner reads of an engine, and what of it is said of one mistake."""

from __future__ import annotations

import re
from pathlib import Path

from chainrule.verdict.engines.calls import NAMES

VARYING = {
    r"<engine \d+>": "<engine>",
    r"\d+ operations that chainrule knows": "operations that chainrule knows",
    "float division": "division",  # until Python 3.13
}
GOLDEN = Path(__file__).parent.parent / "golden"


def golden_name(name):
    """Where the report on an engine of the zoo is kept."""
    return f"verdict/engines/{name.replace(' ', '_')}.txt"


def report(result):
    """The whole text, but for what has nothing to do with the engine."""
    text = f"{result}\n"
    for pattern, stable in VARYING.items():
        text = re.sub(pattern, stable, text)
    return text


def golden_report(name):
    """The report on an engine of the zoo, as it was reviewed."""
    return (GOLDEN / golden_name(name)).read_text("utf-8")


def mistake(text, among):
    """The lines of a report about its mistake, as if the class had these operations alone."""
    (lines,) = re.findall(r"^✗ .*\n(?:  .*\n)*", text, re.MULTILINE)

    def seen(match):
        return f"(seen in {', '.join(x for x in match[1].split(', ') if x in among)})"

    return re.sub(r"\(seen in ([^)]*)\)", seen, lines)


def few(kind, *names):
    """A class without all but some of its operations."""
    for name in [x for x in vars(kind) if x in NAMES and NAMES[x] not in names]:
        delattr(kind, name)
    return kind
