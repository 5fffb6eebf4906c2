"""Opening and reading hostile paths: never through a link, never blocking, regular files only."""

from __future__ import annotations

import errno
import os
import stat

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY

_FIRST = 1 << 16
_PIECE = 1 << 20
_ZEROS = 64 << 20

Signature = tuple[int, int, int]
"""(size, modification time, change time); times in nanoseconds."""
Inode = tuple[int, int]
_DEVICES: dict[int, int] = {}
_LASTING = frozenset({errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.ENXIO, errno.ENODEV})


def open_regular(path: bytes) -> tuple[int, os.stat_result]:
    """Return a descriptor of a regular file and its status; raises OSError for anything else, a symbolic link included."""
    descriptor = os.open(path, FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
    except OSError:
        os.close(descriptor)
        raise
    return descriptor, status


def read_at(descriptor: int, offset: int, count: int) -> bytes:
    """Return `count` bytes from `offset`, fewer only at the end of the file."""
    data = os.pread(descriptor, count, offset)
    if len(data) == count or not data:
        return data
    parts, have = [data], len(data)
    while have < count and (data := os.pread(descriptor, count - have, offset + have)):
        parts.append(data)
        have += len(data)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def next_data(descriptor: int, offset: int, size: int) -> int:
    """Return the first offset at or after `offset` that is not in a hole, `size` when only a hole follows."""
    try:
        return min(os.lseek(descriptor, offset, os.SEEK_DATA), size)
    except OSError as error:
        return size if error.errno == errno.ENXIO else offset


def after_zeros(descriptor: int, size: int) -> bytes:
    """Return the first bytes after the NULs that a file begins with, 64 KiB at most.

    Holes are passed over, NULs on disk up to 64 MiB; empty when nothing else is found. Raises OSError.
    """
    at, left = 0, _ZEROS
    while left > 0 and (at := next_data(descriptor, at, size)) < size:
        piece = read_at(descriptor, at, _PIECE)
        if rest := piece.lstrip(b"\0"):
            return read_at(descriptor, at + len(piece) - len(rest), _FIRST)
        if not piece:
            break
        at, left = at + len(piece), left - len(piece)
    return b""


def sign(status: os.stat_result) -> Signature:
    """Return what changes whenever somebody touches the file; two equal times are one object."""
    modified, changed = status.st_mtime_ns, status.st_ctime_ns
    return status.st_size, modified, modified if modified == changed else changed


def inode(status: os.stat_result) -> Inode:
    """Return the device and inode number; all files of a device share its number."""
    return _DEVICES.setdefault(status.st_dev, status.st_dev), status.st_ino


def passes(error: OSError) -> bool:
    """Whether an error says nothing about the file itself: the next try may well succeed."""
    return error.errno not in _LASTING


def reason(error: OSError) -> str:
    """Return why a file cannot be read, in a few words."""
    known = {errno.EACCES: "permission denied", errno.EPERM: "permission denied", errno.ELOOP: "symbolic link, not followed"}
    return known.get(error.errno or 0, (error.strerror or "cannot be read").lower())
