"""All experiments together: many seeds, and soon done. What each of them claims is tested in ``test_claims_*.py``."""

from __future__ import annotations

import pytest
from experiments import run
from test_labs import EXERCISES


@pytest.mark.parametrize("lab", EXERCISES)
def test_every_experiment_returns_what_it_shows(lab: str) -> None:
    found = run(lab)
    assert found.results
    assert [name for name, results in found.results.items() if any(result is None for result in results)] == []
