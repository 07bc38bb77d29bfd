"""The files to grade: found in folders, copied, and read as blocks of Python."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ...errors import FileError
from ..result_table import printable

ENDINGS = (".py", ".ipynb")
LARGEST = 20 << 20
"""The largest file that is graded, in bytes."""
SKIPPED = "__pycache__"
MAGIC_CELL = re.compile(r"\s*%%\w")
MAGIC_LINE = re.compile(r"\s*([%!?].*|[\w.]+\?{1,2}\s*)")


class Submission(NamedTuple):
    """One student's file.

    Attributes:
        name: What reports call it: its path below the folder that was named.
        path: Where it is.
    """

    name: str
    path: Path

    @classmethod
    def of(cls, name: str, path: Path) -> Submission:
        """A submission; its name becomes text that can be printed anywhere."""
        return cls(printable(os.fsencode(name).decode("utf-8", "replace")), path)


def find_submissions(paths: Iterable[str | os.PathLike[str]]) -> list[Submission]:
    """List the files, and those in folders and below; each once, in the order of their names.

    Raises:
        FileError: A path doesn't exist or isn't a Python file or notebook, or a folder has none.
    """
    found: dict[Path, Submission] = {}
    for path in map(Path, paths):
        if path.is_dir():
            inside = list(_inside(path))
            if not inside:
                raise FileError(
                    f"the folder {str(path)!r} has no file to grade.",
                    remedy="put files in it that end in .py or .ipynb",
                )
        elif not path.exists():
            raise FileError(f"{str(path)!r} cannot be graded: it doesn't exist.")
        elif path.suffix not in ENDINGS:
            raise FileError(
                f"{str(path)!r} cannot be graded: it isn't a Python file or a notebook.",
                remedy="name files that end in .py or .ipynb, or a folder of them",
            )
        else:
            inside = [Submission.of(path.name, path)]
        for submission in inside:
            found.setdefault(submission.path.absolute(), submission)
    return _distinct(sorted(found.values(), key=lambda x: (x.name.casefold(), x.name)))


def _inside(folder: Path) -> Iterator[Submission]:
    for top, folders, names in os.walk(folder):
        folders[:] = [x for x in folders if x != SKIPPED and not x.startswith(".")]
        for name in names:
            if name.endswith(ENDINGS) and not name.startswith(".") and name != "__init__.py":
                path = Path(top, name)
                yield Submission.of(path.relative_to(folder).as_posix(), path)


def _distinct(submissions: list[Submission]) -> list[Submission]:
    """Where two have one name, call them by their paths below a common folder."""
    names = [x.name for x in submissions]
    equal = [x.path.resolve() for x in submissions if names.count(x.name) > 1]
    top = os.path.commonpath([path.parent for path in equal]) if equal else ""
    return [
        x._replace(name=x.path.resolve().relative_to(top).as_posix())
        if names.count(x.name) > 1
        else x
        for x in submissions
    ]


class Block(NamedTuple):
    """Code that runs as a whole: a file, or the cell of a notebook.

    Attributes:
        name: Empty for a file; "cell 3" for a cell.
        source: The code, with as many empty lines before it as the copy has lines above it.
    """

    name: str
    source: str | bytes


def read_blocks(path: Path) -> tuple[list[Block], bytes]:
    """Read a file, or a notebook; return its blocks, and the text that its lines are found in.

    A notebook's magic commands and shell commands are left out.

    Raises:
        ValueError: It isn't a notebook.
    """
    content = path.read_bytes()
    if path.suffix != ".ipynb":
        return [Block("", content)], content
    notebook = json.loads(content)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it has no cells")
    blocks, lines = [], list[str]()
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        code = _python_of(source if isinstance(source, str) else "".join(map(str, source)))
        blocks.append(Block(f"cell {number}", "\n" * len(lines) + code))
        lines += [*code.split("\n"), ""]
    return blocks, "\n".join(lines).encode()


def _python_of(source: str) -> str:
    """The code of a cell; where that isn't Python, without the lines that only IPython knows."""
    try:
        compile(source, "cell", "exec", ast.PyCF_ONLY_AST)
    except (SyntaxError, ValueError):
        is_magic = MAGIC_CELL.match(source) is not None
        return "\n".join(
            f"{line[: len(line) - len(line.lstrip())]}pass  # {line.strip()}"
            if is_magic or MAGIC_LINE.fullmatch(line)
            else line
            for line in source.split("\n")
        )
    return source
