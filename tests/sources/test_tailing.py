"""Plain files: torn lines, rotation, deletion, order, fairness, rollback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.harness import FORMATS, SECRET, Harness, lines_of, numbers, rows, sniff, split_quoted
from tuimon.config.settings import Source
from tuimon.sources import Format, Tailer
from tuimon.sources.sealing import Seal


def test_a_torn_line_counts_once_when_its_newline_comes(box: Harness) -> None:
    box.write("a.jsonl", rows(1) + b'{"row": 2')
    assert numbers(box.poll()) == [1]
    assert not box.tailer.look()
    assert box.tailer.lag_bytes() == len(b'{"row": 2')
    box.restart()
    assert box.poll() == []
    box.write("a.jsonl", b', "late": true}\n')
    assert numbers(box.poll()) == [2]
    assert box.store[1].books.lines == 2


def test_a_live_file_keeps_its_torn_line_however_long_it_rests(box: Harness) -> None:
    box.write("a.jsonl", rows(1) + b'{"row": 2')
    assert numbers(box.wait(3600)) == [1]


def test_a_torn_line_of_a_rotated_file_counts_after_a_minute(box: Harness) -> None:
    box.write("a.jsonl", rows(1) + b'{"row": 2,')
    box.poll()
    (box.root / "a.jsonl").rename(box.root / "a.jsonl.1")
    assert box.poll() == []
    assert numbers(box.wait(61)) == [2]
    assert box.tailer.lag_bytes() == 0


def test_a_torn_line_of_a_file_rotated_long_ago_counts_at_once(box: Harness) -> None:
    box.write("a.jsonl.1", rows(1) + b'{"row": 2,')
    box.now += 61
    assert numbers(box.poll()) == [1, 2]


def test_what_a_format_cannot_split_at_the_end_is_still_taken(box: Harness) -> None:
    box.write("a.jsonl.1", b"torn")
    box.now += 61
    box.formats = {"jsonl": Format("jsonl", lambda _view, _final: 0)}
    box.restart()
    assert box.poll() == [b"torn"]


def test_both_files_of_a_rename_rotation_are_read_to_their_ends(box: Harness) -> None:
    with (box.root / "a.jsonl").open("ab", buffering=0) as old:
        old.write(rows(1))
        assert numbers(box.poll()) == [1]
        (box.root / "a.jsonl").rename(box.root / "a.jsonl.1")
        old.write(rows(2))
        box.write("a.jsonl", rows(10))
        assert numbers(box.poll()) == [2, 10]
        old.write(rows(3))
        box.write("a.jsonl", rows(11))
        assert sorted(numbers(box.poll())) == [3, 11]
    assert {generation.life for generation in box.store.values()} == {"rotated", "live"}


@pytest.mark.parametrize("restart", [False, True])
def test_several_rotations_between_two_scans_are_read_oldest_first(box: Harness, restart: bool) -> None:
    box.write("a.jsonl", rows(1))
    box.poll()
    if restart:
        box.restart()
    for turn in range(2, 13):
        for number in range(turn, 0, -1):
            path = box.root / (f"a.jsonl.{number}" if number else "a.jsonl")
            if path.exists():
                path.rename(box.root / f"a.jsonl.{number + 1}")
        (box.root / "a.jsonl").rename(box.root / "a.jsonl.1")
        box.write("a.jsonl", rows(turn))
    assert numbers(box.poll()) == list(range(2, 13))


def test_dated_rotations_are_read_by_date(box: Harness) -> None:
    for name, number in (("a.jsonl", 9), ("a.jsonl-20261103", 3), ("a.jsonl-20261101", 1), ("a.jsonl-20261102", 2)):
        box.write(name, rows(number))
    assert numbers(box.poll()) == [1, 2, 3, 9]


def test_a_deleted_file_is_read_to_its_end_through_its_descriptor(box: Harness) -> None:
    box.write("a.jsonl", rows(1))
    box.scan()
    with (box.root / "a.jsonl").open("ab", buffering=0) as writer:
        (box.root / "a.jsonl").unlink()
        writer.write(rows(2))
        assert numbers(box.poll()) == [1, 2]
        writer.write(rows(3) + b'{"row": 4,')
        assert numbers(box.poll()) == [3]
    assert numbers(box.wait(61)) == [4]
    assert box.store[1].life == "finished"
    assert box.gaps == 0


def test_what_was_deleted_unread_while_nobody_looked_is_a_gap(box: Harness) -> None:
    box.write("a.jsonl", rows(1))
    box.poll()
    box.write("a.jsonl", rows(2, 3))
    box.scan()
    box.restart()
    (box.root / "a.jsonl").unlink()
    assert box.poll() == []
    assert box.store[1].life == "lost"
    assert box.gaps == len(rows(2, 3))


def test_a_read_file_that_was_deleted_while_nobody_looked_is_finished(box: Harness) -> None:
    box.write("a.jsonl", rows(1))
    box.poll()
    box.restart()
    (box.root / "a.jsonl").unlink()
    box.poll()
    assert (box.store[1].life, box.gaps) == ("finished", 0)


def test_a_directory_that_cannot_be_listed_loses_nothing(box: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    box.write("a.jsonl", rows(1))
    box.scan()
    box.restart()

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        box.poll()
        assert "cannot be looked at (permission denied)" in box.tailer.notices()[0]
    assert box.gaps == 0
    assert numbers(box.poll()) == [1]


def test_rotated_and_live_files_take_turns_by_stem(box: Harness) -> None:
    for name in ("a", "b"):
        box.write(f"{name}.jsonl.1", rows(*range(20)).replace(b"row", b"old" + name.encode()))
        box.write(f"{name}.jsonl", rows(*range(20)).replace(b"row", b"new" + name.encode()))
    box.scan()
    order = []
    while chunk := box.tailer.next_chunk():
        order.append(chunk.generation.path[-9:])
    assert order[:2] == [b"a.jsonl.1"[-9:], b"b.jsonl.1"[-9:]]
    for stem in (b"a.jsonl", b"b.jsonl"):
        mine = [path for path in order if stem in path]
        assert mine == sorted(mine, key=lambda path: not path.endswith(b".1"))


def test_a_busy_file_does_not_starve_the_others(box: Harness) -> None:
    box.write("busy.jsonl", rows(*range(200)))
    box.write("calm.jsonl", rows(7000))
    box.scan()
    first = [box.tailer.next_chunk() for _ in range(2)]
    assert any(chunk and chunk.generation.path.endswith(b"calm.jsonl") for chunk in first)


@pytest.mark.parametrize("held", [1, 3, 128])
def test_more_files_than_descriptors(box: Harness, held: int) -> None:
    box.hold(held)
    for number in range(12):
        box.write(f"f{number}.jsonl", rows(number))
    assert sorted(numbers(box.poll())) == list(range(12))
    open_before = len(os.listdir("/proc/self/fd"))
    for number in range(12):
        box.write(f"f{number}.jsonl", rows(number + 100))
    assert sorted(numbers(box.poll())) == list(range(100, 112))
    assert len(os.listdir("/proc/self/fd")) <= open_before
    assert box.tailer.look() is False


def test_rollback_reads_again_exactly_what_was_not_committed(box: Harness) -> None:
    box.write("a.jsonl", rows(*range(30)))
    box.scan()
    box.commit_one()
    ahead = [box.tailer.next_chunk(), box.tailer.next_chunk()]
    assert all(ahead)
    box.tailer.rollback()
    box.drain()
    assert numbers(box.all_lines()) == list(range(30))
    assert [chunk.first_line for chunk in box.chunks] == [1 + sum(len(lines_of(c)) for c in box.chunks[:i]) for i in range(len(box.chunks))]


def test_news_of_a_file_with_chunks_in_flight_wait_for_their_commit(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2, 3))
    box.scan()
    chunk = box.tailer.next_chunk()
    assert chunk
    (box.root / "a.jsonl").rename(box.root / "a.jsonl.1")
    box.scan()
    assert (box.store[1].position, box.store[1].life) == (0, "live")
    box.commit(chunk)
    box.save()
    assert (box.store[1].position, box.store[1].life) == (len(rows(1, 2, 3)), "rotated")


def test_a_refused_generation_rests_until_it_changes(box: Harness) -> None:
    box.write("a.jsonl", rows(*range(20)))
    box.scan()
    chunk = box.tailer.next_chunk()
    assert chunk
    box.tailer.refuse(chunk.generation.number)
    assert box.drain() == []
    assert box.poll() == []
    assert not box.tailer.look()
    box.write("a.jsonl", rows(20))
    assert numbers(box.poll()) == list(range(21))


def test_chunks_fit_together(box: Harness) -> None:
    box.write("a.jsonl", rows(*range(100)))
    box.poll()
    assert [chunk.start for chunk in box.chunks] == [0, *[chunk.end for chunk in box.chunks[:-1]]]
    content = rows(*range(100))
    for chunk in box.chunks:
        assert bytes(chunk.data) == content[chunk.start : chunk.end]
        assert chunk.generation.position == chunk.end
        head, tail = content[: min(chunk.end, 1024)], content[max(chunk.end - 64, 0) : chunk.end]
        seal = Seal(SECRET)
        assert (chunk.generation.head, chunk.generation.tail) == (seal.of(head), seal.of(tail, head))


@given(
    data=st.lists(st.text(max_size=30).filter(lambda text: "\n" not in text and not text.startswith("\0")), max_size=20),
    chunk_bytes=st.integers(40, 300),
)
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_whole(tmp_path_factory: pytest.TempPathFactory, data: list[str], chunk_bytes: int) -> None:
    box = Harness(tmp_path_factory.mktemp("text") / "logs", chunk_bytes=chunk_bytes, max_line=1000)
    content = [text.encode("utf-8", "surrogatepass") for text in data]
    box.write("a.jsonl", b"".join(line + b"\n" for line in content))
    assert box.poll() == content
    box.tailer.close()


def test_quoted_newlines_stay_in_their_record_and_the_header_is_kept(box: Harness) -> None:
    box.write("a.csv", b'"first\nname",b\n' + b"".join(b'"x\n%d",2\n' % number for number in range(60)))
    box.poll()
    assert box.store[1].header == b'"first\nname",b\n'
    for chunk in box.chunks:
        assert split_quoted(memoryview(chunk.data), False) == len(chunk.data)
    box.restart()
    box.write("a.csv", b"1,2\n")
    assert box.poll() == [b"1,2"]
    assert box.chunks[-1].generation.header == b'"first\nname",b\n'


def count_quoted(view: memoryview) -> int:
    """Lines of the file in the next test, where a record takes two."""
    return len(bytes(view).split(b"\n")) // 2 or 1


def test_a_format_may_count_its_own_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'h\n"1\n1"\n"2\n2"\n"3\n3"\n')
    form = Format("csv", split_quoted, header=True, count=count_quoted)
    source = Source("s", (f"{tmp_path}/*",))
    tailer = Tailer([source], [], {"csv": form}, sniff, next_number=1, secret=b"key", clock=lambda: 2e9, max_line=10, chunk_bytes=11)
    tailer.scan()
    assert [(chunk.start, chunk.first_line) for chunk in iter(tailer.next_chunk, None)] == [(0, 1), (8, 3), (14, 4)]
    tailer.close()


def test_a_scan_is_due_by_its_cost(tmp_path: Path) -> None:
    times = iter([100.0, 100.2])
    tailer = Tailer([Source("s", (f"{tmp_path}/*",))], [], FORMATS, sniff, next_number=1, secret=b"key", clock=lambda: next(times))
    assert tailer.due_for_scan(0.0)
    tailer.scan()
    assert not tailer.due_for_scan(119.0)
    assert tailer.due_for_scan(120.1)
    assert tailer.due_for_scan(99.0), "a clock that went back does not stop the scans"
