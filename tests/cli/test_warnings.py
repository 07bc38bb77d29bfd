"""Warnings on the command line: ours as a note, those of a user's code as Python shows them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import chainrule

PROGRAM = """
import sys, warnings, click
from chainrule.cli.group import Commands

@click.group(cls=Commands)
def main():
    pass

@main.command()
@click.argument("file")
def warn(file):
    warnings.warn_explicit("be careful", UserWarning, file, 3)

main()
"""


def said(file):
    command = [sys.executable, "-c", PROGRAM, "warn", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_a_warning_of_ours_is_a_note_and_one_of_the_users_code_names_its_line():
    assert said(Path(chainrule.__file__).parent / "engine" / "value.py") == "Note: be careful\n"
    assert said("script.py").startswith("script.py:3: UserWarning: be careful\n")
