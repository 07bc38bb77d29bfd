"""Which requests the server takes: from its own page, of a moderate size, in a moderate time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any

from .page import data_text

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

LARGEST_BODY = 32_768
"""The most bytes of a request's body; a program of 4,000 characters has fewer, however written."""

SECONDS = 10.0
"""How long a request may take, from its first byte to the answer."""

HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guard:
    """Lets an application see only what its own page sent.

    A page from elsewhere can make a browser send requests to this machine. Its requests carry its
    own `Origin`, or, where a name of its own leads to 127.0.0.1, its own `Host`.

    Args:
        application: The ASGI application.
        hosts: What a browser calls this server, such as '127.0.0.1:8753'.
        policy: The content security policy.
        seconds: How long requests may take, by their path, where it isn't SECONDS.
    """

    def __init__(
        self,
        application: Application,
        hosts: Collection[str],
        policy: str,
        seconds: Mapping[str, float] | None = None,
    ) -> None:
        self.application = application
        self.seconds = seconds or {}
        self.hosts = hosts
        self.headers = {**HEADERS, "content-security-policy": policy}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self.application(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # a WebSocket: uvicorn refuses the handshake of what returns at once
        reply = _Reply(send, self.headers)
        seconds = self.seconds.get(scope["path"], SECONDS)
        try:
            await asyncio.wait_for(self._answer(scope, receive, reply), seconds)
        except asyncio.TimeoutError:  # Python 3.10 has another TimeoutError
            await reply.refuse(408, f"this took longer than {seconds:g} seconds.")

    async def _answer(self, scope: Message, receive: Receive, reply: _Reply) -> None:
        problem = self._problem(scope["headers"], scope["method"])
        body = b"" if problem else await _body(receive)
        if body is None:
            problem = 413, f"a request has at most {LARGEST_BODY:,} bytes."
        if problem:
            await reply.refuse(*problem)
            return

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self.application(scope, again, reply.send)

    def _problem(self, headers: list[tuple[bytes, bytes]], method: str) -> tuple[int, str] | None:
        """Return why a request is refused, as a status and a sentence."""
        values: dict[bytes, list[str]] = {}
        for name, value in headers:
            values.setdefault(name.lower(), []).append(value.decode("latin-1"))
        hosts = values.get(b"host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return 403, f"this server is http://{next(iter(self.hosts))}, and no other host."
        origins = values.get(b"origin", [])
        if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
            return 403, "this server takes requests from its own page only."
        sites = values.get(b"sec-fetch-site", [])
        if method != "GET" and any(site != "same-origin" for site in sites):
            return 403, "this server takes requests from its own page only."
        return None


async def _body(receive: Receive) -> bytes | None:
    """Return a request's body; None where it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


class _Reply:
    """Sends an answer with the headers that every answer has."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.is_started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_started = True
            message["headers"] = [*message.get("headers", []), *self.headers]
        await self._send(message)

    async def refuse(self, status: int, what: str) -> None:
        if self.is_started:
            return
        body = data_text({"error": what, "remedy": ""}).encode()
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})
