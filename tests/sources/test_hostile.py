"""Links, pipes, permissions, names, overlong lines, holes, failing reads: noticed, never followed, never in the way."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.harness import Harness, numbers, rows
from tuimon.sources import cutting
from tuimon.sources.format import Format


def test_symbolic_links_are_not_followed(box: Harness, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.jsonl").write_bytes(rows(666))
    box.pattern = "**"
    box.restart()
    box.write("a.jsonl", rows(1))
    (box.root / "out.jsonl").symlink_to(tmp_path / "outside" / "secret.jsonl")
    (box.root / "in.jsonl").symlink_to(box.root / "a.jsonl")
    (box.root / "dangling.jsonl").symlink_to(box.root / "nowhere")
    (box.root / "loop").symlink_to(box.root)
    (box.root / "dir").symlink_to(tmp_path / "outside")
    assert numbers(box.poll()) == [1]
    assert "5 symbolic links are not followed" in box.tailer.notices()[0]


def test_a_file_swapped_for_a_link_after_the_listing_is_not_read(box: Harness, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(rows(666))
    box.hold(1)
    box.write("a.jsonl", rows(1))
    box.write("b.jsonl", rows(2))
    box.scan()
    (box.root / "b.jsonl").unlink()
    (box.root / "b.jsonl").symlink_to(tmp_path / "secret")
    assert numbers(box.drain()) == [1]
    assert "symbolic link" in box.note("b.jsonl")


def test_pipes_and_directories_with_log_names_never_block(box: Harness) -> None:
    os.mkfifo(box.root / "pipe.jsonl")
    (box.root / "dir.jsonl").mkdir()
    box.write("a.jsonl", rows(1))
    assert numbers(box.poll()) == [1]
    assert len(box.tailer.files()) == 1


def test_a_file_that_becomes_a_pipe_is_not_waited_for(box: Harness) -> None:
    box.hold(1)
    box.write("a.jsonl", rows(1))
    box.write("b.jsonl", rows(2))
    box.scan()
    (box.root / "b.jsonl").unlink()
    os.mkfifo(box.root / "b.jsonl")
    assert numbers(box.drain()) == [1]


def test_permission_denied_is_said_and_retried(box: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    box.write("a.jsonl", rows(1))
    plain_open = os.open

    def refuse(path: bytes, flags: int) -> int:
        if path.endswith(b"a.jsonl"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return plain_open(path, flags)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert box.poll() == []
        assert [(state.readable, state.note) for state in box.tailer.files()] == [(False, "permission denied")]
        assert "cannot be read: permission denied" in box.tailer.notices()[0]
    assert numbers(box.poll()) == [1]
    assert box.tailer.notices() == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_mode_that_forbids_reading(box: Harness) -> None:
    path = box.write("a.jsonl", rows(1))
    path.chmod(0)
    assert box.poll() == []
    assert box.note("a.jsonl") == "permission denied"
    path.chmod(0o600)
    assert numbers(box.poll()) == [1]


@pytest.mark.parametrize(
    "name", [b"\xff\xfe.jsonl", b"new\nline.jsonl", b"\x1b]52;c;x\x07.jsonl", b"quo'te\".jsonl", b"[a]*?.jsonl", b" .jsonl"]
)
def test_any_file_name_is_read_under_its_own_bytes(box: Harness, name: bytes) -> None:
    path = os.path.join(os.fsencode(box.root), name)
    with open(path, "wb") as file:
        file.write(rows(1))
    assert numbers(box.poll()) == [1]
    assert box.store[1].path == path
    box.restart()
    assert box.poll() == []


def test_notices_are_safe_for_a_screen(box: Harness) -> None:
    os.symlink(b"nowhere", os.path.join(os.fsencode(box.root), b"\x1b[2J\xff"))
    box.scan()
    assert box.tailer.notices()[0].isprintable()


def test_hard_links_and_overlapping_globs_count_once(box: Harness) -> None:
    box.write("a.jsonl", rows(1))
    os.link(box.root / "a.jsonl", box.root / "b.jsonl")
    assert numbers(box.poll()) == [1]
    box.write("b.jsonl", rows(2))
    assert numbers(box.poll()) == [2]
    (box.root / "a.jsonl").unlink()
    box.write("b.jsonl", rows(3))
    assert numbers(box.wait()) == [3]
    assert len(box.store) == 1


def test_excluded_paths_are_never_read(box: Harness) -> None:
    (box.root / "state").mkdir()
    box.write("state/x.jsonl", rows(1))
    box.write("state2.jsonl", rows(2))
    box.write("baseline.jsonl", rows(3))
    box.pattern, box.exclude = "**", (os.path.realpath(box.root / "state"), os.path.realpath(box.root / "baseline.jsonl"))
    box.restart()
    assert numbers(box.poll()) == [2]


@pytest.mark.parametrize("later", [rows(1), b""])
def test_an_overlong_line_is_passed_over_and_its_neighbours_are_kept(box: Harness, later: bytes) -> None:
    long = b"y" * 5000 + b"\n"
    box.write("a.jsonl", rows(0) + long + later)
    assert numbers(box.poll()) == ([0, 1] if later else [0])
    assert [chunk.overlong for chunk in box.chunks if chunk.overlong] == [((len(rows(0)), len(long)),)]
    assert [chunk.first_line for chunk in box.chunks] == ([1, 2, 3] if later else [1, 2])
    box.write("a.jsonl", rows(2))
    box.restart()
    assert numbers(box.poll()) == [2]


def test_an_overlong_line_waits_for_its_newline(box: Harness) -> None:
    box.write("a.jsonl", b"y" * 5000)
    assert box.poll() == []
    assert not box.tailer.look()
    box.write("a.jsonl", b"y" * 5000)
    assert box.poll() == []
    box.write("a.jsonl", b"\n" + rows(1))
    assert numbers(box.poll()) == [1]
    assert box.chunks[0].overlong == ((0, 10001),)


def test_an_open_quote_costs_its_own_line_only(box: Harness) -> None:
    box.write("a.csv", b'a,b\n1,"open\n' + b"".join(b"%d,2\n" % row for row in range(100)))
    lines = box.poll()
    assert lines == [b"a,b", *[b"%d,2" % row for row in range(100)]]
    assert [chunk.overlong for chunk in box.chunks if chunk.overlong] == [((4, 8),)]


def test_a_sparse_file_takes_no_time_and_no_memory(box: Harness) -> None:
    path = box.write("a.jsonl", rows(1))
    os.truncate(path, 100 << 30)
    assert numbers(box.poll()) == [1]
    assert not box.tailer.look()
    with path.open("ab") as file:
        file.write(b"\n" + rows(2))
    assert numbers(box.poll()) == [2]
    assert box.chunks[1].overlong == ((len(rows(1)), (100 << 30) - len(rows(1)) + 1),)


def test_a_failing_read_changes_nothing_and_is_tried_again(box: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    box.write("a.jsonl", rows(1, 2))
    box.scan()

    def fail(descriptor: int, count: int, offset: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", fail)
        assert box.drain() == []
        assert box.note("a.jsonl") == "input/output error"
        assert box.poll() == []
    assert numbers(box.poll()) == [1, 2]
    assert len(box.store) == 1


def test_short_reads_are_completed(box: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.pread
    monkeypatch.setattr(os, "pread", lambda descriptor, count, offset: whole(descriptor, min(count, 7), offset))
    box.write("a.jsonl", rows(*range(30)))
    assert numbers(box.poll()) == list(range(30))


def test_empty_and_foreign_files_are_named_and_left_alone(box: Harness) -> None:
    box.write("empty.jsonl", b"")
    box.write("other.bin", b"\x00\x01")
    assert box.poll() == []
    assert (box.note("empty.jsonl"), box.note("other.bin")) == ("empty", "not recognised as a log of predictions")
    assert box.store == {}
    box.write("empty.jsonl", rows(1))
    assert numbers(box.poll()) == [1]


@pytest.mark.parametrize(("name", "detect", "told"), [("other.bin", False, True), ("other.bin", True, False), ("other.csv", True, True)])
def test_a_file_that_was_meant_to_be_read_and_is_no_log_is_told(tmp_path: Path, name: str, detect: bool, told: bool) -> None:
    box = Harness(tmp_path / "logs", detect=detect)
    box.write(name, b"nothing that we know")
    box.poll()
    notices = " ".join(box.tailer.notices())
    assert ("One file is not recognised as a log of predictions: " in notices and name in notices) == told
    box.tailer.close()


@pytest.mark.parametrize("restart", [False, True])
def test_a_young_file_that_begins_like_a_known_one_waits_a_moment(box: Harness, restart: bool) -> None:
    """A copy in progress is shorter than what it copies."""
    box.write("a.jsonl", rows(1, 2, 3, 4))
    box.poll()
    (box.root / "a.jsonl").unlink()
    if restart:
        box.restart()
    box.write("b.jsonl", rows(1))
    box.now -= 1.5
    assert box.poll() == []
    box.write("b.jsonl", rows(2, 3, 4))
    assert box.wait() == []


LINE = st.integers(0, 40).map(lambda width: b"z" * width)


@given(lines=st.lists(LINE, max_size=12), torn=LINE, limit=st.integers(1, 30))
@settings(max_examples=200, deadline=None)
def test_long_lines_are_found_where_they_are(lines: list[bytes], torn: bytes, limit: int) -> None:
    buffer = b"".join(line + b"\n" for line in lines) + torn
    starts = [sum(len(line) + 1 for line in lines[:index]) for index in range(len(lines) + 1)]
    long = [start for start, line in zip(starts, [*lines, torn], strict=True) if len(line) > limit]
    assert cutting.long_line(buffer, 0, limit) == (long[0] if long else None)


@given(lines=st.lists(LINE, max_size=12), torn=LINE, limit=st.integers(1, 30), final=st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_cut_never_splits_a_line_and_never_passes_a_long_one(lines: list[bytes], torn: bytes, limit: int, final: bool) -> None:
    form = Format("jsonl", lambda view, last: len(view) if last else bytes(view).rfind(b"\n") + 1)
    buffer = b"".join(line + b"\n" for line in lines) + torn
    end, overlong = cutting.cut(buffer, 0, form, limit, max(len(buffer), 1), final)
    kept = buffer[:end].split(b"\n")
    assert all(len(line) <= limit for line in kept)
    assert end == 0 or buffer[end - 1 : end] == b"\n" or (final and end == len(buffer))
    assert overlong == (end == 0 and max(len(line) for line in [*lines[:1], *([torn] if not lines else [])]) > limit)
