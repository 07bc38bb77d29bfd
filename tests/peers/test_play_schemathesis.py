"""The routes of the playground, against requests that schemathesis makes up from their schema."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings

schemathesis = pytest.importorskip("schemathesis")
pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

TEXT = {"type": "string"}
ANSWER = {
    "oneOf": [
        {"type": "object", "required": ["error", "remedy"],
         "properties": {"error": TEXT, "remedy": TEXT}},
        {"type": "object", "required": ["text", "graph", "root", "inputs", "lines", "lacking"],
         "properties": {"text": TEXT, "graph": {"type": "object"}, "root": TEXT,
                        "inputs": {"type": "array"}, "lines": {"type": "array"}, "lacking": TEXT}},
    ]
}  # fmt: skip
REFUSED = {"description": "Why not", "content": {"application/json": {"schema": ANSWER}}}
SCHEMA = {
    "openapi": "3.1.0",
    "info": {"title": "chainrule play", "version": "1"},
    "paths": {
        "/": {
            "get": {"responses": {"200": {"description": "Page", "content": {"text/html": {}}}}}
        },
        "/graph": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["text"],
                                "properties": {"text": TEXT},
                            }
                        }
                    },
                },
                "responses": {
                    "200": {"description": "A graph or what is wrong with the text",
                            "content": {"application/json": {"schema": ANSWER}}},
                    "400": REFUSED,
                    "403": REFUSED,
                    "413": REFUSED,
                },
            }
        },
    },
}  # fmt: skip

schema = schemathesis.openapi.from_dict(SCHEMA)


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, "-m", "chainrule", "play", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        yield re.search(r"http://127\.0\.0\.1:\d+", served.stdout.readline())[0]
        served.terminate()


@schema.parametrize()
@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_requests_of_every_kind(case, address):
    """No answer is a server error, and each is as the schema says."""
    response = case.call(base_url=address)
    case.validate_response(
        response,
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.checks.response_schema_conformance,
            schemathesis.checks.content_type_conformance,
            schemathesis.checks.status_code_conformance,
        ],
    )
