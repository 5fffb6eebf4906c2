"""Telling others of alerts: letters of the outbox go to their receivers on a thread of their own."""

from tuimon.monitor.telling.courier import Courier, Delivery, Job, send
from tuimon.monitor.telling.outcome import Outcome
from tuimon.monitor.telling.rounds import Rounds

__all__ = ["Courier", "Delivery", "Job", "Outcome", "Rounds", "send"]
