"""The routes of playground and course, against requests that schemathesis makes up."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings

from chainrule.course.shelf import tasks

schemathesis = pytest.importorskip("schemathesis")
pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

TEXT = {"type": "string"}
REFUSAL = {
    "type": "object", "required": ["error", "remedy"], "additionalProperties": False,
    "properties": {"error": TEXT, "remedy": TEXT},
}  # fmt: skip
GRAPH = {
    "type": "object", "required": ["text", "graph", "root", "inputs", "lines", "lacking"],
    "properties": {"text": TEXT, "graph": {"type": "object"}, "root": TEXT,
                   "inputs": {"type": "array"}, "lines": {"type": "array"}, "lacking": TEXT},
}  # fmt: skip
FINDING = {"type": "object", "required": ["message", "graph", "source"],
           "properties": {"message": TEXT, "graph": TEXT, "source": TEXT}}  # fmt: skip
GRADE = {
    "type": "object", "required": ["ok", "findings"],
    "properties": {"ok": {"type": "boolean"}, "findings": {"type": "array", "items": FINDING}},
}  # fmt: skip
PAGE = {"get": {"responses": {"200": {"description": "A page", "content": {"text/html": {}}}}}}


def json_of(schema):
    return {"application/json": {"schema": schema}}


def posted(fields, answer):
    """A route that takes texts in JSON."""
    request = {"type": "object", "required": list(fields), "properties": fields}
    refused = {
        status: {"description": "Why not", "content": json_of(REFUSAL)}
        for status in ("400", "403", "408", "413")
    }
    return {
        "post": {
            "requestBody": {"required": True, "content": json_of(request)},
            "responses": {
                "200": {"description": "An answer", "content": json_of(answer)},
                **refused,
            },
        }
    }


TASK = {"anyOf": [{"enum": list(tasks())}, TEXT]}
SCHEMA = {
    "openapi": "3.1.0",
    "info": {"title": "chainrule play", "version": "1"},
    "paths": {
        "/": PAGE,
        "/course": PAGE,
        "/graph": posted({"text": TEXT}, {"oneOf": [REFUSAL, GRAPH]}),
        "/task": posted({"task": TASK, "code": TEXT}, GRADE),
    },
}

schema = schemathesis.openapi.from_dict(SCHEMA)


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, "-m", "chainrule", "play", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        yield re.search(r"http://127\.0\.0\.1:\d+", served.stdout.readline())[0]
        served.terminate()


def examples(count):
    checks = list(HealthCheck)
    return settings(
        max_examples=count, deadline=None, derandomize=True, suppress_health_check=checks
    )


def exchange(case, address):
    """No answer is a server error, and each is as the schema says."""
    case.validate_response(
        case.call(base_url=address),
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.checks.response_schema_conformance,
            schemathesis.checks.content_type_conformance,
            schemathesis.checks.status_code_conformance,
        ],
    )


@schema.exclude(path="/task").parametrize()
@examples(100)
def test_requests_of_every_kind(case, address):
    exchange(case, address)


@schema.include(path="/task").parametrize()
@examples(20)  # each may start a process
def test_code_of_every_kind(case, address):
    exchange(case, address)
