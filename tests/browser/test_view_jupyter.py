"""`show` in a real JupyterLab on this machine, as a widget and as a frame."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

CELLS = [
    "from chainrule import Value\n"
    "from chainrule.drawing import show\n"
    "a = Value(2.0, label='a'); b = Value(-3.0, label='b'); c = Value(10.0, label='c')\n"
    "L = (a * b + c).tanh() * a; L.label = 'L'; L.backward()",
    "show(L, height=420)",
    "show(L, height=420, widget=False, theme='dark')",
]
SERVER = [
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--ServerApp.port=0",
    "--IdentityProvider.token=",
    "--ServerApp.disable_check_xsrf=True",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a JupyterLab with one notebook in it."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "outputs": [],
         "execution_count": None, "source": source}
        for number, source in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (folder / "book.ipynb").write_text(
        json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4,
                    "nbformat_minor": 5})
    )  # fmt: skip
    environment = {
        **os.environ,
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    log = folder / "log.txt"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *SERVER, f"--ServerApp.root_dir={folder}"],
            stdout=file,
            stderr=file,
            env=environment,
            cwd=folder,
        )
    try:
        yield _address(log)
    finally:
        process.terminate()
        process.wait(30)


def _address(log):
    for _ in range(240):
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
        if found:
            try:
                urlopen(found[0] + "api", timeout=5).close()
                return found[0]
            except URLError:
                pass
        time.sleep(0.25)
    raise AssertionError(log.read_text()[-3000:])


def test_a_notebook_shows_a_widget_and_a_frame(chromium, server, request):
    page = chromium.new_page(viewport={"width": 1200, "height": 1150})
    asked = []
    page.on("request", lambda asking: asked.append(asking.url))
    page.goto(f"{server}lab/tree/book.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
    page.wait_for_timeout(2000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()

    widget = page.locator(".jp-OutputArea .chainrule").first
    widget.wait_for(timeout=90_000)
    frame = page.frame_locator("iframe[srcdoc]")
    frame.locator(".chainrule").wait_for(timeout=60_000)
    for view, is_dark in ((widget, False), (frame.locator(".chainrule"), True)):
        view.locator(".stage").focus()
        page.keyboard.press("Home")
        assert (
            view.locator("g.node[data-node='0'] text[text-anchor=end]").nth(1).inner_html() == "–"
        )
        page.keyboard.press("n")
        assert "The pass starts at the root" in view.locator(".step-words").inner_text()
        page.keyboard.press("End")
        page.keyboard.press("/")
        page.keyboard.type("a")
        page.keyboard.press("Enter")
        view.locator("input[name=data]").fill("2.5")
        page.keyboard.press("Enter")
        assert "−" in view.locator("g.node[data-node='0'] text[text-anchor=end]").nth(
            1
        ).inner_html() or (
            view.locator("g.node[data-node='0'] text[text-anchor=end]").nth(0).inner_html()
            == "2.5000"
        )
        assert ("dark" in view.get_attribute("class").split()) is is_dark
    folder = request.config.getoption("--pictures", default="")
    if folder:
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/jupyterlab.png")
    outside = [url for url in asked if not url.startswith((server, "data:", "blob:", "about:"))]
    assert outside == []
    page.close()
