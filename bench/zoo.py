"""Does `check_engine` name what is wrong with an engine, and nothing else? A zoo tells."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import process_time
from typing import Any

from rich.table import Table

from chainrule import check_engine

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from zoo.held_out import HELD_OUT
from zoo.planted import PLANTED
from zoo.styles import STYLES, build

OUTCOMES = ("named, nothing else", "named, and more", "another cause", "missed")


def outcome(planted: Any, result: Any) -> str:
    """What is said of an engine with one mistake."""
    mistakes = result.mistakes
    named = [
        x
        for x in mistakes
        if re.fullmatch(planted.rule, x.rule) and re.search(planted.words, x.message)
    ]
    if not mistakes:
        return "missed"
    if not named:
        return "another cause"
    return OUTCOMES[0] if len(mistakes) == 1 else OUTCOMES[1]


def _planted(title: str, engines: Mapping[str, Any]) -> list[Any]:
    found: Counter[str] = Counter()
    slowest = 0.0
    for each in engines.values():
        start = process_time()
        found[outcome(each, check_engine(each.engine()))] += 1
        slowest = max(slowest, process_time() - start)
    return [title, len(engines), *(found[x] for x in OUTCOMES), f"{slowest:.2f} s"]


def tables() -> list[Table]:
    """The tables of docs/judging.md on engines."""
    wrong = Table(title="engines with one mistake")
    for heading in ("engines", "count", *OUTCOMES, "slowest"):
        wrong.add_column(heading)
    for title, engines in (("written with the code", PLANTED), ("written after it", HELD_OUT)):
        wrong.add_row(*map(str, _planted(title, engines)))
    right = Table(title="right engines")
    for heading in ("style", "mistakes", "weaknesses", "operations", "time"):
        right.add_column(heading)
    for style in STYLES:
        start = process_time()
        result = check_engine(build(style))
        counts = len(result.mistakes), len(result.weaknesses), len(result.sound)
        right.add_row(style, *map(str, counts), f"{process_time() - start:.2f} s")
    return [wrong, right]
