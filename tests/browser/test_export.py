"""The exported pages with Python: what it says, what it stops, and what is said without it."""

from __future__ import annotations

import gzip
import re
import shutil
from typing import ClassVar

import pytest
from played_page import looking_at
from static_files import Quiet, serve_files

from chainrule.course.shelf import tasks
from chainrule.drawing.view.page import data_text
from chainrule.playground.answer import reply

TEXTS = [
    "L = tanh(w*x) + 1", "(a*b + c)*f", "w = 0.5\nx = 2\nh = tanh(w*x)\nL = (h - 1)**2",
    "L = log(x) + exp(y)*gamma(x)/erf(y) - sigmoid(x)", "é = 3\nL = é*2", "",
    "import numpy as np\na = Value(2, label='a')\nd = np.tanh(a)*a\nd.backward()",
    "\n".join(f"x{i + 1} = relu(x{i}*w + {i}) + b" for i in range(40)),
    "L = tanhh(w)", "L = a +", "L = a\n  b = 2", "L = log(0 - 1)", "x = 1e400", "L = 'abc'",
    "L = a if a > 0 else b", "L = 1/0*a", "L = 10**1000", "a\x00b", "L = __import__('os')",
    "L = a" + "+a" * 1900, "L = " + "-" * 3000 + "a", "L = a" + "[0]" * 190, "L = 0x" + "f" * 3900,
    "L = " + "tanh(" * 90 + "0" + ")" * 90, "L = " + "(" * 300 + "a" + ")" * 300,
    "<b>&\u2028", "x" * 5000, "for i in x: pass",
]  # fmt: skip


@pytest.fixture
def page_at(chromium):
    """A function that opens an address; at the end no page has failed or asked anybody else."""
    contexts, errors, requests = [], [], []

    def open_page(address, screen=(1280, 800, "light")):
        context = chromium.new_context(**looking_at(screen))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)  # Python has to start, on a busy machine too
        page.on("pageerror", lambda error: errors.append(f"{error} {error.stack}"))
        page.on("request", lambda request: requests.append((address, request.url)))
        page.goto(address)
        page.wait_for_selector(".page")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    for address, url in requests:
        own = re.match(r"https?://[^/]*/", address)[0] if "://127" in address else "file:"
        assert url.startswith((own, f"blob:{own}", "data:")), url


def typed(page, text):
    """Type lines and wait until they are read or refused; what is wrong with them."""
    page.locator("#lines").fill(text)
    page.wait_for_function(
        "text => { const p = document.querySelector('#play').playground;"
        " return p.answer?.text === text || !p.editor.message.hidden; }",
        arg=text,
    )
    message = page.locator(".message")
    return message.inner_text() if message.is_visible() else ""


def judged(page, code):
    """Have the code of a task judged; what is said of it."""
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".said:is(.right, .wrong)").wait_for()
    return page.locator(".feedback").inner_text()


# ---- what Python says ----------------------------------------------------------------------------


def test_python_in_the_page_says_what_the_server_says(page_at, exported):
    page = page_at(exported)
    said = page.evaluate(
        """async (texts) => {
          const { python } = document.querySelector("#play").playground.reader;
          const worker = await python.begin();
          const said = [];
          for (const text of texts)
            said.push((await python._exchange(worker, { name: "reply", texts: [text] }, 60)).text);
          return said;
        }""",
        TEXTS,
    )
    for text, told in zip(TEXTS, said):
        assert told == data_text(reply(text)), text


def test_of_quick_edits_the_last_one_wins(page_at, exported):
    page = page_at(exported)
    asked = page.evaluate(
        """async () => {
          const { playground } = document.querySelector("#play");
          const texts = ["a", "a*b", "a*b*c", "a*b*c*d"].map((text) => `L = ${text}`);
          const { python } = playground.reader;
          const answers = texts.map((text) => python.ask("reply", [text], 60));
          await Promise.all(texts.map((text) => playground.open({ text })));
          return (await Promise.all(answers)).map((answer) => answer && answer.text);
        }"""
    )
    assert asked[1:] == [None, None, None], "what is overtaken isn't computed"
    assert page.evaluate("document.querySelector('#play').playground.answer.text") == "L = a*b*c*d"


def test_once_python_runs_answers_come_at_once(page_at, exported):
    page = page_at(exported)
    chain = "\n".join(f"x{i + 1} = tanh(x{i}*w + {i})" for i in range(74))
    first, second, large = page.evaluate(
        """async (texts) => {
          const { reader } = document.querySelector("#play").playground;
          const times = [];
          for (const text of texts) {
            const start = performance.now();
            const answer = await reader.read(text);
            if (answer.text !== text) throw new Error(answer.error);
            times.push(performance.now() - start);
          }
          return times;
        }""",
        ["L = a*b", "L = a*b*c", chain],
    )
    print(f"\nfirst {first:,.0f} ms, second {second:,.0f} ms, 298 nodes {large:,.0f} ms")
    assert first < 60_000
    assert second < 1_000
    assert large < 10_000


def test_a_link_is_read_and_examples_need_no_python(page_at, exported):
    page = page_at(f"{exported}#code=L+%3D+p*q&plot=q&view=")
    page.locator(".note .loading").wait_for()
    assert not page.locator(".curve, .code").locator("visible=true").count(), "nothing to show yet"
    page.wait_for_selector(".picture")
    assert page.locator(".curve").is_visible()
    assert page.locator("#lines").input_value() == "L = p*q"
    fresh = page_at(exported)
    fresh.locator("#example").select_option(index=2)
    fresh.wait_for_selector(".picture")
    assert (
        fresh.evaluate("document.querySelector('#play').playground.reader.python.starting") is None
    )


# ---- what it stops -------------------------------------------------------------------------------


def test_whatever_code_does_the_next_judgement_works(page_at, exported):
    name = "06_other_operations"
    solution = tasks()[name].solution
    page = page_at(f"{exported}course.html#tasks/{name}")
    page.evaluate(
        "() => Object.assign(document.querySelector('#course').course.judge.limits, { run: 5 })"
    )
    for code, words in [
        ("x = 1\nwhile True:\n    x += 1", "it runs for longer than 3 seconds"),
        ("import itertools\nsum(itertools.count())", "The code doesn't end within 5 seconds."),
        ("import os\nos._exit(3)", "quits Python with status 3"),
        (solution.replace("return self + other", "return other + self"), "RecursionError"),
        ("import sys\nsys.setrecursionlimit(10**6)\nclass A:\n    def __add__(self, other):\n"
         "        return self + other\nA() + 1", "recurs"),
        ("import builtins, math\nbuiltins.len = math.tanh = None", "defines no class Value"),
        ("import js\njs.fetch('/')", "AttributeError: fetch"),
        ("import pyodide_js\npyodide_js.globals.constructor.constructor('return 1')()",
         "stops at line 2"),
        ("import urllib.request\nurllib.request.urlopen('http://example.com')", "stops at line 2"),
        ("input()", "waits for input"),
    ]:  # fmt: skip
        assert words in judged(page, code), code
    assert judged(page, solution).startswith("✓")


def test_a_verdict_belongs_to_its_task(page_at, exported):
    """Somebody checks a task, and then the next one before the first verdict is there."""
    page = page_at(f"{exported}course.html#tasks/01_init")
    for name in ("01_init", "02_add_and_multiply"):
        page.get_by_label("Your code").fill(tasks()["01_init"].solution)
        page.get_by_role("button", name="Check", exact=True).click()
        if name == "01_init":
            page.locator(".next").click()
    page.locator(".said.wrong").wait_for()
    done = page.evaluate("document.querySelector('#course').course.memory.kept.done")
    assert [each for each in done if each.startswith("tasks")] == ["tasks/01_init"]
    assert "raises" in page.locator(".feedback").inner_text()


# ---- what the page says without it ---------------------------------------------------------------


class Faulty(Quiet):
    """A web server that knows no types and has faults: by the end of a path, what is sent."""

    faults: ClassVar[dict] = {}
    headers_sent: ClassVar[dict] = {}

    def do_GET(self):
        path = self.path.split("?")[0]
        body = next((data for end, data in self.faults.items() if path.endswith(end)), b"")
        if body is None:
            self.send_error(404)
        elif body:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().do_GET()

    def guess_type(self, path):
        return "text/html" if str(path).endswith("html") else "application/octet-stream"

    def end_headers(self):
        if self.path.split("?")[0].endswith(".wasm.gz"):  # as Apache says of compressed files
            self.send_header("Content-Encoding", "gzip")
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        super().end_headers()


@pytest.fixture
def faulty(export_folder, monkeypatch):
    """A function that sets faults; the address of the server that has them."""

    def set_faults(faults=(), headers=()):
        monkeypatch.setattr(Faulty, "faults", dict(faults))
        monkeypatch.setattr(Faulty, "headers_sent", dict(headers))
        return address

    with serve_files(export_folder, Faulty) as address:
        yield set_faults


def test_what_a_server_says_of_its_files_does_not_matter(page_at, faulty):
    assert typed(page_at(faulty()), "L = a*b*c") == ""


@pytest.mark.parametrize(
    ("faults", "headers", "words"),
    [
        ({"wasm.gz": None}, {}, "python/pyodide.asm.wasm.gz isn't on this web server (status 404)"),
        ({"asm.mjs.gz": b"\x1f\x8bxyz"}, {}, "python/pyodide.asm.mjs.gz is damaged"),
        ({"wasm.gz": gzip.compress(b"<html>")}, {}, "Python couldn't start in this browser"),
        ({"pyodide.mjs.gz": b"<html>"}, {}, "Python couldn't start in this browser"),
        ({"worker.js.gz": b"<html>"}, {}, "Python couldn't start in this browser"),
        ({"stdlib.zip": b"PK"}, {}, "Python couldn't start in this browser"),
        ({}, {"Content-Security-Policy": "script-src 'self' 'unsafe-inline' blob:"},
         "Python couldn't start in this browser"),
        ({}, {"Content-Security-Policy": "worker-src 'none'"},
         "Python couldn't start in this browser"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_is_said_and_the_page_works(page_at, faulty, faults, headers, words):
    page = page_at(faulty(faults, headers))
    page.wait_for_selector(".picture")
    assert words in typed(page, "L = a*b*c")
    assert not page.locator(".note .loading").is_visible()
    page.locator("#example").select_option(index=3)
    page.wait_for_function("() => document.querySelector('#play').playground.editor.message.hidden")
    assert page.locator(".picture").count()


def test_when_a_fault_is_mended_the_page_works_again(page_at, faulty):
    """A web server that answers with a page of its own instead of the file, with status 200."""
    page = page_at(faulty({"chainrule.zip": b"<html>"}))
    assert "Python couldn't start in this browser" in typed(page, "L = a*b*c")
    page.goto("about:blank")
    page.goto(faulty())
    page.wait_for_selector(".picture")
    assert typed(page, "L = a*b*c*d") == ""


def test_a_connection_that_breaks_is_said_and_the_next_edit_tries_again(page_at, exported):
    page = page_at(exported)
    page.wait_for_selector(".picture")
    page.route("**/python/**", lambda route: route.abort())
    assert re.search(
        r"python/\S+ can't be reached\. Check the connection", typed(page, "L = a*b*c")
    )
    page.unroute("**/python/**")
    page.locator("#example").select_option(index=3)
    page.wait_for_function("() => document.querySelector('#play').playground.editor.message.hidden")
    assert typed(page, "L = a*b*c*d") == ""


def test_an_old_browser_is_told(page_at, exported):
    page = page_at(exported)
    page.evaluate("() => { globalThis.DecompressionStream = undefined; }")
    assert "dates from before 2023" in typed(page, "L = a*b*c")


def test_a_task_says_that_python_is_missing(page_at, faulty):
    address = faulty({"stdlib.zip": None})
    page = page_at(f"{address}course.html#tasks/01_init")
    assert "python/python_stdlib.zip isn't on this web server" in judged(page, "class Value: pass")
    faulty()
    assert judged(page, tasks()["01_init"].solution).startswith("✓")


@pytest.mark.parametrize("name", ["index.html", "course.html#tasks/01_init"])
def test_from_a_disk_the_page_says_that_it_needs_a_web_server(page_at, export_folder, name):
    page = page_at(f"file://{export_folder}/{name}")
    note = page.locator(".note").last.inner_text()
    assert "opened as a file" in note
    assert "python -m http.server" in note
    assert not page.get_by_role("button", name="Check", exact=True).count()


def test_a_saved_page_asks_for_no_python(page_at, exported, tmp_path):
    page = page_at(exported)
    assert typed(page, "L = a*b*c") == ""
    page.locator("summary", has_text="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML page").click()
    path = tmp_path / "saved.html"
    download.value.save_as(path)
    saved = page_at(f"file://{path}")
    saved.wait_for_selector(".picture")
    assert "chainrule play" in saved.locator(".note").inner_text()


# ---- what it looks like --------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [(1280, 800, "dark"), (390, 844, "light")], ids=str)
def test_axe_finds_nothing_serious_while_python_is_loaded(page_at, faulty, screen, request):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    folder = request.config.getoption("--pictures")
    address = faulty({"stdlib.zip": None})
    for name, field in (("index.html", "#lines"), ("course.html#tasks/01_init", ".cm-content")):
        page = page_at(address + name, screen)
        page.evaluate("() => { globalThis.fetch = () => new Promise(() => {}); }")  # for ever
        for state in ("before", "loading"):
            found = axe.run(page).response["violations"]
            assert [(one["id"], [node["html"][:120] for node in one["nodes"]])
                    for one in found if one["impact"] in ("serious", "critical")] == []  # fmt: skip
            assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]
            if folder:
                page.screenshot(path=f"{folder}/export-{name[:6]}-{state}-{screen[0]}.png")
            if state == "before":
                page.locator(field).fill("L = a*b*c")
                page.locator(".note .loading").wait_for()
                assert page.locator(".note .loading").inner_text() == "Loading Python: 0 of 7 MB"


def test_pages_without_their_folder_work_but_for_python(page_at, export_folder, tmp_path):
    """Somebody uploads the pages and forgets the folder."""
    for name in ("index.html", "course.html"):
        shutil.copy(export_folder / name, tmp_path / name)
    with serve_files(tmp_path) as address:
        assert page_at(f"{address}course.html#lessons/01_slope/1").locator(".next").count()
        assert "isn't on this web server" in typed(page_at(address), "L = a*b*c")
