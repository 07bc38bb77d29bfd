"""Showing a file in the system's own viewer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def show(path: str, quiet: bool = False) -> None:
    """Open a file; if nothing can, say on stderr where it is, unless `quiet`."""
    try:
        if sys.platform == "win32":
            os.startfile(path)
            return
        is_mac = sys.platform == "darwin"
        program = "open" if is_mac else "xdg-open"
        has_screen = is_mac or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        if has_screen and shutil.which(program):
            subprocess.Popen(
                [program, path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            return
    except OSError:
        pass
    if not quiet:
        print(f"chainrule: found no program to show the picture in {path}", file=sys.stderr)
