"""What lab 2 and its theory page claim, over the seeds that they use themselves."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from experiments import run

LAB = "lab02_vanishing_gradients"
ACTIVATIONS = ("relu", "tanh", "sigmoid")


def results(name: str) -> list[Any]:
    return run(LAB).results[name]


def gradients(call: int) -> dict[tuple[str, str], np.ndarray]:
    """Calls of the notebook: 0: depth 2, 1: depth 20, 2: depth 20 with both initialisations, 3: depth 5."""
    return results("experiment_gradient_vanishing")[call]


def first_to_last(values: np.ndarray) -> float:
    return float(np.median(values[:, 0] / values[:, -2]))


def test_many_seeds() -> None:
    assert all(len(runs) >= 8 for call in range(4) for runs in gradients(call).values())
    assert all(len(values) >= 8 for values in results("experiment_ratio_table")[0].values())
    assert all(len(runs) >= 8 for call in results("experiment_training_accuracy") for runs in call.values())
    assert all(len(each["backward"]) >= 8 for each in results("experiment_signal_map"))


@pytest.mark.parametrize(
    ("activation", "layers", "init", "low", "high"),
    [  # around the known figures of the curriculum: width 100, standard normal inputs
        ("relu", 2, "default", 1.0, 1.7),
        ("tanh", 2, "default", 0.8, 1.2),
        ("sigmoid", 2, "default", 0.01, 0.04),
        ("relu", 20, "default", 2e-7, 4e-6),
        ("tanh", 20, "default", 8e-5, 6e-4),
        ("sigmoid", 20, "default", 3e-18, 6e-17),
        ("relu", 20, "he_xavier", 0.3, 1.3),
        ("tanh", 20, "he_xavier", 0.8, 1.6),
        ("sigmoid", 20, "he_xavier", 2e-14, 1e-12),
    ],
)
def test_known_ratios_of_the_first_to_the_last_layer(
    activation: str, layers: int, init: str, low: float, high: float
) -> None:
    ratios = results("experiment_ratio_table")[0]
    assert low < np.median(ratios["噪声", activation, layers, init]) < high


def test_another_input_moves_a_ratio_by_a_factor_not_by_orders_of_magnitude() -> None:
    ratios = results("experiment_ratio_table")[0]
    for (kind, *rest), values in ratios.items():
        if kind == "噪声":
            assert 1 / 8 < np.median(ratios["手写数字", *rest]) / np.median(values) < 8
    assert (
        np.median(ratios["手写数字", "sigmoid", 2, "default"]) / np.median(ratios["噪声", "sigmoid", 2, "default"]) > 2
    )
    he = ratios["噪声", "relu", 20, "he_xavier"]
    assert 1.8 < he.max() / he.min() < 20


def test_two_layers_show_it_for_sigmoid_only() -> None:
    found = {name: first_to_last(gradients(0)[name, "default"]) for name in ACTIVATIONS}
    assert 1.1 < found["relu"] < 2 and 0.75 < found["tanh"] < 1.15 and 0.03 < found["sigmoid"] < 0.15


def test_twenty_layers_show_it_for_all_by_the_factor_of_the_theory() -> None:
    factor = run(LAB).names["factor_per_layer"]
    found = {name: gradients(1)[name, "default"] for name in ACTIVATIONS}
    assert 3e-7 < first_to_last(found["relu"]) < 6e-6
    assert 1e-4 < first_to_last(found["tanh"]) < 1e-3
    assert 8e-18 < first_to_last(found["sigmoid"]) < 8e-17
    for name, rho in (("relu", (1 / 6) ** 0.5), ("tanh", (1 / 3) ** 0.5), ("sigmoid", (1 / 48) ** 0.5)):
        assert np.median(factor(found[name])) == pytest.approx(rho, rel=0.08)


def test_the_initialisation_saves_relu_and_tanh_but_not_sigmoid() -> None:
    found, factor = gradients(2), run(LAB).names["factor_per_layer"]
    for name, gain in (("relu", 1e5), ("tanh", 5e2)):
        old, new = (found[name, init] for init in ("default", "he_xavier"))
        paired = (new[:, 0] / new[:, -2]) / (old[:, 0] / old[:, -2])
        assert np.median(paired) > gain and paired.min() > gain / 5
        assert 0.5 < first_to_last(new) < 4
        assert np.median(factor(new)) == pytest.approx(1, abs=0.12)
    assert 3e-14 < first_to_last(found["sigmoid", "he_xavier"]) < 4e-12
    assert 0.2 < np.median(factor(found["sigmoid", "he_xavier"])) < 0.26


def test_the_flat_relu_curve_lies_below_the_flat_tanh_curve() -> None:
    relu, tanh, sigmoid = (gradients(3)[name, "default"][:, 0] for name in ACTIVATIONS)
    assert 4 < np.median(tanh / relu) < 12
    assert 1e-4 < np.median(tanh) < 1e-3 and 2e-5 < np.median(relu) < 1e-4 and 2e-8 < np.median(sigmoid) < 5e-7
    assert 0.7 < first_to_last(gradients(3)["relu", "default"]) < 2
    assert 3e-5 < first_to_last(gradients(3)["sigmoid", "default"]) < 6e-4


# --------------------------------------------------------------------------- map of scales


def signal_map(activation: str) -> dict[str, Any]:
    return results("experiment_signal_map")[ACTIVATIONS.index(activation)]


def growth(activation: str, what: str, scale: float) -> float:
    """log10 of what remains at the far end of 20 layers, averaged over the seeds."""
    found = signal_map(activation)
    runs = found[what][:, np.abs(found["scales"] - scale).argmin()]
    start, end = (-1, 0) if what == "backward" else (0, -1)
    return float(np.log10(runs[:, end] / runs[:, start]).mean())


@pytest.mark.parametrize(("activation", "scale"), [("relu", 2**0.5), ("tanh", 1.0), ("sigmoid", 10.0)])
def test_the_predicted_scale_keeps_the_gradient_and_parts_vanishing_from_exploding(
    activation: str, scale: float
) -> None:
    assert signal_map(activation)["critical"] == pytest.approx(scale, rel=0.06)
    assert abs(growth(activation, "backward", scale)) < 1.1
    assert growth(activation, "backward", scale / 2) < -2 and growth(activation, "forward", scale / 2) < -4
    assert growth(activation, "backward", min(2 * scale, 16)) > 0.8


def test_numbers_told_about_the_maps() -> None:
    assert growth("relu", "backward", 1) == pytest.approx(-3, abs=0.6)
    assert growth("relu", "backward", 2) == pytest.approx(3, abs=0.6)
    assert growth("tanh", "backward", 4) == pytest.approx(3.5, abs=0.6)
    assert growth("tanh", "forward", 4) > -0.5
    assert growth("sigmoid", "forward", 9.5) == pytest.approx(-2.3, abs=0.7)
    assert abs(growth("relu", "square", 2**0.5)) < 0.5
    assert growth("relu", "forward", 2**0.5) == pytest.approx(-1, abs=0.5)


# --------------------------------------------------------------------------- training


def final(call: int) -> dict[tuple[str, str], np.ndarray]:
    return {curve: runs[:, -1] for curve, runs in results("experiment_training_accuracy")[call].items()}


def test_five_layers_tanh_learns_fast_relu_slowly_sigmoid_not_at_all() -> None:
    relu, tanh, sigmoid = (final(0)[name, "default"] for name in ACTIVATIONS)
    assert (tanh > relu).all() and np.median(tanh - relu) > 0.3
    assert (relu > sigmoid).all() and np.median(relu - sigmoid) > 0.08
    assert np.median(tanh) > 0.88 and 0.2 < np.median(relu) < 0.6 and sigmoid.max() < 0.16


def test_that_relu_is_slower_than_tanh_is_owed_to_the_default_initialisation() -> None:
    last = final(0)
    assert np.median(last["relu", "he_xavier"] - last["relu", "default"]) > 0.3
    assert np.median(last["relu", "he_xavier"] - last["tanh", "default"]) > -0.15


def test_twenty_layers_learn_only_from_a_good_start() -> None:
    last = final(1)
    for name, gain in (("relu", 0.2), ("tanh", 0.7)):
        assert last[name, "default"].max() < 0.16
        assert np.median(last[name, "he_xavier"] - last[name, "default"]) > gain
    assert 0.75 < np.median(last["tanh", "he_xavier"]) < 0.95 and 0.3 < np.median(last["relu", "he_xavier"]) < 0.55


def test_sigmoid_does_learn_with_two_layers_and_patience() -> None:
    runs = run(LAB).names["train_accuracy"]("sigmoid", 2, "default", lr=0.3, epochs=25, seeds=range(8))
    assert np.median(runs[:, 8]) < 0.2 and 0.5 < np.median(runs[:, -1]) < 0.85


def test_a_good_start_does_not_save_relu_from_a_large_step() -> None:
    runs = run(LAB).names["train_accuracy"]("relu", 20, "he_xavier", lr=0.1, epochs=5, seeds=range(8))
    assert np.median(runs[:, -1]) < 0.25


# --------------------------------------------------------------------------- theory page


@functools.cache
def page() -> dict[str, Any]:
    """All names of the theory page, its figures drawn."""
    import matplotlib.pyplot as plt

    text = (ROOT / "book" / "theory" / "vanishing_gradients.md").read_text("utf-8")
    names: dict[str, Any] = {}
    for cell in re.findall(r"```\{code-cell\} ipython3\n(.*?)```", text, re.DOTALL):
        exec(re.sub(r"\A(:tags:[^\n]*\n|---\n.*?\n---\n)", "", cell, flags=re.DOTALL), names)
    plt.close("all")
    return names


def page_ratio(runs: list[dict[str, Any]]) -> float:
    return float(np.median([each["gradient"][0] / each["gradient"][-2] for each in runs]))


@pytest.mark.parametrize("name", ["ReLU", "tanh", "sigmoid"])
def test_page_theory_lies_on_the_measured_curves(name: str) -> None:
    forward, backward = page()["theory"](name, "default")
    runs = page()["runs"][name, "default"]
    signal = np.median([each["signal"] for each in runs], axis=0)
    delta = np.median([each["delta"] / each["delta"][-1] for each in runs], axis=0)
    assert np.abs(np.log10(signal / forward)).max() < 0.15
    assert np.abs(np.log10(delta / backward)).max() < 0.3


@pytest.mark.parametrize(
    ("name", "shallow", "deep", "scaled"),
    [("ReLU", 1.5, 6e-7, 1.5), ("tanh", 0.9, 2e-4, 0.8), ("sigmoid", 0.02, 1e-17, 2e-13)],
)
def test_page_table_of_ratios(name: str, shallow: float, deep: float, scaled: float) -> None:
    two = [page()["one_pass"](name, "default", seed, depth=2) for seed in page()["SEEDS"]]
    for found, told in (
        (page_ratio(two), shallow),
        (page_ratio(page()["runs"][name, "default"]), deep),
        (page_ratio(page()["runs"][name, "scaled"]), scaled),
    ):
        assert told / 2 < found < told * 2


def test_page_the_ratio_depends_on_the_batch() -> None:
    small, large = (
        page_ratio([page()["one_pass"]("ReLU", "default", seed, samples=n) for seed in page()["SEEDS"]])
        for n in (64, 1300)
    )
    assert 1.5e-7 < small < 6e-7 and 7e-7 < large < 3e-6


def test_page_a_healthy_ratio_of_tiny_gradients() -> None:
    runs = [page()["one_pass"]("ReLU", "default", seed, bias=False) for seed in page()["SEEDS"]]
    assert 1.3 < page_ratio(runs) < 4
    tiny = np.median([each["gradient"][10] for each in runs])
    usual = np.median([each["gradient"][10] for each in page()["runs"]["ReLU", "scaled"]])
    assert 3e-12 < tiny < 4e-11 and 1e7 < usual / tiny < 2e9
    for each in page()["runs"]["ReLU", "scaled"]:
        assert each["euler"] == pytest.approx(each["euler"][-1], rel=1e-8)


def test_page_singular_values() -> None:
    def middle(*case: Any) -> np.ndarray:
        return np.median([page()["spectrum"](*case, seed) for seed in page()["SEEDS"]], axis=0)

    gauss = middle(20, "gauss")
    assert 5 < gauss[0] < 8 and 3e-4 < gauss[50] < 3e-3
    assert np.sqrt(np.mean(gauss**2)) == pytest.approx(1, abs=0.2)
    assert middle(20, "orthogonal") == pytest.approx(np.ones(100))
    assert middle(20, "relu")[50] < gauss[50] / 100
    norms = [np.linalg.norm(np.random.default_rng(s).uniform(-0.1, 0.1, (100, 100)), 2) for s in page()["SEEDS"]]
    assert np.median(norms) == pytest.approx(1.1, abs=0.05)
