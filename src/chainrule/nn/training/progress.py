"""The bar that shows how far a training is."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from ...errors import MissingExtra, WrongType, shorten
from ...numerals import format_short

INTERVAL = 0.1
"""Seconds between two changes of the bar."""


class Progress:
    """A bar of tqdm over the epochs, with the numbers of the last one.

    Args:
        wanted: True for a bar, False for none; None for one if tqdm is installed and somebody can
            see it, in a terminal or a notebook.
        epochs: How many epochs there are.
        done: How many of them were done before.
    """

    def __init__(self, wanted: bool | None, epochs: int, done: int) -> None:
        if wanted not in (None, True, False):
            raise WrongType(f"progress needs True, False or None, but got {shorten(wanted)}.")
        self._bar: Any = None
        self._next = 0.0
        if wanted is False or (wanted is None and not _is_seen()):
            return
        try:
            from tqdm import tqdm
        except ImportError:
            if wanted:
                raise MissingExtra("tqdm", "progress=True") from None
            return
        self._bar = tqdm(total=epochs, initial=done, unit="epoch", desc="fit")

    def show(self, epochs: int, numbers: Mapping[str, float], is_last: bool = False) -> None:
        """Show that so many epochs are done; at most every `INTERVAL`, and the last one."""
        if self._bar is None:
            return
        now = time.monotonic()
        if now >= self._next or is_last:
            self._next = now + INTERVAL
            self._bar.set_postfix_str(
                ", ".join(f"{k}={format_short(x)}" for k, x in numbers.items()), refresh=False
            )
            self._bar.update(epochs - self._bar.n)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()


def _is_seen() -> bool:
    ipython = sys.modules.get("IPython")
    is_notebook = ipython is not None and hasattr(ipython.get_ipython(), "kernel")
    return is_notebook or bool(sys.stderr and sys.stderr.isatty())
