"""Compressed files count once their end is verified; archives of what was counted add only the rest."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from collections.abc import Callable

import pyarrow as pa
import pytest

from tests.sources.harness import Harness, numbers, rows
from tuimon.sources.archive import GzipPieces


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def pack_gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


Pack = Callable[[bytes], bytes]


def test_a_complete_archive_is_read_once(box: Harness) -> None:
    box.write("a.jsonl.1.gz", pack_gzip(rows(*range(40))))
    assert numbers(box.poll()) == list(range(40))
    assert (box.store[1].life, box.store[1].compression) == ("finished", "gzip")
    assert box.tailer.lag_bytes() == 0
    box.restart()
    assert box.wait() == []
    assert len(box.store) == 1


def test_the_name_does_not_make_an_archive(box: Harness) -> None:
    box.write("plain.gz", rows(1))
    box.write("packed.jsonl", pack_gzip(rows(2)))
    assert sorted(numbers(box.poll())) == [1, 2]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_an_archive_being_written_waits_and_then_counts_once(box: Harness, cut: int) -> None:
    packed = pack_gzip(rows(*range(20)))
    box.write("a.jsonl.gz", packed[:cut])
    assert box.poll() == []
    assert box.store == {}
    assert "incomplete" in box.note("a.jsonl.gz")
    box.write("a.jsonl.gz", packed[cut:])
    assert numbers(box.rest()) == list(range(20))


def test_a_growing_archive_is_not_decompressed_again_and_again(box: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []
    monkeypatch.setattr(GzipPieces, "next", _counting(passes, GzipPieces.next))
    packed, end = pack_gzip(rows(*range(200))), 0
    for end in range(20, len(packed), 20):
        box.write("a.gz", packed[end - 20 : end])
        assert box.poll() == []
    assert 0 < len(passes) <= 3
    box.write("a.gz", packed[end:])
    assert len(box.rest()) == 200


def _counting(passes: list[int], plain: Callable[[GzipPieces], bytes]) -> Callable[[GzipPieces], bytes]:
    def counted(pieces: GzipPieces) -> bytes:
        passes.append(1)
        return plain(pieces)

    return counted


def test_several_members_and_zero_padding_are_one_stream(box: Harness) -> None:
    box.write("a.gz", pack_gzip(rows(1, 2)) + bytes(7) + pack_gzip(b"") + pack_gzip(rows(3)) + bytes(1000))
    assert numbers(box.poll()) == [1, 2, 3]


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda data: data + b"garbage", "other bytes"),
        (lambda data: data[:-8] + bytes([data[-8] ^ 1]) + data[-7:], "checksum"),
        (lambda data: data[:30] + bytes([data[30] ^ 255]) + data[31:], "damaged"),
        (lambda data: data[:-1], "incomplete"),
    ],
)
def test_a_damaged_archive_counts_nothing_and_says_why(box: Harness, damage: Pack, word: str) -> None:
    good = pack_gzip(rows(*range(200)))
    (box.root / "a.gz").write_bytes(damage(good))
    assert box.poll() == []
    assert word in box.note("a.gz")
    assert box.store == {}
    assert not box.tailer.look()
    (box.root / "a.gz").write_bytes(good)
    assert len(box.rest()) == 200


def test_the_unterminated_last_line_of_an_archive_counts(box: Harness) -> None:
    box.write("a.gz", pack_gzip(rows(1, 2)[:-1]))
    assert numbers(box.poll()) == [1, 2]


def test_a_restart_in_the_middle_goes_on_in_the_middle(box: Harness) -> None:
    box.write("a.gz", pack_gzip(rows(*range(40))))
    box.scan()
    box.commit_one()
    box.save()
    box.restart()
    box.poll()
    assert numbers(box.all_lines()) == list(range(40))
    assert len(box.store) == 1
    assert [chunk.start for chunk in box.chunks] == [0, *[chunk.end for chunk in box.chunks[:-1]]]


def test_a_rollback_in_an_archive_reads_it_again(box: Harness) -> None:
    box.write("a.gz", pack_gzip(rows(*range(40))))
    box.scan()
    box.commit_one()
    while box.tailer.next_chunk():
        pass
    box.tailer.rollback()
    box.drain()
    assert numbers(box.all_lines()) == list(range(40))
    assert box.store[1].life == "finished"


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("consumed", [0, 1, 99])
@pytest.mark.parametrize("together", [False, True])
def test_rotated_then_compressed_adds_only_the_rest(box: Harness, restart: bool, consumed: int, together: bool) -> None:
    content = rows(*range(30))
    box.write("a.jsonl", content)
    box.scan()
    for _ in range(consumed):
        if chunk := box.tailer.next_chunk():
            box.commit(chunk)
    box.save()
    if restart:
        box.restart()
    (box.root / "a.jsonl").rename(box.root / "a.jsonl.1")
    if together:
        box.write("a.jsonl.1.gz", pack_gzip(content))
        box.poll()
    (box.root / "a.jsonl.1").unlink()
    if not together:
        box.write("a.jsonl.1.gz", pack_gzip(content))
    box.poll()
    box.wait()
    assert numbers(box.all_lines()) == list(range(30))
    assert box.gaps == 0
    box.restart()
    assert box.wait() == []


def test_nothing_is_lost_while_its_archive_is_being_written(box: Harness) -> None:
    """The rest of the removed file is out of reach until its archive, seen incomplete before, has come to rest."""
    box.hold(1)
    packed = pack_gzip(rows(*range(30)))
    box.write("0.jsonl", rows(100))
    box.write("a.jsonl.1", rows(*range(30)))
    box.write("a.jsonl.1.gz", packed[:20])
    box.scan()
    box.commit_one()
    box.commit_one()
    assert "incomplete" in box.note("a.jsonl.1.gz")
    box.write("0.jsonl", rows(101))
    box.scan()
    box.commit_one()
    box.write("a.jsonl.1.gz", packed[20:])
    (box.root / "a.jsonl.1").unlink()
    box.scan()
    assert box.gaps == 0
    box.wait()
    assert numbers(box.all_lines()) == [100, *range(8), 101, *range(8, 30)]
    assert box.gaps == 0


def test_a_small_rotated_file_is_recognised_in_its_archive(box: Harness) -> None:
    box.write("a.jsonl", b"{}\n")
    box.poll()
    (box.root / "a.jsonl").unlink()
    box.write("a.jsonl.1.gz", pack_gzip(b"{}\n"))
    assert box.wait() == []


def test_an_archive_that_is_replaced_is_another_one(box: Harness) -> None:
    path = box.write("a.gz", pack_gzip(rows(1, 2, 3)))
    box.poll()
    path.write_bytes(pack_gzip(rows(4, 5)))
    assert numbers(box.poll()) == [4, 5]


def test_archives_of_what_nobody_knows_are_left_alone(box: Harness) -> None:
    box.write("other.gz", pack_gzip(b"binary"))
    assert box.poll() == []
    assert "not recognised" in box.note("other.gz")


def test_a_bomb_takes_little_memory(box: Harness) -> None:
    """16 MB of one line in 16 kB: passed over as one overlong line."""
    size = 16 << 20
    packed = gzip.compress(b"x" * size + b"\n" + rows(1), mtime=0)
    box.chunk_bytes, box.max_line = 1 << 20, 1 << 16
    box.restart()
    box.write("bomb.gz", packed)
    tracemalloc.start()
    assert numbers(box.poll()) == [1]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert box.chunks[0].overlong == ((0, size + 1),)
    assert box.chunks[1].first_line == 2
    assert peak < 8 << 20


@pytest.mark.parametrize("frames", [1, 2])
def test_zstandard_files_count_once_complete(box: Harness, frames: int) -> None:
    packed = zstd(rows(*range(20))) + (zstd(rows(*range(20, 40))) if frames == 2 else b"")
    box.write("a.jsonl.zst", packed[:-3])
    assert box.poll() == []
    assert "incomplete" in box.note("a.jsonl.zst")
    (box.root / "a.jsonl.zst").write_bytes(packed)
    assert numbers(box.rest()) == list(range(20 * frames))
    assert box.store[1].compression == "zstd"
    box.restart()
    assert box.wait() == []


def test_an_archive_deleted_while_it_is_read_is_read_to_its_end(box: Harness) -> None:
    box.write("a.gz", pack_gzip(rows(*range(40))))
    box.scan()
    box.commit_one()
    os.unlink(box.root / "a.gz")
    box.poll()
    assert numbers(box.all_lines()) == list(range(40))
    box.wait()
    assert (box.store[1].life, box.gaps) == ("finished", 0)
