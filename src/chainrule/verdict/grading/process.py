"""The process of one student's file, as the grading process sees it."""

from __future__ import annotations

import hmac
import io
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from .worker import CLOSED, sign

START = "import sys; sys.path[:] = sys.argv[1:]; from {} import main; main()"
WORKER = "chainrule.verdict.grading.worker"
KEPT = (
    "PATH", "LANG", "LC_ALL", "SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "CHAINRULE_PURE", "VIRTUAL_ENV",
)  # fmt: skip
"""The variables of the environment that a file's process sees; the others may be secret."""
MARK = "CHAINRULE_GRADING"
"""The variable by which what a file's process started is recognized."""
MOST_BYTES = 8 << 20
"""How much may come through a pipe."""


class Unfinished(Exception):
    """Why no result came, in one sentence for the author of the file."""


class Process:
    """A process with its pipes; leaving the `with` block ends it and all that it started.

    Args:
        root: The folder in which it starts.
        running: The processes at work.
        module: The module whose `main` it runs.
    """

    def __init__(self, root: Path, running: Running, module: str = WORKER) -> None:
        self.folder, self._running = root / "submission", running
        self.key = b""
        self.forged = 0
        self._mark = secrets.token_hex(16)
        self._popen = subprocess.Popen(
            [sys.executable, "-c", START.format(module), *filter(None, sys.path)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env=_environment(self.folder, self._mark),
            start_new_session=True,
        )
        assert self._popen.stdin and self._popen.stdout
        self._stdin, self._stdout = self._popen.stdin, self._popen.stdout
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Process:
        self._running.add(self)
        return self

    def __exit__(self, *exception: object) -> None:
        self._running.remove(self)
        self.kill()
        self._clean_up()

    def _read(self) -> None:
        """In a thread, as it may block for ever: put the lines into the queue, then None."""
        left = MOST_BYTES
        with (
            suppress(OSError, ValueError),
            io.BufferedReader(self._stdout) as pipe,  # type: ignore[type-var]
        ):
            while left > 0 and (line := pipe.readline(left)):
                left -= len(line)
                self._lines.put(line.strip())
        self._lines.put(None)

    def send(self, message: Any) -> None:
        """Send a message. That it doesn't arrive is noticed when no answer comes."""
        rest = json.dumps(message).encode() + b"\n"

        def write(rest: bytes = rest) -> None:
            with suppress(OSError, ValueError):
                while rest:
                    rest = rest[self._stdin.write(rest) :]

        threading.Thread(target=write, daemon=True).start()  # as it may block for ever

    def expect(self, word: bytes, seconds: float, why: str) -> None:
        """Wait for a line that isn't signed; raises Unfinished."""
        deadline = monotonic() + seconds
        while self._line(deadline, why) != word:
            pass

    def receive(self, seconds: float, why: str) -> Any:
        """Wait for a signed message, and pass over everything else; raises Unfinished."""
        deadline = monotonic() + seconds
        while True:
            signature, _, text = self._line(deadline, why).partition(b" ")
            if hmac.compare_digest(signature, sign(self.key, text)):
                return read_json(text)
            self.forged += bool(signature)

    def _line(self, deadline: float, why: str) -> bytes:
        try:
            line = self._lines.get(timeout=max(deadline - monotonic(), 0.01))
        except queue.Empty:
            raise Unfinished(why) from None
        if line is None:
            raise Unfinished(self._reason())
        return line

    def _reason(self) -> str:
        """Why no more lines come."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(1.0)
        status = self._popen.returncode
        if status in (None, CLOSED):
            return "It closed or flooded the pipe through which results are sent."
        if status >= 0:
            return f"It quits Python with status {status} before it can be examined."
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"{-status}"
        if name == "SIGXCPU":
            return "It used more computing time than is allowed."
        return f"It crashes the Python interpreter ({name})."

    def kill(self) -> None:
        """End the process and its group."""
        if hasattr(os, "killpg"):
            with suppress(OSError):
                os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.kill()

    def _clean_up(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(5.0)
        while _end_marked(self._mark.encode()):
            pass
        with suppress(OSError):
            self._stdin.close()


class Running:
    """The processes at work, all of which can be ended at once."""

    def __init__(self) -> None:
        self._processes: set[Process] = set()
        self._lock = threading.Lock()
        self._is_over = False

    def add(self, process: Process) -> None:
        """Take note of a process; end it if all have been ended."""
        with self._lock:
            self._processes.add(process)
            if self._is_over:
                process.kill()

    def remove(self, process: Process) -> None:
        """Forget a process."""
        with self._lock:
            self._processes.remove(process)

    def end(self) -> None:
        """End all processes, and those that are still to come."""
        with self._lock:
            self._is_over = True
            for process in self._processes:
                process.kill()


def _environment(folder: Path, mark: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    homes = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        **kept, **homes, **threads, MARK: mark, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg",
    }  # fmt: skip


def _end_marked(mark: bytes) -> bool:
    """On Linux, end processes that left their group: the mark is still in their environment.

    Returns:
        Whether there were any.
    """
    found = False
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in path.read_bytes():
                os.kill(int(path.parent.name), signal.SIGKILL)
                found = True
    return found


def read_json(text: bytes) -> Any:
    """Read a message, whatever it holds; None where it cannot be read."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
