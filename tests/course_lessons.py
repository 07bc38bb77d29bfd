"""Lessons of tests, as the course's page in Node is given them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chainrule.course import lesson, page
from chainrule.course.shelf import shelf

NEURON = """
x1 = 0.5
x2 = 0.25
t = 1
w1 = 0.5
w2 = 0.5
b = 0
o = tanh(w1*x1 + w2*x2 + b)
L = (o - t)**2
"""
"""The graph of a step that trains one neuron."""


def read(text):
    made = lesson.read(text)
    assert made.faults == []
    return made


def content_of(lessons, gallery, **settings):
    """What a page is given with these lessons, this gallery and two tasks of the course."""
    few = replace(shelf(), lessons={}, gallery=gallery, tasks=dict([*shelf().tasks.items()][:2]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "shelf", lambda: few)
        made = page._content(lessons)
    settings = {"isServed": True, "playground": "play.html", "python": None, **settings}
    return json.loads(json.dumps({**made, **settings, "limits": {"run": 8, "examine": 30}}))
