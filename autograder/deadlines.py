"""When labs are due, and what handing them in late costs: the ``Deadlines`` section of ``nbgrader_config.py``.

The gradebook gets the due dates (``record.py``) and nbgrader finds out how late a submission is, extensions
included; :class:`LatePenalty` makes points of it, under ``autograder grade`` and under plain ``nbgrader autograde``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil, isfinite
from zoneinfo import ZoneInfo

from nbgrader.plugins import BasePlugin
from traitlets import Dict, Float, TraitError, Unicode, validate
from traitlets.config import Configurable

from .course import Course
from .errors import CourseError
from .settings import load_section

DAY = 86400  # seconds
DECIMALS = 2  # of a penalty in points


class Deadlines(Configurable):
    """The settings; what a trait's help says is what its error says."""

    timezone = Unicode("Asia/Shanghai", help="due 里的时间属于哪个时区，例如 Asia/Shanghai、Europe/Berlin").tag(
        config=True
    )
    due = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help='实验的名字对应截止时间，例如 {"lab01_activations": "2026-03-20 23:59"}',
    ).tag(config=True)
    grace_minutes = Float(0.0, min=0, help="宽限多少分钟，不小于 0").tag(config=True)
    per_day = Float(0.0, min=0, max=1, help="每迟一天扣掉得分的几分之几，0 到 1 之间的小数，例如 0.1").tag(config=True)
    zero_after_days = Float(None, allow_none=True, min=0, help="迟交超过几天记 0 分，不小于 0；None 表示没有").tag(
        config=True
    )

    @validate("grace_minutes", "per_day", "zero_after_days")
    def _a_number(self, proposal: dict[str, float | None]) -> float | None:
        if proposal["value"] is not None and not isfinite(proposal["value"]):
            raise TraitError("neither nan nor inf")
        return proposal["value"]

    @validate("timezone")
    def _known(self, proposal: dict[str, str]) -> str:
        try:
            ZoneInfo(proposal["value"])
        except (KeyError, ValueError, OSError):
            raise TraitError("no such time zone") from None
        return proposal["value"]

    @property
    def penalize(self) -> bool:
        """Whether lateness costs anything."""
        return self.per_day > 0 or self.zero_after_days is not None

    def due_at(self, lab: str) -> datetime | None:
        """When the lab is due (aware), None if no date is set; raises :class:`ValueError` for what is no such time."""
        if lab not in self.due:
            return None
        text = self.due[lab].strip()
        when = datetime.fromisoformat(text)
        if ":" not in text:
            raise ValueError("a date without a time of day")
        if when.tzinfo is not None:
            return when
        # An hour that the clock goes through twice is meant the second time, in the students' favour.
        local = when.replace(tzinfo=ZoneInfo(self.timezone), fold=1)
        if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != when:
            raise ValueError("the clock skips this time")
        return local

    def closes_at(self, lab: str) -> datetime | None:
        """The end of the grace: what comes later is late."""
        due = self.due_at(lab)
        return due + timedelta(minutes=self.grace_minutes) if due else None

    def penalty(self, score: float, seconds_late: float) -> float:
        """The points that a submission with ``score`` loses: between 0 and ``score``, to two decimals."""
        if seconds_late <= self.grace_minutes * 60:
            return 0.0
        if self.zero_after_days is not None and seconds_late > self.zero_after_days * DAY:
            share = 1.0
        else:
            share = min(1.0, self.per_day * ceil(seconds_late / DAY))
        return max(0.0, min(score, score if share == 1 else round(score * share, DECIMALS)))


class LatePenalty(BasePlugin):
    """nbgrader's plugin for late submissions, by the course's :class:`Deadlines`."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """The points to take off, None for none."""
        return Deadlines(config=self.config).penalty(score, total_seconds_late) or None


def load_deadlines(course: Course) -> Deadlines:
    """The course's settings; raises :class:`CourseError` that names the one that is wrong."""
    deadlines = load_section(course, Deadlines)
    labs = [lab.name for lab in course.labs()]
    for lab, text in deadlines.due.items():
        where = f"nbgrader_config.py 里的 c.Deadlines.due[{lab!r}]"
        if lab not in labs:
            raise CourseError(f"{where}：没有名为 {lab} 的实验。现有的实验：{'、'.join(labs)}。")
        try:
            deadlines.due_at(lab)
        except ValueError:
            raise CourseError(
                f"{where} = {text!r} 不是 {deadlines.timezone} 的一个时间："
                "请写成“年-月-日 时:分”，例如 2026-03-20 23:59。"
            ) from None
    return deadlines
