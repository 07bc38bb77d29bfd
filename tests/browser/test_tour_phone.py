"""The tour's page on a telephone: graphs run from top to bottom, and nothing is cut off."""

from __future__ import annotations

import pytest

from chainrule.tour import walk

CUT_OFF = """
() => [...document.querySelectorAll('.picture, .table, pre, math')]
  .filter(part => part.offsetParent !== null && part.scrollWidth > part.clientWidth + 1)
  .map(part => part.textContent.slice(0, 40))
"""
DRAWINGS = """
name => [...document.querySelectorAll(`.picture .${name} > svg`)]
  .filter(svg => svg.getBoundingClientRect().width > 0)
  .map(svg => { const box = svg.getBoundingClientRect(); return [box.left, box.right, box.width]; })
"""


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tour")
    walk(str(folder), quick=True)
    return folder / "index.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "shown"), [(390, "down"), (1280, "across")])
def test_nothing_is_cut_off(chromium, tour, width, shown, scheme, request):
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(f"file://{tour}")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(CUT_OFF) == []
    hidden = {"down": "across", "across": "down"}[shown]
    assert page.evaluate(DRAWINGS, hidden) == []
    drawings = page.evaluate(DRAWINGS, shown)
    assert len(drawings) > 10
    assert all(left >= 0 and right <= width and wide > 200 for left, right, wide in drawings)
    if pictures := request.config.getoption("--pictures", default=""):
        page.screenshot(path=f"{pictures}/tour-{width}-{scheme}.png", full_page=True)
    page.close()
