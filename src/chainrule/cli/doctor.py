"""`chainrule doctor`: report what is installed and what is missing."""

from __future__ import annotations

import importlib
import os
import platform
import sysconfig
from collections.abc import Iterator
from importlib import metadata, util

from .. import NATIVE, __version__

LIBRARIES = (
    ("numpy", "arrays"),
    ("rich", "the terminal"),
    ("click", "the command line"),
    ("matplotlib", "plot: curves and tangents"),
    ("pillow", "drawings as PNG"),
    ("reportlab", "drawings as PDF"),
    ("scikit-learn", "data sets to train on"),
    ("tqdm", "fit: a progress bar"),
    ("safetensors", "models and checkpoints in files"),
    ("anywidget", "show(L, widget=True) in a notebook"),
    ("starlette", "chainrule play"),
    ("uvicorn", "chainrule play"),
)
"""Distributions and what they are for."""


def report() -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"chainrule  {__version__}"
    yield f"Python     {platform.python_implementation()} {platform.python_version()}"
    yield f"platform   {platform.system()} {platform.release()}, {platform.machine()}"
    engine, why, remedy = engine_status()
    yield f"engine     {engine}: {why}"
    if remedy:
        yield f"  remedy   {remedy}"
    yield ""
    for name, purpose in LIBRARIES:
        version = _version(name)
        yield f"{name:<14}{version or 'missing':<11}{purpose}"
        if not version:
            yield f"  remedy   pip install {name}"


def engine_status() -> tuple[str, str, str]:
    """Return which engine runs, why, and a remedy if it is the slow one."""
    if NATIVE:
        return "compiled", "Values run at the speed of C", ""
    reason = "the compiled engine was not there when chainrule was loaded", "restart Python"
    if os.environ.get("CHAINRULE_PURE", "") not in ("", "0"):
        reason = "CHAINRULE_PURE selects it", "unset CHAINRULE_PURE to use the compiled engine"
    elif sysconfig.get_config_var("Py_GIL_DISABLED"):
        reason = "the compiled engine needs a Python with the GIL", "use a standard CPython"
    elif platform.python_implementation() != "CPython":
        reason = "the compiled engine supports CPython only", "use CPython"
    elif util.find_spec("chainrule.engine._native") is None:
        reason = (
            "the compiled engine was not built when chainrule was installed",
            "install a C compiler, then: pip install --force-reinstall --no-cache-dir chainrule",
        )
    else:
        try:
            importlib.import_module("chainrule.engine._native")
        except ImportError as error:
            reason = f"the compiled engine cannot be loaded: {error}", "reinstall chainrule"
    return "interpreted", *reason


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
