"""Packed heads and tails: what went in comes out, and no file that agrees is passed over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuimon.sources.cutting import HEAD, TAIL
from tuimon.sources.names import natural
from tuimon.sources.packing import may_agree, pack, unpack
from tuimon.sources.sealing import Seal, Sealed, bare
from tuimon.sources.track import Track
from tuimon.values.chunk import Generation

LENGTHS = st.sampled_from([0, 1, 63, 64, 65, 127, 128, 129, 255, 256, 511, 512, 1023, 1024])
TEXT = st.binary(min_size=HEAD, max_size=HEAD)


@given(text=TEXT, length=LENGTHS, tail=st.binary(max_size=TAIL))
def test_what_is_packed_comes_out_again(text: bytes, length: int, tail: bytes) -> None:
    assert unpack(pack(text[:length], tail), length) == (text[:length], tail)


@given(text=TEXT, length=LENGTHS, known=LENGTHS, tail=st.binary(max_size=TAIL))
def test_beginnings_of_one_text_may_agree_whichever_is_longer(text: bytes, length: int, known: int, tail: bytes) -> None:
    assert may_agree(pack(text[:known], tail), known, text[:length])


@given(text=TEXT, length=LENGTHS, known=LENGTHS, at=st.integers(0, HEAD - 1))
def test_a_track_at_rest_compares_as_one_that_is_awake(text: bytes, length: int, known: int, at: int) -> None:
    other = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
    shared = min(length, known)
    for first in (text[:length], other[:length]):
        track = at_rest(text[:known])
        assert track.start == text[: min(known, 64)]
        assert track.begins_like(first) == (first[:shared] == text[:shared])


@given(text=TEXT, length=LENGTHS, tail=st.binary(max_size=TAIL))
def test_rest_keeps_no_raw_bytes_in_the_generation_and_waking_gives_all_back(text: bytes, length: int, tail: bytes) -> None:
    before = Generation(1, "app", "", b"/app", "jsonl", position=length, head=text[:length], tail=tail if length else b"")
    track = Track(before, Seal(b"key"))
    track.rest()
    assert isinstance(track.now.head, Sealed) or not length
    track.wake()
    assert track.now == before


def test_at_rest_the_store_and_the_track_share_one_generation() -> None:
    track = Track(Generation(1, "app", "", b"/app", "jsonl", position=4, head=b"abc\n", tail=b"abc\n"), Seal(b"key"))
    saved = bare(track.closed())
    track.commit(saved)
    assert track.now is saved


@given(one=st.text("a/.-019", min_size=1), other=st.text("a/.-019", min_size=1))
def test_natural_order_compares_text_as_text_and_numbers_as_numbers(one: str, other: str) -> None:
    assert (natural(one.encode()) < natural(other.encode())) == (parts(one) < parts(other))


def parts(path: str) -> list[tuple[int, str]]:
    """Text and numbers in turn: the reference."""
    found, digits = [""], False
    for letter in path:
        if letter.isdigit() != digits:
            found.append("")
            digits = not digits
        found[-1] += letter
    return [(int(part), "") if place % 2 else (-1, part) for place, part in enumerate(found)]


def at_rest(head: bytes) -> Track:
    """A track whose head is packed."""
    track = Track(Generation(1, "app", "", b"/app", "jsonl", position=len(head), head=head), Seal(b"key"))
    track.rest()
    return track
