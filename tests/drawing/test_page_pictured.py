"""What is painted after a change: the canvas's next frame, and where an amount stands."""

from __future__ import annotations

import drawing_graphs as graphs
import pytest
from page_view import opened

from chainrule import Value

pytestmark = pytest.mark.once


def settle(modules):
    """Let frames pass until nothing is left to draw."""
    modules.run(
        "for (let n = 0; n < 3000 && page.frames.length; n++) page.frames.shift()();"
        "if (page.frames.length) throw new Error('it draws for ever')"
    )


@pytest.mark.parametrize("deed", ["refresh(new Set([3]))", "highlight()", "moveCamera()"])
def test_each_change_of_a_canvas_is_shown_in_one_frame(modules, deed):
    opened(modules, graphs.recurrence(Value, 144))
    settle(modules)
    asked, pasted, is_front = modules.run(
        f"""const {{ picture }} = v, {{ calls }} = picture.root.context;
        calls.length = 0;
        picture.{deed}; picture.{deed};
        const asked = page.frames.length;
        page.frames.shift()();
        const pasted = calls.filter(call => call.name === "drawImage");
        return [asked, pasted.length, pasted.every(call => call.what[0] === picture.front)]"""
    )
    assert (asked, pasted, is_front) == (1, 1, True)


@pytest.mark.parametrize("is_remarked", [True, False])
@pytest.mark.parametrize("gap", [-1, 31, 33])
def test_an_amount_on_the_first_node_avoids_the_remark_above_it(modules, gap, is_remarked):
    opened(modules, Value(2.0, label="x") * Value(3.0, label="w"))
    top, low, high = modules.run(
        """const { boxes } = v.scene, at = boxes.get(0);
        v.edit(1, argument[1] ? 5 : 3);
        v.seek(2);
        v.camera.show(at, 1);
        boxes.set(1, { ...at, y: at.y - at.h - argument[0] });
        const chip = overlay.overlay(v).find(shape => shape.role === "chip");
        return [chip.y, at.y + at.h - 3, at.y - 13]""",
        [gap, is_remarked],
    )
    assert top == (low if is_remarked and gap < 32 else high)
