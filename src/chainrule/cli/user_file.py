"""`chainrule check FILE.py:name`: the function, class or graph of that name in a user's file."""

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
from ..verdict.engines.check import check_engine
from ..verdict.engines.result import EngineCheck
from ..verdict.gradients.arguments import bind_arguments
from ..verdict.gradients.check import check
from ..verdict.gradients.result import Check
from ..verdict.gradients.verdict import NOT_SET
from ..verdict.result_table import error_text


def check_in_file(target: str, numbers: Mapping[str, Any]) -> Check | EngineCheck:
    """Check a function at these numbers, a class, or a graph. Its file is imported, so it runs.

    Args:
        target: `FILE.py:name`.
        numbers: A function's arguments by name, numbers or lists of them.

    Raises:
        FileError: The file cannot be read, or fails when it is imported.
        WrongType: It has no such name, or the numbers do not fit the function.
        GraphError: It is a graph without gradients.
    """
    path, sign, name = target.rpartition(":")
    if not sign or not path or not name.isidentifier():
        raise WrongType(
            f"a file and a name are needed, but got {target!r}.", remedy="model.py:loss x=2"
        )
    subject = _attribute(_import_file(Path(path)), name, path)
    if is_value(subject) or isinstance(subject, type):
        if numbers:
            raise WrongType(
                f"{name} in {path} isn't a function, so it takes no numbers.",
                remedy=f"leave them out: chainrule check {path}:{name}",
            )
        if isinstance(subject, type):
            return check_engine(subject)
        return _check_graph(subject, name, path)
    if not callable(subject):
        raise WrongType(
            f"{name} in {path} isn't a function, but of type {type(subject).__name__}.",
            remedy="name a function of numbers, a graph with gradients, or a class",
        )
    return _check_function(subject, name, numbers)


def _check_graph(root: Any, name: str, path: str) -> Check:
    """Check a graph that has gradients."""
    result = check(root)
    if all(verdict.status == NOT_SET for verdict in result.verdicts.values()):
        raise GraphError(
            f"{name} in {path} has no gradients yet, so there is nothing to check.",
            remedy=f"call {name}.backward() in the file first",
        )
    return result


def _import_file(path: Path) -> ModuleType:
    if not path.exists():
        raise FileError(f"{str(path)!r} cannot be read: there is no such file.")
    if not path.is_file():
        is_folder = path.is_dir()
        raise FileError(
            f"{str(path)!r} cannot be read: a Python file is needed, but this is "
            f"{'a folder' if is_folder else 'not an ordinary file'}.",
            remedy=f"name a file in it: {path / 'model.py'}:loss" if is_folder else "",
        )
    name = path.stem if path.stem not in sys.modules else f"checked_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileError(f"{str(path)!r} isn't a Python file.", remedy="its name has to end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles of the file look it up
    sys.path.insert(0, str(path.resolve().parent))  # as `python FILE.py` does
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise FileError(f"{str(path)!r} fails when it is imported: {error_text(error)}.") from error
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
    """Check a function by the names of its arguments; the others keep their defaults."""
    given = bind_arguments(f, name, named=numbers)
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
        raise WrongType(f"{name} raised {error_text(error)}.") from error
