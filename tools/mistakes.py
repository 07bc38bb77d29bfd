"""Small mistakes for mutate.py: where a source file can be changed, and how."""

from __future__ import annotations

import ast
import random
import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COMPARE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "%": "*", "**": "*"}
WORDS = {
    "and": "or", "or": "and", "is": "is not", "is not": "is", "in": "not in", "not in": "in",
    "min": "max", "max": "min", "any": "all", "all": "any", "reversed": "list",
}  # fmt: skip
TOKENS = [
    (r"(?<=\s)([<>]=?)(?=\s)", COMPARE),
    (r"(?<=\s)([=!]=)(?=\s)", COMPARE),
    (r"(?<=[\w)\]] )([-+*/])(?= [\w(])", ARITHMETIC),
    (r"(&&|\|\|)", {"&&": "||", "||": "&&"}),
    (r"\b(true|false)\b", {"true": "false", "false": "true"}),
    (r"(?<![\w.])([0-9])(?![\w.])", {str(n): str(n + 1) for n in range(10)}),
]
STATEMENT = re.compile(
    r"(\s+)(?!return|break|continue|case|const|let|int|double|static)"
    r"([\w.>\[\]-]+ (?:[-+*|&]?=)|[\w.>-]+\().*;"
)
"""A statement of C or JavaScript that can be left out: an assignment or a call."""

Site = tuple[int, int, int, str]
"""A line, the first column and the end of what changes (in bytes), and the new text."""


class Mutant(NamedTuple):
    """A source file with one mistake in it."""

    path: Path
    line: int
    what: str
    text: str


def python_sites(text: str) -> Iterator[Site]:
    """Where a Python file can be changed on one line, and how."""
    tree, lines = ast.parse(text), text.split("\n")
    silent = {  # docstrings, and that a record is frozen, which shows only if somebody changes it
        id(node.value)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.keyword) and node.arg == "frozen")
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", None)
        if line is None or id(node) in silent:
            continue
        if isinstance(node, (ast.BinOp, ast.BoolOp, ast.Compare)):
            if line == node.end_lineno:
                yield from operators(node, lines[line - 1])
        elif isinstance(node, (ast.If, ast.While)):
            if line == node.test.end_lineno:
                yield span(node.test, f"not ({ast.unparse(node.test)})")
        elif line == getattr(node, "end_lineno", None):
            for new in replacements(node, silent):
                yield span(node, new)


def span(node: ast.expr | ast.stmt, new: str) -> Site:
    """The site of a whole node."""
    return node.lineno, node.col_offset, node.end_col_offset or 0, new


def replacements(node: ast.AST, silent: set[int]) -> Iterator[str]:
    """What a node on one line can be replaced with."""
    match node:
        case ast.Constant(value=bool(x)):
            yield repr(not x)
        case ast.Constant(value=int(x) | float(x)):
            yield repr(x + 1)
        case ast.UnaryOp(operand=operand):
            yield ast.unparse(operand)
        case ast.IfExp(test=test, body=yes, orelse=no):
            yield f"({ast.unparse(no)} if {ast.unparse(test)} else {ast.unparse(yes)})"
        case ast.Name(id=name, ctx=ast.Load()) if name in WORDS:
            yield WORDS[name]
        case ast.Return(value=ast.expr()):
            yield "return None"
        case ast.Break():
            yield "continue"
        case ast.Continue():
            yield "break"
        case ast.Assign() | ast.AugAssign() | ast.Expr() if node.col_offset:
            if id(node.value) not in silent:
                yield "pass"
        case ast.Call(func=ast.Name("min" | "max")):
            pass  # the order of their arguments doesn't matter
        case ast.Call(func=function, args=[one, two], keywords=[]):
            yield f"{ast.unparse(function)}({ast.unparse(two)}, {ast.unparse(one)})"


def operators(node: ast.BinOp | ast.BoolOp | ast.Compare, line: str) -> Iterator[Site]:
    """The operators of an expression on one line."""
    if isinstance(node, ast.BinOp):
        sides = [node.left, node.right]
    else:
        sides = node.values if isinstance(node, ast.BoolOp) else [node.left, *node.comparators]
    raw = line.encode()
    for one, two in pairwise(sides):
        between = raw[one.end_col_offset : two.col_offset].decode()
        word = between.strip(" ()")
        new = COMPARE.get(word) or ARITHMETIC.get(word) or WORDS.get(word)
        if new:
            start = (one.end_col_offset or 0) + between.index(word)
            yield node.lineno, start, start + len(word), new


def other_sites(text: str) -> Iterator[Site]:
    """Where C or JavaScript can be changed, and how."""
    is_comment = False
    for number, line in enumerate(text.split("\n"), 1):
        is_comment = is_comment or "/*" in line
        code = line.split("//")[0]
        if not is_comment and not code.lstrip().startswith(("#", "*", "import", "export {")):
            for pattern, new in TOKENS:
                for match in re.finditer(pattern, code):
                    if code[: match.start()].count('"') % 2 == 0 and match[1] in new:
                        start = len(code[: match.start(1)].encode())
                        yield number, start, start + len(match[1].encode()), new[match[1]]
            if statement := STATEMENT.fullmatch(code):
                yield number, len(statement[1]), len(code.encode()), ";"
        is_comment = is_comment and "*/" not in line


def mutants(under: list[str], kinds: list[str], count: int, seed: int) -> Iterator[Mutant]:
    """Random mistakes; each line of hand-written source is equally likely to get one."""
    listed = subprocess.check_output(["git", "ls-files", *under], cwd=ROOT, text=True).split()
    texts = {
        Path(name): (ROOT / name).read_text("utf-8")
        for name in listed
        if Path(name).suffix in kinds
    }
    texts = {path: text for path, text in texts.items() if "enerated" not in text.split("\n")[0]}
    sites = {
        path: list(python_sites(text) if path.suffix == ".py" else other_sites(text))
        for path, text in texts.items()
    }
    paths = [path for path in texts if sites[path]]
    weights = [texts[path].count("\n") for path in paths]
    chance, planted = random.Random(seed), set()
    while len(planted) < min(count, sum(map(len, sites.values()))):
        (path,) = chance.choices(paths, weights)
        line, start, end, new = site = chance.choice(sites[path])
        lines = texts[path].split("\n")
        raw = lines[line - 1].encode()
        if (path, site) in planted or raw[start:end].decode() == new:
            continue
        planted.add((path, site))
        lines[line - 1] = (raw[:start] + new.encode() + raw[end:]).decode()
        yield Mutant(path, line, f"{raw[start:end].decode()}  ->  {new}", "\n".join(lines))
