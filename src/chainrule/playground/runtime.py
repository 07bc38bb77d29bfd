"""Python for an exported page: Pyodide's files, and the interpreted chainrule as a zip file.

Pyodide comes from npm. The page fetches these files at the first edit and hands them to a worker,
so nothing is asked of any other host. They are compressed, as plain web servers don't do that.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import ChoiceError, FileError

RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
WORKER = "worker.js"
PACKAGE = "chainrule.zip"
FOLDER = "python"
TESTED = "314.0.7"
"""The release that the tests run."""

ROOT = Path(__file__).parent.parent
ROOMS = ("course", "design", "drawing", "engine", "graph", "playground", "table", "verdict")
"""The parts of chainrule that read and lay out a text, and judge a task."""
TEXTS = ("tasks", "design")
"""The folders whose files are read besides."""


class Runtime(NamedTuple):
    """What an exported page needs to run Python.

    Attributes:
        settings: What the page is told: each file's path and size, and Pyodide's lock.
        content: Each file's bytes, by its path in the exported folder.
    """

    settings: dict[str, Any] | None
    content: dict[str, bytes]


def runtime(folder: str) -> Runtime:
    """Return Python for an exported page.

    Args:
        folder: Pyodide's folder, such as 'node_modules/pyodide'.

    Raises:
        ChoiceError: It isn't Pyodide, or not one that the page can load.
        FileError: A file can't be read.
    """
    lock = _lock(folder)
    sources = {name: _read(folder, name) for name in RUNTIME}
    sources[WORKER] = (ROOT / "playground" / WORKER).read_bytes()
    sources[PACKAGE] = package()
    content, rows = {}, {}
    for name, source in sources.items():
        is_packed = name.endswith(".zip")
        packed = source if is_packed else gzip.compress(source, 9, mtime=0)
        path = f"{FOLDER}/{name}" + ".gz" * (not is_packed)
        content[path] = packed
        # A browser that keeps the file of an earlier export fetches this one anew.
        version = hashlib.sha256(packed).hexdigest()[:12]
        rows[name] = {"path": f"{path}?{version}", "size": len(packed)}
    return Runtime({"files": rows, "lock": {"info": lock["info"], "packages": {}}}, content)


def _lock(folder: str) -> dict[str, Any]:
    """What Pyodide says of itself."""
    missing = [name for name in (LOCK, *RUNTIME) if not Path(folder, name).is_file()]
    if missing:
        raise ChoiceError(
            f"{folder!r} isn't the folder of Pyodide {TESTED}: it has no {missing[0]}.",
            remedy=f"run `npm install pyodide@{TESTED}` and name node_modules/pyodide",
        )
    try:
        lock: dict[str, Any] = json.loads(_read(folder, LOCK))
        version = tuple(int(part) for part in lock["info"]["python"].split(".")[:2])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileError(f"{str(Path(folder, LOCK))!r} isn't Pyodide's.") from None
    if version < (3, 10):
        raise ChoiceError(f"{folder!r} has Python {lock['info']['python']}; 3.10 is needed.")
    return lock


def _read(folder: str, name: str) -> bytes:
    path = Path(folder, name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{str(path)!r} cannot be read: {error.strerror}.") from None


def package() -> bytes:
    """Return the interpreted chainrule, as far as a page needs it, as a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(ROOT.rglob("*")):
            inner = path.relative_to(ROOT)
            is_needed = path.suffix == ".py" or (path.parent.name in TEXTS and path.is_file())
            if is_needed and (len(inner.parts) == 1 or inner.parts[0] in ROOMS):
                row = zipfile.ZipInfo(f"chainrule/{inner.as_posix()}")  # the same date each time
                archive.writestr(row, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
