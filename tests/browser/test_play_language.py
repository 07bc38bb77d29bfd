"""The playground in German: nothing is left in English, and a choice holds on both pages."""

from __future__ import annotations

import re

import pytest
from played_page import SCREENS, english_on

from chainrule.course.export import export
from chainrule.playground.examples import EXAMPLES
from chainrule.playground.words import languages

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

GERMAN = languages()["de"]


def speak(made, language):
    made.page.locator("select.language").select_option(language)
    made.settle()


def lang(page):
    return page.evaluate("document.documentElement.lang")


# ---- every text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[3]], ids=str)
def test_no_graph_is_english_in_german(visit, screen):
    made = visit("served", screen)
    speak(made, "de")
    page = made.page
    assert page.title() == "chainrule-Spielwiese"
    for example in EXAMPLES:
        made.choose(example.name)
        assert page.locator(".about").inner_text() == GERMAN[f"about_{example.name}"]
        assert english_on(page) == [], example.name
    made.type("L = tanh(w*x)")
    made.wait("p.answer.inputs.length === 2")
    page.locator(".menu summary").click()
    assert english_on(page) == []
    for kind in ("PyTorch", "LaTeX"):
        page.get_by_role("button", name=kind).click()
    page.get_by_role("button", name=GERMAN["copy"], exact=True).click()
    page.get_by_text(GERMAN["copied"], exact=True).wait_for()
    page.get_by_role("button", name=GERMAN["copy_link"]).click()
    page.get_by_text(GERMAN["link_copied"]).wait_for()
    page.locator(".practise").click()
    page.locator(".menu summary").click()
    page.get_by_role("button", name="GIF", exact=True).click()
    page.get_by_text(GERMAN["gif_practice"]).wait_for()
    assert english_on(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[3]], ids=str)
def test_no_training_is_english_in_german(visit, screen):
    made = visit("file", screen, "#train=moons")
    speak(made, "de")
    page, run = made.page, made.page.locator(".run")
    assert english_on(page) == []
    for at in (0, 3, 14):  # an input, a neuron and the output
        page.locator(".neuron").nth(at).click()
        assert english_on(page) == [], at
    page.mouse.move(5, 5)
    made.run("p.train.diagram._choose(p.train.diagram.weights[1])")
    assert page.locator(".subject").inner_text() == "x2 → Neuron 1 in Schicht 1"
    for name in ("step", "start", "pause", "reset_training"):
        run.get_by_role("button", name=GERMAN[name], exact=True).click()
        assert english_on(page) == [], name
    remove = page.get_by_role("button", name=GERMAN["remove_layer"])
    for words in (GERMAN["layer_count_one"].format(count=1), GERMAN["no_layer"]):
        remove.click()
        assert page.locator(".count").inner_text().split("\n")[1] == words
    made.run("p.train.training.network.numbers.fill(1e308)")
    run.get_by_role("button", name=GERMAN["start"], exact=True).click()
    run.get_by_text(GERMAN["diverged"]).wait_for()
    assert english_on(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]


@pytest.mark.parametrize("kind", ["served", "file"])
def test_what_is_said_without_an_answer_is_german(visit, kind):
    made = visit(kind, more="#language=de&code=L+%3D+a*b*c&view=&plot=a" if kind == "file" else "")
    if kind == "served":
        speak(made, "de")
        made.page.route("**/graph", lambda route: route.abort())
        with made.page.expect_console_message():
            made.type("L = a*b*c*d")
        made.errors.clear()  # the browser's own line about it
    message = GERMAN["no_server" if kind == "served" else "link_needs_server"]
    made.page.get_by_text(message).wait_for()
    assert english_on(made.page) == []


@pytest.mark.parametrize("failure", ["missing", "unreachable", "old"])
def test_what_python_in_the_page_says_is_german(visit, failure):
    made = visit("python", more="#language=de")
    page = made.page
    assert page.locator(".note").inner_text().startswith(GERMAN["lines_load"].partition("{")[0])
    made.errors.clear()
    if failure == "old":
        page.evaluate("() => { globalThis.DecompressionStream = undefined; }")
    else:
        status = "Promise.resolve(new Response('', { status: 404 }))"
        reply = status if failure == "missing" else "Promise.reject(new Error('no'))"
        page.evaluate(f"() => {{ globalThis.fetch = () => {reply}; }}")
    made.type("L = a*b*c*d*e")
    page.locator(".message:visible").wait_for()
    said = re.sub(r"\\\{\w+\\\}", r"\\S+", re.escape(GERMAN[f"python_{failure}"]))
    assert re.fullmatch(said, page.locator(".message").inner_text())
    assert english_on(page) == []


# ---- the choice ----------------------------------------------------------------------------------


def test_a_graph_stays_as_it_is_when_the_language_changes(visit):
    made = visit()
    made.type("w = 0.5\nx = 2\nL = tanh(w*x)")
    made.wait("p.answer.inputs.length === 2")
    made.drag("w", 0.25)
    made.page.get_by_role("button", name="One step forward").click()
    made.run("p.choose('x')")
    made.page.get_by_role("button", name="Light or dark").click()
    made.page.get_by_role("button", name="PyTorch").click()
    before, hash_ = made.state(), made.run("p.hash")
    assert before[1:3] == ["x", 1]
    speak(made, "de")
    assert (made.state(), made.run("p.hash")) == (before, hash_)
    assert made.run("p.code.kind") == "PyTorch"
    assert "torch" in made.page.locator(".code pre").inner_text()
    made.run("v.memory.travel(-1)")
    made.settle()
    assert made.number("w") == 0.5, "what was done before can be undone"
    made.run("v.memory.travel(1)")
    made.settle()
    assert made.state() == before
    assert made.page.evaluate("document.activeElement.matches('select.language')")
    assert made.page.evaluate("document.documentElement.className") == "dark"
    made.page.locator(".practise").click()
    made.type("L = tanhh(w)")
    made.page.wait_for_selector(".message:visible")
    speak(made, "en")
    made.page.wait_for_selector(".message:visible")
    assert made.page.locator("#lines").input_value() == "L = tanhh(w)"
    assert made.state()[4] is True
    assert made.page.locator("main").count() == made.page.locator("header.head").count() == 1


def test_a_training_stays_as_it_is_when_the_language_changes(visit):
    made = visit("file")
    made.choose("slope")
    made.run("p.change(0, 2.5, false)")
    graph = made.state()
    made.page.get_by_role("button", name="Train", exact=True).click()
    made.page.get_by_role("button", name="Step", exact=True).click()
    made.page.get_by_label("Speed").select_option("slow")
    made.page.locator(".neuron").nth(3).click()
    numbers = made.page.locator(".detail output").all_inner_texts()
    weights = made.run("[...p.train.training.network.numbers]")
    speak(made, "de")
    assert made.run("[p.shown, p.train.training.steps]") == ["train", 1]
    assert made.run("[...p.train.training.network.numbers]") == weights
    assert made.run("p.train.run.field.value") == "slow"
    assert made.page.locator(".detail output").all_inner_texts() == numbers != []
    made.page.get_by_role("button", name=GERMAN["start"], exact=True).click()
    speak(made, "en")
    assert made.run("p.train.isRunning")
    made.page.get_by_role("button", name="Pause", exact=True).click()
    speak(made, "en")
    speak(made, "de")
    made.page.get_by_role("button", name=GERMAN["view_graph"], exact=True).click()
    made.page.wait_for_selector(".picture")
    assert made.state() == graph


@pytest.mark.parametrize("kind", ["served", "static", "file"])
def test_a_choice_holds_on_both_pages_and_after_a_reload(chromium, addresses, kind):
    follow_links(chromium, addresses, kind, with_storage=True)


def test_a_link_brings_the_language_where_nothing_is_stored(chromium, addresses):
    """A browser may give each file a storage of its own, or none."""
    follow_links(chromium, addresses, "file", with_storage=False)


def follow_links(chromium, addresses, kind, with_storage):
    context = chromium.new_context(locale="en-GB")
    if not with_storage:
        context.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
        )
    page = context.new_page()
    page.goto(addresses[kind])
    page.wait_for_selector(".picture")
    assert lang(page) == "en"
    assert "#" not in page.locator("a.button").get_attribute("href"), "nobody has chosen yet"
    page.locator("select.language").select_option("de")
    page.get_by_role("link", name="Kurs").click()
    page.wait_for_selector("#main")
    assert lang(page) == "de"
    assert page.evaluate("location.hash").startswith("#lessons/")
    if with_storage:
        page.reload()
        page.wait_for_selector("#main")
    assert lang(page) == "de"
    page.get_by_label("Sprache").select_option("en")
    page.get_by_role("link", name="Playground").click()
    page.wait_for_selector(".picture")
    assert lang(page) == "en"
    page.wait_for_function("location.hash.startsWith('#code=')")
    context.close()


def test_a_page_that_is_shown_again_follows_the_other_one(visit):
    made = visit("static")
    made.page.evaluate(
        "() => { localStorage.setItem('chainrule-language', 'de'); window.dispatchEvent("
        "new PageTransitionEvent('pageshow', { persisted: true })); }"
    )
    made.settle()
    assert lang(made.page) == "de"
    assert english_on(made.page) == []
    assert made.page.locator("a.button").get_attribute("href").endswith("#language=de")


@pytest.mark.parametrize("code", ["fr", "__proto__", "constructor", "%3Cb%3E"])
def test_a_language_that_there_is_not_is_left_alone(visit, code):
    made = visit("file", more=f"#language={code}")
    assert lang(made.page) == "en"
    assert "language" not in made.page.locator("a.button").get_attribute("href")


@pytest.mark.parametrize("first", ["playground", "course"])
def test_an_export_begins_in_its_language(chromium, tmp_path, first):
    page = chromium.new_page(locale="en-GB")
    path = export(str(tmp_path), first, language="de")
    for name in ("index", {"playground": "course", "course": "playground"}[first]):
        page.goto(f"file://{path.replace('index', name)}")
        page.wait_for_selector("select.language")
        assert lang(page) == "de"
    page.close()


def test_a_saved_page_keeps_its_language(visit, tmp_path):
    made = visit("file", more="#language=de")
    page = made.page
    page.locator(".menu summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=GERMAN["html_page"]).click()
    waiting.value.save_as(tmp_path / "saved.html")
    context = page.context.browser.new_context(locale="en-GB")
    saved = context.new_page()
    saved.goto(f"file://{tmp_path / 'saved.html'}")
    saved.wait_for_selector(".picture")
    assert lang(saved) == "de"
    assert english_on(saved) == []
    context.close()
