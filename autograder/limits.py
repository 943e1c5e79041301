"""How much grading may take: the ``Limits`` section of ``nbgrader_config.py``; flags on the command line win."""

from __future__ import annotations

from math import isfinite

from traitlets import Float, Int, TraitError, validate
from traitlets.config import Configurable

from . import run
from .course import Course
from .settings import load_section

MB = 1 << 20


class Limits(Configurable):
    """The settings; what a trait's help says is what its error says."""

    call = Float(run.Limits.call, min=0.1, help="评分格调用学生的函数，一次最多几秒，不小于 0.1").tag(config=True)
    cell = Float(run.Limits.cell, min=0.1, help="一格最多运行几秒，不小于 0.1").tag(config=True)
    submission = Float(run.Limits.submission, min=1, help="一份作业最多运行几秒，不小于 1").tag(config=True)
    memory_mb = Int(run.Limits.memory // MB, min=64, help="一份作业最多用多少 MB 内存，不小于 64 的整数").tag(
        config=True
    )
    jobs = Int(None, allow_none=True, min=1, help="同时批改几份，不小于 1 的整数；None 表示处理器有几核就几份").tag(
        config=True
    )
    busy_timeout = Float(30.0, min=0, help="别的程序占着成绩簿时最多等几秒，不小于 0").tag(config=True)

    @validate("call", "cell", "submission", "busy_timeout")
    def _a_number(self, proposal: dict[str, float]) -> float:
        if not isfinite(proposal["value"]):
            raise TraitError("neither nan nor inf")
        return proposal["value"]


def load_limits(course: Course) -> Limits:
    """The course's settings; raises :class:`CourseError` that names the one that is wrong."""
    return load_section(course, Limits)


def run_limits(course: Course, cell: float | None = None) -> run.Limits:
    """What one submission may take; ``cell`` (seconds) goes before what the course sets.

    nbgrader's own ``ExecutePreprocessor.timeout`` counts where ``Limits.cell`` is not set.
    """
    limits = load_limits(course)
    if cell is None and "cell" not in course.config.Limits:
        cell = float(course.config.ExecutePreprocessor.timeout or limits.cell)
    return run.Limits(limits.call, cell or limits.cell, limits.submission, limits.memory_mb * MB)
