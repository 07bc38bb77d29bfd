"""The guard by itself, before an application that answers whatever it gets."""

from __future__ import annotations

import asyncio
import json

import pytest

from chainrule.drawing.view.page import module
from chainrule.errors import FormulaError
from chainrule.playground import guard, page, server

pytestmark = pytest.mark.once

OWN = b"127.0.0.1:8753"
HOSTS = ["127.0.0.1:8753", "localhost:8753"]


class Echo:
    """An application that sends a request's body back; it may stop in the middle of an answer."""

    def __init__(self, stops=False):
        self.stops, self.scopes = stops, []

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        if scope["type"] == "lifespan":
            return
        message = await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"1")]})
        if self.stops:
            await asyncio.sleep(60)
        await send({"type": "http.response.body", "body": message["body"]})


def exchange(echo, method="GET", parts=(b"",), type_="http", **headers):
    """Send one request through a guard; the messages that come back."""
    sent, waiting = [], list(parts)

    async def receive():
        part = waiting.pop(0)
        if part is None:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    pairs = [
        (name.replace("_", "-").encode(), value)
        for name, values in {"Host": OWN, **headers}.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    scope = {"type": type_, "method": method, "path": "/", "headers": pairs}
    asyncio.run(guard.Guard(echo, HOSTS, "default-src 'none'")(scope, receive, send))
    return sent


def status(sent):
    return sent[0]["status"]


def error(sent):
    assert dict(sent[0]["headers"])[b"connection"] == b"close"
    assert dict(sent[0]["headers"])[b"content-type"] == b"application/json"
    assert json.loads(sent[1]["body"])["remedy"] == ""
    return json.loads(sent[1]["body"])["error"]


def test_limits_of_a_request():
    assert (guard.LARGEST_BODY, guard.SECONDS) == (32_768, 10.0)


def test_an_answer_has_the_headers_of_the_application_and_of_the_guard():
    start, body = exchange(Echo(), parts=[b"ab", b"cd"])
    assert body["body"] == b"abcd"
    assert start["headers"] == [
        (b"a", b"1"),
        *((name.encode(), value.encode()) for name, value in guard.HEADERS.items()),
        (b"content-security-policy", b"default-src 'none'"),
    ]


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {}, 200),
        ("GET", {"Host": b"LOCALHOST:8753"}, 200),
        ("GET", {"Host": b"evil.example"}, "host"),
        ("GET", {"Host": []}, "host"),
        ("GET", {"Host": [OWN, OWN]}, "host"),
        ("GET", {"Origin": b"http://127.0.0.1:8753"}, 200),
        ("GET", {"Origin": b"HTTP://127.0.0.1:8753"}, 200),
        ("GET", {"Host": b"LOCALHOST:8753", "Origin": b"http://localhost:8753"}, 200),
        ("GET", {"Origin": b"http://localhost:8753"}, "page"),
        ("GET", {"Origin": [b"http://127.0.0.1:8753", b"null"]}, "page"),
        ("POST", {"Origin": b"null"}, "page"),
        ("GET", {"Sec_Fetch_Site": b"cross-site"}, 200),
        ("POST", {"Sec_Fetch_Site": b"same-origin"}, 200),
        ("POST", {"Sec_Fetch_Site": b"cross-site"}, "page"),
        ("POST", {"Sec_Fetch_Site": [b"same-origin", b"none"]}, "page"),
        ("PUT", {}, 200),
    ],
)
def test_which_requests_are_let_in(method, headers, expected):
    echo = Echo()
    sent = exchange(echo, method, **headers)
    if expected == 200:
        assert (status(sent), len(echo.scopes)) == (200, 1)
        return
    words = {
        "host": "this server is http://127.0.0.1:8753, and no other host.",
        "page": "this server takes requests from its own page only.",
    }
    assert (status(sent), error(sent)) == (403, words[expected])
    assert echo.scopes == []


def test_a_body_may_have_so_many_bytes_and_no_more():
    just = [b"x" * (guard.LARGEST_BODY - 1), b"x"]
    assert exchange(Echo(), "POST", just)[1]["body"] == b"".join(just)
    over = exchange(Echo(), "POST", [*just, b"x"])
    assert (status(over), error(over)) == (413, "a request has at most 32,768 bytes.")


def test_a_request_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.05)
    sent = exchange(Echo(), "POST", [b"x", None])
    assert (status(sent), error(sent)) == (408, "this took longer than 0.05 seconds.")
    sent = exchange(Echo(stops=True))
    assert [message.get("status") for message in sent] == [200]  # an answer begins only once


def test_what_is_no_request():
    echo = Echo()
    assert exchange(echo, type_="lifespan") == []
    assert len(echo.scopes) == 1
    assert exchange(echo, type_="websocket") == []
    assert len(echo.scopes) == 1


@pytest.mark.parametrize(
    ("kind", "body", "texts"),
    [
        ("application/json", b'{"text": "L = a*b", "of": "x"}', ["L = a*b", "x"]),
        ("application/json; charset=utf-8", b'{"of": "", "text": ""}', ["", ""]),
        (" application/json ;x", b'{"text": "a", "of": "b", "more": 1}', ["a", "b"]),
        ("text/plain", b'{"text": "a", "of": "b"}', None),
        ("", b'{"text": "a", "of": "b"}', None),
        ("application/json", b'{"text": "a", "of": 1}', None),
        ("application/json", b'{"text": "a"}', None),
        ("application/json", b'["text", "of"]', None),
        ("application/json", b"{", None),
        ("application/json", b"[" * 100_000, None),
    ],
    ids=range(10),
)
def test_the_texts_of_a_request(kind, body, texts):
    example = {"text": "L = a*b", "of": "x"}
    if texts is not None:
        assert server.texts_of(kind, body, example) == texts
        return
    with pytest.raises(FormulaError) as caught:
        server.texts_of(kind, body, example)
    assert 'a request is JSON with texts: {"text": "L = a*b", "of": "x"}.' in str(caught.value)


def test_the_page_gets_what_it_imports_from_the_view():
    exported = {public: local for local, public in page.names_in(page._EXPORT, module())}
    first, second, *_ = exported
    source = f'import {{ {first}, {second} as other }} from "../view/js/main.js";\nuse({first});\n'
    script = page.with_view(source)
    assert script.startswith(module())
    own = script.removeprefix(module())
    assert own == (
        f"(({first}, other) => {{\nuse({first});\n}})({exported[first]}, {exported[second]});\n"
    )
    assert page.names_in(page._IMPORT, "") == []
