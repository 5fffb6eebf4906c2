"""The configuration file is replaced as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tuimon.config.errors import ConfigError


def save(path: Path, old: bytes, new: bytes) -> None:
    """Put `new` in the place of `old`, on the disk when this returns; mode and owner stay, and a link goes on pointing at the same file.

    Raises ConfigError, and then the file is as it was: when it has changed since `old` was read, or cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.read_bytes() != old:
            raise ConfigError(path, None, "", "has changed since it was read: nothing was saved, look again")
        if not os.access(target, os.W_OK):
            raise ConfigError(path, None, "", "is read-only: nothing was saved")
        _replace(target, new)
    except OSError as failure:
        raise ConfigError(path, None, "", f"cannot be saved ({failure.strerror or failure}): it is as it was") from failure


def _replace(target: Path, data: bytes) -> None:
    status = target.stat()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), status.st_mode & 0o7777)
            if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
    _sync(target.parent)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
