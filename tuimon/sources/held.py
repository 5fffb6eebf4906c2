"""The descriptors that are held open: what keeps a rotated and deleted file readable, within a limit."""

from __future__ import annotations

import os

from tuimon.sources.track import Track


class Held:
    """At most `limit` descriptors, the least recently read given up first; what is only reachable through one is never given up."""

    def __init__(self, limit: int) -> None:
        self._limit = max(limit, 1)
        self._tracks: dict[int, Track] = {}

    def offer(self, track: Track, descriptor: int) -> None:
        """Hold the descriptor if there is room, else close it."""
        if descriptor == track.descriptor:
            return
        if len(self._tracks) >= self._limit:
            os.close(descriptor)
            track.rest()
        else:
            self._hold(track, descriptor)

    def take(self, track: Track, descriptor: int) -> None:
        """Hold the descriptor of a track that is about to be read."""
        held = self.tracks()
        if len(held) >= self._limit:
            spare = next((other for other in held if other.placed and not other.lent), None)
            if spare is not None:
                spare.detach()
        self._hold(track, descriptor)

    def used(self, track: Track) -> None:
        """Note that a held track was read."""
        self._tracks[track.now.number] = self._tracks.pop(track.now.number, track)

    def tracks(self) -> list[Track]:
        """Return the tracks whose descriptors are held."""
        self._tracks = {number: track for number, track in self._tracks.items() if track.descriptor >= 0}
        return list(self._tracks.values())

    def _hold(self, track: Track, descriptor: int) -> None:
        track.attach(descriptor)
        self.used(track)
