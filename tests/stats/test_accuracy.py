"""What is computed from cells is what the raw rows give, whatever the column is like and wherever its grid came from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp, wasserstein_distance

from benchmarks.accuracy.compare import GRIDS, GROUPED, Grid, draw, errors, through_cells
from benchmarks.accuracy.families import FAMILIES
from tests.stats.helpers import Floats
from tuimon.stats import make_grid

strengths = st.one_of(st.just(0.0), st.floats(-1, 1))
seeds = st.integers(0, 2**32 - 1)
sizes = st.tuples(st.sampled_from([3_000, 20_000]), st.sampled_from([200, 2_000, 20_000]))


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=12)
@given(seed=seeds, strength=strengths, rows=sizes)
def test_cells_give_what_the_raw_rows_give(name: str, grid: Grid, seed: int, strength: float, rows: tuple[int, int]) -> None:
    found = draw(FAMILIES[name], grid, seed, strength, rows)
    for measure in GROUPED:
        assert found.error[measure] == pytest.approx(0, abs=1e-9), measure
    assert found.error["ks"] <= found.ks_bound + 1e-12
    if FAMILIES[name].begins_otherwise and grid == "first rows":
        return
    assert found.used("ks", found.error["ks"]) <= 1
    assert found.used("wasserstein", found.error["wasserstein"]) <= 1


@pytest.mark.parametrize("name", FAMILIES)
def test_groups_of_whole_bins_say_what_exact_deciles_say(name: str) -> None:
    """No promise of a bound here: a group may begin a bin later than its decile, and 300 rows make much of few."""
    found = draw(FAMILIES[name], "baseline", 5, 0.3, (50_000, 20_000))
    assert found.used("psi", found.regrouped["psi"]) <= 1
    assert max(found.regrouped[measure] for measure in GROUPED if measure != "psi") <= 0.01


@pytest.mark.parametrize("name", FAMILIES)
def test_the_exact_values_are_scipys(name: str) -> None:
    rng = np.random.default_rng(3)
    before, now = FAMILIES[name].draw(rng, 2_000, 0.0), FAMILIES[name].draw(rng, 700, 0.5)
    exact = errors(before, before, now).exact
    assert exact["ks"] == pytest.approx(ks_2samp(before, now, method="asymp").statistic, abs=1e-12)
    assert exact["wasserstein"] == pytest.approx(wasserstein_distance(before, now), rel=1e-6)


def test_where_a_grid_hides_a_change_the_bound_says_so() -> None:
    """A grid of milliseconds, and then seconds on both sides: a third lies in one bin, and what moves in there is not seen."""
    rng = np.random.default_rng(0)
    before: Floats = rng.lognormal(-3, 0.5, 20_000)
    _, _, found = through_cells(make_grid(rng.lognormal(4, 0.5, 1_000)), before, before * 1.5)
    assert ks_2samp(before, before * 1.5, method="asymp").statistic > 0.25
    assert found.ks_error[0] > 0.25
