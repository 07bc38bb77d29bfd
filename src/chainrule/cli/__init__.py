"""The command line: `chainrule tour`, `chainrule draw` and the other commands."""

from .commands import main as main
