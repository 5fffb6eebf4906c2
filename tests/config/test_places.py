from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tuimon.config import Baseline, Source, default_settings, find_config, for_directory, state_directory


def test_everything_in_a_directory(tmp_path: Path) -> None:
    logs = tmp_path / "fraud"
    logs.mkdir()
    found = for_directory(logs, None)
    assert found.sources == (Source("fraud", (f"{logs}/**",), detect=True),)
    assert replace(found, sources=()) == default_settings()


def test_a_directory_leaves_sources_and_baselines_of_the_file_aside(tmp_path: Path) -> None:
    own = replace(
        default_settings(),
        refresh=9.0,
        sources=(Source("x", ("/x",)),),
        baseline=Baseline(version="v1"),
        model_baselines=(("m", Baseline(version="v1")),),
        path=tmp_path / "config.toml",
    )
    found = for_directory(tmp_path, own)
    assert (found.refresh, found.path) == (9.0, own.path)
    assert (found.baseline, found.model_baselines) == (Baseline(first_rows=10_000), ())
    assert [source.detect for source in found.sources] == [True]


def test_odd_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert for_directory(Path("."), None).sources[0].name == tmp_path.name
    assert for_directory(Path("/"), None).sources[0] == Source("root", ("/**",), detect=True)
    assert for_directory(tmp_path / "a[1]", None).sources[0].paths == (f"{tmp_path}/a[[]1]/**",)
    for_directory(Path(os.fsdecode(b"/x/\xff")), None).sources[0].name.encode()


OURS = '[sources.x]\npaths = ["*"]\n'


def test_which_configuration_is_read(tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    common = home / ".config" / "tuimon" / "config.toml"
    common.parent.mkdir(parents=True)
    work.mkdir()
    environment = {"HOME": str(home)}
    assert find_config(None, environment, work) is None
    common.write_text("")
    assert find_config(None, environment, work) == common
    (work / "config.toml").write_text(OURS)
    assert find_config(None, environment, work) == work / "config.toml"
    environment["TUIMON_CONFIG"] = "other.toml"
    assert find_config(None, environment, work) == work / "other.toml"
    assert find_config(Path("flag.toml"), environment, work) == Path("flag.toml")


def test_base_directories(tmp_path: Path) -> None:
    environment = {"HOME": "/nowhere", "XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "TUIMON_CONFIG": ""}
    (tmp_path / "tuimon").mkdir()
    (tmp_path / "tuimon" / "config.toml").touch()
    assert find_config(None, environment, tmp_path) == tmp_path / "tuimon" / "config.toml"
    assert state_directory(None, environment, tmp_path).parent == tmp_path / "tuimon"
    environment = {"HOME": "/home/x", "XDG_STATE_HOME": "relative"}
    assert state_directory(None, environment, tmp_path).parent == Path("/home/x/.local/state/tuimon")


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (OURS, True),
        ("[thresholds]\npsi.warning = 1", True),
        ("refresh = '2s'\nsources.x.paths = ['*']", True),
        ("  [ 'sources' . x ]", True),
        ("[sources.x\npaths", True),
        ("[build]\ntarget = 'x'\n[source.crates]\n", False),
        ("# [sources.x]\nbaseURL = 'https://example.org'\n", False),
        ("", False),
    ],
)
def test_a_file_of_another_program_is_not_ours(tmp_path: Path, text: str, ours: bool) -> None:
    (tmp_path / "config.toml").write_text(text)
    assert (find_config(None, {"HOME": str(tmp_path)}, tmp_path) is not None) == ours


def test_state_has_a_place_for_each_real_target(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path)}
    logs, other = tmp_path / "logs", tmp_path / "deep" / "logs"
    logs.mkdir()
    other.mkdir(parents=True)
    (tmp_path / "link").symlink_to(logs)
    config = logs / "config.toml"
    config.touch()
    places = [state_directory(None, environment, target) for target in (logs, other, config)]
    assert len(set(places)) == 3
    assert all(place.name.startswith("logs-") and len(place.name) == 17 for place in places)
    assert state_directory(None, environment, tmp_path / "link") == places[0]
    assert not places[0].exists()


def test_a_given_state_directory_wins(tmp_path: Path) -> None:
    environment = {"TUIMON_STATE": "/env", "HOME": "/h"}
    assert state_directory(None, environment, tmp_path) == Path("/env")
    assert state_directory(Path("/flag"), environment, tmp_path) == Path("/flag")


def test_a_long_name_still_makes_a_valid_directory(tmp_path: Path) -> None:
    place = state_directory(None, {"HOME": "/h"}, tmp_path / ("é" * 120) / "config.toml")
    assert len(os.fsencode(place.name)) <= 255


def test_importing_settings_is_light() -> None:
    heavy = {"numpy", "duckdb", "pyarrow", "scipy", "textual", "rich"}
    program = f"import sys, tuimon.config; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"
