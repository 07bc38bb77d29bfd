"""Checkpoints: files from which a killed training continues, with the same numbers."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import DataError, FileError, ShapeError
from ...numerals import format_short
from ..saving import OURS, path_of, read_arrays, write_arrays
from ..state import load_state_dict, state_dict
from .fingerprint import first_difference, samples_of

if TYPE_CHECKING:
    from ..state import State
    from .run import Run

SHARE = 0.05
"""The share of the time that writing checkpoints may take."""


REMEDY = "call fit with the same arguments to continue, or delete the file to start again"


class Checkpoint:
    """The file of a training; it is written at once, and then as often as `SHARE` allows.

    Args:
        path: The file.
        settings: What has to be the same for a training to go on from it.
        run: The training, which goes on from the file if it exists.

    Raises:
        FileError: The file can't be read, is damaged, or isn't a checkpoint.
        ShapeError: It is of another model.
        DataError: It is of another training.
    """

    def __init__(self, path: str | os.PathLike[str], settings: Mapping[str, Any], run: Run) -> None:
        self.path, self._settings = Path(path_of(path)), dict(settings)
        self._next = 0.0
        if self.path.exists():
            self._read(run)
        self._samples = samples_of(run.objective, run.rows, run.initial)

    def is_due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() >= self._next

    def write(self, run: Run, state: Mapping[str, Any]) -> None:
        """Write a state of a training and the numbers of its parameters, whole or not at all.

        Raises:
            FileError: The file can't be written.
        """
        began = time.monotonic()
        run.objective.write()
        arrays = {name: x for name, x in state.items() if hasattr(x, "dtype")}
        texts = {name: x for name, x in state.items() if name not in arrays}
        write_arrays(
            self.path,
            {**state_dict(run.objective.model), **{OURS + name: x for name, x in arrays.items()}},
            {"fit": _text({"settings": self._settings, "samples": self._samples, **texts})},
        )
        self._next = time.monotonic() + (time.monotonic() - began) / SHARE

    def _read(self, run: Run) -> None:
        arrays, texts = read_arrays(self.path)
        if "fit" not in texts:
            raise FileError(
                f"{os.fspath(self.path)!r} isn't a checkpoint of fit.",
                remedy="choose another file; chainrule.nn.load(model, path) reads its parameters",
            )
        model = run.objective.model
        before = state_dict(model)
        try:
            self._restore(run, arrays, json.loads(texts["fit"]))
        except Exception:
            load_state_dict(model, before)
            raise

    def _restore(self, run: Run, arrays: State, state: dict[str, Any]) -> None:
        parameters = {name: x for name, x in arrays.items() if not name.startswith(OURS)}
        try:
            load_state_dict(run.objective.model, parameters)
        except ShapeError as error:
            first = str(error).partition("\n")[0].replace("the state", "the file")
            raise ShapeError(
                f"{os.fspath(self.path)!r} is another model's checkpoint: {first}", remedy=REMEDY
            ) from None
        self._compare(state.pop("settings"))
        self._compare_samples(run, state.pop("samples"), arrays[OURS + "initial"])
        self._check_length(state["position"]["epoch"], run.plan.epochs)
        own = {name.removeprefix(OURS): x for name, x in arrays.items() if name.startswith(OURS)}
        run.restore({**state, **own})

    def _compare(self, settings: Mapping[str, Any]) -> None:
        """Refuse the settings of another training."""
        for name, mine in json.loads(_text(self._settings)).items():
            theirs = settings.get(name)
            if theirs != mine:
                what = f"{name} differ" if " " in name else f"{name}={theirs!r}, but now {mine!r}"
                raise self._another(what)

    def _compare_samples(self, run: Run, theirs: Mapping[str, list[float]], initial: Any) -> None:
        """Refuse a training whose model, loss or penalty computes something else."""
        difference = first_difference(samples_of(run.objective, run.rows, initial), theirs)
        if difference:
            name, before, now = difference
            raise self._another(
                f"for the same parameters {name} gave {format_short(before)}, but now gives "
                f"{format_short(now)}"
            )

    def _another(self, what: str) -> DataError:
        return DataError(
            f"{os.fspath(self.path)!r} is the checkpoint of another training: {what}.",
            remedy=REMEDY,
        )

    def _check_length(self, done: int, epochs: int) -> None:
        if done > epochs:
            raise DataError(
                f"{os.fspath(self.path)!r} has {done} epochs already, but epochs={epochs}.",
                remedy=f"pass epochs={done} or more, which is the total, or delete the file",
            )


def _text(x: Any) -> str:
    """JSON, in which the numbers of NumPy are numbers, too."""
    return json.dumps(x, default=float)


def seed_of(path: str | os.PathLike[str]) -> int | None:
    """The seed in a checkpoint, or None without a checkpoint."""
    if not Path(path_of(path)).exists():
        return None
    texts = read_arrays(path).texts
    return int(json.loads(texts["fit"])["settings"]["seed"]) if "fit" in texts else None
