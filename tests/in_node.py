"""Running a script of the tests in Node, which has the modules of a page but no browser."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest


def answer_of(program, argument):
    """What a script writes that reads this argument, both as JSON."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node isn't installed here; the pages' modules are tested with it")
    output = subprocess.check_output([node, program], input=json.dumps(argument), text=True)
    return json.loads(output)
