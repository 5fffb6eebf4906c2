"""Text from a log is safe before it is shown, and takes exactly the cells it is given."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tuimon.values.text import cell_width, fit, safe_text

anything = st.text(st.characters(), max_size=60)
nasty = st.lists(
    st.sampled_from(
        [
            "\x1b]52;c;eA==\x1b\\",
            "\x9b31m",
            "\u202e",
            "\x00",
            "[/]",
            "[@click=app.quit]x[/]",
            "日本",
            "é",
            "e\u0301",
            "\u200b",
            "\ud800",
            "a",
        ]
    ),
    max_size=8,
).map("".join)


@given(anything | nasty)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    for char in safe_text(text):
        assert unicodedata.category(char) not in {"Cc", "Cs"}
        assert unicodedata.bidirectional(char) not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        assert char not in "\u200b\u200e\u200f\u2028\u2029\ufeff"


@given(st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126)))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@given(st.binary(max_size=40))
def test_any_bytes_can_be_shown(data: bytes) -> None:
    assert "\x1b" not in safe_text(data)


@given(anything | nasty, st.integers(0, 30), st.sampled_from(["left", "right"]))
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int, align: str) -> None:
    assert cell_width(fit(safe_text(text), width, align)) == width


def test_a_cut_is_visible() -> None:
    assert fit("abcdef", 4) == "abc…"
    assert fit("日本語", 4) == "日… "


def test_the_escape_is_readable() -> None:
    assert safe_text("a\x1b[2Jb") == "a\\x1b[2Jb"
    assert safe_text("\u202e") == "\\u202e"
