"""Compute the runs that two explorable figures show, and write them to ``book/_static/figures/*.data.js``.

    python book/figures/runs.py

The networks, measures and data are the labs' own: their cells are taken from the instructor notebooks.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import torch

import labkit
from autograder.notebooks import read_source

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "book" / "_static" / "figures"
GRADIENT_CELLS = ("setup", "network-forward", "gradient-by-layer", "init-weights", "tools")
DEAD_CELLS = ("setup", "given-network", "hidden-activations", "dead-neurons", "tools-code")

SEEDS = range(8)
DEPTHS = range(1, 21)
SETTINGS = (("Adam", 0.001), ("Adam", 0.01), ("Adam", 0.05), ("SGD", 0.05))
EPOCHS = 10
# A unit that answers fewer samples than this share of the probe set, but some, is nearly dead.
NEARLY = 0.01


def lab(name: str, cells: Sequence[str]) -> dict[str, Any]:
    """What the named ``cells`` of a lab's instructor notebook define."""
    matplotlib.use("Agg")
    names: dict[str, Any] = {"__name__": name}
    source = {cell.id: cell.source for cell in read_source(ROOT / "source_notebooks" / name / f"{name}.ipynb").cells}
    for cell in cells:
        exec(compile(source[cell], f"{name}:{cell}", "exec"), names)
    return names


def gradients(depths: Sequence[int] = DEPTHS) -> dict[str, Any]:
    """Mean |gradient| of each layer's weight: ``{"relu/default": {"20": [median, low, high]}}``, lists over layers."""
    names = lab("lab02_vanishing_gradients", GRADIENT_CELLS)
    data = names["get_data"]()
    x, y = next(iter(labkit.ReplicaBatches(data.x, data.y, 256, SEEDS)))
    found: dict[str, Any] = {}
    for activation in names["ACTIVATIONS"]:
        for init in names["INIT_NAMES"]:
            for depth in depths:
                runs = names["measure"](activation, depth, init, x, y, SEEDS)
                band = np.median(runs, axis=0), runs.min(axis=0), runs.max(axis=0)
                found.setdefault(f"{activation}/{init}", {})[str(depth)] = [
                    [float(f"{value:.3g}") for value in row] for row in band
                ]
    return found


def unit_states(model: Any, probe: torch.Tensor, hidden_activations: Any) -> str:
    """One character a unit, layer after layer: 0 alive, 1 nearly dead, 2 dead on the probe set."""
    counts = torch.cat([(h != 0).sum(0) for h in hidden_activations(model, probe)])
    return "".join("2" if count == 0 else "1" if count < NEARLY * len(probe) else "0" for count in counts.tolist())


def states(names: dict[str, Any], optimizer: str, lr: float, epochs: int) -> tuple[int, dict[int, str]]:
    """Train lab03's network with seed 0; steps of an epoch, and the units' states by step.

    They are noted after every step of the first epoch, and after each epoch from then on.
    """
    x_train, y_train, probe, _ = names["get_data"]()
    nets = names["make_nets"]("relu", [0])
    trainer = getattr(torch.optim, optimizer)(nets.parameters(), lr=lr)
    batches = labkit.ReplicaBatches(x_train, y_train, 64, nets.seeds)
    frames: dict[int, str] = {}
    steps = itertools.count()

    def look() -> None:
        step = next(steps)
        if step <= len(batches) or step % len(batches) == 0:
            frames[step] = unit_states(nets.net(0), probe, names["hidden_activations"])

    look()
    labkit.fit(nets, batches, trainer, epochs, after_step=look)
    return len(batches), frames


def deaths(settings: Sequence[tuple[str, float]] = SETTINGS, epochs: int = EPOCHS) -> dict[str, Any]:
    """What becomes of the units: ``{"steps": […], "epoch": steps of one, "runs": {"Adam 0.05": [frame, …]}}``."""
    names = lab("lab03_dead_relu", DEAD_CELLS)
    found: dict[str, Any] = {"runs": {}}
    for optimizer, lr in settings:
        found["epoch"], frames = states(names, optimizer, lr, epochs)
        found["steps"] = list(frames)
        found["runs"][f"{optimizer} {lr}"] = list(frames.values())
    return found


def write(name: str, data: Any) -> None:
    """Write a figure's data as a classic script: a page opened from a folder may not fetch JSON."""
    text = json.dumps(data, separators=(",", ":"))
    (DATA / f"{name}.data.js").write_text(f'explorable.data["{name}"] = {text};\n', "utf-8")


if __name__ == "__main__":
    write("gradient-depth", gradients())
    write("dead-map", deaths())
