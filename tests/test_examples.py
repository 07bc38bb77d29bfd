"""The examples: each one checks itself, and says in its first lines what it shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_it_finds_what_it_expects(example, run_python):
    source = example.read_text("utf-8")
    assert len(ast.get_docstring(ast.parse(source)) or "") > 100
    assert re.search(r"expected|closed form", run_python(source))


def test_they_are_found():
    assert len(EXAMPLES) >= 4
