"""`chainrule check FILE.py:name` and `chainrule diagnose FILE.py:name`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..engine.node import is_value
from ..errors import ChainruleError, GraphError, WrongType
from ..verdict import Check, Diagnosis, EngineCheck, check, check_engine, diagnose
from ..verdict.gradients.arguments import bind_arguments
from ..verdict.gradients.verdict import NOT_SET
from ..verdict.result_table import error_text
from .loading import load_name


def check_in_file(target: str, numbers: Mapping[str, Any]) -> Check | EngineCheck:
    """Check a function at these numbers, a class, or a graph in a file, which is run.

    Args:
        target: `FILE.py:name`.
        numbers: A function's arguments by name, numbers or lists of them.

    Raises:
        FileError: The file cannot be read, or running it fails.
        WrongType: The file doesn't define the name, or the numbers don't fit the function.
        GraphError: The graph has no gradients.
    """
    path, name, subject = _load(target, with_classes=True)
    is_class = isinstance(subject, type)
    if (is_class or is_value(subject)) and numbers:
        raise WrongType(
            f"{name} in {path} isn't a function, so it takes no numbers.",
            remedy=f"leave them out: chainrule check {path}:{name}",
        )
    if is_class:
        return check_engine(subject)
    if callable(subject):
        return _check_function(subject, name, numbers)
    if not is_value(subject):
        raise WrongType(
            f"{name} in {path} isn't a function, but of type {type(subject).__name__}.",
            remedy="name a function of numbers, a graph with gradients, or a class",
        )
    subject.label = subject.label or name
    result = check(subject)
    if all(verdict.status == NOT_SET for verdict in result.verdicts.values()):
        raise GraphError(
            f"{name} in {path} has no gradients yet, so there is nothing to check.",
            remedy=f"call {name}.backward() in the file first",
        )
    return result


def diagnose_in_file(target: str, numbers: Mapping[str, Any]) -> Diagnosis:
    """Diagnose a function at these numbers, or a graph in a file, which is run.

    Args:
        target: `FILE.py:name`.
        numbers: A function's arguments by name, numbers or lists of them.

    Raises:
        FileError: The file cannot be read, or running it fails.
        WrongType: The file doesn't define the name, or the numbers don't fit the function.
    """
    path, name, subject = _load(target, with_classes=False)
    if is_value(subject):
        if numbers:
            raise WrongType(
                f"{name} in {path} isn't a function, so it takes no numbers.",
                remedy=f"leave them out: chainrule diagnose {path}:{name}",
            )
        subject.label = subject.label or name
        return diagnose(subject)
    if isinstance(subject, type) or not callable(subject):
        raise WrongType(
            f"{name} in {path} isn't a function or a graph, but of type {type(subject).__name__}.",
            remedy="name a function of numbers, or a graph",
        )
    arguments = bind_arguments(subject, name, named=numbers)
    try:
        return diagnose(_by_position(subject, name, list(arguments)), *arguments.values())
    except ChainruleError:
        raise
    except Exception as error:
        raise WrongType(f"{name} raised {error_text(error)}.") from error


def _load(target: str, *, with_classes: bool) -> tuple[str, str, Any]:
    """The file, the name and what the name stands for."""
    path, _, name = target.rpartition(":")
    if not path or not name.isidentifier():
        raise WrongType(
            f"a file and a name are needed, but got {target!r}.", remedy="model.py:loss x=2"
        )
    return path, name, load_name(Path(path), name, with_classes=with_classes)


def _by_position(f: Callable[..., Any], name: str, arguments: Sequence[str]) -> Callable[..., Any]:
    """The function of these arguments alone; the others keep their defaults."""

    def by_position(*values: Any) -> Any:
        return f(**dict(zip(arguments, values)))

    by_position.__name__ = name
    by_position.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # inspect reads it
        [inspect.Parameter(x, inspect.Parameter.POSITIONAL_OR_KEYWORD) for x in arguments]
    )
    return by_position


def _check_function(f: Callable[..., Any], name: str, numbers: Mapping[str, Any]) -> Check:
    """Check a function with respect to these arguments; the others keep their defaults."""
    arguments = bind_arguments(f, name, named=numbers)
    if not numbers:
        raise WrongType(
            f"{name} takes no numbers, so it has no gradient.",
            remedy=f"give it an argument: def {name}(x)",
        )
    try:
        return check(_by_position(f, name, list(arguments)), *arguments.values())
    except ChainruleError:
        raise
    except Exception as error:
        raise WrongType(f"{name} raised {error_text(error)}.") from error
