"""labkit: data, seeds, figures and visible checks, as students meet them."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib

import labkit

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from conftest import ROOT
from torch import nn

FILES = {
    True: ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    False: ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def write_idx(folder: Path, *, train: int, test: int) -> np.ndarray:
    """Write a data set in MNIST's own format; returns the training images."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    sizes = {True: train, False: test}
    pixels = {part: rng.integers(0, 256, (size, 28, 28), np.uint8) for part, size in sizes.items()}
    for is_train, images in pixels.items():
        labels = rng.integers(0, 10, len(images), np.uint8)
        images_file, labels_file = FILES[is_train]
        (folder / images_file).write_bytes(struct.pack(">IIII", 2051, *images.shape) + images.tobytes())
        (folder / labels_file).write_bytes(struct.pack(">II", 2049, len(labels)) + labels.tobytes())
    return pixels[True]


def test_digits_are_real_images_in_memory() -> None:
    data = labkit.load_images()
    assert data.x_train.shape == (1300, 1, 28, 28)
    assert data.x_test.shape == (497, 1, 28, 28)
    assert data.x_train.dtype == torch.float32
    assert data.y_train.dtype == torch.int64
    assert data.x_train.min() == 0
    assert data.x_train.max() == 1
    assert set(data.y_train.tolist()) == set(range(10)) == set(data.y_test.tolist())
    again = labkit.load_images()
    assert torch.equal(data.x_train, again.x_train)
    mean = torch.stack([data.x_train[data.y_train == k].mean(0) for k in range(10)]).flatten(1)
    nearest = torch.cdist(data.x_test.flatten(1), mean).argmin(1)
    assert (nearest == data.y_test).float().mean() > 0.8, "the pictures show their labels"


@pytest.mark.parametrize(("name", "folder"), [("mnist", "MNIST"), ("fashion_mnist", "FashionMNIST")])
def test_idx_files_come_through_the_same_path(tmp_path: Path, name: str, folder: str) -> None:
    pixels = write_idx(tmp_path / folder / "raw", train=30, test=20)
    data = labkit.load_images(name, root=tmp_path)
    assert data.x_train.shape == (30, 1, 28, 28)
    assert data.x_test.shape == (20, 1, 28, 28)
    assert torch.allclose(data.x_train[:, 0], torch.from_numpy(pixels) / 255)
    assert data.y_train.dtype == torch.int64


def test_missing_files_say_where_they_belong(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="download=True") as caught:
        labkit.load_images("mnist", root=tmp_path)
    assert str(tmp_path / "MNIST" / "raw") in str(caught.value)


def test_unknown_data_set() -> None:
    with pytest.raises(ValueError, match="digits、mnist、fashion_mnist"):
        labkit.load_images("cifar")


def test_subset_keeps_the_test_set() -> None:
    data = labkit.load_images()
    small = data.subset(100)
    assert len(small.x_train) == len(small.y_train) == 100
    assert small.x_test is data.x_test
    for wrong in (0, 1301):
        with pytest.raises(ValueError, match="1 到 1300"):
            data.subset(wrong)


def test_batches_cover_every_sample_once_and_repeat_by_seed() -> None:
    x = torch.arange(10)
    batches = labkit.Batches(x, x * 2, 4, seed=3)
    assert len(batches) == 3
    first = [batch.tolist() for batch, _ in batches]
    second = [batch.tolist() for batch, _ in batches]
    assert [len(batch) for batch in first] == [4, 4, 2]
    assert sorted(index for batch in first for index in batch) == list(range(10))
    assert first != second, "a new order each epoch"
    again = labkit.Batches(x, x * 2, 4, seed=3)
    assert [batch.tolist() for batch, _ in again] == first
    assert all(torch.equal(y, 2 * b) for b, y in again)
    assert [batch.tolist() for batch, _ in labkit.Batches(x, x, 10)] == [list(range(10))]
    with pytest.raises(ValueError, match="样本数不同"):
        labkit.Batches(x, x[:3], 4)


class Net(nn.Module):
    """Two layers; ``p`` is the rate of a dropout written by hand."""

    def __init__(self, p: float = 0.0) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(6, 16), nn.Linear(16, 3)
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.tanh(self.hidden(x))
        if self.training and self.p:
            h = h * (torch.rand_like(h) >= self.p) / (1 - self.p)
        return self.out(h)


X, Y = torch.randn(50, 6, generator=torch.Generator().manual_seed(1)), torch.arange(50) % 3
OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
    "AdamW": lambda parameters: torch.optim.AdamW(parameters, lr=0.01, weight_decay=0.1),
}


def plain_loop(seed: int, optimizer: str, x: torch.Tensor, y: torch.Tensor, penalty: float = 0.0) -> nn.Module:
    """What :func:`labkit.fit` does for one replica, as one would write it."""
    labkit.set_seed(seed)
    net = Net()
    trainer = OPTIMIZERS[optimizer](net.parameters())
    batches = labkit.Batches(x, y, 16, seed=seed)
    for _ in range(4):
        for xb, yb in batches:
            loss = F.cross_entropy(net(xb), yb) + penalty * sum((p**2).sum() for p in net.parameters())
            trainer.zero_grad()
            loss.backward()
            trainer.step()
    return net


@pytest.mark.parametrize("vectorize", [True, False])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_replicas_are_what_a_plain_loop_trains(optimizer: str, vectorize: bool) -> None:
    nets = labkit.Replicas(Net, (3, 5, 8), vectorize=vectorize)
    trainer = OPTIMIZERS[optimizer](nets.parameters())
    batches = labkit.ReplicaBatches(X, Y, 16, nets.seeds)
    labkit.fit(nets, batches, trainer, 4, penalty=lambda named: 0.01 * sum((p**2).sum() for p in named.values()))
    assert len(batches) == 4 and len(nets) == 3
    for index, seed in enumerate(nets.seeds):
        want = plain_loop(seed, optimizer, X, Y, penalty=0.01)
        for got, value in zip(nets.net(index).parameters(), want.parameters(), strict=True):
            assert torch.allclose(got, value, rtol=1e-4, atol=1e-5)


def test_replicas_with_data_of_their_own_and_records() -> None:
    xs, ys = torch.stack([X, X.flip(0)]), torch.stack([Y, Y.flip(0)])
    nets = labkit.Replicas(Net, (0, 1))
    trainer = OPTIMIZERS["SGD"](nets.parameters())
    seen: list[tuple[int, torch.Tensor]] = []
    steps: list[int] = []
    labkit.fit(
        nets,
        labkit.ReplicaBatches(xs, ys, 16, nets.seeds, own=True),
        trainer,
        4,
        after_step=lambda: steps.append(1),
        after_epoch=lambda epoch: seen.append((epoch, labkit.replica_losses(nets.eval()(xs), ys).detach())),
    )
    assert [epoch for epoch, _ in seen] == [1, 2, 3, 4] and len(steps) == 16
    assert (seen[-1][1] < seen[0][1]).all()
    for index in (0, 1):
        want = plain_loop(index, "SGD", xs[index], ys[index])
        assert torch.allclose(nets.net(index)(xs[index]), want(xs[index]), rtol=1e-4, atol=1e-5)


def test_replicas_share_an_input_and_draw_their_own_masks() -> None:
    nets = labkit.Replicas(lambda: Net(p=0.5), (4, 4))
    torch.testing.assert_close(nets.eval()(X, shared=True)[0], nets(X, shared=True)[1])  # one seed, one network
    assert torch.allclose(nets(X, shared=True), nets(torch.stack([X, X])), atol=1e-6)
    masked = nets.train()(X, shared=True)
    assert not torch.allclose(masked[0], masked[1])


class Odd(nn.Module):
    """Linear maps in every form: tied, without a bias, with a constant and with a computed weight, of one sample."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.tied = nn.Linear(6, 6), nn.Linear(6, 6, bias=False)
        self.tied.weight = self.first.weight
        self.last = nn.Linear(6, 3)
        self.register_buffer("scale", torch.rand(6))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.tied(torch.tanh(self.first(x))) * self.scale)
        x = F.linear(x, torch.eye(6) * 2) + F.linear(x, bias=self.first.bias, weight=self.first.weight * 2)
        x = x + torch.stack([self.first(sample) for sample in x.unbind()])
        return F.linear(x.mT.contiguous().mT, self.last.weight, self.last.bias)


@pytest.mark.parametrize("shared", [True, False])
def test_odd_linear_maps_give_the_same_values_and_gradients(shared: bool) -> None:
    x = X if shared else torch.stack([X, X.flip(0)])
    found = []
    for vectorize in (True, False):
        nets = labkit.Replicas(Odd, (0, 1), vectorize=vectorize)
        output = nets(x, shared=shared)
        output.square().sum().backward()
        assert nets.vectorize is vectorize
        found.append([output.detach(), *(parameter.grad for parameter in nets.parameters())])
    assert len(found[0]) == 5  # the output, two weights and two biases: the tied weight counts once
    torch.testing.assert_close(*found, rtol=1e-4, atol=1e-5)


class Detour(nn.Module):
    """A network that vmap cannot run."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.layer(x)
        return y * float(y.detach().abs().max() > 0)


class Unfinished(Detour):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError("这里还没有完成")


def test_steps_use_all_cores_only_while_that_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(labkit.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(labkit._Threads, "rest_until", 0.0)
    threads = labkit._Threads(4)
    used: list[int] = []

    def steps(count: int, seconds: dict[int, float]) -> list[int]:
        used.clear()
        for _ in range(count):
            with threads.step():
                used.append(torch.get_num_threads())
                clock[0] += seconds[used[-1]]
        return list(used)

    every = threads.TRIED_EVERY
    assert steps(every, {4: 0.01, 1: 0.02}) == [1, 1] + [4] * (every - 2)
    assert steps(every, {4: 0.03, 1: 0.02}) == [4, 1, 4] + [1] * (every - 3)
    assert steps(every, {4: 0.50, 1: 0.02}) == [1, 1, 4] + [1] * (every - 3)
    assert steps(every, {4: 0.01, 1: 0.02}) == [1] * every, "a minute's rest after that"
    clock[0] += 60
    assert steps(every, {4: 0.01, 1: 0.02}) == [1, 1] + [4] * (every - 2)
    with pytest.raises(ZeroDivisionError), threads.step():
        raise ZeroDivisionError
    assert torch.get_num_threads() == 1, "also after an error"


def test_what_vmap_cannot_run_runs_in_a_loop() -> None:
    nets = labkit.Replicas(Detour, (1, 2))
    out = nets(X, shared=True)
    assert not nets.vectorize
    assert torch.equal(out[1], nets.net(1)(X))
    with pytest.raises(NotImplementedError, match="还没有完成"):
        labkit.Replicas(Unfinished, (1,))(X, shared=True)


def test_set_seed_repeats_all_three_generators() -> None:
    import random

    def draw() -> tuple:
        labkit.set_seed(7)
        return random.random(), np.random.rand(), torch.rand(1).item()

    assert draw() == draw()


@pytest.mark.parametrize("text", ["梯度消失：λ=0.01，ε→0", "−1.5 ± 0.2 ½‖w‖²", "ReLU 死亡现象（Adam，学习率 0.05）"])
def test_figures_never_show_boxes(text: str, tmp_path: Path) -> None:
    labkit.use_style()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Matplotlib warns of every glyph it cannot draw
        figure, ax = plt.subplots()
        labkit.plot_band(ax, [1, 2], [[-1, 2], [3, -4]], text)
        labkit.label_axes(ax, text, text, text)
        figure.savefig(tmp_path / "figure.png")
        plt.close(figure)
    assert ax.get_title() == text


def test_style_without_any_chinese_font_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(labkit, "FONT_FILE", Path("nowhere.otf"))
    monkeypatch.setattr(labkit, "SYSTEM_CJK_FONTS", ())
    labkit.use_style()
    assert "nowhere.otf" in capsys.readouterr().out
    monkeypatch.undo()
    labkit.use_style()


def test_band_is_median_and_range() -> None:
    figure, ax = plt.subplots()
    labkit.plot_band(ax, [0, 1], [[0, 10], [1, 30], [5, 20]], "x")
    assert ax.lines[0].get_ydata().tolist() == [1, 20]
    edges = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (edges.min(), edges.max()) == (0, 30)
    plt.close(figure)


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (torch.ones(3), torch.ones(3), None),
        (1.0, torch.tensor(1.0), "张量"),
        (torch.ones(2), torch.ones(3), "形状应为 (3,)"),
        (torch.ones(2), torch.ones(1, 2), "形状应为 (1, 2)"),
        (torch.ones(2, dtype=torch.int64), torch.ones(2), "dtype 应为 torch.float32"),
        (torch.tensor([1.0, float("nan")]), torch.ones(2), "1 个 NaN"),
        (torch.tensor([1.0, 3.0]), torch.ones(2), "[1]：应为 1，实际为 3"),
        (2.5, 2.0, "应为 2，实际为 2.5"),
        ("x", 2.0, "应当得到数值"),
        (None, np.ones(2), "应当得到数值"),
        (np.ones((2, 1)), np.ones((2, 1), dtype=np.float32), None),
    ],
)
def test_difference_names_what_differs(got: object, want: object, words: str | None) -> None:
    text = labkit.difference(got, want)
    assert text is None if words is None else words in text


def run_check(body: str) -> str:
    """What a student sees for a check with this body."""
    code = f"import torch, labkit\nwith labkit.check('题目') as c:\n    {body}\nprint('after', c.passed)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr == ""
    return result.stdout


def test_check_reports_and_never_raises() -> None:
    out = run_check("c.close('值', torch.zeros(2), torch.zeros(2)); c.true('性质', False, hint='想一想')")
    assert "✓ 值" in out
    assert "✗ 性质：不成立。提示：想一想" in out
    assert "通过 1/2 项" in out
    assert "after False" in out
    assert "通过 1/1 项，很好！" in run_check("c.true('a', True)")
    unfinished = run_check("raise NotImplementedError('这里还没有完成')")
    assert "还没有完成" in unfinished
    assert "after False" in unfinished
    assert "ZeroDivisionError" in run_check("1 / 0")


def test_experiment_waits_for_exercises_and_rests_while_grading(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @labkit.experiment
    def experiment_x(value: int) -> int:
        if value < 0:
            raise NotImplementedError
        return value

    assert experiment_x(3) == 3
    assert experiment_x(-1) is None
    assert "还没有完成" in capsys.readouterr().out
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert experiment_x(3) is None
    assert "评分时不运行实验 experiment_x" in capsys.readouterr().out


def test_progress_stays_off_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(labkit.progress(range(3), "训练")) == [0, 1, 2]
    assert capsys.readouterr().err == ""


def test_labkit_runs_from_a_student_folder(tmp_path: Path) -> None:
    for path in (ROOT / "release" / "lab01_activations").iterdir():
        shutil.copy(path, tmp_path)
    code = "import labkit, pathlib; print(pathlib.Path(labkit.__file__).parent)"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == str(tmp_path)


def test_check_names_a_mistake_but_not_while_grading(tmp_path: Path) -> None:
    """There the feedback has looked for it already."""
    table = "import labkit\n\ntable = labkit.Misconceptions()\n\n\n"
    table += "@table.add('e', seen='负数', think='为什么？')\ndef negative(x):\n    return x < 0\n"
    (tmp_path / "misconceptions.py").write_text(table, "utf-8")
    code = "import labkit\nx = -1\nwith labkit.check('检查', exercise='e') as c:\n    c.true('x 是正数', x > 0)\n"

    def said(**more: str) -> str:
        path = os.pathsep.join([str(tmp_path), str(ROOT / "source_notebooks")])
        environment = os.environ | {"PYTHONPATH": path} | more
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert "→ 看起来：负数。想一想：为什么？" in said()
    graded = said(NBGRADER_EXECUTION="autograde")
    assert "✗ x 是正数" in graded and "→" not in graded
