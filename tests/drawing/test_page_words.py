"""The sentences of the view in other languages: none is missing, and all are said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainrule.playground.words import sentences

pytestmark = pytest.mark.once

SOURCE = Path(__file__).resolve().parents[2] / "src" / "chainrule"  # not what is installed
VIEW = SOURCE / "drawing" / "view"
TEXT = r'"((?:[^"\\]|\\.)*)"'


def _joined(path: Path) -> str:
    """A source, its long texts in one piece."""
    return re.sub(r'"( \+)?\n\s*"', "", path.read_text("utf-8"))


SCRIPTS = list((VIEW / "js").glob("*.js"))
GENERATED = [VIEW / "generated" / name for name in ("phrases.js", "hints.js")]
OTHERS = [VIEW / "generated" / name for name in ("slips.js", "facts.js")]
SOURCES = "\n".join(map(_joined, [*SCRIPTS, *GENERATED, *OTHERS, SOURCE / "table" / "ops.py"]))


def said() -> set[str]:
    """The sentences that are said for certain: of the scripts, verdicts and hints, and the keys."""
    found = {
        text for path in SCRIPTS for text in re.findall(rf"\bspoken\(\s*{TEXT}", _joined(path))
    }
    for path in GENERATED:
        found |= set(
            re.findall(rf"^ *(?:{TEXT}: )?{TEXT},?$", path.read_text("utf-8"), re.MULTILINE)
        )
    keys = (VIEW / "js" / "keys.js").read_text("utf-8")
    found |= set(re.findall(rf"^  \[{TEXT}, {TEXT}\],$", keys, re.MULTILINE))
    return {text[-1] if isinstance(text, tuple) else text for text in found}


@pytest.mark.parametrize("language", sentences())
def test_no_sentence_is_missing(language):
    """The sentence belongs in drawing/view/strings, under the English one."""
    assert sorted(said() - sentences()[language].keys()) == []


@pytest.mark.parametrize("language", sentences())
def test_every_sentence_is_said_and_keeps_its_gaps(language):
    for english, other in sentences()[language].items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", other)), english
        assert english in SOURCES, english
