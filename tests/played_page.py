"""The playground in Chromium: as it is served, as a static server has it, and as a file."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager

import pytest
from static_files import serve_files

from chainrule.course.export import export
from chainrule.course.words import languages
from chainrule.playground.examples import EXAMPLES

SCREENS = [(1280, 800, "light"), (1280, 800, "dark"), (390, 844, "light"), (390, 844, "dark")]


def looking_at(screen, **more):
    """The options of a browser's context with such a screen; a small one is touched."""
    width, height, scheme = screen
    is_phone = width < 640
    return {
        "viewport": {"width": width, "height": height}, "color_scheme": scheme,
        "has_touch": is_phone, "is_mobile": is_phone, "reduced_motion": "reduce", **more,
    }  # fmt: skip


@contextmanager
def serving(folder):
    """The page as `chainrule play` serves it, as a plain static server does, and as a file."""
    command = [sys.executable, "-m", "chainrule", "play", "--port", "0", "--no-browser"]
    path = export(str(folder), "playground")
    with (
        serve_files(folder) as static,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served,
    ):
        line = served.stdout.readline()
        yield {
            "served": re.search(r"http://127\.0\.0\.1:\d+/", line)[0],
            "static": static,
            "file": f"file://{path}",
        }
        served.terminate()


def settle(page):
    """Wait for the frame in which every part has followed a change."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


class Visit:
    """An open page."""

    def __init__(self, page, errors=()):
        self.page = page
        self.errors = errors

    def run(self, code, argument=None):
        """Evaluate an expression in which `p` is the playground and `v` the view."""
        return self.page.evaluate(
            "argument => { const p = document.querySelector('#play').playground; const v = p.app; "
            f"return ({code}); }}",
            argument,
        )

    def choose(self, name):
        at, text = next((at, each.text) for at, each in enumerate(EXAMPLES) if each.name == name)
        self.page.locator("#example").select_option(str(at))
        self.wait("p.answer.text === argument", text)

    def type(self, text):
        self.page.locator("#lines").fill(text)

    def wait(self, code, argument=None):
        """Wait until an expression is true, and every part has followed."""
        self.page.wait_for_function(
            "argument => { const p = document.querySelector('#play')?.playground; const v = p?.app;"
            f"return v && ({code}); }}",
            arg=argument,
        )
        self.settle()

    def number(self, name, what="data"):
        return self.run(f"v.graph.nodes.find(({{label}}) => label === argument).{what}", name)

    def drag(self, name, share):
        """Drag a slider with the pointer to a share of its length."""
        slider = self.page.get_by_label(f"{name}, slider")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        height = box["y"] + box["height"] / 2
        start = (self.number(name) / self.run("p.inputs.reach(argument)", name) + 1) / 2
        self.page.mouse.move(box["x"] + 8 + (box["width"] - 16) * start, height)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 8 + (box["width"] - 16) * share, height, steps=8)
        self.page.mouse.up()
        self.settle()

    def state(self):
        return self.run(
            "[p.answer.text, p.plot, v.graph.at, v.graph.nodes.map(({data, grad}) => [data, grad]),"
            " Boolean(v.graph.practice)]"
        )

    def stop_clock(self):
        """From here on time passes only where a test lets it."""
        self.page.clock.install(time="2026-01-01T00:00:00")
        self.page.clock.pause_at("2026-01-01T00:01:00")

    def settle(self):
        settle(self.page)

    def wait_for_hash(self):
        """Wait until the address says what is shown."""
        self.page.wait_for_function(
            "() => location.hash.slice(1) === document.querySelector('#play').playground.hash"
        )

    def reload(self):
        self.wait_for_hash()
        self.page.reload()
        self.page.wait_for_selector(".picture")


@contextmanager
def visiting(chromium, addresses, request):
    """A function that opens the page; at the end nothing has failed, and only it was asked."""
    contexts, errors, requests = [], [], []

    def open_page(kind="served", screen=SCREENS[0], more="", motion="reduce"):
        if kind == "python":
            addresses[kind] = request.getfixturevalue("exported")
        clipboard = ["clipboard-read", "clipboard-write"]
        options = looking_at(screen, permissions=clipboard) | {"reduced_motion": motion}
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{error} {error.stack}"))
        page.on("console", lambda line: errors.append(line.text))
        page.on("request", lambda request: requests.append((kind, request.url)))
        page.goto(addresses[kind] + more)
        page.wait_for_selector(".picture, .net")
        return Visit(page, errors)

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    for kind, url in requests:
        own = url.startswith(("data:", "blob:")) or url.partition("#")[0] == addresses[kind]
        is_graph = kind == "served" and url == addresses[kind] + "graph"
        is_python = kind == "python" and url.startswith(addresses[kind] + "python/")
        assert own or is_graph or is_python, url


def serious_faults(page):
    """What axe finds on a page that is more than a nuisance."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        (one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


ENGLISH = re.compile(r"\b(the|of|and|with|your|you|how|what|this|not|by|from|press|try)\b", re.I)


def english_on(page):
    """What is English on a page in German: its texts, labels and choices, but not its code."""
    english, german = (languages()[code] for code in ("en", "de"))
    known = [
        re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(said)))
        for key, said in english.items()
        if said != german[key]
        and key != "language"
        and re.search(r"\w", re.sub(r"{\w+}", "", said))
    ]
    found = {text.strip() for text in page.evaluate(TEXTS)} - set(german.values())
    return [
        text
        for text in found
        if ENGLISH.search(text) or any(each.fullmatch(text) for each in known)
    ]


TEXTS = """() => {
    const found = [document.title];
    const walk = (node) => {
        if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
        if (!(node instanceof Element) && !(node instanceof ShadowRoot)) return;
        if (node instanceof Element) {
            if (node.matches("code, pre, script, style, textarea, .cm-content")) return;
            for (const name of ["aria-label", "title", "aria-valuetext", "placeholder"])
                if (node.hasAttribute(name)) found.push(node.getAttribute(name));
            if (node.shadowRoot) walk(node.shadowRoot);
        }
        for (const child of node.childNodes) walk(child);
    };
    walk(document.body);
    return found;
}"""
