"""A table says everything that it has room for, names the rest, and never passes the edge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuimon.cli.fitting import GAP, NARROWEST, Head, fitted, sentence, terminal_width
from tuimon.values.text import cell_width

texts = st.text(st.sampled_from("ab1.猫 "), max_size=14)
heads = st.lists(
    st.builds(Head, st.sampled_from(["", "psi", "missing"]), st.booleans(), st.integers(0, 3), st.booleans()), min_size=1, max_size=7
)


@given(heads, st.integers(1, 120), st.data())
def test_lines_keep_to_the_room_where_what_stays_does(found: list[Head], room: int, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(*[texts] * len(found)), max_size=4))
    lines, out = fitted(found, rows, room)
    assert len(lines) == len(rows) + 1
    stays = [place for place, head in enumerate(found) if head.rank == 0]
    widths = [max(cell_width(row[place]) for row in [[head.title for head in found], *rows]) for place in range(len(found))]
    least = sum(min(widths[place], NARROWEST) if found[place].shrinks else widths[place] for place in stays) + GAP * (len(stays) - 1)
    assert max(map(cell_width, lines)) <= max(room, least)
    assert len(out) == 0 or sum(widths) + GAP * (len(found) - 1) > room
    assert len(out) <= len(found) - len(stays)


def test_the_lowest_rank_stays_longest_and_a_long_name_is_cut_last() -> None:
    columns = [Head("name", shrinks=True), Head("often", rank=1), Head("seldom", rank=2)]
    rows = [("a-name-of-twenty-cell", "12345", "123456")]
    assert fitted(columns, rows, 40)[1] == []
    assert fitted(columns, rows, 30) == (["name                   often", "a-name-of-twenty-cell  12345"], ["seldom"])
    assert fitted(columns, rows, 12) == (["name", "a-name-of-t…"], ["often", "seldom"])


def test_a_sentence_is_wrapped_between_words() -> None:
    assert sentence("   said           some words and more", 38, 18) == ["   said           some words and more"]
    assert sentence("   said           some words and yet more", 38, 18) == [
        "   said           some words and yet",
        "                  more",
    ]
    assert sentence("short", 40, 18) == ["short"]


def test_the_width_is_asked_for_or_eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "132")
    assert terminal_width() == 132
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr("os.isatty", lambda _: False)
    assert terminal_width() == 80
