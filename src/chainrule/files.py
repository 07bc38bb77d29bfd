"""Read TOML, and write files whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from .errors import FileError, FormulaError, MissingExtra

REMEDIES = {
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
    errno.ENOSPC: "free some space, or write to another disk",
    errno.EDQUOT: "free some space, or write to another disk",
}


def parse_toml(text: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        FormulaError: It isn't TOML; the message names the line.
        MissingExtra: Python 3.10 reads TOML only with tomli.
    """
    try:
        toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ImportError:
        raise MissingExtra("tomli", "TOML on Python 3.10") from None
    try:
        content: dict[str, Any] = toml.loads(text)
    except toml.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at line ")
        line = where.partition(",")[0]
        line = line if line.isdigit() else str(text.count("\n") + 1)
        raise FormulaError(f"line {line} isn't TOML: {what[:1].lower()}{what[1:]}.") from None
    except RecursionError:
        raise FormulaError("line 1 isn't TOML: it is nested too deeply.") from None
    return content


def write_atomically(
    path: str | os.PathLike[str], content: bytes, *, makes_folders: bool = False
) -> None:
    """Write a file whole or not at all.

    Follows links, keeps the permissions of a file that it replaces, and writes to devices and
    pipes.

    Args:
        path: The file.
        content: Its new content.
        makes_folders: Whether to make missing folders. By default they are an error.

    Raises:
        FileError: The file cannot be written. It keeps its old content.
    """
    failure = f"{os.fspath(path)!r} cannot be written"
    try:
        target = Path(os.path.realpath(path))
        _require_folder(target.parent, failure, makes_folders)
        mode = target.stat().st_mode if target.exists() else None
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(None, "it is a folder")
        if mode is not None and not stat.S_ISREG(mode):
            target.write_bytes(content)
        else:
            _replace(target, content, mode)
    except FileError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        remedy = REMEDIES.get(getattr(error, "errno", None) or 0, "")
        raise FileError(f"{failure}: {reason}.", remedy=remedy) from error


def _require_folder(folder: Path, failure: str, makes_folders: bool) -> None:
    """Raise FileError where the folder isn't one, or isn't there and mustn't be made."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise FileError(
            f"{failure}: {str(existing)!r} is not a folder.", remedy="choose another folder"
        )
    if makes_folders:
        folder.mkdir(parents=True, exist_ok=True)
    elif existing != folder:
        raise FileError(
            f"{failure}: the folder {str(folder)!r} does not exist.",
            remedy="make the folder first, or choose one that exists",
        )


def _replace(target: Path, content: bytes, mode: int | None) -> None:
    """Write a temporary file next to the target, then move it there."""
    temporary = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb") as file:
            file.write(content)
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
