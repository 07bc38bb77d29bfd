"""The group of all commands: its errors and warnings are shown without tracebacks."""

from __future__ import annotations

import functools
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..errors import ChainruleError, ChoiceError, FormulaError, NumberError, WrongType

MISUSE = (ChoiceError, FormulaError, NumberError, WrongType)
"""The user typed something wrong: exit status 2. Other errors, such as a full disk, end with 1."""


class Failure(click.ClickException):
    """An error of this package, shown without a traceback."""

    def __init__(self, error: ChainruleError) -> None:
        # Leave out the source line, which is ours: on the command line the user has no source.
        super().__init__(re.sub(r"\s*made at .*", "", str(error)))


class Misuse(Failure):
    exit_code = 2


class Commands(click.Group):
    """A group whose commands may raise this package's errors."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a terminal may lack some of our characters
                stream.reconfigure(errors="replace")
        try:
            with warnings.catch_warnings():
                warnings.showwarning = functools.partial(_show_warning, warnings.showwarning)
                return super().invoke(ctx)
        except ChainruleError as error:
            raise (Misuse if isinstance(error, MISUSE) else Failure)(error) from error


def _show_warning(show: Callable[..., None], message: Any, *more: Any, **rest: Any) -> None:
    """Show a warning; without the source line if that is ours."""
    if Path(more[1]).is_relative_to(Path(__file__).parent.parent):
        click.echo(f"Note: {message}", err=True)
    else:
        show(message, *more, **rest)
