"""A threshold is changed in the file's text: the limits are the new ones, and nothing else is different."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from tests.config.documents import Writer
from tuimon.config import ConfigError, ThresholdEdit, difference, edited, save, threshold_for
from tuimon.config.load import parse

HERE = Path("/somewhere/config.toml")

TEXT = """# limits
[thresholds]   # all
psi            = { warning = 0.10, critical = 0.20, for = "5m" }   # the usual
latency_p95_ms = { warning = 150 }
stale = { warning = "5m", critical = "15m" }

# below: one model
[thresholds.models.fraud]
psi.warning = 0.12
[thresholds.models.fraud.columns.amount.psi]
warning = 0.15   # noisy

[windows]
min_rows = 200"""


def change(edit: ThresholdEdit, text: str = TEXT) -> list[str]:
    return list(difference(text.encode(), edited(text.encode(), HERE, edit)))


def _said(edit: ThresholdEdit) -> list[str]:
    return [line for line in change(edit) if line.strip("+ ")]


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (
            ThresholdEdit("psi", warning=0.125),
            [
                '- psi            = { warning = 0.10, critical = 0.20, for = "5m" }   # the usual',
                '+ psi            = { warning = 0.125, critical = 0.20, for = "5m" }   # the usual',
            ],
        ),
        (
            ThresholdEdit("latency_p95_ms", warning=180.0, critical=400.0, hold=60.0),
            ["- latency_p95_ms = { warning = 150 }", '+ latency_p95_ms = { warning = 180, critical = 400, for = "1m" }'],
        ),
        (
            ThresholdEdit("stale", critical=1_200.0),
            ['- stale = { warning = "5m", critical = "15m" }', '+ stale = { warning = "5m", critical = "20m" }'],
        ),
        (ThresholdEdit("error_rate", warning=0.02), ["+ error_rate = { warning = 0.02 }"]),
        (ThresholdEdit("psi", "fraud", warning=0.14, clear=0.1), ["- psi.warning = 0.12", "+ psi.warning = 0.14", "+ psi.clear = 0.1"]),
        (ThresholdEdit("psi", "fraud", None, "amount", critical=1.0), ["+ critical = 1.0"]),
        (
            ThresholdEdit("js", "fraud", None, 'a "b"\n', warning=0.2),
            ['+ [thresholds.models.fraud.columns."a \\"b\\"\\n"]', "+ js = { warning = 0.2 }"],
        ),
        (ThresholdEdit("js", "x*[1]", warning=0.2), ['+ [thresholds.models."x[*][[]1]"]', "+ js = { warning = 0.2 }"]),
        (ThresholdEdit("lag_bytes", warning=5e6), ['+ lag_bytes = { warning = "5MB" }']),
    ],
)
def test_only_the_touched_lines_differ(edit: ThresholdEdit, lines: list[str]) -> None:
    assert _said(edit) == lines


def test_a_name_with_a_pattern_in_it_means_itself_alone() -> None:
    new = parse(edited(TEXT.encode(), HERE, ThresholdEdit("js", "x*", warning=0.2)), HERE)
    assert (threshold_for(new, "js", "x*").warning, threshold_for(new, "js", "xy").warning) == (0.2, None)


def test_a_name_cannot_hide_in_the_file() -> None:
    """Nor turn the text around, nor break the line of what is shown of the change."""
    lines = _said(ThresholdEdit("js", None, None, "\u202ea\u2028b\x85c\U000e0041é", warning=0.2))
    assert lines == ['+ [thresholds.columns."\\u202ea\\u2028b\\u0085c\\U000e0041é"]', "+ js = { warning = 0.2 }"]


@pytest.mark.parametrize("warning", [0.1 + 0.2, 0.1234567890123456, 1e-9])
def test_a_limit_is_kept_to_its_last_digit(warning: float) -> None:
    new = parse(edited(b"", HERE, ThresholdEdit("js", warning=warning)), HERE)
    assert threshold_for(new, "js", "m").warning == warning


def test_a_new_table_stands_beside_its_nearest_kin() -> None:
    text = "[thresholds.models.a]\npsi = { warning = 0.1 }\n\n[thresholds.models.b]\npsi = { warning = 0.1 }\n"
    lines = edited(text.encode(), HERE, ThresholdEdit("psi", "a", None, "c", warning=0.15)).decode().splitlines()
    assert [line for line in lines if line.startswith("[")] == [
        "[thresholds.models.a]",
        "[thresholds.models.a.columns.c]",
        "[thresholds.models.b]",
    ]


@pytest.mark.parametrize(
    ("text", "edit", "line"),
    [
        ("[thresholds]\npsi = {\n critical = 0.2, # why\n}", ThresholdEdit("psi", clear=0.05), " critical = 0.2, clear = 0.05, # why"),
        ("[thresholds]\npsi = { # none\n}", ThresholdEdit("psi", clear=0.05), "psi = { clear = 0.05 # none"),
        ("thresholds.psi.warning = 0.1\n", ThresholdEdit("js", clear=0.05), "thresholds.js = { clear = 0.05 }"),
        ("[thresholds]\nmodels.m.psi.warning = 0.1\n", ThresholdEdit("js", "m", clear=0.05), "models.m.js = { clear = 0.05 }"),
        (
            "thresholds = { psi = { warning = 0.1 } }",
            ThresholdEdit("js", "m", clear=0.05),
            "thresholds = { psi = { warning = 0.1 }, models.m.js = { clear = 0.05 } }",
        ),
    ],
)
def test_a_limit_is_said_in_the_way_of_its_neighbours(text: str, edit: ThresholdEdit, line: str) -> None:
    assert line in edited(text.encode(), HERE, edit).decode().splitlines()


def test_a_file_without_thresholds_gets_them_at_its_end() -> None:
    assert change(ThresholdEdit("psi", "m", warning=0.2), "[windows]\nmin_rows = 9") == [
        "+ ",
        "+ [thresholds.models.m]",
        "+ psi = { warning = 0.2 }",
    ]
    assert edited(b"", HERE, ThresholdEdit("psi", warning=0.2)) == b"[thresholds]\npsi = { warning = 0.2 }\n"


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    text = ("\ufeff" + TEXT.replace("\n", "\r\n")).encode()
    new = edited(text, HERE, ThresholdEdit("error_rate", warning=0.02))
    assert new.startswith(b"\xef\xbb\xbf# limits\r\n")
    assert new.count(b"\n") == new.count(b"\r\n")
    assert b"error_rate = { warning = 0.02 }\r\n" in new


@pytest.mark.parametrize(
    "edit", [ThresholdEdit("psi", warning=0.5), ThresholdEdit("error_rate", warning=7.0), ThresholdEdit("nonsense", warning=1.0)]
)
def test_limits_that_are_no_good_are_refused_with_their_reason(edit: ThresholdEdit) -> None:
    """A warning beyond the critical limit, a share beyond 1, a rule that there is not."""
    with pytest.raises(ConfigError):
        change(edit)


_STYLES = ("inline", "header", "dotted", "absent")
_NAMES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
_NOISE = st.sampled_from(["", "\n", "# a comment = { warning = 9 }\n", "   \n# [thresholds]\n", "\t# x\n"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Thresholds in every style, with noise between."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    parts = [draw(_NOISE), "refresh = '3s' # fast\n", draw(_NOISE), "[thresholds]\n", draw(_NOISE)]
    styles = {rule: draw(st.sampled_from(_STYLES)) for rule in ("psi", "js")}
    tail = draw(st.sampled_from(["", "  # why", " "]))
    for rule, style in styles.items():
        if style == "inline":
            parts.append(draw(st.sampled_from(["", "  "])) + f"{rule} = {{warning=0.01,critical = 0.2}}{tail}\n")
        elif style == "dotted":
            parts.append(f"{rule}.warning = 0.01{tail}\n{rule}.critical = 2e-1\n")
    parts += [
        f"[thresholds.{rule}]\n{draw(_NOISE)}critical = 0.2{tail}\nwarning = 0.01\n" for rule, style in styles.items() if style == "header"
    ]
    parts += [draw(_NOISE), "[windows]\n", draw(_NOISE), "min_rows = 5", draw(st.sampled_from(["", "\n", " # end"]))]
    return "".join(parts).replace("\n", newline)


@given(
    documents(),
    st.sampled_from(["psi", "error_rate", "unseen_rate"]),
    st.tuples(st.none() | _NAMES, st.none() | _NAMES),
    st.tuples(st.floats(0.001, 0.04), st.none() | st.floats(0.1, 0.9)),
)
def test_the_new_limits_hold_and_every_other_line_stays(
    text: str, rule: str, names: tuple[str | None, str | None], limits: tuple[float, float | None]
) -> None:
    model, column = names if names[0] is not None else (None, None)
    warning, critical = (None if limit is None else float(f"{limit:.4g}") for limit in limits)
    edit = ThresholdEdit(rule, model, None, column, warning=warning, critical=critical)
    new = edited(text.encode(), HERE, edit)
    found = threshold_for(parse(new, HERE), rule, model or "any", None, column)
    assert found.warning == warning
    assert critical is None or found.critical == critical
    changes = difference(text.encode(), new)
    taken = [line for line in changes if line.startswith("-")]
    assert all("warning" in line or "critical" in line or "min_rows" in line for line in taken)
    assert len(taken) <= 2
    kept = [line for line in text.splitlines() if "#" in line and "warning" not in line and "critical" not in line]
    assert [line for line in new.decode().splitlines() if line in kept] == kept


_RULE = st.fixed_dictionaries(
    {}, optional={"warning": st.sampled_from([0.1, 0.05]), "critical": st.sampled_from([0.5, 1]), "for": st.just("5m")}
)
_SOME = st.sampled_from(["a", "b.c", "d 'e'", 'f"g', "x*"])


def _rules(**nested: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    rules = dict.fromkeys(("psi", "js"), _RULE)
    return st.fixed_dictionaries(
        {}, optional={**rules, **{key: st.dictionaries(_SOME, inner, max_size=2) for key, inner in nested.items()}}
    )


_THRESHOLDS = _rules(models=_rules(columns=_rules(), versions=_rules()), columns=_rules())
_TREES = st.fixed_dictionaries({"windows": st.just({"min_rows": 5})}, optional={"thresholds": _THRESHOLDS, "store": st.just({})})
_EDITS = st.builds(
    ThresholdEdit,
    st.sampled_from(["psi", "js", "ks"]),
    st.none() | _SOME,
    st.none() | _SOME,
    st.none() | _SOME,
    warning=st.none() | st.floats(0.06, 0.4),
    critical=st.floats(0.45, 1.0),
    clear=st.none() | st.just(0.01),
    hold=st.none() | st.just(90.0),
)


def _common(one: list[str], other: list[str]) -> int:
    """Return the length of the longest list of lines that both have in their order."""
    row = [0] * (len(other) + 1)
    for line in one:
        before = row
        row = [0]
        for at, its in enumerate(other):
            row.append(before[at] + 1 if line == its else max(before[at + 1], row[at]))
    return row[-1]


@given(_TREES, st.integers(0, 2**32), _EDITS, st.sampled_from(["\n", "\r\n"]))
def test_in_whatever_style_it_is_written_the_file_says_what_it_said_and_the_new_limits(
    tree: dict[str, Any], seed: int, edit: ThresholdEdit, newline: str
) -> None:
    """What is read back is the old tree with these keys set; each key touches the lines of its own value at the most."""
    text = Writer(tree, Random(seed)).text.replace("\n", newline)
    new = edited(text.encode(), HERE, edit).decode()
    wanted = tomli.loads(text)
    table = wanted
    for step in edit.path:
        table = table.setdefault(step, {})
    given = dict(edit.limits())
    table.update({key: tomli.loads(f"key = {value}")["key"] for key, value in given.items()})
    assert tomli.loads(new) == wanted
    before = text.splitlines(keepends=True)
    if before and not before[-1].endswith("\n"):
        before[-1] += newline
    over_two_lines = text.count("5m'''") + text.count('5m"""')
    assert len(before) - _common(before, new.splitlines(keepends=True)) <= len(given) + over_two_lines
    assert newline == "\n" or new.count("\n") == new.count("\r\n")


def test_saving_replaces_the_file_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    save(path, b"old", b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    assert os.listdir(tmp_path) == ["config.toml"]


def test_a_link_goes_on_pointing_at_the_file_that_changes(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "c.toml").write_bytes(b"old")
    link = tmp_path / "config.toml"
    link.symlink_to("real/c.toml")
    save(link, b"old", b"new")
    assert link.is_symlink()
    assert (tmp_path / "real" / "c.toml").read_bytes() == b"new"


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"theirs")
    with pytest.raises(ConfigError, match="has changed since it was read"):
        save(path, b"old", b"new")
    assert path.read_bytes() == b"theirs"


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "config.toml"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left on device"):
        save(path, b"old", b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["config.toml"]


def test_a_file_that_is_gone_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be saved"):
        save(tmp_path / "config.toml", b"old", b"new")
    assert os.listdir(tmp_path) == []


def test_a_file_that_says_it_in_its_own_way_is_left_to_its_owner() -> None:
    text = "thresholds = { psi = { warning = 0.1 } }\n"
    assert change(ThresholdEdit("js", warning=0.15), text) == [
        f"- {text.strip()}",
        "+ thresholds = { psi = { warning = 0.1 }, js = { warning = 0.15 } }",
    ]
    with pytest.raises(ConfigError, match="write it by hand"):
        change(ThresholdEdit("js", "no text \ud800", warning=0.15), text)
