"""The loop: take chunks, commit batches, read cells, ask statistics and alert rules, publish a snapshot."""

from tuimon.monitor.engine import LiveEngine
from tuimon.monitor.feed import Feed, RefreshNow, Request, SetRefresh
from tuimon.monitor.record import load_snapshot, save_snapshot
from tuimon.monitor.session import Session

__all__ = ["Feed", "LiveEngine", "RefreshNow", "Request", "Session", "SetRefresh", "load_snapshot", "save_snapshot"]
