"""Real browsers that open views; each test also asserts that nothing was asked of any host."""

from __future__ import annotations

import shutil
from pathlib import Path

import played_page
import pytest
from static_files import serve_files
from stock_firefox import Firefox

try:
    from playwright.sync_api import Error, sync_playwright
except ImportError:  # `make browser` installs it; a plain pytest leaves this folder out
    collect_ignore_glob = ["test_*.py"]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


PYODIDE = Path(__file__).parents[2] / "node_modules" / "pyodide"


def pytest_addoption(parser):
    parser.addoption("--pictures", default="", help="write screenshots into this folder")


@pytest.fixture(scope="session")
def drivers():
    """Playwright, which may run once at a time."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(drivers):
    """Chromium without its window: a page opens in half the time. Or else the whole one."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "Chromium is missing; `make browser` installs it"
    browser = drivers.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(drivers, tmp_path_factory):
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if not path:
        pytest.skip("Firefox is missing; `make browser` installs it where it can")
    browser = Firefox(drivers, path, tmp_path_factory.mktemp("downloads"))
    try:
        browser.new_context().close()
    except Error as error:
        pytest.skip(f"Playwright can't drive this Firefox: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def export_folder(tmp_path_factory):
    """Both pages and Python, as `chainrule play --export` writes them."""
    from chainrule.course.export import export

    if not PYODIDE.is_dir():
        pytest.skip("Pyodide is missing; `make browser` installs it")
    folder = tmp_path_factory.mktemp("export")
    export(str(folder), "playground", pyodide=str(PYODIDE))
    return folder


@pytest.fixture(scope="session")
def exported(export_folder):
    """The address of that folder on a plain web server."""
    with serve_files(export_folder) as address:
        yield address


class Opened:
    """A page with a view in it, and what it did."""

    def __init__(self, page):
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(f"{error} {error.stack}"))
        page.on("console", lambda line: self.errors.append(f"{line.type}: {line.text}"))
        page.on("dialog", lambda box: (self.errors.append(f"dialog {box.message}"), box.dismiss()))
        page.on("request", lambda request: self.requests.append(request.url))

    def run(self, code, argument=None):
        """Evaluate an expression in which `v` is the view."""
        return self.page.evaluate(
            "argument => { const v = document.querySelector('#view').chainruleView; "
            f"return ({code}); }}",
            argument,
        )

    def wait(self, code):
        """Wait until an expression in which `v` is the view is true."""
        self.page.wait_for_function(
            f"() => {{ const v = document.querySelector('#view').chainruleView; return {code}; }}"
        )

    def wait_for_drawing(self):
        """Wait until a canvas has drawn everything; it draws in the background."""
        self.wait("!v.picture.waiting && !v.picture.next")

    def press(self, *keys):
        self.page.locator(".stage").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def choose(self, label):
        self.press("/")
        self.page.keyboard.type(label)
        self.page.keyboard.press("Enter")

    def number(self, label, what="data"):
        """A node's number with all its digits."""
        words = self.run(
            f"String(v.graph.nodes.find(node => node.label === argument).{what})", label
        )
        return None if words == "null" else float(words.replace("Infinity", "inf"))

    def shown(self, label, row):
        """What stands in a row of a node's box: 0 is its number, 1 its gradient."""
        return self.run(
            "[...v.root.querySelectorAll(`[data-node='${v.graph.nodes.find(node => "
            "node.label === argument[0]).index}'] text[text-anchor=end]`)]"
            "[argument[1]].textContent",
            [label, row],
        )


@pytest.fixture
def opened(chromium, tmp_path, request):
    """A function that saves a view and opens the file."""
    pages = []

    def open_view(view, **context):
        context.setdefault("viewport", {"width": 1280, "height": 760})
        page = chromium.new_page(**context)
        made = Opened(page)
        path = view if isinstance(view, str) else view.save(tmp_path / f"view{len(pages)}.html")
        page.goto(f"file://{path}")
        page.wait_for_selector(".picture")
        pages.append((made, f"file://{path}"))
        return made

    yield open_view
    for made, url in pages:
        folder = request.config.getoption("--pictures", default="")
        if folder:
            made.page.screenshot(path=f"{folder}/{request.node.name}.png")
        assert made.errors == []
        assert set(made.requests) <= {url}  # Firefox doesn't tell of files
        made.page.close()


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """Where the playground is: served, on a plain static server, and as a file."""
    with played_page.serving(tmp_path_factory.mktemp("play")) as found:
        yield found


@pytest.fixture
def visit(chromium, addresses, request):
    """A function that opens the playground."""
    with played_page.visiting(chromium, addresses, request) as open_page:
        yield open_page
