"""The recordings of a program for given arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...errors import GraphError, ShapeError
from ..derive.results import Task
from ..trace.structure import flat
from .axes import count_rows, one_row
from .paths import Path, Paths
from .rows import Rows

VALUE = Task("value")


class At(NamedTuple):
    """Where arguments lead.

    Attributes:
        paths: The recordings for their form.
        path: The one that is followed at them; of rows by the first one.
        numbers: The numbers in them; of rows those of the first one.
    """

    paths: Paths
    path: Path
    numbers: list[float]


def form_at(program: Any, task: Task, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> At:
    """The recordings for arguments, recorded at them where that is necessary.

    Args:
        program: A program.
        task: What will be computed; a Python int among what is differentiated is a float.
        arguments: Its arguments.
        keywords: Its keyword arguments.

    Raises:
        ShapeError: There is no row.
    """
    specs, leaves = program._taken_apart(task, arguments, keywords)
    if program.in_axes is None:
        inputs = flat(leaves)
        paths = program._paths(specs)
    else:
        axes = program._axes(specs)
        each, rest = iter(axes), iter(leaves)
        rows = [one_row(spec, each, rest, f"argument {place}") for place, spec in enumerate(specs)]
        count = count_rows(leaves, axes)
        if not count:
            raise ShapeError(f"{program.__name__} needs a row to be recorded, but there is none.")
        paths = program._paths(rows)
        replay = Rows(paths, leaves, axes, count, program.reduce)
        replay.run(VALUE)
        inputs = flat(replay._numbers(0))
    path, _ = paths.point(VALUE, inputs)
    return At(paths, path, inputs.tolist())


def recorded_forms(program: Any) -> list[Paths]:
    """The forms that a program has recorded.

    Raises:
        GraphError: There is none yet.
    """
    found = [form for form in list(program._forms.values()) if form.all]
    if not found:
        raise GraphError(
            f"{program.__name__} has recorded nothing yet.",
            remedy="call the program, or hand the arguments over here",
        )
    return found


def latest_form(program: Any) -> At:
    """The last form that a program recorded, at the numbers that it was recorded with.

    Raises:
        GraphError: It has recorded nothing yet.
    """
    paths = recorded_forms(program)[-1]
    tape = paths.all[-1].recording.tape
    return At(paths, paths.all[-1], [tape.value(node) for node in tape.inputs])
