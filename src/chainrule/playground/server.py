"""`chainrule play`: the page on this machine, for this machine only."""

from __future__ import annotations

import json
import os
import socket
import webbrowser
from importlib import import_module
from typing import Any

from ..errors import ChainruleError, ChoiceError, FormulaError, MissingExtra
from ..files import write_atomically
from . import page
from .answer import answer, refusal
from .guard import Application, Guard

HOST = "127.0.0.1"
PORT = 8753

AT_ONCE = 2
"""How many graphs are laid out at the same time."""


def application(port: int) -> Application:
    """Return the ASGI application.

    Args:
        port: Where it will listen. Requests that name another host or port are refused.

    Raises:
        MissingExtra: Starlette is not installed.
    """
    try:
        applications = import_module("starlette.applications")
        concurrency = import_module("starlette.concurrency")
        responses = import_module("starlette.responses")
        routing = import_module("starlette.routing")
        import anyio
    except ImportError:
        raise MissingExtra("starlette", "chainrule play") from None
    html = page.html(is_served=True)
    layouts = anyio.Semaphore(AT_ONCE)

    async def show(_: Any) -> Any:
        return responses.HTMLResponse(html)

    async def lay_out(request: Any) -> Any:
        try:
            text = _text(request.headers.get("content-type", ""), await request.body())
        except FormulaError as error:
            return respond(refusal(error), 400)
        try:
            async with layouts:
                return respond(await concurrency.run_in_threadpool(answer, text), 200)
        except ChainruleError as error:
            return respond(refusal(error), 200)  # while one types, most texts aren't finished

    def respond(content: dict[str, Any], status: int) -> Any:
        return responses.Response(page.data_text(content), status, media_type="application/json")

    return Guard(
        applications.Starlette(
            routes=[
                routing.Route("/", show, methods=["GET"]),
                routing.Route("/graph", lay_out, methods=["POST"]),
            ]
        ),
        [f"{HOST}:{port}", f"localhost:{port}"],
        page.policy(is_served=True) + "; frame-ancestors 'none'",
    )


def _text(kind: str, body: bytes) -> str:
    """Return the program in a request.

    Raises:
        FormulaError: The request has none.
    """
    try:
        content = json.loads(body) if kind.partition(";")[0].strip() == "application/json" else None
    except (ValueError, RecursionError):
        content = None
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(text, str):
        raise FormulaError('a request is JSON with a text: {"text": "L = a*b"}.')
    return text


def serve(port: int = PORT, *, opens_browser: bool = True) -> None:
    """Serve the playground on 127.0.0.1 until Ctrl+C.

    Args:
        port: The port; 0 chooses one that is free.
        opens_browser: Whether the system's browser opens the page.

    Raises:
        MissingExtra: Starlette or uvicorn is not installed.
        ChoiceError: The port is in use.
    """
    try:
        uvicorn = import_module("uvicorn")
    except ImportError:
        raise MissingExtra("uvicorn", "chainrule play") from None
    listener = _listener(port)
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        application(port), log_level="warning", access_log=False, limit_concurrency=64,
        timeout_keep_alive=5, ws="none", server_header=False,
    )  # fmt: skip
    address = f"http://{HOST}:{port}/"
    print(f"The playground is at {address} (Ctrl+C ends it).", flush=True)
    if opens_browser:
        webbrowser.open(address)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()


def _listener(port: int) -> socket.socket:
    """Return a socket that listens on this machine's own address."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        remedy = "choose another with --port, or --port 0 for any that is free"
        raise ChoiceError(f"port {port} is in use on this machine.", remedy=remedy) from None
    listener.listen(64)
    return listener


def export(folder: str) -> str:
    """Write the playground as a folder for any web space, and return the page's path.

    The page needs no server: its examples are laid out beforehand. Typing something new needs
    Python, as the page says.

    Raises:
        ChoiceError: The folder has no name.
        FileError: It cannot be written.
    """
    if not folder:
        raise ChoiceError(
            "the playground needs the name of a folder, but got an empty one.",
            remedy="name one, or '.' for the folder you are in",
        )
    path = os.path.join(folder, "index.html")
    write_atomically(path, page.html(is_served=False).encode(), makes_folders=True)
    return path
