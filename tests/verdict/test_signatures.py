"""Every public name has the arguments and the defaults that its documentation tells."""

from __future__ import annotations

import pytest
from signatures import signatures

import chainrule

pytestmark = pytest.mark.once


def test_names_keep_their_arguments_and_defaults(golden):
    golden("signatures/verdict.txt", signatures(chainrule, "chainrule.verdict"))
