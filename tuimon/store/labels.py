"""Labels meet their predictions by the hash of their id, whichever comes first; the latest label of an id is the one that counts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from tuimon.store.blocks import Addition
from tuimon.store.catalogue import Catalogue
from tuimon.store.cells import Int32s
from tuimon.store.database import Database
from tuimon.store.measuring import fine_from
from tuimon.store.models import Models
from tuimon.store.outcomes import Outcome, count_outcomes
from tuimon.store.predictions import Predictions
from tuimon.store.schema import read_meta, write_meta
from tuimon.values.batch import Batch, Records, as_micros

ANY = -1
"""The model of labels that belong to whichever model has the id."""

GIVEN_UP = "labels_given_up"
"""Name of the count of labels that retention removed before their record came."""

_LATEST = (
    "SELECT place, arg_max(label, seq) AS label FROM asked JOIN labels ON asked.id_hash = labels.id_hash"
    f" AND labels.model IN ({ANY}, asked.model) WHERE seq < ? GROUP BY place"
)


class Labels:
    """Keeps labels and counts each record with the latest label of its id."""

    def __init__(self, database: Database, catalogue: Catalogue, models: Models, predictions: Predictions) -> None:
        self._database, self._catalogue, self._models, self._predictions = database, catalogue, models, predictions
        self._next = database.number("SELECT max(seq) FROM labels") + 1
        self.kept = database.number("SELECT count(*) FROM labels")
        self.waiting = database.number("SELECT count(*) FROM labels WHERE NOT joined")
        self.given_up = int(read_meta(database, GIVEN_UP) or 0)

    def add(self, batch: Batch, keep_ids: bool, now: float) -> list[Addition]:
        """Keep a batch's labels and return what they change for records stored before it; to be called before its rows are stored."""
        if not batch.labels.num_rows:
            return []
        scope = ANY if batch.labels_for is None else self._catalogue.model(batch.labels_for)
        hashes = batch.labels.column("id_hash")
        found = self._predictions.find(hashes, None if scope == ANY else scope)
        before = self._latest(found, self._next)
        joined = np.isin(hashes.to_numpy(), found.column("id_hash").to_numpy())
        self._keep(batch, scope, joined, keep_ids, now)
        after = self._latest(found, self._next)
        changes: dict[int, list[Outcome]] = defaultdict(list)
        for place, row in enumerate(found.to_pylist()):
            if before.get(place) != after.get(place):
                for label, sign in ((before.get(place), -1), (after.get(place), 1)):
                    if label is not None:
                        changes[row["model"]].append(_outcome(row, label, sign))
        return self._count(changes, now)

    def meet(self, model: int, versions: Int32s, records: Records, now: float) -> list[Addition]:
        """Return what records add whose label is there already; to be called once the labels of their batch are kept."""
        hashes = records.base.column("id_hash")
        if not self.kept or hashes.null_count == len(hashes):
            return []
        asked = pa.table(
            {"place": pa.array(np.arange(len(hashes))), "id_hash": hashes, "model": pa.array(np.full(len(hashes), model, np.int32))}
        )
        labels = self._asked(asked, self._next)
        if not labels:
            return []
        self._mark_joined(hashes.take(pa.array(list(labels))), model)
        rows = _predicted(records, versions, list(labels))
        return self._count({model: [_outcome(row, label, 1) for row, label in zip(rows, labels.values(), strict=True)]}, now)

    def drop(self, where: str, parameters: list[object]) -> None:
        """Delete labels, and note those whose record never came; to be called inside a transaction."""
        given_up = self._database.number(f"SELECT count(*) FROM labels WHERE NOT joined AND {where}", parameters)
        self._database.run(f"DELETE FROM labels WHERE {where}", parameters)
        self.kept = self._database.number("SELECT count(*) FROM labels")
        if given_up:
            self.given_up += given_up
            self.waiting -= given_up
            write_meta(self._database, GIVEN_UP, str(self.given_up))

    def beside(self, rows: pa.Table, model: int, versions: tuple[str, ...]) -> pa.Table:
        """Return stored rows with the names of their versions, and the latest label of each id in a column of its own."""
        names = pa.array(versions, pa.string()).take(rows.column("version").combine_chunks())
        rows = rows.set_column(rows.schema.get_field_index("version"), "version", names)
        own = pa.array(np.full(rows.num_rows, model, np.int32))
        labels = self._latest(pa.table({"id_hash": rows.column("id_hash"), "model": own}), self._next) if self.kept else {}
        return rows.append_column("label", pa.array([labels.get(place) for place in range(rows.num_rows)], pa.string()))

    def _latest(self, found: pa.Table, before: int) -> dict[int, str]:
        asked = pa.table({"place": pa.array(np.arange(found.num_rows)), "id_hash": found.column("id_hash"), "model": found.column("model")})
        return self._asked(asked, before)

    def _asked(self, asked: pa.Table, before: int) -> dict[int, str]:
        """Return place -> the latest label that was kept before the number `before`."""
        if not asked.num_rows:
            return {}
        with self._database.lent({"asked": asked}):
            return dict(self._database.rows(_LATEST, [before]))

    def _keep(self, batch: Batch, scope: int, joined: np.ndarray, keep_ids: bool, now: float) -> None:
        labels, rows = batch.labels, batch.labels.num_rows
        table = pa.table(
            {
                "seq": pa.array(np.arange(self._next, self._next + rows)),
                "generation": pa.array(np.full(rows, batch.generation.number, np.int64)),
                "line": labels.column("line"),
                "id": labels.column("id") if keep_ids else pa.nulls(rows, pa.string()),
                "id_hash": labels.column("id_hash"),
                "model": pa.array(np.full(rows, scope, np.int32)),
                "label": labels.column("label"),
                "ts": labels.column("ts"),
                "joined": pa.array(joined),
                "read_at": pa.array(np.full(rows, now)),
            }
        )
        self._database.insert("labels", table)
        self._next += rows
        self.kept += rows
        self.waiting += rows - int(np.count_nonzero(joined))

    def _mark_joined(self, hashes: pa.ChunkedArray, model: int) -> None:
        if not self.waiting:
            return
        with self._database.lent({"met": pa.table({"id_hash": hashes})}):
            self._database.run(
                f"UPDATE labels SET joined = true WHERE NOT joined AND model IN ({ANY}, ?) AND id_hash IN (SELECT id_hash FROM met)",
                [model],
            )
        self.waiting = self._database.number("SELECT count(*) FROM labels WHERE NOT joined")

    def _count(self, changes: dict[int, list[Outcome]], now: float) -> list[Addition]:
        states = {state.number: state for state in self._models.all()}
        additions: list[Addition] = []
        for model, outcomes in changes.items():
            watermark = states[model].watermark if model in states else None
            additions += count_outcomes(self._catalogue, model, outcomes, fine_from(watermark), now)
        return additions


def _outcome(row: dict[str, Any], label: str, sign: int) -> Outcome:
    return Outcome(row["ts"], row["version"], row["category"], row["number"], row["score"], label, sign)


def _predicted(records: Records, versions: Int32s, places: list[int]) -> list[dict[str, Any]]:
    """Return ts, version, prediction and score of some rows."""
    index = pa.array(places, pa.int64())
    ts = as_micros(records.base.column("ts"))
    rows: list[dict[str, Any]] = [
        {"ts": int(ts[place]), "version": int(versions[place]), "category": None, "number": None, "score": None} for place in places
    ]
    for column, values in zip(records.columns, records.values, strict=True):
        name = "score" if column.role == "score" else "category" if column.kind == "category" else "number"
        if column.role != "feature":
            for row, value in zip(rows, values.take(index).to_pylist(), strict=True):
                row[name] = value
    return rows
