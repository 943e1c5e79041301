"""How long grading takes on more workers than there are here, from what its parts cost (pure)."""

from __future__ import annotations

from dataclasses import dataclass

ASSUMPTIONS = (
    "a worker is one slot on a core of its own, as fast as the one measured, and all warm up at the same time",
    "the command reads all submissions before the first is judged, while the workers warm up",
    "then judging, recording and the network go on side by side, and the slowest of them sets the pace",
    "one process takes in and records, whatever the number of workers",
    "at the end the slots wait for one more submission of average length",
)


@dataclass(frozen=True)
class Costs:
    """Seconds that the parts of grading take."""

    command: float  #: until the command has read the labs
    warm_up: float  #: from then until a worker can start its first judge
    intake: float  #: a submission: read it and see that it has to be run
    judging: float  #: a submission: in one slot
    recording: float  #: a submission: in the one process that hands out, takes back and writes down
    network: float  #: a submission: there and back


@dataclass(frozen=True)
class Forecast:
    """The time that grading takes, and the part that takes the most of it."""

    workers: int
    seconds: float
    limit: str


def forecast(costs: Costs, submissions: int, workers: int) -> Forecast:
    """Grading ``submissions`` from nothing on ``workers`` slots, under ASSUMPTIONS."""
    before = {"start-up": costs.command + costs.warm_up, "intake": costs.command + costs.intake * submissions}
    meanwhile = {
        "judging": costs.judging * submissions / workers,
        "recording": costs.recording * submissions,
        "network": costs.network * submissions,
    }
    seconds = max(before.values()) + max(meanwhile.values()) + costs.judging
    parts = before | meanwhile
    return Forecast(workers, seconds, max(parts, key=lambda name: parts[name]))
