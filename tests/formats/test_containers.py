"""What a file is by its content, and where its records end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.support import NOW, chunk_of, decoder, only, values
from tuimon.formats import FORMATS, sniff

JSON = b'{"a":1}\n'
SNIFFED = [
    (JSON * 3, b"x.log", "jsonl"),
    (b"  " + JSON, b"x.csv", "jsonl"),
    (b"\xef\xbb\xbf" + JSON, b"x", "jsonl"),
    (b"starting up\n" + JSON * 3, b"x.log.1", "jsonl"),
    (b"{broken\n" + JSON, b"x", "jsonl"),
    (b'{"a":' + b"1" * 5000, b"x.jsonl", "jsonl"),
    (b"{\n  indented\n}\n", b"x.json", None),
    (b"PAR1rest", b"x.csv", "parquet"),
    (b"id,amount\n1,2\n", b"x.log", "csv"),
    (b"id;amount\r\n1;2,5\r\n", b"x", "csv"),
    (b'id\ttext\n1\t"two\nlines"\n', b"x", "csv"),
    (b"id,amount\n", b"x.csv", "csv"),
    (b"id,amount\n", b"x.log", None),
    (b"id,amount", b"x.csv", None),
    (b"1,2\n3,4\n", b"x.csv", None),
    (b"id,id\n1,2\n", b"x.csv", None),
    (b"Hello, world\nthis is a text\nof lines\n", b"x.csv", None),
    (b"2026-11-22 19:02:48,407 INFO started\n2026-11-22 19:02:49,1 INFO x\n", b"x.log", None),
    (b"", b"x.jsonl", None),
    (b"\n\n", b"x.jsonl", None),
    (b"\x7fELF\0\0\0", b"x.jsonl", None),
    (b"[1,2]\n", b"x.jsonl", None),
    (b"\0" * 5000, b"x.jsonl", "jsonl"),
    (b"\0" * 5000, b"x.bin", None),
    (b"\0" * 50 + JSON, b"x", "jsonl"),
    (JSON + b"\0" * 5000 + JSON, b"x", "jsonl"),
    (b"junk " * 2000, b"app.jsonl.1", "jsonl"),
    (b"id,amount\n1,2\n\0\0\0\0", b"x.csv", None),
    (b"INFO:     127.0.0.1 - \"POST /predict HTTP/1.1\" 200 OK\n" * 5, b"x.log", None),
]  # fmt: skip


@pytest.mark.parametrize(("head", "name", "container"), SNIFFED, ids=[repr(head[:20]) for head, _, _ in SNIFFED])
def test_a_file_is_known_by_its_content(head: bytes, name: bytes, container: str | None) -> None:
    assert sniff(head, name) == container


@settings(max_examples=80, deadline=None)
@given(head=st.binary(max_size=300), name=st.binary(max_size=10))
def test_any_bytes_can_be_sniffed(head: bytes, name: bytes) -> None:
    assert sniff(head, name) in (None, "jsonl", "csv", "parquet")


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=6))
def test_lines_cut_at_any_byte_are_the_same_records(cuts: list[int]) -> None:
    data = "".join(f'{{"ts":1795374168,"features":{{"n":{n},"c":"é{n}"}},"prediction":"x"}}\n' for n in range(6)).encode()
    own, rest, line, position, found = decoder(), b"", 1, 0, []
    edges = sorted({0, len(data), *(min(one, len(data)) for one in cuts)})
    for begin, stop in itertools.pairwise(edges):
        rest += data[begin:stop]
        end = FORMATS["jsonl"].split(memoryview(rest), stop == len(data))
        batch = own.decode(chunk_of(rest[:end], start=position, first_line=line), NOW)
        found += [
            row for one in batch.records for row in zip(one.base["line"].to_pylist(), values(one)["n"], values(one)["c"], strict=True)
        ]
        rest, position, line = rest[end:], position + end, line + batch.books.lines
    own.close()
    assert found == [(n + 1, float(n), f"é{n}") for n in range(6)]


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from('a,"\n'), max_size=30), pad=st.sampled_from([0, 65_535, 65_536, 200_000]))
def test_a_buffer_is_cut_after_its_last_whole_record(text: str, pad: int) -> None:
    data = text.encode() + b"x" * pad
    lines, records = FORMATS["jsonl"], FORMATS["csv"]
    assert lines.split(memoryview(data), False) == data.rfind(b"\n") + 1
    ends = [0, *(at + 1 for at, letter in enumerate(data) if letter == 10 and data[:at].count(b'"') % 2 == 0)]
    assert records.split(memoryview(data), False) == ends[-1]
    assert records.count is not None
    assert records.count(memoryview(data)) == len(ends) - 1 + (ends[-1] < len(data))
    assert lines.split(memoryview(data), True) == records.split(memoryview(data), True) == len(data)


def test_many_lines_keep_their_order() -> None:
    data = "".join(f'{{"ts":1795374168,"features":{{"n":{n}}}}}\n' for n in range(40_000)).encode()
    own = decoder()
    one = only(own.decode(chunk_of(data), NOW))
    own.close()
    assert one.values[0].to_pylist() == [float(n) for n in range(40_000)]
    assert one.base["line"].to_pylist() == list(range(1, 40_001))
