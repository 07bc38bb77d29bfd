"""The examples: each one checks itself, and says in its first lines what it shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import chainrule

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))

SLOW = {"digits", "moons", "pendulum", "tiny_gpt"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_it_finds_what_it_expects(example, run_python, tmp_path):
    """In its short form, which each of them accepts; and with its picture."""
    if example.stem in SLOW and not chainrule.NATIVE:
        pytest.skip(
            "the interpreted engine takes minutes; its training is tested on smaller models"
        )
    source = example.read_text("utf-8")
    picture = tmp_path / "picture.png"
    arguments = ["--quick"]
    arguments += ["--picture", str(picture)] if '"--picture"' in source else []
    assert len(ast.get_docstring(ast.parse(source)) or "") > 100
    assert re.search(r"expected|closed form", run_python(source, *arguments))
    assert '"--picture"' not in source or picture.read_bytes().startswith(b"\x89PNG")


def test_built_in_functions_keep_their_names():
    """What people copy says cr.compile: a bare compile, or one after a star import, is Python's."""
    folder = Path(__file__).parent.parent
    for path in (*EXAMPLES, folder / "README.md", *(folder / "docs").glob("*.md")):
        lines = re.findall("from chainrule import (.*)", path.read_text("utf-8"))
        names = {name.strip() for line in lines for name in line.split(",")}
        assert not names & {"*", "abs", "compile", "max", "min", "pow", "sum"}, path.name


def test_they_are_found():
    assert {path.stem for path in EXAMPLES} >= {*SLOW, "one_neuron", "robot_arm"}
