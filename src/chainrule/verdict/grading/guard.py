"""What the process of a student's file may not do, and how much of the machine it may use.

This keeps mistakes and simple mischief from doing harm. It isn't a sandbox: see docs/grading.md.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

PROCESS, SIGNAL, NETWORK = "start another process", "send a signal", "use the network"
EVENTS: dict[str, str] = {
    **dict.fromkeys(("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec"), PROCESS),
    **dict.fromkeys(("os.system", "os.startfile", "subprocess.Popen", "pty.spawn"), PROCESS),
    **dict.fromkeys(("os.kill", "os.killpg"), SIGNAL),
    **dict.fromkeys(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"), NETWORK),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname"), NETWORK),
}
"""Python's audit events that are refused, and in words what was tried."""
LAST, ONE_BEFORE, NONE = -1, -2, None
PATHS: dict[str, tuple[str, tuple[tuple[int, int | None], ...]]] = {
    "os.remove": ("delete", ((0, LAST),)),
    "os.rmdir": ("delete", ((0, LAST),)),
    "shutil.rmtree": ("delete", ((0, LAST),)),
    "os.rename": ("rename", ((0, ONE_BEFORE), (1, LAST))),
    "os.link": ("link", ((0, ONE_BEFORE), (1, LAST))),
    "os.symlink": ("link", ((1, LAST),)),
    "os.truncate": ("write", ((0, NONE),)),
    "os.mkdir": ("make", ((0, LAST),)),
    "os.utime": ("change", ((0, LAST),)),
    "os.chmod": ("change", ((0, LAST),)),
    "os.chown": ("change", ((0, LAST),)),
    "os.setxattr": ("change", ((0, NONE),)),
}
"""Events that change a file, in words; which of their arguments are paths, and for each of these
which argument is the open folder that a relative path starts from."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
MOST_NOTED = 20
"""How many refused attempts are noted."""


def limit_resources(seconds: int, megabytes: int) -> None:
    """Limit this process's time, memory and files, as far as the system can."""
    if resource is None:
        return
    most = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_AS": megabytes << 20,
        "RLIMIT_FSIZE": 64 << 20,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_NPROC": 0,  # the kernel itself refuses new processes, except to root
    }
    for name, limit in most.items():
        with suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (limit, limit))


def what_is_not_limited() -> str:
    """What this system cannot limit, in a sentence; empty where it limits everything."""
    if resource is None:
        return "Windows limits the time of each file, but not its memory."
    if sys.platform == "darwin":
        return "macOS limits the time of each file, but not its memory."
    return ""


def refuse_harm(folder: str, attempts: list[str]) -> None:
    """From now on, refuse what leaves the folder or reaches other processes, and note attempts.

    A refusal raises PermissionError where the student's code tried it. It cannot be lifted.
    """
    root = os.path.realpath(folder)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        what = _refusal(event, arguments, root)
        if what:
            if len(attempts) < MOST_NOTED and what not in attempts:
                attempts.append(what)
            raise PermissionError(f"a file that is being graded may not {what}")

    sys.addaudithook(hook)


def _refusal(event: str, arguments: tuple[Any, ...], root: str) -> str:
    """What an event would do that isn't allowed, in words; empty if it may go on."""
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & WRITES and not _is_inside(path, root):
            return f"write {_shown(path)}"
    elif event in PATHS:
        verb, pairs = PATHS[event]
        for index, start in pairs:
            folder = None if start is None else arguments[start]
            if not _is_inside(arguments[index], root, folder):
                return f"{verb} {_shown(arguments[index])}"
    elif event in EVENTS:
        is_own = EVENTS[event] == SIGNAL and event == "os.kill" and arguments[0] == os.getpid()
        return "" if is_own else EVENTS[event]
    return ""


def _is_inside(path: Any, root: str, folder: Any = None) -> bool:
    """Whether a path is in the root, or is a stream that swallows everything.

    A relative path may start from an open folder, as those in `shutil.rmtree` do.
    """
    if isinstance(path, int):
        return True  # it is open already
    try:
        name = os.path.abspath(os.fsdecode(path))
        if isinstance(folder, int) and folder >= 0:
            name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), os.fsdecode(path))
        real, parent = os.path.realpath(name), os.path.realpath(os.path.dirname(name))
    except (OSError, TypeError, ValueError):
        return False
    if real == os.path.realpath(os.devnull):
        return True
    return all(x == root or x.startswith(root + os.sep) for x in (real, parent))


def _shown(path: Any) -> str:
    try:
        return os.fsdecode(path)[:100]
    except (TypeError, ValueError):
        return "a file"
