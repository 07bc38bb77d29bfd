"""`chainrule grade FILE...`: grade files, and write what teacher and students read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ..errors import WrongType
from ..files import write_atomically
from ..verdict.grading.examination import Limits
from ..verdict.grading.grade import GRADED, Grade, grade_files
from ..verdict.grading.guard import what_is_not_limited
from ..verdict.grading.letter import letter
from ..verdict.grading.page import page
from ..verdict.grading.rubric import DEFAULT, Rubric, read_rubric
from ..verdict.result_table import text_table

WIDEST = 70
"""How much of a finding the table shows."""


def read_options(rubric: str | None, seconds: float, megabytes: int) -> tuple[Rubric, Limits]:
    """The rubric and the limits."""
    return read_rubric(Path(rubric)) if rubric else DEFAULT, Limits(seconds, megabytes)


def grade_and_report(
    files: Sequence[str],
    rubric: Rubric,
    *,
    html: str | None,
    texts: str | None,
    as_json: bool,
    engine: str,
    limits: Limits,
    jobs: int | None,
) -> None:
    """Grade the files, print the result and write what was asked for.

    Raises:
        WrongType: No file was named.
        FileError: A file to grade isn't there, or a report cannot be written.
    """
    if not files:
        raise WrongType(
            "a file or a folder to grade is needed.", remedy="name it: chainrule grade FOLDER"
        )

    grades = grade_files(files, rubric, engine=engine, limits=limits, jobs=jobs)
    if html:
        write_atomically(html, page(grades, rubric).encode())
    for grade in grades if texts else ():
        path = Path(texts or "", f"{grade.name.lstrip('/')}.txt")
        write_atomically(path, letter(grade, rubric).encode(), makes_folders=True)
    if as_json:
        total = {"total": rubric.total, "grades": [grade.as_dict() for grade in grades]}
        click.echo(json.dumps(total, indent=2, ensure_ascii=False))
        return
    click.echo(_table(grades, rubric))
    for words in filter(None, (what_is_not_limited(), html and f"Written to {html}.")):
        click.echo(words)
    if texts:
        click.echo(f"The students' texts are in {texts}.")


def _table(grades: Sequence[Grade], rubric: Rubric) -> str:
    headings = ("file", "class", "points", "to fix first")
    rows = [
        (
            grade.name,
            grade.engine or "–",
            f"{grade.points:g}" if grade.status == GRADED else grade.status,
            _cut(grade.headline),
        )
        for grade in grades
    ]
    return text_table(headings, rows, right=(2,)) + f"\n\nPoints are out of {rubric.total:g}."


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
