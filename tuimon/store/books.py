"""The books: every file generation with its position and counters, and the layouts of its lines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from tuimon.store.database import Database
from tuimon.values import Batch, Books, Generation
from tuimon.values.snapshot import Ingest

_OWN = [field.name for field in fields(Generation) if field.name != "books"]
_COUNTS = [field.name for field in fields(Books)]
_NAMES = [*_OWN, *("row_count" if name == "rows" else name for name in _COUNTS), "expired_rows", "forgotten_rows", "unkept_rejects"]
_FEW = 50
"""Accounts written with one statement."""


@dataclass(frozen=True)
class Account:
    """A generation with what became of its rows and rejects: stored + expired + forgotten = counted."""

    generation: Generation
    expired_rows: int = 0
    """Rows that retention removed, or that were never to be kept."""
    forgotten_rows: int = 0
    """Rows that the user asked to delete."""
    unkept_rejects: int = 0
    """Rejects that are only counted: there were more than are kept of one generation."""

    @property
    def path(self) -> str:
        """The path as text; bytes that are no UTF-8 as the file system's escapes."""
        return os.fsdecode(self.generation.path)


class Ledger:
    """All accounts, in memory and in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.accounts: dict[int, Account] = {}
        self.layouts: dict[tuple[str, str, str], str] = {}
        self._sums: dict[str, int] = {}
        for row in database.rows(f"SELECT {', '.join(_NAMES)} FROM generations ORDER BY number"):
            self._hold(_account(dict(zip(_NAMES, row, strict=True))))
        for source, family, container, layout in database.rows("SELECT source, family, container, layout FROM layouts"):
            self.layouts[source, family, container] = layout

    def enter(self, batch: Batch, unkept_rows: int, unkept_rejects: int) -> Generation:
        """Add a batch's books to its generation and return the generation as it now is; to be called inside its transaction."""
        held = self.accounts.get(batch.generation.number, Account(batch.generation))
        books, newest = held.generation.books + batch.books, max(held.generation.newest, batch.newest)
        if held.generation is batch.generation:
            books, newest = batch.books, batch.newest
        generation = replace(batch.generation, books=books, newest=newest)
        account = Account(generation, held.expired_rows + unkept_rows, held.forgotten_rows, held.unkept_rejects + unkept_rejects)
        self.write([account])
        if batch.layout is not None:
            self._write_layout((generation.source, generation.family, generation.container), batch.layout)
        return generation

    def rename(self, generations: Iterable[Generation]) -> None:
        """Take over what the tailer learned of generations without rows: everything but books and newest."""
        accounts = []
        for generation in generations:
            held = self.accounts.get(generation.number)
            kept = Account(replace(generation, books=Books(), newest=0)) if held is None else held
            known = replace(generation, books=kept.generation.books, newest=kept.generation.newest)
            if held is None or known != held.generation:
                accounts.append(replace(kept, generation=known))
        self.write(accounts)

    def write(self, accounts: list[Account]) -> None:
        """Put accounts in the place of what is known of their generations; to be called inside a transaction."""
        if not accounts:
            return
        numbers = [account.generation.number for account in accounts]
        for first in range(0, len(numbers), _FEW):
            some = numbers[first : first + _FEW]
            self._database.run(f"DELETE FROM generations WHERE number IN ({', '.join('?' * len(some))})", some)
        for first in range(0, len(accounts), _FEW):
            self._database.put("generations", _NAMES, [_row(account) for account in accounts[first : first + _FEW]])
        for account in accounts:
            self._hold(account)

    def adjust(self, removed: dict[int, int], forgotten: bool) -> None:
        """Note rows that were removed, by generation; to be called inside the transaction that removes them."""
        changed = []
        for number, rows in removed.items():
            account = self.accounts[number]
            if forgotten:
                changed.append(replace(account, forgotten_rows=account.forgotten_rows + rows))
            else:
                changed.append(replace(account, expired_rows=account.expired_rows + rows))
        self.write(changed)

    def totals(self) -> Ingest:
        """Return the sums over all generations; labels joined and waiting are not known here."""
        return Ingest(files=len(self.accounts), **self._sums)

    def _hold(self, account: Account) -> None:
        """Take an account into memory; the sums follow without going through all of them."""
        number = account.generation.number
        before = _summands(self.accounts[number].generation) if number in self.accounts else {}
        for name, value in _summands(account.generation).items():
            self._sums[name] = self._sums.get(name, 0) + value - before.get(name, 0)
        self.accounts[number] = account

    def _write_layout(self, key: tuple[str, str, str], layout: str) -> None:
        self._database.run("DELETE FROM layouts WHERE source = ? AND family = ? AND container = ?", key)
        self._database.run("INSERT INTO layouts VALUES (?, ?, ?, ?)", [*key, layout])
        self.layouts[key] = layout


def _summands(generation: Generation) -> dict[str, int]:
    """What one generation adds to the totals."""
    counts = {name: getattr(generation.books, name) for name in _COUNTS}
    return counts | {"bytes": _consumed(generation), "gaps": int(generation.gap > 0)}


def _consumed(generation: Generation) -> int:
    """Bytes read: a Parquet file's position counts row groups, so it is its size from the first one on."""
    if generation.container == "parquet":
        return generation.size if generation.position else 0
    return generation.position


def _row(account: Account) -> list[Any]:
    generation, books = account.generation, account.generation.books
    kept = [account.expired_rows, account.forgotten_rows, account.unkept_rejects]
    return [*(getattr(generation, name) for name in _OWN), *(getattr(books, name) for name in _COUNTS), *kept]


def _account(row: dict[str, Any]) -> Account:
    books = Books(**{name: row["row_count" if name == "rows" else name] for name in _COUNTS})
    generation = Generation(**{name: row[name] for name in _OWN}, books=books)
    return Account(generation, row["expired_rows"], row["forgotten_rows"], row["unkept_rejects"])
