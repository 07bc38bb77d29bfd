"""Programs in a pickle and in a file: what was recorded. A file never holds the function.

Nothing here recurses over a tape, and nothing that is read is executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable, Sequence
from enum import Enum
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from ....errors import ChainruleError, FileError, WrongType
from ....files import write_atomically
from ....table.definitions import defined_rows, definitions, register
from ...run.path import Path
from ...run.paths import MAX_PATHS, Paths
from ...run.recordings import MAX_STRUCTURES, REDUCTIONS, Recordings
from ...trace.calls import Call
from ...trace.structure import STATIC_TYPES, Nest, Static, Structure, named_leaves
from ..names import argument_names
from .recording import decode_recording, encode_recording
from .structures import decode_axes, decode_structure, encode_axes, encode_structure

_Step = Callable[[Any], Any]

FORMAT = 1
"""The version of the file format that `save` writes and `load` reads."""


def _state(recordings: Recordings) -> dict[str, Any]:
    """What was recorded as plain data, apart from structures and in_axes."""
    forms: list[Any] = []
    used: set[str] = set()
    names: list[str] = []
    for each in list(recordings.all.values()):
        paths = [
            {"spec": path.recording.structure, **encode_recording(path.recording)}
            for path in list(each.all)
        ]
        if paths:
            forms.append({"specs": each.structures, "paths": paths})
            used.update(name for path in paths for name in path["operations"])
            names = max(names, argument_names(recordings, each.structures), key=len)
    return {
        "name": recordings.name,
        "names": names,
        "in_axes": recordings.in_axes,
        "reduce": recordings.reduce,
        **({"static": [*recordings.static]} if recordings.static else {}),
        "definitions": definitions(used),
        "forms": forms,
    }


def _recordings(state: dict[str, Any]) -> Recordings:
    """The recordings of a state, every field of which is checked; an invalid one raises."""
    name, names, reduce, forms = (state[key] for key in ("name", "names", "reduce", "forms"))
    if not isinstance(name, str) or not all(isinstance(x, str) for x in names):
        raise ValueError("a name isn't text")
    if reduce not in REDUCTIONS:
        raise ValueError(f"the reduction {reduce!r} is unknown")
    if len(forms) > MAX_STRUCTURES:
        raise ValueError("there are too many structures of arguments")
    for row in defined_rows(state["definitions"]):
        register(row)
    static = frozenset(state.get("static", ()))
    if not all(type(key) in (int, str) for key in static):
        raise ValueError("a static argument has neither an index nor a name")
    recordings = Recordings(None, name, state["in_axes"], reduce, tuple(names), static)
    for form in forms:
        structures = tuple(form["specs"])
        if not structures or not isinstance(structures[-1], Nest) or structures[-1].kind != "dict":
            raise ValueError("the keyword arguments are missing")
        recordings.all[structures] = _paths(structures, form["paths"], name)
    return recordings


def _paths(structures: tuple[Structure, ...], data: list[Any], name: str) -> Paths:
    """The recordings for one structure of the arguments."""
    paths, outcomes = Paths(None, structures, name), []
    for each in data:
        recording = decode_recording(each, each["spec"], name)
        if len(recording.tape.inputs) != paths.count:
            raise ValueError("the inputs don't match the structure of the arguments")
        path = Path(recording, structures)
        paths.add(path)
        outcomes.append(path.outcomes)
    outcomes.sort()
    if not outcomes or len(outcomes) > MAX_PATHS:
        raise ValueError("a structure of the arguments has no path, or too many")
    if any(one == other[: len(one)] for one, other in pairwise(outcomes)):
        raise ValueError("two paths have the same outcomes")
    return paths


# ---- pickle --------------------------------------------------------------------------------------


def reduce_program(
    kind: Any, recordings: Recordings, verify: int, holds_code: bool
) -> tuple[Any, ...]:
    """What pickle stores of a program of this class: what was recorded, and the function wherever
    it can be pickled, or where nothing was recorded. With `holds_code`, any function can."""
    function = recordings.function
    if function is None or not (holds_code or not recordings.all or _is_picklable(function)):
        return _restored, (kind, _state(recordings))
    state = _state(recordings)
    state["forms"] = [form for form in state["forms"] if not _is_of_an_object(form["specs"])]
    return _restored, (kind, state, function, verify)


def _is_picklable(function: Any) -> bool:
    try:
        pickle.dumps(function)
    except Exception:  # whatever its state raises
        return False
    return True


def _is_of_an_object(structures: Sequence[Structure]) -> bool:
    """Whether a recording is for a static argument that may be equal to itself only."""
    return any(
        isinstance(leaf, Static) and not isinstance(leaf.value, (*STATIC_TYPES, Enum))
        for each in structures
        for leaf, _ in named_leaves(each, "")
    )


def _restored(kind: Any, state: dict[str, Any], function: Any = None, verify: int = 0) -> Any:
    """The program of a pickle. Pickles contain the name of this function."""
    recordings = _recordings(state)
    if function is not None:
        recordings.function, recordings.names = function, ()
        for paths in recordings.all.values():
            paths.function = function
    return kind(recordings, verify)


# ---- files ---------------------------------------------------------------------------------------


def save(recordings: Recordings, path: str | os.PathLike[str]) -> None:
    """Write recordings to a JSON file; see `Program.save`."""
    state = _state(recordings)
    try:
        _convert(state, encode_axes, encode_structure, _to_json)
        text = _text(state)
    except ValueError as error:
        raise WrongType(
            f"{recordings.name} can't be saved: {error}.",
            remedy="pickle the program, or pass a traced number instead",
        ) from None
    checksum = hashlib.sha256(text.encode()).hexdigest()
    content = f'{{"chainrule":{FORMAT},"sha256":"{checksum}","program":{text}}}'
    write_atomically(path, content.encode())


def _convert(state: dict[str, Any], axes: _Step, structure: _Step, number: _Step) -> None:
    """Replace what JSON can't hold in a state, or put it back."""
    state["in_axes"] = axes(state["in_axes"])
    for form in state["forms"]:
        form["specs"] = [structure(each) for each in form["specs"]]
        for path in form["paths"]:
            for call, *_ in path.get("calls", ()):
                name = call.external.name if isinstance(call, Call) else call
                raise ValueError(f"it calls {name}, a function outside of it")
            path["spec"] = structure(path["spec"])
            for key in ("inputs", "constants"):
                path[key] = [number(x) for x in path[key]]


def _text(state: Any) -> str:
    return json.dumps(state, allow_nan=False, separators=(",", ":"))


def _to_json(x: float) -> Any:
    return repr(x) if x - x != 0.0 else x  # JSON has no nan and no inf


def _from_json(x: Any) -> Any:
    return float(x) if x in ("nan", "inf", "-inf") else x


def load(path: str | os.PathLike[str]) -> Recordings:
    """Read what `save` wrote; see `Program.load`."""
    try:
        content = json.loads(FilePath(path).read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"{os.fspath(path)!r} can't be read: {reason}.") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{os.fspath(path)!r} isn't a saved program: {error}.") from None
    try:
        return _recordings(_checked(content))
    except (
        LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
        ChainruleError,
    ) as error:  # fmt: skip
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        text = f"{os.fspath(path)!r} isn't a program as save() writes it: {reason.splitlines()[0]}"
        raise FileError(text.rstrip(".") + ".") from None


def _checked(content: Any) -> dict[str, Any]:
    """The state in a file."""
    if type(content) is not dict or content["chainrule"] != FORMAT:
        version = content.get("chainrule") if type(content) is dict else None
        raise ValueError(f"format {version!r} is unknown; this version reads {FORMAT}")
    state: dict[str, Any] = content["program"]
    if content["sha256"] != hashlib.sha256(_text(state).encode()).hexdigest():
        raise ValueError("it was changed since it was saved")
    _convert(state, decode_axes, decode_structure, _from_json)
    return state
