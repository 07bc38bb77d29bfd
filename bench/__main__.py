"""Ask every question and print one table."""

from __future__ import annotations

import datetime
import importlib
import os
import platform
import sys

from rich.console import Console
from rich.table import Table

QUESTIONS = ("chain", "moons", "gpt", "million", "start")


def machine() -> str:
    """What it was measured on."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(
                line.split(":", 1)[1].strip() for line in file if line.startswith("model name")
            )
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, {python}, {datetime.date.today()}"
    )


def main() -> None:
    """Print the table; the arguments choose questions by their names."""
    table = Table(title="chainrule against micrograd", caption=machine())
    for heading in ("work", "chainrule", "peer", "ratio", "bar"):
        table.add_column(heading)
    for name in sys.argv[1:] or QUESTIONS:
        for row in importlib.import_module(f"bench.{name}").measure():
            table.add_row(*row)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
