"""Textual's private parts, in one place: send only the changed cells of a line, and print nothing of an error of its own.

`Compositor.render_partial_update`, the three fields of `ChopsUpdate`, `App._fatal_error` and `App._exception` are not public; they are
as here in Textual 8.2 to 8.x.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App
from textual.screen import Screen


class TightUpdate(ChopsUpdate):
    """A partial update whose strips are cut on both sides."""

    def render_segments(self, console: Console) -> str:
        """Return the terminal sequences of the changed spans."""
        out: list[str] = []
        for y, left, right in self.spans:
            for end, (start, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or start >= right or end <= left:
                    continue
                first, last = max(left, start), min(right, end)
                out.append(Control.move_to(first, y).segment.text)
                out.append(strip.crop(first - start, last - start).render(console))
        return "".join(out)


class TightCompositor(Compositor):
    """A compositor with tight partial updates."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return the update for all dirty regions, None when there are none."""
        update = super().render_partial_update()
        return None if update is None else TightUpdate(update.chops, update.spans, update.chop_ends)


class TightScreen(Screen[None]):
    """The screen below all others, with tight updates."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = TightCompositor()


class QuietlyFailing(App[int]):
    """An app that leaves it to whoever runs it to tell of an error: Textual's own report shows local variables, and so what logs hold."""

    @property
    def own_error(self) -> Exception | None:
        """The error that ended it, None without one."""
        return self._exception

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
