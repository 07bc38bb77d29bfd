"""Practice in a real browser: nothing gives the answer away, each answer is judged and helped, and
a link or a file brings all of it back."""

from __future__ import annotations

from pathlib import Path

import drawing_graphs as graphs
import pytest

from chainrule import Value, nn
from chainrule.drawing import show

SIZES = {"desk": {"viewport": {"width": 1280, "height": 800}},
         "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True,
                   "is_mobile": True}}  # fmt: skip


def readme():
    L = graphs.expression(Value)["L"]
    L.backward()
    return L


def begin(opened, root=None, **context):
    made = opened(show(root or readme()), **context)
    made.page.locator(".practise").click()
    return made


def answer(made, text):
    made.page.locator("input[name=answer]").fill(text)
    made.page.locator(".judge").click()


def feedback(made):
    return made.page.locator(".task .verdict").inner_text()


def onwards(made):
    made.page.locator(".onwards").click()


def everything(made):
    """All words of the page, in the picture, the panel, the live region, labels and titles."""
    return made.run(
        "[...v.root.children].filter(e => e !== v.help.element).map(part =>"
        " [part.textContent, ...[part, ...part.querySelectorAll('*')].flatMap(e =>"
        " [e.getAttribute('aria-label'), e.title || '', e.value || ''])]).flat().join(' ')"
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_graph_of_the_notebook_is_practised_to_its_end(opened, size, scheme):
    made = begin(opened, color_scheme=scheme, **SIZES[size])
    page = made.page
    words = everything(made)
    assert words.count("−2.0000") == 1  # the value of f
    assert "6.0000" not in words.replace("−6.0000", "") and "the other factor" not in words
    right = {"L": "1", "f": "4", "d": "-2", "c": "-2", "e": "-2", "b": "-4", "a": "6"}
    for count in range(len(right)):
        name = page.locator(".panel h2").text_content()
        assert page.locator(".task .question").inner_text().count(name)
        users = page.locator(".task .because li")
        assert users.count() == (name != "L")
        if name in "df":
            assert users.inner_text().replace("\n", "").startswith("Used by 𝐿=𝑑·𝑓, where")
        answer(made, right.pop(name))
        assert feedback(made) == "✓ Right."
        if right:
            assert f"{count + 1} of 7 gradients done." in page.locator(".practice").inner_text()
            onwards(made)
    done = "All 7 gradients are done: 7 at the first try."
    assert page.locator(".score").inner_text() == done
    assert done in page.locator("[aria-live]").inner_text()
    if size == "phone":
        page.locator(".practise").click()
    else:
        page.locator(".finish").click()
    assert made.shown("a", 1) == "6.0000" and page.locator(".player").first.is_visible()


def test_help_comes_in_stages_and_the_derivation_at_the_end(opened):
    made = begin(opened)
    answer(made, "1")
    onwards(made)  # f = 4
    answer(made, "4")
    assert made.page.locator(".task .verdict > b").inner_text() == "✓ Right."
    onwards(made)  # d = -2
    assert "derivation" not in made.page.locator(".panel").inner_text()
    answer(made, "2")
    first = feedback(made)
    assert made.page.locator(".task .verdict > b").inner_text() in first
    assert "2 tries are left" in first and "The numbers are right, but not every sign is." in first
    assert "−2" not in first
    answer(made, "2.5")
    second = feedback(made)
    assert "One try is left" in second and second.count("\n") >= 2
    answer(made, "2")
    third = feedback(made)
    assert third == "✗ The sign is flipped."
    assert made.page.locator(".task .verdict > b").inner_text() == third
    panel = made.page.locator(".panel").inner_text()
    assert "The derivation" in panel and "the derivative of a product" in panel
    assert made.shown("d", 1) == "−2.0000"
    assert made.page.locator("input[name=answer]").count() == 0


def test_a_hint_and_the_derivation_can_be_asked_for(opened):
    made = begin(opened)
    hint = made.page.get_by_role("button", name="Hint", exact=True)
    hint.click()
    assert feedback(made).startswith("Nudge L by 0.1. By how much does L change?")
    hint.click()
    assert "with respect to itself is 1" in feedback(made)
    assert hint.is_disabled()
    made.page.get_by_role("button", name="Show me", exact=True).click()
    assert feedback(made) == "This is how it is found:"
    assert made.page.locator(".task .verdict > b").inner_text() == "This is how it is found:"
    onwards(made)
    assert "1 of 7" in made.page.locator(".practice").inner_text()


def test_what_is_no_number_costs_no_try(opened):
    made = begin(opened)
    for text, words in (("six", "“six” isn't a number."), ("", "Type a number."),
                        ("nan", "“nan” isn't a number.")):  # fmt: skip
        answer(made, text)
        assert made.page.locator(".field-error").inner_text() == words
    assert made.run("v.graph.practice.at(v.graph.root).tries.length") == 0


def test_the_forward_pass_is_practised_too(opened):
    made = begin(opened)
    made.page.get_by_role("button", name="Forward pass", exact=True).click()
    assert made.shown("e", 0) == "?" and made.shown("a", 0) == "2.0000"
    assert "−8.0000" not in everything(made)
    answer(made, "6")
    assert "computed from a and b" in feedback(made)
    answer(made, "-6")
    assert feedback(made) == "✓ Right now." and made.shown("e", 0) == "−6.0000"
    onwards(made)
    answer(made, "4")
    onwards(made)
    answer(made, "-8.0")
    assert made.page.locator(".score").inner_text() == (
        "All 3 values are done: 2 at the first try."
    )


def test_a_mistake_above_is_told_from_one_here(opened):
    made = begin(opened)
    made.choose("d")
    answer(made, "2")
    made.choose("e")
    answer(made, "2")
    assert "Nothing is wrong with this step. Look at the nodes above." in feedback(made)


def test_the_keyboard_alone_is_enough_to_practise(opened):
    made = opened(show(readme()))
    page = made.page
    made.press("q")
    assert made.run("v.root.getRootNode().activeElement.name") == "answer"
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    assert "Next" in made.run("v.root.getRootNode().activeElement.textContent")
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert made.run("v.root.getRootNode().activeElement.name") == "answer"
    assert "Not yet" in page.locator("[aria-live]").inner_text()
    made.press("Control+z")
    assert (
        made.run("v.graph.practice.at(5).tries.length + v.graph.practice.at(4).tries.length") == 0
    )
    made.press("Control+y")
    made.press("q")
    assert made.run("v.graph.practice") is None


ACTIVE = "v.root.getRootNode().activeElement"


def test_a_number_typed_after_an_answer_goes_into_the_next_field_whole(opened):
    made = begin(opened)
    page = made.page
    for text, name in (("1", "f"), ("4.0", "d"), ("-2", "c")):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        assert "Next" in made.run(f"{ACTIVE}.textContent")
        page.keyboard.type("-0.5")
        assert page.locator(".panel h2").text_content() == name
        assert page.locator("input[name=answer]").input_value() == "-0.5"
        page.locator("input[name=answer]").fill("")
    page.locator(".stage").focus()
    page.keyboard.type(".5")
    assert page.locator("input[name=answer]").input_value() == ".5"
    tries = "v.graph.practice.tasks.backward.map(at => v.graph.practice.at(at).tries.length)"
    assert made.run(tries) == [1, 1, 1, 0, 0, 0, 0]


def test_what_is_being_typed_outlives_a_hint_and_what_was_wrong_is_replaced(opened):
    made = begin(opened)
    page = made.page
    field = page.locator("input[name=answer]")
    page.keyboard.type("0.")
    page.get_by_role("button", name="Hint", exact=True).click()
    page.keyboard.type("5")
    assert field.input_value() == "0.5"
    page.keyboard.press("Enter")
    assert "Not yet" in feedback(made)
    page.keyboard.type("-7")  # the wrong number is selected
    assert field.input_value() == "-7"
    page.keyboard.press("Escape")
    page.keyboard.type("3")
    assert field.input_value() == "-73"
    page.get_by_role("button", name="Check", exact=True).focus()
    page.keyboard.type("1")
    assert field.input_value() == "-731"


def test_after_the_last_task_the_score_stays_and_no_key_is_lost_outside(opened):
    made = begin(opened, Value(2.0, label="a") * 3.0)
    page = made.page
    for text in ("1", "3"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    assert made.run(f"{ACTIVE}.textContent") == "All 2 gradients are done: 2 at the first try."
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    assert page.locator(".score").is_visible()
    assert made.run(f"v.root.contains({ACTIVE})")
    page.locator(".onwards").click()
    assert made.run("v.graph.practice") is None and made.run(f"{ACTIVE} === v.stage")


SHORT = {"desk": {"viewport": {"width": 1280, "height": 440}},
         "phone": {**SIZES["phone"], "viewport": {"width": 390, "height": 560}}}  # fmt: skip
HANGING = (
    "(foot => [...v.panel.foot.querySelectorAll('button, input')]"
    ".map(e => e.getBoundingClientRect())"
    ".filter(b => b.bottom > foot.bottom + 0.5 || b.top < foot.top).length)"
    "(v.panel.element.getBoundingClientRect())"
)
"""How many of the things that lead on lie outside the panel."""


@pytest.mark.parametrize("size", SHORT)
def test_nobody_has_to_scroll_to_go_on(opened, size):
    x = Value(1.2, label="a long name of x")
    made = begin(opened, ((x * 3.0).relu() - 1.5) ** 2 + x * x, **SHORT[size])
    page = made.page
    for number in range(6):
        assert made.run(HANGING) == 0
        page.get_by_role("button", name="Hint", exact=True).click()
        page.get_by_role("button", name="Hint", exact=True).click()
        for text in ("77", "78", "79") if number % 2 else ("77",):
            answer(made, text)
            assert made.run(HANGING) == 0
        if page.locator("input[name=answer]").count():
            page.get_by_role("button", name="Show me", exact=True).click()
        assert made.run(HANGING) == 0
        # the result is in sight
        assert made.run(
            "(([one, two]) => one.top >= two.top - 1 && one.top < two.bottom)"
            "([v.panel.body.querySelector('.verdict'), v.panel.scroll]"
            ".map(e => e.getBoundingClientRect()))"
        )
        if not page.locator(".score").count():
            onwards(made)
            assert made.run("v.panel.scroll.scrollTop") == 0


def numbers(made):
    return made.run("v.graph.nodes.map(node => [node.data, v.graph.shown(node.index)])")


def test_edits_are_undone_and_done_again(opened):
    made = opened(show(readme()))
    undo, redo = (made.page.locator(f"button[aria-label^='{name}']") for name in ("Undo", "Redo"))
    assert undo.is_disabled() and redo.is_disabled()
    states = [numbers(made)]
    made.choose("a")
    for text in ("5", "7"):
        made.page.locator("input[name=data]").fill(text)
        made.page.keyboard.press("Enter")
        states.append(numbers(made))
    made.page.locator("input[name=hand]").fill("3")
    made.page.locator("button.judge").click()
    states.append(numbers(made))
    for state in reversed(states[:-1]):
        undo.click()
        assert numbers(made) == state
    assert undo.is_disabled() and made.page.locator(".verdict").count() == 0
    for state in states[1:]:
        redo.click()
        assert numbers(made) == state
    undo.click()
    made.page.locator("input[name=data]").fill("1")
    made.page.keyboard.press("Enter")
    assert redo.is_disabled()


SAVED = "JSON.parse(atob(location.hash.slice(1).replaceAll('-', '+').replaceAll('_', '/')) || '{}')"
"""The state in the address, which waits for more changes before it is written."""


def test_collapsed_scopes_are_there_after_a_reload(opened):
    model = nn.MLP(2, [3, 1], seed=1)
    out = model([0.5, -1.0])
    made = opened(show(out))
    collapsed = "[...v.scene.collapsed].sort()"
    before = made.run(collapsed)
    made.run("v.fold(v.data.areas.length - 1)")
    after = made.run(collapsed)
    assert after != before
    made.wait("location.hash.length > 20")
    made.page.reload()
    made.page.wait_for_selector(".picture")
    assert made.run(collapsed) == after


def test_what_was_edited_is_there_after_a_reload(opened):
    made = opened(show(readme()))
    made.choose("a")
    made.page.locator("input[name=data]").fill("5")
    made.page.keyboard.press("Enter")
    made.press("n", "n", "+")
    before = numbers(made), made.run("[v.graph.at, v.chosen]"), made.run("v.camera.middle()")
    made.wait(f"{SAVED}.at === v.graph.at && String({SAVED}.camera) === String(v.camera.middle())")
    made.page.reload()
    made.page.wait_for_selector(".picture")
    made.requests.pop()
    assert numbers(made) == before[0] and made.run("[v.graph.at, v.chosen]") == before[1]
    assert made.run("v.camera.middle()") == pytest.approx(before[2], rel=1e-2)
    assert made.page.locator("input[name=data]").input_value() == "5"


def test_a_link_brings_back_a_practice_as_it_was(opened, tmp_path):
    made = begin(opened)
    answer(made, "1")
    onwards(made)
    answer(made, "7")
    words = feedback(made)
    made.page.locator("button[aria-label^='Copy a link']").click()
    link = made.page.url
    assert "#" in link
    other = opened(show(readme()))
    made.page.goto("about:blank")
    made.page.goto(link)
    made.page.wait_for_selector(".picture")
    assert feedback(made) == words
    assert "1 of 7 gradients done." in made.page.locator(".practice").inner_text()
    made.requests[:] = made.requests[:1]
    other.page.evaluate("link => { location.hash = link; }", link.split("#")[1])
    other.page.wait_for_selector(".task .verdict")  # the same graph, another file


@pytest.mark.parametrize(
    ("text", "words"),
    [("###", "damaged"), ("bm8", "damaged"), ("eyJncmFwaCI6ICJ4In0", "another graph")],
)
def test_a_link_that_does_not_fit_says_so_and_changes_nothing(opened, text, words):
    made = opened(show(readme()))
    before = numbers(made)
    made.page.evaluate("text => { location.hash = text; }", text)
    made.page.wait_for_selector(".brief:not([hidden])")
    assert words in made.page.locator(".brief").inner_text()
    assert numbers(made) == before


def test_what_is_damaged_in_a_link_is_left_out(opened):
    made = opened(show(readme()))
    made.choose("a")
    made.press("n", "n", "+")
    made.page.locator("button[aria-label^='Copy a link']").click()
    saved = made.run(SAVED)
    before = numbers(made)
    for key in sorted(saved.keys() - {"graph"}):
        for value in ["x", None, -5, 1.5, 1e9, [], [None, "x", {}], {"0": "x", "__proto__": 1}]:
            made.page.evaluate(
                "saved => { location.hash = btoa(JSON.stringify(saved)); }", {**saved, key: value}
            )
            made.page.evaluate("new Promise(done => setTimeout(done))")
            assert made.run("v.graph.at === null || Number.isInteger(v.graph.at)"), (key, value)
            assert made.run("v.chosen === null || v.graph.nodes[v.chosen] !== undefined")
            assert [data for data, *_ in numbers(made)] == [data for data, *_ in before]


@pytest.mark.parametrize("high", [760, 420])
def test_what_is_shown_is_read_from_its_beginning(opened, high):
    made = begin(opened, viewport={"width": 1280, "height": high})
    made.page.get_by_role("button", name="Show me", exact=True).click()
    onwards(made)
    made.page.get_by_role("button", name="Show me", exact=True).click()
    part, around, rest = made.run(
        "[v.panel.body.querySelector('.verdict').getBoundingClientRect().top,"
        " v.panel.scroll.getBoundingClientRect().top,"
        " v.panel.scroll.scrollHeight - v.panel.scroll.clientHeight - v.panel.scroll.scrollTop]"
    )
    assert part == pytest.approx(around, abs=1) or rest < 1


def test_in_a_frame_the_state_is_saved_as_a_file(chromium, tmp_path):
    page = chromium.new_page(viewport={"width": 1000, "height": 700}, accept_downloads=True)
    page.set_content(show(readme(), height=600)._repr_html_())
    view = page.frame_locator("iframe")
    view.locator(".practise").click()
    view.locator("input[name=answer]").fill("1")
    view.locator(".judge").click()
    with page.expect_download() as waiting:
        view.locator("button[aria-label^='Save this']").click()
    path = tmp_path / "saved.html"
    waiting.value.save_as(path)
    page.close()
    page = chromium.new_page()
    page.goto(f"file://{path}")
    page.wait_for_selector(".task .verdict")
    assert "1 of 7 gradients done." in page.locator(".practice").inner_text()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(opened, size, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    made = opened(show(readme()), color_scheme=scheme, reduced_motion="reduce", **SIZES[size])

    def serious():
        found = axe.run(made.page).response["violations"]
        return [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]])
                for one in found if one["impact"] in ("serious", "critical")]  # fmt: skip

    assert serious() == []
    made.run("v.choose(0)")
    made.page.locator("input[name=hand]").fill("7")
    made.page.locator(".judge").click()
    assert serious() == []
    made.page.locator(".practise").click()
    assert serious() == []
    answer(made, "7")
    assert serious() == []
    answer(made, "7")
    answer(made, "7")
    assert serious() == []
    made.press("?")
    assert serious() == []
    made.errors.clear()  # axe's own


def test_what_a_finger_aims_at_is_large(opened):
    made = opened(show(readme()), **SIZES["phone"])
    small = (
        "[...v.root.querySelectorAll('button, input, select, summary, [role=option]')]"
        ".map(e => [e, e.getBoundingClientRect()])"
        ".filter(([e, b]) => b.width && (b.width < 43.9 || b.height < 43.9))"
        ".map(([e, b]) => `${e.className} ${e.textContent} ${b.width}x${b.height}`)"
    )
    assert made.run(small) == []
    made.run("v.choose(2)")
    assert made.run(small) == []
    made.page.locator(".practise").tap()
    assert made.run(small) == []
    answer(made, "7")
    assert made.run(small) == []
    wide = made.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_nothing_moves_for_somebody_who_asked_for_that(opened):
    for how, count in (("reduce", 0), ("no-preference", 1)):
        made = opened(show(readme()), reduced_motion=how)
        made.press("n", "n")
        running = "v.stage.querySelector('.flow').getAnimations().length"
        assert made.run(running) == count


def test_on_a_narrow_window_a_graph_runs_from_top_to_bottom(opened):
    made = opened(show(readme()), **SIZES["phone"])
    assert made.run("v.data.direction") == "TB"
    assert made.run("v.camera.isFitted && v.camera.k > 0.6")
    a, L = (made.run(f"v.scene.boxes.get({index}).y") for index in (0, 6))
    assert a < L
    wide = opened(show(readme()))
    assert wide.run("v.data.direction") == "LR"


ODD = {
    "one node": lambda: Value(2.0, label="a"),
    "nan": lambda: Value(float("nan"), label="a") * Value(2.0, label="b") + float("inf"),
    "markup": lambda: Value(2.0, label="<b>a</b>") * Value(3.0, label="</script>"),
    "long": lambda: Value(2.0, label="x" * 10_000) * Value(3.0, label="y" * 10_000),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("size", SIZES)
def test_odd_graphs_are_practised_without_a_fault(opened, name, size):
    made = begin(opened, ODD[name](), **SIZES[size])
    bar = made.page.locator(".practice")
    assert bar.is_visible()
    for _ in range(2 * made.run("v.graph.nodes.length")):
        if not made.page.locator("input[name=answer]").count():
            break
        answer(made, made.run("String(v.graph.practice.grads[v.chosen])"))
        if made.page.locator(".onwards").count():
            onwards(made)
    assert "at the first try" in bar.inner_text() or "can be asked for" in bar.inner_text()
    assert made.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_two_views_of_one_graph_do_not_disturb_each_other(chromium):
    page = chromium.new_page(viewport={"width": 1000, "height": 1300})
    view = show(readme(), height=600)
    page.set_content(view._repr_html_() * 2)
    one, two = (page.frame_locator("iframe").nth(at) for at in (0, 1))
    one.locator(".practise").click()
    two.locator(".picture").wait_for()
    assert two.locator(".practise").get_attribute("aria-pressed") == "false"
    assert one.locator(".practise").get_attribute("aria-pressed") == "true"
    page.close()


def test_without_scripts_the_static_picture_stands(chromium, tmp_path):
    path = show(readme()).save(tmp_path / "L.html")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{path}")
    page.locator(".still svg").wait_for()
    assert "needs JavaScript" in page.locator(".still p").inner_text()
    context.close()


def test_in_an_old_browser_a_sentence_stands_and_not_a_blank(chromium, tmp_path):
    """What an old browser lacks is taken away before the view starts."""
    path = show(readme()).save(tmp_path / "L.html")
    page = chromium.new_page()
    page.add_init_script("delete window.ResizeObserver")
    page.goto(f"file://{path}")
    page.get_by_text("can't start in this browser").wait_for()
    page.locator(".still svg").wait_for()
    page.close()
    text = Path(path).read_text(encoding="utf-8")
    unread = tmp_path / "old.html"
    unread.write_text(text.replace("var App = class", "var App = class ?"), encoding="utf-8")
    page = chromium.new_page()
    page.goto(f"file://{unread}")  # a script that can't be read, as modern syntax to an old browser
    page.locator(".still svg").wait_for()
    page.close()


def test_a_large_graph_is_practised_at_once(opened):
    import random

    random.seed(1)
    net = nn.MLP(8, [24, 24, 1])
    made = begin(opened, net([random.uniform(-1, 1) for _ in range(8)]))
    assert made.run("v.graph.nodes.length") > 2000
    spent = made.run(
        "(() => { const start = performance.now(); v.graph.practice.answer(v.graph.root, '1');"
        " v.done(); return performance.now() - start; })()"
    )
    assert spent < 1500


@pytest.mark.parametrize("is_restored", [False, True])
def test_what_was_shown_explains_no_later_mistake(opened, is_restored):
    """L was answered with 5 until its gradient was shown; f's own slip is named all the same."""
    made = begin(opened)
    for _ in range(3):
        answer(made, "5")
    assert feedback(made) == "✗ The derivative of L with respect to itself is 1."
    onwards(made)
    index = made.run("v.chosen")
    for _ in range(3):
        answer(made, str(-5 * made.run("v.graph.practice.grads[argument]", index)))
    assert "It follows from" not in feedback(made)
    onwards(made)
    if is_restored:
        made.run("v.graph.practice.restore(v.graph.practice.state)")
    kinds = made.run("[...v.graph.practice.verdicts.values()].map(({ kind }) => kind)")
    assert kinds[0] == "root" and "follows" not in kinds
