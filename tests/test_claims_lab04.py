"""What lab 4 and its theory page say about L1 and L2, held against the runs that they show."""

from __future__ import annotations

import re
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from conftest import ROOT
from experiments import run

LAB = "lab04_weight_penalties"


def result(name: str) -> Any:
    (only,) = run(LAB).results[name]
    return only


def median(values: Any, axis: int | None = None) -> Any:
    return np.median(values, axis=axis)


# --------------------------------------------------------------------------- 200 weights, 20 samples


def test_replicas_give_the_numbers_of_the_plain_training_loop() -> None:
    names, seeds = run(LAB).names, range(2)
    many = names["train_many"](names["get_many"](seeds), seeds, names["l2_penalty"], (0, 3), num_epochs=10)
    for i in seeds:
        for k, value in enumerate((0, 3)):
            one = names["train"](names["get_data"](i), names["l2_penalty"], value, i, num_epochs=10)
            assert many["weights"][i, k] == pytest.approx(one["net"][0].weight.detach().cpu().numpy()[0], abs=1e-5)
            assert many["test"][i, k] == pytest.approx(one["test"][-1], rel=1e-3)


def test_data_and_initial_weights_do_not_share_their_random_numbers() -> None:
    names = run(LAB).names
    alike = [
        np.corrcoef(names["make_net"](i)[0].weight.detach().cpu()[0], names["get_data"](i)[0][0].cpu())[0, 1]
        for i in range(16)
    ]
    assert abs(np.mean(alike)) < 0.1


def test_without_a_penalty_the_net_fits_the_noise_and_the_penalty_makes_it_sixteen_times_better() -> None:
    found = result("experiment_overfitting")
    assert len(found["baseline"]) >= 8
    free, l2 = found[0], found[3]
    assert free["train"][:, -1].max() < 1e-10
    assert 0.25 < median(free["test"][:, -1]) < 0.38
    assert 0.7 < median(free["test"][:, -1] / free["test"][:, 0]) < 1  # it does not fall first and rise then
    assert (np.diff(free["test"], axis=1) < 0.02).all()
    assert 1e-4 < median(l2["train"][:, -1]) < 1e-3
    assert 0.015 < median(l2["test"][:, -1]) < 0.024
    assert 10 < median(free["test"][:, -1] / l2["test"][:, -1]) < 25
    assert (free["test"][:, -1] / l2["test"][:, -1]).min() > 8


def test_the_penalised_net_is_hardly_better_than_predicting_the_mean() -> None:
    found = result("experiment_overfitting")
    assert 0.7 < median(found[3]["test"][:, -1] / found["baseline"]) < 1.1


def test_unseen_directions_stay_without_a_penalty_and_shrink_by_a_constant_factor_with_it() -> None:
    found = result("experiment_directions")
    assert all(len(runs) >= 8 for runs in found.values())
    assert found[0][:, -1] == pytest.approx(found[0][:, 0], rel=1e-4)
    assert 0.26 < median(found[0][:, -1] ** 2) < 0.34  # 180 / 600 = 0.3
    assert median(found[3][:, -1]) == pytest.approx(5.8e-5, rel=0.15)
    for value in (0.3, 3):
        assert found[value][:, -1] / found[value][:, 0] == pytest.approx((1 - 0.01 * value) ** 300, rel=0.02)


def test_most_of_the_unpenalised_test_loss_is_the_unseen_part() -> None:
    unseen = result("experiment_directions")[0][:, -1] ** 2
    test = result("experiment_overfitting")[0]["test"][:, -1]
    assert 0.8 < median(unseen / test) < 1.05


def test_the_sweep_has_its_minimum_inside_and_the_best_model_is_about_as_good_as_the_mean() -> None:
    found = result("experiment_lambda")
    swept, lambdas = median(found["L2"], axis=0), list(found["lambdas"])
    assert len(found["L2"]) >= 16
    assert lambdas[int(swept.argmin())] in (1, 3, 10, 30)
    assert 12 < median(found["不加惩罚"] / found["L2"][:, lambdas.index(3)]) < 22
    ratio = found["ratio"][:, lambdas.index(3)]
    assert 0.85 < median(ratio) < 0.99  # about a tenth better …
    assert 0.5 < ratio.min() < 0.85
    assert ratio.max() > 1  # … and on some data worse
    assert swept[-1] > swept.min()
    assert median(found["ratio"][:, -1]) > median(ratio)


def test_reference_lines() -> None:
    found = result("experiment_lambda")
    assert 0.0022 < median(found["真实权重，没有偏置"]) < 0.003  # 0.05² + 0.01²
    assert median(found["真实规则（只剩噪声）"]) == pytest.approx(1e-4, rel=0.1)
    assert 0.018 < median(found["总预测平均值"]) < 0.024
    assert 0.25 < median(found["不加惩罚"]) < 0.36
    # starting from zero does without a penalty nearly what the penalty does
    assert 0.9 < median(found["不加惩罚，权重从 0 开始"] / found["L2"].min(axis=1)) < 1.3


def test_a_small_lambda_is_not_useless_it_is_slow() -> None:
    found = result("experiment_lambda")
    assert median(found["L2"][:, 0]) > 0.2
    assert 0.015 < median(found["训练到底"][:, 0]) < 0.023


def test_the_ridge_formula_is_where_training_ends() -> None:
    names, seeds = run(LAB).names, range(4)
    data = names["get_many"](seeds)
    trained = names["train_many"](data, seeds, names["l2_penalty"], (3,), 2000, 0.03, None)["test"]
    assert trained == pytest.approx(names["ridge_loss"](data, (3,)), rel=0.01)


def test_a_model_without_intercept_is_worse_by_the_square_of_the_intercept() -> None:
    found = result("experiment_lambda")
    more = found["L2，没有偏置"].min(axis=1) - found["L2"].min(axis=1)
    assert 0.0008 < median(more) < 0.004
    assert 0.018 < median(found["L2，没有偏置"], axis=0).min() < 0.024


def test_shapes_of_the_weights() -> None:
    free, l2, l1 = result("experiment_histogram").values()
    assert all(len(found["weights"]) >= 16 for found in (free, l2, l1))
    assert 0.035 < free["weights"].std() < 0.042
    assert 0.0018 < l2["weights"].std() < 0.0035
    assert abs(l2["weights"]).max() < 0.02
    assert 0 < l2["weights"].mean() < 0.0015
    assert (abs(l1["weights"]) < 1e-3).mean() > 0.8
    assert 0.015 < median(abs(l1["weights"]).max(axis=(1, 2))) < 0.05
    assert median(l1["test"] / l2["test"]) > 1.02
    assert all((found["weights"] == 0).sum() <= 1 for found in (free, l2, l1))


def test_the_landscape_is_a_valley_without_the_penalty_and_a_bowl_with_it() -> None:
    found = result("experiment_landscape")
    (free_unseen, free_seen), (l2_unseen, l2_seen) = found["rises"].transpose(1, 2, 0)
    assert len(free_unseen) >= 16
    assert abs(free_unseen).max() < 1e-9
    assert free_seen.min() > 0.5
    assert l2_unseen == pytest.approx(0.375, abs=0.005)
    assert l2_seen.min() > 0.5
    valley, bowl = found["slices"]
    assert np.ptp(valley, axis=1).max() < 1e-9  # along the unseen direction
    assert np.ptp(bowl, axis=1).min() > 0.3


# --------------------------------------------------------------------------- weight decay


def test_weight_decay_is_the_penalty_for_sgd_and_adam_but_adamw_is_something_else() -> None:
    found = result("experiment_weight_decay")
    assert all(len(gaps) >= 8 for gaps in found.values())
    half, full, twice, adam, adamw = (gaps.max(axis=1) for gaps in found.values())
    assert max(half.max(), twice.max(), adam.max()) < 1e-13
    assert full.min() > 0.003
    assert 0.008 < median(full) < 0.03
    assert adamw.min() > 0.04
    assert 0.05 < median(adamw) < 0.12


def test_the_same_lambda_shrinks_far_more_inside_the_loss_than_in_adamw() -> None:
    inside, outside = result("experiment_adam").values()
    last = {(i, value): runs[value]["length"][:, -1] for i, runs in enumerate((inside, outside)) for value in runs}
    assert len(last[0, 0.1]) >= 16
    assert median(last[1, 0.1] / last[0, 0.1]) > 5
    assert (last[0, 0.1] < last[1, 1]).all()
    assert 0.03 < median(last[0, 0.1]) < 0.08
    assert 0.4 < median(last[1, 0.1]) < 0.52
    shrunk = last[1, 0.1] / 0.5774  # the initial weights are uniform: √(200 / 600)
    assert median(shrunk) == pytest.approx(0.999**200, rel=0.1)


def test_adam_divides_the_penalty_by_a_small_number_different_for_each_weight() -> None:
    typical = result("experiment_adam")["Adam + 损失里的 L2"][0.1]["typical"]
    assert 0.03 < median(typical[:, 49]) < 0.09
    assert 0.015 < median(typical[:, 199]) < 0.045
    assert 8 < median(typical[:, 199].max(axis=1) / typical[:, 199].min(axis=1)) < 60


# --------------------------------------------------------------------------- exact zeros


def test_one_step_of_each_kind() -> None:
    found = result("experiment_shrinkage")
    before, small = found["before"], abs(found["before"]) < 0.79
    away = small & (abs(before) > 0.005)
    assert (found["L1 近端步（软阈值）"][small] == 0).all()
    assert (found["L1 梯度步"][away] * before[away] < 0).all()  # on the other side
    outside = abs(before) > 0.81
    assert found["L1 近端步（软阈值）"][outside] == pytest.approx(found["L1 梯度步"][outside], abs=1e-6)
    assert (found["L2 近端步"][away] != 0).all()


def test_exact_zeros_come_only_from_the_proximal_step() -> None:
    found = result("experiment_exact_zeros")
    assert all(len(one["zeros"]) >= 16 for one in found.values())
    for name in ("Adam + L2", "Adam + L1", "SGD + L1"):
        assert found[name]["zeros"].max() <= 1  # one could be hit by chance
    prox = found["SGD + 软阈值"]
    assert 170 <= prox["zeros"].min() <= prox["zeros"].max() <= 195
    assert 170 < median(found["SGD + L1"]["small"]) < 195
    assert 70 < median(found["Adam + L1"]["small"]) < 130


def test_sparseness_as_such_does_not_make_this_model_better() -> None:
    for one in result("experiment_exact_zeros").values():
        assert 0.017 < median(one["test"]) < 0.025


def test_l1_is_far_better_where_the_truth_is_sparse_and_worse_where_it_is_not() -> None:
    found = result("experiment_sparse_truth")
    best = {key: one["test"][:, one["best"]] for key, one in found.items()}
    assert all(len(tests) >= 8 for tests in best.values())
    sparse = best[5, "L2"] / best[5, "L1（软阈值）"]
    assert 25 < median(sparse) < 120
    assert sparse.min() > 10
    dense = best[200, "L1（软阈值）"] / best[200, "L2"]
    assert 1.15 < median(dense) < 1.7
    assert (dense > 1).all()
    assert 1.2e-4 < median(best[5, "L1（软阈值）"]) < 5e-4
    assert 188 <= median(found[5, "L1（软阈值）"]["zeros"][:, found[5, "L1（软阈值）"]["best"]]) <= 196


def test_the_smallest_l1_lambda_has_only_not_arrived() -> None:
    names, seeds = run(LAB).names, range(8)
    data, penalty = names["get_many"](seeds, 60, 5), names["l1_penalty"]
    late = names["train_many"](data, seeds, penalty, (0.003,), 2000, 0.08, None, proximal=True)["test"][:, 0]
    early = result("experiment_sparse_truth")[5, "L1（软阈值）"]["test"][:, 0]
    assert early.max() > 5e-4
    assert late.max() < 3.5e-4


# --------------------------------------------------------------------------- the theory page


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """All that the code cells of the theory page define."""
    text = (ROOT / "book" / "theory" / "weight_penalties.md").read_text("utf-8")
    names: dict[str, Any] = {"bias_variance": None}
    torch.manual_seed(0)
    for i, cell in enumerate(re.findall(r"```\{code-cell\} ipython3\n(.*?)```", text, re.S)):
        code = re.sub(r"\A(---\n.*?\n---\n|:tags:.*?\n)", "", cell, flags=re.S)
        exec(compile(code, f"cell {i}", "exec"), names)
        plt.close("all")
        if "total" in names and names["bias_variance"] is None:
            names["bias_variance"] = [names[k] for k in ("lambdas", "bias2", "variance", "total", "simulated", "best")]
    return names


def test_page_bias_falls_variance_rises(page: dict[str, Any]) -> None:
    lambdas, bias2, variance, total, simulated, best = page["bias_variance"]
    assert lambdas[best] == pytest.approx(0.046, rel=0.03)
    assert [total[i] for i in (0, best, -1)] == pytest.approx([0.205, 0.065, 0.481], abs=0.002)
    assert simulated == pytest.approx(total, rel=0.15)
    assert (np.diff(variance) < 0).all()
    assert bias2[-1] > 10 * bias2[best]


def test_page_l2_shrinks_each_direction_by_the_formula(page: dict[str, Any]) -> None:
    h = page["h"]
    assert len(h) == 61
    assert 5 < np.log10(h.max() / h.min()) < 6
    for lam in (0.1, 1.0, 10.0):
        w = np.linalg.solve(page["H"] + lam * np.eye(64), page["c"])
        assert (page["V"].T @ w) / (page["V"].T @ page["c"] / h) == pytest.approx(h / (h + lam), abs=1e-9)


def test_page_solutions_on_the_balls(page: dict[str, Any]) -> None:
    assert page["l2"] == pytest.approx([0.90, 0.57], abs=0.006)
    assert page["l1"] == pytest.approx([1.08, 0], abs=0.006)
    assert page["l1"][1] == 0


def test_page_only_the_proximal_gradient_reaches_zero(page: dict[str, Any]) -> None:
    assert page["prox"][34] != 0
    assert set(page["prox"][35:]) == {0.0}
    sgd, adam = (page["descend"](optimizer)[-30:] for optimizer in (torch.optim.SGD, torch.optim.Adam))
    assert (sgd.min(), sgd.max()) == pytest.approx((-0.009, 0.039), abs=0.001)
    assert (adam.min(), adam.max()) == pytest.approx((-0.007, 0.019), abs=0.001)
    assert (sgd != 0).all() and (adam != 0).all()


def test_page_adam_shrinks_by_the_gradient_adamw_and_sgd_by_a_constant(page: dict[str, Any]) -> None:
    for optimizer in (torch.optim.SGD, torch.optim.AdamW):
        assert page["shrink"](optimizer) == pytest.approx(0.951, abs=0.01)
    adam = page["shrink"](torch.optim.Adam)
    assert (adam[0], adam[-1]) == pytest.approx((0.56, 0.995), abs=0.02)
