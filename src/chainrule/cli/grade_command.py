"""The command `chainrule grade`."""

from __future__ import annotations

import click


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--html", metavar="REPORT", help="Write a page for the teacher to this file.")
@click.option("--texts", metavar="FOLDER", help="Write feedback for each student to this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--rubric", metavar="FILE", help="Grade by this rubric, a TOML file.")
@click.option(
    "--print-rubric", is_flag=True, help="Print the rubric, so that you can edit it, and exit."
)
@click.option("--class", "engine", default="", metavar="NAME", help="The name of the class.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="How long a file's own code may run; examining its class may take three times that.",
)
@click.option(
    "--megabytes",
    type=click.IntRange(min=256),
    default=2048,
    show_default=True,
    help="How much memory the process of a file may use.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many files run at once.  [default: one for each processor]",
)
def grade(
    files: tuple[str, ...], html: str | None, texts: str | None, as_json: bool, rubric: str | None,
    print_rubric: bool, engine: str, seconds: float, megabytes: int, jobs: int | None,
) -> None:  # fmt: skip
    """Grade files whose authors wrote a class like micrograd's Value.

    FILE is a Python file, a notebook, or a folder of them.

    \b
    chainrule grade submissions/ --html report.html --texts texts/
    chainrule grade anna.py ben.ipynb --json

    Each file RUNS in a process of its own, in a temporary folder, with limits on time and memory.
    This isn't a sandbox: don't grade files whose authors you would not let use your computer.
    """
    from .grading import grade_and_report, read_options

    rules, limits = read_options(rubric, seconds, megabytes)
    if print_rubric:
        click.echo(rules.toml(), nl=False)
        return
    grade_and_report(
        files, rules, html=html, texts=texts, as_json=as_json, engine=engine, limits=limits,
        jobs=jobs,
    )  # fmt: skip
