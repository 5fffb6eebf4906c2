"""A sampled log on the screens: a tilde at what is estimated, the rate beside it, and nothing where every record is logged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console import formatting
from tuimon.console.board import Board
from tuimon.console.charset import UNICODE
from tuimon.console.rows.worst import worst_rows
from tuimon.values.snapshot import Sampling, Snapshot

TENTH = Sampling(30_000.0, 900.0, 0.1, 0.1, 0)
MIXED = Sampling(30_000.0, 900.0, 0.05, 1.0, 3)


def sampled(made: Snapshot, sampling: Sampling) -> Snapshot:
    models = (
        replace(model, sampling=sampling, versions=tuple(replace(v, sampling=sampling) for v in model.versions)) for model in made.models
    )
    return replace(made, models=tuple(models))


@pytest.mark.parametrize(
    ("sampling", "words", "rate"),
    [
        (None, "", "412"),
        (TENTH, "sampled 10 %", "~412"),
        (MIXED, "mixed rates", "~412"),
        (replace(TENTH, lowest=0.00001, highest=0.00001), "sampled 0.001 %", "~412"),
        (Sampling(200.0, 0.0, 1.0, 1.0, 200), "no rates", "412"),
    ],
)
def test_the_words(sampling: Sampling | None, words: str, rate: str) -> None:
    assert (formatting.sampled(sampling), formatting.records(412.0, sampling)) == (words, rate)
    assert formatting.records(None, sampling) == "-"


@pytest.mark.parametrize(("sampling", "words"), [(TENTH, "sampled 10 %"), (MIXED, "mixed rates")])
def test_overview_says_it_beside_the_flow_of_rows(sampling: Sampling, words: str) -> None:
    made = snapshots.busy()
    known = {row.key: row for row in worst_rows(Board(made), UNICODE)}
    changed = [row for row in worst_rows(Board(sampled(made, sampling)), UNICODE) if known[row.key] != row]
    assert [words in row.text for row in changed] == [True] * len(changed)
    assert changed


@pytest.mark.parametrize("sampling", [None, TENTH, MIXED])
async def test_each_screen_has_room_for_it_at_80_cells(sampling: Sampling | None) -> None:
    made = snapshots.busy()
    async with console(made if sampling is None else sampled(made, sampling), (80, 24)) as stage:
        texts = {}
        for key in "123":
            await stage.press(key)
            stage.assert_sound()
            texts[key] = stage.text()
    flow = next(line for line in texts["1"].splitlines() if " rows/s " in line and line.startswith("│"))
    assert flow.startswith("│ ~") is (sampling is not None)
    assert ("~" in texts["3"]) is (sampling is not None)
    mixed = sampling is not None and sampling.mixed
    assert ("mixed rates: shares are of rows" in texts["2"]) is mixed
    assert ("mixed rates: of rows" in texts["3"]) is mixed
