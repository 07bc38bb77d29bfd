"""The command line: `chainrule tour`, `chainrule draw`, `chainrule doctor`."""

from __future__ import annotations

import re
import sys
from typing import IO, Any

import click

from .. import __version__
from ..errors import ChainruleError, ChoiceError, FormulaError, NumberError, WrongType

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
    from ..tour import walk

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
    from ..drawing import draw_dot
    from ..files import write_atomically
    from .expression import build, given_numbers

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
@click.argument("expression")
@click.argument("numbers", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option("--wrt", multiple=True, metavar="NAME", help="Explain only this one; repeatable.")
@click.option(
    "--format",
    "format_",
    default="text",
    show_default=True,
    metavar="FORMAT",
    help="text, markdown, latex or html.",
)
@click.option("--full", is_flag=True, help="Leave nothing out of a long explanation.")
def explain(
    expression: str, numbers: tuple[str, ...], wrt: tuple[str, ...], format_: str, full: bool
) -> None:
    """Explain how each gradient of an expression comes about, by the chain rule.

    \b
    chainrule explain "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2
    chainrule explain "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2 --wrt a
    """
    import shutil

    from ..explanation import explain as explained
    from ..graph.traversal import postorder
    from .expression import build, given_numbers

    formats = ("text", "markdown", "latex", "html")
    if format_.lower() not in formats:
        known = ", ".join(map(repr, formats))
        raise ChoiceError(f"the format has to be one of {known}, got {format_!r}.")
    root = build(expression, given_numbers(numbers))
    named = {node.label: node for node in postorder(root) if node.label != ""}
    for name in wrt:
        if name not in named:
            known = ", ".join(map(repr, named)) or "none"
            raise ChoiceError(f"the expression has no {name!r}; it has {known}.")
    explanation = explained(root, [named[name] for name in wrt] or None)
    if full:
        explanation = explanation.full()
    if format_.lower() == "text":
        columns = shutil.get_terminal_size((100, 24)).columns
        click.echo(explanation.text(max(60, min(100, columns))))
    else:
        click.echo(getattr(explanation, format_.lower())().rstrip("\n"))


@main.command()
@click.argument("place", metavar="FILE.py:FUNCTION")
@click.argument("numbers", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option("--html", is_flag=True, help="Print an HTML table instead of text.")
def check(place: str, numbers: tuple[str, ...], html: bool) -> None:
    """Check the gradient of a function in a file of yours, by nudging its arguments.

    \b
    chainrule check model.py:loss w=0.5 b=-1
    chainrule check model.py:distance xs=1,2,3 k=2
    chainrule check value.py:Value

    The file is imported: its code RUNS, as python FILE.py would run it, but for what stands below
    if __name__ == "__main__". A class is examined like micrograd's Value; a Value is checked with
    the graph below it. Ends with exit status 1 where something is wrong.
    """
    from .expression import given_numbers
    from .user_file import check_in_file

    given: dict[str, Any] = {}
    for text in numbers:
        name, _, digits = text.partition("=")
        parts = [given_numbers([f"{name}={part}"]) for part in digits.split(",") if part.strip()]
        several = [x for part in parts for x in part.values()]
        given_numbers([*(f"{known}=0" for known in given), f"{name}=0"])  # no name twice
        given[name.strip()] = several if "," in digits else given_numbers([text])[name.strip()]
    result = check_in_file(place, given)
    click.echo(result._repr_html_() if html else str(result))
    if not result.ok:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("expression")
@click.argument("numbers", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option(
    "-o",
    "--output",
    default="graph.html",
    show_default=True,
    metavar="FILE",
    help="Write the page here.",
)
@click.option("--rankdir", default="LR", show_default=True, help="LR, RL, TB or BT.")
@click.option("--theme", default="auto", show_default=True, help="auto, light or dark.")
@click.option(
    "--backward/--no-backward", default=True, show_default=True, help="Compute the gradients."
)
def show(
    expression: str,
    numbers: tuple[str, ...],
    output: str,
    rankdir: str,
    theme: str,
    backward: bool,
) -> None:
    """Write the graph of an expression as a page to look around in, one file for a browser.

    \b
    chainrule show "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2 -o L.html
    """
    from ..drawing import show as shown
    from .expression import build, given_numbers

    if not output.lower().endswith((".html", ".htm")):
        raise ChoiceError(
            f"show writes a page of HTML, but {output!r} does not end in .html.",
            remedy="end the name in .html; chainrule draw writes svg, png, pdf, txt and dot",
        )
    root = build(expression, given_numbers(numbers))
    if backward:
        root.backward()
    shown(root, rankdir=rankdir, theme=theme).save(output)
    click.echo(f"Written to {output}.")


@main.command()
def doctor() -> None:
    """Say which engine runs, what is installed, and what to do where something is missing."""
    from .doctor import report

    for line in report():
        click.echo(line)
