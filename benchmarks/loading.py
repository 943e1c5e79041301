"""Reading MNIST: one tensor and batches by index, against DataLoader with ToTensor and Normalize for every image.

Both read IDX files of MNIST's size, which this program writes itself (random pixels), and go through three epochs of
batches of 64 in random order; the sums of all pixels must agree. Each run is a process of its own, so that its peak
memory can be told.

    python benchmarks/loading.py [--repeats 3] [--epochs 3] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SIZES = {"train": 60_000, "t10k": 10_000}
BATCH = 64


def write_mnist(root: Path) -> None:
    """Random images in the files that torchvision expects below ``root``."""
    folder = root / "MNIST" / "raw"
    folder.mkdir(parents=True)
    draw = np.random.default_rng(0)
    for part, size in SIZES.items():
        images = draw.integers(0, 256, (size, 28, 28), dtype=np.uint8)
        labels = draw.integers(0, 10, size, dtype=np.uint8)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 2051, size, 28, 28) + images.tobytes())
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 2049, size) + labels.tobytes())


def by_index(root: str, epochs: int) -> float:
    """The course's way; returns the sum of all pixels."""
    import labkit

    data = labkit.load_images("mnist", root)
    batches = labkit.Batches(data.x_train, data.y_train, BATCH, seed=0)
    return sum(float(x.double().sum()) for _ in range(epochs) for x, _ in batches)


def by_sample(root: str, epochs: int, workers: int = 0) -> float:
    """The usual way, with a mean and a standard deviation that leave the pixels as they are."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    pipeline = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.0,), (1.0,))])
    data = datasets.MNIST(root, train=True, transform=pipeline)
    loader = DataLoader(data, BATCH, shuffle=True, num_workers=workers)
    return sum(float(x.double().sum()) for _ in range(epochs) for x, _ in loader)


WAYS: dict[str, Callable[[str, int], float]] = {
    "labkit": by_index,
    "DataLoader": by_sample,
    "DataLoader, 2 workers": lambda root, epochs: by_sample(root, epochs, workers=2),
}


def run_here(way: str, root: str, epochs: int) -> None:
    """In the measured process: print seconds, peak memory and the sum as JSON."""
    import torch  # noqa: F401  (what both import is no part of the time)
    import torchvision  # noqa: F401

    start = time.perf_counter()
    total = WAYS[way](root, epochs)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak MB": peak, "sum": total}))


def measure(way: str, root: Path, epochs: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--way", way, "--root", str(root), "--epochs", str(epochs)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--root", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        run_here(options.way, options.root, options.epochs)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_mnist(root)
        runs = {way: [measure(way, root, options.epochs) for _ in range(options.repeats)] for way in WAYS}
    sums = [run["sum"] for found in runs.values() for run in found]
    if not np.allclose(sums, sums[0], rtol=1e-6):
        raise SystemExit(f"the ways read different pixels: {sums}")
    figures = {
        way: {what: statistics.median(run[what] for run in found) for what in ("seconds", "peak MB")}
        for way, found in runs.items()
    }
    for row in figures.values():
        row["times labkit"] = row["seconds"] / figures["labkit"]["seconds"]
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{SIZES['train']} images, {options.epochs} epochs, batches of {BATCH}, medians of {options.repeats}")
    for way, row in figures.items():
        print(f"  {way:22}" + "".join(f"{value:10.2f} {what}" for what, value in row.items()))


if __name__ == "__main__":
    main()
