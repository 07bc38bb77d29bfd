"""What the course's page does beside what it shows: numbers, requests, frames, the focus."""

from __future__ import annotations

import json
import math

import pytest
from course_lessons import NEURON, content_of, read
from in_node import SOURCES, answer_of
from page_deeds import PYTHON, answer_with, forget

from chainrule.course import expression
from chainrule.course.numbers import Numbers
from chainrule.course.shelf import shelf
from chainrule.playground.program import read as read_program

pytestmark = pytest.mark.once

GRAPH = """\
a = 2
b = -3
c = 0.5
s = a*a
e = s*b
f = e + c
g = f - e
L = tanh(g)*f + e/a
"""
NAMES, INPUTS = ["a", "b", "c", "s", "e", "f", "g", "L"], ["a", "b", "c"]
LESSON = f'''\
title = "Steps"
goal = "Take them."

[[step]]
do = "see"
title = "Look"
text = "At {{a}} the slope is {{grad a}}, and {{secant}} over {{h}}."
graph = """
{GRAPH}"""
show = ["graph", "sliders", "curve"]
plot = "a"
secant = 1

[[step]]
do = "try"
title = "Try"
text = "`w` is {{w}}."
graph = """
w = 3
L = w**2
"""
show = ["sliders", "curve"]
plot = "w"
sliders = ["w"]
descend = ["w"]
rate = 0.25
goal = "Reach the bottom."
until = "w < 0.1"
hint = "Downhill."
because = "That was it."

[[step]]
do = "judged"
title = "By hand"
text = "Find the gradients."
graph = """
x = 3
y = 2*x
"""
because = "That was it."

[[step]]
do = "predict"
title = "Guess"
text = "Now."
graph = """
x = 3
y = x**2
"""
show = ["graph", "curve"]
plot = "x"
question = "What is y?"
ask = "y"
because = "It is so."
'''
TRAINING = f'''\
title = "Training"
goal = "Learn."

[[step]]
do = "see"
title = "A neuron"
text = "It learns."
graph = """{NEURON}"""
show = ["graph"]
rate = 0.1
[step.train]
data = "moons"
inputs = ["x1", "x2"]
target = "t"
output = "o"
'''


@pytest.fixture(scope="module")
def content():
    """Two lessons of these tests, and two tasks of the course."""
    return content_of({"steps": read(LESSON), "training": read(TRAINING)}, {}, language="en")


@pytest.fixture
def course(modules, content):
    """Opens the course at a spot in a new document; `c` is the course in code for it."""

    def run(code, argument=None):
        modules.run(f"const c = host.course; {code}; return settle()", argument)

    def value(expression, argument=None):
        return modules.run(f"const c = host.course; return {expression}", argument)

    def opened(spot, before="", **settings):
        forget(modules)
        modules.run(
            f"""globalThis.host = document.createElementNS(
              document.documentElement.namespaceURI, "div");
            document.body.append(host);
            {before};
            host.course = new course.Course(argument[0], host);
            location.hash = argument[1];
            host.course.begin();
            return settle()""",
            [{**content, **settings}, f"#{spot}"],
        )
        return run, value

    yield opened
    forget(modules)


def task(number=0):
    return f"tasks/{[*shelf().tasks][number]}"


# ---- numbers ------------------------------------------------------------------------------------


EXPRESSIONS = [
    "L", "value e", "-a", "a + b", "a - b", "a * b", "a / b", "a ** b", "abs(b)", "min(a, b, c)",
    "max(c, b, a)", "min(b, a)", "max(a, b)", "sqrt(a)", "exp(b)", "log(a)", "sin(a)", "cos(b)",
    "tanh(c)", "grad a", "grad b", "grad c", "grad e", "grad f", "grad g", "grad s", "grad L",
    "local s a", "local e s", "local e b", "local f e", "local f c", "local g f", "local g e",
    "h", "h + 1", "L after a = 3", "L after a += 0.5", "L after a -= 0.5",
    "L after b = a, a = b", "L after a += grad a, b += grad b", "grad a after a = 3, b = 1, c += h",
    "L - before L after a += 0.1", "before(grad b) - grad b after c -= 1", "before L",
]  # fmt: skip
COMPARED = [f"a {sign} {x}" for sign in ("<", "<=", ">", ">=", "==", "!=") for x in (1, 2, 3)]
CONDITIONS = [
    part.format(one)
    for one in COMPARED
    for part in ("{}", "not {}", "b > 0 and {}", "b < 0 and {}", "{} and b > 0", "{} and b < 0",
                 "b > 0 or {}", "{} or b < 0", "{} or b > 0", "1 < a < 3 and {}")
]  # fmt: skip
EVALUATED = """import(argument[0]).then(({ evaluate }) => {
  c.step.extras.h = () => 0.25;
  return argument[1].map(asked => evaluate(asked, c.step.numbers));
})"""
NUMBERS = (SOURCES / "course/js/numbers.js").as_uri()


@pytest.mark.parametrize("texts", [EXPRESSIONS, CONDITIONS], ids=["numbers", "conditions"])
def test_expressions_are_those_of_python(course, texts):
    scope = expression.Scope(NAMES, INPUTS, ["h", "secant"])
    is_condition = texts is CONDITIONS
    asked = [expression.read(text, scope, is_condition=is_condition) for text in texts]
    here = Numbers(read_program(GRAPH), {"h": 0.25})
    _, value = course("lessons/steps/1")
    found = value(EVALUATED, [NUMBERS, [each.data for each in asked]])
    for text, one, x in zip(texts, asked, found):
        assert x == pytest.approx(expression.evaluate(one, here), rel=1e-12), text
        assert isinstance(x, bool) is is_condition


def test_what_was_before_is_the_start_where_nothing_is_changed_after_it(course):
    run, value = course("lessons/steps/1")
    run("c.step.change(c.step.node('a').index, 5, false)")
    scope = expression.Scope(NAMES, INPUTS)
    texts = ("a - before a", "a - before a after a += 1")
    asked = [expression.read(text, scope).data for text in texts]
    assert value(EVALUATED, [NUMBERS, asked]) == [3, 1]


@pytest.mark.parametrize("width", [1, 0.1, 0.001])
def test_the_secant_leads_through_the_curve_at_both_ends(course, width):
    run, value = course("lessons/steps/1")
    run(
        """const { width } = c.step.parts[0];
        width.slider.value = String(20 * Math.log10(argument)); fire(width.slider, 'input');
        page.passFrames()""",
        width,
    )
    scope = expression.Scope(NAMES, INPUTS)
    at = Numbers(read_program(GRAPH))
    end = expression.evaluate(expression.read(f"L after a += {width}", scope), at)
    slope = (end - at.value("L")) / width
    assert value("c.step.curve.secant") == pytest.approx({"width": width, "slope": slope})
    assert value("[c.step.extras.h(), c.step.extras.secant()]") == pytest.approx([width, slope])


def test_a_number_in_a_text_is_written_only_when_it_changes(course):
    run, value = course("lessons/steps/1")
    run(
        """globalThis.written = [];
        for (const [spot] of c.step.texts.spots)
          spot.replaceChildren = words => { spot.childNodes = []; spot.append(words);
            written.push(words) };
        c.step.update()"""
    )
    assert value("written.length") == 0
    run("c.step.set(new Map([['a', 4]]))")
    assert value("[written.length, written[0]]") == [3, "4"]


# ---- descent and training -----------------------------------------------------------------------


def test_each_step_goes_downhill_by_the_rate(course):
    run, value = course("lessons/steps/2")
    w = 3.0
    for count, steps in (("one_step", 1), ("ten_steps", 11)):
        run("c.step.parts[0].element.querySelectorAll('button')[argument].click()",
            ["one_step", "ten_steps"].index(count))  # fmt: skip
        now = w * 0.5**steps  # w - 0.25 * 2 * w
        assert value("[c.step.numbers.value('w'), c.step.parts[0].steps]") == [now, steps]


def test_descent_stops_before_a_number_that_is_infinite(course):
    run, value = course("lessons/steps/2")
    run("c.step.set(new Map([['w', 1e300]])); c.step.parts[0].rate.set(10)")
    run("c.step.parts[0].element.querySelectorAll('button')[1].click()")
    steps, x = value("[c.step.parts[0].steps, c.step.numbers.value('w')]")
    assert (steps, x) == (6, pytest.approx(1e300 * (-19) ** 6))  # 19 ** 7 would be too much


def test_a_training_that_is_paused_and_begun_again_runs_once_a_frame(course):
    run, value = course("lessons/training/1")
    state = "[c.step.parts[0].isRunning, page.frames.length, c.step.parts[0].epochs]"
    toggle = "c.step.parts[0].toggle.click()"
    run(f"page.passFrames(); {toggle}")
    assert value(state) == [True, 1, 0]
    run("page.frames.splice(0)[0](0)")
    running, _, epochs = value(state)
    assert (running, epochs) == (True, 1)
    run(f"page.passFrames(2); {toggle}; page.passFrames(2)")
    assert value(state) == [False, 0, 3]
    run(f"{toggle}; {toggle}")
    assert value(state) == [False, 0, 3]
    run(f"{toggle}; {toggle}; {toggle}; page.passFrames()")
    assert value(state)[::2] == [True, 4]


def test_a_training_ends_where_its_loss_is_infinite(course):
    run, value = course("lessons/training/1")
    run(
        """const [trainer] = c.step.parts;
        trainer.toggle.click();
        trainer.network.score = () => ({ loss: NaN, accuracy: 0.5 });
        page.passFrames(3)"""
    )
    assert value("[c.step.parts[0].isRunning, c.step.parts[0].epochs]") == [False, 1]
    assert value("c.step.parts[0].losses.length") == 2
    corners = value("c.step.parts[0].curve.getAttribute('points')").split()
    assert [corner.split(",")[0] for corner in corners] == ["0"]


def test_the_losses_are_drawn_from_side_to_side(course):
    run, value = course("lessons/training/1")
    run("c.step.parts[0].losses = [1, 4, 2, 0, 3]; c.step.parts[0].show()")
    corners = value("c.step.parts[0].curve.getAttribute('points')").split()
    found = [[float(x) for x in corner.split(",")] for corner in corners]
    assert found == [[0, 30.5], [25, 2], [50, 21], [75, 40], [100, 11.5]]


def test_a_step_that_is_left_trains_no_further(course):
    run, value = course("lessons/training/1")
    run("c.step.parts[0].toggle.click(); globalThis.left = c.step")
    run("c.open({ shelf: 'lessons', index: 0, step: 1 }); page.passFrames(3)")
    assert value("[left.parts[0].isRunning, left.parts[0].epochs]") == [False, 0]


def test_the_plane_of_a_training_follows_the_theme(course):
    run, value = course("lessons/training/1")
    run("globalThis.before = c.step.parts[0].plane.brush.calls.length; c.theme = 'dark'")
    run("c.colour()")
    assert value("c.step.parts[0].plane.brush.calls.length > before") is True


def test_many_changes_are_followed_in_one_frame_and_none_once_the_step_is_left(course):
    run, value = course("lessons/steps/2")
    run(
        """page.passFrames(); globalThis.updated = 0; globalThis.left = c.step;
        const { update } = c.step;
        c.step.update = function () { updated += 1; update.call(this) }"""
    )
    slide = "const { slider } = c.step.parts[0].rate; fire(slider, 'input'); fire(slider, 'input')"
    run(f"{slide}; page.passFrames()")
    assert value("updated") == 1
    run(f"{slide}; c.open({{ shelf: 'lessons', index: 0, step: 0 }}); page.passFrames()")
    assert value("updated") == 1


# ---- where one is -------------------------------------------------------------------------------


def test_either_a_step_or_a_task_is_open(course):
    run, value = course("lessons/steps/1")
    state = "[Boolean(c.step), Boolean(c.task)]"
    assert value(state) == [True, False]
    run("c.open({ shelf: 'tasks', index: 0, step: 0 })")
    assert value(state) == [False, True]
    run("c.open({ shelf: 'lessons', index: 0, step: 1 })")
    assert value(state) == [True, False]


def test_an_address_leads_to_a_step_that_is_there_or_nowhere(course):
    _, value = course("lessons/steps/1")
    steps = {"1": 0, "2": 1, "3": 2, "4": 3, "5": 3, "0": 0, "-1": 0, "x": 0, "": 0, "2.9": 1}
    for text, step in steps.items():
        spot = {"shelf": "lessons", "index": 0, "step": step}
        assert value("c._read(argument)", f"lessons/steps/{text}") == spot
    assert value("c._read('lessons/training/2')") == {"shelf": "lessons", "index": 1, "step": 0}
    assert value("c._read(argument)", task(1)) == {"shelf": "tasks", "index": 1, "step": 0}
    for text in ("", "lessons", "lessons/none/1", "shelf/steps/1", "constructor"):
        assert value("c._read(argument)", text) is None


def test_what_one_comes_to_is_focused_and_shown_without_scrolling(course):
    run, value = course("lessons/steps/1")
    run(
        """globalThis.focused = []; globalThis.shown = [];
        const { focus, scrollIntoView } = page.Element.prototype;
        Object.assign(page.Element.prototype, {
          focus(options) { focused.push([this.localName, options]); focus.call(this) },
          scrollIntoView(options) { shown.push([this.className, options]) },
        });
        try {
          c.open({ shelf: "lessons", index: 0, step: 3 });
          c.step.doing.field.value = "9"; c.step.doing.button.focus(); c.step.doing.button.click();
        } finally { Object.assign(page.Element.prototype, { focus, scrollIntoView }) }"""
    )
    calm = {"preventScroll": True}
    assert value("focused") == [["h2", calm], ["button", None], ["button", calm]]
    assert value("[document.activeElement === c.next, shown]") == [
        True, [["feedback", {"block": "nearest"}]],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "leads"),
    [("h2", True), ("button", True), ("input", False), ("select", False), ("textarea", False),
     ("pre", False)],
)  # fmt: skip
def test_the_arrows_lead_on_but_where_they_mean_something_else(course, inside, leads):
    run, value = course(task())
    run(
        """const one = document.createElementNS(document.documentElement.namespaceURI, argument);
        c.main.append(one);
        document.hear({ type: "keydown", key: "ArrowLeft", composedPath: () => [one] })""",
        inside,
    )
    assert (value("c.spot.shelf") == "lessons") is leads


def test_what_is_in_the_graph_keeps_its_arrows(course):
    run, value = course("lessons/steps/1")
    for target in ("c.step.view", "c.step.view.shadowRoot"):
        run(
            f"""document.hear({{ type: "keydown", key: "ArrowRight",
                composedPath: () => [{target}] }})"""
        )
        assert value("c.spot.step") == 0


@pytest.mark.parametrize("failing", ["getItem", "setItem"])
def test_the_page_works_without_storage(course, modules, failing):
    modules.run(
        """globalThis.kept = localStorage[argument];
        localStorage[argument] = () => { throw new Error("no storage") }""",
        failing,
    )
    try:
        run, value = course("lessons/steps/1")
        run("c.open({ shelf: 'lessons', index: 0, step: 1 })")
        assert value("c.memory.kept.done") == ["lessons/steps/1"]
    finally:
        modules.run("localStorage[argument] = globalThis.kept", failing)


def test_what_is_done_is_kept_once(course):
    run, value = course("lessons/steps/1")
    run("c.memory.finish('x'); c.memory.finish('y'); c.memory.finish('x')")
    kept = value("JSON.parse(page.storage.get('chainrule-course')).done")
    assert kept == ["lessons/steps/1", "x", "y"]


def test_deeds_are_those_of_the_same_graph(course):
    _, value = course("lessons/steps/1")
    assert value(
        """(c.memory.keepWork("k", { graph: "g", deeds: { hand: 1 } }),
        c.memory.keepWork("other", { graph: "g", deeds: { hand: 2 } }),
        [c.memory.deedsAt("k", "g"), c.memory.deedsAt("k", "h") ?? null,
         c.memory.deedsAt("none", "g") ?? null])"""
    ) == [{"hand": 1}, None, None]


@pytest.mark.parametrize(
    ("width", "height"), [(900, 700), (300, 700), (900, 300), (2600, 2600), (700, 380)]
)
@pytest.mark.parametrize(("step", "bars"), [(1, 130), (4, 0)])
def test_a_graph_stands_as_it_is_shrunk_less(course, modules, width, height, step, bars):
    sized = f"""globalThis.sizes = page.Element.prototype.getBoundingClientRect;
        page.Element.prototype.getBoundingClientRect = function () {{
          return this.classes.includes("view") ? {{ width: {width}, height: {height} }}
            : sizes.call(this) }}"""
    try:
        _, value = course(f"lessons/steps/{step}", before=sized)
    finally:
        modules.run("page.Element.prototype.getBoundingClientRect = sizes")
    lying, upright = value("[c.step.snapshot, c.step.snapshot.upright].map(x => x.states[0].size)")
    scales = [min(width / wide, (height - bars) / high, 1) for wide, high in (lying, upright)]
    assert value("c.step.app.scene.isUpright") is (scales[1] > scales[0])


@pytest.mark.parametrize(
    ("show", "plot", "has_curve"),
    [(["graph", "curve"], "a", True), (["graph"], "a", False), (["graph", "curve"], None, False)],
)
def test_a_curve_is_drawn_where_it_is_shown_and_of_something(
    course, content, show, plot, has_curve
):
    english = content["shelves"]["en"]
    [steps, training] = english["lessons"]
    step = {**steps["steps"][0], "show": show, "plot": plot, "secant": None, "text": []}
    lessons = [{**steps, "steps": [step]}, training]
    _, value = course("lessons/steps/1", shelves={"en": {**english, "lessons": lessons}})
    assert value("[Boolean(c.step.curve), c.step.plot ?? null]") == (
        [True, "a"] if has_curve else [False, None]
    )


@pytest.mark.parametrize(
    ("show", "sliders", "has_sliders"),
    [(["sliders"], ["a"], True), ([], ["a"], False), (["sliders"], [], False)],
)
def test_there_are_sliders_where_they_are_shown_for_something(
    course, content, show, sliders, has_sliders
):
    english = content["shelves"]["en"]
    [steps, training] = english["lessons"]
    step = {**steps["steps"][0], "show": ["graph", *show], "sliders": sliders, "plot": None,
            "secant": None, "text": []}  # fmt: skip
    lessons = [{**steps, "steps": [step]}, training]
    _, value = course("lessons/steps/1", shelves={"en": {**english, "lessons": lessons}})
    assert value("Boolean(c.step.inputs)") is has_sliders


def test_only_a_practice_that_is_judged_is_kept(course):
    run, value = course("lessons/steps/1")
    toggle = "practising.togglePractice(c.step.app); c.step.update()"
    run(toggle)
    assert value("[Boolean(c.step.app.graph.practice), c.memory.kept.work]") == [True, {}]
    run("c.open({ shelf: 'lessons', index: 0, step: 2 })")
    run("c.step.app.graph.practice.answer(c.step.app.chosen, '1'); c.step.app.done()")
    run("page.passFrames()")
    kept = value("JSON.stringify(c.memory.kept.work)")
    assert [*json.loads(kept)] == ["lessons/steps/3"] and '"1"' in kept
    run(toggle)
    assert value("[Boolean(c.step.app.graph.practice), JSON.stringify(c.memory.kept.work)]") == [
        False, kept,
    ]  # fmt: skip


# ---- what is to be done -------------------------------------------------------------------------


def test_enter_answers_and_presses_nothing_else(course):
    _, value = course("lessons/steps/4")
    event = """(c.step.doing.field.value = argument[1],
        fire(c.step.doing.field, "keydown", { key: argument[0] }).isPrevented)"""
    assert value(event, ["9", "9"]) is False
    assert value("c.step.doing.field.disabled") is False
    assert value(event, ["Enter", "9"]) is True
    assert value("[c.step.doing.field.disabled, c.step.doing.button.disabled]") == [True, True]
    assert value("[c.step.doing.tries, c.memory.isDone('lessons/steps/4')]") == [0, True]


@pytest.mark.parametrize(
    ("text", "tries", "is_selected"), [("0.7", 0, True), ("5", 1, True), ("0.667", 0, False)]
)
def test_an_answer_to_be_corrected_is_selected(course, text, tries, is_selected):
    run, value = course("lessons/steps/4")
    run(
        """c.step.set(new Map([["x", Math.sqrt(2 / 3)]]));
        c.step.doing.field.value = argument; c.step.doing.button.click()""",
        text,
    )
    assert value("[c.step.doing.tries, Boolean(c.step.doing.field.isSelected)]") == [
        tries, is_selected,
    ]  # fmt: skip


@pytest.mark.parametrize("length", [1, 39, 40, 41, 90])
def test_what_is_not_a_number_is_repeated_as_far_as_forty_letters(course, length):
    run, value = course("lessons/steps/4")
    run("c.step.doing.field.value = argument; c.step.doing.button.click()", " " + "q" * length)
    assert value("c.step.doing.feedback.element.textContent").count("q") == min(length, 40)
    assert value("c.step.doing.tries") == 0


def test_the_third_wrong_answer_is_the_last(course):
    run, value = course("lessons/steps/4")
    for tries in (1, 2, 3):
        run("c.step.doing.field.value = '5'; c.step.doing.button.click()")
        assert value("[c.step.doing.tries, c.step.doing.field.disabled]") == [tries, tries == 3]
        assert value("c.memory.isDone('lessons/steps/4')") is (tries == 3)


def test_what_was_tried_is_reached_once(course):
    run, value = course("lessons/steps/2")
    run(
        """globalThis.finished = 0;
        const { done } = c.step.setting;
        c.step.setting.done = () => { finished += 1; done() }"""
    )
    run("c.step.set(new Map([['w', 0.2]]))")
    assert value("[finished, c.step.doing.isReached]") == [0, False]
    for w in (0.05, 0.2, 0.05):
        run("c.step.set(new Map([['w', argument]]))", w)
        assert value("[finished, c.step.doing.isReached]") == [1, True]


def test_the_focus_goes_on_only_from_what_is_over(course):
    run, value = course("lessons/steps/2")
    run("c.step.heading.focus(); c.step.set(new Map([['w', 0.05]]))")
    assert value("[c.step.doing.isReached, document.activeElement === c.step.heading]") == [
        True, True,
    ]  # fmt: skip


# ---- tasks --------------------------------------------------------------------------------------


def test_code_is_sent_to_the_server_as_json(course, modules):
    run, value = course(task())
    modules.run(
        """globalThis.before = globalThis.fetch; globalThis.asked = [];
        globalThis.fetch = async (...all) => {
          asked.push(all); return { json: async () => ({ ok: true, findings: [] }) } }"""
    )
    try:
        run("c.task.code.text = 'x = 1'; c.task.check.click()")
    finally:
        modules.run("globalThis.fetch = globalThis.before")
    [[address, sent]] = value("asked")
    assert (address, sent["method"]) == ("task", "POST")
    assert sent["headers"] == {"Content-Type": "application/json"}
    assert json.loads(sent["body"]) == {"task": task()[6:], "code": "x = 1"}


def test_the_lines_of_findings_are_marked_and_the_answer_is_shown(course, modules):
    run, value = course(task())
    findings = [
        {"message": "One.", "graph": "", "source": "3: a: b"},
        {"message": "Two.", "graph": "g", "source": ""},
        {"message": "Three.", "graph": "", "source": "12: x"},
    ]
    reply = {"ok": False, "findings": findings}
    answer_with(modules, [({"task": task()[6:], "code": "x"}, reply)])
    run(
        """globalThis.shown = null;
        c.task.answer.scrollIntoView = options => { shown = options };
        c.task.code.text = "x"; c.task.check.click()"""
    )
    marked = value("c.task.code.marked")
    assert [marked[0], marked[2]] == [3, 12] and math.isnan(marked[1])
    assert value("c.task.answer.querySelectorAll('code').map(x => x.textContent)") == ["a: b", "x"]
    assert value("c.task.answer.querySelectorAll('pre').map(x => x.textContent)") == ["g"]
    assert value("[shown.block, c.task.isJudging]") == ["nearest", False]
    assert value("c.memory.isDone(argument)", task()) is False


def test_a_task_is_checked_once_at_a_time(course):
    run, value = course(task())
    run("c.task._check(); c.task._check()")
    assert value("page.answers.asked") == 1
    run("c.task._check()")
    assert value("page.answers.asked") == 2


def test_a_task_that_is_right_is_done_though_somebody_has_gone_on(course, modules):
    run, value = course(task())
    right = {"ok": True, "findings": []}
    answer_with(modules, [({"task": task()[6:], "code": "x"}, right)])
    run(
        """c.task.code.text = "x"; c.task.check.click();
        c.open({ shelf: "lessons", index: 0, step: 1 })"""
    )
    assert value("c.memory.kept.done") == [task()]
    assert value("[c.next.textContent, c.next.classes.includes('primary')]") == ["Skip", False]
    run("c.open({ shelf: 'tasks', index: 0, step: 0 })")
    assert value("[c.next.textContent, c.next.classes.includes('primary')]") == ["Next", True]


def test_what_is_typed_is_kept_beside_what_was(course):
    run, value = course(task())
    run("c.task.code.text = 'x'; c.open({ shelf: 'tasks', index: 1, step: 0 })")
    run("c.task.code.text = 'y'")
    kept = {task(0)[6:]: "x", task(1)[6:]: "y"}
    assert value("c.memory.kept.code") == kept
    run(
        """c.host.querySelectorAll("button").find(one => one.textContent === "Start again")
        .click()"""
    )
    assert value("c.memory.kept.code") == {task(0)[6:]: "x"}


@pytest.mark.parametrize(
    ("start", "kept", "text"),
    [("own\n\n", {}, "own\n"), ("own", {"first": "x"}, "own\n"), ("", {}, "solved\n"),
     ("", {"first": "\n mine \n"}, "mine\n"), ("", {"first": ""}, "\n"),
     ("own", {"second": "as it was "}, "as it was ")],
)  # fmt: skip
def test_a_task_begins_with_its_own_code_or_that_of_the_one_before(
    course, content, start, kept, text
):
    both = content["shelves"]["en"]["tasks"]
    first = {**both[0], "id": "first", "solution": "\nsolved\n"}
    shelves = {"en": {**content["shelves"]["en"],
                      "tasks": [first, {**both[1], "id": "second", "start": start}]}}  # fmt: skip
    kept = json.dumps({"done": [], "code": kept})
    before = f"page.storage.set('chainrule-course', {json.dumps(kept)})"
    _, value = course("tasks/second", before=before, shelves=shelves)
    assert value("c.task.code.text") == text
    # only where it goes on from earlier code, this is said
    assert value("c.main.querySelectorAll('.text .note').length") == int(not start)


def test_without_python_nobody_judges(course):
    run, value = course(task(), isServed=False)
    assert value("[c.judge.canJudge, c.main.contains(c.task.check)]") == [False, False]
    run("c.task.code.text = 'x'; c.task._check()")
    assert value("[c.task.answer.children.length, page.answers.asked]") == [0, 0]
    grade = value("c.judge.judge('x', 'y')")
    assert (grade["ok"], grade["findings"]) == (False, []) and grade["error"]


def test_python_is_loaded_once_when_somebody_begins_to_write(course):
    run, value = course(task(), isServed=False, python=PYTHON)
    assert value("[c.judge.canJudge, page.answers.asked, c.judge.hint.hidden]") == [True, 0, False]
    run("c.task.code.text = 'x'")
    asked = value("page.answers.asked")
    assert asked > 0 and value("c.judge.hint.hidden") is True
    run("c.task.code.text = 'y'")
    assert value("page.answers.asked") == asked


FAKE_PYTHON = """globalThis.asked = [];
    c.judge.python = {
      begin: async () => { asked.push("begin") },
      end: () => { asked.push("end") },
      ask: async (name, texts, limit) => {
        asked.push(name, texts, limit);
        if (argument[name] === "failure") throw new Error("it has failed");
        return argument[name] },
    }"""
"""Stands in for Python in the page's judge, and writes down what it is asked."""


GRADE = {"ok": True, "findings": [{"message": "m", "graph": "", "source": ""}]}


@pytest.mark.parametrize(
    ("replies", "grade", "examined"),
    [
        ({"run": {}, "examine": GRADE}, GRADE, True),
        ({"run": {"error": "e"}}, {"ok": False, "findings": [], "error": "e"}, False),
    ],
)
def test_python_runs_the_code_then_examines_it(course, replies, grade, examined):
    run, value = course(task(), isServed=False, python=PYTHON)
    run(FAKE_PYTHON, replies)
    assert value("c.judge.judge('t', 'code')") == grade
    asked = ["begin", "run", ["t", "code"], 8, *["examine", [], 30] * examined, "end", "begin"]
    assert value("asked") == asked


def test_python_that_fails_is_refused_and_begun_again(course):
    run, value = course(task(), isServed=False, python=PYTHON)
    run(FAKE_PYTHON, {"run": "failure"})
    grade = value("c.judge.judge('t', 'code')")
    assert (grade["ok"], grade["findings"]) == (False, []) and grade["error"]
    assert value("asked") == ["begin", "run", ["t", "code"], 8, "end", "begin"]


def test_python_judges_one_task_after_the_other(course):
    run, value = course(task(), isServed=False, python=PYTHON)
    run(FAKE_PYTHON, {"run": {}, "examine": GRADE})
    value("Promise.all([c.judge.judge('t', 'one'), c.judge.judge('t', 'two')])")
    names = [one for one in value("asked") if isinstance(one, str)]
    assert names == ["begin", "run", "examine", "end", "begin"] * 2


# ---- the field for code -------------------------------------------------------------------------

FIELD = """\
import * as real from "{folder}/codemirror.js";
import {{ EditorState }} from "{state}";
export * from "{folder}/codemirror.js";
const {{ decorations, contentAttributes, updateListener }} = real.EditorView;
export class EditorView {{
  static decorations = decorations;
  static contentAttributes = contentAttributes;
  static updateListener = updateListener;
  dom = "field";
  constructor({{ doc, extensions }}) {{
    this.state = EditorState.create({{ doc, extensions }});
  }}
  dispatch(change) {{
    const {{ state, docChanged }} = this.state.update(change);
    this.state = state;
    for (const hear of state.facet(updateListener)) hear({{ docChanged }});
  }}
  destroy() {{ this.isDestroyed = true }}
}}
"""
"""CodeMirror as it is, but for the part that needs a browser."""

WRITING = """\
import {{ register }} from "node:module";
register("data:text/javascript," + encodeURIComponent(`
  export async function resolve(name, context, next) {{
    const isField = name === "./codemirror.js";
    return isField ? {{ url: "{field}", shortCircuit: true }} : next(name, context);
  }}`));
const {{ CodeEditor }} = await import("{folder}/editor.js");
const {{ EditorView, indentUnit, keymap }} = await import("{field}");
const asked = {{ typed: 0, check: 0 }};
const editor = new CodeEditor({{ text: "one\\ntwo\\n\\nfour", about: {{ "aria-label": "code" }},
  typed: () => {{ asked.typed += 1 }}, check: () => {{ asked.check += 1 }} }});
const {{ view }} = editor;
const sets = () => view.state.facet(EditorView.decorations).filter((set) => set.iter);
const marked = () => sets().flatMap((set) => {{
  const lines = [];
  for (const at = set.iter(); at.value; at.next())
    if (at.value.spec.class === "marked") lines.push(view.state.doc.lineAt(at.from).number);
  return lines;
}});
const marks = [[], [2], [4, 1, 4], [0, 1, 5, -1, NaN], []].map((lines) => {{
  editor.mark(lines);
  return marked();
}});
const keys = view.state.facet(keymap).flat();
const run = ["Ctrl-Enter", "Mod-Enter"].map((key) => keys.find((one) => one.key === key).run(view));
const attributes = view.state.facet(EditorView.contentAttributes);
editor.mark([2]);
view.dispatch({{ selection: {{ anchor: 2 }} }});
const moved = [marked(), asked.typed];
editor.text = "other\\nlines";
const typed = [marked(), asked.typed, editor.text, view.state.doc.lines];
editor.remove();
console.log(JSON.stringify({{ marks, run, attributes, moved, typed, checked: asked.check,
  unit: view.state.facet(indentUnit), tab: keys.some(({{ key }}) => key === "Tab"),
  removed: view.isDestroyed, element: editor.element }}));
"""


def test_the_field_marks_lines_until_something_is_typed(tmp_path):
    state = SOURCES.parents[1] / "node_modules/@codemirror/state/dist/index.js"
    if not state.is_file():
        pytest.skip("CodeMirror isn't installed here")
    names = {"folder": (SOURCES / "course/js").as_uri(), "state": state.as_uri()}
    field = tmp_path / "field.mjs"
    field.write_text(FIELD.format(**names))
    program = tmp_path / "writing.mjs"
    program.write_text(WRITING.format(**names, field=field.as_uri()))
    found = answer_of(program, None)
    assert found["marks"] == [[], [2], [1, 4], [1], []]
    assert (found["run"], found["checked"]) == ([True, True], 2)
    assert found["moved"] == [[2], 0]
    assert found["typed"] == [[], 1, "other\nlines", 2]
    own = {"spellcheck": "false", "autocorrect": "off", "autocapitalize": "off", "tabindex": "0"}
    assert {**own, "aria-label": "code"} in found["attributes"]
    assert (found["unit"], found["tab"]) == ("    ", True)
    assert (found["removed"], found["element"]) == (True, "field")
