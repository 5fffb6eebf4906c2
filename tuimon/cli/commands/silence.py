"""`tuimon silence`: hear nothing of some alerts for a time; also while a console is open."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from tuimon.cli.contract import dumps, moment, silenced
from tuimon.cli.options import Run, UsageError, resolve
from tuimon.cli.output import DONE, data, narrate
from tuimon.config import Settings, duration
from tuimon.monitor.alarms import Alarms
from tuimon.monitor.alertbook import AlertBook
from tuimon.monitor.feed import Hush, Unhush
from tuimon.monitor.inbox import Errand, put
from tuimon.monitor.journal import JournalFile
from tuimon.monitor.person import login_name
from tuimon.monitor.record import load_snapshot
from tuimon.store import JOURNAL, Store, StoreLocked
from tuimon.values.alert import Silenced

PARTS = ("rule", "model", "version", "column")


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code."""
    errand = _errand(arguments)
    chosen = resolve(arguments, os.environ)
    if not Store.is_there(chosen.state):
        raise UsageError("nothing was read yet, so there are no alerts to silence: open the console or run `tuimon check` first")
    try:
        found = _at_once(chosen, errand)
    except StoreLocked as busy:
        found = _by_hand(chosen.state, errand, busy)
    data(dumps([silenced(one) for one in found]) if arguments.json else "\n".join(map(_line, found)) or "no silence holds")
    return DONE


def _errand(arguments: argparse.Namespace) -> Errand | None:
    """Return what is asked for, None to be told only. Raises UsageError."""
    if arguments.end is not None:
        if arguments.matcher or arguments.span is not None:
            raise UsageError("--end takes the number of a silence, and nothing else")
        return Errand(login_name(), unhush=Unhush(arguments.end))
    if not arguments.matcher and arguments.span is None:
        return None
    if not arguments.matcher:
        raise UsageError("say which alerts: rule=…, model=…, version=… or column=…; model='*' is all of them")
    parts = [_part(words) for words in arguments.matcher]
    twice = next((name for name in PARTS if sum(name == given for given, _ in parts) > 1), None)
    if twice is not None:
        raise UsageError(f"{twice} is given twice; a pattern such as {twice}='a*' names several")
    return Errand(login_name(), hush=Hush(_seconds(arguments.span), note=arguments.note, **dict(parts)))


def _seconds(span: str | None) -> float:
    try:
        seconds = duration(span) if span is not None else 0.0
    except ValueError as error:
        raise UsageError(f"--for {error}") from error
    if not seconds:
        raise UsageError("say for how long: --for 2h")
    return seconds


def _part(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals or name not in PARTS:
        raise UsageError(f"{words}: which alerts is said as rule=…, model=…, version=… or column=…, with names or patterns")
    return name, value


def _at_once(chosen: Run, errand: Errand | None) -> tuple[Silenced, ...]:
    store = Store.open(chosen.state, chosen.settings.store)
    try:
        alarms = _alarms(store, chosen.settings, chosen.state)
        now = time.time()
        if errand is not None and errand.hush is not None:
            alarms.silence(errand.hush, errand.by, now)
        if errand is not None and errand.unhush is not None:
            _known(alarms, errand.unhush.number, now)
            alarms.unsilence(errand.unhush.number, errand.by, now)
        return alarms.silences(now)
    finally:
        store.close()


def _known(alarms: Alarms, number: int, now: float) -> None:
    """A mistyped number must not look like an end. Raises UsageError."""
    if number not in {silence.number for silence in alarms.silences(now)}:
        raise UsageError(f"there is no silence {number}; `tuimon silence` lists those that hold")


def _alarms(store: Store, settings: Settings, state: Path) -> Alarms:
    return Alarms(settings, AlertBook(store, None, JournalFile(state / JOURNAL)))


def _by_hand(state: Path, errand: Errand | None, busy: StoreLocked) -> tuple[Silenced, ...]:
    """Leave it to the tuimon that holds the store."""
    if errand is not None:
        put(state, errand)
        holder = f"process {busy.pid}, which" if busy.pid else "the tuimon that"
        narrate(f"left to {holder} holds the store: it takes it at its next refresh")
    snapshot = load_snapshot(state, time.time())
    if snapshot is None and errand is None:
        raise busy
    return snapshot.silences if snapshot is not None else ()


def _line(one: Silenced) -> str:
    note = f"  {one.note}" if one.note else ""
    return f"{one.number:>4}  until {moment(one.until)}  by {one.by}  {one.what}{note}"
