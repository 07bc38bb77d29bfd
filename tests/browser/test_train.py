"""The playground's training: everything shows one step, and the numbers are Python's."""

from __future__ import annotations

import contextlib
import io
import re
from itertools import pairwise

import numpy as np
import pytest
from played_page import SCREENS, Visit, serious_faults

from chainrule import nn

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

LOSS = "binary_cross_entropy"
STEPS = {"moons": 400, "circles": 300, "spiral": 1000, "xor": 200}
"""After so many steps each data set is learned, with the settings that the page begins with."""


def training(made, code):
    """Evaluate an expression in which `t` is the training and `u` its view."""
    return made.run(f"(() => {{ const u = p.train; const t = u.training; return {code}; }})()")


def wait(made, code):
    made.page.wait_for_function(
        "() => { const u = document.querySelector('#play')?.playground?.train;"
        f"const t = u?.training; return t && ({code}); }}",
        timeout=60_000,
    )
    made.settle()


def press(made, name):
    made.page.locator(".run").get_by_role("button", name=name, exact=True).click()


def parameters(data, steps, hidden=(6, 6), activation="tanh", seed=1, rate=0.3):
    """A network trained by hand, step by step, with batches of ten."""
    X, y = getattr(nn.datasets, data)()
    model = nn.MLP(2, [*hidden, 1], activation=activation, init="xavier", seed=seed)
    for step in range(steps):
        rows = [(10 * step + k) % len(X) for k in range(10)]
        loss = nn.losses.mean(LOSS, [model(x) for x in X[rows].tolist()], y[rows].tolist())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= rate * p.grad
    return model.parameters()


@pytest.mark.parametrize("data", STEPS)
def test_every_data_set_is_learned(visit, data):
    made = visit("file", more=f"#train={data}")
    accuracies = training(
        made, f"(t.advance({STEPS[data]}), t.history.map(({{ accuracy }}) => accuracy))"
    )
    assert max(accuracies) >= 0.95
    assert accuracies[-1] >= 0.94, "and stays so, but for a few points"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_everything_shows_the_same_step(visit, motion):
    made = visit("file", more="#train=spiral", motion=motion)
    press(made, "Start")
    seen = made.page.evaluate(
        """() => new Promise(done => {
          const seen = [];
          const end = performance.now() + 1500;
          const look = () => {
            const parts = [...document.querySelectorAll('[data-step]')];
            seen.push([...parts.map(part => part.dataset.step),
                       document.querySelector('.far b').textContent.replace(',', '')]);
            if (performance.now() < end) requestAnimationFrame(look); else done(seen);
          };
          look();
        })"""
    )
    assert all(len(row) == 4 and len(set(row)) == 1 for row in seen)
    steps = [int(row[0]) for row in seen]
    assert steps == sorted(steps) and steps[-1] > 10
    assert len(set(steps)) <= 5 or motion != "reduce", "pictures rest where motion isn't wanted"
    press(made, "Pause")
    count, shown = training(made, "[t.steps, Number(u.run.element.dataset.step)]")
    assert count == shown
    made.settle()
    assert training(made, "t.steps") == count
    first, last, points = training(
        made, "[t.history[0].loss, t.score.loss, document.querySelector('polyline.loss')"
        ".getAttribute('points').split(' ').length]"
    )  # fmt: skip
    assert last < first and points >= count // 20


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_set_up_train_step_reload_and_reset(visit, screen):
    made = visit(screen=screen)
    page = made.page
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".set", has_text="Circles").click()
    page.get_by_role("button", name="Remove the last hidden layer").click()
    page.get_by_label("Layer 1", exact=True).select_option("5")
    page.get_by_label("Activation").select_option("relu")
    page.get_by_label("Seed for the weights").fill("42")
    page.get_by_label("Seed for the weights").press("Enter")
    settings = {"data": "circles", "hidden": [5], "activation": "relu", "rates": [[0, 0.3]],
                "batch": 10, "seed": 42}  # fmt: skip
    assert training(made, "t.settings") == settings
    for _ in range(3):
        press(made, "Step")
    expected = [p.data for p in parameters("circles", 3, [5], "relu", 42)]
    assert training(made, "[...t.network.numbers]") == pytest.approx(expected, rel=0, abs=1e-12)
    press(made, "Start")
    wait(made, "t.steps > 30")
    press(made, "Pause")
    before = training(made, "[t.settings, t.steps, [...t.network.numbers], t.score]")
    made.wait_for_hash()
    page.reload()
    wait(made, f"!u.isRunning && t.steps === {before[1]}")
    assert training(made, "[t.settings, t.steps, [...t.network.numbers], t.score]") == before
    press(made, "Reset")
    assert training(made, "[t.steps, t.settings]") == [0, settings]
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]
    page.get_by_role("button", name="Graph", exact=True).click()
    page.wait_for_selector(".picture")
    assert page.locator("main").count() == 1
    page.get_by_role("button", name="Train", exact=True).click()
    assert training(made, "t.settings") == settings, "a view stays as it was left"


@pytest.mark.parametrize("speed, steps", [("slow", 10), ("middle", 150)])
def test_a_training_takes_as_many_steps_a_second_as_it_says(visit, speed, steps):
    made = visit("file", more="#train=xor", motion="no-preference")
    made.page.get_by_label("Speed").select_option(speed)
    made.stop_clock()
    press(made, "Start")
    made.page.clock.run_for(20)
    assert 1 <= training(made, "t.steps") <= 1 + steps * 0.02, "the first step is taken at once"
    made.page.clock.run_for(1000 - 20)
    for seconds in (1, 2):
        found = training(made, "[t.steps, Number(u.run.element.dataset.step)]")
        assert found[0] == pytest.approx(1 + steps * seconds, abs=max(1, steps / 50))
        assert found[1] == pytest.approx(found[0], abs=steps / 50), "a frame is shown at once"
        made.page.clock.run_for(1000)
    press(made, "Pause")


def test_layers_and_seeds_at_their_ends(visit):
    made = visit("file", more="#train=xor&layers=")
    more = made.page.get_by_role("button", name="Add a hidden layer")
    fewer = made.page.get_by_role("button", name="Remove the last hidden layer")
    assert fewer.is_disabled() and made.page.get_by_label("Activation").is_disabled()
    more.click()
    assert training(made, "t.settings.hidden") == [4]
    layer = made.page.get_by_label("Layer 1", exact=True)
    layer.focus()
    layer.select_option("8")
    assert made.page.evaluate("document.activeElement.id") == "layer-1"
    for count in (2, 3, 4):
        assert more.is_enabled()
        more.press("Enter")
        assert training(made, "t.settings.hidden") == [8] * count
        assert made.page.evaluate("document.activeElement.id") == "more" or count == 4
    assert more.is_disabled()
    fewer.press("Enter")
    assert training(made, "t.settings.hidden") == [8] * 3
    assert made.page.evaluate("document.activeElement.id") == "fewer"
    seed = made.page.get_by_label("Seed for the weights")
    following = made.page.get_by_role("button", name="Next", exact=True)
    for text, expected in ((str(2**32 - 2), 2**32 - 1), (None, 0), (None, 1), ("-1", 1)):
        if text:
            seed.fill(text)
            seed.press("Enter")
        if text != "-1":
            following.click()
        assert training(made, "t.settings.seed") == expected
    assert seed.get_attribute("aria-invalid") == "true"


def test_the_learning_rate_changes_on_the_way(visit):
    made = visit("file", more="#train=moons")
    press(made, "Step")
    made.page.get_by_label("Learning rate").press("ArrowLeft")
    press(made, "Step")
    assert training(made, "t.settings.rates") == [[0, 0.3], [1, 0.282]]
    made.wait_for_hash()
    before = training(made, "[...t.network.numbers]")
    made.page.reload()
    wait(made, "t.steps === 2 && !u.isRunning")
    assert training(made, "[...t.network.numbers]") == before


@pytest.mark.parametrize(
    "more",
    ["train", "train=", "train=__proto__", "train=constructor&layers=__proto__",
     "train=moons&layers=99", "train=moons&layers=1,2,3,4,5", "train=moons&layers=0",
     "train=moons&layers=-1", "train=moons&rate=nan", "train=moons&rate=-1",
     "train=moons&rate=0.3,0.1@5,0.2@3", "train=moons&rate=0.3@7", "train=moons&steps=1e9",
     "train=moons&steps=-3", "train=moons&seed=4294967296", "train=moons&seed=1.5",
     "train=moons&batch=7", "train=moons&batch=x", "train=moons&activation=toString",
     "train=%3Cscript%3E&layers=%3Cb%3E"],
)  # fmt: skip
def test_a_damaged_link_trains_what_it_can(visit, more):
    made = visit("file", more=f"#{more}")
    assert training(made, "[t.settings, t.steps]") == [
        {"data": "moons", "hidden": [6, 6], "activation": "tanh", "rates": [[0, 0.3]], "batch": 10,
         "seed": 1}, 0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "more",
    ["moons", "circles&steps=37", "spiral&layers=4,3&activation=sigmoid&steps=40&seed=7",
     "xor&layers=&batch=0&steps=12", "moons&rate=0.3,0.1@15,0.05@29&steps=45&batch=20",
     "circles&rate=0.5,0.25@5&batch=1&steps=207", "xor&layers=8,8,8,8&activation=gelu&steps=5"],
)  # fmt: skip
def test_the_cell_makes_the_same_numbers(visit, more):
    made = visit("file", more=f"#train={more}")
    steps = int((re.search(r"steps=(\d+)", more) or "00")[1])
    wait(made, f"!u.isRunning && t.steps === {steps}")
    made.page.locator(".train .code").get_by_role("button", name="Copy").click()
    made.page.locator(".train .copied").get_by_text("Copied").wait_for()
    cell = made.page.evaluate("navigator.clipboard.readText()")
    space, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(cell, space)
    numbers = training(made, "[...t.network.numbers]")
    found = [p.data for p in space["net"].parameters()]
    assert found == pytest.approx(numbers, rel=0, abs=1e-12)
    loss, accuracy = map(float, printed.getvalue().split())
    said = re.search(r"#(?: the page: )? *(\S+) (\S+)$", cell, re.MULTILINE)
    assert [loss, accuracy] == pytest.approx([*map(float, said.groups())], rel=0, abs=1e-12)


def test_a_pointer_and_a_key_tell_numbers_and_gradients(visit):
    made = visit("file", more="#train=xor&steps=20")
    wait(made, "t.steps === 20 && !u.isRunning")
    model = nn.MLP(2, [6, 6, 1], activation="tanh", init="xavier", seed=1)
    for own, p in zip(model.parameters(), parameters("xor", 20), strict=True):
        own.data = p.data
    X, y = nn.datasets.xor()
    nn.losses.mean(LOSS, [model(x) for x in X.tolist()], y.tolist()).backward()

    def numbers():
        texts = made.page.locator(".detail output").all_inner_texts()
        return [float(text.replace("−", "-")) for text in texts]

    def expected(*parts):
        return pytest.approx([x for p in parts for x in (p.data, p.grad)], abs=6e-5)

    ends = made.run("p.train.diagram._ends(p.train.diagram.weights[1])")
    area = made.page.locator(".net")
    x, y = ((ends["x1"] + 3 * ends["x2"]) / 4, (ends["y1"] + 3 * ends["y2"]) / 4)
    area.hover(position={"x": x, "y": y})
    assert made.page.locator(".subject").inner_text() == "From x2 to neuron 1 of layer 1"
    first = model.layers[0].neurons[0]
    assert numbers() == expected(first.w[1])
    made.page.mouse.move(5, 5)
    assert numbers() == []
    area.click(position={"x": x, "y": y})
    made.page.mouse.move(5, 5)
    assert numbers() == expected(first.w[1]), "what was clicked stays"
    area.click(position={"x": x, "y": y})

    made.page.locator(".neuron[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"):
        made.page.keyboard.press(key)
    assert made.page.evaluate("document.activeElement.ariaLabel") == "neuron 1 of layer 1"
    assert numbers() == expected(*first.w, first.b)
    made.page.keyboard.press("Enter")
    made.page.evaluate("document.activeElement.blur()")
    assert numbers() == expected(*first.w, first.b), "what a key chose stays"
    made.page.locator(".neuron[tabindex='0']").focus()
    made.page.keyboard.press("Enter")
    made.page.evaluate("document.activeElement.blur()")
    assert numbers() == []
    made.page.locator(".neuron[tabindex='0']").focus()
    for _ in range(3):
        made.page.keyboard.press("ArrowRight")
    assert made.page.evaluate("document.activeElement.ariaLabel") == "the output"
    last = model.layers[-1].neurons[0]
    assert numbers() == expected(*last.w, last.b)
    press(made, "Step")
    made.page.locator(".neuron[tabindex='0']").focus()
    assert numbers()[0] != pytest.approx(last.w[0].data, abs=1e-9), "it follows the training"


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[2]], ids=str)
@pytest.mark.parametrize("layers", ["8,8,8,8", "1", "3,8"])
def test_neurons_stand_apart_and_in_the_middle(visit, screen, layers):
    made = visit("file", screen, more=f"#train=moons&layers={layers}")
    wait(made, "u.diagram.side > 0")
    width, height, columns = made.page.evaluate(
        """() => {
          const { diagram } = document.querySelector('#play').playground.train;
          return [diagram.size.width, diagram.size.height, diagram.columns.map(column =>
            column.map(({ button }) => ['offsetLeft', 'offsetTop', 'offsetWidth', 'offsetHeight']
              .map(name => button[name])))];
        }"""
    )
    across = [column[0][0] + column[0][2] / 2 for column in columns]
    step = width / len(columns)
    assert across == pytest.approx([step * (at + 0.5) for at in range(len(columns))], abs=1)
    for column in columns:
        for (_, y, _, high), (_, below, _, _) in pairwise(column):
            assert below >= y + high, "one lies on another"
        top, bottom = column[0][1], column[-1][1] + column[-1][3]
        assert top >= 0 and bottom <= height
        assert abs(top - (height - 24 - bottom)) <= 1, "the names stand below, 24 pixels high"


def test_a_weight_is_a_line_as_wide_as_it_is_large(visit):
    made = visit("file", more="#train=moons&layers=3,2&steps=50")
    wait(made, "t.steps === 50 && u.diagram.side > 0")
    side, neurons, weights, names = made.page.evaluate(
        """() => {
          const { diagram, training } = document.querySelector('#play').playground.train;
          return [diagram.side, diagram.columns.map(column => column.map(({ x, y }) => [x, y])),
            diagram.weights.map(({ layer, from, to, at, line }) => [layer, from, to,
              training.network.numbers[at], ['x1', 'y1', 'x2', 'y2'].map(name =>
                Number(line.getAttribute(name))), parseFloat(line.style.strokeWidth),
              line.getAttribute('class'), Number(line.style.opacity)]),
            [...diagram.names.children].map(text => [text.textContent,
              Number(text.getAttribute('x')), Number(text.getAttribute('y'))])];
        }"""
    )
    assert len(weights) == 2 * 3 + 3 * 2 + 2
    for layer, start, end, number, (x1, y1, x2, y2), wide, kind, opacity in weights:
        (x, y), (beyond, below) = neurons[layer - 1][start], neurons[layer][end]
        assert [x1, y1, x2, y2] == pytest.approx([x + side / 2, y, beyond - side / 2, below])
        share = min(1, abs(number) / 4)
        assert wide == pytest.approx(0.6 + 6.4 * share, abs=1e-3)
        assert opacity == pytest.approx(0.25 + 0.65 * share**0.5, abs=1e-3)
        assert kind == ("below" if number < 0 else "above")
    assert [name for name, *_ in names] == ["x1", "x2", "inputs", "layer 1", "layer 2", "output"]
    for (_, x, y), (near, at) in zip(names, neurons[0]):
        assert x < near - side / 2 and y == pytest.approx(at + 4)
    assert [x for _, x, _ in names[2:]] == pytest.approx([column[0][0] for column in neurons])
    assert all(y > max(at for _, at in column) + side / 2 for column, (_, _, y) in
               zip(neurons, names[2:]))  # fmt: skip


def test_the_arrow_keys_go_to_the_neuron_that_is_nearest(visit):
    made = visit("file", more="#train=moons&layers=4,3")
    wait(made, "u.diagram.side > 0")
    made.page.locator(".neuron[tabindex='0']").focus()
    names = []
    keys = "ArrowLeft ArrowUp ArrowDown ArrowDown ArrowRight ArrowDown ArrowDown"
    for key in f"{keys} ArrowRight ArrowUp ArrowRight ArrowLeft x".split():
        made.page.keyboard.press(key)
        names.append(made.page.evaluate("document.activeElement.ariaLabel"))
    assert names == [
        "x1", "x1", "x2", "x2", "neuron 3 of layer 1", "neuron 4 of layer 1",
        "neuron 4 of layer 1", "neuron 3 of layer 2", "neuron 2 of layer 2",
        "the output", "neuron 2 of layer 2", "neuron 2 of layer 2",
    ]  # fmt: skip
    assert made.page.locator(".neuron[tabindex='0']").count() == 1


def test_the_curves_end_at_the_numbers_on_their_axes(visit):
    made = visit("file", more="#train=circles&steps=60")
    wait(made, "t.steps === 60")
    area = made.page.locator(".curves .curve-area")
    size = area.evaluate("({ clientWidth, clientHeight }) => [clientWidth, clientHeight]")
    seen = area.locator("> svg").get_attribute("viewBox").split()
    assert [float(x) for x in seen] == pytest.approx([0, 0, *size], abs=0.5)
    across, losses, shares, *ends = made.page.locator(".curves .curve-area svg").first.evaluate(
        """picture => {
          const texts = [...picture.querySelectorAll('text')].map(each => [each.textContent,
            ...['x', 'y'].map(name => Number(each.getAttribute(name))),
            each.getAttribute('text-anchor')]);
          const of = anchor => texts.filter(each => each[3] === anchor).map(([text, x, y]) =>
            [parseFloat(text.replace('%', '')), anchor === 'middle' ? x : y - 4]);
          const box = picture.querySelector('.window');
          const ends = ['loss', 'accuracy'].map(name =>
            ['cx', 'cy'].map(at => Number(box.querySelector(`circle.${name}`).getAttribute(at))
              + Number(box.getAttribute(at[1]))));
          return [of('middle'), of('end'), of('start'), ...ends];
        }"""
    )
    now = training(made, "[t.steps, t.score.loss, 100 * t.score.accuracy]")
    for ticks, number, where in [
        (across, now[0], ends[0][0]), (losses, now[1], ends[0][1]),
        (across, now[0], ends[1][0]), (shares, now[2], ends[1][1]),
    ]:  # fmt: skip
        (first, start), (last, end) = ticks[0], ticks[-1]
        assert len(ticks) >= 3
        for tick, at in ticks:
            assert at == pytest.approx(start + (tick - first) / (last - first) * (end - start))
        assert where == pytest.approx(
            start + (number - first) / (last - first) * (end - start), abs=0.2
        )


def test_a_finger_tells_them_too(visit):
    made = visit("file", SCREENS[2], "#train=moons")
    made.page.locator(".neuron").nth(3).tap()
    assert "Neuron 2 of layer 1" in made.page.locator(".subject").inner_text()
    small = made.page.evaluate(
        "[...document.querySelectorAll('button, input, select, summary')]"
        ".filter(x => x.offsetParent && x.getBoundingClientRect().height <"
        " (x.matches('.neuron') ? 24 : 44)).map(x => x.outerHTML.slice(0, 80))"
    )
    assert small == []


@pytest.mark.parametrize("kind", ["static", "file"])
def test_a_saved_page_opens_at_the_same_step(visit, kind, tmp_path):
    made = visit(kind, more="#train=circles&steps=25")
    wait(made, "t.steps === 25 && !u.isRunning")
    made.page.locator(".menu summary").click()
    assert made.page.locator(".choices button:visible").all_inner_texts() == ["HTML page"]
    with made.page.expect_download() as waiting:
        made.page.get_by_role("button", name="HTML page").click()
    waiting.value.save_as(tmp_path / "saved.html")
    page = made.page.context.new_page()
    page.goto(f"file://{tmp_path / 'saved.html'}")
    saved = Visit(page)
    wait(saved, "t.steps === 25 && !u.isRunning")
    numbers = "[...t.network.numbers]"
    assert training(saved, numbers) == training(made, numbers)


def test_a_rate_that_is_too_large_is_said(visit):
    made = visit("file", more="#train=xor")
    press(made, "Step")
    training(made, "t.network.numbers.fill(1e308)")
    press(made, "Start")
    wait(made, "t.hasDiverged && !u.isRunning")
    assert "choose a smaller one" in made.page.locator(".run .message").inner_text()
    press(made, "Start")
    assert not training(made, "u.isRunning")
    press(made, "Reset")
    assert not made.page.locator(".run .message").is_visible()


def test_what_there_is_to_choose(visit):
    made = visit("file", more="#train=moons")
    choices = {
        "Points per step": ["1", "5", "10", "20", "50", "all"],
        "Activation": ["tanh", "relu", "sigmoid", "gelu", "silu", "softplus", "sin"],
        "Layer 1": ["1 neuron", *(f"{count} neurons" for count in range(2, 9))],
        "Speed": ["10 steps/s", "150 steps/s", "full speed"],
    }
    for name, words in choices.items():
        assert made.page.get_by_label(name).locator("option").all_text_contents() == words


@pytest.mark.parametrize("width", [1280, 1000, 390, 320])
def test_each_number_of_a_neuron_is_whole(visit, width):
    made = visit("file", (width, 800, "light"), more="#train=moons&steps=1")
    wait(made, "t.steps === 1 && !u.isRunning")
    training(
        made,
        "(t.network.numbers.forEach((_, at, all) => { all[at] ="
        " [-3.218e-5, -1.234e-105, 12345.678, NaN, -Infinity][at % 5]; }),"
        " t.network.differentiate = () => t.network.gradient.fill(-1.234e-105),"
        " u.diagram.chosen = { layer: 2, at: 2 }, u.diagram.show())",
    )
    boxes = made.page.locator(".detail li > *").evaluate_all(
        "all => all.map(one => { const { left, right } = one.getBoundingClientRect();"
        " const range = document.createRange(); range.selectNodeContents(one);"
        " const words = range.getBoundingClientRect();"
        " return [words.left, words.right, left, right]; })"
    )
    assert len(boxes) == 4 * 7
    for left, right, start, end in boxes:
        assert start - 1 <= left and right <= end + 1, "the number stays in its column"
    detail = made.page.locator(".detail")
    assert detail.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_what_is_said_aloud_is_little(visit):
    made = visit("file", more="#train=spiral")
    live = made.page.locator(".train > .unseen")
    made.page.evaluate(
        "() => { window.said = []; new MutationObserver(() => said.push(document"
        ".querySelector('.train > .unseen').textContent))"
        ".observe(document.querySelector('.train > .unseen'), { childList: true }); }"
    )
    press(made, "Start")
    made.page.wait_for_timeout(1500)
    press(made, "Pause")
    assert made.page.evaluate("said.length") == 2
    assert re.fullmatch(r"[\d,]+ steps, loss [\d.]+, accuracy [\d.]+ %\.", live.inner_text())
    made.stop_clock()
    press(made, "Start")
    made.page.clock.run_for(9_000)
    assert made.page.evaluate("said.length") == 3
    made.page.clock.run_for(2_000)
    assert made.page.evaluate("said.length") == 4


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_axe_finds_nothing_serious(visit, screen):
    made = visit("file", screen, "#train=moons&steps=60")
    wait(made, "t.steps === 60 && !u.isRunning")
    assert serious_faults(made.page) == []
    made.page.locator(".neuron").nth(9).focus()
    press(made, "Start")
    assert serious_faults(made.page) == []
    press(made, "Pause")
    made.page.get_by_role("button", name="Remove the last hidden layer").click()
    made.page.get_by_role("button", name="Remove the last hidden layer").click()
    assert made.page.get_by_label("Activation").is_disabled()
    assert serious_faults(made.page) == []


def test_the_theme_colours_the_plane_anew(visit):
    made = visit("file", more="#train=moons&steps=20")
    wait(made, "t.steps === 20 && !u.isRunning")
    picture = "document.querySelector('.run canvas').toDataURL()"
    light = made.page.evaluate(picture)
    made.page.get_by_role("button", name="Light or dark").click()
    assert made.page.evaluate(picture) != light


def test_each_colour_of_the_plane_lies_between_the_ground_and_a_class(visit):
    made = visit("file", more="#train=moons&steps=20")
    wait(made, "t.steps === 20 && !u.isRunning")
    names = ("--ground", "--class-1", "--class-2")
    read = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
    ground, *classes = (
        np.array([int(made.page.evaluate(read, name)[at : at + 2], 16) for at in (1, 3, 5)])
        for name in names
    )
    pixels = np.array(training(made, "[...u.run.plane.picture.data]")).reshape(-1, 4)
    cells, opacity = pixels[:, :3], pixels[:, 3]
    assert (opacity == 255).all()
    towards = np.array([0.06, 0.56])[:, None, None]  # the faintest share, and the strongest
    ends = [np.sort(ground + towards * (one - ground), axis=0) for one in classes]
    fits = [((cells >= end[0] - 1) & (cells <= end[1] + 1)).all(axis=1) for end in ends]
    assert np.logical_or(*fits).all()
    assert all(map(np.any, fits))
