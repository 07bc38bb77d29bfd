"""Points for each part of a rubric, from the report on a class."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ...numerals import listed
from .rubric import PARTS, Rubric

GENERAL = ("rules", "precision")
"""Mistakes in the numbers of all operations, for which no single one is to blame."""
NEEDS_NUMBERS = re.compile(r"number [+*/−] V|V [+*/−] number")
"""Signs that an engine should also take with a number on one side."""
UNTRIED = {
    "accumulation": "twice|reuse",
    "order": "order",
    "state": "second pass",
    "reach": "chain",
}
"""By which words `not_tried` tells that a part wasn't tried."""


class Part(NamedTuple):
    """The points of one part.

    Attributes:
        name: The part, one of those of the rubric.
        points: How many it got.
        out_of: How many it could get.
        why: Why some are missing, in a sentence; empty if none are.
    """

    name: str
    points: float
    out_of: float
    why: str


def score(report: Mapping[str, Any], rubric: Rubric) -> tuple[Part, ...]:
    """The points of each part that counts."""
    parts = []
    for name, out_of in rubric.points.items():
        if out_of:
            share, why = _SHARES.get(name, _general)(name, report, rubric)
            parts.append(Part(name, round(share * out_of, 1), out_of, why))
    return tuple(parts)


def no_points(rubric: Rubric) -> tuple[Part, ...]:
    """The parts of a file that isn't graded."""
    return tuple(Part(name, 0.0, points, "") for name, points in rubric.points.items() if points)


def _rules(name: str, report: Mapping[str, Any], rubric: Rubric) -> tuple[float, str]:
    """The operations that are right among all that could be told."""
    right = list(report["sound"])
    own = (*rubric.points, *GENERAL, "depth")
    wrong = [rule for rule, *_ in report["mistakes"] if rule not in own]
    behind = list(report["unjudged"])
    if not right and not wrong:
        return 0.0, "No derivative could be tested."
    share = len(right) / (len(right) + len(wrong) + len(behind))
    whys = []
    if wrong:
        whys.append(f"{listed(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong.")
    if behind:
        verb = "uses" if len(behind) == 1 else "use"
        whys.append(f"{listed(behind)} {verb} a wrong operation and can't be judged yet.")
    if any(rule in GENERAL for rule, *_ in report["mistakes"]):
        share *= rubric.weakness
        whys.append("The numbers are wrong everywhere.")
    return share, " ".join(whys)


def _general(name: str, report: Mapping[str, Any], rubric: Rubric) -> tuple[float, str]:
    """All points, a share or none: whether there is a mistake or a weakness in this part."""
    if any(rule == name for rule, *_ in report["mistakes"]):
        return 0.0, f"A mistake was found. What is needed: {PARTS[name]}."
    if why := _untried(name, report):
        return 0.0, f"Not tried, because {why}."
    if not report["sound"]:
        return 0.0, "Not tried, because no operation is right."
    if any(rule == name for rule, *_ in report["weaknesses"]):
        return rubric.weakness, f"A weakness was found. What is needed: {PARTS[name]}."
    return 1.0, ""


def _reach(name: str, report: Mapping[str, Any], rubric: Rubric) -> tuple[float, str]:
    """The required operations, numbers beside Values, and a long chain: each counts the same."""
    missing = [x for x in rubric.required if x in report["missing"]]
    signs = [x for x in report["missing"] if NEEDS_NUMBERS.fullmatch(x)]
    found = {rule for rule, *_ in (*report["mistakes"], *report["weaknesses"])}
    untried = _untried(name, report)
    whys = [f"{listed(missing)} {'is' if len(missing) == 1 else 'are'} missing."] if missing else []
    whys += [f"{listed(signs)} {'does' if len(signs) == 1 else 'do'} not work."] if signs else []
    if "depth" in found:
        whys.append("A long chain of operations fails.")
    elif untried:
        whys.append(f"A long chain was not tried, because {untried}.")
    lost = len(missing) + bool(signs) + bool("depth" in found or untried)
    if not report["sound"]:
        return 0.0, " ".join([*whys, "No operation is right yet."])
    return 1 - lost / (len(rubric.required) + 2), " ".join(whys)


_SHARES: Mapping[str, Callable[[str, Mapping[str, Any], Rubric], tuple[float, str]]] = {
    "rules": _rules,
    "reach": _reach,
}


def _untried(name: str, report: Mapping[str, Any]) -> str:
    for what, why in report["not_tried"].items():
        if re.search(UNTRIED[name], what):
            return str(why)
    return ""
