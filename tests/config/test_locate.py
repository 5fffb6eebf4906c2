from __future__ import annotations

from random import Random
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.config.documents import TREES, Writer
from tuimon.config.locate import locate


@settings(deadline=None, max_examples=200)
@given(TREES, st.integers(0, 2**32))
def test_every_key_and_element_is_found_on_its_line(tree: dict[str, Any], seed: int) -> None:
    document = Writer(tree, Random(seed))
    assert tomli.loads(document.text) == tree
    assert locate(document.text) == document.lines


@settings(deadline=None, max_examples=50)
@given(TREES, st.integers(0, 2**32))
def test_windows_line_ends_change_no_line(tree: dict[str, Any], seed: int) -> None:
    text = Writer(tree, Random(seed)).text
    assert locate(text.replace("\n", "\r\n")) == locate(text)


_MARKS = ["a", "b", " = ", "=", "1", "1.5", " ", "[", "]", "[[", "]]", "{", "}", ",", ".", "\n", "\n", "\\"]
_PIECES = st.sampled_from([*_MARKS, "# x", '"a"', "'b'", '"' * 3, "'" * 3, '"'])


def _paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(_paths(inner, (*path, step)) for step, inner in items))


@settings(deadline=None, max_examples=2000)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_whatever_the_parser_accepts_is_located(text: str) -> None:
    try:
        tree = tomli.loads(text)
    except tomli.TOMLDecodeError:
        return
    assert set(locate(text)) | {()} == _paths(tree)


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("[a.b]\nx = 1\n[a]\ny = 2\n", ("a",), 3),
        ("[a.b]\nx = 1\n", ("a",), 1),
        ("a = '''\n[b]\n'''\n[b]\n", ("b",), 4),
        ('a = """\n\\"""\nb = 1"""\nb = 2\n', ("b",), 4),
        ("a = 1979-05-27 07:32:00 # t\nb = [ # x\n 1,\n\n 2 ]\nc = +1.5e3", ("b", 1), 5),
        ("a = 1\nc = -inf", ("c",), 2),
        ("[[x]]\n[x.y]\nz = 1\n[[x]]\n[x.y]\nz = 1\n", ("x", 1, "y", "z"), 6),
        ('"\\u0061" = {b = [{"c d" = 1}]}', ("a", "b", 0, "c d"), 1),
    ],
)
def test_line_of_odd_spellings(text: str, path: tuple[str | int, ...], line: int) -> None:
    tomli.loads(text)
    assert locate(text)[path] == line
