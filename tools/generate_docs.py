"""Write docs/operations.md from the table of derivatives, docs/design.md from the tokens and
docs/numpy.md by trying NumPy's functions; with `--check`, only compare."""

from __future__ import annotations

import sys
from pathlib import Path

import design_page
import numpy as np
import numpy_page

from chainrule.table.ops import TABLE, Op

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "operations.md"
DESIGN_PAGE = ROOT / "docs" / "design.md"
NUMPY_PAGE = ROOT / "docs" / "numpy.md"
HEAD = """\
<!-- Generated from src/chainrule/table/ops.py by tools/generate_docs.py; run `make rules`. -->

# Operations

The table of derivatives. Each operation is a method or an operator of `Value`, and, unless it is
an operator, a function `chainrule.<name>` of numbers, Values and arrays of either; `abs`, `max`,
`min`, `mod` and `pow` are both. `x`, `y` and `z` are the operands in order; `out` is the result.
A program differentiates these same formulas again for second and higher derivatives.

`logsumexp(x, axis=None)` and `softmax(x, axis=None)` are made of these operations. They take lists
and arrays, and don't overflow where `exp` does.

| operation | result | derivative with respect to x | y | z | needs |
|---|---|---|---|---|---|
"""
KINKS = """
## Kinks

At a point without a derivative the gradient is the one PyTorch gives:

| operation | at | derivatives | why |
|---|---|---|---|
"""
RECORDED = """
## Comparisons

In a program, {comparisons} are recorded as conditions. They have the
derivative 0. On Values they compare the data and return a bool, except for `==` and `!=`, which
compare identity.

## Bits

In a program, `& | ^ ~ << >>` on whole numbers are recorded as
{bits}, with the derivative 0. On conditions
`&`, `|`, `^` and `~` mean and, or, exclusive or, and not.
"""


def code(text: str) -> str:
    """A formula as code in a cell of a Markdown table."""
    return f"`{text}`".replace("|", r"\|") if text else ""


def row(op: Op) -> str:
    """The line of one operation."""
    partials = [code(text) for text in op.partials] + [""] * (3 - op.arity)
    return f"| `{op.name}` | {code(op.formula)} | {' | '.join(partials)} | {code(op.domain)} |"


def kinks(op: Op) -> list[str]:
    """The lines of the points where an operation has no derivative."""
    return [
        f"| `{op.name}` | {', '.join(f'{x} = {at:g}' for x, at in zip(op.operands, kink.at))} "
        f"| {', '.join(f'{partial:g}' for partial in kink.partials)} | {kink.why} |"
        for kink in op.kinks
    ]


def page() -> str:
    """The whole page."""
    eager = [op for op in TABLE.values() if op.eager]
    others = [op for op in TABLE.values() if not op.eager]
    comparisons = ", ".join(f"`{op.name}`" for op in others if op.is_condition)
    bits = ", ".join(f"`{op.name}`" for op in others if not op.is_condition)
    lines = [row(op) for op in eager]
    points = [line for op in eager for line in kinks(op)]
    text = HEAD + "\n".join(lines) + "\n" + KINKS + "\n".join(points) + "\n"
    return text + RECORDED.format(comparisons=comparisons, bits=bits)


if __name__ == "__main__":
    pages = {PAGE: page(), DESIGN_PAGE: design_page.page()}
    head = NUMPY_PAGE.read_text(encoding="utf-8") if NUMPY_PAGE.exists() else ""
    is_same_numpy = f"NumPy {np.__version__} " in head
    if "--check" not in sys.argv or is_same_numpy:
        pages[NUMPY_PAGE] = numpy_page.page()
    for path, text in pages.items():
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is out of date; run `make rules`")
