"""The ways in which logs are rotated."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Reopening = Literal["inode", "created", "signal"]
"""When the writer opens its log again: it looks for another inode and makes the file itself, or waits until logrotate has made it, or it is
told to by a signal."""


@dataclass(frozen=True)
class Setup:
    """One way, as the lines of a logrotate configuration."""

    name: str
    directives: tuple[str, ...]
    reopening: Reopening = "inode"
    in_turns: bool = False
    """Writer and logrotate wait for each other, because what is written between logrotate's copy and its truncation, or to a file that
    it compresses already, is destroyed by logrotate before anybody could read it."""
    needs: str = "logrotate"


_ZSTD = ("compress", "compresscmd /usr/bin/zstd", "uncompresscmd /usr/bin/unzstd", "compressoptions --rm -q", "compressext .zst")
SETUPS = (
    Setup("rename", ("create",), "created"),
    Setup("rename on signal", ("nocreate",), "signal"),
    Setup("rename, compress", ("nocreate", "compress"), in_turns=True),
    Setup("rename, delaycompress", ("create", "compress", "delaycompress"), "created"),
    Setup("rename, zstd", ("nocreate", *_ZSTD), in_turns=True, needs="zstd"),
    Setup("copytruncate", ("copytruncate",), in_turns=True),
    Setup("copytruncate, compress", ("copytruncate", "compress"), in_turns=True),
    Setup("copytruncate, delaycompress", ("copytruncate", "compress", "delaycompress"), in_turns=True),
)


def missing_tool(setup: Setup) -> str:
    """Return the program that is not installed here, "" when all are."""
    return next((tool for tool in ("logrotate", setup.needs) if not shutil.which(tool)), "")


def configuration(setup: Setup, log: Path, writer: int) -> str:
    """Return what logrotate is to be told; nothing is ever deleted, so whatever was written can be read."""
    lines = ["rotate 100000", "missingok", "notifempty", *setup.directives]
    if setup.reopening == "signal":
        lines += ["postrotate", f"  kill -HUP {writer}", "endscript"]
    return f'"{log}" {{\n' + "".join(f"  {line}\n" for line in lines) + "}\n"
