"""The store: one transaction a batch, and what other packages may ask of it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tuimon.config import Keep
from tuimon.stats import Axes, Joint
from tuimon.store import directory as state_directory
from tuimon.store import schema
from tuimon.store.baselines import Baselines
from tuimon.store.blocks import MINUTE, Addition, Blocks
from tuimon.store.books import Ledger
from tuimon.store.catalogue import Catalogue
from tuimon.store.cells import Cells, Int32s, Ints, no_cells
from tuimon.store.database import WAL_LIMIT, Database
from tuimon.store.errors import StoreError
from tuimon.store.facts import ColumnFacts, Committed, Judged, ModelFacts, Proof
from tuimon.store.finding import Finder, Which
from tuimon.store.forget import Forget
from tuimon.store.joints import Joints
from tuimon.store.journal import StoredJournal
from tuimon.store.labels import Labels
from tuimon.store.measuring import Measurer, locate
from tuimon.store.merging import Run, runs
from tuimon.store.models import Models, ModelState
from tuimon.store.opening import open_database
from tuimon.store.outbox import LetterKey, StoredOutbox
from tuimon.store.pages import Pages
from tuimon.store.pending import Pending
from tuimon.store.predictions import Predictions
from tuimon.store.proofs import Proofs
from tuimon.store.rejects import Rejects
from tuimon.store.repeats import Repeats
from tuimon.store.retention import MOST_STEPS, Retention
from tuimon.store.rows import Rows, micros
from tuimon.store.secret import passing_secret, secret_of
from tuimon.store.states import States, gap_event
from tuimon.values.alert import Event
from tuimon.values.batch import Batch, Records, as_micros
from tuimon.values.chunk import Generation
from tuimon.values.snapshot import Ingest, Reject


class Store:
    """Everything that is kept of the logs, in one directory; opened once and used from the thread that opened it.

    Whatever fails inside a call leaves the database as it was before, and what is held in memory is read from it again; where that is not
    possible the store has ended, and every further call raises StoreError.
    """

    def __init__(self, directory: Path | None, keep: Keep) -> None:
        self._directory, self._keep = directory, keep
        self.notices: tuple[str, ...] = ()
        if directory is None:
            self._adopt(Database(None, keep.store_memory))
            return
        self.notices = open_database(state_directory.prepare(directory), keep.store_memory, self._adopt)
        state_directory.protect(directory)

    @classmethod
    def open(cls, directory: Path, keep: Keep) -> Store:
        """Return the store of a state directory, made if needed with mode 0700.

        Raises StoreLocked when another process has it open, StoreUnwritable when it is read-only or its disk full, and StoreError when it
        cannot be used; damaged parts are put aside, with a sentence for each in `notices`.
        """
        return cls(directory, keep)

    @staticmethod
    def is_there(directory: Path) -> bool:
        """Return whether a state directory has a store: for whoever looks only, and would make none."""
        return (directory / state_directory.DATABASE).exists()

    @classmethod
    def in_memory(cls, keep: Keep) -> Store:
        """Return a store without rows that ends with the process."""
        return cls(None, replace(keep, rows=0.0))

    def secret(self) -> bytes:
        """Return the 32 random bytes of this state directory."""
        return self._secret

    def generations(self) -> tuple[Generation, ...]:
        """Return every file generation as last committed, with its books; of heads and tails perhaps no more than the length."""
        return tuple(self._ledger.generations.values())

    def sealed_generations(self) -> tuple[Generation, ...]:
        """Return every file generation as last committed, with the digests of its head and tail."""
        return self._ledger.sealed()

    def next_generation_number(self) -> int:
        """Return a number that no generation has had."""
        return max(self._ledger.generations, default=0) + 1

    def layouts(self) -> dict[tuple[str, str, str], str]:
        """Return (source, family, container) -> the decoder's memory of it, as JSON."""
        return dict(self._ledger.layouts)

    def commit(self, batches: Sequence[Batch], now: float) -> Committed:
        """Store batches whole or not at all, and return their generations, what they touched and their rows; `now` is the wall clock.

        The batches of one generation stand in the order of its file. Raises whatever went wrong, after which they may be committed again.
        """
        kept = self._keep.rows > 0
        with self._atomic():
            additions = [addition for batch in batches for addition in self._labels.add(batch, kept, now)]
            for run in runs(batches):
                additions += self._record(run, now)
            self._blocks.add(additions)
            unkept = [self._rejects.add(batch.generation.number, batch.rejects) for batch in batches]
            generations = self._ledger.enter(batches, unkept, rows_kept=kept)
            self._save()
        rows = sum(batch.books.rows for batch in batches)
        return Committed(generations, self._touched(additions), rows)

    def save_generations(self, generations: tuple[Generation, ...], now: float) -> None:
        """Keep what changed of generations without a batch: their life, path, size and gap; their books stay. A new gap is an event."""
        if generations:
            with self._atomic():
                gaps = self._ledger.rename(generations)
                self._states.add_events([gap_event(generation, now) for generation in gaps])

    def set_baseline(self, model: str, key: str, records: Iterable[Records]) -> bool:
        """Count records as the baseline of a model ("" for every model without one) and return True; False when `key` is there already.

        Columns without a grid or dictionary get one from these values; existing ones stay, so old and new cells still add.
        """
        if self._baselines.digest(model) == key:
            return False
        parts = list(records)
        with self._atomic():
            self._blocks.add(self._baselines.replace(model, key, parts, time.time()))
            self._save()
        return True

    def baseline_key(self, model: str) -> str | None:
        """Return the key that a model's baseline was counted under, None without one."""
        return self._baselines.digest(model)

    def models(self) -> tuple[ModelFacts, ...]:
        """Return every model that ever had a row, in order of first arrival."""
        return tuple(self._facts(state) for state in self._models.all() if state.last_arrival is not None)

    def columns(self, model: str) -> tuple[ColumnFacts, ...]:
        """Return every column of a model that has cells, derived ones included, in order of their numbers."""
        number = self._catalogue.models.get(model)
        return () if number is None else tuple(column.facts() for column in self._catalogue.of_model(number))

    def cells(self, model: str, width: int, start: int, end: int) -> Cells:
        """Return the cells of a model with start in [start, end) seconds, ordered by start; `width` is 60 or 3600."""
        number = self._catalogue.models.get(model)
        if number is None:
            return no_cells()
        return self._blocks.read(number, width, start, end, self._catalogue.versions(number))

    def first_cell(self, model: str, width: int) -> int | None:
        """Return where the oldest stored cells of a model and width begin, in seconds; None without any."""
        number = self._catalogue.models.get(model)
        return None if number is None else self._blocks.first(number, width)

    def baseline(self, model: str) -> Cells | None:
        """Return the baseline of a model under its own column numbers, all at start 0; None without one."""
        return self._baselines.read(model)

    def axes(self, model: str) -> Axes:
        """Return the numeric features of a model that joint sums are kept of, and what their values are measured by."""
        return self._joints.axes(self._catalogue.models.get(model, -1))

    def joints(self, model: str, width: int, start: int, end: int) -> Iterator[tuple[int, str, Joint]]:
        """Yield (start, version, joint sums) with start in [start, end) seconds, ordered by start; `width` is 60 or 3600.

        To be read to its end before anything else changes the store.
        """
        number = self._catalogue.models.get(model)
        if number is not None:
            names = self._catalogue.versions(number)
            yield from ((at, names[version], joint) for at, version, joint in self._joints.table.read(number, width, start, end))

    def baseline_joint(self, model: str) -> tuple[Axes, Joint] | None:
        """Return the joint sums of the baseline that holds for a model, on axes of their own; None without one."""
        holder = self._baselines.holder(model)
        joint = None if holder is None else self._joints.table.baseline(holder)
        return None if holder is None or joint is None else (self._joints.axes(holder), joint)

    def baseline_newest(self, model: str) -> float | None:
        """Return the time of the newest row of the baseline that holds for a model, in seconds; None where its rows have no times."""
        return self._baselines.newest(model)

    def baseline_strangers(self, model: str) -> tuple[str, ...]:
        """Return the columns with values that the baseline for all models has, and a model that goes by it has never had."""
        return self._baselines.strangers(model)

    def rows(self, model: str, start: float = -math.inf, end: float = math.inf, limit: int = 1_000_000) -> pa.Table:
        """Return stored rows with event time in [start, end) seconds, oldest first.

        Columns: generation, line, ts, ts_estimated, version (text), id, id_hash, latency_ms, error, future, read_at, f_<number> for each
        column of `columns(model)` that is measured in rows, and label (the latest one of its id, or NULL). Without rows it has no columns.
        """
        number = self._catalogue.models.get(model)
        if number is None:
            return pa.table({})
        found = self._rows.read(number, start, end, limit)
        return self._labels.beside(found, number, self._catalogue.versions(number)) if found.num_rows else pa.table({})

    def find(
        self, model: str, start: float, end: float, which: Which, columns: Sequence[ColumnFacts], limit: int
    ) -> tuple[pa.Table, int, int]:
        """Return (the newest stored rows with a property, how many have it, how many rows there are) of event time in [start, end) seconds.

        The rows are as those of `rows`, without ts_estimated, future and read_at and with no other f_<number> than those of `columns`.
        """
        number = self._catalogue.models.get(model, -1)
        found, count, stored = Finder(self._database, self._rows).find(
            number, start, end, which, {c.number: c.kind for c in columns}, limit
        )
        return (self._labels.beside(found, number, self._catalogue.versions(number)) if found.num_rows else found), count, stored

    def pages(
        self, model: str, start: float = -math.inf, end: float = math.inf, columns: Sequence[int] | None = None
    ) -> Iterator[pa.Table]:
        """Yield what `rows` returns, only a page at a time and without a limit: ts, generation, line, version, id_hash, f_<number> of the
        given columns (all that are measured in rows), and label. To be read to its end before anything else changes the store."""
        number = self._catalogue.models.get(model)
        if number is None:
            return
        own = [column for column in self._catalogue.of_model(number) if column.role in ("feature", "prediction", "score")]
        asked = [column for column in own if columns is None or column.number in columns]
        for page in Pages(self._database, self._rows).each(number, micros(start), micros(end), asked):
            yield self._labels.beside(page, number, self._catalogue.versions(number))

    def minutes(self, model: str, start: float = -math.inf, end: float = math.inf) -> tuple[Ints, Ints]:
        """Return (microseconds at which each minute with stored rows begins, rows in it) for event time in [start, end) seconds."""
        number = self._catalogue.models.get(model, -1)
        return Pages(self._database, self._rows).minutes(number, micros(start), micros(end))

    def row_span(self, model: str) -> tuple[float, float, int] | None:
        """Return (first event time, last event time, rows) of the stored rows of a model, None without one."""
        number = self._catalogue.models.get(model)
        return None if number is None else self._rows.span(number)

    def rejects(self, limit: int | None = 50, newest_first: bool = True, file: str | None = None) -> tuple[Reject, ...]:
        """Return rejects, of one file (path or name) if given; None as `limit` returns all of them."""
        return self._rejects.read(limit, newest_first, file)

    def each_reject(self) -> Iterator[Reject]:
        """Yield every reject, oldest first, a page at a time in memory."""
        return self._rejects.each()

    def totals(self) -> Ingest:
        """Return the books of all generations together."""
        labels, joined, waiting = self.label_counts()
        return replace(self._ledger.totals(), labels=labels, labels_joined=joined, labels_waiting=waiting)

    def label_counts(self) -> tuple[int, int, int]:
        """Return (labels read, those whose record was there or came, those that still wait)."""
        labels = self._ledger.totals().labels
        return labels, labels - self._labels.waiting - self._labels.given_up, self._labels.waiting

    def size_bytes(self) -> int:
        """Return the bytes that the store takes on disk."""
        return self._database.size_bytes()

    def load_states(self) -> tuple[str | None, dict[str, float]]:
        """Return (alert states as JSON or None, model -> event time in seconds up to which it was judged)."""
        return self._states.load()

    def load_silences(self) -> str | None:
        """Return the silences of alerts as JSON, None before the first."""
        return self._states.silences()

    def save_judged(self, judged: Judged) -> None:
        """Keep all of what an evaluation leaves behind, or nothing of it."""
        with self._atomic():
            self._states.save(judged.states, judged.evaluated, judged.silences)
            self._outbox.save(judged.letters)
            self._states.add_events(judged.events)
            self._journal.enter(judged.journal)

    def last_journal_line(self) -> int:
        """Return the number of the newest line of the alert journal, 0 without any."""
        return self._journal.last

    def journal_after(self, seq: int) -> tuple[tuple[int, str], ...]:
        """Return (number, line) of what the alert journal has after `seq`, oldest first: at most the last ten thousand."""
        return self._journal.after(seq)

    def load_letters(self) -> tuple[str, ...]:
        """Return what receivers are still to be told."""
        return self._outbox.load()

    def save_letters(self, letters: Mapping[LetterKey, str | None], events: Sequence[Event]) -> None:
        """Keep what became of letters, with the events about it."""
        with self._atomic():
            self._outbox.save(letters)
            self._states.add_events(events)

    def events(self, limit: int = 1_000) -> tuple[Event, ...]:
        """Return the last events, newest last."""
        return self._states.events(limit)

    def load_note(self, name: str) -> str | None:
        """Return a text that was kept under a name, None when none was."""
        return schema.read_meta(self._database, f"note:{name}")

    def save_note(self, name: str, text: str) -> None:
        """Keep a text under a name, in the place of the one before."""
        with self._atomic():
            schema.write_meta(self._database, f"note:{name}", text)

    def add_events(self, events: Sequence[Event]) -> None:
        """Append to the event log, which keeps the last thousand."""
        with self._atomic():
            self._states.add_events(events)

    def expire(self, now: float, keep: Keep) -> None:
        """Remove what the limits of `keep` leave out: rows by when they were read, cells by event time, and over `max_size` oldest rows."""
        with self._atomic():
            self._retention.rows(now, keep)
        with self._atomic():
            self._retention.cells(keep)
            self._save()
        for _ in range(MOST_STEPS):
            if self._database.size_bytes() <= keep.max_size or self._database.used_bytes() <= keep.max_size:
                return
            with self._atomic():
                if not self._retention.oldest():
                    return
            self.checkpoint(force=True)

    def forget(self, column: str | None, before: float | None, id: str | None) -> int:  # noqa: A002 - named like the option
        """Delete stored rows older than `before` (seconds), or with an id, or only the values of one feature in them; return how many.

        Counts in cells stay. A column without another condition also loses the names of its categories.
        """
        if column is None and before is None and id is None:
            return 0
        with self._atomic():
            changed = self._forget.rows(before, id) if column is None else self._forget.values(column, before, id)
        self._load()
        self.checkpoint(force=True)
        return changed

    def verify(self) -> tuple[Proof, ...]:
        """Return a proof for every file generation and one for every model; raises StoreDamaged when some block cannot be read."""
        self._database.read_everything()
        return self._proofs.all()

    def check_place(self) -> None:
        """Raise StoreGone when the database was removed or replaced since it was opened."""
        self._database.check_place()

    def checkpoint(self, force: bool = False) -> None:
        """Fold the write-ahead log into the database file when it is large, or whatever its size."""
        self._database.checkpoint(0 if force else WAL_LIMIT)
        self._protect()

    def close(self) -> None:
        """Checkpoint and let the files go."""
        self._database.close()
        self._protect()

    def abandon(self) -> None:
        """Let the files go as they are, whatever state the store is in; the next opening goes on from the last commit."""
        self._database.abandon()

    def _record(self, run: Run, now: float) -> list[Addition]:
        """Store the rows of one model and return what they add to its cells."""
        records = run.records
        name = records.model or "-"
        number = self._catalogue.model(name)
        name = next(known for known, other in self._catalogue.models.items() if other == number)
        state = self._models.of(number, name)
        errors = int(np.count_nonzero(records.base.column("error").to_numpy()))
        future = records.base.column("future").to_numpy()
        state.arrive(as_micros(records.base.column("ts")), future, errors, now)
        versions = self._versions(number, records)
        where = locate(records, number, versions, state.watermark, now)
        repeated = self._repeats.of(number, records.base.column("id_hash"))
        additions = self._measurer.measure(records, where, repeated) + self._labels.meet(number, versions, records, now)
        if self._keep.rows > 0:
            columns = [self._catalogue.column(number, c.role, c.name, c.kind, now) for c in records.columns]
            self._rows.append(run.generations, number, versions, columns, records, now)
        else:
            self._predictions.keep(number, versions, records, now)
        return additions

    def _touched(self, additions: list[Addition]) -> dict[str, int]:
        touched: dict[str, int] = {}
        names = {number: name for name, number in self._catalogue.models.items()}
        for addition in additions:
            if len(addition.cells) and addition.width == MINUTE:
                name, oldest = names[addition.model], int(addition.cells.start[0])
                touched[name] = min(oldest, touched.get(name, oldest))
        return touched

    def _versions(self, model: int, records: Records) -> Int32s:
        encoded = records.base.column("version").combine_chunks().dictionary_encode()
        numbers = np.array([self._catalogue.version(model, name) for name in encoded.dictionary.to_pylist()], np.int32)
        result: Int32s = numbers[encoded.indices.to_numpy(zero_copy_only=False)]
        return result

    def _facts(self, state: ModelState) -> ModelFacts:
        return ModelFacts(
            name=state.name,
            versions=self._catalogue.versions(state.number),
            rows=state.row_count,
            errors=state.errors,
            first=_seconds(state.first),
            watermark=_seconds(state.watermark),
            last_arrival=state.last_arrival,
            historic=not state.fresh,
        )

    def _protect(self) -> None:
        if self._directory is not None:
            state_directory.protect(self._directory)

    def _adopt(self, database: Database) -> None:
        """Take up an opened database: its tables, its secret and what is held in memory."""
        self._database = database
        schema.prepare(database)
        self._secret = passing_secret() if self._directory is None else secret_of(self._directory, database)
        self._load()

    def _load(self) -> None:
        """Read everything that is held in memory."""
        database = self._database
        self._catalogue = Catalogue(database)
        self._models = Models(database)
        self._pending = Pending(database)
        self._joints = Joints(database, self._catalogue)
        self._measurer = Measurer(self._catalogue, self._pending, self._joints)
        self._baselines = Baselines(database, self._catalogue, self._pending, self._joints, self._measurer)
        self._blocks = Blocks(database)
        self._ledger = Ledger(database)
        self._rejects = Rejects(database, self._ledger)
        self._rows = Rows(database, self._catalogue)
        self._repeats = Repeats(database, self._rows)
        self._predictions = Predictions(database, self._catalogue, self._rows)
        self._labels = Labels(database, self._catalogue, self._models, self._predictions)
        self._retention = Retention(database, self._rows, self._ledger, self._models, self._blocks, self._joints.table, self._labels)
        self._forget = Forget(database, self._catalogue, self._rows, self._ledger, self._joints, self._labels)
        self._proofs = Proofs(database, self._ledger, self._rows, self._catalogue, self._models, self._blocks)
        self._states = States(database)
        self._outbox = StoredOutbox(database)
        self._journal = StoredJournal(database)

    def _save(self) -> None:
        """Write what changed in memory, inside the transaction."""
        # A model that has only a baseline or labels so far is kept too: they are known by its number.
        numbered = {state.number for state in self._models.all()}
        for name, number in self._catalogue.models.items():
            if number not in numbered:
                self._models.of(number, name)
        self._models.save()
        self._pending.save()
        self._joints.save()
        self._catalogue.save()

    @contextmanager
    def _atomic(self) -> Iterator[None]:
        """One transaction; after a failure memory is what the database says."""
        try:
            with self._database.transaction():
                yield
        except BaseException:
            self._recover()
            raise

    def _recover(self) -> None:
        try:
            self._load()
        except (StoreError, duckdb.Error):
            # The instance has ended (a full disk does that). With memory and database apart nothing more may be written.
            self._database.abandon()


def _seconds(micros: int | None) -> float | None:
    return None if micros is None else micros / 1e6
