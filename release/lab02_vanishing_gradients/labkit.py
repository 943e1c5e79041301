"""labkit：每个实验笔记本都要导入的工具箱。

五样东西，按需取用：

- 随机性：``set_seed``、``device``
- 画图：``use_style``（导入时已自动调用）、``label_axes``、``plot_band``
- 进度条：``progress``
- 数据：``load_images``、``Batches``
- 多个种子一起训练：``Replicas``、``ReplicaBatches``、``fit``
- 练习与实验：``check``（可见检查）、``Misconceptions``（常见错误表）、``experiment``（用到练习成果的实验）

只依赖 torch、torchvision、numpy、matplotlib、scikit-learn 和 tqdm，不联网也能用。
"""

from __future__ import annotations

import contextlib
import copy
import functools
import importlib
import inspect
import io
import math
import os
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import matplotlib as mpl
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib import font_manager
from matplotlib.axes import Axes
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from tqdm import tqdm

T = TypeVar("T")
_functorch = torch._C._functorch  # what vmap itself is built from; torch has no public names for it

# The labs' networks are small: threads would wait for each other longer than they compute.
CORES = torch.get_num_threads()
torch.set_num_threads(1)

# --------------------------------------------------------------------------- 随机性


def set_seed(seed: int = 0) -> None:
    """固定 Python、NumPy 和 PyTorch 的随机种子。比较两条曲线之前，每一条都要先调用一次。"""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


@functools.cache
def device() -> torch.device:
    """本机的计算设备：有 GPU 就用 GPU，否则用 CPU。整个实验只决定一次。"""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


# --------------------------------------------------------------------------- 画图

FONT_FILE = Path(__file__).with_name("labkit_font.otf")
SYSTEM_CJK_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei")
# Okabe & Ito (2008): distinguishable with the common forms of colour blindness.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def _chinese_font() -> str | None:
    """Name of a font with Chinese glyphs: the file beside this module, else one of the system's."""
    if FONT_FILE.is_file():
        font_manager.fontManager.addfont(FONT_FILE)
        return font_manager.FontProperties(fname=FONT_FILE).get_name()
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in SYSTEM_CJK_FONTS if name in installed), None)


def use_style() -> None:
    """统一的图形风格：能显示中文，颜色对色觉障碍者友好。导入 labkit 时自动调用；换过主题后可再调用一次。"""
    chinese = _chinese_font()
    if chinese is None:
        print(f"没有找到中文字体：请把 {FONT_FILE.name} 放回 labkit.py 所在的文件夹，否则图中的汉字会显示成方框。")
    mpl.rcParams.update(
        {
            # Matplotlib falls back glyph by glyph, so symbols missing in the first font come from the second.
            "font.family": [*([chinese] if chinese else []), "DejaVu Sans"],
            "axes.prop_cycle": mpl.cycler(color=COLORS),
            "axes.unicode_minus": False,
            "axes.grid": True,
            "grid.alpha": 0.3,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "figure.figsize": (6.4, 4.0),
            "figure.constrained_layout.use": True,
            "figure.dpi": 110,
            "legend.frameon": False,
        }
    )


def label_axes(ax: Axes, title: str, x: str, y: str, *, legend: bool = True) -> Axes:
    """给坐标轴 ``ax`` 写上标题、横轴名、纵轴名，并默认显示图例。"""
    ax.set(title=title, xlabel=x, ylabel=y)
    if legend:
        ax.legend()
    return ax


def plot_band(ax: Axes, x: Sequence[float], runs: Any, label: str, **line: Any) -> None:
    """画多次重复实验的结果：线是中位数，色带是最小值到最大值。

    参数：
        x：长度为 n 的横坐标。
        runs：形状 (重复次数, n) 的数组，一行是一个随机种子的结果。
        label：图例里的名字。
        line：传给 ``ax.plot`` 的其他参数，例如 ``color``、``linestyle``。
    """
    runs = np.asarray(runs, dtype=float)
    (curve,) = ax.plot(x, np.median(runs, axis=0), label=label, **line)
    ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=curve.get_color(), alpha=0.18, linewidth=0)


# --------------------------------------------------------------------------- 进度条


def progress(iterable: Iterable[T], desc: str = "", total: int | None = None) -> Iterable[T]:
    """带进度条的循环：``for epoch in labkit.progress(range(50), "训练")``。

    进度条写到标准输出而不是标准错误，循环结束后自动消失。环境变量 ``LABKIT_PROGRESS=0`` 可以关掉它。
    """
    hidden = os.environ.get("LABKIT_PROGRESS") == "0"
    return tqdm(iterable, desc=desc, total=total, file=sys.stdout, leave=False, disable=hidden)


# --------------------------------------------------------------------------- 数据

IMAGE_SETS = {"digits": "sklearn", "mnist": "MNIST", "fashion_mnist": "FashionMNIST"}
DIGITS_TEST_SIZE = 497


@dataclass(frozen=True)
class Images:
    """一个已经整个放进内存（有 GPU 时是显存）的图像分类数据集。

    属性：
        name：数据集的名字。
        x_train, x_test：float32 张量，形状 (N, 1, 28, 28)，像素值在 [0, 1]。
        y_train, y_test：int64 张量，形状 (N,)，类别 0–9。
    """

    name: str
    x_train: Tensor
    y_train: Tensor
    x_test: Tensor
    y_test: Tensor

    def subset(self, n_train: int) -> Images:
        """只留前 ``n_train`` 张训练图（测试集不变），用来观察过拟合。"""
        if not 0 < n_train <= len(self.y_train):
            raise ValueError(f"n_train 应在 1 到 {len(self.y_train)} 之间，得到 {n_train}")
        return Images(self.name, self.x_train[:n_train], self.y_train[:n_train], self.x_test, self.y_test)


def load_images(name: str = "digits", root: str | Path = "data", download: bool = False) -> Images:
    """读入一个手写数字（或衣物）数据集，返回 :class:`Images`。

    参数：
        name：``"digits"``（scikit-learn 自带的 1797 张 8×8 真实手写数字，不联网）、
            ``"mnist"`` 或 ``"fashion_mnist"``。
        root：MNIST 与 Fashion-MNIST 的文件夹，布局与 torchvision 相同（``root/MNIST/raw/…``）。
        download：本地没有时是否下载。

    所有数据集走同一条路：先得到 uint8 图像 (N, 高, 宽)，再整批缩放到 28×28 的 float32。
    名字不认识时抛出 ValueError，本地没有文件又不下载时抛出 FileNotFoundError。
    """
    if name not in IMAGE_SETS:
        raise ValueError(f"没有名为 {name!r} 的数据集，可选：{'、'.join(IMAGE_SETS)}")
    parts = _digits() if name == "digits" else _torchvision_set(IMAGE_SETS[name], Path(root), download)
    (x_train, y_train), (x_test, y_test) = parts
    here = device()
    return Images(name, _to_28x28(x_train).to(here), y_train.to(here), _to_28x28(x_test).to(here), y_test.to(here))


def _digits() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    pixels = torch.from_numpy((images[order] * (255 / 16)).round().astype(np.uint8)).reshape(-1, 8, 8)
    targets = torch.from_numpy(labels[order]).long()
    test, train = slice(0, DIGITS_TEST_SIZE), slice(DIGITS_TEST_SIZE, None)
    return (pixels[train], targets[train]), (pixels[test], targets[test])


def _torchvision_set(
    class_name: str, root: Path, download: bool
) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    from torchvision import datasets

    def part(train: bool) -> tuple[Tensor, Tensor]:
        data = getattr(datasets, class_name)(root, train=train, download=download)
        return data.data, data.targets.long()

    try:
        return part(train=True), part(train=False)
    except RuntimeError as error:
        raise FileNotFoundError(
            f"在 {root / class_name / 'raw'} 里没有找到完整的 {class_name}。"
            "请把四个 IDX 文件放到那里，或者加上 download=True 联网下载。"
        ) from error


def _to_28x28(images: Tensor) -> Tensor:
    from torchvision.transforms import v2

    pipeline = v2.Compose([v2.Resize((28, 28), antialias=True), v2.ToDtype(torch.float32, scale=True)])
    return pipeline(images.unsqueeze(1))


class Batches:
    """把张量切成小批量，可以反复遍历；每一轮的顺序只由 ``seed`` 和轮次决定。

    参数：
        x, y：第一维长度相同的张量。
        batch_size：每批的样本数；最后一批可能更小。
        seed：打乱用的种子；``None`` 表示不打乱。

    例子：``for x, y in Batches(data.x_train, data.y_train, 64, seed=0): ...``
    """

    def __init__(self, x: Tensor, y: Tensor, batch_size: int, seed: int | None = None) -> None:
        if len(x) != len(y):
            raise ValueError(f"x 与 y 的样本数不同：{len(x)} 和 {len(y)}")
        self.x, self.y, self.batch_size = x, y, batch_size
        self.generator = None if seed is None else torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return -(-len(self.x) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        if self.generator is None:
            order = torch.arange(len(self.x))
        else:
            order = torch.randperm(len(self.x), generator=self.generator)
        for index in order.to(self.x.device).split(self.batch_size):
            yield self.x[index], self.y[index]


# --------------------------------------------------------------------------- 多个种子一起训练


class _LeanLinear(TorchFunctionMode):
    """``F.linear`` the other way round: the usual one copies all weights under vmap, forward and backward.

    Where everything is stacked, one product of the stacked tensors does; ``vmap`` would take several steps to it.
    """

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function is not F.linear or kwargs or args[0].dim() != 2:
            return function(*args, **(kwargs or {}))
        x, weight, *bias = (tensor for tensor in args if tensor is not None)
        if (stacked := _unwrap(x, weight, *bias)) is not None:
            x, weight, *bias = stacked
            product = torch.baddbmm(bias[0].unsqueeze(2), weight, x.mT) if bias else weight @ x.mT
            return _functorch._add_batch_dim(product.mT, 0, _functorch.maybe_get_level(args[0]))
        product = (weight @ x.mT).mT
        return product + bias[0] if bias else product


def _unwrap(*tensors: Tensor) -> list[Tensor] | None:
    """The tensors that ``vmap`` maps over along their first dimension; None unless all of them are such."""
    level = _functorch.maybe_get_level(tensors[0])
    for tensor in tensors:
        if not _functorch.is_batchedtensor(tensor) or _functorch.maybe_get_level(tensor) != level:
            return None
    inner = [_functorch.get_unwrapped(tensor) for tensor in tensors]
    first = all(_functorch.maybe_get_bdim(tensor) == 0 for tensor in tensors)
    return inner if first and not any(map(_functorch.is_functorch_wrapped_tensor, inner)) else None


class Replicas:
    """同一种网络的若干副本（replica），一个种子一份，叠在一起算。

    参数：
        build：造一个网络的函数。每个副本都是先 ``set_seed(种子)`` 再造，所以与单独造出来的一模一样。
        seeds：各副本的种子。
        vectorize：``True`` 用 ``torch.func.vmap`` 一次算完；``False`` 用循环一个一个算，结果相同，只是慢。
            网络里有 vmap 不支持的写法（例如转成 NumPy）时，会自动改用循环。

    副本的参数叠成形状 (副本数, …) 的张量。SGD、Adam 这些逐元素更新的优化器作用在它上面，
    就等于每个副本各用一个优化器::

        nets = Replicas(lambda: Network(784, 10, "relu"), seeds=range(8))
        trainer = torch.optim.Adam(nets.parameters(), lr=1e-3)
        fit(nets, ReplicaBatches(x, y, 64, nets.seeds), trainer, epochs=5)
    """

    def __init__(self, build: Callable[[], nn.Module], seeds: Iterable[int], *, vectorize: bool = True) -> None:
        self.seeds = tuple(seeds)
        nets = []
        for seed in self.seeds:
            set_seed(seed)
            nets.append(build().to(device()))
        self._params, self._buffers = torch.func.stack_module_state(nets)
        self._skeleton = nets[0]
        tensors = [*self._skeleton.named_parameters(), *self._skeleton.named_buffers()]
        names = {id(tensor): name for name, tensor in tensors}  # of tensors that stand in two places, the first
        self._places = [
            (place, key, names[id(tensor)])
            for module in self._skeleton.modules()
            for place in (module._parameters, module._buffers)
            for key, tensor in place.items()
            if tensor is not None
        ]
        self.vectorize = vectorize
        self._threads = _Threads(CORES)  # of evaluations; those of training belong to fit

    def __len__(self) -> int:
        return len(self.seeds)

    def parameters(self) -> list[Tensor]:
        """各参数，形状 (副本数, …)，交给优化器。"""
        return list(self._params.values())

    def named_parameters(self) -> dict[str, Tensor]:
        """名字到参数，形状 (副本数, …)。"""
        return dict(self._params)

    def train(self, mode: bool = True) -> Replicas:
        self._skeleton.train(mode)
        return self

    def eval(self) -> Replicas:
        return self.train(False)

    def __call__(self, x: Tensor, *, shared: bool = False) -> Tensor:
        """各副本的输出，形状 (副本数, N, …)。``x`` 形状 (副本数, N, …)；``shared=True`` 时形状 (N, …)，大家共用。"""
        with contextlib.nullcontext() if torch.is_grad_enabled() else self._threads.step():
            return self._outputs(x, shared)

    def _outputs(self, x: Tensor, shared: bool) -> Tensor:
        stacked = self._params | self._buffers
        tensors = [stacked[name] for _, _, name in self._places]
        if self.vectorize:
            run = torch.func.vmap(self._run, in_dims=(0, None if shared else 0), randomness="different")
            try:
                with _LeanLinear():
                    return run(tensors, x)
            except NotImplementedError:  # an exercise that is not done yet
                raise
            except Exception:  # what vmap cannot do; an error of the network's own will show again below
                self.vectorize = False
        each = range(len(self))
        return torch.stack([self._run([tensor[i] for tensor in tensors], x if shared else x[i]) for i in each])

    def _run(self, tensors: list[Tensor], x: Tensor) -> Tensor:
        """The skeleton's output with ``tensors`` in their places; ``functional_call`` does the same, but slowly."""
        own = [place[key] for place, key, _ in self._places]
        try:
            for (place, key, _), tensor in zip(self._places, tensors, strict=True):
                place[key] = tensor
            return self._skeleton(x)
        finally:
            for (place, key, _), tensor in zip(self._places, own, strict=True):
                place[key] = tensor

    def net(self, index: int) -> nn.Module:
        """第 ``index`` 个副本，一个普通的网络（参数是复制出来的）。"""
        net = copy.deepcopy(self._skeleton)
        with torch.no_grad():
            for group, own in ((self._params, net.named_parameters()), (self._buffers, net.named_buffers())):
                for name, value in own:
                    value.copy_(group[name][index])
                    value.grad = None
        return net


class ReplicaBatches:
    """给 :class:`Replicas` 的小批量：每个副本按自己的种子打乱，次序与 ``Batches(x, y, batch_size, seed)`` 相同。

    参数：
        x, y：形状 (N, …)，所有副本共用；``own=True`` 时形状 (副本数, N, …)，一个副本一份数据。
        batch_size：每批的样本数；最后一批可能更小。
        seeds：各副本的种子；``None`` 表示不打乱（这时要用 ``own=True`` 的数据）。

    每次给出形状 (副本数, B, …) 的一对张量。
    """

    def __init__(
        self, x: Tensor, y: Tensor, batch_size: int, seeds: Iterable[int] | None, *, own: bool = False
    ) -> None:
        self.x, self.y, self.batch_size, self.own = x, y, batch_size, own
        self.size = x.shape[1] if own else len(x)
        self.generators = None if seeds is None else [torch.Generator().manual_seed(seed) for seed in seeds]

    def __len__(self) -> int:
        return -(-self.size // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        if self.generators is None:
            order = torch.arange(self.size).expand(len(self.x), -1)
        else:
            order = torch.stack([torch.randperm(self.size, generator=generator) for generator in self.generators])
        order = order.to(self.x.device)
        rows = torch.arange(len(order), device=order.device)[:, None]
        for index in order.split(self.batch_size, dim=1):
            yield (self.x[rows, index], self.y[rows, index]) if self.own else (self.x[index], self.y[index])


def replica_losses(outputs: Tensor, y: Tensor, loss: Callable[..., Tensor] = F.cross_entropy) -> Tensor:
    """各副本的平均损失，形状 (副本数,)。``outputs`` 形状 (副本数, N, …)，``loss`` 要接受 ``reduction="none"``。"""
    each = loss(outputs.flatten(0, 1), y.flatten(0, 1), reduction="none")
    return each.reshape(len(outputs), -1).mean(dim=1)


class _Threads:
    """One thread or all cores for a step of training, whichever is faster at the moment.

    Stacked replicas have work for all cores. But while another program keeps a core busy, threads that wait for each
    other are many times slower than one. So all cores are tried again and again, and left alone for a minute when that
    went badly.
    """

    TRIED_EVERY = 100  # steps
    rest_until = 0.0  # of the clock, for all trainings

    def __init__(self, most: int) -> None:
        self.most, self.steps, self.seconds = most, 0, {1: math.inf, most: math.inf}

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        start = time.perf_counter()
        trial = {1: 1, 2: self.most}.get(self.steps % self.TRIED_EVERY)
        self.steps += 1
        if start < _Threads.rest_until:
            trial, self.seconds[self.most] = None, math.inf
        before = torch.get_num_threads()
        torch.set_num_threads(trial or min(self.seconds, key=lambda count: self.seconds[count]))
        try:
            yield
        finally:
            torch.set_num_threads(before)
            if trial:
                self.seconds[trial] = time.perf_counter() - start
            if trial == self.most and self.seconds[trial] > 3 * self.seconds[1]:
                _Threads.rest_until = start + 60


def fit(
    nets: Replicas,
    batches: Iterable[tuple[Tensor, Tensor]],
    trainer: torch.optim.Optimizer,
    epochs: int,
    *,
    loss: Callable[..., Tensor] = F.cross_entropy,
    penalty: Callable[[dict[str, Tensor]], Tensor] | None = None,
    after_step: Callable[[], None] | None = None,
    after_epoch: Callable[[int], None] | None = None,
) -> None:
    """训练所有副本。目标是各副本平均损失之和（加上 ``penalty(名字到参数)``），所以谁也不影响谁的梯度。

    ``after_step()`` 在每一步之后调用（例如近端步），``after_epoch(轮次)`` 在每一轮之后调用（例如记录）。
    """
    threads = _Threads(CORES)
    for epoch in progress(range(1, epochs + 1), "训练"):
        nets.train()
        for x, y in batches:
            with threads.step():
                objective = replica_losses(nets(x), y, loss).sum()
                if penalty is not None:
                    objective = objective + penalty(nets.named_parameters())
                trainer.zero_grad()
                objective.backward()
                trainer.step()
            if after_step is not None:
                after_step()
        if after_epoch is not None:
            after_epoch(epoch)


# --------------------------------------------------------------------------- 练习与实验

NOT_DONE = "还没有完成：把练习格里的 raise NotImplementedError 那一行换成你的代码，运行练习格，再回来运行这一格。"


def difference(got: Any, want: Any, *, rtol: float = 1e-5, atol: float = 1e-6) -> str | None:
    """比较学生的结果 ``got`` 与期望 ``want``（张量、数组或数），返回一句话说明哪里不同；相同则返回 None。

    依次比较类型、形状、dtype、NaN 的个数和数值；两边都是 torch 张量时才要求 dtype 相同。
    """
    if isinstance(want, Tensor) and not isinstance(got, Tensor):
        return f"应当得到 torch 张量，实际得到 {type(got).__name__}"
    try:
        got_values, want_values = (torch.as_tensor(value).detach().cpu() for value in (got, want))
    except (TypeError, ValueError, RuntimeError):
        return f"应当得到数值，实际得到 {type(got).__name__}"
    if got_values.shape != want_values.shape:
        return f"形状应为 {tuple(want_values.shape)}，实际为 {tuple(got_values.shape)}"
    if isinstance(want, Tensor) and got_values.dtype != want_values.dtype:
        return f"dtype 应为 {want_values.dtype}，实际为 {got_values.dtype}"
    got_values, want_values = got_values.double(), want_values.double()
    strange = int((~got_values.isfinite() & want_values.isfinite()).sum())
    if strange:
        return f"有 {strange} 个 NaN 或无穷大（共 {got_values.numel()} 个数）"
    if torch.allclose(got_values, want_values, rtol=rtol, atol=atol, equal_nan=True):
        return None
    if got_values.ndim == 0:
        return f"应为 {want_values.item():.6g}，实际为 {got_values.item():.6g}"
    place = np.unravel_index(int((got_values - want_values).abs().argmax()), got_values.shape)
    where = ", ".join(str(int(i)) for i in place)
    return f"相差最大处在 [{where}]：应为 {want_values[place].item():.6g}，实际为 {got_values[place].item():.6g}"


@dataclass(frozen=True)
class Misconception:
    """一种常见错误：看到了什么、接下来想什么，以及怎样认出它。"""

    key: str
    exercise: str  #: 练习格的 grade_id
    seen: str
    think: str
    detect: Callable[..., Any]

    def __str__(self) -> str:
        return f"看起来：{self.seen}。想一想：{self.think}"


class Misconceptions:
    """一个实验的常见错误表，放在笔记本旁边的 ``misconceptions.py`` 里，名为 ``table``。

    每一条是一个函数：函数名是错误的名字，参数名是它要用到的学生的名字，返回真值表示“就是这种错误”::

        table = labkit.Misconceptions()

        @table.add("dropout_layer", seen="p = 0.5 时，保留的元素没有变大", think="均值还是原来的均值吗？")
        def no_scaling(dropout_layer):
            return dropout_layer(torch.ones(200), 0.5).max() == 1

    排在前面的先认。它们只用来写提示，与分数无关。
    """

    def __init__(self) -> None:
        self.entries: list[Misconception] = []

    def add(self, exercise: str, *, seen: str, think: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """把一个函数登记为练习 ``exercise`` 的一种常见错误。"""

        def register(detect: Callable[..., Any]) -> Callable[..., Any]:
            self.entries.append(Misconception(detect.__name__, exercise, seen, think, detect))
            return detect

        return register

    def find(self, exercise: str, names: Mapping[str, Any], most: int = 1) -> list[Misconception]:
        """在学生的名字 ``names`` 里认出练习 ``exercise`` 的错误，至多 ``most`` 种；不改变任何随机数的状态。"""
        found: list[Misconception] = []
        for entry in self.entries:
            if entry.exercise == exercise and len(found) < most and _shows(entry, names):
                found.append(entry)
        return found


def _shows(entry: Misconception, names: Mapping[str, Any]) -> bool:
    """Whether ``entry`` is seen in the student's ``names``; code that fails for another reason does not show it."""
    python, numpy = random.getstate(), np.random.get_state()
    quiet = io.StringIO()
    try:
        wanted = {name: names[name] for name in inspect.signature(entry.detect).parameters}
        with (
            torch.random.fork_rng(devices=[]),
            torch.enable_grad(),
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            warnings.catch_warnings(action="ignore"),
        ):
            set_seed(0)
            return bool(entry.detect(**wanted))
    except Exception:
        return False
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


class check:
    """可见检查：运行练习后马上告诉你哪里对、哪里不对，从不抛出异常，也不计分。

    参数 ``exercise`` 是练习格的 grade_id：有检查没通过时，再看看像不像这个练习的某种常见错误。

    用法::

        with labkit.check("MyReLU", exercise="my_relu") as c:
            c.close("MyReLU()(x)", MyReLU()(x), torch.relu(x))
            c.true("负数处的导数是 0", MyReLU().derivative(x)[0] == 0, hint="想想图像的左半边有多陡")
    """

    def __init__(self, title: str, exercise: str = "") -> None:
        self.title, self.exercise = title, exercise
        self.names = sys._getframe(1).f_globals  # where the student's functions are
        self.results: list[bool] = []

    @property
    def passed(self) -> bool:
        """到目前为止是否全部通过（至少有一项检查）。"""
        return bool(self.results) and all(self.results)

    def close(self, what: str, got: Any, want: Any, *, rtol: float = 1e-5, atol: float = 1e-6, hint: str = "") -> bool:
        """检查 ``got`` 与 ``want`` 的形状、dtype 和数值是否一致。"""
        return self._report(what, difference(got, want, rtol=rtol, atol=atol), hint)

    def true(self, what: str, condition: Any, *, hint: str = "") -> bool:
        """检查 ``condition`` 是否成立。"""
        return self._report(what, None if bool(condition) else "不成立", hint)

    def _report(self, what: str, problem: str | None, hint: str = "") -> bool:
        self.results.append(problem is None)
        if problem is None:
            print(f"  ✓ {what}")
        else:
            print(f"  ✗ {what}：{problem}。{f'提示：{hint}' if hint else ''}")
        return problem is None

    def _explain(self) -> None:
        """Say which common mistake it looks like, in the words of the feedback, which needs no second search."""
        if os.environ.get("NBGRADER_EXECUTION"):
            return
        try:
            table = importlib.import_module("misconceptions").table
        except ImportError:
            return
        for entry in table.find(self.exercise, self.names):
            print(f"  → {entry}")

    def __enter__(self) -> check:
        print(f"【{self.title}】")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> bool:
        if isinstance(error, NotImplementedError):
            self.results.append(False)
            print(f"  … {NOT_DONE}")
        elif isinstance(error, Exception):
            self._report("运行你的代码", f"出现 {type(error).__name__}：{error}")
        elif error is not None:
            return False
        if not self.passed and not isinstance(error, NotImplementedError):
            self._explain()
        right = sum(self.results)
        print(f"通过 {right}/{len(self.results)} 项" + ("，很好！" if self.passed else "。"))
        return True


def experiment(function: Callable[..., Any]) -> Callable[..., Any]:
    """实验函数的装饰器：练习还没完成时给一句提示而不是一长串报错；评分时不运行实验。"""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if os.environ.get("NBGRADER_EXECUTION"):
            print(f"评分时不运行实验 {function.__name__}。")
            return None
        try:
            return function(*args, **kwargs)
        except NotImplementedError:
            print(f"实验 {function.__name__} 要用到前面的练习。{NOT_DONE}")
            return None

    return run


use_style()
