"""Plant small mistakes in the source, one at a time, and report those that no test notices.

    python tools/mutate.py --count 200 --seed 1
    python tools/mutate.py --count 20 --under src/chainrule/engine --kind .py

It works in a copy of the checkout. A mistake in Python or JavaScript is tried against the tests
that ran its line, known from one run under coverage; a mistake in C against all tests of its room.
Those of JavaScript open pages in Chromium, as `make browser` does, which must have run before.
Each case of a parametrised test is a test of its own. The quick ones come first. A test has noticed
a mistake only if it passes, and in time, without it. Generated files are left out: tests compare
them with their sources.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sysconfig
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from pathlib import Path

from mistakes import ROOT, Mutant, mutants

OF_PYTHON = """
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
json.dump(lines, open("python.json", "w"))
"""
OF_PAGES = """
import collections, glob, json
lines = collections.defaultdict(lambda: collections.defaultdict(list))
for name in glob.glob("lines/*.json"):
    for source, tests in json.load(open(name)).items():
        for line, each in tests.items():
            lines[source][line] += each
json.dump(lines, open("pages.json", "w"))
"""
CONTEXTS = {"python": OF_PYTHON, "pages": OF_PAGES}
"""Programs that write which tests ran each line of each file."""

COMPILE = [
    "gcc", "-O1", "-fPIC", "-shared", "-std=c11", "-ffp-contract=off", "-fvisibility=hidden",
    "-fno-math-errno", "-w", f"-I{sysconfig.get_path('include')}",
]  # fmt: skip
"""Like setup.py, but quicker."""

ENGINES = ("CHAINRULE_REQUIRE_NATIVE", "CHAINRULE_PURE")
"""The variables that choose an engine, as in `make test`: a mistake in Python that no test notices
with the compiled one is tried with the interpreted one."""

TIMEOUT = 1000
"""Instead of an exit status, where a mistake makes a test hang."""

NO_TESTS = 4
"""The exit status where tests can't be imported."""

SHORTEST = 0.01
"""Seconds below which pytest reports no duration."""

SLOW = ("jupyter", "large")
"""Tests of the view that are too slow to run for each mistake."""
IN_NODE = {
    "drawing": ("page_drawn", "page_memory", "page_*", "view*"),
    "playground": ("page_*", "pictures", "border", "settings", "training"),
    "course": ("page_*",),
}
"""Tests, by room, that run its modules without a page; those first that notice most."""
NOT_COUNTED = {
    "worker.js": "browser/test_export.py", "figures.js": "browser/test_tour.py"
}  # fmt: skip
"""The tests of what Chromium doesn't count for a page: its workers, and the script of the tour."""

IN_C = ("*twins", "*")
"""Tests of a room for mistakes in C, by name; those first that notice most."""

NATIVE = [
    Path("src/chainrule", name, "native") for name in ("engine", "programs/trace", "programs/run")
]
"""The folders of the extensions."""


class Trial:
    """A copy of the checkout in which mistakes are planted and tests are run."""

    def __init__(self, copy: Path, timeout: float, kinds: Sequence[str]) -> None:
        self.copy, self.timeout, self.engine = copy, timeout, ENGINES[0]
        if not copy.exists():
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv*", ".git"))
        self.contexts: dict[str, dict[str, list[str]]] = {}
        self.seconds: Counter[str] = Counter()
        self.failing: list[str] = []
        self.known: set[str] = set()
        if ".js" in kinds:
            slow = [f"--ignore=tests/browser/test_view_{name}.py" for name in SLOW]
            counting = ("-p", "page_coverage", "--pages-to=lines", "--dist=loadfile")
            self.run_once("pages", *counting, *slow, "tests/browser")
            self.known = set(self.seconds)
        if set(kinds) - {".js"}:
            (copy / ".coveragerc").write_text("[run]\nsource = src\n")
            counting = ("--cov", "--cov-config=.coveragerc", "--cov-context=test", "--cov-report=")
            skipped = ("--ignore=tests/peers", "--ignore=tests/browser")
            self.run_once("python", *counting, *skipped)
            self.python("-m", "pytest", "-q", "--collect-only", *skipped, timeout=600)
            self.known |= set(
                (copy / "log.txt").read_text().split("\n")
            )  # not all names are the same

    def run_once(self, name: str, *arguments: str) -> None:
        """Find out which tests run each line by one run of them all, whose results are kept."""
        contexts, first = self.copy / f"{name}.json", self.copy / f"{name}.txt"
        if not contexts.exists():
            options = ("-vv", "-rfE", "-n", "2", "--durations=0", "--durations-min=0.01")
            self.python("-m", "pytest", *options, *arguments, timeout=3600)
            (self.copy / "log.txt").rename(first)
            self.python("-c", CONTEXTS[name], str(self.copy), timeout=600)
        self.contexts |= json.loads(contexts.read_text())
        self.failing += re.findall(r"^(?:FAILED|ERROR) (\S+)", first.read_text(), re.M)
        for seconds, test in re.findall(r"^([\d.]+)s \w+ +(\S.*)", first.read_text(), re.M):
            self.seconds[test] += float(seconds)

    def python(self, *arguments: str, timeout: float) -> int:
        """Run Python on the copy's source; its exit status, or TIMEOUT."""
        environment = {
            "PYTHONPATH": f"{self.copy}/src:{self.copy}/tools", "HOME": "/tmp",
            "PATH": "/usr/local/bin:/usr/bin:/bin", self.engine: "1",
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
        """The tests that ran the line, those of its room first; and then the others of its room."""
        room = mutant.path.parts[2] if len(mutant.path.parts) > 3 else "engine"
        if mutant.path.suffix in (".c", ".h"):
            for name in IN_C:
                yield [*map(str, sorted(self.copy.glob(f"tests/{room}/test_{name}.py")))]
            return
        lines = self.contexts.get(str(mutant.path), {})
        ran = self.known & set(lines.get(str(mutant.line), []))
        beside = self.known & {test for tests in lines.values() for test in tests}
        if mutant.path.suffix == ".js":
            nears = [f"{room}/test_{name}.py" for name in IN_NODE.get(room, ())]
            if mutant.path.name in NOT_COUNTED:
                nears = [NOT_COUNTED[mutant.path.name]]
            room = "browser"
            paths = [path for near in nears for path in sorted(self.copy.glob(f"tests/{near}"))]
            yield [str(path) for path in dict.fromkeys(paths)]
        else:
            near = {"engine": ("engine", "graph"), "table": ("table", "engine", "programs")}
            near = tuple(f"tests/{name}/" for name in near.get(room, (room,)))
            beside |= {test for test in self.known if test.startswith(near)}
        own = {test for test in ran if test.startswith(f"tests/{room}/")}
        yield self.quickest(own, room)
        yield self.quickest(ran - own, room)
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
        longest = self.timeout / (2 if room == "browser" else 10)  # in a page, each takes seconds
        return [test for test, time in zip(order, times) if time < longest]

    def verdict(self, mutant: Mutant) -> str:
        """Whether a test fails with the mistake in place; whether it can be built at all."""
        target = self.copy / mutant.path
        original = target.read_text("utf-8")
        target.write_text(mutant.text, encoding="utf-8")
        try:
            if self.build(mutant.path):
                return "no code"
            engines = ENGINES if mutant.path.suffix == ".py" else ENGINES[:1]
            for engine, tests in product(engines, self.tests(mutant)):
                self.engine = engine
                status = self.run(tests) if tests else 0
                if status:
                    break
        finally:
            target.write_text(original, encoding="utf-8")
            self.build(mutant.path)
        log = (self.copy / "log.txt").read_text()
        failed = re.findall(r"^(?:FAILED|ERROR) ([^\s[]+)", log, re.M)  # all cases of the test
        if status and self.run(failed or tests) != 0:
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
            bundle = "npm run -s bundle && npm run -s bundle-play && npm run -s bundle-course"
            return subprocess.run(bundle, cwd=self.copy, shell=True, check=False).returncode
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
    kinds = options.kind.split()
    trial = Trial(options.copy, options.timeout, kinds)
    count: Counter[str] = Counter()
    for mutant in mutants(options.under, kinds, options.count, options.seed):
        verdict = trial.verdict(mutant)
        count[verdict] += 1
        print(f"{verdict:8} {mutant.path}:{mutant.line}  {mutant.what}", flush=True)
    print(dict(count))


if __name__ == "__main__":
    main()
