"""The tables, and what version of them a file holds. No indexes and no keys: exactly-once comes from the one transaction."""

from __future__ import annotations

from tuimon.store.database import Database
from tuimon.store.errors import StoreError

VERSION = 1

_TABLES = (
    "meta (name VARCHAR, value VARCHAR)",
    (
        "models (number INTEGER, name VARCHAR, row_count BIGINT, errors BIGINT, first BIGINT, watermark BIGINT, last_arrival DOUBLE,"
        " fresh BOOLEAN, ahead INTEGER, ahead_low BIGINT, minutes_from BIGINT, expired_hours BIGINT)"
    ),
    "versions (model INTEGER, number INTEGER, name VARCHAR)",
    "measured (number INTEGER, model INTEGER, role VARCHAR, name VARCHAR, kind VARCHAR, first_seen DOUBLE)",
    "grids (measured INTEGER, loc DOUBLE, scale DOUBLE, cuts DOUBLE[])",
    "dictionary (measured INTEGER, place INTEGER, value VARCHAR)",
    "pending (measured INTEGER, version INTEGER, start BIGINT, fine BOOLEAN, value DOUBLE)",
    # One row holds all cells of a model in one minute or hour, packed. `row_count` repeats their traffic; `late` counts the rows of
    # an hour that no minute has.
    "blocks (model INTEGER, width INTEGER, start BIGINT, row_count BIGINT, late BIGINT, cells BLOB)",
    "baselines (model INTEGER, digest VARCHAR, cells BLOB)",
    (
        "generations (number BIGINT, source VARCHAR, family VARCHAR, path BLOB, container VARCHAR, compression VARCHAR, device UBIGINT,"
        " inode UBIGINT, position BIGINT, head BLOB, tail BLOB, header BLOB, size BIGINT, modified BIGINT, newest BIGINT, gap BIGINT,"
        " life VARCHAR, lines BIGINT, record_lines BIGINT, label_lines BIGINT, skipped BIGINT, rejected BIGINT, blank BIGINT,"
        " row_count BIGINT, labels BIGINT, future BIGINT, late BIGINT, expired_rows BIGINT, forgotten_rows BIGINT, unkept_rejects BIGINT)"
    ),
    "layouts (source VARCHAR, family VARCHAR, container VARCHAR, layout VARCHAR)",
    "rejects (seq BIGINT, generation BIGINT, line BIGINT, place BIGINT, reason VARCHAR, content VARCHAR)",
    "packed_rejects (seq BIGINT, generation BIGINT, lines BIGINT, packed BLOB)",
    "segments (number INTEGER, model INTEGER, open BOOLEAN)",
    "segment_columns (segment INTEGER, measured INTEGER)",
    (
        "labels (seq BIGINT, generation BIGINT, line BIGINT, id VARCHAR, id_hash UBIGINT, model INTEGER, label VARCHAR, ts TIMESTAMP,"
        " joined BOOLEAN, read_at DOUBLE)"
    ),
    (
        "predictions (id_hash UBIGINT, model INTEGER, version INTEGER, ts TIMESTAMP, category VARCHAR, number DOUBLE, score DOUBLE,"
        " read_at DOUBLE)"
    ),
    "evaluated (model VARCHAR, judged DOUBLE)",
    "events (seq BIGINT, happened DOUBLE, kind VARCHAR, severity VARCHAR, content VARCHAR, model VARCHAR, measured VARCHAR)",
)
_ADDED = (
    "joint_axes (model INTEGER, place INTEGER, measured INTEGER, loc DOUBLE, scale DOUBLE)",
    "joints (model INTEGER, width INTEGER, start BIGINT, version INTEGER, sums BLOB)",
    "outbox (receiver VARCHAR, alert VARCHAR, episode INTEGER, content VARCHAR)",
    "journal (seq BIGINT, content VARCHAR)",
)
"""Tables that a file of this version may lack; an older tuimon leaves them as they are."""


def prepare(database: Database) -> None:
    """Make the tables of a new file; raises StoreError for a file of a later version of the tables."""
    if not database.number("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'"):
        _create(database)
    found = read_meta(database, "schema")
    if found is None or not found.isdigit() or int(found) != VERSION:
        raise StoreError(
            f"The store has tables of version {found}, and this tuimon knows version {VERSION}: use another --state directory."
        )
    _add(database)


def read_meta(database: Database, name: str) -> str | None:
    """Return a named text, None when it was never written."""
    rows = database.rows("SELECT value FROM meta WHERE name = ?", [name])
    return str(rows[0][0]) if rows else None


def write_meta(database: Database, name: str, value: str) -> None:
    """Put a named text in the place of its former value."""
    database.run("DELETE FROM meta WHERE name = ?", [name])
    database.run("INSERT INTO meta VALUES (?, ?)", [name, value])


def _add(database: Database) -> None:
    known = {name for (name,) in database.rows("SELECT table_name FROM duckdb_tables()")}
    for table in _ADDED:
        if table.split(" ")[0] not in known:
            database.run(f"CREATE TABLE {table}")


def _create(database: Database) -> None:
    with database.transaction():
        for table in (*_TABLES, *_ADDED):
            database.run(f"CREATE TABLE {table}")
        write_meta(database, "schema", str(VERSION))
    database.checkpoint()
