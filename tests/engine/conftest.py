"""What tests of the engines share."""

from __future__ import annotations

import gc

import pytest


@pytest.fixture
def no_collector():
    """Whatever dies meanwhile does so without the garbage collector."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
