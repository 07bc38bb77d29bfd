"""The two documents that this package began with run unchanged, and print what plain Python prints.

They are not part of the repository. CHAINRULE_SEEDS names the folder that holds them; without it
this module has no tests.
"""

from __future__ import annotations

import ast
import contextlib
import io
import math
import os
import re
import sys
import types
from pathlib import Path
from xml.etree import ElementTree

import pytest

FOLDER = os.environ.get("CHAINRULE_SEEDS", "")


def document(number):
    """The text of a document.

    Raises:
        FileNotFoundError: The folder has no such document, or several.
    """
    found = sorted(Path(FOLDER).glob(f"{number:03d}_*.txt"))
    if len(found) != 1:
        raise FileNotFoundError(
            f"CHAINRULE_SEEDS={FOLDER!r} has {len(found)} files {number:03d}_*.txt, not 1"
        )
    return found[0].read_text("utf-8")


def cells(text):
    """The code cells of a notebook as text.

    After `In [None]:` stand code, a blank line, and perhaps prose. Code may have blank lines too,
    so a cell is the longest run of paragraphs that is Python.
    """
    found = []
    for piece in re.split(r"^In \[[^\]]*\]:\s*$", text, flags=re.MULTILINE)[1:]:
        paragraphs = re.split(r"\n[ \t]*(?=\n)", piece)
        for end in range(len(paragraphs), 0, -1):
            code = "\n".join(paragraphs[:end])
            with contextlib.suppress(SyntaxError):
                ast.parse(code)
                found.append(code)
                break
        else:
            raise ValueError(f"no Python at the start of {piece[:60]!r}")
    return found


def blocks(text):
    """The Python blocks of an article as text."""
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def run(code, names):
    """Execute code as a notebook does: the value of a last expression is the result."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return (
        None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    )


def gradients(root):
    """What was written or computed so far, by label."""
    return {n.label: n.grad for n in root._postorder() if n.grad_state != "none"}


class Notebook:
    """A notebook that was run: what it printed, what it drew, and the gradients at each drawing."""

    def __init__(self, text):
        self.code = cells(text)
        self.printed, self.drawings, self.gradients = [], [], []
        names = {"__name__": "__main__"}
        for code in self.code:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                result = run(code, names)
            self.printed += out.getvalue().splitlines()
            drawn = re.findall(r"^draw_dot\((\w+)\)", code, flags=re.MULTILINE)
            if drawn:
                self.drawings.append(result)
                self.gradients.append(gradients(names[drawn[-1]]))


# ---- what plain Python gives, without any Value -------------------------------------------------

BIAS = 6.8812735870195432


def product(a=2, b=-3.0, c=10, f=-2, push=0):
    return (a * b + c + push) * f


def step(h):
    before, after = product(), product(2 + 6 * h, -3.0 + -4 * h, 10 + -2 * h, -2 + 4.0 * h)
    return f"{before} {after} {after - before}"


def neuron(w1=-3.0, w2=1.0, b=BIAS):
    return math.tanh(2.0 * w1 + 0.0 * w2 + b)


def modify(h):
    before, after = neuron(), neuron(-3.0 + h * 1, 1.0 + h * 0, BIAS + h * 0.5)
    return str((before, after, after - before))


def reused(a=-2.0, b=3.0):
    return (a * b) * (a + b)


PRINTED = [
    str((product(f=-2 + 0.01) - product()) / 0.01),
    str((product(push=0.01) - product()) / 0.01),
    step(0.01),
    step(-0.01),
    modify(0.01),
    modify(-0.01),
    str((reused(a=-2.0 + 0.001) - reused()) / 0.001),
    str((reused(b=3.0 + 0.001) - reused()) / 0.001),
]
SLOPE = 1 - neuron() ** 2
SUM, LEFT, RIGHT = "x1w1+x2w2", {"L": 1, "d": -2, "f": 4.0}, {"o": 1.0, "n": SLOPE}
GRADIENTS = [
    {},
    {},
    {"L": 1},
    LEFT,
    LEFT := {**LEFT, "e": -2, "c": -2},
    {**LEFT, "a": 6, "b": -4},
    {},
    {},
    {"o": 1.0},
    RIGHT,
    RIGHT := {**RIGHT, "b": 0.5, SUM: 0.5},
    RIGHT := {**RIGHT, "x2w2": 0.5, "x1w1": 0.5},
    {**RIGHT, "w1": 1, "x1": -1.5, "w2": 0, "x2": 0.5},
    {
        **dict.fromkeys(("n", "b", SUM, "x1w1", "x2w2"), SLOPE),
        **{"o": 1.0, "w1": 2.0 * SLOPE, "x1": -3.0 * SLOPE, "w2": 0.0 * SLOPE, "x2": 1.0 * SLOPE},
    },
    {"f": 1.0, "d": 1.0, "e": -6.0, "a": -3.0, "b": -8.0},
]

SLIPS = {"-2.0000000000131024": "-2.0000000000042206", "-1.9999999999": "-1.9999999999953388"}
"""What the article prints, and what Python prints instead."""


if FOLDER:

    @pytest.fixture(scope="module", params=["value", "interpreted"])
    def notebook(request):
        """The notebook, run with the module `value` as it is, and with the interpreted engine."""
        import matplotlib

        import chainrule.engine.value
        from chainrule import draw_dot

        matplotlib.use("Agg")
        with pytest.MonkeyPatch.context() as patch:
            if request.param == "interpreted":
                stand_in = types.ModuleType("value")
                stand_in.Value, stand_in.draw_dot = chainrule.engine.value.Value, draw_dot
                patch.setitem(sys.modules, "value", stand_in)
            patch.setattr(
                "matplotlib.pyplot.show", lambda: None
            )  # Agg would warn that it shows nothing
            yield Notebook(document(1))
        import matplotlib.pyplot as pyplot

        pyplot.close("all")

    def test_every_cell_of_the_notebook_is_found(notebook):
        text = document(1)
        assert len(notebook.code) == text.count("In [None]:")
        for line in text.splitlines():
            if line.startswith(("draw_dot(", "print(", "from ", "import ", "def ", "plt.")):
                assert any(line in code.splitlines() for code in notebook.code), line
        prose = [
            line for line in text.splitlines() if re.match(r"(Lets|Now|You|Note|do/|dL/)", line)
        ]
        assert prose
        assert not any(line in code.splitlines() for code in notebook.code for line in prose)

    def test_the_notebook_prints_what_plain_python_prints(notebook):
        assert notebook.printed == PRINTED

    def test_every_drawing_of_the_notebook_is_a_picture(notebook):
        from chainrule import Drawing

        assert len(notebook.drawings) == len(
            re.findall(r"^draw_dot\(", document(1), flags=re.MULTILINE)
        )
        for drawing in notebook.drawings:
            assert isinstance(drawing, Drawing)
            svg = drawing._repr_mimebundle_()["image/svg+xml"]
            assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"

    @pytest.mark.parametrize("position", range(len(GRADIENTS)))
    def test_the_gradients_at_each_drawing(notebook, position):
        assert len(notebook.gradients) == len(GRADIENTS)
        found = notebook.gradients[position]
        assert found == GRADIENTS[position]
        if position < 13:  # by hand: what was written is read back, an int as an int
            assert {k: type(x) for k, x in found.items()} == {
                k: type(x) for k, x in GRADIENTS[position].items()
            }

    def test_the_numbers_that_the_article_prints():
        names = {"__name__": "__main__"}
        compared = []
        for code in blocks(document(0)):
            if "torch" in code or "backward" in code:
                continue
            lines = code.split("\n")
            for statement in ast.parse(code).body:
                value = run(ast.unparse(statement), names)
                if isinstance(statement, ast.Assign):
                    value = names[statement.targets[0].id]
                behind = lines[statement.end_lineno] if statement.end_lineno < len(lines) else ""
                printed = re.fullmatch(r"# (-?[\d.]+)", behind)
                if printed:
                    compared.append(printed[1])
                    assert repr(value) == SLIPS.get(printed[1], printed[1])
        assert (
            len(compared) == len(re.findall(r"^# -?[\d.]+$", document(0), flags=re.MULTILINE)) - 1
        )
        assert set(SLIPS) <= set(compared)

    def test_the_slopes_of_the_article_are_those_of_slope():
        from chainrule import Value, slope

        f = run(blocks(document(0))[0], names := {}) or names["f"]
        for x in (2, 6, -2):
            assert f"# {slope(f, x)!r}\n" in document(0)
        assert f"# {slope(f, 0.75, h=0.000000001)!r}\n" in document(0)
        found = slope(lambda a, b, c: a * b + c, 3.0, -2.0, 8.0, h=0.0001)
        assert repr(found[0]) in SLIPS.values()
        assert all(f"# {x!r}\n" in document(0) for x in found[1:])
        a = Value(3.0)
        L = (a * -2.0 + 8.0) * -2.0
        L.backward()
        assert f"# {a.grad!r}\n" in document(0)
