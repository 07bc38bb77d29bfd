"""The command line: `chainrule tour`, `chainrule draw`, `chainrule doctor`."""

from __future__ import annotations

import re
import sys
from typing import IO, Any

import click

from . import __version__
from .errors import ChainruleError, ChoiceError, FormulaError, NumberError, WrongType

MISUSE = (ChoiceError, FormulaError, NumberError, WrongType)
"""These end with exit status 2; everything else, such as a full disk, with 1."""


class Failure(click.ClickException):
    """An error of this package, shown as one message and without a traceback."""

    def __init__(self, error: ChainruleError) -> None:
        # At the command line no source line of the user's own can be to blame.
        super().__init__(re.sub(r"\s*made at .*", "", str(error)))


class Misuse(Failure):
    """What was typed is wrong."""

    exit_code = 2


class Commands(click.Group):
    """A group whose commands may raise this package's errors."""

    def invoke(self, ctx: click.Context) -> Any:
        _allow_any_character(sys.stdout, sys.stderr)
        try:
            return super().invoke(ctx)
        except ChainruleError as error:
            raise (Misuse if isinstance(error, MISUSE) else Failure)(error) from error


def _allow_any_character(*streams: IO[str]) -> None:
    """Have a terminal that lacks a character show another in its place, instead of failing."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chainrule", message="%(prog)s %(version)s")
def main() -> None:
    """Backpropagation you can read, see, check and run at native speed."""


@main.command()
@click.option(
    "-o",
    "--output",
    default="chainrule-tour",
    show_default=True,
    metavar="FOLDER",
    help="Where the pictures and the page go.",
)
@click.option("--quick", is_flag=True, help="Leave out PNG files, PyTorch and most of the sweep.")
def tour(output: str, quick: bool) -> None:
    """Walk through backpropagation, from a slope to a neuron.

    Prints the walk here, and writes every picture and one page, index.html, that shows it all.
    """
    from .tour import walk

    walk(output, quick=quick)


@main.command()
@click.argument("expression")
@click.argument("numbers", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option("-o", "--output", metavar="FILE", help="Write here; the ending names the format.")
@click.option("--format", "format_", metavar="FORMAT", help="svg, png, pdf, txt or dot.")
@click.option("--rankdir", default="LR", show_default=True, help="LR, RL, TB or BT.")
@click.option(
    "--backward/--no-backward", default=True, show_default=True, help="Compute the gradients."
)
@click.option("--local", is_flag=True, help="Write the local derivative on each edge.")
def draw(
    expression: str,
    numbers: tuple[str, ...],
    output: str | None,
    format_: str | None,
    rankdir: str,
    backward: bool,
    local: bool,
) -> None:
    """Draw the graph of an expression, here or into a file.

    \b
    chainrule draw "L = (a*b + c)*f" a=2 b=-3 c=10 f=-2
    chainrule draw "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2 -o L.svg

    The functions are those of the package, such as tanh, exp and relu.
    """
    from .drawing import draw_dot
    from .expression import build, given_numbers
    from .files import write_atomically

    root = build(expression, given_numbers(numbers))
    if backward:
        root.backward()
    drawing = draw_dot(root, format=format_ or "txt", rankdir=rankdir, show_local=local)
    if output and format_:
        content = drawing.pipe(format_)
        assert isinstance(content, bytes)
        write_atomically(output, content)
    elif output:
        drawing.save(output)
    elif format_:
        click.echo(drawing.pipe(format_), nl=False)
    else:
        click.echo(str(drawing))
    if output:
        click.echo(f"Written to {output}.")


@main.command()
def doctor() -> None:
    """Say which engine runs, what is installed, and what to do where something is missing."""
    from .doctor import report

    for line in report():
        click.echo(line)
