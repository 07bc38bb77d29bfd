"""The command `chainrule course`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--check", "checked", metavar="LESSON", help="Report every fault of a lesson.")
def course(checked: str | None) -> None:
    """Learn backpropagation by doing it.

    \b
    chainrule course --check lesson.toml
    """
    from ..course.shelf import check

    if checked is not None:
        click.echo(check(Path(checked)))
