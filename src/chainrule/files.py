"""Write files whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from .errors import FileError


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
        if makes_folders:
            target.parent.mkdir(parents=True, exist_ok=True)
        elif not target.parent.is_dir():
            raise FileError(
                f"{failure}: the folder {str(target.parent)!r} does not exist.",
                remedy="make the folder first, or choose one that exists",
            )
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
        raise FileError(f"{failure}: {reason}.") from error


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
