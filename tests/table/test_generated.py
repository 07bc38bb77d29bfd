"""What is generated from the table: it is up to date, says so, and a new row reaches everything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
GENERATED = [
    "table/kernels.py",
    "engine/operations.py",
    "engine/functions.py",
    "table/native/rules.h",
]


def test_the_generated_files_are_up_to_date():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "generate_rules.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_generated_files_say_so_in_their_first_line():
    for name in GENERATED:
        first = (ROOT / "src" / "chainrule" / name).read_text(encoding="utf-8").split("\n")[0]
        assert "Generated from ops.py by tools/generate_rules.py" in first
    docs = (ROOT / "src/chainrule/engine/native/docs.h").read_text(encoding="utf-8")
    assert docs.startswith("/* Generated from value.py by tools/generate_rules.py")


NEW_ROW = """
    Op(
        "softsign", "x / (1 + abs(x))", ("1 / ((1 + abs(x)) * (1 + abs(x)))",), "soft",
        r"\\\\operatorname{softsign}\\\\left({x}\\\\right)",
        "the quotient rule", probes=_UNARY,
    ),
    Op(
        "log_sum", "log(exp(x) + exp(y))", ("exp(x - out)", "exp(y - out)"), "lae",
        r"\\\\operatorname{lae}\\\\left({x}, {y}\\\\right)",
        "each operand has its share", domain="x < 700 and y < 700", remedy="keep both below 700",
        probes=_PAIRS,
    ),
"""

PROGRAM = r"""
import copy, importlib, math, pickle, sys
import numpy as np
import chainrule
from chainrule import Value

assert chainrule.softsign(3.0) == 0.75
assert chainrule.softsign.__doc__.startswith("Return x / (1 + abs(x))")
assert "softsign" in chainrule.__all__
assert chainrule.softsign(np.array([3.0, -1.0])).tolist() == [0.75, -0.5]
try:
    chainrule.log_sum(Value(800.0), 1.0)
except chainrule.DomainError as error:
    assert str(error).startswith("log_sum needs x < 700 and y < 700, but x = 800.0 and y = 1.0.")
else:
    raise AssertionError("outside the domain")

names = ["chainrule.engine.value"] + ["chainrule.engine._native"] * chainrule.NATIVE
results = []
for name in names:
    V = importlib.import_module(name).Value
    x, y = V(-1.0, label="x"), V(0.5, label="y")
    L = x.softsign() + chainrule.softsign(3 * x) + x.log_sum(y) + chainrule.log_sum(y, 2)
    L.backward()
    assert chainrule.log_sum(np.array([x, y]), 2.0)[1].op == "log_sum"
    assert math.isclose(x.grad, 1 / 4 + 3 / 16 + math.exp(-1) / (math.exp(-1) + math.exp(0.5)))
    results.append([(float(v.data).hex(), v.grad, v.op, v._op) for v in L._postorder()])
assert all(result == results[0] for result in results)

x = Value(-1.0, label="x")
L = x.softsign()
L.backward()
for kept in (copy.deepcopy(L), pickle.loads(pickle.dumps(L))):
    assert (kept.op, kept.data, kept._prev[0].grad) == ("softsign", -0.5, 0.25)
chainrule.save(sys.argv[1], L=L)
assert chainrule.load(sys.argv[1])["L"].op == "softsign"
x.data = 3.0
chainrule.refresh(L)
assert L.data == 0.75
picture = chainrule.draw_dot(L)
assert "soft" in picture.source
assert ">soft<" in picture.pipe(format="svg", encoding="utf-8")
print(chainrule.NATIVE)
"""


def test_a_new_row_reaches_everything(tmp_path, run_python, engines):
    """One row is added to a copy of the table, and nothing else is written by hand."""
    unwanted = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=unwanted)
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=unwanted)
    table = tmp_path / "src" / "chainrule" / "table" / "ops.py"
    text = table.read_text(encoding="utf-8")
    position = text.index("    # -- comparisons")
    row = NEW_ROW.replace("\\\\\\\\", "\\").replace("\\\\", "\\").lstrip("\n")
    table.write_text(text[:position] + row + text[position:], encoding="utf-8")
    subprocess.run([sys.executable, tmp_path / "tools" / "generate_rules.py"], check=True)
    source = str(tmp_path / "src")
    assert (
        run_python(PROGRAM, str(tmp_path / "kept.json"), pure=True, path=source).strip() == "False"
    )
    if "compiled" not in engines:
        return
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    built = subprocess.run(
        [sys.executable, "setup.py", "build_ext", "--inplace"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CFLAGS": "-O0"},
    )
    assert built.returncode == 0, built.stderr
    assert (
        run_python(PROGRAM, str(tmp_path / "kept.json"), pure=False, path=source).strip() == "True"
    )
