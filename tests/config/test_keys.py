"""`[keys]`: what it may name, and what it may not take."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuimon.config import ACTIONS, ConfigError, actions, changes, parse

FILE = Path("config.toml")


def keys_of(text: str) -> dict[str, tuple[str, ...]]:
    settings = parse(f"[keys]\n{text}\n".encode(), FILE)
    return {action.id: action.keys for action in actions(settings.keys)}


def test_what_is_not_named_keeps_its_keys() -> None:
    found = keys_of('silence = "Z"\nalerts = ["5", "H"]\npicture = []\nrefresh = "Ctrl+R"')
    assert found["silence"] == ("Z",)
    assert found["alerts"] == ("5", "H")
    assert found["picture"] == ()
    assert found["refresh"] == ("ctrl+r",)
    usual = {action.id: action.keys for action in ACTIONS}
    assert {name for name in usual if found[name] != usual[name]} == {"silence", "alerts", "picture", "refresh"}


def test_two_actions_can_change_places() -> None:
    found = keys_of('next-critical = "w"\nnext-warning = "e"')
    assert (found["next-critical"], found["next-warning"]) == (("w",), ("e",))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('slience = "Z"', "did you mean 'silence'?"),
        ('quit-always = "q"', "is not a key of an action"),
        ('silence = "a"', "has the key 'a' of 'acknowledge'; give that one another, or none with acknowledge = []"),
        ('silence = "ctrl+q"', "has the key 'ctrl+q', which always quits"),
        ('silence = ["Q", "Q"]\nrows = "Q"', "has the key 'Q' of 'silence'"),
        ('silence = "ctrl+i"', "a terminal sends it as tab"),
        ('silence = "zz"', "must be one character"),
        ('silence = "é"', "must be one character"),
        ('silence = "\\u0007"', "must be one character"),
        ("silence = 3", "must be one character"),
        ('silence = ""', "must be one character"),
        ("silence = [[]]", "must be one character"),
    ],
)
def test_each_mistake_has_a_sentence_with_its_line(line: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"[keys]\n{line}\n".encode(), FILE)
    assert words in str(caught.value)
    assert caught.value.line in (2, 3)


def test_a_change_is_told() -> None:
    before, after = parse(b"", FILE), parse(b'[keys]\nsilence = ["Z", "f5"]\n', FILE)
    assert changes(before, after) == ("keys.silence not set -> Z f5",)
