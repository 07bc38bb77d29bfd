"""Programs and rows that every peer is asked about."""

from __future__ import annotations

import importlib.util
import random

import pytest

from chainrule.table import ops

collect_ignore = [] if importlib.util.find_spec("jax") else ["fuzz_numpy.py"]
"""What can't be imported without JAX and isn't a test, which would say that it is skipped."""

EAGER = [row for row in ops.TABLE.values() if row.eager and row.name in ops.BUILT_IN]


def pytest_generate_tests(metafunc):
    """A test that takes `row` and `point` is asked at every probe; with `kink`, at every kink."""
    if "point" in metafunc.fixturenames:
        cases = [(row, point) for row in EAGER for point in row.probes]
        ids = [f"{row.name}{point}" for row, point in cases]
        metafunc.parametrize(("row", "point"), cases, ids=ids)
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
