"""The course: a lesson from start to end, a task wrong and right; served, static, as a file."""

from __future__ import annotations

from collections import Counter
from math import isfinite

import course_page
import pytest
from course_page import LESSON, TITLE, code_in, number, write_code
from heard_page import Listener
from played_page import SCREENS, english_on

from chainrule import Value, tanh
from chainrule.course.export import export
from chainrule.course.shelf import shelf

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    with course_page.serving(tmp_path_factory.mktemp("course")) as found:
        yield found


@pytest.fixture
def visit(chromium, addresses, request):
    with course_page.visiting(chromium, addresses, request) as open_page:
        yield open_page


@pytest.mark.parametrize("kind, screen", [
    *(("served", screen) for screen in SCREENS), ("static", SCREENS[0]), ("file", SCREENS[3]),
    ("python", SCREENS[1]), ("python", SCREENS[2]),
], ids=str)  # fmt: skip
def test_a_lesson_from_start_to_end(visit, kind, screen):
    visit(kind, screen, f"lessons/{LESSON}/1").take_lesson()


@pytest.mark.parametrize("kind", ["served", "python"])
@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[3]], ids=str)
def test_a_task_wrong_and_then_right(visit, kind, screen):
    visit(kind, screen, f"tasks/{next(iter(shelf().tasks))}").take_task()


def test_code_is_typed_with_its_indents_and_checked_by_a_key(visit):
    made = visit(spot=f"tasks/{next(iter(shelf().tasks))}")
    code = made.page.get_by_label("Your code")
    first = code_in(made.page)
    code.fill("")
    code.press_sequentially("class Value:\ndef __init__(self, x):\nself.x = x\npass")
    typed = "class Value:\n    def __init__(self, x):\n        self.x = x\n        pass"
    assert code_in(made.page) == typed
    code.press("Tab")
    assert code_in(made.page) == typed.replace("pass", "    pass")
    code.press("Shift+Tab")
    code.press("Control+Enter")
    made.page.locator(".said.wrong").wait_for(timeout=120_000)
    assert code_in(made.page) == typed, "the key adds no line"
    code.press("Control+z")
    assert code_in(made.page) != typed
    code.press("Control+y")
    code.press("Escape")
    code.press("Tab")
    assert not code.evaluate("one => one === document.activeElement"), "the keyboard gets out"
    made.page.get_by_role("button", name="Show a solution").click()
    made.page.get_by_role("button", name="Show a solution").click()
    solution = next(iter(shelf().tasks.values())).solution.strip()
    assert made.page.locator(".helps pre").all_inner_texts() == [solution]
    made.page.get_by_role("button", name="Start again").click()
    assert code_in(made.page) == first and made.said() == ""
    made.page.reload()
    assert code_in(made.page) == first


def test_the_lines_of_findings_are_marked_until_something_is_typed(visit):
    name = "05_used_twice"
    solution = shelf().tasks[name].solution
    made = visit(spot=f"tasks/{name}")
    wrong = solution.replace("other.data * out.grad", "2 * other.data * out.grad", 1)
    assert wrong != solution
    code = made.page.get_by_label("Your code")
    code.fill(wrong)
    code.press("Control+Enter")
    made.page.locator(".said.wrong").wait_for(timeout=120_000)
    marked = made.page.locator(".cm-line.marked")
    assert marked.all_text_contents() == [line for line in wrong.split("\n") if "2 * other" in line]
    code.press("x")
    assert not marked.count()


def test_lines_that_are_no_longer_there_are_not_marked(visit):
    made = visit("file", spot=f"tasks/{next(iter(shelf().tasks))}")
    lines = code_in(made.page).split("\n")
    count = len(lines)
    made.run(f"c.task.code.mark([{count + 1}, {count}, 2, 1, 0, 2, -1])")
    marked = made.page.locator(".cm-line.marked").all_text_contents()
    assert marked == [*lines[:2], lines[-1]]


def test_hints_come_one_after_the_other(visit):
    def words(part):
        if isinstance(part, str):
            return part
        return "".join(map(words, part.values() if isinstance(part, dict) else part))

    made = visit("file")
    for name, task in shelf().tasks.items():
        made.open(f"tasks/{name}")
        button = made.page.get_by_role("button", name="Hint")
        for count in range(1, len(task.hints) + 1):
            button.click()
            said = made.page.locator(".helps .said").all_text_contents()
            assert said == [words(hint) for hint in task.hints[:count]]
            assert button.is_disabled() == (count == len(task.hints))


def test_code_is_coloured_and_long_code_is_scrolled(visit):
    made = visit("file", SCREENS[3], spot=f"tasks/{next(iter(shelf().tasks))}")
    code = made.page.get_by_label("Your code")
    code.fill("\n".join(f"def f{at}(x): return 'x' * {at}  # {'y' * 80}" for at in range(300)))
    words = made.page.locator(".tok-keyword").first, made.page.locator(".tok-string").first
    colours = {each.evaluate("one => getComputedStyle(one).color") for each in words}
    assert len(colours) == 2
    box = made.page.locator(".cm-editor").bounding_box()
    assert box["height"] < 1600 and box["width"] <= 390
    assert made.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert made.run("c.task.code.text").count("\n") == 299


def test_without_a_server_a_task_says_what_it_needs(visit):
    made = visit("file", spot=f"tasks/{next(iter(shelf().tasks))}")
    assert "chainrule course" in made.page.locator(".note").last.inner_text()
    assert not made.page.get_by_role("button", name="Check", exact=True).count()


@pytest.mark.parametrize("room", ["lessons", "gallery"])
def test_every_number_in_a_text_is_that_of_python(visit, room):
    made, count = visit("file"), 0
    for name, lesson in getattr(shelf(), room).items():
        for at, step in enumerate(lesson.steps):
            made.open(f"{room}/{name}/{at + 1}")
            found = made.run("s.texts.spots.map(([spot, asked]) => [spot.textContent, asked])")
            shown = made.page.locator("main .number").all_text_contents()
            assert Counter(shown) <= Counter(text for text, _ in found)
            count += len(shown)
            for text, asked in found:
                if any(word in str(asked) for word in ("extra", "epochs")):
                    continue
                x = float(text.replace("−", "-").replace("∞", "inf"))
                assert x == pytest.approx(number(step, asked), rel=1e-5, abs=1e-9), (name, at)
            for part in ("ask", "until"):
                if step.content.get(part):
                    assert made.run("s.content[argument] !== null", part)
    assert count > 30 or room == "gallery"


def test_a_small_phone_cuts_nothing_off(visit):
    made = visit("file", (320, 640, "light"))
    assert made.page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_repair_is_told_and_mended(visit):
    name = next(iter(shelf().gallery))
    step = shelf().gallery[name].steps[0]
    made = visit(spot=f"gallery/{name}/1")
    wrong = next(iter(step.content["hand"]))
    made.run("v.choose(s.node(argument).index)", wrong)
    told = made.run("v.root.textContent")
    assert "✗ Not yet." in told and "expected" not in told.lower()
    assert not made.run("v.panel.body.querySelector('details').open"), "it can be worked out"
    for wrong in step.content["hand"]:
        index = made.run("s.node(argument).index", wrong)
        made.run("v.choose(argument)", index)
        field = made.page.locator("input[name=hand]")
        field.fill(str(step.numbers.grad(wrong)))
        field.press("Enter")
        made.settle()
    made.settle()
    assert made.said().startswith("✓")


def test_a_repair_has_a_gradient_on_every_node_but_constants(visit):
    made, constants = visit("file"), 0
    for name, lesson in shelf().gallery.items():
        for at, step in enumerate(lesson.steps, 1):
            if not step.content.get("hand"):
                continue
            made.open(f"gallery/{name}/{at}")
            for kind, is_set in made.run("v.graph.nodes.map(n => [n.kind, Boolean(n.hand)])"):
                assert is_set == (kind != "constant")
                constants += kind == "constant"
    assert constants


def test_a_repair_in_progress_is_kept(visit):
    """Also on the way to another step and back; and what was mended is right after a reload."""
    name = next(iter(shelf().gallery))
    step = shelf().gallery[name].steps[0]
    first, *others = step.content["hand"]
    made = visit(spot=f"gallery/{name}/1")

    def mend(label):
        made.run("v.choose(s.node(argument).index)", label)
        field = made.page.locator("input[name=hand]")
        field.fill(str(step.numbers.grad(label)))
        field.press("Enter")
        made.settle()

    def hands():
        return made.run("Object.fromEntries(v.graph.nodes.map(n => [n.label, n.hand?.value]))")

    before = hands()
    mend(first)
    after = hands()
    assert after == before | {first: step.numbers.grad(first)} != before
    made.page.reload()
    made.page.wait_for_selector(TITLE)
    assert hands() == after
    made.open(f"gallery/{name}/2")
    made.open(f"gallery/{name}/1")
    assert hands() == after and not made.said()
    for label in others:
        mend(label)
    assert made.said().startswith("✓")
    made.page.reload()
    made.page.wait_for_selector(TITLE)
    made.settle()
    assert made.said().startswith("✓")
    made.page.once("dialog", lambda box: box.accept())
    made.page.get_by_role("button", name="Reset progress").click()
    made.open(f"gallery/{name}/1")
    assert hands() == before


@pytest.mark.parametrize("deeds", ["{}", "null", '{"hand": 5}', '{"hand": {"0": "x", "99": "1"}}',
                                   '{"data": {}, "hand": {}, "practice": {}}'])  # fmt: skip
def test_damaged_work_is_left_out(visit, deeds):
    for spot in (f"gallery/{next(iter(shelf().gallery))}/1", "lessons/04_by_hand/6"):
        made = visit("file", spot=spot)
        before = made.run("v.graph.nodes.map(node => node.hand?.value ?? null)")
        made.run(
            "c.memory.keepWork(argument[0], { graph: s.content.graph,"
            " deeds: JSON.parse(argument[1]) })",
            [spot, deeds],
        )
        made.page.reload()
        made.page.wait_for_selector(TITLE)
        assert made.run("v.graph.nodes.map(node => node.hand?.value ?? null)") == before
        assert made.run("Boolean(v.graph.practice)") == (spot[0] == "l")


def test_a_prediction_shows_no_gradient(visit):
    """Where something is to be predicted, the graph has no numbers that give it away."""
    made = visit("file")
    for name, lesson in shelf().lessons.items():
        for at, step in enumerate(lesson.steps):
            if step.content["do"] == "predict" and "graph" in step.content["show"]:
                made.open(f"lessons/{name}/{at + 1}")
                grads = made.run("v.graph.nodes.map((node) => v.graph.shown(node.index))")
                assert grads == [None] * len(grads), (name, at)


def test_back_from_the_first_mistake_to_the_last_lesson(visit):
    made = visit("file", spot=f"gallery/{next(iter(shelf().gallery))}/1")
    made.page.locator(".ways .back").click()
    name, lesson = list(shelf().lessons.items())[-1]
    assert made.page.url.endswith(f"#lessons/{name}/{len(lesson.steps)}")


def test_a_network_learns_the_moons(visit):
    name = "12_moons"
    steps = shelf().lessons[name].steps
    at = next(at for at, step in enumerate(steps) if "train" in step.content and
              step.content["do"] == "try")  # fmt: skip
    made = visit(spot=f"lessons/{name}/{at + 1}")
    border = "s.parts[0].plane.canvas.toDataURL()"
    before = made.run(border)
    made.page.get_by_role("button", name="Train", exact=True).click()
    made.page.locator(".said.right").wait_for(timeout=20_000)
    assert made.run("s.extras.accuracy()") > 0.95
    assert made.run(border) != before
    weights = made.run(
        "s.parts[0].parameters.map((name, at) =>"
        " s.parts[0].network.numbers[at] - s.node(name).data)"
    )
    assert weights == [0] * len(weights), "the graph shows the network's own weights"
    trained = made.run("s.parts[0].parameters")
    assert trained == [name for name in made.run("s.names") if name[0] in "wbvc"]
    assert made.run("s.numbers.value('y')") == 1, "inputs and target aren't trained"
    corners, losses = made.run(  # at one time: it may train on
        "[s.parts[0].curve.getAttribute('points').split(' '), s.parts[0].losses]"
    )
    across = [float(corner.split(",")[0]) for corner in corners]
    assert (across[0], across[-1]) == (0, 100), "the curve fills its frame"
    assert across == sorted(across)
    heights = [float(corner.split(",")[1]) for corner in corners]
    assert heights == pytest.approx([40 - 38 * loss / max(losses) for loss in losses])
    start = made.run("s.snapshot.nodes.map(node => node.data)")
    made.page.get_by_role("button", name="Start again").click()
    made.settle()
    assert made.run("[s.parts[0].epochs, s.parts[0].losses.length]") == [0, 1]
    assert made.run("v.graph.nodes.map(node => node.data)") == start
    made.page.get_by_role("button", name="One epoch").click()
    assert made.run("s.parts[0].epochs") == 1, "it was paused"


def test_an_epoch_is_a_step_for_each_point(visit):
    made = visit("file", spot="lessons/12_moons/1")
    w1, w2, b = (Value(x) for x in (0.5, 0.5, 0.0))
    points = shelf().lessons["12_moons"].steps[0].content["train"]["points"]

    def answers():
        return [tanh(w1 * x1 + w2 * x2 + b) for x1, x2, _ in points]

    for epochs in (1, 2):
        for x1, x2, y in points:
            loss = (tanh(w1 * x1 + w2 * x2 + b) - y) ** 2
            loss.backward()
            for each in (w1, w2, b):
                each.data -= 0.5 * each.grad
                each.grad = 0
        made.page.get_by_role("button", name="One epoch").click()
        trained = made.run("['w1', 'w2', 'b'].map(name => s.numbers.value(name))")
        assert trained == pytest.approx([each.data for each in (w1, w2, b)])
        known = made.run("[s.extras.epochs(), s.extras.loss(), s.extras.accuracy()]")
        outputs = [(out.data, target) for out, (_, _, target) in zip(answers(), points)]
        loss = sum((out - target) ** 2 for out, target in outputs) / len(points)
        right = sum((out > 0) == (target > 0) for out, target in outputs) / len(points)
        assert known == pytest.approx([epochs, loss, right])
        assert made.run("s.parts[0].losses.length") == epochs + 1
    made.run("(s.parts[0].losses.push(Infinity), s.parts[0].show())")
    corners = made.page.locator(".losses polyline").get_attribute("points").split(" ")
    assert len(corners) == 3, "an infinite loss is left out"


def test_descent_moves_by_the_gradient(visit):
    made = visit(spot="lessons/11_descent/1")
    w, grad = made.run("[s.numbers.value('w'), s.numbers.grad('w')]")
    made.page.get_by_role("button", name="One step").click()
    assert made.run("s.numbers.value('w')") == pytest.approx(w - 0.1 * grad)
    counted = made.page.locator(".descent .count")
    assert counted.inner_text() == "Steps: 1"
    made.page.get_by_role("button", name="Start again").click()
    assert made.run("s.numbers.value('w')") == w
    assert counted.inner_text() == "Steps: 0"
    made.run("(s.parts[0].rate.set(10), s.parts[0]._go(5000))")
    last, steps = made.run("[s.numbers.value('w'), s.extras.steps()]")
    assert isfinite(last) and abs(last) > 1e100 and 10 < steps < 5000, "it stops while it can"
    made.page.get_by_role("button", name="One step").click()
    assert made.run("[s.numbers.value('w'), s.extras.steps()]") == [last, steps]


def test_the_secant_meets_the_curve_where_its_width_says(visit):
    names = [(name, at) for name, lesson in shelf().lessons.items()
             for at, step in enumerate(lesson.steps, 1) if "secant" in step.content]  # fmt: skip
    for name, at in names:
        made = visit("file", spot=f"lessons/{name}/{at}")
        for key in ["", "Home", "End", "ArrowLeft"]:
            slider = made.page.locator(".secant input[type=range]")
            if key:
                slider.press(key)
                made.settle()
            width, slope, y, end = made.run(
                "(() => { const x = s.numbers.value(s.plot), width = s.extras.h();"
                " return [width, s.extras.secant(), s.numbers.value(s.root),"
                " s.numbers.after(new Map([[s.plot, x + width]])).value(s.root)]; })()"
            )
            assert slope == pytest.approx((end - y) / width)
            narrow, wide = 0.001, shelf().lessons[name].steps[at - 1].content["secant"]
            if key != "ArrowLeft":
                assert width == {"": wide, "Home": narrow, "End": wide}[key]
            else:  # twenty steps multiply by ten
                assert width == pytest.approx(wide / 10**0.05, rel=0.005)
            (x1, y1, x2, y2), (cx, cy), (ox, oy) = made.page.evaluate(
                """() => [['.secant', 'x1', 'y1', 'x2', 'y2'], ['circle:not(.other)', 'cx', 'cy'],
                  ['.other', 'cx', 'cy']].map(([part, ...names]) => names.map(name => Number(
                    document.querySelector(`.curve-area svg ${part}`).getAttribute(name))))"""
            )
            for px, py in [(cx, cy), (ox, oy)]:
                assert py == pytest.approx(y1 + (y2 - y1) * (px - x1) / (x2 - x1), abs=1e-6)
            reach = made.run("s.curve.shown.reach")
            assert ox - cx == pytest.approx(width * (x2 - x1) / (2 * reach), abs=1e-6)
    assert names


def test_what_is_loaded_of_python_is_said_until_it_starts(visit):
    made = visit("python", spot=f"tasks/{next(iter(shelf().tasks))}")
    for loaded, words in ((3, "Loading Python: 3 of 5 MB"), (5, "Starting Python …")):
        said = made.run(
            "(c.judge.progress.show(argument * 1e6, 5e6), c.judge.progress.words.textContent)",
            loaded,
        )
        assert said == words


@pytest.mark.parametrize("kept", [
    '{"done": 5, "code": {}}', '{"done": [], "code": null}', '{"done": [], "code": 5}',
    '{"code": {}}', '{"done": []}', "[]", "null", "5", "{", '"done"',
])  # fmt: skip
def test_damaged_progress_is_none(visit, kept):
    made = visit("file")
    made.page.evaluate("kept => localStorage.setItem('chainrule-course', kept)", kept)
    made.page.goto("about:blank")
    made.page.goto(made.address)
    made.page.wait_for_selector(TITLE)
    first = "lessons/01_slope/1"
    assert made.run("c.memory.kept") == {"done": [first], "code": {}, "work": {}, "at": first}
    made.next()
    assert made.run("c._address(c.spot)") == "lessons/01_slope/2"


def test_what_is_done_is_kept_at_once(visit):
    made = visit(spot="lessons/01_slope/1")
    made.run("c.memory.finish('lessons/01_slope/1')")
    kept = made.page.evaluate("JSON.parse(localStorage.getItem('chainrule-course')).done")
    assert kept == ["lessons/01_slope/1"]


def test_from_the_last_of_a_shelf_to_the_first_of_the_next(visit):
    names = {name: list(getattr(shelf(), name)) for name in ("lessons", "gallery", "tasks")}
    steps = len(shelf().lessons[names["lessons"][-1]].steps)
    made = visit("file", spot=f"lessons/{names['lessons'][-1]}/{steps}")
    made.page.locator(TITLE).click()
    for modified in ("Alt+ArrowRight", "Control+ArrowRight", "Meta+ArrowRight"):
        made.page.keyboard.press(modified)  # these are the browser's
    assert made.run("[c.spot.shelf, c.spot.step]") == ["lessons", steps - 1]
    made.page.keyboard.press("ArrowRight")
    assert made.run("c.spot") == {"shelf": "gallery", "index": 0, "step": 0}
    made.page.keyboard.press("ArrowLeft")
    assert made.run("c.spot") == {"shelf": "lessons", "index": len(names["lessons"]) - 1,
                                  "step": steps - 1}  # fmt: skip


def test_the_browsers_own_back_leads_from_step_to_step(visit):
    made = visit("file", spot=f"lessons/{LESSON}/1")
    length = made.page.evaluate("history.length")
    made.page.reload()
    made.page.wait_for_selector(TITLE)
    assert made.page.evaluate("history.length") == length
    for at in (2, 3):
        made.next()
        assert made.page.evaluate("history.length") == length + at - 1
    for at in (1, 0):
        made.page.go_back()
        made.page.wait_for_function(
            "at => document.querySelector('#course').course.spot.step === at", arg=at
        )


@pytest.mark.parametrize("screen", [(1280, 400, "light"), SCREENS[2]], ids=str)
def test_a_step_begins_at_its_top_and_a_reply_is_in_the_window(visit, screen):
    made = visit("file", screen, f"lessons/{LESSON}/2")
    field = made.page.get_by_label("Your answer")
    field.fill("1e9")
    made.page.evaluate("window.scrollTo(0, 0); document.querySelector('main').scrollTop = 0")
    field.press("Enter")
    box = made.page.locator(".feedback .said").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= screen[1] + 0.5
    made.page.evaluate(
        "window.scrollTo(0, 1e4); document.querySelector('main').scrollTop = 1e4;"
        "document.querySelector('.next').click()"
    )
    made.settle()
    tops = made.page.evaluate("[window.scrollY, document.querySelector('main').scrollTop]")
    assert tops == [0, 0]
    assert made.page.evaluate("document.activeElement.tagName") == "H2"
    box = made.page.locator(TITLE).bounding_box()
    assert 0 <= box["y"] < screen[1]


def test_the_list_leads_to_what_is_not_done(visit):
    made = visit("file", spot="lessons/01_slope/2")
    count = len(shelf().lessons["01_slope"].steps)
    entry = made.page.locator(".list a").first
    dots = made.page.locator(".dot")

    def state():
        share = entry.locator(".share")
        return entry.get_attribute("href"), share.inner_text() if share.count() else None

    made.run("(c.memory.forget(), c.open(c.spot))")
    assert state() == ("#lessons/01_slope/1", None)
    made.open("lessons/01_slope/1")  # where there is nothing to do
    assert state() == ("#lessons/01_slope/2", f"1/{count}")
    assert dots.first.get_attribute("class") == "dot done"
    made.open("lessons/01_slope/3")
    labels = [dot.get_attribute("aria-label") for dot in dots.all()]
    assert labels[0] == f"Step 1 of {count}, done" and labels[1] == f"Step 2 of {count}"
    made.run(f"Array.from({{ length: {count} }}, (_, at) =>"
             " c._finish({ shelf: 'lessons', index: 0, step: at }))")  # fmt: skip
    assert state() == ("#lessons/01_slope/1", "✓")


def test_the_last_task_is_the_last(visit):
    made = visit("file", spot=f"tasks/{list(shelf().tasks)[-1]}")
    following = made.page.locator(".next")
    assert following.is_disabled() and following.inner_text() == "That was the last one"
    assert made.page.locator(".back").is_enabled()
    made.open("lessons/01_slope/1")
    assert made.page.locator(".back").is_disabled()


def test_what_was_reached_is_said_once(visit):
    """Where somebody goes on moving, the reply isn't said again, and a hint may follow it."""
    at, step = next((at, step) for at, step in enumerate(shelf().lessons[LESSON].steps, 1)
                    if step.content["do"] == "try")  # fmt: skip
    made = visit("file", spot=f"lessons/{LESSON}/{at}")
    hint = made.page.get_by_role("button", name="Hint", exact=True)
    hint.click()
    told = made.said()
    assert told and not told.startswith("✓") and step.content["hint"]
    made.move("x", 0.01)
    assert made.said().startswith("✓")
    hint.click()
    made.move("x", 0.02)
    made.move("x", 0.01)
    assert made.said() == told


def test_a_network_stops_learning_when_one_leaves_and_follows_the_colours(visit):
    made = visit("file", spot="lessons/12_moons/1")
    picture = "s.parts[0].plane.canvas.toDataURL()"
    light = made.run(picture)
    for look in ("dark", "light"):
        made.page.get_by_role("button", name="Light or dark").click()
        assert (made.run(picture) == light) == (look == "light")
    made.page.get_by_role("button", name="Train", exact=True).click()
    made.run("(window.left = s.parts[0], null)")
    made.next()
    epochs = made.page.evaluate("left.epochs")
    made.page.wait_for_timeout(200)
    assert made.page.evaluate("[left.isRunning, left.epochs]") == [False, epochs]


def test_what_a_lesson_says(visit, golden):
    made = visit("file", spot=f"lessons/{LESSON}/1")
    said = Listener(made.page)
    said.hear("the lesson is open")
    for step in shelf().lessons[LESSON].steps:
        if step.content["do"] == "try":
            made.move("x", 1.5)
            said.hear("x is 1.5")
        made.take_step(step)
        said.hear(f"the step is done, which says {step.content['do']}")
        made.next()
        said.hear("the next step is open")
    golden("said/lesson.yaml", said.text)


def test_what_a_task_says(visit, golden):
    made = visit("served", spot="tasks/05_used_twice")
    page = made.page
    said = Listener(page)
    said.hear("the task is open")
    check = page.get_by_role("button", name="Check", exact=True)
    solution = shelf().tasks["05_used_twice"].solution
    for code in ["", "x = ", solution.replace("+=", "="), solution]:
        write_code(page, code)
        check.click()
        page.locator(".feedback .said:not(.plain)").wait_for(timeout=120_000)
        said.hear("code is checked")
    for name in ["Hint", "Show a solution", "Start again"]:
        page.get_by_role("button", name=name, exact=True).click()
        said.hear(f"{name} is clicked")
    golden("said/task.yaml", said.text)


@pytest.mark.parametrize("name", ["05_neuron", "10_loss", "11_descent", "12_moons"])
def test_what_the_parts_of_a_lesson_say(visit, golden, name):
    made = visit("file", spot=f"lessons/{name}/1")
    said = Listener(made.page)
    for at in range(len(shelf().lessons[name].steps)):
        made.open(f"lessons/{name}/{at + 1}")
        said.hear(f"step {at + 1} is open")
    golden(f"said/{name}.yaml", said.text)


def test_dragging_moves_the_graph_the_curve_and_the_text(visit):
    made = visit(spot="lessons/11_descent/7")
    slider = made.page.get_by_label("w, slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    found = []
    made.page.mouse.move(box["x"] + box["width"] / 2, middle)
    made.page.mouse.down()
    for share in (0.4, 0.25):
        made.page.mouse.move(box["x"] + box["width"] * share, middle, steps=4)
        made.settle()
        w, field = made.run("[s.numbers.value('w'), Number(s.inputs.rows[0].field.value)]")
        assert w == pytest.approx(field)
        assert made.run("[s.curve.shown.x, s.numbers.grad('w')]") == pytest.approx(
            [w, made.run("s.curve.shown.slope")]
        )
        found.append(w)
    made.page.mouse.up()
    made.settle()
    assert found[1] < found[0] < 0.3
    made.page.get_by_role("button", name="Ten steps").click()
    assert made.run("s.extras.steps()") == 10
    assert made.said().startswith("✓"), "it has come down on the left"


def test_the_curve_may_be_that_of_another_input(visit):
    """As in a lesson of one's own: the curve of one input, and sliders for others."""
    made = visit("file")
    made.run("(c.shelves.lessons.find(({ id }) => id === '10_loss')"
             ".steps[0].sliders.push('b', 'y'), c.open(c._read('lessons/10_loss/1')))")  # fmt: skip
    made.settle()
    field = made.page.get_by_role("combobox", name="The input that the curve belongs to")
    assert field.locator("option").all_inner_texts() == ["w", "b", "y"]
    for choose, name in (
        (lambda: field.select_option("b"), "b"),
        (lambda: made.page.get_by_role("button", name="y", exact=True).click(), "y"),
    ):
        choose()
        assert field.input_value() == name
        assert made.run("s.curve.shown.slope") == made.run("s.numbers.grad(argument)", name)
        pressed = made.page.locator(".inputs button[aria-pressed=true]")
        assert pressed.all_inner_texts() == [name]


def test_a_number_of_too_few_digits_is_no_mistake(visit):
    """The slope is 0.41997; two digits of it are right, and one asks for more."""
    made = visit(spot="lessons/06_saturation/3")
    field = made.page.get_by_label("Your answer")

    def answer(text):
        field.fill(text)
        field.press("Enter")
        return made.said()

    def is_selected():
        return field.evaluate("one => one.selectionEnd - one.selectionStart === one.value.length")

    few = answer("0.4")
    assert few.startswith("Nearly") and "at least 3 significant digits" in few
    assert is_selected(), "the next number replaces it"
    slip = answer("0.24")  # 1 - o is 0.238406
    assert "Tries left: 2" in slip and "square the result before" in slip
    assert is_selected()
    assert answer("0.42").startswith("✓")


def test_after_three_wrong_answers_the_right_one_is_shown(visit):
    made = visit(spot="lessons/06_saturation/3")
    field = made.page.get_by_label("Your answer")
    for left, text in ((2, "7"), (1, "8")):
        field.fill(text)
        field.press("Enter")
        assert f"Tries left: {left}" in made.said()
    field.fill("9")
    field.press("Enter")
    assert "0.419974" in made.said() and not made.said().startswith("✓")
    assert field.is_disabled()
    assert made.page.locator(".next").inner_text() == "Next", "one may go on"


@pytest.mark.parametrize("spot", [f"lessons/{LESSON}/2", f"lessons/{LESSON}/6"])
def test_after_a_right_answer_enter_goes_on(visit, spot):
    made = visit(spot=spot)
    steps = shelf().lessons[LESSON].steps
    step = steps[int(spot[-1]) - 1]
    if step.asked:
        made.page.get_by_label("Your answer").fill(str(number(step, step.content["ask"])))
        made.page.get_by_label("Your answer").press("Enter")
    else:
        made.choose(step.content["choices"])
    made.settle()
    assert made.run("c.spot.step") == int(spot[-1]) - 1, "what was said can be read"
    assert made.said().startswith("✓") or not step.asked
    assert made.page.evaluate("document.activeElement.className").startswith("next")
    made.page.keyboard.press("Enter")
    assert made.run("c.spot.step") == int(spot[-1])


@pytest.mark.parametrize("spot, direction", [
    ("lessons/04_by_hand/1", "TB"), ("lessons/04_by_hand/6", "TB"),
    ("lessons/06_saturation/2", "LR"),
], ids=str)  # fmt: skip
def test_a_graph_runs_as_it_is_larger(visit, spot, direction):
    made = visit(spot=spot)
    assert made.run("v.data.direction") == direction
    assert made.run("v.camera.k") > 0.75, "the smallest letters have 7 pixels"


def test_from_task_to_task_with_the_arrows(visit):
    first, second = list(shelf().tasks)[:2]
    made = visit("file", spot=f"tasks/{first}")
    made.page.locator(TITLE).focus()
    for key, task in (("ArrowRight", second), ("ArrowLeft", first)):
        made.page.keyboard.press(key)
        assert made.page.url.endswith(f"#tasks/{task}")


def test_the_page_opens_where_one_was(visit):
    made = visit(spot=f"lessons/{LESSON}/3")
    made.page.goto("about:blank")
    made.page.goto(made.address)
    made.page.wait_for_selector(TITLE)
    assert made.run("c._address(c.spot)") == f"lessons/{LESSON}/3"


@pytest.mark.parametrize(
    ("step", "opened"),
    [("", 1), ("/", 1), ("/x", 1), ("/0", 1), ("/-3", 1), ("/2", 2), ("/2.9", 2), ("/99", 7)],
)
def test_an_address_opens_the_step_that_is_nearest(visit, step, opened):
    assert len(shelf().lessons[LESSON].steps) == 7
    made = visit(spot="lessons/01_slope/2")
    made.page.goto(f"{made.address}#lessons/{LESSON}{step}")
    made.page.wait_for_function(
        "end => location.hash.endsWith(end)", arg=f"lessons/{LESSON}/{opened}"
    )
    assert made.run("c.spot.step") == opened - 1


def test_keys_progress_and_reset(visit):
    made = visit(spot=f"lessons/{LESSON}/1")
    made.page.locator(TITLE).focus()
    made.page.keyboard.press("ArrowRight")
    assert made.run("c.spot.step") == 1
    made.page.get_by_label("Your answer").focus()
    made.page.keyboard.press("ArrowLeft")
    assert made.run("c.spot.step") == 1, "in a field, the arrows are the field's"
    made.page.locator(TITLE).focus()
    made.page.keyboard.press("ArrowLeft")
    assert made.run("c.spot.step") == 0
    assert made.run("c.memory.kept.done").count(f"lessons/{LESSON}/1") == 1
    made.page.once("dialog", lambda box: box.accept())
    made.page.get_by_role("button", name="Reset progress").click()
    assert made.run("c.spot.index") == 0
    assert f"lessons/{LESSON}/1" not in made.run("c.memory.kept.done")


def test_a_practice_goes_on_after_a_reload(visit):
    made = visit(spot="lessons/04_by_hand/6")
    field = made.page.locator("input[name=answer]")
    for text in ("1", "3"):  # L and f
        field.fill(text)
        field.press("Enter")
        made.page.locator(".onwards").click()
    made.page.reload()
    made.page.wait_for_selector(TITLE)
    field.wait_for()
    assert made.run("v.graph.practice.score()") == {"all": 7, "done": 2, "first": 2, "shown": 0}
    made.find_gradients()
    made.page.reload()
    made.page.wait_for_selector(TITLE)
    assert made.said().startswith("✓")
    made.page.once("dialog", lambda box: box.accept())
    made.page.get_by_role("button", name="Reset progress").click()
    made.open("lessons/04_by_hand/6")
    assert made.run("v.graph.practice.score().done") == 0


def test_the_colours_follow_the_system_until_the_button_is_pressed(visit):
    made = visit(screen=(1280, 800, "light"))
    is_dark = "[document.documentElement.classList.contains('dark'), v.isDark]"
    assert made.run(is_dark) == [False, False]
    made.page.emulate_media(color_scheme="dark")
    made.page.wait_for_function("() => document.documentElement.classList.contains('dark')")
    assert made.run(is_dark) == [True, True]
    made.page.get_by_role("button", name="Light or dark").click()
    assert made.run(is_dark) == [False, False]
    made.next()
    assert made.run("v.isDark") is False


def test_the_list_is_open_where_there_is_room(visit):
    made = visit(screen=(1280, 800, "light"))
    assert made.run("c.menu.open") is True
    made.page.set_viewport_size({"width": 390, "height": 844})
    made.page.wait_for_function("() => !document.querySelector('#course').course.menu.open")
    made.page.set_viewport_size({"width": 1280, "height": 800})
    made.page.wait_for_function("() => document.querySelector('#course').course.menu.open")


def test_it_works_without_storage(chromium, addresses):
    context = chromium.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    )
    page = context.new_page()
    page.goto(addresses["file"])
    page.wait_for_selector(TITLE)
    page.locator(".next").click()
    assert page.evaluate("document.querySelector('#course').course.spot.step") == 1
    context.close()


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[3]], ids=str)
def test_a_german_lesson_from_start_to_end(visit, screen):
    """Numbers are typed with a comma, and the step stays when the language changes."""
    made = visit(screen=screen, spot=f"lessons/{LESSON}/2")
    made.page.get_by_label("Language").select_option("de")
    assert made.page.evaluate("document.documentElement.lang") == "de"
    assert made.run("c.spot.step") == 1
    assert made.page.evaluate("document.activeElement.tagName") == "SELECT"
    lesson = shelf().lessons[LESSON].translations["de"]
    for at, step in enumerate(lesson.steps):
        made.open(f"lessons/{LESSON}/{at + 1}")
        title = made.page.locator(TITLE)
        assert title.inner_text() == step.content["title"]
        assert title.get_attribute("lang") == "de"
        assert made.page.locator(".text > *").first.get_attribute("lang") == "de"
        do = step.content["do"]
        if do == "predict" and step.asked:
            made.predict(number(step, step.content["ask"]), ",")
        elif do == "predict":
            made.choose(step.content["choices"])
        elif do == "try":
            made.move("x", "1,5")
            assert made.run("s.numbers.value('x')") == 1.5
            made.move("x", "0,010")
            assert made.said().startswith("✓")
        elif do == "judged":
            made.find_gradients()
            assert made.said().startswith("✓")
        assert made.page.locator(".next").inner_text() in (
            made.say("next"),
            made.say("next_lesson"),
        )
        assert made.page.evaluate("document.documentElement.scrollWidth") <= screen[0]
    done = made.run("c.memory.kept.done")
    made.page.reload()
    made.page.wait_for_selector(TITLE)
    assert made.run("c.language") == "de"
    assert made.run("c.memory.kept.done") == done
    made.page.get_by_label("Sprache").select_option("en")
    assert (
        made.page.locator(TITLE).inner_text() == shelf().lessons[LESSON].steps[-1].content["title"]
    )
    assert made.run("c.memory.kept.done") == done


def test_a_page_may_begin_in_german(chromium, tmp_path):
    page = chromium.new_page(locale="en-GB")
    page.goto(f"file://{export(str(tmp_path), language='de')}")
    page.wait_for_selector(TITLE)
    assert page.locator(TITLE).inner_text() == "Eine Kurve und ihre Tangente"
    page.get_by_label("Sprache").select_option("en")
    page.reload()
    page.wait_for_selector(TITLE)
    assert page.locator(TITLE).inner_text() == "A curve and its tangent"
    page.close()


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_axe_finds_nothing_serious(visit, screen):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    made = visit(screen=screen)
    spots = ["lessons/01_slope/1", f"lessons/{LESSON}/2", "lessons/12_moons/1",
             "gallery/01_forgotten_plus/1", "tasks/01_init"]  # fmt: skip
    for spot in spots:
        made.open(spot)
        if made.page.get_by_label("Your answer").count():
            made.page.get_by_label("Your answer").fill("1e9")
            made.page.get_by_role("button", name="Check", exact=True).click()
        found = axe.run(made.page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]])
                for one in found if one["impact"] in ("serious", "critical")] == []  # fmt: skip


def test_what_a_finger_aims_at_is_large(visit):
    for spot in ("lessons/01_slope/1", "lessons/11_descent/1", "tasks/01_init"):
        made = visit(screen=SCREENS[2], spot=spot)
        small = made.page.evaluate(
            "[...document.querySelectorAll('button, input, select, summary, a')]"
            ".filter(x => x.offsetParent && x.getBoundingClientRect().height < 44)"
            ".map(x => x.outerHTML.slice(0, 80))"
        )
        assert small == [], spot


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[3]], ids=str)
def test_nothing_is_english_in_german(visit, screen):
    """Every text and every label, in the view too; the practice with its hints and replies."""
    made = visit("file", screen)
    made.page.get_by_label("Language").select_option("de")
    rooms = (("lessons", shelf().lessons), ("gallery", shelf().gallery), ("tasks", shelf().tasks))
    for room, items in rooms:
        for name, item in items.items():
            for at, _ in enumerate(getattr(item, "steps", [None])):
                made.open(f"{room}/{name}" + ("" if room == "tasks" else f"/{at + 1}"))
                found = english_on(made.page)
                assert found == [], (name, at)


def test_the_practice_is_german(visit):
    made = visit("file", spot="lessons/05_neuron/7")
    made.page.get_by_label("Language").select_option("de")
    field = made.page.locator("input[name=answer]")
    for answer in ("-1", "0.5", "abc", "7"):
        field.fill(answer)
        field.press("Enter")
        made.settle()
        assert english_on(made.page) == []
    while made.run("v.graph.practice.next()") is not None:
        made.page.locator(".onwards").click()
        for _ in range(3):
            field.fill("1,25")
            field.press("Enter")
            if not field.count():
                break
        assert english_on(made.page) == []
    made.page.keyboard.press("?")
    assert english_on(made.page) == []
