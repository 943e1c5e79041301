"""Which of a student's attempts counts (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from .log import Record

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Policy(StrEnum):
    """``--attempts``."""

    LAST = "last"
    ON_TIME = "last-before-deadline"
    FIRST = "first"


@dataclass(frozen=True)
class Choice:
    """What becomes of one student's attempts at one notebook."""

    chosen: Record | None
    earlier: tuple[Record, ...] = ()  #: others that count as attempts, in order
    repeats: tuple[Record, ...] = ()  #: the same content again
    undecided: tuple[Record, ...] = ()  #: different content, nothing that tells which is later


def choose(
    attempts: Iterable[Record],
    policy: Policy,
    due: datetime | None,
    untouched: Collection[str] = (),
    settled: Collection[tuple[str, str | None]] = (),
) -> Choice:
    """Pick among ``attempts``. ``due`` (aware, grace included) matters for ON_TIME only; if all are late, the last.

    ``untouched`` are the digests of the notebooks as released: such a file counts only if there is nothing else.
    The same content handed in again is no new attempt. Of several that cannot be told apart, one in ``settled``
    (keys of what counted before) stays, otherwise none of them is chosen.
    """

    def order(record: Record) -> tuple[datetime, int]:
        return (record.when or LONG_AGO, record.attempt or 0)

    queue = sorted(attempts, key=lambda record: (order(record), record.input))
    repeats: list[Record] = []
    kept: list[Record] = []
    for record in queue:
        same = [other for other in kept if other.sha256 == record.sha256]
        if same and (order(same[-1]) == order(record) or kept[-1].sha256 == record.sha256):
            repeats.append(record)
        else:
            kept.append(record)
    serious = [record for record in kept if record.sha256 not in untouched] or kept
    on_time = [record for record in serious if due is None or record.when is None or record.when <= due]
    eligible = (on_time or serious) if policy is Policy.ON_TIME else serious
    chosen, undecided = None, []
    while eligible and chosen is None:
        chosen = eligible[0 if policy is Policy.FIRST else -1]
        if len(level := [record for record in eligible if order(record) == order(chosen)]) > 1:
            chosen = next((record for record in level if record.key in settled), None)
            undecided += [record for record in level if record is not chosen]
            eligible = [record for record in eligible if record not in level]
    rest = [record for record in kept if record is not chosen and record not in undecided]
    return Choice(chosen, tuple(rest), tuple(repeats), tuple(undecided))
