"""Words for values and calls, as students read them: what kind of thing went in, what came back (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

SHOWN = 3  # numbers of a result
LOOKED_AT = 1_000_000  # numbers of a result that are searched for NaN

#: How to name what is none of the kinds below, by exact type.
NAMES: dict[type, Callable[[Any], str]] = {type(None): lambda _: "None"}


def kind_of(value: Any) -> str:
    """What kind of thing ``value`` is, and nothing of its contents."""
    if (name := NAMES.get(type(value))) is not None:
        return name(value)
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} 张量，形状 {tuple(value.shape)}"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} 数组，形状 {value.shape}"
    if isinstance(value, bool | np.bool_):
        return "布尔值"
    if isinstance(value, int | np.integer):
        return "整数"
    if isinstance(value, float | np.floating):
        return "小数"
    if isinstance(value, str):
        return "字符串"
    if isinstance(value, list | tuple):
        return f"{'列表' if isinstance(value, list) else '元组'}（{len(value)} 项）"
    if isinstance(value, dict):
        return f"字典（{len(value)} 项）"
    return type(value).__name__


def result_of(value: Any) -> str:
    """What came back: its kind, how many numbers in it are none, and the first few."""
    if isinstance(value, torch.Tensor) and not value.is_complex():
        return kind_of(value) + _numbers(value.detach().reshape(-1)[:LOOKED_AT].cpu().double().numpy())
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        return kind_of(value) + _numbers(value.reshape(-1)[:LOOKED_AT].astype(float))
    if isinstance(value, bool | int | float):
        return f"{kind_of(value)} {_short(value)}"
    if isinstance(value, list | tuple) and value:
        return f"{kind_of(value)}，第一项是{kind_of(value[0])}"
    return kind_of(value)


def call_of(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """A call by the kinds of its arguments."""
    given = [kind_of(value) for value in args] + [f"{key}={kind_of(value)}" for key, value in kwargs.items()]
    return f"{name}({'；'.join(given)})"


def _numbers(flat: np.ndarray) -> str:
    strange = int((~np.isfinite(flat)).sum())
    words = f"，其中 NaN 或无穷大 {strange} 个" if strange else ""
    first = "、".join(_short(number) for number in flat[:SHOWN])
    if not first:
        return words
    return words + (f"，值为 {first}" if flat.size <= SHOWN else f"，开头是 {first}…")


def _short(number: float) -> str:
    try:
        return f"{float(number):.4g}"
    except OverflowError:
        return "（很大的整数）"
