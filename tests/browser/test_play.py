"""The playground: type, drag, step, practise, copy, come back; served and as an exported page."""

from __future__ import annotations

import json
import random
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from played_page import SCREENS, Visit, serious_faults

import chainrule as cr
from chainrule.playground.answer import answer
from chainrule.playground.examples import EXAMPLES
from chainrule.playground.program import read

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")
Image = pytest.importorskip("PIL.Image")
ImageChops = pytest.importorskip("PIL.ImageChops")


@pytest.mark.parametrize("kind, screen", [
    *(("served", screen) for screen in SCREENS), ("python", SCREENS[3])
], ids=str)  # fmt: skip
def test_type_drag_step_practise_copy_and_come_back(visit, kind, screen):
    made = visit(kind, screen)
    page = made.page
    made.type("w = 0.5\nx = 2\nL = tanhh(w*x)")
    page.wait_for_selector(".message:visible")
    assert "Line 3: unknown function 'tanhh'." in page.locator(".message").inner_text()
    assert "Did you mean 'tanh'?" in page.locator(".message").inner_text()
    made.type("w = 0.5\nx = 2\nL = tanh(w*x)")
    made.wait("p.answer.inputs.length === 2")
    assert not page.locator(".message").is_visible()
    assert page.locator("#example").input_value() == ""

    made.drag("w", 0.25)
    w = made.number("w")
    assert -1.2 < w < -0.8
    told = answer(f"w = {w}\nx = 2\nL = tanh(w*x)")["graph"]["nodes"]
    grads = {node["label"]: node["grad"] for node in told if node.get("label")}
    assert made.number("w", "grad") == pytest.approx(grads["w"], rel=1e-12)
    shown = page.get_by_label("gradient of L with respect to w").inner_text()
    assert float(shown.replace("−", "-")) == pytest.approx(grads["w"], abs=1e-4)
    assert made.run("v.memory.history.at") == 1, "a drag is one step of undo"

    page.get_by_role("button", name="One step forward").click()
    page.get_by_role("button", name="One step forward").click()
    assert made.run("v.graph.at") == 2
    page.get_by_label("The input that the curve belongs to").select_option("x")
    before = made.state()
    made.reload()
    assert made.state() == before
    assert before[:3] == ["w = 0.5\nx = 2\nL = tanh(w*x)", "x", 2]

    page.locator(".practise").click()
    made.settle()
    assert page.get_by_label("w, slider").is_disabled()
    assert "find its slope" in page.locator(".curve-words").inner_text()
    made.reload()
    assert made.state()[4] is True
    page.locator(".practise").click()

    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_text("Copied", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    space = {}
    exec(copied, space)
    assert space["w"].grad == pytest.approx(grads["w"], rel=1e-12)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("The link is copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]


def test_the_inputs_have_headings(visit):
    made = visit("file")
    head = made.page.locator(".input-head")
    assert "drag, or type a number" in head.inner_text() and "dL/d…" in head.inner_text()


def test_a_changed_address_is_followed(visit):
    made = visit()
    first = made.run("p.hash")
    made.choose("neuron")
    made.wait_for_hash()
    made.page.evaluate("hash => { location.hash = hash; }", first)
    made.wait("p.answer.text === argument", EXAMPLES[0].text)
    assert made.run("p.hash") == first


def test_lines_are_read_at_once_by_a_key(visit):
    made = visit()
    made.stop_clock()
    made.type("a = 2\nb = 3\nL = a*b")
    with made.page.expect_request("**/graph"):
        made.page.locator("#lines").press("Control+Enter")


@pytest.mark.parametrize("kind", ["static", "file"])
@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[3]], ids=str)
def test_the_exported_page_needs_no_server(visit, kind, screen):
    made = visit(kind, screen)
    page = made.page
    assert "chainrule play" in page.locator(".note").inner_text()
    assert not page.locator("#lines").is_editable()
    made.choose("neuron")
    made.drag("b", 0.6)
    page.get_by_role("button", name="One step forward").click()
    before = made.state()
    assert before[3] != answer(EXAMPLES[2].text)["graph"]["nodes"]
    made.reload()
    assert made.state() == before
    page.locator(".practise").click()
    assert made.state()[4] is True
    page.get_by_role("button", name="Copy", exact=True).click()
    page.locator(".copied").get_by_text(re.compile(".")).wait_for()


def test_an_unknown_expression_of_a_link_is_said(visit):
    made = visit("static", more="#code=L+%3D+a*b*c&view=&plot=a")
    assert "can't draw the expression in this link" in made.page.locator(".message").inner_text()
    assert made.run("p.answer.text") == EXAMPLES[0].text


@pytest.mark.parametrize(
    "more",
    ["#", "#nonsense", "#code=", "#code=%00", "#view=abc",
     "#code=L+%3D+a*b&view=zzzz&plot=__proto__", "#code=%3Cscript%3Ealert(1)%3C/script%3E",
     "#code=" + "x" * 5000],
)  # fmt: skip
def test_a_damaged_link_shows_a_graph(visit, more):
    made = visit(more=more)
    assert made.run("v.graph.nodes.length") > 1


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_numbers_are_those_of_python(visit, example):
    made = visit("file")
    made.choose(example.name)
    dice = random.Random(7)
    starts = read(example.text).starts
    for name, start in starts.items():
        x = round(start + dice.uniform(-0.5, 0.5), 3)
        field = made.page.get_by_label(f"{name}, number")
        field.fill(str(x))
        field.press("Enter")
        text = re.sub(rf"^{name} = .*$", f"{name} = {x}", example.text, flags=re.MULTILINE)
        example = example._replace(text=text)
    for node in answer(example.text)["graph"]["nodes"]:
        if node.get("label"):
            for what in ("data", "grad"):
                assert made.number(node["label"], what) == pytest.approx(node[what], rel=1e-12)


def test_the_curve_is_the_function_and_the_point_can_be_dragged(visit):
    made = visit()
    made.choose("slope")
    samples = made.run("p.curve.shown.samples")
    assert all(y == pytest.approx(3 * x**2 - 4 * x + 5) for x, y in samples)
    top, high, tall = made.run(
        "(({ y, height }) => [y, height, p.curve.inner.high])"
        "(document.querySelector('.curve-area path').getBBox())"
    )
    assert [top, top + high] == pytest.approx([tall * 0.06 / 1.12, tall * 1.06 / 1.12], abs=0.5)
    area = made.page.locator(".curve-area")
    box = area.bounding_box()
    area.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    made.wait("Math.abs(v.graph.nodes.find(({label}) => label === 'x').data) < 1")
    slope = made.run("p.curve.shown.slope")
    assert slope == pytest.approx(6 * made.number("x") - 4, abs=1e-9)
    for share in (0.3, 0.8):
        area.click(position={"x": box["width"] * share, "y": box["height"] / 2})
        made.page.wait_for_function(  # the point goes where one points
            "x => { const { left, width } = document.querySelector('.curve-area circle')"
            ".getBoundingClientRect(); return Math.abs(left + width / 2 - x) < 4; }",
            arg=box["x"] + box["width"] * share,
        )
    x = made.number("x")
    area.click(position={"x": box["width"] * 0.4, "y": box["height"] / 2}, button="right")
    made.settle()
    assert made.number("x") == x, "only the main button drags"


def test_a_drag_along_the_curve_is_followed_and_undone_as_one(visit):
    made = visit()
    made.choose("slope")
    start = made.number("x")
    box = made.page.locator(".curve-area").bounding_box()
    left, wide, reach = made.run("[54, p.curve.inner.wide, p.curve.shown.reach]")
    middle = box["y"] + box["height"] / 2
    mouse = made.page.mouse
    mouse.move(box["x"] + left + 0.2 * wide, middle)
    mouse.down()
    for share, x in ((0.2, None), (0.3712, None), (0.5, 0), (-2, -reach), (2, reach), (0.7, None)):
        at = box["x"] + left + share * wide
        mouse.move(at, middle)
        made.settle()
        found = made.number("x")
        expected = (2 * share - 1) * reach if x is None else x
        assert found == pytest.approx(expected, abs=2 * reach / wide)
        assert found == float(f"{found:.3g}"), "three digits are enough"
    mouse.up()
    mouse.move(at + 50, middle)
    made.settle()
    assert made.number("x") == found
    made.page.get_by_role("button", name="Undo").click()
    assert made.number("x") == start


def test_the_tangent_and_its_point_lie_where_the_axes_say(visit):
    made = visit()
    made.choose("slope")
    made.drag("x", 0.7)
    area = made.page.locator(".curve-area")
    size = area.evaluate("({ clientWidth, clientHeight }) => [clientWidth, clientHeight]")
    seen = area.locator("> svg").get_attribute("viewBox").split()
    assert [float(x) for x in seen] == pytest.approx([0, 0, *size], abs=0.5)
    upright, level, line, (cx, cy) = made.run(
        """(() => {
          const picture = document.querySelector('.curve-area > svg');
          const numbers = (part, ...names) => names.map(name => Number(part.getAttribute(name)));
          const texts = anchor => [...picture.querySelectorAll(`text[text-anchor=${anchor}]`)].map(
            part => [part.textContent.replace('−', '-'), ...numbers(part, 'x', 'y')]);
          const [x, y] = numbers(picture.querySelector('.window'), 'x', 'y');
          const [x1, y1, x2, y2] = numbers(picture.querySelector('.tangent'),
                                           'x1', 'y1', 'x2', 'y2');
          const [cx, cy] = numbers(picture.querySelector('circle'), 'cx', 'cy');
          return [texts('middle').map(([text, at]) => [Number(text), at - x]),
                  texts('end').map(([text, _, at]) => [Number(text), at - 4 - y]),
                  [x1, y1, x2, y2], [cx, cy]];
        })()"""
    )
    across, down = (np.polyfit(*np.transpose(ticks)[::-1], 1) for ticks in (upright, level))
    for ticks, axis in [(upright, across), (level, down)]:
        assert len(ticks) >= 4
        assert [x for x, _ in ticks] == pytest.approx([np.polyval(axis, at) for _, at in ticks])
    x, slope = made.number("x"), 6 * made.number("x") - 4
    assert [np.polyval(across, cx), np.polyval(down, cy)] == pytest.approx(
        [x, 3 * x**2 - 4 * x + 5], rel=1e-6
    )
    (x1, x2), (y1, y2) = np.polyval(across, line[::2]), np.polyval(down, line[1::2])
    assert (y2 - y1) / (x2 - x1) == pytest.approx(slope)
    assert y1 + slope * (x - x1) == pytest.approx(3 * x**2 - 4 * x + 5)


def test_a_moved_number_survives_typing(visit):
    made = visit()
    made.type("a = 2\nb = 3\nL = a*b")
    made.wait("p.answer.inputs.length === 2")
    made.page.get_by_label("a, number").fill("5")
    made.page.get_by_label("a, number").press("Enter")
    made.type("a = 2\nb = 4\nL = a*b + 1")
    made.wait("p.answer.text.endsWith('+ 1')")
    assert (made.number("a"), made.number("b"), made.number("L")) == (5, 4, 21)


def test_while_the_lines_have_a_mistake_the_old_graph_is_grey(visit):
    made = visit("served")
    view = made.page.locator(".view")
    made.type("L = tanhh(w)")
    made.page.wait_for_selector(".message:visible")
    assert "stale" in view.get_attribute("class")
    assert view.evaluate("e => getComputedStyle(e).filter") == "grayscale(1)"
    made.type("L = tanh(w)")
    made.wait("p.answer.inputs.length === 1")
    assert "stale" not in view.get_attribute("class")


def test_a_field_takes_numbers_only(visit):
    made = visit()
    field = made.page.get_by_label("a, number")
    for text in ("abc", "nan", "inf", "1e999", ""):
        field.fill(text)
        field.press("Enter")
        assert field.get_attribute("aria-invalid") == "true"
        assert made.number("a") == 2
    field.fill("1/4")
    field.press("Enter")
    assert made.number("a") == 0.25


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[2]], ids=str)
def test_a_number_fits_into_its_field(visit, screen):
    made = visit(screen=screen)
    field = made.page.get_by_label("a, number", exact=True)
    for x, text in (
        (1 / 3, "0.333333"), (-1 / 3, "-0.33333"), (-3.5325234e51, "-3.5e+51"), (1e-7, "1e-7"),
        (-1.2345e-300, "-1e-300"), (123456789, "1.235e+8"), (12345678, "12345700"),
        (-12345678, "-1.23e+7"), (-0.00123456, "-0.00123"), (1e21, "1e+21"), (-2.5, "-2.5"),
    ):  # fmt: skip
        made.run("p.change(0, argument, false)", x)
        made.settle()
        assert field.input_value() == text
        assert field.evaluate("one => one.scrollWidth <= one.clientWidth"), text


def test_the_field_is_as_high_as_its_lines(visit):
    made = visit()
    field = made.page.locator("#lines")
    for lines, rows in [(1, 3), (2, 3), (5, 6), (13, 14), (40, 14)]:
        made.type("\n".join(f"L{at} = a + {at}" for at in range(lines)))
        assert int(field.get_attribute("rows")) == rows  # one is free for the next line


def test_a_server_that_has_stopped_is_said(visit):
    made = visit()
    made.page.route("**/graph", lambda route: route.abort())
    with made.page.expect_console_message():
        made.type("L = a*b*c*d")
    made.errors.clear()  # the browser's own line about it
    made.page.get_by_text("start it again with chainrule play").wait_for()


def test_files_to_keep(visit, tmp_path):
    made = visit()
    page = made.page
    made.choose("damped_wave")
    made.drag("t", 0.6)
    paths = {}
    for what in ("SVG", "PNG", "HTML page"):
        page.locator(".menu summary").click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name=what, exact=True).click()
        paths[what] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(paths[what])
    tree = ElementTree.parse(paths["SVG"]).getroot()
    assert tree.get("width") and "t" in {part.text for part in tree.iter()}
    assert not [part for part in tree.iter() if part.tag.endswith(("script", "style"))]
    assert not [part for part in tree.iter() if "var(" in str(part.attrib)]
    with Image.open(paths["PNG"]) as image:
        drawn = image.convert("RGBA")
    wide, high = drawn.size
    assert [wide, high] == [2 * int(tree.get(name)) for name in ("width", "height")]
    ground = Image.new("RGBA", drawn.size, drawn.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(drawn, ground).convert("RGB").getbbox()
    margins = [left, top, wide - right, high - bottom]
    assert max(margins) <= 2 * min(margins)  # nothing is cut off, and nothing is left empty
    corners = {drawn.getpixel((x, y)) for x in (0, wide - 1) for y in (0, high - 1)}
    assert len(corners) == 1 and corners.pop()[3] == 255, "the ground is whole"
    saved = page.context.new_page()
    saved.goto(f"file://{paths['HTML page']}")
    saved.wait_for_selector(".picture")
    kept = Visit(saved)
    assert kept.state()[3] == made.state()[3]
    assert not saved.locator("#lines").is_editable()


def test_a_view_from_a_notebook_opens_here(visit, addresses, tmp_path):
    made = visit()
    a, b = cr.Value(2, label="a"), cr.Value(-3.0, label="b")
    e = a * b
    e.label = "e"
    L = (e + 10) * -2
    L.label = "L"
    page = made.page.context.new_page()
    page.goto(f"file://{cr.show(L).save(tmp_path / 'L.html')}")
    page.wait_for_selector(".picture")
    page.evaluate(
        "() => { const v = document.querySelector('#view').chainruleView; v.edit(0, 2.5);"
        " v.seek(2); v.choose(2); }"
    )
    link = page.get_by_role("link", name="Open in the playground")
    link.focus()
    href = link.get_attribute("href")
    page.goto(href.replace("http://127.0.0.1:8753/", addresses["served"]))
    page.wait_for_selector(".inputs li")
    came = Visit(page)
    assert came.state()[0] == "a = 2\nb = -3\ne = a * b\nL = (e + 10) * -2"
    assert (came.number("a"), came.number("L")) == (2.5, -5.0)
    assert came.run("[v.graph.at, v.chosen]") == [2, 2]
    assert came.run("v.notice.hidden"), "the state fits the graph"


def test_the_frame_in_a_notebook_lets_the_link_open(chromium):
    a = cr.Value(2, label="a")
    L = (a * 3).tanh()
    L.label = "L"
    context = chromium.new_context()
    context.route("http://127.0.0.1:8753/**", lambda route: route.fulfill(body="here"))
    page = context.new_page()
    page.set_content(cr.show(L)._repr_html_())
    frame = page.frame_locator("iframe")
    with context.expect_page() as opening:
        frame.get_by_role("link", name="Open in the playground").click()
    other = opening.value
    other.wait_for_load_state()
    assert other.url.startswith("http://127.0.0.1:8753/#code=a+%3D+2%0AL+%3D+tanh%28a+*+3%29&")
    assert other.inner_text("body") == "here"
    context.close()


def test_gradients_by_hand_are_in_the_cell(visit, capsys):
    made = visit("file")
    e = made.run("v.graph.nodes.findIndex(({ label }) => label === 'e')")
    made.run("v.setByHand(argument, { value: 3, text: '3' })", e)
    made.settle()
    cell = made.page.locator(".code pre").inner_text()
    space = {}
    exec(cell, space)
    assert space["e"].grad == 3
    assert "✗" in capsys.readouterr().out


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_axe_finds_nothing_serious(visit, screen):
    made = visit(screen=screen)
    assert serious_faults(made.page) == []
    made.type("L = nothing(")
    made.page.wait_for_selector(".message:visible")
    assert serious_faults(made.page) == []
    made.choose("loss")
    made.page.locator(".menu summary").click()
    made.page.get_by_role("button", name="LaTeX").click()
    assert serious_faults(made.page) == []
    made.page.locator(".practise").click()
    assert serious_faults(made.page) == []


def test_what_a_finger_aims_at_is_large(visit):
    made = visit(screen=SCREENS[2])
    small = made.page.evaluate(
        "[...document.querySelectorAll('button, input, select, summary')]"
        ".filter(x => x.offsetParent && x.getBoundingClientRect().height < 44)"
        ".map(x => x.outerHTML.slice(0, 80))"
    )
    assert small == []


@pytest.mark.parametrize("width", [360, 320])
@pytest.mark.parametrize("more", ["", "#train=moons"])
def test_a_small_phone_cuts_nothing_off(visit, width, more):
    made = visit("file", (width, 640, "light"), more)
    assert made.page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_the_question_of_a_practice_is_read_whole(visit):
    made = visit("file", SCREENS[2])
    made.page.locator(".practise").click()
    made.settle()
    formula, field = made.run(
        "['math', 'input[name=answer]'].map(part => {"
        " const { top, bottom } = v.root.querySelector(part).getBoundingClientRect();"
        " return [top, bottom]; })"
    )
    assert formula[1] <= field[0]


def test_code_gives_no_exercise_away(visit):
    made = visit()
    made.page.get_by_role("button", name="LaTeX", exact=True).click()
    code = made.page.locator(".code pre")
    written = code.inner_text()
    assert "d &= e + c = 4" in written and r"\frac{\mathrm{d} L}{\mathrm{d} a} &= 6" in written
    made.page.locator(".practise").click()
    made.settle()
    written = code.inner_text()
    assert r"d &= e + c \\" in written and "frac" not in written and "c &= 10" in written
    made.page.get_by_role("button", name="Python", exact=True).click()
    assert "backward" in code.inner_text() and "grad = " not in code.inner_text()


def test_what_is_loaded_of_python_is_said_until_it_starts(visit):
    made = visit("python")
    for loaded, words in ((3, "Loading Python: 3 of 5 MB"), (5, "Starting Python …")):
        said = made.run(
            "(p.reader.progress.show(argument * 1e6, 5e6), p.reader.progress.words.textContent)",
            loaded,
        )
        assert said == words


def test_whose_curve_is_drawn(visit):
    """That of the example, until another is chosen; of a link; and else of the first input."""
    made = visit("served")
    neuron = next(each for each in EXAMPLES if each.name == "neuron")
    assert neuron.plot != "x1", "it isn't the first input"
    made.choose("neuron")
    assert made.run("p.plot") == neuron.plot
    made.page.get_by_label("The input that the curve belongs to").select_option("x2")
    made.settle()
    text = neuron.text + "z = o*2\n"
    made.type(text)
    made.wait("p.answer.text === argument", text)
    assert made.run("p.plot") == "x2", "it stays while lines are typed"
    made.type("u = 2\nw = 3\ny = u*w")
    made.wait("p.answer.text.startsWith('u')")
    assert made.run("p.plot") == "u"
    made.page.goto(f"{made.page.url.partition('#')[0]}#code=u%3D2%0Aw%3D3%0Ay%3Du*w&plot=w")
    made.wait("p.plot === 'w'")
    made.type("y = 2*3")
    made.wait("p.answer.text === 'y = 2*3'")
    assert not made.page.locator(".curve").is_visible(), "there is no input"


def test_own_lines_are_chosen_by_typing_them(visit):
    made = visit("served")
    made.page.locator("#example").select_option("")
    assert made.page.evaluate("document.activeElement.id") == "lines"
    assert made.run("p.answer.text") == EXAMPLES[0].text


def test_only_a_graph_is_saved_as_a_picture(visit):
    made = visit("file", more="#train=xor")
    choices = made.page.locator(".menu .choices button")
    for view, names in (("Graph", ["SVG", "PNG", "GIF", "HTML page"]), ("Train", ["HTML page"])):
        made.page.get_by_role("button", name=view, exact=True).click()
        made.page.locator(".menu summary").click()
        assert [one.inner_text() for one in choices.all() if one.is_visible()] == names


def test_the_copied_link_is_up_to_date(visit):
    made = visit("served")
    made.stop_clock()
    made.run("p.change(0, 7.5, false)")
    is_written = "p.hash === location.hash.slice(1)"
    assert not made.run(is_written), "that waits until nothing has changed for a moment"
    made.page.get_by_role("button", name="Copy link", exact=True).click()
    assert made.run(is_written)


def test_what_cannot_be_copied_is_said(visit):
    made = visit("served")
    made.stop_clock()
    made.run("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    said = made.page.get_by_role("status")
    made.page.get_by_role("button", name="Copy link", exact=True).click()
    words = "Couldn't copy the link: copy this page's address yourself"
    toast = said.get_by_text(words, exact=True)
    toast.wait_for()
    made.page.clock.run_for(2400)
    assert toast.count() == 1
    made.page.clock.run_for(200)
    assert toast.count() == 0

    note = said.get_by_text("Couldn't copy: select the text and copy it", exact=True)
    for change in (
        lambda: made.page.get_by_role("button", name="LaTeX", exact=True).click(),
        lambda: made.run("p.change(0, 2.5, false)"),
    ):
        made.page.get_by_role("button", name="Copy", exact=True).click()
        note.wait_for()
        change()
        made.page.clock.run_for(100)
        assert note.count() == 0, "it was on another text"


def test_the_menu_closes_when_something_else_is_clicked(visit):
    made = visit("file")
    made.page.locator(".menu summary").click()
    made.page.locator(".choices").wait_for()
    made.page.locator(".curve-words").click()
    assert not made.page.locator(".choices").is_visible()


def test_two_hundred_nodes_follow_a_slider(visit):
    lines = ["x = 0.5", "h0 = tanh(x)"]
    lines += [f"h{k} = tanh(x*0.5 + h{k - 1})" for k in range(1, 50)]
    made = visit()
    made.type("\n".join(lines))
    made.wait("v.graph.nodes.length > 190")
    times = made.run(
        "Array.from({length: 30}, (_, k) => { const start = performance.now(); "
        "p.change(0, 0.5 + k/100, true); p.update(); return performance.now() - start; }).sort("
        "(one, two) => one - two)"
    )
    assert times[15] < 50
    x = cr.Value(made.number("x"))
    h = cr.tanh(x)
    for _ in range(49):
        h = cr.tanh(x * 0.5 + h)
    h.backward()
    assert made.number("x", "grad") == pytest.approx(x.grad, rel=1e-12)


def test_the_colours_follow_the_system_until_the_button_is_pressed(visit):
    made = visit()
    is_dark = "[document.documentElement.classList.contains('dark'), v.isDark]"
    for scheme in ("dark", "light"):
        made.page.emulate_media(color_scheme=scheme)
        made.wait("document.documentElement.classList.contains('dark') === argument",
                  scheme == "dark")  # fmt: skip
        assert made.run(is_dark) == [scheme == "dark"] * 2
    made.page.get_by_role("button", name="Light or dark").click()
    assert made.run("[document.documentElement.className, v.isDark]") == ["dark", True]
    settings = json.loads(made.page.locator("#settings").text_content())
    assert settings == {"isServed": True, "course": "course", "python": None, "language": None}
