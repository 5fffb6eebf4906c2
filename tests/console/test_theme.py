"""Themes: chosen by the environment, complete, and with a ground of their own."""

from __future__ import annotations

import pytest
from rich.color import ColorType

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console import theme


@pytest.mark.parametrize("kind", ["dark", "light", "ansi"])
def test_every_theme_has_every_role(kind: str) -> None:
    for role in theme.ROLES:
        assert theme.style(role, kind)
        assert theme.style(f"{role}+select+flash", kind).reverse


@pytest.mark.parametrize("name", ["tuimon-dark", "tuimon-light", "tuimon-ansi", "nord", "no-such-theme"])
async def test_the_environment_chooses_the_theme(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", name)
    async with console(snapshots.busy()) as stage:
        assert stage.app.theme == (name if name != "no-such-theme" else "tuimon-dark")
        kinds = {s.style.bgcolor.type for strip in stage.strips() for s in strip if s.style and s.style.bgcolor}
        assert kinds == (set() if name == "tuimon-ansi" else {ColorType.TRUECOLOR})
        colours = {s.style.color.type for strip in stage.strips() for s in strip if s.style and s.style.color}
        assert (ColorType.TRUECOLOR in colours) == (name != "tuimon-ansi")


async def test_no_color_leaves_glyphs_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console(snapshots.busy()) as stage:
        assert "!!2 crit" in stage.text()
        shades = {s.style.color.triplet for strip in stage.strips() for s in strip if s.style and s.style.color}
        assert all(shade is not None and shade.red == shade.green == shade.blue for shade in shades)
