"""The view as one HTML file, which needs no other file and reaches no host."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from ...design import token
from ..formats.svg import escape
from ..shapes.palette import FONT

POLICY = (
    "default-src 'none'; script-src 'sha256-{}'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
"""The browser may run this one script, identified by its hash, and nothing else."""

START = """
mount(
  document.getElementById("view"),
  JSON.parse(document.getElementById("data").textContent),
  { ...JSON.parse(document.getElementById("settings").textContent), page: true },
);
"""


@functools.cache
def module() -> str:
    """Return the ES module that shows the data."""
    return (Path(__file__).parent / "view.js").read_text(encoding="utf-8")


def data_text(data: Any) -> str:
    """Return data as JSON that is safe inside a page: without `<`, `>` and `&`."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


STYLE = (
    "html,body{margin:0}@media screen{html,body{height:100%;overflow:hidden}#view{height:100%}}"
    f".still{{height:100%;overflow:auto;font:{token('type-3')}/{token('leading')} {FONT};"
    "visibility:hidden;animation:still 0s 1s forwards}.still p{margin:1em}"
    "@keyframes still{to{visibility:visible}}"
)
"""The static picture appears where the script hasn't put the view in its stead after a second: it
doesn't run here, or the browser can't read it."""

SENTENCE = "This picture is static: the view needs JavaScript and a browser from 2023 or later."


def html(data: dict[str, Any], settings: dict[str, Any], still: str) -> str:
    """Return the page.

    Args:
        data: What `scene.snapshot` returns.
        settings: How the view looks at first; `theme` is 'auto', 'light' or 'dark'.
        still: The static picture as SVG.
    """
    script = module() + START
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format(digest)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(data['title'])} · chainrule</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<main id="view"><div class="still"><p>{SENTENCE}</p>\n{still}</div></main>\n'
        f'<script type="application/json" id="data">{data_text(data)}</script>\n'
        f'<script type="application/json" id="settings">{data_text(settings)}</script>\n'
        f'<script type="module">{script}</script>\n</body>\n</html>\n'
    )
