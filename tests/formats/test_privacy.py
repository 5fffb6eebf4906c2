"""What a source drops or hashes never leaves the decoder."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.formats.support import NOW, SECRET, SOURCE, checked, chunk_of, decode, decoder, only, values
from tuimon import config
from tuimon.formats import Decoder
from tuimon.values.batch import Batch
from tuimon.values.chunk import Container

SECRETS = ("eve@example.org", "4929123456781234", "Ravensburg")
RECORD = {
    "id": "4929123456781234", "ts": "2026-11-22T19:00:00Z", "prediction": "yes",
    "features": {"email": "eve@example.org", "home": {"city": "Ravensburg"}, "a": 1.5},
}  # fmt: skip
LINES = "\n".join(
    [json.dumps(RECORD), json.dumps(RECORD)[:-1], json.dumps({**RECORD, "features": {}, "prediction": None}), json.dumps(RECORD)]
)
CSV = "id,ts,email,city,a,prediction\n" + "4929123456781234,1795374168,eve@example.org,Ravensburg,1.5,yes\n" * 2 + "eve@example.org,x\n"


def everything(batch: Batch) -> str:
    tables = [batch.labels, batch.rejects, *(one.base for one in batch.records)]
    texts = [str(table.to_pylist()) for table in tables] + [str(values(one)) + str(one.columns) for one in batch.records]
    return " ".join([*texts, batch.layout or ""])


@pytest.mark.parametrize(("data", "container"), [(LINES, "jsonl"), (CSV, "csv")])
@pytest.mark.parametrize("how", ["drop", "hash"])
def test_no_dropped_or_hashed_value_leaves(data: str, container: Container, how: str) -> None:
    names = ("email", "id", "home" if container == "jsonl" else "city")
    source = replace(SOURCE, drop=names) if how == "drop" else replace(SOURCE, hash=names)
    told = everything(decode(data, source, container))
    assert not [secret for secret in SECRETS if secret in told]
    plain = everything(decode(data, SOURCE, container))
    assert all(secret in plain for secret in SECRETS)


def test_a_dropped_field_is_in_no_layout_and_its_rejects_are_withheld() -> None:
    batch = decode(LINES, replace(SOURCE, drop=("email", "features.home", "id")))
    assert set(values(only(batch))) == {"prediction", "a"}
    assert only(batch).base["id"].null_count == 2
    assert set(batch.rejects["text"].to_pylist()) == {"withheld: this source drops or hashes fields"}
    assert "email" not in (batch.layout or "")


@pytest.mark.parametrize("drop", ["ts", "timestamp", "features", "prediction", "features.a", "a"])
def test_a_field_is_dropped_by_path_by_last_key_or_by_role(drop: str) -> None:
    lines = [json.dumps({**RECORD, "score": 0.5}), json.dumps({**RECORD, "score": 0.5, "features": {"a": 2, "late": 1}})]
    own = decoder(replace(SOURCE, drop=(drop,), fields=config.Fields(timestamp=config.FieldPath("ts") if drop != "ts" else None)))
    try:
        found = checked(own.decode(chunk_of("\n".join(lines).encode()), NOW)) if drop not in ("ts", "timestamp") else None
    finally:
        own.close()
    if found is None:
        return
    names = set(values(only(found)))
    gone = {"features": {"email", "home.city", "a", "late"}, "prediction": {"prediction"}}.get(drop, {"a"})
    assert not names & gone
    assert "score" in names


def test_a_hash_is_sixteen_hex_digits_and_keeps_joins() -> None:
    source = replace(SOURCE, hash=("id", "email"))
    records: list[dict[str, Any]] = [RECORD, {"id": RECORD["id"], "label": "no", "ts": RECORD["ts"]}]
    batch = decode("\n".join(map(json.dumps, records)), source)
    one = only(batch)
    assert one.base["id"].to_pylist() == batch.labels["id"].to_pylist()
    assert one.base["id_hash"].to_pylist() == batch.labels["id_hash"].to_pylist()
    email = values(one)["email"][0]
    assert len(email) == 16
    assert set(email) <= set("0123456789abcdef")


def test_what_cannot_be_hashed_is_left_out() -> None:
    record = {**RECORD, "model": "Ravensburg", "score": 0.492912, "latency_ms": 4929123.5}
    told = decode(json.dumps(record), replace(SOURCE, hash=("model", "score", "latency", "email", "id", "city")))
    assert only(told).model == "app"
    assert set(values(only(told))) == {"prediction", "email", "home.city", "a"}
    assert not [secret for secret in (*SECRETS, "492912") if secret in everything(told)]


def test_another_secret_gives_another_hash() -> None:
    source, found = replace(SOURCE, hash=("email",)), set()
    for secret in (SECRET, b"another"):
        own = Decoder(source, "jsonl", None, secret=secret)
        found.add(values(only(own.decode(chunk_of(json.dumps(RECORD).encode()), NOW)))["email"][0])
        own.close()
    assert len(found) == 2
