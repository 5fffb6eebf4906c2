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
from tuimon.values.batch import Batch, Records

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


@settings(max_examples=12, deadline=None)
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


@settings(max_examples=12, deadline=None)
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


STRANGE = {
    "a carriage return inside a field": (b"1795374168,a\rb,x\n", ("a\rb", "x")),
    "a line that ends like Windows": (b"1795374168,a,x\r\n", ("a", "x")),
    "a NUL": (b"1795374168,a\0b,x\n", ("a\0b", "x")),
    "a delimiter in quotes": (b'1795374168,"a,b",x\n', ("a,b", "x")),
    "a quote inside a field": (b'1795374168,5" wide 7",x\n', ('5" wide 7"', "x")),
    "a delimiter between stray quotes": (b'1795374168,a"b,c"d,x\n', ('a"b,c"d', "x")),
    "letters after a closing quote": (b'1795374168,"a"b,x\n', ("ab", "x")),
    "a long field with a stray quote": (b'1795374168,"' + b"q" * 200_000 + b'"z,x\n', ("q" * 1_000, "x")),
    "a quote in the header's words": (b"1795374168,a,prediction\n", ("a", "prediction")),
}


@pytest.mark.parametrize(("record", "read"), STRANGE.values(), ids=STRANGE)
def test_a_strange_record_leaves_its_neighbours_alone(record: bytes, read: tuple[str, str]) -> None:
    good = b"1795374168,red,yes\n"
    batch = decode(b"ts,a,prediction\n" + good * 3 + record + good * 2, container="csv")
    assert not batch.books.rejected
    assert values(only(batch)) == {"a": ["red"] * 3 + [read[0]] + ["red"] * 2, "prediction": ["yes"] * 3 + [read[1]] + ["yes"] * 2}


def test_a_header_that_comes_again_is_skipped() -> None:
    batch = decode(HEAD + "1,1795374168,2,x,y\n" + HEAD + "2,1795374169,3,x,y\n" + HEAD.rstrip(), container="csv")
    assert (batch.books.skipped, batch.books.record_lines, batch.books.rejected) == (3, 2, 0)
    assert values(only(batch))["amount"] == [2.0, 3.0]


def test_another_header_in_mid_file_is_a_reject_and_so_are_records_that_do_not_fit_the_first() -> None:
    text = "ts,a,prediction\n1795374168,1,x\nts,b,c,prediction\n1795374168,2,3,x\n1795374168,4,y\n"
    batch = decode(text, container="csv")
    assert reasons(batch) == [(3, "4 fields where the header has 3"), (4, "4 fields where the header has 3")]
    assert values(only(batch))["a"] == [1.0, 4.0]


def test_a_file_with_another_header_is_read_by_its_own() -> None:
    own = decoder(container="csv")
    first = checked(own.decode(chunk_of(b"ts,a,prediction\n1795374168,1,x\n", "csv"), NOW))
    second = chunk_of(b"ts,prediction,b,a\n1795374168,y,red,2\n", "csv")
    changed = only(checked(own.decode(replace(second, generation=replace(second.generation, number=8)), NOW)))
    own.close()
    assert values(only(first)) == {"prediction": ["x"], "a": [1.0]}
    assert values(changed) == {"prediction": ["y"], "a": [2.0], "b": ["red"]}


def test_ten_thousand_columns() -> None:
    names = ",".join(["ts", "prediction", *(f"c{n}" for n in range(10_000))])
    sparse = "1795374168,x" + "," * 9_999
    batch = decode(f"{names}\n" + f"{sparse},7\n" * 50 + "1795374168,x," + ",".join(["1"] * 10_000) + "\n", container="csv")
    assert batch.books.record_lines == 51
    assert sum(len(one.columns) <= 501 for one in batch.records) == len(batch.records)


@settings(max_examples=25, deadline=None)
@given(text=st.text(st.sampled_from('a1,;"\n\r\0 é'), max_size=80))
def test_fields_are_what_stands_between_delimiters_outside_quotes(text: str) -> None:
    data = b"ts,a,prediction\n1795374168,word,x\n" + text.encode()
    batch = decode(data, container="csv")
    wanted = {}
    for number, record in enumerate(_records(data)[2:], start=3):
        fields = _fields(record.removesuffix("\n").rstrip("\r"))
        if len(fields) == 3:
            wanted[number] = tuple(field or None for field in fields[1:])
    rejected = set(batch.rejects["line"].to_pylist())
    found = {line: one[2] for line, one in by_line(batch).items() if line > 2}
    assert found.keys() | rejected >= wanted.keys() >= found.keys()
    for line, stored in found.items():
        assert (stored["a"], stored["prediction"]) == wanted[line]


def _fields(record: str) -> list[str]:
    """A letter at a time: quotes at the start of a field close and double, others are letters."""
    fields, quoted, raw = [], False, ""
    for letter in record + ",":
        quoted ^= letter == '"'
        if letter == "," and not quoted:
            if raw.startswith('"'):
                raw = raw[1:].replace('""', "\x01").replace('"', "").replace("\x01", '"')
            fields.append(raw)
            raw = ""
        else:
            raw += letter
    return [*fields, raw] if raw else fields
