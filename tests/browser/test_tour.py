"""The tour's page: live figures, stages that follow the text, nothing cut off on a telephone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from played_page import looking_at

from chainrule.tour import CHAPTERS, open_page

CUT_OFF = """
() => [...document.querySelectorAll('.picture, .table, .report, pre, math')]
  .filter(part => part.offsetParent !== null && part.scrollWidth > part.clientWidth + 1)
  .map(part => part.textContent.slice(0, 40))
"""
DRAWINGS = """
name => [...document.querySelectorAll(`.picture .${name} > svg`)]
  .filter(svg => svg.getBoundingClientRect().width > 0)
  .map(svg => { const box = svg.getBoundingClientRect(); return [box.left, box.right, box.width]; })
"""
LETTERS = """
() => {
  const texts = (root) => [...root.querySelectorAll('*')].flatMap((part) => [
    ...(part.localName === 'text' ? [part] : []),
    ...(part.shadowRoot ? texts(part.shadowRoot) : []),
  ]);
  return texts(document)
    .filter((text) => text.textContent && text.getBoundingClientRect().width > 0)
    .filter((text) => getComputedStyle(text).visibility !== 'hidden')
    .map((text) => {
      const { a, b } = text.getScreenCTM();
      return [parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b), text.textContent];
    });
}
"""
"""Of each text of the drawings: the size of its letters in pixels, and what it says."""

STARTED = "[...document.querySelectorAll('.view')].map(view => view.parentElement.dataset.view)"


def view_of(number):
    return f"document.querySelector('[data-view=data-{number}] > .view').chainruleView"


VIEW = view_of(7)
SCREENS = [(1280, 800, "light"), (1280, 800, "dark"), (390, 844, "light"), (390, 844, "dark")]


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webbrowser.open", lambda address: True)
        return open_page(tmp_path_factory.mktemp("tour"), quick=True).as_uri()


@pytest.fixture
def visit(chromium, tour):
    """A function that opens the page; at the end nothing has failed, and nothing was fetched."""
    contexts, errors, requests = [], [], []

    def open_tour(width=1280, height=800, scheme="light", **options):
        context = chromium.new_context(**looking_at((width, height, scheme), **options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(tour)
        return page

    yield open_tour
    for context in contexts:
        context.close()
    assert errors == []
    assert {url for url in requests if not url.startswith("data:")} == {tour}


def go_to(page, selector, below=100):
    """Scroll until an element is this far below the top, and wait for what that starts."""
    page.evaluate(
        "([selector, below]) => scrollBy({top: document.querySelector(selector)"
        ".getBoundingClientRect().top - below, behavior: 'instant'})",
        [selector, below],
    )
    page.wait_for_timeout(80)


def read_all(page):
    """Scroll through the page, so that every figure starts."""
    for number in range(1, len(CHAPTERS) + 1):
        go_to(page, f"#chapter-{number}")
    for name in page.eval_on_selector_all("[data-view]", "all => all.map(x => x.dataset.view)"):
        go_to(page, f"[data-view={name}]")
        page.wait_for_selector(f"[data-view={name}] > .view")


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_every_figure_starts_and_nothing_is_cut_off(visit, width, height, scheme, request):
    page = visit(width, height, scheme)
    read_all(page)
    if pictures := request.config.getoption("--pictures", default=""):
        page.screenshot(path=f"{pictures}/tour-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(CUT_OFF) == []
    for left, right, _ in page.evaluate(DRAWINGS, "down" if width < 640 else "across"):
        assert 0 <= left < right <= width
    bounds = (
        "all => all.map(x => [x.getBoundingClientRect().left, x.getBoundingClientRect().right])"
    )
    for left, right in page.eval_on_selector_all("[data-view]", bounds):
        assert 0 <= left < right <= width
    fills = """views => views.filter(view => {
      const [inside, around] = [view, view.parentElement].map(x => x.getBoundingClientRect());
      return Math.abs(inside.y - around.y) > 2 || Math.abs(inside.height - around.height) > 4;
    }).length"""
    assert page.eval_on_selector_all(".view", fills) == 0  # each view fills its own figure
    if (width < 640) != (scheme == "dark"):
        return  # axe takes seconds, and each size and each theme is examined once
    report = Axe().run(page)
    grave = [x for x in report.response["violations"] if x["impact"] in ("serious", "critical")]
    assert not grave, report.generate_report()


def test_no_letters_of_a_drawing_are_small_on_a_telephone(visit):
    page = visit(390, 844)
    assert [text for text in page.evaluate(LETTERS) if text[0] < 10] == []
    read_all(page)
    letters = page.evaluate(LETTERS)
    assert [text for text in letters if text[0] < 10] == [] and len(letters) > 500


def test_figures_start_when_they_come_near(visit):
    page = visit()
    first = page.locator("header [data-view=data-5] > .view")
    first.wait_for()
    assert first.bounding_box()["y"] + first.bounding_box()["height"] < 800
    assert page.evaluate(STARTED) == ["data-5"]
    go_to(page, "[data-view=data-3]")
    page.wait_for_selector("[data-view=data-3] > .view")
    assert len(page.evaluate(STARTED)) < 5


def test_the_figure_at_the_top_plays(visit):
    page = visit()
    figure = page.locator("header [data-view=data-5]")
    figure.get_by_role("button", name="Step", exact=False).first.wait_for()
    figure.locator(".stage").focus()
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert "gets" in figure.locator(".step-words").inner_text()
    assert page.locator("header figcaption").inner_text().startswith("Each box shows a number")


@pytest.mark.parametrize(("width", "height", "line"), [(1280, 800, 350), (390, 844, 540)])
def test_the_stepped_figure_follows_the_text(visit, width, height, line):
    page = visit(width, height)
    go_to(page, ".walk")
    page.wait_for_selector("[data-view=data-7] > .view")
    for stage, at, unset in ((1, 1, 6), (3, 5, 2), (4, 7, 0), (2, 3, 4)):
        go_to(page, f".stage:nth-child({stage})", line)
        assert page.evaluate(f"{VIEW}.graph.at") == at
        nodes = f"{VIEW}.graph.nodes.filter(node => node.grad === null).length"
        assert page.evaluate(nodes) == unset
        assert "reached" in page.locator(".walk").first.locator(".stage").nth(
            stage - 1
        ).get_attribute("class")
        box = page.locator("[data-view=data-7]").bounding_box()
        if stage > 1:  # it stays in the window
            assert 0 <= box["y"] < box["y"] + box["height"] <= height
    assert page.locator(".still .picture").first.is_hidden()
    assert page.evaluate(f"{VIEW}.scene.isUpright")
    page.evaluate(f"{VIEW}.toolbar.practise.click()")
    go_to(page, ".stage:nth-child(4)", line)
    assert page.evaluate(f"[Boolean({VIEW}.graph.practice), {VIEW}.graph.at]") == [True, None]


def test_practice_on_a_telephone(visit):
    page = visit(390, 844)
    figure = page.locator("[data-view=data-9]")
    go_to(page, "[data-view=data-9]")
    figure.locator("button.practise").tap()
    field = figure.locator(".panel input").first
    field.fill("1")
    figure.get_by_role("button", name="Check").tap()
    assert "1 of 7" in figure.locator(".practice").inner_text()


def test_an_edited_input_is_followed(visit):
    page = visit()
    go_to(page, "[data-view=data-3]")
    view = view_of(3)
    page.wait_for_selector("[data-view=data-3] > .view")
    page.evaluate(f"{view}.choose(0)")
    field = page.locator("[data-view=data-3] .panel input").first
    field.fill("5")
    field.press("Enter")
    assert page.evaluate(f"{view}.graph.nodes.at(-1).data") == -2.0


def test_the_still_pictures_stand_without_scripts(visit):
    page = visit(java_script_enabled=False)
    assert page.locator(".across > svg").first.is_visible()
    assert page.locator(".still .picture").first.is_visible()
    assert page.locator(".still").count() == 9


def test_paper_has_the_still_pictures(visit):
    page = visit()
    go_to(page, "[data-view=data-3]")
    page.wait_for_selector("[data-view=data-3] > .view")
    page.emulate_media(media="print")
    assert page.locator("[data-view=data-3] > .view").is_hidden()
    assert page.locator("[data-view=data-3] > .across > svg").is_visible()
    assert page.locator(".still .picture").first.is_visible()
