"""Every block of the README and of the pages in docs/ runs, and prints what the page says.

The Python blocks of a page run one after the other and share their names. A comment after a
statement that prints one line is that line; after an expression it is the value, if it reads like
one; `# raises` names an error. A `text` block after a Python block is what the block prints;
commands that such a block follows run in a shell. `...` stands for anything.
"""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = {path.stem: path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
FENCED = re.compile(r"```(\w+)\n(.*?)```(?:\n+```text\n(.*?)```)?", re.DOTALL)
VALUE = re.compile(r"[-\d([{'\"]|array|True|False|nan|inf|[A-Z]\w+\(")
"""How a comment begins that states a value; any other is a remark."""


def matches(expected: str, actual: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in expected.split("..."))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


def comment_of(statement: ast.stmt, lines: list[str]) -> str:
    assert statement.end_lineno is not None and statement.end_col_offset is not None
    end = lines[statement.end_lineno - 1].encode()[statement.end_col_offset :].decode()
    return end.partition("#")[2].strip()


def source_of(statement: ast.stmt, block: str) -> str:
    """The text of a statement, with its decorators."""
    first = min(x.lineno for x in (statement, *getattr(statement, "decorator_list", ())))
    if first < statement.lineno:
        return "\n".join(block.splitlines()[first - 1 : statement.end_lineno])
    source = ast.get_source_segment(block, statement)
    assert source is not None
    return source


def raised_by(source: str, names: dict) -> str:
    with pytest.raises(Exception) as raised:
        exec(source, names)
    text = re.sub(r"made at .*", "made at train.py:31", str(raised.value))
    return f"{raised.type.__name__}: {text}\n"


def run(block: str, names: dict) -> str:
    """Run a block and check the value that each comment states; return what else was printed."""
    printed = ""
    for statement in ast.parse(block).body:
        source = source_of(statement, block)
        comment = comment_of(statement, block.splitlines())
        if comment.startswith("raises"):
            printed += raised_by(source, names)
            continue
        with redirect_stdout(io.StringIO()) as output:
            if isinstance(statement, ast.Expr):
                value = eval(source, names)
            else:
                exec(compile(source, "page", "exec", dont_inherit=True), names)
                value = None
        text = output.getvalue()
        if comment and text.count("\n") == 1:
            assert matches(comment, text.rstrip()), source
            continue
        printed += text
        if VALUE.match(comment) and isinstance(statement, ast.Expr) and not text:
            assert matches(comment.partition("  (")[0], repr(value)), source
    return printed


def run_in_shell(block: str) -> str:
    """Run commands, with those that this environment installs; return what they print."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "PYTHONUTF8": "1"}
    done = subprocess.run(
        block, shell=True, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=pytest.mark.once) if page == "training" else page for page in PAGES],
)  # training takes minutes with the interpreted engine
def test_every_block_runs_and_prints_what_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {"__name__": page}
    for language, block, expected in FENCED.findall(PAGES[page].read_text(encoding="utf-8")):
        if language == "python" or (language == "sh" and expected):
            printed = run(block, names) if language == "python" else run_in_shell(block)
            if expected:
                assert matches(expected.rstrip(), printed.rstrip()), printed


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file(page):
    path = PAGES[page]
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_table_of_operations_is_up_to_date():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "generate_docs.py", "--check"], check=False
    )
    assert done.returncode == 0


def test_the_readme_is_short_and_begins_with_the_two_commands():
    text = PAGES["README"].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    commands = next(block for language, block, _ in FENCED.findall(text) if language == "sh")
    assert re.findall(r"^make \w+", commands, re.MULTILINE) == ["make tour", "make test"]
