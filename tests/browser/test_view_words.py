"""What is written in the view: nothing lies over anything else, and every reader is told."""

from __future__ import annotations

import random

import drawing_graphs as graphs
import pytest

from chainrule import Value
from chainrule.drawing import show

OVERLAPS = """(() => {
  const seen = [...v.stage.querySelectorAll('text')].filter(
    t => t.textContent && t.getClientRects().length);
  const room = t => {
    const b = t.getBoundingClientRect(), half = 0.38 * t.getAttribute('font-size') * v.camera.k;
    const middle = (b.top + b.bottom) / 2;
    return { left: b.left, right: b.right, top: middle - half, bottom: middle + half };
  };
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  const rooms = seen.map(room);
  const chips = [...v.stage.querySelectorAll('rect.chip')].map(c => c.getBoundingClientRect());
  const found = [];
  seen.forEach((text, at) => {
    seen.slice(0, at).forEach((other, before) => {
      if (meet(rooms[at], rooms[before])) found.push([text.textContent, other.textContent]);
    });
    if (text.classList.contains('chip-text')) return;
    if (chips.some(chip => meet(rooms[at], chip))) found.push([text.textContent, 'chip']);
  });
  return found;
})()"""

GRAPHS = {
    "network": graphs.network,
    "tree": graphs.tree,
    "reuse": graphs.reuse,
    "recurrence": lambda made: graphs.recurrence(made, 8),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB"])
def test_no_words_lie_over_others(opened, name, rankdir):
    made = opened(show(GRAPHS[name](Value), rankdir=rankdir))
    steps = made.run("v.graph.length")
    for scale in (None, 0.5, 0.95):
        if scale:
            made.run("v.camera.zoom(argument / v.camera.k)", scale)
        for step in random.sample(range(steps + 1), min(6, steps)):
            made.run("v.seek(argument)", step)
            assert made.run(OVERLAPS) == [], (scale, step)


def test_an_edited_graph_says_what_was_and_nothing_is_covered(opened):
    made = opened(show(graphs.expression(Value)["L"]))
    made.choose("a")
    made.page.locator("input[name=data]").fill("nan")
    made.page.keyboard.press("Enter")
    remarks = made.run(
        "[...v.stage.querySelectorAll('text.remark')].map(t => t.textContent).filter(Boolean)"
    )
    assert remarks == ["edited, was 2.0000", "was −6.0000", "was 4.0000", "was −8.0000"]
    assert made.run(OVERLAPS) == []
    under = made.run(
        "[...v.stage.querySelectorAll('text.remark')].filter(t => t.textContent).every(t => "
        "[...v.stage.querySelectorAll('.over rect')].every(r => r.classList.contains('chip') || "
        "r.getBBox().y + r.getBBox().height <= t.getBBox().y + 4 || "
        "r.getBBox().x > t.getBBox().x + t.getBBox().width || "
        "r.getBBox().x + r.getBBox().width < t.getBBox().x || "
        "r.getBBox().y > t.getBBox().y))"
    )
    assert under


def at_a_kink():
    x = Value(0.0, label="x")
    L = x.relu() * 3 + x
    L.label = "L"
    return L


@pytest.mark.parametrize(
    ("number", "status"),
    [("1", "not comparable"), ("2.5", "not comparable"), ("4", "not comparable"), ("5", "wrong")],
)
def test_a_gradient_at_a_kink_has_no_single_value(opened, number, status):
    made = opened(show(at_a_kink()), viewport={"width": 1280, "height": 620})
    made.choose("x")
    made.page.locator("input[name=hand]").fill(number)
    made.page.locator("button.judge").click()
    verdict = made.page.locator(".verdict")
    assert made.run("v.verdicts.get(0).status") == status
    if status != "wrong":
        assert "relu has no derivative at x = 0" in verdict.inner_text()
        assert "1 to the left of this kink and 4 to its right" in verdict.inner_text()
        assert status in made.page.locator("[aria-live]").inner_text().lower()
    box = verdict.bounding_box()
    panel = made.page.locator(".panel").bounding_box()
    assert box["y"] + box["height"] <= panel["y"] + panel["height"] + 1


@pytest.mark.parametrize("x", [0.5, -0.5, 1e-3, 1e6])
def test_beside_a_kink_a_gradient_is_judged_as_anywhere(opened, x):
    leaf = Value(x, label="x")
    L = leaf.relu() * 3 + leaf.exp().log() + leaf * leaf if x < 700 else leaf.relu() * 3 + leaf
    L.label = "L"
    made = opened(show(L))
    made.run("v.setByHand(0, { value: v.graph.gradients()[0], text: '' })")
    assert made.run("v.verdicts.get(0).status") == "right"


def test_a_step_inside_a_collapsed_scope_rings_the_scope_once(opened):
    made = opened(show(graphs.network(Value)))
    made.run("v.seek(8)")
    made.run("v.fold(0)")
    made.press("n")
    assert made.page.locator(".over rect.giver").count() == 1
    is_outside = made.run("v.scene.boxes.has(v.graph.event.operand)")
    assert made.page.locator(".over rect.taker").count() == is_outside
    made.run("v.fold(0)")
    assert made.run("v.graph.at") == 9
    made.press("p", "p")
    assert made.run("v.graph.at") == 7


def test_the_focus_goes_through_the_view_in_the_order_of_reading(opened):
    made = opened(show(graphs.recurrence(Value, 30)))
    names = []
    for _ in range(17):
        made.page.keyboard.press("Tab")
        names.append(
            made.page.evaluate(
                "(() => { const a = document.querySelector('#view').shadowRoot.activeElement; "
                "return a ? a.getAttribute('aria-label') || a.textContent : ''; })()"
            )
        )
    expected = [
        "Search nodes",
        "Practise",
        "Copy a link",
        "Open in the playground",
        "Zoom out",
        "Zoom in",
        "Show the whole",
        "Light or dark",
        "Help",
    ]
    expected += ["Expression graph", "Show the whole", "To the start", "One step back", "Play"]
    expected += ["One step forward", "To the end", "Step of the", "Speed"]
    for name, words in zip(names, expected, strict=False):
        assert name.startswith(words), names


LABELS = ["<script>alert(1)</script>", "x" * 10_000, "שלום עולם", "🐈‍⬛ party", "\u202egnorw"]


@pytest.mark.parametrize("width", [400, 1280])
def test_labels_of_every_kind_stay_in_their_places(opened, width):
    leaves = [Value(float(number), label=label) for number, label in enumerate(LABELS, 1)]
    L = leaves[0] * leaves[1]
    for leaf in leaves[2:]:
        L = L + leaf
    L.label = "x" * 10_000
    made = opened(show(L), viewport={"width": width, "height": 760})
    assert made.run(OVERLAPS) == []
    for index in range(len(leaves)):
        made.run("v.choose(argument)", index)
        assert made.page.evaluate("document.documentElement.scrollWidth") <= width
        panel = made.page.locator(".panel").bounding_box()
        assert panel["x"] + panel["width"] <= width + 1
        wide = made.run(
            "[...v.panel.body.children].every(e => e.getBoundingClientRect().right <= argument)",
            panel["x"] + panel["width"] + 1,
        )
        assert wide


CONTRAST = """(() => {
  const painted = text => {
    const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    return text.map(colour => {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data];
    }).pop();
  };
  const light = colour => {
    const [r, g, b] = colour.slice(0, 3).map(x => x / 255).map(
      x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = element => {
    const found = [];
    for (let e = element; e && e !== v.root.parentNode; e = e.parentElement)
      found.unshift(getComputedStyle(e).backgroundColor);
    return found;
  };
  const poor = [];
  for (const element of v.root.querySelectorAll('*')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || element.closest('svg') || element.matches(':disabled')) continue;
    if (!element.getClientRects().length) continue;
    const under = grounds(element);
    const ink = [...under, getComputedStyle(element).color];
    const pair = [light(painted(under)), light(painted(ink))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) poor.push([element.className, element.textContent.slice(0, 30), ratio]);
  }
  return poor;
})()"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_words_stand_out_from_their_ground(opened, theme):
    made = opened(show(at_a_kink(), theme=theme))
    made.choose("x")
    made.page.locator("input[name=data]").fill("nan")
    made.page.keyboard.press("Enter")
    assert made.run(CONTRAST) == []
    made.page.locator("input[name=data]").fill("two")
    made.page.locator("input[name=hand]").fill("7")
    made.page.locator("button.judge").click()
    assert made.run(CONTRAST) == []
    made.press("?")
    assert made.run(CONTRAST) == []
    made.page.keyboard.press("Escape")
    made.press("/")
    assert made.run(CONTRAST) == []
