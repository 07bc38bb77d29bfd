"""The course's page in Node, deed by deed, as changes of its whole markup in golden files."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from course_lessons import NEURON, content_of, read
from page_deeds import PYTHON, Deeds, answer_with, forget

from chainrule.course import page
from chainrule.course.shelf import shelf

pytestmark = pytest.mark.once

LESSON = '''\
title = "A slope"
goal = "See it."

[[step]]
do = "see"
title = "Look"
text = """
At `x` = {x} the slope is {grad x}, and {secant} over {h}.

- *one*
- **two**: {y}
"""
graph = """
x = 3
y = x**2 - x
"""
show = ["graph", "sliders", "curve"]
plot = "x"
secant = 1

[[step]]
do = "see"
title = "Numbers"
text = """
{x + 2} {x - 2} {x * 2} {x / 2} {x ** 2} {-x} {abs(-x)} {min(x, 2)} {max(x, 2)} {sqrt(x)} {exp(x)}
{log(x)} {sin(x)} {cos(x)} {tanh(x)} {value x} {grad y} {grad x} {local s x} {local y s}
{y after x += 1} {y after x = 1} {y - before y after x += 0.5} {grad x after x = x + y}
{(x < 3) + 2*(x <= 3) + 4*(x > 3) + 8*(x >= 3) + 16*(x == 3) + 32*(x != 3)}
{(x < 4 and y > 1) + 2*(x < 4 and y > 9) + 4*(x > 4 or y > 1) + 8*(x > 4 or y > 9) + 16*(not x)}
"""
graph = """
x = 3
s = x*x
y = s - x
"""
show = ["sliders"]
sliders = ["x"]

[[step]]
do = "predict"
title = "Guess"
text = "Now `x` is a third."
graph = """
x = 0.3333333333333333
y = x**2
"""
show = ["graph", "curve"]
plot = "x"
question = "What is the slope?"
ask = "grad x"
hint = "Twice as much as {x}."
because = "It is {grad x}."
[[step.reply]]
to = "y"
text = "That is `y`, {y}."
[[step.reply]]
to = "-grad x"
text = "Mind the sign."

[[step]]
do = "predict"
title = "Choose"
text = "Where does it lead?"
question = "Up or down?"
because = "It is so."
[[step.choice]]
text = "Down, by {grad x}"
reply = "No."
[[step.choice]]
text = "Up"
reply = "Yes."
right = true

[[step]]
do = "try"
title = "Try"
text = "`w` is {w} after {steps} steps, {rate} of its gradient each."
graph = """
a = 2
w = 3
L = a*w**2
"""
show = ["sliders", "curve"]
plot = "w"
sliders = ["w", "a"]
descend = ["w"]
rate = 0.05
goal = "Reach the bottom."
until = "abs(grad w) < 0.5 and rate < 1"
hint = "Downhill."
because = "After {steps} steps."

[[step]]
do = "judged"
title = "By hand"
text = "Find the gradients."
graph = """
x = 3
y = 2*x
"""
because = "They are {grad x} and {grad y}."
'''
TRAINING = '''\
title = "Training"
goal = "Learn."

[[step]]
do = "try"
title = "One neuron"
text = "A neuron."
graph = """NEURON"""
show = ["graph"]
rate = 0.1
goal = "Train it."
until = "epochs > 2 and accuracy > 0.8"
because = "The loss is {loss}."
[step.train]
data = "moons"
inputs = ["x1", "x2"]
target = "t"
output = "o"

[[step]]
do = "see"
title = "A line"
text = "It goes {rate} of the way."
graph = """
x1 = 0.5
x2 = 0.25
t = 1
w1 = 0.5
w2 = 0.5
o = w1*x1 + w2*x2
L = (o - t)**2
"""
show = ["graph", "sliders"]
sliders = ["w1"]
rate = 10
[step.train]
data = "moons"
inputs = ["x1", "x2"]
target = "t"
output = "o"

[[step]]
do = "see"
title = "The end"
text = "That is all."
show = []
'''.replace("NEURON", NEURON)
REPAIR = '''\
title = "Half of it"
goal = "Mend it."

[[step]]
do = "judged"
title = "Which?"
text = "One is wrong."
graph = """
a = 2
y = a*a
"""
because = "Both count."
[step.hand]
a = "a"
'''

SEEN = """(() => {
  const c = globalThis.host.course, { app } = c.step ?? {};
  const nodes = app ? app.graph.nodes.map(({ label, data, grad, hand, index }) =>
    `${label || index}: ${data} ${app.graph.shown(index)} ${hand ? hand.value : ""}`
    + ` ${app.verdicts.get(index)?.status ?? ""}`) : [];
  return [`${document.title} #${location.hash}`, ...page.storage.values(), markup(globalThis.host),
    ...page.workers.map(worker => worker.text), focus(), scrolled(),
    `asked ${page.answers.asked} times`,
    app?.picture.root.textContent ?? "", ...nodes.map(rounded)].join("\\n");
})()"""


@pytest.fixture(scope="module")
def content():
    """Three lessons of these tests, and two tasks of the course."""
    lessons = {"slope": read(LESSON), "training": read(TRAINING)}
    return content_of(lessons, {"half": read(REPAIR)}, language=None)


class Learner(Deeds):
    """Takes the course, and writes down what the page shows anew after each deed."""

    def __init__(self, modules, content, spot="", **settings):
        super().__init__(modules, "const c = host.course, s = c.step;", SEEN)
        self.open(
            """host.course = new course.Course(argument[0], host);
            location.hash = argument[1];
            host.course.begin()""",
            [{**content, **settings}, f"#{spot}"],
        )

    def answer(self, text):
        self.see(
            f"{text!r} is answered",
            "s.doing.field.value = argument; fire(s.doing.field, 'keydown', { key: 'Enter' })",
            text,
        )

    def press(self, key, **more):
        self.see(
            f"{key} is pressed",
            "document.hear({ type: 'keydown', composedPath: () => [document.activeElement],"
            " ...argument })",
            {"key": key, **more},
        )


@pytest.fixture
def learner(modules, content):
    """Opens the course at a spot, in a new document."""

    forget(modules)
    yield lambda spot="", **settings: Learner(modules, content, spot, **settings)
    forget(modules)


def test_a_lesson(learner, golden):
    seen = learner()
    seen.give(".factor .slider", "-20", "input")
    seen.give(".inputs .slider", "1", "input")
    seen.give(".inputs .slider", "-2")
    seen.click("Next")
    for number in ("2", "4"):
        seen.give(".inputs .slider", number, "input")
    seen.click("Next")
    for text in ("", "slow", "0.7", "0.11", "0.5", "-0.667"):
        seen.answer(text)
    seen.press("ArrowRight")
    seen.click("Down, by 0.666667")
    seen.click("Up")
    seen.press("ArrowRight")
    seen.click("Hint")
    seen.click("One step")
    seen.give(".factor .slider", "10", "input")
    seen.click("Ten steps")
    seen.click("Start again")
    seen.see("a is chosen", "s.curve.select.value = 'a'; fire(s.curve.select, 'change')")
    seen.give(".inputs .slider", "0.05", "input")
    seen.press("ArrowLeft")
    seen.press("ArrowRight")
    seen.press("ArrowRight")
    for text in ("1", "2"):
        seen.see(
            f"the gradient {text} is found",
            "s.app.graph.practice.answer(s.app.chosen, argument); s.app.done();"
            "practising.nextTask(s.app)",
            text,
        )
    golden("course/lesson.txt", seen.text)


def test_a_prediction_right_and_wrong(learner, golden):
    seen = learner("lessons/slope/3")
    seen.answer("0.66667")
    seen.see("back", "c.open({ shelf: 'lessons', index: 0, step: 0 })")
    seen.see("again", "c.open({ shelf: 'lessons', index: 0, step: 2 })")
    seen.answer("0.1")
    seen.answer("-0.67")
    seen.answer("0.67")
    golden("course/prediction.txt", seen.text)


def test_training(learner, golden):
    seen = learner("lessons/training/1")
    seen.click("One epoch")
    seen.click("Train")
    seen.see("another frame", "page.passFrames()")
    seen.click("Pause")
    seen.see("another frame", "page.passFrames()")
    seen.give(".factor .slider", "20", "input")
    seen.click("Train")
    seen.see("many frames", "page.passFrames(8)")
    seen.click("Start again")
    seen.click("Train")
    seen.press("ArrowRight")
    seen.see("frames", "page.passFrames(3)")
    seen.give(".inputs .slider", "0.75", "input")
    seen.give(".factor .slider", "19", "input")
    for _ in range(3):
        seen.click("One epoch")
    seen.click("Start again")
    seen.give(".factor .slider", "20", "input")
    seen.click("Train")
    seen.see("many frames", "page.passFrames(9)")
    golden("course/training.txt", seen.text)


def test_a_repair(learner, golden):
    seen = learner("gallery/half/1")
    for number in (3, 4):
        seen.see(
            f"the gradient of a is {number}",
            "const { index } = s.node('a');"
            f"s.app.setByHand(index, {{ value: {number}, text: '{number}' }})",
        )
    seen.see(
        "the page is left and opened again",
        "c.open({ shelf: 'lessons', index: 0, step: 0 });"
        "c.open({ shelf: 'gallery', index: 0, step: 0 })",
    )
    golden("course/repair.txt", seen.text)


def test_tasks(modules, learner, golden):
    first, second = (f"tasks/{name}" for name in [*shelf().tasks][:2])
    seen = learner(first)
    finding = {"message": "No data.", "graph": "a\nb", "source": "3: self.x = x"}
    replies = {
        "x": {"ok": False, "findings": [finding, {**finding, "graph": "", "source": ""}]},
        "y": {"ok": False, "findings": [], "error": "It runs on."},
        "z": {"ok": True, "findings": []},
    }
    answer_with(
        modules, [({"task": first[6:], "code": code}, reply) for code, reply in replies.items()]
    )
    for code in ("x", "y", "w", "z"):
        seen.see(f"{code!r} is typed", "c.task.code.text = argument", code)
        if code == "y":
            seen.see(
                "Ctrl+Enter is pressed",
                "fire(c.task.code.element, 'keydown', { key: 'Enter', ctrlKey: true })",
            )
        else:
            seen.click("Check")
    for words in ("Hint", "Hint", "Show a solution", "Show a solution", "Next"):
        seen.click(words)
    seen.click("Start again")
    seen.see("it is checked twice at once", "c.task._check(); c.task._check()")
    seen.press("ArrowRight")
    seen.press("ArrowLeft")
    seen.see("the page is opened again", f"c.open(c._read('{second}'))")
    golden("course/tasks.txt", seen.text)


def test_a_task_without_hints_offers_none(modules, content, learner):
    shelf = content["shelves"]["en"]
    first, *others = shelf["tasks"]
    for hints, is_off in ((first["hints"], False), ([], True)):
        shelves = {"en": {**shelf, "tasks": [{**first, "hints": hints}, *others]}}
        learner(f"tasks/{first['id']}", shelves=shelves, language="en")
        assert modules.value("host.course.task.hint.disabled") is is_off


def test_the_list_the_address_and_the_language(learner, golden):
    seen = learner("lessons/training/3", language="de")
    seen.see(
        "German",
        "const field = document.querySelector('select.language'); field.value = 'de';"
        "fire(field, 'change')",
    )
    for key, more in (
        ("ArrowLeft", {"altKey": True}),
        ("ArrowLeft", {}),
        ("ArrowLeft", {}),
        ("ArrowRight", {"ctrlKey": True}),
        ("ArrowUp", {}),
    ):
        seen.press(key, **more)
    for spot in ("tasks", "tasks/none", "lessons/slope/99", "lessons/slope/x", "gallery/half/0"):
        seen.see(
            f"{spot} is in the address",
            "location.hash = argument; window.hear({ type: 'hashchange' })",
            f"#{spot}",
        )
    seen.see(
        "the list is open on a wide window",
        "page.media.matches = true; page.media.hear({ type: 'change' })",
    )
    seen.see(
        "the theme is turned",
        "host.querySelector('.head').querySelectorAll('button').at(-1).click()",
    )
    seen.see(
        "and the window is narrow",
        "page.media.matches = false; page.media.hear({ type: 'change' })",
    )
    seen.see(
        "progress is kept", "page.answers.confirm = false; host.querySelector('.reset').click()"
    )
    seen.see(
        "progress is forgotten", "page.answers.confirm = true; host.querySelector('.reset').click()"
    )
    golden("course/list.txt", seen.text)


def test_a_task_begins_again_with_its_own_text(modules, learner):
    first = next(iter(shelf().tasks))
    learner(f"tasks/{first}", language="en")
    start = modules.value("host.course.task.code.text")
    again = """host.querySelectorAll("button")
      .find(one => one.textContent === "Start again").click()"""
    words, marked = modules.run(
        """const { task } = host.course;
        task.code.text = "x";
        task.code.mark([1]);
        task._check();
        return [task.answer.textContent, task.code.marked]"""
    )
    modules.run("return settle(() => !host.course.task.isJudging)")
    assert words and marked == []
    assert words != modules.value("host.course.task.answer.textContent") != ""
    kept = "Object.keys(JSON.parse(page.storage.get('chainrule-course')).code)"
    assert modules.value(kept) == [first]
    modules.run(again)
    assert modules.value("host.course.task.code.text") == start
    assert modules.value("host.course.task.answer.children.length") == 0
    modules.run("globalThis.left = host.course.task; host.course.open(host.course._beside(1))")
    assert modules.value("[left.code.isRemoved, host.course.task.code.isRemoved ?? false]") == [
        True, False,
    ]  # fmt: skip


def test_each_hint_of_a_task_is_given_once(modules, content, learner):
    task = content["shelves"]["en"]["tasks"][0]
    assert len(task["hints"]) > 1
    learner(f"tasks/{task['id']}", language="en")
    for given in range(1, len(task["hints"]) + 1):
        assert modules.value("host.course.task.hint.disabled") is False
        modules.run("host.course.task.hint.click()")
        assert modules.value("host.course.task.helps.children.length") == given
    assert modules.value("host.course.task.hint.disabled") is True


@pytest.mark.parametrize(
    "kept",
    ["", "{", "null", "[]", '{"done": "x", "code": {}}', '{"done": []}',
     '{"done": ["lessons/slope/1"], "code": null}', '{"done": ["lessons/slope/1"], "code": "x"}',
     '{"done": {"0": "lessons/slope/1"}, "code": {}}'],
)  # fmt: skip
def test_progress_that_cannot_be_read_is_none(modules, learner, kept):
    modules.run("page.storage.set('chainrule-course', argument)", kept)
    learner("lessons/slope/2", language="en")
    found = modules.value("host.course.memory.kept")
    assert (found["code"], found["work"], found["at"]) == ({}, {}, "lessons/slope/2")
    assert found["done"] == ["lessons/slope/2"]  # nothing is to be done there


GUESSES = '''\
title = "Guesses"
goal = "Guess."

[[step]]
do = "predict"
title = "A number"
text = "What is it?"
graph = """
x = 3
y = x*x
z = y + x
"""
show = ["graph", "sliders", "curve"]
sliders = ["x"]
plot = "x"
hide = ["y", "z"]
question = "What is y?"
ask = "y"
because = "It is {y}."

[[step]]
do = "predict"
title = "A choice"
text = "Which?"
graph = """
x = 3
y = x*x
"""
show = ["graph", "curve"]
plot = "x"
hide = ["y"]
question = "Which is it?"
because = "It is so."
[[step.choice]]
text = "This"
reply = "No."
[[step.choice]]
text = "That"
reply = "Yes."
right = true
'''


@pytest.fixture
def guesses(modules, learner):
    """Opens a step in which something is to be guessed."""
    with pytest.MonkeyPatch.context() as patch:
        few = replace(shelf(), lessons={}, gallery={}, tasks={})
        patch.setattr(page, "shelf", lambda: few)
        made = json.loads(json.dumps(page._content({"guesses": read(GUESSES)})))
    return lambda step: learner(f"lessons/guesses/{step}", language="en", **made)


HIDDEN = """(() => {
  const { app, curve } = host.course.step;
  const shown = app.graph.nodes.map(({ index, label }) =>
    [label, app.graph.hidden.has(index)]).filter(([label]) => label);
  const text = app.picture.root.textContent;
  return [shown.filter(([, is]) => is).map(([label]) => label), curve.isGuess,
          text.includes("9.0000")];
})()"""


@pytest.mark.parametrize(("step", "names"), [(1, ["y", "z"]), (2, ["y"])])
def test_what_is_to_be_guessed_is_hidden_until_it_is(modules, guesses, step, names):
    seen = guesses(step)
    assert modules.value("host.course.step.app.camera.isFitted")
    assert modules.value(HIDDEN) == [names, True, False]
    if step == 1:
        seen.answer("9")
    else:
        seen.click("This")
        assert modules.value(HIDDEN) == [names, True, False]
        seen.click("That")
    assert modules.value(HIDDEN) == [[], False, True]
    assert modules.value("host.course.step.curve.element.querySelectorAll('.tangent').length") == 1


def test_an_answer_that_was_not_right_is_selected_to_be_typed_over(modules, guesses):
    seen = guesses(1)
    field = "host.course.step.doing.field"
    for text in ("", "inf", "nan", "nine"):
        seen.answer(text)
        assert modules.value("host.course.step.doing.tries") == 0
        assert modules.value(f"{field}.getAttribute('aria-invalid')") == "true"
    for text in ("8", "9.4", "10"):
        modules.run(f"{field}.isSelected = false")
        seen.answer(text)
        assert modules.value(f"[{field}.isSelected, {field}.disabled]") == [
            text != "10", text == "10",
        ]  # fmt: skip


def test_a_slider_that_moves_stops_a_pass_and_asks_for_one_frame(modules, learner):
    learner("lessons/slope/1", language="en")
    modules.run(
        """const { step } = host.course;
        step.app.player.playOrPause(); page.frames.length = 0; step.frame = 0;
        step.change(step.node("x").index, 2, true); step.change(step.node("x").index, 1, true)"""
    )
    assert modules.value("[host.course.step.app.player.timer, page.frames.length]") == [None, 1]


def test_a_step_that_is_left_is_taken_down(modules, learner):
    learner("lessons/slope/1", language="en")
    modules.run(
        """globalThis.left = host.course.step; host.course.open(host.course._beside(1));
        page.media.matches = true; page.media.hear({ type: 'change' })"""
    )
    assert modules.value("[left.app.isDark, host.course.step.app.isDark]") == [False, True]


def test_the_arrows_lead_through_the_whole_course_and_back(modules, learner, content):
    shelves = content["shelves"]["en"]
    spots = [
        f"#{shelf}/{each['id']}" + (f"/{step + 1}" if shelf != "tasks" else "")
        for shelf in ("lessons", "gallery", "tasks")
        for each in shelves[shelf]
        for step in range(len(each.get("steps") or [0]))
    ]
    assert len(spots) == 6 + 3 + 1 + 2
    learner(language="en")
    press = "document.hear({ type: 'keydown', composedPath: () => [document.body], ...argument })"
    for key, way in (("ArrowRight", spots), ("ArrowLeft", spots[::-1])):
        for number, spot in enumerate(way):
            assert modules.value("location.hash") == spot
            assert modules.value("Boolean(host.course._beside(argument))", 1) == (spot != spots[-1])
            for more in ("altKey", "ctrlKey", "metaKey", "defaultPrevented"):
                modules.run(press, {"key": key, more: True})
            assert modules.value("location.hash") == spot
            modules.run(press, {"key": key})
            if number + 1 == len(way):
                assert modules.value("location.hash") == spot
    assert modules.value("history.length") == 1 + 2 * (len(spots) - 1)


def test_another_step_begins_at_its_top_and_has_a_way_back(modules, learner):
    learner("lessons/slope/2", language="en")
    assert modules.value("[history.length, window.scrolledTo]") == [1, None]
    modules.run("host.course.main.scrollTop = 50; location.hash = '#lessons/slope/3'")
    modules.run("window.hear({ type: 'hashchange' })")
    # The browser has noted the address itself.
    assert modules.value("[history.length, window.scrolledTo]") == [1, [0, 0]]
    assert modules.value("host.course.main.scrollTop") == 0
    modules.run("window.scrolledTo = null; window.hear({ type: 'hashchange' })")
    assert modules.value("window.scrolledTo") is None  # it is shown already


def test_the_theme_is_the_systems_until_one_is_chosen(modules, learner):
    is_dark = "document.documentElement.classes.includes('dark')"
    theme = "host.querySelector('.head').querySelectorAll('button').at(-1).click()"
    system = "page.media.matches = argument; page.media.hear({ type: 'change' })"
    modules.run("page.media.matches = true")
    learner("lessons/slope/1", language="en")
    both = f"[{is_dark}, host.course.step.app.isDark]"
    assert modules.value(both) == [True, True]
    modules.run(system, False)
    assert modules.value(both) == [False, False]
    modules.run(theme)
    assert modules.value(both) == [True, True]
    modules.run(system, False)
    assert modules.value(both) == [True, True]
    modules.run(theme)
    assert modules.value(both) == [False, False]
    modules.run(system, True)
    assert modules.value(both) == [False, False]


def test_the_list_is_open_from_the_start_where_there_is_room(modules, learner):
    for is_wide in (True, False):
        modules.run("page.media.matches = argument", is_wide)
        learner("lessons/slope/1", language="en")
        assert modules.value("host.course.menu.open") is is_wide
        modules.run("host.course.menu.open = !host.course.menu.open")
        modules.run("host.course.open(host.course._beside(1))")
        assert modules.value("host.course.menu.open") is is_wide


def test_the_page_follows_the_language_chosen_on_the_other_one(modules, learner):
    learner("lessons/slope/1", language="en")
    title = modules.value("document.title")
    modules.run("page.storage.set('chainrule-language', 'de')")
    modules.run("window.hear({ type: 'pageshow', persisted: false })")
    assert modules.value("document.title") == title
    modules.run("window.hear({ type: 'pageshow', persisted: true })")
    assert modules.value("[document.documentElement.lang, host.course.language]") == ["de", "de"]
    assert modules.value("document.title") != title


@pytest.mark.parametrize("kind", ["static", "file"])
def test_a_page_without_a_server(modules, learner, golden, kind):
    modules.run("location.protocol = argument", "https:" if kind == "static" else "file:")
    python = PYTHON if kind == "file" else None
    seen = learner(f"tasks/{next(iter(shelf().tasks))}", isServed=False, python=python)
    golden(f"course/alone_{kind}.txt", seen.text)


def test_python_judges_in_the_page(learner, golden):
    seen = learner(f"tasks/{next(iter(shelf().tasks))}", isServed=False, python=PYTHON)
    seen.see("something is typed before the files are there", "c.task.code.text = argument", "w")
    seen.click("Check")
    seen.serve_python()
    seen.see("x is typed", "c.task.code.text = argument", "x")
    seen.click("Check", until="page.workers.length")
    seen.reply({"snapshot": "remembered"})
    seen.reply({"text": '{"error": "line 1 ends too early"}'})
    seen.reply({"snapshot": "remembered"})
    seen.click("Check")
    seen.reply({"text": "{}"})
    seen.see("another task is opened", "c.open({ shelf: 'tasks', index: 1, step: 0 })")
    seen.click("Check")
    seen.reply({"text": '{"ok": true, "findings": []}'})
    seen.reply({"snapshot": "remembered"})
    seen.wait(8000)
    seen.reply({"snapshot": "remembered"})
    seen.click("Check")
    seen.reply({"text": "{}"})
    seen.wait(30_000)
    for failure in ("quit", "deep", "ended", "broken"):
        seen.reply({"snapshot": "remembered"})
        seen.click("Check")
        seen.reply({"failure": "it is over", "reason": failure, "status": 3})
    seen.click("Check")
    seen.wait(120_000)
    golden("course/python.txt", seen.text)
