"""A box with a picture in it."""

from __future__ import annotations

from collections.abc import Sequence

from tuimon.console.charset import UNICODE, Charset
from tuimon.console.lines import EMPTY, Line, boxed
from tuimon.console.panels.picture import Picture
from tuimon.console.widgets.canvas import Canvas

NOTHING = Picture(EMPTY, lambda _width, _height: [])


class Panel(Canvas):
    """Shows a picture inside a box, its title in the border."""

    picture: Picture = NOTHING
    chars: Charset = UNICODE

    def show(self, picture: Picture, chars: Charset) -> None:
        """Show a picture; only what differs from the last one is repainted."""
        self.picture, self.chars = picture, chars
        self.repaint()

    def show_lines(self, picture: Picture, chars: Charset, lines: int) -> None:
        """Show a picture in a box just as high as its lines."""
        if self.styles.height is None or self.styles.height.value != lines + 2:
            self.styles.height = lines + 2
        self.show(picture, chars)

    def draw(self, width: int, height: int) -> Sequence[Line]:
        """Return the box."""
        body = self.picture.draw(max(0, width - 4), max(0, height - 2))
        return boxed(body, (width, height), self.picture.title, self.picture.note, self.chars)
