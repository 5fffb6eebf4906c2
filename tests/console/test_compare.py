"""The key that chooses what columns are compared with, and what the screen then says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.snapshots import CHOICES, busy, compared
from tests.console.stage import console
from tuimon.console.board import Board
from tuimon.console.choices import following
from tuimon.console.lines import plain, width
from tuimon.console.panels.remarks import remark_lines
from tuimon.monitor.feed import CompareWith
from tuimon.values.snapshot import BaselineState


async def test_the_key_goes_round_through_the_choices_and_back() -> None:
    async with console(busy()) as stage:
        await stage.press("2", "b")
        assert "comparing fraud with the time before" in stage.text()
        await stage.press("b", "b", "b", "b", "B")
        wished = [*CHOICES, None, CHOICES[-1]]
        assert stage.feed.requests == [CompareWith("fraud", against) for against in wished]


async def test_it_goes_on_from_what_is_shown() -> None:
    async with console(compared(CHOICES[1])) as stage:
        await stage.press("2", "enter", "b")
        assert stage.feed.requests == [CompareWith("fraud", CHOICES[2])]


async def test_each_model_has_its_own_choice() -> None:
    async with console(busy()) as stage:
        await stage.press("2", "b")
        table = stage.app.page.table
        table.select([row.key for row in table.rows].index(("churn", "age")))
        await stage.press("b")
        assert stage.feed.requests == [CompareWith("fraud", CHOICES[0]), CompareWith("churn", CHOICES[0])]


@pytest.mark.parametrize("keys", [("1", "b"), ("3", "b"), ("2", "space", "b")])
async def test_elsewhere_and_frozen_nothing_is_asked(keys: tuple[str, ...]) -> None:
    async with console(busy()) as stage:
        await stage.press(*keys)
        assert not stage.feed.requests


async def test_the_numbers_change_and_the_status_stays() -> None:
    """What is alerted on goes by the baseline: its sign stays, and the sentence says so."""
    async with console(compared()) as stage:
        await stage.press("2")
        screen = stage.text()
        assert "compared with same hours last week, 2,870 rows" in screen
        assert "alerts use baseline reference.parquet, 50,000 rows" in screen
        rows = {row.key: row for row in stage.app.page.table.rows}
        age, balance = rows["fraud", "age"], rows["fraud", "balance"]
        assert (age.status, age.cells[3].text, age.cells[3].role) == ("critical", "0.006", "bright")
        assert (balance.status, balance.cells[3].text, balance.cells[3].role) == ("ok", "0.310", "critical")
        assert rows["churn", "age"].cells[3].text == "0.010"
        await stage.press("1")
        assert "0.412" in stage.text()
        assert "0.310" not in stage.text()


async def test_without_rows_there_it_says_so() -> None:
    async with console(compared(rows=0)) as stage:
        await stage.press("2")
        assert "compared with same hours last week: no rows there" in stage.text()


@given(now=st.sampled_from([None, *CHOICES]), step=st.sampled_from([1, -1]))
def test_as_many_steps_as_choices_lead_back(now: object, step: int) -> None:
    model, place, seen = snapshots.model(), now, []
    for _ in range(len(CHOICES) + 1):
        place = following(model, place, step)  # type: ignore[arg-type]
        seen.append(place)
    assert place == now
    assert len(set(seen)) == len(CHOICES) + 1


REMARK = st.text(st.characters(codec="ascii", exclude_categories=("C", "Z")), min_size=1, max_size=70)


@given(remarks=st.lists(REMARK, max_size=5), other=st.booleans(), name=st.text(max_size=60), many=st.booleans())
def test_no_remark_is_cut_at_80_cells(remarks: list[str], other: bool, name: str, many: bool) -> None:
    made = compared(remarks=tuple(remarks)) if other else busy()
    first = replace(made.models[0], model=name, baseline=name * 3, baseline_state=BaselineState(remarks=tuple(remarks)))
    board = Board(replace(made, models=(first, made.models[1]) if many else (first,)))
    lines = remark_lines(board, board.models[name], 80, first.drift[0])
    assert all(width(line) <= 80 for line in lines)
    assert bool(lines) == (other or bool(remarks))
    words = "\n".join(map(plain, lines))
    assert all(remark in words for remark in remarks)
