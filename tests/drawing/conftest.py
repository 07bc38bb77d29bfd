"""What tests of the view in Node share."""

from __future__ import annotations

import pytest
from page_view import opened


@pytest.fixture
def page(modules):
    """Opens a view in a page of its own, or in a frame; at the end all is as it was."""

    def opens(root, *, isFramed=False, **settings):
        modules.run(
            "window.self = window; window.top = argument ? {} : window; window.name ??= '';",
            isFramed,
        )
        opened(modules, root, settings={"page": True, **settings})

    yield opens
    modules.run("page.reset(); for (const name of ['self', 'top', 'name']) delete window[name]")
