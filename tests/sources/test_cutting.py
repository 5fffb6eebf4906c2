"""Where a buffer may be cut, against what Python's own string methods say."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.sources.harness import Harness, lines_of
from tuimon.sources.cutting import after_lines
from tuimon.sources.tailer import CHUNK_LINES


@given(st.lists(st.binary(max_size=5)), st.integers(0, 3), st.integers(1, 6))
def test_a_run_of_lines_ends_after_its_last_newline(lines: list[bytes], lead: int, most: int) -> None:
    data = b"\n" * lead + b"\n".join(lines)
    wanted = b"\n".join(lines).split(b"\n")[:most]
    whole = b"".join(line + b"\n" for line in wanted)
    expected = len(whole) if data[lead:].startswith(whole) else len(data) - lead
    assert after_lines(data, lead, len(data), most) == lead + expected


def test_short_lines_come_in_chunks_of_few_bytes_and_none_is_lost(tmp_path: Path) -> None:
    box = Harness(tmp_path / "logs", chunk_bytes=16 << 20, max_line=1 << 10)
    box.write("app.jsonl", b"{}\n" * 200_000 + b'{"n": 1}\n' * 3)
    box.scan()
    assert len(box.drain()) == 200_003
    counts = [len(lines_of(chunk)) for chunk in box.chunks]
    assert counts == [CHUNK_LINES, CHUNK_LINES, CHUNK_LINES, 200_003 - 3 * CHUNK_LINES]
    assert [chunk.first_line for chunk in box.chunks] == [1 + CHUNK_LINES * place for place in range(4)]
