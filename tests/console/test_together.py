"""Columns that moved together: one line on Overview, a row each elsewhere."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console.board import Board, Subject
from tuimon.console.charset import UNICODE
from tuimon.console.draw.grid import listed
from tuimon.console.flash import DARK
from tuimon.console.lines import plain
from tuimon.console.panels.activity import active
from tuimon.console.rows.alerts import alert_rows
from tuimon.console.rows.drift import drift_rows
from tuimon.console.rows.worst import worst_rows
from tuimon.values.alert import Incident
from tuimon.values.snapshot import Quality
from tuimon.values.text import cell_width


def test_one_row_with_the_numbers_of_the_worst_and_the_alerts_of_all() -> None:
    board = Board(snapshots.together())
    rows = worst_rows(board, UNICODE)
    six = next(row for row in rows if row.key[:2] == ("together", "fraud"))
    incident = board.snapshot.incidents[0]
    assert (six.status, six.subject, six.cells[3].text) == ("critical", Subject("column", "fraud", "age"), "0.412")
    assert six.alerts == set(incident.alerts)
    assert all(name in six.text for name in incident.columns)
    alone = {row.subject.column for row in rows if row.subject and row.key[-1] == "PSI" and row.subject.model == "fraud" and not row.names}
    assert not alone & set(incident.columns)
    assert len(alert_rows(board)) == len(board.snapshot.alerts)
    assert {row.key for row in drift_rows(board, UNICODE)} >= {("fraud", name) for name in incident.columns}


def test_an_incident_whose_columns_are_gone_is_no_row() -> None:
    made = snapshots.together()
    bare = replace(made, models=tuple(replace(model, drift=()) for model in made.models))
    assert not [row for row in worst_rows(Board(bare), UNICODE) if row.names]


def test_a_column_with_missing_values_and_drift_is_one_row_on_overview_and_two_alerts() -> None:
    made = snapshots.busy()
    first = next(one for one in made.alerts if one.rule == "psi" and one.state == "firing" and one.model == "fraud")
    lost = replace(first, id="lost", rule="missing_rate", severity="critical", value=0.3)
    incident = Incident("fraud", (str(first.column),), (first.id, "lost"), first.since)
    (model, *others) = made.models
    quality = tuple(replace(one, missing_rate=0.3) if one.column == first.column else one for one in model.quality)
    model = replace(model, quality=quality or (Quality(str(first.column), 100, 0.3, 0.0, None, None),))
    board = Board(replace(made, alerts=(*made.alerts, lost), incidents=(incident,), models=(model, *others)))
    mine = [row for row in worst_rows(board, UNICODE) if "lost" in row.alerts]
    assert [(row.status, row.cells[0].text, row.alerts) for row in mine] == [
        ("critical", f"{first.column} + missing", frozenset(incident.alerts))
    ]
    assert len([row for row in alert_rows(board) if row.key[0] in incident.alerts]) == 2
    drawn = [plain(line) for line in active(board, UNICODE, DARK).draw(80, 20)]
    assert len(drawn) == len(active(Board(made), UNICODE, DARK).draw(80, 20))
    assert len([line for line in drawn if " +1 " in line]) == 1
    assert sum(board.firing()) == sum(Board(made).firing())


async def test_a_filter_finds_it_by_any_of_its_columns_and_enter_opens_the_worst() -> None:
    async with console(snapshots.together()) as stage:
        await stage.press("slash", *"is_new", "enter")
        assert stage.selected == ("together", "fraud", "t-age")
        await stage.press("enter")
        assert "age" in stage.lines()[2]
        assert stage.app.view == "detail"


@given(
    names=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), min_size=1, max_size=9),
    cells=st.integers(17, 90),
)
def test_as_many_names_as_fit_and_how_many_more(names: list[str], cells: int) -> None:
    line = listed("9 columns moved together: ", "9 moved: ", tuple(names), cells)
    assert cell_width(line) <= cells
    whole = ", ".join(names)
    if cell_width(whole) + 9 <= cells:
        assert line.removeprefix("9 columns moved together: ").removeprefix("9 moved: ") == whole
    elif line == "9 moved":
        assert cells < cell_width(f"9 moved: , +{len(names)}") + 4
    elif len(names) > 1:
        shown = [n for n in range(1, len(names)) if line == "9 moved: " + ", ".join(names[:n]) + f", +{len(names) - n}"]
        assert shown or line.endswith(f"…, +{len(names) - 1}")
