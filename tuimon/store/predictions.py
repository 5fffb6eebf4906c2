"""Where the predictions of known ids are: in the stored rows, or in a small table of their own when no rows are kept."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tuimon.store.catalogue import Catalogue
from tuimon.store.cells import Int32s
from tuimon.store.database import Database
from tuimon.store.rows import Rows, Segment
from tuimon.values.batch import Records

FOUND = pa.schema(
    [
        pa.field("id_hash", pa.uint64()),
        pa.field("model", pa.int32()),
        pa.field("version", pa.int32()),
        pa.field("ts", pa.int64()),
        pa.field("category", pa.string()),
        pa.field("number", pa.float64()),
        pa.field("score", pa.float64()),
    ]
)
"""What is known of a prediction; `ts` in microseconds since 1970."""


class Predictions:
    """Finds predictions by the hashes of their ids."""

    def __init__(self, database: Database, catalogue: Catalogue, rows: Rows) -> None:
        self._database, self._catalogue, self._rows = database, catalogue, rows
        self._small = database.number("SELECT count(*) FROM predictions")

    def keep(self, model: int, versions: Int32s, records: Records, now: float) -> None:
        """Keep what labels need of rows that are not kept themselves; to be called inside a transaction."""
        base, rows = records.base, records.base.num_rows
        table = {
            "id_hash": base.column("id_hash"),
            "model": pa.array(np.full(rows, model, np.int32)),
            "version": pa.array(versions),
            "ts": base.column("ts"),
            "read_at": pa.array(np.full(rows, now)),
        }
        for column, values in zip(records.columns, records.values, strict=True):
            if column.role != "feature":
                table["score" if column.role == "score" else "category" if column.kind == "category" else "number"] = values
        kept = pa.table(table)
        kept = kept.filter(pc.is_valid(kept.column("id_hash")))
        self._database.insert("predictions", kept)
        self._small += kept.num_rows

    def find(self, hashes: pa.ChunkedArray, model: int | None) -> pa.Table:
        """Return every stored prediction (FOUND) whose id has one of the hashes, of one model or of all."""
        parts = [FOUND.empty_table()]
        with self._database.lent({"wanted": pa.table({"id_hash": hashes})}):
            wanted = [segment for segment in self._rows.segments.values() if model in (None, segment.model) and segment.row_count]
            parts += [self._database.table(self._in_segment(segment)).cast(FOUND) for segment in wanted]
            if self._small:
                among = "" if model is None else f"WHERE model = {int(model)}"
                names = "id_hash, model, version, epoch_us(ts) AS ts, category, number, score"
                parts.append(self._database.table(f"SELECT {names} FROM predictions SEMI JOIN wanted USING (id_hash) {among}").cast(FOUND))
        return pa.concat_tables(parts)

    def _in_segment(self, segment: Segment) -> str:
        """The query of one segment; the columns it lacks are NULL."""
        sources = {"category": "NULL::VARCHAR", "number": "NULL::DOUBLE", "score": "NULL::DOUBLE"}
        for number in segment.columns:
            column = self._catalogue.columns[number]
            if column.role == "score" and column.kind == "numeric":
                sources["score"] = f"f_{number}"
            elif column.role == "prediction":
                sources["category" if column.kind == "category" else "number"] = f"f_{number}"
        own = ", ".join(f"{source} AS {name}" for name, source in sources.items())
        return (
            f"SELECT id_hash, {segment.model}::INTEGER AS model, version, epoch_us(ts) AS ts, {own}"
            f" FROM {segment.table} SEMI JOIN wanted USING (id_hash)"
        )
