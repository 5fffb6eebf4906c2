"""What is too old goes, in its order, and the books still prove that nothing else did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.store.builders import AMOUNT, NOW, START, Row, all_hours, all_minutes, batch, records, with_columns
from tuimon.config import Keep
from tuimon.store import Store

DAY = 86_400.0


def sound(store: Store) -> bool:
    return all(proof.ok for proof in store.verify())


def test_rows_go_by_the_time_they_were_read(store: Store) -> None:
    store.commit([batch(records([Row(at=1)] * 3))], NOW)
    store.commit([batch(records([Row(at=2)] * 4), generation=2)], NOW + 5 * DAY)
    store.expire(NOW + 8 * DAY, Keep(rows=7 * DAY))
    assert store.rows("m").column("generation").to_pylist() == [2] * 4
    assert store.models()[0].rows == 7
    assert sound(store)
    store.expire(NOW + 30 * DAY, Keep(rows=7 * DAY))
    assert store.row_span("m") is None
    assert sound(store)


def test_whole_segments_go_at_once(store: Store) -> None:
    store.commit([batch(records([Row()] * 3, columns=[AMOUNT]))], NOW)
    store.commit([batch(with_columns(records([Row()] * 2, columns=[AMOUNT]), ["other"]))], NOW + 5 * DAY)
    assert store.rows("m").column_names.count("f_2") == 1
    store.expire(NOW + 8 * DAY, Keep(rows=7 * DAY))
    assert len(store._rows.segments) == 1
    assert store.rows("m").num_rows == 2
    assert sound(store)


def test_no_rows_are_stored_when_none_are_to_be_kept(tmp_path: Path) -> None:
    store = Store.open(tmp_path, Keep(rows=0))
    store.commit([batch(records([Row(id="a")] * 5))], NOW)
    assert store.rows("m").num_rows == 0
    assert store.models()[0].rows == 5
    assert sound(store)
    store.expire(NOW + 8 * DAY, Keep(rows=0))
    assert sound(store)
    store.close()


def test_minutes_and_hours_go_behind_the_watermark(store: Store) -> None:
    keep = Keep(minutes=DAY, history=3 * DAY)
    for hour in range(0, 120, 4):
        store.commit([batch(records([Row(at=hour * 3600.0 + second) for second in range(0, 600, 60)]))], NOW)
    store.expire(NOW, keep)
    last = START + 116 * 3600
    assert all_minutes(store).start.min() == last - 24 * 3600
    assert all_hours(store).start.min() == last - 72 * 3600
    assert sound(store)
    store.commit([batch(records([Row(at=-10 * DAY), Row(at=117 * 3600.0)]))], NOW)
    assert sound(store)


def test_rows_far_behind_the_watermark_count_in_hours_only(store: Store) -> None:
    store.commit([batch(records([Row(at=5 * DAY)]))], NOW)
    done = store.commit([batch(records([Row(at=0), Row(at=1), Row(at=5 * DAY - 60)]))], NOW)
    assert sorted(set(all_minutes(store).start.tolist())) == [START + 5 * 86_400 - 60, START + 5 * 86_400]
    assert dict(done.touched) == {"m": START + 5 * 86_400 - 60}
    assert START in all_hours(store).start
    assert sound(store)


def test_the_oldest_rows_go_when_the_store_is_too_large(tmp_path: Path) -> None:
    keep = Keep(max_size=3_500_000)
    store = Store.open(tmp_path, keep)
    rng = np.random.default_rng(5)
    for step in range(8):
        rows = [Row(at=step, amount=value, id=f"{value}") for value in rng.random(10_000).tolist()]
        store.commit([batch(records(rows))], NOW + step)
    store.checkpoint(force=True)
    before = store.size_bytes()
    for _ in range(4):
        store.expire(NOW + 10, keep)
    kept = store.rows("m")
    assert before > keep.max_size
    assert 0 < kept.num_rows < 80_000
    assert min(kept.column("read_at").to_pylist()) > NOW
    assert store._database.used_bytes() <= keep.max_size
    assert sound(store)
    store.close()


@pytest.mark.parametrize("together", [False, True])
def test_of_rejects_beyond_the_limit_the_place_and_reason_are_kept(tmp_path: Path, together: bool) -> None:
    store = Store.open(tmp_path, Keep())
    parts = [batch(rejects=9_000), batch(generation=2, rejects=1), batch(rejects=9_000)]
    for some in [parts] if together else [[part] for part in parts]:
        store.commit(some, NOW)
    for _ in range(2):
        found = store.rejects(limit=None, newest_first=False, file="1.jsonl")
        assert [(reject.line, reject.offset) for reject in found] == [(line, 10 * line) for line in (*range(9_000), *range(9_000))]
        assert [bool(reject.text) for reject in found] == [True] * 10_000 + [False] * 8_000
        assert {reject.reason for reject in found} == {"not JSON"}
        everything = store.rejects(limit=None)
        assert [reject.file for reject in everything].index("/logs/2.jsonl") == 9_000
        assert store.rejects(limit=20) == everything[:20]
        assert everything[::-1] == store.rejects(limit=None, newest_first=False)
        assert store.totals().rejected == 18_001
        assert sound(store)
        store.close()
        store = Store.open(tmp_path, Keep())
    store.commit([batch(generation=3, rejects=1)], NOW)
    assert store.rejects(limit=1)[0].file == "/logs/3.jsonl"
    store.close()
