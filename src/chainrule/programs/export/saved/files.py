"""Programs in a pickle and in a file: what was recorded, and not the function.

Nothing here recurses over a tape, and nothing that is read is executed.
"""

from __future__ import annotations

import hashlib
import json
import os
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from ....errors import ChainruleError, FileError, WrongType
from ....files import write_atomically
from ....table.definitions import defined_rows, definitions, register
from ...compiling import REDUCTIONS
from ...program import MOST_FORMS
from ...run.paths import MOST_PATHS, Path, Paths
from ...trace.structure import Nest, size
from ..names import argument_names
from .encoding import decode_axes, decode_spec, encode_axes, encode_spec
from .flattened import flatten, restore

FORMAT = 1
"""The version of the file format that `save` writes and `load` reads."""


def _state(program: Any) -> dict[str, Any]:
    """A program as plain data, but for the forms of its arguments and results."""
    forms: list[Any] = []
    used: set[str] = set()
    names: list[str] = []
    for form in list(program._forms.values()):
        paths = [{"spec": p.recording.spec, **flatten(p.recording)} for p in list(form.all)]
        if paths:
            forms.append({"specs": form.specs, "paths": paths})
            used.update(name for path in paths for name in path["operations"])
            names = max(names, argument_names(program, form.specs), key=len)
    return {
        "name": program.__name__,
        "names": names,
        "in_axes": program.in_axes,
        "reduce": program.reduce,
        "definitions": definitions(used),
        "forms": forms,
    }


def _restored(kind: Any, state: dict[str, Any]) -> Any:
    """The program of a state, every field of it checked.

    Raises:
        ValueError: It is none. LookupError, TypeError, ArithmeticError and ChainruleError are
            possible too.
    """
    if not isinstance(state["name"], str) or not all(isinstance(x, str) for x in state["names"]):
        raise ValueError("a name is no text")
    if state["reduce"] not in REDUCTIONS or len(state["forms"]) > MOST_FORMS:
        raise ValueError("the rows are reduced in a way that does not exist, or forms are too many")
    for row in defined_rows(state["definitions"]):
        register(row)
    made = kind(None, state["name"], state["in_axes"], state["reduce"])
    made.names = tuple(state["names"])
    for form in state["forms"]:
        specs = tuple(form["specs"])
        if not specs or not isinstance(specs[-1], Nest) or specs[-1].kind != "dict":
            raise ValueError("the keyword arguments are missing")
        made._forms[specs] = _paths(specs, form["paths"], state["name"])
    return made


def _paths(specs: tuple[Any, ...], data: list[Any], name: str) -> Paths:
    """The recordings for one form."""
    paths = Paths(None, specs, name)
    for each in data:
        recording = restore(each, each["spec"], name)
        if len(recording.tape.inputs) != sum(size(spec) for spec in specs):
            raise ValueError("the inputs do not fit the form of the arguments")
        paths.add(Path(recording, specs))
    outcomes = sorted(path.outcomes for path in paths.all)
    if not outcomes or len(outcomes) > MOST_PATHS:
        raise ValueError("a form has no path, or too many")
    if any(one == other[: len(one)] for one, other in pairwise(outcomes)):
        raise ValueError("two paths give the same answers")
    return paths


# ---- pickle --------------------------------------------------------------------------------------


def reduce_program(program: Any) -> Any:
    """What pickle stores of a program."""
    return _restored, (type(program), _state(program))


# ---- files ---------------------------------------------------------------------------------------


def save(program: Any, path: str | os.PathLike[str]) -> None:
    """Write a program to a JSON file; see `Program.save`."""
    state = _state(program)
    try:
        state["in_axes"] = encode_axes(state["in_axes"])
        for form in state["forms"]:
            form["specs"] = [encode_spec(spec) for spec in form["specs"]]
            for each in form["paths"]:
                each["spec"] = encode_spec(each["spec"])
                each["inputs"] = [_to_json(x) for x in each["inputs"]]
                each["constants"] = [_to_json(x) for x in each["constants"]]
        text = _text(state)
    except ValueError as error:
        raise WrongType(
            f"{program.__name__} cannot be saved: {error}.",
            remedy="pickle the program, or hand over a traced number instead",
        ) from None
    mark = hashlib.sha256(text.encode()).hexdigest()
    whole = f'{{"chainrule":{FORMAT},"sha256":"{mark}","program":{text}}}'
    write_atomically(path, whole.encode())


def _text(state: Any) -> str:
    return json.dumps(state, allow_nan=False, separators=(",", ":"))


def _to_json(x: float) -> Any:
    return repr(x) if x - x != 0.0 else x  # JSON has no nan and no inf


def _from_json(x: Any) -> Any:
    return float(x) if x in ("nan", "inf", "-inf") else x


def load(kind: Any, path: str | os.PathLike[str]) -> Any:
    """Read what `save` wrote; see `Program.load`."""
    try:
        content = json.loads(FilePath(path).read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(f"{os.fspath(path)!r} cannot be read: {reason}.") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{os.fspath(path)!r} is no saved program: {error}.") from None
    try:
        return _restored(kind, _checked(content))
    except (
        LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
        ChainruleError,
    ) as error:  # fmt: skip
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        text = f"{os.fspath(path)!r} is no program that save() wrote whole: {what.splitlines()[0]}"
        raise FileError(text.rstrip(".") + ".") from None


def _checked(content: Any) -> dict[str, Any]:
    """The state in a file."""
    if type(content) is not dict or content["chainrule"] != FORMAT:
        known = content.get("chainrule") if type(content) is dict else None
        raise ValueError(f"format {known!r} is not known; this version reads {FORMAT}")
    state: dict[str, Any] = content["program"]
    if content["sha256"] != hashlib.sha256(_text(state).encode()).hexdigest():
        raise ValueError("it was changed since")
    state["in_axes"] = decode_axes(state["in_axes"])
    for form in state["forms"]:
        form["specs"] = [decode_spec(spec) for spec in form["specs"]]
        for each in form["paths"]:
            each["spec"] = decode_spec(each["spec"])
            each["inputs"] = [_from_json(x) for x in each["inputs"]]
            each["constants"] = [_from_json(x) for x in each["constants"]]
    return state
