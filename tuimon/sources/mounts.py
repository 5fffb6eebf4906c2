"""Which file systems send no hints about changes that another machine, or another side of the mount, makes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

# fmt: off
_SILENT = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fuse", "fuseblk", "gfs2", "glusterfs", "gpfs",
    "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
})
# fmt: on
_OCTAL = re.compile(rb"\\([0-7]{3})")
TABLE = "/proc/self/mountinfo"


def types_at(path: bytes, table: Iterable[bytes]) -> set[str]:
    r"""Return the types of the file systems on which an absolute real directory and what is mounted below it lie.

    `table` are the lines of proc(5) mountinfo: the mount point is field 5 (blanks as `\040`), the type is the first field after " - ".
    The longest mount point above the path counts; of two mounts on one point the later covers the earlier.
    """
    best, kind, below = -1, "", {}
    for line in table:
        fields, separator, rest = line.partition(b" - ")
        parts, types = fields.split(b" "), rest.split()
        if not separator or len(parts) < 5 or not types:
            continue
        point = _OCTAL.sub(lambda match: bytes([int(match.group(1), 8) & 255]), parts[4]).rstrip(b"/")
        name = types[0].decode("ascii", "replace")
        if len(point) >= best and (path == point or path.startswith(point + b"/")):
            best, kind = len(point), name
        elif point.startswith(path.rstrip(b"/") + b"/"):
            below[point] = name
    return {kind, *below.values()}


def is_silent(kind: str) -> bool:
    """Whether a file system of this type sends no hints about the changes that others make."""
    return kind in _SILENT or kind.startswith("fuse.")


def silent(directories: Iterable[str]) -> bool:
    """Whether changes below any of the directories may come without a hint."""
    try:
        with open(TABLE, "rb") as file:
            table = file.read().splitlines()
    except OSError:
        return False
    return any(is_silent(kind) for path in directories for kind in types_at(os.fsencode(os.path.realpath(path)), table))
