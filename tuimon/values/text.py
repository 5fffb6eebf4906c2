"""Text from logs, made safe and cut to size; times as text."""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import UTC, datetime

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def rfc3339(seconds: float, timespec: str = "seconds") -> str:
    """Return a time in seconds since 1970 as RFC 3339 in UTC, cut to `timespec` ("seconds", "milliseconds")."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def safe_text(text: str | bytes | object, limit: int = 4096) -> str:
    """Return `text` with every control, bidirectional, invisible and surrogate character as a visible escape.

    At most `limit` characters of the input are kept; bytes are read as UTF-8 with the file system's escapes.
    """
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    return _UNSAFE.sub(_mark, str(text)[:limit])


def cell_width(text: str) -> int:
    """Return how many terminal cells a safe text takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, width: int, align: str = "left") -> str:
    """Return a safe text cut with an ellipsis or padded to exactly `width` cells."""
    if width <= 0:
        return ""
    used = cell_width(text)
    if used > width:
        text, used = _cut(text, width - 1)
        text, used = text + "…", used + 1
    pad = " " * (width - used)
    return pad + text if align == "right" else text + pad


def _cut(text: str, width: int) -> tuple[str, int]:
    used = 0
    for index, char in enumerate(text):
        step = _char_width(char)
        if used + step > width:
            return text[:index], used
        used += step
    return text, used
