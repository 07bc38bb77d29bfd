"""`chainrule play`: the page on this machine, for this machine only."""

from __future__ import annotations

import json
import os
import socket
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, NamedTuple

from ..drawing.view.program import HOST, PORT
from ..errors import ChoiceError, FormulaError, MissingExtra
from . import page
from .answer import refusal, reply
from .guard import Application, Guard

LIBRARIES = "Starlette and uvicorn"

AT_ONCE = 2
"""How many graphs are laid out at the same time."""


class Wing(NamedTuple):
    """What is served beside the playground.

    Attributes:
        address: Its first page.
        routes: The routes of its pages.
        scripts: The scripts of its pages, which the security policy allows.
        seconds: How long requests may take, by their path, where it is longer than usual.
    """

    address: str
    routes: Sequence[Any]
    scripts: Sequence[str]
    seconds: Mapping[str, float]


NO_WING = Wing("", (), (), {})


def application(port: int, wing: Wing = NO_WING, language: str | None = None) -> Application:
    """Return the ASGI application.

    Args:
        port: Where it will listen. Requests that name another host or port are refused.
        wing: What is served beside the playground.
        language: The page's language until somebody chooses another; None for the browser's.

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
        raise MissingExtra(LIBRARIES, "chainrule play") from None
    html = page.html(is_served=True, course=wing.address, language=language)
    layouts = anyio.Semaphore(AT_ONCE)

    async def show(_: Any) -> Any:
        return responses.HTMLResponse(html)

    async def lay_out(request: Any) -> Any:
        try:
            kind = request.headers.get("content-type", "")
            (text,) = texts_of(kind, await request.body(), {"text": "L = a*b"})
        except FormulaError as error:
            return respond(refusal(error), 400)
        async with layouts:
            return respond(await concurrency.run_in_threadpool(reply, text), 200)

    return Guard(
        applications.Starlette(
            routes=[
                routing.Route("/", show, methods=["GET"]),
                routing.Route("/graph", lay_out, methods=["POST"]),
                *wing.routes,
            ]
        ),
        [f"{HOST}:{port}", f"localhost:{port}"],
        page.policy([page.script(), *wing.scripts], True) + "; frame-ancestors 'none'",
        wing.seconds,
    )


def respond(content: dict[str, Any], status: int) -> Any:
    """Return an answer in JSON."""
    responses = import_module("starlette.responses")
    return responses.Response(page.data_text(content), status, media_type="application/json")


def texts_of(kind: str, body: bytes, example: dict[str, str]) -> list[str]:
    """Return the texts in a request.

    Args:
        kind: The type of its content.
        body: Its content.
        example: A content with the same keys.

    Raises:
        FormulaError: The request lacks one.
    """
    try:
        content = json.loads(body) if kind.partition(";")[0].strip() == "application/json" else None
    except (ValueError, RecursionError):
        content = None
    fields = content if isinstance(content, dict) else {}
    texts = [fields[key] for key in example if isinstance(fields.get(key), str)]
    if len(texts) < len(example):
        raise FormulaError(f"a request is JSON with texts: {json.dumps(example)}.")
    return texts


def serve(
    port: int = PORT,
    *,
    opens_browser: bool = True,
    wing: Wing = NO_WING,
    path: str = "",
    what: str = "The playground",
    language: str | None = None,
) -> None:
    """Serve the playground on 127.0.0.1 until Ctrl+C.

    Args:
        port: The port; 0 chooses one that is free.
        opens_browser: Whether the system's browser opens the page.
        wing: What is served beside it.
        path: The path of the page that the browser opens.
        what: What that page is.
        language: The language until somebody chooses another; None for the browser's.

    Raises:
        MissingExtra: Starlette or uvicorn is not installed.
        ChoiceError: The port is in use.
    """
    try:
        uvicorn = import_module("uvicorn")
    except ImportError:
        raise MissingExtra(LIBRARIES, f"{what[0].lower()}{what[1:]}") from None
    with _listener(port) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(
            application(port, wing, language), log_level="warning", access_log=False,
            limit_concurrency=64, timeout_keep_alive=5, ws="none", server_header=False,
        )  # fmt: skip
        address = f"http://{HOST}:{port}/{path}"
        print(f"{what} is at {address} (Ctrl+C ends it).", flush=True)
        if opens_browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


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
