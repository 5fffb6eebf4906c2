"""Themes: chosen by the environment, complete, and with a ground of their own."""

from __future__ import annotations

import pytest
from rich.color import ColorType
from textual.color import Color

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console import theme
from tuimon.console.filters import COLOURLESS

BLACK = Color(0, 0, 0)


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
        styles = [filtered.style for strip in stage.strips() for line in [strip.apply_filter(COLOURLESS, BLACK)] for filtered in line]
        assert not [style for style in styles if style and (style.color or style.bgcolor)]
        assert stage.app.get_line_filters()[-1] is COLOURLESS


@pytest.mark.parametrize(
    ("environment", "colours", "chosen", "expected"),
    [
        ({}, "truecolor", "", "tuimon-dark"),
        ({}, "256", "tuimon-light", "tuimon-light"),
        ({"TEXTUAL_THEME": "tuimon-light"}, "256", "tuimon-dark", "tuimon-light"),
        ({"COLORFGBG": "0;15"}, "256", "", "tuimon-light"),
        ({"COLORFGBG": "15;0"}, "256", "", "tuimon-dark"),
        ({"COLORFGBG": "nonsense"}, "256", "no-such", "tuimon-dark"),
        ({"TEXTUAL_THEME": "tuimon-light"}, "standard", "tuimon-dark", "tuimon-ansi"),
        ({}, None, "", "tuimon-ansi"),
    ],
)
def test_which_theme(environment: dict[str, str], colours: str | None, chosen: str, expected: str) -> None:
    assert theme.wanted(environment, colours, chosen, [one.name for one in theme.THEMES]) == expected


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


DECORATION = {"border", "limit", "limit2", "base", "low"}
"""What no word is written in: lines and fills."""


@pytest.mark.parametrize("kind", ["dark", "light"])
@pytest.mark.parametrize("role", sorted(theme.ROLES - DECORATION))
def test_words_stand_out_from_their_ground(kind: str, role: str) -> None:
    for mark in ("",) if role in theme.SOLID else ("", "+select"):
        style = theme.style(role + mark, kind)
        assert style.color is not None
        assert style.color.triplet is not None
        assert style.bgcolor is not None
        assert style.bgcolor.triplet is not None
        least = 3.0 if role in ("none", "silenced", "spark", "now", "more", "middle", "high") else 4.5
        assert contrast(style.color.triplet.hex, style.bgcolor.triplet.hex) >= least, (role, kind, mark)


def seen_without(colour: str, kind: str) -> tuple[float, ...]:
    """Return linear RGB as people without red or green cones see it (Viénot, Brettel and Mollon 1999)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    if kind == "protan":
        both, rest = 0.1121 * red + 0.8853 * green - 0.0005 * blue, 0.0046 * red - 0.0048 * green + 1.0000 * blue
    else:
        both, rest = 0.2920 * red + 0.7054 * green - 0.0003 * blue, -0.0226 * red + 0.0226 * green + 1.0000 * blue
    return both, both, rest


@pytest.mark.parametrize("kind", ["dark", "light"])
@pytest.mark.parametrize("eyes", ["protan", "deutan"])
def test_well_and_not_well_differ_for_every_eye(kind: str, eyes: str) -> None:
    looks = {role: theme.style(role, kind).color for role in ("ok", "warning", "critical")}
    seen = {role: seen_without(colour.triplet.hex, eyes) for role, colour in looks.items() if colour and colour.triplet}
    for bad in ("warning", "critical"):
        distance = sum((one - other) ** 2 for one, other in zip(seen["ok"], seen[bad], strict=True)) ** 0.5
        assert distance > 0.2, (bad, distance)
