"""CSV: every record is accounted for, whatever stands in it and wherever the file is cut."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.support import NOW, SOURCE, by_line, checked, chunk_of, decode, decoder, invalid, only, reasons, values
from tuimon.formats import FORMATS, pieces
from tuimon.values import Batch, Records

HEAD = "id,timestamp,amount,city,y_pred\n"


def cut(data: bytes, size: int) -> list[tuple[bytes, int]]:
    """Return (records, first line) as the tailer would cut them from buffers that grow by `size` bytes."""
    form, found, rest, line = FORMATS["csv"], [], b"", 1
    assert form.count is not None
    for at in range(0, len(data), size):
        rest += data[at : at + size]
        end = form.split(memoryview(rest), at + size >= len(data))
        if end:
            found.append((rest[:end], line))
            line += form.count(memoryview(rest[:end]))
        rest = rest[end:]
    assert not rest
    return found


def decode_cut(data: bytes, size: int) -> list[Batch]:
    own, batches, position = decoder(container="csv"), [], 0
    header = data[: data.find(b"\n") + 1]
    for piece, line in cut(data, size):
        batches.append(checked(own.decode(chunk_of(piece, "csv", position, line, header=header), NOW)))
        position += len(piece)
    own.close()
    return batches


def rows(records: Records) -> list[dict[str, Any]]:
    names = [column.name for column in records.columns]
    columns = [array.to_pylist() for array in records.values]
    return [dict(zip(names, one, strict=True)) for one in zip(*columns, strict=True)]


def test_a_table_of_predictions() -> None:
    batch = decode(
        HEAD + "1,2021-06-01 00:00:00,12.5,Bonn,1\n2,2021-06-01 00:00:01,,NA,0\n3,2021-06-01 00:00:02,abc,02139,1.0\n", container="csv"
    )
    one = only(batch)
    assert values(one) == {"prediction": ["1", "0", "1"], "amount": [12.5, None, None], "city": ["Bonn", None, "02139"]}
    assert invalid(one) == {"amount": [2]}
    assert one.base["id"].to_pylist() == ["1", "2", "3"]
    assert one.base["line"].to_pylist() == [2, 3, 4]
    assert (batch.books.lines, batch.books.skipped, batch.books.record_lines) == (4, 1, 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    text = delimiter.join(["ts", "a", "prediction"]) + end + delimiter.join(["1795374168", "1.5", "x"]) + end
    assert values(only(decode(text, container="csv"))) == {"prediction": ["x"], "a": [1.5]}


def test_quotes_newlines_and_doubled_quotes() -> None:
    batch = decode('ts,a,prediction\n1795374168,"two\nlines, and ""quotes""",x\n\n1795374168,"",y\n', container="csv")
    assert values(only(batch)) == {"prediction": ["x", "y"], "a": ['two\nlines, and "quotes"', None]}
    assert (batch.books.lines, batch.books.blank) == (4, 1)


def test_a_wrong_number_of_fields_is_a_reject() -> None:
    batch = decode("ts,a,prediction\n1795374168,1,x\n1795374168,1\n1795374168,1,x,2\nnothing\n1795374168,2,y\n", container="csv")
    assert reasons(batch) == [(n, f"{k} fields where the header has 3") for n, k in ((3, 2), (4, 4), (5, 1))]
    assert batch.rejects["text"].to_pylist() == ["1795374168,1", "1795374168,1,x,2", "nothing"]
    assert only(batch).base["line"].to_pylist() == [2, 6]


def test_a_quote_that_is_never_closed_damages_only_the_rest() -> None:
    batch = decode('ts,a,prediction\n1795374168,1,x\n1795374168,"1,x\n1795374168,2,y\n', container="csv")
    assert reasons(batch) == [(3, "a quote that is never closed")]
    assert only(batch).base["line"].to_pylist() == [2]


def test_stray_quotes_and_bytes_that_are_no_text() -> None:
    data = b'ts,a,prediction\n1795374168,si"ze" 5,x\n1795374168,\xff,x\n1795374168,"a"b,y\n'
    batch = decode(data, container="csv")
    assert reasons(batch) == [(3, "invalid UTF-8")]
    assert only(batch).base["line"].to_pylist() == [2, 4]


def test_a_header_with_repeated_empty_and_hostile_names() -> None:
    one = only(decode("\ufeffts,a,a,,prediction,A,it's\n1795374168,1,2,3,x,4,5\n", container="csv"))
    assert values(one) == {"prediction": ["x"], "a": [1.0], "a_3": [2.0], "column_4": [3.0], "A": [4.0], "it's": [5.0]}


def test_a_chunk_of_a_header_alone_decides_nothing() -> None:
    own = decoder(container="csv")
    first = checked(own.decode(chunk_of(HEAD.encode(), "csv"), NOW))
    second = checked(own.decode(chunk_of(b"1,1795374168,2,x,y\n", "csv", len(HEAD), 2, header=HEAD.encode()), NOW))
    own.close()
    assert (first.books.skipped, first.layout, second.books.record_lines) == (1, None, 1)


CELLS = st.text(st.sampled_from('ab1,."\n é'), max_size=6)


@settings(max_examples=30, deadline=None)
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), size=st.integers(1, 80))
def test_cut_at_any_byte_the_records_are_what_the_standard_library_reads(cells: list[tuple[str, str]], size: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["ts", "a", "b", "prediction"])
    writer.writerow(["1795374168", "word", "word", "x"])
    for a, b in cells:
        writer.writerow(["1795374168", a, b, "x"])
    batches = decode_cut(out.getvalue().encode(), size)
    found = [row for batch in batches for one in batch.records for row in rows(one)]
    wanted = [("word", "word"), *cells]
    assert [(row.get("a"), row.get("b")) for row in found] == [(a or None, b or None) for a, b in wanted]
    assert [line for batch in batches for one in batch.records for line in one.base["line"].to_pylist()] == list(range(2, len(wanted) + 2))
    assert sum(batch.books.lines for batch in batches) == len(wanted) + 1
    assert not sum(batch.books.rejected for batch in batches)


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.sampled_from('a1,"\n\r'), max_size=60), size=st.integers(1, 70))
def test_every_record_of_a_damaged_file_is_counted(text: str, size: int) -> None:
    data = HEAD.encode() + b"1,1795374168,2,x,y\n" + text.encode()
    batches = decode_cut(data, size)
    assert sum(batch.books.record_lines for batch in batches) >= 1
    assert sum(batch.books.lines for batch in batches) == sum(line is not None for line in _records(data))


def _records(data: bytes) -> list[str]:
    """Newlines outside quotes end a record; what is left at the end is one more."""
    found, quoted, current = [], False, ""
    for letter in data.decode():
        quoted ^= letter == '"'
        current += letter
        if letter == "\n" and not quoted:
            found.append(current)
            current = ""
    return [*found, current] if current else found


def test_labels_in_a_table_of_their_own() -> None:
    batch = decode("id,y_true\n1,1\n2,0.0\n3,\n", replace(SOURCE, part="label"), "csv")
    assert batch.labels["label"].to_pylist() == ["1", "0"]
    assert batch.books.rejected == 1


def test_a_chunk_read_in_pieces_comes_to_the_same() -> None:
    text = HEAD + "".join(f'{n},{1795374168 + n},{n},"B\n{n % 3}",x\n' if n % 7 else f"{n},broken\n" if n % 2 else "\n" for n in range(300))
    whole = decode(text, container="csv")
    with mock.patch.object(pieces, "MOST_TOLD", 2_000):
        cut = decode(text, container="csv")
    assert (cut.books, cut.newest, cut.rejects.to_pylist()) == (whole.books, whole.newest, whole.rejects.to_pylist())
    assert by_line(cut) == by_line(whole)
    assert len(cut.records) > 1
