"""Joint sums as compact bytes and back: half of what is symmetric, and of missing values only the columns that have any."""

from __future__ import annotations

import struct

import numpy as np

from tuimon.stats import Joint

_HEAD = struct.Struct("<BxHHxxq")
_FORMAT = 1


def pack_joint(joint: Joint) -> bytes:
    """Return the sums as bytes."""
    size = len(joint.sums)
    gaps = np.flatnonzero(np.diag(joint.missing))
    upper = np.triu_indices(size)
    head = _HEAD.pack(_FORMAT, size, len(gaps), joint.n)
    parts = (gaps.astype(np.uint16), joint.sums, joint.products[upper], joint.beside[:, gaps], joint.missing[np.ix_(gaps, gaps)])
    return head + b"".join(np.ascontiguousarray(part).tobytes() for part in parts)


def unpack_joint(data: bytes) -> Joint:
    """Return the sums that `pack_joint` made the bytes of. Raises ValueError for another form."""
    form, size, gap_count, n = _HEAD.unpack_from(data)
    if form != _FORMAT:
        raise ValueError(f"sums of an unknown form {form}")
    gaps = np.frombuffer(data, np.uint16, gap_count, _HEAD.size).astype(np.intp)
    floats = np.frombuffer(data[_HEAD.size + 2 * gap_count :], np.float64)
    half = size * (size + 1) // 2
    sums, triangle, rest = floats[:size], floats[size : size + half], floats[size + half :]
    products, beside, missing = np.zeros((size, size)), np.zeros((size, size)), np.zeros((size, size))
    upper = np.triu_indices(size)
    products[upper] = triangle
    products.T[upper] = triangle
    if gap_count:
        beside[:, gaps] = rest[: size * gap_count].reshape(size, gap_count)
        missing[np.ix_(gaps, gaps)] = rest[size * gap_count :].reshape(gap_count, gap_count)
    return Joint(n, sums.copy(), products, beside, missing)
