"""The key that tries a threshold: what it asks for, what it shows, and that nothing is saved without enter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console import snapshots
from tests.console.stage import Stage, console
from tests.console.test_golden import check
from tuimon.console.screens.threshold import number_of, stepped
from tuimon.monitor.feed import SaveThreshold, StopTrying, TryThreshold
from tuimon.values.snapshot import Snapshot
from tuimon.values.trial import Count, Trial

LINES = (
    '- psi = { warning = 0.10, critical = 0.20, for = "5m" }  # the usual',
    '+ psi = { warning = 0.12, critical = 0.20, for = "5m" }  # the usual',
)
TRIED = Trial(
    "psi", "fraud", None, "age", "series", (0.12, 0.2), (0.1, 0.2), "[thresholds]", "above", 0.412, 1.0,
    snapshots.AT - 14 * 86_400, snapshots.AT - 86_400, snapshots.AT, Count(9, 4 * 3_600), Count(3, 7_800), snapshots.AT - 21_600, 60.0,
    tuple(None if 100 < i < 120 else 0.02 + 0.0011 * i for i in range(360)), LINES,
)  # fmt: skip


def shown(**changes: object) -> Snapshot:
    return replace(snapshots.busy(), trial=replace(TRIED, **changes))  # type: ignore[arg-type]


async def opened(stage: Stage, *keys: str) -> None:
    await stage.press("2", "t", *keys)


@pytest.mark.parametrize("size", [(40, 10), (60, 15), (80, 24), (120, 40), (200, 60)])
async def test_the_screen_at_each_size(size: tuple[int, int]) -> None:
    async with console(snapshots.busy(), size) as stage:
        await opened(stage)
        await stage.give(shown())
        check(f"threshold-{size[0]}x{size[1]}", stage.text())
        stage.assert_sound()


async def test_arrows_and_digits_ask_and_escape_stops() -> None:
    async with console(snapshots.busy()) as stage:
        await opened(stage)
        await stage.give(shown())
        await stage.press("right", "down", "0", ".", "3", "up", "up", "right", "escape")
        first = TryThreshold("psi", "fraud", None, "age")
        assert stage.feed.requests[0] == first
        assert stage.feed.requests[1] == replace(first, warning=0.11)
        assert stage.feed.requests[4] == replace(first, warning=0.11, critical=0.3)
        assert stage.feed.requests[5] == replace(first, warning=0.11, critical=0.3, scope="model")
        assert stage.feed.requests[6:] == [StopTrying()]
        assert len(stage.app.screen_stack) == 1


async def test_enter_saves_what_is_shown_and_only_once() -> None:
    async with console(snapshots.busy()) as stage:
        await opened(stage, "enter")
        await stage.give(shown(lines=()))
        await stage.press("enter")
        await stage.give(shown(problem="critical must not be smaller than warning"))
        await stage.press("enter")
        assert SaveThreshold() not in stage.feed.requests
        assert "critical must not be smaller" in stage.text()
        await stage.give(shown())
        await stage.press("enter")
        await stage.give(shown(saved=True))
        await stage.press("enter")
        assert stage.feed.requests.count(SaveThreshold()) == 1
        assert "saved; it holds from the next refresh on" in stage.text()


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        (("1",), "psi"),
        (("2",), "psi"),
        (("3",), "latency_p95_ms"),
        (("5",), "psi"),
        (("5", "j", "j"), "latency_p95_ms"),
        (("5", "j", "j", "j"), "missing_rate"),
        (("2", "enter"), "psi"),
    ],
)
async def test_it_is_about_the_number_under_the_cursor(keys: tuple[str, ...], rule: str) -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press(*keys, "t")
        assert isinstance(stage.feed.requests[-1], TryThreshold)
        assert stage.feed.requests[-1].rule == rule


async def test_what_is_about_all_logs_has_a_row_and_its_limits_in_the_file() -> None:
    lost = snapshots.alert("r", "rejected_rate", "critical", None, model="", value=0.25, threshold=0.1)
    async with console(snapshots.busy(alerts=(lost, *snapshots.alerts()))) as stage:
        row = next(line for line in stage.lines() if "all logs" in line)
        assert all(words in row for words in ("!!", "rejects", "25.0 %", "10.0 %"))
        await stage.press("5", "t")
        assert not stage.feed.requests
        assert "limits about all logs are set in the configuration file" in stage.text()


async def test_where_no_number_is_nothing_opens() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("6", "t")
        assert not stage.feed.requests
        assert "no threshold is about this row" in stage.text()


async def test_what_the_engine_says_of_another_number_is_not_shown() -> None:
    async with console(snapshots.busy()) as stage:
        await opened(stage)
        await stage.give(shown(column="amount"))
        assert "asking..." in stage.text()


@pytest.mark.parametrize(
    "odd",
    [
        {"values": (), "since": None, "until": None, "value": None},
        {"values": (None, None, None)},
        {"values": (0.5,)},
        {"present": (None, None), "proposed": (None, None), "lines": ()},
        {"done": 0.4, "before": Count(0, 0.0)},
        {"problem": "a very long reason " * 30},
        {"lines": tuple(f"+ {'x' * 300}" for _ in range(9))},
    ],
)
@pytest.mark.parametrize("size", [(40, 10), (80, 24)])
async def test_odd_answers_are_shown_whole(odd: dict[str, object], size: tuple[int, int]) -> None:
    async with console(snapshots.busy(), size) as stage:
        await opened(stage)
        await stage.give(shown(**odd))
        stage.assert_sound()
        assert "warning" in stage.text()


@pytest.mark.parametrize(
    ("value", "step", "words"),
    [
        (0.1, 1, "0.11"),
        (0.1, -1, "0.09"),
        (150.0, 1, "160"),
        (0.0, 1, "0.01"),
        (0.0, -1, "0"),
        (None, 1, "0.1"),
        (1.0, -1, "0.9"),
        (0.05, 1, "0.051"),
    ],
)
def test_a_step_is_about_a_tenth(value: float | None, step: int, words: str) -> None:
    assert stepped(value, step) == words


@pytest.mark.parametrize(
    ("words", "number"), [("", None), (".", None), ("1.2.3", None), ("0.", 0.0), ("12", 12.0), ("9" * 12, 999_999_999_999.0)]
)
def test_what_is_typed_so_far_is_a_number_or_none(words: str, number: float | None) -> None:
    assert number_of(words) == number
