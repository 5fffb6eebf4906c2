"""What keys do, as a user sees it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console.actions import ACTIONS, FOOTER, by_id
from tuimon.console.charset import UNICODE
from tuimon.console.layout import layout_for
from tuimon.console.lines import plain
from tuimon.console.lines import width as line_width
from tuimon.console.panels.footer import footer_line
from tuimon.console.screens.help import help_lines
from tuimon.console.state import Scene, ViewName
from tuimon.monitor.feed import RefreshNow, SetRefresh


async def test_help_lists_exactly_the_bindings() -> None:
    async with console() as stage:
        bound = {key: active.id for key, found in stage.app._bindings.key_to_bindings.items() for active in found if active.id}
    assert bound == {key: action.id for action in ACTIONS for key in action.keys}
    words = "\n".join(plain(line) for line in help_lines(UNICODE))
    for action in ACTIONS:
        assert f"  {action.shown:<12}{action.help}" in words
    assert {by_id(name).id for name in FOOTER} <= {action.id for action in ACTIONS}
    assert all(callable(getattr(type(stage.app), f"action_{a.action.split('(')[0]}")) for a in ACTIONS)


@given(width=st.integers(10, 220), view=st.sampled_from(["overview", "detail"]))
def test_no_hint_is_cut(width: int, view: ViewName) -> None:
    scene = Scene(None, None, view, UNICODE, layout_for(width, 24))
    hints = {f"{by_id(name).shown.split(' ')[0]} {by_id(name).hint}" for name in FOOTER} | {"enlarge for charts"}
    line = footer_line(scene, "", width)
    assert line_width(line) == width
    assert {part.strip() for part in plain(line).split("  ") if part.strip()} <= hints


async def test_numbers_and_tab_change_the_view() -> None:
    async with console(snapshots.busy()) as stage:
        for key, name in (
            ("2", "drift"),
            ("tab", "latency"),
            ("tab", "alerts"),
            ("5", "files"),
            ("tab", "overview"),
            ("shift+tab", "files"),
        ):
            await stage.press(key)
            assert stage.app.view == name


async def test_selection_follows_its_subject_through_a_new_order() -> None:
    first = snapshots.busy()
    async with console(first) as stage:
        await stage.press("2", "j", "j", "j", "j")
        before = stage.selected
        assert before == ("fraud", "amount")
        model = first.models[0]
        worse = replace(model, drift=tuple(replace(d, value=9.0, severity="critical", verdict="drift") for d in reversed(model.drift)))
        await stage.give(replace(first, models=(worse, *first.models[1:])))
        assert stage.selected == before
        row = stage.app.page.table.row
        assert row is not None
        assert row.key == before
        await stage.press("s", "s", "S")
        assert stage.selected == before


async def test_a_subject_that_is_gone_leaves_the_place() -> None:
    first = snapshots.busy()
    async with console(first) as stage:
        await stage.press("2", "j")
        assert stage.selected == ("fraud", "country")
        left = replace(first.models[0], drift=tuple(d for d in first.models[0].drift if d.column != "country"))
        await stage.give(replace(first, models=(left,)))
        assert stage.selected == ("fraud", "income")


async def test_move_to_the_ends_and_by_pages() -> None:
    async with console(snapshots.many_columns()) as stage:
        await stage.press("2", "G")
        last = stage.selected
        await stage.press("g")
        first = stage.selected
        await stage.press("ctrl+d", "ctrl+u")
        assert stage.selected == first
        await stage.press("end", "down")
        assert stage.selected == last
        assert first != last


async def test_filter_is_live_inverts_and_clears() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2", "slash", *"income")
        assert {row.key[1] for row in stage.app.page.table.rows} == {"income"}
        await stage.press("enter", "j")
        assert stage.app.page.table.needle == "income"
        await stage.press("escape")
        everything = len(stage.app.page.table.rows)
        await stage.press("slash", "exclamation_mark", *"income")
        assert len(stage.app.page.table.rows) == everything - 2
        await stage.press("escape")
        assert len(stage.app.page.table.rows) == everything
        assert stage.app.focused is None


async def test_sort_goes_round_and_reverses() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2", "s")
        names = [row.key[1] for row in stage.app.page.table.rows]
        assert names == sorted(names, key=str.casefold)
        await stage.press("S")
        assert [row.key[1] for row in stage.app.page.table.rows] == sorted(names, key=str.casefold, reverse=True) or names[0] != "age"
        for _ in range(12):
            await stage.press("s")
            if stage.app.page.table.sort.column is None:
                break
        assert stage.app.page.table.sort.column is None
        assert stage.app.page.table.rows[0].key == ("fraud", "age")


async def test_a_sorted_value_column_puts_missing_values_last() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2")
        table = stage.app.page.table
        while table.sort.column is None or table.content.columns[table.sort.column].title != "value":
            await stage.press("s")
        for _ in range(2):
            assert table.rows[-1].key == ("fraud", "promo_code")
            await stage.press("S")


async def test_problem_keys_go_round() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2", "e")
        assert stage.selected == ("fraud", "country")
        await stage.press("e")
        assert stage.selected == ("fraud", "age")
        await stage.press("E")
        assert stage.selected == ("fraud", "country")
        await stage.press("w")
        assert "no warning row here" in stage.text()


async def test_detail_opens_moves_on_and_returns() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2", "j", "enter")
        assert "Detail" in stage.lines()[1]
        assert "country" in stage.text()
        assert "chance ≤ 0.020" in stage.text()
        await stage.press("k")
        assert "by chance: < 1 in 10 years" in stage.text()
        await stage.press("escape")
        assert stage.app.view == "drift"
        assert stage.selected == ("fraud", "age")


async def test_enter_on_an_alert_opens_its_subject() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("4", "j", "j", "enter")
        assert "fraud · latency" in stage.text()


async def test_freeze_keeps_the_numbers_and_the_header_goes_on() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("space")
        body = stage.lines()[2:]
        await stage.give(snapshots.busy(models=(), alerts=()))
        assert stage.lines()[2:] == body
        assert "FROZEN 14:12:31" in stage.lines()[0]
        assert "crit" not in stage.lines()[0]
        await stage.press("space")
        assert "FROZEN" not in stage.text()
        assert stage.lines()[2:] != body


async def test_requests() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("r", "plus", "plus", "minus")
        assert stage.feed.requests == [RefreshNow(), SetRefresh(5.0), SetRefresh(10.0), SetRefresh(5.0)]
        assert stage.feed.stopped == []
    assert stage.feed.stopped == [2.0]


async def test_copy_sends_the_row_as_plain_text() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2", "y")
        assert stage.app.clipboard.startswith("age  fraud  num  0.412")
        await stage.press("enter", "y")
        assert stage.app.clipboard == "age  PSI 0.412  limit 0.10  chance ≤ 0.020  5m, 3,000 rows  by chance: < 1 in 10 years"


async def test_quit() -> None:
    for key in ("q", "ctrl+q"):
        async with console(snapshots.busy()) as stage:
            await stage.press(key)
            assert not stage.app.is_running or stage.app._exit
