"""How a page loads Python and asks it questions, with a fake fetch and a fake worker."""

from __future__ import annotations

import gzip
from base64 import b64encode
from pathlib import Path

import pytest
from in_node import answer_of

pytestmark = pytest.mark.once

PACKED = gzip.compress(b"print(1)")
READY = {"start": {"snapshot": None}, "f": {"text": "[1]"}, "g": {"text": "[2]"}}


def file(content, path="python/a.gz?1", *, size=None, status=200):
    """A file as the page is told of it, and the reply that it gets in two parts."""
    parts = None
    if content is not None:
        parts = [b64encode(part).decode() for part in (content[:5], content[5:])]
    reply = {"parts": parts, "status": status}
    return {"path": path, "size": len(content or b"") if size is None else size, "reply": reply}


def came_of(files=(), answers=(), asks=(("f",),)):
    files = {"worker.js": file(b"as it is", "python/worker.js"), **dict(files)}
    argument = {"files": files, "answers": {**READY, **dict(answers)}, "asks": asks}
    return answer_of(Path(__file__).parent / "python.js", argument)


def test_every_file_is_loaded_once_and_unpacked_and_counted():
    made = came_of({"code": file(PACKED)}, asks=[("f",), ("g",)])
    assert made["results"] == [[[1]], [[2]]]
    assert made["texts"] == {"worker.js": "as it is", "code": "print(1)"}
    assert made["asked"] == [["python/worker.js", "no-cache", False],
                             ["python/a.gz?1", "no-cache", False]]  # fmt: skip
    assert made["jobs"] == ["start", "f", "g"]
    total, (first, *rest) = 8 + len(PACKED), made["followed"]
    assert first == [0, total] and rest[-1] == [total, total]
    steps = [after - before for (before, _), (after, _) in zip(made["followed"], rest)]
    assert sorted(steps) == sorted([5, 3, 5, len(PACKED) - 5, 0])


def test_more_than_was_told_is_not_counted():
    made = came_of({"code": file(PACKED, size=1)})
    assert max(loaded for loaded, _ in made["followed"]) == 9
    assert {total for _, total in made["followed"]} == {9}


@pytest.mark.parametrize(
    ("wrong", "reason", "parts"),
    [
        (file(b"12345678", status=404), "missing", {"file": "python/a.gz", "status": 404}),
        (file(None), "unreachable", {"file": "python/a.gz"}),
        (file(PACKED[:12] + b"other"), "damaged", {"file": "python/a.gz"}),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_and_asked_for_again(wrong, reason, parts):
    long = file(b"x" * 5_000, "python/long.js")
    made = came_of({"code": wrong, "long": long}, asks=[("f",), ("f",)])
    assert made["results"][0] == [[reason, parts, f"python_{reason}"]]
    assert sum(path == "python/a.gz?1" for path, *_ in made["asked"]) == 3  # once by the test
    assert made["jobs"] == []


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ({"f": {"isLate": True}}, ["late", {"seconds": 0.2}, "code_late"]),
        ({"f": {"error": "no"}}, ["broken", {"seconds": 0.2, "detail": "no"}, "python_broken"]),
        (
            {"f": {"failure": "SystemExit", "reason": "quit", "status": 3}},
            ["quit", {"seconds": 0.2, "detail": "SystemExit", "status": 3}, "code_quit"],
        ),
    ],
)
def test_a_worker_that_fails_is_ended_and_the_next_question_starts_another(answers, failure):
    made = came_of(answers=answers, asks=[("f",), ("g",)])
    assert made["results"] == [[failure], [[2]]]
    assert made["jobs"] == ["start", "f", "end", "start", "g"]


def test_a_worker_that_does_not_start_is_tried_again():
    made = came_of(answers={"start": {"error": "no memory"}}, asks=[("f",), ("f",)])
    failure = ["broken", {"seconds": 120, "detail": "no memory"}, "python_broken"]
    assert made["results"] == [[failure], [failure]]
    assert made["jobs"] == ["start", "end", "start", "end"]


def test_only_the_newest_of_what_waits_is_asked():
    made = came_of(asks=[("f", "g", "f", "g")])
    assert made["results"] == [[None, None, None, [2]]]
    assert made["jobs"] == ["start", "g"]


def test_sizes_are_rounded_to_what_is_said():
    assert came_of()["sizes"] == [["1.4", 1], ["1.5", 1], ["1.5", 2]]
