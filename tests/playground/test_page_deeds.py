"""The playground's page in Node, deed by deed, as changes of its whole markup in golden files."""

from __future__ import annotations

import itertools
import json

import pytest
from page_deeds import FILES, PYTHON, Deeds, answer_with, forget

from chainrule.playground import page
from chainrule.playground.answer import answer

pytestmark = pytest.mark.once

LINES = """\
x = 2.0
w = -3.0
y = x*w + 1
L = tanh(y)**2
"""
OTHER = """\
x = 2.0
w = 0.5
L = x*w
"""
WRONG = "x = 2\nL = x +"
EXAMPLES = (LINES, "a = 1.5\nb = 2.0\nc = a*b\n")

SEEN = """(() => {
  const { app } = globalThis.p;
  const nodes = app ? app.graph.nodes.map(({ label, data, hand, index }) =>
    `${label || index}: ${data} ${app.graph.shown(index)} ${hand ? hand.value : ""}`) : [];
  const parts = new URLSearchParams(location.hash);
  parts.delete("view");
  return [`${document.title} ${parts}`, ...page.clipboard, ...page.storage.values(),
    markup(globalThis.host), focus(), `asked ${page.answers.asked} times`,
    ...page.workers.map(worker => worker.text),
    `${app?.memory.history.at} to undo ${app?.toolbar.undo.disabled}`,
    ...nodes.map(rounded)].join("\\n");
})()"""


@pytest.fixture(scope="module")
def content():
    """Two examples, two data sets of six points, and the words of the page."""
    names = ("neuron", "slope")
    examples = [
        {"name": name, "plot": text[0], "answer": answer(text)}
        for name, text in zip(names, EXAMPLES, strict=True)
    ]
    sets = {name: rows[:3] + rows[-3:] for name, rows in json.loads(page._sets()).items()}
    return {"examples": examples, "sets": sets, "words": json.loads(page._words())}


class Player(Deeds):
    """Plays on the page, and writes down what it shows anew after each deed."""

    def __init__(self, modules, content, settings, hash_):
        super().__init__(modules, "", SEEN)
        self.open(
            """location.hash = argument[2];
            globalThis.p = new playground.Playground(argument[0], argument[1], host);
            p.begin()""",
            [content, {"isServed": True, "python": None, "language": None, **settings}, hash_],
        )

    def type(self, text, until="true"):
        self.give("#lines", text, "input")
        self.wait(350, until)


@pytest.fixture
def player(modules, content):
    """Opens the playground, in a new document, where a server knows three texts."""
    refusal = {"error": "line 2 ends too early", "remedy": "write what is added"}
    replies = {text: json.loads(json.dumps(answer(text))) for text in (LINES, OTHER)}
    forget(modules)
    answer_with(
        modules,
        [({"text": text}, reply) for text, reply in [*replies.items(), (WRONG, refusal)]],
    )
    yield lambda hash_="", **settings: Player(modules, content, settings, hash_)
    forget(modules)


def test_lines_and_inputs(player, golden):
    seen = player(course="course.html")
    seen.give(".inputs .slider", "1.5", "input")
    seen.give(".inputs .slider", "-1", "input")
    seen.give(".inputs .slider", "-1")
    seen.wait(250)
    for text in ("x", "30", "1e-7", "-123456789", "0.1", "1e400"):
        seen.give('.inputs li input[inputmode="decimal"]', text)
    for kind, x in (
        ("move", 300), ("down", 300), ("move", 250), ("move", 900), ("up", 60), ("lost", 60),
    ):  # fmt: skip
        event = {"lost": "lostpointercapture"}.get(kind, f"pointer{kind}")
        seen.see(
            f"{event} at {x} on the curve",
            "fire(p.curve.area, argument[0], argument[1])",
            [event, {"clientX": x, "pointerId": 3, "button": 0}],
        )
    seen.see(
        "the other button is pressed on the curve",
        "fire(p.curve.area, 'pointerdown', { clientX: 99, pointerId: 4, button: 2 })",
    )
    seen.see("w is chosen", "p.inputs.rows[1].curve.click()")
    seen.see("x is chosen", "p.curve.select.value = 'x'; fire(p.curve.select, 'change')")
    seen.type(WRONG)
    seen.type(OTHER)
    seen.type("nothing")
    seen.see(
        "Ctrl+Enter is pressed",
        "p.editor.area.value = argument;"
        "fire(p.editor.area, 'keydown', { key: 'Enter', ctrlKey: true })",
        LINES,
    )
    seen.give("#example", "1")
    seen.give("#example", "")
    golden("playground/lines.txt", seen.text)


def test_code_and_links(player, golden):
    seen = player()
    for kind in ("PyTorch", "LaTeX", "Copy", "Python", "Copy"):
        seen.click(kind)
    seen.see("x is 5", "p.change(p.inputs.rows[0].index, 5, false)")
    seen.click("Copy link")
    seen.wait(2500)
    seen.see(
        "copying fails",
        "navigator.clipboard = { writeText: async () => { throw new Error(); } };"
        "p.code._copy(); p.copyLink()",
    )
    seen.wait(2500)
    seen.see(
        "a gradient is set",
        "p.app.setByHand(p.inputs.rows[0].index, { value: -1e-9, text: '-1e-9' })",
    )
    for number in ("Infinity", "1e21", "NaN"):
        seen.see(f"x is {number}", f"p.change(p.inputs.rows[0].index, {number}, false)")
    seen.see("practice begins", "practising.togglePractice(p.app)")
    seen.see("nothing is moved in practice", "p.change(p.inputs.rows[0].index, 3, true)")
    seen.click("LaTeX")
    seen.click("Python")
    seen.see("practice ends", "practising.togglePractice(p.app)")
    golden("playground/code.txt", seen.text)


def test_the_address_the_theme_and_the_language(player, golden):
    seen = player("#code=x+%3D+1%0AL+%3D+x%0A&plot=x", course="course.html")
    seen.see(
        "other lines are in the address",
        "location.hash = new URLSearchParams({ code: argument, plot: 'w', view: '' });"
        "window.hear({ type: 'hashchange' })",
        EXAMPLES[1],
    )
    seen.see("and nothing", "location.hash = ''; window.hear({ type: 'hashchange' })")
    seen.give(".inputs .slider", "1.25")
    seen.wait(250)
    seen.click("Light or dark")
    seen.see(
        "the reader likes it dark", "page.media.matches = true; page.media.hear({ type: 'change' })"
    )
    seen.see("the menu is open", "p.head.menu.open = true; fire(p.head.menu, 'click')")
    seen.see("the page is clicked", "fire(p.main, 'click')")
    seen.give("#lines", OTHER, "input")
    seen.give("select.language", "de")
    seen.click("Training")
    seen.give("select.language", "en")
    seen.click("Graph")
    seen.see(
        "the other page spoke German",
        "page.storage.set('chainrule-language', 'de');"
        "window.hear({ type: 'pageshow', persisted: false })",
    )
    seen.see("and this one is shown again", "window.hear({ type: 'pageshow', persisted: true })")
    golden("playground/address.txt", seen.text)


def test_lines_that_were_read_at_once_are_not_read_again(modules, player):
    seen = player()
    seen.give("#lines", OTHER, "input")
    modules.run("fire(p.editor.area, 'keydown', { key: 'Enter', metaKey: true }); return settle()")
    assert modules.value("[p.answer.text, page.passTime(350)]") == [OTHER, 0]


def test_a_moved_input_stays_where_it_is_unless_its_own_line_changes(modules, player):
    seen = player()
    modules.run("for (const row of p.inputs.rows) p.change(row.index, 5, false)")
    seen.type(OTHER)
    numbers = "p.app.graph.nodes.filter(n => n.kind === 'leaf').map(n => [n.label, n.data])"
    assert modules.value(numbers) == [["x", 5], ["w", 0.5]]
    assert modules.value("[p.app.toolbar.undo.disabled, p.app.graph.isChanged(1)]") == [
        False,
        False,
    ]
    seen.give(".inputs .slider", "2")
    assert modules.value(numbers) == [["x", 2], ["w", 0.5]]


def test_dragging_stops_a_pass_and_is_followed_in_the_next_frame(modules, player):
    player()
    modules.run("p.app.player.playOrPause(); page.frames.length = 0; p.frame = 0")
    modules.run("p._dragCurve(0.5, true); p._dragCurve(0.75, true)")
    assert modules.value("[p.app.player.timer, page.frames.length]") == [None, 1]
    modules.run("page.passFrames()")
    assert modules.value("p.inputs.rows[0].field.value") == "0.75"
    modules.run("p.choose('w')")
    assert modules.value("page.frames.length") == 1
    modules.run("page.passFrames()")
    assert modules.value("p.inputs.rows[1].curve.getAttribute('aria-pressed')") == "true"


def test_the_address_is_written_once_and_a_copied_link_at_once(modules, player):
    player()
    modules.run("page.passFrames(); page.timers.clear()")
    modules.run("for (const x of [1, 2, 3]) p.change(0, x, true); page.passFrames()")
    assert modules.value("page.passTime(250)") == 1
    before = modules.value("location.hash")
    modules.run("p.change(0, 4, true); page.passFrames(); p.copyLink(); return settle()")
    assert modules.value("[page.passTime(250), page.clipboard.length]") == [0, 1]
    assert modules.value("location.hash") != before


def test_the_page_itself_is_dark_or_light(modules, player):
    player()
    is_dark = "[document.documentElement.classes.includes('dark'), p.app.isDark]"
    for expected in (True, False):
        modules.run("p.turnTheme()")
        assert modules.value(is_dark) == [expected, expected]


def test_another_language_stops_and_goes_on_with_a_training(modules, player):
    seen = player("#train")
    seen.click("Start")
    modules.run("globalThis.left = p.train")
    modules.run("p.speak('de'); return settle()")
    assert modules.value("[left.isRunning, p.train.isRunning, left === p.train]") == [
        False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("languages", "spoken"),
    [
        (["de-AT", "en"], "de"),
        (["de"], "de"),
        (["fr-FR", "de-DE"], "de"),
        (["fr"], "en"),
        ([], "en"),
    ],
)
def test_the_page_speaks_a_language_of_the_browser(modules, player, languages, spoken):
    before = modules.value("navigator.languages")
    modules.run("navigator.languages = argument", languages)
    try:
        player()
        assert modules.value("document.documentElement.lang") == spoken
    finally:
        modules.run("navigator.languages = argument", before)


def test_each_neurons_plane_is_coloured_anew_with_each_step(modules, player):
    seen = player("#train")
    modules.run("page.layOut(host, '.net', 500, 300)")
    colours = "p.train.diagram.columns.flat().map(({ plane }) => [...plane.picture.data].join())"
    planes = [modules.value(colours)]
    for _ in range(2):
        seen.click("Step")
        planes.append(modules.value(colours))
    count = len(planes[0])
    assert count > 4 and all(",255," in each for each in planes[0])
    inputs = [planes[0][at] == planes[1][at] == planes[2][at] for at in range(count)]
    assert inputs == [True, True, *[False] * (count - 2)], "only the inputs stay as they are"


@pytest.mark.parametrize(
    ("width", "height"), [(500, 300), (130, 300), (500, 160), (90, 90), (4000, 3000)]
)
def test_neurons_have_as_much_room_as_there_is(modules, player, width, height):
    player("#train")
    modules.run("page.layOut(host, '.net', ...argument)", [width, height])
    columns = modules.value("p.train.diagram.columns.map((all) => all.map(({ x, y }) => [x, y]))")
    side = modules.value("p.train.diagram.side")
    count, most, tall = len(columns), max(map(len, columns)), height - 24  # names stand below
    assert side == pytest.approx(max(24, min(60, (tall - 8) / (1.2 * most), width / count - 28))), (
        "a fifth of a neuron between two above each other, and a line's length between columns"
    )
    for number, column in enumerate(columns):
        assert [x for x, _ in column] == pytest.approx(
            [width * (number + 0.5) / count] * len(column)
        )
        steps = [below - above for (_, above), (_, below) in itertools.pairwise(column)]
        assert steps == pytest.approx([min((tall - 8) / most, 1.6 * side)] * len(steps))
        assert column[0][1] + column[-1][1] == pytest.approx(tall), "in the middle"


def test_the_tab_key_reaches_the_neuron_that_the_arrows_chose(modules, player):
    player("#train=xor&layers=3,2")
    modules.run("page.layOut(host, '.net', 500, 300)")
    reached = """p.train.diagram.columns.flat().map(({ button }) => button)
        .filter((button) => button.tabIndex === 0).map((button) => button.textContent
        || button.getAttribute("aria-label"))"""
    first = modules.value(reached)
    modules.run("p.train.diagram.columns[0][0].button.focus()")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        modules.run("fire(document.activeElement, 'keydown', { key: argument })", key)
        [name] = modules.value(reached)
        assert name == modules.value("document.activeElement.getAttribute('aria-label')")
    assert len(first) == 1 and name != first[0]


def test_a_training_ends_with_its_last_step(modules, player):
    seen = player("#train")
    modules.run("p.train.training.steps = 99_998")
    for expected in (99_999, 100_000, 100_000):
        seen.click("Step")
        assert modules.value("p.train.training.steps") == expected


def test_the_planes_of_the_inputs_are_their_coordinates(modules, player):
    player("#train")
    modules.run("page.layOut(host, '.net', 500, 300)")
    one, two = modules.value(
        """p.train.diagram.columns[0].map(({ plane }) =>
            Array.from({ length: 24 * 24 }, (_, cell) =>
                plane.picture.data.slice(4 * cell, 4 * cell + 4).join()))"""
    )
    rows = [one[24 * row : 24 * row + 24] for row in range(24)]
    assert rows == [rows[0]] * 24, "x is the same all the way down"
    assert [list(column) for column in zip(*rows)] == [
        two[24 * row : 24 * row + 24] for row in range(23, -1, -1)
    ], "y grows upwards as x grows to the right"
    red = [int(colour.split(",")[0]) for colour in rows[0]]
    assert red[0] > red[-1], "orange where it is negative, blue where it is positive"
    shades = [sum(map(int, colour.split(",")[:3])) for colour in rows[0]]
    assert shades[:12] == sorted(shades[:12]) and shades[12:] == sorted(shades[12:], reverse=True)


def test_after_the_training_the_first_example_is_shown(modules, player):
    seen = player("#train")
    seen.click("Graph")
    assert modules.value("p.answer.text") == LINES


def test_in_another_language_the_page_follows_changes_again(modules, player):
    player()
    modules.run("p.change(0, 4, false)")
    assert modules.value("p.frame") != 0, "the next frame shows it"
    modules.run("p.speak('de'); return settle()")
    assert modules.value("p.app.graph.nodes[0].data") == 4
    modules.run(
        """globalThis.drawn = 0;
        const { update } = p;
        p.update = () => { drawn++; update.call(p); };
        p.change(0, 5, false);
        page.passFrames()"""
    )
    assert modules.value("[drawn, p.app.graph.nodes[0].data, p.frame]") == [1, 5, 0]


@pytest.mark.parametrize("kind", ["static", "file", "saved"])
def test_a_page_without_a_server(modules, player, golden, kind):
    saved = {"answer": json.loads(json.dumps(answer(OTHER))), "hash": f"code={OTHER}"}
    modules.run("location.protocol = argument", "https:" if kind == "static" else "file:")
    python = {"files": {}} if kind == "file" else None
    seen = player(isServed=False, python=python, **(saved if kind == "saved" else {}))
    seen.see("another text is wanted", "p.open({ text: argument })", LINES + "\n")
    golden(f"playground/{kind}.txt", seen.text)


def test_python_in_the_page(modules, player, golden):
    seen = player(isServed=False, python=PYTHON)
    lines = json.loads(json.dumps(answer(OTHER)))
    seen.type(OTHER)
    seen.serve(FILES["worker.js"]["path"], b"1")
    seen.type(OTHER)
    seen.serve(FILES["pyodide.mjs"]["path"], status=404)
    seen.type(OTHER)
    seen.serve(FILES["pyodide.mjs"]["path"], b"\x1f\x8b not compressed")
    seen.type(OTHER, until="p.editor.message.textContent.includes('damaged')")
    seen.serve_python()
    seen.type(OTHER, until="page.workers.length")
    seen.reply({"failure": "no memory", "reason": "broken"})
    seen.type(OTHER)
    seen.see("another text is typed meanwhile", "p.open({ text: argument })", LINES + "\n")
    seen.see("and another", "p.open({ text: argument })", OTHER)
    seen.reply({"snapshot": "remembered"})
    seen.reply({"text": json.dumps(lines)})
    seen.reply({"text": json.dumps(lines)})
    seen.type(WRONG)
    seen.reply({"text": json.dumps({"error": "line 2 ends too early", "remedy": ""})})
    for failure in ("quit", "deep", "ended"):
        seen.type(f"{failure} = 1")
        seen.reply({"failure": "it is over", "reason": failure, "status": 3})
        seen.reply({"snapshot": "remembered again"})
    seen.type("late = 1")
    seen.reply({"snapshot": "remembered again"})
    seen.wait(30_000)
    seen.type("broken = 1")
    seen.see("the worker fails", "page.workers.at(-1).onerror({ message: 'a fault' })")
    seen.type("slow = 1")
    seen.wait(120_000)
    seen.see("an old browser", "globalThis.WebAssembly = undefined")
    seen.type("old = 1")
    golden("playground/python.txt", seen.text)


def test_a_network_is_looked_at(player, golden):
    seen = player("#train=xor&layers=3,2&seed=4")
    seen.see("there is room for the network", "page.layOut(host, '.net', 500, 300)")
    for kind in ("pointermove", "click", "pointermove"):
        for x, y in ((50, 90), (130, 120), (180, 138), (450, 138), (250, 2), (250, 100)):
            seen.see(
                f"{kind} at {x}, {y}",
                "fire(p.train.diagram.area, argument[0], argument[1])",
                [kind, {"clientX": x, "clientY": y}],
            )
    seen.see("the pointer leaves", "fire(p.train.diagram.area, 'pointerleave')")
    seen.see("the first input has the focus", "p.train.diagram.columns[0][0].button.focus()")
    for key in (
        "ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight",
        "ArrowRight", "ArrowRight", "ArrowLeft", "Home",
    ):  # fmt: skip
        seen.see(
            f"{key} is pressed", "fire(document.activeElement, 'keydown', { key: argument })", key
        )
    seen.click("Step")
    golden("playground/network.txt", seen.text)


def test_a_training(player, golden):
    seen = player("#train")
    seen.click("Step")
    seen.click("Start")
    for time in (100, 120, 1000, 12_000):
        seen.see(f"{time} ms have passed", "page.passFrames(1, argument)", time)
    seen.click("Step")
    seen.click("Pause")
    for selector, text in (
        (".run select", "full"),
        ("#activation", "relu"),
        ("#batch", "10"),
        ("#seed", "7"),
        ("#seed", "seven"),
        ("#seed", "-1"),
        ("#layer-1", "3"),
    ):
        seen.give(selector, text)
    seen.give(".factor .slider", "-10", "input")
    for words in ("Add a hidden layer", "Remove the last hidden layer", "Next"):
        seen.click(words)
    seen.see("computing takes time from now on", "page.clock.look = 1")
    seen.click("Start")
    seen.see("a frame has passed", "page.passFrames(1, 12_500)")
    seen.see("a frame has passed", "page.passFrames(1, 12_600)")
    seen.click("Reset")
    seen.see("computing takes no time any more", "page.clock.look = 0")
    seen.see("another set is chosen", "p.train.controls.data[1].button.click()")
    seen.see("the theme is turned", "p.turnTheme()")
    seen.wait(250)
    seen.see(
        "it stops where the address says",
        "location.hash = argument; window.hear({ type: 'hashchange' })",
        "#train=xor&layers=2&steps=12&rate=0.5",
    )
    seen.see("a frame has passed", "page.passFrames(1, 12_600)")
    seen.see("a frame has passed", "page.passFrames(1, 12_700)")
    seen.see(
        "it goes towards another step",
        "page.clock.look = 1; location.hash = argument; window.hear({ type: 'hashchange' })",
        "#train=xor&layers=&steps=500&rate=0.5",
    )
    seen.wait(250)
    seen.click("Pause")
    seen.wait(250)
    seen.click("Add a hidden layer")
    seen.see("computing takes no time any more", "page.clock.look = 0")
    seen.give(".run select", "slow")
    seen.see("the reader wants less motion", "page.media.matches = true")
    seen.click("Start")
    for time in (20_000, 20_100, 20_600):
        seen.see(f"{time} ms have passed", "page.passFrames(1, argument)", time)
    seen.give("select.language", "de")
    for time in (20_700, 21_200):
        seen.see(f"{time} ms have passed", "page.passFrames(1, argument)", time)
    seen.click("Graph")
    seen.give("select.language", "en")
    seen.see("a frame has passed", "page.passFrames(1, 30_000)")
    seen.click("Train")
    seen.see("the rate is far too large", "p.train.setRate(1.7e308)")
    for words in ("Step", "Step", "Start", "Step"):
        seen.click(words)
    golden("playground/training.txt", seen.text)
