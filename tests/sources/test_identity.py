"""Who a file is: truncation, copies, moves and inode numbers that come back."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.sources.harness import Harness, numbers, rows


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("archive_first", [False, True])
def test_copytruncate_neither_loses_nor_doubles(box: Harness, restart: bool, archive_first: bool) -> None:
    box.write("a.jsonl", rows(*range(10)))
    box.scan()
    box.commit_one()
    box.write("a.jsonl", rows(*range(10, 20)))
    shutil.copy(box.root / "a.jsonl", box.root / "a.jsonl.1")
    if archive_first:
        box.scan()
    os.truncate(box.root / "a.jsonl", 0)
    box.write("a.jsonl", rows(100))
    if restart:
        box.restart()
    box.poll()
    box.wait()
    assert sorted(numbers(box.all_lines())) == [*range(20), 100]
    assert box.gaps == 0


def test_a_writer_without_append_mode_leaves_nuls_that_are_one_reject(box: Harness) -> None:
    with (box.root / "a.jsonl").open("wb", buffering=0) as writer:
        writer.write(rows(1, 2))
        box.poll()
        os.truncate(box.root / "a.jsonl", 0)
        writer.write(rows(3, 4))
        assert numbers(box.poll()) == [3, 4]
    assert [chunk.overlong for chunk in box.chunks if chunk.overlong] == [((0, len(rows(1, 2))),)]
    assert box.chunks[-1].first_line == 2


@pytest.mark.parametrize("restart", [False, True])
def test_truncated_and_grown_beyond_the_old_end_is_a_new_generation(box: Harness, restart: bool) -> None:
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    if restart:
        box.restart()
    os.truncate(box.root / "a.jsonl", 0)
    box.write("a.jsonl", rows(4, 5, 6, 7))
    assert numbers(box.poll()) == [4, 5, 6, 7]
    assert [box.store[number].life for number in (1, 2)] == ["finished", "live"]


def test_truncated_then_replaced_is_not_read_on_through_its_descriptor(box: Harness) -> None:
    """The copy of its old content is the one to go on with, the held descriptor leads to something else."""
    box.write("a.jsonl", rows(1, 2, 3))
    box.scan()
    box.write("a.jsonl.1", rows(1, 2, 3))
    os.truncate(box.root / "a.jsonl", 0)
    box.write("a.jsonl", rows(*range(4, 10)))
    box.write(".new", rows(*range(4, 11)))
    (box.root / ".new").replace(box.root / "a.jsonl")
    box.poll()
    box.wait()
    assert sorted(numbers(box.all_lines())) == list(range(1, 11))
    assert box.gaps == 0


def test_a_copy_that_gets_the_inode_of_the_replaced_original_counts_nothing_twice(box: Harness) -> None:
    box.hold(1)
    box.write("0.jsonl", rows(0))
    box.write("a.jsonl", rows(1, 2, 3))
    box.scan()
    freed = (box.root / "a.jsonl").stat().st_ino
    box.write(".new", rows(1, 2, 3, 4))
    (box.root / ".new").replace(box.root / "a.jsonl")
    if box.write("a.jsonl.1", rows(1, 2)).stat().st_ino != freed:
        pytest.skip("this file system does not hand the number out again at once")
    box.poll()
    box.write("a.jsonl.1", rows(3, 4))
    os.truncate(box.root / "a.jsonl", 0)
    box.wait()
    assert sorted(numbers(box.all_lines())) == [0, 1, 2, 3, 4]


def test_truncation_under_unread_bytes_is_a_gap(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2))
    box.scan()
    os.truncate(box.root / "a.jsonl", 0)
    box.write("a.jsonl", rows(3))
    assert numbers(box.drain()) == [3]
    box.scan()
    assert (box.store[1].life, box.gaps) == ("lost", len(rows(1, 2)))


def test_a_truncation_between_reading_and_commit_counts_nothing_twice(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2))
    box.scan()
    chunk = box.tailer.next_chunk()
    assert chunk
    os.truncate(box.root / "a.jsonl", 0)
    box.write("a.jsonl", rows(3))
    box.commit(chunk)
    assert numbers(box.poll()) == [3]
    assert box.gaps == 0


def test_what_a_rollback_gives_back_after_its_file_was_truncated_is_a_gap(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2))
    box.scan()
    assert box.tailer.next_chunk()
    os.truncate(box.root / "a.jsonl", 0)
    box.scan()
    assert 1 not in {generation.number for generation in box.tailer.changed()}
    box.tailer.rollback()
    box.scan()
    assert (box.store[1].life, box.gaps) == ("lost", len(rows(1, 2)))


def test_a_truncation_to_the_middle_starts_over(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    os.truncate(box.root / "a.jsonl", len(rows(1)))
    assert numbers(box.poll()) == [1]
    assert box.gaps == 0


@pytest.mark.parametrize("scanned", [True, False])
def test_a_truncation_between_what_was_read_and_the_end_is_a_gap(box: Harness, scanned: bool) -> None:
    path = box.write("a.jsonl", rows(*range(40)))
    box.scan()
    box.commit_one()
    left = len(rows(*range(20)))
    os.truncate(path, left)
    if scanned:
        box.scan()
    box.drain()
    assert numbers(box.all_lines()) == list(range(20))
    assert box.gaps == len(rows(*range(40))) - left
    box.write("a.jsonl", rows(50))
    assert numbers(box.poll()) == [50]
    assert (len(box.store), box.gaps) == (1, len(rows(*range(40))) - left)


@pytest.mark.parametrize("held", [True, False])
def test_another_file_under_the_same_inode_number_is_read_from_its_beginning(box: Harness, held: bool) -> None:
    """ext4 hands the number of a deleted file to the next one; a held descriptor keeps it taken."""
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    if not held:
        box.restart()
    before = (box.root / "a.jsonl").stat().st_ino
    (box.root / "a.jsonl").unlink()
    box.write("b.jsonl", rows(4, 5, 6, 7))
    if held:
        assert (box.root / "b.jsonl").stat().st_ino != before
    assert numbers(box.poll()) == [4, 5, 6, 7]


def test_a_file_with_a_known_inode_and_other_content_is_new(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    box.restart()
    (box.root / "a.jsonl").write_bytes(rows(7, 8, 9, 10))
    assert numbers(box.poll()) == [7, 8, 9, 10]


def test_files_with_one_header_and_more_are_told_apart(box: Harness) -> None:
    header = b"column_" + b",column_".join(b"%04d" % number for number in range(200)) + b"\n"
    box.max_line, box.chunk_bytes = 5000, 10000
    box.restart()
    for name in ("a.csv", "b.csv", "c.csv"):
        box.write(name, header + b"".join(b"%s,%d\n" % (name.encode(), row) for row in range(5)))
    lines = box.poll()
    assert len(lines) == 18
    assert all(generation.header == header for generation in box.store.values())
    box.write("d.csv", header + b"d,1\n")
    assert box.wait() == [header[:-1], b"d,1"]


def test_a_copy_counts_once_and_says_so(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    shutil.copy(box.root / "a.jsonl", box.root / "backup.jsonl")
    assert box.wait() == []
    assert "copy of a.jsonl" in box.note("backup.jsonl")
    box.write("a.jsonl", rows(4))
    assert numbers(box.wait()) == [4]


def test_two_copies_found_together_count_once(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2, 3))
    shutil.copy(box.root / "a.jsonl", box.root / "b.jsonl")
    assert numbers(box.wait()) == [1, 2, 3]


def test_a_copy_that_grows_while_its_original_rests_goes_on(box: Harness) -> None:
    """Which of the two was there first is not known: the backup may have been met before the live file."""
    box.write("a.jsonl", rows(1, 2, 3))
    box.write("b.jsonl", rows(1, 2, 3))
    box.wait()
    box.write("b.jsonl", rows(9) + b'{"row": 10')
    assert numbers(box.wait()) == [9]
    assert "copy of b.jsonl" in box.note("a.jsonl")
    box.write("b.jsonl", b"}\n")
    assert box.wait() == [b'{"row": 10}'], "the one that grows is the live file, whose torn line waits"


def test_a_copy_that_grows_into_something_else_is_read_whole(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2, 3))
    box.write("b.jsonl", rows(1, 2, 3))
    box.wait()
    box.write("a.jsonl", rows(8))
    box.write("b.jsonl", rows(9))
    assert sorted(numbers(box.wait())) == [1, 2, 3, 8, 9]


def test_a_moved_file_goes_on_where_it_was(box: Harness) -> None:
    """Across file systems a move is a copy and a removal."""
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    shutil.copy(box.root / "a.jsonl", box.root / "moved.jsonl")
    (box.root / "a.jsonl").unlink()
    box.wait()
    box.write("moved.jsonl", rows(4))
    assert numbers(box.wait()) == [4]
    assert len(box.store) == 1


def test_a_replaced_file_with_the_same_beginning_goes_on(box: Harness) -> None:
    """Editors and some writers replace the file by one that holds the old lines and more."""
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    (box.root / ".a.tmp").write_bytes(rows(1, 2, 3, 4))
    (box.root / ".a.tmp").replace(box.root / "a.jsonl")
    assert numbers(box.wait()) == [4]


def test_times_say_nothing_about_identity(box: Harness) -> None:
    path = box.write("a.jsonl", rows(1))
    box.poll()
    for stamp in (0, 1, 4_000_000_000):
        os.utime(path, (stamp, stamp))
        assert box.poll() == []
    box.now -= 1_000_000
    box.write("a.jsonl", rows(2))
    assert numbers(box.poll()) == [2]
    assert len(box.store) == 1


def test_a_removed_directory_is_survived_and_picked_up_again(box: Harness) -> None:
    box.write("a.jsonl", rows(1))
    box.poll()
    shutil.rmtree(box.root)
    assert box.poll() == []
    box.root.mkdir()
    box.write("a.jsonl", rows(2))
    assert numbers(box.poll()) == [2]


def test_a_shorter_file_at_the_path_of_a_lost_one_is_no_copy(box: Harness) -> None:
    box.write("a.jsonl", rows(*range(60)))
    box.poll()
    (box.root / "a.jsonl").unlink()
    box.wait()
    box.write("a.jsonl", rows(*range(40)))
    assert numbers(box.wait()) == list(range(40))


def test_a_shorter_copy_is_read_from_when_what_was_read_ahead_is_rolled_back(box: Harness) -> None:
    box.write("a.jsonl", rows(*range(80)))
    box.scan()
    box.commit_one()
    while box.tailer.next_chunk():
        pass
    box.write("b.jsonl", rows(*range(60)))
    os.truncate(box.root / "a.jsonl", 0)
    box.now += 100
    box.scan()
    assert "copy" in box.note("b.jsonl")
    box.tailer.rollback()
    assert box.tailer.due_for_scan(box.now)
    box.poll()
    box.wait()
    assert numbers(box.all_lines()) == list(range(60))
    assert box.gaps == len(rows(*range(60, 80)))
