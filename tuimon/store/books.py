"""The books: every file generation with its position and counters, and the layouts of its lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import pyarrow as pa

from tuimon.sources.sealing import Sealed, bare, from_store
from tuimon.store.database import Database
from tuimon.values.batch import Batch
from tuimon.values.chunk import Books, Generation
from tuimon.values.snapshot import Ingest

_OWN = [field.name for field in fields(Generation) if field.name != "books"]
_COUNTS = [field.name for field in fields(Books)]
_NAMES = [*_OWN, *("row_count" if name == "rows" else name for name in _COUNTS), "expired_rows", "forgotten_rows", "unkept_rejects"]
_TYPES = {"path": pa.binary(), "head": pa.binary(), "tail": pa.binary(), "header": pa.binary(), "device": pa.uint64(), "inode": pa.uint64()}
"""Arrow types of the columns that are neither texts nor signed integers."""
_TEXTS = ("source", "family", "container", "compression", "life")
_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """A generation with what became of its rows and rejects: stored + expired + forgotten = counted."""

    generation: Generation
    expired_rows: int = 0
    """Rows that retention removed, or that were never to be kept."""
    forgotten_rows: int = 0
    """Rows that the user asked to delete."""
    unkept_rejects: int = 0
    """Rejects without their text: there were more than it is kept of in one generation."""

    @property
    def whole(self) -> bool:
        """Whether all that was counted is stored."""
        return not (self.expired_rows or self.forgotten_rows or self.unkept_rejects)


def path_of(generation: Generation) -> str:
    """Return the path as text; bytes that are no UTF-8 as the file system's escapes."""
    return os.fsdecode(generation.path)


class Ledger:
    """All accounts, in memory and in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.generations: dict[int, Generation] = {}
        """All of them; those written by this process with the mere lengths of heads and tails, whose digests the database has."""
        self._partial: dict[int, Account] = {}
        """The accounts of generations of which something is not stored: few, and all others are their generation and nothing else."""
        self.layouts: dict[tuple[str, str, str], str] = {}
        self._sums: dict[str, int] = {}
        self._load()
        for source, family, container, layout in database.rows("SELECT source, family, container, layout FROM layouts"):
            self.layouts[source, family, container] = layout

    def _load(self) -> None:
        for row in self._stored():
            self._hold(_account(dict(zip(_NAMES, row, strict=True))))

    def _stored(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of all generations by number, a page at a time: all at once they take more than the accounts."""
        page = f"SELECT {', '.join(_NAMES)} FROM generations WHERE number > ? ORDER BY number LIMIT {_PAGE}"
        last = -1
        while rows := self._database.rows(page, [last]):
            yield from rows
            last = rows[-1][0]

    def sealed(self) -> tuple[Generation, ...]:
        """Return all generations with their digests, as the tailer takes them up; what memory let go of is read again."""
        if any(isinstance(one.head, Sealed) and one.head.bare for one in self.generations.values()):
            self._load()
        return tuple(self.generations.values())

    def account(self, number: int) -> Account | None:
        """Return what is known of a generation, None before anything is."""
        generation = self.generations.get(number)
        return None if generation is None else self._partial.get(number) or Account(generation)

    def accounts(self) -> Iterator[Account]:
        """Yield what is known of each generation."""
        return (self._partial.get(number) or Account(generation) for number, generation in self.generations.items())

    def enter(self, batches: Sequence[Batch], unkept_rejects: Sequence[int], rows_kept: bool) -> tuple[Generation, ...]:
        """Add the books of batches to their generations and return each batch's as it is after it; to be called inside the transaction.

        `unkept_rejects` are the rejects of each batch whose text is not kept.
        """
        accounts: dict[int, Account] = {}
        generations = []
        for batch, unkept in zip(batches, unkept_rejects, strict=True):
            number = batch.generation.number
            account = _entered(accounts.get(number) or self.account(number), batch, unkept, rows_kept)
            accounts[number] = account
            generations.append(account.generation)
        self.write(list(accounts.values()))
        last = {number: account.generation for number, account in accounts.items()}
        layouts = {
            (g.source, g.family, g.container): batch.layout for batch in batches if batch.layout is not None for g in [batch.generation]
        }
        for key, layout in layouts.items():
            self._write_layout(key, layout)
        # The tailer is given the very objects that are held: one less for each file.
        return tuple(self.generations[one.number] if one is last[one.number] else one for one in generations)

    def rename(self, generations: Iterable[Generation]) -> list[Generation]:
        """Take over what the tailer learned of generations without rows, everything but books and newest; return those whose gap grew."""
        accounts, gaps = [], []
        for generation in generations:
            held = self.account(generation.number)
            kept = Account(replace(generation, books=Books(), newest=0)) if held is None else held
            known = _with_books(generation, kept.generation)
            if held is None or bare(known) != bare(held.generation):
                accounts.append(replace(kept, generation=known))
            if known.gap > (held.generation.gap if held else 0):
                gaps.append(known)
        self.write(accounts)
        return gaps

    def write(self, accounts: list[Account]) -> None:
        """Put accounts in the place of what is known of their generations; to be called inside a transaction."""
        if not accounts:
            return
        with self._database.lent({"changed": _table(accounts)}):
            if any(account.generation.number in self.generations for account in accounts):
                self._database.run("DELETE FROM generations WHERE number IN (SELECT number FROM changed)")
            self._database.run("INSERT INTO generations BY NAME SELECT * FROM changed")
        for account in accounts:
            self._hold(replace(account, generation=bare(account.generation)))

    def adjust(self, removed: dict[int, int], forgotten: bool) -> None:
        """Note rows that were removed, by generation; to be called inside the transaction that removes them."""
        column = "forgotten_rows" if forgotten else "expired_rows"
        with self._database.lent({"removed": pa.table({"gone": pa.array(removed, pa.int64())})}):
            rows = self._database.rows(f"SELECT {', '.join(_NAMES)} FROM generations WHERE number IN (SELECT gone FROM removed)")
        accounts = [_account(dict(zip(_NAMES, row, strict=True))) for row in rows]
        self.write(
            [replace(one, **{column: getattr(one, column) + removed[one.generation.number]}) for one in accounts],
        )

    def totals(self) -> Ingest:
        """Return the sums over all generations; labels joined and waiting are not known here."""
        return Ingest(files=len(self.generations), **self._sums)

    def _hold(self, account: Account) -> None:
        """Take an account into memory; the sums follow without going through all of them."""
        number = account.generation.number
        before = _summands(self.generations[number]) if number in self.generations else {}
        for name, value in _summands(account.generation).items():
            self._sums[name] = self._sums.get(name, 0) + value - before.get(name, 0)
        self.generations[number] = account.generation
        if account.whole:
            self._partial.pop(number, None)
        else:
            self._partial[number] = account

    def _write_layout(self, key: tuple[str, str, str], layout: str) -> None:
        self._database.run("DELETE FROM layouts WHERE source = ? AND family = ? AND container = ?", key)
        self._database.run("INSERT INTO layouts VALUES (?, ?, ?, ?)", [*key, layout])
        self.layouts[key] = layout


def _with_books(generation: Generation, held: Generation) -> Generation:
    """A generation with the books of the one held; itself if it has them, for the tailer keeps it too."""
    if (generation.books, generation.newest) == (held.books, held.newest):
        return generation
    return replace(generation, books=held.books, newest=held.newest)


def _entered(held: Account | None, batch: Batch, unkept_rejects: int, rows_kept: bool) -> Account:
    """The account with one batch more."""
    held = held or Account(replace(batch.generation, books=Books(), newest=0))
    books, newest = _shared(held.generation.books + batch.books), max(held.generation.newest, batch.newest)
    expired = held.expired_rows + (0 if rows_kept else batch.books.rows)
    generation = replace(batch.generation, books=books, newest=newest)
    return Account(generation, expired, held.forgotten_rows, held.unkept_rejects + unkept_rejects)


@lru_cache(maxsize=4096)
def _shared(books: Books) -> Books:
    """One object for all equal books: many files have the same number of lines, and nothing but lines."""
    return books


def _summands(generation: Generation) -> dict[str, int]:
    """What one generation adds to the totals."""
    counts = {name: getattr(generation.books, name) for name in _COUNTS}
    return counts | {"bytes": _consumed(generation), "gaps": int(generation.gap > 0)}


def _consumed(generation: Generation) -> int:
    """Bytes read: a Parquet file's position counts rows, so it is its size from the first ones on."""
    if generation.container == "parquet":
        return generation.size if generation.position else 0
    return generation.position


def _table(accounts: list[Account]) -> pa.Table:
    rows = [_row(account) for account in accounts]
    columns = zip(_NAMES, zip(*rows, strict=True), strict=True)
    usual = {name: pa.string() for name in _TEXTS} | _TYPES
    return pa.table({name: pa.array(column, usual.get(name, pa.int64())) for name, column in columns})


def _row(account: Account) -> list[Any]:
    generation, books = account.generation, account.generation.books
    kept = [account.expired_rows, account.forgotten_rows, account.unkept_rejects]
    return [*(getattr(generation, name) for name in _OWN), *(getattr(books, name) for name in _COUNTS), *kept]


def _account(row: dict[str, Any]) -> Account:
    books = _shared(Books(**{name: row["row_count" if name == "rows" else name] for name in _COUNTS}))
    own: dict[str, Any] = {name: sys.intern(row[name]) if name in _TEXTS else row[name] for name in _OWN}
    generation = from_store(Generation(**own, books=books))
    return Account(generation, row["expired_rows"], row["forgotten_rows"], row["unkept_rejects"])
