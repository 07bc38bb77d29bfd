"""The command `chainrule course`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import ChoiceError

if TYPE_CHECKING:
    from ..course.lesson import Lesson


class Port(click.IntRange):
    name = "port number"
    """What messages and the help call it."""


port_option = click.option(
    "--port",
    type=Port(0, 65535),
    default=8753,
    show_default=True,
    help="The port on 127.0.0.1; 0 chooses one that is free.",
)
no_browser_option = click.option("--no-browser", is_flag=True, help="Only print the address.")
pyodide_option = click.option(
    "--pyodide",
    metavar="FOLDER",
    help="Export Python too, from Pyodide's folder, such as node_modules/pyodide.",
)


def write_pages(
    folder: str | None,
    first: str,
    pyodide: str | None,
    own: Mapping[str, Lesson] | None = None,
    language: str | None = None,
) -> bool:
    """Export both pages if a folder is named; return whether that was so."""
    if folder is None:
        if pyodide is not None:
            raise ChoiceError("--pyodide needs --export.", remedy="add --export FOLDER")
        return False
    from ..course.export import export, report

    click.echo(report(export(folder, first, own, pyodide, language), pyodide))
    return True


@click.command()
@port_option
@no_browser_option
@click.option(
    "--export",
    "folder",
    metavar="FOLDER",
    help="Write the course to this folder instead, for any web server.",
)
@pyodide_option
@click.option("--lesson", "lessons", multiple=True, metavar="FILE", help="Add a lesson in front.")
@click.option(
    "--language",
    metavar="CODE",
    help="The initial language of both pages, or that of a worksheet: en or de.",
)
@click.option("--check", "checked", metavar="FILE", help="Report every fault of a lesson.")
@click.option(
    "--worksheet",
    type=click.IntRange(min=1),
    metavar="N",
    help="Write the questions of lesson N with other numbers, and their answers.",
)
@click.option("--seed", default=1, show_default=True, help="Chooses the numbers of a worksheet.")
@click.option("--out", metavar="FILE", help="The worksheet's file: .md, .html, .ipynb or .pdf.")
def course(
    port: int, no_browser: bool, folder: str | None, pyodide: str | None, lessons: tuple[str, ...],
    checked: str | None, worksheet: int | None, seed: int, out: str | None, language: str | None,
) -> None:  # fmt: skip
    """Learn backpropagation by doing it: short lessons, tasks, and mistakes to repair.

    Serves a page on this machine, for this machine only, until Ctrl+C.

    \b
    chainrule course
    chainrule course --export course/
    chainrule course --check lesson.toml
    chainrule course --lesson lesson.toml
    chainrule course --worksheet 4 --seed 7 --out sheet.md

    The exported pages are the course and the playground. With Pyodide they judge code and read
    expressions as the served pages do.
    """
    if checked is not None:
        from ..course.shelf import check

        click.echo(check(Path(checked)))
        return
    from ..course.server import own_lessons, wing, write_worksheet
    from ..playground.server import serve
    from ..playground.words import require_language

    require_language(language)
    own = own_lessons(lessons)
    if worksheet is not None:
        click.echo(f"Written to {write_worksheet(worksheet, seed, out, own, language)}.")
    elif not write_pages(folder, "course", pyodide, own, language):
        kept = wing(own, language)
        serve(
            port, opens_browser=not no_browser, wing=kept, path="course", what="The course",
            language=language,
        )  # fmt: skip
