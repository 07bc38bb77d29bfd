"""JupyterLab and Notebook 7 on this machine, each with a notebook to run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

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


HAS_BEGUN = """
() => [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')]
  .some(prompt => /[*\\d]/.test(prompt.textContent))
"""
SLOW = 240_000
"""Milliseconds that JupyterLab may take on a machine that has other things to do."""


def write_notebook(path, sources):
    """Write a notebook with these cells, none of which has run."""
    cells = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "outputs": [],
         "execution_count": None, "source": source}
        for number, source in enumerate(sources)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(book))


def environment(folder):
    """The environment of a Jupyter that reads and writes no settings of this machine's."""
    return {
        **os.environ,
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@contextmanager
def serving(folder, program="jupyterlab"):
    """The address of a server of this folder; `program` is 'jupyterlab' or 'notebook'."""
    log = folder / f"{program}.txt"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", program, *SERVER, f"--ServerApp.root_dir={folder}"],
            stdout=file,
            stderr=file,
            env=environment(folder),
            cwd=folder,
        )
    try:
        yield _address(log)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # it may wait for a kernel; kernels end with it
            process.kill()
            process.wait()


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


def open_lab(page, address, name="book.ipynb"):
    """Open a notebook in JupyterLab, without those that an earlier page had open."""
    page.goto(f"{address}lab/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=SLOW)


def open_notebook(page, address, name="book.ipynb"):
    """Open a notebook in Notebook 7."""
    page.goto(f"{address}notebooks/{name}")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=SLOW)


def run_all(page):
    """Run every cell of the notebook that JupyterLab or Notebook 7 shows.

    Either drops the command, or asks for a kernel, where its notebook isn't quite ready; so it is
    given until it works.
    """
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=SLOW)
    page.wait_for_timeout(2000)
    for _ in range(12):
        while page.locator(".jp-Dialog").count():
            page.keyboard.press("Escape")
            page.wait_for_timeout(500)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        for _ in range(40):
            if page.evaluate(HAS_BEGUN):
                return
            page.wait_for_timeout(250)
    raise AssertionError("no cell has begun to run")


def wait_for_run(page):
    """Wait until every cell has a number."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')]"
        ".every(prompt => /\\d/.test(prompt.textContent))",
        timeout=SLOW,
    )
