"""What receivers are still to be told of alerts. Pure; how a message looks is in `parcels`, which is imported only to send one."""

from tuimon.alerts.telling.letter import Episode, Key, Letter, episode_of
from tuimon.alerts.telling.outbox import MOST_WAITING, TOO_OLD, Outbox

__all__ = ["MOST_WAITING", "TOO_OLD", "Episode", "Key", "Letter", "Outbox", "episode_of"]
