"""Programs and rows that every peer is asked about."""

from __future__ import annotations

import random

import pytest

from chainrule.table import ops

EAGER = [row for row in ops.TABLE.values() if row.eager and row.name in ops.BUILT_IN]


def pytest_generate_tests(metafunc):
    """A test that takes `row` and `place` is asked at every probe; with `kink`, at every kink."""
    if "place" in metafunc.fixturenames:
        cases = [(row, place) for row in EAGER for place in row.probes]
        ids = [f"{row.name}{place}" for row, place in cases]
        metafunc.parametrize(("row", "place"), cases, ids=ids)
    elif "kink" in metafunc.fixturenames:
        cases = [(row, kink) for row in EAGER for kink in row.kinks]
        ids = [f"{row.name}{kink.at}" for row, kink in cases]
        metafunc.parametrize(("row", "kink"), cases, ids=ids)
    elif "row" in metafunc.fixturenames:
        metafunc.parametrize("row", EAGER, ids=[row.name for row in EAGER])
    elif "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(40))


@pytest.fixture
def draw(seed):
    return random.Random(seed)
