"""Where a key stands in a TOML file. Python's own reader forgets the lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*\[(\[)?\s*([\w.]+)\s*\]")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")
_FENCES = ('"""', "'''")


class Lines:
    """The lines of a TOML file.

    Attributes:
        text: The file.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[tuple[str | int, ...], int] = {}
        counts: dict[str, int] = {}
        path: tuple[str | int, ...] = ()
        fence = ""
        for number, line in enumerate(text.split("\n"), 1):
            if fence:
                fence = "" if fence in line else fence
                continue
            if header := _HEADER.match(line):
                path = self._path(header[2].split("."), bool(header[1]), counts)
                self.found.setdefault(path, number)
            elif key := _KEY.match(line):
                self.found.setdefault((*path, key[1]), number)
                fence = next((x for x in _FENCES if line.count(x) == 1), "")

    @staticmethod
    def _path(
        names: Sequence[str], is_entry: bool, counts: dict[str, int]
    ) -> tuple[str | int, ...]:
        """The path of a header; entries of lists are counted."""
        path: list[str | int] = []
        for position, name in enumerate(names):
            path.append(name)
            key = ".".join(map(str, path))
            if is_entry and position == len(names) - 1:
                counts[key] = counts.get(key, -1) + 1
            if key in counts:
                path.append(counts[key])
        return tuple(path)

    def of(self, *path: str | int) -> int:
        """The line of a key, or of the nearest thing around it that has a line.

        Example:
            >>> Lines('title = ""\\n[[step]]\\ndo = "see"').of("step", 0, "do")
            3
        """
        while path and path not in self.found:
            path = path[:-1]
        return self.found.get(path, 1)

    def inside(self, line: int, offset: int) -> int:
        """The line of a text's own line, counted from 1; the text belongs to the key at a line."""
        rows = self.text.split("\n")
        opening = rows[line - 1].partition("=")[2].strip() if line <= len(rows) else ""
        return line + offset if opening in _FENCES else line + offset - 1
