"""Every public name has the arguments and the defaults that its documentation tells."""

from __future__ import annotations

import pytest
from signatures import signatures

from chainrule import nn
from chainrule.nn import losses, optim

pytestmark = pytest.mark.once


@pytest.mark.parametrize("module", [nn, losses, optim], ids=lambda module: module.__name__)
def test_names_keep_their_arguments_and_defaults(module, golden):
    golden(f"signatures/{module.__name__}.txt", signatures(module, "chainrule.nn"))
