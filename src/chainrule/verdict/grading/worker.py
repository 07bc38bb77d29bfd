"""The process of one student's file: runs it, examines its class and sends what came out.

What the grading process needs to know goes over private pipes, opened before the file runs, and is
signed with a key that arrives only when the file's own code has run. No output of the file gets
there: it is thrown away, and there is nothing to read on its standard input.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import FrameType, ModuleType
from typing import Any

from ...engine.node import Node
from ...errors import WrongType
from ..engines.check import check_engine
from ..engines.result import EngineCheck
from ..engines.subject import has_pass
from ..engines.watchdog import collects_garbage
from ..result_table import error_text, printable
from .guard import limit_resources, refuse_harm
from .recheck import answer
from .submissions import Block, read_blocks

BEGUN, READY = b"begun", b"ready"
"""The lines that aren't signed: before the file runs, and after that."""
CLOSED = 77
"""The status of a process whose pipes have been closed."""
LONGEST = 400
"""How much of an error's text is kept."""


class NotGraded(Exception):
    """Why a file cannot be graded, in one sentence for its author."""


class Channel:
    """The pipes to the grading process."""

    def __init__(self) -> None:
        """Take over standard input and output; the file gets streams that lead nowhere."""
        self.source, self.target = os.dup(0), os.dup(1)
        for number, mode in enumerate((os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)):
            nowhere = os.open(os.devnull, mode)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
        self._input = os.fdopen(self.source, "rb")
        self._write = os.write
        self.key = b""

    def receive(self) -> Any:
        """The next message of the grading process."""
        try:
            return json.loads(self._input.readline())
        except (OSError, ValueError):
            os._exit(CLOSED)

    def send_line(self, line: bytes) -> None:
        """Write a line that begins afresh, whatever somebody else wrote before it."""
        rest = b"\n" + line + b"\n"
        try:
            while rest:
                rest = rest[self._write(self.target, rest) :]
        except OSError:
            os._exit(CLOSED)

    def send(self, message: Any) -> None:
        """Send a signed message."""
        text = json.dumps(message).encode()
        self.send_line(sign(self.key, text) + b" " + text)


def sign(key: bytes, text: bytes) -> bytes:
    """The signature of a message."""
    return hmac.new(key, text, hashlib.sha256).hexdigest().encode()


def main() -> None:
    """Grade the file that the first message names; the second one is the key."""
    channel = Channel()
    job = channel.receive()
    attempts: list[str] = []
    os.chdir(job["folder"])
    limit_resources(job["cpu_seconds"], job["megabytes"])
    refuse_harm(job["folder"], attempts)
    channel.send_line(BEGUN)
    make, result = load(Path(job["folder"], job["file"]), job["engine"], job["seconds"])
    channel.send_line(READY)
    channel.key = channel.receive().encode()
    if make is not None:
        try:
            result["report"] = _examine(make)
        except NotGraded as reason:
            result["why"] = str(reason)
    channel.send({**result, "attempts": attempts})
    if result["report"]:
        channel.send([answer(make, question) for question in channel.receive()])
    os._exit(0)  # nothing of the file runs any more


def load(path: Path, wanted: str, seconds: float) -> tuple[type | None, dict[str, Any]]:
    """Run a file and find its class; return the class, and what to say of the file so far."""
    remarks: list[str] = []
    result: dict[str, Any] = {"why": "", "engine": "", "report": None, "remarks": remarks}
    failures: list[str] = []
    try:
        blocks, text = _read(path)
        copy = path.with_suffix(".py")
        if copy != path:
            copy.write_bytes(text)
        with _interrupted(seconds, str(copy)):
            module = _run(copy, blocks, failures)
        make = _find_engine(module, wanted, failures, remarks)
    except NotGraded as reason:
        result["why"] = str(reason)
        return None, result
    result["engine"] = printable(make.__name__)
    remarks += failures
    return make, result


def _read(path: Path) -> tuple[list[Block], bytes]:
    try:
        return read_blocks(path)
    except ValueError as error:
        raise NotGraded(f"The notebook cannot be read: {error_text(error)}.") from None


# ---- running the file ----------------------------------------------------------------------------


def _run(path: Path, blocks: list[Block], failures: list[str]) -> ModuleType:
    """Run the blocks one after the other; note where one fails."""
    name = path.stem if path.stem not in sys.modules else f"student_{path.stem}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    limit = sys.getrecursionlimit()
    for block in blocks:
        try:
            exec(compile(block.source, str(path), "exec", dont_inherit=True), vars(module))
        except BaseException as error:
            where = f"{block.name[:1].upper()}{block.name[1:]}" if block.name else "The file"
            failures.append(_failure(where, str(path), error))
            if isinstance(error, TooLong):
                break
    sys.setrecursionlimit(limit)
    sys.settrace(None)
    return module


class TooLong(BaseException):
    """The file's own code runs for too long; no `except Exception` of it swallows this."""


@contextmanager
def _interrupted(seconds: float, path: str) -> Iterator[None]:
    """Stop what runs for too long, so that a class above an endless loop can still be graded.

    On Unix a signal does it, elsewhere a trace function. Where the file swallows it, or is in a
    function of C, the grading process ends this one a little later.
    """

    def stop(*_: object) -> None:
        raise TooLong(f"it runs for longer than {seconds:g} seconds")

    tracer, handler = sys.gettrace(), None
    has_signals = hasattr(signal, "setitimer")
    if has_signals:
        handler = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    else:
        sys.settrace(_call_at(monotonic() + seconds, stop, path))
    try:
        yield
    finally:
        if has_signals:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)
        sys.settrace(tracer)


def _call_at(deadline: float, stop: Callable[[], None], path: str) -> Callable[..., Any]:
    """A trace function that calls another one after a deadline, at the first line of a file or the
    first call anywhere."""

    def trace(frame: FrameType, *_: object) -> Any:
        if monotonic() > deadline and not collects_garbage(frame):
            stop()
        return trace if frame.f_code.co_filename == path else None

    return trace


def _failure(what: str, path: str, error: BaseException) -> str:
    """In one sentence, where the file or a cell stops, and why."""
    text = error_text(error)[:LONGEST]
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"{what} isn't valid Python: line {error.lineno}: {printable(str(error.msg))}."
    lines = [x.lineno for x in traceback.extract_tb(error.__traceback__) if x.filename == path]
    line = f" at line {lines[-1]}" if lines else ""
    if isinstance(error, SystemExit):
        return f"{what} ends the program{line}, so nothing after that was read."
    if isinstance(error, EOFError):
        return f"{what} stops{line}: it waits for input, but nobody can type while it is graded."
    if isinstance(error, TooLong):
        return f"{what} stops{line}: {error}."
    if isinstance(error, MemoryError):
        return f"{what} stops{line}: it needs more memory than it may use here."
    return f"{what} stops{line}: {text}."


# ---- finding the class ---------------------------------------------------------------------------


def _find_engine(module: ModuleType, wanted: str, failures: list[str], remarks: list[str]) -> type:
    """The class to grade: the one that is wanted, or the only one that can run a pass."""
    own = [
        x for x in vars(module).values() if isinstance(x, type) and x.__module__ == module.__name__
    ]
    classes = list(dict.fromkeys(own))
    if wanted:
        if not any(x.__name__ == wanted for x in classes):
            raise NotGraded(failures[0] if failures else f"It defines no class {wanted}.")
        return next(x for x in classes if x.__name__ == wanted)
    engines = [x for x in classes if has_pass(x)]
    engines = [x for x in engines if not any(x in y.__mro__[1:] for y in engines)]
    if not engines:
        raise NotGraded(failures[0] if failures else _no_engine(classes))
    if len(engines) > 1:
        names = ", ".join(sorted(x.__name__ for x in engines))
        usual = [x for x in engines if x.__name__ == "Value"]
        if len(usual) != 1:
            raise NotGraded(
                f"{len(engines)} classes have a backward pass ({names}): rename the one to be "
                "graded to Value."
            )
        engines = usual
        remarks.append(f"Only Value was graded; these classes have a backward pass: {names}.")
    return engines[0]


def _no_engine(classes: list[type]) -> str:
    if not classes:
        return "It defines no class."
    names = ", ".join(x.__name__ for x in classes[:5])
    noun = "class" if len(classes) == 1 else "classes"
    return f"It has the {noun} {names}, but none with a backward() method."


def _examine(make: Any) -> dict[str, Any]:
    """Examine the class; raises NotGraded if it isn't one that check_engine can judge."""
    if issubclass(make, Node):
        raise NotGraded(f"{make.__name__} is built on chainrule's own Value, not written anew.")
    try:
        make(1.5)
    except BaseException as error:
        raise NotGraded(
            f"{make.__name__}(1.5) raises {error_text(error)[:LONGEST]}; one number has to be "
            "enough to make a Value."
        ) from None
    try:
        report = check_engine(make)
    except WrongType as error:
        what = str(error).partition("\n")[0].removeprefix("check_engine ")
        raise NotGraded(f"An engine {what}") from None
    except BaseException as error:
        raise NotGraded(f"The examination broke off: {error_text(error)[:LONGEST]}.") from None
    return _as_dict(report)


def _as_dict(report: EngineCheck) -> dict[str, Any]:
    return {
        "mistakes": [list(x) for x in report.mistakes],
        "weaknesses": [list(x) for x in report.weaknesses],
        "sound": list(report.sound),
        "missing": dict(report.reasons),
        "unjudged": dict(report.unjudged),
        "not_tried": dict(report.not_tried),
    }
