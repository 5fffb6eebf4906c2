"""The mount table: which file system a directory lies on, and whether it is one that keeps changes to itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.sources import mounts
from tuimon.sources.mounts import is_silent, silent, types_at

TABLE = [
    rb"27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
    rb"40 27 0:40 / /mnt/logs rw - nfs4 server:/export rw,vers=4.2",
    rb"41 40 8:2 / /mnt/logs/local rw master:2 - xfs /dev/sdb rw",
    rb"42 27 0:41 / /mnt/with\040blank rw - cifs //host/share rw",
    rb"43 27 0:42 / /srv rw - tmpfs tmpfs rw",
    rb"44 27 0:43 / /srv rw - fuse.sshfs me@host: rw",
    rb"a line of another kind",
]


@pytest.mark.parametrize(
    ("path", "types"),
    [
        (b"/", {"ext4", "nfs4", "xfs", "cifs", "fuse.sshfs"}),
        (b"/var/log", {"ext4"}),
        (b"/mnt/logs", {"nfs4", "xfs"}),
        (b"/mnt/logs/app", {"nfs4"}),
        (b"/mnt/logs/local/app", {"xfs"}),
        (b"/mnt/logsbook", {"ext4"}),
        (b"/mnt/with blank", {"cifs"}),
        (b"/srv/app", {"fuse.sshfs"}),
    ],
)
def test_the_longest_mount_point_counts_and_the_later_of_two(path: bytes, types: set[str]) -> None:
    assert types_at(path, TABLE) == types


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "virtiofs"])
def test_what_others_change_on_it_sends_no_hint(kind: str) -> None:
    assert is_silent(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", ""])
def test_hints_are_to_be_had(kind: str) -> None:
    assert not is_silent(kind)


@given(st.lists(st.binary(max_size=80), max_size=5), st.binary(max_size=20))
def test_no_table_is_too_strange(lines: list[bytes], path: bytes) -> None:
    assert types_at(b"/" + path, lines)


def test_the_table_of_this_machine_is_understood(tmp_path: Path) -> None:
    table = Path(mounts.TABLE).read_bytes().splitlines()
    devices = {line.split()[2]: line.partition(b" - ")[2].split()[0].decode() for line in table}
    device = tmp_path.stat().st_dev
    expected = devices.get(b"%d:%d" % (os.major(device), os.minor(device)))
    assert expected is None or expected in types_at(os.fsencode(tmp_path.resolve()), table)


def test_without_a_table_hints_are_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mounts, "TABLE", str(tmp_path / "missing"))
    assert not silent([str(tmp_path)])
