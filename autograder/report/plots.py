"""The report's figures: SVG to stand inside the page, in its fonts and its colours, light or dark.

Titles, legends and what screen readers say are the page's; text in the SVG stays text.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .numbers import BINS, ExerciseNumbers, LabNumbers, Spread

WIDTH = 4.4  # inches, about a phone's width: figures are set side by side where there is more room
MAX_TITLE = 22  # characters above a bar; the table beside the figure has the whole
# Matplotlib needs colours, the page has names: these stand for them until the SVG is done.
COLOURS = {
    "ink": "#010101",
    "soft": "#010102",
    "line": "#010103",
    "full": "#010104",
    "part": "#010105",
    "zero": "#010106",
    "wait": "#010107",
}
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "report",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLOURS["soft"],
    "axes.labelcolor": COLOURS["ink"],
    "text.color": COLOURS["ink"],
    "xtick.color": COLOURS["soft"],
    "ytick.color": COLOURS["soft"],
    "grid.color": COLOURS["line"],
}


def histogram(spread: Spread, name: str) -> str:
    """How many students got which tenth of the points, and the median. ``name`` is unique on the page."""
    figure, axes = _axes(2.5)
    step = 100 / BINS
    axes.bar([step * i for i in range(BINS)], spread.bins, width=step * 0.92, align="edge", color=COLOURS["full"])
    axes.axvline(100 * spread.median, color=COLOURS["zero"], linestyle="--", linewidth=2)
    axes.set(xlim=(0, 100), xticks=range(0, 101, 20), xlabel="得分率（%）", ylabel="人数")
    axes.yaxis.get_major_locator().set_params(integer=True)
    return _svg(figure, name)


def exercise_bars(exercises: Sequence[ExerciseNumbers], name: str) -> str:
    """A bar an exercise: the share of students with all, some and none of its points."""
    figure, axes = _axes(0.9 + 0.52 * len(exercises), left=0.16)
    for place, exercise in enumerate(exercises):
        parts = (exercise.full, exercise.part, exercise.zero, exercise.waiting)
        left, total = 0.0, max(sum(parts), 1)
        for part, colour in zip(parts, ("full", "part", "zero", "wait"), strict=True):
            axes.barh(place, 100 * part / total, left=left, height=0.42, color=COLOURS[colour])
            left += 100 * part / total
        title = exercise.title if len(exercise.title) <= MAX_TITLE else exercise.title[: MAX_TITLE - 1] + "…"
        axes.text(0, place - 0.33, title, color=COLOURS["ink"], parse_math=False)  # a title is no formula
    axes.set(xlim=(0, 100), ylim=(len(exercises) - 0.6, -0.9), yticks=[], xlabel="学生（%）")
    axes.spines.left.set_visible(False)
    return _svg(figure, name)


def medians(labs: Sequence[LabNumbers], ticks: Sequence[str], name: str) -> str:
    """The median of each lab with the middle half of the class around it."""
    figure, axes = _axes(2.5)
    places = [i for i, lab in enumerate(labs) if lab.spread]
    spreads = [lab.spread for lab in labs if lab.spread]
    low, high = [100 * s.quartile1 for s in spreads], [100 * s.quartile3 for s in spreads]
    axes.fill_between(places, low, high, color=COLOURS["part"], linewidth=0)
    axes.vlines(places, low, high, color=COLOURS["full"], linewidth=1.5)
    axes.plot(places, [100 * s.median for s in spreads], "o-", color=COLOURS["full"], linewidth=2)
    _over_labs(axes, ticks, "得分率（%）")
    return _svg(figure, name)


def handed_in(labs: Sequence[LabNumbers], ticks: Sequence[str], name: str) -> str:
    """The share of the class that has handed in each lab."""
    figure, axes = _axes(2.5)
    shares = [100 * lab.handed_in / max(lab.expected, 1) for lab in labs]
    axes.bar(range(len(labs)), shares, width=0.6, color=COLOURS["full"])
    _over_labs(axes, ticks, "交了的学生（%）")
    return _svg(figure, name)


def _over_labs(axes: Axes, ticks: Sequence[str], ylabel: str) -> None:
    axes.set(xlim=(-0.5, len(ticks) - 0.5), ylim=(0, 104), xticks=range(len(ticks)), xlabel="实验", ylabel=ylabel)
    axes.set_xticklabels(ticks, parse_math=False)
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def _axes(height: float, left: float = 0.65) -> tuple[Figure, Axes]:
    """Empty axes in a figure of ``height``, with ``left`` beside them (inches)."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height))
        box = (left / WIDTH, 0.55 / height, (WIDTH - left - 0.15) / WIDTH, (height - 0.65) / height)
        return figure, figure.add_axes(box)


def _svg(figure: Figure, name: str) -> str:
    """The figure as an element of the page. Ids begin with ``name``, so that two figures do not share one."""
    text = io.StringIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the reader's browser draws it
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'<svg [^>]*viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true" focusable="false">', svg)
    svg = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{name}-", svg).replace("xlink:href", "href")
    svg = re.sub(r"font-family: [^;\"]*;?", "", svg)  # the page's instead
    for colour, value in COLOURS.items():
        svg = svg.replace(value, f"var(--{colour})")
    return svg
