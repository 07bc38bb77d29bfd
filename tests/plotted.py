"""What is drawn on matplotlib's axes, as text: what a reader of the plot would see."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.contour import QuadContourSet
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import StepPatch
from matplotlib.text import Text


def described(figure):
    """The figure, and each of its axes with all that is drawn on them."""
    width, height = figure.get_size_inches()
    lines = [f"figure {width:g} x {height:g} inches, {_colour(figure.get_facecolor())}"]
    figure.draw_without_rendering()
    for ax in figure.axes:
        lines += ["", *_of_axes(ax)]
    return "\n".join(lines) + "\n"


def _of_axes(ax):
    yield f"axes, {_colour(ax.get_facecolor())}"
    for name, axis, ends in (("x", ax.xaxis, ax.get_xlim()), ("y", ax.yaxis, ax.get_ylim())):
        label, ticks = axis.label, axis.get_tick_params()
        yield (
            f"  {name}: {label.get_text()!r} {_colour(label.get_color())}, {axis.get_scale()}, "
            f"{_numbers(ends)}; {'' if len(axis.get_ticklocs()) else 'no '}ticks "
            f"{_settings(ticks)}"
        )
    for side, spine in ax.spines.items():
        if spine.get_visible():
            yield f"  {side} spine: {_colour(spine.get_edgecolor())}, {spine.get_linewidth():g}"
    for text in _headings(ax):
        if text.get_text():
            yield f"  heading: {_text(text)}, {text.get_ha()}"
    for artist in sorted(ax.get_children(), key=lambda artist: artist.get_zorder()):
        for kind, describe in KINDS.items():
            if isinstance(artist, kind) and artist is not ax.patch:
                yield from describe(artist)
    if legend := ax.get_legend():
        yield from _legend(legend)


def _headings(ax):
    return ax._left_title, ax.title, ax._right_title


def _settings(ticks):
    shown = {name: _colour(x) if "color" in name else x for name, x in ticks.items()}
    return " ".join(f"{name}={shown[name]}" for name in sorted(shown))


def _colour(colour):
    return to_hex(colour, keep_alpha=True).removesuffix("ff")


def _numbers(numbers):
    return " ".join(f"{x:.4g}" if abs(x) > 1e-14 else "0" for x in np.ravel(numbers).tolist())


def _text(text):
    return f"{text.get_text()!r} {_colour(text.get_color())}, {text.get_fontsize():g} points"


def _line(line):
    style = f"{line.get_linestyle()!r} {line.get_linewidth():g}"
    marker = f"marker {line.get_marker()!r} {line.get_markersize():g}"
    edge = f"{_colour(line.get_markeredgecolor())} {line.get_markeredgewidth():g}"
    yield f"  line {line.get_label()!r}: {_colour(line.get_color())}, {style}, {marker}, {edge}"
    yield f"    x {_numbers(line.get_xdata())}"
    yield f"    y {_numbers(line.get_ydata())}"


def _points(points):
    colours = [{*map(_colour, get())} for get in (points.get_facecolor, points.get_edgecolor)]
    yield (
        f"  points {points.get_label()!r}: {colours[0] or 'hollow'} {colours[1]}, "
        f"{_numbers(points.get_sizes())} large, {_numbers(points.get_linewidths())} wide, "
        f"of {len(points.get_paths()[0].vertices)} corners, layer {points.get_zorder()}"
    )
    yield f"    {_numbers(points.get_offsets())}"


def _image(image):
    pixels = np.asarray(image.get_array())
    yield (
        f"  image {pixels.shape} over {_numbers(image.get_extent())}, {image.origin}, "
        f"{image.get_interpolation()}, layer {image.get_zorder()}"
    )
    rows, columns = (np.linspace(0, size - 1, 4).astype(int) for size in pixels.shape[:2])
    for row in rows:
        yield f"    {' '.join(_colour(pixels[row, column]) for column in columns)}"


def _contours(contours):
    colours = [*map(_colour, contours.get_edgecolor())]
    yield (
        f"  contours {_numbers(contours.levels)}: {[*map(_colour, contours.get_facecolor())]} "
        f"{colours}, {_numbers(contours.get_linewidths())} wide, layer {contours.get_zorder()}"
    )
    for path in contours.get_paths():
        if len(path.vertices):
            ends = *path.vertices.min(axis=0), *path.vertices.max(axis=0)
            yield f"    from {_numbers(ends[:2])} to {_numbers(ends[2:])}"


def _stairs(stairs):
    values, edges, baseline = stairs.get_data()
    yield f"  bars: {_colour(stairs.get_facecolor())}, from {_numbers(edges[[0, -1]])}"
    yield f"    {_numbers(values)}"
    yield f"    on {_numbers(baseline)}"


def _written(text):
    if text.get_text() and text not in (
        text.axes.title,
        text.axes._left_title,
        text.axes._right_title,
    ):
        where = f"{_numbers(text.get_position())} {text.get_ha()} {text.get_va()}"
        yield f"  text {_text(text)}, at {where}"


def _legend(legend):
    x, y = legend.axes.transAxes.inverted().transform(legend.get_bbox_to_anchor().p0)
    names = ("_loc", "_ncols", "borderaxespad", "columnspacing", "handlelength", "handletextpad")
    spaces = " ".join(f"{name.strip('_')}={getattr(legend, name)}" for name in names)
    frame = "a frame" if legend.get_frame_on() else "no frame"
    yield f"  legend at {_numbers((x, y))}, {frame}, {spaces}"
    for handle, text in zip(legend.legend_handles, legend.get_texts()):
        facts = {
            name: _colour(getattr(handle, f"get_{name}")())
            for name in ("color", "facecolor")
            if hasattr(handle, f"get_{name}") and not isinstance(handle, PathCollection)
        }
        yield f"    {_text(text)}, {facts}"


KINDS = {
    Line2D: _line,
    PathCollection: _points,
    AxesImage: _image,
    QuadContourSet: _contours,
    StepPatch: _stairs,
    Text: _written,
}
