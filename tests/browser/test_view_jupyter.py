"""`show` in notebooks that run on this machine: JupyterLab, Notebook 7, marimo, nbconvert; and in a
page with the rules of VS Code's."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from notebooks import run_all, serving, write_notebook

from chainrule import Value, show

CELLS = [
    "from chainrule import Value\n"
    "from chainrule.drawing import show\n"
    "a = Value(2.0, label='a'); b = Value(-3.0, label='b'); c = Value(10.0, label='c')\n"
    "L = (a * b + c).tanh() * a; L.label = 'L'; L.backward()",
    "show(L, height=420)",
    "show(L, height=420, widget=True, theme='dark')",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a JupyterLab with one notebook in it."""
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "book.ipynb", CELLS)
    with serving(folder) as address:
        yield address


FRAME = ".jp-OutputArea iframe[srcdoc]"
IN_NOTEBOOK = 90_000


def run_notebook(page, address):
    """Open a notebook of this server and run its cells."""
    page.goto(address)
    run_all(page)
    page.locator(FRAME).wait_for(state="attached", timeout=2 * IN_NOTEBOOK)


def works(page, view, is_dark=False):
    """Step, choose and edit in a view."""
    view.locator(".stage").wait_for(timeout=IN_NOTEBOOK)
    view.locator(".stage").focus()
    page.keyboard.press("Home")
    grad = view.locator("g.node[data-node='0'] text[text-anchor=end]").nth(1)
    assert grad.inner_html() == "–"
    page.keyboard.press("n")
    assert "The pass starts at the root" in view.locator(".step-words").inner_text()
    page.keyboard.press("/")
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    view.locator("input[name=data]").fill("2.5")
    page.keyboard.press("Enter")
    numbers = view.locator("g.node text[text-anchor=end]").all_text_contents()
    assert "2.5000" in numbers
    assert ("dark" in view.get_attribute("class").split()) is is_dark


def test_in_jupyterlab_a_view_works_and_its_keys_stay_in_it(chromium, server, request):
    page = chromium.new_page(viewport={"width": 1200, "height": 1150})
    asked = []
    page.on("request", lambda asking: asked.append(asking.url))
    run_notebook(page, f"{server}lab/tree/book.ipynb?reset")
    widget = page.locator(".jp-OutputArea .chainrule")
    framed = page.frame_locator(FRAME).locator(".chainrule")
    works(page, framed)
    works(page, widget, is_dark=True)
    cells = page.locator(".jp-Notebook .jp-Cell")
    assert cells.count() == len(CELLS)
    for view in (framed, widget):
        view.locator(".stage").click(position={"x": 300, "y": 20})
        view.locator(".stage:focus").wait_for()
        for key in ("x", "d", "d", "a", "b", "m", "y", "Shift+M", "Shift+Enter", "z"):
            page.keyboard.press(key)
        page.wait_for_timeout(300)
        assert cells.count() == len(CELLS)
        assert page.locator(".jp-MarkdownCell").count() == 0
        assert view.locator(".stage").is_visible()
    folder = request.config.getoption("--pictures", default="")
    if folder:
        page.screenshot(path=f"{folder}/jupyterlab.png")
    outside = [url for url in asked if not url.startswith((server, "data:", "blob:", "about:"))]
    assert outside == []
    page.close()


def test_in_notebook_7_a_view_works(chromium, server):
    pytest.importorskip("notebook")
    page = chromium.new_page(viewport={"width": 1200, "height": 1150})
    run_notebook(page, f"{server}notebooks/book.ipynb")
    works(page, page.frame_locator(FRAME).locator(".chainrule"))
    works(page, page.locator(".jp-OutputArea .chainrule"), is_dark=True)
    page.close()


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook with its outputs, as nbconvert saves it, and the page that it makes of it."""
    folder = tmp_path_factory.mktemp("convert")
    book = folder / "book.ipynb"
    write_notebook(book, CELLS[:2])
    environment = {**os.environ, "HOME": str(folder)}
    convert = [sys.executable, "-m", "nbconvert"]
    run = [*convert, str(book), "--execute", "--to", "notebook", "--output", "done"]
    subprocess.run(run, env=environment, check=True)
    page = [*convert, str(folder / "done.ipynb"), "--to", "html", "--output", "book"]
    subprocess.run(page, env=environment, check=True)
    return folder


def test_what_nbconvert_writes_works_offline(chromium, executed):
    context = chromium.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(f"file://{executed / 'book.html'}", wait_until="domcontentloaded")
    works(page, page.frame_locator("iframe[srcdoc]").locator(".chainrule"))
    context.close()


def test_what_nbconvert_writes_shows_the_picture_without_scripts(chromium, executed):
    context = chromium.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{executed / 'book.html'}", wait_until="domcontentloaded")
    page.locator("iframe[srcdoc]").scroll_into_view_if_needed()  # a frame out of sight is asleep
    still = page.frame_locator("iframe[srcdoc]").locator(".still svg")
    still.wait_for(timeout=IN_NOTEBOOK)
    assert still.bounding_box()["width"] > 200
    context.close()


def test_an_untrusted_notebook_shows_the_static_picture(chromium, server, executed):
    from urllib.request import Request

    book = json.loads((executed / "done.ipynb").read_text())
    body = json.dumps({"type": "notebook", "content": book}).encode()
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{server}api/contents/strange.ipynb", body, headers, method="PUT")).close()
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"{server}lab/tree/strange.ipynb?reset")
    picture = page.locator(".jp-OutputArea img")
    picture.wait_for(timeout=IN_NOTEBOOK)
    assert page.locator(FRAME).count() == 0
    assert picture.evaluate("e => e.complete && e.naturalWidth > 200")
    page.close()


VSCODE = (
    "default-src 'none'; script-src https://*.vscode-cdn.net 'unsafe-inline' 'unsafe-eval'; "
    "style-src https://*.vscode-cdn.net 'unsafe-inline'; img-src https: http: data:; "
    "font-src https:; connect-src https:; child-src https: data:"
)
"""The policy of the page in which VS Code shows the outputs of a notebook."""


def test_under_the_rules_of_vs_code_a_view_works(chromium, tmp_path):
    """It sets a cell's text/html with innerHTML, in a page of this policy; nothing is fetched."""
    bundle = shown()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    context = chromium.new_context(offline=True, viewport={"width": 1000, "height": 700})
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda asking: asked.append(asking.url))
    page.on("console", lambda line: errors.append(line.text))
    html = json.dumps(bundle["text/html"]).replace("<", "\\u003c")
    path = tmp_path / "webview.html"
    path.write_text(
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{VSCODE}">'
        f"<div id='output'></div><script>document.getElementById('output').innerHTML = {html}"
        "</script>",
        encoding="utf-8",
    )
    page.goto(f"file://{path}")
    works(page, page.frame_locator("iframe[srcdoc]").locator(".chainrule"))
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert errors == []
    context.close()


def shown():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    L = a * b + a
    L.label = "L"
    return show(L, height=420)


MARIMO = """import marimo
app = marimo.App()

@app.cell
def _():
    from chainrule import Value, show
    a, b = Value(2.0, label='a'), Value(-3.0, label='b')
    L = a * b + a
    L.label = 'L'
    show(L, height=420)
    return

if __name__ == "__main__":
    app.run()
"""


def test_in_marimo_a_view_works(chromium, tmp_path):
    pytest.importorskip("marimo")
    (tmp_path / "book.py").write_text(MARIMO)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path / "log.txt").open("w")
    command = [sys.executable, "-m", "marimo", "run", "book.py", "--headless", "--no-token",
               "--port", str(port), "--host", "127.0.0.1"]  # fmt: skip
    environment = {**os.environ, "HOME": str(tmp_path), "MARIMO_SKIP_UPDATE_CHECK": "1"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    try:
        for _ in range(120):
            try:
                urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except URLError:
                time.sleep(0.5)
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("iframe[srcdoc]").wait_for(timeout=IN_NOTEBOOK)
        works(page, page.frame_locator("iframe[srcdoc]").locator(".chainrule"))
    finally:
        page.close()
        process.terminate()
        process.wait(30)
        log.close()
