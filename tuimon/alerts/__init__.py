"""Alert rules: readings, old states and event time give new states and transitions. Pure, no I/O and no clock of its own."""

from tuimon.alerts.acknowledging import acknowledge, unacknowledged
from tuimon.alerts.message import message
from tuimon.alerts.show import as_alerts
from tuimon.alerts.state import Acknowledgement, AlertState, Reading, ReadingState, Transition, TransitionKind, alert_key
from tuimon.alerts.step import KEEP_RESOLVED, step

__all__ = [
    "KEEP_RESOLVED",
    "Acknowledgement",
    "AlertState",
    "Reading",
    "ReadingState",
    "Transition",
    "TransitionKind",
    "acknowledge",
    "alert_key",
    "as_alerts",
    "message",
    "step",
    "unacknowledged",
]
