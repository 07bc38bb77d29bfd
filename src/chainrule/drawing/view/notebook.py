"""The view in a notebook: a widget if one is sure to work, else a page in a frame."""

from __future__ import annotations

import functools
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ...errors import MissingExtra
from ..formats.svg import escape
from .page import data_text, module

FETCHING = ("VSCODE_PID", "VSCODE_CWD", "VSCODE_IPC_HOOK", "COLAB_RELEASE_TAG")
"""Marks of the front ends that fetch a widget's code from another host."""


def prefers_widget() -> bool:
    """Whether a widget is sure to work here: anywidget is installed, and the front end doesn't
    fetch a widget's code from another host."""
    if "google.colab" in sys.modules or any(name in os.environ for name in FETCHING):
        return False
    return "ipykernel" in sys.modules and find_spec("anywidget") is not None


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


def frame(page: str, height: int, title: str) -> str:
    """Return a frame that holds a whole page. The page can run its own script in it, but cannot
    reach the notebook around it."""
    return (
        f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts" title="{escape(title)}" '
        f'style="width:100%;height:{height}px;border:1px solid #8883;border-radius:6px;'
        'display:block"></iframe>'
    )
