"""Whole screens as text. `TUIMON_GOLDEN=write pytest tests/console/test_golden.py` draws them anew; read the difference."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.console import snapshots
from tests.console.stage import console
from tuimon.values.snapshot import BaselineState, Change, Reconstruction, Snapshot

HERE = Path(__file__).parent / "golden"
SIZES = {"40x10": (40, 10), "60x15": (60, 15), "80x24": (80, 24), "120x40": (120, 40), "200x60": (200, 60)}
VIEWS = {"overview": "1", "drift": "2", "latency": "3", "performance": "4", "alerts": "5", "files": "6", "detail": "enter"}


def check(name: str, drawn: str) -> None:
    path = HERE / f"{name}.txt"
    if os.environ.get("TUIMON_GOLDEN") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", SIZES)
async def test_each_view_at_each_size(size: str) -> None:
    async with console(snapshots.busy(), SIZES[size]) as stage:
        for view, key in VIEWS.items():
            await stage.press("1", key)
            check(f"busy-{view}-{size}", stage.text())
            stage.assert_sound()


def backlog() -> Snapshot:
    made = snapshots.busy()
    engine = replace(
        made.engine, state="backlog", backlog_bytes=900_000_000, backlog_total=2_300_000_000, rows_per_second=120_000.0, watch="polling"
    )
    return replace(made, engine=engine)


def stale() -> Snapshot:
    late = snapshots.model(window_state="stale", last=snapshots.AT - 720)
    return snapshots.busy(models=(late,), notices=("config.toml line 7 is not TOML: the last good settings stay",))


def historic() -> Snapshot:
    return snapshots.busy(models=(snapshots.model(window_state="historic"),), alerts=())


POOR = BaselineState(
    180, True, snapshots.AT - 100 * 86_400,
    ("provisional: 180 of 10,000 rows", "too small for country, device, email_domain, +2: 180 rows, 749 needed",
     "too old: of 2026-08-14, 100 days before the traffic", "lacks: promo_code", "has columns that the traffic lacks: region, city"),
)  # fmt: skip


def poor_baseline() -> Snapshot:
    """Return a model whose baseline has every fault there is."""
    made = snapshots.model()
    few = tuple(replace(row, baseline_rows=180, baseline_needed=749 if row.kind == "category" else 217) for row in made.drift)
    return snapshots.busy(models=(replace(made, baseline="first 10,000 rows so far, 180 rows", drift=few, baseline_state=POOR),))


def changed() -> Snapshot:
    """Return a model of which columns are not what they were."""
    made = snapshots.model()
    changes = {
        "age": Change("constant", 1e-12, value="38250.5"),
        "device": Change("constant", 3e-9, value="mobile, but with a long name"),
        "promo_code": Change("gone", 1e-12, since=snapshots.AT - 700),
        "balance": Change("new", 1e-12, since=snapshots.AT - 100_000),
    }
    rows = tuple(replace(row, change=changes.get(row.column)) for row in made.drift if row.column != "balance")
    came = snapshots.drift("balance", None, rows=3_000, verdict="no_baseline", change=changes["balance"], baseline_rows=0)
    rows = (*rows, came)
    lost = snapshots.quality_of("promo_code", 3_000, 3_000, 0, None, None)
    firing = snapshots.alert("m1", "missing_rate", "critical", "promo_code", value=1.0, threshold=0.2)
    return snapshots.busy(models=(replace(made, drift=rows, quality=(made.quality[0], lost)),), alerts=(firing, *snapshots.alerts()))


def numbers_together() -> Snapshot:
    """Return a model whose numeric features no longer go together, and nothing else to say above the table."""
    return snapshots.busy(models=(replace(snapshots.model(), reconstruction=Reconstruction(23, 2, 2_870, 3.912, 2.846, 0.107)),))


CASES = {
    "empty": (snapshots.empty, "1"),
    "empty-drift": (snapshots.empty, "2"),
    "no-baseline": (snapshots.no_baseline, "2"),
    "one-row": (snapshots.one_row, "1"),
    "one-row-drift": (snapshots.one_row, "2"),
    "one-row-latency": (snapshots.one_row, "3"),
    "many-columns": (snapshots.many_columns, "2"),
    "odd-numbers": (snapshots.odd_numbers, "1"),
    "odd-numbers-drift": (snapshots.odd_numbers, "2"),
    "odd-numbers-latency": (snapshots.odd_numbers, "3"),
    "backlog": (backlog, "1"),
    "stale": (stale, "1"),
    "historic": (historic, "1"),
    "numbers-together": (numbers_together, "2"),
    "poor-baseline-drift": (poor_baseline, "2"),
    "poor-baseline-detail": (poor_baseline, "enter"),
    "changed-overview": (changed, "1"),
    "changed-drift": (changed, "2"),
    "changed-detail": (changed, "enter"),
}


@pytest.mark.parametrize("case", CASES)
async def test_each_state_of_the_data(case: str) -> None:
    make, key = CASES[case]
    async with console(make()) as stage:
        await stage.press(key)
        check(case, stage.text())


@pytest.mark.parametrize("size", SIZES)
async def test_columns_that_moved_together(size: str) -> None:
    async with console(snapshots.together(), SIZES[size]) as stage:
        check(f"together-{size}", stage.text())
        stage.assert_sound()


@pytest.mark.parametrize("size", SIZES)
async def test_acknowledged_alerts(size: str) -> None:
    first, second, *others = snapshots.alerts()
    by = {"acknowledged": True, "acknowledged_at": snapshots.AT - 60}
    seen = (replace(first, acknowledged_by="alice", **by), replace(second, acknowledged_by="bartholomew", **by))  # type: ignore[arg-type]
    async with console(snapshots.busy(alerts=(*seen, *others)), SIZES[size]) as stage:
        for view, keys in {"alerts": ["5"], "detail": ["5", "enter"]}.items():
            await stage.press(*keys)
            check(f"acknowledged-{view}-{size}", stage.text())
            stage.assert_sound()


@pytest.mark.parametrize("size", ["80x24", "120x40"])
async def test_another_comparison(size: str) -> None:
    async with console(snapshots.compared(), SIZES[size]) as stage:
        for view, keys in {"drift": ["2"], "detail": ["2", "enter"]}.items():
            await stage.press(*keys)
            check(f"compared-{view}-{size}", stage.text())
            stage.assert_sound()


async def test_before_the_first_snapshot() -> None:
    async with console() as stage:
        check("waiting", stage.text())


async def test_frozen() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("space")
        await stage.give(snapshots.empty())
        check("frozen", stage.text())


async def test_the_engine_has_stopped() -> None:
    async with console(snapshots.busy()) as stage:
        stage.feed.failure = "the disk is full"
        stage.app.look_for_failure()
        await stage.pilot.pause()
        check("failure", stage.text())


async def test_ascii() -> None:
    async with console(snapshots.busy(), ascii=True) as stage:
        await stage.press("3")
        drawn = stage.text()
        check("ascii-latency", drawn)
        assert drawn.replace("·", "").replace("…", "").isascii()


@pytest.mark.parametrize("view", VIEWS)
async def test_help(view: str) -> None:
    async with console(snapshots.busy(), (80, 24)) as stage:
        await stage.press("1", VIEWS[view], "question_mark")
        check(f"help-{view}", stage.text())
        stage.assert_sound()


@pytest.mark.parametrize("size", SIZES)
async def test_no_line_of_the_help_is_cut(size: str) -> None:
    async with console(snapshots.busy(), SIZES[size]) as stage:
        await stage.press("question_mark")
        for _ in range(30):
            assert not [line for line in stage.lines()[3:-2] if "…" in line]
            await stage.press("space")


@pytest.mark.parametrize("size", ["60x15", "80x24", "120x40"])
async def test_the_command_line_and_the_columns(size: str) -> None:
    async with console(snapshots.busy(), SIZES[size]) as stage:
        await stage.press("colon", *"wi")
        check(f"command-{size}", stage.text())
        stage.assert_sound()
        await stage.press("escape", "c", "j", "space")
        check(f"columns-{size}", stage.text())
        stage.assert_sound()


@pytest.mark.parametrize("size", ["60x15", "80x24"])
@pytest.mark.parametrize("state", ["empty", "one_row", "no_baseline", "backlog", "frozen", "flash", "hostile", "many"])
async def test_each_view_in_each_state(state: str, size: str) -> None:
    many = snapshots.busy(models=(snapshots.model(columns=500),))
    made = {
        "empty": snapshots.empty(),
        "one_row": snapshots.one_row(),
        "no_baseline": snapshots.no_baseline(),
        "backlog": backlog(),
        "frozen": snapshots.busy(),
        "flash": snapshots.busy(alerts=()),
        "hostile": snapshots.hostile(),
        "many": many,
    }
    async with console(made[state], SIZES[size]) as stage:
        if state == "frozen":
            await stage.press("space")
            await stage.give(snapshots.empty())
        if state == "flash":
            await stage.give(snapshots.busy())
        for view, key in VIEWS.items():
            await stage.press(key) if view != "detail" else await stage.press("1", key)
            check(f"{state}-{view}-{size}", stage.text())
            stage.assert_sound()


@pytest.mark.parametrize("size", ["60x15", "80x24", "120x40", "200x60"])
async def test_the_heat_map(size: str) -> None:
    async with console(snapshots.busy(), SIZES[size]) as stage:
        await stage.press("3", "h")
        check(f"heat-{size}", stage.text())
        stage.assert_sound()
