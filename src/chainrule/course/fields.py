"""The fields of a lesson's tables: which there are, of which type, and where a fault stands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors import ChainruleError, did_you_mean, shorten
from ..playground.answer import refusal
from .toml_lines import Lines

LONGEST = 4000
"""The most characters of a text."""

MOST = 60
"""The most entries of a list."""

T = TypeVar("T")

TYPES: dict[type, str] = {
    str: "text in quotes", bool: "true or false", list: "a list", dict: "a table",
    float: "a number",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file, where, and what to do about it."""

    line: int
    what: str
    remedy: str = ""


class Table:
    """A table of a file, whose fields are taken one by one; faults are collected, not raised.

    Args:
        content: The table.
        lines: The lines of the file.
        path: Where the table is.
        faults: Where faults go.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        lines: Lines,
        path: Sequence[str | int],
        faults: list[Fault],
    ) -> None:
        self.content = content
        self.lines = lines
        self.path = tuple(path)
        self.faults = faults
        self.taken: set[str] = set()

    def fault(self, key: str, what: str, remedy: str = "") -> None:
        """Note a fault of a field."""
        line = self.lines.of(*self.path, key) if key else self.lines.of(*self.path)
        self.faults.append(Fault(line, what, remedy))

    def take(self, key: str, kind: type, *, needed: bool = False) -> Any:
        """Return a field; an empty value of its type where it is missing or wrong."""
        self.taken.add(key)
        if key not in self.content:
            if needed:
                self.fault("", f"{self._whose()} needs {key}, which is {TYPES[kind]}.")
            return kind()
        x = self.content[key]
        is_number = kind is float and isinstance(x, int | float) and type(x) is not bool
        if not is_number and type(x) is not kind:
            self.fault(key, f"{key} must be {TYPES[kind]}, not {shorten(x)}.")
            return kind()
        if is_number and isinstance(x, int) and abs(x) > sys.float_info.max:
            self.fault(key, f"{key} is too large: {shorten(x)}.")
            return kind()
        if isinstance(x, str) and len(x) > LONGEST:
            self.fault(key, f"{key} has {len(x):,} characters; {LONGEST:,} are possible.")
            return ""
        if isinstance(x, list | dict) and len(x) > MOST:
            self.fault(key, f"{key} has {len(x):,} entries; {MOST} are possible.")
            return kind()
        if kind is str and needed and not x.strip():
            self.fault(key, f"{key} is empty.")
        return x

    def texts(self, key: str) -> list[str]:
        """Return a list of texts."""
        texts = self.take(key, list)
        wrong = [x for x in texts if not isinstance(x, str)]
        for x in wrong:
            self.fault(key, f"{key} is a list of texts, but {shorten(x)} isn't a text.")
        return [x for x in texts if isinstance(x, str)]

    def choice(self, key: str, choices: Sequence[str], *, needed: bool = False) -> str:
        """Return a field that is one of several words."""
        word = str(self.take(key, str, needed=needed))
        if word and word not in choices:
            remedy = did_you_mean(word, choices) or f"use one of {', '.join(choices)}"
            self.fault(key, f"{key} can't be {shorten(word)}.", remedy)
            return ""
        return word

    def tables(self, key: str) -> list[Table]:
        """Return a list of tables."""
        rows = self.take(key, list)
        tables = []
        for index, row in enumerate(rows):
            if isinstance(row, dict):
                tables.append(Table(row, self.lines, (*self.path, key, index), self.faults))
            else:
                self.fault(key, f"[[{key}]] is a table with fields of its own.")
        return tables

    def table(self, key: str) -> Table | None:
        """Return a table, if it is there."""
        content = self.take(key, dict)
        if key not in self.content or not isinstance(self.content[key], dict):
            return None
        return Table(content, self.lines, (*self.path, key), self.faults)

    def attempt(self, key: str, read: Callable[[], T]) -> T | None:
        """Return what a function reads from a field; None where it raises, which is noted.

        An error that names a line of the text is noted at that line of the file.
        """
        try:
            return read()
        except ChainruleError as error:
            said = refusal(error)
            line = self.lines.of(*self.path, key)
            head, _, rest = said["error"].partition(" ")
            number = rest.split(" ", 1)[0].rstrip(":")
            if head == "line" and number.isdigit():
                line = self.lines.inside(line, int(number))
                after = rest[len(number) :].lstrip(": ")
                what = f"{key}: {after}" if rest[len(number) :].startswith(":") else after
                said["error"] = what if what.startswith(f"{key}:") else f"{key}: this line {what}"
            else:
                said["error"] = f"{key}: {said['error']}"
            self.faults.append(Fault(line, said["error"], said["remedy"]))
            return None

    def end(self) -> None:
        """Note fields that nobody took."""
        for key in self.content:
            if key not in self.taken:
                remedy = did_you_mean(key, self.taken) or f"use {', '.join(sorted(self.taken))}"
                self.fault(key, f"{self._whose()} has no field {shorten(key)}.", remedy)

    def _whose(self) -> str:
        names = [f"{x + 1}" if isinstance(x, int) else x for x in self.path]
        return " ".join(names) or "the file"
