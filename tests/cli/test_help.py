"""What `--help` says of the program and of each command; how click lays it out does not matter."""

from __future__ import annotations

import inspect

import click
import pytest

from chainrule.cli.commands import main

pytestmark = pytest.mark.once


def described(name, command):
    yield f"# {name}\n\n{inspect.cleandoc(command.help)}\n"
    for each in command.params:
        names = " ".join([*each.opts, *each.secondary_opts])
        if isinstance(each, click.Argument):
            yield each.metavar or each.name.upper()
            continue
        takes = "" if each.is_flag else f" {each.metavar or repr(each.type)}"
        many = " (several)" if each.multiple else ""
        default = f" [{each.default}]" if each.show_default else ""
        yield f"{names}{takes}{many}{default}: {each.help}"
    yield ""


def test_help(golden):
    commands = {"chainrule": main, **dict(sorted(main.commands.items()))}
    lines = [line for name, each in commands.items() for line in described(name, each)]
    golden("cli/help.txt", "\n".join(lines).replace("\b\n", ""))
