"""The labs' experiments as they are, against plain loops: one seed at a time, every batch through a DataLoader.

Both run the same cells of the instructor notebooks with the same seeds, initial weights and orders of the data. The
plain way has ``labkit.Replicas`` compute and ``labkit.fit`` train network by network, on batches that a DataLoader
makes sample by sample (images by ToTensor and Normalize). What the experiments return is compared: the medians over
all numbers of an experiment, which masks of dropout may move a little.

    python benchmarks/experiments.py [LAB …] [--repeats 3] [--json]
"""

from __future__ import annotations

import argparse
import functools
import inspect
import io
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, RandomSampler
from torchvision import transforms

import labkit

ROOT = Path(__file__).resolve().parent.parent
LABS = sorted(path.name for path in (ROOT / "source_notebooks").glob("lab*_*") if path.is_dir())
FAST = labkit.Replicas, labkit.ReplicaBatches
EVALUATED_AT_ONCE = 256


class Samples(Dataset):
    """Samples one by one; images take the way that torchvision's MNIST and its usual transforms send them."""

    def __init__(self, x: Tensor, y: Tensor | None = None) -> None:
        self.x, self.y, self.shape = x, torch.zeros(len(x)) if y is None else y, x.shape[1:]
        self.side = {28 * 28: 28, 14 * 14: 14}.get(self.shape.numel())
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.0,), (1.0,))])

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        x = self.x[index]
        if self.side:  # as float32, so that the numbers stay the same; with uint8 it takes as long
            x = self.transform(Image.fromarray(x.reshape(self.side, self.side).numpy())).view(self.shape)
        return x, self.y[index]


def looked_at(x: Tensor) -> Iterator[Tensor]:
    """The batches in which a plain evaluation reads ``x``."""
    return (part for part, _ in DataLoader(Samples(x), EVALUATED_AT_ONCE))


class PlainReplicas(FAST[0]):
    """The same networks, one by one. Their parameters and gradients lie in the stacked tensors, which the experiments
    look at."""

    def __init__(self, build: Callable[[], nn.Module], seeds: Iterable[int], **_: Any) -> None:
        super().__init__(build, seeds, vectorize=False)
        self.nets = [self.net(index) for index in range(len(self))]
        for name, stacked in self._params.items():
            stacked.grad = torch.zeros_like(stacked)
            path, _, last = name.rpartition(".")
            for net, value, grad in zip(self.nets, stacked.detach(), stacked.grad, strict=True):
                parameter = nn.Parameter(value)
                parameter.grad = grad
                setattr(net.get_submodule(path), last, parameter)

    def train(self, mode: bool = True) -> PlainReplicas:
        super().train(mode)
        for net in getattr(self, "nets", ()):
            net.train(mode)
        return self

    def __call__(self, x: Tensor, *, shared: bool = False) -> Tensor:
        each = enumerate(self.nets)
        return torch.stack([torch.cat([net(part) for part in looked_at(x if shared else x[i])]) for i, net in each])


class PlainBatches(FAST[1]):
    """A DataLoader for each replica."""

    def loaders(self) -> Iterator[DataLoader]:
        for index, generator in enumerate(self.generators or [None] * len(self.x)):
            data = Samples(self.x[index], self.y[index]) if self.own else Samples(self.x, self.y)
            sampler = RandomSampler(data, generator=generator) if generator else None
            yield DataLoader(data, self.batch_size, sampler=sampler)


def plain_trainers(nets: PlainReplicas, trainer: torch.optim.Optimizer) -> list[torch.optim.Optimizer]:
    """An optimizer like ``trainer`` for each network, as its class makes it by default (not fused)."""
    names = {id(stacked): name for name, stacked in nets.named_parameters().items()}
    trainers = []
    for net in nets.nets:
        groups = [
            group | {"params": [net.get_parameter(names[id(p)]) for p in group["params"]], "fused": None}
            for group in trainer.param_groups
        ]
        trainers.append(type(trainer)(groups))
    return trainers


def share_state(nets: PlainReplicas, trainer: torch.optim.Optimizer, trainers: list[torch.optim.Optimizer]) -> None:
    """Lay the state of all optimizers after their first step into that of ``trainer``, where the experiments look."""
    for name, stacked in nets.named_parameters().items():
        states = [own.state[net.get_parameter(name)] for own, net in zip(trainers, nets.nets, strict=True)]
        for key, value in states[0].items():
            if isinstance(value, Tensor) and value.shape == stacked.shape[1:]:
                trainer.state[stacked][key] = torch.stack([state[key] for state in states])
                for state, view in zip(states, trainer.state[stacked][key], strict=True):
                    state[key] = view
            else:
                trainer.state[stacked][key] = value


def plain_fit(
    nets: PlainReplicas,
    batches: Any,
    trainer: torch.optim.Optimizer,
    epochs: int,
    *,
    loss: Callable[..., Tensor] = nn.functional.cross_entropy,
    penalty: Callable[[dict[str, Tensor]], Tensor] | None = None,
    after_step: Callable[[], None] | None = None,
    after_epoch: Callable[[int], None] | None = None,
) -> None:
    """:func:`labkit.fit`, network by network."""
    if isinstance(batches, PlainBatches):
        loaders = list(batches.loaders())
    else:  # the whole training set in one batch
        ((x, y),) = batches
        loaders = [DataLoader(Samples(own, target), len(own)) for own, target in zip(x, y, strict=True)]
    trainers = plain_trainers(nets, trainer)
    for epoch in range(1, epochs + 1):
        nets.train()
        for step, together in enumerate(zip(*loaders, strict=True)):
            for own, net, (x, y) in zip(trainers, nets.nets, together, strict=True):
                own.zero_grad(set_to_none=False)
                loss(net(x), y, reduction="none").mean().backward()
            if penalty is not None:  # of all at once, since each replica may have a strength of its own
                penalty(nets.named_parameters()).backward()
            for own in trainers:
                own.step()
            if epoch == 1 and step == 0:
                share_state(nets, trainer, trainers)
            if after_step is not None:
                after_step()
        if after_epoch is not None:
            after_epoch(epoch)


def read_batch_by_batch(names: dict[str, Any]) -> None:
    """Have the function of this name among a notebook's, if it is there, read the samples as an evaluation does."""
    inner = names.get("hidden_activations")
    if inner is not None and not hasattr(inner, "__wrapped__"):
        names["hidden_activations"] = functools.wraps(inner)(lambda net, x: inner(net, torch.cat([*looked_at(x)])))


class Clock:
    """Seconds spent within some functions, however they call each other."""

    def __init__(self) -> None:
        self.seconds, self.depth, self.calls = 0.0, 0, 0

    def watch(self, place: Any, names: Iterable[str]) -> None:
        for name in names:
            setattr(place, name, self._watched(getattr(place, name)))

    def _watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            start, self.depth, self.calls = time.perf_counter(), self.depth + 1, self.calls + 1
            try:
                return function(*args, **kwargs)
            finally:
                self.depth -= 1
                if not self.depth:
                    self.seconds += time.perf_counter() - start

        return call


def watch_drawing() -> Clock:
    """A clock for all that matplotlib does when it is asked to; figures are rendered when they are shown."""
    import matplotlib.pyplot as plt
    from matplotlib.animation import Animation

    def show() -> None:
        for number in plt.get_fignums():
            plt.figure(number).savefig(io.BytesIO())

    plt.show = show
    clock = Clock()
    for place in (plt.Axes, plt.Figure, Animation):
        public = [name for name, value in vars(place).items() if name[0] != "_" and inspect.isfunction(value)]
        clock.watch(place, public)
    clock.watch(plt, ["subplots", "figure", "show", "close"])
    return clock


def run_here(lab: str, plain: bool) -> None:
    """In the measured process: print what was measured of each experiment, and the peak memory, as JSON."""
    sys.path.insert(0, str(ROOT / "tests"))
    if plain:
        labkit.Replicas, labkit.ReplicaBatches, labkit.fit = PlainReplicas, PlainBatches, plain_fit
    # What the first experiment would pay for all: most of the imports.
    torch.optim.SGD([torch.zeros(1, requires_grad=True)]).zero_grad()
    labkit.load_images()

    drawing, networks = watch_drawing(), Clock()
    networks.watch(labkit, ["fit"])
    networks.watch(labkit.Replicas, ["__call__"])
    rows: dict[str, dict[str, Any]] = {}

    def measured(function: Callable[..., Any]) -> Callable[..., Any]:
        if plain:
            read_batch_by_batch(function.__globals__)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            start, before, calls = time.perf_counter(), drawing.seconds, networks.calls
            result = function(*args, **kwargs)
            seconds, drawn = time.perf_counter() - start, drawing.seconds - before
            row = rows.setdefault(function.__name__, {"seconds": 0.0, "drawing": 0.0, "replicas": False})
            row["seconds"] += seconds - drawn
            row["drawing"] += drawn
            row["replicas"] |= networks.calls > calls
            return result

        return call

    labkit.experiment = measured
    from experiments import run

    for name, results in run(lab).results.items():
        rows[name]["median"] = _median(results)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("\n" + json.dumps({"experiments": rows, "peak MB": peak}))


def _median(value: Any) -> float:
    """The median of all numbers in what an experiment returned."""
    numbers = list(_numbers(value))
    return statistics.median(numbers) if numbers else 0.0


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, Tensor):
        value = value.detach().numpy()
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, np.ndarray | np.number | int | float) and not isinstance(value, bool):
        flat = np.asarray(value)
        if flat.dtype.kind in "iuf":
            yield from (float(x) for x in flat.ravel() if np.isfinite(x))


def measure(lab: str, plain: bool) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", __file__, lab, "--here", "plain" if plain else "labkit"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{lab} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labs", nargs="*", help="all labs if none is named")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--here", choices=("plain", "labkit"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        run_here(options.labs[0], options.here == "plain")
        return
    if unknown := set(options.labs) - set(LABS):
        parser.error(f"no such lab: {', '.join(unknown)}; there are {', '.join(LABS)}")
    figures: dict[str, dict[str, Any]] = {}
    for lab in options.labs or LABS:
        pairs = [[measure(lab, plain) for plain in (False, True)] for _ in range(options.repeats)]

        def medians(*path: str, pairs: list[list[Any]] = pairs) -> list[float]:
            return [statistics.median(functools.reduce(dict.get, path, pair[way]) for pair in pairs) for way in (0, 1)]

        for name, first in pairs[0][0]["experiments"].items():
            figures[f"{lab[:5]} {name.removeprefix('experiment_')}"] = {
                "replicas": first["replicas"],
                "drawing s": medians("experiments", name, "drawing")[0],
                "s": medians("experiments", name, "seconds"),
                "median": medians("experiments", name, "median"),
            }
        figures[f"{lab[:5]} peak MB"] = {"MB": medians("peak MB")}
    with_replicas = [row["s"] for row in figures.values() if row.get("replicas")]
    ours, theirs = (sum(column) for column in zip(*with_replicas, strict=True)) if with_replicas else (1.0, 1.0)
    ratios = [b / a for a, b in with_replicas] or [1.0]
    everything = sum(row["s"][0] + row["drawing s"] for row in figures.values() if "s" in row)
    totals = {
        "all experiments with drawing s": everything,
        "replicas s": [ours, theirs],
        "ratio": theirs / ours,
        "median ratio": statistics.median(ratios),
    }
    if options.json:
        print(json.dumps(figures | {"all": totals}))
        return
    print(f"{'labkit / plain':32}{'seconds':>17}{'ratio':>8}{'medians':>24}{'drawing s':>11}")
    for name, row in figures.items():
        if "MB" in row:
            print(f"{name:32}{_pair(row['MB'], '.0f'):>17}")
            continue
        seconds, found = _pair(row["s"], ".2f"), _pair(row["median"], ".4g")
        ratio = f"{row['s'][1] / row['s'][0]:.1f}" if row["replicas"] else "no nets"
        print(f"{name:32}{seconds:>17}{ratio:>8}{found:>24}{row['drawing s']:11.2f}")
    print(f"\nall experiments, with drawing: {everything:.1f} s")
    print(f"with networks of many seeds: {_pair([ours, theirs], '.1f')} s, {theirs / ours:.1f} times as fast")
    print(f"median of their ratios: {statistics.median(ratios):.1f}")


def _pair(values: list[float], form: str) -> str:
    return " / ".join(f"{value:{form}}" for value in values)


if __name__ == "__main__":
    main()
