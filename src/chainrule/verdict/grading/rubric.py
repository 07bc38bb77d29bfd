"""The rubric: how many points each part of an engine is worth, read from TOML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ChoiceError, FileError, NumberError, WrongType, shorten
from ...files import parse_toml
from ...table.ops import TABLE

PARTS = {
    "rules": "the results and the local derivatives of the operations",
    "accumulation": "a value that is used twice adds up both contributions to its gradient",
    "order": "a node passes its gradient on only after all of it has arrived",
    "state": "each pass starts with 1 at the root and 0 at inner nodes; leaves add up all passes",
    "reach": "the required operations, numbers beside Values, and a chain of 5,000 operations",
}
"""The parts of a rubric, and what each asks for."""


@dataclass(frozen=True)
class Rubric:
    """What a teacher grades by.

    Attributes:
        points: The points of each part, in the order of PARTS.
        required: The operations that an engine needs, by their names in the table.
        weakness: The share of a part's points that remains where it has a weakness but no mistake.
    """

    points: Mapping[str, float]
    required: Sequence[str]
    weakness: float = 0.5

    @property
    def total(self) -> float:
        """All points."""
        return sum(self.points.values())

    def toml(self) -> str:
        """The rubric as a file that can be edited."""
        points = "".join(
            f"{name} = {points:g}".ljust(20) + f"# {PARTS[name]}\n"
            for name, points in self.points.items()
        )
        required = ", ".join(f'"{name}"' for name in self.required)
        return (
            "# The rubric of `chainrule grade`; use it with --rubric FILE.\n\n"
            "# The share of its points that a part keeps if it has a weakness but no mistake.\n"
            f"weakness = {self.weakness:g}\n\n"
            "# The operations that an engine needs. Any others are judged too, if present.\n"
            f"required = [{required}]\n\n"
            "# 0 leaves a part out.\n"
            f"[points]\n{points}"
        )


DEFAULT = Rubric(
    {"rules": 40.0, "accumulation": 20.0, "order": 20.0, "state": 10.0, "reach": 10.0},
    ("add", "mul", "neg", "sub", "div", "pow", "exp", "tanh", "relu"),
)


def read_rubric(path: Path) -> Rubric:
    """Read a rubric from a TOML file; what the file doesn't say is as in the default.

    Raises:
        FileError: The file cannot be read, or isn't TOML.
        ChoiceError: It has a key, a part or an operation that isn't known.
        WrongType: Something in it has the wrong type.
        NumberError: A number is negative, or a share is above 1, or there are no points at all.
        MissingExtra: Python 3.10 reads TOML only with tomli.
    """
    entries = _read_toml(path)
    _check_names(path, "key", entries, ("weakness", "required", "points"))
    points = dict(DEFAULT.points)
    given = entries.get("points", {})
    if not isinstance(given, dict):
        raise WrongType(f"{path}: points needs a table, [points], but is {shorten(given)}.")
    _check_names(path, "part", given, PARTS)
    points |= {name: _number(path, name, x) for name, x in given.items()}
    if not any(points.values()):
        raise NumberError(f"{path}: every part is worth 0 points, so there is nothing to grade.")
    required = entries.get("required", list(DEFAULT.required))
    if not isinstance(required, list) or not all(isinstance(x, str) for x in required):
        raise WrongType(
            f"{path}: required needs a list of operations, but is {shorten(required)}.",
            remedy='required = ["add", "mul"]',
        )
    _check_names(path, "operation", required, TABLE)
    weakness = _number(path, "weakness", entries.get("weakness", DEFAULT.weakness))
    if weakness > 1:
        raise NumberError(f"{path}: weakness needs a share from 0 to 1, but is {weakness:g}.")
    return Rubric(points, tuple(required), weakness)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return parse_toml(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).rstrip(".")
        raise FileError(
            f"the rubric {str(path)!r} cannot be read: {reason}.",
            remedy="chainrule grade --print-rubric shows how one looks",
        ) from error


def _check_names(path: Path, kind: str, names: Any, known: Any) -> None:
    for name in names:
        if name not in known:
            choices = "in the table of docs/operations.md"
            if kind != "operation":
                choices = ", ".join(known)
            raise ChoiceError(f"{path}: there is no {kind} {name!r}.", remedy=f"known: {choices}")


def _number(path: Path, name: str, x: Any) -> float:
    if isinstance(x, bool) or not isinstance(x, (int, float)):
        raise WrongType(f"{path}: {name} needs a number, but is {shorten(x)}.")
    if not 0 <= x < float("inf"):
        raise NumberError(f"{path}: {name} needs a number from 0 up, but is {x:g}.")
    return float(x)
