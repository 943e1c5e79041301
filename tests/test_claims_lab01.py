"""What lab01 and its theory page say is what the experiments show: a test fails if the effect vanished."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from conftest import ROOT
from experiments import run

import labkit
from autograder.notebooks import read_source

LAB = "lab01_activations"


def results(experiment: str) -> Any:
    return run(LAB).results[experiment][0]


def name(word: str) -> Any:
    """What the notebook defines under this name."""
    return run(LAB).names[word]


# --------------------------------------------------------------------------- experiment A


def shapes() -> dict[str, Any]:
    return results("experiment_functions_and_derivatives")


LEAKY = "LeakyReLU，斜率 0.1"


def at(x: float, curve: np.ndarray) -> float:
    return float(np.interp(x, shapes()["x"], curve))


def test_sigmoid_and_tanh_lie_flat_at_five() -> None:
    slope = shapes()["derivative"]
    for x in (-5, 5):
        assert at(x, slope["Sigmoid"]) == pytest.approx(0.0066, abs=1e-4)
        assert at(x, slope["Tanh"]) == pytest.approx(0.00018, abs=1e-5)


def test_derivatives_of_relu_and_leaky_relu_are_steps() -> None:
    found = shapes()
    left, right = found["x"] < -1e-6, found["x"] > 1e-6
    for which, low in (("ReLU", 0.0), (LEAKY, 0.1)):
        assert found["derivative"][which][right] == pytest.approx(1)
        assert found["derivative"][which][left] == pytest.approx(low)
        assert found["value"][which][left] == pytest.approx(low * found["x"][left])


def test_largest_derivatives_are_one_except_for_sigmoid() -> None:
    slope, x = shapes()["derivative"], shapes()["x"]
    top = {which: curve.max() for which, curve in slope.items()}
    assert top == pytest.approx({"ReLU": 1, LEAKY: 1, "Tanh": 1, "Sigmoid": 0.25}, abs=1e-5)
    assert abs(x[slope["Tanh"] > 0.9999]).max() < 0.02, "tanh reaches 1 at a single point"
    assert max(abs(x[slope[which].argmax()]) for which in ("Tanh", "Sigmoid")) < 0.02


# --------------------------------------------------------------------------- experiment B


def mean_derivative(which: str) -> tuple[np.ndarray, np.ndarray]:
    """The scales, and the mean derivative of each seed: (seeds, scales)."""
    found = results("experiment_saturation")
    runs = found["mean_derivative"][which]
    assert len(runs) >= 8 and len(np.unique(runs[:, 0])) > 1
    return found["scales"], runs


@pytest.mark.parametrize(("which", "level"), [("ReLU", 0.5), (LEAKY, 0.55)])
def test_mean_derivative_without_saturation_does_not_depend_on_the_scale(which: str, level: float) -> None:
    _, runs = mean_derivative(which)
    assert abs(runs - level).max() < 0.03
    assert np.ptp(runs, axis=1).max() < 1e-3, "the same batch, only stretched"


@pytest.mark.parametrize(("which", "start", "tenth", "end"), [("Tanh", 0.99, 8, 0.0266), ("Sigmoid", 0.25, 16, 0.0133)])
def test_mean_derivative_of_saturating_functions_falls(which: str, start: float, tenth: float, end: float) -> None:
    scales, runs = mean_derivative(which)
    median = np.median(runs, axis=0)
    assert (np.diff(runs, axis=1) < 0).all(), "on every seed it only falls"
    assert median[0] == pytest.approx(start, rel=0.01)
    assert median[-1] == pytest.approx(end, rel=0.05)
    crossing = np.exp(np.interp(-math.log(0.1), -np.log(median / median[0]), np.log(scales)))
    assert crossing == pytest.approx(tenth, rel=0.08)


@pytest.mark.parametrize("which", ["Tanh", "Sigmoid"])
def test_in_the_tail_the_mean_derivative_is_inverse_to_the_scale(which: str) -> None:
    scales, runs = mean_derivative(which)
    tail = scales > 10
    slopes = [np.polyfit(np.log(scales[tail]), np.log(one[tail]), 1)[0] for one in runs]
    assert np.median(slopes) == pytest.approx(-1, abs=0.06)


# --------------------------------------------------------------------------- experiment C


def nan_borders(found: dict[str, np.ndarray]) -> tuple[float | None, float | None]:
    """Where NaN begins on the left and on the right; None where there is none. Beyond a border all is NaN."""
    x, bad = found["x"], np.isnan(found["textbook"])
    borders = []
    for side in (x < 0, x > 0):
        near = np.abs(x[bad & side])
        borders.append(float(near.min()) if near.size else None)
        assert not near.size or bad[side][np.abs(x[side]) >= near.min()].all()
    return borders[0], borders[1]


def test_textbook_tanh_is_nan_on_both_sides_beyond_88_7_and_yours_is_not() -> None:
    found = results("experiment_overflow")["Tanh 的函数值"]
    assert nan_borders(found) == (pytest.approx(88.72, abs=0.1), pytest.approx(88.72, abs=0.1))
    assert np.allclose(found["mine"], np.tanh(found["x"].astype(float)), atol=2e-6)


def test_gradient_of_the_textbook_sigmoid_is_nan_on_the_left_only_and_its_value_is_right() -> None:
    found = results("experiment_overflow")["Sigmoid 反向传播的梯度"]
    left, right = nan_borders(found)
    assert left == pytest.approx(88.72, abs=0.1)
    assert right is None
    assert np.isfinite(found["mine"]).all()
    x = torch.from_numpy(found["x"])
    assert torch.allclose(name("textbook_sigmoid")(x), torch.sigmoid(x), atol=1e-6)


def test_textbook_formulas_are_good_enough_where_they_are_not_nan() -> None:
    for found in results("experiment_overflow").values():
        good = ~np.isnan(found["textbook"])
        assert np.allclose(found["textbook"][good], found["mine"][good], atol=1e-6)


def test_float64_has_its_own_border() -> None:
    near = name("experiment_overflow")(x_max=120.0, dtype=torch.float64)
    assert [nan_borders(found) for found in near.values()] == [(None, None)] * 2
    far = name("experiment_overflow")(x_max=720.0, dtype=torch.float64)
    assert nan_borders(far["Tanh 的函数值"]) == (pytest.approx(709.8, abs=0.5), pytest.approx(709.8, abs=0.5))


def test_one_nan_gradient_spoils_the_weight_in_one_step() -> None:
    w = torch.tensor([0.5, 0.5], requires_grad=True)
    name("textbook_sigmoid")(torch.tensor([-200.0, 1.0]) * w).sum().backward()
    torch.optim.SGD([w], lr=0.1).step()
    assert w.isnan().tolist() == [True, False]


# --------------------------------------------------------------------------- experiment D


def test_without_activation_every_seed_draws_the_best_straight_line() -> None:
    found = results("experiment_fit_curve")
    curves, losses = found["curves"]["没有激活"], found["losses"]["没有激活"]
    assert len(curves) >= 32
    assert abs(curves - found["line"]).max() < 0.005
    assert found["line_loss"] == pytest.approx(0.433, abs=5e-4)
    assert losses == pytest.approx(found["line_loss"], rel=1e-3)


@pytest.mark.parametrize(("which", "low", "high"), [("ReLU", 250, 5000), ("Tanh", 1500, 60000)])
def test_with_activation_the_error_is_about_a_thousandth_or_less(which: str, low: float, high: float) -> None:
    losses = results("experiment_fit_curve")["losses"]
    ratios = losses["没有激活"] / losses[which]
    assert low < np.median(ratios) < high
    assert ratios.min() > 40, "on every seed"


def test_tanh_fits_better_than_relu_here() -> None:
    losses = results("experiment_fit_curve")["losses"]
    assert np.median(losses["ReLU"] / losses["Tanh"]) > 2


def test_relu_draws_straight_pieces_and_tanh_a_smooth_curve() -> None:
    """The bend of a piecewise linear curve sits at few places: its second difference is mostly tiny."""
    curves = results("experiment_fit_curve")["curves"]
    target = np.sin(3 * results("experiment_fit_curve")["x"])
    floor = 0.05 * abs(np.diff(target, 2)).max()
    straight = {which: (abs(np.diff(curves[which], 2, axis=1)) < floor).mean(axis=1) for which in ("ReLU", "Tanh")}
    assert np.median(straight["ReLU"]) > 3 * np.median(straight["Tanh"])


def test_the_three_networks_start_from_the_same_weights_and_have_1153_parameters() -> None:
    nets = [labkit.Replicas(lambda f=f: name("CurveNet")(f), (0, 1)) for f in (name("MyReLU")(), torch.tanh)]
    for one, other in zip(*(net.parameters() for net in nets), strict=True):
        assert torch.equal(one, other)
    assert sum(p[0].numel() for p in nets[0].parameters()) == 1153


# --------------------------------------------------------------------------- the bug hunt


def bugs() -> list[str]:
    cells = read_source(ROOT / "source_notebooks" / LAB / f"{LAB}.ipynb").cells
    text = next(cell.source for cell in cells if cell.id == "bug-hunt")
    return re.findall(r"```python\n(.*?)```", text, re.S)


def test_first_bug_passes_its_own_check_but_is_wrong() -> None:
    names: dict[str, Any] = {"torch": torch}
    exec(bugs()[0], names)  # its assertion holds
    x = torch.tensor([9.4], dtype=torch.float64)
    assert names["sigmoid_derivative"](x).item() == 0
    true = 1 / (2 * math.cosh(9.3 / 2)) ** 2
    assert true == pytest.approx(9.1e-5, abs=5e-7)
    assert true < 1e-4


def test_second_bug_raises_instead_of_saying_false() -> None:
    names: dict[str, Any] = {"torch": torch}
    with pytest.raises(RuntimeError, match=r"[Dd]type|Float|same"):
        exec(bugs()[1], names)
    x = torch.tensor([-1.0, 2.0])
    assert names["relu_derivative"](x).dtype == torch.int64
    assert torch.where(x.double() > 0, 1.0, 0.0).dtype == torch.float32


# --------------------------------------------------------------------------- the theory page


def test_theory_overflow_begins_where_the_page_says() -> None:
    for dtype, border in ((np.float32, 88.72), (np.float64, 709.78)):
        assert math.log(np.finfo(dtype).max) == pytest.approx(border, abs=0.005)
    assert np.finfo(np.float32).max == pytest.approx(3.4e38, rel=0.01)


def test_theory_cancellation_begins_at_16_64_and_the_product_does_not_cancel() -> None:
    x = torch.linspace(16, 17.5, 1501)
    rounded = x[(1 / (1 + torch.exp(-x))) == 1]
    assert rounded.min().item() == pytest.approx(16.64, abs=0.02)
    assert torch.sigmoid(torch.tensor(16.64).double()).item() < 1
    x = torch.tensor([16.7, 20.0, 40.0])
    exact = (0.25 / torch.cosh(x.double() / 2) ** 2).float()
    assert exact[0].item() == pytest.approx(6e-8, rel=0.1)
    s, mirrored = 1 / (1 + torch.exp(-x)), 1 / (1 + torch.exp(x))
    assert (s * (1 - s)).tolist() == [0, 0, 0]
    assert torch.allclose(s * mirrored, exact, rtol=1e-5, atol=0)


def test_theory_where_does_not_save_the_gradient() -> None:
    x = torch.tensor([-100.0], requires_grad=True)
    value = 1 / (1 + torch.exp(-x))
    assert value.item() == 0
    assert torch.autograd.grad(value, x)[0].isnan().all()
    e = torch.exp(x)
    chosen = torch.where(x >= 0, 1 / (1 + torch.exp(-x)), e / (1 + e))
    assert chosen.item() == pytest.approx(math.exp(-100), abs=1e-30)
    assert torch.autograd.grad(chosen, x)[0].isnan().all()


def test_theory_direct_softplus_loses_everything_far_out_and_the_careful_one_nothing() -> None:
    x = np.linspace(-40, 100, 1401, dtype=np.float32)
    exact = np.logaddexp(0, x.astype(float))
    with np.errstate(over="ignore"):
        direct = np.log(1 + np.exp(x))
    careful = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    assert (direct[x < -18] == 0).all()
    assert x[np.isinf(direct)].min() == pytest.approx(88.72, abs=0.11)
    assert abs(careful / exact - 1).max() < 1e-6


def test_theory_adam_leaves_a_tiny_gradient_but_not_a_zero() -> None:
    moved = []
    for slope in (1e-8, 0.0):
        w = torch.zeros(1, requires_grad=True)
        trainer = torch.optim.Adam([w], lr=0.01)
        for _ in range(100):
            w.grad = torch.full_like(w, slope)
            trainer.step()
        moved.append(abs(w.item()))
    assert 0.3 < moved[0] < 1.1
    assert moved[1] == 0


def test_theory_saturation_figures() -> None:
    x = torch.tensor([5.0, 10.0, 2.0], dtype=torch.float64)
    sigmoid = torch.sigmoid(x) * torch.sigmoid(-x)
    tanh = 1 - torch.tanh(x) ** 2
    assert sigmoid[:2].tolist() == pytest.approx([6.6e-3, 4.5e-5], rel=0.02)
    assert tanh[0].item() == pytest.approx(1.8e-4, rel=0.02)
    assert tanh[2].item() == pytest.approx(0.07, abs=0.002)
    far = torch.linspace(-20, 20, 4001, dtype=torch.float64)
    rounding = 1 + 1e-12
    assert (torch.sigmoid(far) * torch.sigmoid(-far) <= rounding * torch.exp(-far.abs())).all()
    assert (1 / torch.cosh(far) ** 2 <= rounding * 4 * torch.exp(-2 * far.abs())).all()
    border = 9.2103  # from here on the derivative is below the tolerance 1e-4
    assert math.exp(-border) / (1 + math.exp(-border)) ** 2 == pytest.approx(1e-4, rel=1e-3)


def test_theory_two_relu_units_are_xor() -> None:
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    total = corners.sum(dim=1)
    assert (F.relu(total) - 2 * F.relu(total - 1)).tolist() == [0, 1, 1, 0]


def test_theory_linear_layers_collapse() -> None:
    labkit.set_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(6, 2), torch.nn.Linear(2, 7), torch.nn.Linear(7, 5)).double()
    w, b = torch.eye(6, dtype=torch.float64), torch.zeros(6, dtype=torch.float64)
    for layer in net:
        w, b = layer.weight @ w, layer.weight @ b + layer.bias
    x = torch.randn(50, 6, dtype=torch.float64)
    assert torch.allclose(net(x), x @ w.T + b)
    assert torch.linalg.matrix_rank(w).item() == 2


def test_theory_subgradients_at_zero() -> None:
    def slope(f: Any) -> float:
        x = torch.zeros(1, requires_grad=True)
        return torch.autograd.grad(f(x).sum(), x)[0].item()

    assert slope(torch.relu) == 0
    assert slope(lambda x: torch.maximum(x, torch.zeros_like(x))) == 0.5
    assert slope(lambda x: torch.relu(x) - torch.relu(-x)) == 0


def test_theory_moments_after_relu_and_the_order_of_the_shifts() -> None:
    z = torch.from_numpy(np.random.default_rng(0).normal(size=200_000))
    h, leaky = F.relu(2 * z), F.leaky_relu(2 * z, 0.1)
    assert h.mean().item() == pytest.approx(0.399 * 2, rel=0.02)
    assert h.square().mean().item() == pytest.approx(0.5 * 4, rel=0.02)
    assert h.var().item() == pytest.approx(0.341 * 4, rel=0.02)
    assert leaky.mean().item() == pytest.approx(0.9 * 2 / math.sqrt(2 * math.pi), rel=0.02)
    assert leaky.square().mean().item() == pytest.approx(1.01 * 4 / 2, rel=0.02)
    mean = {f.__name__: f(z).mean().item() for f in (F.relu, F.elu, F.silu, F.softplus, torch.tanh, torch.sigmoid)}
    assert max(mean["elu"], mean["silu"]) < 0.6 * mean["relu"] < mean["relu"] < mean["softplus"]
    assert (mean["tanh"], mean["sigmoid"]) == (pytest.approx(0, abs=0.01), pytest.approx(0.5, abs=0.01))


def test_theory_minima_of_gelu_and_silu_and_the_gap_of_softplus() -> None:
    x = torch.linspace(-4, 4, 80001, dtype=torch.float64)
    for f, low, place in ((F.gelu, -0.170, -0.752), (F.silu, -0.278, -1.278)):
        y = f(x)
        assert y.min().item() == pytest.approx(low, abs=5e-4)
        assert x[y.argmin()].item() == pytest.approx(place, abs=5e-4)
        assert (y.diff() < 0).any(), "not monotonic"
    gap = F.softplus(x) - F.relu(x)
    assert gap.max().item() == pytest.approx(math.log(2))
    assert gap.min() > 0
