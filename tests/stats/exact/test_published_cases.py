"""Counts of categories whose distances are known to six digits, in every convention that has the measure."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from tuimon.stats.exact import convention_of

Counts = Mapping[str, int]


def letters(*counts: int) -> Counts:
    return dict(zip("abcdefgh", counts, strict=False))


EVEN = letters(*[100] * 8)
CASES: dict[str, tuple[Counts, Counts]] = {
    "1a": (EVEN, EVEN),
    "1b": (EVEN, letters(97, 105, 99, 98, 101, 102, 97, 103)),
    "1c": (EVEN, letters(100, 110, 90, 100, 100, 100, 110, 100)),
    "1d": (EVEN, letters(10, 11, 9, 10, 10, 10, 11, 10)),
    "1e": (EVEN, letters(180, 80, 70, 170, 200, 10, 130, 100)),
    "1f": (EVEN, letters(*[100] * 7, 1)),
    "1g": (EVEN, letters(100, 100, 100, 0, 0, 100, 100, 1)),
    "1h": (EVEN, {"i": 1, "j": 1, "k": 2}),
    "2c": ({"a": 100, "b": 100}, {"a": 92, "b": 23}),
    "2d": ({"a": 100, "b": 100}, {"c": 100, "d": 100}),
    "3a": ({"a": 3, "b": 1, "c": 4}, {"a": 2, "b": 3}),
}
COLUMNS = (
    ("nannyml", "js"),
    ("evidently", "js"),
    ("vertex", "js"),
    ("azure", "psi"),
    ("evidently", "psi"),
    ("evidently", "hellinger"),
    ("vertex", "linf"),
    ("azure", "chi2_p"),
)
PUBLISHED: dict[str, tuple[float, ...]] = {
    "1a": (0, 0, 0, 0, 0, 0, 0, 1),
    "1b": (0.011723, 0.009760, 0.000137, 0.000747, 0.000762, 0.009760, 0.005923, 0.998916),
    "1c": (0.025199, 0.020979, 0.000635, 0.003454, 0.003523, 0.020981, 0.013889, 0.899442),
    "1d": (0.025199, 0.020979, 0.000635, 0.002916, 0.003523, 0.020981, 0.013889, 0.999917),
    "1e": (0.257323, 0.214236, 0.066215, 0.408754, 0.423294, 0.221279, 0.114362, 7.08148e-50),
    "1f": (0.246003, 0.204811, 0.060517, 0.479183, 0.569077, 0.227815, 0.123573, 2.96843e-18),
    "1g": (0.460746, 0.383596, 0.212287, 1.610482, 2.464754, 0.440936, 0.125, 2.15196e-60),
    "1h": (1, 0.832555, 1, 2.538149, 15.293397, 1, 0.5, 0),
    "2c": (0.270378, 0.225104, 0.073104, 0.399417, 0.415888, 0.226532, 0.3, 1.24057e-10),
    "2d": (1, 0.832555, 1, 9.049256, 17.030980, 1, 0.5, 0),
    "3a": (0.610231, 0.508051, 0.372382, 0.747661, 5.004451, 0.582100, 0.5, 0.00313017),
}
ALIKE = {("nannyml", "js"): "azure", ("evidently", "hellinger"): "nannyml", ("vertex", "linf"): "nannyml", ("azure", "chi2_p"): "evidently"}
"""Measures in which a second convention agrees."""


def measured(convention: str, name: str, case: str) -> float:
    before, now = CASES[case]
    return convention_of(convention).prepare_category(before)(before, now, (name.removesuffix("_p"),))[name]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("place", range(len(COLUMNS)), ids=[f"{convention}-{name}" for convention, name in COLUMNS])
def test_a_published_case(case: str, place: int) -> None:
    convention, name = COLUMNS[place]
    expected = PUBLISHED[case][place]
    relative, absolute = (5e-6, 0.0) if name == "chi2_p" else (0.0, 6e-7)
    for one in (convention, ALIKE.get((convention, name), convention)):
        assert measured(one, name, case) == pytest.approx(expected, rel=relative, abs=absolute)


def test_the_roots_and_logarithms_of_one_divergence() -> None:
    for case in CASES:
        divergence = measured("vertex", "js", case)
        assert measured("nannyml", "js", case) == pytest.approx(math.sqrt(divergence), abs=1e-12)
        assert measured("evidently", "js", case) == pytest.approx(math.sqrt(divergence * math.log(2)), abs=1e-12)


POOLED = {"1h": 1.0, "2d": 1.0}
"""L-infinity where several values that the reference never had are one group."""
EMPTY = {"1g", "1h", "2d", "3a"}
"""Cases in which a value is on one side only."""


@pytest.mark.parametrize("case", CASES)
def test_our_own_convention_agrees_where_it_has_the_same_groups(case: str) -> None:
    """The columns of the table whose measure is ours too; PSI wherever nothing has to be filled in."""
    expected = dict(zip(COLUMNS, PUBLISHED[case], strict=True))
    found = {name: measured("tuimon", name, case) for name in ("js", "hellinger", "linf", "psi")}
    assert found["js"] == pytest.approx(expected["nannyml", "js"], abs=6e-7)
    assert found["hellinger"] == pytest.approx(expected["evidently", "hellinger"], abs=6e-7)
    assert found["linf"] == pytest.approx(POOLED.get(case, expected["vertex", "linf"]), abs=6e-7)
    if case not in EMPTY:
        assert found["psi"] == pytest.approx(expected["evidently", "psi"], abs=6e-7)


@pytest.mark.parametrize("case", sorted(EMPTY))
def test_our_psi_fills_half_a_row_on_both_sides(case: str) -> None:
    """Worked out plainly: one group for all that the reference never had, half a row for groups that are empty on one side."""
    before, now = CASES[case]
    pairs = [(now.get(name, 0), count) for name, count in before.items()] + [(sum(now.get(name, 0) for name in set(now) - set(before)), 0)]
    filled = [(a + 0.5, b + 0.5) if (a == 0) != (b == 0) else (a, b) for a, b in pairs if a or b]
    totals = [sum(pair[side] for pair in filled) for side in (0, 1)]
    shares = [(a / totals[0], b / totals[1]) for a, b in filled]
    assert measured("tuimon", "psi", case) == pytest.approx(sum((p - q) * math.log(p / q) for p, q in shares))


def test_other_tools_numbers_for_the_same_rows_lie_far_apart() -> None:
    """The fills of an empty group alone: 0.75 or 5.0 for three categories of thirteen rows, ours between them."""
    assert measured("azure", "psi", "3a") < measured("tuimon", "psi", "3a") < measured("evidently", "psi", "3a")
