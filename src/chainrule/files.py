"""Writing a file whole or not at all."""

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

    A link is followed, a file that is replaced keeps its permissions, and a device or a pipe is
    written to.

    Args:
        path: The file.
        content: What it is to hold.
        makes_folders: Whether missing folders are made; otherwise they are an error.

    Raises:
        FileError: It cannot be written; what was there before stays.
    """
    try:
        place = Path(os.path.realpath(path))
        if makes_folders:
            place.parent.mkdir(parents=True, exist_ok=True)
        elif not place.parent.is_dir():
            raise FileError(
                f"{os.fspath(path)!r} cannot be written: there is no folder {str(place.parent)!r}.",
                remedy="make the folder first, or name one that exists",
            )
        mode = place.stat().st_mode if place.exists() else None
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(None, "it is a folder")
        if mode is not None and not stat.S_ISREG(mode):
            place.write_bytes(content)
        else:
            _replace(place, content, mode)
    except FileError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"{os.fspath(path)!r} cannot be written: {reason}.") from error


def _replace(place: Path, content: bytes, mode: int | None) -> None:
    """Write beside the place, then move there; nothing stays beside it."""
    beside = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb") as file:
            file.write(content)
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, place)
    finally:
        beside.unlink(missing_ok=True)
