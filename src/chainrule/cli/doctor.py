"""What this installation can do, and what it lacks: `chainrule doctor`."""

from __future__ import annotations

import importlib
import os
import platform
import sysconfig
from collections.abc import Iterator
from importlib import metadata, util

from .. import NATIVE, __version__

LIBRARIES = (
    ("numpy", "", "arrays"),
    ("rich", "", "the terminal"),
    ("click", "", "the command line"),
    ("matplotlib", "plot", "plot: curves and tangents"),
    ("pillow", "png", "drawings as PNG"),
    ("reportlab", "pdf", "drawings as PDF"),
    ("scikit-learn", "data", "data sets to train on"),
    ("anywidget", "notebook", "show in a notebook as a widget; a frame serves without it"),
)
"""Distribution, the extra that brings it (empty where it comes along), and what it is for."""


def report() -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"chainrule  {__version__}"
    yield f"Python     {platform.python_implementation()} {platform.python_version()}"
    yield f"platform   {platform.system()} {platform.release()}, {platform.machine()}"
    engine, why, remedy = engine_found()
    yield f"engine     {engine}: {why}"
    if remedy:
        yield f"  remedy   {remedy}"
    yield ""
    for name, extra, purpose in LIBRARIES:
        version = _version(name)
        yield f"{name:<14}{version or 'missing':<11}{purpose}"
        if not version:
            wanted = f"'chainrule[{extra}]'" if extra else name
            yield f"  remedy   pip install {wanted}"


def engine_found() -> tuple[str, str, str]:
    """Return which engine answers, why, and what to do where it is the slow one."""
    if NATIVE:
        return "compiled", "Values run at the speed of C", ""
    slow = "interpreted"
    if os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
        return slow, "CHAINRULE_PURE asks for it", "unset CHAINRULE_PURE to use the compiled one"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return slow, "the compiled one is not made for free-threaded Python", "use ordinary CPython"
    if platform.python_implementation() != "CPython":
        return slow, "the compiled one is made for CPython only", "use CPython"
    if util.find_spec("chainrule.engine._native") is None:
        return (
            slow,
            "the compiled one was not built when chainrule was installed",
            "install a C compiler, then: pip install --force-reinstall --no-cache-dir chainrule",
        )
    try:
        importlib.import_module("chainrule.engine._native")
    except ImportError as error:
        return slow, f"the compiled one cannot be loaded: {error}", "install chainrule anew"
    return slow, "the compiled one was not there when chainrule was loaded", "start Python anew"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
