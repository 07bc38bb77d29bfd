"""What a view remembers in its address or its frame's name, and what it gives away."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest
from page_view import index_of, opened, press, said

from chainrule import Value

pytestmark = pytest.mark.once

STATE = """[v.graph.nodes.map(node => node.data),
  v.graph.nodes.map(node => node.hand?.text ?? null), v.graph.at, v.chosen,
  [...v.scene.collapsed], v.camera.isHome, v.camera.middle(), v.graph.practice?.score().done]"""
WAIT = 250
"""Milliseconds."""


@pytest.fixture
def L():
    return graphs.expression(Value)["L"]


def wait(modules):
    """Let the time pass for which an address waits; how many actions waited."""
    return modules.value("page.passTime(argument)", WAIT)


def deeds(modules, code=""):
    """Several things that a state keeps."""
    modules.run(
        f"""v.edit({index_of(modules, "a")}, 5);
        v.setByHand({index_of(modules, "f")}, {{ value: 7, text: "7" }});
        v.seek(3);
        v.choose({index_of(modules, "e")});
        v.camera.zoom(1.25); v.camera.pan(30, -20);
        {code}"""
    )


def test_a_page_is_reloaded_as_it_was(modules, page, L):
    page(L)
    first = modules.value(STATE)
    assert modules.value("location.hash") == ""
    deeds(modules)
    assert wait(modules) == 1
    left, link = modules.value(STATE), modules.value("location.hash")
    assert left != first and link.startswith("#")
    page(L, isReloaded=True)
    assert modules.value(STATE) == left
    assert modules.value("[v.memory.history.at, v.focused, v.toolbar.undo.disabled]") == [
        0, index_of(modules, "e"), True,
    ]  # fmt: skip
    wait(modules)
    assert modules.value("location.hash") == link
    page(L)
    assert modules.value(STATE) == first


@pytest.mark.parametrize("phase", [0, 1])
def test_a_practice_is_reloaded_as_it_was(modules, page, L, phase):
    page(L)
    press(modules, "q")
    modules.run("fire(v.practiceBar.tabs[argument], 'click')", phase)
    modules.run(
        """const { practice } = v.graph;
        practice.answer(v.chosen, "77");
        practice.hint(practice.next(v.chosen));
        practice.show(practice.next());
        v.done()"""
    )
    wait(modules)
    left = modules.value("[v.graph.practice.state, v.practiceBar.words.textContent]")
    page(L, isReloaded=True)
    assert modules.value("[v.graph.practice.state, v.practiceBar.words.textContent]") == left
    assert left[0]["phase"] == ["forward", "backward"][phase]


def test_an_address_is_written_once_things_have_settled(modules, page, L):
    page(L)
    for number in (4, 5, 6):
        modules.run(f"v.edit({index_of(modules, 'a')}, {number})")
    assert modules.value("location.hash") == ""
    assert wait(modules) == 1
    assert modules.value("location.hash") != ""
    for _ in range(3):
        press(modules, "z", ctrlKey=True)
    assert said(modules) == "Undone."
    assert wait(modules) == 1
    assert modules.value("location.hash") == "", "as at first"
    press(modules, "y", ctrlKey=True)
    assert said(modules) == "Redone."


def test_a_link_brings_collapsed_scopes(modules, page):
    page(graphs.nested(Value))
    modules.run("v.fold(0)")
    wait(modules)
    link = modules.value("location.hash")
    shown = "[v.picture.root.textContent, [...v.scene.collapsed], v.map.scale]"
    left = modules.value(shown)
    page(graphs.nested(Value))
    assert modules.value(shown) != left
    modules.run("location.hash = argument; window.hear({ type: 'hashchange' })", link)
    assert modules.value(shown) == left


def test_a_link_that_is_followed_changes_the_view(modules, page, L):
    page(L)
    deeds(modules)
    wait(modules)
    left, link = modules.value(STATE), modules.value("location.hash")
    at = modules.value("v.memory.history.at")
    modules.run("window.hear({ type: 'hashchange' })")
    assert modules.value("v.memory.history.at") == at > 0, "the same again changes nothing"
    page(L)
    modules.run(f"location.hash = '{link}'; window.hear({{ type: 'hashchange' }})")
    assert modules.value(STATE) == left
    assert modules.value("v.memory.history.at") == 0
    modules.run("v.remove()")
    modules.run("location.hash = ''; window.hear({ type: 'hashchange' })")
    assert modules.value(STATE) == left, "a view that was removed follows no more"


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("abc", "The link is damaged: the graph is shown as it was."),
        ("e30", "The link belongs to another graph: this one is shown as it was."),
    ],
)
def test_a_link_that_does_not_fit_is_refused(modules, page, L, link, words):
    page(L)
    before = modules.value(STATE)
    modules.run("location.hash = argument; window.hear({ type: 'hashchange' })", f"#{link}")
    assert modules.value("[v.brief.textContent, v.brief.hidden]") == [words, False]
    assert said(modules) == words
    assert modules.value(STATE) == before


def test_a_frame_remembers_in_its_name(modules, page, L):
    page(L, isFramed=True)
    assert modules.value("v.brief.hidden") is True
    deeds(modules)
    words = (
        "The change stays in this cell until it is run, moved or closed. The link button saves a "
        "page that keeps it."
    )
    assert modules.value("v.brief.textContent") == words
    assert modules.value("[...page.timers.values()].map(([wait]) => wait)").count(5000) == 1
    modules.run("v.brief.textContent = ''")
    modules.run(f"v.edit({index_of(modules, 'a')}, 6)")
    assert modules.value("v.brief.textContent") == "", "it is said once"
    wait(modules)
    left = modules.value(STATE)
    assert modules.value("window.name").startswith("chainrule:")
    assert modules.value("location.hash") == ""
    page(L, isFramed=True)
    assert modules.value(STATE) == left
    while not modules.value("v.toolbar.undo.disabled"):
        press(modules, "z", ctrlKey=True)
    modules.run("window.name = 'of another page'")
    page(L, isFramed=True)
    assert modules.value(STATE) != left
    deeds(modules)
    wait(modules)
    assert modules.value("window.name") == "of another page"


def test_a_frame_as_at_first_has_no_name(modules, page, L):
    page(L, isFramed=True)
    modules.run(f"v.edit({index_of(modules, 'a')}, 6)")
    wait(modules)
    press(modules, "z", ctrlKey=True)
    wait(modules)
    assert modules.value("window.name") == ""


def test_the_address_goes_before_the_state_of_a_file(modules, page, L):
    page(L)
    modules.run(f"v.edit({index_of(modules, 'a')}, 6)")
    six = modules.value("link.stateText(v)")
    modules.run(f"v.edit({index_of(modules, 'a')}, 7)")
    wait(modules)
    page(L, isReloaded=True, state=six)
    assert modules.value("v.graph.nodes[argument].data", index_of(modules, "a")) == 7
    page(L, state=six)
    assert modules.value("v.graph.nodes[argument].data", index_of(modules, "a")) == 6


def test_another_direction_keeps_all_but_what_lies_elsewhere(modules, page, L):
    page(L)
    deeds(modules)
    wait(modules)
    left = modules.value(STATE)
    modules.run("window.self = window.top = window")
    opened(modules, L, "TB", settings={"page": True, "isReloaded": True})
    found = modules.value(STATE)
    assert found[:4] == left[:4]
    assert found[5] is True, "the camera is at home"


def test_a_page_inside_another_one_remembers_nothing(modules, page, L):
    page(L, page=False)
    deeds(modules)
    assert wait(modules) == 0
    assert modules.value("[window.name, location.hash, v.brief.hidden]") == ["", "", True]


@pytest.mark.parametrize("copies", [True, False])
def test_a_link_is_copied(modules, page, L, copies):
    page(L)
    modules.run(f"v.edit({index_of(modules, 'a')}, 6)")
    modules.run(
        """if (!argument) navigator.clipboard = { writeText: async () => { throw new Error(); } };
        const button = v.root.querySelector('[aria-label="Copy a link to this"]');
        button.click();
        return v.memory.give()""",
        copies,
    )
    what = "The link is copied: it" if copies else "Couldn't copy. This page's address"
    assert said(modules) == f"{what} leads back to exactly this."
    assert modules.value("v.brief.textContent") == said(modules)
    address = modules.value("location.href")
    assert modules.value("location.hash").startswith("#")
    if copies:
        assert modules.value("page.clipboard.slice(-2)") == [address, address]


def test_a_page_in_a_frame_is_saved_as_a_file_that_opens_in_its_state(modules, page, L):
    page(L, isFramed=True)
    modules.run(f"v.edit({index_of(modules, 'a')}, 6)")
    state = modules.value("link.stateText(v)")
    modules.run(
        """globalThis.saved = [];
        const clone = () => ({
          outerHTML: "<p>the page</p>", querySelector: () => globalThis.settings });
        globalThis.settings = { textContent: '{"page": true}' };
        const { documentElement } = document;
        document.documentElement = { cloneNode: clone };
        const { createObjectURL, revokeObjectURL } = URL;
        URL.createObjectURL = (file) => { saved.push(file); return "blob:"; };
        URL.revokeObjectURL = (href) => saved.push(href);
        return v.memory.give().finally(() => {
          page.passTime(10_000);
          Object.assign(URL, { createObjectURL, revokeObjectURL });
          Object.assign(document, { documentElement });
        })"""
    )
    assert said(modules) == "Saved as view.html: the file opens in exactly this state."
    assert modules.value("v.brief.textContent") == said(modules)
    assert modules.value("JSON.parse(settings.textContent)") == {"page": True, "state": state}
    assert modules.value("[saved.length, saved[1]]") == [2, "blob:"], "it is forgotten again"
    text = modules.run("return saved[0].text()")
    assert text == "<!DOCTYPE html>\n<p>the page</p>"
