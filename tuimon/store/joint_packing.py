"""Joint sums as compact bytes and back: half of what is symmetric, and of missing values only the columns that have any."""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tuimon.stats import Joint
from tuimon.stats.joint import no_gaps

_HEAD = struct.Struct("<BxHHxxq")
_FORMAT = 1
_NONE = np.empty(0, np.intp)


@lru_cache(256)
def _upper(size: int) -> tuple[npt.NDArray[np.intp], ...]:
    return np.triu_indices(size)


def pack_joint(joint: Joint) -> bytes:
    """Return the sums as bytes."""
    size = len(joint.sums)
    whole = joint.missing is no_gaps(size)
    gaps = _NONE if whole else np.flatnonzero(joint.missing.diagonal())
    head = _HEAD.pack(_FORMAT, size, len(gaps), joint.n)
    sums = gaps.astype(np.uint16).tobytes() + joint.sums.tobytes() + joint.products[_upper(size)].tobytes()
    return head + sums if whole else head + sums + joint.beside[:, gaps].tobytes() + joint.missing[np.ix_(gaps, gaps)].tobytes()


def unpack_joint(data: bytes) -> Joint:
    """Return the sums that `pack_joint` made the bytes of. Raises ValueError for another form."""
    form, size, gap_count, n = _HEAD.unpack_from(data)
    if form != _FORMAT:
        raise ValueError(f"sums of an unknown form {form}")
    gaps = np.frombuffer(data, np.uint16, gap_count, _HEAD.size).astype(np.intp)
    floats = np.frombuffer(data[_HEAD.size + 2 * gap_count :], np.float64)
    half = size * (size + 1) // 2
    sums, triangle, rest = floats[:size], floats[size : size + half], floats[size + half :]
    products, beside, missing = np.zeros((size, size)), no_gaps(size), no_gaps(size)
    products[_upper(size)] = triangle
    products.T[_upper(size)] = triangle
    if gap_count:
        beside, missing = np.zeros((size, size)), np.zeros((size, size))
        beside[:, gaps] = rest[: size * gap_count].reshape(size, gap_count)
        missing[np.ix_(gaps, gaps)] = rest[size * gap_count :].reshape(gap_count, gap_count)
    return Joint(n, sums.copy(), products, beside, missing)
