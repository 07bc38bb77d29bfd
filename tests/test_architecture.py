"""The rooms and the one-way stair between them, files without circles, functions that fit a screen;
and what `import chainrule` brings."""

from __future__ import annotations

import ast
import graphlib
import importlib
import os
import re
import sys
from pathlib import Path

import pytest

import chainrule

pytestmark = pytest.mark.once

SOURCE = Path(chainrule.__file__).parent
PYTHON = {path.relative_to(SOURCE).as_posix(): path.read_text() for path in SOURCE.rglob("*.py")}
C = {path.relative_to(SOURCE).as_posix(): path.read_text() for path in SOURCE.rglob("*.[ch]")}
VIEW = {path.relative_to(SOURCE).as_posix(): path.read_text() for kind in ("js", "css")
        for path in SOURCE.rglob(f"*.{kind}")}  # fmt: skip

# One line a storey, one string a room; rooms on one storey do not import one another.
STOREYS = [
    ["errors numerals files moved design"],
    ["table"],
    ["engine"],
    ["graph", "numpy"],
    ["programs"],
    ["verdict", "explanation", "drawing"],
    ["nn", "testing"],
    ["playground"],
    ["course"],
    ["tour cli __main__"],
]
ROOM = {
    module: (storey, room)
    for storey, rooms in enumerate(STOREYS)
    for room in rooms
    for module in room.split()
}
TOP = {name.split("/")[0].removesuffix(".py") for name in PYTHON} - {"__init__"}


def is_written_by_hand(text):
    return "enerated" not in text.split("\n", 1)[0]


def imports(name):
    """The files that a Python file imports, also inside functions, but not for type checking."""
    tree = ast.parse(PYTHON[name])
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    package = ["chainrule", *name.split("/")[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            targets = [[*base, alias.name] for alias in node.names]
        else:
            continue
        for target in targets:
            stems = (
                ["/".join(target[1:]), "/".join(target[1:-1])] if target[0] == "chainrule" else []
            )
            files = [file for x in stems for file in (f"{x}.py", f"{x}/__init__.py".lstrip("/"))]
            yield from [file for file in files if file in PYTHON and file != name][:1]


def includes(name):
    """The files that a C file includes by name."""
    for included in re.findall(r'^#include "(.*)"', C[name], re.MULTILINE):
        yield os.path.normpath(os.path.join(os.path.dirname(name), included))


def test_every_module_has_a_room():
    assert set(ROOM) == TOP
    assert len([path for path in SOURCE.iterdir() if path.is_file()]) <= 8


@pytest.mark.parametrize("name", sorted({*PYTHON, *C} - {"__init__.py"}))
def test_no_import_runs_up_the_stair(name):
    storey, room = ROOM[name.split("/")[0].removesuffix(".py")]
    for target in imports(name) if name in PYTHON else includes(name):
        if target == "__init__.py":
            assert storey == len(STOREYS) - 1, "the public face is for the top storey only"
            continue
        other_storey, other_room = ROOM[target.split("/")[0].removesuffix(".py")]
        assert other_storey < storey or other_room == room, f"{name} imports {target}"


@pytest.mark.parametrize(("files", "targets"), [(PYTHON, imports), (C, includes)])
def test_no_imports_form_a_circle(files, targets):
    graphlib.TopologicalSorter({name: set(targets(name)) for name in files}).prepare()


@pytest.mark.parametrize("name", sorted(C))
def test_a_folder_of_c_holds_one_world(name):
    """Besides its own headers a file includes those of the table, or those that its room shares."""
    folder, room = os.path.dirname(name), name.split("/")[0]
    for target in includes(name):
        assert os.path.dirname(target) in (folder, f"{room}/native", "table/native"), target


def long_functions(name, text):
    """Functions of more than 40 lines in Python, without their docstring, or 60 lines in C."""
    if name.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = node.body[0] if ast.get_docstring(node) else None
                docstring = first.end_lineno - first.lineno + 1 if first else 0
                if node.end_lineno - node.lineno + 1 - docstring > 40:
                    yield f"{name}:{node.lineno} {node.name}"
    else:
        for function in re.finditer(r"^\w.*\)\s*\{\n(.*\n)*?\}", text, re.MULTILINE):
            if len(function[0].split("\n")) > 60:
                yield f"{name}: {function[0].splitlines()[0]}"


def test_every_function_fits_a_screen():
    files = {name: text for name, text in {**PYTHON, **C}.items() if is_written_by_hand(text)}
    long = [each for name, text in files.items() for each in long_functions(name, text)]
    assert not long


GEOMETRY = (  # a layout, a robot's hand, and CSS
    "drawing/layout/coordinates.py", "bench/programs/arm.c", "bench/programs/workloads.py",
    "drawing/view/css/frame.css", "drawing/view/css/panel.css",
)  # fmt: skip
NAMES = ("moved.py", "tests/test_architecture.py")  # a module of version 0.1, and this test


def test_a_place_is_on_paper():
    """An argument has an index, an operand a position, a node an id."""
    files = {**PYTHON, **C, **VIEW}
    top = Path(__file__).parent.parent
    for path in [*top.glob("tests/**/*.py"), *top.glob("bench/**/*.[pc]*")]:
        if path.suffix in (".py", ".c"):
            files[path.relative_to(top).as_posix()] = path.read_text("utf-8")
    for name, text in files.items():
        if is_written_by_hand(text) and name not in GEOMETRY + NAMES:
            assert not re.search(r"\bplaces?\b", text, re.IGNORECASE), name


@pytest.mark.parametrize("name", sorted(PYTHON))
def test_no_builtin_is_shadowed_by_an_import(name):
    for node in ast.walk(ast.parse(PYTHON[name])):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in (
            "functions", "chainrule", "",
        ):  # fmt: skip
            for alias in node.names:
                assert (alias.asname or alias.name) not in (
                    "min", "max", "abs", "pow", "sum", "compile",
                )  # fmt: skip


def test_no_module_has_the_name_of_a_public_function():
    public = {name for name in dir(chainrule) if callable(getattr(chainrule, name))}
    assert not public & TOP


def test_every_public_name_is_there():
    for name in chainrule.__all__:
        assert getattr(chainrule, name) is not None
    assert set(chainrule.__all__) <= set(dir(chainrule))
    assert len(chainrule.__all__) == len(set(chainrule.__all__))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = chainrule.nonsense
    for module in (chainrule, chainrule.numpy):
        with pytest.raises(AttributeError, match=r"'tahn': did you mean 'tanh'\?$"):
            _ = module.tahn


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
    for name in (
        "table.formula",
        "table.ops",
        "drawing",
        "verdict",
        "nn",
        "numpy",
        "graph.saving",
        "cli",
    ):
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
