"""Raw heads and tails of files that nobody reads, as small as they get: they are compared often and needed rarely."""

from __future__ import annotations

import zlib

START = 64
"""Bytes of a head that stay as they are: what begins otherwise is told by them alone."""
_STEPS = (128, 256, 512, 1024)
"""Beginnings of a head of which a checksum is kept: files with one header begin alike for longer than that."""
_SUM = 4


def pack(head: bytes, tail: bytes) -> bytes:
    """Return a head and a tail packed: the start as it is, a checksum for each step that the head reaches, the rest compressed."""
    sums = b"".join(_sum(head, step) for step in _STEPS if step <= len(head))
    return head[:START] + sums + zlib.compress(head[START:] + tail, 1)


def unpack(packed: bytes, length: int) -> tuple[bytes, bytes]:
    """Return the head, which has `length` bytes, and the tail."""
    begin = min(length, START)
    rest = zlib.decompress(packed[begin + _SUM * _reached(length) :])
    return packed[:begin] + rest[: length - begin], rest[length - begin :]


def may_agree(packed: bytes, length: int, first: bytes) -> bool:
    """Whether a packed head of `length` bytes may agree with `first` as far as both go; False is certain."""
    shared = min(length, len(first))
    if packed[: min(shared, START)] != first[: min(shared, START)]:
        return False
    reached = _reached(shared)
    at = START + _SUM * (reached - 1)
    return not reached or packed[at : at + _SUM] == _sum(first, _STEPS[reached - 1])


def _reached(length: int) -> int:
    return sum(step <= length for step in _STEPS)


def _sum(content: bytes, step: int) -> bytes:
    return zlib.crc32(content[:step]).to_bytes(_SUM, "big")
