"""What people do with alerts: acknowledge them, with a note or without, and silence them for a time."""

from __future__ import annotations

from tuimon.console.screens.asking import Answer, AskScreen, Choice, Question
from tuimon.console.travel import Travelling
from tuimon.console.views.detail import DetailView
from tuimon.monitor.feed import Acknowledge, Hush, Unhush
from tuimon.values.alert import Alert

SPANS = (
    ("15m", 900),
    ("30m", 1800),
    ("1h", 3600),
    ("2h", 7200),
    ("4h", 14_400),
    ("8h", 28_800),
    ("1d", 86_400),
    ("3d", 259_200),
    ("7d", 604_800),
)
FIRST_SPAN = 2
SEEN = "Others see who has seen it and the note, here and in check --json, until it ends or grows worse."
HUSHED = "Nobody is told and nothing flashes, here or by a receiver, until the time is over. It is judged and shown all the same."


class Acting(Travelling):
    """The stage with the keys that act on alerts."""

    def action_acknowledge(self) -> None:
        """Say that what fires in the selected row, or in Detail about its subject, is seen; take it back when all of it is."""
        firing = self._here("acknowledge", ("firing",))
        if not firing:
            return
        back = all(alert.acknowledged for alert in firing)
        for alert in firing:
            self.feed.request(Acknowledge(alert.id, alert.episode, alert.severity, back))
        self.tell("no longer acknowledged" if back else "acknowledged, until it ends or grows worse")

    def action_acknowledge_with_note(self) -> None:
        """Ask for a note, then acknowledge."""
        firing = [alert for alert in self._here("acknowledge", ("firing",)) if not alert.acknowledged]
        if not firing:
            return

        def answered(answer: Answer | None) -> None:
            if answer is None:
                return
            for alert in firing:
                self.feed.request(Acknowledge(alert.id, alert.episode, alert.severity, note=answer.note))
            self.tell("acknowledged, until it ends or grows worse")

        self.push_screen(AskScreen(Question(f"Acknowledge {_whole(firing[0])}", (), SEEN, "acknowledge"), self.chars), answered)

    def action_silence(self) -> None:
        """Ask for how long and how much is to be silent; end the silence that holds for the selected alert."""
        active = self._here("silence", ("firing", "pending"))
        if not active:
            return
        silenced = next((alert.silenced for alert in active if alert.silenced), None)
        if silenced is not None:
            self.feed.request(Unhush(silenced.number))
            self.tell("the silence is over")
            return
        scopes = hushes(active[0])
        choices = (
            Choice("what", tuple(words for words, _ in scopes)),
            Choice("for", tuple(name for name, _ in SPANS), FIRST_SPAN),
        )

        def answered(answer: Answer | None) -> None:
            if answer is None:
                return
            (words, asked), (name, seconds) = scopes[answer.chosen[0]], SPANS[answer.chosen[1]]
            self.feed.request(Hush(float(seconds), *asked, note=answer.note))
            self.tell(f"{words}: silent for {name}")

        self.push_screen(AskScreen(Question("Silence", choices, HUSHED, "silence"), self.chars), answered)

    def _here(self, verb: str, states: tuple[str, ...]) -> list[Alert]:
        """Return the alerts in these states that the keys are about at present; if there are none, say why."""
        found: list[Alert] = []
        if self.view not in ("alerts", "detail"):
            self.tell(f"alerts are {verb}d on Alerts and in Detail")
        elif self.standing:
            self.tell(self.standing)
        else:
            found = [alert for alert in self._selected() if alert.state in states]
            if not found:
                self.tell(f"nothing {'fires' if len(states) == 1 else 'is active'} here that could be {verb}d")
        return found

    def _selected(self) -> list[Alert]:
        if self.board is None:
            return []
        if self.view == "detail":
            subject = self.base.query_one(DetailView).subject
            return self.board.alerts(subject) if subject else []
        row = self.page.table.row
        return [alert for alert in self.board.snapshot.alerts if row and alert.id in row.alerts]


ALL_LOGS = "all logs"
"""What an alert without a model is about."""
Scope = tuple[str | None, str | None, str | None, str | None, str | None]
"""Alert, rule, model, version, column."""


def hushes(alert: Alert) -> list[tuple[str, Scope]]:
    """Return what can be silenced of which this alert is a part, from the least to the most, each in words."""
    whole, model = _whole(alert), alert.model or ALL_LOGS
    found: list[tuple[str, Scope]] = [(f"this alert: {whole}", (alert.id, None, None, None, None))]
    if alert.column is not None:
        found.append((f"everything about {model}/{alert.column}", (None, None, alert.model, None, alert.column)))
    found.append((f"every {alert.rule} alert of {model}", (None, alert.rule, alert.model, None, None)))
    found.append((f"everything about {model}", (None, None, alert.model, None, None)))
    found.append(("every alert there is", (None, None, None, None, None)))
    return found


def _whole(alert: Alert) -> str:
    return f"{alert.rule} of " + "/".join(part for part in (alert.model or ALL_LOGS, alert.version, alert.column) if part)
