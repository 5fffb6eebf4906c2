"""What a threshold would have come to, tried against the backtest of the whole configuration; and the saving of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.monitor import logs
from tests.monitor.running import running
from tests.monitor.test_backtest import TEXT, store, troubled
from tuimon.config import Keep, Override, Settings
from tuimon.monitor.backtest import Asked, replayed
from tuimon.monitor.feed import SaveThreshold, StopTrying, TryThreshold
from tuimon.monitor.judge import Budget
from tuimon.monitor.trial import History, Proposal, Series
from tuimon.store import Store
from tuimon.values.snapshot import Snapshot
from tuimon.values.trial import Count, Trial

__all__ = ["store"]
"""A fixture."""


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose hour of logs was read and judged."""
    place = tmp_path_factory.mktemp("tried")
    logs.write_baseline(place / "baseline.parquet", logs.traffic(5_000, 1, seed=2))
    rows = troubled()
    rows.missing[1_900:2_400] = [second % 4 == 0 for second in range(500)]
    logs.write(place / "app.jsonl", rows)
    logs.snapshot_of(place, TEXT)
    return place


def history(store: Store, settings: Settings, rule: str, column: str | None) -> History:
    columns = sum(column.role in ("feature", "prediction", "score") for column in store.columns("fraud"))
    return History(store, settings, store.models()[0], Budget(settings, columns), Series(rule, "fraud", None, column))


def counted(store: Store, settings: Settings, rule: str, column: str | None) -> Count:
    found = [alert for alert in replayed(store, settings, Asked()).alerts if (alert.rule, alert.column) == (rule, column)]
    return Count(len(found), sum(alert.seconds for alert in found))


EMPTY = Trial("", "", None, None, "series", (None, None), (None, None), "")


@pytest.mark.parametrize(
    ("rule", "column", "warning", "critical"),
    [
        ("error_rate", None, 0.2, 0.9),
        ("error_rate", None, 0.7, 0.9),
        ("latency_p95_ms", None, 100.0, 500.0),
        ("latency_p50_ms", None, 15.0, 500.0),
        ("missing_rate", "amount", 0.1, 0.15),
        ("psi", "amount", 1.0, 3.0),
        ("psi", "amount", 0.05, 0.07),
    ],
)
def test_it_says_what_a_backtest_of_the_whole_configuration_says(
    store: Store, hour: Path, rule: str, column: str | None, warning: float, critical: float
) -> None:
    settings = logs.settings(hour, TEXT)
    tried = history(store, settings, rule, column)
    tried.propose(Proposal(warning, critical))
    looks = iter(range(1_000_000))
    while not tried.done:
        tried.go_on(lambda: next(looks) % 7 == 6)
    shown = tried.shown(EMPTY)
    changed = replace(settings, overrides=(*settings.overrides, Override(rule, "fraud", None, column, warning, critical)))
    assert shown.before == counted(store, settings, rule, column)
    assert shown.after == counted(store, changed, rule, column)
    assert shown.done == 1.0
    assert len(shown.values) == 60
    assert shown.until == store.models()[0].watermark


def test_other_limits_are_counted_without_reading_again(store: Store, hour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = logs.settings(hour, TEXT)
    tried = history(store, settings, "error_rate", None)
    tried.go_on(lambda: False)
    monkeypatch.setattr(Store, "cells", None)
    tried.propose(Proposal(0.7, 0.9))
    assert not tried.done
    tried.go_on(lambda: False)
    assert tried.shown(EMPTY).after == Count(0, 0.0)
    tried.propose(Proposal(None, None))
    tried.go_on(lambda: False)
    assert tried.shown(EMPTY).after == tried.shown(EMPTY).before != Count(0, 0.0)


def ask(**more: object) -> TryThreshold:
    return TryThreshold("error_rate", "fraud", **more)  # type: ignore[arg-type]


def tried(snapshot: Snapshot) -> Trial | None:
    return snapshot.trial if snapshot.trial is not None and snapshot.trial.done == 1.0 else None


def config(place: Path) -> Path:
    path = place / "config.toml"
    path.write_text('# ours\nrefresh = "200ms"\n[sources.fraud]\npaths = ["*.jsonl*"]\n[baseline]\nfirst = "100 rows"\n'
                    '[thresholds]\nerror_rate = { warning = 0.05, critical = 0.3 }  # a comment\n')  # fmt: skip
    return path


def begin(place: Path) -> Path:
    logs.write(place / "app.jsonl", logs.traffic(600, 1, seed=3))
    return config(place)


def test_a_console_tries_and_saves_and_the_engine_takes_it_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "alice")
    path = begin(tmp_path)
    before = path.read_text()
    with running(tmp_path, before, follow=True) as run:
        run.until(lambda snapshot: snapshot.ingest.rows == 600)
        run.engine.request(ask())
        first = run.until(lambda snapshot: tried(snapshot) is not None).trial
        assert first is not None
        assert (first.present, first.proposed, first.source, first.lines) == ((0.05, 0.3), (0.05, 0.3), "[thresholds]", ())
        run.engine.request(ask(scope="all", warning=0.1))
        second = run.until(lambda snapshot: (found := tried(snapshot)) is not None and found.proposed == (0.1, 0.3)).trial
        assert second is not None
        assert [line[0] for line in second.lines] == ["-", "+"]
        run.engine.request(SaveThreshold())
        saved = run.until(lambda snapshot: snapshot.trial is not None and snapshot.trial.saved)
        after = run.until(lambda snapshot: any("thresholds.error_rate.warning" in event.text for event in snapshot.events))
        assert next(limit for limit in after.models[0].limits if limit.rule == "error_rate").warning == 0.1
        assert any(event.text.startswith("saved by alice: error_rate = { warning = 0.1, critical = 0.3 }") for event in after.events)
        run.engine.request(StopTrying())
        run.until(lambda snapshot: snapshot.trial is None)
    assert saved.trial is not None
    assert saved.trial.lines == second.lines
    assert path.read_text() == before.replace("warning = 0.05", "warning = 0.1")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"warning": 0.5}, "critical must not be smaller than warning"),
        ({"warning": 7.0}, "0 and 1"),
        ({"scope": "all", "warning": 0.2}, ""),
    ],
)
def test_what_cannot_be_saved_says_why_before_anybody_tries(tmp_path: Path, more: dict[str, object], problem: str) -> None:
    path = begin(tmp_path)
    before = path.read_bytes()
    with running(tmp_path, path.read_text(), follow=True) as run:
        run.until(lambda snapshot: snapshot.ingest.rows == 600)
        run.engine.request(ask(**more))
        found = run.until(lambda snapshot: tried(snapshot) is not None).trial
        assert found is not None
        assert problem in found.problem
        assert bool(found.problem) == bool(problem)
    assert path.read_bytes() == before


def test_without_a_file_it_is_tried_and_not_saved(tmp_path: Path) -> None:
    begin(tmp_path)
    with running(tmp_path) as run:
        run.until(lambda snapshot: snapshot.ingest.rows == 600)
        run.engine.request(ask(warning=0.02))
        found = run.until(lambda snapshot: tried(snapshot) is not None).trial
        assert found is not None
        assert "tuimon init" in found.problem
        run.engine.request(TryThreshold("psi", "nobody"))
        other = run.until(lambda snapshot: snapshot.trial is not None and snapshot.trial.model == "nobody").trial
        assert other is not None
        assert other.problem == "nothing is stored of it yet"


def test_what_somebody_else_saved_meanwhile_stays(tmp_path: Path) -> None:
    path = begin(tmp_path)
    with running(tmp_path, path.read_text(), follow=True) as run:
        run.until(lambda snapshot: snapshot.ingest.rows == 600)
        run.engine.request(ask(scope="model", warning=0.1))
        run.until(lambda snapshot: tried(snapshot) is not None)
        path.write_text(path.read_text() + "# theirs\n")
        run.engine.request(SaveThreshold())
        run.until(lambda snapshot: snapshot.trial is not None and snapshot.trial.saved)
    assert "# theirs\n" in path.read_text()
    assert "[thresholds.models.fraud]\nerror_rate = { warning = 0.1 }\n" in path.read_text()


def test_limits_that_go_by_the_baseline_are_counted_as_the_numbers_that_they_are(tmp_path: Path) -> None:
    rows = troubled()
    logs.write(tmp_path / "app.jsonl", rows)
    text = TEXT.replace('source = "baseline.parquet"', 'first = "300 rows"').replace("warning = 200", 'warning = "x0.5"')
    logs.snapshot_of(tmp_path, text)
    settings = logs.settings(tmp_path, text)
    store = Store.open(tmp_path / "state", Keep())
    shown = history(store, settings, "latency_p95_ms", None)
    shown.go_on(lambda: False)
    found = shown.shown(EMPTY)
    assert found.present[0] is not None
    assert 200 < found.present[0] < 900
    assert found.before == found.after == counted(store, settings, "latency_p95_ms", None) != Count(0, 0.0)
    shown.propose(Proposal(1_900.0, None))
    shown.go_on(lambda: False)
    assert shown.shown(EMPTY).after == Count(0, 0.0)
    store.close()
