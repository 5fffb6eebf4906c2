"""Telling others of alerts: letters of the outbox go to their receivers on a thread of their own."""

from tuimon.monitor.telling.courier import Courier, send
from tuimon.monitor.telling.job import Delivery, Job
from tuimon.monitor.telling.outcome import Outcome
from tuimon.monitor.telling.rounds import Rounds

__all__ = ["Courier", "Delivery", "Job", "Outcome", "Rounds", "send"]
