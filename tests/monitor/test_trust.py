"""A baseline says what is wrong with it, and nothing while nothing is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from tests.monitor import logs
from tests.monitor.test_baselines import once, seen, text
from tests.monitor.test_numbers import model_of
from tuimon.monitor.trust import LONGEST, NAMED, named
from tuimon.values.snapshot import BaselineState, Model, Snapshot
from tuimon.values.text import cell_width

DAY = 86_400.0
NOW = logs.START + 3_600


def state_of(place: Path, config: str = logs.CONFIG) -> BaselineState:
    """The state of the baseline of an hour of traffic."""
    return model_of(traffic_against(place, config)).baseline_state


def traffic_against(place: Path, config: str) -> Snapshot:
    logs.write(place / "app.jsonl", logs.traffic(3_600, 1, 1))
    return once(place, config, NOW)


def lines_as_baseline(place: Path, rows: logs.Traffic, edit: Callable[[dict[str, object]], None] = lambda _: None) -> str:
    """Write JSON lines as the baseline; return the configuration that names them."""
    records = [json.loads(line) for line in logs.lines(rows)]
    for record in records:
        edit(record)
    (place / "normal.json").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return logs.CONFIG.replace("baseline.parquet", "normal.json")


def test_nothing_is_said_of_a_good_baseline(tmp_path: Path) -> None:
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(2_000, 1, 2))
    os.utime(tmp_path / "baseline.parquet", (NOW, NOW - 89 * DAY))
    found = state_of(tmp_path)
    assert found == BaselineState(2_000, False, NOW - 89 * DAY, ())


# --- provisional


@pytest.mark.parametrize(
    ("minutes", "first", "said"),
    [
        (30, "5000 rows", "provisional: 1,500 of 5,000 rows"),
        (90, "5000 rows", "provisional: 3,600 of 5,000 rows"),
        (50, "1000 rows", "provisional: 2,700 rows, until their hour is over"),
        (150, "5000 rows", None),
        (90, "24h", "provisional: 1h of 24h"),
        (50, "24h", "provisional: 45m of 24h"),
        (130, "1h", None),
    ],
)
def test_the_first_rows_are_provisional_until_they_are_complete(tmp_path: Path, minutes: int, first: str, said: str | None) -> None:
    model = seen(tmp_path, logs.traffic(minutes * 60, 1, 3), text(f'first = "{first}"', current="5m"))
    found = model.baseline_state
    assert found.provisional == (said is not None)
    assert [remark for remark in found.remarks if remark.startswith("provisional")] == ([said] if said else [])


# --- too small


def too_small(model: Model) -> list[str]:
    return [remark for remark in model.baseline_state.remarks if remark.startswith("too small")]


def against(place: Path, rows: int, settings: str) -> Model:
    logs.write_baseline(place / "baseline.parquet", logs.traffic(rows, 1, 4))
    return model_of(traffic_against(place, logs.CONFIG + settings))


PSI_ROWS = -(-scipy_stats.chi2.ppf(0.99, 9) // 0.1)
JS_ROWS = -(-scipy_stats.chi2.ppf(0.99, 9) // (8 * 0.6931471805599453 * 0.1**2))

KS_ROWS = -(-((scipy_stats.kstwobign.ppf(0.99) / 0.1) ** 2) // 1)


@pytest.mark.parametrize(("method", "wanted"), [("psi", int(PSI_ROWS)), ("js", int(JS_ROWS)), ("ks", int(KS_ROWS))])
def test_rows_are_too_few_when_chance_alone_passes_the_limit_in_one_of_a_hundred_endless_windows(
    tmp_path: Path, method: str, wanted: int
) -> None:
    """Ten groups, nine degrees of freedom: 217 rows for PSI 0.1, 391 for a Jensen-Shannon distance of 0.1."""
    settings = f'[drift]\nmethod = "{method}"\n[thresholds]\n{method} = {{ warning = 0.10 }}\n[windows]\nmin_rows = 50\n'
    for rows, said in ((wanted - 1, True), (wanted, False)):
        model = against(tmp_path, rows, settings)
        amount = next(row for row in model.drift if row.column == "amount")
        assert (amount.groups, amount.baseline_needed) == (10, wanted)
        assert bool(too_small(model)) == said
    assert all((row.baseline_needed or 0) <= wanted for row in model.drift)


def test_columns_that_are_too_small_are_named_when_others_are_not(tmp_path: Path) -> None:
    (said,) = too_small(against(tmp_path, 210, "[windows]\nmin_rows = 50\n"))
    assert said == "too small for amount, score: 210 rows, 217 needed"


def test_fewer_rows_than_a_window_needs_are_too_few_for_all_columns(tmp_path: Path) -> None:
    (said,) = too_small(against(tmp_path, 150, ""))
    assert said == "too small: 150 rows, 217 needed"


# --- too old


def too_old(found: BaselineState) -> list[str]:
    return [remark for remark in found.remarks if remark.startswith("too old")]


@pytest.mark.parametrize(("days", "said"), [(89, []), (91, ["too old: of 2026-08-03, 91 days before the traffic"])])
def test_the_age_of_a_file_is_that_of_its_newest_row(tmp_path: Path, days: int, said: list[str]) -> None:
    rows = logs.traffic(1_800, 1, 5, start=NOW - days * DAY - 1_800)
    config = lines_as_baseline(tmp_path, rows)
    found = state_of(tmp_path, config)
    assert found.newest == pytest.approx(float(rows.ts[-1]))
    assert too_old(found) == said
    assert state_of(tmp_path, config) == found


@pytest.mark.parametrize(
    ("modified", "said"),
    [(NOW - 400 * DAY, ["too old: of 2025-09-28, 399 days before the traffic"]), (NOW + 400 * DAY, []), (315_532_800.0, [])],
)
def test_a_file_without_times_is_as_old_as_it_says(tmp_path: Path, modified: float, said: list[str]) -> None:
    """Except for the first day of an epoch, which is what packers write."""
    logs.write_baseline(tmp_path / "baseline.parquet", logs.traffic(2_000, 1, 6))
    os.utime(tmp_path / "baseline.parquet", (modified, modified))
    assert too_old(state_of(tmp_path)) == said


def test_the_age_that_is_allowed_can_be_set(tmp_path: Path) -> None:
    config = lines_as_baseline(tmp_path, logs.traffic(1_800, 1, 7, start=NOW - 3 * DAY))
    assert too_old(state_of(tmp_path, config.replace("[baseline]", '[baseline]\nmax_age = "2d"')))


def test_the_first_rows_and_a_version_grow_old(tmp_path: Path) -> None:
    old, new = logs.traffic(1_200, 1, 8), logs.traffic(3_600, 1, 9, start=logs.START + 100 * DAY + 3_600)
    old.version[:], new.version[:] = "v1", "v2"
    logs.write(tmp_path / "a.jsonl", old)
    logs.write(tmp_path / "b.jsonl", new)
    for baseline in ('first = "1h"', 'version = "v1"'):
        found = model_of(once(tmp_path, text(baseline), float(new.ts[-1]) + 5)).baseline_state
        assert too_old(found) == ["too old: of 2026-11-02, 100 days before the traffic"]
    moving = model_of(once(tmp_path, text('previous = "101d"'), float(new.ts[-1]) + 5)).aside
    assert moving is not None
    assert moving.rows
    assert not any(remark.startswith("too old") for remark in moving.remarks)


# --- columns


def without(name: str) -> Callable[[dict[str, object]], None]:
    def edit(record: dict[str, object]) -> None:
        features = record["features"]
        assert isinstance(features, dict)
        del features[name]

    return edit


def test_a_column_that_the_baseline_lacks_is_named(tmp_path: Path) -> None:
    config = lines_as_baseline(tmp_path, logs.traffic(2_000, 1, 10, start=logs.START - 3_600), without("amount"))
    assert state_of(tmp_path, config).remarks == ("lacks: amount",)


@pytest.mark.parametrize("table", ["[baseline]", "[baseline.models.fraud]"])
def test_columns_that_the_traffic_lacks_are_named(tmp_path: Path, table: str) -> None:
    def edit(record: dict[str, object]) -> None:
        record["features"] = {**record["features"], "age\x1b[31m": 7.5, "unused": None}  # type: ignore[dict-item]
        del record["model"]

    config = lines_as_baseline(tmp_path, logs.traffic(2_000, 1, 11, start=logs.START - 3_600), edit)
    found = state_of(tmp_path, config.replace("[baseline]", table))
    assert found.remarks == ("has columns that the traffic lacks: age\\x1b[31m",)


def test_a_column_of_another_kind_is_both(tmp_path: Path) -> None:
    def edit(record: dict[str, object]) -> None:
        record["features"]["amount"] = "much" if record["features"]["amount"] > 100 else "little"  # type: ignore[index]

    config = lines_as_baseline(tmp_path, logs.traffic(2_000, 1, 12, start=logs.START - 3_600), edit)
    assert state_of(tmp_path, config).remarks == ("of another kind there: amount",)


def test_a_file_for_several_models_may_have_columns_of_all_of_them(tmp_path: Path) -> None:
    def edit(record: dict[str, object]) -> None:
        record["features"]["age"] = 3.5  # type: ignore[index]
        del record["model"]

    config = lines_as_baseline(tmp_path, logs.traffic(2_000, 1, 13, start=logs.START - 3_600), edit)
    logs.write(tmp_path / "churn.jsonl", logs.traffic(3_600, 1, 14), model="churn")
    assert state_of(tmp_path, config).remarks == ()


def test_a_column_that_came_after_the_first_rows_is_new_and_nothing_that_the_baseline_lacks(tmp_path: Path) -> None:
    rows = logs.traffic(3 * 3_600, 1, 15)
    records = [json.loads(line) for line in logs.lines(rows)]
    for record in records[: 2 * 3_600]:
        del record["features"]["amount"]
    (tmp_path / "app.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    model = model_of(once(tmp_path, text('first = "1h"'), float(rows.ts[-1]) + 5))
    assert model.baseline_state.remarks == ()
    assert {row.column: row.change.kind for row in model.drift if row.change} == {"amount": "new"}


@given(st.lists(st.text(max_size=30), min_size=1, max_size=40))
def test_names_are_never_too_long_for_a_line(names: list[str]) -> None:
    said = named(names)
    assert cell_width(said) <= max(NAMED, LONGEST) + len(f", +{len(names)}")
    assert "\n" not in said
