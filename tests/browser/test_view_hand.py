"""A gradient that is worked out by hand: it is asked before it is answered, and what the page says
of it fits together whatever is done next."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest

from chainrule import Value
from chainrule.drawing import show


def readme():
    return graphs.expression(Value)["L"]


def judge(made, label, text):
    made.choose(label)
    made.page.locator("input[name=hand]").fill(text)
    made.page.locator("button.judge").click()


def remarks(made):
    return made.run(
        "[...v.stage.querySelectorAll('.node text')].map(t => t.textContent)"
        ".filter(t => t.includes('by hand'))"
    )


def row(made, name):
    """A row of the panel's numbers; None where it has no such row."""
    found = made.page.locator(".numbers label", has=made.page.get_by_text(name, exact=True))
    return found.locator("output").inner_text() if found.count() else None


def test_the_question_comes_before_the_answer(opened):
    made = opened(show(readme()))
    made.choose("a")
    panel = made.page.locator(".panel")
    words = panel.inner_text()
    assert words.index("Set the gradient by hand") < words.index("Its gradient")
    assert not panel.get_by_text("the other factor").is_visible()
    panel.locator("summary").press("Enter")
    assert panel.get_by_text("the other factor").is_visible()
    assert made.run("v.graph.at") is None  # enter opened this and nothing else
    made.press("n")
    assert panel.get_by_text("the other factor").is_visible()
    made.choose("b")
    assert not panel.get_by_text("the other factor").is_visible()
    made.page.locator("input[name=hand]").fill("-4")
    made.page.locator("button.judge").click()
    assert panel.get_by_text("the other factor").is_visible()
    known = readme()
    known.backward()
    made = opened(show(known))
    made.choose("a")
    assert made.page.locator("summary").count() == 0


def test_what_was_set_and_what_the_pass_brings_are_told_apart(opened):
    made = opened(show(readme()))
    judge(made, "a", "-3")
    assert (made.shown("a", 1), row(made, "grad"), row(made, "by hand")) == (
        "−3.0000",
        "−3 by hand",
        None,
    )
    assert remarks(made) == ["✗ by hand, expected 6.0000"]
    made.press("End")
    assert (made.shown("a", 1), row(made, "grad"), row(made, "by hand")) == ("6.0000", "6", "−3")
    assert remarks(made) == ["✗ by hand −3.0000"]
    covered = made.run(
        "(() => { const t = [...v.stage.querySelectorAll('.node text')]"
        ".find(t => t.textContent.includes('by hand')).getBoundingClientRect();"
        " return [...v.stage.querySelectorAll('rect.chip')].map(c => c.getBoundingClientRect())"
        ".filter(c => c.left < t.right && t.left < c.right && c.top < t.bottom && t.top < c.bottom)"
        ".length; })()"
    )
    assert covered == 0 and made.page.locator("rect.chip").count() == 1


@pytest.mark.parametrize("at", [None, 0, 2, 4])
def test_an_edit_leaves_the_pass_where_it_is(opened, at):
    made = opened(show(readme()))
    made.run("v.seek(argument)", at)
    before = made.run("v.graph.nodes.map(node => node.grad === null)")
    made.choose("a")
    made.page.locator("input[name=data]").fill("5")
    made.page.keyboard.press("Enter")
    assert made.run("v.graph.at") == at
    assert made.run("v.graph.nodes.map(node => node.grad === null)") == before
    assert made.number("L") == 10.0


def test_gradients_that_were_known_follow_an_edit(opened):
    L = readme()
    L.backward()
    made = opened(show(L))
    made.choose("a")
    made.page.locator("input[name=data]").fill("5")
    made.page.keyboard.press("Enter")
    assert made.run("v.graph.at") is None
    assert [made.number(name, "grad") for name in "abcf"] == [6.0, -10.0, -2.0, -5.0]
    assert made.page.locator("rect.chip").count() == 0
    made.page.locator("button[aria-label^='Restore the original']").click()
    assert [made.number(name, "grad") for name in "abcf"] == [6.0, -4.0, -2.0, 4.0]


@pytest.mark.parametrize("text", ["abc", "nan", ""])
def test_no_verdict_outlives_what_it_was_on(opened, text):
    made = opened(show(readme()))
    judge(made, "a", "0")
    assert made.page.locator(".verdict").count() == 1
    judge(made, "a", text)
    assert made.page.locator(".verdict").count() == 0
    assert remarks(made) == [] and made.shown("a", 1) == "–"
    if text:
        assert made.page.locator("input[name=hand]").input_value() == text
        why = {"abc": "isn't a number", "nan": "can't be right"}[text]
        assert why in made.page.locator(".field-error").last.inner_text()


def test_below_the_root_a_gradient_is_the_local_derivative(opened):
    made = opened(show(readme()))
    made.press("End")
    made.choose("d")
    assert [" ".join(x.split()) for x in made.page.locator(".maths").last.locator("math")
            .all_text_contents()] == ["dLdd=f", "=−2"]  # fmt: skip
    x = Value(3.0, label="x")
    s = x + x * 2.0
    s.label = "s"
    made = opened(show(s))
    made.press("End")
    made.choose("x")
    lines = made.page.locator(".maths").last.locator("math").all_text_contents()
    assert lines[0].endswith("+1") or "=1+" in lines[0]
    assert lines[-1] == "=3"


def test_keys_work_before_anything_was_clicked(opened):
    made = opened(show(readme()))
    made.page.keyboard.press("n")
    assert made.run("v.graph.at") == 1
    made.page.keyboard.press("n")
    assert made.run("v.graph.at") == 2  # once for each key
    made = opened(show(readme()))
    made.page.keyboard.press("?")
    assert made.page.locator(".help").is_visible()
    made.page.keyboard.press("Escape")
    assert made.page.locator(".help").is_hidden()
    made = opened(show(readme()))
    made.page.keyboard.press("/")
    made.page.keyboard.type("n")
    assert made.page.locator("input[type=search]").input_value() == "n"
    assert made.run("v.graph.at") is None


def test_in_a_notebook_no_key_is_taken_from_the_page_around(chromium):
    """The widget's element beside others: keys outside of it are not its own."""
    from chainrule.drawing.view.page import data_text, module
    from chainrule.drawing.view.scene import snapshot

    page = chromium.new_page()
    page.set_content("<textarea></textarea><div id='view' style='height:400px'></div>")
    data = data_text(snapshot(readme(), "LR", True, 100))
    start = f"mount(document.getElementById('view'), {data}, {{}});"
    page.add_script_tag(content=module() + start, type="module")
    page.wait_for_selector(".picture")
    page.keyboard.press("n")
    at = "document.querySelector('#view').chainruleView.graph.at"
    assert page.evaluate(at) is None
    assert page.evaluate("document.activeElement === document.body")
    page.close()
