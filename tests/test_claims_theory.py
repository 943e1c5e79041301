"""Formulas and numbers of the theory pages that no lab measures, measured again or recomputed.

Ranges would be left if the effect vanished, and are wide enough for another CPU.
"""

from __future__ import annotations

import functools
import math
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from conftest import ROOT
from torch import nn

import labkit

THEORY = ROOT / "book" / "theory"
PAGES = sorted(THEORY.glob("*.md"))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@functools.cache
def page(name: str) -> dict[str, Any]:
    """All that the code cells of a theory page define."""
    names: dict[str, Any] = {}
    text = (THEORY / f"{name}.md").read_text("utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plt, "show", lambda: plt.close("all"))
        for cell in re.findall(r"```\{code-cell\} ipython3\n(.*?)```", text, re.DOTALL):
            code = re.sub(r"\A(?:---\n.*?\n---\n|(?::[^\n]*\n)+)", "", cell, flags=re.DOTALL)
            exec(compile(code, f"{name}.md", "exec"), names)
    return names


# --------------------------------------------------------------------------- the form of the pages

PARTS = ("常见误解", "练习", "延伸阅读", "接下来")


def faults(text: str) -> list[str]:
    """What a theory page lacks of its usual parts, figure by figure; and lines broken inside a Chinese paragraph."""
    found = [part for part in PARTS if f"\n## {part}\n" not in text]
    last = text.rpartition("\n## 接下来\n")[2]
    found += [f"no link to {kind}" for kind in ("labs", "theory") if f"{{doc}}`/book/{kind}/" not in last]
    if not text.count("{exercise}") == text.count("{solution}") >= 3:
        found.append("exercises")
    for cell in re.findall(r"```\{code-cell\} ipython3\n(.*?)```", text, re.DOTALL):
        if "plt.show()" in cell:
            name = re.search(r"\n    name: (fig-[\w-]+)\n", cell)
            if not name or f"{{numref}}`{name[1]}`" not in text:
                found.append(f"no sentence points to {name and name[1]}")
            found += [f"{name and name[1]}: {key}" for key in ("caption", "alt") if f"\n    {key}: " not in cell]
    prose = re.sub(r"^(`{3,4}|:::).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    return found + re.findall(r"[\u4e00-\u9fff，。；：]\n[\u4e00-\u9fff]", prose)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_page_has_its_parts_and_every_figure_its_texts(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("\n## 常见误解\n", "\n## 误解\n", "常见误解"),
        ("    alt: ", "    text: ", "fig-act-basic: alt"),
        ("    caption: ", "    words: ", "fig-act-basic: caption"),
        ("{numref}`fig-act-basic`", "下图", "no sentence points to fig-act-basic"),
        ("`/book/labs/", "`/labs/", "no link to labs"),
        ("{solution}", "{hint}", "exercises"),
        ("形状不变。", "形状不\n变。", "不\n变"),
    ],
)
def test_a_page_with_a_fault_is_found(old: str, new: str, fault: str) -> None:
    text = (THEORY / "activations.md").read_text("utf-8")
    assert old in text
    assert fault in faults(text.replace(old, new))


# --------------------------------------------------------------------------- activations


def test_relu_spoils_the_condition_number_of_the_next_layer_and_centring_repairs_it(rng: np.random.Generator) -> None:
    n = 100
    h = np.maximum(rng.normal(size=(400_000, n)), 0)
    values = np.linalg.eigvalsh(h.T @ h / len(h))
    assert values[-1] / np.median(values) == pytest.approx(1 + n / (math.pi - 1), rel=0.02)
    assert 1 + n / (math.pi - 1) == pytest.approx(48, abs=0.5)
    centred = np.linalg.eigvalsh(np.cov(h.T))
    assert centred[-1] / centred[0] < 1.1


def test_unrelated_samples_become_alike_after_one_relu(rng: np.random.Generator) -> None:
    u, v = np.maximum(rng.normal(size=(2, 400_000)), 0)
    assert u @ v / np.linalg.norm(u) / np.linalg.norm(v) == pytest.approx(1 / math.pi, rel=0.02)


# --------------------------------------------------------------------------- vanishing gradients


def test_glorot_splits_the_two_conditions() -> None:
    n_in, n_out = 784, 100
    variance = 2 / (n_in + n_out)
    assert (n_in * variance, n_out * variance) == (pytest.approx(1.77, abs=0.005), pytest.approx(0.23, abs=0.005))
    assert n_in * variance + n_out * variance == pytest.approx(2)


def test_variances_of_one_step_forward_and_back(rng: np.random.Generator) -> None:
    """Random weights of variance v: q = n_in·v·E[h²] forward, s = n_out·v·E[φ'²]·s' back; 2/n makes ReLU keep both."""
    n_in, n_out, samples = 1200, 800, 200
    h = np.maximum(rng.normal(size=(n_in, samples)), 0)
    w = rng.normal(0, math.sqrt(2 / n_in), (n_out, n_in))
    assert np.mean((w @ h) ** 2) == pytest.approx(n_in * (2 / n_in) * np.mean(h**2), rel=0.05)
    slope, delta = rng.random((n_in, samples)) > 0.5, rng.normal(size=(n_out, samples))
    assert np.mean((slope * (w.T @ delta)) ** 2) == pytest.approx(n_out * (2 / n_in) * 0.5, rel=0.05)


def test_sigmoid_needs_weights_ten_times_those_of_xavier() -> None:
    t = np.linspace(-10, 10, 8001)
    p = np.exp(-(t**2) / 2)
    p /= p.sum()

    def backward(scale: float) -> float:
        q = 1.0
        for _ in range(200):
            q = scale**2 * (p @ (0.5 + 0.5 * np.tanh(t * math.sqrt(q) / 2)) ** 2)
        s = 0.5 + 0.5 * np.tanh(t * math.sqrt(q) / 2)
        return scale**2 * (p @ (s * (1 - s)) ** 2)

    assert backward(4) < 0.5 and backward(9.5) < 1 < backward(10.7)


def test_one_relu_layer_changes_the_squared_norm_with_variance_5_over_n(rng: np.random.Generator) -> None:
    n = 50
    ratio = 2 * np.mean(np.maximum(rng.normal(size=(200_000, n)), 0) ** 2, axis=1)
    assert ratio.mean() == pytest.approx(1, abs=0.005)
    assert ratio.var() == pytest.approx(5 / n, rel=0.03)


def test_table_of_factors_for_each_layer() -> None:
    slope = {"ReLU": 0.5, "tanh": 1.0, "sigmoid": 1 / 16}
    told = {
        1 / 3: {"ReLU": (0.41, 1.7e-8), "tanh": (0.58, 1.7e-5), "sigmoid": (0.14, 1.5e-17)},
        1.0: {"ReLU": (0.71, 9.8e-4), "tanh": (1, 1), "sigmoid": (0.25, 9.1e-13)},
        2.0: {"ReLU": (1, 1), "sigmoid": (0.35, 9.3e-10)},
    }
    for nv, row in told.items():
        for name, (once, twenty) in row.items():
            factor = math.sqrt(nv * slope[name])
            assert factor == pytest.approx(once, abs=0.0051)
            assert factor**20 == pytest.approx(twenty, rel=0.03)


# --------------------------------------------------------------------------- dying ReLU


def dead(history: list[tuple[torch.Tensor, float]]) -> torch.Tensor:
    """After each epoch, for each layer, the units that are shut for every image."""
    return torch.stack([(z <= 0).all(1) for z, _ in history])


@functools.cache
def histories(optimiser: str, activation: Any = nn.ReLU, bias: float | None = None, epochs: int = 5) -> list[Any]:
    names = page("dead_relu")
    how = {"epochs": epochs, "activation": activation, "bias": bias}
    return [names["train"](names["OPTIMISERS"][optimiser], seed, **how) for seed in names["SEEDS"]]


def accuracy(*case: Any) -> np.ndarray:
    return np.array([history[-1][1] for history in histories(*case)])


def leaky() -> nn.Module:
    return nn.LeakyReLU(0.01)


def test_probability_of_being_born_dead(rng: np.random.Generator) -> None:
    u = np.linspace(-9, 9, 20_001)
    weight = np.exp(-(u**2) / 2) * (u[1] - u[0]) / math.sqrt(2 * math.pi)

    def formula(rho: float, samples: int) -> float:
        below = torch.special.ndtr(torch.from_numpy(-math.sqrt(rho / (1 - rho)) * u)).numpy()
        return float(weight @ below**samples)

    assert formula(0.0, 5) == pytest.approx(2**-5)
    assert formula(0.5, 5) == pytest.approx(1 / 6, rel=1e-4)
    assert formula(1 - 1e-6, 5) == pytest.approx(0.5, abs=0.01)
    shared, own = rng.normal(size=(200_000, 1)), rng.normal(size=(200_000, 5))
    shut = ((math.sqrt(0.77) * shared + math.sqrt(0.23) * own) <= 0).all(axis=1).mean()
    assert formula(0.77, 5) == pytest.approx(shut, abs=0.005)


def test_narrow_deep_networks_are_born_dead(rng: np.random.Generator) -> None:
    def formula(width: int, depth: int) -> float:
        return 1 - (1 - 2.0**-width) ** depth

    for width, depth, told in ((2, 20, 0.997), (10, 20, 0.019), (4, 10, 0.476), (10, 10, 0.0097), (9, 10, 0.019)):
        assert formula(width, depth) == pytest.approx(told, abs=6e-4)
    assert formula(100, 20) < 1e-25
    h = np.ones((20_000, 4))
    for _ in range(10):
        h = np.maximum(np.einsum("nij,nj->ni", rng.normal(size=(20_000, 4, 4)), h), 0)
    assert (h == 0).all(axis=1).mean() == pytest.approx(formula(4, 10), abs=0.015)


def test_digits_are_alike_and_random_inputs_are_not(rng: np.random.Generator) -> None:
    pixels, activity = page("dead_relu")["pixels"], page("dead_relu")["activity"]
    unit = pixels / np.linalg.norm(pixels, axis=1, keepdims=True)
    cosines = (unit @ unit.T)[~np.eye(len(unit), dtype=bool)]
    assert cosines.mean() == pytest.approx(0.77, abs=0.01)
    share = np.concatenate([activity("default", seed) for seed in range(5)], axis=1)
    first, sixth = (np.mean(share[k] == 0) for k in (0, 5))
    assert 0.03 < first < 0.09 and 0.4 < sixth < 0.5
    assert np.mean((share[5] > 0.05) & (share[5] < 0.95)) < 0.05, "open for all or for none"
    assert (abs(1 - share.mean(axis=1) - 0.5) < 0.08).all(), "half of the outputs are zero in every layer"
    x = rng.normal(size=(len(pixels), 784))
    z = x @ rng.uniform(-1, 1, (784, 500)) / 28 + rng.uniform(-1, 1, 500) / 28
    assert not (z <= 0).all(axis=0).any()


def test_a_dead_unit_has_no_gradient_at_all() -> None:
    net = page("dead_relu")["build"](nn.ReLU, 0)
    images, labels = page("dead_relu")["images"], page("dead_relu")["labels"]
    with torch.no_grad():
        net[2].bias[7] = -100
    F.cross_entropy(net(images), labels).backward()
    assert (net[2].weight.grad[7] == 0).all() and net[2].bias.grad[7] == 0
    assert (net[4].weight.grad[:, 7] == 0).all()
    assert (net[2].weight.grad != 0).any()


def test_units_revive_only_above_the_first_layer() -> None:
    for optimiser, told in (("SGD 0.05", (50, 130)), ("SGD 0.5", (500, 500))):
        units = torch.stack([dead(history) for history in histories(optimiser)])
        first, second, third = (units[:, :-1] & ~units[:, 1:]).sum((0, 1, 3)).tolist()
        assert first == 0
        assert told[0] * 0.6 < second < told[0] * 1.5 and told[1] * 0.6 < third < told[1] * 1.5


def test_momentum_goes_on_for_a_while() -> None:
    b = torch.zeros(1, requires_grad=True)
    trainer = torch.optim.SGD([b], lr=0.1, momentum=0.9)
    b.grad = torch.full_like(b, 0.5)
    trainer.step()  # momentum is 0.5 now
    start = b.item()
    for _ in range(300):
        b.grad = torch.zeros_like(b)
        trainer.step()
    assert b.item() - start == pytest.approx(-0.45, abs=1e-4)
    b = torch.zeros(1, requires_grad=True)
    trainer = torch.optim.Adam([b], lr=0.1)
    places = []
    for gradient in [1.0] * 4000 + [0.0] * 300:
        b.grad = torch.full_like(b, gradient)
        trainer.step()
        places.append(b.item())
    steps = np.diff(places)
    assert steps[3999:].sum() / steps[3998] == pytest.approx(9, abs=0.5)


@pytest.mark.parametrize("bias", [-0.5, 0.3])
def test_weight_decay_revives_a_unit_only_with_a_positive_bias_left_alone(
    bias: float, rng: np.random.Generator
) -> None:
    x = np.abs(rng.normal(size=(50, 4)))
    w = np.full(4, -1.0) - 10 * max(bias, 0)
    both = 0.99 ** np.arange(2000)
    assert (x @ w + bias < 0).all()
    assert max((s * (x @ w + bias)).max() for s in both) < 0
    assert any((s * (x @ w) + bias).max() > 0 for s in both) == (bias > 0)


def test_bounds_on_dying_in_one_step(rng: np.random.Generator) -> None:
    """On digits, for random error signals: below the first bound no unit dies, above the second every one does."""
    pixels = page("dead_relu")["pixels"]
    products = pixels @ pixels.T
    assert products.diagonal().max() == pytest.approx(261, abs=1)
    assert products.min() == pytest.approx(41, abs=1)
    batch = rng.choice(len(pixels), 64, replace=False)
    w = rng.uniform(-1, 1, (784, 100)) / 28
    z = pixels @ w
    alive = z.max(0) > 0
    z, top = z[:, alive], z.max(0)[alive]
    both_signs = rng.normal(size=(64, len(top)))
    safe = 0.999 * top / (products.diagonal().max() + 1) / np.abs(both_signs).mean(0)
    assert ((z - safe * ((products[:, batch] + 1) @ both_signs / 64)).max(0) > 0).all()
    positive = np.abs(both_signs)
    fatal = top / (products.min() + 1) / positive.mean(0)
    assert ((z - fatal * ((products[:, batch] + 1) @ positive / 64)).max(0) <= 1e-9).all()


def test_the_first_step_of_adam_reaches_its_bound() -> None:
    names = page("dead_relu")
    sums = names["pixels"].sum(1)
    assert sums.mean() == pytest.approx(239, abs=1)
    bound = 0.05 * (sums.mean() + 1)
    assert bound == pytest.approx(12, abs=0.1)
    assert names["s"] == pytest.approx(0.26, abs=0.005)
    pairs = [names["train"](names["OPTIMISERS"]["Adam 0.05"], seed, epochs=1, steps=1) for seed in names["SEEDS"]]
    moved = torch.cat([(after[0][0] - before[0][0]).mean(0).abs() for before, after in pairs])
    assert 0.98 * bound < moved.max() < 1.001 * bound
    for slow, most in (("SGD 0.05", 0.02), ("Adam 0.001", 0.3)):
        before, after = names["train"](names["OPTIMISERS"][slow], 0, epochs=1, steps=1)
        assert (after[0] - before[0]).mean(1).abs().median() < most


def test_share_of_zeros_follows_the_bias_and_bias_minus_1_shuts_the_gate() -> None:
    names = page("dead_relu")
    z, s = names["z"], names["s"]
    for b in (-1.0, -0.5, 0.0, 0.5):
        shut = float(torch.special.ndtr(torch.tensor(-b / s)))
        assert np.mean(z + b <= 0) == pytest.approx(shut, abs=0.03)
    assert 1 / s == pytest.approx(3.9, abs=0.1)
    assert np.mean(z.max(0) <= 1) > 0.95 and np.mean(z.max(0) <= 0) < 0.1


def test_small_steps_kill_few_units_and_large_ones_most() -> None:
    def shares(optimiser: str) -> tuple[np.ndarray, np.ndarray]:
        zeros = [[(z <= 0).double().mean().item() for z, _ in history] for history in histories(optimiser)]
        return np.median(zeros, axis=0), np.median(
            [dead(h).double().mean((1, 2)) for h in histories(optimiser)], axis=0
        )

    _, sgd = shares("SGD 0.05")
    assert abs(sgd[-1] - sgd[0]) < 0.05 and 0.1 < sgd[0] < 0.18
    zeros, small = shares("Adam 0.001")
    assert small[1] - small[0] > 0.05 and abs(small[-1] - small[1]) < 0.05
    assert zeros[-1] < zeros[0] - 0.1 and np.median(accuracy("Adam 0.001")) > 0.9
    zeros, large = shares("Adam 0.05")
    assert large[1] > 0.65 and zeros[1] > 0.8


@pytest.mark.parametrize("bias", [-1.0, -2.0])
def test_from_a_negative_bias_only_leaky_relu_with_adam_recovers(bias: float) -> None:
    for case in (("SGD 0.05", nn.ReLU), ("Adam 0.001", nn.ReLU), ("SGD 0.05", leaky)):
        assert accuracy(*case, bias, 10).max() < 0.13
    recovered = accuracy("Adam 0.001", leaky, bias, 10)
    assert (recovered > (0.88 if bias == -1 else 0.65)).all()
    if bias == -2:
        assert np.median(recovered) < np.median(accuracy("Adam 0.001", leaky, -1.0, 10)) - 0.03


@pytest.mark.parametrize(("bias", "steps"), [(-1.0, 60), (-2.0, 110)])
def test_sgd_cannot_cover_the_way_and_adam_can(bias: float, steps: int) -> None:
    """The boundary of the page: steps × length of a step against the distance of the bias from 0."""
    names = page("dead_relu")
    moved = [(history[-1][0] - history[0][0]).abs().max() for history in histories("SGD 0.05", leaky, bias, 10)]
    assert max(moved) < 210 * 0.05 * 0.002 / 10  # and the bound itself is far from 1
    net = names["build"](leaky, 0, bias)
    trainer = torch.optim.Adam(net.parameters(), lr=0.001)
    count, batches = 0, labkit.Batches(names["images"], names["labels"], 64, seed=0)
    assert len(batches) * 10 == 210
    while not (names["survey"](net)[0] > 0).any(1).any(1).all():
        for x, y in batches:
            trainer.zero_grad()
            F.cross_entropy(net(x), y).backward()
            trainer.step()
            count += 1
            if count % 5 == 0 and (names["survey"](net)[0] > 0).any(1).any(1).all():
                break
        assert count < 400
    assert 0.6 * steps < count < 1.6 * steps


def test_a_large_step_harms_leaky_relu_too() -> None:
    relu, slope = accuracy("Adam 0.05"), accuracy("Adam 0.05", leaky)
    assert slope.min() < 0.5 and slope.max() > 0.65
    assert slope.min() < relu.max() and relu.min() < slope.max(), "the ranges overlap"
    histories_of_leaky = histories("Adam 0.05", leaky)
    assert not any((z == 0).all(1).any() for history in histories_of_leaky for z, _ in history)


def test_bounds_of_batch_normalisation(rng: np.random.Generator) -> None:
    u = rng.normal(size=(20_000, 5))
    u = (u - u.mean(1, keepdims=True)) / u.std(1, keepdims=True)
    low, high = u.min(1), u.max(1)
    assert (-low * high > 1 - 1e-9).all()
    assert high.min() > 0.5 - 1e-9 and high.max() < 2 + 1e-9
    one_above = np.array([4.0, -1, -1, -1, -1]) / 2  # both bounds are reached: this has the largest maximum …
    assert (one_above.mean(), one_above.std(), one_above.max()) == (0, 1, 2)
    assert (-one_above).max() == 0.5  # … and its mirror image the smallest


# --------------------------------------------------------------------------- weight penalties


def test_penalties_are_priors(rng: np.random.Generator) -> None:
    n, sigma, tau, b = 30, 0.7, 0.4, 0.3
    x, w = rng.normal(size=(n, 3)), rng.normal(size=(2000, 3))
    y = x @ np.array([1.0, -0.5, 0.0]) + sigma * rng.normal(size=n)
    squares = ((y - w @ x.T) ** 2).sum(1)
    gauss = squares / (2 * sigma**2) + (w**2).sum(1) / (2 * tau**2)
    laplace = squares / (2 * sigma**2) + np.abs(w).sum(1) / b
    ridge = squares / (2 * n) + sigma**2 / (n * tau**2) / 2 * (w**2).sum(1)
    lasso = squares / (2 * n) + sigma**2 / (n * b) * np.abs(w).sum(1)
    assert gauss * sigma**2 / n == pytest.approx(ridge)
    assert laplace * sigma**2 / n == pytest.approx(lasso)


def test_soft_threshold_minimises_and_l2_only_shrinks() -> None:
    u = np.linspace(-4, 4, 80_001)
    for v in (-2.5, -0.3, 0.0, 0.9, 1.7):
        best = u[np.argmin(0.5 * (u - v) ** 2 + np.abs(u))]
        assert best == pytest.approx(math.copysign(max(abs(v) - 1, 0), v), abs=2e-4)
        assert u[np.argmin(0.5 * (u - v) ** 2 + 0.5 * u**2)] == pytest.approx(v / 2, abs=2e-4)


def test_shrinkage_inside_adam_depends_on_the_gradient() -> None:
    """The approximation of the page, at both ends: hardly any for large gradients, -η·sign for small ones."""
    names = page("weight_penalties")
    left = names["shrink"](torch.optim.Adam)
    assert left[0] == pytest.approx(1 - 500 * names["rate"], abs=0.1)
    large, scale = left[-1], names["scales"][-1]
    assert 1 - large == pytest.approx(500 * names["rate"] * names["decay"] / scale, rel=0.5)


# --------------------------------------------------------------------------- dropout


def test_memory_of_a_recurrent_net_with_a_new_mask_at_every_step(rng: np.random.Generator) -> None:
    p, steps = 0.1, 50
    assert (1 - p) ** steps == pytest.approx(0.005, abs=5e-4)
    assert math.sqrt((1 - p) ** -steps - 1) == pytest.approx(14, abs=0.2)
    kept = (rng.random((400_000, 10)) > p).prod(axis=1) / (1 - p) ** 10
    assert kept.mean() == pytest.approx(1, abs=0.01)
    assert kept.var() == pytest.approx((1 - p) ** -10 - 1, rel=0.02)


def test_one_mask_for_the_batch_makes_the_mean_gradient_vary(rng: np.random.Generator) -> None:
    m, rho = 64, 0.5
    g = math.sqrt(rho) * rng.normal(size=(100_000, 1)) + math.sqrt(1 - rho) * rng.normal(size=(100_000, m))
    assert g.mean(1).var() * m == pytest.approx(1 + (m - 1) * rho, rel=0.03)
    assert 1 + (m - 1) * rho == 32.5


def test_penalty_in_linear_regression_in_both_conventions(rng: np.random.Generator) -> None:
    """Mean squared error, as in the lab, and half of it, as on the page about penalties."""
    p, n, d = 0.4, 40, 5
    x, w = rng.normal(size=(n, d)) * np.arange(1, 6), rng.normal(size=d)
    y = x @ rng.normal(size=d) + rng.normal(size=n)
    masks = (rng.random((40_000, n, d)) > p) / (1 - p)
    noisy = np.mean((y - (masks * x) @ w) ** 2)
    s = (x**2).mean(0)
    plain = np.mean((y - x @ w) ** 2)
    assert noisy == pytest.approx(plain + p / (1 - p) * (s * w**2).sum(), rel=0.01)
    strength = p / (1 - p) * s
    assert noisy / 2 == pytest.approx(plain / 2 + 0.5 * (strength * w**2).sum(), rel=0.01)


def test_pooling_and_batch_normalisation_after_dropout() -> None:
    p = 0.5
    four = F.dropout(torch.ones(200_000, 4), p)
    assert four.mean(1).var().item() == pytest.approx(p / (1 - p) / 4, rel=0.02)
    assert four.amax(1).mean().item() == pytest.approx(1.875, rel=0.01)
    x = 3 + torch.randn(200_000)
    assert (x.var() / F.dropout(x, p).var()).item() == pytest.approx(1 / 11, rel=0.03)
