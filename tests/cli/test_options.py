"""A flag wins over the environment, and that over the file; and who asks for tracebacks gets them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.monitor import logs
from tuimon.cli.main import parse, run
from tuimon.cli.options import Run, UsageError, resolve
from tuimon.config import load

TEXT = 'refresh = "7s"\n[sources.{0}]\npaths = ["*.jsonl"]\n'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("config", "other", "third"):
        (tmp_path / f"{name}.toml").write_text(TEXT.format(name), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def chosen(*arguments: str, **environment: str) -> Run:
    return resolve(parse(["check", *arguments]), environment)


def source(found: Run) -> str:
    return found.settings.sources[0].name


def test_the_configuration(place: Path) -> None:
    assert source(chosen()) == "config"
    assert source(chosen(TUIMON_CONFIG="other.toml")) == "other"
    assert source(chosen("-c", "third.toml", TUIMON_CONFIG="other.toml")) == "third"
    with pytest.raises(UsageError, match=r"gone\.toml"):
        chosen(TUIMON_CONFIG="gone.toml")


def test_the_state_directory(place: Path) -> None:
    usual = chosen(HOME=str(place)).state
    assert usual.parent == place / ".local" / "state" / "tuimon"
    assert chosen(HOME=str(place), XDG_STATE_HOME=str(place / "x")).state.parent == place / "x" / "tuimon"
    assert chosen(TUIMON_STATE="env").state == Path("env")
    assert chosen("--state", "flag", TUIMON_STATE="env").state == Path("flag")
    assert chosen("-c", "other.toml", HOME=str(place)).state != usual


def test_the_refresh_interval(place: Path) -> None:
    assert chosen().settings.refresh == 7
    found = chosen(TUIMON_REFRESH="500ms")
    assert found.settings.refresh == 0.5
    saved = replace(load(place / "config.toml"), refresh=9.0)
    assert found.adapt(saved).refresh == 0.5
    assert chosen().adapt(saved).refresh == 9
    with pytest.raises(UsageError, match="TUIMON_REFRESH"):
        chosen(TUIMON_REFRESH="soon")


def test_a_directory_leaves_the_sources_of_the_file_aside(place: Path) -> None:
    (place / "logs").mkdir()
    found = chosen("logs")
    assert (source(found), found.settings.refresh, found.title) == ("logs", 7, str(place / "logs"))
    assert found.adapt(load(place / "config.toml")).sources == found.settings.sources


@pytest.mark.parametrize(
    ("arguments", "environment", "traced"),
    [
        ((), None, False),
        (("--log-level", "debug"), None, True),
        (("--log-level=debug",), None, True),
        ((), "debug", True),
        (("--log-level", "error"), "debug", False),
        ((), "info", False),
    ],
)
def test_a_traceback_only_for_those_who_ask(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    environment: str | None,
    traced: bool,
) -> None:
    if environment:
        monkeypatch.setenv("TUIMON_LOG_LEVEL", environment)
    (place / "config.toml").write_text("[sources.x]\npathz = []\n", encoding="utf-8")
    assert run(["check", *arguments]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert ("Traceback" in printed.err) is traced
    assert printed.err.splitlines()[-1].startswith("tuimon: ")
    assert traced or printed.err.count("\n") == 1


def test_a_directory_that_is_called_debug_is_only_a_directory(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "debug"]) == 3
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.slow
def test_the_demo_runs_without_a_terminal(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["demo", "--headless", "--seconds", "3"])
    printed = capsys.readouterr().out
    assert code in (0, 1, 2)
    assert "rows in all" in printed
    assert "\x1b" not in printed


def test_a_whole_run_from_the_environment(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    logs.write(place / "app.jsonl", logs.traffic(20, 1, seed=1))
    monkeypatch.setenv("TUIMON_CONFIG", str(place / "other.toml"))
    monkeypatch.setenv("TUIMON_STATE", str(place / "kept"))
    assert run(["ingest"]) == 0
    assert "20 rows" in capsys.readouterr().out
    assert (place / "kept").stat().st_mode & 0o777 == 0o700
