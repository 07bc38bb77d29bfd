"""Plant small mistakes in the source, one at a time, and report those that no test notices.

    python tools/mutate.py --count 200 --seed 1
    python tools/mutate.py --count 20 --under src/chainrule/engine --kind .py

It works in a copy of the checkout. A mistake in Python is tried against the tests that ran its
line, known from one run under coverage; a mistake in C or JavaScript against the tests of its room.
Each case of a parametrised test is a test of its own. The quick ones come first. Tests that run out
of time have noticed a mistake only if they pass in time without it. Generated files are left out:
tests compare them with their sources.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import random
import re
import shutil
import subprocess
import sysconfig
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, pairwise
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

CONTEXTS = """
import coverage, json, sys
data = coverage.CoverageData()
data.read()
lines = {
    name.split(sys.argv[1] + "/")[-1]: {
        str(line): sorted({test.rpartition("|")[0] for test in tests if test})
        for line, tests in data.contexts_by_lineno(name).items()
    }
    for name in data.measured_files()
}
json.dump(lines, open("contexts.json", "w"))
"""

COMPILE = [
    "gcc", "-O1", "-fPIC", "-shared", "-std=c11", "-ffp-contract=off", "-fvisibility=hidden",
    "-fno-math-errno", "-w", f"-I{sysconfig.get_path('include')}",
]  # fmt: skip
"""Like setup.py, but quicker."""

TIMEOUT = 1000
"""Instead of an exit status, where a mistake makes a test hang."""

NO_TESTS = 4
"""The exit status where tests can't be imported."""

SHORTEST = 0.01
"""Seconds below which pytest reports no duration."""

NATIVE = [
    Path("src/chainrule", name, "native") for name in ("engine", "programs/trace", "programs/run")
]
"""The folders of the extensions."""

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


class Trial:
    """A copy of the checkout in which mistakes are planted and tests are run."""

    def __init__(self, copy: Path, timeout: float) -> None:
        self.copy, self.timeout = copy, timeout
        if not copy.exists():
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv*", ".git"))
        contexts, first = copy / "contexts.json", copy / "first.txt"
        skipped = ("--ignore=tests/peers", "--ignore=tests/browser")
        if not contexts.exists():
            (copy / ".coveragerc").write_text("[run]\nsource = src\n")
            cover = ("--cov", "--cov-config=.coveragerc", "--cov-context=test", "--cov-report=")
            options = ("-vv", "-rfE", "-n", "2", "--durations=0", "--durations-min=0.01")
            self.python("-m", "pytest", *options, *cover, *skipped, timeout=3600)
            (copy / "log.txt").rename(first)
            self.python("-c", CONTEXTS, str(copy), timeout=600)
        self.contexts = json.loads(contexts.read_text())
        self.failing = re.findall(r"^(?:FAILED|ERROR) (\S+)", first.read_text(), re.M)
        self.seconds: Counter[str] = Counter()
        for seconds, test in re.findall(r"^([\d.]+)s \w+ +(\S.*)", first.read_text(), re.M):
            self.seconds[test] += float(seconds)
        self.python("-m", "pytest", "-q", "--collect-only", *skipped, timeout=600)
        self.known = set((copy / "log.txt").read_text().split("\n"))  # not all names are the same

    def python(self, *arguments: str, timeout: float) -> int:
        """Run Python on the copy's source; its exit status, or TIMEOUT."""
        environment = {
            "PYTHONPATH": str(self.copy / "src"), "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": "/tmp", "CHAINRULE_REQUIRE_NATIVE": "1",
        }  # fmt: skip
        program = [str(ROOT / ".venv/bin/python"), *arguments]
        with open(self.copy / "log.txt", "w") as log:
            try:
                return subprocess.run(
                    program, cwd=self.copy, env=environment, timeout=timeout, stdout=log,
                    stderr=log, check=False,
                ).returncode  # fmt: skip
            except subprocess.TimeoutExpired:
                return TIMEOUT

    def tests(self, mutant: Mutant) -> Iterator[list[str]]:
        """The tests that ran the line, the quick ones first; and then the others of its room."""
        room = mutant.path.parts[2] if len(mutant.path.parts) > 3 else "engine"
        if mutant.path.suffix == ".js":
            near = sorted(self.copy.glob("tests/drawing/test_page_*.py"))
            slow = ("test_view_jupyter.py", "test_view_large.py")
            opened = self.copy.glob("tests/browser/test_*.py")
            opened = sorted(path for path in opened if path.name not in slow)
            yield [*map(str, near), "tests/drawing/test_view.py"]
            yield list(map(str, opened))
            return
        lines = self.contexts.get(str(mutant.path), {})
        ran = self.known & set(lines.get(str(mutant.line), []))
        near = {"engine": ("engine", "graph"), "table": ("table", "engine", "programs")}
        near = tuple(f"tests/{name}/" for name in near.get(room, (room,)))
        beside = self.known & {test for tests in lines.values() for test in tests}
        beside |= {test for test in self.known if test.startswith(near)}
        yield self.quickest(ran, room)
        yield self.quickest(beside - ran, room)

    def quickest(self, tests: set[str], room: str) -> list[str]:
        """As many tests as time allows: the quick ones first, and a few cases of each before more
        of one."""
        cost: dict[str, float] = {}
        so_far: Counter[str] = Counter()
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            function = test.partition("[")[0]
            so_far[function] += max(self.seconds[test], SHORTEST)
            cost[test] = so_far[function] * (1 if f"tests/{room}/" in test else 3)
        order = sorted(tests, key=lambda test: (cost[test], test))
        times = accumulate(max(self.seconds[test], SHORTEST) for test in order)
        return [test for test, time in zip(order, times) if time < self.timeout / 10]

    def verdict(self, mutant: Mutant) -> str:
        """Whether a test fails with the mistake in place; whether it can be built at all."""
        target = self.copy / mutant.path
        original = target.read_text("utf-8")
        target.write_text(mutant.text, encoding="utf-8")
        try:
            if self.build(mutant.path):
                return "no code"
            for tests in self.tests(mutant):
                status = self.run(tests) if tests else 0
                if status:
                    break
        finally:
            target.write_text(original, encoding="utf-8")
            self.build(mutant.path)
        if status in (TIMEOUT, NO_TESTS) and self.run(tests) != 0:
            return "UNKNOWN"
        return {0: "SURVIVED", TIMEOUT: "hangs"}.get(status, "noticed")

    def run(self, tests: list[str]) -> int:
        """Run tests until one fails; the exit status."""
        options = ["-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider"]
        options += [f"--deselect={test}" for test in self.failing]
        return self.python("-m", "pytest", *options, *tests, timeout=self.timeout)

    def build(self, path: Path) -> int:
        """Compile or bundle what a file is part of; not 0 if that fails."""
        if path.suffix == ".js":
            bundle = ["npm", "run", "-s", "bundle"]
            return subprocess.run(bundle, cwd=self.copy, check=False).returncode
        if path.suffix == ".py":
            return 0
        native = [path.parent] if path.suffix == ".c" else NATIVE
        return next((status for folder in native if (status := self.link(folder))), 0)

    def link(self, folder: Path) -> int:
        """Compile the sources of one extension that have not been compiled yet, and link them."""
        headers = sorted((self.copy / "src").glob("**/native/*.h"))
        common = b"".join(header.read_bytes() for header in headers)
        kept = self.copy / "build" / "kept"
        kept.mkdir(parents=True, exist_ok=True)
        objects = []
        for source in sorted((self.copy / folder).glob("*.c")):
            text = str(source).encode() + common + source.read_bytes()
            made = kept / f"{hashlib.sha256(text).hexdigest()}.o"
            if not made.exists():
                status = subprocess.run([*COMPILE, "-c", source, "-o", made], check=False)
                if status.returncode:
                    return status.returncode
            objects.append(made)
        target = self.copy / folder.parent / f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
        return subprocess.run([*COMPILE, *objects, "-o", target, "-lm"], check=False).returncode


def main() -> None:
    """Plant mistakes, run tests and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50, help="how many mistakes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--under", nargs="+", default=["src"], help="where, as git ls-files")
    parser.add_argument("--kind", default=".py .c .h .js", help="the kinds of files")
    parser.add_argument("--timeout", type=float, default=180.0, help="seconds of tests a mistake")
    parser.add_argument("--copy", type=Path, default=Path("/tmp/chainrule-mutants"))
    options = parser.parse_args()
    trial = Trial(options.copy, options.timeout)
    count: Counter[str] = Counter()
    for mutant in mutants(options.under, options.kind.split(), options.count, options.seed):
        verdict = trial.verdict(mutant)
        count[verdict] += 1
        print(f"{verdict:8} {mutant.path}:{mutant.line}  {mutant.what}", flush=True)
    print(dict(count))


if __name__ == "__main__":
    main()
