"""Globs, families and names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuimon.config.settings import Source
from tuimon.sources.names import family_of, name_of, natural
from tuimon.sources.walk import compile_globs, list_files

TREE = [
    "a.jsonl",
    "a.jsonl.1",
    "b.csv",
    "x/a.jsonl",
    "x/y/a.jsonl",
    "x/y/z.log",
    ".hidden.jsonl",
    ".dir/a.jsonl",
    "w1/a.jsonl",
    "w2/a.jsonl",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in TREE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def listed(root: Path, *patterns: str) -> list[str]:
    found = list_files(compile_globs([Source("s", tuple(f"{root}/{pattern}" for pattern in patterns))]), ())
    return sorted(os.path.relpath(os.fsdecode(path), root) for path in found.entries)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.jsonl*", ["a.jsonl", "a.jsonl.1"]),
        ("**", ["a.jsonl", "a.jsonl.1", "b.csv", "w1/a.jsonl", "w2/a.jsonl", "x/a.jsonl", "x/y/a.jsonl", "x/y/z.log"]),
        ("**/*.jsonl", ["a.jsonl", "w1/a.jsonl", "w2/a.jsonl", "x/a.jsonl", "x/y/a.jsonl"]),
        ("x/**/a.jsonl", ["x/a.jsonl", "x/y/a.jsonl"]),
        ("w[12]/a.jsonl", ["w1/a.jsonl", "w2/a.jsonl"]),
        ("w?/*", ["w1/a.jsonl", "w2/a.jsonl"]),
        ("a.jsonl", ["a.jsonl"]),
        (".hidden*", [".hidden.jsonl"]),
        ("nowhere/*", []),
        ("a.jsonl/*", []),
    ],
)
def test_globs(tree: Path, pattern: str, expected: list[str]) -> None:
    assert listed(tree, pattern) == expected


@given(
    patterns=st.lists(st.sampled_from(["*", "**", "a*", "*.jsonl", "x", "y", "?*"]), min_size=1, max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_globs_agree_with_pathlib(tmp_path_factory: pytest.TempPathFactory, patterns: list[str]) -> None:
    root = tmp_path_factory.getbasetemp() / "tree"
    for name in TREE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    pattern = "/".join(patterns)
    oracle = pattern + "/*" if patterns[-1] == "**" else pattern
    expected = {
        str(path.relative_to(root))
        for path in root.glob(oracle)
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    }
    assert set(listed(root, pattern)) == expected


def test_a_file_belongs_to_the_first_source_that_matches_it(tree: Path) -> None:
    sources = [Source("one", (f"{tree}/a*",)), Source("two", (f"{tree}/*",))]
    found = list_files(compile_globs(sources), ())
    assert {os.path.basename(path): entry.source.name for path, entry in found.entries.items()} == {
        b"a.jsonl": "one",
        b"a.jsonl.1": "one",
        b"b.csv": "two",
    }


@pytest.mark.parametrize(
    ("name", "group", "age"),
    [
        (b"/l/app.log", b"/l/app.log", (b"~", 0)),
        (b"/l/app.log.2", b"/l/app.log", (b"~", -2)),
        (b"/l/app.log.12.gz", b"/l/app.log", (b"~", -12)),
        (b"/l/app.log-20261120", b"/l/app.log", (b"20261120", 0)),
        (b"/l/app.log.2026-11-20.zst", b"/l/app.log", (b"20261120", 0)),
        (b"/l/app.log.2026-11-20_13-05", b"/l/app.log", (b"202611201305", 0)),
        (b"/l/app.log.2026-11-20.3", b"/l/app.log", (b"20261120", 3)),
        (b"/l/app.log-1763596800", b"/l/app.log", (b"1763596800", 0)),
        (b"/l/.1", b"/l/.1", (b"~", 0)),
    ],
)
def test_names(name: bytes, group: bytes, age: tuple[bytes, int]) -> None:
    assert (name_of(name).group, name_of(name).age) == (group, age)


@pytest.mark.parametrize(
    ("path", "family"),
    [
        (b"/r/app.jsonl", "app.jsonl"),
        (b"/r/app.jsonl.3.gz", "app.jsonl"),
        (b"/r/app-2026-11-20.jsonl", "app.jsonl"),
        (b"/r/day7/shard-0012.csv.1", "day#/shard-#.csv"),
        (b"/r/app.jsonl-20261120", "app.jsonl"),
        (b"/elsewhere/app.jsonl", "/elsewhere/app.jsonl"),
    ],
)
def test_families(path: bytes, family: str) -> None:
    assert family_of(path, b"/r") == family


@given(names=st.lists(st.integers(0, 10_000), min_size=2, max_size=8, unique=True))
def test_natural_order_is_the_order_of_the_numbers(names: list[int]) -> None:
    assert [int(name[1:]) for name in sorted((b"f%d" % number for number in names), key=natural)] == sorted(names)
