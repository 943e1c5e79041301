"""Comparison functions that do not broadcast: in the judge an answer of the wrong shape equals nothing.

``torch.allclose`` finds a (2, 5, 7) answer equal to a (5, 7) expectation. A Python number may still stand for a whole
tensor: ``np.allclose(mask, 1.0)`` says what it means.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(value.shape) if hasattr(value, "shape") else np.shape(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex) and not isinstance(value, np.generic)


def same_shape(a: Any, b: Any) -> bool:
    """May ``a`` and ``b`` be compared element by element without broadcasting?"""
    return _is_number(a) or _is_number(b) or _shape(a) == _shape(b)


def _says_no(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def strict(a: Any, b: Any, *args: Any, **kwargs: Any) -> Any:
        return same_shape(a, b) and function(a, b, *args, **kwargs)

    return strict


def _raises(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def strict(a: Any, b: Any, *args: Any, **kwargs: Any) -> Any:
        if not same_shape(a, b):
            raise AssertionError(f"形状不同：{_shape(a)} 与 {_shape(b)}")
        return function(a, b, *args, **kwargs)

    return strict


def install() -> None:
    """Make the comparison functions of torch and numpy strict, in this process."""
    torch.allclose = _says_no(torch.allclose)
    np.allclose = _says_no(np.allclose)
    for name in ("assert_allclose", "assert_array_almost_equal", "assert_almost_equal", "assert_array_equal"):
        setattr(np.testing, name, _raises(getattr(np.testing, name)))
