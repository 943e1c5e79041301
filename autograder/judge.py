"""From what happened in the cells to points and words (pure)."""

from __future__ import annotations

import re

from .notebooks import grade_id
from .plan import Item, Kind, Plan
from .run import CANNOT_CARRY, DEATH_ERROR, TIMEOUT_ERROR, Limits, Outcome, Run
from .verdict import ItemResult, State

ANSI = re.compile(r"\x1b\[[0-9;]*m")
MAX_MESSAGE = 500
NO_ANSWER = "没有作答"
CALL = "\n最后一次调用："  # what follows in a message is about the call, not about what is wrong


def judge(
    plan: Plan, run: Run, limits: Limits, unanswered: frozenset[str]
) -> tuple[State, str, tuple[ItemResult, ...]]:
    """State, reason and item results of an executed notebook.

    A test cell earns its points if it ended without an exception, and as many as the bare number in its last line
    says if there is one; output and warnings do not matter.
    ``unanswered`` names the cells marked by hand that hold exactly what was released: they earn 0.
    """
    outcomes = {
        name: run.outcomes.get(index) for index, cell in enumerate(run.notebook.cells) if (name := grade_id(cell))
    }
    items = tuple(_judge_item(item, outcomes, run, limits, item.grade_id in unanswered) for item in plan.items)
    broken = [
        f"{what}：{'、'.join(names)}"
        for error, what in ((TIMEOUT_ERROR, "运行超时"), (DEATH_ERROR, "Python 进程中途退出"))
        if (names := _cells(run, error))
    ]
    if run.stopped:
        broken.append(run.stopped)
    return (State.WITH_FAILURES if broken else State.GRADED), "；".join(broken), items


def puzzling(plan: Plan, run: Run) -> list[str]:
    """The exercises that lost points by answers that ran: here it helps to look for a common mistake."""
    outcomes = {grade_id(run.notebook.cells[index]): outcome for index, outcome in run.outcomes.items()}
    plain = (TIMEOUT_ERROR, DEATH_ERROR, CANNOT_CARRY, "NotImplementedError")
    lost: dict[str, set[str]] = {}
    for item in plan.items:
        outcome = outcomes.get(item.grade_id)
        if item.kind is Kind.TEST and outcome is not None and outcome.error:
            lost.setdefault(item.exercise, set()).add(outcome.error)
    return [name for name, errors in lost.items() if not errors.intersection(plain) and name in outcomes]


def _cells(run: Run, error: str) -> list[str]:
    """The cells that ended with ``error``, each kind once; cells that the student added have no name."""
    cells = run.notebook.cells
    names = [grade_id(cells[i]) or "自己加的格子" for i, outcome in run.outcomes.items() if outcome.error == error]
    return list(dict.fromkeys(names))


def _judge_item(item: Item, outcomes: dict[str, Outcome | None], run: Run, limits: Limits, empty: bool) -> ItemResult:
    if item.kind is Kind.MANUAL:
        score, message = (0.0, NO_ANSWER) if empty else (None, "")
    else:
        outcome = outcomes.get(item.grade_id)
        score = 0.0
        if outcome is not None and not outcome.error:
            score = item.points if outcome.value is None else min(max(outcome.value, 0.0), item.points)
        message = explain(outcome, outcomes.get(item.exercise), run.stopped, limits)
    return ItemResult(item.grade_id, item.exercise, item.kind, score, item.points, message)


def explain(outcome: Outcome | None, answer: Outcome | None, stopped: str, limits: Limits) -> str:
    """What a student reads about a test cell; empty if it passed. ``answer`` is the outcome of the solution cell."""
    if outcome is None:
        return f"{stopped or '运行中断'}，这项检查没有运行。"
    if not outcome.error:
        return ""
    if answer is not None and answer.error == TIMEOUT_ERROR:
        return f"练习格运行超过 {limits.cell:g} 秒，被停止：检查循环能否结束。"
    if answer is not None and answer.error == DEATH_ERROR:
        return f"运行练习格时 Python 进程中途退出（{answer.text}），所以没有可检查的结果。"
    if answer is not None and answer.error:
        return _short(f"练习格本身运行出错（{answer.error}：{answer.text}），所以没有可检查的结果。")
    if outcome.error == TIMEOUT_ERROR:
        return f"检查你的代码时运行超过 {limits.cell:g} 秒，被停止：检查循环能否结束。"
    if outcome.error == DEATH_ERROR:
        return f"检查你的代码时 Python 进程中途退出（{outcome.text}）。"
    if outcome.error == CANNOT_CARRY:
        return _short(outcome.text)
    if outcome.error == "NotImplementedError":
        return "这个练习还没有完成。"
    call = f"{CALL}{_short(' '.join(outcome.call.split()))}。" if outcome.call else ""
    if outcome.error == "AssertionError":
        return (_short(outcome.text) or "结果与要求不符") + call
    if outcome.error == "NameError":
        return _short(f"没有找到要检查的名字，它应当在练习格里定义（{outcome.text}）。")
    return _short(f"运行你的代码时出现 {outcome.error}：{outcome.text}") + call


def _short(text: str) -> str:
    text = ANSI.sub("", text).strip()
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + "…"
