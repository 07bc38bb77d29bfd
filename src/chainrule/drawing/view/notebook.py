"""The view in a notebook: a page in a frame, or a widget if somebody asks for one."""

from __future__ import annotations

import base64
import functools
from importlib import import_module
from typing import Any

from ...design import token
from ...errors import MissingExtra
from ..formats.svg import escape
from .page import data_text, module


def widget(data: dict[str, Any], settings: dict[str, Any]) -> Any:
    """Return the view as an anywidget.

    Raises:
        MissingExtra: anywidget is not installed.
    """
    return _widget_class()(data=data_text(data), settings=data_text(settings))


@functools.cache
def _widget_class() -> Any:
    try:
        anywidget = import_module("anywidget")
    except ImportError:
        raise MissingExtra("anywidget", "show(..., widget=True)") from None
    traitlets = import_module("traitlets")
    return type(
        "ViewWidget",
        (anywidget.AnyWidget,),
        {
            "_esm": module(),
            "data": traitlets.Unicode("{}").tag(sync=True),
            "settings": traitlets.Unicode("{}").tag(sync=True),
        },
    )


EDGE = f"1px solid {token('plot-grid')};border-radius:{token('radius-2')}"
"""The edge of the frame, on light and dark notebooks."""


ALLOWED = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
"""What the page in the frame may do: run its script, save a file, and open the playground."""


def frame(page: str, height: int, title: str, still: str) -> str:
    """Return a frame that holds a whole page, over a static picture.

    The page can run its own script, but cannot reach the notebook around it. Where a notebook isn't
    trusted the frame is taken out, and the picture is seen.
    """
    picture = base64.b64encode(still.encode()).decode()
    return (
        f'<div style="position:relative;min-height:{height}px">'
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(title)}" '
        'style="max-width:100%">'
        f'<iframe srcdoc="{escape(page)}" sandbox="{ALLOWED}" '
        f'title="{escape(title)}" style="position:absolute;top:0;left:0;box-sizing:border-box;'
        f'width:100%;height:100%;border:{EDGE}"></iframe></div>'
    )
