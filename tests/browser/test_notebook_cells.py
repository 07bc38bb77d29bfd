"""What a cell shows: in JupyterLab, in Notebook 7, exported, and under the rules of VS Code.

VS Code itself isn't run; a page with its content security policy and its classes stands in for it.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest
from notebooks import (
    environment,
    open_lab,
    open_notebook,
    run_all,
    serving,
    wait_for_run,
    write_notebook,
)
from playwright.sync_api import expect

from chainrule import Value
from chainrule.drawing import draw_dot

CELLS = [
    "import chainrule as cr\n"
    "from chainrule import Value\n"
    "a = Value(2.0, label='a'); b = Value(-3.0, label='b'); c = Value(10.0, label='c')\n"
    "f = Value(-2.0, label='f'); L = (a * b + c) * f; L.label = 'L'; L.backward()",
    "cr.draw_dot(L)",
    "cr.explain(L, wrt=a)",
    "cr.check(L)",
    "cr.diagnose(L)",
    "cr.animate(L, 'pass.gif')",
    "cr.draw_dot(L ** 2 * L + L ** 3, show_local=True)",
    "cr.steps(L)[2]",
]
DRAWING, EXPLANATION, CHECK, CLEAN, ANIMATION, WIDE, STEP = range(7)
WIDTH = 1000
"""Of the window; the first drawing has to shrink to fit into the cell, the second one scrolls."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a notebook, and the same one already run, which nobody here has trusted."""
    folder = tmp_path_factory.mktemp("cells")
    write_notebook(folder / "book.ipynb", CELLS)
    _convert(folder, "book.ipynb", "--to", "notebook", "--execute", "--output", "untrusted.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder):
    with serving(folder) as address:
        yield address


@pytest.fixture
def page(chromium):
    page = chromium.new_page(viewport={"width": WIDTH, "height": 2600})
    yield page
    page.close()


def _convert(folder, name, *options):
    subprocess.run(
        [sys.executable, "-m", "nbconvert", *options, name],
        cwd=folder,
        env=environment(folder),
        check=True,
        capture_output=True,
    )


def outputs(page):
    """The outputs of the cells that have one."""
    found = page.locator(".jp-RenderedHTML")
    expect(found).to_have_count(len(CELLS) - 1, timeout=60_000)
    return [found.nth(index) for index in range(found.count())]


def check_drawing(output):
    """The picture fits into its cell, and each node says its numbers at its box."""
    picture = output.locator("img")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 800
    box, room = picture.bounding_box(), output.bounding_box()
    assert box["width"] <= room["width"] + 1
    assert 0.1 < box["height"] / box["width"] < 0.35
    assert output.evaluate(
        "node => [node, ...node.querySelectorAll('*')].every("
        "part => part.scrollWidth <= part.clientWidth + 1 || !part.clientWidth)"
    )
    for start, share in (("a (leaf): data 2.0000", 0.08), ("L (root made by ×)", 0.9)):
        tip = output.locator(f"[title^='{start}']").bounding_box()
        middle = (tip["x"] + tip["width"] / 2 - box["x"]) / box["width"]
        assert abs(middle - share) < 0.08, start


def check_cells(found):
    check_drawing(found[DRAWING])
    align = "cells => cells.map(cell => getComputedStyle(cell).textAlign)"
    for output in (found[EXPLANATION], found[STEP]):
        assert set(output.locator("td").evaluate_all(align)) <= {"left", "start"}
    rows = found[CHECK].locator("tr")
    assert rows.nth(0).locator("th").evaluate_all(align)[1:4] == ["left", "right", "right"]
    assert rows.nth(1).locator("td").evaluate_all(align) == ["left"] * 2 + ["right"] * 2 + ["left"]
    assert found[CHECK].locator("table").bounding_box()["x"] < found[CHECK].bounding_box()["x"] + 20
    assert found[CLEAN].locator("table").count() == 0
    assert "in order" in found[CLEAN].inner_text()
    words = found[CLEAN].locator("p").first.bounding_box()
    assert words["height"] < 40  # in one line
    assert found[ANIMATION].locator("img").evaluate("image => image.naturalWidth") > 800
    scroller = found[WIDE].locator(".chainrule-drawing")
    assert scroller.evaluate("node => node.scrollWidth > node.clientWidth")
    assert scroller.evaluate("node => getComputedStyle(node).overflowX") == "auto"


def test_jupyterlab(page, lab, request):
    open_lab(page, lab)
    run_all(page)
    wait_for_run(page)
    found = outputs(page)
    check_cells(found)
    scheme = "image => getComputedStyle(image).colorScheme"
    picture = found[DRAWING].locator("img")
    assert picture.evaluate(scheme) == "light"
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert picture.evaluate(scheme) == "dark"
    if pictures := request.config.getoption("--pictures", default=""):
        page.screenshot(path=f"{pictures}/cells.png")


def test_jupyterlab_before_the_notebook_is_trusted(page, lab):
    open_lab(page, lab, "untrusted.ipynb")
    check_cells(outputs(page))


@pytest.mark.skipif(not importlib.util.find_spec("notebook"), reason="Notebook 7 isn't installed")
def test_notebook_7(page, folder):
    with serving(folder, "notebook") as address:
        open_notebook(page, address)
        run_all(page)
        wait_for_run(page)
        check_cells(outputs(page))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_exported_page(page, folder, theme):
    _convert(folder, "untrusted.ipynb", "--to", "html", f"--HTMLExporter.theme={theme}")
    page.goto(f"file://{folder}/untrusted.html")
    found = outputs(page)
    check_cells(found)
    scheme = found[DRAWING].locator("img").evaluate("image => getComputedStyle(image).colorScheme")
    assert scheme == theme


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_under_the_rules_of_vs_code(page, theme):
    a, b = Value(2.0, label="a"), Value(-3.0, label="<b>&\"'")
    html = draw_dot((a * b).tanh())._repr_mimebundle_()["text/html"]
    policy = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'"
    page.set_content(
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<body class="vscode-{theme}"><div id="output">{html}</div></body>'
    )
    picture = page.locator("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert picture.evaluate("image => getComputedStyle(image).colorScheme") == theme
    assert page.locator("b").count() == 0
    assert page.locator("[title^='<b>&\\\"\\'']").count() == 1


def test_a_notebook_that_cannot_show_html_gets_the_picture():
    bundle = draw_dot(Value(2.0) * 3)._repr_mimebundle_(exclude=["text/html"])
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    json.dumps(bundle)
