"""The stored rows behind a number, on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console import snapshots
from tests.console.stage import Stage, console
from tests.console.test_golden import SIZES, check
from tuimon.monitor.feed import ShowRows
from tuimon.values.evidence import Behind, SeenRow, Witnesses

HOSTILE = "\x1b[31m[red]\u202e\x07"


def asked(stage: Stage) -> Behind:
    found = [request.asked for request in stage.feed.requests if isinstance(request, ShowRows)]
    assert found[-1] is not None
    return found[-1]


def answer(behind: Behind, count: int = 60, text: str = "") -> Witnesses:
    rows = tuple(
        SeenRow(
            snapshots.AT - i,
            f"v{i % 3}",
            f"req-{i:05d}{text}",
            f"{38 + i / 7:.3f}{text}",
            "yes",
            0.8123,
            "",
            41.5,
            i % 9 == 0,
            "/var/p/app.jsonl",
            9_000 - i,
        )
        for i in range(count)
    )
    return Witnesses(behind, "rows whose age is 38 and up: 40.7 % now, 20.2 % in the baseline", 2_180, 5_300, rows)


@pytest.mark.parametrize("size", SIZES)
async def test_the_rows_at_each_size(size: str) -> None:
    async with console(snapshots.busy(), SIZES[size]) as stage:
        await stage.press("v")
        await stage.give(snapshots.busy(witnesses=answer(asked(stage))))
        check(f"rows-{size}", stage.text())
        stage.assert_sound()


@pytest.mark.parametrize(("keys", "rule", "column"), [("v", "psi", "age"), ("enter", "psi", "age"), ("5", "psi", "age")])
async def test_what_is_asked_is_the_number_on_the_screen(keys: str, rule: str, column: str) -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press(keys)
        if keys != "v":
            await stage.press("enter" if keys == "enter" else "v")
        behind = asked(stage)
        model = snapshots.busy().models[0]
        assert (behind.rule, behind.column, behind.end) == (rule, column, model.window_end)


async def test_an_answer_to_another_question_is_not_shown_and_leaving_lets_go() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("v")
        other = replace(asked(stage), column="income")
        await stage.give(snapshots.busy(witnesses=answer(other)))
        assert "looking for the stored rows" in stage.text()
        await stage.press("escape")
        assert stage.feed.requests[-1] == ShowRows(None)
        assert "Rows ·" not in stage.text()


async def test_it_scrolls_to_its_ends_and_says_when_nothing_is_stored() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("v")
        await stage.give(snapshots.busy(witnesses=answer(asked(stage))))
        await stage.press("G")
        assert "req-00059" in stage.text()
        await stage.press("g")
        assert "req-00000" in stage.text()
        none = Witnesses(asked(stage), "all rows", 0, 0)
        await stage.give(snapshots.busy(witnesses=none))
        assert "keep_rows" in stage.text()


async def test_nothing_in_a_row_reaches_the_terminal() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("v")
        await stage.give(snapshots.busy(witnesses=answer(asked(stage), text=HOSTILE)))
        stage.assert_sound()
