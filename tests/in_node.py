"""Running the pages' modules, or a script of the tests, in Node, which has no browser."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "src" / "chainrule"
"""The sources of the pages, which an installed package has as bundles."""

PAGES = [SOURCES / "playground/js/playground.js", SOURCES / "course/js/course.js"]


def _node():
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node isn't installed here; the pages' modules are tested with it")
    return node


def answer_of(program, argument):
    """What a script writes that reads this argument, both as JSON."""
    output = subprocess.check_output([_node(), program], input=json.dumps(argument), text=True)
    return json.loads(output)


class Modules:
    """A running Node that has loaded every module of the view, the playground and the course."""

    def __init__(self) -> None:
        program = Path(__file__).parent / "page" / "run.js"
        self.process = subprocess.Popen(
            [_node(), program, SOURCES / "drawing/view/js", *PAGES],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, code, argument=None):
        """Run statements; modules, `v` and `argument` are names in them."""
        self.process.stdin.write(json.dumps({"code": code, "argument": _written(argument)}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "Node has stopped"
        answer = json.loads(line, object_hook=_read, parse_int=_whole)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def value(self, expression, argument=None):
        """Evaluate an expression."""
        return self.run(f"return ({expression});", argument)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)


def _written(x):
    """Replace the numbers that JSON lacks."""
    if isinstance(x, float) and (not math.isfinite(x) or (x == 0 and math.copysign(1, x) < 0)):
        return {"number": "-0" if x == 0 else repr(x).replace("nan", "NaN")}
    if isinstance(x, dict):
        return {key: _written(value) for key, value in x.items()}
    return [_written(each) for each in x] if isinstance(x, list | tuple) else x


def _whole(text):
    """Every number is a float there, though it may be written like an int."""
    x = int(text)
    return x if abs(x) <= 2**53 else float(text)


def _read(pairs):
    return float(pairs["number"]) if pairs.keys() == {"number"} else pairs
