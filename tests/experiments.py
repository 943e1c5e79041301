"""Run the experiments of a lab as the notebook does, and keep what each of them returned."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import matplotlib
from conftest import ROOT

import labkit
from autograder.notebooks import is_test, read_source

matplotlib.use("Agg")


@dataclass
class Experiments:
    """What the experiments of one lab returned, in the order of the notebook, by the name of the function."""

    results: dict[str, list[Any]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  #: all calls of a function together
    names: dict[str, Any] = field(default_factory=dict)  #: all that the notebook defines


@functools.cache
def run(lab: str) -> Experiments:
    """The instructor notebook of ``lab``, run from top to bottom without its test cells."""
    import matplotlib.pyplot as plt

    found = Experiments()
    plain = labkit.experiment

    def record(function: Callable[..., Any]) -> Callable[..., Any]:
        inner = plain(function)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            result = inner(*args, **kwargs)
            name = function.__name__
            found.seconds[name] = found.seconds.get(name, 0.0) + time.perf_counter() - start
            found.results.setdefault(name, []).append(result)
            plt.close("all")
            return result

        return call

    os.environ["LABKIT_PROGRESS"] = "0"
    labkit.experiment = record
    try:
        found.names["__name__"] = "__main__"
        for cell in read_source(ROOT / "source_notebooks" / lab / f"{lab}.ipynb").cells:
            if cell.cell_type == "code" and not is_test(cell):
                exec(compile(cell.source, cell.id, "exec"), found.names)
    finally:
        labkit.experiment = plain
    return found
