"""Ask every question and print one table."""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import platform

from rich.console import Console
from rich.table import Table

QUESTIONS = ("chain", "moons", "gpt", "training", "million", "start", "cliffs")
TABLES = ("programs", "judge", "accuracy", "page")
"""The questions that have tables of their own."""


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
    """Print the tables; the arguments choose questions by their names."""
    every = [*QUESTIONS, *TABLES]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("question", nargs="*", help=f"{', '.join(every)}; without one, all")
    asked = parser.parse_args().question or every
    if unknown := [name for name in asked if name not in every]:
        parser.error(f"no question is called {unknown[0]}: choose from {', '.join(every)}")
    console = Console(width=160)
    console.print(machine())
    table = Table(title="values and training")
    for heading in ("work", "chainrule", "peer", "ratio", "bar"):
        table.add_column(heading)
    for name in asked:
        if name not in TABLES:
            for row in importlib.import_module(f"bench.{name}").measure():
                table.add_row(*row)
    if table.rows:
        console.print(table)
    for name in asked:
        if name in TABLES:
            console.print(*importlib.import_module(f"bench.{name}").tables(), sep="\n")


if __name__ == "__main__":
    main()
