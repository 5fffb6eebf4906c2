"""Parquet files are read in row groups, whole files only, each once."""

from __future__ import annotations

import os
import shutil

from tests.sources.harness import Harness


def groups(count: int, mark: bytes = b"g") -> bytes:
    return b"PAR1" + mark * count + b"PAR1"


def ranges(box: Harness) -> list[tuple[int, int]]:
    return [(chunk.start, chunk.end) for chunk in box.chunks]


def test_a_file_is_read_in_a_few_row_groups_a_chunk(box: Harness) -> None:
    box.write("a.parquet", groups(10))
    box.poll()
    assert ranges(box) == [(0, 4), (4, 8), (8, 10)]
    assert all(chunk.descriptor >= 0 and chunk.data == b"" for chunk in box.chunks)
    assert (box.store[1].position, box.store[1].life) == (10, "finished")
    box.restart()
    box.wait()
    assert len(box.chunks) == 3
    assert box.tailer.lag_bytes() == 0


def test_a_half_written_file_waits(box: Harness) -> None:
    box.write("a.parquet", groups(3)[:-2])
    box.poll()
    assert "not complete" in box.note("a.parquet")
    assert box.store == {}
    (box.root / "a.parquet").write_bytes(groups(3))
    box.poll()
    assert ranges(box) == [(0, 3)]


def test_the_descriptor_lives_until_the_commit(box: Harness) -> None:
    box.hold(1)
    for number in range(4):
        box.write(f"f{number}.parquet", groups(2, bytes([65 + number])))
    box.scan()
    chunks = [box.tailer.next_chunk() for _ in range(4)]
    contents = {os.pread(chunk.descriptor, 6, 0) for chunk in chunks if chunk}
    assert contents == {groups(2, bytes([65 + number]))[:6] for number in range(4)}


def test_a_restart_and_a_rollback_go_on_at_the_committed_row_group(box: Harness) -> None:
    box.write("a.parquet", groups(10))
    box.scan()
    box.commit_one()
    assert box.tailer.next_chunk()
    box.tailer.rollback()
    box.commit_one()
    box.restart()
    box.poll()
    assert ranges(box) == [(0, 4), (4, 8), (8, 10)]


def test_a_replaced_file_is_another_one_a_renamed_or_copied_one_is_not(box: Harness) -> None:
    box.write("a.parquet", groups(2, b"a" * 40))
    box.poll()
    (box.root / "a.parquet").rename(box.root / "b.parquet")
    shutil.copy(box.root / "b.parquet", box.root / "c.parquet")
    box.wait()
    assert len(box.chunks) == 20
    assert "copy of b.parquet" in box.note("c.parquet")
    (box.root / "b.parquet").write_bytes(groups(3))
    box.poll()
    assert box.chunks[-1].generation.number == 2
    assert box.gaps == 0


def test_a_file_replaced_half_way_is_a_gap(box: Harness) -> None:
    box.write("a.parquet", groups(8))
    box.scan()
    box.commit_one()
    (box.root / "a.parquet").write_bytes(groups(1))
    box.poll()
    box.scan()
    assert box.store[1].life == "lost"
    assert box.gaps == len(groups(8)) // 2
