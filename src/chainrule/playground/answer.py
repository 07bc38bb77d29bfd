"""What the page is told about a program: its graph, laid out, and its lines as code to copy."""

from __future__ import annotations

from typing import Any

from ..drawing.view import scene
from ..engine.twin import Value
from ..errors import ChainruleError, FormulaError
from ..graph.expression import compute
from ..graph.lines import MOST_NODES
from ..graph.traversal import postorder
from . import code
from .program import Program, read


def answer(text: str) -> dict[str, Any]:
    """Return what the page shows for a program.

    Args:
        text: What was typed.

    Returns:
        `text` itself; `graph`, what `scene.snapshot` returns; `root`, the name of the result;
        `inputs`, each with its name; and `lines`, each with its name and its expression in Python,
        PyTorch and LaTeX. `lacking` is a function that PyTorch lacks, or "".

    Raises:
        FormulaError: The text isn't a program, or it is too large.
        DomainError: An operation has no real result at the numbers of the program.

    Example:
        >>> answer("tanh(w*x)")["inputs"]
        [{'name': 'w', 'latex': 'w'}, {'name': 'x', 'latex': 'x'}]
    """
    program = read(text)
    root, _ = build(program)
    root.backward()
    known = [*program.starts, *(each.name for each in program.statements)]
    lines = []
    lacking = ""
    for name, source in ((each.name, each.source) for each in program.statements):
        torch, missing = code.torch(source, known)
        lacking = lacking or missing
        texts = {"python": code.python(source, known), "torch": torch, "latex": code.latex(source)}
        lines.append({"name": name, "latexName": code.latex_name(name), **texts})
    return {
        "text": text,
        "graph": scene.snapshot(root, "LR", True, MOST_NODES),
        "root": program.root,
        "inputs": [{"name": name, "latex": code.latex_name(name)} for name in program.starts],
        "lines": lines,
        "lacking": lacking,
    }


def build(program: Program) -> tuple[Any, dict[str, Any]]:
    """Return the root of a program's graph, and the node that each name stands for.

    Raises:
        FormulaError: The graph is too large.
        DomainError: An operation has no real result.
    """
    known = {name: Value(x, label=name) for name, x in program.starts.items()}
    for name, source, line in ((each.name, each.source, each.line) for each in program.statements):
        try:
            node, _ = compute(source, known, f"line {line}")
        except FormulaError:
            raise
        except ChainruleError as error:
            raise _in_line(line, error) from None
        node.label = node.label or name
        known[name] = node
    root = known[program.root]
    count = len(postorder(root))
    if count > MOST_NODES:
        raise FormulaError(
            f"this graph has {count:,} nodes; the playground shows {MOST_NODES:,}.",
            remedy="show it with chainrule.show",
        )
    return root, known


def _in_line(line: int, error: ChainruleError) -> ChainruleError:
    """Return an error that says in which line it arose."""
    said = refusal(error)
    what, where = said["error"], f"line {line}"
    return type(error)(
        what if what.startswith(where) else f"{where}: {what}", remedy=said["remedy"]
    )


def reply(text: str) -> dict[str, Any]:
    """Return what the page is told about a text: an answer, or what is wrong with it.

    The server and the worker of an exported page both send this.
    """
    try:
        return answer(text)
    except ChainruleError as error:
        return refusal(error)  # while one types, most texts aren't finished


def refusal(error: ChainruleError) -> dict[str, str]:
    """Return an error as the page shows it: what is wrong, and what to do about it."""
    what, *rest = str(error).splitlines()
    remedies = [line.split("remedy", 1)[1].strip() for line in rest if line.startswith("  remedy")]
    return {"error": what, "remedy": remedies[0] if remedies else ""}
