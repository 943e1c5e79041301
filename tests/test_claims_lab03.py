"""What lab03_dead_relu and its theory page claim, held against what the experiments of the notebook returned."""

from __future__ import annotations

from typing import Any

import numpy as np
from experiments import run

RELU, LEAKY_ADAM, LEAKY_SGD = "relu，Adam 0.001", "leaky_relu，Adam 0.001", "leaky_relu，SGD 0.05"


def results(name: str) -> list[Any]:
    return run("lab03_dead_relu").results[f"experiment_{name}"]


def median(values: Any) -> Any:
    """Over the seeds."""
    return np.median(values, axis=0)


def test_before_training_half_of_the_relu_outputs_are_zero_and_none_of_the_others() -> None:
    (zeros,) = results("zeros_at_start")
    assert zeros["relu"].shape == (8, 3)
    assert (zeros["relu"] > 0.4).all() and (zeros["relu"] < 0.6).all()
    assert all((zeros[name] == 0).all() for name in ("leaky_relu", "tanh", "sigmoid"))


def test_many_zeros_do_not_make_dead_units() -> None:
    (found,) = results("zero_map")
    zeros, dead = median(found["zeros"]), median(found["dead"])
    assert zeros[1] - zeros[0] > 0.15  # Adam 0.01 is far sparser than SGD …
    assert dead[1] < 0.3 < zeros[1] - dead[1]  # … yet most of its units live
    assert dead[2] > 0.6  # Adam 0.05 kills


def test_sgd_with_a_small_step_kills_nearly_none() -> None:
    sgd, _ = results("relu_death")
    assert (median(sgd["dead"][:, -1]) < 0.05).all()
    assert (median(sgd["zeros"][:, -1]) > 0.3).all()
    assert median(sgd["accuracy"][:, -1]) > 0.9


def test_a_large_step_kills_most_of_layers_2_and_3_but_not_layer_1() -> None:
    sgd, adam = results("relu_death")
    first, second, third = median(adam["dead"][:, -1])
    assert first < 0.1 and second > 0.7 and third > 0.4
    assert median(adam["dead"][:, 1, 1]) > 0.7  # layer 2 within the first epoch
    assert median(sgd["accuracy"][:, -1] - adam["accuracy"][:, -1]) > 0.1


def test_the_zeros_of_layer_3_saturate_before_its_deaths() -> None:
    _, adam = results("relu_death")
    assert median(adam["zeros"][:, 1, 2] - adam["dead"][:, 1, 2]) > 0.25
    assert median(adam["dead"][:, -1, 2] - adam["dead"][:, 1, 2]) > 0.1


def test_one_step_of_adam_moves_z_further_than_its_spread() -> None:
    (found,) = results("first_steps")
    assert (0.05 * (found["total"] + 1) > 1.2 * found["spread"]).all()
    assert (found["spread"] < 1.3).all() and 30 < np.median(found["total"]) < 50
    dead = {lr: median(curves) for lr, curves in found["dead"].items()}
    assert dead[0.05][10] > 0.5 and dead[0.01][-1] < 0.3 and dead[0.001][-1] < 0.02


def test_layer_2_dies_fast_layer_3_slowly_and_units_revive_only_above_layer_1() -> None:
    (found,) = results("death_movie")
    counts = median(found["dead"])
    assert counts[12, 1] > 60 and counts[12, 1] - counts[12, 2] > 20
    assert np.median(found["revived"][:, 2]) >= 3
    assert found["revived"][:, 0].sum() < 0.1 * found["revived"][:, 2].sum()


def test_the_animation_is_small() -> None:
    (found,) = results("death_movie")
    assert found["frames"] <= 30 and found["size"] < 1_500_000


def test_zeros_rise_at_a_smaller_learning_rate_than_deaths() -> None:
    (found,) = results("learning_rate")
    zeros, dead, right = (median(found[key]) for key in ("零的比例", "死亡单元的比例", "测量集正确率"))
    assert zeros[1] > 0.6 and dead[1] < 0.25 and right[0] - right[1] < 0.05  # 0.01
    assert zeros[2] - dead[2] > 0.3  # 0.02
    assert dead[3] > 0.5 and right[0] - right[3] > 0.08  # 0.05
    assert dead[4] > 0.8 and right[4] < 0.35  # 0.1


def test_with_depth_the_default_initialisation_gives_more_dead_units_than_he() -> None:
    (found,) = results("dead_at_start")
    default, he = found["PyTorch 默认初始化"], found["He 初始化"]
    assert (default[:, -1] > 0.3).all() and (default[:, -1] < 0.65).all()
    assert (median(default - he)[5:] > 0.1).all()
    assert median(he)[-1] > 0  # fewer, not none
    assert (median(default)[0] < 0.05) and (median(he)[0] < 0.05)


def test_from_bias_minus_1_relu_is_dead_and_leaky_relu_learns_with_adam_only() -> None:
    found, _ = results("negative_bias")
    assert median(found[RELU]["dead"][:, 0, -1]) == 1 and median(found[RELU]["accuracy"][:, -1]) < 0.2
    assert (found[LEAKY_ADAM]["dead"] == 0).all() and (found[LEAKY_ADAM]["accuracy"][:, -1] > 0.85).all()
    assert (found[LEAKY_SGD]["dead"] == 0).all() and (found[LEAKY_SGD]["accuracy"][:, -1] < 0.25).all()


def test_from_bias_minus_2_sgd_does_not_recover_and_adam_does_more_slowly() -> None:
    one, two = results("negative_bias")
    assert (two[LEAKY_SGD]["accuracy"][:, -1] < 0.25).all()
    assert median(two[LEAKY_ADAM]["accuracy"][:, -1]) > 0.8
    assert median(one[LEAKY_ADAM]["accuracy"][:, 4] - two[LEAKY_ADAM]["accuracy"][:, 4]) > 0.03


def test_without_a_survivor_no_network_recovers() -> None:
    (found,) = results("survivors")
    alive = found["alive"] > 0
    assert (~alive).sum() >= 8 and (found["accuracy"][~alive] < 0.2).all()
    assert alive.any() and np.median(found["accuracy"][alive]) > 0.6


def test_leaky_relu_lessens_but_does_not_cure_too_large_a_step() -> None:
    (found,) = results("leaky_limit")
    relu, leaky, small = (found[key][:, -1] for key in found)
    assert median(leaky - relu) > 0.02
    assert median(small - leaky) > 0.05
