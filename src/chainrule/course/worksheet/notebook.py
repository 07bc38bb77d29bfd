"""A worksheet as a Jupyter notebook.

The answers are in the last cell, whose tag is KEY, so that `jupyter nbconvert` can leave it out.
"""

from __future__ import annotations

import json
from typing import Any

from .questions import Worksheet

KEY = "key"


def content(sheet: Worksheet) -> bytes:
    """Return a worksheet and its answer key."""
    cells = [_cell("title", f"# {sheet.title}\n\n{sheet.goal} {sheet.name}.\n\n{sheet.student}")]
    for number, each in enumerate(sheet.questions, 1):
        words = [f"## {number}. {each.title}", f"```\n{each.graph}\n```", each.words]
        cells += [_cell(f"question-{number}", "\n\n".join(words))]
        cells += [_cell(f"answer-{number}", sheet.answer)]
    rows = [f"{number}. {each.answer}" for number, each in enumerate(sheet.questions, 1)]
    cells.append(_cell(KEY, f"# {sheet.key}\n\n" + "\n".join(rows), tags=[KEY]))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode()


def _cell(name: str, text: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": text}
