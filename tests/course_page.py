"""The course in a browser: a lesson from start to end, a task wrong and right."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager

from played_page import SCREENS, looking_at, settle
from static_files import serve_files

from chainrule.course import expression
from chainrule.course.export import export
from chainrule.course.shelf import shelf
from chainrule.course.words import languages

LESSON = "03_chain_rule"
TITLE = ":is(.words, .task) > h2"


@contextmanager
def serving(folder):
    """The course as it is served, as a plain static server has it, and as a file."""
    command = [sys.executable, "-m", "chainrule", "course", "--port", "0", "--no-browser"]
    path = export(str(folder))
    with (
        serve_files(folder) as static,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served,
    ):
        yield {
            "served": re.search(r"http://\S+", served.stdout.readline())[0],
            "static": static,
            "file": f"file://{path}",
        }
        served.terminate()


class Visit:
    """An open page of the course."""

    def __init__(self, page, address):
        self.page = page
        self.address = address

    def open(self, spot):
        self.page.goto(f"{self.address}#{spot}")
        self.page.wait_for_function(
            "spot => document.querySelector('#course').course?._address("
            "document.querySelector('#course').course.spot) === spot",
            arg=spot,
        )
        self.settle()

    def run(self, code, argument=None):
        """Evaluate an expression in which `c` is the course, `s` its step and `v` the view."""
        return self.page.evaluate(
            "argument => { const c = document.querySelector('#course').course; const s = c.step; "
            f"const v = s?.app; return ({code}); }}",
            argument,
        )

    def settle(self):
        settle(self.page)

    def said(self):
        return self.page.locator(".feedback").inner_text()

    def next(self):
        self.page.locator(".next").click()
        self.settle()

    # ---- the four doings ------------------------------------------------------------------------

    def say(self, key):
        """The words of the page, in the language that it speaks."""
        return languages()[self.run("c.language")][key].partition(":")[0]

    def predict(self, right, point="."):
        field = self.page.get_by_label(self.say("answer"))
        for text, words in (("", self.say("type_a_number")), ("abc", "abc"), ("1e9", "✗")):
            field.fill(text)
            field.press("Enter")
            assert words in self.said()
            assert field.get_attribute("aria-invalid") == ("false" if text == "1e9" else "true")
        assert self.say("not_yet") in self.said()
        assert self.page.locator(".next").inner_text() == self.say("skip")
        field.fill(f"{right:.3g}".replace(".", point))
        self.page.get_by_role("button", name=self.say("check"), exact=True).click()
        assert self.said().startswith("✓")

    def choose(self, choices):
        buttons = self.page.locator(".choice")
        wrong = next(at for at, choice in enumerate(choices) if not choice["right"])
        right = next(at for at, choice in enumerate(choices) if choice["right"])
        buttons.nth(wrong).click()
        assert "wrong" in buttons.nth(wrong).get_attribute("class")
        assert self.said()
        buttons.nth(right).click()
        assert "right" in buttons.nth(right).get_attribute("class")

    def move(self, name, x):
        words = languages()[self.run("c.language")]
        field = self.page.get_by_label(words["input_number"].format(name=name))
        field.clear()
        field.press_sequentially(str(x))
        field.press("Enter")
        self.settle()

    def find_gradients(self):
        """Answer every question of the practice; the first one wrong at first."""
        field = self.page.locator("input[name=answer]")
        field.wait_for()
        field.fill("1234")
        field.press("Enter")
        assert self.run("v.graph.practice.next()") is not None
        while self.run("v.graph.practice.next()") is not None:
            index = self.run("v.chosen")
            field.fill(str(self.run("v.graph.practice.grads[argument]", index)))
            field.press("Enter")
            if self.run("v.graph.practice.next()") is not None:
                self.page.locator(".onwards").click()
        self.settle()

    # ---- walks ----------------------------------------------------------------------------------

    def take_step(self, step):
        """A step of the lesson, what is asked answered wrong and then right."""
        do = step.content["do"]
        if do == "predict" and step.asked:
            self.predict(number(step, step.content["ask"]))
        elif do == "predict":
            self.choose(step.content["choices"])
        elif do == "try":
            self.move("x", 1.5)
            assert self.said() == ""
            self.move("x", 0.01)
            assert self.said().startswith("✓")
        elif do == "judged":
            self.find_gradients()
            assert self.said().startswith("✓")

    def take_lesson(self):
        """A lesson from start to end, what is asked answered wrong and then right."""
        steps = shelf().lessons[LESSON].steps
        for at, step in enumerate(steps):
            assert self.run("c.spot.step") == at
            assert self.page.locator(TITLE).inner_text() == step.content["title"]
            self.take_step(step)
            assert self.page.locator(".next").inner_text() in ("Next", "Next lesson")
            width = self.page.viewport_size["width"]
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width
            self.next()
        assert self.run("c.spot.index") == list(shelf().lessons).index(LESSON) + 1
        assert self.run("c.memory.kept.done.length") >= len(steps)
        self.page.reload()
        self.page.wait_for_selector(TITLE)
        entry = self.page.locator(".list a", has_text=shelf().lessons[LESSON].title)
        assert "✓" in entry.text_content()

    def take_task(self):
        """The first task, wrong and then right; what was written is there after a reload."""
        task = next(iter(shelf().tasks.values()))
        check = self.page.get_by_role("button", name="Check", exact=True)
        code = self.page.get_by_label("Your code")
        write_code(self.page, "")
        code.press_sequentially("class Value:\npass")  # which indents by itself
        assert code_in(self.page) == "class Value:\n    pass"
        check.click()
        self.page.locator(".said.wrong").wait_for(timeout=120_000)  # Python may have to start
        assert "✗" in self.said()
        self.page.get_by_role("button", name="Hint", exact=True).click()
        write_code(self.page, task.solution)
        check.click()
        self.page.locator(".said.right").wait_for()
        self.page.reload()
        self.page.get_by_label("Your code").wait_for()
        assert code_in(self.page) == task.solution
        self.next()
        assert code_in(self.page).strip() == task.solution.strip()


def write_code(page, text):
    """Replace the code of a task. Playwright fills a field that isn't an input only in Chromium."""
    page.evaluate(
        "text => { document.querySelector('#course').course.task.code.text = text; }", text
    )


def code_in(page):
    """The code that stands in the field of a task."""
    lines = page.get_by_label("Your code").locator(".cm-line").all_text_contents()
    return "\n".join(lines)


@contextmanager
def visiting(browser, addresses, request):
    """A function that opens the page; at the end nothing has failed, and only it was asked."""
    contexts, errors, requests = [], [], []

    def open_page(kind="served", screen=SCREENS[0], spot=""):
        if kind == "python":
            addresses[kind] = request.getfixturevalue("exported") + "course.html"
        context = browser.new_context(**looking_at(screen))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{error} {error.stack}"))
        page.on("console", lambda line: errors.append(line.text))
        page.on("request", lambda request: requests.append((kind, request.url)))
        page.goto(addresses[kind])
        page.wait_for_selector(TITLE)
        made = Visit(page, addresses[kind])
        if spot:
            made.open(spot)
        return made

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    for kind, url in requests:
        own = url.startswith(("data:", "blob:")) or url.partition("#")[0] == addresses[kind]
        is_task = kind == "served" and url == addresses[kind].removesuffix("course") + "task"
        folder = addresses[kind].removesuffix("course.html")
        is_python = kind == "python" and url.startswith(folder + "python/")
        assert own or is_task or is_python, url


def number(step, data):
    read = expression.Expression(data["tree"], tuple(tuple(each) for each in data["after"]))
    return expression.evaluate(read, step.numbers)
