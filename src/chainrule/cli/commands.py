"""The commands of `chainrule`, such as `chainrule tour` and `chainrule check`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from .. import __version__
from ..errors import ChoiceError
from .course_command import (
    course,
    no_browser_option,
    port_option,
    pyodide_option,
    write_pages,
)
from .grade_command import grade
from .group import Commands

F = TypeVar("F", bound=Callable[..., Any])


def expression_command(function: Callable[..., None]) -> click.Command:
    """Make a command that takes an expression and a number for each name in it."""
    numbers = click.argument("numbers", nargs=-1, metavar="[NAME=NUMBER]...")
    return main.command()(click.argument("expression")(numbers(function)))


def text_option(*names: str, default: str, metavar: str, help: str) -> Callable[[F], F]:
    """Make an option whose help shows its default."""
    return click.option(*names, default=default, show_default=True, metavar=metavar, help=help)


rankdir_option = text_option(
    "--rankdir",
    default="LR",
    metavar="DIRECTION",
    help="LR (left to right), RL, TB (top to bottom) or BT.",
)
backward_option = click.option(
    "--backward/--no-backward", default=True, show_default=True, help="Compute the gradients."
)


def _graph(expression: str, numbers: tuple[str, ...], backward: bool = False) -> Any:
    from .expression import build, read_numbers

    root = build(expression, read_numbers(numbers))
    if backward:
        root.backward()
    return root


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="chainrule", message="%(prog)s %(version)s")
def main() -> None:
    """Backpropagation you can read, see, check and run at native speed.

    \b
    To begin, try one of these:
      chainrule tour
      chainrule draw "(a*b + c)*f" a=2 b=-3 c=10 f=-2

    chainrule COMMAND --help explains a command and its options.
    """


@main.command()
@text_option(
    "-o", "--output", default="chainrule-tour", metavar="FOLDER",
    help="The folder for the pictures and the page.",
)  # fmt: skip
@click.option("--quick", is_flag=True, help="Save time: no PNG files, no PyTorch, fewer steps.")
@click.option("--list", "lists", is_flag=True, help="List the chapters.")
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser; print nothing.")
@click.option("--pager/--no-pager", default=True, help="Page the text in a terminal.")
@click.argument("chapter", required=False)
def tour(
    chapter: str | None, output: str, quick: bool, lists: bool, opens: bool, pager: bool
) -> None:
    """Walk through backpropagation, from a slope to a trained network.

    Prints all chapters, or only CHAPTER, such as 3. Writes the pictures and, with all chapters, a
    page for the browser, index.html, in which the graphs can be stepped through.

    In a terminal the text is paged by the program that PAGER names, or by less.
    """
    from ..tour import chapter_number, contents, open_page, walk

    number = None if chapter is None else chapter_number(chapter)
    if lists:
        click.echo("\n".join(contents()))
    elif opens:
        open_page(output, chapter=number, quick=quick)
    else:
        walk(output, chapter=number, quick=quick, pager=pager)


@expression_command
@click.option(
    "-o", "--output", metavar="FILE", help="Write to this file; its ending says the format."
)
@click.option(
    "--format", "format_", metavar="FORMAT", help="svg, png, pdf, txt or dot; without -o, print it."
)
@rankdir_option
@backward_option
@click.option("--local", is_flag=True, help="Write the local derivative on each line (not in txt).")
def draw(
    expression: str, numbers: tuple[str, ...], output: str | None, format_: str | None,
    rankdir: str, backward: bool, local: bool,
) -> None:  # fmt: skip
    """Draw the graph of an expression, in the terminal or to a file.

    \b
    chainrule draw "L = (a*b + c)*f" a=2 b=-3 c=10 f=-2
    chainrule draw "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2 -o L.svg

    Give every name a number. Write powers as **. Functions such as tanh, exp and relu can be
    called; semicolons separate steps, and each step may have a name.
    """
    from ..drawing import draw_dot
    from ..files import write_atomically

    kind = _format_of_drawing(format_, output)
    root = _graph(expression, numbers, backward)
    drawing = draw_dot(root, format=kind, rankdir=rankdir, show_local=local)
    content = drawing.pipe()
    assert isinstance(content, bytes)
    if output:
        write_atomically(output, content)
        click.echo(f"Written to {output}.")
    else:
        click.echo(content if format_ else str(drawing), nl=not format_)


def _format_of_drawing(format_: str | None, output: str | None) -> str:
    """Return the format that --format or the ending of the file names."""
    from ..drawing.formats.registry import FORMATS
    from ..drawing.options import ending, format_of, format_of_file

    if not output:
        kind = format_of(format_ or "txt")
        if not FORMATS[kind].is_text and sys.stdout.isatty():
            raise ChoiceError(
                f"{kind} is a binary format, which a terminal cannot show.",
                remedy=f"write it to a file: -o graph.{kind}",
            )
        return kind
    if not format_:
        return format_of_file(output)
    kind, word = format_of(format_), ending(output)
    if word and FORMATS[word] is not FORMATS[kind]:
        raise ChoiceError(
            f"--format says {kind}, but the file {output!r} ends in .{word}.",
            remedy=f"leave out --format, or end the name in .{kind}",
        )
    return kind


@expression_command
@click.option(
    "--wrt", multiple=True, metavar="NAME", help="Explain only this name; can be repeated."
)
@text_option(
    "--format", "format_", default="text", metavar="FORMAT", help="text, markdown, latex or html."
)
@click.option("--full", is_flag=True, help="Show all of a long explanation.")
def explain(
    expression: str, numbers: tuple[str, ...], wrt: tuple[str, ...], format_: str, full: bool
) -> None:
    """Explain each gradient of an expression by the chain rule.

    \b
    chainrule explain "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2
    chainrule explain "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2 --wrt a
    """
    from .. import explain as explain_graph
    from ..drawing.options import chosen
    from ..explanation.formats import FORMATS
    from ..graph.traversal import postorder

    kind = chosen(format_.lower(), FORMATS, "format")
    root = _graph(expression, numbers)
    nodes = {node.label: node for node in postorder(root) if node.label != ""}
    for name in wrt:
        if name not in nodes:
            labels = ", ".join(map(repr, nodes)) or "none"
            raise ChoiceError(
                f"the expression has no {name!r}; it has {labels}.",
                remedy=f"name one of these: --wrt {next(iter(nodes))}" if nodes else "",
            )
    explanation = explain_graph(root, [nodes[name] for name in wrt] or None)
    if full:
        explanation = explanation.full()
    if kind == "text":
        columns = shutil.get_terminal_size((100, 24)).columns
        click.echo(explanation.text(max(60, min(100, columns))))
    else:
        click.echo(getattr(explanation, kind)().rstrip("\n"))


@main.command()
@click.argument("target", metavar="FILE.py:FUNCTION")
@click.argument("numbers", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option("--html", is_flag=True, help="Print an HTML table instead of text.")
def check(target: str, numbers: tuple[str, ...], html: bool) -> None:
    """Check the gradients of a function in your file.

    Each argument is moved a little, and the change of the result is compared with the gradient.

    \b
    chainrule check model.py:loss w=0.5 b=-1
    chainrule check model.py:distance xs=1,2,3 k=2
    chainrule check value.py:Value

    FUNCTION may also be a class like micrograd's Value, which is tested operation by operation,
    or a Value, whose whole graph is checked. The file is imported, so its code RUNS as with
    python FILE.py, except for what is under if __name__ == "__main__".

    Ends with exit status 1 if something is wrong or the file cannot be imported, and with 2 if
    the command is mistyped.
    """
    from .checking import check_in_file
    from .expression import read_arguments

    result = check_in_file(target, read_arguments(numbers))
    click.echo(result._repr_html_() if html else str(result))
    if not result.ok:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("target", metavar="FILE.py:FUNCTION")
@click.argument("numbers", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option("--html", is_flag=True, help="Print an HTML table instead of text.")
def diagnose(target: str, numbers: tuple[str, ...], html: bool) -> None:
    """Find the first nan, infinity or lost gradient in a function in your file.

    Says what to do about it, with code to paste where other code gives the right number.

    \b
    chainrule diagnose model.py:loss z=-800
    chainrule diagnose model.py:distance xs=0,0

    FUNCTION may also be a Value, whose whole graph is diagnosed. The file is imported, so its code
    RUNS as with python FILE.py, except for what is under if __name__ == "__main__".

    Ends with exit status 1 if something is wrong or the file cannot be imported, and with 2 if
    the command is mistyped.
    """
    from .checking import diagnose_in_file
    from .expression import read_arguments

    result = diagnose_in_file(target, read_arguments(numbers))
    click.echo(result._repr_html_() if html else str(result))
    if not result.ok:
        raise click.exceptions.Exit(1)


@expression_command
@text_option("-o", "--output", default="graph.html", metavar="FILE", help="The file for the page.")
@rankdir_option
@text_option("--theme", default="auto", metavar="THEME", help="auto, light or dark.")
@backward_option
def show(
    expression: str, numbers: tuple[str, ...], output: str, rankdir: str, theme: str, backward: bool
) -> None:
    """Write the graph of an expression as an interactive page.

    The page is a single file and needs no internet; open it in a browser.

    \b
    chainrule show "d = a*b + c; L = d*f" a=2 b=-3 c=10 f=-2 -o L.html
    """
    from .. import show as show_graph

    if not output.lower().endswith((".html", ".htm")):
        raise ChoiceError(
            f"show writes an HTML page, but {output!r} does not end in .html.",
            remedy="end the name in .html; chainrule draw writes other formats",
        )
    root = _graph(expression, numbers, backward)
    show_graph(root, rankdir=rankdir, theme=theme).save(output)
    click.echo(f"Written to {output}.")


@main.command()
def doctor() -> None:
    """Report what is installed and what is missing.

    Says whether the compiled engine runs, and how to install what is missing.
    """
    from .doctor import report

    click.echo("\n".join(report()))


@main.command()
@port_option
@no_browser_option
@click.option(
    "--export",
    "folder",
    metavar="FOLDER",
    help="Write the page to this folder instead, for any web server.",
)
@pyodide_option
@click.option("--language", metavar="CODE", help="The initial language of both pages: en or de.")
def play(
    port: int, no_browser: bool, folder: str | None, pyodide: str | None, language: str | None
) -> None:
    """Type an expression, drag its inputs, and watch values and gradients follow.

    Serves a page on this machine, for this machine only, until Ctrl+C.

    \b
    chainrule play
    chainrule play --export lesson/

    The exported pages are the playground and the course. The playground has the examples, whose
    numbers you can drag; with Pyodide you can also type expressions.
    """
    from ..playground.words import require_language

    require_language(language)
    if write_pages(folder, "playground", pyodide, language=language):
        return
    from ..course.server import wing
    from ..playground.server import serve

    kept = wing(language=language)
    serve(port, opens_browser=not no_browser, wing=kept, language=language)


main.add_command(course)
main.add_command(grade)
