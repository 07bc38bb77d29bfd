"""The playground's training page: how its frames go on, what its fields set, what is pointed at."""

from __future__ import annotations

import itertools
import json
import math
import random

import pytest
from in_node import SOURCES
from page_deeds import forget

from chainrule.playground import page

pytestmark = pytest.mark.once

SPEEDS = {"slow": 10, "middle": 150}
FOLDER = (SOURCES / "playground/js/training").as_uri()
BUDGET = 12  # how many looks at the clock a frame has time for, where each takes a millisecond


@pytest.fixture(scope="module")
def content():
    """No examples, two data sets of forty points, and the words of the page."""
    sets = {name: rows[:20] + rows[-20:] for name, rows in json.loads(page._sets()).items()}
    few = {name: sets[name] for name in ("moons", "xor")}
    return {"examples": [], "sets": few, "words": json.loads(page._words())}


@pytest.fixture
def train(modules, content):
    """Opens the training page at an address; `t` is it in code, and `heard` what was changed."""

    def run(code, argument=None):
        modules.run(f"const t = p.train; {code}; return settle()", argument)

    def value(expression, argument=None):
        return modules.run(f"const t = p.train; return {expression}", argument)

    def opened(**parts):
        forget(modules)
        settings = {"isServed": True, "python": None, "language": "en"}
        modules.run(
            """globalThis.host = document.createElementNS(
              document.documentElement.namespaceURI, "div");
            document.body.append(host);
            location.hash = "#" + new URLSearchParams(argument[2]);
            globalThis.p = new playground.Playground(argument[0], argument[1], host);
            p.begin();
            globalThis.heard = 0;
            const { changed } = p.train;
            p.train.changed = () => { heard += 1; changed() };
            return settle()""",
            [content, settings, {"train": "moons", "layers": "3,2", **parts}],
        )
        return run, value

    yield opened
    forget(modules)


STEPS = "t.training.steps"
SHOWN = """[t.run.element, t.diagram.element, t.curves.element]
    .map(element => Number(element.dataset.step))"""
ROOM = """t.diagram.area.watcher.changed([{ contentRect: { width: 500, height: 300 } }]);
    t.curves.area.watcher.changed([{ contentRect: { width: 480, height: 240 } }])"""


# ---- frames -------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_frame_takes_as_many_steps_as_are_due(train, speed):
    run, value = train()
    assert value("t.run.field.value") == "middle"
    run(f"t.run.field.value = '{speed}'; t.run.toggle.click()")
    due, before = 1.0, 0
    steps = 0
    for now in (0, 16, 33, 50, 64, 300, 301, 333, 1000):
        run("page.passFrames(1, argument)", now)
        due += SPEEDS[speed] * max(1, now - before) / 1000
        before = now
        steps += math.floor(due + 1e-9)
        due -= math.floor(due + 1e-9)
        assert value(f"[{STEPS}, page.frames.length]") == [steps, 1]


@pytest.mark.parametrize(("speed", "then"), [("full", BUDGET), ("slow", 0)])
def test_a_frame_takes_no_more_steps_than_it_has_time_for(train, speed, then):
    run, value = train(batch="1")
    run("page.clock.look = 1; t.run.field.value = argument; t.run.toggle.click()", speed)
    run("page.passFrames(1, 5000)")
    assert value(STEPS) == BUDGET
    run("page.passFrames(1, 5016)")
    assert value(STEPS) == BUDGET + then, "what there was no time for isn't made up for"


def test_a_training_runs_to_the_step_in_the_address_and_pauses(train):
    run, value = train(steps="30", batch="1")
    run("t.run.field.value = 'slow'; page.clock.look = 1")
    text = "new URLSearchParams(t.text).get('steps')"
    for steps in (12, 24):
        run("page.passFrames(1, 20)")
        assert value(f"[{STEPS}, t.isRunning, {text}]") == [steps, True, "30"]
    run("page.passFrames()")
    assert value(f"[{STEPS}, t.isRunning, {text}, page.frames.length]") == [30, False, "30", 0]
    run("t.run.toggle.click(); page.clock.look = 0; page.passFrames(1, 5000)")
    assert value(f"[t.isRunning, {STEPS} > 30, {text} === String({STEPS})]") == [True] * 3


def test_without_a_step_in_the_address_nothing_runs(train):
    _, value = train()
    assert value(f"[{STEPS}, t.isRunning, page.frames.length]") == [0, False, 0]


@pytest.mark.parametrize(("is_calm", "shown"), [(False, [1, 2, 3, 4, 5]), (True, [0, 2, 2, 4, 4])])
def test_with_less_motion_a_picture_stays_for_half_a_second(train, is_calm, shown):
    run, value = train()
    run(ROOM)
    run("page.media.matches = argument; t.run.toggle.click(); globalThis.taken = []", is_calm)
    for now in (499, 500, 999, 1000, 1499):
        run("page.passFrames(1, argument); taken.push(t.training.steps)", now)
        taken = [0, *value("taken")]
        at = shown[len(taken) - 2]
        assert value(SHOWN) == [taken[at]] * 3


def test_a_running_training_is_announced_every_ten_seconds(train):
    run, value = train()
    run("t.run.field.value = 'slow'; t.run.toggle.click()")
    words = [value("t.live.textContent")]
    for now in (9_999, 10_000, 19_999, 20_000):
        run("page.clock.look = 1; page.passFrames(1, argument)", now)
        words.append(value("t.live.textContent"))
    assert words[0] == words[1] != words[2] == words[3] != words[4]
    assert [text.split(",")[0] for text in words[2::2]] == ["12 steps", "24 steps"]


@pytest.mark.parametrize("state", ["hasDiverged = true", "steps = 100_000", "steps = 100_001"])
def test_what_is_over_is_not_begun(train, state):
    run, value = train()
    run(f"t.training.{state}; t.live.textContent = 'as it was'; t.run.toggle.click()")
    assert value("[t.isRunning, page.frames.length, t.live.textContent]") == [
        False, 0, "as it was",
    ]  # fmt: skip


def test_a_training_that_diverges_pauses_and_says_so(train):
    run, value = train()
    run("t.run.toggle.click(); page.passFrames(1, 100)")
    assert value("t.run.note.hidden") is True
    run("t.training.advance = function () { this.steps += 1; this.hasDiverged = true }")
    steps = value(STEPS)
    run("page.passFrames(1, 1000)")
    assert value(f"[{STEPS}, t.isRunning, page.frames.length]") == [steps + 1, False, 0]
    assert value("[t.run.note.hidden, t.run.note.textContent !== '']") == [False, True]


def test_start_and_pause_do_and_say_something_once(train):
    run, value = train()
    run("t.pause()")
    assert value("[heard, t.live.textContent]") == [0, ""]
    run("t.run.toggle.click()")
    running = value("[t.isRunning, t.run.step.disabled, t.run.toggle.textContent, heard]")
    assert running == [True, True, "Pause", 0]
    run("t.step()")
    assert value(f"[{STEPS}, heard]") == [0, 0]
    run("t.run.toggle.click()")
    paused = value("[t.isRunning, t.run.step.disabled, t.run.toggle.textContent, heard]")
    assert paused == [False, False, "Start", 1]
    assert value("page.frames.length") == 0
    assert value("t.live.textContent").startswith("0 steps, loss ")
    run("t.run.step.click()")
    assert value(f"[{STEPS}, heard]") == [1, 2]
    assert value("t.live.textContent").startswith("1 step, loss ")
    run("t.run.toggle.click(); t.run.toggle.click(); t.run.toggle.click()")
    assert value("page.frames.length") == 1


# ---- settings -----------------------------------------------------------------------------------

SETTINGS = "t.training.settings"


def test_other_settings_begin_anew_at_the_present_rate(train):
    run, value = train(rate="0.5")
    run("t.run.step.click(); t.setRate(0.25); t.run.step.click()")
    assert value(f"{SETTINGS}.rates") == [[0, 0.5], [1, 0.25]]
    run("t.run.toggle.click(); globalThis.heard = 0; t.change({ seed: 9 })")
    assert value(f"[{SETTINGS}.rates, {SETTINGS}.seed, {STEPS}, t.isRunning, page.frames.length]") \
        == [[[0, 0.25]], 9, 0, False, 0]  # fmt: skip
    assert value("[heard, t.live.textContent]") == [2, "The training starts again."]
    assert value("t.controls.rate.value") == 0.25


@pytest.mark.parametrize(
    ("selector", "text", "name", "expected"),
    [
        ("#activation", "relu", "activation", "relu"),
        ("#batch", "20", "batch", 20),
        ("#batch", "0", "batch", 0),
        ("#layer-1", "8", "hidden", [8, 2]),
        ("#layer-2", "1", "hidden", [3, 1]),
        ("#seed", "0", "seed", 0),
        ("#seed", " 4294967295 ", "seed", 2**32 - 1),
    ],
)
def test_a_field_sets_its_own_setting(train, selector, text, name, expected):
    run, value = train(seed="7")
    before = value(SETTINGS)
    run(
        """const field = host.querySelector(argument[0]);
        field.value = argument[1]; fire(field, "change")""",
        [selector, text],
    )
    assert value(SETTINGS) == {**before, name: expected}
    shown = json.dumps(expected) if selector.startswith("#layer") else str(expected)
    if not selector.startswith("#layer"):
        assert value("host.querySelector(argument).value", selector) == shown


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "4294967296"])
def test_a_seed_that_is_none_changes_nothing_and_is_marked(train, text):
    run, value = train(seed="7")
    run("t.controls.seed.value = argument; fire(t.controls.seed, 'change')", text)
    assert value(f"[{SETTINGS}.seed, t.controls.seed.getAttribute('aria-invalid'), heard]") == [
        7, "true", 0,
    ]  # fmt: skip
    run("t.controls.seed.value = '8'; fire(t.controls.seed, 'change')")
    assert value(f"[{SETTINGS}.seed, t.controls.seed.getAttribute('aria-invalid'), heard]") == [
        8, "false", 1,
    ]  # fmt: skip


@pytest.mark.parametrize(("seed", "after"), [("0", 1), ("7", 8), ("4294967295", 0)])
def test_the_next_seed_follows_and_the_first_follows_the_last(train, seed, after):
    run, value = train(seed=seed)
    run("t.controls.seed.parentNode.querySelector('button').click()")
    assert value(f"[{SETTINGS}.seed, t.controls.seed.value]") == [after, str(after)]


@pytest.mark.parametrize(
    ("layers", "fewer", "more"),
    [("", None, [4]), ("5", [], [5, 5]), ("3,2", [3], [3, 2, 2]), ("1,2,3", [1, 2], [1, 2, 3, 3]),
     ("1,2,3,8", [1, 2, 3], None)],
)  # fmt: skip
def test_layers_are_added_and_removed_at_the_end(train, layers, fewer, more):
    hidden = [int(size) for size in layers.split(",") if size]
    for button, expected in (("fewer", fewer), ("more", more)):
        run, value = train(layers=layers)
        is_off = "[t.controls.layers.querySelector(argument).disabled, t.controls.activation.field"
        assert value(f"{is_off}.disabled]", f"#{button}") == [expected is None, not hidden]
        run("t.controls.layers.querySelector(argument).click()", f"#{button}")
        after = hidden if expected is None else expected
        assert value(f"{SETTINGS}.hidden") == after
        counts = value("t.controls.layers.querySelectorAll('select').map(one => Number(one.value))")
        assert counts == after
        assert value("t.diagram.columns.map(each => each.length)") == [2, *after, 1]


@pytest.mark.parametrize("key", ["fewer", "more", "layer-1"])
def test_the_focus_stays_where_the_layers_were_changed(train, key):
    run, value = train()
    run(
        """const field = document.getElementById(argument);
        field.focus(); globalThis.before = field;
        if (argument === "layer-1") fire(field, "change"); else field.click()""",
        key,
    )
    assert value("[document.activeElement.id, document.activeElement === before]") == [key, False]
    run("t.controls.seed.focus(); t.change({})")
    assert value("document.activeElement.id") == "seed"
    run("document.body.focus(); t.change({})")
    assert value("document.activeElement === document.body") is True


def test_a_data_set_is_chosen_by_its_picture(train):
    run, value = train(steps="3")
    pressed = "t.controls.data.map(({ button }) => button.getAttribute('aria-pressed'))"
    assert value(pressed) == ["true", "false"]
    run("t.controls.data[1].button.click()")
    assert value(pressed) == ["false", "true"]
    assert value(f"[{SETTINGS}.data, {STEPS}, t.training.network.points === t.sets.xor]") == [
        "xor", 0, True,
    ]  # fmt: skip


def test_the_rate_changes_from_the_next_step_on(train):
    run, value = train(rate="0.5")
    run("t.run.step.click(); globalThis.heard = 0")
    run("const { slider } = t.controls.rate; slider.value = '0'; fire(slider, 'input')")
    assert value(f"[{SETTINGS}.rates, {STEPS}, heard]") == [[[0, 0.5], [1, 1]], 1, 1]
    assert "1: 1" in value("t.code.element.textContent")


def test_another_language_goes_on_with_speed_steps_and_what_is_chosen(train):
    run, value = train()
    run(ROOM)
    run(
        """t.run.field.value = "slow"; t.run.step.click();
        t.diagram._choose({ layer: 1, at: 2 });
        globalThis.before = t; p.speak("de")"""
    )
    assert value("[t === before, t.training === before.training, t.run.field.value]") == [
        False, True, "slow",
    ]  # fmt: skip
    run(ROOM)
    assert value("t.diagram.chosen") == {"layer": 1, "at": 2}
    assert value("t.diagram.columns[1][2].button.classes.includes('shown')") is True


def test_another_theme_colours_every_picture_anew(train):
    run, value = train()
    run(ROOM)
    run(
        """globalThis.planes = [t.run.plane, ...t.controls.data.map(({ plane }) => plane),
          ...t.diagram.columns.flat().map(({ plane }) => plane)];
        globalThis.before = planes.map(({ brush }) => brush.calls.length);
        t.recolour()"""
    )
    assert value("planes.length") == 1 + 2 + (2 + 3 + 2 + 1)
    assert value("planes.every(({ brush }, at) => brush.calls.length > before[at])") is True


# ---- what is pointed at -------------------------------------------------------------------------

AREA = "{ left: 30, top: 70, width: 500, height: 300 }"


@pytest.fixture
def diagram(train):
    """Opens a network with 3 and 2 hidden neurons that lies somewhere in the window."""
    run, value = train()
    run(f"t.diagram.area.size = {AREA}; {ROOM}")
    return run, value


POINTED = "t.diagram.weights.filter(w => w.line.getAttribute('class').includes(' shown'))"


def point(run, kind, x, y):
    """Do something at a spot of the network."""
    run(
        "fire(t.diagram.area, argument[0], { clientX: argument[1], clientY: argument[2] })",
        [kind, x + 30, y + 70],
    )


def numbers(value):
    """Where the neurons lie, by layer, and how large they are."""
    columns = "t.diagram.columns.map(each => each.map(({ x, y }) => [x, y]))"
    return value(columns), value("t.diagram.side")


def test_each_neuron_is_under_the_pointer_as_far_as_its_edges(diagram):
    run, value = diagram
    columns, side = numbers(value)
    reach = side / 2 + 1
    for layer, column in enumerate(columns):
        for at, (x, y) in enumerate(column):
            for across, down in ((0, 0), (reach - 0.1, 0), (0, 0.1 - reach), (0.1 - reach,) * 2):
                point(run, "pointermove", x + across, y + down)
                assert value("t.diagram.hovered") == {"layer": layer, "at": at}
                assert value("t.diagram.area.classes.includes('pointing')") is True
            for across, down in ((0, reach + 0.1), (0, -reach - 0.1)):
                point(run, "pointermove", x + across, y + down)
                assert value("t.diagram.hovered?.from === undefined && t.diagram.hovered") is None
    point(run, "pointermove", columns[0][0][0], columns[0][0][1])
    run("fire(t.diagram.area, 'pointerleave')")
    assert value("[t.diagram.hovered, t.diagram.area.classes.includes('pointing')]") == [
        None, False,
    ]  # fmt: skip


def test_each_weight_is_under_the_pointer_near_its_line(diagram):
    run, value = diagram
    columns, side = numbers(value)
    weights = value("t.diagram.weights.map(({ layer, from, to, at }) => [layer, from, to, at])")
    sizes = [len(column) for column in columns]
    assert len(weights) == sum(a * b for a, b in itertools.pairwise(sizes))
    for layer, start, end, at in weights:
        (x1, y1), (x2, y2) = columns[layer - 1][start], columns[layer][end]
        x1, x2 = x1 + side / 2, x2 - side / 2
        for share in (0.1, 0.9):  # where lines are apart from each other
            point(run, "pointermove", x1 + share * (x2 - x1), y1 + share * (y2 - y1))
            keys = "['layer', 'from', 'to', 'at'].map(key => t.diagram.hovered[key])"
            assert value(keys) == [layer, start, end, at]
        assert value(f"{POINTED}.map(({{ at }}) => at)") == [at]


def test_a_pointer_is_near_a_line_within_ten_pixels(diagram):
    run, value = diagram
    columns, side = numbers(value)
    (x1, y1), (x2, y2) = columns[0][0], columns[1][0]  # the line at the top
    x1, x2 = x1 + side / 2, x2 - side / 2
    length = math.hypot(x2 - x1, y2 - y1)
    nx, ny = (y2 - y1) / length, -(x2 - x1) / length
    for away, is_near in ((9.9, True), (10.1, False)):
        point(run, "pointermove", (x1 + x2) / 2 + away * nx, (y1 + y2) / 2 + away * ny)
        assert value("Boolean(t.diagram.hovered)") is is_near


def test_the_distance_to_a_line_ends_where_the_line_does(train):
    _, value = train()
    shuffled = random.Random(5)
    cases = []
    for _ in range(60):
        x1, y1, x2, y2 = (shuffled.uniform(-9, 9) for _ in range(4))
        share, away = shuffled.uniform(-0.5, 1.5), shuffled.uniform(0, 5)
        length = math.hypot(x2 - x1, y2 - y1)
        x = x1 + share * (x2 - x1) - away * (y2 - y1) / length
        y = y1 + share * (y2 - y1) + away * (x2 - x1) / length
        ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        cases.append(((x, y, ends), away if 0 <= share <= 1 else math.inf))
    found = value(
        "import(argument[0]).then(m => argument[1].map(one => m.distance(...one)))",
        [f"{FOLDER}/pointing.js", [case for case, _ in cases]],
    )
    assert found == pytest.approx([away for _, away in cases])
    assert 20 < sum(map(math.isfinite, found)) < 40


def test_a_neuron_shows_the_weights_that_lead_to_it(diagram):
    run, value = diagram
    run("t.diagram._hover({ layer: 2, at: 1 })")
    shown = value(f"{POINTED}.map(({{ layer, from, to }}) => [layer, from, to])")
    assert shown == [[2, start, 1] for start in range(3)]
    assert value("t.diagram.columns.map(all => all.map(({ button }) =>"
                 " button.classes.includes('shown')))") == [
        [False] * 2, [False] * 3, [False, True], [False],
    ]  # fmt: skip


def test_a_key_clicks_the_neuron_that_has_the_focus(diagram):
    run, value = diagram
    by_key = "{ target: t.diagram.columns[1][2].button, clientX: 0, clientY: 0, detail: 0 }"
    run(f"t.diagram._choose(t.diagram._partClicked({by_key}))")
    assert value("t.diagram.chosen") == {"layer": 1, "at": 2}
    beside = "{ target: t.diagram.area, clientX: 0, clientY: 0, detail: 0 }"
    run(f"t.diagram._choose(t.diagram._partClicked({beside}))")
    assert value("t.diagram.chosen") is None


def test_a_click_chooses_at_once_and_a_second_one_nothing(diagram):
    run, value = diagram
    columns, _ = numbers(value)
    words = "t.diagram.detail.textContent"
    nothing = value(words)
    point(run, "click", *columns[1][1])
    chosen = value(words)
    assert value("t.diagram.chosen") == {"layer": 1, "at": 1} and chosen != nothing
    point(run, "pointermove", *columns[2][0])
    assert value(words) not in (nothing, chosen)
    run("fire(t.diagram.area, 'pointerleave')")
    assert value(words) == chosen
    point(run, "click", *columns[1][1])
    assert value(f"[t.diagram.chosen, {words}]") == [None, nothing]


def test_a_line_is_as_wide_as_its_weight_is_large(diagram):
    run, value = diagram
    count = value("t.diagram.weights.length")
    given = [(-1) ** at * 6 * at / count for at in range(count)]  # up to 4 it grows
    run(
        """for (const [at, weight] of t.diagram.weights.entries())
          t.training.network.numbers[weight.at] = argument[at];
        t.diagram._hover({ layer: 3, from: 1, to: 0, at: t.diagram.weights.at(-1).at });
        t.diagram.show()""",
        given,
    )
    lines = value("t.diagram.weights.map(({ line }) => [line.getAttribute('class'),"
                  " parseFloat(line.style.strokeWidth), Number(line.style.opacity)])")  # fmt: skip
    for x, (sign, width, opacity) in zip(given, lines):
        share = min(1, abs(x) / 4)
        is_shown = x == given[-1]
        assert sign == ("below" if x < 0 else "above") + " shown" * is_shown
        assert width == pytest.approx(0.6 + 6.4 * share)
        assert opacity == pytest.approx(1 if is_shown else 0.25 + 0.65 * math.sqrt(share))


def test_the_detail_has_each_number_beside_its_gradient(diagram):
    run, value = diagram
    run("t.run.step.click(); t.training.network.differentiate()")
    own = "argument.map(at => [network.numbers[at], network.gradient[at]].map(x => number(x)))"
    written = f"""(({{ network }}, number) => {own})(t.training, numbers.formatNumber)"""
    read = "t.diagram.detail.querySelectorAll('output').map(one => one.textContent)"
    layers = value("t.training.layers.map(all => all.map(({ weights, bias }) =>"
                   " [...weights, bias].map(({ at }) => at)))")  # fmt: skip
    for layer, column in enumerate(layers, 1):
        for at, indices in enumerate(column):
            run("t.diagram._hover({ layer: argument[0], at: argument[1] })", [layer, at])
            assert value(read) == [*itertools.chain(*value(written, indices))]
            for start, index in enumerate(indices[:-1]):
                run("t.diagram._hover(argument)",
                    {"layer": layer, "from": start, "to": at, "at": index})  # fmt: skip
                assert value(read) == value(written, [index])[0]
    run("t.diagram._hover({ layer: 0, at: 1 })")
    assert value(read) == []


def test_arrow_keys_lead_to_the_neuron_beside_and_stop_at_the_ends(train):
    run, value = train(layers="4,2")
    run(f"{ROOM}; t.diagram.columns[0][0].button.focus()")
    steps = [("ArrowUp", 0, 0), ("ArrowDown", 0, 1), ("ArrowDown", 0, 1), ("ArrowRight", 1, 2),
             ("ArrowDown", 1, 3), ("ArrowDown", 1, 3), ("ArrowRight", 2, 1), ("ArrowLeft", 1, 2),
             ("ArrowUp", 1, 1), ("ArrowUp", 1, 0), ("ArrowUp", 1, 0), ("ArrowLeft", 0, 0),
             ("ArrowLeft", 0, 0), ("Home", 0, 0), ("ArrowRight", 1, 1), ("ArrowRight", 2, 0),
             ("ArrowRight", 3, 0), ("ArrowRight", 3, 0), ("ArrowDown", 3, 0)]  # fmt: skip
    for key, layer, at in steps:
        is_prevented = value(
            "fire(document.activeElement, 'keydown', { key: argument }).isPrevented", key
        )
        assert is_prevented is key.startswith("Arrow")
        assert value("t.diagram.hovered") == {"layer": layer, "at": at}
        order = value("t.diagram.columns.map(all => all.map(({ button }) => button.tabIndex))")
        assert order[layer][at] == 0 and sorted(itertools.chain(*order)) == [-1] * 8 + [0]


def test_another_network_forgets_what_was_pointed_at(diagram):
    run, value = diagram
    run("t.diagram._choose({ layer: 1, at: 1 }); t.diagram._hover({ layer: 2, at: 0 })")
    run("t.change({ hidden: [2] })")
    assert value("[t.diagram.chosen, t.diagram.hovered]") == [None, None]
    assert value("t.diagram.neurons.children.length") == 2 + 2 + 1
    assert value("t.diagram.lines.children.length") == 4 + 2 + 1  # and the names


@pytest.mark.parametrize("cells", [24, 48])
def test_answers_are_those_from_edge_to_edge_row_by_row_from_the_top(train, cells):
    _, value = train()
    across, down = value(
        """import(argument[0]).then(({ answersOf }) =>
          answersOf({ answers: grid => grid }, undefined, argument[1]).map(row => [...row]))""",
        [f"{FOLDER}/plane.js", cells],
    )
    steps = [-2 + 4 * at / (cells - 1) for at in range(cells)]
    assert across == pytest.approx(steps * cells)
    assert down == pytest.approx([-y for y in steps for _ in steps])


def test_a_plane_is_enlarged_so_that_the_outer_cells_are_cut_in_half(train):
    _, value = train()
    name, *box = value(
        "[t.run.plane.brush.calls.at(-1).name,"
        " ...t.run.plane.brush.calls.find(one => one.name === 'drawImage').what.slice(1)]"
    )
    side = 704 / 47
    assert name == "fill"
    assert box == pytest.approx([-side / 2, -side / 2, 704 + side, 704 + side])
    *at, width, height = value(
        "(({ what }) => [...what.slice(3), what[0], what[1]])(t.run.plane.small.calls[0])"
    )
    assert (at, width, height) == ([0, 0], 48, 48)


@pytest.mark.parametrize(
    ("width", "height", "is_drawn"),
    [(138, 48, True), (137, 48, False), (138, 47, False), (0, 0, False)],
)
def test_curves_are_drawn_where_there_is_room(train, width, height, is_drawn):
    run, value = train()
    run("t.curves.area.watcher.changed([{ contentRect: argument }])",
        {"width": width, "height": height})  # fmt: skip
    assert (value("t.curves.picture.children.length") > 0) is is_drawn


@pytest.mark.parametrize("epochs", [1, 400, 401, 1200, 1201])
def test_long_curves_are_drawn_with_every_so_many_epochs(train, epochs):
    run, value = train()
    run(
        """t.training.history = Array.from({ length: argument }, () => t.training.score);
        t.training.steps = (argument - 1) * t.training.perEpoch + 1""",
        epochs,
    )
    run(ROOM)
    points = value("t.curves.picture.querySelector('polyline.loss').getAttribute('points')")
    found = [float(each.split(",")[0]) for each in points.split()]
    per_epoch = value("t.training.perEpoch")
    steps = (epochs - 1) * per_epoch + 1
    every = math.ceil(epochs / 400)
    at = [epoch * per_epoch for epoch in range(0, epochs, every)] + [steps]
    wide = 480 - 46 - 46
    assert found == pytest.approx([wide * one / max(steps, 10) for one in at], abs=0.051)


@pytest.mark.parametrize(("batch", "per_epoch"), [("1", 40), ("20", 2), ("50", 1), ("0", 1)])
def test_an_epoch_has_as_many_steps_as_go_through_all_points(train, batch, per_epoch):
    run, value = train(batch=batch)
    assert value("t.training.perEpoch") == per_epoch
    run("t.training.advance(argument)", 2 * per_epoch)
    assert value("t.training.history.length") == 3
    figures = "t.run.words.querySelectorAll('b').map(one => one.textContent)"
    run("t.show()")
    assert value(figures)[:2] == [str(2 * per_epoch), "2"]
