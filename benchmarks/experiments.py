"""The labs' experiments as they are, against plain loops: one seed at a time, every batch through a DataLoader.

Both run the same cells of the instructor notebooks with the same seeds, initial weights and orders of the data. The
plain way has ``labkit.Replicas`` compute and ``labkit.fit`` train network by network, on batches that a DataLoader
makes sample by sample (images by ToTensor and Normalize). What the experiments return is compared: the medians over
all numbers of an experiment, which masks of dropout may move a little.

    python benchmarks/experiments.py [LAB …] [--repeats 3] [--json]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, RandomSampler
from torchvision import transforms

import labkit

ROOT = Path(__file__).resolve().parent.parent
LABS = sorted(path.name for path in (ROOT / "source_notebooks").glob("lab*_*") if path.is_dir())
FAST = labkit.Replicas, labkit.ReplicaBatches


class Samples(Dataset):
    """Samples one by one; images pass through the usual transforms."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.y = y
        self.is_image = x.dim() == 4 and float(x.min()) >= 0 and float(x.max()) <= 1
        self.x: Any = (x * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy() if self.is_image else x
        self.pipeline = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.0,), (1.0,))])

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return (self.pipeline(self.x[index]) if self.is_image else self.x[index]), self.y[index]


class PlainReplicas(FAST[0]):
    """The same networks, one by one. Their parameters lie in the stacked tensors, so that both can be looked at."""

    def __init__(self, build: Callable[[], nn.Module], seeds: Iterable[int], **_: Any) -> None:
        super().__init__(build, seeds, vectorize=False)
        self._params = {name: value.detach() for name, value in self._params.items()}
        self.nets = []
        for index in range(len(self)):
            net = self.net(index)
            for name, value in self._params.items():
                module, _, last = name.rpartition(".")
                setattr(net.get_submodule(module), last, nn.Parameter(value[index]))
            self.nets.append(net)

    def parameters(self) -> list[Tensor]:
        return [parameter for net in getattr(self, "nets", ()) for parameter in net.parameters()]

    def train(self, mode: bool = True) -> PlainReplicas:
        super().train(mode)
        for net in getattr(self, "nets", ()):
            net.train(mode)
        return self

    def __call__(self, x: Tensor, *, shared: bool = False) -> Tensor:
        return torch.stack([net(x if shared else x[index]) for index, net in enumerate(self.nets)])


class PlainBatches(FAST[1]):
    """A DataLoader for each replica."""

    def loaders(self) -> Iterator[DataLoader]:
        for index, generator in enumerate(self.generators or [None] * len(self.x)):
            data = Samples(self.x[index], self.y[index]) if self.own else Samples(self.x, self.y)
            sampler = RandomSampler(data, generator=generator) if generator else None
            yield DataLoader(data, self.batch_size, sampler=sampler)


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
    """:func:`labkit.fit`, network by network. A step leaves networks without a gradient alone."""
    if isinstance(batches, PlainBatches):
        loaders: list[Any] = list(batches.loaders())
    else:
        loaders = [[(x[index], y[index]) for x, y in batches] for index in range(len(nets))]
    for epoch in range(1, epochs + 1):
        nets.train()
        for together in zip(*loaders, strict=True):
            for net, (x, y) in zip(nets.nets, together, strict=True):
                objective = loss(net(x), y, reduction="none").mean()
                if penalty is not None:
                    objective = objective + penalty({name: p[None] for name, p in net.named_parameters()})
                trainer.zero_grad()
                objective.backward()
                trainer.step()
            if after_step is not None:
                after_step()
        if after_epoch is not None:
            after_epoch(epoch)


def run_here(lab: str, plain: bool) -> None:
    """In the measured process: print seconds and median of each experiment, and the peak memory, as JSON."""
    sys.path.insert(0, str(ROOT / "tests"))
    if plain:
        labkit.Replicas, labkit.ReplicaBatches, labkit.fit = PlainReplicas, PlainBatches, plain_fit
    from experiments import run

    found = run(lab)
    medians = {name: _median(results) for name, results in found.results.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("\n" + json.dumps({"seconds": found.seconds, "medians": medians, "peak MB": peak}))


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
    figures: dict[str, Any] = {}
    for lab in options.labs or LABS:
        pairs = [(measure(lab, plain=False), measure(lab, plain=True)) for _ in range(options.repeats)]
        for name in pairs[0][0]["seconds"]:
            ours, theirs = (statistics.median(pair[way]["seconds"][name] for pair in pairs) for way in (0, 1))
            medians = [pairs[0][way]["medians"][name] for way in (0, 1)]
            figures[f"{lab[:5]} {name}"] = {"s": ours, "plain s": theirs, "ratio": theirs / ours, "medians": medians}
        memory = [statistics.median(pair[way]["peak MB"] for pair in pairs) for way in (0, 1)]
        figures[f"{lab[:5]} peak MB"] = {"labkit": memory[0], "plain": memory[1]}
    rows = [row for row in figures.values() if "ratio" in row]
    total = {"s": sum(row["s"] for row in rows), "plain s": sum(row["plain s"] for row in rows)}
    total["ratio"] = total["plain s"] / total["s"]
    if options.json:
        print(json.dumps(figures | {"all": total}))
        return
    for name, row in (figures | {"all": total}).items():
        print(f"{name:45}" + "  ".join(f"{what} {_words(value)}" for what, value in row.items()))


def _words(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else " / ".join(f"{v:.4g}" for v in value)


if __name__ == "__main__":
    main()
