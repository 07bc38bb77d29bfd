"""What is seen at first, the map of the whole, and the same on narrow windows and on paper."""

from __future__ import annotations

import random

import drawing_graphs as graphs
import pytest

from chainrule import Value, nn, scope
from chainrule.drawing import show

SMALLEST_LETTERS = 9.5


def network(wide, *layers):
    """The root of a network, after its backward pass."""
    random.seed(2)
    net = nn.MLP(wide, [*layers, 1])
    out = [Value(random.uniform(-1, 1), label=f"x{number}") for number in range(wide)]
    for number, layer in enumerate(net.layers, 1):
        with scope(f"layer {number}"):
            out = [neuron(out) for neuron in layer.neurons]  # without boxes of their own
    out[0].label = "out"
    out[0].backward()
    return out[0]


@pytest.fixture(scope="module")
def middling():
    return show(network(5, 8, 8))


def sees_root(made):
    return made.run(
        "(() => { const b = v.scene.boxes.get(v.graph.root), { x, y, k, width, height } = v.camera;"
        " return b.x * k + x >= 0 && (b.x + b.w) * k + x <= width && b.y * k + y >= 0"
        " && (b.y + b.h) * k + y <= height; })()"
    )


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
@pytest.mark.parametrize("width", [400, 1280, 2000])
def test_a_graph_too_large_to_be_read_opens_at_the_root(opened, rankdir, width):
    made = opened(
        show(graphs.recurrence(Value, 30), rankdir=rankdir),
        viewport={"width": width, "height": 760},
    )
    assert made.run("v.camera.k") * SMALLEST_LETTERS >= 9
    assert sees_root(made)
    assert made.page.locator(".map").is_visible()
    made.press("n", "n", "n", "n", "n", "n")
    assert made.run("v.camera.k") * SMALLEST_LETTERS >= 9


def test_a_large_graph_opens_at_the_root_on_a_canvas(opened):
    made = opened(show(network(10, 16, 16)))
    assert 1300 < made.run("v.graph.nodes.length") < 1500
    assert made.page.locator("canvas.picture").count() == 1
    assert made.run("v.camera.k") * SMALLEST_LETTERS >= 9
    assert sees_root(made)


def test_a_small_graph_opens_whole_and_without_a_map(opened):
    for root in (graphs.expression(Value)["L"], graphs.neuron(Value), Value(1.0, label="a")):
        made = opened(show(root))
        assert made.run("v.camera.isFitted")
        assert made.page.locator(".map").is_hidden()


def test_choosing_in_a_whole_graph_moves_nothing_out_of_sight(opened):
    made = opened(show(graphs.expression(Value)["L"]))
    for name in "aLbf":
        made.choose(name)
        assert made.run("v.camera.isFitted") and made.page.locator(".map").is_hidden()


def test_the_map_shows_the_part_and_leads_back_to_the_whole(opened, middling):
    made = opened(middling)
    part = made.page.locator(".map-part")
    before = part.bounding_box()
    plan = made.page.locator(".map-plan").bounding_box()
    assert before["x"] + before["width"] <= plan["x"] + plan["width"] + 1
    made.page.mouse.click(plan["x"] + 20, plan["y"] + plan["height"] / 2)
    after = part.bounding_box()
    assert after["x"] < before["x"] - 50
    made.page.locator(".map button").click()
    assert made.run("v.camera.isFitted")
    assert made.page.locator(".map").is_hidden()
    made.press("ArrowLeft")
    assert made.run("v.camera.k") * SMALLEST_LETTERS >= 9


def test_the_part_on_the_map_is_that_of_the_window(opened, middling):
    made = opened(middling)
    for keys in ["", "Shift+ArrowLeft Shift+ArrowLeft", "Shift+ArrowUp", "+ +", "-"]:
        made.press(*keys.split())
        made.wait("!v.camera.moving")
        plan, part = (made.page.locator(f".map-{name}").bounding_box() for name in ("plan", "part"))
        wide, high, top, view = made.run("[...v.scene.size, v.map.top, v.camera.view()]")
        scale = min(168 / wide, 112 / high)
        assert [plan["width"], plan["height"]] == pytest.approx(
            [wide * scale, max(18, high * scale)], abs=3
        )
        left, right = max(0, view["x"]), min(wide, view["x"] + view["w"])
        assert part["x"] - plan["x"] == pytest.approx(left * scale, abs=3)
        assert part["width"] == pytest.approx((right - left) * scale, abs=3)
        upper = max(-top / scale, view["y"])
        lower = min(high, view["y"] + view["h"])
        assert part["y"] - plan["y"] == pytest.approx(upper * scale + top, abs=3)
        assert part["height"] == pytest.approx((lower - upper) * scale, abs=3)


def test_a_window_that_changes_still_opens_at_the_root(opened, middling):
    made = opened(middling, viewport={"width": 1280, "height": 760})
    for width in (700, 1600, 420):
        made.page.set_viewport_size({"width": width, "height": 600})
        made.page.wait_for_function(
            f"() => Math.abs(document.querySelector('#view').chainruleView.camera.width - {width})"
            " < 2"
        )
        assert sees_root(made)


def test_a_narrow_window_cuts_nothing_in_the_bar(opened, middling):
    made = opened(middling, viewport={"width": 400, "height": 740})
    cut = made.run(
        "[...v.root.querySelectorAll('.toolbar *, .controls *')].filter(e => {"
        " const b = e.getBoundingClientRect(); return b.width && (b.right > 400 || b.left < 0); })"
        ".length"
    )
    assert cut == 0
    search = made.page.locator("input[type=search]").bounding_box()
    assert search["width"] > 110


@pytest.mark.parametrize("large", [False, True])
def test_paper_is_white_and_has_no_buttons(opened, middling, large):
    root = network(5, 9, 9) if large else graphs.neuron(Value)
    made = opened(show(root, theme="dark"))
    made.choose("x1")
    made.page.emulate_media(media="print")
    made.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert made.run("v.root.classList.contains('dark')") is False
    for hidden in (".buttons", ".controls", ".map", ".finder", ".player"):
        assert made.page.locator(hidden).is_hidden()
    assert made.page.locator(".panel").is_visible()
    panel, window = (made.page.locator(one).bounding_box() for one in (".panel", ".window"))
    assert panel["y"] >= window["y"] + window["height"] - 1
    if large:
        corner = made.run("[...v.picture.root.getContext('2d').getImageData(2, 2, 1, 1).data]")
        assert min(corner) > 240
    made.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert made.run("v.root.classList.contains('dark')")
    assert made.page.pdf()[:4] == b"%PDF"


def test_a_canvas_loses_no_row_of_pixels(opened):
    made = opened(show(network(5, 9, 9)), viewport={"width": 1283, "height": 757})
    made.wait_for_drawing()
    made.run("v.camera.pan(-7.3, 11.6)")
    made.wait_for_drawing()
    whole = made.run(
        "(() => { const p = v.picture, s = p.shown, c = v.camera; return ["
        "p.front.width - s.w * s.k * p.ratio, p.front.height - s.h * s.k * p.ratio]; })()"
    )
    assert [round(x, 6) for x in whole] == [0, 0]


def mlp_loss(*layers):
    random.seed(3)
    net = nn.MLP(3, [*layers, 1])
    with scope("loss"):
        L = sum((net([random.uniform(-1, 1) for _ in range(3)]) - 1.0) ** 2 for _ in range(4))
    L.label = "loss"
    return L


@pytest.mark.parametrize("layers", [(6, 6), (12, 12)])
def test_all_scopes_collapsed_can_be_read(opened, layers):
    made = opened(show(mlp_loss(*layers)))
    assert made.run("v.graph.nodes.length") > 600
    for fitting in ("", "button.map, .toolbar button[aria-label^='Show the whole']"):
        if fitting:
            made.page.locator(fitting).first.click()
        else:
            made.page.locator("button[aria-label^='Collapse or expand']").click()
        assert made.run("v.scene.collapsed.size") == 1
        assert made.run("v.camera.k") * SMALLEST_LETTERS >= 9
        assert not made.run("[...v.scene.stacks.values()].some(stack => stack.isLarge)")


def test_a_collapsed_scope_in_its_place_has_letters_as_large_as_it_is(opened):
    view = show(mlp_loss(6, 6))
    del view.data["states"][1:]
    made = opened(view)
    made.page.locator("button[aria-label^='Collapse or expand']").click()
    made.wait_for_drawing()
    (size,) = made.run(
        "[...v.scene.stacks.values()].filter(s => s.isLarge).map(s => "
        "Math.min(s.h / 6, s.w / 12) * v.camera.k)"
    )
    assert size > 40
    dark = made.run(
        "(() => { const p = v.picture.root, c = p.getContext('2d'), w = p.width, h = p.height;"
        " const d = c.getImageData(w * 0.4, h * 0.4, w * 0.2, h * 0.2).data; let n = 0;"
        " for (let i = 0; i < d.length; i += 4) if (d[i] < 100) n++; return n / d.length * 4; })()"
    )
    assert dark > 0.01  # the letters, which were a speck


def nested():
    x = Value(0.5, label="x")
    with scope("model"), scope("block"):
        for name in ("one", "two", "three"):
            with scope(name):
                x = (x * Value(0.3, label=f"w {name}") + 1.0).tanh()
    L = (x - 1.0) ** 2 + x
    L.label = "L"
    return L


def test_a_frame_keeps_its_name_at_the_visible_end(opened):
    made = opened(show(nested()))
    assert not made.run("v.camera.isFitted")
    stuck = "[...v.stage.querySelectorAll('.titles text')].map(t => t.textContent)"
    assert {"model", "block"} <= set(made.run(stuck))
    inside = made.run(
        "[...v.stage.querySelectorAll('.titles text')].every(t => { const b = "
        "t.getBoundingClientRect(); return b.left >= 0 && b.right < v.camera.width; })"
    )
    assert inside
    made.press("0")
    assert made.run(stuck) == []


def test_a_step_in_a_whole_that_cannot_be_read_goes_there(opened, middling):
    made = opened(middling)
    made.press("0")
    assert made.run("v.camera.k") < 0.45
    made.press("n", "n")
    assert made.run("v.camera.k") * SMALLEST_LETTERS >= 9
    assert sees_root(made)
    made.press("0", "End")  # to look at the whole is not to go anywhere
    assert made.run("v.camera.isFitted")


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_the_map_stands_where_no_node_is_if_it_can(opened, rankdir, middling):
    made = opened(show(graphs.recurrence(Value, 30), rankdir=rankdir))
    free = made.run("['', 'right', 'top', 'top right'].some(c => !v.map._covers(c))")
    assert not free or not made.run("v.map._covers(v.map.corner)")


def test_edges_are_fainter_from_afar_and_nodes_are_not(opened):
    made = opened(show(mlp_loss(12, 12)))
    made.run("v.camera.zoom(1 / v.camera.k)")
    made.press("0")
    made.wait_for_drawing()
    share = made.run(
        "(() => { const p = v.picture.root, d = p.getContext('2d').getImageData(0, 0, p.width, "
        "p.height).data; let n = 0; for (let i = 0; i < d.length; i += 4) if (d[i] < 150) n++; "
        "return n / d.length * 4; })()"
    )
    assert 0.001 < share < 0.05


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_what_is_shown_is_in_the_middle_as_far_as_the_picture_goes(opened, rankdir):
    made = opened(show(graphs.recurrence(Value, 30), rankdir=rankdir))
    wrong = made.run(
        """[...v.scene.boxes.values()].flatMap(box => [0.5, 1, 2].map(k => {
          v.camera.show(box, k);
          const c = v.camera, [wide, high] = v.scene.size;
          const middle = (room, length, at, shift) =>
            length * k <= room ? shift - (room - length * k) / 2
            : shift < 0 && shift > room - length * k ? at * k + shift - room / 2
            : shift === 0 ? Math.max(0, at * k - room / 2)
            : Math.min(0, at * k + shift - room / 2);
          return [middle(c.width, wide, box.x + box.w / 2, c.x),
                  middle(c.height, high, box.y + box.h / 2, c.y)];
        })).flat().filter(off => Math.abs(off) > 1e-6)"""
    )
    assert wrong == []


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_on_a_phone_a_chosen_node_can_be_read_and_closing_shows_the_whole_again(opened):
    L = graphs.expression(Value)["L"]
    L.backward()
    made = opened(show(L), **PHONE)
    whole = made.run("v.camera.k")
    made.run("v.choose(v.graph.nodes.find(node => node.label === 'e').index)")
    assert made.run("v.camera.k") >= 0.75
    stage = made.page.locator(".stage").bounding_box()
    box = made.page.locator("[data-node='2']").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert stage["y"] <= box["y"] and box["y"] + box["height"] <= stage["y"] + stage["height"]
    made.run("v.choose(null)")
    assert made.run("[v.camera.k, v.camera.isFitted]") == [whole, True]


def test_on_a_phone_matches_are_shown_whole(opened):
    made = opened(show(graphs.neuron(Value)), **PHONE)
    made.page.locator("input[type=search], .finder input").first.fill("w")
    names = made.page.locator(".match-name")
    assert names.count() > 1
    for each in names.all():
        box = each.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_slider_counts_as_the_words_beside_it(opened):
    L = graphs.expression(Value)["L"]
    L.backward()
    made = opened(show(L))
    assert made.page.locator(".slider").get_attribute("max") == "6"
    made.press("n", "n", "n")
    assert made.page.locator(".count").inner_text() == "2 / 6"
    assert made.page.locator(".slider").input_value() == "2"
    assert made.page.locator(".slider").get_attribute("aria-valuetext") == "step 2 of 6"
    made.press("End")
    assert made.page.locator(".slider").input_value() == "6"


def test_on_a_phone_collapsed_scopes_are_laid_out_anew(opened):
    made = opened(show(graphs.network(Value)), **PHONE)
    open_size = made.run("v.scene.size")
    made.page.locator("button[aria-label^='Collapse']").click()
    assert made.run("v.scene.size")[1] < open_size[1] / 2
    assert made.run("[...v.scene.stacks.values()].some(box => box.isLarge)") is False
