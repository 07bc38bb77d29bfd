"""What a user's file holds, found by `FILE.py:name`, and a function of it with named numbers."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from ..engine.node import is_value
from ..errors import ChainruleError, FileError, GraphError, WrongType
from ..verdict.engines.checking import check_engine
from ..verdict.engines.grade import EngineCheck
from ..verdict.gradients.arguments import bound
from ..verdict.gradients.checked import Check
from ..verdict.gradients.checking import check
from ..verdict.gradients.verdicts import NOT_SET
from ..verdict.tables import said


def check_in_file(place: str, numbers: Mapping[str, Any]) -> Check | EngineCheck:
    """Check what stands in a file: a function at these numbers, a class, or a graph.

    The file is imported, so its code runs; what stands below `if __name__ == "__main__"` does not.

    Args:
        place: `FILE.py:name`.
        numbers: For a function its arguments by name, numbers or lists of them.

    Raises:
        FileError: The file cannot be read, or fails when it is imported.
        WrongType: It has no such name, or the numbers do not fit the function.
        GraphError: It is a graph without gradients.
    """
    path, sign, name = place.rpartition(":")
    if not sign or not path or not name.isidentifier():
        raise WrongType(
            f"a file and a name are needed, but got {place!r}.", remedy="model.py:loss x=2"
        )
    found = _attribute(_imported(Path(path)), name, path)
    is_graph = is_value(found)
    if isinstance(found, type) or is_graph:
        if numbers:
            raise WrongType(
                f"{name} in {path} is no function, so it takes no numbers.",
                remedy=f"leave them out: chainrule check {path}:{name}",
            )
        return _check_graph(found, name, path) if is_graph else check_engine(found)
    if not callable(found):
        raise WrongType(
            f"{name} in {path} is no function, but {type(found).__name__}.",
            remedy="name a function of numbers, a graph with gradients, or a class",
        )
    return _check_function(found, name, numbers)


def _check_graph(root: Any, name: str, path: str) -> Check:
    """Check a graph that has gradients."""
    result = check(root)
    if all(verdict.status == NOT_SET for verdict in result.verdicts.values()):
        raise GraphError(
            f"{name} in {path} has no gradients yet, so there is nothing to check.",
            remedy=f"call {name}.backward() in the file first",
        )
    return result


def _imported(path: Path) -> ModuleType:
    if not path.exists():
        raise FileError(f"{str(path)!r} cannot be read: there is no such file.")
    if not path.is_file():
        is_folder = path.is_dir()
        raise FileError(
            f"{str(path)!r} cannot be read: a Python file is needed, but this is "
            f"{'a folder' if is_folder else 'no ordinary file'}.",
            remedy=f"name a file in it: {path / 'model.py'}:loss" if is_folder else "",
        )
    name = path.stem if path.stem not in sys.modules else f"checked_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileError(f"{str(path)!r} is no Python file.", remedy="its name has to end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles of the file look it up
    sys.path.insert(0, str(path.resolve().parent))  # as `python FILE.py` does
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise FileError(f"{str(path)!r} fails when it is imported: {said(error)}.") from error
    finally:
        sys.path.remove(str(path.resolve().parent))
        del sys.modules[name]
    return module


def _attribute(module: ModuleType, name: str, path: str) -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        known = ", ".join(
            key
            for key, x in vars(module).items()
            if inspect.isfunction(x) and x.__module__ == module.__name__
        )
        raise WrongType(
            f"{path} has no {name!r}.", remedy=f"its functions are {known}" if known else ""
        ) from None


def _check_function(f: Any, name: str, numbers: Mapping[str, Any]) -> Check:
    """Check a function by the names of its arguments; those not given keep their defaults."""
    given = bound(f, name, named=numbers)
    if not numbers:
        raise WrongType(
            f"{name} takes no numbers, so it has no gradient.",
            remedy=f"give it an argument: def {name}(x)",
        )

    def called(*values: Any) -> Any:
        return f(**dict(zip(given, values)))

    called.__name__ = name
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # inspect looks for it
        [inspect.Parameter(x, inspect.Parameter.POSITIONAL_OR_KEYWORD) for x in given]
    )
    try:
        return check(called, *given.values())
    except ChainruleError:
        raise
    except Exception as error:
        raise WrongType(f"{name} raised {said(error)}.") from error
