"""The one-way stair: imports run down it only; and what `import chainrule` brings."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest

import chainrule

SOURCE = Path(chainrule.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))

# One line a storey, one string a room; rooms on one storey do not import one another.
STOREYS = [
    ["errors numerals files moved"],
    ["table"],
    ["engine"],
    ["graph"],
    ["programs"],
    ["verdict", "explanation", "drawing", "nn"],
    ["interop"],
    ["playground tour cli __main__"],
]
ROOM = {
    module: (storey, room)
    for storey, rooms in enumerate(STOREYS)
    for room in rooms
    for module in room.split()
}
REEXPORTS = {""}  # the package itself stands outside the house


def name_of(path: Path) -> list[str]:
    """['drawing', 'svg'] of drawing/svg.py; [''] of the package itself."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return list(parts[:-1] if parts[-1] == "__init__" else parts) or [""]


def imports(path: Path):
    """What a module imports of chainrule, lazily too; '' is the package itself."""
    package = ["chainrule", *path.relative_to(SOURCE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            targets = [[*base, alias.name] for alias in node.names]
        else:
            continue
        for target in targets:
            if target[0] == "chainrule":
                below = target[1] if len(target) > 1 else ""
                yield (below if below in TOP else ""), node.lineno


TOP = {name_of(path)[0] for path in MODULES}


def test_every_module_has_a_room():
    assert set(ROOM) >= TOP - REEXPORTS, f"no storey names {sorted(TOP - REEXPORTS - set(ROOM))}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_import_runs_up_the_stair(path):
    here = name_of(path)[0]
    if here in REEXPORTS:
        return
    storey, room = ROOM[here]
    for target, line in imports(path):
        if target in REEXPORTS:
            assert storey == len(STOREYS) - 1, (
                f"line {line}: the public face is for the top storey only"
            )
            continue
        other_storey, other_room = ROOM[target]
        assert other_storey < storey or other_room == room, f"line {line}: {here} imports {target}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_builtin_is_shadowed_by_an_import(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in (
            "functions",
            "chainrule",
            "",
        ):
            for alias in node.names:
                assert (alias.asname or alias.name) not in (
                    "min",
                    "max",
                    "abs",
                    "pow",
                    "sum",
                    "compile",
                )


def test_no_module_has_the_name_of_a_public_function():
    public = {name for name in dir(chainrule) if callable(getattr(chainrule, name))}
    assert not public & (TOP - {""})


def test_every_public_name_is_there():
    for name in chainrule.__all__:
        assert getattr(chainrule, name) is not None
    assert set(chainrule.__all__) <= set(dir(chainrule))
    assert len(chainrule.__all__) == len(set(chainrule.__all__))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = chainrule.nonsense


def test_a_star_brings_no_name_of_a_builtin():
    assert not set(chainrule.__all__) & {"min", "max", "abs", "pow", "sum", "compile", "round"}
    for name in ("min", "max", "abs", "pow"):
        assert callable(getattr(chainrule, name))


def test_every_module_can_be_imported_alone(run_python):
    for name in sorted(
        TOP & {name for rooms in STOREYS[:5] for room in rooms for name in room.split()}
    ):
        run_python(f"import chainrule.{name}")


IMPORT = """
import sys
before = set(sys.modules)
import chainrule
print(*sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize("pure", [True, False])
def test_importing_brings_the_standard_library_and_the_engine_only(run_python, pure):
    brought = run_python(IMPORT, pure=pure).split()
    foreign = {name.split(".")[0] for name in brought} - {*sys.stdlib_module_names, "chainrule"}
    assert not foreign
    for name in ("table.formula", "table.ops", "drawing", "verdict", "nn", "graph.saving", "cli"):
        assert f"chainrule.{name}" not in brought
    assert not {"ast", "json", "numpy", "tempfile"} & set(brought)


def test_using_the_engine_reads_no_formula(run_python):
    program = (
        "import sys, chainrule; a = chainrule.Value(2.0);"
        "L = (a * 3).tanh() + chainrule.exp(a); L.backward();"
        "print('chainrule.table.formula' in sys.modules, 'chainrule.table.ops' in sys.modules)"
    )
    assert run_python(program).split() == ["False", "False"]


def test_the_environment_chooses_the_engine(run_python, engines):
    program = "import chainrule; print(chainrule.NATIVE, chainrule.Value.__module__)"
    assert run_python(program, pure=True).split() == ["False", "chainrule.engine.value"]
    native = "compiled" in engines
    assert run_python(program, pure=False).split()[0] == str(native)


def test_the_notebooks_module_has_the_same_objects():
    value = importlib.import_module("value")
    assert value.Value is chainrule.Value
    assert value.draw_dot is chainrule.draw_dot
    assert value.trace is chainrule.trace
