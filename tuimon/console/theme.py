"""Colours: three themes, and the look of each role in them. Blue is well, orange is a warning, red is critical; glyphs say it first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="tuimon-dark",
    primary="#58a6ff",
    secondary="#388bfd",
    warning="#f0a742",
    error="#ff6a5f",
    success="#5aa9e6",
    accent="#7cc4ff",
    foreground="#c3ccd6",
    background="#0d1219",
    surface="#121923",
    panel="#182230",
    dark=True,
)
LIGHT = Theme(
    name="tuimon-light",
    primary="#0b5cad",
    secondary="#0a4a8c",
    warning="#9a5b00",
    error="#b3261e",
    success="#0b5cad",
    accent="#0a4a8c",
    foreground="#26303b",
    background="#fbfcfd",
    surface="#f1f4f7",
    panel="#e6ebf0",
    dark=False,
)
ANSI = replace(BUILTIN_THEMES["ansi-dark"], name="tuimon-ansi")
"""The terminal's own sixteen colours on its own ground; half the bytes."""
THEMES = (DARK, LIGHT, ANSI)

_DARK_ROLES = {
    "text": "#c3ccd6",
    "dim": "#85919c",
    "label": "#8392a0",
    "bright": "bold #eef3f8",
    "border": "#2f3b49",
    "title": "#9fc3e6",
    "accent": "#7cc4ff",
    "active": "bold #0d1219 on #7cc4ff",
    "brand": "bold #7cc4ff",
    "critical": "bold #ff6a5f",
    "warning": "#f0a742",
    "stale": "#b79ce0",
    "pending": "#d3b46b",
    "watch": "#8fb6d9",
    "ok": "#6194c0",
    "none": "#667381",
    "silenced": "#667381",
    "spark": "#4a90c9",
    "now": "#4a90c9",
    "more": "#f0a742",
    "base": "#5f6f80",
    "low": "#3f6d94",
    "middle": "#6db7f2",
    "high": "#f0a742",
    "limit": "#a8703a",
    "limit2": "#a8484a",
    "banner": "bold #0d1219 on #f0a742",
}
_LIGHT_ROLES = {
    "text": "#26303b",
    "dim": "#5e6975",
    "label": "#5e6973",
    "bright": "bold #0b1118",
    "border": "#c3ccd6",
    "title": "#0b5cad",
    "accent": "#0b5cad",
    "active": "bold #ffffff on #0b5cad",
    "brand": "bold #0b5cad",
    "critical": "bold #b3261e",
    "warning": "#975900",
    "stale": "#6a3fb0",
    "pending": "#7a6410",
    "watch": "#2e6c9b",
    "ok": "#2a6ba3",
    "none": "#798592",
    "silenced": "#798592",
    "spark": "#2f78b7",
    "now": "#2f78b7",
    "more": "#c07000",
    "base": "#a3b1bf",
    "low": "#8fb6d9",
    "middle": "#0b5cad",
    "high": "#c86a00",
    "limit": "#c99a5a",
    "limit2": "#cf7a74",
    "banner": "bold #ffffff on #9a5b00",
}
_ANSI_ROLES = {
    "text": "default",
    "dim": "bright_black",
    "label": "bright_black",
    "bright": "bold default",
    "border": "bright_black",
    "title": "cyan",
    "accent": "cyan",
    "active": "reverse cyan",
    "brand": "bold cyan",
    "critical": "bold red",
    "warning": "yellow",
    "stale": "magenta",
    "pending": "yellow",
    "watch": "cyan",
    "ok": "blue",
    "none": "bright_black",
    "silenced": "bright_black",
    "spark": "blue",
    "now": "blue",
    "more": "yellow",
    "base": "bright_black",
    "low": "blue",
    "middle": "cyan",
    "high": "yellow",
    "limit": "yellow",
    "limit2": "red",
    "banner": "reverse yellow",
}
_TABLES = {"dark": _DARK_ROLES, "light": _LIGHT_ROLES, "ansi": _ANSI_ROLES}
_SELECT = {"dark": "on #1c2a3a", "light": "on #dce8f4", "ansi": "bold"}
_GROUND = {"dark": Style(bgcolor=DARK.background), "light": Style(bgcolor=LIGHT.background), "ansi": Style()}
"""Our own ground under our own colours: they stay readable whatever the terminal's is."""
SOLID = ("active", "banner")
"""Roles with a ground of their own."""
ROLES = frozenset(_DARK_ROLES)


def kind_of(theme: Theme) -> str:
    """Return which table of roles goes with a theme: dark, light or ansi."""
    return "ansi" if theme.ansi else "dark" if theme.dark else "light"


@lru_cache(512)
def style(role: str, kind: str) -> Style:
    """Return the look of a role, with an optional mark ("critical+select", "text+flash")."""
    name, *marks = role.split("+")
    look = _GROUND[kind] + Style.parse(_TABLES[kind][name])
    if "select" in marks:
        look += Style.parse(_SELECT[kind])
    return look + Style(reverse=True) if "flash" in marks else look


def wanted(environment: Mapping[str, str], colours: str | None, chosen: str, known: Collection[str]) -> str:
    """Return the name of a known theme: that of few colours where the terminal has no more, TEXTUAL_THEME's, the chosen one, or ours.

    `colours` is the terminal's colour system as Rich names it, None for one without colours. COLORFGBG says of some terminals that their
    ground is light.
    """
    if colours in (None, "standard", "windows"):
        return ANSI.name
    light = environment.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
    names = (environment.get("TEXTUAL_THEME", ""), chosen, LIGHT.name if light else DARK.name)
    return next(name for name in names if name in known)
