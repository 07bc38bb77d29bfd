"""C beside the programs: compiled on the fly, and timed without the call from Python."""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from chainrule import compile

HERE = Path(__file__).parent
FLAGS = ("-O3", "-march=native", "-std=gnu11", "-shared", "-fPIC")
CACHE = HERE.parents[1] / "build" / "bench"


def build(source: str, *flags: str, limit: float | None = None) -> Path:
    """Compile C to a library; what was compiled before is taken from a cache.

    Raises:
        subprocess.TimeoutExpired: It took longer than the limit, in seconds.
    """
    headers = "".join(path.read_text("utf-8") for path in sorted(HERE.glob("*.h")))
    name = hashlib.sha256(repr((source, headers, flags)).encode()).hexdigest()[:16]
    library = CACHE / f"{name}.so"
    if not library.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        (CACHE / f"{name}.c").write_text(source, "utf-8")
        command = ["gcc", *FLAGS, *flags, f"-I{HERE}", f"{name}.c", "-o", f"{name}.tmp"]
        command += ["-lmvec"] if Path("/lib64/ld-linux-x86-64.so.2").exists() else []
        subprocess.run([*command, "-lm"], check=True, timeout=limit, cwd=CACHE)
        (CACHE / f"{name}.tmp").rename(library)
    return library


def double(array: Any) -> Any:
    """Where an array of float64 begins."""
    return array.ctypes.data_as(ctypes.c_void_p)


class Timer:
    """Calls a function of C so often, and says how long one call took, in seconds."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(str(build((HERE / "timer.c").read_text("utf-8"))))

    def __call__(self, kind: str, function: Any, count: int, *arrays: Any) -> float:
        timer = self._library[f"time_{kind}"]
        timer.restype = ctypes.c_double
        return float(timer(function, ctypes.c_long(count), *map(double, arrays)))


class InC(NamedTuple):
    """A program in C.

    Attributes:
        value: Writes the value at a point; a function of the point, the value and the gradient.
        gradient: Writes value and gradient; of the same.
        rows: Writes those of rows; a function of how many there are, and then of the same.
        by_columns: Whether all rows' first numbers come first, then all second ones; else row
            after row.
    """

    value: Any
    gradient: Any
    rows: Any
    by_columns: bool


def by_hand(name: str) -> InC:
    """The C that was written by hand."""
    text = (HERE / f"{name}.c").read_text("utf-8")
    point, rows = ctypes.CDLL(str(build(text))), ctypes.CDLL(str(build(text, "-DROWS")))
    return InC(point.value, point.gradient, rows.rows, False)


def of_program(function: Callable[[Any], Any], x: Any) -> InC:
    """The C that a program writes itself. That of the value alone has the gradient by nothing."""
    whole = build(compile(function).to_c(x, name="f"))
    value = build(compile(lambda x, y: function(x)).to_c(x, 0.0, argnums=1, name="f"))
    library = ctypes.CDLL(str(whole))
    return InC(ctypes.CDLL(str(value)).f, library.f, library.f_rows, True)
