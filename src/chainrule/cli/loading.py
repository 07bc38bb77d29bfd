"""Load a name from a user's Python file, which runs as it does under `python FILE.py`."""

from __future__ import annotations

import inspect
import runpy
import sys
from pathlib import Path
from typing import Any

from ..errors import FileError, WrongType, did_you_mean
from ..verdict.result_table import error_text


def load_name(path: Path, name: str) -> Any:
    """Run a file and return what a name in it stands for.

    Raises:
        FileError: The file cannot be read, or running it fails.
        WrongType: It doesn't define the name.
    """
    module = f"checked_{path.stem}" if path.stem in sys.modules else path.stem
    content = _run(path, module)
    if name not in content:
        functions = [
            key for key, x in content.items() if inspect.isfunction(x) and x.__module__ == module
        ]
        raise WrongType(
            f"{path} has no {name!r}.",
            remedy=did_you_mean(name, content)
            or (f"its functions are {', '.join(functions)}" if functions else ""),
        )
    return content[name]


def _run(path: Path, module: str) -> dict[str, Any]:
    if not path.is_file() or path.suffix != ".py":
        reason = "a Python file is needed, whose name ends in .py"
        if not path.exists():
            reason = "it does not exist"
        elif path.is_dir():
            reason = "a Python file is needed, but this is a folder"
        raise FileError(
            f"{str(path)!r} cannot be read: {reason}.",
            remedy=f"name a file in it: {path / 'model.py'}:loss" if path.is_dir() else "",
        )
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        return runpy.run_path(str(path), run_name=module)
    except (Exception, SystemExit) as error:
        raise FileError(f"{str(path)!r} fails when it is imported: {error_text(error)}.") from error
    finally:
        sys.path.remove(folder)
