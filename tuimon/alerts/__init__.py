"""Alert rules: readings, old states and event time give new states and transitions. Pure, no I/O and no clock of its own."""

from tuimon.alerts.acknowledging import acknowledge, unacknowledged
from tuimon.alerts.journal import Entry, Remembered, decoded, encoded, replayed
from tuimon.alerts.message import message
from tuimon.alerts.show import as_alerts, as_silenced
from tuimon.alerts.silencing import Matcher, Silence, muted
from tuimon.alerts.state import Acknowledgement, AlertState, Reading, ReadingState, Transition, TransitionKind, alert_key
from tuimon.alerts.step import KEEP_RESOLVED, step

__all__ = [
    "KEEP_RESOLVED",
    "Acknowledgement",
    "AlertState",
    "Entry",
    "Matcher",
    "Reading",
    "ReadingState",
    "Remembered",
    "Silence",
    "Transition",
    "TransitionKind",
    "acknowledge",
    "alert_key",
    "as_alerts",
    "as_silenced",
    "decoded",
    "encoded",
    "message",
    "muted",
    "replayed",
    "step",
    "unacknowledged",
]
