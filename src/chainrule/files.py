"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import FileError


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file whole or not at all; its folder is made.

    Raises:
        FileError: It cannot be written; what was there before stays.
    """
    path = Path(path)
    temporary = None
    if "\0" in str(path):
        raise FileError(f"{os.fspath(path)!r} cannot be written: a path has no null character.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            temporary = file.name
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        reason = error.strerror or str(error)
        raise FileError(f"{os.fspath(path)!r} cannot be written: {reason}.") from error


def _umask() -> int:
    """The process's mask for new files; a temporary file does not follow it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
