"""A system that fails for a while, runs out of descriptors, denies access or hands numbers out again: later, never wrong."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.sources.faults import CALLS, Call, Faults
from tests.sources.harness import Harness, numbers, rows
from tests.sources.machine import pack

NOBODY = 65534


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("error", [errno.EIO, errno.ESTALE, errno.EINTR, errno.EMFILE, errno.ENOMEM])
@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_now_and_then_changes_nothing(box: Harness, call: Call, error: int) -> None:
    """Each of the first calls of its kind fails once, in turn, while files rotate; nothing leaks."""
    box.hold(2)
    before, written = open_descriptors(), 0
    for skip in range(12):
        box.write("a.jsonl", rows(*range(written, written + 5)))
        box.write("b.csv", b"h,i\n" if not skip else b"%d,1\n" % (1000 + skip))
        box.write(f"c{skip}.gz", pack(rows(*range(2000 + 10 * skip, 2003 + 10 * skip)), ".gz"))
        box.write(f"d{skip}.zst", pack(rows(*range(4000 + 10 * skip, 4003 + 10 * skip)), ".zst"))
        written += 5
        faults = Faults(call, error, skip, 1)
        with faults.applied():
            box.poll()
        if skip % 3 == 2:
            (box.root / "a.jsonl").rename(box.root / f"a.jsonl.{skip}")
    box.wait()
    expected = [*range(written), *range(1001, 1012)]
    expected += [start + 10 * skip + row for start in (2000, 4000) for skip in range(12) for row in range(3)]
    assert sorted(int(text) for line in box.all_lines() if (text := first_number(line))) == sorted(expected)
    assert box.gaps == 0
    box.tailer.close()
    assert open_descriptors() <= before


def first_number(line: bytes) -> bytes:
    return b"" if line == b"h,i" else line.split(b",")[0].split(b":")[-1].strip()


def test_a_system_that_fails_for_long_is_told_and_nothing_is_declared_lost(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2))
    box.scan()
    faults = Faults("open", errno.ESTALE, 0, 1 << 30)
    box.restart()
    (box.root / "a.jsonl").rename(box.root / "a.jsonl.1")
    with faults.applied():
        for _ in range(5):
            assert box.poll() == []
            assert box.gaps == 0
            assert "cannot be read" in " ".join(box.tailer.notices())
    assert faults.met
    assert numbers(box.poll()) == [1, 2]
    assert box.tailer.notices() == ()


def test_a_file_whose_status_cannot_be_had_is_unknown_and_not_gone(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2))
    box.scan()
    box.restart()
    with Faults("stat", errno.EIO, 0, 1 << 30).applied():
        assert box.poll() == []
    assert box.gaps == 0
    assert "a.jsonl cannot be looked at (input/output error)" in box.tailer.notices()[0]
    assert numbers(box.poll()) == [1, 2]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_truncated_between_the_listing_and_the_look_at_its_copy(box: Harness, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    path, content = box.write("a.jsonl", rows(1, 2, 3)), rows(1, 2, 3)
    box.poll()
    box.write("a.jsonl.1" + ".gz" * packed, pack(content, ".gz") if packed else content)
    plain = os.open

    def late(name: bytes, flags: int) -> int:
        os.truncate(path, 0)
        return plain(name, flags)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", late)
        assert box.poll() == []
    assert box.wait() == []
    assert box.gaps == 0


def test_a_copy_of_a_file_that_cannot_be_read_now_waits(box: Harness) -> None:
    """To take it for another file would count its lines twice."""
    box.hold(1)
    box.write("0.jsonl", rows(0))
    box.write("a.jsonl", rows(1, 2, 3))
    box.poll()
    box.write("b.jsonl", rows(1, 2, 3))
    with Faults("open", errno.EIO, 1, 3).applied():
        assert box.poll() == []
    assert box.wait() == []
    assert "copy of a.jsonl" in box.note("b.jsonl")


def test_an_archive_that_grows_during_its_verification_is_read_again(box: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its end may come between the last read of it and the look at its status."""
    packed = pack(rows(1, 2, 3), ".gz")
    path = box.write("a.gz", packed[:-4])
    plain = os.pread

    def complete(descriptor: int, count: int, offset: int) -> bytes:
        data = plain(descriptor, count, offset)
        if not data and path.stat().st_size < len(packed):
            box.write("a.gz", packed[-4:])
        return data

    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", complete)
        box.poll()
    assert path.stat().st_size == len(packed)
    box.rest()
    assert numbers(box.all_lines()) == [1, 2, 3]


def test_an_archive_that_was_exchanged_after_the_listing_is_judged_by_the_next_one(box: Harness) -> None:
    box.hold(1)
    box.write("0.jsonl", rows(0))
    box.write("a.jsonl.1", rows(1))
    box.write("a.jsonl.2.gz", pack(rows(2), ".gz"))
    box.poll()
    box.write("a.jsonl.3.gz", pack(rows(3), ".gz"))
    box.scan()
    (box.root / "a.jsonl.3.gz").unlink()
    box.write("a.jsonl.3.gz", pack(rows(1), ".gz"))
    (box.root / "a.jsonl.1").unlink()
    box.poll()
    assert box.wait() == []
    assert sorted(numbers(box.all_lines())) == [0, 1, 2]


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that a process without rights can reach."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_permission_denied_and_later_granted(shared: Path) -> None:
    box = Harness(shared / "logs", "**")
    box.write("a.jsonl", rows(1))
    (box.root / "closed").mkdir(mode=0o700)
    box.write("closed/b.jsonl", rows(2))
    (box.root / "a.jsonl").chmod(0o600)
    os.seteuid(NOBODY)
    try:
        assert box.poll() == []
        assert box.note("a.jsonl") == "permission denied"
        assert "closed cannot be looked at (permission denied)" in " ".join(box.tailer.notices())
    finally:
        os.seteuid(0)
    (box.root / "a.jsonl").chmod(0o644)
    (box.root / "closed").chmod(0o755)
    os.seteuid(NOBODY)
    try:
        assert sorted(numbers(box.poll())) == [1, 2]
        assert box.tailer.notices() == ()
    finally:
        os.seteuid(0)
        box.tailer.close()


def test_sockets_and_devices_with_log_names_are_not_read(box: Harness) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(box.root)
        listener.bind("socket.jsonl")
        os.chdir(here)
        with suppress(PermissionError):
            os.mknod(box.root / "zero.jsonl", stat.S_IFCHR | 0o600, os.makedev(1, 5))
        box.write("a.jsonl", rows(1))
        assert numbers(box.poll()) == [1]
        assert len(box.tailer.files()) == 1


def test_an_inode_number_that_comes_back_is_another_file(tmp_path: Path) -> None:
    """On ext4 at once, when no descriptor holds the number: the one that there is goes to the file that is read last."""
    box = Harness(tmp_path / "logs")
    box.hold(1)
    box.write("z.jsonl", rows(0))
    box.poll()
    for turn in range(1, 30):
        path = box.write("a.jsonl", rows(*range(10 * turn, 10 * turn + 4)))
        box.write("z.jsonl", rows(1000 + turn))
        box.poll()
        number = path.stat().st_ino
        path.unlink()
        again = box.write("b.jsonl", rows(*range(10 * turn + 4, 10 * turn + 10))).stat().st_ino == number
        assert numbers(box.poll()) == list(range(10 * turn + 4, 10 * turn + 10))
        (box.root / "b.jsonl").unlink()
        if again:
            break
    else:
        pytest.skip("this file system does not hand the number out again")
    assert sorted(numbers(box.all_lines())) == [0, *range(10, 10 * turn + 10), *range(1001, 1001 + turn)]


def test_a_directory_for_everybody_is_told(box: Harness) -> None:
    box.write("a.jsonl", rows(1))
    box.root.chmod(0o777)
    assert numbers(box.poll()) == [1]
    assert box.tailer.notices() == (f"Every user may write to {box.root}: whoever does may add lines of their own.",)


def test_a_directory_that_is_renamed_takes_its_files_along(box: Harness) -> None:
    box.pattern = "**"
    box.restart()
    (box.root / "day1").mkdir()
    box.write("day1/a.jsonl", rows(1))
    box.poll()
    box.write("day1/a.jsonl", rows(2))
    (box.root / "day1").rename(box.root / "old1")
    box.write("old1/a.jsonl", rows(3))
    assert numbers(box.poll()) == [2, 3]
    assert len(box.store) == 1


CROWD = """
import os, resource, sys
from pathlib import Path
from tests.sources.harness import Harness, numbers, rows
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
count, root = int(sys.argv[1]), Path(sys.argv[2])
def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
before = memory()
box = Harness(root, "**")
most, seen = 0, 0
for turn in range(2):
    box.scan()
    while chunk := box.tailer.next_chunk():
        box.commit(chunk)
        seen += bytes(chunk.data).count(b"\\n")
        most = max(most, len(os.listdir("/proc/self/fd"))) if seen % 500 == 0 else most
    box.chunks.clear()
    box.write("d0/f0.jsonl", rows(-1 - turn))
print(seen, most, (memory() - before) // count, flush=True)
"""


def crowd(root: Path, count: int) -> list[int]:
    """Lines read, descriptors at most and bytes of memory a file of a process with 256 descriptors; each file has one line."""
    for number in range(count):
        if number % 1000 == 0:
            (root / f"d{number // 1000}").mkdir(parents=True)
        (root / f"d{number // 1000}" / f"f{number}.jsonl").write_bytes(rows(number))
    done = subprocess.run([sys.executable, "-c", CROWD, str(count), str(root)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(part) for part in done.stdout.split()]


@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_many_files_and_few_descriptors(tmp_path: Path, count: int) -> None:
    lines, most, memory = crowd(tmp_path / "logs", count)
    assert lines == count + 1
    assert most < 256
    assert memory < 20_000


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_thousand_files(tmp_path: Path) -> None:
    lines, most, memory = crowd(tmp_path / "logs", 100_000)
    assert lines == 100_001
    assert most < 256
    assert memory < 12_000
