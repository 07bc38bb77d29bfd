"""The backward pass as a GIF: made by the page itself, and like the one that `animate` makes."""

from __future__ import annotations

import numpy as np
import pytest
from played_page import SCREENS

import chainrule as cr

Image = pytest.importorskip("PIL.Image")
pytest.importorskip("uvicorn")
pytest.importorskip("starlette")


def ask_for_gif(page):
    page.locator(".menu summary").click()
    page.get_by_role("button", name="GIF", exact=True).click()


def begin_long_gif(visit):
    """A page that is making a GIF, and the files that it has saved."""
    made = visit("served")
    made.type("a = 2\nb = 3\nL = " + " + ".join(f"a*b*{k}" for k in range(2, 14)))
    made.wait("p.answer.text.includes('a*b*13')")
    downloads = []
    made.page.on("download", lambda file: downloads.append(file))
    ask_for_gif(made.page)
    return made, downloads


def frames_of(path):
    """The frames of a file as pictures, and how long each is shown, in milliseconds."""
    frames, times = [], []
    with Image.open(path) as film:
        for number in range(film.n_frames):
            film.seek(number)
            frames.append(film.convert("RGB"))
            times.append(film.info["duration"])
        assert film.info["loop"] == 0
    return frames, times


def gradients(made, frame):
    """The part of a frame in which each node's gradient stands, by the nodes' names."""
    scale = frame.width / (made.run("Math.ceil(v.scene.size[0] + 24)"))
    rows = made.run(
        "v.graph.nodes.map(({ index, label }) =>"
        " [label, ...Object.values(v.scene.boxes.get(index))])"
    )
    parts = {}
    for label, x, y, w, h in rows:
        box = (x + w * 0.55 + 12, y + h - 17 + 12, x + w - 6 + 12, y + h - 5 + 12)
        part = frame.crop([round(scale * at) for at in box])
        parts[label] = np.asarray(part, dtype=int)
    return parts


def are_alike(one, two):
    """Whether two parts show the same letters: a GIF's colours differ a little by the frame."""
    return np.abs(one - two).max() < 32


@pytest.mark.parametrize(
    ("kind", "screen"),
    [("served", SCREENS[0]), ("file", SCREENS[1]), ("file", SCREENS[3])],
    ids=str,
)
def test_the_gif_shows_the_pass_as_animate_does(visit, tmp_path, kind, screen):
    made = visit(kind, screen)
    made.run("(p.change(0, 2.5, false), v.seek(3))")
    state = made.state()
    with made.page.expect_download() as waiting:
        ask_for_gif(made.page)
    assert waiting.value.suggested_filename == "backward.gif"
    waiting.value.save_as(tmp_path / "page.gif")
    assert made.state() == state, "the page stays as it was"
    frames, times = frames_of(tmp_path / "page.gif")

    a, b, c, f = (cr.Value(x, label=name) for x, name in zip((2.5, -3, 10, -2), "abcf"))
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    L = d * f
    L.label = "L"
    _, expected = frames_of(cr.animate(L, tmp_path / "python.gif"))
    assert times == expected and len(times) == 7
    assert max(frames[0].size) <= 1600 and {frame.size for frame in frames} == {frames[0].size}
    ground = frames[0].getpixel((2, 2))
    assert (sum(ground) < 150) == (screen[2] == "dark")

    order = ["L", *(step.operand.label for step in cr.steps(L) if step.operand)]
    seen = [gradients(made, frame) for frame in frames]
    for label in "abcdefL":
        (arrival,) = [at for at, name in enumerate(order) if name == label]
        first = seen[0][label]
        before = [parts[label] for parts in seen[:arrival]]
        assert all(are_alike(part, first) for part in before), "a dash, until the gradient arrives"
        assert not before or not are_alike(seen[arrival][label], first), (label, arrival)


def test_each_frame_has_the_picture_and_a_sentence_below_it(visit):
    made = visit("served")
    made.type("a = 2\nL = (a*3) * (a + 1)")
    made.wait("p.answer.text.includes('a + 1')")
    made.run(
        """(() => {
          window.frames = [];
          for (const name of ["scale", "fillRect", "drawImage", "fillText"]) {
            const draw = CanvasRenderingContext2D.prototype[name];
            CanvasRenderingContext2D.prototype[name] = function (...what) {
              if (name === "scale") frames.push([this.canvas.width, this.canvas.height]);
              frames.at(-1)?.push(...what.filter(one => typeof one !== "object"));
              draw.apply(this, what);
            };
          }
        })()"""
    )
    made.run(
        """(() => {
          window.told = [];
          const { progress } = p.head, { show } = progress;
          progress.show = (...done) => { told.push(done); show.apply(progress, done); };
        })()"""
    )
    wide, high = made.run("v.scene.size.map(length => Math.ceil(length + 24))")
    with made.page.expect_download():
        ask_for_gif(made.page)
    sentences = [
        "0 of 4: the root's own gradient is 1",
        "1 of 4: L passes to ×:  1.0000 × 3.0000 = 3.0000",
        "2 of 4: L passes to +:  1.0000 × 6.0000 = 6.0000",
        "3 of 4: + passes to a:  6.0000 × 1.0000 = 6.0000",
        "4 of 4: × passes to a:  3.0000 × 3.0000 = 9.0000",
    ]
    tall = high + 30  # the sentence's height
    scale = min(2, 1600 / wide)
    size = [round(wide * scale), round(tall * scale)]
    picture = [scale, scale, 0, 0, wide, tall, 0, 0, wide, high]
    assert made.run("told") == [[done, 5] for done in range(6)]
    frames = made.run("frames.slice(-5)")
    assert frames == [
        pytest.approx([*size, *picture, sentence, 13, tall - 13, wide - 26])
        for sentence in sentences
    ]


def test_what_is_chosen_makes_no_difference_to_the_gif(visit, tmp_path):
    made = visit("served")
    films = []
    for number in range(2):
        if number:
            made.run("v.choose(0)")
        with made.page.expect_download() as waiting:
            ask_for_gif(made.page)
        waiting.value.save_as(tmp_path / f"{number}.gif")
        films.append(frames_of(tmp_path / f"{number}.gif")[0])
    for one, two in zip(*films, strict=True):
        assert are_alike(*(np.asarray(frame, dtype=int) for frame in (one, two)))
    assert made.run("v.chosen") == 0


def test_a_gif_that_is_being_made_can_be_cancelled(visit):
    made, downloads = begin_long_gif(visit)
    bar = made.page.locator(".head progress")
    bar.wait_for()
    made.page.wait_for_function("() => document.querySelector('.head progress').value > 1")
    film = made.page.locator("div.film")  # it is outside the window, with some room
    box = film.bounding_box()
    assert box["x"] + box["width"] < 0
    size = made.run("v.scene.size.map(length => Math.ceil(length) + 40)")
    assert [box["width"], box["height"]] == pytest.approx(size)
    assert film.get_attribute("aria-hidden") == "true" and film.get_attribute("inert") == ""
    made.page.get_by_role("button", name="Cancel").click()
    bar.wait_for(state="hidden")
    made.page.wait_for_timeout(500)
    assert downloads == [] and film.count() == 0


def test_a_gif_ends_when_the_language_changes(visit):
    made, downloads = begin_long_gif(visit)
    made.page.locator("div.film").wait_for(state="attached")
    made.page.get_by_label("Language").select_option("de")
    made.page.locator("div.film").wait_for(state="detached")
    made.page.wait_for_timeout(300)
    assert downloads == []


def test_a_gif_has_two_hundred_frames_at_most(visit):
    made = visit("served")
    total = " + ".join(["a*b"] * 50)
    for lines, frames in ((f"-(-({total}))", 201), (f"-({total})", 200)):
        made.type(f"a = 2\nb = 3\nL = {lines}")
        made.wait(f"v.graph.length === {frames}")
        ask_for_gif(made.page)
        if frames > 200:
            made.page.get_by_text("but this pass needs 201").wait_for()
    made.page.locator("div.film").wait_for(state="attached")
    made.page.get_by_role("button", name="Cancel").click()
    made.page.locator("div.film").wait_for(state="detached")


def test_a_gif_is_refused_where_it_would_be_too_long_or_give_an_exercise_away(visit):
    made = visit("served")
    made.type("a = 2\nb = 3\nL = " + " + ".join(["a*b"] * 70))
    made.wait("p.answer.text.includes('L = a*b')")
    ask_for_gif(made.page)
    made.page.get_by_text("A GIF can have at most 200 frames, but this pass needs").wait_for()
    made.choose("first_graph")
    made.page.get_by_role("button", name="Practise").click()
    ask_for_gif(made.page)
    made.page.get_by_text("End the practice first: a GIF shows every gradient").wait_for()
