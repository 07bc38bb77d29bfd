"""The page that compares with JAX: every name that it has is there, on both sides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chainrule

jax = pytest.importorskip("jax")
PAGE = Path(__file__).parents[2] / "docs" / "jax.md"
ROWS = re.findall(r"^\| (.*?) \| (.*?) \| .*? \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
FORMS = ("jnp", "f", "x", "v", "i", "if", "while", "for", "y")


def names(cell):
    """The names in a cell of the table: what is called, or stands alone."""
    for code in re.findall(r"`([^`]*)`", cell):
        if re.fullmatch(r"[\w.]+", code):
            yield code
        else:
            yield from re.findall(r"(?<![\w.\]])([A-Za-z][\w.]*)\(", code)


def is_there(library, name):
    for home in (library, getattr(library, "numpy", None), getattr(library, "lax", None)):
        found = home
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return True
    return False


@pytest.mark.parametrize(("theirs", "ours"), ROWS[1:])
def test_every_name_is_there(theirs, ours):
    import jax.test_util
    import jax.tree_util

    for name in names(theirs):
        short = name.removeprefix("jnp.")
        assert short in FORMS or is_there(jax, short), name
    for name in names(ours):
        short = name.removeprefix("chainrule.")
        if short not in FORMS and short not in ("numpy.random", "set"):
            assert is_there(chainrule, short), name
