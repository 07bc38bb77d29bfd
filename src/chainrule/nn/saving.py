"""Files of named arrays, in the format safetensors: the parameters of a model, and checkpoints."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..errors import FileError, MissingExtra, WrongType, shorten
from ..files import write_atomically
from .state import load_state_dict, state_dict

if TYPE_CHECKING:
    from .state import State

Model = TypeVar("Model")

OURS = "chainrule:"
"""How the names of arrays begin that are not parameters."""


def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Write the parameters of a model to a safetensors file, completely or not at all.

    Args:
        model: Any object with a method `parameters()`.
        path: The file.

    Raises:
        FileError: The file can't be written. It keeps its previous content.
        MissingExtra: safetensors isn't installed.
    """
    write_arrays(path, state_dict(model), {})


def load(model: Model, path: str | os.PathLike[str]) -> Model:
    """Read the parameters of a model from a file that `save` wrote, or from a checkpoint of `fit`.

    Nothing in the file is executed.

    Returns:
        The model.

    Raises:
        FileError: The file can't be read, or is damaged.
        ShapeError: The file belongs to another model. The message names the first parameter that
            differs.
        MissingExtra: safetensors isn't installed.
    """
    arrays = read_arrays(path).arrays
    load_state_dict(model, {name: x for name, x in arrays.items() if not name.startswith(OURS)})
    return model


class Content(NamedTuple):
    """What is in a file: arrays by name, and texts by name."""

    arrays: State
    texts: dict[str, str]


def path_of(x: Any) -> str:
    """The path of a file, as a string that isn't empty.

    Raises:
        WrongType: It is something else.
    """
    path = os.fspath(x) if isinstance(x, (str, os.PathLike)) else None
    if not isinstance(path, str) or not path:
        raise WrongType(
            f"a file needs a path, a str or a Path, but got {shorten(x)}.",
            remedy="'model.safetensors', for example",
        )
    return path


def write_arrays(
    path: str | os.PathLike[str], arrays: Mapping[str, Any], texts: Mapping[str, str]
) -> None:
    """Write arrays and texts, with a digest of the arrays, whole or not at all."""
    path = path_of(path)
    texts = {**texts, "digest": _digest(arrays), "format": "chainrule"}
    write_atomically(path, _library().save(dict(arrays), metadata=texts))


def read_arrays(path: str | os.PathLike[str]) -> Content:
    """Read what `write_arrays` wrote.

    Raises:
        FileError: The file can't be read, or isn't as it was written.
    """
    path = path_of(path)
    library, failure = _library(), f"{path!r} can't be read"
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise FileError(f"{failure}: {error.strerror or error}.") from error
    remedy = "use another copy of it, or delete it"
    try:
        arrays = library.load(content)
        texts = _texts(content)
    except Exception as error:
        raise FileError(
            f"{failure}: it is damaged or incomplete, or not a safetensors file.", remedy=remedy
        ) from error
    if "digest" in texts and texts["digest"] != _digest(arrays):
        raise FileError(f"{failure}: its numbers are not those that were written.", remedy=remedy)
    return Content(arrays, texts)


def _texts(content: bytes) -> dict[str, str]:
    """The metadata: a JSON header follows its length in 8 bytes."""
    import json

    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return dict(header.get("__metadata__", {}))


def _digest(arrays: Mapping[str, Any]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _library() -> ModuleType:
    try:
        import safetensors.numpy
    except ImportError:
        raise MissingExtra("safetensors", "a file of parameters") from None
    return safetensors.numpy
