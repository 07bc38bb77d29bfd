"""The server takes what its own page sends, and nothing hostile gets past it."""

from __future__ import annotations

import ast
import asyncio
import json
import random
import socket
import string
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainrule.cli import main
from chainrule.errors import ChainruleError, ChoiceError
from chainrule.playground import guard, page, server
from chainrule.playground.answer import answer
from chainrule.playground.program import LONGEST

pytestmark = pytest.mark.once

PORT = 8753
OWN = f"127.0.0.1:{PORT}"
JSON = {"content-type": "application/json"}


class Reply:
    """What came back: the status, the headers and the body."""

    def __init__(self, messages):
        start, *rest = messages
        self.status = start["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        self.body = b"".join(message.get("body", b"") for message in rest)

    @property
    def json(self):
        return json.loads(self.body)


@pytest.fixture(scope="module")
def application():
    pytest.importorskip("starlette")
    return server.application(PORT)


@pytest.fixture(scope="module")
def ask(application):
    """A function that sends one request straight to the application."""

    def send_request(method="GET", path="/", body=b"", host=OWN, parts=None, **headers):
        pairs = [(b"host", host.encode())] if host is not None else []
        pairs += [(name.encode(), value.encode()) for name, value in headers.items()]
        return Reply(asyncio.run(exchange(application, method, path, pairs, parts or [body])))

    return send_request


async def exchange(application, method, path, headers, parts):
    sent, waiting = [], list(parts)

    async def receive():
        part = waiting.pop(0)
        if part is None:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": None,
    }  # fmt: skip
    await application(scope, receive, send)
    return sent


def post(ask, text, **more):
    return ask("POST", "/graph", json.dumps({"text": text}).encode(), **JSON, **more)


def test_the_page_and_a_graph(ask):
    shown = ask()
    assert shown.status == 200
    assert shown.body.decode() == page.html(is_served=True)
    reply = post(ask, "L = tanh(w*x)")
    assert reply.status == 200
    assert reply.json == json.loads(page.data_text(answer("L = tanh(w*x)")))


def test_an_error_is_an_answer(ask):
    reply = post(ask, "L = tanhh(w)")
    assert reply.status == 200
    assert reply.json == {
        "error": "line 1: unknown function 'tanhh'.",
        "remedy": "did you mean 'tanh'?",
    }


@pytest.mark.parametrize("path", ["/", "/graph", "/nowhere"])
def test_every_answer_keeps_other_pages_out(ask, path):
    headers = ask(path=path).headers
    assert headers.items() >= guard.HEADERS.items()
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    scripts = policy.partition("script-src ")[2].partition(";")[0]
    assert scripts.startswith("'sha256-")
    assert "unsafe" not in scripts


HOSTS = [
    None, "", "evil.example", "evil.example:8753", "127.0.0.1", "127.0.0.1:80", "localhost",
    "127.0.0.1.evil.example:8753", "0.0.0.0:8753", "[::1]:8753", "127.1:8753", "2130706433:8753",
    "127.0.0.1:8753@evil.example", "127.0.0.1:8753, evil.example", "localhost:8753.evil.example",
    " 127.0.0.1:8753", "127.0.0.1:08753", "127.0.0.1:8753/",
]  # fmt: skip
ORIGINS = [
    "null", "", "http://evil.example", "https://127.0.0.1:8753", "http://127.0.0.1",
    "http://127.0.0.1:8754", "http://localhost:8753", "http://127.0.0.1:8753.evil.example",
    "http://127.0.0.1:8753/", "file://", "chrome-extension://abc", "http://127.0.0.1:8753 ",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_other_hosts_are_refused(ask, host):
    for reply in (ask(host=host), post(ask, "L = a*b", host=host)):
        assert reply.status == 403
        assert b"chainrule" not in reply.body


@pytest.mark.parametrize("origin", ORIGINS)
def test_other_origins_are_refused(ask, origin):
    assert post(ask, "L = a*b", origin=origin).status == 403


def test_its_own_page_is_let_in(ask):
    more = {"sec-fetch-site": "same-origin"}
    assert post(ask, "L = a*b", origin=f"http://{OWN}", **more).status == 200
    own = "localhost:8753"
    assert post(ask, "L = a*b", host=own, origin=f"http://{own}").status == 200
    for site in ("cross-site", "same-site", "none"):
        assert post(ask, "L = a*b", **{"sec-fetch-site": site}).status == 403
    assert ask(**{"sec-fetch-site": "none"}).status == 200, "an address that somebody typed"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/", 405),
        ("PUT", "/graph", 405),
        ("DELETE", "/graph", 405),
        ("GET", "/graph", 405),
        ("TRACE", "/", 405),
        ("GET", "/../etc/passwd", 404),
        ("GET", "/%2e%2e/etc/passwd", 404),
        ("GET", "//evil.example/", 404),
        ("GET", "/graph/", 307),
        ("GET", "/static/x", 404),
    ],
)
def test_there_are_two_routes(ask, method, path, status):
    assert ask(method, path).status == status


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"],
)
def test_what_a_form_of_another_page_could_send_is_refused(ask, kind):
    body = json.dumps({"text": "L = a*b"}).encode()
    assert ask("POST", "/graph", body, **{"content-type": kind}).status == 400


BODIES = [
    b"", b"null", b"[]", b"{}", b'"L = a*b"', b"1", b"NaN", b'{"text": null}', b'{"text": 1}',
    b'{"text": ["L = a"]}', b'{"text": {"a": 1}}', b'{"Text": "L = a*b"}', b"{", b"\xff\xfe",
    b"[" * 20_000, b'{"a":' * 5_000, b'{"text": "L = a*b"', b"\x00", b"\x80\x04K\x01.",
    b'{"text": "\xff"}', b'{"text": "L = a*b"} x', b"1" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
def test_bodies_that_are_no_program(ask, body):
    reply = ask("POST", "/graph", body, **JSON)
    assert reply.status == 400
    assert reply.json["error"]


def test_a_large_body_is_refused_before_it_is_read_whole(ask):
    part = b"x" * (guard.LARGEST_BODY // 2 + 1)
    untouched = [part] * 50
    assert ask("POST", "/graph", parts=untouched, **JSON).status == 413
    assert post(ask, "x" * (guard.LARGEST_BODY - 100)).status == 200


def test_a_slow_body_is_refused(ask, monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.05)
    started = time.monotonic()
    assert ask("POST", "/graph", parts=[b"{", None], **JSON).status == 408
    assert time.monotonic() - started < 5


def hostile(count):
    """Texts of many kinds, each kind with random parts, the same ones in every run."""
    dice = random.Random(14)

    def word():
        return "".join(dice.choices(string.ascii_letters, k=dice.randint(1, 9)))

    def name():
        return dice.choice(["__class__", "__globals__", "__builtins__", "__subclasses__"])

    def number():
        return dice.randint(2, 99)

    kinds = [
        lambda: f"__import__('{word()}').{word()}('{word()}')",
        lambda: f"L = ().{name()}.{name()}[{number()}]({word()!r})",
        lambda: f"L = a.{name()}.{word()}()",
        lambda: f"L = (lambda {word()}: {number()})()",
        lambda: f"L = [{word()} for {word()} in range({number()}**{number()})]",
        lambda: f"L = {'9' * number()}**{'9' * number()}**{number()}",
        lambda: f"L = a**{'9' * dice.randint(4, 400)}",
        lambda: "L = " + "(" * dice.randint(150, 1900) + "a" + ")" * dice.randint(150, 1900),
        lambda: "L = " + "-~+"[dice.randrange(3)] * dice.randint(150, 3900) + "a",
        lambda: "L = " + "a**" * dice.randint(120, 1200) + "a",
        lambda: "L = " + "+".join(["a"] * dice.randint(200, 1900)),
        lambda: "L = " + "tanh(" * dice.randint(120, 700) + "a" + ")" * 700,
        lambda: "L = a" + ".b" * dice.randint(100, 1900),
        lambda: "L = a" + "[0]" * dice.randint(100, 1200),
        lambda: f"exec({word()!r}); L = a",
        lambda: f"eval('{number()}*{number()}')",
        lambda: f"open('/etc/{word()}').read()",
        lambda: f"import {word()}, os; os.system('{word()}')",
        lambda: f"from os import {word()}",
        lambda: f"from . import {word()}",
        lambda: f"def {word()}():\n return {word()}()",
        lambda: f"class {word()}:\n {word()} = {number()}",
        lambda: f"while True: {word()} = {number()}",
        lambda: f"with open('{word()}') as {word()}: pass",
        lambda: f"L = f'{{{word()}.{name()}}}'",
        lambda: f"L = '%{number()}s' % {word()!r}",
        lambda: f"L = {word()!r} * {number()}**9",
        lambda: f"L = a if {word()} else {word()}",
        lambda: f"({word()} := {number()}) * a",
        lambda: f"L = {word()}(*{word()}, **{word()})",
        lambda: f"L = await {word()}",
        lambda: f"del {word()}; global {word()}",
        lambda: f"<script>{word()}({number()})</script>",
        lambda: f"L = a*b # </script><script>{word()}()</script>\n{word()}<",
        lambda: f"{word()}\x00{word()}",
        lambda: f"L = {chr(dice.randint(0xD800, 0xDFFF))}",
        lambda: "".join(chr(dice.randint(1, 0x2FFF)) for _ in range(number())),
        lambda: "".join(dice.choices("()[]{}+-*/%=.,:;'\"\\\n\t abL01", k=dice.randint(5, 400))),
        lambda: f"L = a @ {word()} | {word()} & ~{word()} << {number()}",
        lambda: f"L = {number()}j * {word()}",
        lambda: f"L = ...; {word()}",
        lambda: f"L = exp(exp(exp({number()})))",
        lambda: f"L = log(-{number()}) + sqrt(-{number()})",
        lambda: f"L = a.backward()\n{word()}.backward({number()})",
        lambda: "\n" * dice.randint(LONGEST, LONGEST + 9) + word(),
        lambda: "\n".join(f"{word()}{k} = {word()}{k} * {k}" for k in range(number())),
        lambda: "\t" * number() + "L = a\n" + " " * number() + word(),
        lambda: f"L = a.tanh(b, c, d, {number()}) + clip({word()}=1)",
    ]  # fmt: skip
    for turn in range(count):
        yield kinds[turn % len(kinds)]()


def test_hostile_texts(ask):
    """Each is answered at once, with an error that is a sentence; none is evaluated or crashes."""
    texts = list(hostile(480))
    assert len(set(texts)) >= 400
    refused = 0
    for text in texts:
        started = time.monotonic()
        reply = post(ask, text)
        assert time.monotonic() - started < 2, text
        assert reply.status == 200, text
        assert b"<" not in reply.body
        if "error" in reply.json:
            refused += 1
            assert reply.json["error"].endswith("."), text
            assert len(reply.json["error"]) < 400, text
    assert refused >= 400


def test_labels_are_text(ask):
    """What is typed never becomes a part of the page's own language."""
    shown = page.data_text({"text": "</script><script>alert(1)</script>&\u2028"})
    assert not set("<>&\u2028") & set(shown)


def test_it_listens_on_this_machine_only():
    listener = server._listener(0)
    with listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(ChoiceError, match=f"port {port} is in use on this machine") as caught:
            server._listener(port)
    assert "--port 0 for any that is free" in str(caught.value)


def test_nothing_in_the_room_runs_or_unpickles_what_it_is_sent():
    room = Path(server.__file__).parent
    calls = {
        node.func.id
        for path in room.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "answer" in calls
    assert not calls & {"eval", "exec", "compile", "open", "__import__", "loads"}
    assert not any("pickle" in path.read_text("utf-8") for path in room.glob("*.py"))


def test_a_port_in_use_is_said(tmp_path):
    pytest.importorskip("uvicorn")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ChainruleError, match="is in use"):
            server.serve(other.getsockname()[1], opens_browser=False)


@pytest.mark.parametrize("opens_browser", [True, False])
@pytest.mark.parametrize("path", ["", "course/1"])
def test_the_address_is_printed_and_opened_until_somebody_ends_it(
    monkeypatch, capsys, opens_browser, path
):
    uvicorn = pytest.importorskip("uvicorn")
    opened, served = [], []

    def run(self, sockets):
        served.append((self.config, *(each.getsockname() for each in sockets)))
        raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setattr(server.webbrowser, "open", opened.append)
    server.serve(0, opens_browser=opens_browser, path=path, what="The course")
    ((config, (host, port)),) = served
    address = f"http://{host}:{port}/{path}"
    assert capsys.readouterr().out == f"The course is at {address} (Ctrl+C ends it).\n"
    assert opened == [address] * opens_browser
    assert (config.log_level, config.access_log, config.server_header) == ("warning", False, False)
    assert (config.limit_concurrency, config.timeout_keep_alive, config.ws) == (64, 5, "none")


@pytest.mark.parametrize("missing", ["starlette.applications", "uvicorn"])
@pytest.mark.parametrize("command", ["play", "course"])
def test_a_missing_library_is_told_with_both(monkeypatch, missing, command):
    monkeypatch.setitem(sys.modules, missing, None)
    done = CliRunner().invoke(main, [command, "--no-browser", "--port", "0"])
    assert done.exit_code == 1
    assert "needs Starlette and uvicorn, which are not both installed" in done.stderr
    assert "pip install starlette uvicorn" in done.stderr
