"""What lab 6 claims about its experiments, checked on what they return."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from experiments import run

PLAIN, DROPOUT, L2 = "keep_prob = 1.0，λ = 0.0", "keep_prob = 0.5，λ = 0.0", "keep_prob = 1.0，λ = 0.3"
TRAIN_LOSS, TEST_LOSS, TRAIN_ACCURACY, TEST_ACCURACY = range(4)
EARLIER, LATER = ("w1", "b1"), ("w2", "b2")  # as the data flows forward


def results(experiment: str) -> list[Any]:
    return run("lab06_numpy_dropout").results[f"experiment_{experiment}"]


def again(experiment: str, **arguments: Any) -> Any:
    """The experiment as a reader would run it after changing an argument."""
    names = run("lab06_numpy_dropout").names
    with contextlib.redirect_stdout(io.StringIO()):
        result = names[f"experiment_{experiment}"].__wrapped__(**arguments)
    plt.close("all")
    return result


def slope(check: dict[str, Any], name: str, low: float, high: float) -> Any:
    """For every network, the slope of the error over the step in the log-log plot."""
    chosen = (check["steps"] > low) & (check["steps"] < high)
    return np.polyfit(np.log(check["steps"][chosen]), np.log(check[name][:, chosen].T), 1)[0]


def test_every_experiment_has_at_least_8_seeds() -> None:
    assert all(len(check["w1"]) >= 8 for check in results("gradient_check"))
    assert len(results("two_forms")[0]["Dropout_train"]) >= 8
    assert len(results("moons")[0][PLAIN]) >= 8
    assert results("boundary")[0]["length 1.0"].size >= 8
    assert len(results("loss_on_off")[0]["on"]) >= 8


# --------------------------------------------------------------------------- the mask


def test_the_mask_has_no_stripes_and_about_the_right_share() -> None:
    masks = np.array([again("show_mask", seed=seed)["mask"] for seed in range(20)])
    assert masks.shape[1:] == results("show_mask")[0]["mask"].shape == (24, 48)
    for axis in (1, 2):
        stripes = np.isin(masks.mean(axis=axis), (0, 1)).mean()
        assert stripes < 0.003, "by chance: 0.7^24 = 0.0002"
    shares = masks.mean(axis=(1, 2))
    assert np.all(np.abs(shares - 0.7) < 0.06)
    assert 0.006 < shares.std() < 0.028, "by the formula: 0.014"


def test_with_6_units_columns_are_kept_whole_by_chance() -> None:
    masks = np.array([again("show_mask", n_h=6, seed=seed)["mask"] for seed in range(20)])
    assert 0.06 < masks.all(axis=1).mean() < 0.18, "0.7^6 = 0.12"


# --------------------------------------------------------------------------- gradient check


@pytest.mark.parametrize("name", EARLIER + LATER)
def test_the_error_has_a_valley(name: str) -> None:
    check = results("gradient_check")[0]
    assert 1.8 < np.median(slope(check, name, 1e-4, 1e-1)) < 2.2, "truncation: h²"
    assert -1.3 < np.median(slope(check, name, 0, 1e-7)) < -0.7, "rounding: 1/h"
    best = check[name].min(axis=1)
    assert 1e-12 < np.median(best) < 5e-10 and best.max() < 1e-7
    assert 2e-6 < np.median(check["steps"][check[name].argmin(axis=1)]) < 1e-4
    assert np.all(check[name][:, [0, -1]].min(axis=1) > 1e5 * best)


@pytest.mark.parametrize("name", EARLIER)
def test_a_forgotten_mask_makes_the_earlier_gradients_flat(name: str) -> None:
    check = results("gradient_check")[1]
    chosen = (check["steps"] > 1e-11) & (check["steps"] < 1e-2)
    errors = check[name][:, chosen]
    assert np.all(errors.max(axis=1) < 1.05 * errors.min(axis=1))
    levels = np.median(errors, axis=1)
    assert 0.1 < np.median(levels) < 0.5 and levels.min() > 0.005
    assert np.mean((levels > 0.09) & (levels < 0.55)) > 0.7


@pytest.mark.parametrize("name", LATER)
def test_a_forgotten_mask_leaves_the_later_gradients_alone(name: str) -> None:
    right, wrong, _ = results("gradient_check")
    assert np.array_equal(right[name], wrong[name])


@pytest.mark.parametrize("name", EARLIER)
def test_the_bug_hides_as_keep_prob_nears_1(name: str) -> None:
    levels = [np.median(results("gradient_check")[1][name].min(axis=1))]
    for keep_prob in (0.9, 0.99):
        check = again("gradient_check", title="", forget_mask=True, keep_prob=keep_prob)
        levels.append(np.median(check[name].min(axis=1)))
    assert levels[0] > 1.5 * levels[1] > 3 * levels[2] > 1e-3
    check = results("gradient_check")[2]
    assert check[name].min(axis=1).max() < 1e-7, "with keep_prob = 1 the valley is back"
    assert 1.8 < np.median(slope(check, name, 1e-4, 1e-1)) < 2.2


def test_float32_is_too_coarse_for_the_check() -> None:
    names, best = run("lab06_numpy_dropout").names, []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        parameters = {k: v.astype(np.float32) for k, v in names["initialize_parameters"](2, 5, rng).items()}
        x = rng.normal(size=(2, 20)).astype(np.float32)
        y = (x[:1] * x[1:] > 0).astype(np.float32)

        def forward(p: Any, x: Any = x) -> Any:
            return names["forward_propagation_with_dropout"](x, p, 0.7, np.random.default_rng(1))

        def cost(p: Any, y: Any = y, forward: Callable[..., Any] = forward) -> float:
            return names["compute_cost"](forward(p)[0], y, p, np.float32(0.5))

        ours = names["backward_propagation_with_dropout"](parameters, forward(parameters)[1], x, y, 0.5, 0.7)["dw1"]
        numeric = [names["numerical_gradient"](cost, parameters, h)["w1"] for h in np.logspace(-5, 0, 11)]
        best.append(min(np.linalg.norm(n - ours) / (np.linalg.norm(n) + np.linalg.norm(ours)) for n in numeric))
    assert 1e-5 < np.median(best) < 1e-3


def test_the_loss_falls_with_the_bug_as_without(monkeypatch: pytest.MonkeyPatch) -> None:
    names = run("lab06_numpy_dropout").names
    right = names["backward_propagation_with_dropout"]

    def wrong(parameters: Any, cache: Any, x: Any, y: Any, lambd: float = 0, keep_prob: float = 0.7) -> Any:
        return right(parameters, {**cache, "mask1": np.ones_like(cache["mask1"])}, x, y, lambd, 1.0)

    monkeypatch.setitem(names, "backward_propagation_with_dropout", wrong)
    losses = [names["train"](names["get_data"](seed), 0.5, seed)[1][:, TRAIN_LOSS] for seed in range(8)]
    start, end = np.array(losses)[:, 0], np.array(losses)[:, -1]
    assert np.all(end < 0.7 * start)
    assert 0.5 < np.median(start) < 0.9 and 0.17 < np.median(end) < 0.29
    assert abs(np.median(end - results("moons")[0][DROPOUT][:, -1, TRAIN_LOSS])) < 0.04


# --------------------------------------------------------------------------- two forms


def test_both_forms_agree_with_themselves() -> None:
    forms = results("two_forms")[0]
    shares = 1 - forms["ratios"]
    assert np.allclose(forms["Dropout_test"], shares) and np.allclose(forms["InvertedDropout_test"], 1)
    assert np.allclose(np.median(forms["Dropout_train"], axis=0), shares, atol=0.02)
    assert np.allclose(np.median(forms["InvertedDropout_train"], axis=0), 1, atol=0.06)


def test_the_inverted_form_varies_ten_times_as_much_at_ratio_0_9() -> None:
    forms = results("two_forms")[0]
    standard, inverted = forms["Dropout_train"][:, -1], forms["InvertedDropout_train"][:, -1]
    assert 4 < inverted.std() / standard.std() < 25
    assert np.all((inverted > 0.87) & (inverted < 1.13)) and np.ptp(inverted) > 0.03


def test_without_the_scaling_at_test_time_the_next_layer_gets_twice_as_much() -> None:
    forms = results("two_forms")[0]
    assert forms["ratios"][5] == pytest.approx(0.5)
    assert 1.9 < np.median(1 / forms["Dropout_train"][:, 5]) < 2.1


# --------------------------------------------------------------------------- training


def test_without_regularisation_the_test_loss_falls_and_rises() -> None:
    moons = results("moons")[0]
    median = np.median(moons[PLAIN][:, :, TEST_LOSS], axis=0)
    assert moons["steps"][median.argmin()] <= 300 and 0.3 < median.min() < 0.42
    assert 0.8 < median[-1] < 1.4 and np.median(moons[PLAIN][:, -1, TRAIN_LOSS]) < 0.08


def test_dropout_keeps_the_test_loss_low() -> None:
    moons = results("moons")[0]
    plain, dropout = moons[PLAIN][:, -1], moons[DROPOUT][:, -1]
    assert dropout[:, TEST_LOSS].max() < plain[:, TEST_LOSS].min(), "the bands part"
    assert 2 < np.median(plain[:, TEST_LOSS] / dropout[:, TEST_LOSS]) < 4.5
    late = np.median(moons[DROPOUT][:, 2:, TEST_LOSS], axis=0)
    assert np.all((late > 0.3) & (late < 0.44))
    assert 0.17 < np.median(dropout[:, TRAIN_LOSS]) < 0.29, "it trains worse"


def test_the_accuracy_differs_less_than_the_loss() -> None:
    moons = results("moons")[0]
    plain, dropout = moons[PLAIN][:, -1, TEST_ACCURACY], moons[DROPOUT][:, -1, TEST_ACCURACY]
    assert 0.78 < np.median(plain) < 0.84 < np.median(dropout) < 0.88
    assert dropout.min() < plain.max(), "the ranges overlap"
    assert np.sum(dropout > plain) >= 7 and 0.02 < np.median(dropout - plain) < 0.08


def test_l2_alone_does_as_well() -> None:
    moons = results("moons")[0]
    plain, dropout, l2 = (moons[label][:, -1, TEST_LOSS] for label in (PLAIN, DROPOUT, L2))
    assert 0.28 < np.median(l2) < 0.37 and np.all(l2 < plain)
    assert -0.02 < np.median(dropout - l2) < 0.12
    steadiness = [np.abs(np.diff(moons[label][:, 5:, TEST_LOSS], axis=1)).mean() for label in (L2, DROPOUT)]
    assert steadiness[0] < 0.3 * steadiness[1]


def test_the_compared_runs_start_alike() -> None:
    moons = results("moons")[0]
    assert np.array_equal(moons[PLAIN][:, 0], moons[DROPOUT][:, 0])
    assert np.array_equal(moons[PLAIN][:, 0], moons[L2][:, 0])


def test_dropout_makes_the_boundary_shorter_on_every_data_set() -> None:
    boundary = results("boundary")[0]
    plain, dropout = (np.median(boundary[f"length {q}"], axis=1) for q in (1.0, 0.5))
    assert np.all(dropout < plain)
    assert 1.3 < np.median(plain / dropout) < 2.2
    assert 7.5 < np.median(boundary["length 0.5"]) < 11 < 12 < np.median(boundary["length 1.0"]) < 18
    assert 0.86 < np.median(boundary["accuracy 0.5"]) < 0.92 < 0.94 < np.median(boundary["accuracy 1.0"])


def test_dropout_does_not_make_the_networks_agree_on_every_data_set() -> None:
    boundary = results("boundary")[0]
    plain, dropout = boundary["disputed 1.0"], boundary["disputed 0.5"]
    assert plain[0] > 1.3 * dropout[0], "the data set of the figure"
    assert plain[7] < 0.9 * dropout[7], "the other example"
    assert 0.6 < np.median(dropout) / np.median(plain) < 1.6
    assert 0.03 < np.median(dropout) < 0.08


def test_the_loss_with_dropout_on_is_higher() -> None:
    losses = results("loss_on_off")[0]
    difference = losses["on"] - losses["off"]
    assert difference.size == 120 and np.mean(difference > 0) > 0.95
    assert 0.015 < np.median(difference) < 0.05 and 0.05 < np.median(difference / losses["off"]) < 0.15
    assert np.all(np.median(losses["on"], axis=0) > np.median(losses["off"], axis=0))
    assert losses["on"].min() < losses["off"].max(), "the bands overlap"


def test_averaged_over_20_masks_it_is_always_higher() -> None:
    losses = again("loss_on_off", draws=20)
    assert np.all(losses["on"] > losses["off"])


# --------------------------------------------------------------------------- bug hunt


def test_one_mask_for_the_whole_batch_makes_the_gradient_vary_far_more() -> None:
    names = run("lab06_numpy_dropout").names
    x, y, _, _ = names["get_data"](0, 300)
    ratios = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        parameters, grads = names["initialize_parameters"](2, 20, rng), ([], [])
        for _ in range(100):
            _, cache = names["forward_propagation_with_dropout"](x, parameters, 0.5, rng)
            shared = cache | {"mask1": np.broadcast_to(rng.random((20, 1)) < 0.5, cache["a1"].shape)}
            shared["a1_drop"] = shared["a1"] * shared["mask1"] / 0.5
            shared["a2"] = names["sigmoid"](parameters["w2"] @ shared["a1_drop"] + parameters["b2"])
            for found, given in zip(grads, (cache, shared), strict=True):
                back = names["backward_propagation_with_dropout"](parameters, given, x, y, 0, 0.5)
                found.append(back["dw1"].ravel())
        own, one = (np.var(found, axis=0).sum() for found in grads)
        ratios.append(one / own)
    assert np.median(ratios) > 10
