"""Which field of a record becomes what, for the log lines that real serving stacks write."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.formats.support import MODIFIED, NOW, SOURCE, chunk_of, decode, decoder, invalid, only, reasons, values
from tuimon import config
from tuimon.formats import LayoutError
from tuimon.formats.layout import Layout
from tuimon.formats.layout import decode as layout_of
from tuimon.values.batch import Column, as_micros


def learned(*records: dict[str, Any], source: config.Source = SOURCE) -> Layout:
    own = decoder(source)
    batch = own.decode(chunk_of("".join(json.dumps(record) + "\n" for record in records).encode()), NOW)
    own.close()
    assert batch.layout is not None
    return layout_of(batch.layout)


def roles(layout: Layout) -> dict[str, str]:
    return {role: ".".join(map(str, path)) for role, path in layout.roles.items()}


STRUCTLOG = {
    "prediction_id": "2b7da9e1", "model": "breast_cancer", "model_version": "1.4.0", "features": {"mean_radius": 13.7, "site": "left"},
    "prediction": "benign", "probability": 0.99, "duration_ms": 1.33, "region": "apac", "level": "info",
    "timestamp": "2026-11-22T19:02:48.407121Z", "event": "prediction",
}  # fmt: skip
TRUTH = {"prediction_id": "2b7da9e1", "label": "malignant", "level": "info", "timestamp": "2026-11-22T19:02:52Z", "event": "ground_truth"}
PYTHON_JSON = {
    "asctime": "2026-11-22 19:02:48,407", "levelname": "INFO", "message": "prediction", "request_id": "r1", "inputs": [4.3, 2.9],
    "pred": 2, "latency_ms": 0.6,
}  # fmt: skip
LOGURU = {
    "text": "2026 | INFO | prediction",
    "record": {
        "elapsed": {"repr": "0:00:01", "seconds": 1.2}, "exception": None,
        "extra": {"request_id": "r", "features": {"a": 1.5}, "y_hat": 7.25},
        "file": {"name": "x.py", "path": "/x.py"}, "level": {"icon": "i", "name": "INFO", "no": 20}, "line": 3, "message": "m",
        "process": {"id": 1, "name": "Main"}, "time": {"repr": "2026-11-22 19:02:48+00:00", "timestamp": 1795374168.5},
    },
}  # fmt: skip
ECS = {
    "@timestamp": "2026-11-22T19:02:48.407Z", "log.level": "info", "message": "prediction", "ecs": {"version": "1.6"},
    "event": {"duration": 1330009},
    "features": {"a": 1}, "prediction": "x",
}  # fmt: skip
FLAT = {"id": 1, "age": 31, "city": "Bonn", "timestamp": "2021-06-01 00:00:00", "y_pred_proba": 0.7, "y_pred": 1}
BENTO = {"sepal length": 4.9, "petal width": 0.9, "pred": "versicolor", "proba": [0.1, 0.9], "timestamp": "2026-11-22T18:53:54.689954",
         "request_id": "8376564432838823862", "trace_id": "2351"}  # fmt: skip

SEEN = [
    (STRUCTLOG, {"timestamp": "timestamp", "id": "prediction_id", "model": "model", "version": "model_version", "prediction": "prediction",
                 "score": "probability", "latency": "duration_ms"}, ["mean_radius", "site"]),
    (PYTHON_JSON, {"timestamp": "asctime", "id": "request_id", "prediction": "pred", "latency": "latency_ms"}, ["f0", "f1"]),
    (LOGURU, {"timestamp": "record.time.timestamp", "id": "record.extra.request_id", "prediction": "record.extra.y_hat"}, ["a"]),
    (ECS, {"timestamp": "@timestamp", "prediction": "prediction", "latency": "event.duration"}, ["a"]),
    (FLAT, {"timestamp": "timestamp", "id": "id", "prediction": "y_pred", "score": "y_pred_proba"}, ["age", "city"]),
    (BENTO, {"timestamp": "timestamp", "id": "request_id", "prediction": "pred", "score": "proba.1"}, ["sepal length", "petal width"]),
]  # fmt: skip


@pytest.mark.parametrize(("record", "found", "features"), SEEN, ids=["structlog", "json", "loguru", "ecs", "flat", "bentoml"])
def test_roles_and_features_of_real_lines(record: dict[str, Any], found: dict[str, str], features: list[str]) -> None:
    layout = learned(record)
    assert roles(layout) == found
    assert [one.name for each in layout.models.values() for one in each] == features


@pytest.mark.parametrize(
    ("written", "micros"),
    [
        ("2026-11-22T19:02:48.407121Z", 1795374168407121),
        ("2026-11-22 19:02:48,407", 1795374168407000),
        ("2026-11-22T21:02:48+02:00", 1795374168000000),
        ("2026-11-22T21:02:48+0200", 1795374168000000),
        ("2026-11-22 21:02:48 +0200", 1795374168000000),
        ("2026-11-22 19:02:48.407121 UTC", 1795374168407121),
        ("2026-11-22T19:02:48.407121999Z", 1795374168407121),
        (1795374168, 1795374168000000),
        (1795374168.407121, 1795374168407121),
        (1795374168407, 1795374168407000),
        (1795374168407121, 1795374168407121),
        (1795374168407121999, 1795374168407121),
        ("1795374168407121999", 1795374168407121),
        ("1795374168", 1795374168000000),
    ],
)
def test_a_time_is_read_however_it_is_written(written: object, micros: int) -> None:
    base = only(decode(json.dumps({"ts": written, "prediction": "x"}))).base
    assert as_micros(base["ts"]).tolist() == [micros]
    assert base["ts_estimated"].to_pylist() == [False]


@pytest.mark.parametrize(
    ("tz", "written", "micros"),
    [
        ("Europe/Berlin", "2026-11-22 20:02:48", 1795374168000000),
        ("Europe/Berlin", "2026-07-01 02:00:00", 1782864000000000),
        ("Europe/Berlin", "2026-11-22T19:02:48Z", 1795374168000000),
        ("America/New_York", "1795374168", 1795374168000000),
        ("Asia/Kolkata", "2026-11-23 00:32:48,5", 1795374168500000),
    ],
)
def test_a_time_without_a_zone_is_of_the_sources_zone(tz: str, written: str, micros: int) -> None:
    batch = decode(json.dumps({"ts": written, "prediction": "x"}), replace(SOURCE, tz=tz))
    assert as_micros(only(batch).base["ts"]).tolist() == [micros]


@pytest.mark.parametrize("written", [None, "yesterday", 12, "1970-01-01T00:00:00Z", "infinity", True, -1795374168, "1e30", [], {}])
def test_a_row_without_a_usable_time_takes_the_files_and_says_so(written: object) -> None:
    good = json.dumps({"ts": "2026-11-22T19:00:00Z", "prediction": "x"})
    base = only(decode(good + "\n" + json.dumps({"ts": written, "prediction": "x"}))).base
    assert as_micros(base["ts"]).tolist()[1] == MODIFIED * 1_000_000
    assert base["ts_estimated"].to_pylist() == [False, True]


def test_a_source_without_any_time_is_refused_in_one_sentence() -> None:
    with pytest.raises(LayoutError, match=r"^app: no timestamp in app.jsonl: looked for .*; name it in \[sources.app.fields\] timestamp$"):
        decode('{"prediction":"x"}\n{"prediction":"y","ts":"soon"}')


def test_the_users_fields_win() -> None:
    fields = config.Fields(
        timestamp=config.FieldPath("when"), prediction=config.FieldPath("out.best"), latency=config.FieldPath("took", "s"),
        status=config.FieldPath("state", ok=("fine", "1")), features=("user.age", "x.y"), id=config.FieldPath("key"),
    )  # fmt: skip
    record = {"when": 1795374168, "timestamp": 5, "id": 1, "key": "k", "out": {"best": "a", "prediction": "b"},
              "took": 0.25, "state": "FINE",
              "user": {"age": 3, "name": "n"}, "x.y": 4, "z": 5}  # fmt: skip
    one = only(decode(json.dumps(record) + "\n" + json.dumps({**record, "state": "bad"}), replace(SOURCE, fields=fields)))
    assert values(one) == {"prediction": ["a", "a"], "user.age": [3.0, 3.0], "x.y": [4.0, 4.0]}
    assert one.base["latency_ms"].to_pylist() == [250.0, 250.0]
    assert one.base["error"].to_pylist() == [False, True]
    assert one.base["id"].to_pylist() == ["k", "k"]


def test_elements_of_an_array_take_the_users_names() -> None:
    source = replace(SOURCE, fields=config.Fields(feature_names=("age", "city")))
    one = only(decode(json.dumps({"ts": 1795374168, "instances": [[31, "Bonn", 2.5]], "prediction": "x"}), source))
    assert values(one) == {"prediction": ["x"], "age": [31.0], "city": ["Bonn"], "f2": [2.5]}


UNITS = [
    ("latency_ms", 1.0),
    ("latency", 1.0),
    ("duration_s", 1000.0),
    ("durationMs", 1.0),
    ("took_us", 0.001),
    ("elapsed_ns", 1e-6),
    ("predict_ns", 1e-6),
]


@pytest.mark.parametrize(("name", "scale"), UNITS)
def test_the_unit_of_a_latency_is_in_its_name(name: str, scale: float) -> None:
    fields = config.Fields(latency=config.FieldPath(name))
    for source in (SOURCE, replace(SOURCE, fields=fields)):
        one = only(decode(json.dumps({"ts": 1795374168, "prediction": "x", name: 8}), source))
        assert one.base["latency_ms"].to_pylist() == pytest.approx([8 * scale])


ERRORS = [
    ({"status": 200}, False), ({"status": 404}, True), ({"status_code": "503"}, True), ({"status": "ok"}, False),
    ({"status": "FAILED"}, True),
    ({"success": False}, True), ({"success": True}, False), ({"level": "error"}, True), ({"level": "warning"}, False),
    ({"error": "boom"}, True), ({"error": None}, False), ({"error": {"type": "ValueError"}}, True), ({"exception": "Traceback"}, True),
    ({"error": False}, False), ({"event": {"outcome": "failure"}}, True),
]  # fmt: skip


@pytest.mark.parametrize(("said", "error"), ERRORS, ids=[json.dumps(said) for said, _ in ERRORS])
def test_what_says_that_a_record_failed(said: dict[str, Any], error: bool) -> None:
    one = only(decode(json.dumps({"ts": 1795374168, "prediction": "x", "features": {"a": 1}, **said})))
    assert one.base["error"].to_pylist() == [error]
    assert values(one) == {"prediction": ["x"], "a": [1.0]}


def test_a_failed_request_without_a_prediction_is_a_record() -> None:
    good = {"id": "a", "ts": 1795374168, "prediction": "x", "features": {"a": 1}}
    batch = decode(json.dumps(good) + "\n" + json.dumps({"id": "b", "ts": 1795374169, "error": "timeout"}))
    assert only(batch).base["error"].to_pylist() == [False, True]


def test_labels_between_records() -> None:
    batch = decode("\n".join(map(json.dumps, [STRUCTLOG, TRUTH, {**STRUCTLOG, "label": 1.0}, {**TRUTH, "prediction_id": None}])))
    assert batch.labels.drop(["id_hash", "ts"]).to_pylist() == [
        {"id": "2b7da9e1", "label": "malignant", "line": 2},
        {"id": "2b7da9e1", "label": "1", "line": 3},
    ]
    assert batch.books.record_lines == 2
    assert reasons(batch) == [(4, "a label without an id")]
    assert only(batch).base["id_hash"].to_pylist()[0] == batch.labels["id_hash"].to_pylist()[0]


def test_an_inline_label_without_an_id_is_joined_by_its_place() -> None:
    batch = decode('{"ts":1795374168,"age":3,"y_pred":1,"y_true":0}')
    assert batch.labels["id"].to_pylist() == only(batch).base["id"].to_pylist() == ["line:7:1"]


def test_a_label_beside_features_is_a_prediction_and_alone_it_is_a_label() -> None:
    assert roles(learned({"id": 1, "ts": 1795374168, "features": {"a": 1}, "label": "x"}))["prediction"] == "label"
    assert roles(learned({"id": 1, "ts": 1795374168, "label": "x"}))["label"] == "label"


def test_a_file_of_labels_holds_no_features() -> None:
    batch = decode('{"id":"a","label":1,"annotator":"bob"}\n{"id":"b","label":0,"annotator":"eve"}')
    assert (batch.books.label_lines, batch.books.record_lines) == (2, 0)


def test_a_source_of_labels() -> None:
    source = replace(SOURCE, part="label", labels_for="m")
    batch = decode('{"id":"a","label":1,"x":2,"prediction":3}\n{"id":"b"}', source)
    assert (batch.labels_for, batch.labels["label"].to_pylist(), batch.records) == ("m", ["1"], ())
    assert reasons(batch) == [(2, "not a label: no id or no label")]


@pytest.mark.parametrize(("where", "lines"), [((("event", "prediction"),), [1]), ((("n", "2"), ("log.level", "info")), [3])])
def test_lines_that_a_filter_leaves_out_are_skipped(where: tuple[tuple[str, str], ...], lines: list[int]) -> None:
    records = [
        {"ts": 1795374168, "event": "prediction", "features": {"a": 1}},
        {"ts": 1795374168, "event": "startup", "features": {"b": 1}, "n": 2},
        {"ts": 1795374168, "features": {"c": 1}, "n": 2, "log": {"level": "info"}},
    ]
    batch = decode("\n".join(map(json.dumps, records)), replace(SOURCE, where=where))
    assert batch.books.skipped == 2
    assert only(batch).base["line"].to_pylist() == lines


def test_features_belong_to_the_models_in_whose_lines_they_occur() -> None:
    rows = [("m", {"a": 1}), ("n", {"b": "x"}), ("m", {"a": 2, "c": 3}), ("n", {"a": "text"})]
    batch = decode("\n".join(json.dumps({"ts": 1795374168, "model": model, "features": features}) for model, features in rows))
    found = {one.model: values(one) for one in batch.records}
    assert found == {"m": {"a": [1.0, 2.0], "c": [None, 3.0]}, "n": {"b": ["x", None], "a": [None, "text"]}}
    assert not any(invalid(one) for one in batch.records)


def test_a_feature_that_appears_late_in_a_later_chunk_is_in_the_same_batch() -> None:
    own = decoder()
    line = '{"ts":1795374168,"features":{"a":1}}\n'
    first = own.decode(chunk_of(line.encode() * 5000), NOW)
    same = own.decode(chunk_of(line.encode() * 5000), NOW)
    late = own.decode(chunk_of((line * 5000 + '{"ts":1795374168,"features":{"a":1,"u":{"new":"x"}},"took_ms":5}\n').encode()), NOW)
    own.close()
    assert (first.layout is not None, same.layout, late.layout is not None) == (True, None, True)
    one = only(late)
    assert one.columns == (Column("feature", "a", "numeric"), Column("feature", "u.new", "category"))
    assert one.values[1].to_pylist()[-1] == "x"
    assert one.values[1].null_count == 5000
    assert one.base["latency_ms"].to_pylist()[-1] == 5.0


def test_a_remembered_layout_is_taken_up() -> None:
    own = decoder()
    layout = own.decode(chunk_of(b'{"ts":1795374168,"features":{"a":1.5}}\n'), NOW).layout
    own.close()
    again = decoder(layout=layout)
    batch = again.decode(chunk_of(b'{"ts":1795374168,"features":{"a":"x"}}\n'), NOW)
    again.close()
    assert batch.layout is None
    assert invalid(only(batch)) == {"a": [0]}


def test_text_ids_and_times_are_no_features() -> None:
    rows = [
        {"ts": 1795374168 + n, "prediction": "x", "comment": f"free text {n}", "kind": f"k{n % 3}", "seen": "2026-11-22T19:00:00Z"}
        for n in range(60)
    ]
    assert list(values(only(decode("\n".join(map(json.dumps, rows)))))) == ["prediction", "kind"]


def test_at_most_five_hundred_features_are_kept() -> None:
    record = {"ts": 1795374168, "prediction": "x", "features": {f"f{n}": n for n in range(700)}}
    assert len(only(decode(json.dumps(record))).columns) == 501


def test_late_and_future_rows_are_counted_against_their_own_generation() -> None:
    now = 1_795_374_168
    times = [now, now - 301, now + 301, now - 299, now - 1000]
    data = "".join(json.dumps({"ts": one, "prediction": "x"}) + "\n" for one in times).encode()
    own = decoder()
    batch = own.decode(chunk_of(data), float(now))
    again = own.decode(chunk_of(data, newest=0), float(now))
    own.close()
    assert (batch.books.future, batch.books.late, batch.newest) == (1, 2, now * 1_000_000)
    assert only(batch).base["future"].to_pylist() == [False, False, True, False, False]
    assert again.books.late == 2
    fresh = decoder()
    later = fresh.decode(chunk_of(data, newest=(now + 302) * 1_000_000), float(now))
    fresh.close()
    assert later.books.late == 4
