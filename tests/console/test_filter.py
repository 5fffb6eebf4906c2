"""What a filter line shows, and that no pattern hangs the screen."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console import snapshots
from tests.console.stage import console
from tuimon.console.charset import UNICODE
from tuimon.console.draw.filter import parsed
from tuimon.console.draw.grid import Cell, Row

ROWS = [
    Row(("a",), "critical", (Cell("age"), Cell("PSI"))),
    Row(("b",), "warning", (Cell("average_age"), Cell("PSI"))),
    Row(("c",), "ok", (Cell("Income [EUR]"), Cell("KS"))),
    Row(("d",), "none", (Cell("country"), Cell("JS")), names=("de", "fr")),
]


def shown(needle: str) -> str:
    found = parsed(needle, UNICODE)
    return "".join(row.key[0] for row in ROWS if found.holds(row))


@pytest.mark.parametrize(
    ("needle", "keys"),
    [
        ("", "abcd"),
        ("AGE", "ab"),
        ("!age", "cd"),
        ("!", "abcd"),
        ("fr", "d"),
        ("[eur]", "c"),
        ("re:age$|  psi", "ab"),
        ("re:\\bage\\b", "a"),
        ("!re:AGE", "cd"),
        ("re:^ok", "c"),
        ("st:crit", "a"),
        ("st:!!", "a"),
        ("st:w", "b"),
        ("!st:ok", "abd"),
        ("st:nothing", ""),
    ],
)
def test_what_a_line_shows(needle: str, keys: str) -> None:
    assert (shown(needle), parsed(needle, UNICODE).problem) == (keys, "")


@pytest.mark.parametrize(
    "needle",
    ["re:[", "re:(", "!re:*", "re:(a+)+$", "re:(a|aa)*b", "re:a**", "re:(.)\\1", f"re:{101 * chr(97)}", "re:.*.*.*b", "re:a?a?a?a"],
)
def test_a_pattern_that_cannot_be_used_filters_nothing_and_says_so(needle: str) -> None:
    assert shown(needle) == "abcd"
    assert parsed(needle, UNICODE).problem


@given(st.text(max_size=120))
def test_any_line_is_taken(needle: str) -> None:
    shown(needle)


def test_patterns_that_are_taken_end_soon_on_the_worst_row() -> None:
    program = (
        "from tuimon.console.charset import UNICODE\nfrom tuimon.console.draw.filter import parsed\n"
        "from tuimon.console.draw.grid import Cell, Row\n"
        "row = Row(('x',), 'ok', (Cell('a' * 100_000),))\n"
        "for needle in ('re:a*a*b', 're:.*.*b', 're:(a|a)(a|a)(a|a)a*a*b', 're:[ab]+[ac]{2,99}=b'):\n"
        "    print([parsed(needle, UNICODE).holds(row) for _ in range(100)][:1])\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=50, capture_output=True)


async def test_a_pattern_that_is_not_whole_yet_is_said_while_typing() -> None:
    async with console(snapshots.busy()) as stage:
        await stage.press("2", "slash", *"re", "colon", "left_parenthesis")
        assert "not a whole pattern" in stage.text()
        await stage.press("a", "g", "e", "right_parenthesis")
        assert "not a whole pattern" not in stage.text()
        stage.assert_sound()
