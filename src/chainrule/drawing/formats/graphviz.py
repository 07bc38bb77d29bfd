"""Drawing with an installed Graphviz, within a time limit."""

from __future__ import annotations

import shutil
import subprocess

from ...errors import ChoiceError, GraphError

SECONDS = 10.0


def render(source: str, format: str) -> bytes:
    """Let Graphviz's program `dot` draw a DOT text as 'svg', 'png' or 'pdf'."""
    program = shutil.which("dot")
    if program is None:
        raise ChoiceError(
            "engine='graphviz' needs the program dot of Graphviz, which is not on the PATH.",
            remedy="leave engine= out; the built-in layout needs nothing installed",
        )
    try:
        result = subprocess.run(
            [program, f"-T{format}"],
            input=source.encode("utf-8"),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GraphError(
            f"Graphviz did not finish this graph in {SECONDS:.0f} seconds and was stopped.",
            remedy="leave engine= out; the built-in layout is fast for such graphs",
        ) from None
    except OSError as error:
        raise GraphError(f"{program} could not be started: {error.strerror}.") from None
    if result.returncode or not result.stdout:
        words = result.stderr.decode("utf-8", "replace").strip()[:300]
        raise GraphError(f"Graphviz failed: {words or 'no output'}.")
    return result.stdout
