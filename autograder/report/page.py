"""A class report as one HTML file: no request leaves it, no script runs in it but its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..roster import Student
from ..verdict import State
from . import plots
from .gather import Gathered
from .numbers import NOT_YET, ExerciseNumbers, Intake, LabNumbers, Spread

MAX_PAIRS = 200  # shown with their code; --json has all
STATES = {
    State.FAULT: "批改程序出错",
    NOT_YET: "还没有批改",
    State.NOT_GRADABLE: "无法评分",
    State.WITH_FAILURES: "有格子中断",
}
INTAKE = {
    "taken": "收下",
    "superseded": "被后来的取代",
    "set aside": "放到一边",
    "ignored": "忽略（不是作业）",
}


def render(gathered: Gathered) -> str:
    """The page."""
    report = gathered.report
    script = _resource("report.js")
    environment = Environment(
        loader=PackageLoader("autograder"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    ticks = short_names([lab.name for lab in report.labs])
    short = dict(zip((lab.name for lab in report.labs), ticks, strict=True))
    environment.filters |= {"person_of": lambda student: person(student, gathered.roster), "short_name": short.get}
    return environment.get_template("report.html.j2").render(
        report=report,
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
        style=Markup(_resource("report.css")),
        graded_at=f"{gathered.graded_at:%Y-%m-%d %H:%M %z}",
        short=short,
        roster=gathered.roster,
        figures=[_lab_figures(lab, number) for number, lab in enumerate(report.labs)],
        progress=_progress(report.labs, ticks) if len(report.labs) > 1 else None,
        states=STATES,
        intake=_intake_words(report.intake) if report.intake else [],
        pairs=report.pairs[:MAX_PAIRS],
        code=lambda lab, exercise, student: gathered.answers[lab, exercise.notebook, exercise.name][student],
        percent=percent,
    )


def _resource(name: str) -> str:
    return files("autograder").joinpath("templates", name).read_text("utf-8")


def percent(share: float | None) -> str:
    """``share`` (0 to 1) in whole percent; a dash if there is none."""
    return "–" if share is None else f"{100 * share:.0f}%"


def person(student_id: str, roster: Mapping[str, Student]) -> str:
    """A student's id, with the name if the roster knows it."""
    student = roster.get(student_id)
    return f"{student_id} {student.name}" if student and student.name else student_id


def short_names(names: Sequence[str]) -> list[str]:
    """What comes before the first underscore, where that tells the labs apart."""
    short = [name.split("_")[0] for name in names]
    return short if len(set(short)) == len(short) else list(names)


def _lab_figures(lab: LabNumbers, number: int) -> dict[str, object]:
    """A lab's figures and what they show in words; None for what has no data yet."""
    histogram = lab.spread and {
        "svg": Markup(plots.histogram(lab.spread, f"h{number}")),
        "words": _histogram_words(lab.spread),
    }
    bars = lab.exercises and {
        "svg": Markup(plots.exercise_bars(lab.exercises, f"e{number}")),
        "words": "；".join(map(_exercise_words, lab.exercises)) + "。",
    }
    return {"lab": lab, "histogram": histogram or None, "bars": bars or None}


def _histogram_words(spread: Spread) -> str:
    step = 100 // len(spread.bins)
    tenths = "，".join(f"{step * i}–{step * (i + 1)}%：{n} 人" for i, n in enumerate(spread.bins) if n)
    return f"{spread.students} 人，中位数 {percent(spread.median)}。{tenths}。"


def _exercise_words(exercise: ExerciseNumbers) -> str:
    parts = (
        f"满分 {exercise.full} 人，部分得分 {exercise.part} 人，0 分 {exercise.zero} 人，等待批阅 {exercise.waiting} 人"
    )
    return f"{exercise.title}：{parts}"


def _progress(labs: Sequence[LabNumbers], ticks: Sequence[str]) -> dict[str, object]:
    middle = [
        f"{tick} 中位数 {percent(s.median)}（{percent(s.quartile1)} 到 {percent(s.quartile3)}）"
        for lab, tick in zip(labs, ticks, strict=True)
        if (s := lab.spread)
    ]
    handed = [f"{tick} {lab.handed_in}/{lab.expected} 人" for lab, tick in zip(labs, ticks, strict=True)]
    return {
        "medians": {"svg": Markup(plots.medians(labs, ticks, "m")), "words": "，".join(middle) + "。"},
        "handed_in": {"svg": Markup(plots.handed_in(labs, ticks, "s")), "words": "，".join(handed) + "。"},
    }


def _intake_words(intake: Intake) -> list[tuple[str, int]]:
    return [(INTAKE.get(state, state), count) for state, count in intake.counts.items()]
