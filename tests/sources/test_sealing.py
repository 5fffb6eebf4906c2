"""Nothing of a log reaches the store through a generation, and who has the files recognises all of them again."""

from __future__ import annotations

import gzip
import os
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.harness import SECRET, Harness, numbers, rows
from tuimon.sources.sealing import Seal, Sealed, from_store, length_of
from tuimon.values.chunk import Generation

CONTENT = st.binary(min_size=1, max_size=3000)


def generation_of(content: bytes) -> Generation:
    return Generation(1, "s", "", b"/a", "jsonl", position=len(content), head=content[:1024], tail=content[-64:])


@given(content=CONTENT, more=st.binary(max_size=100))
@settings(deadline=None)
def test_the_content_opens_what_was_closed(content: bytes, more: bytes) -> None:
    known, longer, seal = generation_of(content), content + more, Seal(SECRET)
    kept = from_store(seal.closed(known))
    assert (length_of(kept.head), length_of(kept.tail)) == (len(known.head), len(known.tail))
    assert seal.closed(kept) == kept
    opened = seal.opened(kept, lambda at, count: longer[at : at + count])
    assert opened == known
    assert not isinstance(opened.head, Sealed)
    assert seal.closed(opened) == kept


@given(content=CONTENT, at=st.integers(0, 2999), key=st.binary(min_size=1, max_size=64))
@settings(deadline=None)
def test_other_content_and_another_key_open_nothing_of_what_differs(content: bytes, at: int, key: bytes) -> None:
    known, seal = generation_of(content), Seal(SECRET)
    kept = from_store(seal.closed(known))
    changed = bytearray(content)
    changed[at % len(content)] ^= 1
    opened = seal.opened(kept, lambda at, count: bytes(changed[at : at + count]))
    assert isinstance(opened.head, Sealed) == (changed[:1024] != known.head)
    assert isinstance(opened.tail, Sealed) == (changed[:1024] != known.head or changed[-64:] != known.tail)
    assert seal.closed(opened) == kept
    if key != SECRET:
        assert Seal(key).opened(kept, lambda at, count: content[at : at + count]) == kept


@given(content=CONTENT)
@settings(deadline=None)
def test_what_is_kept_has_one_size_whatever_it_stands_for(content: bytes) -> None:
    kept = Seal(SECRET).closed(generation_of(content))
    assert len(kept.head) == len(kept.tail) == 18


def test_a_tail_is_guessed_only_with_its_head() -> None:
    seal = Seal(SECRET)
    assert seal.of(b"mail@example", before=b"one head") != seal.of(b"mail@example", before=b"another")
    assert seal.of(b"ab", before=b"c") != seal.of(b"b", before=b"ca")
    assert seal.of(b"") == b""


def test_no_generation_that_is_handed_out_has_a_byte_of_its_log(box: Harness) -> None:
    line = b'{"email": "somebody@clinic.example"}\n'
    box.write("a.jsonl", line)
    box.write("b.jsonl.gz", gzip.compress(line * 2))
    box.write("c.parquet", b"PAR1" + line + b"PAR1")
    for _ in range(3):
        box.wait()
        box.write("a.jsonl", line)
        box.restart()
    box.poll()
    seen = [*box.store.values(), *(chunk.generation for chunk in box.chunks)]
    assert {generation.container for generation in seen} == {"jsonl", "parquet"}
    assert all(generation.head for generation in seen)
    assert not any(part in generation.head + generation.tail for generation in seen for part in (b"mail", b"clinic", b"PAR1"))


def test_without_the_key_a_file_is_another_one(box: Harness) -> None:
    box.write("a.jsonl", rows(1, 2))
    box.poll()
    box.secret = b"another"
    box.restart()
    assert numbers(box.poll()) == [1, 2]


@pytest.mark.parametrize("pack", [False, True])
def test_a_finished_file_that_comes_back_later_is_not_counted_again(box: Harness, pack: bool) -> None:
    """Its generation has ended and been through two restarts: only its digest is left."""
    content = rows(*range(60))
    box.write("a.jsonl", content)
    box.poll()
    (box.root / "a.jsonl").unlink()
    box.wait()
    assert box.store[1].life == "finished"
    for _ in range(2):
        box.restart()
        box.poll()
    box.write("restored", gzip.compress(content) if pack else content)
    assert box.wait() == []
    assert len(box.store) == 1


def test_an_archive_goes_on_after_restarts_where_it_was_left(box: Harness) -> None:
    box.write("a.jsonl.gz", gzip.compress(rows(*range(60))))
    box.scan()
    for _ in range(60):
        if (chunk := box.tailer.next_chunk()) is not None:
            box.commit(chunk)
        box.save()
        box.restart()
        box.scan()
    assert numbers(box.all_lines()) == list(range(60))
    box.write("again.gz", gzip.compress(rows(*range(60)), 1))
    assert box.wait() == []
    assert "copy of a.jsonl.gz" in box.note("again.gz")


def test_a_parquet_file_that_was_copied_while_nobody_looked_counts_once(box: Harness) -> None:
    path = box.write("a.parquet", b"PAR1" + b"g" * 60 + b"PAR1")
    box.poll()
    box.restart()
    shutil.copy(path, box.root / "b.parquet")
    box.wait()
    assert len(box.chunks) == 15
    assert "copy of a.parquet" in box.note("b.parquet")


def test_the_same_beginning_and_another_end_is_another_file(box: Harness) -> None:
    box.write("a.jsonl", rows(*range(60)))
    box.poll()
    box.restart()
    (box.root / "a.jsonl").write_bytes(rows(*range(50), *range(150, 161)))
    assert numbers(box.wait()) == [*range(50), *range(150, 161)]
    box.restart()
    os.truncate(box.root / "a.jsonl", 0)
    box.write("a.jsonl", rows(*range(60)))
    box.write("a.jsonl", rows(99))
    assert numbers(box.wait()) == [99]


def test_a_small_file_beside_a_lost_one_waits_only_until_it_rests(box: Harness) -> None:
    """It may be the beginning of what was lost: nobody can tell before it has as many bytes."""
    box.write("a.jsonl", rows(1, 2, 3, 4))
    box.poll()
    (box.root / "a.jsonl").unlink()
    box.restart()
    box.write("b.jsonl", rows(8))
    box.now -= 1.5
    assert box.poll() == []
    assert numbers(box.poll()) == [8]
