"""What leaves the playground's page, in Node: pictures, films, pages and links; and its worker."""

from __future__ import annotations

import json
import math
import re

import pytest
from in_node import SOURCES
from page_deeds import Deeds, answer_with, forget

from chainrule.playground import page
from chainrule.playground.answer import answer

pytestmark = pytest.mark.once

LINES = "a = 2\nb = -3\nL = (a*b) * (a + 1)\n"
SHORT = "x = 0.5\nL = tanh(x)\n"
WIDE = "x = 0.5\n" + "\n".join(f"y{at} = tanh({f'y{at - 1}' if at else 'x'})" for at in range(12))
BROWSER = r"""
globalThis.undo = [];
globalThis.seen = { saved: [], drawn: [], styled: [], film: [] };
const put = (object, name, property) => {
  const before = Object.getOwnPropertyDescriptor(object, name);
  undo.push(() => before ? Object.defineProperty(object, name, before) : delete object[name]);
  Object.defineProperty(object, name, { configurable: true, ...property });
};
globalThis.set = (object, all) => {
  for (const [name, value] of Object.entries(all)) put(object, name, { value, writable: true });
};
const look = (all) => {
  for (const [name, get] of Object.entries(all)) put(page.Element.prototype, name, { get });
};
const nameOf = (part) => [part.localName, ...part.classes].join(".");
look({
  firstElementChild() { return this.children[0]; },
  parentElement() { return this.parentNode; },
  outerHTML() { return markup(this); },
});
const { fits, click } = page.Element.prototype;
set(page.Element.prototype, {
  fits(selector) { return selector === "*" || fits.call(this, selector); },
  insertAdjacentHTML(where, html) {
    const part = new page.Element(this.namespaceURI, /^<(\w+)\/>$/.exec(html)[1]);
    part.parentNode = this;
    if (where === "afterbegin") this.childNodes.unshift(part);
  },
  toBlob(done, type) {
    done(new Blob([`${this.width} × ${this.height}`], { type }));
  },
  click() {
    const file = ["href", "download"].map((name) => this.getAttribute(name));
    if (this.localName === "a") seen.saved.push(file);
    else click.call(this);
  },
});
const canvas = new page.Element(document.documentElement.namespaceURI, "canvas");
set(Object.getPrototypeOf(canvas.context), {
  scale(...by) { this._note("scale", ...by); },
  _note(name, ...what) {
    const { width, height } = this.canvas;
    seen.drawn.push({ name, what, width, height, ...this.state });
    this.calls.push({ name, what, ...this.state });
  },
  getImageData(...box) {
    this._note("getImageData", ...box);
    const frame = seen.drawn.filter(({ name }) => name === "getImageData").length;
    return { data: Uint8ClampedArray.of(frame, ...box), width: box[2], height: box[3] };
  },
});
const coloursOf = getComputedStyle;
set(globalThis, {
  getComputedStyle: (part) => ({
    backgroundColor: `ground of ${nameOf(part)}`,
    color: `ink of ${nameOf(part)}`,
    fontFamily: `letters of ${nameOf(part)}`,
    getPropertyValue(name) {
      if (name.startsWith("--")) return coloursOf(part).getPropertyValue(name);
      if (name === "display") seen.styled.push(part.getAttribute("data-name"));
      if (name === "display") return part.classes.includes("gone") ? "none" : "inline";
      if (name === "visibility") return part.classes.includes("unseen") ? "hidden" : "visible";
      return `${name} of ${nameOf(part)}`;
    },
  }),
  XMLSerializer: class {
    serializeToString(part) { return markup(part); }
  },
  Image: class {
    async decode() {
      [this.type, this.text] = this.src.split(",");
      this.text = decodeURIComponent(this.text);
      this.localName = this.src.includes("<") ? "not encoded" : "image";
    }
  },
  gifenc: {
    quantize: (data, count) => {
      seen.film.push(`${count} colours of ${data}`);
      return "the palette";
    },
    applyPalette: (data, palette) => `${data} in ${palette}`,
    GIFEncoder: () => ({
      writeFrame: (...all) => seen.film.push(JSON.stringify(all)),
      finish: () => seen.film.push("finished"),
      bytes: () => new TextEncoder().encode(seen.film.join("\n")),
    }),
  },
});
set(URL, {
  createObjectURL: (file) => {
    seen.saved.push(file);
    return `blob:${seen.saved.length}`;
  },
  revokeObjectURL: (href) => seen.saved.push(`${href} is forgotten`),
});
"""
"""What a page needs of a browser to give something away, in the fake document; `undo` ends it."""

HOOKS = r"""
export async function resolve(name, context, next) {
  const isMade = context.parentURL?.endsWith("?made");
  if (isMade && name === "gifenc") {
    const names = ["applyPalette", "GIFEncoder", "quantize"];
    const code = names.map((each) => `export const ${each} = (...all) => gifenc.${each}(...all);`);
    return { url: `data:text/javascript,${encodeURIComponent(code.join(""))}`, shortCircuit: true };
  }
  if (!isMade || !["./head.js", "./gif.js", "./playground.js"].includes(name))
    return next(name, context);
  return { ...(await next(name, context)), url: new URL(`${name}?made`, context.parentURL).href };
}
"""
"""A second playground beside the one of all tests, whose films are made by `gifenc` above."""

NAMES = [
    "playground.js?made", "gif.js?made", "giving.js", "language.js", "progress.js", "columns.js",
    "factor.js", "ranges.js", "words.js", "python.js",
]  # fmt: skip

SEEN = """(() => {
  const { toast, progress } = globalThis.p.head;
  const saved = seen.saved.map((each) => each.type || String(each));
  const films = document.body.querySelectorAll(".film").map((film) => {
    const { theme, chosen, scene, graph } = film.chainruleView;
    const numbers = graph.nodes.map(({ data }) => data);
    return `${markup(film)} ${JSON.stringify({ theme, chosen, at: graph.at, numbers })}`;
  });
  return [...seen.film, ...saved, markup(toast), markup(progress.element), ...films].join("\\n");
})()"""


class Player(Deeds):
    """Plays on a page that can give everything away, and writes down what it gives."""

    def __init__(self, modules, content, answers, **settings):
        super().__init__(modules, "", SEEN)
        examples = [{"name": "neuron", "plot": None, "answer": each} for each in answers]
        self.open(
            """host.id = "play";
            globalThis.p = new made.Playground(argument[0], argument[1], host);
            p.begin()""",
            [
                {**content, "examples": examples},
                {"isServed": True, "python": None, "language": None, **settings},
            ],
        )

    def make_frames(self, count):
        for _ in range(count):
            self.see("a frame is made", "page.passTime()")


@pytest.fixture(scope="module")
def content():
    return {"sets": json.loads(page._sets()), "words": json.loads(page._words())}


@pytest.fixture
def browser(modules):
    """A new document of a browser that can give something away."""
    forget(modules)
    modules.run(BROWSER)
    modules.run(
        """return (async () => {
          const { register } = await import("node:module");
          const load = (name) => import(`file://${argument.folder}/${name}`);
          const hooks = `data:text/javascript,${encodeURIComponent(argument.hooks)}`;
          if (!globalThis.made) register(hooks);
          globalThis.made = {};
          for (const name of argument.names) Object.assign(made, await load(name));
        })()""",
        {"hooks": HOOKS, "folder": str(SOURCES / "playground/js"), "names": NAMES},
    )
    yield modules
    modules.run("for (const back of undo.reverse()) back()")
    forget(modules)


def answered(text):
    return json.loads(json.dumps(answer(text)))


@pytest.fixture
def player(browser, content):
    """Opens a playground whose examples are these lines."""
    return lambda *texts, **settings: Player(
        browser, content, [answered(text) for text in texts], **settings
    )


def drawn(modules):
    """What was painted on the canvases of films and files; not what the views paint."""
    return modules.value(
        """seen.drawn.filter(({ matrix }) => !matrix).map(({ what, ...state }) =>
          ({ ...state, what: what.map((each) => each.text ? "the picture" : each) }))"""
    )


def test_a_film_of_the_pass_in_the_state_of_the_page(player, golden):
    seen = player(LINES)
    seen.see(
        "the theme, a number, the step and what is chosen are others",
        "p.turnTheme(); p.change(0, 0.25, false); p.app.seek(2); p.app.chosen = 1",
    )
    seen.click("GIF")
    seen.make_frames(8)
    seen.wait(10_000)
    lines = [json.dumps(each, ensure_ascii=False) for each in drawn(seen.modules)]
    golden("playground/film.txt", "\n".join([seen.text, *lines, ""]))
    assert seen.modules.value("[p.app.graph.at, p.app.chosen]") == [2, 1]


FILM = """
const host = document.createElementNS(document.documentElement.namespaceURI, "div");
main.mount(host, argument.answer.graph, { isUpright: argument.isUpright });
globalThis.told = [];
globalThis.ended = new AbortController();
const { chainruleView: app } = host;
app.graph.events.length = argument.length ?? app.graph.events.length;
made.speak(argument.words, "en");
globalThis.film = made.saveGif({ app, answer: argument.answer, isDark: false },
  (...all) => told.push(all), ended.signal).catch((error) => { told.push(error.message); });
return settle()"""


@pytest.mark.parametrize(
    ("text", "is_upright"), [(SHORT, False), (SHORT, True), (WIDE, False), (WIDE, True)]
)
def test_a_frame_is_twice_as_large_as_the_picture_if_that_is_not_too_large(
    browser, content, text, is_upright
):
    argument = {"answer": answered(text), "isUpright": is_upright, "words": content["words"]}
    browser.run(FILM, argument)
    size, upright = browser.value(
        "(({ scene }) => [scene.size, scene.isUpright])"
        "(document.body.querySelector('.film').chainruleView)"
    )
    assert upright == is_upright
    style = browser.value("document.body.querySelector('.film').style")
    assert [style["width"], style["height"]] == [f"{math.ceil(each) + 40}px" for each in size]
    browser.run("page.passTime(); return settle()")
    wide, high = math.ceil(size[0] + 24), math.ceil(size[1] + 24) + 30
    scale = min(2, 1600 / wide, 1600 / high)
    frame = drawn(browser)[0]
    assert frame["what"] == [pytest.approx(scale)] * 2
    assert [int(frame["width"]), int(frame["height"])] == [
        math.floor(each * scale + 0.5) for each in (wide, high)
    ]


def test_the_picture_of_a_frame_shows_the_gradients_that_have_arrived(browser, content):
    text = "a = 5\nb = 7\nc = a*b\nL = 3*c\n"
    browser.run(FILM, {"answer": answered(text), "isUpright": False, "words": content["words"]})
    asked = []
    for _ in range(6):
        asked.append(browser.value("seen.styled.splice(0).length"))
        browser.run("page.passTime(); return settle()")
    texts = browser.value(
        "seen.drawn.filter(({ name }) => name === 'drawImage').map(({ what }) => what[0].text)"
    )
    counts = [[text.count(f">{grad}.0000</text>") for grad in (21, 15)] for text in texts]
    assert counts[2:] == [[0, 0], [0, 0], [1, 0], [1, 1]]
    assert asked[0] > 20 and asked[3:] == [0, 0, 0], "the looks of earlier frames are known"
    types = browser.value("seen.drawn.flatMap(({ what }) => what[0]?.type ?? [])")
    assert set(types) == {"data:image/svg+xml;charset=utf-8"}
    assert browser.value("seen.drawn.every(({ what }) => what[0]?.localName !== 'not encoded')")


@pytest.mark.parametrize("steps", [198, 199, 200])
def test_a_film_has_two_hundred_frames_at_most(browser, content, steps):
    argument = {"answer": answered(SHORT), "words": content["words"], "length": steps}
    browser.run(FILM, argument)
    if steps < 200:
        assert browser.value("told") == [[0, steps + 1]]
        return
    assert browser.value("told") == [
        content["words"]["languages"]["en"]["gif_too_long"].format(most=200, count=201)
    ]


def test_a_film_ends_at_once_when_it_is_no_longer_wanted(browser, content):
    browser.run(FILM, {"answer": answered(LINES), "words": content["words"]})
    browser.run("globalThis.view_of_film = document.body.querySelector('.film').chainruleView")
    for _ in range(4):
        browser.run("page.passTime(); return settle()")
    browser.run("ended.abort()")
    browser.run("page.passTime(); return settle()")
    assert browser.value("told") == [[0, 6], [1, 6], [2, 6]]
    assert browser.value("[page.timers.size, seen.saved.length]") == [0, 0]
    assert browser.value("document.body.querySelectorAll('.film').length") == 0
    assert browser.value("view_of_film.lifetime.signal.aborted") is True


def test_films_that_are_not_made(player, golden):
    seen = player(LINES)
    for words in ("GIF", "Cancel"):
        seen.click(words)
    seen.make_frames(3)
    seen.click("GIF")
    seen.make_frames(4)
    seen.click("GIF")
    seen.make_frames(5)
    seen.see("another language is spoken", "p.speak('de')")
    seen.make_frames(2)
    seen.see("and the first again", "p.speak('en')")
    seen.see(
        "no picture can be drawn",
        "Image.prototype.decode = async () => { throw new Error('no picture'); }",
    )
    seen.click("GIF")
    seen.wait(2500)
    seen.see("practice begins", "practising.togglePractice(p.app)")
    seen.click("GIF")
    seen.wait(2500)
    golden("playground/no_film.txt", seen.text)


def test_pictures_and_the_page_as_files(player, golden):
    seen = player("a = 1\nL = a*a  # a < 2\n")
    seen.modules.run(
        """const settings = new page.Element("", "script");
        settings.id = "settings";
        document.body.append(settings);
        document.documentElement.lang = "de";"""
    )
    for words in ("SVG", "PNG", "HTML page"):
        seen.click(words)
    seen.wait(10_000)
    files = seen.modules.run(
        """return Promise.all(seen.saved.filter((each) => each.type)
          .map(async (file) => [file.type, await file.text()]))"""
    )
    (svg, picture), (png, size), (html, page_) = files
    wide, high = seen.modules.value("p.app.scene.size.map((each) => Math.ceil(each + 24))")
    assert [svg, png, html] == ["image/svg+xml", "image/png", "text/html"]
    assert f'viewBox="0 0 {wide} {high}"' in picture.split("\n")[0]
    assert size == f"{2 * wide} × {2 * high}"
    assert drawn(seen.modules)[-1]["what"] == ["the picture", 0, 0, 2 * wide, 2 * high]
    start, _, rest = page_.partition('<script id="settings">')
    assert start.startswith("<!DOCTYPE html>\n<html") and '<div id="play"/>' in start
    text = rest.partition("</script>")[0]
    assert "<" not in text and json.loads(text) == {
        "isServed": False,
        "python": None,
        "language": "de",
        "answer": seen.modules.value("p.answer"),
        "hash": seen.modules.value("p.hash"),
    }
    golden("playground/files.txt", seen.text)


def test_a_page_saved_while_a_film_is_made_does_not_hold_the_film(player):
    seen = player(LINES)
    seen.modules.run(
        """const settings = new page.Element("", "script");
        settings.id = "settings";
        document.body.append(settings);"""
    )
    for words in ("GIF", "HTML page"):
        seen.click(words)
    text = seen.modules.run("return seen.saved.find((each) => each.type === 'text/html').text()")
    assert '<div id="play"/>' in text and "film" not in text
    assert seen.modules.value("document.body.querySelectorAll('.film').length") == 1
    seen.make_frames(9)
    assert seen.modules.value("seen.saved.some((each) => each.type === 'image/gif')")


def test_whether_something_is_copied_is_known(browser):
    assert browser.value("made.copied('words')") is True
    assert browser.value("page.clipboard") == ["words"]
    browser.run("navigator.clipboard.writeText = async () => { throw new Error('no'); }")
    assert browser.value("made.copied('more')") is False


TREE = """
const make = (name, attributes = {}, ...inside) => {
  const part = new page.Element("", name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  part.append(...inside);
  return part;
};
const rect = (name, more) => make("rect", { "data-name": name, class: "leaf", x: 1, ...more });
globalThis.picture = make("svg", { class: "picture", viewBox: "0 0 9 9" },
  make("g", { "data-name": "all", transform: "scale(3)" },
    make("g", { "data-name": "group", class: "node" },
      rect("first"), rect("same", { x: 2, style: "" }), rect("again", { x: 3 }),
      rect("styled", { style: "fill: red" }), rect("class", { class: "leaf other" }),
      make("text", { "data-name": "text", class: "leaf" }, "words"),
      make("text", { "data-name": "size", class: "leaf", "font-size": 9 }, "words"),
      make("text", { "data-name": "weight", class: "leaf", "font-weight": 9 }, "words")),
    make("g", { "data-name": "another", class: "node chosen" }, rect("in another")),
    make("g", { "data-name": "no group", class: "node gone" }, rect("in no group")),
    make("circle", { "data-name": "no circle", class: "unseen" }),
    make("circle", { "data-name": "hidden circle", class: "hidden" })));
globalThis.shown = { root: make("div", { class: "root" }, picture), scene: { size: [100.2, 50] } };
"""


def test_a_picture_needs_no_style_sheet(browser, golden):
    browser.run(TREE)
    before = browser.value("markup(picture)")
    made = browser.value("made.pictureOf(shown)")
    assert [made["wide"], made["high"]] == [125, 74]
    asked = browser.value("seen.styled.join(', ')")
    golden("playground/picture.txt", f"{made['text']}\n# asked for the looks of {asked}\n")
    assert browser.value("markup(picture)") == before, "the picture on the page stays as it is"


def test_shapes_that_look_the_same_are_asked_only_once(browser):
    browser.run(TREE + "globalThis.looks = new Map(); made.pictureOf(shown, looks)")
    first = browser.value("seen.styled.splice(0)")
    assert len(first) == len(set(first)) and not {"again", "hidden"} & {*first}
    text = browser.value("made.pictureOf(shown, looks).text")
    assert browser.value("seen.styled.splice(0)") == []
    assert browser.value("made.pictureOf(shown).text") == text
    assert browser.value("seen.styled") == first


def test_a_page_that_has_not_begun_shows_its_head_in_the_colours_of_the_reader(browser, content):
    argument = {**content, "examples": [{"name": "neuron", "answer": answered(SHORT)}]}
    for is_dark in (True, False):
        browser.run(
            """page.media.matches = argument[1];
            globalThis.host = new page.Element("", "div");
            globalThis.p = new made.Playground(argument[0], { isServed: true }, host)""",
            [argument, is_dark],
        )
        assert browser.value("host.querySelectorAll('header.head').length") == 1
        assert browser.value("document.documentElement.classes.includes('dark')") == is_dark
        browser.run("return p.begin()")
        assert browser.value("p.app.theme") == ("dark" if is_dark else "light")


def test_the_page_follows_the_readers_theme_until_another_is_chosen(player):
    modules = player(SHORT).modules
    dark = "[document.documentElement.classes.includes('dark'), p.isDark, p.app.theme]"
    follow = "page.media.matches = argument; page.media.hear({ type: 'change' })"
    for is_dark in (True, False, True):
        modules.run(follow, is_dark)
        assert modules.value(dark) == [is_dark, is_dark, "dark" if is_dark else "light"]
    modules.run("p.turnTheme()")
    for is_dark in (False, True):
        modules.run(follow, is_dark)
        assert modules.value(dark) == [False, False, "light"]


def test_the_view_that_is_shown_already_stays_as_it_is(player):
    seen = player(SHORT)
    seen.see("x is 3", "p.change(0, 3, false)")
    before = seen.modules.value("[p.hash, p.turn]")
    seen.click("Graph")
    assert seen.modules.value("[p.hash, p.turn]") == before
    seen.click("Train")
    seen.click("Step")
    seen.click("Train")
    assert seen.modules.value("p.train.training.steps") == 1
    seen.click("Graph")
    assert seen.modules.value("p.hash") == before[0]


@pytest.mark.parametrize(
    ("event", "is_read"),
    [
        ({"key": "Enter"}, False),
        ({"key": "Enter", "shiftKey": True}, False),
        ({"key": "Enter", "ctrlKey": True}, True),
        ({"key": "Enter", "metaKey": True}, True),
        ({"key": "x", "ctrlKey": True}, False),
        ({"key": "x", "metaKey": True}, False),
        ({"key": "x"}, False),
    ],
    ids=str,
)
def test_lines_are_read_at_once_when_enter_is_pressed_with_ctrl(player, event, is_read):
    modules = player(SHORT, LINES).modules
    modules.run("p.editor.area.value = argument", LINES)
    modules.run("fire(p.editor.area, 'keydown', argument); return settle()", event)
    assert modules.value("p.answer.text") == (LINES if is_read else SHORT)


def test_a_second_message_is_shown_as_long_as_the_first(player):
    modules = player(SHORT).modules
    modules.run("p.head.say('one'); p.head.say('two')")
    assert modules.value("[p.head.toast.textContent, page.passTime(2500)]") == ["two", 1]
    assert modules.value("p.head.toast.textContent") == ""


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (1234567, "1234570"),
        (123456, "123456"),
        (0.1234567, "0.123457"),
        (-0.1234567, "-0.12346"),
        (12.345678, "12.3457"),
        (-12345.678, "-12345.7"),
        (-1234567.8, "-1234570"),
        (123456789, "1.235e+8"),
        (-123456789, "-1.23e+8"),
        (1.23456789e-7, "1.235e-7"),
        (-1.23456789e-100, "-1e-100"),
        (99999940, "99999900"),
        (99999950, "1e+8"),
    ],
)
def test_a_field_shows_six_digits_if_there_is_room(player, x, text):
    modules = player(SHORT).modules
    modules.run("p.change(0, argument, false)", x)
    modules.run("page.passFrames()")
    assert modules.value("p.inputs.rows[0].field.value") == text


@pytest.mark.parametrize("value", [0.0123456, 0.001, 1.0, 12.3456])
def test_a_slider_of_factors(browser, value):
    browser.run(
        """globalThis.followed = 0;
        globalThis.factor = new made.FactorSlider("rate", argument, [0.001, 100],
          () => followed++)""",
        value,
    )
    shown = browser.value(
        "[factor.value, Number(factor.slider.value), factor.slider.min, factor.slider.max,"
        "factor.slider.step, factor.output.textContent, followed]"
    )
    text = f"{value:.3g}"
    assert shown == [value, round(20 * math.log10(value)), "-60", "40", "1", text, 0]
    assert browser.value("factor.slider.getAttribute('aria-valuetext')") == text
    for turn, power in enumerate((-60, -7, 0, 13, 40), 1):
        browser.run("factor.slider.value = argument; fire(factor.slider, 'input')", str(power))
        expected = float(f"{10 ** (power / 20):.3g}")
        assert browser.value("[factor.value, followed]") == [expected, turn]
        assert float(browser.value("factor.output.textContent")) == expected


def test_the_picture_is_told_that_it_moves_while_a_slider_is_dragged(player):
    modules = player(SHORT).modules
    modules.run(
        """globalThis.told = [];
        p.app.picture.refresh = (...all) => told.push(all);
        p.change(0, 1, true);
        p.change(0, 2, true);
        p.change(0, 2, false)"""
    )
    told = modules.value("told")
    assert told[:2] == [[None, True]] * 2 and [None, True] not in told[2:] and len(told) > 2


@pytest.mark.parametrize(("button", "is_drag"), [(0, True), (1, False), (2, False), (-1, True)])
def test_only_the_first_button_drags_the_curve(player, button, is_drag):
    modules = player(SHORT).modules
    modules.run("page.layOut(host, '.curve-area', 480, 240)")
    modules.run(
        "fire(p.curve.area, 'pointerdown', { clientX: 300, pointerId: 5, button: argument })",
        button,
    )
    assert modules.value("p.curve.area.hasPointerCapture(5)") == is_drag
    assert (modules.value("p.app.graph.nodes[0].data") == 0.5) != is_drag


def window(values, y):
    """Which results a window shows: all, unless a fiftieth at each end is far from the others."""
    values = sorted(each for each in values if abs(each) <= 1e300)
    inner = values[len(values) // 50 : len(values) - len(values) // 50] or [0]
    low, high = inner[0], inner[-1]
    if values and values[-1] - values[0] < 20 * (high - low):
        low, high = values[0], values[-1]
    if abs(y) <= 1e300:
        low, high = min(low, y), max(high, y)
    room = 0.06 * (high - low) or abs(high) / 2 or 1
    return [low - room, high + room]


STEPS = [turn / 100 - 1 for turn in range(201)]
RESULTS = {
    "all are near": [3 * x for x in STEPS],
    "one end is far away": [1e6 if x > 0.99 else x for x in STEPS],
    "both ends are far away": [x * 500 if abs(x) > 0.98 else x for x in STEPS],
    "too many are far away": [x * 500 if abs(x) > 0.97 else x for x in STEPS],
    "a pole": [1 / (x - 0.501) ** 3 for x in STEPS],
    "a pole above zero": [1 / (x - 0.501) ** 4 for x in STEPS],
    "just under twenty times as much": [19.8 * x if abs(x) > 0.98 else x for x in STEPS],
    "just over twenty times as much": [20.2 * x if abs(x) > 0.98 else x for x in STEPS],
    "few numbers": [math.nan] * 152 + [1e9, *range(47), -1e9],
    "fewer numbers": [math.nan] * 153 + [1e9, *range(46), -1e9],
    "no number": [math.nan, math.inf, -math.inf, 2e300] * 50,
    "one number": [math.nan] * 100 + [5.0],
    "always the same": [-4.0] * 201,
    "nothing": [0.0] * 201,
    "exactly twenty times as much": [20 * x if abs(x) == 1 else round(x) for x in STEPS],
    "up to the largest": [1e300 * x for x in STEPS],
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_window_shows_the_results_without_the_ends_of_a_pole(player, name):
    ys = [0.5, -1e5, 1e5, math.nan, 1e300, -2e300]
    windows = player(SHORT).modules.value(
        """argument[1].map((y) => {
          const shown = { reach: 2, y, samples: argument[0].map((y) => [0, y]) };
          Object.assign(p.curve, { shown, inner: { wide: 100, high: 100 } });
          const { low, high } = p.curve._scales();
          return [low, high];
        })""",
        [RESULTS[name], ys],
    )
    assert windows == [pytest.approx(window(RESULTS[name], y)) for y in ys]


TICKS = [
    ((-2, 2, 4), [-2, -1, 0, 1, 2]),
    ((-2, 2, 3.9), [-2, 0, 2]),
    ((-1.99, 1.99, 4), [-1, 0, 1]),
    ((0, 10, 10), list(range(11))),
    ((-10 + 5e-10, 10 - 5e-10, 10), [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10]),
    ((-10 + 5e-9, 10 - 5e-9, 10), [-8, -6, -4, -2, 0, 2, 4, 6, 8]),
    ((0.05, 0.35, 3), [0.1, 0.2, 0.3]),
    ((0.1, 0.4, 3), [0.1, 0.2, 0.3, 0.4]),
    ((1e9, 1e9 + 1, 2), [1e9, 1e9 + 0.5, 1e9 + 1]),
    ((1e16, 1e16, 4), []),
    ((0, 49, 49), list(range(50))),
    ((0, 50, 50), []),
    ((0, math.nan, 4), []),
]
ROUNDED_UP = [
    (1, 1), (1.001, 2), (2, 2), (2.001, 5), (5, 5), (5.001, 10), (9.9, 10), (10, 10),
    (0.1, 0.1), (0.3, 0.5), (7e-10, 1e-9), (2e17, 2e17), (3e17, 5e17),
    (2 * (1 + 5e-10), 2), (2 * (1 + 2e-9), 5),
]  # fmt: skip
REACHES = [
    (0, 2), (1, 2), (-1, 2), (1.001, 5), (2.5, 5), (-2.6, 10), (50, 100), (51, 200),
    (1e-9, 2), (1e300, 2e300), (-1e300, 2e300), (1.1e300, 2), (math.inf, 2), (math.nan, 2),
]  # fmt: skip


def test_ticks_are_round_numbers_about_as_many_as_asked_for(browser):
    made = browser.value("argument.map((each) => made.ticks(...each))", [each for each, _ in TICKS])
    assert made == [expected for _, expected in TICKS]


@pytest.mark.parametrize(("name", "rows"), [("roundUp", ROUNDED_UP), ("reachOf", REACHES)])
def test_round_numbers_with_room(browser, name, rows):
    made = browser.value("argument[1].map(made[argument[0]])", [name, [x for x, _ in rows]])
    assert made == pytest.approx([expected for _, expected in rows])


@pytest.mark.parametrize(
    ("hash_", "kept", "told", "own", "spoken", "suffix"),
    [
        ("", None, None, ["fr", "de-AT", "en"], "de", ""),
        ("", None, None, ["fr"], "en", ""),
        ("", None, "de", ["en"], "de", ""),
        ("", None, "fr", ["de"], "de", ""),
        ("", "de", "en", ["en"], "de", "#language=de"),
        ("", "fr", "de", ["en"], "de", ""),
        ("language=de", None, "en", [], "de", "#language=de"),
        ("language=de", "en", "en", [], "de", "#language=de"),
        ("code=x&language=en", "de", "de", [], "en", "#language=en"),
        ("language=fr", "de", None, ["en"], "de", "#language=de"),
        ("language=toString", None, None, ["de"], "de", ""),
    ],
)
def test_which_language_is_spoken_first(browser, hash_, kept, told, own, spoken, suffix):
    browser.run(
        """const [hash, kept, languages] = argument;
        location.hash = hash;
        if (kept) page.storage.set("chainrule-language", kept);
        set(navigator, { languages });""",
        [hash_, kept, own],
    )
    languages = {"en": {}, "de": {}}
    assert browser.value("made.firstLanguage(...argument)", [languages, told]) == spoken
    assert browser.value("made.withLanguage('course.html')") == f"course.html{suffix}"
    assert browser.value("localStorage.getItem('chainrule-language')") == (
        suffix.partition("=")[2] or kept
    )


NO_STORAGE = """
const refuse = () => { throw new Error("no storage"); };
set(globalThis, { localStorage: { getItem: refuse, setItem: refuse } });
"""


@pytest.mark.parametrize(
    ("hash_", "spoken", "suffix"), [("", "en", ""), ("language=de", "de", "#language=de")]
)
def test_which_language_is_spoken_first_without_storage(browser, hash_, spoken, suffix):
    browser.run(f"{NO_STORAGE} location.hash = argument", hash_)
    assert browser.value("made.firstLanguage({ en: {}, de: {} }, null)") == spoken
    assert browser.value("made.withLanguage('course.html')") == f"course.html{suffix}"


def test_a_language_is_chosen_without_storage_too(player):
    seen = player(SHORT, course="course.html")
    seen.modules.run(NO_STORAGE)
    seen.give("select.language", "de")
    spoken = "[document.documentElement.lang, host.querySelector('a.button').getAttribute('href')]"
    assert seen.modules.value(spoken) == ["de", "course.html#language=de"]
    seen.see("it is shown again", "window.hear({ type: 'pageshow', persisted: true })")
    assert seen.modules.value(spoken)[0] == "de"


@pytest.mark.parametrize(
    ("kept", "is_persisted", "spoken"),
    [("de", True, "de"), ("de", False, "en"), ("en", True, "en"), (None, True, "en")],
)
def test_the_language_of_the_other_page_is_followed(player, kept, is_persisted, spoken):
    modules = player(SHORT, course="course.html").modules
    modules.run(
        """const [kept, persisted] = argument;
        globalThis.editor = p.editor;
        if (kept) page.storage.set("chainrule-language", kept);
        window.hear({ type: "pageshow", persisted });
        return settle()""",
        [kept, is_persisted],
    )
    assert modules.value("document.documentElement.lang") == spoken
    assert modules.value("editor === p.editor") == (spoken == "en"), "nothing is built in vain"
    link = modules.value("host.querySelector('a.button').getAttribute('href')")
    assert link == "course.html" + "#language=de" * (spoken == "de")


def test_a_whole_number_has_its_thousands_apart(browser, content):
    browser.run("made.speak(argument, 'en')", content["words"])
    counts = [0, 999, 1000, 12345, 1234567]
    assert browser.value("argument.map(made.grouped)", counts) == [f"{each:,}" for each in counts]


@pytest.mark.parametrize("count", [0, 1, 4, 5])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_a_function_is_applied_to_as_many_rows_as_are_asked_for(browser, columns, count):
    rows = [[float(10**column * (row + 1)) for row in range(5)] for column in range(columns)]
    applied = browser.value(
        """(() => {
          const [columns, count] = argument;
          const out = new Float64Array(5).fill(-1);
          made.apply((...all) => all.reduce((sum, x) => sum + x, 0),
            columns.map((column) => Float64Array.from(column)), out, count);
          return out;
        })()""",
        [rows, count],
    )
    assert applied == [*map(sum, list(zip(*rows))[:count]), *[-1] * (5 - count)]


def test_python_is_ended_once(browser):
    browser.run(
        """globalThis.ends = 0;
        globalThis.snake = new made.Python({ files: {} }, "module", () => {});
        snake.end();
        snake.worker = { terminate: () => ends++ };
        snake.end();
        snake.end()"""
    )
    assert browser.value("[ends, snake.worker, snake.starting]") == [1, None, None]


def test_the_script_of_the_page_reads_what_is_in_it(browser, content):
    parts = {
        "examples": [{"name": "neuron", "plot": None, "answer": answered(LINES)}],
        **content,
        "settings": {"isServed": True, "python": None, "language": "de", "hash": "train&seed=3"},
    }
    browser.run(
        """for (const [id, content] of Object.entries({ play: null, ...argument[1] })) {
          const part = new page.Element(document.body.namespaceURI, "div");
          part.id = id;
          if (content) part.append(JSON.stringify(content));
          document.body.append(part);
        }
        return import(`file://${argument[0]}/main.js`).then(() => settle())""",
        [str(SOURCES / "playground/js"), parts],
    )
    browser.run("globalThis.p = document.getElementById('play').playground")
    assert browser.value("[p.shown, p.train.training.settings.seed]") == ["train", 3]
    assert browser.value("document.documentElement.lang") == "de"
    assert browser.value("document.getElementById('play').children[0] === p.element")


WORKER = """
globalThis.worker = { log: [], posted: [], scope: {}, hears: {}, failure: null };
const { log, posted, scope, hears } = worker;
const numbers = { destroy: () => log.push("the module is let go") };
const call = (module) => (name, ...texts) => {
  if (worker.failure) throw worker.failure();
  return JSON.stringify([module, name, ...texts]);
};
const python = {
  FS: { writeFile: (path, content) => log.push(`${path}: ${[...content]}`) },
  runPython: (code) => log.push(code),
  makeMemorySnapshot: () => Uint8Array.of(7, 8, 9),
  globals: { get: (name) => (module) => {
    log.push(`${name}(${module})`);
    return name === "caller" ? call(module) : numbers;
  } },
};
const written = async (name, x) => {
  if (typeof x !== "function") return x instanceof Promise ? [...new Uint8Array(await x)] : x;
  return `${name}() is ${x.name === name ? x() : x.name}`;
};
const loadPyodide = async (options) => {
  const parts = Object.entries(options).map(async ([name, x]) => [name, await written(name, x)]);
  log.push(JSON.stringify(Object.fromEntries(await Promise.all(parts))));
  for (const name of ["pyodide.asm.wasm", "python_stdlib.zip", "other.mjs"]) {
    const reply = await scope.fetch(`${options.indexURL}${name}`);
    log.push(`${name} has ${reply.headers.get("Content-Type")}: ${await reply.text()}`);
  }
  return python;
};
const imported = async (file) => {
  const text = await file.text();
  log.push(`${text} is imported as ${file.type}`);
  if (worker.refusal) throw worker.refusal;
  return text === "pyodide" ? { loadPyodide } : { default: function createPyodideModule() {} };
};
worker.wasm = { instantiateStreaming: async (...all) => {
  if (worker.refusal) throw worker.refusal;
  return all;
} };
worker.send = async (data) => { await hears.message({ data }); };
const names = ["addEventListener", "postMessage", "WebAssembly", "URL", "globalThis", "imported"];
new Function(...names, argument.replaceAll("import(", "imported("))(
  (type, listener) => { hears[type] = listener; }, (message) => posted.push(message),
  worker.wasm, { createObjectURL: (file) => file }, scope, imported);
worker.job = (more) => ({
  module: "some.module", lock: { packages: 1 }, ...more,
  files: Object.fromEntries(Object.entries({
    "pyodide.mjs": "pyodide", "pyodide.asm.mjs": "asm", "chainrule.zip": "zip",
    "pyodide.asm.wasm": "wasm", "python_stdlib.zip": "library", "other.mjs": "other",
  }).map(([name, text]) => [name, new Blob([text])])),
});
"""


@pytest.fixture
def worker(modules):
    """The worker in which Python runs, with a fake Pyodide; what it logs and posts is in it."""
    modules.run(WORKER, (SOURCES / "playground" / "worker.js").read_text("utf-8"))
    return modules


@pytest.mark.parametrize("kind", ["first", "second"])
def test_a_worker_starts_python_and_answers(worker, golden, kind):
    snapshot = 'snapshot: new Blob(["memory"])' if kind == "second" else ""
    worker.run(f"return worker.send(worker.job({{ {snapshot} }}))")
    worker.run("return worker.send({ name: 'reply', texts: ['one', 'two'] })")
    (started, answered_) = worker.value("worker.posted")
    assert answered_ == {"text": '["some.module","reply","one","two"]'}
    assert [*started] == ["snapshot"]
    memory = worker.value("worker.posted[0].snapshot.text()")
    assert memory == ("memory" if kind == "second" else "\x07\x08\x09")
    assert worker.value("'importScripts' in worker.scope && worker.scope.importScripts") is None
    golden(f"playground/worker_{kind}.txt", "\n".join([*worker.value("worker.log"), ""]))


@pytest.mark.parametrize(
    ("error", "posted"),
    [
        ("new Error('over')", {"failure": "over", "reason": "ended"}),
        ("new RangeError('stack')", {"failure": "stack", "reason": "deep"}),
        (
            "Object.assign(new Error('recursion'), { name: 'InternalError' })",
            {"failure": "recursion", "reason": "deep"},
        ),
        (
            "Object.assign(new Error('exit'), { status: 0 })",
            {"failure": "exit", "reason": "quit", "status": 0},
        ),
        (
            "Object.assign(new RangeError('both'), { status: 3 })",
            {"failure": "both", "reason": "deep", "status": 3},
        ),
        ("'a word'", {"failure": "a word", "reason": "ended"}),
        ("null", {"failure": "null", "reason": "ended"}),
    ],
)
def test_a_worker_tells_how_python_ended(worker, error, posted):
    worker.run("return worker.send(worker.job({}))")
    worker.run(f"worker.failure = () => {error}")
    worker.run("return worker.send({ name: 'reply', texts: [] })")
    assert worker.value("worker.posted[1]") == posted


@pytest.mark.parametrize("error", ["new Error('no')", "new RangeError('no')"])
def test_a_worker_tells_that_python_does_not_start(worker, error):
    worker.run(f"worker.refusal = {error}; return worker.send(worker.job({{}}))")
    assert worker.value("worker.posted") == [{"failure": "no", "reason": "broken"}]


def test_a_worker_tells_that_web_assembly_is_refused(worker):
    start = "worker.wasm.instantiateStreaming('code', 'imports')"
    assert worker.value(start) == ["code", "imports"]
    assert worker.value("worker.posted") == []
    worker.run("worker.refusal = new Error('not here')")
    assert worker.value(f"{start}.catch((error) => error === worker.refusal)") is True
    assert worker.value("worker.posted") == [{"failure": "not here", "reason": "broken"}]


def test_a_page_before_anything_is_read(browser, content, golden):
    argument = {**content, "examples": [{"name": "neuron", "answer": answered(SHORT)}]}
    browser.run(
        """globalThis.host = new page.Element("", "div");
        globalThis.p = new made.Playground(argument, { isServed: true }, host)""",
        argument,
    )
    parts = "[p.element, p.main, p.train.element].map((part) => markup(part)).join('\\n')"
    golden("playground/before.txt", browser.value(parts) + "\n")
    assert browser.value("[p.shown, p.hash]") == ["graph", ""]


def test_a_wrong_text_in_the_address_is_told_above_the_first_example(player, browser):
    wrong = "x = 1\nL = x +"
    answer_with(browser, [({"text": wrong}, {"error": "it ends too early", "remedy": "go on"})])
    browser.run("location.hash = new URLSearchParams({ code: argument })", wrong)
    player(LINES, SHORT)
    assert browser.value("[p.answer.text, p.editor.area.value]") == [LINES, LINES]
    message = "[p.editor.message.hidden, p.editor.message.textContent]"
    assert browser.value(message) == [False, "It ends too earlyGo on"]
    assert browser.value("p.view.classes") == ["view"], "the graph is that of the lines"


def test_the_lines_have_as_much_room_as_they_need(player):
    modules = player(SHORT).modules
    for count in (0, 1, 2, 3, 4, 12, 13, 14, 30):
        modules.run("p.editor.text = argument", "x = 1\n" * count + "\n\n")
        assert modules.value("Number(p.editor.area.rows)") == max(3, min(max(count, 1) + 1, 14))


def test_typing_is_read_once_when_it_pauses(player):
    modules = player(SHORT, LINES).modules
    for text in ("x =", "x = 1", LINES):
        modules.run(
            "p.editor.area.value = argument; fire(p.editor.area, 'input'); return settle()", text
        )
        assert modules.value("[p.answer.text, p.editor.select.value]") == [
            SHORT,
            "1" if text == LINES else "",
        ]
    assert modules.value("page.passTime(350)") == 1
    modules.run("return settle()")
    assert modules.value("[p.answer.text, page.answers.asked]") == [LINES, 0]


def test_a_slider_grows_only_for_numbers_beyond_its_end(player):
    modules = player(SHORT).modules
    reaches = []
    for x in (2, -2, 2.001, 5, -5, 1, 0, -5.1, 20):
        modules.run("p.change(0, argument, false); page.passFrames()", x)
        reaches.append(
            modules.value("(({ min, max, step }) => [min, max, step].map(Number))"
                          "(p.inputs.rows[0].slider)")
        )  # fmt: skip
    expected = [2, 2, 5, 5, 5, 5, 5, 20, 20]
    assert reaches == [[-reach, reach, reach / 100] for reach in expected]


@pytest.mark.parametrize(
    ("x", "latex"),
    [
        (1e11, r"1 \cdot 10^{11}"),
        (-2.5e10, r"-2.5 \cdot 10^{10}"),
        (1e-11, r"1 \cdot 10^{-11}"),
        (3e-7, r"3 \cdot 10^{-7}"),
        (1e100, r"1 \cdot 10^{100}"),
        (100000.0, "100000"),
        (-math.inf, r"-\infty"),
        (0.0001, "0.0001"),
    ],
)
def test_a_number_in_latex(player, x, latex):
    modules = player(SHORT).modules
    modules.run("p.code._choose('LaTeX'); p.change(0, argument, false); page.passFrames()", x)
    assert modules.value("p.code.text.textContent").split("\n")[1] == rf"x &= {latex} \\"


@pytest.mark.parametrize(("left", "x"), [(0, 0.0), (30, 0.0), (-200.5, 0.0), (30, -2.0), (7, 1.5)])
def test_the_curve_is_dragged_where_it_stands_on_the_page(player, left, x):
    modules = player(SHORT).modules
    modules.run("page.layOut(host, '.curve-area', 480, 240)")
    modules.run("p.curve.picture.size = { left: argument, top: 0 }", left)
    at = left + 54 + (480 - 54 - 14) * (x + 2) / 4
    modules.run(
        "fire(p.curve.area, 'pointerdown', { clientX: argument, pointerId: 5, button: 0 })", at
    )
    assert modules.value("p.app.graph.nodes[0].data") == x


def test_a_path_is_written_with_two_digits_after_the_point(player):
    modules = player(SHORT).modules
    modules.run("page.layOut(host, '.curve-area', 480, 240)")
    d = modules.value("p.curve.picture.querySelector('path').getAttribute('d')")
    assert re.fullmatch(r"M-?\d+\.\d\d -?\d+\.\d\d(L-?\d+\.\d\d -?\d+\.\d\d){200}", d)


@pytest.mark.parametrize("reach", [2, 50])
@pytest.mark.parametrize("tall", [1.0, 8.0])
def test_a_line_that_is_a_million_times_as_steep_as_the_window_is_upright(player, reach, tall):
    modules = player(SHORT).modules
    ends = modules.value(
        """(() => {
          const [reach, tall, shares] = argument;
          const [across, down] = [(x) => x, (y) => y];
          p.curve.shown = { x: 0.5, y: 3, reach };
          p.curve.scales = { low: 0, high: tall, across, down };
          return shares.map((share) => {
            const { attributes } = p.curve._line("tangent", (share * 1e6 * tall) / (2 * reach));
            return ["x1", "y1", "x2", "y2"].map((name) => Number(attributes.get(name)));
          });
        })()""",
        [reach, tall, [0.999, -0.999, 1.001, -1.001]],
    )
    slope = 0.999e6 * tall / (2 * reach)
    for sign, each in zip((1, -1), ends):
        expected = [3 + sign * slope * (end - 0.5) for end in (-reach, reach)]
        assert each == pytest.approx([-reach, expected[0], reach, expected[1]])
    assert ends[2:] == [[0.5, 0, 0.5, tall]] * 2


def test_an_input_that_was_computed_before_keeps_the_number_that_is_typed(player):
    before, after = "x = 2\ny = x*3\nL = y*2\n", "y = 6\nL = y*2\n"
    modules = player(before, after).modules
    modules.run("p.change(0, 5, false); return p.open({ text: argument })", after)
    assert modules.value("p.app.graph.nodes.map(({ label, data }) => [label, data])")[0] == ["y", 6]
    assert modules.value("p.app.toolbar.undo.disabled") is True


def test_nothing_is_to_be_undone_when_no_input_was_moved(player):
    before, after = "x = 2\nL = x*2\n", "x = 2\nL = x*3\n"
    modules = player(before, after).modules
    modules.run("return p.open({ text: argument })", after)
    assert modules.value("p.app.toolbar.undo.disabled") is True


def test_the_address_is_not_written_again_when_it_is_right(player):
    modules = player(SHORT).modules
    modules.run(
        """globalThis.written = [];
        const { replaceState } = history;
        set(history, { replaceState: (...all) => {
          written.push(all[2]);
          replaceState(...all);
        } });
        p._write();
        p.change(0, 1, false);
        p._write();
        p._write()"""
    )
    assert modules.value("written") == [modules.value("location.hash")]


def test_a_bar_of_which_nothing_is_known_when_all_is_loaded(browser):
    browser.run(
        """globalThis.bar = new made.Progress("it", (done, total) => `${done} of ${total}`);
        globalThis.states = [[0, 6], [3, 6], [6, 6], [7, 6], [5, 8]].map(([done, total]) => {
          bar.bar.value = "as before";
          bar.bar.setAttribute("value", "");
          bar.bar.value = "as before";
          bar.show(done, total);
          return [bar.bar.value, bar.bar.getAttribute("value"), bar.bar.max, bar.element.hidden,
            bar.words.textContent];
        })"""
    )
    assert browser.value("states") == [
        [0, "", "6", False, "0 of 6"],
        [3, "", "6", False, "3 of 6"],
        ["as before", None, "6", False, "6 of 6"],
        ["as before", None, "6", False, "7 of 6"],
        [5, "", "8", False, "5 of 8"],
    ]
    browser.run("bar.hide()")
    assert browser.value("bar.element.hidden") is True


@pytest.mark.parametrize("is_over", [False, True])
def test_python_leaves_nothing_behind_that_waits(browser, is_over):
    serve = {"worker.js": {"path": "worker.js?1", "size": 1}}
    browser.run(
        """page.answers.server.set("worker.js?1", { status: 200, parts: [[49]] });
        globalThis.snake = new made.Python({ files: argument }, "module", () => {});
        globalThis.said = [snake.ask("f", [], 30).catch(({ reason }) => reason)];
        return settle(() => page.workers.length)""",
        serve,
    )
    assert browser.value("[...page.timers.values()].map(([wait]) => wait)") == [120_000]
    assert len(browser.value("seen.saved")) == 1
    browser.run("page.workers[0].onmessage({ data: { snapshot: 1 } }); return settle()")
    assert browser.value("seen.saved[1]") == "blob:1 is forgotten"
    assert browser.value("[...page.timers.values()].map(([wait]) => wait)") == [30_000]
    if is_over:
        browser.run("page.workers[0].onerror({ message: 'over' })")
    else:
        browser.run("page.workers[0].onmessage({ data: { text: '5' } })")
    assert browser.run("return said[0]") == ("broken" if is_over else 5)
    assert browser.value("page.timers.size") == 0


def test_what_is_being_typed_stays_until_the_number_changes(player):
    modules = player(SHORT).modules
    field = "p.inputs.rows[0].field"
    shown = f"[{field}.value, {field}.getAttribute('aria-invalid')]"
    modules.run(f"{field}.value = '0.'; fire({field}, 'change'); p.update()")
    assert modules.value(shown) == ["0", "false"]
    modules.run(f"{field}.value = '0.7x'; p.update()")
    assert modules.value(shown) == ["0.7x", "false"]
    modules.run(f"fire({field}, 'change'); p.update()")
    assert modules.value(shown) == ["0.7x", "true"]
    modules.run("p.change(0, 0.75, false); p.update()")
    assert modules.value(shown) == ["0.75", "false"]


def test_another_language_changes_nothing_else(player):
    modules = player("x = 2\nw = 3\nL = x*w\n", SHORT).modules
    modules.run(
        """p.code._choose("LaTeX");
        p.choose("w");
        p.change(1, 5, false);
        p.change(0, 7, false);
        p.app.memory.travel(-1);
        p.turnTheme();
        page.passFrames();
        return settle()"""
    )
    state = """[p.code.kind, p.code.text.textContent, p.plot, p.hash, p.theme, p.app.theme,
      p.inputs.rows.map(({ field, curve }) => [field.value, curve.getAttribute("aria-pressed")]),
      p.app.memory.history.at, p.app.toolbar.undo.disabled, p.app.toolbar.redo.disabled,
      p.answer.text, p.editor.area.value]"""
    before = modules.value(state)
    assert before[0] == "LaTeX" and before[2] == "w"
    assert before[6] == [["2", "false"], ["5", "true"]]
    for language in ("de", "en"):
        modules.run("return p.speak(argument).then(() => settle())", language)
        modules.run("page.passFrames(); return settle()")
        assert modules.value(state) == before
    modules.run("p.editor.area.value = argument; return p.speak('de')", SHORT)
    assert modules.value("p.answer.text") == SHORT, "what was typed is read"
    assert modules.value("[p.code.kind, p.plot]") == ["LaTeX", "x"]


def test_a_graph_is_taken_down_once(player):
    modules = player(SHORT, LINES).modules
    count = """globalThis.taken = 0;
      const { remove } = p;
      p.remove = () => { taken++; remove(); };"""
    modules.run(f"{count} return p.speak('de')")
    assert modules.value("[taken, p.app.lifetime.signal.aborted]") == [1, False]
    modules.run(f"{count} return p.open({{ text: argument }})", LINES)
    assert modules.value("taken") == 1


@pytest.mark.parametrize(
    ("selector", "is_open"),
    [
        (".menu", True),
        (".menu summary", True),
        (".menu span", True),
        (".choices", True),
        (".choices button", False),
        ("h1", False),
        (".tab", False),
        ("main", False),
    ],
)
def test_the_menu_closes_when_a_choice_or_something_else_is_clicked(player, selector, is_open):
    modules = player(SHORT).modules
    modules.run(
        "p.head.menu.open = true; fire(host.querySelector(argument), 'click'); return settle()",
        selector,
    )
    assert modules.value("p.head.menu.open") == is_open
