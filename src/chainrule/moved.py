"""Where the modules of version 0.1 are now.

A pickle names modules, and those of version 0.1 still load: a module that has moved is replaced by
a stand-in until one name has been read from it. An import statement raises an ImportError that
names the new module.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_TABLE = """
chainrule                           tape=programs
chainrule.table                     _rules=kernels formula ieee ops printers rules
chainrule.engine                    apply=dispatch functions node operations
chainrule.engine                    reverse=backward twin value _native
chainrule.graph                     passes storage=saving
chainrule.engine                    storage=copies
chainrule.programs                  tape.compiling tape.program tape.recorded=program
chainrule.programs                  tape.transforms tape.twin
chainrule.programs.trace            tape.fragments tape.recipes tape.recording tape.taking tape.tape
chainrule.programs.trace            tape.traced=tracer tape.trees=structure tape.trouble=errors
chainrule.programs.trace            tape._native
chainrule.programs.derive           tape.derivatives tape.derive=results tape.immediate
chainrule.programs.run              tape.axes tape.bound tape.forms=recordings tape.lowering
chainrule.programs.run              tape.machine tape.outcomes=paths tape.paths tape.places=buffers
chainrule.programs.run              tape.rows
chainrule.programs.export           tape.as_graph tape.c_code=c tape.listing tape.names
chainrule.programs.export           tape.nodes=columns tape.saved
chainrule.programs.export.c         tape.c_code.comment tape.c_code.functions tape.c_code.layout
chainrule.programs.export.c         tape.c_code.point tape.c_code.rows tape.c_code.source
chainrule.programs.export.saved     tape.saved.encoding=structures tape.saved.files
chainrule.programs.export.saved     tape.saved.flattened=recording
chainrule.verdict                   verdict.measured=measurement verdict.replay=flat_graph
chainrule.verdict                   verdict.tables=result_table
chainrule.verdict.gradients         verdict.arguments verdict.checked=result verdict.checking=check
chainrule.verdict.gradients         verdict.digits=rounding verdict.function_check=function
chainrule.verdict.gradients         verdict.guesses=mistakes verdict.judgement=judge
chainrule.verdict.gradients         verdict.mistakes=mistake_search verdict.slips=wrong_derivatives
chainrule.verdict.gradients         verdict.truth=reference verdict.truth=verdict
chainrule.verdict.gradients         verdict.verdicts=verdict
chainrule.verdict.engines           verdict.engine_asking=operations verdict.engine_check=check
chainrule.verdict.engines           verdict.engine_forms=calls verdict.engine_grade=result
chainrule.verdict.engines           verdict.engine_passes=backward_trial
chainrule.verdict.engines           verdict.engine_reuse=reuse_trial verdict.engine_subject=subject
chainrule.verdict.engines           verdict.engine_trial=gradient_trial
chainrule.verdict.engines           verdict.engine_watch=watchdog
chainrule.verdict.engines           verdict.engine_words=derivative_text
chainrule.verdict.diagnosis         verdict.depth_profile=profile verdict.diagnosed=result
chainrule.verdict.nudging           verdict.ascent verdict.slopes=slope verdict.sweeping=sweep
chainrule.drawing                   drawing.lettering=text_metrics drawing.wishes=options
chainrule.drawing.formats           drawing.dot drawing.graphviz drawing.pdf drawing.png
chainrule.drawing.formats           drawing.standard_fonts=pdf drawing.svg drawing.text
chainrule.drawing.layout            drawing.coordinates drawing.level=layering drawing.nesting
chainrule.drawing.layout            drawing.ordering drawing.plan=geometry drawing.scopes
chainrule.drawing.shapes            drawing.boxes=nodes drawing.canvas=painting
chainrule.drawing.shapes            drawing.cards=measures
chainrule.drawing.shapes            drawing.frame=orientation drawing.palette drawing.wires=edges
chainrule.drawing.view              drawing.view.places=coordinates drawing.view.trees=syntax
chainrule.drawing.snapshot          drawing.marks drawing.picture drawing.summary
chainrule.explanation               explanation.ledger=pass_record explanation.trees=formulas
chainrule.explanation               explanation.maths=equations explanation.maths=content
chainrule.explanation.formats       explanation.latex explanation.markdown explanation.page=html
chainrule.explanation.formats       explanation.plain_text=text explanation.text
chainrule                           tour.automatic=tour tour.gradients=tour tour.neuron=tour
chainrule                           tour.slopes=tour
chainrule.tour                      tour.style=page
chainrule.cli                       doctor expression verdict.user_file
"""
"""New packages, and the modules of version 0.1 that are in them, `old=new` where a name changed."""

_RENAMED = {
    "chainrule.explanation.maths.Node": "Symbol",
    "chainrule.verdict.measured.Measured": "Measurement",
}


@cache
def new_modules() -> dict[str, list[str]]:
    """Return the table as a dict: the full name of each old module, and where its contents are."""
    table: dict[str, list[str]] = {}
    for line in _TABLE.strip().splitlines():
        package, *modules = line.split()
        for module in modules:
            old, _, new = module.partition("=")
            new = new or old.rpartition(".")[2]
            table.setdefault(f"chainrule.{old}", []).append(f"{package}.{new}")
    return table


def explain_move(name: str) -> str:
    """Return `chainrule.twin is now chainrule.engine.twin`; empty where no such module moved."""
    found = new_modules().get(name)
    return f"{name} is now {' and '.join(found)}" if found else ""


class MovedModules:
    """Finds the modules that moved, on `sys.meta_path`, where the import system asks it last."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if not name.startswith("chainrule.") or name not in new_modules():
            return None
        _refuse_statement(name)
        return ModuleSpec(name, MovedModules, is_package=True)  # type: ignore[arg-type]

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Leave the stand-in empty: it looks a name up when the name is read."""


def _refuse_statement(name: str) -> None:
    """Let a pickle ask for a module or for a name in it, but no import statement or importlib.

    Args:
        name: The module, or a package of it.

    Raises:
        ImportError: A statement or importlib asks. It names the new module.
    """
    from opcode import opmap

    frame, is_explicit = sys._getframe(2), False
    while (module := frame.f_globals.get("__name__", "")).startswith("importlib") and frame.f_back:
        name = frame.f_locals.get("name", name)
        is_explicit = not module.startswith("importlib._bootstrap")
        frame = frame.f_back
    if is_explicit or frame.f_code.co_code[frame.f_lasti] == opmap["IMPORT_NAME"]:
        raise ImportError(f"{explain_move(name)}.", name=name)


class _StandIn(ModuleType):
    """A module of version 0.1, until a pickle has read a name from it.

    It stays where other threads run: one of them may be about to read from it.
    """

    @property
    def __spec__(self) -> None:  # type: ignore[override]
        _refuse_statement(self.__name__)  # importlib looks here where the stand-in stayed

    def __getattr__(self, name: str) -> Any:
        _refuse_statement(self.__name__)
        name = _RENAMED.get(f"{self.__name__}.{name}", name)
        homes = () if name.startswith("__") else new_modules()[self.__name__]
        for home in map(import_module, homes):
            if hasattr(home, name):
                if len(sys._current_frames()) == 1:
                    _forget()
                return getattr(home, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def _forget() -> None:
    """Remove the stand-ins from the modules and from the packages that hold them."""
    for name in new_modules():
        if isinstance(sys.modules.get(name), _StandIn):
            del sys.modules[name]
            package, _, attribute = name.rpartition(".")
            vars(sys.modules.get(package, sys)).pop(attribute, None)
