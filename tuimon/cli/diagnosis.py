"""What the machine, the terminal and the directories are like."""

from __future__ import annotations

import importlib.metadata
import locale
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tuimon.cli.options import Run

LIBRARIES = ("duckdb", "textual", "pyarrow", "numpy", "scipy", "watchdog")
NETWORK = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs", "lustre")
FEW_WATCHES = 1024
LITTLE_SPACE = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    check: str
    ok: bool
    found: str
    advice: str


def versions() -> list[Finding]:
    """Return the versions of Python and of the libraries that matter."""
    python = Finding("python", sys.version_info >= (3, 11), platform.python_version(), "tuimon needs Python 3.11 or newer")
    return [python, *(Finding(name, True, importlib.metadata.version(name), "") for name in LIBRARIES)]


def terminal(environment: Mapping[str, str]) -> list[Finding]:
    """Return what the terminal can do."""
    tty = sys.stdout.isatty()
    size = shutil.get_terminal_size((0, 0))
    term, colours = environment.get("TERM", ""), environment.get("COLORTERM", "")
    encoding = locale.getpreferredencoding(False)
    return [
        Finding(
            "terminal",
            True,
            f"{term or 'unknown'}, {size.columns}x{size.lines}" if tty else "stdout is not a terminal",
            "run tuimon in a terminal to open the console",
        ),
        Finding("colours", True, "24 bit" if colours in ("truecolor", "24bit") else "256" if "256" in term else "basic", ""),
        Finding("encoding", encoding.lower().replace("-", "") == "utf8", encoding, "set LANG to a UTF-8 locale, for example C.UTF-8"),
        Finding("over ssh", True, "yes: the mouse is left to the terminal" if "SSH_CONNECTION" in environment else "no", ""),
    ]


def machine() -> list[Finding]:
    """Return the kernel limits that watching files depends on."""
    watches, instances = (_kernel_number(name) for name in ("max_user_watches", "max_user_instances"))
    advice = "raise fs.inotify.max_user_watches with sysctl; until then files are polled, with the same result a little later"
    if watches is None:
        return [Finding("inotify", False, "not available", "files are polled, with the same result a little later")]
    return [Finding("inotify", watches >= FEW_WATCHES, f"{watches} watches, {instances} instances", advice)]


def places(chosen: Run) -> list[Finding]:
    """Return whether the logs can be read and the state directory can be written."""
    directories = sorted({_fixed_part(pattern) for source in chosen.settings.sources for pattern in source.paths})
    return [*(_logs(directory) for directory in directories), *_state(chosen.state)]


def _logs(directory: Path) -> Finding:
    if not directory.is_dir():
        return Finding("logs", False, f"{directory} does not exist", "create it or correct `paths`; tuimon waits until it appears")
    if not os.access(directory, os.R_OK | os.X_OK):
        return Finding("logs", False, f"{directory} may not be read", "give this user read permission")
    kind = file_system(directory)
    return Finding("logs", kind not in NETWORK, f"{directory} on {kind}", "a network file system gives no hints: files are polled")


def _state(state: Path) -> list[Finding]:
    existing = next(path for path in (state, *state.parents) if path.exists())
    kind, free = file_system(existing), shutil.disk_usage(existing).free
    return [
        Finding(
            "state",
            os.access(existing, os.W_OK) and kind not in NETWORK,
            f"{state} on {kind}",
            "choose a local directory you may write with --state DIR",
        ),
        Finding("free space", free >= LITTLE_SPACE, f"{free / 1e9:.1f} GB", "make room, or lower [store] max_size"),
    ]


def file_system(path: Path) -> str:
    """Return the type of the file system that holds `path`, "unknown" where the system does not say."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return "unknown"
    real = path.resolve()
    points = [(mount[1], mount[2]) for mount in mounts if len(mount) > 2 and (real == Path(mount[1]) or Path(mount[1]) in real.parents)]
    return max(points, key=lambda item: len(item[0]))[1] if points else "unknown"


def _kernel_number(name: str) -> int | None:
    try:
        return int(Path(f"/proc/sys/fs/inotify/{name}").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _fixed_part(pattern: str) -> Path:
    parts = Path(pattern).parts
    literal = next((i for i, part in enumerate(parts) if any(char in part for char in "*?[")), len(parts) - 1)
    return Path(*parts[:literal])
