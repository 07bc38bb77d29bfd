"""The pytest plugin of chainrule, found by pytest itself.

It stands outside the package, so that pytest loads this file alone: chainrule is imported by the
first test that uses the fixture.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def check_gradients() -> Callable[..., None]:
    """`chainrule.testing.assert_gradients`: fail if gradients disagree with nudging."""
    from chainrule.testing import assert_gradients

    return assert_gradients
