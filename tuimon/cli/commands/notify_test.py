"""`tuimon notify-test NAME`: a test alert for one receiver, and its end; the one command that sends something."""

from __future__ import annotations

import argparse
import difflib
import os
import time
from dataclasses import replace

from tuimon.cli.contract import dumps
from tuimon.cli.options import UsageError, resolve
from tuimon.cli.output import DONE, FAILED, data
from tuimon.config import Receiver, Settings


def run(arguments: argparse.Namespace) -> int:
    """Return 0 when the receiver took both, 2 when not."""
    receiver = _named(resolve(arguments, os.environ).settings, arguments.name)
    ok, said = _tried(receiver)
    data(dumps({"receiver": receiver.name, "ok": ok, "found": said}) if arguments.json else f"notify {receiver.name}: {said}")
    return DONE if ok else FAILED


def _named(settings: Settings, name: str) -> Receiver:
    known = {receiver.name: receiver for receiver in settings.receivers if receiver.type != "bell"}
    if name in known:
        return known[name]
    if not known:
        raise UsageError(f"there is no [notify.{name}] table to test; see docs/notify.md")
    near = difflib.get_close_matches(name, known, 1)
    advice = f"did you mean '{near[0]}'?" if near else "known are " + ", ".join(f"'{other}'" for other in known)
    raise UsageError(f"there is no [notify.{name}] table to test; {advice}")


def _tried(receiver: Receiver) -> tuple[bool, str]:
    from tuimon.alerts.telling import Episode, Letter
    from tuimon.monitor.telling import Job, send

    now = time.time()
    text = "this is only a test, by tuimon notify-test"
    episode = Episode("test/tuimon//", int(now), "test", "tuimon", None, None, None, receiver.min_severity, text, None, 0.0, now)
    fired = Letter(receiver.name, 1, episode, now)
    over = replace(fired, order=2, episode=replace(episode, ended=now), told=episode.severity)
    for letter in (fired, over):
        for delivery in send(Job(receiver, (letter,), now)):
            if delivery.outcome.kind != "taken":
                word = "refused for good" if delivery.outcome.kind == "refused" else "could not be told"
                return False, f"{word}: {delivery.outcome.reason}"
    return True, "took a test alert and its end"
