"""Load a name from a user's Python file, which runs as it does under `python FILE.py`."""

from __future__ import annotations

import inspect
import itertools
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..engine.node import is_value
from ..errors import FileError, WrongType, did_you_mean
from ..verdict.result_table import error_text

MOST_NAMES = 8
"""How many names of a kind are listed."""


def load_name(path: Path, name: str, *, with_classes: bool = True) -> Any:
    """Run a file and return what a name in it stands for.

    Args:
        path: The file.
        name: A function, a graph or a class in it.
        with_classes: Whether classes can be named too.

    Raises:
        FileError: The file cannot be read, or running it fails.
        WrongType: It doesn't define the name.
    """
    module = f"checked_{path.stem}" if path.stem in sys.modules else path.stem
    content = _run(path, module)
    if name not in content:
        kinds = {
            "function": [key for key, x in content.items() if inspect.isfunction(x)],
            "graph": [key for key, x in content.items() if is_value(x) and x._operands],
            "class": [key for key, x in content.items() if with_classes and isinstance(x, type)],
        }
        guess = did_you_mean(name, itertools.chain(*kinds.values()))
        own = {
            kind: [key for key in keys if kind == "graph" or content[key].__module__ == module]
            for kind, keys in kinds.items()
        }
        remedy = guess or "; ".join(_listed(*each) for each in own.items() if each[1])
        raise WrongType(
            f"{path} has no {name!r}.",
            remedy=remedy or "define a function in it, such as def loss(x), and name that",
        )
    return content[name]


def _listed(kind: str, names: Sequence[str]) -> str:
    """The names of a kind, in words."""
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        shown += f" and {len(names) - MOST_NAMES} more"
    plural = "classes" if kind == "class" else f"{kind}s"
    return f"its {plural} are {shown}" if len(names) > 1 else f"its {kind} is {shown}"


def _run(path: Path, module: str) -> dict[str, Any]:
    if not path.is_file() or path.suffix != ".py":
        reason, remedy = "a Python file is needed, whose name ends in .py", ""
        if not path.exists():
            reason = "it does not exist"
            remedy = "" if path.is_absolute() else f"give its path as seen from {Path.cwd()}"
        elif path.is_dir():
            reason = "a Python file is needed, but this is a folder"
            remedy = f"name a file in it: {path / 'model.py'}:loss"
        raise FileError(f"{str(path)!r} cannot be read: {reason}.", remedy=remedy)
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        return runpy.run_path(str(path), run_name=module)
    except (Exception, SystemExit) as error:
        raise FileError(
            f"{str(path)!r} fails when it is imported: {error_text(error)}.",
            remedy=f"make it run on its own first: python {path}",
        ) from error
    finally:
        sys.path.remove(folder)
