"""Where the modules of version 0.1 are now.

Pickles of version 0.1 name these modules and still load: a stand-in replaces an old module until a
name has been read from it. An import statement raises an ImportError that names the new module.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any

_TABLE = """
.              .                       tape=programs
.              .table.                 _rules=kernels formula ieee ops printers rules
.              .engine.                apply=dispatch functions node operations reverse=backward
.              .engine.                twin value _native
.              .graph.                 passes storage=saving
.              .engine.                storage=copies
.tape.         .programs.              compiling program recorded=program transforms
.tape.         .programs.              transforms=derivative twin
.tape.         .programs.trace.        fragments recipes recording taking tape traced=tracer
.tape.         .programs.trace.        trees=structure trees=flattening trouble=errors _native
.tape.         .programs.derive.       derivatives derive=results immediate
.tape.         .programs.run.          axes bound forms=recordings lowering machine outcomes=paths
.tape.         .programs.run.          paths paths=path places=buffers rows
.tape.         .programs.export.       as_graph c_code=c listing names nodes=columns saved
.tape.c_code.  .programs.export.c.     comment functions layout point rows source
.tape.saved.   .programs.export.saved. encoding=structures files flattened=recording
.verdict.      .verdict.               measured=measurement replay=flat_graph tables=result_table
.verdict.      .verdict.gradients.     arguments checked=result checking=check digits=rounding
.verdict.      .verdict.gradients.     function_check=check guesses=mistakes judgement=judge
.verdict.      .verdict.gradients.     mistakes slips=wrong_derivatives
.verdict.      .verdict.gradients.     truth=reference truth=verdict verdicts=verdict
.verdict.      .verdict.engines.       engine_asking=operations engine_check=check
.verdict.      .verdict.engines.       engine_forms=calls engine_grade=result
.verdict.      .verdict.engines.       engine_passes=backward_trial engine_reuse=reuse_trial
.verdict.      .verdict.engines.       engine_subject=subject engine_trial=gradient_trial
.verdict.      .verdict.engines.       engine_watch=watchdog engine_words=calls
.verdict.      .verdict.diagnosis.     depth_profile=profile diagnosed=result
.verdict.      .verdict.nudging.       ascent slopes=slope sweeping=sweep
.drawing.      .drawing.               lettering=text_metrics wishes=options
.drawing.      .drawing.formats.       dot graphviz pdf png standard_fonts=pdf svg text
.drawing.      .drawing.layout.        coordinates level=layering nesting=regions ordering
.drawing.      .drawing.layout.        plan=geometry scopes
.drawing.      .drawing.shapes.        boxes=nodes canvas=painting cards=measures frame=orientation
.drawing.      .drawing.shapes.        palette wires=edges
.drawing.view. .drawing.view.          places=coordinates trees=syntax
.drawing.      .drawing.snapshot.      marks picture summary
.explanation.  .explanation.           ledger=pass_record trees=formulas maths=equations
.explanation.  .explanation.           maths=content
.explanation.  .explanation.formats.   latex markdown page=html plain_text=text text
.tour.         .                       automatic=tour gradients=tour neuron=tour slopes=tour
.tour.         .tour.                  style=page
.              .cli.                   doctor expression
.verdict.      .cli.                   user_file=checking user_file=loading
"""
"""Old package, new package, and the modules that moved; `old=new` where a name changed."""

_RENAMED = {
    "chainrule.explanation.maths.Node": "Symbol",
    "chainrule.verdict.measured.Measured": "Measurement",
}


@cache
def new_modules() -> dict[str, list[str]]:
    """Return the new homes of each old module's contents, all as full names."""
    homes: dict[str, list[str]] = {}
    for line in _TABLE.strip().splitlines():
        old_package, new_package, *modules = line.split()
        for module in modules:
            old, _, new = module.partition("=")
            homes.setdefault(f"chainrule{old_package}{old}", []).append(
                f"chainrule{new_package}{new or old}"
            )
    return homes


def explain_move(name: str) -> str:
    """Return `chainrule.twin is now chainrule.engine.twin`; empty if no such module moved."""
    homes = new_modules().get(name)
    return f"{name} is now {' and '.join(homes)}" if homes else ""


class MovedModules:
    """The finder of modules that moved, last on `sys.meta_path`, and their loader."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in new_modules():
            return None
        _refuse_code(name)
        loader: Any = MovedModules
        return ModuleSpec(name, loader, is_package=True)

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Do nothing: a stand-in looks names up when they are read."""


def _refuse_code(name: str, attribute: str = "") -> None:
    """Raise ImportError if code imports a module by a statement or importlib, or reads its
    attribute.

    An unpickler calls `__import__` and `getattr` instead.
    """
    from opcode import opname  # 10 ms

    frame, is_importlib = sys._getframe(2), False
    while (module := frame.f_globals.get("__name__", "")).startswith("importlib") and frame.f_back:
        name = frame.f_locals.get("name", name)  # of the module, not of a package around it
        is_importlib = not module.startswith("importlib._bootstrap")
        frame = frame.f_back
    operation = opname[frame.f_code.co_code[frame.f_lasti]]
    is_read = operation in ("LOAD_ATTR", "LOAD_METHOD") and _operand(frame) == attribute
    if is_importlib or is_read or operation == "IMPORT_NAME":
        raise ImportError(f"{explain_move(name)}.", name=name)


def _operand(frame: FrameType) -> Any:
    """The operand of the instruction that a frame executes, such as the name of an attribute."""
    from dis import get_instructions

    instructions = get_instructions(frame.f_code)
    return next(each.argval for each in instructions if each.offset == frame.f_lasti)


class _StandIn(ModuleType):
    """A module of version 0.1, until a pickle has read a name from it.

    It stays in `sys.modules` if other threads run: one of them may be about to read from it. The
    importlib of Python 3.10 hands it out then, so code can't read its attributes either.
    """

    @property
    def __spec__(self) -> None:  # type: ignore[override]  # that of ModuleType can be written
        _refuse_code(self.__name__)  # an import reads this of a module that is there

    def __getattr__(self, name: str) -> Any:
        _refuse_code(self.__name__, name)
        name = _RENAMED.get(f"{self.__name__}.{name}", name)
        for home in [] if name.startswith("__") else new_modules()[self.__name__]:
            if hasattr(import_module(home), name):
                _forget()
                return getattr(sys.modules[home], name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def _forget() -> None:
    """Remove the stand-ins from their packages and, in the only thread, from the modules."""
    is_alone = len(sys._current_frames()) == 1
    for name in new_modules():
        if isinstance(sys.modules.get(name), _StandIn):
            package, _, attribute = name.rpartition(".")
            vars(sys.modules.get(package, sys)).pop(attribute, None)
            if is_alone:
                del sys.modules[name]
