"""What the view draws, deed by deed, as changes of its markup in golden files."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest
from page_view import index_of, opened, press
from transcript import Transcript

from chainrule import Value, parameter, relu, scope, where

pytestmark = pytest.mark.once


class Watcher(Transcript):
    """Writes down what a view draws anew after each deed."""

    def __init__(self, modules, root, **options):
        super().__init__()
        self.modules = modules
        opened(modules, root, **options)
        self.see("the view is open")

    def see(self, deed, code=""):
        self.modules.run(code)
        self.note(deed, self.modules.value("`${markup(v.root)}\\n${focus()}`").split("\n"))

    def press(self, key):
        press(self.modules, key)
        self.see(f"{key} is pressed")

    def answer(self, text):
        """Type an answer into the field of the task, and press Enter."""
        self.modules.run(
            "const field = v.panel.field('answer'); field.value = argument;"
            "fire(field, 'keydown', { key: 'Enter' })",
            text,
        )
        self.see(f"{text!r} is answered")

    def click(self, words):
        """Click the first button whose words or name begin like this."""
        self.modules.run(
            """const names = one => [one.textContent, one.getAttribute("aria-label") ?? ""];
            v.root.querySelectorAll("button")
              .find(one => names(one).some(name => name.startsWith(argument))).click()""",
            words,
        )
        self.see(f"{words!r} is clicked")

    def tap(self, where, x=0.5, y=0.5):
        """Press a thing, by an expression for its box, where these shares of its sides lie."""
        self.modules.run(
            f"""const box = {where}, {{ camera }} = v, {{ left, top }} = page.stageSize;
            const at = {{
              clientX: left + (box.x + argument[0] * box.w) * camera.k + camera.x,
              clientY: top + (box.y + argument[1] * box.h) * camera.k + camera.y,
              pointerId: 1, button: 0,
            }};
            for (const kind of ["move", "down", "up"]) fire(v.stage, `pointer${{kind}}`, at)""",
            [x, y],
        )
        self.see(f"{where} is pressed")

    def wheel(self, by, **more):
        self.modules.run(
            "fire(v.stage, 'wheel', argument)",
            {"deltaY": by, "deltaMode": 0, "clientX": 300, "clientY": 200, **more},
        )
        self.see(f"the wheel is turned by {by}")

    def search(self, words):
        self.modules.run("v.search.input.value = argument; fire(v.search.input, 'input')", words)
        self.see(f"{words!r} is looked for")

    def index(self, label):
        return index_of(self.modules, label)


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_a_pass(modules, golden, rankdir):
    seen = Watcher(modules, graphs.reuse(Value), rankdir=rankdir)
    seen.see("at its own size", "v.camera.show(v.scene.boxes.get(v.graph.root), 1)")
    for step in range(6):
        seen.see(f"step {step}", f"v.seek({step})")
    seen.see("without a pass", "v.seek(null)")
    seen.see("a is pointed at", f"v.hovered = {seen.index('a')}; v.picture.highlight()")
    seen.see("a is chosen", f"v.hovered = null; v.choose({seen.index('a')})")
    seen.see("from afar", "v.camera.show(v.scene.boxes.get(v.graph.root), 0.2)")
    golden(f"view/pass_{rankdir}.txt", seen.text)


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_edits_and_verdicts(modules, golden, rankdir):
    made = graphs.expression(Value)
    made["L"].backward()
    x = relu(made["L"] * 0.0) + made["a"]
    x.label = "x"
    seen = Watcher(modules, x, rankdir=rankdir)
    for label, number in (("a", 5.0), ("f", -1e-7)):
        seen.see(f"{label} is {number}", f"v.edit({seen.index(label)}, {number})")
    for label, number in (("L", 1.0), ("a", 1.0), ("e", 5.0), ("f", 0.0)):
        index = seen.index(label)
        seen.see(f"the gradient of {label} is set to {number}",
                 f"v.setByHand({index}, {{ value: {number}, text: '{number}' }});"
                 f" v.choose({index})")  # fmt: skip
    for words in ("Undo", "Undo", "Redo", "Practise", "Practise"):
        seen.click(words)
    for key in ("Control+z", "Escape", "Home", "n", "n", "End"):
        if key.startswith("Control"):
            press(modules, key[-1], ctrlKey=True)
            seen.see("undone")
        else:
            seen.press(key)
    golden(f"view/edits_{rankdir}.txt", seen.text)


def test_scopes(modules, golden):
    seen = Watcher(modules, graphs.network(Value))
    for key in ("c", "c", "C", "C", "f", "0", "+", "+", "-", "ArrowLeft", "ArrowUp", "Enter", "?"):
        seen.press(key)
    for area in range(3):
        seen.see(f"scope {area} is folded", f"v.fold({area})")
    seen.see("from afar", "v.camera.show(v.scene.boxes.values().next().value, 0.1)")
    golden("view/scopes.txt", seen.text)


def test_buttons_and_pointer(modules, golden):
    seen = Watcher(modules, graphs.nested(Value))
    seen.tap("v.scene.boxes.get(v.graph.root)")
    for name in ("Zoom out", "Zoom in", "Collapse or expand", "Light or dark", "Show the whole"):
        seen.click(name)
    stack = "[...v.scene.stacks.values()].at(-1)"
    seen.tap(stack)
    seen.tap("v.scene.areaBoxes.get(0)", 0.02, 0.01)
    seen.wheel(100)
    seen.see("the focus enters", "fire(v.search.input, 'focusin')")
    seen.wheel(-100)
    seen.wheel(-3, deltaMode=1)
    seen.see("the focus leaves", "fire(v.stage, 'focusout', { relatedTarget: v.stage })")
    seen.wheel(100)
    seen.see("the focus has left", "fire(v.stage, 'focusout', { relatedTarget: null })")
    seen.wheel(100)
    seen.wheel(100, ctrlKey=True)
    for words in ("one", "outer", "w", "nothing", ""):
        seen.search(words)
    seen.search("two")
    seen.see("it is taken", "fire(v.search.input, 'keydown', { key: 'Enter' })")
    seen.click("Collapse or expand")
    seen.search("one")
    seen.see("the first is taken", "fire(v.search.list.children[0], 'pointerdown')")
    seen.tap("{ x: -5, y: -5, w: 0, h: 0 }")
    seen.click("Help")
    seen.see("Tab is pressed", "fire(v.help.close, 'keydown', { key: 'Tab' })")
    seen.see("Escape is pressed", "fire(v.help.close, 'keydown', { key: 'Escape' })")
    golden("view/pointer.txt", seen.text)


def test_numbers_at_the_edge(modules, golden):
    x, y, z = Value(0.0, label="x"), Value(-2.0, label="y"), Value(3.0, label="z")
    own = z * 2.0
    own._backward = lambda: None
    own.label = "own"
    L = where(x < 0, x.sqrt(), relu(x)) + (y + 3.0).log() + own * abs(x) + 1.0
    seen = Watcher(modules, L)
    seen.see("the root is chosen", "v.choose(v.graph.root)")
    for label, number in (("y", -1.0), ("x", -4.0), ("y", -3.0), ("x", 1e300), ("z", 0.0)):
        seen.see(f"{label} is {number}", f"v.edit({seen.index(label)}, {number})")
        seen.see(f"{label} is chosen", f"v.choose({seen.index(label)})")
    for label in ("own", "z", "x", "y"):
        for number in ("0", "NaN", "Infinity", "1e-12"):
            index = seen.index(label)
            seen.see(f"the gradient of {label} is set to {number}",
                     f"v.setByHand({index}, {{ value: {number}, text: '{number}' }});"
                     f" v.choose({index})")  # fmt: skip
    for key in ("Home", "n", "n", "n", "p", "End"):
        seen.press(key)
    golden("view/edges.txt", seen.text)


@pytest.mark.parametrize("frame", ["still", "figure", "repair", "upright"])
def test_figures(modules, golden, frame):
    settings = {
        "still": {"frame": "still"}, "figure": {"frame": "figure"},
        "repair": {"isRepair": True}, "upright": {"isUpright": True},
    }[frame]  # fmt: skip
    root = graphs.expression(Value)["L"]
    root.backward()
    seen = Watcher(modules, root, settings=settings, size=(420, 700))
    seen.tap("v.scene.boxes.get(v.graph.root)")
    for label, number in (("L", 1.0), ("a", 5.0), ("f", 3.9)):
        index = seen.index(label)
        seen.see(f"the gradient of {label} is set to {number}",
                 f"v.setByHand({index}, {{ value: {number}, text: '{number}' }});"
                 f" v.choose({index})")  # fmt: skip
    for key in ("n", "q", "0", "t"):
        seen.press(key)
    golden(f"view/{frame}.txt", seen.text)


def test_a_practice(modules, golden):
    seen = Watcher(modules, graphs.neuron(Value))
    seen.press("q")
    for text in ("1", "0.5", "0.5", "7", "8", "9"):
        seen.see(f"{text} is answered",
                 f"v.graph.practice.answer(v.chosen, '{text}'); v.done()")  # fmt: skip
        if modules.value("v.graph.practice.at(v.chosen).done"):
            modules.run("fire(v.panel.foot.querySelector('.onwards'), 'click')")
            seen.see("on to the next")
    seen.see("the values", "fire(v.practiceBar.tabs[0], 'click')")
    seen.press("q")
    golden("view/practice.txt", seen.text)


def test_a_practice_in_the_panel(modules, golden):
    x, y = Value(1.0, label="x"), Value(1.0 / 3, label="y")
    L = relu(x - 1.0) * 3.0 + x * y * y
    L.label = "L"
    seen = Watcher(modules, L)
    seen.press("q")
    for text in ("", "one", "inf", "2", "1"):
        seen.answer(text)
    seen.click("Next")
    for words in ("Hint", "Hint", "Hint", "Show me", "Next"):
        seen.click(words)
    while modules.value("v.panel.field('answer') !== null"):
        grad = modules.value("v.graph.gradients(v.graph.length)[v.chosen]")
        seen.answer(f"{grad:.1g}")
        if modules.value("v.graph.practice.at(v.chosen).unclear !== ''"):
            seen.answer(repr(grad))
        if modules.value("v.graph.practice.next() !== null"):
            seen.click("Next")
    seen.click("Forward pass")
    constant = modules.value("v.graph.nodes.findIndex(node => node.kind === 'constant')")
    seen.see("a constant is chosen", f"v.choose({constant})")
    seen.press("5")
    for text in ("0.1", "0.2", "0.4"):
        seen.answer(text)
    seen.press("7")
    seen.press("n")
    seen.click("Start again")
    seen.click("Finish")
    golden("view/practised.txt", seen.text)


@pytest.mark.parametrize(
    ("theme", "k"), [("light", 0.9), ("light", 0.3), ("light", 0.1), ("dark", 0.9)]
)
def test_a_canvas(modules, golden, theme, k):
    x = Value(2.0, label="x")
    with scope("layer"):
        y = relu(x * parameter(-3.0, label="w") + 1.0)
    y.label = "y"
    y.backward()
    opened(modules, y, settings={"theme": theme})
    text = modules.run(
        """const canvas = new page.Element("http://www.w3.org/1999/xhtml", "canvas");
        const context = canvas.getContext();
        const one = new brush.Brush(context, v.scene, v.isDark);
        one.clear({ x: 1, y: 2, w: 3, h: 4 });
        for (const area of v.scene.areaBoxes.keys())
          one.paint(look.areaShapes(v.scene, area, argument < 0.3));
        for (const index of v.graph.nodes.keys())
          detail.paintNode(one, index, look.changing(v.graph, index, v.verdicts), argument);
        one.paint(v.scene.ends.map(end => look.arrowhead(v.scene, end)));
        one.paint([{ kind: "way", role: "edge", points: v.scene.points(v.scene.ends[2]) }], 2);
        one.paint([{ kind: "text", role: "ink", text: "t", x: 1, y: 2, size: 3, anchor: "end",
          halo: true }]);
        for (const [w, h] of [[3, 30], [30, 3], [30, 30]])
          one.paint([{ kind: "box", role: "leaf", x: 1, y: 2, w, h, r: 5 }]);
        return [...painted(context), "# the map", ...painted(v.map.canvas.context)].join("\\n")""",
        k,
    )
    golden(f"view/canvas_{theme}_{k}.txt", text + "\n")


@pytest.mark.parametrize("k", [0.42, 0.16])
def test_a_large_picture(modules, golden, k):
    w, x = Value(0.5, label="w"), Value(1.0, label="x")
    for step in range(3):
        with scope(f"step {step}"):
            x = (x * w + 1.0).tanh()
    x.backward()
    opened(modules, x)
    modules.run(
        """const { picture, stage } = v;
        picture.remove();
        v.picture = new canvas.CanvasPicture(stage, v);
        v.scene.toggle(1);
        v.rebuild();
        v.camera.show(v.scene.boxes.get(v.graph.root), argument);
        page.passFrames(3)""",
        k,
    )
    seen = Transcript()

    def see(deed, code=""):
        modules.run(
            f"""for (const one of [v.picture.root, v.picture.front, v.picture.spare])
              one.context.calls.length = 0;
            {code}; page.passFrames(3)"""
        )
        parts = {"the window": "root", "ahead": "front"}
        for name, part in parts.items():
            lines = modules.value(f"painted(v.picture.{part}.context)")
            seen.log += [f"# {deed}, {name}", *lines]

    see("drawn", "v.picture._redraw()")
    see("a step of the pass", "v.seek(2)")
    see("moved", "v.camera.pan(-400, 0)")
    see("pointed at", "v.hovered = v.graph.root; v.picture.highlight()")
    see("an edit", f"v.edit({index_of(modules, 'w')}, 2)")
    golden(f"view/large_{k}.txt", seen.text)
