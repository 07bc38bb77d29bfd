"""Firefox, as everybody has it: the course, the playground, a saved view, an exported page."""

from __future__ import annotations

from xml.etree import ElementTree

import course_page
import drawing_graphs as graphs
import pytest
from course_page import LESSON
from played_page import SCREENS

from chainrule import Value, nn
from chainrule.course.shelf import tasks
from chainrule.drawing import show
from chainrule.playground.answer import answer

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

TASK = next(iter(tasks()))
WIDTH = "document.documentElement.scrollWidth"
each_screen = pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[3]], ids=str)


@pytest.fixture
def chromium(firefox):
    """What the other fixtures open their pages in."""
    return firefox


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    with course_page.serving(tmp_path_factory.mktemp("course")) as found:
        yield found


@pytest.fixture
def attend(firefox, courses, request):
    """A function that opens the course."""
    with course_page.visiting(firefox, courses, request) as open_page:
        yield open_page


def write(field, text):
    """Type into a field key by key: Firefox reports no change for text that a script sets."""
    field.clear()
    field.press_sequentially(text)
    field.press("Enter")


def labelled(text):
    """The value and the gradient of every name, as Python computes them."""
    nodes = answer(text)["graph"]["nodes"]
    return {node["label"]: [node["data"], node["grad"]] for node in nodes if node.get("label")}


@each_screen
def test_a_lesson_from_start_to_end(attend, screen):
    attend(screen=screen, spot=f"lessons/{LESSON}/1").take_lesson()


@each_screen
def test_a_task_wrong_and_then_right(attend, screen):
    attend(screen=screen, spot=f"tasks/{TASK}").take_task()


@each_screen
def test_type_drag_step_copy_and_come_back(visit, screen):
    made = visit(screen=screen)
    page = made.page
    made.type("w = 0.5\nx = 2\nL = tanhh(w*x)")
    page.get_by_text("Did you mean 'tanh'?").wait_for()
    made.type("w = 0.5\nx = 2\nL = tanh(w*x)")
    made.wait("p.answer.inputs.length === 2")
    made.drag("w", 0.25)
    w = made.number("w")
    assert -1.2 < w < -0.8
    write(page.get_by_label("x, number"), "1.75")
    told = labelled(f"w = {w}\nx = 1.75\nL = tanh(w*x)")
    for name, numbers in told.items():
        assert [made.number(name), made.number(name, "grad")] == pytest.approx(numbers, rel=1e-12)
    page.get_by_role("button", name="One step forward").click()
    page.get_by_role("button", name="One step forward").click()
    page.get_by_role("button", name="One step back").click()
    assert made.run("v.graph.at") == 1
    before = made.state()
    made.reload()
    assert made.state() == before

    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_text("Copied", exact=True).wait_for()
    space = {}
    exec(page.evaluate("navigator.clipboard.readText()"), space)
    assert [space["w"].data, space["w"].grad] == pytest.approx(told["w"], rel=1e-12)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("The link is copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.evaluate(WIDTH) <= screen[0]


def test_files_to_keep(visit, firefox):
    made = visit()
    paths = [firefox.downloads / name for name in ("graph.svg", "graph.png", "playground.html")]
    for name, path in zip(("SVG", "PNG", "HTML page"), paths):
        made.page.locator(".menu summary").click()
        made.page.get_by_role("button", name=name, exact=True).click()
        wait_for_file(made.page, path)
    words = {part.text for part in ElementTree.parse(paths[0]).getroot().iter()}
    assert {"a", "b", "L"} <= words
    assert paths[1].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    state = made.state()
    made.page.goto(f"file://{paths[2]}")
    made.page.wait_for_selector(".picture")
    assert made.state() == state


def wait_for_file(page, path):
    for _ in range(100):
        if path.exists() and path.stat().st_size:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{path.name} doesn't come")


@each_screen
def test_a_network_trains_and_comes_back(visit, screen):
    made = visit(screen=screen)
    page = made.page
    page.get_by_role("button", name="Train", exact=True).click()
    buttons = page.locator(".run")
    buttons.get_by_role("button", name="Step", exact=True).click()
    X, y = nn.datasets.moons()
    model = nn.MLP(2, [6, 6, 1], activation="tanh", init="xavier", seed=1)
    loss = nn.losses.mean("binary_cross_entropy", [model(x) for x in X[:10].tolist()], y[:10])
    loss.backward()
    expected = [p.data - 0.3 * p.grad for p in model.parameters()]
    numbers = "[...p.train.training.network.numbers]"
    assert made.run(numbers) == pytest.approx(expected, rel=0, abs=1e-12)

    buttons.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_function(
        "() => document.querySelector('#play').playground.train.training.score.accuracy >= 0.95"
    )
    buttons.get_by_role("button", name="Pause", exact=True).click()
    shown = page.evaluate("[...document.querySelectorAll('[data-step]')].map(e => e.dataset.step)")
    assert len(shown) > 1 and len(set(shown)) == 1, "everything shows the same step"
    steps, before = made.run(f"[p.train.training.steps, {numbers}]")
    made.wait_for_hash()
    page.reload()
    page.wait_for_selector(".net")
    page.wait_for_function(
        "steps => document.querySelector('#play').playground.train.training.steps === steps",
        arg=steps,
    )
    assert made.run(numbers) == before
    assert page.evaluate(WIDTH) <= screen[0]


@each_screen
def test_a_saved_view_steps_is_edited_and_practised(opened, screen):
    width, height, scheme = screen
    made = opened(
        show(graphs.expression(Value)["L"]),
        viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 640,
    )  # fmt: skip
    assert made.run("v.isDark") is (scheme == "dark")
    page = made.page
    forward = page.get_by_role("button", name="One step forward")
    for _ in range(3):
        forward.click()
    assert (made.shown("d", 1), made.shown("f", 1)) == ("−2.0000", "4.0000")
    page.get_by_role("button", name="One step back").click()
    assert (made.shown("d", 1), made.shown("f", 1)) == ("−2.0000", "–")
    made.press("End")
    made.choose("a")
    write(page.locator("input[name=data]"), "2.5")
    assert made.number("L") == (2.5 * -3 + 10) * -2
    made.press("Escape", "q")
    field = page.locator("input[name=answer]")
    write(field, "7")
    assert "✗" in page.locator(".task .verdict").inner_text()
    write(field, "1")
    assert "✓" in page.locator(".task .verdict").inner_text()
    assert page.evaluate(WIDTH) <= width


def test_what_is_drawn_has_the_colours_of_the_page(visit):
    """Firefox has a grey thumb on a white track until it is told otherwise."""
    for screen in (SCREENS[0], SCREENS[3]):
        made = visit("file", screen)
        accent, faint = made.run(
            "['accent', 'faint'].map(name => { const part = document.body.appendChild("
            "document.createElement('i')); part.style.color = `var(--${name})`;"
            " return getComputedStyle(part).color; })"
        )
        sliders = made.run(
            "[document.querySelector('.inputs .slider'), v.root.querySelector('.slider')].map("
            "slider => ['track', 'progress', 'thumb'].map(part =>"
            " getComputedStyle(slider, `::-moz-range-${part}`).backgroundColor))"
        )
        assert sliders == [[faint, accent, accent]] * 2


def test_python_starts_in_an_exported_page(visit):
    made = visit("python")
    made.page.set_default_timeout(120_000)
    text = "L = tanh(w*x) + 1"
    made.type(text)
    made.wait("p.answer.text === argument", text)
    for name, numbers in labelled(text).items():
        assert [made.number(name), made.number(name, "grad")] == pytest.approx(numbers, rel=1e-12)


def test_python_judges_a_task_in_an_exported_page(attend):
    attend("python", SCREENS[3], f"tasks/{TASK}").take_task()


def test_from_a_disk_the_exported_page_works_but_for_python(visit, export_folder):
    made = visit("file")
    made.page.goto(f"file://{export_folder}/index.html")
    made.page.wait_for_selector(".picture")
    assert "python -m http.server" in made.page.locator(".note").last.inner_text()
    made.choose("neuron")
    made.drag("b", 0.6)
    assert made.run("v.memory.history.at") == 1
