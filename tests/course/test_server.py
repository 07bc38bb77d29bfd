"""The served course: its page, the judge of tasks, and what is refused."""

from __future__ import annotations

import asyncio
import json
import random
import re

import pytest

from chainrule.course import grading, lesson, page, server
from chainrule.course.shelf import shelf
from chainrule.playground import server as playground

pytest.importorskip("starlette")

PORT = 8753


class Reply:
    """What came back."""

    def __init__(self, messages):
        start, *rest = messages
        self.status = start["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        self.text = b"".join(message.get("body", b"") for message in rest).decode()

    @property
    def json(self):
        return json.loads(self.text)


@pytest.fixture(scope="module")
def ask():
    """A function that sends one request straight to the application."""
    application = playground.application(PORT, server.wing())

    async def exchange(scope, body):
        sent = []

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        await application(scope, receive, send)
        return Reply(sent)

    def send_request(path, content=None, **headers):
        kept = {"host": f"127.0.0.1:{PORT}", "content-type": "application/json", **headers}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
            "method": "GET" if content is None else "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1), "server": None,
            "headers": [(name.encode(), value.encode()) for name, value in kept.items()],
        }  # fmt: skip
        return asyncio.run(exchange(scope, json.dumps(content).encode()))

    return send_request


def test_both_pages_are_served_and_lead_to_each_other(ask):
    course = ask("/course")
    assert course.status == 200
    assert '"playground":"./"' in course.text
    assert '"course":"course"' in ask("/").text
    for name, title in ((name, each.title) for name, each in shelf().lessons.items()):
        assert name in course.text
        assert title in course.text


def test_the_policy_allows_the_two_scripts_and_nothing_else(ask):
    for path, room in (("/course", page), ("/", page.playground)):
        reply = ask(path)
        allowed = re.search(r"script-src ([^;]*)", reply.headers["content-security-policy"])[1]
        own = re.search(r"script-src ([^;]*)", page.playground.policy([room.script()], True))[1]
        assert own in allowed.split()
        assert len(allowed.split()) == 2
        assert "unsafe-inline" not in allowed


def test_a_task_is_judged(ask):
    name, task = next(iter(shelf().tasks.items()))
    right = ask("/task", {"task": name, "code": task.solution})
    assert right.json == {"ok": True, "findings": []}
    wrong = ask("/task", {"task": name, "code": "class Value: pass"})
    assert wrong.json["ok"] is False
    assert wrong.json["findings"][0]["message"]


@pytest.mark.parametrize(
    "content, status",
    [
        ({"task": "01_init"}, 400),
        ({"task": 1, "code": ""}, 400),
        ({"task": "nothing", "code": ""}, 400),
        ([], 400),
        ({"task": "01_init", "code": "x" * 40_000}, 413),
    ],
)
def test_what_is_refused(ask, content, status):
    reply = ask("/task", content)
    assert reply.status == status
    assert reply.json["error"].endswith(".")


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"sec-fetch-site": "cross-site"}],
)
def test_other_pages_cannot_have_code_run(ask, headers, monkeypatch):
    monkeypatch.setattr(grading, "Process", None)  # it would fail loudly
    body = {"task": "01_init", "code": "class Value: pass"}
    assert ask("/task", body, **headers).status == 403
    assert ask("/task", body, **{"content-type": "text/plain"}).status == 400


def test_a_lesson_is_text():
    """No markup of a lesson becomes markup of the page."""
    hostile = "</script><img src=x onerror=alert(1)>&\u2028"
    text = f"""
title = '''{hostile}'''
goal = "g"
[[step]]
do = "see"
title = '''{hostile}'''
text = '''{hostile} `{hostile}`'''
graph = "L = a*b"
"""
    read = lesson.read(text)
    assert read.faults == []
    html = page.html(is_served=False, address="x", extra={"own": read})
    assert "<img" not in html
    assert "onerror" in html  # as text
    assert html.count("</script>") == 2


def test_nothing_hostile_gets_past_the_judge(ask, monkeypatch):
    """Whatever is sent, the answer is a sentence, and nothing but a known task is run."""
    ran = []
    monkeypatch.setattr(
        server, "grade", lambda name, code: ran.append(name) or grading.grade(f"{name}?", code)
    )
    dice = random.Random(3)
    names = ["01_init", "../01_init", "", "\x00", "__class__", "x" * 9000, "<script>", "１"]
    values = [*names, None, 0, -1, 1e308, True, [], {}, ["01_init"], {"a": "b"}, "\ud800", "{}"]
    for _ in range(300):
        keys = dice.sample(["task", "code", "text", "__proto__", ""], dice.randint(0, 4))
        content = {key: dice.choice(values) for key in keys}
        reply = ask("/task", dice.choice([content, list(content), [dice.choice(values)]]))
        assert reply.status == 400
        assert reply.json["error"].endswith(".")
        assert "<" not in reply.text
    assert all(isinstance(name, str) for name in ran)
