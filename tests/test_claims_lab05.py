"""What the lab on dropout and its theory page claim, measured again: ranges that hold on other CPUs, not luck."""

from __future__ import annotations

import functools
import re
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import ROOT
from experiments import run

LAB = "lab05_dropout"
METHODS = ("L1", "L2", "Dropout")
PLAIN = "不加正则化"


def result(name: str) -> Any:
    (only,) = run(LAB).results[name]
    return only


def last_ratio(results: dict[str, Any], method: str) -> np.ndarray:
    """Test loss at the end over that of the same seed without regularisation."""
    return results[method]["test_loss"][:, -1] / results[PLAIN]["test_loss"][:, -1]


@functools.cache
def page() -> dict[str, Any]:
    """All that the code cells of the theory page define."""
    text = (ROOT / "book" / "theory" / "dropout.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plt, "show", lambda: plt.close("all"))
        patch.setenv("LABKIT_PROGRESS", "0")
        for cell in re.findall(r"```\{code-cell\} ipython3\n(.*?)```", text, re.DOTALL):
            code = re.sub(r"\A(?:---\n.*?\n---\n|(?::[^\n]*\n)+)", "", cell, flags=re.DOTALL)
            exec(compile(code, "dropout.md", "exec"), names)
    return names


# --------------------------------------------------------------------------- the lab


def test_at_least_eight_seeds() -> None:
    assert all(len(runs["test_loss"]) >= 8 for runs in result("experiment_regularization").values())
    assert all(len(runs["test_loss"]) >= 8 for runs in result("experiment_boundaries").values())
    assert len(result("experiment_widths")[128]) >= 8
    assert len(result("experiment_linear")["weights"]) >= 8
    assert len(result("experiment_ensemble")["full_acc"]) >= 8
    assert all(len(curve) >= 8 for curve in result("experiment_measuring").values())
    assert len(result("experiment_mean_variance")["var_after"]) >= 8


def test_dropout_keeps_the_mean_and_raises_the_variance_from_1_to_11() -> None:
    found = result("experiment_mean_variance")
    assert found["formula"] == pytest.approx(11)
    assert np.abs(found["mean_after"] - 3).max() < 0.1
    assert np.abs(found["var_before"] - 1).max() < 0.05
    assert np.abs(found["var_after"] - 11).max() < 0.15


def test_without_regularisation_the_training_set_is_learnt_by_heart() -> None:
    plain = result("experiment_regularization")[PLAIN]
    assert np.median(plain["train_acc"][:, -1]) == 1
    assert np.median(plain["train_loss"][:, -1]) < 0.02
    assert np.median(plain["test_loss"][:, -1]) > 0.45
    middle = plain["epoch"].tolist().index(15)
    assert np.median(plain["test_loss"][:, -1] / plain["test_loss"][:, middle]) > 1.03


@pytest.mark.parametrize("method", METHODS)
def test_each_method_lowers_the_test_loss_by_about_a_third_and_raises_the_training_loss(method: str) -> None:
    results = result("experiment_regularization")
    ratio = last_ratio(results, method)
    assert 0.5 < np.median(ratio) < 0.85
    assert (ratio < 1).sum() >= 7
    assert np.median(results[method]["train_loss"][:, -1] / results[PLAIN]["train_loss"][:, -1]) > 3


def test_the_three_methods_cannot_be_told_apart() -> None:
    medians = [np.median(last_ratio(result("experiment_regularization"), method)) for method in METHODS]
    assert max(medians) - min(medians) < 0.25


def test_the_accuracy_hardly_changes() -> None:
    results = result("experiment_regularization")
    plain = results[PLAIN]["test_acc"][:, -1]
    assert 0.84 < np.median(plain) < 0.92
    for method in METHODS:
        accuracy = results[method]["test_acc"][:, -1]
        assert -0.015 < np.median(accuracy) - np.median(plain) < 0.035
        assert 0.02 < np.ptp(accuracy) < 0.1  # the seeds differ more than the methods


def test_dropout_learns_slowly() -> None:
    results = result("experiment_regularization")
    assert results[PLAIN]["epoch"][0] == 5
    ratio = results["Dropout"]["test_loss"][:, 0] / results[PLAIN]["test_loss"][:, 0]
    assert 1.3 < np.median(ratio) < 2.3
    assert (ratio > 1).all()


def test_penalties_shrink_the_weights_and_dropout_does_not() -> None:
    norms = result("experiment_weight_norms")
    ratio = {method: np.median(norms[method] / norms[PLAIN], axis=0) for method in METHODS}
    assert 0.43 < ratio["L1"][0] < 0.65
    assert 0.3 < ratio["L2"][0] < 0.5
    assert ratio["L1"][1] < 0.75 and ratio["L2"][1] < 0.65
    assert 0.85 < ratio["L1"][2] < 1.1 and 0.85 < ratio["L2"][2] < 1.1
    assert 0.93 < ratio["Dropout"][0] < 1.1
    assert (ratio["Dropout"][1:] > 1).all() and (ratio["Dropout"][1:] < 1.4).all()


def test_on_the_moons_every_method_lowers_the_test_loss() -> None:
    moons = result("experiment_boundaries")
    plain = moons[PLAIN]
    assert np.median(plain["train_acc"][:, -1]) > 0.97
    assert 0.8 < np.median(plain["test_loss"][:, -1]) < 1.8
    for method, low, high in (("L1", 0.2, 0.5), ("L2", 0.13, 0.38), ("Dropout", 0.25, 0.6)):
        ratio = last_ratio(moons, method)
        assert low < np.median(ratio) < high
        assert len(ratio) >= 32 and (ratio < 1).all()
        gain = moons[method]["test_acc"][:, -1] - plain["test_acc"][:, -1]
        assert 0 < np.median(gain) < 0.07
        assert 0.2 < np.median(moons[method]["test_loss"][:, -1]) < 0.65
    assert np.median(last_ratio(moons, "L2")) == min(np.median(last_ratio(moons, method)) for method in METHODS)


def test_a_wide_net_gains_from_dropout_and_a_narrow_one_loses() -> None:
    sweep = result("experiment_widths")
    assert sweep["rates"].tolist() == [0, 0.2, 0.4, 0.6, 0.8]
    narrow, medium, wide = (np.median(sweep[width], axis=0) for width in (8, 32, 128))
    assert 0.5 < wide[2] < 0.8 and (sweep[128][:, 2] < 1).all()
    assert wide[4] > 1.4
    assert 0.75 < medium[1] < 1.02 and medium[4] > 2.5
    assert 1.15 < narrow[1] < 1.8 and (sweep[8][:, 2] > 1).all()
    assert (np.diff(narrow) > 0).all()
    assert narrow[2] > medium[2] > wide[2]


def test_the_narrow_net_with_dropout_underfits() -> None:
    sweep = result("experiment_widths")
    narrow, wide = (np.median(sweep[f"train {width}"], axis=0) for width in (8, 128))
    assert 0.3 < narrow[0] < 0.9 and 1.2 < narrow[2] < 1.9
    assert wide[2] < 0.06


def test_the_penalty_in_linear_regression_is_that_of_the_formula() -> None:
    linear = result("experiment_linear")
    ratio = linear["penalty"] / linear["penalty_formula"]
    assert 0.97 < np.median(ratio) < 1.03
    large = ratio[:, linear["rates"] >= 0.1]
    assert large.min() > 0.85 and large.max() < 1.15
    # and it is the loss as a whole that is quadratic in w: s_j = 1 for standardised features
    odds = linear["rates"] / (1 - linear["rates"])
    squares = (linear["least_squares"] ** 2).sum(axis=(1, 2))
    assert np.allclose(linear["penalty_formula"], odds * squares[:, None])


def test_the_weights_learnt_with_dropout_are_those_of_the_closed_form() -> None:
    linear = result("experiment_linear")
    gap = np.abs(linear["weights"] - linear["weights_formula"])
    assert gap.max() < 0.05
    assert np.median(gap) < 0.005
    # far nearer than least squares without dropout, so the agreement means something
    assert np.median(gap) < 0.1 * np.median(np.abs(linear["weights"] - linear["least_squares"]))


def test_dropout_undoes_weights_that_cancel_each_other() -> None:
    linear = result("experiment_linear")
    s1, s2, bmi = (linear["names"].index(name) for name in ("s1", "s2", "bmi"))
    before = np.median(linear["least_squares"][:, 0], axis=0)
    after = np.median(linear["weights"][:, linear["rates"].tolist().index(0.1)], axis=0)
    assert before[[s1, s2, bmi]] == pytest.approx([-0.55, 0.37, 0.32], abs=0.03)
    assert after[[s1, s2, bmi]] == pytest.approx([-0.05, -0.05, 0.30], abs=0.02)


def test_the_gap_to_the_full_net_falls_like_one_over_root_k() -> None:
    ensemble = result("experiment_ensemble")
    counts, gap = ensemble["counts"], np.median(ensemble["logit_gap"], axis=0)
    slope = np.polyfit(np.log(counts), np.log(gap), 1)[0]
    assert -0.53 < slope < -0.45
    assert 0.28 < gap[0] < 0.45 and 0.025 < gap[-1] < 0.045
    assert gap[-1] > gap[0] / counts[-1] ** 0.5  # a little above the dashed line


def test_the_gap_of_the_probabilities_does_not_close() -> None:
    gap = np.median(result("experiment_ensemble")["prob_gap"], axis=0)
    assert 0.018 < gap[0] < 0.032
    assert 0.45 < gap[-1] / gap[0] < 0.75


def test_one_thinned_net_is_worse_and_eight_are_as_good_as_the_full_one() -> None:
    ensemble = result("experiment_ensemble")
    points = 100 * (ensemble["mean_acc"] - ensemble["full_acc"][:, None])
    assert -8 < np.median(points[:, 0]) < -3 and (points[:, 0] < 0).all()
    assert np.abs(np.median(points[:, 3:], axis=0)).max() < 1


def test_the_training_loss_is_higher_when_dropout_is_on() -> None:
    on, off, test = (curve[:, -1] for curve in result("experiment_measuring").values())
    assert (on > off).all()
    assert 1.2 < np.median(on / off) < 2.2
    apparent, true = test - on, test - off
    assert np.median(true) > 0.2
    assert 0.25 < np.median(apparent) / np.median(true) < 0.8


def test_a_network_of_43_thousand_parameters_and_91_percent_of_the_cnn_in_fc1() -> None:
    names = run(LAB).names

    def size(net: Any) -> int:
        return sum(p.numel() for p in net.parameters())

    assert size(names["DropoutMLP"](196, 10, 128, 128)) == 43_018
    cnn = names["RegularizedNetwork"]()
    assert (size(cnn), size(cnn.fc1)) == (225_034, 204_928)
    assert size(cnn.fc1) / size(cnn) == pytest.approx(0.91, abs=0.005)


# --------------------------------------------------------------------------- the theory page


def test_page_co_adaptation_in_the_diabetes_data() -> None:
    names = page()
    s1, s2, bmi = (names["data"].feature_names.index(name) for name in ("s1", "s2", "bmi"))
    X = names["X"]
    assert float((X[:, s1] * X[:, s2]).mean()) == pytest.approx(0.90, abs=0.005)
    assert names["ols"][[s1, s2, bmi]].tolist() == pytest.approx([-0.49, 0.29, 0.32], abs=0.006)
    closed = names["closed_form"](0.1)
    assert closed[[s1, s2, bmi]].tolist() == pytest.approx([-0.05, -0.05, 0.30], abs=0.01)
    assert float((names["fitted"][0] - closed).abs().max()) < 0.02


def test_page_weight_scaling_is_exact_for_softmax_and_an_approximation_with_a_hidden_layer() -> None:
    gap, accuracy = page()["gap"], page()["accuracy"]
    assert gap[0]["几何平均"].max() < 1e-13
    assert (gap[32]["几何平均"] > 0.2).all()
    assert all((gap[hidden]["算术平均"] > 0.2).all() for hidden in (0, 32))
    assert all(0.88 < np.median(values) < 0.96 for values in accuracy[0].values())
    assert 0.82 < np.median(accuracy[32]["缩放"]) < 0.90
    for average in ("几何平均", "算术平均"):
        gain = accuracy[32][average] - accuracy[32]["缩放"]
        assert 0.02 < np.median(gain) < 0.1
        assert (gain >= 0).sum() >= 7


def test_page_training_loss_above_and_below_the_test_loss() -> None:
    on, off, test = (page()["curves"][0.5][:, :, k] for k in range(3))
    assert (on[:, 1:] > test[:, 1:]).mean() > 0.98
    assert (off[:, -1] < test[:, -1]).all()


def test_page_with_500_images_dropout_is_not_better() -> None:
    plain, dropped = (page()["curves"][p][:, -1, 2] for p in (0.0, 0.5))
    assert len(plain) >= 8
    assert 0.18 < np.median(plain) < 0.27 and 0.23 < np.median(dropped) < 0.33
    ratio = dropped / plain
    assert 1.05 < np.median(ratio) < 1.45 and (ratio > 1).sum() >= 7
